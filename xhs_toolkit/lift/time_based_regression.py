"""Time-based regression: a line on the controls' total, with errors that are remembered from period to period.

Errors are noise of a period's own and a part that is remembered: autoregressive of order one (up to nearly a random
walk) or of order two with a double root (smooth, its slope wanders too). How much of each, and how sure that is, is
learned from the time before the start by restricted likelihood on a grid. None of these kinds is what markets truly do,
so the likelihood counts with a power below one (a coarsened posterior: Miller and Dunson 2019).
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.estimators import Floats, Panel
from xhs_toolkit.stats import distributions as stats

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


def reach_of_sum(errors: Errors, contrast: Floats, *, level: float) -> float:
    """Half-width of the range of a sum of errors: the level's quantile of a mixture of Student's t.

    Parameters
    ----------
    contrast : weight of the error of every period, before and after the start.
    """
    n = len(contrast)
    spreads = [float(contrast @ correlate(n, kind) @ contrast) for kind in KINDS]
    sizes = np.sqrt(errors.variances * spreads)

    def excess(half: float) -> float:
        return float(errors.weights @ (2 * stats.t.sf(half / sizes, errors.degrees))) - (1 - level)

    highest = 1.01 * float(sizes.max()) * float(stats.t.ppf((1 + level) / 2, errors.degrees))
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


LEVEL: float = assume("intervals.level")
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
    half = reach_of_sum(fit_errors(observed[:n], design[:n]), contrast, level=LEVEL)
    lift = incremental / float(counterfactual.sum())
    return TimeBasedRegression(incremental, incremental - half, incremental + half, lift)
