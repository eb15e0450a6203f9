"""Many notes at once: adjusted p values, one mean of many ratios, and the smallest ratio that could show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.stats.resampling import Floats, as_floats, make_rng, sign_flip_p_value


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust p values for the false discovery rate (Benjamini and Hochberg 1995); missing stay missing.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, None]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = as_floats(p_values)
    known = np.isfinite(p)
    m = int(known.sum())
    order = np.argsort(p[known])[::-1]
    scaled = p[known][order] * m / np.arange(m, 0, -1)
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    result = np.full(len(p), np.nan)
    result[known] = adjusted
    return result


class RandomEffects(NamedTuple):
    """One mean of many effects (`random_effects_mean`).

    Attributes
    ----------
    mean, low, high, std_error : of the effects (log ratios: take the exponential for a ratio).
    tau_squared : variance between the true effects.
    n : effects used.
    p_value : two-sided, by flipping the signs of the effects; no distribution assumed beyond symmetry.
    """

    mean: float
    low: float
    high: float
    std_error: float
    tau_squared: float
    n: int
    p_value: float


def random_effects_mean(
    effects: ArrayLike, *, variances: ArrayLike, level: float = 0.9, rng: np.random.Generator | None = None
) -> RandomEffects:
    """Mean of effects that differ in truth and in precision.

    The variance between the true effects solves Q(τ²) = n − 1 (Paule and Mandel 1982). Interval by Hartung, Knapp,
    Sidik and Jonkman: t with n − 1 degrees of freedom, the standard error never below the plain random-effects one.

    Parameters
    ----------
    effects, variances : of each study, creator or note; rows with a missing one are left out.
    level : of the interval.

    >>> found = random_effects_mean([0.1, 0.5, 0.3, 0.7], variances=[0.04, 0.04, 0.01, 0.09])
    >>> round(found.mean, 3), found.n
    (0.341, 4)
    """
    y, v = as_floats(effects), np.broadcast_to(as_floats(variances), np.shape(as_floats(effects)))
    used = np.isfinite(y) & np.isfinite(v) & (v > 0)
    y, v = y[used], v[used]
    n, nan = len(y), float("nan")
    if n < 2:
        return RandomEffects(float(y[0]) if n else nan, nan, nan, nan, nan, n, nan)
    tau_squared = _paule_mandel(y, v)
    weights = 1 / (v + tau_squared)
    mean = float((weights * y).sum() / weights.sum())
    error = float(np.sqrt(max(_cochran_q(y, weights) / (n - 1), 1.0) / weights.sum()))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    p_value = sign_flip_p_value(y * weights, rng=rng or make_rng())
    return RandomEffects(mean, mean - half, mean + half, error, tau_squared, n, p_value)


def _cochran_q(y: Floats, weights: Floats) -> float:
    return float((weights * np.square(y - (weights * y).sum() / weights.sum())).sum())


def _paule_mandel(y: Floats, v: Floats) -> float:
    """Variance between the true effects; 0 where Q(0) is already below n − 1."""

    def excess(tau_squared: float) -> float:
        return _cochran_q(y, 1 / (v + tau_squared)) - (len(y) - 1)

    if excess(0.0) <= 0:
        return 0.0
    upper = float(np.var(y, ddof=1)) + float(v.max())
    while excess(upper) > 0:
        upper *= 2
    return float(optimize.brentq(excess, 0.0, upper, xtol=1e-12))


def smallest_detectable_ratio(
    log_sd: ArrayLike, *, n_notes: ArrayLike, n_earlier: ArrayLike = np.inf, level: float = 0.9, power: float = 0.8
) -> Floats:
    """Smallest ratio of a mean to its baseline that such an interval would call different with this power.

    exp((t₍level₎ + t₍power₎) × SD × √(1 / n notes + 1 / n earlier)) with n_notes − 1 degrees of freedom.

    Parameters
    ----------
    log_sd : standard deviation of log values within a creator.
    n_notes, n_earlier : notes compared and notes of the baseline (infinite: the baseline is known).

    >>> smallest_detectable_ratio(1.2, n_notes=[1, 10, 40]).round(2).tolist()
    [nan, 2.8, 1.62]
    """
    sd, n, earlier = as_floats(log_sd), as_floats(n_notes), as_floats(n_earlier)
    degrees = np.where(n > 1, n - 1, np.nan)
    quantile = stats.t.ppf((1 + level) / 2, degrees) + stats.t.ppf(power, degrees)
    return np.exp(quantile * sd * np.sqrt(1 / n + 1 / earlier))


def order_statistic_bounds(values: ArrayLike, *, level: float = 0.9) -> tuple[float, float]:
    """Bounds that the next value keeps with at least this probability, whatever the distribution (split conformal).

    Ranks ⌊(n + 1) a⌋ and ⌈(n + 1) (1 − a)⌉ with a = (1 − level) / 2; NaN where n is too small for the
    level (under 19 at 90%).

    >>> order_statistic_bounds(range(1, 20))
    (1.0, 19.0)
    >>> order_statistic_bounds(range(18))
    (nan, nan)
    """
    x = as_floats(values)
    x = np.sort(x[np.isfinite(x)])
    rank = int(np.floor((len(x) + 1) * (1 - level) / 2 + 1e-9))
    if rank < 1:
        return float("nan"), float("nan")
    return float(x[rank - 1]), float(x[len(x) - rank])
