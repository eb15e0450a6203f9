"""How large an effect would have to be to be seen: lifts added to simulated campaigns, tested as the verdict tests."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.errors import draw_after, fit_errors
from xhs_toolkit.lift.inference import (
    ALPHA,
    MIN_SPACE,
    MIN_TIME_DEGREES,
    Placebos,
    block_permutation_p,
    run_placebos,
    time_degrees,
)
from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.synthetic_control import fit_gap
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.stats import make_rng

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
    (`errors.draw_after`), and no closer than it came after earlier pretended starts; effects of growing size are added,
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
    found = _find(simulated, table)
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


def _find(simulated: _Simulated, table: pd.DataFrame) -> float:
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
