"""Empirical Bayes: what one creator or note shows, drawn towards what its peers show.

Closed forms only, so that a million creators with ten million notes take a fraction of a second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from xhs_toolkit.stats.distributions import Floats, as_floats, number_clusters, sum_by_cluster


class OneWay(NamedTuple):
    """Groups shrunk to their grand mean (`shrink_means`).

    Attributes
    ----------
    n, mean, variance : of each group, in order of first appearance; variance is NaN for one value.
    weight : share of the group's own mean in its shrunken mean, 0–1.
    shrunk : weight × mean + (1 − weight) × grand mean.
    grand_mean, within_variance, between_variance : of the population of groups.
    """

    n: Floats
    mean: Floats
    variance: Floats
    weight: Floats
    shrunk: Floats
    grand_mean: float
    within_variance: float
    between_variance: float


def shrink_means(values: ArrayLike, *, groups: ArrayLike) -> OneWay:
    """One-way empirical Bayes of unbalanced groups, with closed-form moments (Searle's ANOVA estimator).

    Missing values are left out. Whole numbers from 0 as `groups` are taken as they are (fastest);
    anything else is numbered in order of first appearance.

    >>> fit = shrink_means([1.0, 2.0, 3.0, 11.0, 12.0, 13.0], groups=["a"] * 3 + ["b"] * 3)
    >>> fit.mean.tolist(), round(fit.between_variance, 3)
    ([2.0, 12.0], 49.667)
    """
    x = as_floats(values)
    codes = _as_codes(groups, n=len(x))
    n_groups = int(codes.max(initial=-1)) + 1
    measured = np.isfinite(x)
    if not measured.all():
        x, codes = x[measured], codes[measured]
    n = np.bincount(codes, minlength=n_groups).astype(np.float64)
    centre = x.mean() if len(x) else 0.0
    sums = sum_by_cluster(x - centre, codes, n_clusters=n_groups)
    squares = sum_by_cluster(np.square(x - centre), codes, n_clusters=n_groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums / n
        spread = np.maximum(squares - n * mean**2, 0.0)
        variance = np.where(n > 1, spread / (n - 1), np.nan)
    return shrink_summaries(n, mean + centre, variance)


def shrink_summaries(n: ArrayLike, mean: ArrayLike, variance: ArrayLike) -> OneWay:
    """Do as `shrink_means` does, from each group's count, mean and variance."""
    n, mean, variance = as_floats(n), as_floats(mean), as_floats(variance)
    known = n > 0
    within = _ratio(np.nansum(np.where(n > 1, (n - 1) * variance, 0.0)), np.maximum(n - 1, 0).sum())
    between = _between_variance(n[known], mean[known], within)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(known, 1 / (between + within / n), 0.0)
        weight = np.where(known, between / (between + within / n), 0.0)
    if not np.isfinite(precision).all():  # no spread at all: every group is its own truth
        precision, weight = known.astype(float), known.astype(float)
    grand = _ratio(np.nansum(precision * np.where(known, mean, 0.0)), precision.sum())
    shrunk = weight * np.where(known, mean, 0.0) + (1 - weight) * grand
    return OneWay(n, mean, variance, weight, shrunk, float(grand), float(within), float(between))


def _between_variance(n: Floats, mean: Floats, within: float) -> float:
    """Searle, Variance Components (1992), section 3.6: E[between mean square] = within + n₀ × between."""
    if len(n) < 2 or not np.isfinite(within):
        return 0.0
    total = n.sum()
    n0 = (total - np.square(n).sum() / total) / (len(n) - 1)
    mean_square = (n * np.square(mean - (n * mean).sum() / total)).sum() / (len(n) - 1)
    return max(float((mean_square - within) / n0), 0.0)


def _as_codes(groups: ArrayLike, *, n: int) -> np.ndarray:
    codes = np.asarray(groups)
    if np.issubdtype(codes.dtype, np.integer) and (not len(codes) or codes.min() >= 0):
        return codes
    return number_clusters(groups, n=n)


def _ratio(top: float, bottom: float) -> float:
    return float(top / bottom) if bottom > 0 else float("nan")


class Moderated(NamedTuple):
    """Variances drawn towards a common prior (`moderate_variances`).

    Attributes
    ----------
    variance : moderated variance of each group; the prior's where the group has none.
    degrees_of_freedom : own + prior degrees, of each group.
    prior_variance, prior_degrees : of the population; ``prior_degrees`` is infinite when the spreads do not differ.
    """

    variance: Floats
    degrees_of_freedom: Floats
    prior_variance: float
    prior_degrees: float


def moderate_variances(variance: ArrayLike, *, degrees_of_freedom: ArrayLike) -> Moderated:
    """Draw each group's variance towards a scaled inverse-χ² prior (Smyth 2004, limma's ``squeezeVar``).

    A variance of 0 is taken as a hundred-thousandth of the median, as limma does, so that its log exists.

    >>> fit = moderate_variances([1.0, 1.0, 1.0], degrees_of_freedom=[4, 4, 4])
    >>> fit.variance.round(3).tolist(), fit.prior_degrees
    ([1.0, 1.0, 1.0], inf)
    """
    s2 = as_floats(variance)
    own = np.where(np.isfinite(s2), np.broadcast_to(as_floats(degrees_of_freedom), s2.shape), 0.0)
    used = own > 0
    if not used.any():
        return Moderated(np.full_like(s2, np.nan), own, float("nan"), 0.0)
    prior_variance, prior_degrees = _fit_prior(s2[used], own[used])
    if np.isinf(prior_degrees):
        return Moderated(np.full_like(s2, prior_variance), own + np.inf, prior_variance, prior_degrees)
    pooled = (prior_degrees * prior_variance + own * np.where(used, s2, 0.0)) / (prior_degrees + own)
    return Moderated(pooled, own + prior_degrees, prior_variance, prior_degrees)


def _fit_prior(s2: Floats, own: Floats) -> tuple[float, float]:
    """Smyth (2004), section 6.2: match the mean and the variance of log s²."""
    half = own / 2
    floor = max(float(np.median(s2)) * 1e-5, np.finfo(float).tiny)
    centred = np.log(np.maximum(s2, floor)) - special.digamma(half) + np.log(half)
    excess = -1.0
    if len(s2) > 1:
        excess = float(centred.var(ddof=1) - special.polygamma(1, half).mean())
    if excess <= 0:
        return float((own * s2).sum() / own.sum()), float("inf")
    degrees = 2 * inverse_trigamma(excess)
    prior = np.exp(centred.mean() + special.digamma(degrees / 2) - np.log(degrees / 2))
    return float(prior), float(degrees)


def inverse_trigamma(value: float) -> float:
    """Solve trigamma(y) = value by Newton's method on 1 / trigamma (Smyth 2004, appendix).

    >>> round(float(special.polygamma(1, inverse_trigamma(0.3))), 10)
    0.3
    """
    if value > 1e7:
        return float(1 / np.sqrt(value))
    if value < 1e-6:
        return 1 / value
    y = 0.5 + 1 / value
    for _ in range(50):
        trigamma = special.polygamma(1, y)
        step = trigamma * (1 - trigamma / value) / special.polygamma(2, y)
        y += step
        if -step / y < 1e-8:
            break
    return float(y)


class BetaBinomial(NamedTuple):
    """Shares shrunk to the share of all (`beta_binomial_shrink`).

    Attributes
    ----------
    estimate, low, high : of each note; NaN where it has no trials.
    mean : the share notes are drawn towards.
    concentration : how many trials the prior is worth; infinite when the notes do not differ beyond chance.
    """

    estimate: Floats
    low: Floats
    high: Floats
    mean: float
    concentration: float


def beta_binomial_shrink(successes: ArrayLike, trials: ArrayLike, *, level: float | None = 0.9) -> BetaBinomial:
    """Empirical Bayes of shares, e.g. clicks of exposures, across notes.

    The prior Beta is fitted by Kleinman's (1973) weighted moments, weighted once equally and once by
    the precision this gives. `level` None leaves the intervals out (they are the slow part for millions).

    >>> fit = beta_binomial_shrink([1, 30, 200, 0], [10, 200, 1000, 0])
    >>> bool(0.1 < fit.estimate[0] < fit.mean), bool(np.isnan(fit.estimate[3]))
    (True, True)
    """
    x, n = as_floats(successes), as_floats(trials)
    measured = np.isfinite(x) & (n > 0)
    mean, concentration = _fit_beta(x[measured], n[measured])
    estimate, low, high = (np.full(len(x), np.nan) for _ in range(3))
    if not measured.any():
        return BetaBinomial(estimate, low, high, mean, concentration)
    if np.isinf(concentration):
        for column in (estimate, low, high):
            column[measured] = mean
        return BetaBinomial(estimate, low, high, mean, concentration)
    a = concentration * mean + x[measured]
    b = concentration * (1 - mean) + n[measured] - x[measured]
    estimate[measured] = a / (a + b)
    if level is not None:
        low[measured] = special.betaincinv(a, b, (1 - level) / 2)
        high[measured] = special.betaincinv(a, b, (1 + level) / 2)
    return BetaBinomial(estimate, low, high, mean, concentration)


def _fit_beta(x: Floats, n: Floats) -> tuple[float, float]:
    if not len(x):
        return float("nan"), float("nan")
    share = x / n
    mean, rho = _kleinman(share, n, np.ones_like(n))
    mean, rho = _kleinman(share, n, n / (1 + (n - 1) * rho))
    return mean, (1 / rho - 1 if rho > 0 else float("inf"))


def _kleinman(share: Floats, n: Floats, weights: Floats) -> tuple[float, float]:
    """Mean and intra-note correlation ρ = 1 / (1 + concentration) for given weights, ρ kept in [0, 0.999]."""
    w = weights / weights.sum()
    mean = float((w * share).sum())
    if not 0 < mean < 1 or len(share) < 2:
        return mean, 0.0
    spread = float((w * np.square(share - mean)).sum())
    chance = float((w * (1 - w) / n).sum())
    rho = (spread - mean * (1 - mean) * chance) / (mean * (1 - mean) * float((w * (1 - w) * (1 - 1 / n)).sum() or 1.0))
    return mean, min(max(rho, 0.0), 0.999)
