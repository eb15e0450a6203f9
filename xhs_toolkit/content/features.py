"""What a note is, as far as its row tells: theme and format, and for exploration hour, title and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = ("theme", "format")
"""Dimensions the question is about; all others are exploration."""

READERS_ZONE = "Asia/Shanghai"
HOURS: Mapping[str, tuple[int, int]] = {
    "hours_night": (0, 6),
    "hours_morning": (6, 12),
    "hours_afternoon": (12, 18),
    "hours_evening": (18, 24),
}
"""Quarters of the day in Beijing, the platform's own time: as coarse as a few hundred notes allow."""

SHORT_TITLE: int = assume("content.short_title")
MANY_TAGS: int = assume("content.many_tags")

TITLE_SHAPES: Mapping[str, str] = {
    "title_question": r"[?？]|吗|怎么|如何|什么",
    "title_number": r"\d",
    "title_shout": r"[!！]",
}

Key = tuple[str, str]


def list_features(notes: pd.DataFrame) -> dict[Key, pd.Series]:
    """Of each dimension and group, which notes belong to it; missing where a note does not tell.

    Parameters
    ----------
    notes : ``theme``, ``format``, ``posted_at`` (UTC), ``title``, ``tags``; ``posted_precision`` where it is known:
        a note of which a file knows only the day tells no hour.

    Returns
    -------
    By dimension and group a nullable boolean a note. A note without a theme belongs to no theme.

    >>> notes = pd.DataFrame({"theme": ["walks", None], "format": ["video", "image"], "title": ["去哪？", None],
    ...                       "posted_at": pd.to_datetime(["2026-08-01T12:00Z", None]), "tags": ["a,b", None]})
    >>> list_features(notes)[("title_shape", "title_question")].tolist()
    [True, <NA>]
    """
    found: dict[Key, pd.Series] = {
        ("theme", name): notes["theme"].eq(name) for name in sorted(notes["theme"].dropna().unique())
    }
    found[("format", "video")] = notes["format"].eq("video").astype("boolean").mask(notes["format"].isna())
    hour = notes["posted_at"].dt.tz_convert(READERS_ZONE)
    untimed = hour.isna() | (notes["posted_precision"].eq("date") if "posted_precision" in notes else False)
    for name, (first, last) in HOURS.items():
        found[("hours", name)] = hour.dt.hour.between(first, last - 1).astype("boolean").mask(untimed)
    found[("weekday", "weekend")] = hour.dt.day_of_week.ge(5).astype("boolean").mask(hour.isna())
    title = notes["title"].astype("str")
    for name, pattern in TITLE_SHAPES.items():
        found[("title_shape", name)] = title.str.contains(pattern).astype("boolean").mask(title.isna())
    found[("title_shape", "title_short")] = title.str.len().le(SHORT_TITLE).astype("boolean").mask(title.isna())
    n_tags = notes["tags"].astype("str").str.count("[,，]") + 1
    found[("tag_number", "many_tags")] = n_tags.ge(MANY_TAGS).astype("boolean").mask(notes["tags"].isna())
    return {key: mask.astype("boolean") for key, mask in found.items()}
