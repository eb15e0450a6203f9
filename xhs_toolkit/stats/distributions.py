"""Student's t, the normal and the binomial distribution, with the numbers of `scipy.stats` from `scipy.special`.

`scipy.stats` takes longer to load than all else that a notebook needs.

>>> round(float(t.ppf(0.95, 4)), 3), round(float(2 * t.sf(2.132, 4)), 3), round(float(norm.ppf(0.95)), 3)
(2.132, 0.1, 1.645)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xhs_toolkit.assumptions import assume

LEVEL: float = assume("intervals.level")
"""Level of every range, and one minus the share of false differences among those that are named."""


class Student(NamedTuple):
    """Student's t with any number of degrees of freedom, infinitely many too."""

    def ppf(self, share: ArrayLike, degrees: ArrayLike) -> Any:
        """The value below which a share lies."""
        return np.where(np.isinf(degrees), special.ndtri(share), special.stdtrit(degrees, share))[()]

    def cdf(self, value: ArrayLike, degrees: ArrayLike) -> Any:
        """The share below a value."""
        return special.stdtr(degrees, value)

    def sf(self, value: ArrayLike, degrees: ArrayLike) -> Any:
        """The share above a value."""
        return special.stdtr(degrees, -np.asarray(value, dtype=float))[()]


class Normal(NamedTuple):
    """The standard normal distribution."""

    def ppf(self, share: ArrayLike) -> Any:
        """The value below which a share lies."""
        return special.ndtri(share)

    def cdf(self, value: ArrayLike) -> Any:
        """The share below a value."""
        return special.ndtr(value)


class Binomial(NamedTuple):
    """How many of n succeed."""

    def cdf(self, k: ArrayLike, n: int, p: float) -> Any:
        """The chance of at most k."""
        return np.where(np.less(k, 0), 0.0, special.bdtr(np.maximum(k, 0), n, p))[()]

    def sf(self, k: ArrayLike, n: int, p: float) -> Any:
        """The chance of more than k."""
        return np.where(np.less(k, 0), 1.0, special.bdtrc(np.maximum(k, 0), n, p))[()]

    def ppf(self, share: float, n: int, p: float) -> int:
        """The smallest k whose chance of at most k reaches a share."""
        return int(np.searchsorted(special.bdtr(np.arange(n + 1), n, p), share))


t, norm, binom = Student(), Normal(), Binomial()


Floats = NDArray[np.float64]
Codes = NDArray[np.integer]


def make_rng(seed: int = 0) -> np.random.Generator:
    """Return the generator every random choice of the toolkit draws from.

    >>> float(make_rng(1).random()) == float(make_rng(1).random())
    True
    """
    return np.random.default_rng(seed)


def as_floats(values: ArrayLike) -> Floats:
    """Plain floats of a column, missing as NaN, whatever its dtype."""
    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(values, dtype=np.float64)


def number_clusters(cluster: ArrayLike | None, *, n: int) -> Codes:
    """Number the clusters from 0; a row without a cluster stands alone.

    >>> number_clusters(["a", None, "a", None], n=4).tolist()
    [0, 1, 0, 2]
    """
    if cluster is None:
        return np.arange(n)
    codes = pd.factorize(np.asarray(cluster, dtype=object))[0].astype(np.intp)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return pd.factorize(codes)[0].astype(np.intp)


def sum_by_cluster(values: Floats, codes: Codes, *, n_clusters: int) -> Floats:
    """Sum of the values of each cluster."""
    return np.bincount(codes, weights=values, minlength=n_clusters).astype(np.float64)


def draw_cluster_counts(n_clusters: int, *, rng: np.random.Generator, n_resamples: int) -> Floats:
    """How often each cluster is drawn in each resample: ``n_resamples`` × ``n_clusters``."""
    equal = np.full(n_clusters, 1 / n_clusters)
    return rng.multinomial(n_clusters, equal, size=n_resamples).astype(np.float64)


def sign_flip_p_value(values: ArrayLike, *, rng: np.random.Generator | None = None) -> float:
    """Two-sided p of a mean of zero when each value's sign could as well have been the other.

    Exact (every pattern of signs) up to 12 values, then `N_FLIPS` random patterns, the observed one
    counted among them. NaN without values.

    >>> sign_flip_p_value([1.0, 2.0, 3.0, 4.0])
    0.125
    """
    x = as_floats(values)
    x = x[np.isfinite(x)]
    if not len(x):
        return float("nan")
    if len(x) <= MAX_EXACT_FLIPS:
        signs = 1.0 - 2.0 * ((np.arange(2 ** len(x))[:, None] >> np.arange(len(x))) & 1)
    else:
        drawn = (rng or make_rng()).integers(0, 2, size=(N_FLIPS, len(x))) * 2.0 - 1.0
        signs = np.vstack([np.ones(len(x)), drawn])
    flipped = np.abs(signs @ x)
    return float(np.mean(flipped >= abs(x.sum()) * (1 - 1e-12)))


MAX_EXACT_FLIPS: int = assume("intervals.max_exact_flips")
N_FLIPS: int = assume("intervals.n_flips")
