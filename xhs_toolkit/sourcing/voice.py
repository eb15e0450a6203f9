"""Others on the topic: how many of the notes that a search for it shows name the client or a competitor, by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.exports.reconcile import OFFICIAL
from xhs_toolkit.findings import Finding
from xhs_toolkit.metrics import add_engagement
from xhs_toolkit.stats import jeffreys_interval
from xhs_toolkit.thread.themes import fold_all, has_any, join_texts

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

COLUMNS = ["month", "brand_name", "is_own", "n_notes", "n_found", "notes_share", "notes_share_low", "notes_share_high"]
COLUMNS += ["engagement_share", "search_words"]


class Voice(NamedTuple):
    """What `compare_brands` found.

    Attributes
    ----------
    months : one row a month and brand, the newest month first, in it the most named: ``month`` (``2026-09``),
        ``brand_name``, ``is_own``, ``n_notes`` that name it of ``n_found``, ``notes_share`` with its 90% range,
        ``engagement_share`` (missing where no note's is known), ``search_words`` under which they were found.
    newest : of its newest month.
    findings : what to say; nothing without such notes.
    """

    months: pd.DataFrame
    newest: pd.DataFrame
    findings: tuple[Finding, ...]


def compare_brands(notes: pd.DataFrame, *, campaign: Campaign) -> Voice:
    """Count who is named in the public notes that a search shows; a search for one of the brands tells nothing of that.

    Parameters
    ----------
    notes : one row a note of all files. campaign : ``brand_names`` (else the client), ``sourcing.competitors``.
    """
    rivals = campaign.sourcing.competitors
    own = campaign.brand_names or (campaign.client,)
    word = notes["source_keyword"].fillna("").str.strip()
    is_found = word.ne("") & ~notes["source"].isin(OFFICIAL) & notes["posted_at"].notna()
    found = notes[is_found & ~has_any((*own, *rivals), fold_all(word))] if rivals else notes.iloc[:0]
    month = found["posted_at"].dt.tz_convert(campaign.time_zone).dt.strftime("%Y-%m")
    about = add_engagement(found)[["engagement", "source_keyword"]].assign(
        month=month, text=fold_all(join_texts(found))
    )
    rows = [row for name, of_month in about.groupby("month") for row in _count(str(name), of_month, campaign)]
    months = pd.DataFrame(rows, columns=COLUMNS)
    months = months.sort_values(["month", "n_notes", "is_own"], ascending=False, kind="stable", ignore_index=True)
    newest = months[months["month"].eq(months["month"].max())]
    said = [Finding("voice.month", {"month": row["month"], "n_found": row["n_found"]}) for row in rows[-1:]]
    return Voice(months, newest, tuple(said))


def _count(month: str, found: pd.DataFrame, campaign: Campaign) -> Iterator[dict[str, object]]:
    total = found["engagement"].sum(min_count=1)
    own = campaign.brand_names or (campaign.client,)
    for names, is_own in ((own, True), *(((rival,), False) for rival in campaign.sourcing.competitors)):
        named = found[has_any(names, found["text"])]
        share = jeffreys_interval(len(named), len(found))
        yield {
            "month": month,
            "brand_name": campaign.client if is_own else names[0],
            "is_own": is_own,
            "n_notes": len(named),
            "n_found": len(found),
            "notes_share": share.estimate,
            "notes_share_low": share.low,
            "notes_share_high": share.high,
            "engagement_share": named["engagement"].sum() / total if total else None,
            "search_words": ", ".join(named["source_keyword"].value_counts().index[:3]) or None,
        }
