"""The choice against trying everything, published optima, and the laws that hold for any pool."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roster_pools import best_by_trying, make_pool

from xhs_toolkit.errors import CampaignError
from xhs_toolkit.roster import Limit, Rules, check_robustness, choose_roster, find_broken_rules

EXACT = 1e-7

LIMITS = st.sampled_from(
    [
        (),
        (Limit("tier", "KOL", at_least=1),),
        (Limit("tier", "KOC", at_least=2, at_most=3), Limit("format", "video", at_most=1)),
        (Limit("place", "Auckland", at_least=1), Limit("themes", "gear", at_least=1)),
        (Limit("tier", "KOL", at_most=1_500.0, of="cost_cny"), Limit(None, None, at_most=3)),
        (Limit("category", "food", at_least=300.0, of="cost_cny"),),
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), budget=st.sampled_from([600.0, 2_000.0, 6_000.0]), limits=LIMITS, overlap=st.booleans()
)
def test_a_small_choice_is_the_best_of_all(seed: int, budget: float, limits: tuple[Limit, ...], overlap: bool) -> None:
    pool = make_pool(4, seed=seed)
    rules = Rules(budget, limits)
    best = best_by_trying(pool.sort_values(["creator_id", "format"], ignore_index=True), rules=rules, overlap=overlap)
    found = choose_roster(pool, rules=rules, overlap=overlap, gap=EXACT)
    if np.isnan(best):
        assert found.status == "infeasible"
        assert found.conflict is not None
    else:
        assert found.status == "optimal"
        assert found.value == pytest.approx(best, rel=1e-6, abs=1e-6)


# fmt: off
PUBLISHED = [
    (165, [23, 31, 29, 44, 53, 38, 63, 85, 89, 82], [92, 57, 49, 68, 60, 43, 67, 84, 87, 72], 309),
    (26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16], 51),
    (190, [56, 59, 80, 64, 75, 17], [50, 50, 64, 46, 50, 5], 150),
    (50, [31, 10, 20, 19, 4, 3, 6], [70, 20, 39, 37, 7, 5, 10], 107),
    (104, [25, 35, 45, 5, 25, 3, 2, 2], [350, 400, 450, 20, 70, 8, 5, 5], 900),
    (170, [41, 50, 49, 59, 55, 57, 60], [442, 525, 511, 593, 546, 564, 617], 1735),
    (
        750,
        [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120],
        [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240],
        1458,
    ),
    (
        6_404_180,
        [382745, 799601, 909247, 729069, 467902, 44328, 34610, 698150, 823460, 903959, 853665, 551830,
         610856, 670702, 488960, 951111, 323046, 446298, 931161, 31385, 496951, 264724, 224916, 169684],
        [825594, 1677009, 1676628, 1523970, 943972, 97426, 69666, 1296457, 1679693, 1902996, 1844992, 1049289,
         1252836, 1319836, 953277, 2067538, 675367, 853655, 1826027, 65731, 901489, 577243, 466257, 369261],
        13_549_094,
    ),
]
# fmt: on
"""Knapsacks of J. Burkardt's collection KNAPSACK_01: capacity, weights, profits, optimum."""


@pytest.mark.parametrize(("capacity", "weights", "profits", "optimum"), PUBLISHED)
def test_published_knapsacks(capacity: float, weights: list[float], profits: list[float], optimum: float) -> None:
    names = [f"item {number:02d}" for number in range(len(weights))]
    items = pd.DataFrame({"creator_id": names, "creator_name": names, "candidate_id": names, "format": "image"})
    items = items.assign(cost_cny=weights, views_p50=profits, followers=1.0)
    found = choose_roster(items, rules=Rules(capacity), overlap=False, gap=1e-9)
    assert found.value == pytest.approx(optimum)
    assert found.cost_cny <= capacity
    assert found.bound == pytest.approx(optimum)


RULES = Rules(20_000, (Limit("tier", "KOL", at_least=2, at_most=6), Limit("place", "Sydney", at_least=4)))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), budget=st.floats(8_000, 40_000))
def test_laws_of_every_roster(seed: int, budget: float) -> None:
    pool = make_pool(80, seed=seed)
    must, gone = pool["creator_id"].iloc[3], pool["creator_id"].iloc[5]
    rules = Rules(budget, RULES.limits, (must,), (gone,))
    found = choose_roster(pool, rules=rules)
    more = choose_roster(pool, rules=Rules(1.3 * budget, RULES.limits, (must,), (gone,)))
    if found.status == "infeasible":
        return
    assert found.cost_cny <= budget + 0.005
    assert found.chosen["creator_id"].is_unique
    assert must in set(found.chosen["creator_id"])
    assert gone not in set(found.chosen["creator_id"])
    assert found.bound >= found.value * (1 - 1e-9)
    assert more.value >= found.value * (1 - 0.001)
    assert (found.by_hand["value"] <= found.bound * (1 + 1e-9))[found.by_hand["n_broken"] == 0].all()
    assert find_broken_rules(found.chosen, rules=rules) == []


def test_a_large_pool_is_proven_through_its_core() -> None:
    pool = make_pool(4_000, seed=1)
    rules = Rules(100_000, (*RULES.limits, Limit("themes", "walks", at_least=10)))
    found = choose_roster(pool, rules=rules, overlap=False)
    assert found.status == "optimal"
    assert found.n_core < found.n_candidates == len(pool)
    assert found.gap <= 0.001
    whole = pool.nlargest(1_500, "views_p50")
    assert found.bound >= choose_roster(whole, rules=rules, overlap=False).value * (1 - 1e-9)


