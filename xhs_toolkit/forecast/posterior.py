"""What is known of each creator after all that a choice looks at: evidence, size, category and price.

Log scale. A creator's level is x·b + tau·z; the evidence of it errs by chance (s² c(n)) and because creators drift
(w²), and so does the next note. tau, the tails of z, s and the shape of notes are not chosen but averaged over a grid,
weighted by the restricted likelihood. A posterior that conditions on all the choice looks at needs no correction for
the choice (Dawid 1994; Senn 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.forecast.shapes import PART_SHARES, ROBUST_FROM, TAIL_DEGREES, Shape, mean_exponential, median_parts
from xhs_toolkit.forecast.windows import Floats
from xhs_toolkit.stats import make_rng

TAUS = np.geomspace(0.2, 2.4, 7)
"""Standard deviations of creators about x·b that are reckoned with. Never 0: no creator is its tier."""

TAU_SCALE: float = assume("forecast.tau_scale")
SHAPE_WEIGHTS: tuple[float, float, float] = assume("forecast.shape_weights")
MAX_FITTED: int = assume("forecast.max_fitted")
UNCOUNTED_NOTES: float = assume("forecast.uncounted_notes")
UNCOUNTED_FACTORS: tuple[float, ...] = assume("forecast.uncounted_factors")
MIN_WEIGHT: float = assume("forecast.min_weight")

TAIL_EDGES = np.array([0.0, 0.001, 0.01, 0.05, 0.15, 0.35, 0.65, 1.0])
"""Probabilities of the creators' precision between which it is taken as one: fine where creators stand out."""

ROUNDS = 4
"""Rounds in which heavy-tailed creators lose weight for b: it changes by less than its error afterwards."""


class Known(NamedTuple):
    """What is known of some creators. Arrays run over them.

    Attributes
    ----------
    location : log of the evidence; NaN where there is none.
    n : notes it rests on; NaN where nobody tells (a median's count).
    is_median : evidence is a median, else a mean.
    scale : the creator's own spread of notes over the pool's.
    x : creators × covariates, intercept first.
    """

    location: Floats
    n: Floats
    is_median: NDArray[np.bool_]
    scale: Floats
    x: Floats

    def take(self, rows: NDArray) -> Known:
        """The same of some creators."""
        return Known(*(each[rows] for each in self))


class Prior(NamedTuple):
    """What is reckoned with before the evidence is looked at.

    Attributes
    ----------
    coefficient_sd : prior standard deviation of each covariate's coefficient (intercept: wide).
    spread, spread_log_sd : s of a note about its creator, and how far that may be off (log).
    drift_variance : w². shapes : of notes, averaged over.
    """

    coefficient_sd: Floats
    spread: float
    spread_log_sd: float
    drift_variance: float
    shapes: Sequence[Shape]


class Point(NamedTuple):
    """One point of the grid: its settings, its weight, and the coefficients given it (mean, factor of covariance)."""

    tau: float
    tails: tuple[Floats, Floats]
    spread: float
    shape: int
    factor: float
    drift: float
    log_weight: float
    b: Floats
    b_factor: Floats


class Moments(NamedTuple):
    """Posterior of each creator, averaged over the grid.

    Attributes
    ----------
    location, variance : of the next note's log, without the note's own chance (so with drift).
    note_variance : of the note's own chance.
    own_share : how much of its own evidence is in the location, 0–1.
    mean : expected count of the next note (+ the offset of the log).
    """

    location: Floats
    variance: Floats
    note_variance: Floats
    own_share: Floats
    mean: Floats


class Posterior(NamedTuple):
    """The grid's points with their weights (sum one), and the prior (`fit_posterior`)."""

    points: tuple[Point, ...]
    weights: Floats
    prior: Prior

    def shape_weights(self) -> Floats:
        """Weight of each of the prior's shapes."""
        shapes = [point.shape for point in self.points]
        return np.bincount(shapes, weights=self.weights, minlength=len(self.prior.shapes)).astype(np.float64)


def fit_posterior(known: Known, *, prior: Prior) -> Posterior:
    """Average over the grid; creators without evidence teach nothing."""
    rows = np.flatnonzero(np.isfinite(known.location))
    if len(rows) > MAX_FITTED:
        rows = np.sort(make_rng().choice(rows, MAX_FITTED, replace=False))
    fitted = known.take(rows)
    points = [
        _fit_point(fitted, prior, tau, tails, spread, shape, factor)
        for shape in range(len(prior.shapes))
        for spread in _list_spreads(prior)
        for factor in (UNCOUNTED_FACTORS if np.isnan(fitted.n).any() else (1.0,))
        for tau in TAUS
        for tails in (NO_TAILS, HEAVY_TAILS)
    ]
    logs = np.array([point.log_weight for point in points])
    kept = np.flatnonzero(logs > logs.max() + np.log(MIN_WEIGHT))
    weights = np.exp(logs[kept] - logs.max())
    return Posterior(tuple(points[row] for row in kept), weights / weights.sum(), prior)


