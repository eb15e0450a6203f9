"""Sums, means and spreads of each creator's rows, without a loop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.stats import moderate_variances, shrink_means

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MEDIAN_VARIANCE = np.pi / 2
"""Variance of a median over that of a mean of as many normal values (large n)."""


class Logs(NamedTuple):
    """Logs of each creator's rows: count, mean, moderated variance of one row, and the pooled one."""

    n: Floats
    mean: Floats
    variance: Floats
    own_variance: Floats
    pooled: float

    @property
    def error(self) -> Floats:
        """Squared standard error of the mean; NaN without rows."""
        return np.where(self.n > 0, self.variance / np.maximum(self.n, 1), np.nan)


def summarise_logs(logs: Floats, codes: Codes, *, n_creators: int) -> Logs:
    """Mean and moderated variance of each creator's logs; missing values and code −1 are left out."""
    used = np.isfinite(logs) & (codes >= 0)
    fit = shrink_means(logs[used], groups=codes[used])
    more = (0, n_creators - len(fit.n))
    n, mean, variance = (np.pad(each, more, constant_values=np.nan) for each in (fit.n, fit.mean, fit.variance))
    n = np.nan_to_num(n)
    if fit.within_variance <= 0 or not np.isfinite(fit.within_variance):
        return Logs(n, mean, np.full(n_creators, np.nan), variance, float("nan"))
    moderated = moderate_variances(variance, degrees_of_freedom=np.maximum(n - 1, 0))
    own = np.where(np.isfinite(moderated.variance), moderated.variance, fit.within_variance)
    return Logs(n, mean, own, variance, fit.within_variance)


def count_rows(codes: Codes, *, n_creators: int, mask: NDArray[np.bool_] | None = None) -> Floats:
    """Rows of each creator, as floats; of those in `mask` only, where given."""
    used = codes >= 0 if mask is None else (codes >= 0) & mask
    return np.bincount(codes[used], minlength=n_creators).astype(float)


def number_creators(frame: pd.DataFrame, *, creators: pd.DataFrame) -> Codes:
    """Place of each row's creator in `creators`: by key, else id, else a name that is one creator's; −1 for none."""
    keys = pd.Index(creators["creator_key"])
    if "creator_key" in frame:
        return keys.get_indexer(frame["creator_key"]).astype(np.int64)
    found = keys.get_indexer(frame["creator_id"]).astype(np.int64)
    if (found >= 0).all():
        return found
    names = creators["creator_name"].where(~creators["creator_name"].duplicated(keep=False))
    by_name = pd.Index(names.fillna("")).get_indexer_for(frame["creator_name"].fillna("?")).astype(np.int64)
    return np.where(found >= 0, found, by_name if len(by_name) == len(found) else -1)


def pick(values: pd.Series, codes: Codes, *, n_creators: int) -> Floats:
    """The value of each creator's first known row; NaN where there is none."""
    picked = np.full(n_creators, np.nan)
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    used = np.flatnonzero(np.isfinite(numbers) & (codes >= 0))[::-1]
    picked[codes[used]] = numbers[used]
    return picked


def first_known(*values: Floats) -> Floats:
    """The first of several figures that is known."""
    found = values[0]
    for other in values[1:]:
        found = np.where(np.isfinite(found), found, other)
    return found
