"""How large an effect would have to be to be seen: lifts injected into markets that had none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.lift.inference import MIN_TIME_DEGREES, block_p, measure_all, time_degrees, time_p
from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.synthetic_control import fit_gap
from xhs_toolkit.stats import distributions as stats

MIN_PRETENDED = 5
"""Fewest controls to inject lifts into; below, the t distribution of the errors is used."""

LARGEST = 64.0
"""Effects above 64 usual errors are not looked for: such a design sees nothing of use."""

N_HALVINGS = 7
"""Halvings between 1/4 and 64 usual errors: the answer is within 5%."""


class MinimumEffect(NamedTuple):
    """What `find_minimum_effect` found.

    Attributes
    ----------
    effect : a treated market and period, in the outcome's unit; NaN where not even 64 usual errors are seen.
    lift : effect / mean counterfactual after the start (a fraction).
    alpha, power : probability of a false alarm and of seeing such an effect.
    """

    effect: float
    lift: float
    alpha: float
    power: float


def find_minimum_effect(
    panel: Panel, *, alpha: float = 0.05, power: float = 0.8, table: pd.DataFrame | None = None
) -> MinimumEffect:
    """Find the smallest effect that the tests of `verdict` would report with this power.

    Each control in turn is taken as treated; effects of a growing multiple of its usual error are added
    after the start, and the tests are run again. The multiple that `power` of them report, times the
    treated markets' own usual error, is the answer. Before a campaign, make the panel of the past alone,
    with a start as many periods before its end as the campaign will last.

    Parameters
    ----------
    table : of `inference.measure_all`, to save doing it again.
    """
    table = measure_all(panel) if table is None else table
    own = table.iloc[0]
    multiple = _smallest_multiple(panel, table, alpha, power)
    gap, _ = fit_gap(panel.treated_mean, panel.control_values, n_before=panel.n_before)
    counterfactual = float((panel.treated_mean - gap)[panel.n_before :].mean())
    effect = multiple * float(own["scale"])
    return MinimumEffect(effect, effect / counterfactual, alpha, power)


def _smallest_multiple(panel: Panel, table: pd.DataFrame, alpha: float, power: float) -> float:
    """Multiple of the usual error that `power` of the pretended campaigns report, by halving on a log scale."""
    degrees = time_degrees(panel.n_before, panel.n_after)
    if len(panel.controls) < MIN_PRETENDED:
        known = degrees >= MIN_TIME_DEGREES
        return float(stats.t.ppf(1 - alpha / 2, degrees) + stats.t.ppf(power, degrees)) if known else float("nan")
    low, high = 0.25, LARGEST
    if _share_reported(panel, table, high, alpha, degrees) < power:
        return float("nan")
    for _ in range(N_HALVINGS):
        middle = float(np.sqrt(low * high))
        if _share_reported(panel, table, middle, alpha, degrees) >= power:
            high = middle
        else:
            low = middle
    return high


def _share_reported(panel: Panel, table: pd.DataFrame, multiple: float, alpha: float, degrees: int) -> float:
    """Share of the controls whose injected effect passes the tests of `verdict`."""
    placebos = table.iloc[1:]
    scale = placebos["scale"].to_numpy()
    effects = placebos["effect"].to_numpy()
    injected = effects + multiple * scale
    if degrees < MIN_TIME_DEGREES:
        return float(_ranks_high(np.abs(effects / scale), np.abs(injected / scale), alpha).mean())
    passed = time_p(injected, scale, degrees) <= alpha
    blocks = (_block_passes(panel, int(i), multiple * scale[i], alpha) for i in np.flatnonzero(passed))
    return sum(blocks) / len(scale)


def _ranks_high(plain: Floats, injected: Floats, alpha: float) -> np.ndarray:
    """Whether each injected statistic ranks within `alpha` among the plain ones of the other controls."""
    others = plain[None, :] >= injected[:, None]
    np.fill_diagonal(others, val=False)
    return (1 + others.sum(axis=1)) / (len(plain) + 1) <= alpha


def _block_passes(panel: Panel, i: int, effect: float, alpha: float) -> bool:
    controls = panel.control_values
    treated = controls[:, i] + effect * (np.arange(len(controls)) >= panel.n_before)
    p_value = block_p(treated, np.delete(controls, i, axis=1), n_after=panel.n_after)
    return not p_value > alpha