def _list_spreads(prior: Prior) -> Floats:
    away = np.array([-1.2, 0.0, 1.2]) if prior.spread_log_sd > 0.05 else np.zeros(1)
    return prior.spread * np.exp(away * prior.spread_log_sd)


def _make_tails() -> tuple[Floats, Floats]:
    """Variances and probabilities of a scale mixture: Student's t with variance one, in bins of equal variance mean."""
    half = TAIL_DEGREES / 2
    edges = special.gammaincinv(half, TAIL_EDGES)  # of the precision, gamma distributed
    below = special.gammainc(half - 1, edges)
    share = np.diff(TAIL_EDGES)
    return np.diff(below) / share, share


NO_TAILS = (np.ones(1), np.ones(1))
HEAVY_TAILS = _make_tails()


class _Parts(NamedTuple):
    """Creators and evidence as a mixture of normals: bias, variances and shares, creators × parts (or parts).

    Where notes have heavy tails, so has a median of one or two of them: a hit may be chance and no hit creator.
    """

    bias: Floats
    between: Floats
    error: Floats
    log_share: Floats


def _list_parts(known: Known, point: Point, prior: Prior) -> _Parts:
    n = np.where(np.isnan(known.n), UNCOUNTED_NOTES, np.maximum(known.n, 1e-9))
    shares = PART_SHARES if (n[known.is_median] < ROBUST_FROM).any() else np.ones(1)
    bias, variance = np.zeros((len(n), len(shares))), np.repeat(1 / n[:, None], len(shares), axis=1)
    if known.is_median.any():
        shape = prior.shapes[point.shape]
        of_median = median_parts(shape, n[known.is_median], spread=round(point.spread, 2))
        bias[known.is_median], variance[known.is_median] = (each[:, : len(shares)] for each in of_median)
    variance[np.isnan(known.n)] *= point.factor
    scale, (of_creators, share) = (point.spread * known.scale)[:, None], point.tails
    error = np.repeat(np.square(scale) * variance + point.drift, len(share), axis=1)
    between = np.tile(np.square(point.tau) * of_creators, len(shares))
    log_share = np.add.outer(np.log(shares), np.log(share)).ravel()
    return _Parts(np.repeat(scale * bias, len(share), axis=1), between, error, log_share)


def _fit_point(
    known: Known, prior: Prior, tau: float, tails: tuple[Floats, Floats], spread: float, shape: int, factor: float
) -> Point:
    empty = np.empty(0)
    point = Point(float(tau), tails, float(spread), shape, factor, prior.drift_variance, 0.0, empty, empty)
    parts = _list_parts(known, point, prior)
    e, x, ridge = known.location[:, None] - parts.bias, known.x, np.diag(prior.coefficient_sd**-2.0)
    total = parts.between + parts.error
    pull = np.exp(parts.log_share) / total
    for _ in range(ROUNDS if total.shape[1] > 1 else 1):
        information = (x * pull.sum(axis=1)[:, None]).T @ x + ridge
        b = np.linalg.solve(information, x.T @ (pull * e).sum(axis=1))
        density = _log_density(e - (x @ b)[:, None], total, parts.log_share)
        of_all = _log_sum(density)
        pull = np.exp(density - of_all[:, None]) / total
    log_likelihood = of_all.sum()
    log_likelihood -= 0.5 * (b @ ridge @ b + np.linalg.slogdet(information)[1])
    log_prior = -np.log1p(np.square(tau / TAU_SCALE)) + np.log(tau)  # half-Cauchy; the grid's steps are of log tau
    log_prior += np.log(SHAPE_WEIGHTS[shape]) if len(prior.shapes) > 1 else 0.0
    if prior.spread_log_sd > 0:
        log_prior -= 0.5 * np.square(np.log(spread / prior.spread) / prior.spread_log_sd)
    b_factor = np.linalg.cholesky(np.linalg.inv(information))
    return point._replace(log_weight=float(log_likelihood + log_prior), b=b, b_factor=b_factor)


def _log_density(away: Floats, total: Floats, log_share: Floats) -> Floats:
    """Log of share × normal density, creators × parts."""
    return log_share - 0.5 * (np.log(2 * np.pi * total) + np.square(away) / total)


