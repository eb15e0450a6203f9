"""How large an effect would have to be to be seen: lifts added to simulated campaigns, tested as the verdict tests."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.lift.errors import draw_after, fit_errors
from xhs_toolkit.lift.inference import MIN_SPACE, MIN_TIME_DEGREES, block_p, measure_all, time_degrees
from xhs_toolkit.lift.panel import Floats, Panel
from xhs_toolkit.lift.synthetic_control import fit_gap
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.stats import make_rng

LARGEST = 64.0
"""Effects above 64 usual errors are not looked for: such a design sees nothing of use."""

N_HALVINGS = 5
"""Halvings up to 64 usual errors: the answer is within a tenth."""

N_DRAWS = 128
"""Simulated campaigns: a share of 0.8 is known to 0.04."""


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

    The treated markets' difference from their synthetic control is carried on beyond the start as it moved before
    (`errors.draw_after`); effects of growing size are added, and each simulated campaign is tested: by the
    placebo in time and the moving blocks, or the placebo in space where the past is too short. Nothing that
    was counted after the start in the treated markets has a part in it. Before a campaign, make the panel of the past
    alone, with a start as many periods before its end as the campaign will last.

    Parameters
    ----------
    table : of `inference.measure_all`, to save doing it again.
    """
    table = measure_all(panel) if table is None else table
    simulated = _simulate(panel)
    found = _find(simulated, table, alpha=alpha, power=power)
    counterfactual = float((simulated.treated - simulated.gap)[panel.n_before :].mean())
    return MinimumEffect(found, found / counterfactual, alpha, power)


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


def _simulate(panel: Panel) -> _Simulated:
    n, treated, controls = panel.n_before, panel.treated_mean, panel.control_values
    gap, weights = fit_gap(treated, controls, n_before=n)
    errors = fit_errors(gap[:n], np.ones((n, 1)))
    n_used = min(int((weights > 0).sum()), n - 2)
    after = draw_after(gap[:n], errors, panel.n_after, n_draws=N_DRAWS, rng=make_rng(0))
    return _Simulated(treated, controls, gap, after * np.sqrt((n + n_used) / (n - n_used)))


def _find(simulated: _Simulated, table: pd.DataFrame, *, alpha: float, power: float) -> float:
    """Smallest effect that `power` of the simulated campaigns report: by the placebo, then by the moving blocks too.

    A placebo before the start fires in `alpha` of the campaigns, whatever their effect: the others must make up for it.
    Where the past is too short for that, the controls' own differences stand for the simulated ones.
    """
    scale, share = float(table["scale"].iloc[0]), power / (1 - alpha)
    if not scale > 0:
        return float("nan")
    degrees = time_degrees(simulated.n_before, simulated.n_after)
    if degrees < MIN_TIME_DEGREES:
        return scale * _find_by_rank(table, alpha=alpha, power=power)
    needed = scale * float(stats.t.ppf(1 - alpha / 2, degrees))
    low = needed - float(np.quantile(simulated.after.mean(axis=1), 1 - share))
    if not low <= LARGEST * scale:
        return float("nan")
    if _is_seen(simulated, low, needed, alpha=alpha, share=share):
        return low
    high = LARGEST * scale
    if not _is_seen(simulated, high, needed, alpha=alpha, share=share):
        return float("nan")
    for _ in range(N_HALVINGS):
        middle = float(np.sqrt(low * high))
        is_seen = _is_seen(simulated, middle, needed, alpha=alpha, share=share)
        low, high = (low, middle) if is_seen else (middle, high)
    return high


def _find_by_rank(table: pd.DataFrame, *, alpha: float, power: float) -> float:
    """Usual errors that an effect needs to rank within `alpha` among the controls; NaN with too few of these."""
    others = (table["effect"] / table["scale"]).to_numpy()[1:]
    if len(others) < MIN_SPACE:
        return float("nan")
    needed = np.sort(np.abs(others))[::-1][int(alpha * (len(others) + 1) + 1e-9) - 1]
    return float(needed - np.quantile(np.concatenate([others, -others]), 1 - power))


def _is_seen(simulated: _Simulated, effect: float, needed: float, *, alpha: float, share: float) -> bool:
    """Whether so many simulated campaigns pass the placebo in time and the moving blocks; ends when too many failed."""
    passed = np.flatnonzero(np.abs(simulated.after.mean(axis=1) + effect) >= needed)
    n_draws = len(simulated.after)
    n_failed, n_allowed = n_draws - len(passed), (1 - share) * n_draws + 1e-9
    for i in passed:
        n_failed += not _block_passes(simulated, int(i), effect, alpha)
        if n_failed > n_allowed:
            return False
    return n_failed <= n_allowed


def _block_passes(simulated: _Simulated, i: int, effect: float, alpha: float) -> bool:
    n = simulated.n_before
    treated = simulated.treated.copy()
    treated[n:] += simulated.after[i] + effect - simulated.gap[n:]
    return not block_p(treated, simulated.controls, n_after=simulated.n_after) > alpha
