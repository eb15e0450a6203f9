"""Did the campaign cause it? The estimate, every test the data allow, one of three answers, and what could be seen.

The smallest effect that would be seen is found by adding lifts to simulated campaigns, tested as the verdict tests.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.estimators import Floats, Panel, SyntheticControl, estimate_synthetic_control, fit_gap
from xhs_toolkit.lift.inference import (
    ALPHA,
    MIN_SPACE,
    MIN_TIME_DEGREES,
    Placebos,
    SpacePlacebo,
    TimePlacebo,
    block_permutation_p,
    draw_after,
    fit_errors,
    run_placebos,
    time_degrees,
)
from xhs_toolkit.stats import LEVEL, make_rng
from xhs_toolkit.stats import distributions as stats

POWER: float = assume("lift.power")
LARGEST: float = assume("lift.largest_effect")
N_HALVINGS: int = assume("lift.n_halvings")
N_DRAWS: int = assume("lift.n_draws")


class MinimumEffect(NamedTuple):
    """What `find_minimum_effect` found.

    Attributes
    ----------
    effect : a treated market and period, in the outcome's unit; NaN where not even 64 usual errors are seen, or where
        the verdict would be "cannot be told" whatever the effect.
    lift : effect / mean counterfactual after the start (a fraction).
    reason : why there is none: ``controls_do_not_fit``, ``placebo_fired``, ``too_few_placebos``, ``nothing_seen``.
    """

    effect: float
    lift: float
    reason: str = ""


def find_minimum_effect(panel: Panel, *, placebos: Placebos | None = None) -> MinimumEffect:
    """Find the smallest effect that the tests of `verdict` would report with the power `POWER`.

    The treated markets' difference from their synthetic control is carried on beyond the start as it moved before
    (`draw_after`), and no closer than it came after earlier pretended starts; effects of growing size are added,
    and each simulated campaign is tested: by the placebo in time and the moving blocks, or the placebo in space where
    the past is too short. None is stated where the controls do not fit or a placebo fires. Nothing that
    was counted after the start in the treated markets has a part in it. Before a campaign, make the panel of the past
    alone, with a start as many periods before its end as the campaign will last.

    Parameters
    ----------
    placebos : of `inference.run_placebos`, to save doing it again.
    """
    placebos = placebos or run_placebos(panel)
    if reason := _why_none(panel, placebos):
        return MinimumEffect(float("nan"), float("nan"), reason)
    table = placebos.space.table
    simulated = _simulate(panel, usual_error=float(table["scale"].iloc[0]))
    found = _find_minimum(simulated, table)
    counterfactual = float((simulated.treated - simulated.gap)[panel.n_before :].mean())
    return MinimumEffect(found, found / counterfactual, "" if np.isfinite(found) else "nothing_seen")


def _why_none(panel: Panel, placebos: Placebos) -> str:
    """Why the verdict could not be told whatever the effect."""
    has_past = time_degrees(panel.n_before, panel.n_after) >= MIN_TIME_DEGREES
    checks = {
        "controls_do_not_fit": not placebos.controls_fit,
        "placebo_fired": placebos.fired,
        "too_few_placebos": not has_past and len(panel.controls) < MIN_SPACE,
    }
    return next((reason for reason, applies in checks.items() if applies), "")


class _Simulated(NamedTuple):
    """Treated markets, controls, the difference of the two in every period, and those drawn for after the start."""

    treated: Floats
    controls: Floats
    gap: Floats
    after: Floats

    @property
    def n_after(self) -> int:
        """Periods from the start on."""
        return self.after.shape[1]

    @property
    def n_before(self) -> int:
        """Periods before the start."""
        return len(self.gap) - self.n_after


def _simulate(panel: Panel, *, usual_error: float) -> _Simulated:
    """Draw the difference after the start, wider where pretended starts erred by more than it lets expect."""
    n, treated, controls = panel.n_before, panel.treated_mean, panel.control_values
    gap, weights = fit_gap(treated, controls, n_before=n)
    errors = fit_errors(gap[:n], np.ones((n, 1)))
    n_used = min(int((weights > 0).sum()), n - 2)
    after = draw_after(gap[:n], errors, panel.n_after, n_draws=N_DRAWS, rng=make_rng(0))
    after *= np.sqrt((n + n_used) / (n - n_used))
    expected_error = float(np.sqrt(np.square(after.mean(axis=1)).mean()))
    widened = max(usual_error / expected_error, 1.0) if expected_error > 0 else 1.0
    return _Simulated(treated, controls, gap, widened * after)


def _find_minimum(simulated: _Simulated, table: pd.DataFrame) -> float:
    """Smallest effect that `POWER` of the simulated campaigns report: by the placebo, then by the moving blocks too.

    Where the past is too short for that, the controls' own differences stand for the simulated ones.
    """
    scale = float(table["scale"].iloc[0])
    if not scale > 0:
        return float("nan")
    degrees = time_degrees(simulated.n_before, simulated.n_after)
    if degrees < MIN_TIME_DEGREES:
        return scale * _find_by_rank(table)
    needed = scale * float(stats.t.ppf(1 - ALPHA / 2, degrees))
    low = needed - float(np.quantile(simulated.after.mean(axis=1), 1 - POWER))
    if not low <= LARGEST * scale:
        return float("nan")
    if _is_seen(simulated, low, needed):
        return low
    high = LARGEST * scale
    if not _is_seen(simulated, high, needed):
        return float("nan")
    for _ in range(N_HALVINGS):
        middle = float(np.sqrt(low * high))
        is_seen = _is_seen(simulated, middle, needed)
        low, high = (low, middle) if is_seen else (middle, high)
    return high


def _find_by_rank(table: pd.DataFrame) -> float:
    """Usual errors that an effect needs to rank within `ALPHA` among the controls."""
    others = (table["effect"] / table["scale"]).to_numpy()[1:]
    needed = np.sort(np.abs(others))[::-1][int(ALPHA * (len(others) + 1) + 1e-9) - 1]
    return float(needed - np.quantile(np.concatenate([others, -others]), 1 - POWER))


def _is_seen(simulated: _Simulated, effect: float, needed: float) -> bool:
    """Whether so many simulated campaigns pass the placebo in time and the moving blocks; ends when too many failed."""
    passed = np.flatnonzero(np.abs(simulated.after.mean(axis=1) + effect) >= needed)
    n_draws = len(simulated.after)
    n_failed, n_allowed = n_draws - len(passed), (1 - POWER) * n_draws + 1e-9
    for i in passed:
        n_failed += not _block_passes(simulated, int(i), effect)
        if n_failed > n_allowed:
            return False
    return n_failed <= n_allowed


def _block_passes(simulated: _Simulated, i: int, effect: float) -> bool:
    n = simulated.n_before
    treated = simulated.treated.copy()
    treated[n:] += simulated.after[i] + effect - simulated.gap[n:]
    return not block_permutation_p(treated, simulated.controls, n_after=simulated.n_after) > ALPHA


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
