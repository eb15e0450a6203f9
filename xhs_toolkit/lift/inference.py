"""Could chance have done it? Three answers: moving blocks, placebo in space, placebo in time.

A drifting series fools each of them in its own way, so `verdict` asks all that the data allow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.estimators import Floats, Panel, fit_gap
from xhs_toolkit.stats import distributions as stats

ALPHA: float = assume("lift.false_alarms")
MIN_WINDOWS: int = assume("lift.min_windows")
MIN_SPACE: int = assume("lift.min_placebo_controls")
MIN_TIME_DEGREES: int = assume("lift.min_stretches")
MAX_RELATIVE_ERROR: float = assume("lift.max_relative_error")
MAX_WINDOWS: int = assume("lift.max_placebo_starts")


class Measured(NamedTuple):
    """One market, or the mean of several, against its synthetic control.

    Attributes
    ----------
    effect : mean gap after the start.
    errors : mean gap after each earlier pretended start, latest first, over `pretended_length` periods.
    scale : root mean square of `errors`; of the gaps before the start where there are none.
    spread : standard deviation of the outcome before the start.
    """

    effect: float
    errors: Floats
    scale: float
    spread: float


def measure(treated: Floats, controls: Floats, *, n_before: int) -> Measured:
    """Fit before the start and look after it; then pretend earlier starts, with the data known by then."""
    gap, _ = fit_gap(treated, controls, n_before=n_before)
    stretch = pretended_length(n_before, len(treated) - n_before)
    errors = np.array(
        [
            fit_gap(treated[: start + stretch], controls[: start + stretch], n_before=start)[0][start:].mean()
            for start in pretended_starts(n_before, stretch)
        ]
    )
    scale = np.sqrt(np.square(errors if len(errors) else gap[:n_before]).mean())
    return Measured(float(gap[n_before:].mean()), errors, float(scale), float(treated[:n_before].std()))


def pretended_length(n_before: int, n_after: int) -> int:
    """Periods of a pretended campaign: the campaign's own, or a quarter of a past too short for that."""
    return min(n_after, n_before // 4)


def pretended_starts(n_before: int, stretch: int) -> list[int]:
    """Earlier starts half a pretended campaign apart, each with at least as long before it.

    >>> pretended_starts(90, 15)
    [75, 67, 59, 51, 43, 35, 27]
    """
    step = (stretch + 1) // 2
    return list(range(n_before - stretch, max(stretch, n_before // 4), -step))[:MAX_WINDOWS]


def time_degrees(n_before: int, n_after: int) -> int:
    """Stretches of the campaign's length, laid end to end, that the pretended starts cover; 0 if they are shorter.

    >>> time_degrees(90, 15), time_degrees(20, 10)
    (4, 0)
    """
    if pretended_length(n_before, n_after) < n_after:
        return 0
    starts = pretended_starts(n_before, n_after)
    return (starts[0] + n_after - starts[-1]) // n_after


# -------------------------------------------------------------------------------- moving blocks


def block_permutation_p(treated: Floats, controls: Floats, *, n_after: int) -> float:
    """Return the p value of no effect by moving-block permutation (Chernozhukov, Wüthrich and Zhu 2021).

    The synthetic control is fitted to all periods, as no effect would allow; the sum of absolute gaps
    after the start is compared with that of every stretch as long, the end joined to the beginning.
    NaN under 20 periods.
    """
    n = len(treated)
    if n < MIN_WINDOWS:
        return float("nan")
    gap, _ = fit_gap(treated, controls, n_before=n)
    around = np.concatenate([[0.0], np.cumsum(np.abs(np.concatenate([gap, gap[: n_after - 1]])))])
    sums = around[n_after:] - around[:-n_after]
    return float(np.mean(sums >= sums[n - n_after] * (1 - 1e-9)))


# ----------------------------------------------------------------------------- placebo in space


class SpacePlacebo(NamedTuple):
    """What `placebo_in_space` found.

    Attributes
    ----------
    p_value : share of all markets with a statistic at least the treated's; NaN under 19 controls.
    rank, n : of the treated among all (1 the most extreme), and how many.
    table : one row a control (index), the treated first under the name ``treated``: ``effect``,
        ``scale``, ``spread``, ``relative_error`` (scale / spread), ``time_p_value``, ``statistic`` (effect / scale).
    """

    p_value: float
    rank: int
    n: int
    table: pd.DataFrame


def placebo_in_space(panel: Panel) -> SpacePlacebo:
    """Pretend in turn that each control was treated, and rank the treated among them by effect over usual error."""
    controls, n = panel.control_values, panel.n_before
    measured = [measure(panel.treated_mean, controls, n_before=n)]
    if controls.shape[1] > 1:
        measured += [
            measure(controls[:, i], np.delete(controls, i, axis=1), n_before=n) for i in range(controls.shape[1])
        ]
    names = ["treated", *panel.controls][: len(measured)]
    table = pd.DataFrame(measured, index=pd.Index(names, name="market")).drop(columns="errors")
    table = table.assign(
        relative_error=table["scale"] / table["spread"],
        time_p_value=time_p(table["effect"].to_numpy(), table["scale"].to_numpy(), time_degrees(n, panel.n_after)),
        statistic=table["effect"].abs() / table["scale"],
    )
    rank = int((table["statistic"] >= table["statistic"].iloc[0]).sum())
    p_value = rank / len(table) if len(panel.controls) >= MIN_SPACE else float("nan")
    return SpacePlacebo(p_value, rank, len(table), table)


# ------------------------------------------------------------------------------ placebo in time


class TimePlacebo(NamedTuple):
    """What `placebo_in_time` found.

    Attributes
    ----------
    p_value : of the effect against the errors of earlier pretended starts (t); NaN with too few.
    fired_p_value : of the latest pretended start against those that do not overlap it: small, and the method
        finds effects where there was none.
    errors : by pretended start (index).
    degrees_of_freedom : stretches as long as the campaign, laid end to end.
    """

    p_value: float
    fired_p_value: float
    errors: pd.Series
    degrees_of_freedom: int


def placebo_in_time(panel: Panel) -> TimePlacebo:
    """Pretend that the campaign began earlier, when it did not, and see how large an effect appears."""
    n, n_after = panel.n_before, panel.n_after
    found = measure(panel.treated_mean, panel.control_values, n_before=n)
    degrees = time_degrees(n, n_after)
    starts = pretended_starts(n, pretended_length(n, n_after))
    errors = pd.Series(found.errors, index=panel.outcomes.index[starts], name="error", dtype=float)
    if degrees < MIN_TIME_DEGREES or found.scale == 0:
        return TimePlacebo(float("nan"), float("nan"), errors, degrees)
    p_value = float(time_p(np.array([found.effect]), np.array([found.scale]), degrees)[0])
    earlier = float(np.sqrt(np.square(found.errors[2:]).mean()))
    fired = 2 * stats.t.sf(abs(found.errors[0]) / earlier, degrees - 1) if earlier > 0 else float("nan")
    return TimePlacebo(p_value, float(fired), errors, degrees)


def time_p(effects: Floats, scales: Floats, degrees: int) -> Floats:
    """Two-sided p of effects against the usual error of pretended starts (t); NaN with too few of them."""
    if degrees < MIN_TIME_DEGREES:
        return np.full(len(effects), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * stats.t.sf(np.abs(effects / scales), degrees)


# ------------------------------------------------------------------------- whether to trust the tests


class Placebos(NamedTuple):
    """What `run_placebos` found.

    Attributes
    ----------
    space, time : the two placebos.
    fired : an effect was found before the start, or in more controls than chance explains.
    controls_fit : the controls predict the treated markets about as well as they predict each other.
    """

    space: SpacePlacebo
    time: TimePlacebo
    fired: bool
    controls_fit: bool


def run_placebos(panel: Panel) -> Placebos:
    """Run both placebos, and say whether anything found beside them is to be trusted."""
    space, time = placebo_in_space(panel), placebo_in_time(panel)
    fired = time.fired_p_value <= ALPHA or _fires_in_space(panel, space)
    return Placebos(space, time, fired, _controls_fit(space))


def _fires_in_space(panel: Panel, space: SpacePlacebo) -> bool:
    """Whether the tests report an effect in more controls than chance explains (binomial, 1%)."""
    suspects = np.flatnonzero(space.table["time_p_value"].to_numpy()[1:] <= ALPHA)
    controls, n_after = panel.control_values, panel.n_after
    n_fired = sum(
        block_permutation_p(controls[:, i], np.delete(controls, i, axis=1), n_after=n_after) <= ALPHA for i in suspects
    )
    return bool(stats.binom.sf(n_fired - 1, controls.shape[1], ALPHA) < 0.01) if n_fired else False


def _controls_fit(space: SpacePlacebo) -> bool:
    """Whether the usual error relative to a market's own movement is no larger than the controls' among each other.

    It is the error of earlier pretended starts; with fewer than three controls to compare with, it must not exceed
    the movement.
    """
    errors = space.table["relative_error"].to_numpy()
    if len(errors) < 4:
        return bool(errors[0] <= 1)
    return bool(errors[0] <= MAX_RELATIVE_ERROR * np.median(errors[1:]) + 1e-12)
