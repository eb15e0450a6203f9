"""Rules that cannot all hold: which of them conflict, and the smallest change that frees them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from xhs_toolkit.roster.problem import Problem, Program, Row, find_feasible_core, make_program
from xhs_toolkit.roster.rules import FEN_PER_CNY

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
