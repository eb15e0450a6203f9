"""Auckland Airport: a festival that moves, one treated place, a click rate that ads raise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_frames import Study, arrange, holds, read_study, true_lift

from case_studies.worlds.cases import CASES
from case_studies.worlds.cases.auckland_airport import NEW_YEARS
from xhs_toolkit import lift
from xhs_toolkit.objectives.timeline import find_festivals

CASE = CASES["auckland_airport"]
START, END = (pd.Timestamp(day) for day in (CASE.settings.start, CASE.settings.end))


@pytest.fixture(scope="module")
def airport() -> Study:
    return read_study("auckland_airport")


@pytest.fixture(scope="module")
def visitors(airport: Study) -> pd.Series:
    rows = airport.tables["outcomes"].query("metric == 'foot_traffic' and market == 'NZ'")
    return rows.set_index("date")["value"].astype(float)


# --------------------------------------------------------------------------- a festival that moves


def test_the_invented_new_years_are_the_calendars() -> None:
    found = find_festivals(NEW_YEARS[0], NEW_YEARS[1], markets=["NZ"]).query("festival == 'spring_festival'")["date"]
    assert [day.date() for day in found] == list(NEW_YEARS)


def test_same_days_of_last_year_and_the_weeks_before_mistake_the_festival_for_the_campaign(
    airport: Study, visitors: pd.Series
) -> None:
    truth = true_lift(airport.world, "foot_traffic")
    now, days = visitors[START:END].sum(), END - START
    year_ago = visitors[START - pd.DateOffset(years=1) : END - pd.DateOffset(years=1)].sum()
    before = visitors[START - days - pd.Timedelta(days=1) : START - pd.Timedelta(days=1)].sum()
    shift = pd.Timestamp(NEW_YEARS[1]) - pd.Timestamp(NEW_YEARS[0])
    same_festival = visitors[START - shift : END - shift].sum()
    assert now / year_ago - 1 > 3 * truth
    assert now / before - 1 > 5 * truth
    assert abs(now / same_festival - 1 - truth) < 0.5 * abs(now / year_ago - 1 - truth)


# ------------------------------------------------------------------------------ one treated place


def test_with_one_other_place_the_answer_is_cannot_be_told_and_says_what_could_be(airport: Study) -> None:
    found = lift.summarise_lift(airport.tables["outcomes"], campaign=airport.campaign, asked=("foot_traffic",))
    assert (found.answer.code, dict(found.answer.values)["reason"]) == ("lift.cannot_be_told", "one_control")
    least = found.estimates.query("method == 'did' and metric == 'foot_traffic'")["minimum_lift_share"].item()
    assert 0 < true_lift(airport.world, "foot_traffic") < least < 0.3


def test_the_smallest_effect_to_be_seen_is_honest(airport: Study) -> None:
    """Where the smallest lift to be seen is far above the truth, the bare difference misses it by chance alone."""
    errors, least = [], []
    for seed in range(8):
        world = CASE.make_world(seed=seed)
        panel = arrange(world, metric="foot_traffic", campaign=airport.campaign).panel
        assert panel is not None
        errors.append(lift.estimate_did(panel).lift - true_lift(world, "foot_traffic"))
        least.append(lift.find_minimum_effect(panel).lift)
    assert np.sqrt(np.mean(np.square(errors))) > 0.03
    assert np.nanmedian(least) > true_lift(airport.world, "foot_traffic")


def test_when_the_other_place_has_troubles_of_its_own_the_difference_is_theirs(airport: Study) -> None:
    world = CASE.make_world(misspecified=True)
    panel = arrange(world, metric="foot_traffic", campaign=airport.campaign).panel
    assert panel is not None
    assert world.outcomes["true_incremental"].eq(0).all()
    assert lift.estimate_did(panel).lift > 0.15


# ------------------------------------------------------------------- a click rate that ads raise


def test_ads_raise_the_click_rate_of_boosted_notes_and_the_organic_one_is_true(airport: Study) -> None:
    split = airport.found.notes
    truth = airport.world.notes.set_index("note_id")["true_click_rate"]
    boosted = split[split["note_id"].isin(airport.tables["ad_days"]["note_id"]) & split["format"].eq("image")]
    boosted = boosted.dropna(subset=["exposure_organic"])
    expected = (boosted["note_id"].map(truth) * boosted["exposure_organic"]).sum() / boosted["exposure_organic"].sum()
    inflated = boosted["views"].sum() / boosted["exposure"].sum()
    organic = boosted["views_organic"].sum() / boosted["exposure_organic"].sum()
    assert inflated > 1.2 * expected
    assert organic == pytest.approx(expected, rel=0.02)


# --------------------------------------------------------------------------------- the layered mix


def test_small_creators_look_cheaper_but_few_carry_all_and_the_page_says_so(airport: Study) -> None:
    tiers = airport.found.groups.query("dimension == 'tier'").set_index("group")
    assert tiers.loc["KOC", "cost_per_organic_view_cny"] < tiers.loc["KOL", "cost_per_organic_view_cny"]
    assert tiers["cost_per_organic_view_reason"].eq("few_carry_all").any()
    notes = airport.found.notes.query("tier == 'KOC'")
    best = notes.groupby("creator_id")["views"].sum()
    assert best.max() / best.sum() > 0.25


def test_where_a_rate_has_a_range_the_truth_is_in_it(airport: Study) -> None:
    world = airport.world.notes.set_index("note_id")
    rates = airport.found.rates.query("measure == 'click_rate' and rate_low.notna() and dimension == 'theme'")
    assert len(rates)
    for row in rates.itertuples():
        part = airport.found.notes.query("theme == @row.group and format == @row.format").dropna(subset=["exposure"])
        truth = (part["note_id"].map(world["true_click_rate"]) * part["exposure"]).sum() / part["exposure"].sum()
        assert holds(row.rate_low, row.rate_high, truth)
