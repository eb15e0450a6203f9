"""What a proposal says beside its figures: why each creator, what could go wrong, and what the client has to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding

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
    chosen : of `worth.price_creators`: cost of a view and of an engagement, each beside its size's; ``expected_views``.
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
