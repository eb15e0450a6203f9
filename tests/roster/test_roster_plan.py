"""The whole plan, from the campaign file to the proposal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from roster_pools import make_pool

from xhs_toolkit.campaign import Budget, Campaign, Planning, Quota
from xhs_toolkit.exports import Exports, make_latest
from xhs_toolkit.forecast import Pool, make_candidates
from xhs_toolkit.objectives import plan_objectives
from xhs_toolkit.roster import RosterPlan, make_rules, plan_roster


@pytest.fixture(scope="module")
def campaign(sample: tuple[Campaign, Exports]) -> Campaign:
    return sample[0]


@pytest.fixture(scope="module")
def pool(sample: tuple[Campaign, Exports], campaign: Campaign) -> Pool:
    tables = sample[1].tables
    return make_candidates(tables, latest=make_latest(tables["notes"]), campaign=campaign)


def plan(pool: Pool, campaign: Campaign, **settings: object) -> RosterPlan:
    dropped = settings.pop("dropped", ())
    changed = campaign.model_copy(update=settings)
    return plan_roster(pool, campaign=changed, options=plan_objectives(changed).options, dropped=dropped)


@pytest.fixture(scope="module")
def given(pool: Pool) -> pd.DataFrame:
    """The candidates as they were before any plan."""
    return pool.candidates.copy()


@pytest.fixture(scope="module")
def as_set(pool: Pool, given: pd.DataFrame, campaign: Campaign) -> RosterPlan:
    """The plan as the campaign's own settings ask for it."""
    return plan(pool, campaign)


def test_the_plan_keeps_budget_and_layers(as_set: RosterPlan, campaign: Campaign) -> None:
    found = as_set
    budget = plan_objectives(campaign).options["creators_cny"].iloc[0]
    assert found.refusal is None
    assert found.chosen["cost_cny"].sum() <= budget
    large = found.chosen.loc[found.chosen["role"].eq("large"), "cost_cny"].sum()
    assert large <= 0.7 * budget + 0.01
    assert found.chosen["creator_id"].value_counts().between(1, campaign.planning.notes_per_creator).all()
    assert found.spread["expected_share"].between(0, 1).all()
    assert found.spread.query("spread_over == 'tier'")["n_notes"].sum() == len(found.chosen)
    assert found.answer.code == "roster.answer"
    assert found.assumptions["metric"] == found.metric == "views"


def test_alternatives_stand_beside_it_and_the_first_is_the_plan(as_set: RosterPlan) -> None:
    found = as_set
    assert found.options["option"].tolist() == ["plan", "more_large", "more_small", "several_notes"]
    totals = found.totals.set_index("metric").loc[found.metric]
    assert found.options.loc[0, ["p10", "p50", "p90"]].tolist() == totals[["p10", "p50", "p90"]].tolist()
    assert (found.options["p10"] < found.options["p90"]).all()


def test_nobody_dearer_than_the_target_is_bought_and_what_is_left_is_explained(
    pool: Pool, campaign: Campaign, as_set: RosterPlan
) -> None:
    """A floor: at half of what the plan's creators cost a view, money is held back, and the page says why."""
    before = as_set
    target = 1.01 * float((before.chosen["cost_cny"] / before.chosen["views_mean"]).median())
    targets = campaign.targets.model_copy(update={"cost_per_view_cny": target})
    found = plan(pool, campaign, targets=targets)
    assert 0 < len(found.chosen) < len(before.chosen)
    assert (found.chosen["cost_cny"] <= target * found.chosen["views_mean"]).all()
    (held,) = [finding.as_dict()["values"] for finding in found.findings if finding.code == "roster.held_back"]
    assert held["left_cny"] == pytest.approx(held["budget_cny"] - found.chosen["cost_cny"].sum())
    assert (held["basis"], held["limit_cny"], held["ratio"] > 1) == ("target", target, True)
    n_creators = before.chosen["creator_id"].nunique()
    asked = plan(pool, campaign, targets=targets, planning=Planning(quotas=(Quota(at_least=n_creators),)))
    assert asked.chosen["creator_id"].nunique() >= n_creators
    assert "roster.limit_waived" in {finding.code for finding in asked.findings}


def test_each_creator_has_what_it_should_bring_and_the_prices_between_which_to_agree(
    as_set: RosterPlan, campaign: Campaign
) -> None:
    chosen = as_set.chosen
    assert np.allclose(chosen["cost_per_view_cny"], chosen["cost_cny"] / chosen["views_mean"])
    assert (chosen["offer_cny"] <= chosen["walk_away_cny"]).all()
    limit = campaign.targets.cost_per_view_cny * chosen["expected_views"] / (1 + campaign.agency.service_fee_rate)
    assert np.allclose(chosen["walk_away_cny"], limit, atol=6)
    assert set(chosen["rests_on"]) <= {"own", "size"}


