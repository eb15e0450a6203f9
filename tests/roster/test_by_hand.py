"""The lists an analyst would make: in order, within every upper bound, one format a creator."""

from __future__ import annotations

import numpy as np
import pytest
from roster_pools import make_pool

from xhs_toolkit.roster import Limit, Rules, choose_roster
from xhs_toolkit.roster.problem import make_problem
from xhs_toolkit.roster.search import ORDERS, choose_by_hand


def choose(rules: Rules, order: str, n_creators: int = 200) -> tuple:
    pool = make_pool(n_creators, seed=8).sort_values(["creator_id", "format"], ignore_index=True)
    views = pool["views_p50"].to_numpy(dtype=float)
    problem = make_problem(pool, value=views, rules=rules, audience=None)
    return pool, pool.iloc[choose_by_hand(problem, shown=views, order=order)]


@pytest.mark.parametrize("order", ORDERS)
def test_upper_bounds_are_never_broken(order: str) -> None:
    limits = (Limit("tier", "KOL", at_most=3), Limit("format", "video", at_most=2_000.0, of="cost_cny"))
    _, found = choose(Rules(15_000, limits), order)
    assert found["cost_cny"].sum() <= 15_000
    assert found["tier"].eq("KOL").sum() <= 3
    assert found.loc[found["format"].eq("video"), "cost_cny"].sum() <= 2_000
    assert found["creator_id"].is_unique


def test_each_list_begins_where_it_says() -> None:
    pool, biggest = choose(Rules(15_000), "biggest_first")
    fitting = pool[pool["cost_cny"] <= 15_000]
    assert fitting.nlargest(1, "views_p50")["candidate_id"].item() in set(biggest["candidate_id"])
    pool, cheapest = choose(Rules(15_000), "cheapest_view_first")
    best = (pool["cost_cny"] / pool["views_p50"]).idxmin()
    assert pool.loc[best, "candidate_id"] in set(cheapest["candidate_id"])
    assert (
        cheapest["cost_cny"].sum() / cheapest["views_p50"].sum()
        < biggest["cost_cny"].sum() / biggest["views_p50"].sum()
    )


def test_a_list_goes_by_what_the_files_show_and_not_by_the_forecast() -> None:
    """A median of two lucky notes leads the list; the choice knows it for what it is worth."""
    pool = make_pool(200, seed=8).assign(views_mean=lambda rows: rows["views_p50"])
    noise = np.exp(np.random.default_rng(3).normal(0, 1.2, len(pool)))
    plain = choose_roster(pool, rules=Rules(15_000), overlap=False).by_hand.set_index("way")["ratio"]
    shown = pool.assign(views_seen=pool["views_mean"] * noise)
    lucky = choose_roster(shown, rules=Rules(15_000), overlap=False).by_hand.set_index("way")["ratio"]
    assert plain["cheapest_view_first"] > 0.98
    assert lucky["cheapest_view_first"] < 0.95


def test_nobody_who_still_fits_is_left_out() -> None:
    pool, found = choose(Rules(15_000), "biggest_first")
    left = pool[~pool["creator_id"].isin(found["creator_id"])]
    assert left["cost_cny"].min() > 15_000 - found["cost_cny"].sum()


def test_must_haves_and_minimums_come_first() -> None:
    rules = Rules(60_000, (Limit("themes", "gear", at_least=12),), ("c00017",))
    _, plain = choose(Rules(60_000), "biggest_first")
    _, found = choose(rules, "biggest_first")
    assert plain["themes"].str.contains("gear").sum() < 12
    assert "c00017" in set(found["creator_id"])
    assert found["themes"].str.contains("gear").sum() >= 12


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="is not one of"):
        choose(Rules(1_000), "prettiest_first")


def test_a_list_longer_than_what_is_looked_at_together_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Rules(15_000, (Limit("tier", "KOL", at_most=3),))
    _, whole = choose(rules, "cheapest_view_first")
    monkeypatch.setattr("xhs_toolkit.roster.search.LOOKED_AT", 7)
    _, parts = choose(rules, "cheapest_view_first")
    assert np.array_equal(whole.index, parts.index)
