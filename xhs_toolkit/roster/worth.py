"""What a creator is worth: who costs too much for what it should bring, what to offer, and when to walk away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.forecast import MIN_OWN_SHARE

COSTS = {"views": "cost_per_view_cny", "engagement": "cost_per_engagement_cny"}
"""Metric → what one of it costs, by the name it has among the targets."""

WITHOUT_EVIDENCE = ("peers", "not_measured")
"""Bases of a forecast that knows nothing of the creator itself."""


class CostLimit(NamedTuple):
    """The most that one view or engagement may cost: of the ``target``, or the pool's ``going_rate``."""

    cny: float
    basis: str


def split_known(candidates: pd.DataFrame, *, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidates of whom something is known, and those of whom nothing is: they are no middle of anything."""
    unknown = candidates[f"{metric}_basis"].isin(WITHOUT_EVIDENCE)
    return candidates[~unknown], candidates[unknown]


def find_cost_limit(candidates: pd.DataFrame, *, metric: str, targets: Mapping[str, float | None]) -> CostLimit:
    """The target's cost of one view or engagement, or what the pool asks for one on average (ratio of sums)."""
    target = targets.get(COSTS.get(metric, ""))
    if target is not None:
        return CostLimit(float(target), "target")
    brought = candidates[f"{metric}_mean"].sum()
    return CostLimit(float(candidates["cost_cny"].sum() / brought) if brought > 0 else np.inf, "going_rate")


def measure_cost(candidates: pd.DataFrame, *, metric: str) -> pd.Series:
    """Cost of one of the expected views or engagements; missing where nothing is expected."""
    expected = candidates[f"{metric}_mean"]
    return candidates["cost_cny"] / expected.where(expected > 0)


def price_creators(
    chosen: pd.DataFrame, *, candidates: pd.DataFrame, metric: str, limit: CostLimit, fee_rate: float
) -> pd.DataFrame:
    """Add what is expected of each, what that costs beside its tier, and the prices between which to agree.

    Adds ``expected_views``, ``expected_engagement``, ``cost_per_view_cny``, ``cost_per_engagement_cny``, each with
    ``tier_…`` (of the pool's creators of the tier, ratio of sums), ``offer_cny`` (what the tier asks for so much, at
    most the limit), ``walk_away_cny`` (what so much costs at the limit) and ``rests_on`` (``own`` figures, or ``size``
    where the creator's own share of the forecast is below `forecast.MIN_OWN_SHARE`). Prices are the creator's, without
    the fee.
    """
    added: dict[str, pd.Series] = {}
    for name, cost in COSTS.items():
        known = candidates[candidates[f"{name}_mean"].notna()].groupby("tier")
        usual = known["cost_cny"].sum() / known[f"{name}_mean"].sum()
        added[f"expected_{name}"] = chosen[f"{name}_mean"].round()
        added[cost] = measure_cost(chosen, metric=name)
        added[f"tier_{cost}"] = chosen["tier"].map(usual).astype(float)
    expected = chosen[f"{metric}_mean"] / (1 + fee_rate)
    usual = added.get(f"tier_{COSTS.get(metric, '')}", pd.Series(limit.cny, index=chosen.index))
    added["offer_cny"] = (expected * usual.clip(upper=limit.cny)).round(-1)
    added["walk_away_cny"] = (expected * (limit.cny if np.isfinite(limit.cny) else np.nan)).round(-1)
    rests = np.where(chosen[f"{metric}_own_share"] < MIN_OWN_SHARE, "size", "own")
    return chosen.assign(**added, rests_on=pd.Series(rests, index=chosen.index, dtype="str"))
