"""A score of parts: a mean of what is known, and nobody ranked of whom too little is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd


class Weighed(NamedTuple):
    """What `weigh_parts` found, in the order of the creators.

    Attributes
    ----------
    score : 0–100; missing where less than the share asked for is known.
    points : what each known part adds; they sum to the score.
    shares : share of each part's weight; 0 where nobody's part is known.
    ask_for : names of the parts not known of a creator without a score, joined by ``; ``; missing for the others.
    """

    score: pd.Series
    points: pd.DataFrame
    shares: pd.Series
    ask_for: pd.Series


def weigh_parts(parts: pd.DataFrame, weights: Mapping[str, float], *, known_share: float, prefix: str = "") -> Weighed:
    """Weigh parts of 0–1 into a score: the weighted mean of those known of each creator.

    A part that nobody is known in does not count. Of whom less than `known_share` of the weight is known stands apart:
    it has no score, and is no worse and no better than anybody. `prefix` stands before the names in ``ask_for``.

    >>> parts = pd.DataFrame({"a": [0.2, 0.8, None], "b": [None, 0.4, None], "c": [0.6, 1.0, 0.9]})
    >>> weigh_parts(parts, {"a": 1, "b": 1, "c": 1}, known_share=0.5).score.round(1).tolist()
    [40.0, 73.3, nan]
    """
    used = pd.Series(dict(weights), dtype=float)[list(parts.columns)].where(parts.notna().any(), 0.0)
    shares = used / used.sum() if used.sum() > 0 else used
    known = parts.notna().mul(shares, axis="columns").sum(axis=1)
    enough = known.ge(known_share - 1e-12) & known.gt(0)
    points = 100 * parts.mul(shares.where(shares > 0), axis="columns").div(known.where(enough), axis="index")
    score = points.sum(axis=1).where(enough)
    missing = pd.Series("", index=parts.index, dtype="str")
    for part in shares.index[shares > 0]:
        missing = missing.mask(parts[part].isna(), missing + f"; {prefix}{part}")
    return Weighed(score, points, shares, missing.str.removeprefix("; ").where(~enough & (shares.sum() > 0)))
