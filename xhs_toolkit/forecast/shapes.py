"""Shapes of a note's deviation from its creator's level, what the median of a few is worth, what kinds add.

A shape is kept as quantiles at the probabilities `GRID`, at one level of creators or at several: counts near nought
stray otherwise than large ones. Those assumed have mean zero and variance one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.forecast.windows import Floats

RARE = np.array([0.00001, 0.0001, 0.001, 0.0025, 0.005])
GRID = np.concatenate([RARE, np.arange(0.01, 0.995, 0.01), 1 - RARE[::-1]])
"""Probabilities at which a shape is kept. It ends there: a forecast has no infinite mean. Of ten thousand creators some
owe their median to a note of one in ten thousand, and such are the ones that get chosen."""

TAIL_DEGREES: float = assume("forecast.tail_degrees")
HIT_SHAPE: float = assume("forecast.hit_shape")

MIDPOINTS = (np.arange(200) + 0.5) / 200
_EDGES = np.concatenate([[0.0], RARE, np.linspace(0.01, 0.99, 197), 1 - RARE[::-1], [1.0]])
NODES, NODE_WEIGHTS = (_EDGES[1:] + _EDGES[:-1]) / 2, np.diff(_EDGES)
PART_EDGES = np.array([0.0, 0.02, 0.15, 0.5, 0.85, 0.98, 0.998, 1.0])
PART_SHARES = np.diff(PART_EDGES)
"""What a median of one or two is off by, in parts: it is no normal, and whether a hit is chance is told by its tail."""

ROBUST_FROM: float = assume("forecast.robust_from")

FINE = (np.arange(2_000) + 0.5) / 2_000
MAX_EXACT_EVEN = 8
"""Even counts above are as good as the odd ones between them: the variance of the median is then 2% off."""


class Shape(NamedTuple):
    """Deviations by level.

    Attributes
    ----------
    levels : log levels at which the shape is known, rising; it is interpolated between them.
    quantiles : levels × `GRID`.
    """

    levels: Floats
    quantiles: Floats

    def weigh(self, level: Floats) -> Floats:
        """How much of each row of the quantiles applies at a level: ``…`` × levels, each row sums to one."""
        if len(self.levels) == 1:
            return np.ones((*np.shape(level), 1))
        place = np.interp(level, self.levels, np.arange(len(self.levels)))
        return np.maximum(1 - np.abs(place[..., None] - np.arange(len(self.levels))), 0.0)

    def at(self, probability: Floats, level: Floats) -> Floats:
        """Quantile of each column of `probability` (draws × creators) at the level of its creator."""
        weights = self.weigh(level)
        return sum(weights[:, row] * np.interp(probability, GRID, each) for row, each in enumerate(self.quantiles))


def _standard(quantiles: Floats) -> Floats:
    """The shape with mean zero and variance one, as it is kept (cut at the ends of `GRID`)."""
    values = np.interp(FINE, GRID, quantiles)
    return (quantiles - values.mean()) / values.std()


@lru_cache(maxsize=1)
def assumed_shapes() -> tuple[Shape, ...]:
    """Shapes averaged over where no notes tell: normal, heavy tails, and a tail towards hits (gamma)."""
    raw = (special.ndtri(GRID), special.stdtrit(TAIL_DEGREES, GRID), special.gammaincinv(HIT_SHAPE, GRID))
    return tuple(Shape(np.zeros(1), _standard(each)[None, :]) for each in raw)


def median_parts(shape: Shape, n: Floats, *, spread: float) -> tuple[Floats, Floats]:
    """Mean and variance of each part of what the median of `n` deviations is off by (at the middle level).

    Both are counts × parts, of shares `PART_SHARES`, by quadrature over order statistics; from `ROBUST_FROM` notes on
    all parts are alike. For normal deviations the variance is 1, .5, .449, .298, .287, .215 for n = 1 … 6, and nears
    π / 2n. Between two notes in the middle a platform takes the mean of counts, not of logs, which is higher, the more
    so the wider the `spread` (standard deviation of the logs).

    >>> bias, variance = median_parts(assumed_shapes()[0], np.array([1.0, 2, 3, 4, 5, 6]), spread=0.01)
    >>> (np.square(bias) @ PART_SHARES + variance @ PART_SHARES).round(2).tolist()
    [1.0, 0.5, 0.45, 0.3, 0.29, 0.21]
    """
    middle = shape.quantiles[len(shape.levels) // 2]
    middle = middle - np.interp(FINE, GRID, middle).mean()
    counts, places = np.unique(n, return_inverse=True)
    found = [_parts_of_one(middle.tobytes(), float(count), spread) for count in counts]
    means, variances = np.array(found, dtype=float).reshape(-1, 2, len(PART_SHARES)).transpose(1, 0, 2)
    return means[places], variances[places]


@lru_cache(maxsize=4_096)
def _parts_of_one(quantiles: bytes, n: float, spread: float) -> tuple[Floats, Floats]:
    shape = np.frombuffer(quantiles)
    if n % 2 == 0 and n <= MAX_EXACT_EVEN:
        upper = special.betaincinv(n / 2 + 1, n / 2, NODES)  # the higher of the two in the middle
        lower = upper[:, None] * NODES ** (2 / n)  # and the lower one, given it
        pair = np.interp(lower, GRID, shape) * spread, np.interp(upper, GRID, shape)[:, None] * spread
        values, weights = (np.logaddexp(*pair) - np.log(2)) / spread, np.outer(NODE_WEIGHTS, NODE_WEIGHTS)
    else:
        half = (max(n, 1.0) + 1) / 2
        values, weights = np.interp(special.betaincinv(half, half, NODES), GRID, shape), NODE_WEIGHTS
    if n >= ROBUST_FROM:
        mean = np.average(values, weights=weights)
        return np.full(len(PART_SHARES), mean), np.full_like(
            PART_SHARES, np.average((values - mean) ** 2, weights=weights)
        )
    return _cut_parts(values.ravel(), weights.ravel())


def _cut_parts(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the weighted values between the quantiles `PART_EDGES`."""
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    reached = (np.cumsum(weights) - weights / 2) / weights.sum()
    part = np.searchsorted(PART_EDGES[1:-1], reached)
    mass, first, second = (np.bincount(part, weights * values**power, len(PART_SHARES)) for power in (0, 1, 2))
    return first / mass, second / mass - np.square(first / mass)


