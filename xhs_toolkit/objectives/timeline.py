"""When what happens: the phases around the window, and the festivals that fall near it.

Each festival has its rule (``templates/content/festivals.csv``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from borax.calendars.lunardate import LunarDate, TermUtils
from dateutil.easter import easter

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FESTIVALS = read_bundled_lines("content/festivals.csv")
"""Chinese festivals count everywhere, for the readers are Chinese; the others in the markets that keep them.

``rule`` is ``date``, ``lunar``, ``weekday`` (the ``day``-th of that name in the month), ``easter`` or ``term`` (of the
solar year, by its Chinese name).
"""


def find_day(festival: Mapping[str, str], year: int) -> date:
    """The day of a festival in a year, by its rule."""
    rule, name = festival["rule"], festival["name"]
    if rule == "easter":
        return easter(year)
    if rule == "term":
        return TermUtils.day_start_from_term(year, name)
    month, day = int(festival["month"]), int(festival["day"])
    if rule == "lunar":
        return LunarDate(year, month, day).to_solar_date()
    if rule == "date":
        return date(year, month, day)
    first = date(year, month, 1)
    ahead = (WEEKDAYS.index(name) - first.weekday()) % 7 + 7 * (day - 1)
    return first + timedelta(days=ahead + int(festival["days_later"] or 0))


def find_festivals(start: date, end: date, *, markets: Iterable[str]) -> pd.DataFrame:
    """Festivals between two days, both included.

    Returns
    -------
    ``festival``, ``date``, ``kind`` (holiday or shopping), in the order of the days.

    >>> find_festivals(date(2026, 6, 1), date(2026, 6, 30), markets=["NZ"])["festival"].tolist()
    ['shopping_618', 'dragon_boat']
    """
    rows = [
        {"festival": festival["festival"], "date": pd.Timestamp(day), "kind": festival["kind"]}
        for festival in FESTIVALS
        if not festival["markets"] or set(festival["markets"].split()) & set(markets)
        for day in (find_day(festival, year) for year in range(start.year, end.year + 1))
        if start <= day <= end
    ]
    found = pd.DataFrame(rows, columns=["festival", "date", "kind"])
    return found.astype({"date": "datetime64[us]"}).sort_values("date", kind="stable", ignore_index=True)


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
    return Timeline(pd.DataFrame(rows), festivals, _list_findings(festivals))


_EMPTY = pd.DataFrame(
    columns=["phase", "stage", "first_date", "last_date", "festival", "date", "seed_from_date", "falls"]
)


def _list_findings(festivals: pd.DataFrame) -> tuple[Finding, ...]:
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
