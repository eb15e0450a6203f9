"""Outcomes by market and period, split into treated and control markets, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.assumptions import assume
from xhs_toolkit.errors import Problem, TableError

Floats = NDArray[np.float64]

MIN_BEFORE: int = assume("lift.min_periods_before")


class Panel(NamedTuple):
    """A complete table of outcomes.

    Attributes
    ----------
    outcomes : one row a period (index, in order), one column a market.
    treated, controls : names of the markets.
    n_before : periods before the start.
    """

    outcomes: pd.DataFrame
    treated: tuple[Any, ...]
    controls: tuple[Any, ...]
    n_before: int

    @property
    def n_after(self) -> int:
        """Periods from the start on."""
        return len(self.outcomes) - self.n_before

    @property
    def treated_mean(self) -> Floats:
        """Mean outcome of the treated markets in each period."""
        return self.outcomes[list(self.treated)].to_numpy().mean(axis=1)

    @property
    def control_values(self) -> Floats:
        """Outcomes of the controls: periods × markets."""
        return self.outcomes[list(self.controls)].to_numpy()


def make_panel(
    rows: pd.DataFrame,
    *,
    treated: Sequence[Any],
    start: Any,
    end: Any = None,
    outcome: str = "value",
    market: str = "market",
    period: str = "period",
) -> Panel:
    """Arrange rows of market × period × outcome for the estimators of this room.

    Parameters
    ----------
    rows : one row a market and period with the columns named by `market`, `period` and `outcome`
        (orders, leads, visits, any unit).
    treated : the markets in which the campaign ran; all others are controls.
    start, end : first and last period of the campaign, as written in `period`; later periods are left out.

    Raises
    ------
    TableError : all at once: unknown treated markets, no control, repeated rows, missing outcomes,
        fewer than four periods before the start, none after.
    """
    kept = rows if end is None else rows[rows[period] <= end]
    problems = _check_rows(kept, treated=treated, outcome=outcome, market=market, period=period)
    if problems:
        raise TableError("The markets cannot be compared.", problems)
    wide = kept.pivot_table(index=period, columns=market, values=outcome, dropna=False).sort_index().astype(float)
    n_before = int((wide.index < start).sum())
    problems = _check_periods(n_before, len(wide) - n_before, start, period) + _check_holes(wide, outcome)
    if problems:
        raise TableError("The markets cannot be compared.", problems)
    controls = tuple(name for name in wide.columns if name not in set(treated))
    return Panel(wide, tuple(treated), controls, n_before)


def _check_rows(rows: pd.DataFrame, *, treated: Sequence[Any], outcome: str, market: str, period: str) -> list[Problem]:
    absent = [name for name in (outcome, market, period) if name not in rows]
    if absent:
        return [
            Problem("is not a column", f"the columns are {', '.join(map(str, rows))}", value=name) for name in absent
        ]
    known = set(rows[market])
    problems = [
        Problem("is not a market of the data", "name a market as it is written there", column=market, value=name)
        for name in treated
        if name not in known
    ]
    if not treated:
        problems.append(Problem("no treated market is named", "name at least one", column=market))
    if not known - set(treated):
        problems.append(Problem("no market is left as a control", "add markets without the campaign", column=market))
    repeated = rows[rows.duplicated([market, period])]
    problems += [
        Problem("has two rows for one period", "keep one", column=market, value=f"{place} {when}")
        for place, when in repeated[[market, period]].drop_duplicates().itertuples(index=False)
    ]
    return problems


def _check_periods(n_before: int, n_after: int, start: Any, period: str) -> list[Problem]:
    problems = []
    if n_before < MIN_BEFORE:
        fix = f"at least {MIN_BEFORE} are needed"
        problems.append(Problem(f"leaves {n_before} periods before the start", fix, column=period, value=start))
    if n_after < 1:
        problems.append(
            Problem("leaves no period after the start", "choose an earlier one", column=period, value=start)
        )
    return problems


def _check_holes(wide: pd.DataFrame, outcome: str) -> list[Problem]:
    holes = (~np.isfinite(wide)).sum()
    return [
        Problem(f"has {n} periods without a number", "fill them or leave the market out", column=outcome, value=name)
        for name, n in holes[holes > 0].items()
    ]