COUNTED: tuple[float, float] = assume("forecast.counted")


def mean_exponential(shape: Shape, scale: Floats, level: Floats) -> Floats:
    """Mean of exp(scale × deviation) of each creator, by its scale and level; deviations end at `COUNTED`."""
    grid = np.linspace(0.0, max(float(np.max(scale, initial=0.0)), 1e-9), 64)
    rows = np.array([np.interp(np.clip(FINE, *COUNTED), GRID, each) for each in shape.quantiles])
    logs = [np.interp(scale, grid, np.log(np.exp(grid[:, None] * each).mean(axis=1))) for each in rows]
    return np.exp((shape.weigh(level) * np.array(logs).T).sum(axis=-1))


SHARES = np.linspace(0.0, 1.0, 13)


def blend_with_normal(shape: Shape) -> Shape:
    """√share × normal + √(1 − share) × deviation: quantiles are levels × `SHARES` × `GRID`."""
    return Shape(shape.levels, np.array([_blend(row.tobytes()) for row in shape.quantiles]))


@lru_cache(maxsize=64)
def _blend(quantiles: bytes) -> Floats:
    normal, row = special.ndtri(MIDPOINTS), np.interp(MIDPOINTS, GRID, np.frombuffer(quantiles))
    sums = [np.add.outer(np.sqrt(share) * normal, np.sqrt(1 - share) * row).ravel() for share in SHARES]
    return np.quantile(np.array(sums), GRID, axis=1).T


