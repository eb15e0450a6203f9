"""Synthetic difference-in-differences: weights over markets and over periods."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.weights import fit_simplex, fit_simplex_as_published

TIME_RIDGE: float = assume("lift.time_ridge")
TOLERANCE: float = assume("lift.tolerance")


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


def estimate_synthetic_did(panel: Panel, *, exact: bool = False) -> SyntheticDid:
    """Estimate the effect by synthetic difference-in-differences (Arkhangelsky et al. 2021, algorithm 1).

    Parameters
    ----------
    panel : of `make_panel`.
    exact : use the optimum itself instead of the authors' optimiser (60 times as fast; California's
        −15.604 becomes −15.605).
    """
    treated, controls, n = panel.treated_mean, panel.control_values, panel.n_before
    noise = float(np.diff(controls[:n], axis=0).std(ddof=1))
    ridge = (len(panel.treated) * panel.n_after) ** 0.25 * noise
    tolerance = 0.0 if exact else TOLERANCE * noise
    weights = _fit_with_intercept(controls[:n], treated[:n], ridge, tolerance)
    period_weights = _fit_with_intercept(controls[:n].T, controls[n:].mean(axis=0), TIME_RIDGE * noise, tolerance)
    gap = treated - controls @ weights
    effect = float(gap[n:].mean() - period_weights @ gap[:n])
    return SyntheticDid(
        effect,
        effect / (float(treated[n:].mean()) - effect),
        pd.Series(weights, index=pd.Index(panel.controls), name="weight"),
        pd.Series(period_weights, index=panel.outcomes.index[:n], name="weight"),
    )


def _fit_with_intercept(columns: Floats, target: Floats, ridge: float, tolerance: float) -> Floats:
    """Simplex weights beside a free constant: mean squared error + ridge² |w|²."""
    columns, target = columns - columns.mean(axis=0), target - target.mean()
    ridge = float(np.sqrt(len(target)) * ridge)
    if tolerance > 0:
        return fit_simplex_as_published(columns, target, ridge=ridge, tolerance=tolerance)
    return fit_simplex(columns, target, ridge=ridge)
