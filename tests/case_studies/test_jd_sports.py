"""JD Sports: what a sale, the wrong baseline and a chosen boost do to the naive way, and not to the taught one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_frames import Study, arrange, holds, read_study, true_effect, true_lift

from case_studies.worlds.cases import CASES
from xhs_toolkit import lift
from xhs_toolkit.stats import jeffreys_interval

CASE = CASES["jd_sports"]
METRICS = ("sales", "site_sessions", "foot_traffic")


@pytest.fixture(scope="module")
def jd() -> Study:
    return read_study("jd_sports")


# ------------------------------------------------------------------------- a sale that lifts everyone


@pytest.fixture(scope="module")
def lifts(jd: Study) -> dict[str, lift.Lift]:
    arranged = {
        name: lift.arrange_outcomes(jd.tables["outcomes"], metric=name, campaign=jd.campaign) for name in METRICS
    }
    return {name: lift.estimate_lift(one.panel) for name, one in arranged.items() if one.panel is not None}


def test_before_and_after_takes_the_sale_for_the_campaign(jd: Study) -> None:
    panel = lift.arrange_outcomes(jd.tables["outcomes"], metric="sales", campaign=jd.campaign).panel
    assert panel is not None
    own, others = panel.treated_mean, panel.control_values.mean(axis=1)
    naive, controls = (line[panel.n_before :].mean() / line[: panel.n_before].mean() - 1 for line in (own, others))
    assert controls > 0.2, "no campaign there, and yet"
    assert naive > 3 * true_lift(jd.world, "sales")


@pytest.mark.parametrize("metric", METRICS)
def test_against_control_markets_the_truth_is_in_the_range(metric: str, jd: Study, lifts: dict[str, lift.Lift]) -> None:
    assert holds(lifts[metric].low, lifts[metric].high, true_effect(jd.world, metric))


def test_sales_are_seen_and_the_small_lift_of_stores_is_not(jd: Study, lifts: dict[str, lift.Lift]) -> None:
    assert lifts["sales"].verdict == "detected"
    assert lifts["foot_traffic"].verdict == "not_detected"
    assert 0 < true_lift(jd.world, "foot_traffic") < lifts["foot_traffic"].minimum.lift


def test_over_many_worlds_the_range_mostly_holds(jd: Study) -> None:
    held = []
    for seed in range(8):
        world = CASE.make_world(seed=seed)
        panel = arrange(world, metric="sales", campaign=jd.campaign).panel
        assert panel is not None
        found = lift.estimate_lift(panel)
        held.append(holds(found.low, found.high, true_effect(world, "sales")))
    assert np.mean(held) >= 0.7


def test_where_the_sale_is_stronger_here_the_method_fails(jd: Study) -> None:
    world = CASE.make_world(misspecified=True)
    panel = arrange(world, metric="sales", campaign=jd.campaign).panel
    assert panel is not None
    found = lift.estimate_lift(panel)
    assert world.outcomes["true_incremental"].eq(0).all()
    assert found.verdict == "detected"
    assert found.lift_low > 0.1


# --------------------------------------------------------------------------------- two baselines


def compare_with_medians(jd: Study, scope: str) -> pd.Series:
    """Log ratio of each image or video note's views to the creator's median of a scope, three notes and more."""
    medians = jd.tables["baselines"].query("window_days == 90 and n_notes >= 3")
    wide = medians.pivot_table(index=["creator_id", "format"], columns="scope", values="views_median").dropna()
    notes = jd.found.notes.merge(wide, left_on=["creator_id", "format"], right_index=True)
    return np.log((notes["views_organic"] + 0.5) / (notes[scope] + 0.5))


def test_everyday_medians_make_a_campaign_look_bad_that_is_not(jd: Study) -> None:
    mixed, fair = (np.exp(compare_with_medians(jd, scope).mean()) for scope in ("everyday", "paid"))
    assert mixed < 0.7 * fair
    assert mixed < 0.6
    assert 0.6 < fair < 1.6


# -------------------------------------------------------------------------------------- boosting


def test_notes_chosen_for_their_first_days_would_have_done_better_anyway(jd: Study) -> None:
    notes = jd.world.notes.query("scope == 'paid'")
    boosted = notes["note_id"].isin(jd.world.ad_days["note_id"])
    naive = notes.loc[boosted, "views"].median() / notes.loc[~boosted, "views"].median()
    assert naive > 3, "organic views: not one of them was bought"
    sums = jd.tables["ad_days"].query("level != 'keyword'")
    bought = sums["clicks"].sum() / jd.found.notes["views"].sum()
    assert bought < 0.1
    assert jd.found.notes["views_promoted"].sum() == pytest.approx(sums["clicks"].sum())


# --------------------------------------------------------------------------- delivery by market


def test_places_of_comments_tell_the_delivery_by_market(jd: Study) -> None:
    comments = jd.tables["comments"]
    known, homes = jd.world.settings.comments, jd.world.creators.set_index("creator_id")["place"]
    assert known is not None
    shares = dict(known.places)
    authors = comments["note_id"].map(jd.world.notes.set_index("note_id")["creator_id"]).map(homes)
    for place in ("澳大利亚", "新西兰"):
        truth = known.home_share * authors.eq(place).mean() + (1 - known.home_share) * shares[place]
        found = jeffreys_interval(comments["place"].eq(place).sum(), len(comments), level=0.99)
        assert holds(found.low, found.high, truth)
    assert comments["place"].notna().all()
