"""Tiers, and where a creator stands among its peers: tier × category × format, small groups drawn towards larger.

Everything is robust (medians, and median absolute deviations apart for each side), because a pool that is
worth checking holds creators who do not belong to it, and counts on a log scale are still skewed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import SeriesGroupBy

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import distributions as stats

if TYPE_CHECKING:
    from xhs_toolkit.campaign.agency import Tier


Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

FULL_CELL: int = assume("peers.full_group")
MIN_PEERS: int = assume("peers.min_creators")

NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""

MAD_EFFICIENCY = 0.37
"""Share of the values that a median absolute deviation makes use of, against a standard deviation (normal values)."""

LEAST_SHARE_OF_SPREAD: float = assume("peers.least_true_spread")


class Peers(NamedTuple):
    """Peer groups from the smallest to the whole pool (`make_peers`).

    Attributes
    ----------
    levels : name of each level, smallest first; the last is ``all``.
    codes : of each level, the group of each creator; −1 where it is not known.
    """

    levels: tuple[str, ...]
    codes: tuple[Codes, ...]


class Location(NamedTuple):
    """Each creator among its peers (`locate_among_peers`); all on the scale of the values given.

    Attributes
    ----------
    location : of the peers.
    low_spread, high_spread : standard deviations below and above, true differences and own error together.
    weight : share of a creator's own figure in its shrunken one, 0–1.
    shrunk : the figure drawn towards the peers as far as it is uncertain.
    deviations : (value − location) / spread of its side; NaN where nothing can be said.
    n_peers : creators with a figure in the smallest group that speaks for itself, or in the pool.
    """

    location: Floats
    low_spread: Floats
    high_spread: Floats
    weight: Floats
    shrunk: Floats
    deviations: Floats
    n_peers: Floats


def make_peers(creators: pd.DataFrame, *, by: tuple[str, ...] = ("tier", "category", "format")) -> Peers:
    """Group creators by all columns of `by`, then by the first alone, then all together.

    A creator with a missing column belongs to no group that needs it.

    >>> pool = pd.DataFrame({"tier": ["KOC", "KOC", "KOL"], "category": ["food", None, "food"], "format": "image"})
    >>> [codes.tolist() for codes in make_peers(pool).codes]
    [[0, -1, 1], [0, 0, 1], [0, 0, 0]]
    """
    cell = _number_groups([creators[name] for name in by])
    levels = ("cell", by[0], "all")
    return Peers(levels, (cell, _number_groups([creators[by[0]]]), np.zeros(len(creators), dtype=np.int64)))


def _number_groups(columns: list[pd.Series]) -> Codes:
    total = np.zeros(len(columns[0]), dtype=np.int64)
    known = np.ones(len(total), dtype=bool)
    for column in columns:
        codes, names = pd.factorize(column, use_na_sentinel=True)
        known &= codes >= 0
        total = total * (len(names) + 1) + codes
    numbered, _ = pd.factorize(np.where(known, total, -1))
    first_unknown = numbered[~known][:1]
    numbered = np.where(known, numbered, -1)
    if len(first_unknown):
        numbered = np.where(numbered > first_unknown[0], numbered - 1, numbered)
    return numbered.astype(np.int64)


def locate_among_peers(
    values: Floats,
    *,
    peers: Peers,
    error_variance: Floats | float = 0.0,
    prior: tuple[float, float] | None = None,
) -> Location:
    """Compare each value with those of its peers.

    Parameters
    ----------
    values : one a creator, on a scale on which differences mean something (log, logit); NaN where missing.
    error_variance : of each value, from the few notes behind it; 0 where it is exact.
    prior : location and spread that the whole pool is drawn towards, worth `FULL_CELL` creators; without
        one, fewer than `MIN_PEERS` values say nothing.
    """
    known = np.isfinite(values)
    error = np.where(known, np.broadcast_to(error_variance, values.shape), 0.0)
    location = _shrink_medians(values, peers, prior=prior[0] if prior else None)
    away = values - location
    typical_error = float(np.median(error[known])) if known.any() else 0.0
    spreads = [_spread(side * away, peers, typical_error, prior=prior[1] if prior else None) for side in (-1, 1)]
    inflation = _inflate(int(known.sum()), prior is not None)
    low, high = (np.sqrt(np.square(spread) + error) * inflation for spread in spreads)
    own = np.where(away < 0, *spreads)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(known, np.square(own) / (np.square(own) + error), np.nan)
        deviations = away / np.where(away < 0, low, high)
    weight = np.where(known & ~np.isfinite(weight), 1.0, weight)
    deviations = np.where(known & (away == 0), 0.0, deviations)
    return Location(location, low, high, weight, location + weight * away, deviations, _count_peers(known, peers))


def _inflate(n: int, has_prior: bool) -> float:
    """Wider where few peers tell the spread: Student's t over the normal quantile at three deviations.

    Half of the peers tell the spread of a side, and by their median only (`MAD_EFFICIENCY`).
    """
    if n < MIN_PEERS and not has_prior:
        return float("nan")
    return 1.0 if has_prior else float(stats.t.ppf(stats.norm.cdf(3), MAD_EFFICIENCY * n / 2) / 3)


def _shrink_medians(values: Floats, peers: Peers, *, prior: float | None) -> Floats:
    """Median of each creator's smallest group, drawn level by level towards the larger ones."""
    found = np.full(len(values), np.nan if prior is None else prior)
    for number, codes in reversed(list(enumerate(peers.codes))):
        median, n = grouped_median(values, codes)
        is_pool = number == len(peers.codes) - 1
        weight = np.ones_like(n) if is_pool and prior is None else _weigh(n, is_pool)
        drawn = np.where(n > 0, weight * np.nan_to_num(median), 0.0) + np.where(weight < 1, (1 - weight) * found, 0.0)
        found = np.where(n > 0, drawn, found)
    return found


