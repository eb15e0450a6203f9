"""Did the campaign cause it? The estimate, every test the data allow, and one of three answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.inference import (
    ALPHA,
    MIN_TIME_DEGREES,
    Placebos,
    SpacePlacebo,
    TimePlacebo,
    block_permutation_p,
    run_placebos,
)
from xhs_toolkit.lift.panel import Panel
from xhs_toolkit.lift.power import MinimumEffect, find_minimum_effect
from xhs_toolkit.lift.synthetic_control import SyntheticControl, estimate_synthetic_control
from xhs_toolkit.stats import distributions as stats

LEVEL: float = assume("intervals.level")


class Lift(NamedTuple):
    """What `estimate_lift` found.

    Attributes
    ----------
    verdict : ``detected``, ``not_detected`` or ``cannot_be_told``. reason : why it cannot be told; else ''.
    p_value : of the tests that the verdict rests on, the larger of two.
    estimate : the synthetic control.
    low, high : range of the effect, a treated market and period, in the outcome's unit.
    lift_low, lift_high : the same as a fraction of the counterfactual.
    block_p_value : of the moving-block permutation.
    space, time : the placebos.
    minimum : the smallest effect that this design would report; NaN where the controls do not fit or a placebo fired.
    """

    verdict: str
    reason: str
    p_value: float
    estimate: SyntheticControl
    low: float
    high: float
    lift_low: float
    lift_high: float
    block_p_value: float
    space: SpacePlacebo
    time: TimePlacebo
    minimum: MinimumEffect


def estimate_lift(panel: Panel) -> Lift:
    """Estimate the effect of a campaign and say whether it can be told from chance.

    ``detected`` needs both the moving blocks and the placebo in time to reject at `ALPHA`; where the past
    is too short for the latter (under four times the campaign's length), the placebo in space, which needs
    19 controls. ``cannot_be_told`` (``reason``): ``too_few_placebos``,
    ``controls_do_not_fit``, ``placebo_fired`` (an effect was found before the start,
    or in more controls than chance explains).
    """
    estimate = estimate_synthetic_control(panel)
    placebos = run_placebos(panel)
    space, time = placebos.space, placebos.time
    block = block_permutation_p(panel.treated_mean, panel.control_values, n_after=panel.n_after)
    p_value = space.p_value if np.isnan(time.p_value) else max(block, time.p_value)
    reason = _why_not(p_value, placebos)
    verdict = "cannot_be_told" if reason else "detected" if p_value <= ALPHA else "not_detected"
    half = _critical(space, time) * float(space.table["scale"].iloc[0])
    low, high = estimate.effect - half, estimate.effect + half
    counterfactual = estimate.effect / estimate.lift if estimate.lift else float("nan")
    return Lift(
        verdict,
        reason,
        p_value,
        estimate,
        low,
        high,
        low / counterfactual,
        high / counterfactual,
        block,
        space,
        time,
        find_minimum_effect(panel, placebos=placebos),
    )


def _critical(space: SpacePlacebo, time: TimePlacebo) -> float:
    """How many usual errors the range spans: Student's t, or the placebos' order statistic."""
    if time.degrees_of_freedom >= MIN_TIME_DEGREES:
        return float(stats.t.ppf((1 + LEVEL) / 2, time.degrees_of_freedom))
    placebos = np.sort(space.table["statistic"].to_numpy()[1:])
    rank = int(np.ceil((len(placebos) + 1) * LEVEL - 1e-9))
    return float(placebos[rank - 1]) if rank <= len(placebos) else float("nan")


def _why_not(p_value: float, placebos: Placebos) -> str:
    reasons = {
        "too_few_placebos": np.isnan(p_value),
        "controls_do_not_fit": not placebos.controls_fit,
        "placebo_fired": p_value <= ALPHA and placebos.fired,
    }
    return next((name for name, applies in reasons.items() if applies), "")
