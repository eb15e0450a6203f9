"""Difference-in-differences: the change in the treated markets less the change in the controls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.panel import Panel
from xhs_toolkit.stats import distributions as stats

LEVEL: float = assume("intervals.level")
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
