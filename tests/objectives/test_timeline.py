"""Phases around the window, and the festivals near it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from xhs_toolkit.campaign import Campaign, Window
from xhs_toolkit.objectives import plan_timeline


def make_campaign(start: date, end: date) -> Campaign:
    return Campaign(folder=Path("nowhere"), window=Window(start=start, end=end), markets=("NZ",))


def test_phases_lie_before_inside_and_after_the_window() -> None:
    campaign = make_campaign(date(2026, 6, 1), date(2026, 6, 30))
    phases = plan_timeline(campaign).phases.set_index("phase")
    assert (phases["first_date"] <= phases["last_date"]).all()
    prepare, review = (phases[phases["stage"].eq(stage)] for stage in ("prepare", "review"))
    assert prepare["last_date"].max() == pd.Timestamp("2026-05-31")
    assert review["first_date"].min() == pd.Timestamp("2026-07-01")
    inside = phases[phases["stage"].isin(["creators", "feed", "search"])]
    assert inside["first_date"].min() == pd.Timestamp("2026-06-01")
    assert inside["last_date"].max() == pd.Timestamp("2026-06-30")


def test_a_window_of_one_day_keeps_its_order() -> None:
    day = date(2026, 6, 18)
    phases = plan_timeline(make_campaign(day, day)).phases
    assert (phases["first_date"] <= phases["last_date"]).all()


def test_festivals_say_where_they_fall_and_when_to_seed() -> None:
    timeline = plan_timeline(make_campaign(date(2026, 6, 1), date(2026, 6, 30)))
    festivals = timeline.festivals.set_index("festival")
    assert festivals.loc[["day_520", "shopping_618", "dragon_boat"], "falls"].tolist() == ["before", "inside", "inside"]
    assert festivals.loc["shopping_618", "seed_from_date"] == pd.Timestamp("2026-06-01"), "not before the window"
    later = plan_timeline(make_campaign(date(2026, 5, 1), date(2026, 6, 30))).festivals.set_index("festival")
    assert later.loc["shopping_618", "seed_from_date"] == pd.Timestamp("2026-05-21")
    codes = [finding.code for finding in timeline.findings]
    assert codes == ["objectives.festival_inside"] * 2


def test_a_quiet_window_and_none_at_all_are_said() -> None:
    quiet = plan_timeline(make_campaign(date(2025, 3, 23), date(2025, 3, 24)))
    assert quiet.festivals["festival"].tolist() == ["clear_brightness", "easter", "anzac_day", "labour_day_china"]
    none = plan_timeline(make_campaign(date(2026, 7, 5), date(2026, 7, 5)).model_copy(update={"window": Window()}))
    assert none.phases.empty
    assert [finding.code for finding in none.findings] == ["objectives.no_window"]