def blended_quantile(blends: Shape, share: Floats, level: Floats, *, probability: float) -> Floats:
    """Quantile of a blend for each creator's share of the normal part and level."""
    rows = [np.interp(share, SHARES, [np.interp(probability, GRID, each) for each in row]) for row in blends.quantiles]
    return (blends.weigh(level) * np.array(rows).T).sum(axis=-1)


AMOUNTS = {"cost_cny": ("price", "price_squared"), "followers": ("followers",)}
"""Columns that enter by their standardised logarithm, what is asked for a note and how many follow → coefficients."""

COEFFICIENT_SD: dict[str, float] = assume("forecast.coefficient_sd")
MIN_IN_CATEGORY: int = assume("forecast.min_in_category")
MAX_CATEGORIES: int = assume("forecast.max_categories")
MAX_COEFFICIENTS: int = assume("forecast.max_coefficients")


class Covariates(NamedTuple):
    """How creators' traits become columns of numbers (`learn_covariates`).

    Attributes
    ----------
    tiers, categories : names with a column of their own.
    centres : of each amount's log: mean and standard deviation over the pool, and its mean by tier.
    sd : prior standard deviation of each column's coefficient.
    """

    tiers: tuple[str, ...]
    categories: tuple[str, ...]
    centres: dict[str, tuple[float, float, pd.Series]]
    sd: Floats


def learn_covariates(traits: pd.DataFrame) -> Covariates:
    """Learn the columns from a pool.

    Parameters
    ----------
    traits : one row a creator: any of ``tier``, ``category``, ``cost_cny``, ``followers``.
    """
    tiers = _names(traits, "tier", at_least=1)[:MAX_CATEGORIES]
    categories = _names(traits, "category", at_least=MIN_IN_CATEGORY)[:MAX_CATEGORIES]
    centres = {name: _centre(traits, name) for name in AMOUNTS if name in traits and traits[name].gt(0).sum() > 1}
    kinds = ["intercept", *["tier_beside_size" if "followers" in centres else "tier"] * len(tiers)]
    kinds += ["category"] * len(categories) + [kind for name in centres for kind in AMOUNTS[name]]
    scale = {"price": centres["cost_cny"][1]} if "cost_cny" in centres else {}  # an elasticity, standardised
    sd = np.array([COEFFICIENT_SD[kind] * scale.get(kind, 1.0) for kind in kinds])
    return Covariates(tiers, categories, centres, sd)


def _names(traits: pd.DataFrame, column: str, *, at_least: int) -> tuple[str, ...]:
    """Values of a column, most frequent first; none where all rows have the same."""
    if column not in traits:
        return ()
    counts = traits[column].astype(object).value_counts()
    names = tuple(map(str, counts[counts >= at_least].index))
    return names if len(counts) > 1 else ()


def _centre(traits: pd.DataFrame, name: str) -> tuple[float, float, pd.Series]:
    logs = _log(traits[name])
    by_tier = logs.groupby(traits["tier"].astype(object)).mean() if "tier" in traits else pd.Series(dtype=float)
    return float(logs.mean()), float(logs.std()) or 1.0, by_tier


def _log(values: pd.Series) -> pd.Series:
    amounts = values.astype(float)
    return np.log(amounts.where(amounts > 0))


def make_design(traits: pd.DataFrame, *, covariates: Covariates) -> Floats:
    """Columns of numbers, creators × covariates, intercept first; an unknown amount is its tier's usual one."""
    columns = [np.ones(len(traits))]
    for column, names in (("tier", covariates.tiers), ("category", covariates.categories)):
        if names:
            columns += [traits[column].eq(name).fillna(value=False).to_numpy(dtype=float) for name in names]
    for name, (mean, deviation, by_tier) in covariates.centres.items():
        usual = traits["tier"].astype(object).map(by_tier).astype(float) if "tier" in traits else np.nan
        logs = _log(traits[name]).fillna(usual).fillna(mean)
        standard = (logs.to_numpy(dtype=float) - mean) / deviation
        columns += [standard, np.square(standard) - 1] if name == "cost_cny" else [standard]
    return np.column_stack(columns)
