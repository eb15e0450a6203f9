"""What a creator's next note may bring, given the few notes there are.

Counts of notes are heavy-tailed, so all of this happens on the log scale: location drawn towards the
peers' (one-way empirical Bayes), spread drawn towards the peers' (moderated variance), Student's t.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.stats.distributions import LEVEL, Floats, as_floats, make_rng, sign_flip_p_value
from xhs_toolkit.stats.shrinkage import Moderated, OneWay, moderate_variances, shrink_means, shrink_summaries

MIN_EARLIER: int = assume("intervals.min_earlier_notes")

MEDIAN_VARIANCE = np.pi / 2
"""Variance of a median over that of a mean of as many normal values (large n)."""


HEAVY_TAILS: float = assume("intervals.heavy_tails")


class Peers(NamedTuple):
    """Earlier notes of comparable creators, summarised (`fit_peers`). All on the natural-log scale.

    Attributes
    ----------
    creators : one row a creator (index): ``n_earlier``, ``log_mean``, ``log_variance`` (of its notes, NaN for one).
    log_mean : of the population of creators.
    within_variance, between_variance : pooled, of notes within and of creators.
    prior_variance, prior_degrees : of the creators' spreads.
    pooled_degrees : of freedom of all creators together, × `HEAVY_TAILS`: no spread is known better than this.
    mean_variance : squared standard error of ``log_mean``.
    """

    creators: pd.DataFrame
    log_mean: float
    within_variance: float
    between_variance: float
    prior_variance: float
    prior_degrees: float
    pooled_degrees: float
    mean_variance: float


def fit_peers(values: ArrayLike, *, creators: ArrayLike, offset: float = 0.0) -> Peers:
    """Summarise the earlier notes of a group of comparable creators.

    Parameters
    ----------
    values : a count or amount a note, on its natural scale. Missing, and not positive after adding
        `offset`, are left out.
    creators : the creator of each note.
    offset : added before the logarithm; 0.5 for counts that may be 0, such as comments.
    """
    logs = _safe_log(as_floats(values) + offset)
    codes, names = pd.factorize(pd.Series(creators), use_na_sentinel=True)
    logs = np.where(codes >= 0, logs, np.nan)
    fit = shrink_means(logs, groups=np.maximum(codes, 0)) if len(names) else shrink_summaries([], [], [])
    moderated = moderate_variances(fit.variance, degrees_of_freedom=fit.n - 1)
    table = pd.DataFrame(
        {"n_earlier": fit.n.astype(int), "log_mean": fit.mean, "log_variance": fit.variance}, index=pd.Index(names)
    )
    return _make_peers(table, fit, moderated)


def _make_peers(table: pd.DataFrame, fit: OneWay, moderated: Moderated) -> Peers:
    known = fit.n > 0
    with np.errstate(divide="ignore"):
        precision = (1 / (fit.between_variance + fit.within_variance / fit.n[known])).sum()
    mean_variance = float(1 / precision) if precision > 0 else float("nan")
    return Peers(
        table,
        fit.grand_mean,
        fit.within_variance,
        fit.between_variance,
        moderated.prior_variance,
        moderated.prior_degrees,
        HEAVY_TAILS * float(np.maximum(fit.n - 1, 0).sum()),
        mean_variance,
    )


def predict_new_note(
    creators: ArrayLike,
    *,
    peers: Peers,
    level: float = LEVEL,
    offset: float = 0.0,
) -> pd.DataFrame:
    """Predict a new note of each creator from its earlier notes and its peers'.

    Parameters
    ----------
    creators : the creator of each new note.
    peers : of `fit_peers`.
    level : of the prediction range.
    offset : as given to `fit_peers`.

    Returns
    -------
    One row a new note: ``expected`` (median of the prediction), ``low``, ``high`` in the unit of the data;
    ``n_earlier``; ``basis`` (``own_notes``, ``peers``, ``not_measured``); ``log_mean``,
    ``log_scale``, ``degrees_of_freedom`` of the predictive t; ``log_note_variance``, the part of its variance
    that is the creator's own spread. Rows of basis ``peers`` know nothing of the creator: a range, no verdict.
    """
    own = peers.creators.reindex(np.asarray(creators, dtype=object))
    n, mean = own["n_earlier"].fillna(0).to_numpy(dtype=float), own["log_mean"].to_numpy(dtype=float)
    basis = np.where(n > 0, "own_notes", "peers").astype(object)
    moderated = _moderate(own["log_variance"].to_numpy(dtype=float), n, peers)
    log_mean, location_variance = _shrink_location(n, mean, moderated.variance, peers)
    scale = np.sqrt(moderated.variance + location_variance)
    degrees = np.minimum(moderated.degrees_of_freedom, peers.pooled_degrees)  # as limma's eBayes does
    half = _t_quantile((1 + level) / 2, degrees) * scale
    return pd.DataFrame(
        {
            "expected": np.exp(log_mean) - offset,
            "low": np.exp(log_mean - half) - offset,
            "high": np.exp(log_mean + half) - offset,
            "n_earlier": n.astype(int),
            "basis": np.where(np.isfinite(scale), basis, "not_measured"),
            "log_mean": log_mean,
            "log_scale": scale,
            "log_note_variance": moderated.variance,
            "degrees_of_freedom": degrees,
        },
        index=creators.index if isinstance(creators, pd.Series) else None,
    )


def _moderate(variance: Floats, n: Floats, peers: Peers) -> Moderated:
    """Draw own spreads towards the prior of `peers`."""
    d0, s0 = peers.prior_degrees, peers.prior_variance
    own = np.where(np.isfinite(variance), np.maximum(n - 1, 0), 0.0)
    if np.isinf(d0):
        return Moderated(np.full_like(n, s0), np.full_like(n, np.inf), s0, d0)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (d0 * s0 + own * np.nan_to_num(variance)) / (d0 + own)
    return Moderated(pooled, d0 + own, s0, d0)


def _shrink_location(n: Floats, mean: Floats, variance: Floats, peers: Peers) -> tuple[Floats, Floats]:
    """Posterior mean of a creator's location and its variance.

    The variance includes the error of the population's mean, and of the weight (Morris 1983: with few
    creators nobody knows how much they differ).
    """
    between = peers.between_variance
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(n > 0, between / (between + variance / n), 0.0)
    away = np.where(n > 0, np.nan_to_num(mean) - peers.log_mean, 0.0)
    n_creators = max(len(peers.creators), 4)
    error = peers.mean_variance + 2 / (n_creators - 3) * np.square(away)
    return peers.log_mean + weight * away, (1 - weight) * between + np.square(1 - weight) * error


def _t_quantile(share: float, degrees: Floats) -> Floats:
    return stats.t.ppf(share, np.where(degrees > 0, degrees, np.nan))


def _safe_log(values: Floats) -> Floats:
    return np.log(np.where(values > 0, values, np.nan))


def compare_new_notes(
    values: ArrayLike, *, predictions: pd.DataFrame, level: float = LEVEL, offset: float = 0.0
) -> pd.DataFrame:
    """Compare new notes with their predictions.

    Parameters
    ----------
    values : what each note brought, in the order of `predictions`.
    predictions : of `predict_new_note`.

    Returns
    -------
    One row a note: ``ratio`` to the expected, ``ratio_low`` and ``ratio_high`` (the range of ratios a true
    effect may have), ``tail_probability`` (of so extreme a value without any effect, two-sided),
    ``log_ratio`` and ``log_ratio_variance``, and ``reason`` (``not_measured``, ``too_few_earlier_notes`` or '').
    The tail probability is missing where there is a reason.
    """
    log_ratio = _safe_log(as_floats(values) + offset) - predictions["log_mean"].to_numpy()
    scale, degrees = predictions["log_scale"].to_numpy(), predictions["degrees_of_freedom"].to_numpy()
    half = _t_quantile((1 + level) / 2, degrees) * scale
    t = np.abs(log_ratio) / scale
    tail = 2 * stats.t.sf(t, np.where(degrees > 0, degrees, np.nan))
    few = predictions["n_earlier"].to_numpy() < MIN_EARLIER
    reason = np.select([~np.isfinite(log_ratio), few], ["not_measured", "too_few_earlier_notes"], default="")
    return pd.DataFrame(
        {
            "ratio": np.exp(log_ratio),
            "ratio_low": np.exp(log_ratio - half),
            "ratio_high": np.exp(log_ratio + half),
            "tail_probability": np.where(reason == "", tail, np.nan),
            "log_ratio": log_ratio,
            "log_ratio_variance": scale**2,
            "reason": pd.Series(reason, index=predictions.index, dtype="str"),
        },
        index=predictions.index,
    )


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
    effects: ArrayLike, *, variances: ArrayLike, level: float = LEVEL, rng: np.random.Generator | None = None
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
    log_sd: ArrayLike, *, n_notes: ArrayLike, n_earlier: ArrayLike = np.inf, level: float = LEVEL, power: float = 0.8
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


def order_statistic_bounds(values: ArrayLike, *, level: float = LEVEL) -> tuple[float, float]:
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