def _weigh(n: Floats, is_pool: bool) -> Floats:
    return n / (n + FULL_CELL) if is_pool else np.minimum(n / FULL_CELL, 1.0)


def _spread(away: Floats, peers: Peers, typical_error: float, *, prior: float | None) -> Floats:
    """Standard deviation of the true differences on one side, by tier drawn towards the pool."""
    outward = np.where(away >= 0, away, np.nan)
    found = np.full(len(away), np.nan if prior is None else prior)
    for number, codes in reversed(list(enumerate(peers.codes))[1:]):
        median, n = grouped_median(outward, codes)
        total = NORMAL_MAD * median
        true = np.sqrt(np.maximum(np.square(total) - typical_error, np.square(LEAST_SHARE_OF_SPREAD * total)))
        is_pool = number == len(peers.codes) - 1
        weight = np.ones_like(n) if is_pool and prior is None else _weigh(n, is_pool)
        drawn = np.where(n > 0, weight * np.nan_to_num(true), 0.0) + np.where(weight < 1, (1 - weight) * found, 0.0)
        found = np.where(n > 0, drawn, found)
    return found


def grouped_median(values: Floats, codes: Codes) -> tuple[Floats, Floats]:
    """Median and count of each element's group, missing values and code −1 left out.

    >>> grouped_median(np.array([1.0, 3.0, 9.0, np.nan]), np.array([0, 0, 1, 0]))[0].tolist()
    [2.0, 2.0, 9.0, 2.0]
    """
    grouped = _group(values, codes)
    return grouped.transform("median").to_numpy(), grouped.transform("count").fillna(0).to_numpy(dtype=float)


def _group(values: Floats, codes: Codes) -> SeriesGroupBy:
    """Finite values by group; elements of code −1 belong to none."""
    finite = pd.Series(np.where(np.isfinite(values), values, np.nan))
    return finite.groupby(np.where(codes >= 0, codes, np.nan))


def _count_peers(known: NDArray[np.bool_], peers: Peers) -> Floats:
    counts = [_group(np.where(known, 1.0, np.nan), codes).transform("count").fillna(0) for codes in peers.codes]
    found = counts[-1].to_numpy(dtype=float)
    for count in reversed(counts[:-1]):
        found = np.where(count >= FULL_CELL, count, found)
    return found


