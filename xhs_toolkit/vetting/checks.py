"""The checks of an evidence card: what each looks at, on which scale, which side is unusual, among whom."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.stats import moderate_variances, shrink_means

Floats = NDArray[np.float64]
Scale = Literal["log", "logit", "growth", "plain"]
Side = Literal["low", "high", "both", "none"]

NOTHING: float = assume("vetting.least_share")
GROWTH_UNIT: float = assume("vetting.growth_unit")


class Check(NamedTuple):
    """One line of a card.

    Attributes
    ----------
    name : of ``templates/vetting/checks.csv``, which has a line for each.
    metric : name that gives the value its unit and its label.
    scale : on which differences mean the same everywhere.
    side : which side of the peers is worth a question; ``none`` informs only.
    part : of the score it counts in; '' where in none.
    better : 1 where more is better for the score, −1 where less is.
    least : fewest notes (or comments) from which anything is said.
    """

    name: str
    metric: str
    scale: Scale
    side: Side
    part: str = ""
    better: int = 1
    least: int = 0


_LINES: Final = read_bundled_lines("vetting/checks.csv")

CHECKS: Final = tuple(
    Check(
        line["check"],
        line["metric"],
        cast(Scale, line["scale"]),
        cast(Side, line["side"]),
        line["part"],
        int(line["better"]),
        int(line["least"]),
    )
    for line in _LINES
)
"""In the order of a card. People who comment on everything may be loyal, so that on its own it informs; it counts
among the signals judged together. Least counts: 3 notes as `stats.MIN_EARLIER`; a spread needs 5; comments 20, so
that one comment is at most a twentieth."""

BY_NAME: Final = {check.name: check for check in CHECKS}

TOGETHER: Final = {
    group: tuple((line["check"], int(line["together_side"])) for line in _LINES if line["together"] == group)
    for group in dict.fromkeys(line["together"] for line in _LINES if line["together"])
}
"""Signals judged together, each with the side that bought followers, or arranged comments, would move it to."""

LEAST_TOGETHER: int = assume("vetting.least_together")


class Signal(NamedTuple):
    """What a check measured of each creator.

    Attributes
    ----------
    figures : in the unit people read; NaN where not measured.
    variance : squared standard error on the check's scale.
    n : notes or comments behind it; NaN where it is not counted in these.
    offset : taken off the value on its scale before peers are compared (a larger creator engages a smaller share).
    """

    figures: Floats
    variance: Floats
    n: Floats
    offset: Floats | float = 0.0


def make_signal(figures: Floats, *, variance: Floats | float = 0.0, n: Floats | float = np.nan) -> Signal:
    """Return a signal, exact and uncounted where nothing else is said."""
    shape = figures.shape
    return Signal(figures, np.broadcast_to(variance, shape), np.broadcast_to(n, shape).astype(float))


def to_scale(values: Floats, scale: Scale) -> Floats:
    """Bring values to the scale on which they are compared.

    >>> to_scale(np.array([1.0, -1.0]), "log").tolist()
    [0.0, nan]
    """
    if scale == "log":
        return np.log(np.where(values > 0, values, np.nan))
    if scale == "growth":
        return np.arcsinh(values / GROWTH_UNIT)
    return special.logit(np.clip(values, NOTHING, 1 - NOTHING)) if scale == "logit" else values


def from_scale(values: Floats, scale: Scale) -> Floats:
    """Bring values back to the unit people read."""
    if scale == "log":
        return np.exp(np.minimum(values, 700.0))
    if scale == "growth":
        return GROWTH_UNIT * np.sinh(np.clip(values, -700.0, 700.0))
    return special.expit(values) if scale == "logit" else values


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
