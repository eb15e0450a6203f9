"""Days that matter to shoppers and travellers, each by its rule (``templates/content/festivals.csv``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pandas as pd
from borax.calendars.lunardate import LunarDate, TermUtils
from dateutil.easter import easter

from xhs_toolkit.bundled import read_bundled_lines

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
