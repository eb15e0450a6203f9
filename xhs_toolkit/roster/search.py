"""The search: everything at once for small pools, a priced core for large ones.

A large pool is cut to its best candidates of every kind. The relaxation's prices over that core then
price the whole pool; what would pay is added, until nothing more does. The bound at those prices
holds for the whole pool, so the gap that is reported does too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xhs_toolkit.roster.problem import Problem, Rows, best_of_each, find_feasible_core
from xhs_toolkit.roster.reach import Floats
from xhs_toolkit.roster.solve import Choice, Relaxation, bound_pool, price_candidates, relax, solve_choice

SOLVE_WHOLE = 1_500
"""Candidates up to which the whole pool goes into the solver: above, a core finds the same faster."""

KEEP_EACH = 25
"""Best candidates kept of every kind, by value, by value for money and by cost."""

ADD_EACH = 500
"""Candidates that pay, added a round."""

PAYS = 1e-9
"""Share of the whole value from which adding a candidate pays: below it is rounding."""

MAX_ROUNDS = 30
MAX_CORE = 20_000
"""Candidates above which HiGHS no longer answers in seconds."""


class Answer(NamedTuple):
    """What a search found.

    Attributes
    ----------
    which : the chosen candidates; None where nothing was found.
    bound : the most any choice from the whole pool could bring.
    n_core : candidates the solver looked at. is_infeasible : no choice obeys every rule.
    value_per_cost : what one more unit of cost would bring (of the relaxation).
    """

    which: Rows | None
    bound: float
    n_core: int
    is_infeasible: bool
    value_per_cost: float


def search(problem: Problem, *, gap: float, seconds: float) -> Answer:
    """Find the best choice, or a proven gap, in about `seconds`."""
    if not problem.size:  # of nobody only nobody can be chosen, unless a rule wants somebody
        wanted = any(row.low > 0 for row in problem.rows)
        return Answer(None if wanted else np.empty(0, dtype=np.intp), 0.0, 0, wanted, 0.0)
    core = np.arange(problem.size) if problem.size <= SOLVE_WHOLE else find_core(problem)
    prices = relax(problem, core)
    if prices is None and len(core) < problem.size:
        core = np.union1d(core, find_feasible_core(problem, keep=KEEP_EACH))
        prices = relax(problem, core)
    if prices is None:
        return Answer(None, float("nan"), len(core), True, float("nan"))
    core, prices, profit = price_in(problem, core, prices, gap=gap)
    bound = bound_pool(problem, prices, profit)
    found, bound = _solve(problem, core, profit, bound=bound, gap=gap, seconds=seconds)
    return Answer(found.which, bound, len(core), found.is_infeasible, max(prices.prices[0], 0.0))


def _solve(
    problem: Problem, core: Rows, profit: Floats, *, bound: float, gap: float, seconds: float
) -> tuple[Choice, float]:
    """Solve over the best-priced candidates, and where that leaves a gap, over all that could close it.

    Only a candidate whose price is within the gap could be part of a better choice, so that the optimum
    over all of those is the optimum of the pool. Where they are too many, the core is tried.
    """
    must = np.flatnonzero(problem.must)
    best, worth = Choice(None, bound, False), -np.inf
    for stage in ("best", "could_help", "core"):
        sets = {"best": np.union1d(_take_best(core, profit), must), "core": core}
        which = sets[stage] if stage in sets else np.union1d(np.flatnonzero(profit >= worth - bound), must)
        if len(which) > MAX_CORE:
            continue
        found = solve_choice(problem, which, gap=gap / 2, seconds=seconds)
        if found.which is not None and problem.worth(found.which) > worth:
            best, worth = found, problem.worth(found.which)
        is_whole = len(which) == problem.size
        if is_whole or (stage == "could_help" and np.isfinite(worth)):
            bound = min(bound, max(found.bound, worth))
            best = best._replace(is_infeasible=is_whole and found.is_infeasible)
        if is_whole or stage == "could_help" or bound - worth <= gap * worth:
            break
    return best, bound


def _take_best(core: Rows, profit: Floats) -> Rows:
    """The `SOLVE_WHOLE` best-priced of the core."""
    return core if len(core) <= SOLVE_WHOLE else core[np.argsort(-profit[core], kind="stable")[:SOLVE_WHOLE]]


def price_in(problem: Problem, core: Rows, prices: Relaxation, *, gap: float) -> tuple[Rows, Relaxation, Floats]:
    """Add to the core whatever pays at its prices, until the relaxation is that of the whole pool."""
    profit = price_candidates(problem, prices)
    if len(core) == problem.size:
        return core, prices, profit
    for _ in range(MAX_ROUNDS):
        outside = profit.copy()
        outside[core] = -np.inf
        n_paying = int((outside > PAYS * max(prices.value, 1.0)).sum())
        if not n_paying or bound_pool(problem, prices, profit) <= prices.value * (1 + gap / 10):
            break
        n_added = min(n_paying, ADD_EACH)
        core = np.union1d(core, np.argpartition(-outside, n_added - 1)[:n_added])
        prices = relax(problem, core) or prices
        profit = price_candidates(problem, prices)
    return core, prices, profit


def find_core(problem: Problem) -> Rows:
    """The best of every kind, which is the limits a candidate counts for."""
    with np.errstate(divide="ignore", invalid="ignore"):
        per_cny = np.where(problem.cost > 0, problem.value / problem.cost, np.inf)
    n_kinds = len(problem.patterns)
    keep = max(1, min(KEEP_EACH, SOLVE_WHOLE // (2 * n_kinds)))
    kept = [best_of_each(problem.kind, order, keep=keep) for order in (-problem.value, -per_cny, problem.cost)]
    return np.unique(np.concatenate([*kept, np.flatnonzero(problem.must)]))
