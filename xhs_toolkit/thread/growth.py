"""How followings grew, from every follower count that any table holds with its moment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume

GROWTH_DAYS: int = assume("thread.growth_days")
SPAN_DAYS: tuple[int, int] = assume("thread.growth_span_days")


def gather_counts(*parts: pd.DataFrame) -> pd.DataFrame:
    """Every follower count of the parts: ``creator_key``, ``as_of``, ``followers``."""
    names = ["creator_key", "as_of", "followers"]
    return pd.concat([part[names] for part in parts], ignore_index=True).dropna().drop_duplicates()


def measure_growth(counts: pd.DataFrame) -> pd.Series:
    """Relative growth of followers over thirty days, by ``creator_key``.

    Between the newest count and the one nearest to thirty days before it, brought to thirty days at a constant rate;
    without a count `SPAN_DAYS` before, nothing is told.

    >>> days = pd.to_datetime(["2026-06-01", "2026-07-01"], utc=True)
    >>> counts = pd.DataFrame({"creator_key": ["a", "a"], "as_of": days, "followers": [1000.0, 1100.0]})
    >>> measure_growth(counts).round(3).to_dict()
    {'a': 0.1}
    """
    known = counts[counts["followers"].gt(0)].sort_values("as_of", kind="stable")
    newest = known.drop_duplicates("creator_key", keep="last").set_index("creator_key")
    last = newest["as_of"].reindex(known["creator_key"]).set_axis(known.index)
    then = known.assign(days=(last - known["as_of"]).dt.total_seconds() / 86_400)
    then = then[then["days"].between(*SPAN_DAYS)].assign(off=lambda rows: (rows["days"] - GROWTH_DAYS).abs())
    nearest = then.sort_values("off", kind="stable").drop_duplicates("creator_key").set_index("creator_key")
    ratio = newest["followers"].reindex(nearest.index) / nearest["followers"]
    return pd.Series(np.power(ratio, GROWTH_DAYS / nearest["days"]) - 1, name="fan_growth_30d")


def add_growth(creators: pd.DataFrame, *, counts: pd.DataFrame) -> pd.DataFrame:
    """Fill ``fan_growth_30d`` from the counts, where no export tells it."""
    told = creators["creator_key"].map(measure_growth(counts)).astype(float)
    return creators.assign(fan_growth_30d=creators["fan_growth_30d"].fillna(told))
