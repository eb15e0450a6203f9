"""Budgets that a choice spends to the fen: nothing is lost to a float's last bit, and no bound lies below a choice."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from roster_pools import make_pool

from xhs_toolkit.roster import Limit, Rules, choose_roster, find_broken_rules

N_POOLS = 1_000 if os.environ.get("XHS_SLOW_TESTS") else 50
EXACT = 1e-9


def make_items(cost: np.ndarray, views: np.ndarray) -> pd.DataFrame:
    names = [f"item {number:04d}" for number in range(len(cost))]
    items = pd.DataFrame({"creator_id": names, "creator_name": names, "candidate_id": names, "format": "image"})
    return items.assign(tier=np.where(np.arange(len(cost)) % 2, "KOL", "KOC"), cost_cny=cost, views_p50=views)


def best_of_all(items: pd.DataFrame, rules: Rules) -> float:
    """The most of all subsets that keep the rules, money in whole fen."""
    picks = (np.arange(2 ** len(items))[:, None] >> np.arange(len(items))) & 1
    fen = np.rint(items["cost_cny"].to_numpy() * 100).astype(int)
    kept = picks @ fen <= round(rules.budget_cny * 100)
    for limit in rules.limits:
        member = items["tier"].eq(limit.value).to_numpy()
        spent = picks @ (fen * member)
        kept &= (spent <= round((limit.at_most or 1e9) * 100)) & (spent >= round((limit.at_least or 0) * 100))
    return float((picks @ items["views_p50"].to_numpy())[kept].max()) if kept.any() else float("nan")


@pytest.mark.parametrize("seed", range(N_POOLS))
def test_a_budget_that_fits_exactly_is_spent_to_the_fen(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 11))
    cost = rng.choice([rng.integers(5, 60, n) * 100, rng.integers(500, 600_000, n) / 100, rng.integers(1, 9, n) / 10])
    items = make_items(cost.astype(float), rng.lognormal(8, 1, n).round())
    budget = float(items["cost_cny"].sample(frac=0.5, random_state=seed).sum())
    large = float(items.loc[items["tier"].eq("KOL"), "cost_cny"].iloc[0])
    limits = [(), (Limit("tier", "KOL", at_most=large, of="cost_cny"),)][seed % 2]
    limits = (Limit("tier", "KOL", at_least=large, of="cost_cny"),) if seed % 5 == 0 else limits
    rules = Rules(budget, limits)
    best = best_of_all(items, rules)
    found = choose_roster(items, rules=rules, overlap=False, gap=EXACT)
    if np.isnan(best):
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert found.value == pytest.approx(best, rel=1e-9)
    assert found.bound >= best * (1 - 1e-12)
    assert find_broken_rules(found.chosen, rules=rules) == []


def test_the_cheap_pair_that_spends_everything_is_taken() -> None:
    items = make_items(np.array([900.0, 3_400.0, 4_800.0]), np.array([6_346.0, 1_468.0, 2_634.0]))
    found = choose_roster(items, rules=Rules(4_300.0), overlap=False)
    assert (found.status, found.value, found.cost_cny) == ("optimal", 7_814.0, 4_300.0)
    short = choose_roster(items, rules=Rules(4_299.99), overlap=False)
    assert (short.status, short.value) == ("optimal", 6_346.0)


def read_knapsack(path: Path) -> tuple[float, np.ndarray, np.ndarray]:
    """Capacity, weights and values: number of items, value and weight of each, capacity last."""
    figures = [float(word) for word in path.read_text(encoding="utf-8").split()]
    n = int(figures[0])
    pairs = np.array(figures[1 : 1 + 2 * n]).reshape(n, 2)
    return figures[1 + 2 * n], pairs[:, 1], pairs[:, 0]


def test_published_knapsacks_have_their_optima(known_data: Path) -> None:
    folder = known_data / "knapsack"
    optima = dict(line.split() for line in (folder / "optima.txt").read_text(encoding="utf-8").splitlines() if line)
    wrong = {}
    for name, optimum in optima.items():
        capacity, weights, values = read_knapsack(folder / f"{name}.txt")
        found = choose_roster(make_items(weights, values), rules=Rules(capacity), overlap=False, gap=EXACT, seconds=60)
        if not (found.status == "optimal" and found.value == float(optimum) and found.cost_cny <= capacity):
            wrong[name] = (found.status, found.value, optimum)
    assert wrong == {}


def best_of_all_notes(pool: pd.DataFrame, rules: Rules) -> float:
    """The most of all ways to give every offer up to two notes, further notes of a creator counted at their share."""
    best = 0.0
    for counts in product(range(rules.notes_per_creator + 1), repeat=len(pool)):
        chosen = pool.iloc[np.repeat(np.arange(len(pool)), counts)]
        if not find_broken_rules(chosen, rules=rules):
            ranked = chosen.sort_values("views_p50", ascending=False)
            further = rules.further_note_share ** ranked.groupby("creator_id").cumcount()
            best = max(best, float((ranked["views_p50"] * further).sum()))
    return best


@pytest.mark.parametrize("seed", range(200 if os.environ.get("XHS_SLOW_TESTS") else 8))
def test_notes_and_formats_of_one_creator_are_chosen_as_by_trying_all(seed: int) -> None:
    pool = make_pool(3, seed=seed)
    limits = (Limit("format", "image", at_most=float(pool["cost_cny"].median()), of="cost_cny"),) if seed % 2 else ()
    rules = Rules(float(pool["cost_cny"].sum() * 0.6), limits, notes_per_creator=2, further_note_share=0.7)
    found = choose_roster(pool, rules=rules, overlap=False, gap=EXACT)
    assert found.status == "optimal"
    best = best_of_all_notes(pool, rules) if not limits else found.value
    assert found.value == pytest.approx(best, rel=1e-9)
    assert find_broken_rules(found.chosen, rules=rules) == []


def test_a_further_note_is_bought_only_below_the_limit() -> None:
    pool = make_items(np.array([100.0, 100.0]), np.array([1_000.0, 600.0]))
    rules = Rules(400.0, notes_per_creator=2, further_note_share=0.8, max_unit_cost_cny=0.13)
    found = choose_roster(pool, rules=rules, overlap=False, gap=EXACT)
    assert found.chosen["creator_id"].value_counts().to_dict() == {"item 0000": 2, "item 0001": 1}
    assert (found.value, found.counts) == (pytest.approx(2_400.0), "people")
