"""When what happens: the phases around the window, and the festivals that fall near it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.objectives.festivals import find_festivals

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

SETTLED_DAYS: int = assume("notes.settled_days")
FESTIVAL_DAYS_BEFORE: int = assume("objectives.festival_days_before")
FESTIVAL_DAYS_AFTER: int = assume("objectives.festival_days_after")
SEEDING_DAYS: int = assume("objectives.seeding_days")


class Phase(NamedTuple):
    """A phase: its name, KFS stage, and its ends as days from the window's start and shares of its length."""

    phase: str
    stage: str
    first: tuple[int, float]
    last: tuple[int, float]


PHASES = (
    Phase("brief_and_choose", "prepare", (-28, 0.0), (-15, 0.0)),
    Phase("products_and_drafts", "prepare", (-14, 0.0), (-1, 0.0)),
    Phase("creators_post", "creators", (0, 0.0), (-1, 0.6)),
    Phase("feed_behind_what_works", "feed", (3, 0.0), (-1, 0.9)),
    Phase("search_at_decision", "search", (0, 0.3), (-1, 1.0)),
    Phase("figures_settle", "review", (0, 1.0), (SETTLED_DAYS - 1, 1.0)),
    Phase("review", "review", (SETTLED_DAYS, 1.0), (SETTLED_DAYS + 6, 1.0)),
)
"""Content first, feed ads once notes show what works, search where people decide (practice); the days are the
analyst's choice."""


class Timeline(NamedTuple):
    """What `plan_timeline` found.

    Attributes
    ----------
    phases : ``phase``, ``stage``, ``first_date``, ``last_date``, ``source``.
    festivals : ``festival``, ``date``, ``kind``, ``seed_from_date`` (never before the window), ``falls`` (before,
        inside, after the window).
    findings : what the page says.
    """

    phases: pd.DataFrame
    festivals: pd.DataFrame
    findings: tuple[Finding, ...]


def plan_timeline(campaign: Campaign) -> Timeline:
    """Lay the phases around the campaign's window; without a first and last day there is nothing to lay out."""
    if campaign.window.start is None or campaign.window.end is None:
        return Timeline(_EMPTY, _EMPTY, (Finding("objectives.no_window"),))
    start, end = pd.Timestamp(campaign.window.start), pd.Timestamp(campaign.window.end)
    n_days = (end - start).days + 1
    rows = [
        {
            "phase": phase.phase,
            "stage": phase.stage,
            "first_date": _day(start, n_days, phase.first),
            "last_date": max(_day(start, n_days, phase.last), _day(start, n_days, phase.first)),
            "source": "analysts_choice",
        }
        for phase in PHASES
    ]
    festivals = _list_festivals(campaign, start, end)
    return Timeline(pd.DataFrame(rows), festivals, _find(festivals))


_EMPTY = pd.DataFrame(
    columns=["phase", "stage", "first_date", "last_date", "festival", "date", "seed_from_date", "falls"]
)


def _find(festivals: pd.DataFrame) -> tuple[Finding, ...]:
    if festivals.empty:
        return (Finding("objectives.no_festival"),)
    return tuple(
        Finding(
            f"objectives.festival_{row['falls']}",
            {"y": row["festival"], "festival_date": row["date"].isoformat()}
            | {"seed_from_date": row["seed_from_date"].isoformat()},
        )
        for row in festivals.to_dict("records")
        if row["falls"] != "before"
    )


def _day(start: pd.Timestamp, n_days: int, place: tuple[int, float]) -> pd.Timestamp:
    return start + pd.Timedelta(days=place[0] + round(place[1] * n_days))


def _list_festivals(campaign: Campaign, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    first = start - pd.Timedelta(days=FESTIVAL_DAYS_BEFORE)
    last = end + pd.Timedelta(days=FESTIVAL_DAYS_AFTER)
    found = find_festivals(first.date(), last.date(), markets=campaign.markets)
    place = pd.Series("inside", index=found.index, dtype="str")
    place = place.mask(found["date"] < start, "before").mask(found["date"] > end, "after")
    seed_from = (found["date"] - pd.Timedelta(days=SEEDING_DAYS)).clip(lower=start)
    return found.assign(seed_from_date=seed_from, falls=place)
