"""What a creator is worth, and what a proposal says: why each, what could go wrong, what the client has to give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import MIN_OWN_SHARE

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.roster.plan import RosterPlan


WELL_UNDER: float = assume("roster.well_under_usual")
LARGEST: float = assume("roster.largest_share")
RATE_MOVE: float = assume("roster.currency_move")


def give_reasons(chosen: pd.DataFrame) -> pd.Series:
    """Why each creator: the first reason that holds.

    Parameters
    ----------
    chosen : of `price_creators`: cost of a view and of an engagement, each beside its size's; ``expected_views``.
    """
    views = chosen["cost_per_view_cny"] / chosen["tier_cost_per_view_cny"]
    engagement = chosen["cost_per_engagement_cny"] / chosen["tier_cost_per_engagement_cny"]
    holds = {
        "why_reach": chosen["expected_views"].rank(pct=True).gt(1 - LARGEST),
        "why_cheap_both": views.le(WELL_UNDER) & engagement.le(WELL_UNDER),
        "why_cheap_views": views.le(WELL_UNDER),
        "why_cheap_engagement": engagement.le(WELL_UNDER),
        "why_fair": views.le(1) | engagement.le(1),
    }
    found = np.select([each.to_numpy() for each in holds.values()], list(holds), default="why_in_the_mix")
    return pd.Series(found, index=chosen.index, dtype="str")


def list_risks(plan: RosterPlan, *, campaign: Campaign) -> list[Finding]:
    """What could go wrong, with its size: weak notes, creators little is known of, the rate, a note taken down."""
    if plan.chosen.empty:
        return []
    first = plan.totals.iloc[0]
    unknown = plan.chosen[plan.chosen["rests_on"].eq("size")]
    fees = float(plan.chosen["cost_cny"].sum())
    low = {"metric": first["metric"], "p10": float(first["p10"]), "p50": float(first["p50"])}
    known = {"n_creators": int(unknown["creator_id"].nunique()), "cost_cny": float(unknown["cost_cny"].sum())}
    abroad = campaign.budget is not None and campaign.budget.currency != "CNY"
    rate = {"rate_share": RATE_MOVE, "amount_cny": RATE_MOVE * fees}
    return [
        Finding("risk.weak_notes", low),
        *([Finding("risk.little_known", known)] if len(unknown) else []),
        *([Finding("risk.currency", rate)] if abroad else []),
        Finding("risk.taken_down"),
    ]


def list_needs(plan: RosterPlan, *, campaign: Campaign, phases: pd.DataFrame) -> list[Finding]:
    """What the client has to give, and by when; a day is missing where the campaign has no window.

    Parameters
    ----------
    phases : of `objectives.Timeline`.
    """
    if plan.chosen.empty:
        return []
    last = phases.set_index("phase")["last_date"]
    ends = ("brief_and_choose", "products_and_drafts")
    early, late = ({"until_date": str(last[name].date()) if name in last else None} for name in ends)
    content = campaign.content
    is_told = bool(content.message and content.selling_points)
    return [
        Finding("need.creators", early | {"n_creators": int(plan.chosen["creator_id"].nunique())}),
        Finding("need.words_check" if is_told else "need.words", early),
        Finding("need.product", late),
        Finding("need.outcomes", late),
        Finding("need.answers", late),
    ]


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
