"""Festivals against the published calendars."""

from __future__ import annotations

from datetime import date

import pytest

from xhs_toolkit.objectives.timeline import FESTIVALS, find_day, find_festivals

SPRING = (
    "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 "
    "2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 "
    "2035-02-08"
)
MID_AUTUMN = (
    "2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 "
    "2030-09-12 2033-09-08"
)
DRAGON_BOAT = "2020-06-25 2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09"
QIXI = "2023-08-22 2024-08-10 2025-08-29 2026-08-19"


EASTER = "2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2038-04-25"
QINGMING = "2020-04-04 2021-04-04 2022-04-05 2023-04-05 2024-04-04 2025-04-04 2026-04-05 2027-04-05 2028-04-04"
RULES = {line["festival"]: line for line in FESTIVALS}


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("spring_festival", SPRING),
        ("mid_autumn", MID_AUTUMN),
        ("dragon_boat", DRAGON_BOAT),
        ("qixi", QIXI),
        ("easter", EASTER),
        ("clear_brightness", QINGMING),
    ],
)
def test_moving_festivals_fall_on_the_published_days(name: str, published: str) -> None:
    """The civil dates on which they were or will be kept; 2033 is the year that simple rules get wrong."""
    days = [date.fromisoformat(text) for text in published.split()]
    assert [find_day(RULES[name], each.year) for each in days] == days


def test_a_window_over_new_year_holds_both_years() -> None:
    found = find_festivals(date(2026, 12, 20), date(2027, 2, 10), markets=["AU"])
    assert found["festival"].tolist() == ["christmas", "boxing_day", "new_years_day", "spring_festival"]
    assert found["date"].dt.date.tolist()[-1] == date(2027, 2, 6)


def test_markets_decide_on_their_own_festivals() -> None:
    september = (date(2026, 9, 1), date(2026, 9, 30))
    assert find_festivals(*september, markets=["NZ"])["festival"].tolist() == ["fathers_day", "mid_autumn"]
    assert find_festivals(*september, markets=["CN"])["festival"].tolist() == ["mid_autumn"]


def test_weekday_rules() -> None:
    found = find_festivals(date(2026, 1, 1), date(2026, 12, 31), markets=["NZ", "CN"])
    days = found.set_index("festival")["date"].dt.strftime("%m-%d")
    assert (days["mothers_day"], days["black_friday"]) == ("05-10", "11-27")
    assert days["fathers_day"].tolist() == ["06-21", "09-06"]


def test_a_quiet_week_has_none() -> None:
    assert find_festivals(date(2026, 7, 6), date(2026, 7, 12), markets=["NZ"]).empty