def test_a_large_minimum_is_no_false_conflict() -> None:
    """Every candidate is of one kind, and more are asked for than the core would keep."""
    pool = make_pool(2_000, seed=2, share_of_video=0.0).assign(cost_cny=100.0)
    found = choose_roster(pool, rules=Rules(30_000, (Limit(None, None, at_least=300),)), overlap=False)
    assert found.status == "optimal"
    assert len(found.chosen) == 300


def test_the_tenth_creator_of_one_audience_is_worth_less() -> None:
    alike = make_pool(40, seed=3, share_of_video=0.0).assign(followers=1_000.0, views_p50=800.0, cost_cny=100.0)
    alike = alike.assign(category=["travel"] * 30 + ["food"] * 10)
    found = choose_roster(alike, rules=Rules(1_000.0))
    assert found.counts == "people"
    assert found.value < alike["views_p50"].iloc[0] * len(found.chosen)
    assert set(found.chosen["category"]) == {"travel", "food"}


def test_a_must_have_without_a_forecast_is_in_and_counts_nothing() -> None:
    pool = make_pool(8, seed=4, share_of_video=0.0)
    pool.loc[2, "views_p50"] = np.nan
    rules = Rules(1e6, (), (pool.loc[2, "creator_id"],))
    found = choose_roster(pool, rules=rules, overlap=False)
    assert pool.loc[2, "creator_id"] in set(found.chosen["creator_id"])
    assert found.value == pytest.approx(pool["views_p50"].sum())


def test_the_input_is_not_changed() -> None:
    pool = make_pool(10)
    before = pool.copy()
    choose_roster(pool, rules=RULES)
    pd.testing.assert_frame_equal(pool, before)


def test_no_budget_chooses_nobody() -> None:
    found = choose_roster(make_pool(5), rules=Rules(0.0))
    assert found.chosen.empty
    assert [finding.code for finding in found.findings] == ["roster.nothing_fits"]


def test_of_nobody_only_nobody_can_be_chosen() -> None:
    nobody = make_pool(5).iloc[:0]
    assert choose_roster(nobody, rules=Rules(100.0)).chosen.empty
    wanted = choose_roster(nobody, rules=Rules(100.0, (Limit(None, None, at_least=1),)))
    assert (wanted.status, len(wanted.chosen)) == ("infeasible", 0)


def test_bad_rules_are_all_named_at_once() -> None:
    rules = Rules(-1, (Limit("colour", "red"), Limit("tier", "KOC", at_least=3, at_most=1)), ("nobody",), ("nobody",))
    with pytest.raises(CampaignError) as caught:
        choose_roster(make_pool(5), rules=rules)
    assert {problem.column for problem in caught.value.problems} == {
        "must_have",
        "exclude",
        "limits",
        None,
        "budget_cny",
    }


def test_robustness_counts_how_often_each_is_chosen() -> None:
    pool = make_pool(30, seed=5)
    sure = np.tile(pool["views_p50"].to_numpy(), (3, 1))
    table = check_robustness(pool, rules=Rules(5_000), draws=sure, overlap=False)
    assert set(table["candidate_id"]) == set(
        choose_roster(pool, rules=Rules(5_000), overlap=False).chosen["candidate_id"]
    )
    assert (table["chosen_share"] == 1).all()
    unsure = sure * np.random.default_rng(0).lognormal(0, 1, sure.shape)
    table = check_robustness(pool, rules=Rules(5_000), draws=unsure, overlap=False)
    assert table["chosen_share"].is_monotonic_decreasing
    assert table["chosen_share"].between(1 / 3, 1).all()
    assert table["chosen_share"].min() < 1


# ------------------------------------------------------------------------------------- conflicts


def test_a_conflict_names_the_rules_and_the_smallest_change() -> None:
    pool = make_pool(30, seed=6)
    kol = pool.query("tier == 'KOL'").groupby("creator_id")["cost_cny"].min().nsmallest(3).sum()
    limits = (Limit("tier", "KOL", at_least=3), Limit("place", "Sydney", at_most=20))
    found = choose_roster(pool, rules=Rules(kol - 100, limits))
    assert found.status == "infeasible"
    rules = found.conflict.rules
    assert set(rules["rule"]) == {"budget_cny", "tier=KOL"}
    freed = rules.set_index("rule")["needed"]
    assert freed["budget_cny"] == pytest.approx(kol, abs=1.0)
    assert freed["tier=KOL"] == 2
    assert choose_roster(pool, rules=Rules(freed["budget_cny"], limits)).status == "optimal"
    assert choose_roster(pool, rules=Rules(freed["budget_cny"] - 2, limits)).status == "infeasible"


def test_a_quota_that_the_pool_cannot_fill_says_how_many_there_are() -> None:
    pool = make_pool(12, seed=7)
    n_food = pool.query("category == 'food'")["creator_id"].nunique()
    found = choose_roster(pool, rules=Rules(1e6, (Limit("category", "food", at_least=n_food + 2),)))
    (row,) = found.conflict.rules.to_dict("records")
    assert (row["rule"], row["needed"], row["change"]) == ("category=food", n_food, -2)
