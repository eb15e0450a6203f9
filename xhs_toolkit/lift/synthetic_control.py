"""Synthetic control: the mixture of control markets that moved as the treated ones did before the start."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.weights import fit_simplex


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
