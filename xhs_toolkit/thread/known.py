"""What was known before the plan: steps 1 to 5 see no more, so that a plan made afterwards is the plan of that day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

EVENTS: Final = ("posted_at", "created_at", "date")
"""Columns that say when a row's event was: a note posted, an order placed, a day of figures."""

DISK: Final = "file_modified"
"""The date on disk says when a file was copied, not when its figures were true: rows with no other are kept, marked."""

EARLIER: Final = ("creators", "baselines", "rankings", "follower_counts", "notes")
"""Tables a plan rests on."""

BEIJING: Final = "Asia/Shanghai"
DAY: Final = pd.Timedelta(days=1)


def find_planned_at(campaign: Campaign) -> pd.Timestamp | None:
    """The moment up to which a plan may know things, in the campaign's time zone; None where all is known.

    ``planned_at`` counts to its end; without it the campaign's window begins.
    """
    if campaign.planned_at is not None:
        return pd.Timestamp(campaign.planned_at, tz=campaign.time_zone) + DAY
    start = campaign.window.start
    return pd.Timestamp(start, tz=campaign.time_zone) if start is not None else None


def known_before(tables: Mapping[str, pd.DataFrame], at: pd.Timestamp | None) -> dict[str, pd.DataFrame]:
    """The rows of every table that were known at a moment: their event lies before it, and so does their export.

    Parameters
    ----------
    tables : the canonical tables.
    at : of `find_planned_at`; its own day, in its own time zone, is not known any more.
    """
    return dict(tables) if at is None else {name: frame[_is_known(frame, at)] for name, frame in tables.items()}


def _is_known(frame: pd.DataFrame, at: pd.Timestamp) -> pd.Series:
    known = pd.Series(data=True, index=frame.index)
    for name in EVENTS:
        if name in frame:
            limit = at if isinstance(frame[name].dtype, pd.DatetimeTZDtype) else at.tz_localize(None).ceil("D")
            known &= ~frame[name].ge(limit)
    if "as_of" in frame:
        known &= ~_is_later(frame["as_of"], at) | frame["as_of_source"].eq(DISK)
    return known


def _is_later(as_of: pd.Series, at: pd.Timestamp) -> pd.Series:
    """Whether an export is dated later; one that only gives its day, which counts to its end in Beijing, by that."""
    local = as_of.dt.tz_convert(BEIJING).dt.tz_localize(None)
    is_day = (local + pd.Timedelta(seconds=1)).eq((local + pd.Timedelta(seconds=1)).dt.normalize())
    return as_of.ge(at) & ~(is_day & local.lt(at.tz_localize(None)))


def describe_known(
    tables: Mapping[str, pd.DataFrame], known: Mapping[str, pd.DataFrame], *, at: pd.Timestamp | None
) -> tuple[Finding, ...]:
    """Say what was left out because it came later, and what is only dated by the disk; nothing where all is known."""
    if at is None:
        return ()
    said = []
    day = (at - pd.Timedelta(seconds=1)).date().isoformat()
    left_out = [tables[name].drop(index=known[name].index) for name in EARLIER]
    in_time = [each[each["posted_at"].lt(at)] if "posted_at" in each else each for each in left_out]
    dated = [frame for frame in known.values() if "as_of" in frame]
    marked = [frame[frame["as_of_source"].eq(DISK) & frame["as_of"].ge(at)] for frame in dated]
    for code, parts in (("plan.known_later", in_time), ("plan.known_disk", marked)):
        if files := sorted({file for part in parts for file in part["source_file"].dropna().unique()}):
            said.append(Finding(code, {"n_files": len(files), "names": ", ".join(files), "planned_date": day}))
    return tuple(said)
