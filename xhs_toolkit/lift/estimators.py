"""What the campaign changed, estimated from a panel of markets by mixtures of control markets or their plain mean.

Synthetic control is the mixture of control markets that moved as the treated ones did before the start; synthetic
difference-in-differences weighs periods too; plain difference-in-differences takes the controls as they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import LEVEL
from xhs_toolkit.stats import distributions as stats

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


def fit_simplex(columns: Floats, target: Floats, *, ridge: float = 0.0) -> Floats:
    """Weights w ≥ 0, Σw = 1 minimising |columns w − target|² + ridge² |w|².

    With Σw = 1 this is the point of least norm among the mixtures of C = columns − target. Non-negative
    least squares of |C v|² + m² (Σv − 1)² finds it exactly for every m > 0: for a given direction the
    best length costs m² |C w|² / (|C w|² + m²), which grows with |C w|, so v / Σv is the solution.

    >>> fit_simplex(np.array([[0.0, 4.0], [0.0, 4.0]]), np.array([1.0, 1.0])).round(6).tolist()
    [0.75, 0.25]
    """
    away = columns - target[:, None]
    n = away.shape[1]
    if ridge:
        away = np.vstack([away, ridge * np.eye(n)])
    size = float(np.sqrt(np.square(away).sum() / n)) or 1.0
    found, _ = optimize.nnls(np.vstack([away / size, np.ones(n)]), np.append(np.zeros(len(away)), 1.0))
    return found / found.sum()


class SyntheticControl(NamedTuple):
    """What `estimate_synthetic_control` found.

    Attributes
    ----------
    effect : mean difference from the counterfactual, a treated market and period, in the outcome's unit.
    lift : effect / mean counterfactual after the start (a fraction).
    incremental : sum of the differences over treated markets and periods after the start.
    imbalance : √ of the sum of squared differences before the start.
    scaled_imbalance : imbalance / that of equal weights (0 perfect, 1 no better).
    weights : by control market, largest first.
    series : one row a period: ``observed``, ``counterfactual``, ``gap`` (a treated market), ``is_after``.
    """

    effect: float
    lift: float
    incremental: float
    imbalance: float
    scaled_imbalance: float
    weights: pd.Series
    series: pd.DataFrame


def estimate_synthetic_control(panel: Panel, *, fixed_effect: bool = True) -> SyntheticControl:
    """Estimate the effect by synthetic control (Abadie, Diamond and Hainmueller 2010).

    Parameters
    ----------
    fixed_effect : compare each market with its own mean before the start (Ferman and Pinto 2021;
        the default of GeoLift): markets may differ in level.
    """
    treated, controls, n = panel.treated_mean, panel.control_values, panel.n_before
    gap, weights = fit_gap(treated, controls, n_before=n, fixed_effect=fixed_effect)
    equal = _gap(treated, controls, np.full(controls.shape[1], 1 / controls.shape[1]), n, fixed_effect)
    imbalance, naive = (float(np.sqrt(np.square(each[:n]).sum())) for each in (gap, equal))
    effect = float(gap[n:].mean())
    series = pd.DataFrame(
        {"observed": treated, "counterfactual": treated - gap, "gap": gap, "is_after": np.arange(len(gap)) >= n},
        index=panel.outcomes.index,
    )
    return SyntheticControl(
        effect,
        effect / float(np.mean((treated - gap)[n:])),
        effect * panel.n_after * len(panel.treated),
        imbalance,
        imbalance / naive if naive > 0 else float("nan"),
        pd.Series(weights, index=pd.Index(panel.controls), name="weight").sort_values(ascending=False, kind="stable"),
        series,
    )


def fit_gap(treated: Floats, controls: Floats, *, n_before: int, fixed_effect: bool = True) -> tuple[Floats, Floats]:
    """Difference of the treated series from its synthetic control in every period, and the weights."""
    before = slice(0, n_before)
    shift = fixed_effect * 1.0
    weights = fit_simplex(
        controls[before] - shift * controls[before].mean(axis=0), treated[before] - shift * treated[before].mean()
    )
    return _gap(treated, controls, weights, n_before, fixed_effect), weights


def _gap(treated: Floats, controls: Floats, weights: Floats, n_before: int, fixed_effect: bool) -> Floats:
    gap = treated - controls @ weights
    return gap - gap[:n_before].mean() if fixed_effect else gap


TIME_RIDGE: float = assume("lift.time_ridge")


class SyntheticDid(NamedTuple):
    """What `estimate_synthetic_did` found.

    Attributes
    ----------
    effect : a treated market and period, in the outcome's unit.
    lift : effect / (mean observed after the start − effect), a fraction.
    weights : by control market. period_weights : by period before the start.
    """

    effect: float
    lift: float
    weights: pd.Series
    period_weights: pd.Series


def estimate_synthetic_did(panel: Panel) -> SyntheticDid:
    """Estimate the effect by synthetic difference-in-differences (Arkhangelsky et al. 2021, algorithm 1).

    The weights are the optimum itself. The authors' own optimiser stops a little short of it: their −15.604 of
    California is −15.605 here.
    """
    treated, controls, n = panel.treated_mean, panel.control_values, panel.n_before
    noise = float(np.diff(controls[:n], axis=0).std(ddof=1))
    ridge = (len(panel.treated) * panel.n_after) ** 0.25 * noise
    weights = _fit_with_intercept(controls[:n], treated[:n], ridge)
    period_weights = _fit_with_intercept(controls[:n].T, controls[n:].mean(axis=0), TIME_RIDGE * noise)
    gap = treated - controls @ weights
    effect = float(gap[n:].mean() - period_weights @ gap[:n])
    return SyntheticDid(
        effect,
        effect / (float(treated[n:].mean()) - effect),
        pd.Series(weights, index=pd.Index(panel.controls), name="weight"),
        pd.Series(period_weights, index=panel.outcomes.index[:n], name="weight"),
    )


def _fit_with_intercept(columns: Floats, target: Floats, ridge: float) -> Floats:
    """Simplex weights beside a free constant: mean squared error + ridge² |w|²."""
    away = columns - columns.mean(axis=0)
    return fit_simplex(away, target - target.mean(), ridge=float(np.sqrt(len(target)) * ridge))


MIN_CONTROLS: int = assume("lift.min_controls")


class Did(NamedTuple):
    """What `estimate_did` found.

    Attributes
    ----------
    effect : a treated market and period, in the outcome's unit.
    lift : effect / (mean observed after the start − effect), a fraction.
    low, high, p_value : from the spread of the controls' changes; NaN with one control.
    n_controls : markets compared with.
    reason : ``one_control`` or ''.
    """

    effect: float
    lift: float
    low: float
    high: float
    p_value: float
    n_controls: int
    reason: str


def estimate_did(panel: Panel) -> Did:
    """Estimate the effect by difference-in-differences of period means.

    The interval compares the treated markets' mean change with the controls' changes (t, one change a
    market, so that periods of a market are not taken as independent).
    """
    outcomes, n = panel.outcomes, panel.n_before
    change = outcomes.iloc[n:].mean() - outcomes.iloc[:n].mean()
    own, others = change[list(panel.treated)].to_numpy(), change[list(panel.controls)].to_numpy()
    effect = float(own.mean() - others.mean())
    lift = effect / (float(panel.treated_mean[n:].mean()) - effect)
    if len(others) < MIN_CONTROLS:
        nan = float("nan")
        return Did(effect, lift, nan, nan, nan, len(others), "one_control")
    error = float(others.std(ddof=1) * np.sqrt(1 / len(own) + 1 / len(others)))
    degrees = len(others) - 1
    half = float(stats.t.ppf((1 + LEVEL) / 2, degrees)) * error
    p_value = float(2 * stats.t.sf(abs(effect) / error, degrees)) if error > 0 else float("nan")
    return Did(effect, lift, effect - half, effect + half, p_value, len(others), "")
