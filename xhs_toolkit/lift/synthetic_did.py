"""Synthetic difference-in-differences: weights over markets and over periods."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.weights import fit_simplex

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
