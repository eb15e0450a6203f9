"""Habits of the exports that a name alone does not put right, each one frame in, frame and problems out.

A quirk gets the rows as read (canonical columns, helpers such as ``note_link``, and the provenance
columns) and returns better rows with what it had to report.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem

_NOTE_IN_LINK = r"(?:explore|discovery/item|search_result|note|item)/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_OWN_NOTE_IN_LINK = r"user/profile/[0-9a-fA-F]{24}/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_CREATOR_IN_LINK = r"(?:user/profile|blogger-detail|blogger|user)/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_RANKED = re.compile(r"(?:^|[\n\s;,；，])\s*(?:\d+[.、)\s]\s*)?([^\d\s|:：;,；，%]+)\s*[|:：\s]?\s*(\d+(?:\.\d+)?)\s*%")

_LISTED = re.compile(r'"(?:name|group)"\s*:\s*"([^"]+)"\s*,\s*"percent"\s*:\s*"?(\d+(?:\.\d+)?)')

MAX_REPORTED = 50
"""Rows of one habit in one file that are reported one by one."""

Result = tuple[pd.DataFrame, list[Problem]]
"""Better rows, and what there was to report."""


def fill_note_id_from_link(rows: pd.DataFrame) -> Result:
    """Take the note id from ``note_link`` where ``note_id`` is missing; the link is text and is never followed."""
    if "note_link" not in rows:
        return rows, []
    links = rows["note_link"]
    found = links.str.extract(_OWN_NOTE_IN_LINK, expand=False).fillna(links.str.extract(_NOTE_IN_LINK, expand=False))
    bare = links.where(links.str.fullmatch(r"[0-9a-fA-F]{24}", na=False))
    found = found.fillna(bare).str.lower()
    known = rows["note_id"].fillna(found) if "note_id" in rows else found
    lost = links.notna() & known.isna()
    return rows.assign(note_id=known), report_rows(
        rows[lost], "note_link", "holds no note id", "use a link of the form …/explore/<24 letters and digits>"
    )


def fill_creator_id_from_link(rows: pd.DataFrame) -> Result:
    """Take the creator id from ``creator_link`` where ``creator_id`` is missing."""
    if "creator_link" not in rows:
        return rows, []
    found = rows["creator_link"].str.extract(_CREATOR_IN_LINK, expand=False).str.lower()
    return rows.assign(creator_id=rows["creator_id"].fillna(found) if "creator_id" in rows else found), []


def name_note_by_posting(rows: pd.DataFrame) -> Result:
    """Name a note without an id by the moment it was posted: ``posted:2026-07-10T19:09:05Z``."""
    ids = rows["note_id"] if "note_id" in rows else pd.Series(None, index=rows.index, dtype="str")
    posted = rows["posted_at"][ids.isna() & rows["posted_at"].notna()]
    if posted.empty:
        return rows.assign(note_id=ids), []
    moment = "posted:" + posted.dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype("str")
    return rows.assign(note_id=ids.fillna(moment)), []


def blank_unmeasured_exposure(rows: pd.DataFrame) -> Result:
    """Make exposure 0 beside views above 0 missing, and the click rate with it: it was not measured."""
    if not {"exposure", "views"} <= set(rows.columns):
        return rows, []
    unmeasured = rows["exposure"].eq(0) & rows["views"].gt(0)
    problems = report_rows(
        rows[unmeasured],
        "exposure",
        "beside views above 0: exposure was not measured and is left missing, and so is the click rate",
        "nothing, unless the platform now shows a figure",
    )
    rates = {"cover_click_rate": rows["cover_click_rate"].mask(unmeasured)} if "cover_click_rate" in rows else {}
    return rows.assign(exposure=rows["exposure"].mask(unmeasured), **rates), problems


def blank_zero_prices(rows: pd.DataFrame) -> Result:
    """Make an asked price of 0 missing: the creator does not offer that format."""
    prices = [name for name in ("image_price_cny", "video_price_cny") if name in rows]
    return rows.assign(**{name: rows[name].mask(rows[name].eq(0)) for name in prices}), []


UNKNOWN_AS_ZERO = ("cost_per_engagement_cny", "cost_per_view_cny", "cpm_cny", "views_median", "exposure_median")
"""Figures of which 0 cannot be: a note that exists was shown, and nothing is free."""


def blank_zero_figures(rows: pd.DataFrame) -> Result:
    """Make an estimated cost, median exposure or median views of 0 missing: the source does not know it."""
    names = [name for name in rows if str(name).split("|", 1)[0] in UNKNOWN_AS_ZERO]
    return rows.assign(**{name: rows[name].mask(rows[name].eq(0)) for name in names}), []


_LIST_MARKS = r"[\[\]{}\"']"


def tidy_tags(rows: pd.DataFrame) -> Result:
    """Write tags that came as a list or an object (``['旅行']``, ``{"profession": "博主"}``) with commas between."""
    if "tags" not in rows:
        return rows, []
    listed = rows["tags"].str.contains(r"^\s*[\[{].*[\]}]\s*$", regex=True).fillna(False).astype(bool)
    if not listed.any():
        return rows, []
    plain = rows["tags"].str.replace(r"\"[A-Za-z_]\w*\"\s*:", "", regex=True).str.replace(_LIST_MARKS, "", regex=True)
    plain = plain.str.replace(r"\s*[,，]\s*", ",", regex=True).str.strip(" ,")
    return rows.assign(tags=rows["tags"].mask(listed, plain.mask(plain.eq("")))), []


def tidy_ranked_lists(rows: pd.DataFrame) -> Result:
    """Write lists of names with shares in one way: ``美食 0.0772; 影视 0.0494``."""
    lists = [name for name in ("fan_interests", "fan_places") if name in rows]
    return rows.assign(**{name: rows[name].map(tidy_ranked_list).astype("str") for name in lists}), []


def tidy_ranked_list(text: object) -> object:
    r"""Names and shares of one cell; a cell of another form stays as it is.

    >>> tidy_ranked_list("1        美食        7.72%\n2        影视        4.94%")
    '美食 0.0772; 影视 0.0494'
    >>> tidy_ranked_list("上海|17.4% 北京|15.2%")
    '上海 0.174; 北京 0.152'
    """
    if isinstance(text, str) and (listed := _LISTED.findall(text)):
        return "; ".join(f"{name} {_to_share(share):g}" for name, share in listed)
    pairs = _RANKED.findall(text) if isinstance(text, str) else []
    return "; ".join(f"{name} {round(float(share) / 100, 6):g}" for name, share in pairs) or text


def _to_share(text: str) -> float:
    """A share of a JSON list: a fraction up to 1, else of 100."""
    number = float(text)
    return round(number if number <= 1 else number / 100, 6)


def hide_authors(rows: pd.DataFrame) -> Result:
    """Turn ``author_id`` into ``author_key``: a hash that tells people apart and names nobody."""
    if "author_id" not in rows:
        return rows, []
    keys = {name: sha256(name.encode()).hexdigest()[:16] for name in rows["author_id"].dropna().unique()}
    return rows.assign(author_key=rows["author_id"].map(keys).astype("str")).drop(columns="author_id"), []


def make_translation(column: str, words: Mapping[str, str]) -> Callable[[pd.DataFrame], Result]:
    """Return a quirk that writes a choice in the toolkit's words; what is not known is missing and reported.

    Parameters
    ----------
    column : the column of choices.
    words : canonical choice → what files call it, separated by spaces (an underscore for a space within).
    """
    known = {_fold(word): choice for choice, listed in words.items() for word in listed.split()}

    def translate(rows: pd.DataFrame) -> Result:
        if column not in rows:
            return rows, []
        found = rows[column].map(lambda value: known.get(_fold(value)) if isinstance(value, str) else None)
        unknown = rows[column].notna() & found.isna()
        told = report_rows(rows[unknown], column, "is not a known word here", f"write one of {', '.join(words)}")
        return rows.assign(**{column: found.astype("str")}), told

    return translate


def _fold(word: str) -> str:
    return re.sub(r"[\s_\-]+", "", word).casefold()


def report_rows(rows: pd.DataFrame, column: str, what: str, fix: str) -> list[Problem]:
    """One problem a row, with the place the row came from; of many the first ones and their number."""
    shown = [*itertools.islice(_report_each(rows, column, what, fix), MAX_REPORTED)]
    rest = len(rows) - len(shown)
    file = str(rows["source_file"].iloc[0]) if rest > 0 else None
    return [*shown, Problem(f"{rest:,} more cells: {what}", fix, file=file, column=column)] if rest > 0 else shown


def _report_each(rows: pd.DataFrame, column: str, what: str, fix: str) -> Iterator[Problem]:
    sheets = rows["source_sheet"].astype(object).where(rows["source_sheet"].notna(), None)
    places = zip(rows["source_file"], sheets, rows["source_row"], rows[column].astype(object), strict=True)
    for file, sheet, row, value in places:
        yield Problem(what, fix, file=str(file), sheet=sheet, row=int(row), column=column, value=_plain(value))


def _plain(value: object) -> object:
    """Whole floats as integers, so that a message shows 0 and not 0.0; missing as nothing."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float | np.floating) and float(value).is_integer() else value


# ------------------------------------------------------------------------------------ ads

LEVELS = {
    "keyword": "keyword",
    "creative_id": "creative",
    "note_id": "note",
    "unit_id": "unit",
    "campaign_id": "campaign",
}
"""Column → level of a row that has it, the finest first."""


def name_levels(rows: pd.DataFrame) -> Result:
    """Add ``level``: the finest of keyword, creative, note, unit and campaign that a row names."""
    level = pd.Series("account", index=rows.index, dtype="str")
    for column, name in reversed(LEVELS.items()):
        if column in rows:
            level = level.mask(rows[column].notna(), name)
    return rows.assign(level=level), []
