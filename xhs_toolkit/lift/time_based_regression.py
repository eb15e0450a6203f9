"""Time-based regression: what the treated markets would have done, from a line on control series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.errors import fit_errors, reach_of_sums
from xhs_toolkit.lift.panel import Floats, Panel

MIN_DEGREES: int = assume("lift.min_degrees")


class TimeBasedRegression(NamedTuple):
    """What `estimate_time_based_regression` found.

    Attributes
    ----------
    incremental, low, high : sum over treated markets and periods after the start, in the outcome's unit.
    lift : incremental / counterfactual (a fraction).
    return_per_cost, return_low, return_high : incremental / cost; NaN without a cost.
    coefficients : intercept and one slope a series. residual_sd : in the outcome's unit.
    residual_autocorrelation : of one period with the next.
    series : one row a period: ``observed``, ``counterfactual``, ``gap``, ``cumulative`` (after the start,
        NaN before), ``cumulative_low``, ``cumulative_high``, ``is_after``; sums over the treated markets.
    """

    incremental: float
    low: float
    high: float
    lift: float
    return_per_cost: float
    return_low: float
    return_high: float
    coefficients: pd.Series
    residual_sd: float
    residual_autocorrelation: float
    series: pd.DataFrame


def estimate_time_based_regression(
    panel: Panel, *, cost: float | None = None, level: float = 0.9, separate: bool = False
) -> TimeBasedRegression:
    """Estimate the sum of the effects by time-based regression (Kerman, Wang and Vaver 2017).

    Before the start the treated markets' total is regressed on the controls' total; after it the line is
    the counterfactual. The range is a mixture of Student's t with the error of the line included; unlike in that paper,
    errors may be remembered from period to period, as much as those before the start were (`errors.fit_errors`).

    Parameters
    ----------
    cost : extra spend of the campaign; gives the incremental return.
    separate : give each control its own slope instead of adding them up.

    Raises
    ------
    ValueError : too few periods before the start for the number of series.
    """
    n = panel.n_before
    observed = panel.treated_mean * len(panel.treated)
    controls = panel.control_values
    columns, names = (controls, [*panel.controls]) if separate else (controls.sum(axis=1)[:, None], ["controls"])
    design = np.column_stack([np.ones(len(observed)), columns])
    degrees = n - design.shape[1]
    if degrees < MIN_DEGREES:
        raise ValueError(f"{n} periods before the start are too few for {design.shape[1]} coefficients")
    coefficients, *_ = np.linalg.lstsq(design[:n], observed[:n], rcond=None)
    gap = observed - design @ coefficients
    residual_sd = float(np.sqrt(np.square(gap[:n]).sum() / degrees))
    cumulative = np.cumsum(gap[n:])
    errors = fit_errors(observed[:n], design[:n])
    half = reach_of_sums(errors, _sum_contrasts(design, n), level=level)
    series = pd.DataFrame(
        {"observed": observed, "counterfactual": observed - gap, "gap": gap}, index=panel.outcomes.index
    )
    series = series.assign(
        cumulative=_after(cumulative, n),
        cumulative_low=_after(cumulative - half, n),
        cumulative_high=_after(cumulative + half, n),
        is_after=np.arange(len(gap)) >= n,
    )
    total, reach = float(cumulative[-1]), float(half[-1])
    bounds = np.array([total, total - reach, total + reach])
    returns = bounds / cost if cost else np.full(3, np.nan)
    return TimeBasedRegression(
        incremental=total,
        low=total - reach,
        high=total + reach,
        lift=total / float((observed - gap)[n:].sum()),
        return_per_cost=float(returns[0]),
        return_low=float(returns[1]),
        return_high=float(returns[2]),
        coefficients=pd.Series(coefficients, index=["intercept", *names]),
        residual_sd=residual_sd,
        residual_autocorrelation=_autocorrelation(gap[:n]),
        series=series,
    )


def _sum_contrasts(design: Floats, n: int) -> Floats:
    """Weight of every period's error in the error of each cumulative sum, the line being fitted before the start."""
    sums = np.cumsum(design[n:], axis=0)
    after = np.tri(len(sums))
    return np.hstack([-sums @ np.linalg.pinv(design[:n]), after])


def _autocorrelation(residuals: Floats) -> float:
    total = float(np.square(residuals).sum())
    return float((residuals[1:] * residuals[:-1]).sum()) / total if total > 0 else float("nan")


def _after(values: Floats, n: int) -> Floats:
    return np.concatenate([np.full(n, np.nan), values])
