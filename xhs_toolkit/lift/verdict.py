"""Did the campaign cause it? The estimate, every test the data allow, and one of three answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xhs_toolkit.findings import Finding
from xhs_toolkit.lift.inference import (
    MIN_TIME_DEGREES,
    SpacePlacebo,
    TimePlacebo,
    block_p,
    block_permutation_p,
    placebo_in_space,
    placebo_in_time,
)
from xhs_toolkit.lift.panel import Panel
from xhs_toolkit.lift.power import MinimumEffect, find_minimum_effect
from xhs_toolkit.lift.synthetic_control import SyntheticControl, estimate_synthetic_control
from xhs_toolkit.stats import distributions as stats

ALPHA = 0.05
"""Probability of a false alarm that each test is allowed."""

MAX_RELATIVE_ERROR = 3.0
"""Controls do not fit when their usual error is this many times what is usual among the controls
themselves (each relative to its own movement). Simulated, markets alike pass in 95% and more; one that shares
nothing with them in 1% (40 markets, 90 periods before) to 32% (30 markets, 20 periods)."""


class Lift(NamedTuple):
    """What `estimate_lift` found.

    Attributes
    ----------
    verdict : ``lift.detected``, ``lift.not_detected`` or ``lift.cannot_be_told``, with its numbers.
    estimate : the synthetic control.
    low, high : range of the effect, a treated market and period, in the outcome's unit.
    lift_low, lift_high : the same as a fraction of the counterfactual.
    block_p_value : of the moving-block permutation.
    space, time : the placebos.
    minimum : the smallest effect that this design would report; NaN where the controls do not fit or a placebo fired.
    """

    verdict: Finding
    estimate: SyntheticControl
    low: float
    high: float
    lift_low: float
    lift_high: float
    block_p_value: float
    space: SpacePlacebo
    time: TimePlacebo
    minimum: MinimumEffect


def estimate_lift(panel: Panel, *, level: float = 0.9, alpha: float = ALPHA) -> Lift:
    """Estimate the effect of a campaign and say whether it can be told from chance.

    ``detected`` needs both the moving blocks and the placebo in time to reject at `alpha`; where the past
    is too short for the latter (under four times the campaign's length), the placebo in space, which needs
    19 controls. ``cannot_be_told`` (value ``reason``): ``too_few_placebos``,
    ``controls_do_not_fit``, ``placebo_fired`` (an effect was found before the start,
    or in more controls than chance explains).
    """
    estimate = estimate_synthetic_control(panel)
    space, time = placebo_in_space(panel), placebo_in_time(panel)
    block = block_permutation_p(panel)
    minimum = find_minimum_effect(panel, alpha=alpha, table=space.table)
    fired = time.fired_p_value <= alpha or _fires_in_space(panel, space, alpha)
    if fired or not controls_fit(space):
        minimum = minimum._replace(effect=float("nan"), lift=float("nan"))
    half = _critical(space, time, level) * float(space.table["scale"].iloc[0])
    low, high = estimate.effect - half, estimate.effect + half
    counterfactual = estimate.effect / estimate.lift if estimate.lift else float("nan")
    lift = Lift(
        Finding("lift.pending"),
        estimate,
        low,
        high,
        low / counterfactual,
        high / counterfactual,
        block,
        space,
        time,
        minimum,
    )
    return lift._replace(verdict=_decide(lift, panel, alpha, fired=fired))


def _critical(space: SpacePlacebo, time: TimePlacebo, level: float) -> float:
    """How many usual errors the range spans: Student's t, or the placebos' order statistic."""
    if time.degrees_of_freedom >= MIN_TIME_DEGREES:
        return float(stats.t.ppf((1 + level) / 2, time.degrees_of_freedom))
    placebos = np.sort(space.table["statistic"].to_numpy()[1:])
    rank = int(np.ceil((len(placebos) + 1) * level - 1e-9))
    return float(placebos[rank - 1]) if rank <= len(placebos) else float("nan")


def _decide(lift: Lift, panel: Panel, alpha: float, *, fired: bool) -> Finding:
    has_past = not np.isnan(lift.time.p_value)
    p_value = max(lift.block_p_value, lift.time.p_value) if has_past else lift.space.p_value
    significant = p_value <= alpha
    reasons = {
        "too_few_placebos": np.isnan(p_value),
        "controls_do_not_fit": not controls_fit(lift.space),
        "placebo_fired": significant and fired,
    }
    reason = next((name for name, applies in reasons.items() if applies), "")
    code = "cannot_be_told" if reason else "detected" if significant else "not_detected"
    values = {
        "effect": lift.estimate.effect,
        "lift": lift.estimate.lift,
        "lift_low": lift.lift_low,
        "lift_high": lift.lift_high,
        "incremental": lift.estimate.incremental,
        "p_value": p_value,
        "minimum_lift": lift.minimum.lift,
        "n_treated": len(panel.treated),
        "n_controls": len(panel.controls),
        "n_before": panel.n_before,
        "n_after": panel.n_after,
        "reason": reason,
    }
    return Finding(f"lift.{code}", values)


def _fires_in_space(panel: Panel, space: SpacePlacebo, alpha: float) -> bool:
    """Whether the tests report an effect in more controls than chance explains (binomial, 1%)."""
    suspects = np.flatnonzero(space.table["time_p_value"].to_numpy()[1:] <= alpha)
    controls = panel.control_values
    n_fired = sum(
        block_p(controls[:, i], np.delete(controls, i, axis=1), n_after=panel.n_after) <= alpha for i in suspects
    )
    return bool(stats.binom.sf(n_fired - 1, controls.shape[1], alpha) < 0.01) if n_fired else False


def controls_fit(space: SpacePlacebo) -> bool:
    """Whether the controls predict the treated markets about as well as they predict each other.

    Judged by the error of earlier pretended starts relative to a market's own movement; with fewer
    than three controls to compare with, it must not exceed that movement.
    """
    errors = space.table["relative_error"].to_numpy()
    if len(errors) < 4:
        return bool(errors[0] <= 1)
    return bool(errors[0] <= MAX_RELATIVE_ERROR * np.median(errors[1:]) + 1e-12)
