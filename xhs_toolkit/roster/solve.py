"""Solving, bounding and pricing: HiGHS for the choice, its duals for what the whole pool could bring at most."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from scipy import optimize

from xhs_toolkit.roster.problem import Problem, Program, Row, Rows, make_program
from xhs_toolkit.roster.reach import Floats, cut_curve

INFEASIBLE = 2
MAX_CUTS = 60
"""Answers that miss a sum of money by a fen or two, cut off one by one, before the search gives up."""


class Choice(NamedTuple):
    """A choice of candidates and the most any choice from the same candidates could bring.

    ``which`` is None where no choice obeys every rule, or none was found in time (``is_infeasible`` tells them apart).
    """

    which: Rows | None
    bound: float
    is_infeasible: bool


def solve_choice(problem: Problem, which: Rows, *, gap: float, seconds: float) -> Choice:
    """Solve the mixed-integer program over the candidates `which`, sums of money relaxed by `RELAXED`.

    An answer that misses a sum of money, counted in fen, is cut off and the rest solved again: every bound is that of
    a relaxation of what was asked. (The solver stops at a gap of 1e-6 in units of a mean candidate.)
    """
    program = make_program(problem, which)
    rules = [optimize.LinearConstraint(program.matrix, program.low, program.high)]
    bound, ends = np.inf, time.monotonic() + seconds
    for _ in range(MAX_CUTS):
        found = optimize.milp(
            -program.gain,
            integrality=program.integrality,
            bounds=optimize.Bounds(0, program.upper),
            constraints=rules,
            options={"mip_rel_gap": gap, "time_limit": max(ends - time.monotonic(), 0.1)},
        )
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = min(bound, -found.mip_dual_bound)
        if found.x is None:
            return Choice(None, bound, found.status == INFEASIBLE)
        picked = found.x[: len(which)] > 0.5
        cuts = [cut for row in problem.rows if (cut := _cut_off(problem, row, which, picked, n=len(program.gain)))]
        if not cuts:
            return Choice(which[picked], bound, False)
        rules += cuts
    return Choice(None, bound, False)


def _cut_off(
    problem: Problem, row: Row, which: Rows, picked: np.ndarray, *, n: int
) -> optimize.LinearConstraint | None:
    """What rules an answer out that breaks a row, and no answer that keeps it; None where it keeps it.

    Too dear a set cannot be chosen whole (a cover cut: neither can it with dearer ones in its place); of too cheap a
    one, at least one more is needed.
    """
    amount = problem.count(row, which[picked])
    members, fen = row.members[which], problem.fen[which]
    if amount > row.high:
        cover = members & picked
        wide = cover | (members & (fen >= fen[cover].max()))
        return optimize.LinearConstraint(np.append(wide, np.zeros(n - len(wide))), -np.inf, cover.sum() - 1)
    if amount < row.low:
        others = members & ~picked
        return optimize.LinearConstraint(np.append(others, np.zeros(n - len(others))), 1.0, np.inf)
    return None


class Relaxation(NamedTuple):
    """The linear relaxation over some candidates, and its prices.

    Attributes
    ----------
    value : its optimum. prices : value of one unit of each row of the problem (CNY, creator …).
    cell_prices : value of one view in each cell.
    """

    value: float
    prices: Floats
    cell_prices: Floats


def relax(problem: Problem, which: Rows) -> Relaxation | None:
    """Solve the linear relaxation over `which`; None where even it has no answer."""
    program = make_program(problem, which)
    is_low, is_high = np.isfinite(program.low), np.isfinite(program.high)
    found = optimize.linprog(
        -program.gain,
        A_ub=_stack(program, is_low, is_high),
        b_ub=np.concatenate([program.high[is_high], -program.low[is_low]]),
        bounds=np.column_stack([np.zeros_like(program.upper), program.upper]),
        method="highs",
    )
    if found.x is None:
        return None
    duals = np.zeros((2, len(program.low)))
    duals[0, is_high], duals[1, is_low] = np.split(-found.ineqlin.marginals, [int(is_high.sum())])
    duals = np.maximum(duals, 0.0)
    price = duals[0] - duals[1]
    n_rows, n_cells = len(problem.rows), len(problem.people)
    return Relaxation(-found.fun, price[:n_rows], -price[n_rows : n_rows + n_cells])


def _stack(program: Program, is_low: np.ndarray, is_high: np.ndarray) -> object:
    from scipy import sparse

    return sparse.vstack([program.matrix[is_high], -program.matrix[is_low]], format="csr")


def price_candidates(problem: Problem, prices: Relaxation) -> Floats:
    """What each candidate would add at these prices, over what it uses up."""
    worth = problem.value if not len(problem.people) else problem.value * (problem.shares @ prices.cell_prices)
    by_cost = np.array([row.by_cost for row in problem.rows])
    per_unit, per_creator = (problem.patterns @ np.where(each, prices.prices, 0.0) for each in (by_cost, ~by_cost))
    return worth - problem.cost * per_unit[problem.kind] - per_creator[problem.kind]


def bound_pool(problem: Problem, prices: Relaxation, profit: Floats) -> float:
    """The most any choice from the whole pool can bring: the Lagrangian bound at these prices.

    It holds for any prices, also inexact ones: each rule is priced instead of obeyed, and every creator
    then gives its best format if that is worth having.
    """
    starts = np.flatnonzero(np.diff(problem.creator, prepend=-1))
    best = np.maximum.reduceat(profit, starts) if len(starts) else np.empty(0)
    gains = np.where(problem.must[starts], best, np.maximum(best, 0.0)).sum()
    lows, highs = zip(*(problem.bounds(row) for row in problem.rows), strict=True)
    ends = np.where(prices.prices >= 0, highs, lows)
    rules = sum(price * end for price, end in zip(prices.prices, ends, strict=True) if price)
    widths, slopes = cut_curve(problem.people)
    left = np.maximum(slopes - prices.cell_prices[:, None], 0.0) if len(problem.people) else np.zeros_like(widths)
    return float(gains + rules + (left * widths).sum())
