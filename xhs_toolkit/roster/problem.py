"""The roster as arrays: what each candidate is worth, costs and counts for; and which rules contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, sparse

from xhs_toolkit.roster.reach import Audience, Floats, add_up, cut_curve
from xhs_toolkit.roster.rules import FEN_PER_CNY, Rules, count_fen, find_members, round_bounds

Rows = NDArray[np.intp]
RELAXED = 2e-6
"""Twice the solver's tolerance, in units of the mean cost: a budget that fits exactly is never lost to a float's
last bit. What then overspends by a fen is cut off by itself (`search.solve_choice`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule as an inequality: low ≤ Σ amount · x ≤ high over the members, in creators or in fen."""

    kind: str
    name: str
    members: NDArray[np.bool_]
    by_cost: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Problem:
    """A roster to choose. All arrays run over the candidates.

    Attributes
    ----------
    value : what a candidate brings, in units of ``value_unit`` views. cost : in units of ``cost_unit`` fen, with
        fees. Both have mean one, which is what a solver's tolerances are made for. fen : the cost, exactly.
    creator : creator codes, sorted. must : mask of the must-haves' candidates.
    shares : candidates × cells, or candidates × 0 where every view counts fully.
    people : of each cell, in the unit of value. rows : budget, limits and must-haves.
    kind, patterns : number of each candidate's pattern of memberships, and the patterns (kinds × rows):
        a million candidates have a few thousand kinds, so that prices are found by kind.
    """

    value_unit: float
    cost_unit: float
    value: Floats
    cost: Floats
    fen: NDArray[np.int64]
    creator: NDArray[np.intp]
    must: NDArray[np.bool_]
    shares: Floats
    people: Floats
    rows: tuple[Row, ...]
    kind: NDArray[np.intp]
    patterns: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.value)

    def amounts(self, row: Row, which: Rows) -> Floats:
        """What each of these candidates counts for in a row."""
        return np.where(row.members[which], self.cost[which] if row.by_cost else 1.0, 0.0)

    def bounds(self, row: Row) -> tuple[float, float]:
        """Bounds of a row in the solver's units, relaxed where they are money."""
        if not row.by_cost:
            return row.low, row.high
        slip = RELAXED * max(1.0, abs(row.high) / self.cost_unit if np.isfinite(row.high) else 1.0)
        return row.low / self.cost_unit - slip, row.high / self.cost_unit + slip

    def count(self, row: Row, which: Rows) -> int:
        """What a choice comes to in a row, exactly: creators or fen."""
        members = which[row.members[which]]
        return int(self.fen[members].sum()) if row.by_cost else len(members)

    def worth(self, which: Rows) -> float:
        """What a choice brings: views, or people reached where audiences overlap."""
        if not self.shares.shape[1]:
            return float(self.value[which].sum())
        return add_up(self.value[which] @ self.shares[which], self.people)


def make_problem(candidates: pd.DataFrame, *, value: Floats, rules: Rules, audience: Audience | None) -> Problem:
    """Arrange candidates (sorted by creator) and rules."""
    fen = count_fen(candidates["cost_cny"])
    cost = fen.astype(float)
    named = {limit.column for limit in rules.limits if limit.column}
    candidates = candidates.astype(dict.fromkeys(named, "category"))
    value_unit, cost_unit = (float(each.mean()) or 1.0 if len(each) else 1.0 for each in (value, cost))
    everyone = np.ones(len(candidates), dtype=bool)
    rows = [Row("budget", "budget_cny", everyone, True, -np.inf, round_bounds(None, rules.budget_cny, by_cost=True)[1])]
    for limit in rules.limits:
        by_cost = limit.of == "cost_cny"
        ends = round_bounds(limit.at_least, limit.at_most, by_cost=by_cost)
        rows.append(Row("limit", limit.name, find_members(candidates, limit), by_cost, *ends))
    creators = candidates["creator_id"]
    rows += [
        Row("must_have", name, creators.eq(name).to_numpy(dtype=bool), False, 1.0, 1.0) for name in rules.must_have
    ]
    shares = audience.shares if audience else np.empty((len(candidates), 0))
    people = audience.people / value_unit if audience else np.empty(0)
    must = creators.isin(rules.must_have).to_numpy(dtype=bool)
    return Problem(
        value_unit,
        cost_unit,
        value / value_unit,
        cost / cost_unit,
        fen,
        pd.factorize(creators)[0],
        must,
        shares,
        people,
        tuple(rows),
        *_find_kinds(rows, n=len(value)),
    )


def _find_kinds(rows: list[Row], *, n: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    kind = np.zeros(n, dtype=np.intp)
    for row in rows:
        kind = pd.factorize(kind * 2 + row.members)[0]
    first = np.unique(kind, return_index=True)[1]
    patterns = np.column_stack([row.members[first] for row in rows])
    return kind, patterns


@dataclass(frozen=True, slots=True)
class Program:
    """A problem's matrix form over a subset of candidates, the pieces of reach after them.

    Maximise ``gain`` · (x, z) subject to ``low`` ≤ ``matrix`` · (x, z) ≤ ``high``, 0 ≤ (x, z) ≤ ``upper``.
    The first rows are the problem's own, then one a cell, then one a creator with several formats.
    """

    which: Rows
    gain: Floats
    matrix: Any
    low: Floats
    high: Floats
    upper: Floats

    @property
    def integrality(self) -> NDArray[np.int_]:
        """1 for the choices, 0 for the pieces."""
        return (np.arange(len(self.gain)) < len(self.which)).astype(int)


def make_program(problem: Problem, which: Rows) -> Program:
    """Write the rows of a problem for the candidates `which`."""
    widths, slopes = cut_curve(problem.people)
    n, n_cells, n_pieces = len(which), len(problem.people), widths.size
    own = np.vstack([problem.amounts(row, which) for row in problem.rows])
    cells = (problem.shares[which] * problem.value[which, None]).T
    pieces = sparse.kron(sparse.eye_array(n_cells), -np.ones((1, slopes.shape[1] if n_cells else 0)))
    several = _one_package_rows(problem.creator[which])
    empty = np.zeros((len(own), n_pieces))
    matrix = sparse.vstack(
        [
            sparse.hstack([sparse.csr_array(own), sparse.csr_array(empty)]),
            sparse.hstack([sparse.csr_array(cells), sparse.csr_array(pieces)]) if n_cells else _no_rows(n, n_pieces),
            sparse.hstack([several, sparse.csr_array((several.shape[0], n_pieces))]),
        ],
        format="csr",
    )
    gain = np.concatenate([problem.value[which] if not n_cells else np.zeros(n), slopes.ravel()])
    ends = (
        [np.zeros(n_cells), np.full(n_cells, np.inf)],
        [np.full(several.shape[0], -np.inf), np.ones(several.shape[0])],
    )
    lows, highs = zip(*(problem.bounds(row) for row in problem.rows), strict=True)
    low = np.concatenate([lows, ends[0][0], ends[1][0]])
    high = np.concatenate([highs, ends[0][1], ends[1][1]])
    return Program(which, gain, matrix, low, high, np.concatenate([np.ones(n), widths.ravel()]))


def _no_rows(n: int, n_pieces: int) -> Any:
    return sparse.csr_array((0, n + n_pieces))


def _one_package_rows(creator: NDArray[np.intp]) -> Any:
    """One row a creator with several candidates, of which it gets one."""
    codes, counts = np.unique(creator, return_counts=True)
    rank = np.full(int(codes.max(initial=-1)) + 1, -1)
    several = codes[counts > 1]
    rank[several] = np.arange(len(several))
    columns = np.flatnonzero(rank[creator] >= 0)
    rows = rank[creator[columns]]
    return sparse.csr_array((np.ones(len(columns)), (rows, columns)), shape=(len(several), len(creator)))


def find_feasible_core(problem: Problem, *, keep: int, at_most: int | None = None) -> Rows:
    """The cheapest of every kind, twice as many as any minimum asks for, and the must-haves.

    Where these cannot obey the rules, nobody can: rules count heads and money, and all of a kind count alike.
    A minimum of money may need the dearest too.

    Parameters
    ----------
    keep, at_most : fewest and most candidates of every kind.
    """
    needed = [row.low for row in problem.rows if row.kind == "limit" and not row.by_cost and np.isfinite(row.low)]
    keep = min(max(keep, 2 * int(np.ceil(max(needed, default=0)))), at_most or len(problem.kind))
    spends = any(row.by_cost and row.low > 0 for row in problem.rows)
    orders = [problem.cost, -problem.cost] if spends else [problem.cost]
    kept = [best_of_each(problem.kind, order, keep=keep) for order in orders]
    return np.unique(np.concatenate([*kept, np.flatnonzero(problem.must)]))


def best_of_each(kind: NDArray[np.intp], order: Floats, *, keep: int) -> Rows:
    """Rows of the `keep` smallest of `order` in every kind.

    >>> best_of_each(np.array([0, 1, 0, 0]), np.array([3.0, 9.0, 1.0, 2.0]), keep=1).tolist()
    [2, 1]
    """
    rows = np.lexsort((order, kind))
    ranked = kind[rows]
    return rows[np.arange(len(ranked)) - np.searchsorted(ranked, ranked) < keep]


MAX_CANDIDATES = 6_000
"""Cheapest candidates looked at, the same number of every kind: what is freed with them is freed."""

SECONDS = 3.0
"""For one exact change; a change not found by then is not named."""


class Side(NamedTuple):
    """One bound of one row: ``at_most`` or ``at_least``."""

    row: int
    side: str


class Conflict(NamedTuple):
    """Rules that exclude each other (`find_conflict`).

    Attributes
    ----------
    rules : one row a rule of the conflict: ``kind`` (budget, limit, must_have), ``rule``, ``is_money``, ``side``,
        ``bound``, ``needed`` (the bound that frees the roster if only this rule gives way; NaN where none does) and
        ``change`` = needed − bound. Money in CNY.
    smallest : index of the rule whose change is smallest relative to its bound; None where no single one helps.
    """

    rules: pd.DataFrame
    smallest: int | None


def find_conflict(problem: Problem) -> Conflict:
    """Find a smallest set of rules in conflict, by leaving out rules that are not needed for it.

    Where the linear relaxation has no answer already, it decides what is needed; else whole creators do.
    """
    each = max(1, MAX_CANDIDATES // max(1, len(problem.patterns)))
    program = make_program(problem, find_feasible_core(problem, keep=each, at_most=each))
    sides = _sides(problem)
    whole = _slack(problem, program, hard=sides, soft=None, whole=False) is not None
    kept = list(sides)
    for side in sides:
        fewer = [each for each in kept if each != side]
        if _slack(problem, program, hard=fewer, soft=None, whole=whole) is None:
            kept = fewer
    rows = [_describe(problem, side, _find_change(problem, program, sides, side)) for side in kept]
    table = pd.DataFrame(rows, columns=["kind", "rule", "is_money", "side", "bound", "needed", "change"])
    relative = table["change"].abs() / table["bound"].abs().clip(lower=1.0)
    return Conflict(table, int(relative.idxmin()) if relative.notna().any() else None)


def _find_change(problem: Problem, program: Program, sides: list[Side], side: Side) -> float | None:
    """How far one bound must give way; None where that does not help, which the relaxation often tells at once."""
    if _slack(problem, program, hard=sides, soft=side, whole=False) is None:
        return None
    return _slack(problem, program, hard=sides, soft=side, whole=True)


def _sides(problem: Problem) -> list[Side]:
    """Every finite bound: budget first to be tested last, so that it stays where it matters."""
    found = [Side(i, "at_most") for i, row in enumerate(problem.rows) if np.isfinite(row.high)]
    found += [Side(i, "at_least") for i, row in enumerate(problem.rows) if row.low > 0]
    return sorted(found, key=lambda side: problem.rows[side.row].kind == "budget")


def _slack(problem: Problem, program: Program, *, hard: list[Side], soft: Side | None, whole: bool) -> float | None:
    """How far `soft` must give way for all of `hard` to hold; None where that does not help (or takes too long).

    Parameters
    ----------
    whole : choose whole creators; else any part of one.
    """
    n_rows, n_cells, n = len(problem.rows), len(problem.people), len(program.which)
    low, high = np.full(n_rows, -np.inf), np.full(n_rows, np.inf)
    for side in hard:
        row = problem.rows[side.row]
        ends = problem.bounds(row)
        (low if side.side == "at_least" else high)[side.row] = ends[0] if side.side == "at_least" else ends[1]
    matrix = sparse.vstack([program.matrix[:n_rows, :n], program.matrix[n_rows + n_cells :, :n]], format="csr")
    n_all = matrix.shape[0]
    give = np.zeros((n_all, 1))
    if soft is not None:
        give[soft.row] = 1.0 if soft.side == "at_least" else -1.0
    counts = soft is not None and not problem.rows[soft.row].by_cost
    found = optimize.milp(
        np.append(np.zeros(n), 1.0),
        integrality=np.append(np.ones(n), float(counts)) * float(whole),
        bounds=optimize.Bounds(0, np.append(np.ones(n), np.inf if soft is not None else 0.0)),
        constraints=optimize.LinearConstraint(
            sparse.hstack([matrix, sparse.csr_array(give)], format="csr"),
            np.concatenate([low, np.full(n_all - n_rows, -np.inf)]),
            np.concatenate([high, np.ones(n_all - n_rows)]),
        ),
        options={"time_limit": SECONDS},
    )
    return None if found.x is None else float(found.x[-1])


def _describe(problem: Problem, side: Side, slack: float | None) -> dict[str, object]:
    row: Row = problem.rows[side.row]
    unit = problem.cost_unit / FEN_PER_CNY if row.by_cost else 1.0
    bound = (row.low if side.side == "at_least" else row.high) / (FEN_PER_CNY if row.by_cost else 1)
    change = float("nan") if slack is None else slack * unit * (-1 if side.side == "at_least" else 1)
    change = _round_away(change) if row.by_cost else change
    return {
        "kind": row.kind,
        "rule": row.name,
        "is_money": row.by_cost,
        "side": side.side,
        "bound": bound,
        "needed": bound + change,
        "change": change,
    }


def _round_away(change: float) -> float:
    """Whole CNY, never short of what is needed."""
    return float(np.sign(change) * np.ceil(np.abs(change) - 1e-2)) if np.isfinite(change) else change
