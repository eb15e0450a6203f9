"""Time-based regression: what the treated markets would have done, from a line on control series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.stats import distributions as stats

MIN_DEGREES = 3
"""Fewest periods beyond the coefficients: below, the t quantile of the range is above 3."""


class TimeBasedRegression(NamedTuple):
    """What `estimate_time_based_regression` found.

    Attributes
    ----------
    incremental, low, high : sum over treated markets and periods after the start, in the outcome's unit.
    lift : incremental / counterfactual (a fraction).
    probability_positive : that the sum is above 0.
    return_per_cost, return_low, return_high : incremental / cost; NaN without a cost.
    coefficients : intercept and one slope a series. residual_sd : in the outcome's unit.
    residual_autocorrelation : of one period with the next; above about 0.3 the range is too narrow.
    series : one row a period: ``observed``, ``counterfactual``, ``gap``, ``cumulative`` (after the start,
        NaN before), ``cumulative_low``, ``cumulative_high``, ``is_after``; sums over the treated markets.
    """

    incremental: float
    low: float
    high: float
    lift: float
    probability_positive: float
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
    the counterfactual. The range is Student's t with the error of the line included. Errors are taken as
    independent from period to period: `residual_autocorrelation` tells how far that holds.

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
    error = residual_sd * _relative_error(design, n)
    half = stats.t.ppf((1 + level) / 2, degrees) * error
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
        probability_positive=float(stats.t.cdf(total / error[-1], degrees)) if error[-1] > 0 else float("nan"),
        return_per_cost=float(returns[0]),
        return_low=float(returns[1]),
        return_high=float(returns[2]),
        coefficients=pd.Series(coefficients, index=["intercept", *names]),
        residual_sd=residual_sd,
        residual_autocorrelation=_autocorrelation(gap[:n]),
        series=series,
    )


def _relative_error(design: Floats, n: int) -> Floats:
    """Error of each cumulative sum over the residual SD: √(t + sₜ' (X'X)⁻¹ sₜ), sₜ the summed rows after the start."""
    sums = np.cumsum(design[n:], axis=0)
    inverse = np.linalg.pinv(design[:n].T @ design[:n])
    return np.sqrt(np.arange(1, len(sums) + 1) + np.einsum("ti,ij,tj->t", sums, inverse, sums))


def _autocorrelation(residuals: Floats) -> float:
    total = float(np.square(residuals).sum())
    return float((residuals[1:] * residuals[:-1]).sum()) / total if total > 0 else float("nan")


def _after(values: Floats, n: int) -> Floats:
    return np.concatenate([np.full(n, np.nan), values])
