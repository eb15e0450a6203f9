"""Could chance have done it? Moving blocks, placebo in space, placebo in time; and errors that are remembered.

A drifting series fools each of them in its own way, so `verdict` asks all that the data allow.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import linalg, optimize

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.estimators import Floats, Panel, fit_gap
from xhs_toolkit.stats import LEVEL
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


MEMORIES: tuple[float, ...] = assume("lift.memories")
SHARES: tuple[float, ...] = assume("lift.memory_shares")

KINDS = ((0.0, 1.0, 1), *product(MEMORIES, SHARES, (1, 2)))
"""Memory, share and order of every kind of error on the grid, noise alone first."""

TRUST: float = assume("lift.likelihood_power")


class Errors(NamedTuple):
    """What `fit_errors` found, one value a kind of error (of `KINDS`).

    Attributes
    ----------
    weights : posterior probability, all kinds being as likely beforehand.
    variances : of a period's error. degrees : of freedom of the variance.
    """

    weights: Floats
    variances: Floats
    degrees: int


def correlate(n_periods: int, kind: tuple[float, float, int]) -> Floats:
    """Correlation of the errors of every two periods."""
    memory, share, order = kind
    lags = np.arange(n_periods)
    remembered = memory**lags * (1 + (order - 1) * lags * (1 - memory**2) / (1 + memory**2))
    return linalg.toeplitz(share * remembered) + (1 - share + 1e-9) * np.eye(n_periods)


def fit_errors(values: Floats, design: Floats) -> Errors:
    """Weigh each kind of error by its restricted likelihood, regression coefficients and variance integrated out."""
    degrees = len(values) - design.shape[1]
    logs, variances = np.empty(len(KINDS)), np.empty(len(KINDS))
    for i, kind in enumerate(KINDS):
        root = linalg.cholesky(correlate(len(values), kind), lower=True)
        whitened = linalg.solve_triangular(root, np.column_stack([design, values]), lower=True)
        basis, triangle = linalg.qr(whitened[:, :-1], mode="economic")
        rest = whitened[:, -1] - basis @ (basis.T @ whitened[:, -1])
        squares = max(float(rest @ rest), np.finfo(float).tiny)
        size = np.log(np.diag(root)).sum() + np.log(np.abs(np.diag(triangle))).sum()
        logs[i], variances[i] = -size - degrees / 2 * np.log(squares), squares / degrees
    weights = np.exp(TRUST * (logs - logs.max()))
    return Errors(weights / weights.sum(), variances, degrees)


def reach_of_sum(errors: Errors, contrast: Floats) -> float:
    """Half-width of the range of a sum of errors: `LEVEL` quantile of a mixture of Student's t.

    Parameters
    ----------
    contrast : weight of the error of every period, before and after the start.
    """
    n = len(contrast)
    spreads = [float(contrast @ correlate(n, kind) @ contrast) for kind in KINDS]
    sizes = np.sqrt(errors.variances * spreads)

    def excess(half: float) -> float:
        return float(errors.weights @ (2 * stats.t.sf(half / sizes, errors.degrees))) - (1 - LEVEL)

    highest = 1.01 * float(sizes.max()) * float(stats.t.ppf((1 + LEVEL) / 2, errors.degrees))
    return float(optimize.brentq(excess, 0.0, highest, xtol=1e-12 * highest))


def draw_after(values: Floats, errors: Errors, n_after: int, *, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw the periods after the start as the ones before let expect them: ``n_draws`` × ``n_after``.

    Around a mean that is not known; every second draw is turned over, for an effect may go either way.
    """
    n, kinds = len(values), rng.choice(len(KINDS), size=n_draws, p=errors.weights)
    drawn = np.empty((n_draws, n_after))
    for kind in np.unique(kinds):
        whole = correlate(n + n_after, KINDS[kind])
        before, across = whole[:n, :n], whole[n:, :n]
        solved = linalg.solve(before, np.column_stack([np.ones(n), values, across.T]), assume_a="pos")
        total = float(solved[:, 0].sum())
        mean = float(solved[:, 1].sum()) / total
        expected = mean + across @ (solved[:, 1] - mean * solved[:, 0])
        off = 1 - across @ solved[:, 0]
        spread = whole[n:, n:] - across @ solved[:, 2:] + np.outer(off, off) / total
        root = linalg.cholesky(spread + 1e-9 * np.eye(n_after), lower=True)
        chosen = np.flatnonzero(kinds == kind)
        scale = np.sqrt(errors.variances[kind] * errors.degrees / rng.chisquare(errors.degrees, len(chosen)))
        drawn[chosen] = expected + scale[:, None] * (rng.standard_normal((len(chosen), n_after)) @ root.T)
    return drawn * np.where(np.arange(n_draws) % 2, -1.0, 1.0)[:, None]


MIN_DEGREES: int = assume("lift.min_degrees")


class TimeBasedRegression(NamedTuple):
    """What `estimate_time_based_regression` found.

    Attributes
    ----------
    incremental, low, high : sum over treated markets and periods after the start, in the outcome's unit.
    lift : incremental / counterfactual (a fraction).
    """

    incremental: float
    low: float
    high: float
    lift: float


def estimate_time_based_regression(panel: Panel) -> TimeBasedRegression:
    """Estimate the sum of the effects by time-based regression (Kerman, Wang and Vaver 2017).

    Before the start the treated markets' total is regressed on the controls' total; after it the line is
    the counterfactual. The range is a mixture of Student's t with the error of the line included; unlike in that paper,
    errors may be remembered from period to period, as much as those before the start were (`fit_errors`).

    Raises
    ------
    ValueError : too few periods before the start.
    """
    n = panel.n_before
    if n < MIN_DEGREES + 2:
        raise ValueError(f"{n} periods before the start are too few for a line")
    observed = panel.treated_mean * len(panel.treated)
    design = np.column_stack([np.ones(len(observed)), panel.control_values.sum(axis=1)])
    coefficients, *_ = np.linalg.lstsq(design[:n], observed[:n], rcond=None)
    counterfactual = (design @ coefficients)[n:]
    incremental = float((observed[n:] - counterfactual).sum())
    contrast = np.append(-design[n:].sum(axis=0) @ np.linalg.pinv(design[:n]), np.ones(panel.n_after))
    half = reach_of_sum(fit_errors(observed[:n], design[:n]), contrast)
    lift = incremental / float(counterfactual.sum())
    return TimeBasedRegression(incremental, incremental - half, incremental + half, lift)
