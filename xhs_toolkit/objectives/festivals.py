"""Days that matter to shoppers and travellers, each by its rule: none is typed in as a date of one year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import pandas as pd
from borax.calendars.lunardate import LunarDate, TermUtils
from dateutil.easter import easter

MONDAY, THURSDAY, SUNDAY = 0, 3, 6
Rule = Callable[[int], date]


class Festival(NamedTuple):
    """A festival: its name (a term of the wording), its rule, and the markets that keep it (empty: all)."""

    name: str
    rule: Rule
    markets: tuple[str, ...] = ()
    kind: str = "holiday"


def _on(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int) -> Rule:
    return lambda year: LunarDate(year, month, day).to_solar_date()


def _nth(month: int, weekday: int, nth: int, days_later: int = 0) -> Rule:
    return partial(_find_nth, month=month, weekday=weekday, nth=nth, days_later=days_later)


def _find_nth(year: int, *, month: int, weekday: int, nth: int, days_later: int) -> date:
    first = date(year, month, 1)
    ahead = (weekday - first.weekday()) % 7 + 7 * (nth - 1)
    return first + timedelta(days=ahead + days_later)


SOUTH = ("NZ", "AU")
FESTIVALS = (
    Festival("new_years_day", _on(1, 1)),
    Festival("spring_festival", _lunar(1, 1)),
    Festival("lantern_festival", _lunar(1, 15)),
    Festival("valentines_day", _on(2, 14)),
    Festival("womens_day", _on(3, 8), kind="shopping"),
    Festival("clear_brightness", lambda year: TermUtils.day_start_from_term(year, "清明")),
    Festival("easter", easter, SOUTH),
    Festival("anzac_day", _on(4, 25), SOUTH),
    Festival("labour_day_china", _on(5, 1)),
    Festival("mothers_day", _nth(5, SUNDAY, 2)),
    Festival("day_520", _on(5, 20), kind="shopping"),
    Festival("dragon_boat", _lunar(5, 5)),
    Festival("shopping_618", _on(6, 18), kind="shopping"),
    Festival("fathers_day", _nth(6, SUNDAY, 3), ("CN",)),
    Festival("qixi", _lunar(7, 7)),
    Festival("fathers_day", _nth(9, SUNDAY, 1), SOUTH),
    Festival("mid_autumn", _lunar(8, 15)),
    Festival("national_day_china", _on(10, 1)),
    Festival("double_eleven", _on(11, 11), kind="shopping"),
    Festival("black_friday", _nth(11, THURSDAY, 4, days_later=1), SOUTH, kind="shopping"),
    Festival("double_twelve", _on(12, 12), kind="shopping"),
    Festival("christmas", _on(12, 25), SOUTH),
    Festival("boxing_day", _on(12, 26), SOUTH, kind="shopping"),
)
"""Chinese festivals count everywhere, for the readers are Chinese; the others where the campaign works."""


def find_festivals(start: date, end: date, *, markets: Iterable[str]) -> pd.DataFrame:
    """Festivals between two days, both included.

    Returns
    -------
    ``festival``, ``date``, ``kind`` (holiday or shopping), in the order of the days.

    >>> find_festivals(date(2026, 6, 1), date(2026, 6, 30), markets=["NZ"])["festival"].tolist()
    ['shopping_618', 'dragon_boat']
    """
    rows = [
        {"festival": festival.name, "date": pd.Timestamp(day), "kind": festival.kind}
        for festival in FESTIVALS
        if not festival.markets or set(festival.markets) & set(markets)
        for day in map(festival.rule, range(start.year, end.year + 1))
        if start <= day <= end
    ]
    found = pd.DataFrame(rows, columns=["festival", "date", "kind"])
    return found.astype({"date": "datetime64[us]"}).sort_values("date", kind="stable", ignore_index=True)
