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
    method : ``paule_mandel``, ``dersimonian_laird`` or ``reml``.
    plain_error : standard error without Hartung and Knapp's correction, √(1 / Σ weights).
    q, i_squared : Cochran's Q, and the share of the spread that lies between true effects (Higgins and Thompson 2002).
    """

    mean: float
    low: float
    high: float
    std_error: float
    tau_squared: float
    n: int
    p_value: float
    method: str
    plain_error: float = float("nan")
    q: float = float("nan")
    i_squared: float = float("nan")


def random_effects_mean(
    effects: ArrayLike,
    *,
    variances: ArrayLike,
    level: float = 0.9,
    method: str = "paule_mandel",
    rng: np.random.Generator | None = None,
) -> RandomEffects:
    """Mean of effects that differ in truth and in precision.

    Interval by Hartung, Knapp, Sidik and Jonkman: t with n − 1 degrees of freedom, the standard
    error never below the plain random-effects one.

    Parameters
    ----------
    effects, variances : of each study, creator or note; rows with a missing one are left out.
    level : of the interval.
    method : how the variance between the true effects is estimated: ``paule_mandel``, ``dersimonian_laird``, ``reml``.

    Raises
    ------
    ValueError : a method that is not known.

    >>> found = random_effects_mean([0.1, 0.5, 0.3, 0.7], variances=[0.04, 0.04, 0.01, 0.09])
    >>> round(found.mean, 3), found.n
    (0.341, 4)
    """
    if method not in TAU_SQUARED:
        raise ValueError(f"method: {method!r} is not known; allowed are {', '.join(TAU_SQUARED)}")
    y, v = as_floats(effects), np.broadcast_to(as_floats(variances), np.shape(as_floats(effects)))
    used = np.isfinite(y) & np.isfinite(v) & (v > 0)
    y, v = y[used], v[used]
    n, nan = len(y), float("nan")
    if n < 2:
        return RandomEffects(float(y[0]) if n else nan, nan, nan, nan, nan, n, nan, method)
    tau_squared = TAU_SQUARED[method](y, v)
    weights = 1 / (v + tau_squared)
    mean = _weighted_mean(y, weights)
    spread = float((weights * np.square(y - mean)).sum() / (n - 1))
    error = float(np.sqrt(max(spread, 1.0) / weights.sum()))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    p_value = sign_flip_p_value(y * weights, rng=rng or make_rng())
    plain, q = float(np.sqrt(1 / weights.sum())), _cochran_q(y, 1 / v)
    share = tau_squared / (tau_squared + _typical_variance(v))
    return RandomEffects(mean, mean - half, mean + half, error, tau_squared, n, p_value, method, plain, q, share)


def _weighted_mean(y: Floats, weights: Floats) -> float:
    return float((weights * y).sum() / weights.sum())


def _cochran_q(y: Floats, weights: Floats) -> float:
    return float((weights * np.square(y - _weighted_mean(y, weights))).sum())


def _paule_mandel(y: Floats, v: Floats) -> float:
    """Solve Q(τ²) = n − 1 (Paule and Mandel 1982); 0 where Q(0) is already below."""

    def excess(tau_squared: float) -> float:
        return _cochran_q(y, 1 / (v + tau_squared)) - (len(y) - 1)

    if excess(0.0) <= 0:
        return 0.0
    upper = float(np.var(y, ddof=1)) + float(v.max())
    while excess(upper) > 0:
        upper *= 2
    return float(optimize.brentq(excess, 0.0, upper, xtol=1e-12))


def _dersimonian_laird(y: Floats, v: Floats) -> float:
    weights = 1 / v
    scale = weights.sum() - np.square(weights).sum() / weights.sum()
    return max(float((_cochran_q(y, weights) - (len(y) - 1)) / scale), 0.0)


def _reml(y: Floats, v: Floats) -> float:
    """Restricted maximum likelihood, by its fixed point (Viechtbauer 2005)."""
    tau_squared = _dersimonian_laird(y, v)
    for _ in range(1_000):
        weights = 1 / (v + tau_squared)
        squares = np.square(weights)
        excess = float((squares * (np.square(y - _weighted_mean(y, weights)) - v)).sum() / squares.sum())
        before, tau_squared = tau_squared, max(excess + 1 / float(weights.sum()), 0.0)
        if abs(tau_squared - before) <= 1e-12 * (1 + tau_squared):
            break
    return tau_squared


def _typical_variance(v: Floats) -> float:
    """The effects' own variance as one figure (Higgins and Thompson 2002)."""
    weights = 1 / v
    return float((len(v) - 1) * weights.sum() / (weights.sum() ** 2 - np.square(weights).sum()))


TAU_SQUARED = {"paule_mandel": _paule_mandel, "dersimonian_laird": _dersimonian_laird, "reml": _reml}


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
