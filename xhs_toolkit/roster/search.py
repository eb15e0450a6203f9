"""The search: everything at once for small pools, a priced core for large ones, and what would be done by hand.

A large pool is cut to its best candidates of every kind. The relaxation's prices over that core then
price the whole pool; what would pay is added, until nothing more does. The bound at those prices
holds for the whole pool, so the gap that is reported does too.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from scipy import optimize

from xhs_toolkit.roster.problem import Problem, Program, Row, Rows, best_of_each, find_feasible_core, make_program
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


ORDERS = ("cheapest_view_first", "biggest_first")
LOOKED_AT = 10_000
"""Candidates looked at together."""


def choose_by_hand(problem: Problem, *, shown: Floats, order: str) -> Rows:
    """Choose down the list: must-haves, then whoever an unmet minimum asks for, then whoever fits.

    Parameters
    ----------
    shown : views of each candidate as its files show them, which is all that a sorted list goes by.
    order : ``cheapest_view_first`` (cost per view, rising) or ``biggest_first`` (views, falling).

    Returns
    -------
    The chosen candidates. Minimums may stay unmet: a list does not plan ahead.
    """
    ranked = np.argsort(_sort_key(problem, shown, order), kind="stable")
    hand = _Hand(problem)
    hand.take_all(ranked[problem.must[ranked]])
    for row, limit in enumerate(problem.rows):
        if limit.kind == "limit" and limit.low > 0:
            members = ranked[limit.members[ranked]]
            hand.take_all(members, until=(row, limit.low))
    hand.take_all(ranked)
    return np.sort(np.array(hand.chosen, dtype=np.intp))


def _sort_key(problem: Problem, shown: Floats, order: str) -> Floats:
    if order not in ORDERS:
        raise ValueError(f"order: {order!r} is not one of {', '.join(ORDERS)}")
    if order == "biggest_first":
        return -shown
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(shown > 0, problem.cost / shown, np.inf)


class _Hand:
    """The choice so far, and how much of each upper bound is used."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.chosen: list[int] = []
        self.is_taken = np.zeros(int(problem.creator.max(initial=-1)) + 1, dtype=bool)
        self.used = np.zeros(len(problem.rows), dtype=np.int64)
        self.high = np.array([row.high for row in problem.rows])
        self.by_cost = np.array([row.by_cost for row in problem.rows])

    def take_all(self, ranked: Rows, *, until: tuple[int, float] | None = None) -> None:
        """Take each candidate that fits, in order, until a row reaches an amount.

        What is used only grows, so that whoever does not fit once never will.
        """
        while len(ranked) and not (until and self.used[until[0]] >= until[1]):
            fits = np.flatnonzero(self._fit(ranked[:LOOKED_AT]))
            if len(fits):
                self._take(int(ranked[fits[0]]))
            ranked = ranked[fits[0] + 1 if len(fits) else LOOKED_AT :]

    def _amounts(self, which: Rows) -> np.ndarray:
        members = self.problem.patterns[self.problem.kind[which]].astype(np.int64)
        return members * np.where(self.by_cost, self.problem.fen[which, None], 1)

    def _fit(self, which: Rows) -> np.ndarray:
        within = (self.used + self._amounts(which) <= self.high).all(axis=1)
        return within & ~self.is_taken[self.problem.creator[which]]

    def _take(self, candidate: int) -> None:
        self.used += self._amounts(np.array([candidate]))[0]
        self.is_taken[self.problem.creator[candidate]] = True
        self.chosen.append(candidate)
