"""Choosing a roster: with and without pruning, against a sorted list: python -m benchmarks roster.

``python benchmarks/bench_roster.py 5000 20000 1000000`` chooses other sizes; the unpruned solve is left out above
`WHOLE` creators, where it finds nothing in a minute.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from xhs_toolkit.roster import Limit, Rules, choose_roster, find_broken_rules
from xhs_toolkit.roster.choose import GAP, find_usable
from xhs_toolkit.roster.problem import make_problem
from xhs_toolkit.roster.reach import AGE_COLUMNS, make_audience
from xhs_toolkit.roster.search import solve_choice
from xhs_toolkit.stats import make_rng

CATEGORIES = ("travel", "food", "beauty", "sport", "family", "home")
PLACES = ("Auckland", "Sydney", "Shanghai", "Guangdong", "Melbourne")
PERSONAS = ("student", "parent", "tourist", "expert")
THEMES = ("walks", "gear", "weekends")
BUDGET_CNY = 300_000.0
WHOLE = 20_000
SECONDS = 60.0


def make_pool(n_creators: int, *, seed: int = 0) -> pd.DataFrame:
    """Creators with one or two formats; price and views go with followers, with scatter."""
    rng = make_rng(seed)
    followers = np.exp(rng.normal(9, 1.3, n_creators))
    appeal = np.exp(rng.normal(0, 0.5, n_creators))
    price = np.maximum(0.06 * followers * np.sqrt(appeal) * np.exp(rng.normal(0, 0.5, n_creators)), 150)
    ages = rng.dirichlet([1, 4, 5, 2, 1], n_creators)
    creators = pd.DataFrame(
        {
            "creator_id": pd.Series(np.arange(n_creators)).astype("str").str.zfill(8),
            "followers": followers,
            "tier": np.where(followers >= 10_000, "KOL", "KOC"),
            "category": rng.choice(CATEGORIES, n_creators),
            "place": rng.choice(PLACES, n_creators),
            "persona": rng.choice(PERSONAS, n_creators),
            "themes": rng.choice(THEMES, n_creators),
            **{name: ages[:, band] for band, name in enumerate(AGE_COLUMNS)},
        }
    ).assign(creator_name=lambda frame: frame["creator_id"])
    views = 0.2 * followers * appeal * np.exp(rng.normal(0, 0.4, n_creators))
    parts = [
        creators.assign(format=form, cost_cny=(1.1 * price * dearer).round(2), views_p50=(views * more).round())[
            rng.random(n_creators) < offered
        ]
        for form, dearer, more, offered in (("image", 1.0, 1.0, 0.9), ("video", 1.34, 1.15, 0.6))
    ]
    pool = pd.concat(parts, ignore_index=True)
    return pool.assign(candidate_id=pool["creator_id"] + "/" + pool["format"])


def make_rules(pool: pd.DataFrame) -> Rules:
    """24 constraints: the budget, 22 limits and a must-have."""
    limits = [
        Limit("tier", "KOL", at_least=5, at_most=20),
        Limit("tier", "KOC", at_least=60),
        Limit("tier", "KOL", at_most=200_000, of="cost_cny"),
        Limit("format", "video", at_least=30, at_most=90),
        *(Limit("category", name, at_least=5, at_most=60) for name in CATEGORIES),
        *(Limit("place", name, at_least=8) for name in PLACES),
        *(Limit("persona", name, at_least=10, at_most=80) for name in PERSONAS),
        *(Limit("themes", name, at_least=15) for name in THEMES[:2]),
        Limit(None, None, at_most=200),
    ]
    return Rules(BUDGET_CNY, tuple(limits), (pool["creator_id"].iloc[5],), (pool["creator_id"].iloc[9],))


def solve_whole(pool: pd.DataFrame, rules: Rules) -> tuple[float, float]:
    """Value and bound of the solver over everything at once, without pruning."""
    usable = find_usable(pool, rules=rules, column="views_p50")
    audience = make_audience(usable)
    problem = make_problem(usable, value=usable["views_p50"].to_numpy(dtype=float), rules=rules, audience=audience)
    found = solve_choice(problem, np.arange(problem.size), gap=GAP, seconds=SECONDS)
    value = problem.worth(found.which) * problem.value_unit if found.which is not None else float("nan")
    return value, found.bound * problem.value_unit


def report(n_creators: int) -> None:
    pool = make_pool(n_creators)
    rules = make_rules(pool)
    start, worked = time.perf_counter(), time.process_time()
    found = choose_roster(pool, rules=rules)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    assert not find_broken_rules(found.chosen, rules=rules)
    shares = found.by_hand.set_index("way")["ratio"]
    size = f"{n_creators:>9,} creators ({found.n_candidates:,} candidates, {found.n_core:,} in the core)"
    proof = f"{found.status}, gap {100 * found.gap:.3f}%, {len(found.chosen)} chosen"
    by_hand = ", ".join(f"{way} {100 * shares[way]:.0f}%" for way in ("cheapest_view_first", "biggest_first"))
    print(f"  {size}: {seconds:5.1f} s ({worked:.1f} s of the processor), {proof}; by hand: {by_hand}", flush=True)
    if n_creators > WHOLE:
        return
    start = time.process_time()
    value, bound = solve_whole(pool, rules)
    seconds = time.process_time() - start
    value, bound = value / found.value, bound / found.bound
    shares = f"{value:.4f} of the value, bound {bound:.4f} of the bound"
    print(f"            unpruned: {seconds:5.1f} s of the processor, {shares}")


def main(sizes: tuple[int, ...] = (5_000, 20_000)) -> None:
    for size in sizes:
        report(size)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (5_000, 20_000))
