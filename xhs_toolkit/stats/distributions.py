"""Student's t, the normal and the binomial distribution, with the numbers of `scipy.stats` from `scipy.special`.

`scipy.stats` takes longer to load than all else that a notebook needs.

>>> round(float(t.ppf(0.95, 4)), 3), round(float(2 * t.sf(2.132, 4)), 3), round(float(norm.ppf(0.95)), 3)
(2.132, 0.1, 1.645)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special


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
