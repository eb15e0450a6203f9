"""The plan: what was set, the roster and forecast that follow from it, and what changed since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.models import Budget
from xhs_toolkit.campaign.planning import Quota, Split
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import Pool
from xhs_toolkit.objectives import plan_objectives
from xhs_toolkit.plans import accept_plan, write_proposed_plan
from xhs_toolkit.present.draw import draw_chart
from xhs_toolkit.present.plan_charts import ranges
from xhs_toolkit.present.wording import say
from xhs_toolkit.roster import RosterPlan, plan_roster

if TYPE_CHECKING:
    from xhs_toolkit.present.explore_charts import Figure

OBJECTIVES: Final = ("awareness", "trust", "sales", "leads")
PLAN_METRICS: Final = ("views", "exposure", "engagement")
PARTS: Final = ("creators", "feed", "search")
EXPLORED: Final = ".explored"
"""Name of the hidden run that a plan made at the screen is proposed by."""

ROSTER: Final = ("creator_name", "change", "tier", "format", "cost_cny", "p10", "p50", "p90")


@dataclass(frozen=True)
class PlanState:
    """What is set in the view of the plan.

    Attributes
    ----------
    creators, feed, search : weights of K : F : S; all zero means as the objective says.
    large_share : of the creators' money for large creators; None as the objective says.
    maximise : a metric; empty for the first that is measured.
    quotas : of each tier: its name, at least and at most so many creators (-1 for no limit).
    """

    budget_cny: float = 0.0
    objective: str = "awareness"
    creators: float = 0.0
    feed: float = 0.0
    search: float = 0.0
    large_share: float | None = None
    maximise: str = ""
    quotas: tuple[tuple[str, int, int], ...] = ()


def start_plan(campaign: Campaign) -> PlanState:
    """Return what the campaign file sets, with the shares that follow from its objective."""
    chosen = plan_objectives(campaign).chosen
    return PlanState(
        budget_cny=round(campaign.budget.amount_cny) if campaign.budget else 0.0,
        objective=campaign.objective,
        creators=round(100 * chosen.creators),
        feed=round(100 * chosen.feed),
        search=round(100 * chosen.search),
        large_share=round(chosen.large_share, 2),
        maximise=campaign.planning.maximise or "",
        quotas=tuple(_read_quota(campaign, tier.name) for tier in campaign.agency.tiers),
    )


def _read_quota(campaign: Campaign, tier: str) -> tuple[str, int, int]:
    found = [quota for quota in campaign.planning.quotas if quota.tier == tier and quota.count == "creators"]
    low = max((int(quota.at_least) for quota in found if quota.at_least is not None), default=-1)
    high = min((int(quota.at_most) for quota in found if quota.at_most is not None), default=-1)
    return tier, low, high


def apply_plan(campaign: Campaign, *, state: PlanState, language: str = "en") -> Campaign:
    """Return the campaign with what is set; its other quotas, must-haves and exclusions stay.

    Raises
    ------
    CampaignError
        The budget or all three parts are zero, or a quota asks for at least more than at most.
    """
    if state.budget_cny <= 0:
        raise CampaignError(say(Finding("explore.no_budget_set"), language=language))
    whole = state.creators + state.feed + state.search
    if whole <= 0:
        raise CampaignError(say(Finding("explore.split_zero"), language=language))
    for tier, low, high in state.quotas:
        if 0 <= high < low:
            values = {"x": tier, "n_low": low, "n_high": high}
            raise CampaignError(say(Finding("explore.quota_upside_down", values), language=language))
    named = {tier for tier, *_ in state.quotas}
    others = [each for each in campaign.planning.quotas if each.tier not in named or each.count != "creators"]
    planning = campaign.planning.model_copy(
        update={
            "split": Split(creators=state.creators / whole, feed=state.feed / whole, search=state.search / whole),
            "large_share": state.large_share,
            "maximise": state.maximise or None,
            "quotas": (*others, *_make_quotas(state)),
            "alternatives": (),
        }
    )
    budget = Budget(amount=state.budget_cny, currency="CNY")
    return campaign.model_copy(update={"objective": state.objective, "budget": budget, "planning": planning})


def _make_quotas(state: PlanState) -> list[Quota]:
    return [
        Quota(tier=tier, at_least=low if low >= 0 else None, at_most=high if high >= 0 else None)
        for tier, low, high in state.quotas
        if low >= 0 or high >= 0
    ]


def make_plan(pool: Pool, *, campaign: Campaign, state: PlanState, language: str = "en") -> RosterPlan:
    """Choose the best roster for what is set, and forecast it.

    Parameters
    ----------
    pool : of `forecast.make_candidates`.
    language : of what is said where the settings cannot be.
    """
    asked = apply_plan(campaign, state=state, language=language)
    return plan_roster(pool, campaign=asked, options=plan_objectives(asked).options.head(1))


# --------------------------------------------------------------------- beside the one before


def compare_rosters(now: RosterPlan, *, before: RosterPlan | None) -> pd.DataFrame:
    """Return the placements of this plan and those gone since the one before.

    Returns
    -------
    `ROSTER`, with ``candidate_id``; ``change`` is explore_comes, explore_stays or explore_goes, and missing
    where there was no plan before.
    """
    if before is None:
        return now.chosen.assign(change=pd.Series(None, index=now.chosen.index, dtype="str"))
    was, stays = before.chosen, now.chosen["candidate_id"].isin(before.chosen["candidate_id"])
    gone = was[~was["candidate_id"].isin(now.chosen["candidate_id"])].assign(change="explore_goes")
    names = {True: "explore_stays", False: "explore_comes"}
    return pd.concat([now.chosen.assign(change=stays.map(names)), gone], ignore_index=True).astype({"change": "str"})


def compare_totals(now: RosterPlan, *, before: RosterPlan | None) -> pd.DataFrame:
    """Return the totals of this plan beside those before: ``metric``, ``p10`` to ``p90``, ``target``,
    ``chance_share``, and ``p10_before`` to ``p90_before``.
    """  # noqa: D205
    columns = ["metric", "p10", "p50", "p90", "target", "chance_share"]
    totals = now.totals[columns].reset_index(drop=True)
    earlier = before.totals.set_index("metric") if before is not None else pd.DataFrame()
    for name in ("p10", "p50", "p90"):
        column = earlier[name] if name in earlier else pd.Series(dtype=float)
        totals[f"{name}_before"] = totals["metric"].map(column.to_dict()).astype(float)
    return totals


def draw_plans(now: RosterPlan, *, before: RosterPlan | None, language: str) -> Figure | None:
    """Draw the range of what the plan maximises, above that of the plan before."""
    plans = {"explore_now": now, "explore_before": before}
    rows = [
        {"side": name, **plan.totals.set_index("metric").loc[now.metric, ["p10", "p50", "p90", "target"]].to_dict()}
        for name, plan in plans.items()
        if plan is not None and len(plan.chosen)
    ]
    if not rows:
        return None
    alt = Finding("explore.picture_plan" if len(rows) == 1 else "explore.picture_plans", {"x": now.metric})
    settings = {"name": "plans", "group": "side", "metric": now.metric, "target": rows[0]["target"]}
    return draw_chart(ranges(pd.DataFrame(rows), alt=alt, title=alt, **settings), language=language, fits=True)


def accept(folder: Path, *, plan: RosterPlan) -> Path:
    """Accept a plan made at the screen: propose it by a hidden run, and write its version to ``plans/``."""
    run = folder / "runs" / EXPLORED
    run.mkdir(parents=True, exist_ok=True)
    write_proposed_plan(run, roster=plan.chosen, forecast=plan.totals, assumptions=plan.assumptions)
    return accept_plan(folder, run=EXPLORED)