def test_creators_nobody_has_data_on_stand_apart(pool: Pool, campaign: Campaign) -> None:
    """Unknown is no middle: however much it might bring, it is not chosen, but asked."""
    first = pool.candidates["creator_id"].iloc[0]
    is_first = pool.candidates["creator_id"].eq(first)
    basis = pool.candidates["views_basis"].mask(is_first, "peers")
    better = pool.candidates.assign(views_basis=basis, views_mean=pool.candidates["views_mean"].mask(is_first, 1e9))
    found = plan(pool._replace(candidates=better), campaign)
    assert first not in set(found.chosen["creator_id"])
    assert first in set(found.unknown["creator_id"])
    assert "roster.unknown" in {finding.code for finding in found.findings}


def test_decisions_and_quotas_are_kept(pool: Pool, campaign: Campaign, as_set: RosterPlan) -> None:
    before = as_set.chosen
    gone, name = before["creator_id"].iloc[0], before["creator_name"].iloc[1]
    planning = Planning(exclude=(name,), quotas=(Quota(format="video", at_most=2), Quota(tier="KOL", at_least=3)))
    found = plan(pool, campaign, planning=planning, dropped=[gone]).chosen
    assert gone not in set(found["creator_id"])
    assert name not in set(found["creator_name"])
    assert found.loc[found["format"].eq("video"), "creator_id"].nunique() <= 2
    assert found.loc[found["tier"].eq("KOL"), "creator_id"].nunique() >= 3


def test_a_must_have_by_name_beats_a_drop(pool: Pool, campaign: Campaign) -> None:
    creator = pool.candidates.nlargest(1, "cost_cny").iloc[0]
    planning = Planning(must_have=(creator["creator_name"],))
    found = plan(pool, campaign, planning=planning, dropped=[creator["creator_id"]])
    assert creator["creator_id"] in set(found.chosen["creator_id"])


def test_rules_in_conflict_are_the_answer(pool: Pool, campaign: Campaign) -> None:
    found = plan(pool, campaign, planning=Planning(quotas=(Quota(tier="KOL", at_least=25),)))
    assert found.answer.code == "roster.infeasible"
    assert found.chosen.empty
    assert found.refusal is None
    assert {finding.code for finding in found.findings} >= {"roster.conflict_count"}


@pytest.mark.parametrize(
    ("settings", "emptied", "code"),
    [
        ({"budget": None}, False, "roster.no_budget"),
        ({}, True, "roster.no_prices"),
        ({"planning": Planning(maximise="views")}, None, "roster.no_forecast"),
    ],
)
def test_what_is_missing_is_named(
    pool: Pool, campaign: Campaign, settings: dict, emptied: bool | None, code: str
) -> None:
    candidates = pool.candidates.head(0) if emptied else pool.candidates
    if emptied is None:
        candidates = candidates.assign(views_p50=np.nan)
    given = pool._replace(candidates=candidates)
    found = plan(given, campaign, **settings)
    assert found.refusal is not None
    assert found.refusal.code == found.answer.code == code
    assert found.chosen.empty
    assert list(found.options.columns)[:2] == ["option", "status"]


def test_rules_come_from_the_campaign_file() -> None:
    candidates = make_pool(6).assign(creator_name=lambda frame: "name " + frame["creator_id"], personas="")
    planning = Planning(
        quotas=(
            Quota(theme="walks", at_least=1),
            Quota(persona="student", at_most=500, count="cost_cny"),
            Quota(at_most=4),
        ),
        must_have=("name c00001", "c00002"),
        exclude=("nobody",),
    )
    campaign = Campaign(folder=Path("nowhere"), budget=Budget(amount=1_000), planning=planning)
    shares = {"large": 0.25, "small": 1.0}
    rules = make_rules(
        campaign, candidates=candidates, budget_cny=800.0, role_shares=shares, dropped=["c00002", "c00003"]
    )
    assert rules.must_have == ("c00001", "c00002")
    assert rules.exclude == ("nobody", "c00003")
    limits = [(limit.column, limit.value, limit.at_least, limit.at_most, limit.of) for limit in rules.limits]
    assert limits == [
        ("themes", "walks", 1, None, "creators"),
        ("personas", "student", None, 500, "cost_cny"),
        (None, None, None, 4, "creators"),
        ("role", "large", None, 200.0, "cost_cny"),
    ]


@pytest.mark.usefixtures("as_set")
def test_the_pool_is_not_changed(pool: Pool, given: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(pool.candidates, given)
    assert np.isfinite(given["cost_cny"]).all()