def _log_sum(logs: Floats) -> Floats:
    """Log of the sum of exponentials of each row."""
    most = logs.max(axis=1)
    return most + np.log(np.exp(logs - most[:, None]).sum(axis=1))


# --------------------------------------------------------------------------------------- moments and draws


def summarise(posterior: Posterior, known: Known) -> Moments:
    """Moments of each creator's next note, over the whole grid."""
    sums = np.zeros((5, len(known.location)))
    for point, weight in zip(posterior.points, posterior.weights, strict=True):
        sums += weight * np.array(_summarise_point(posterior.prior, point, known))
    location, square, note, share, mean = sums
    return Moments(location, np.maximum(square - np.square(location), 0.0), note, share, mean)


def _summarise_point(prior: Prior, point: Point, known: Known) -> tuple[Floats, ...]:
    seen, parts = np.isfinite(known.location)[:, None], _list_parts(known, point, prior)
    level = (known.x @ point.b)[:, None]
    away = np.where(seen, known.location[:, None] - parts.bias - level, 0.0)
    of_b = np.square(known.x @ point.b_factor).sum(axis=1)
    share = np.where(seen, parts.between / (parts.between + parts.error), 0.0)
    density = _log_density(away, parts.between + parts.error, parts.log_share)
    chance = np.where(seen, np.exp(density - _log_sum(density)[:, None]), np.exp(parts.log_share))
    location = level + share * away
    variance = parts.between * (1 - share) + np.square(1 - share) * of_b[:, None] + point.drift
    scale = point.spread * known.scale
    counted = np.where(seen, variance, np.square(point.tau) + of_b[:, None] + point.drift)  # nobody is a hit unseen
    mean = (chance * np.exp(np.minimum(location + counted / 2, 700.0))).sum(axis=1)
    first = (chance * location).sum(axis=1)
    mean = mean * mean_exponential(prior.shapes[point.shape], scale, first)
    second = (chance * (np.square(location) + variance)).sum(axis=1)
    return first, second, np.square(scale), (chance * share).sum(axis=1), mean


class Chance(NamedTuple):
    """What chance decides in each draw (rows): of the grid and the coefficients, of the creators, of the notes.

    Attributes
    ----------
    point : uniform. coefficient : normal, one a covariate. tail : uniform, level : normal, drift : normal (creators).
    note : uniform (notes); missing where a note's own chance is averaged over.
    """

    point: Floats
    coefficient: Floats
    tail: Floats
    level: Floats
    drift: Floats
    note: Floats


def draw_notes(posterior: Posterior, known: Known, chance: Chance) -> Floats:
    """Draw the log of each note: draws × notes. Rows of `known` are notes; those of one creator share its chance."""
    picked = np.searchsorted(np.cumsum(posterior.weights), chance.point).clip(max=len(posterior.points) - 1)
    logs = np.empty(chance.note.shape)
    for number in np.unique(picked):
        rows = np.flatnonzero(picked == number)
        part = Chance(*(each[rows] for each in chance))
        logs[rows] = _draw_point(posterior.prior, posterior.points[number], known, part)
    return logs


def _draw_point(prior: Prior, point: Point, known: Known, chance: Chance) -> Floats:
    seen, parts = np.isfinite(known.location), _list_parts(known, point, prior)
    b = point.b + chance.coefficient[:, : len(point.b)] @ point.b_factor.T
    level = b @ known.x.T
    away = np.where(seen, known.location - level, 0.0)
    bias = np.where(seen[:, None], parts.bias, 0.0)
    total = parts.between + np.where(seen[:, None], parts.error, np.inf)
    part = np.zeros(level.shape, dtype=np.intp)
    if len(parts.between) > 1:
        density = parts.log_share - 0.5 * np.square(away[..., None] - bias) / total
        density -= 0.5 * np.log(np.where(np.isinf(total), 1.0, total))
        reached = np.cumsum(np.exp(density - density.max(axis=-1, keepdims=True)), axis=-1)
        part = (reached < (chance.tail * reached[..., -1])[..., None]).sum(axis=-1)
    creator = np.arange(len(seen))
    variance, error = parts.between[part], parts.error[creator, part]
    share = np.where(seen, variance / (variance + error), 0.0)
    level = level + share * (away - bias[creator, part])
    scale, shape, expected = point.spread * known.scale, prior.shapes[point.shape], level.mean(axis=0)
    level = level + np.sqrt(variance * (1 - share)) * chance.level
    if np.isnan(chance.note).any():
        note = np.log(mean_exponential(shape, scale, expected))
    else:
        note = scale * shape.at(chance.note, expected)
    return level + np.sqrt(point.drift) * chance.drift + note