def find_percentiles(values: Floats, *, peers: Peers) -> Floats:
    """Share of peers below each value, 0–1, ties and itself counted half.

    In a group of `FULL_CELL` creators this is the plain percentile; of a smaller one it is averaged with
    the larger group's, weighted as its location is.

    >>> pool = pd.DataFrame({"tier": ["KOC"] * 4, "category": "food", "format": "image"})
    >>> find_percentiles(np.array([1.0, 2.0, 2.0, 5.0]), peers=make_peers(pool)).tolist()
    [0.125, 0.5, 0.5, 0.875]
    """
    found = np.full(len(values), np.nan)
    for number, codes in reversed(list(enumerate(peers.codes))):
        grouped = _group(values, codes)
        n = grouped.transform("count").fillna(0).to_numpy(dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (grouped.rank().to_numpy() - 0.5) / n
        weight = np.ones_like(n) if number == len(peers.codes) - 1 else _weigh(n, is_pool=False)
        mixed = weight * np.nan_to_num(share) + (1 - weight) * np.nan_to_num(found)
        found = np.where(np.isfinite(values) & (n > 0), mixed, found)
    return found


def fit_common_slope(
    values: Floats, about: Floats, *, codes: Codes, prior: float = 0.0, prior_creators: int = FULL_CELL
) -> float:
    """Slope of `values` on `about` within groups, by Huber's estimator, drawn towards `prior`.

    Parameters
    ----------
    codes : groups with a level of their own.
    prior_creators : creators that the prior is worth.

    >>> x = np.arange(50.0)
    >>> round(fit_common_slope(2 * x + 1, x, codes=np.zeros(50, dtype=int), prior_creators=0), 6)
    2.0
    """
    known = np.isfinite(values) & np.isfinite(about) & (codes >= 0)
    if known.sum() < MIN_PEERS:
        return prior
    group = codes[known]
    y = values[known] - grouped_median(values[known], group)[0]
    x = about[known] - grouped_median(about[known], group)[0]
    spread_x = NORMAL_MAD * float(np.median(np.abs(x))) or float(x.std())
    if spread_x == 0:
        return prior
    slope, weights = prior, np.ones_like(y)
    for _ in range(20):
        before = slope
        slope = float((weights * x * y).sum() / (weights * x * x).sum())
        residual = y - slope * x
        scale = NORMAL_MAD * float(np.median(np.abs(residual)))
        weights = np.minimum(1.0, 1.345 * scale / np.maximum(np.abs(residual), 1e-12)) if scale else weights
        if abs(slope - before) < 1e-6:
            break
    share = known.sum() / (known.sum() + prior_creators)
    return float(share * slope + (1 - share) * prior)


def add_tier(frame: pd.DataFrame, *, tiers: Iterable[Tier]) -> pd.DataFrame:
    """Add ``tier`` from ``followers``; missing where the followers are unknown.

    The cut-offs are configuration (``agency.yaml``): by default KOC under 10,000 followers and
    KOL from 10,000.

    >>> from collections import namedtuple
    >>> T = namedtuple("T", "name followers_from")
    >>> pool = pd.DataFrame({"followers": [9_999, 10_000, None]})
    >>> add_tier(pool, tiers=[T("KOC", 0), T("KOL", 10_000)])["tier"].tolist()
    ['KOC', 'KOL', nan]
    """
    ordered = sorted(tiers, key=lambda tier: tier.followers_from)
    starts = np.array([tier.followers_from for tier in ordered], dtype=float)
    followers = frame["followers"].to_numpy(dtype=float)
    place = np.searchsorted(starts, followers, side="right") - 1
    names = np.array([tier.name for tier in ordered], dtype=object)
    known = ~np.isnan(followers) & (place >= 0)
    tier = pd.Series(np.where(known, names[np.clip(place, 0, len(names) - 1)], None), index=frame.index, dtype="str")
    return frame.assign(tier=tier)
