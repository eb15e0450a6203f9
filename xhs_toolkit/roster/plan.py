"""The whole plan of a roster: choose, forecast, compare with other ways to spend, or say what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import (
    CampaignForecast,
    Mix,
    Pool,
    choose_metric,
    compare_mixes,
    describe_past,
    draw_expected,
    forecast_campaign,
)
from xhs_toolkit.roster.choose import GAP, REPEATS, Roster, check_robustness, choose_roster
from xhs_toolkit.roster.settings import make_rules
from xhs_toolkit.tables import FORMATS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

QUICK_GAP = 0.005
"""Gap to the bound of what stands beside the plan: half a percent is below any forecast's own range."""

SAFE = 0.8
"""Share of the repeated choices from which a pick is called safe."""

CHOSEN = ["candidate_id", "creator_id", "creator_name", "format", "tier", "role", "followers", "cost_cny"]
TOTALS = ["metric", "p10", "p50", "p90", "n_measured", "n_placements", "target", "chance_share", "reason"]
ROBUST = ["candidate_id", "creator_name", "format", "tier", "cost_cny", "chosen_share"]
OPTIONS = ["option", "status", "n_creators", "cost_cny", "p10", "p50", "p90", "chance_share"]
BY_HAND = ["way", "value", "views", "cost_cny", "n_creators", "n_broken", "ratio"]
MIX = ["side", "n_placements", "cost_cny", "p10", "p50", "p90"]


class RosterPlan(NamedTuple):
    """What `plan_roster` found; every frame is empty where it was refused.

    Attributes
    ----------
    metric : what is maximised (views, exposure or engagement).
    chosen : one row a placement, dearest first: the candidates' columns, and ``p10``, ``p50``, ``p90`` and
        ``basis`` of the metric.
    totals : of `forecast.forecast_campaign`. by_hand : of `choose.Roster`.
    robust : of `choose.check_robustness`.
    options : the plan and its alternatives: ``option``, ``status``, ``n_creators``, ``cost_cny``, ``p10``, ``p50``,
        ``p90`` of the metric, ``chance_share`` of its target.
    mix : one large creator against many small ones: ``side``, ``n_placements``, ``cost_cny``, ``p10`` to ``p90``.
    answer, findings : what the page says. refusal : why nothing could be planned; None where it could.
    assumptions : what the plan rests on, for `plans.write_proposed_plan`.
    """

    metric: str
    chosen: pd.DataFrame
    totals: pd.DataFrame
    by_hand: pd.DataFrame
    robust: pd.DataFrame
    options: pd.DataFrame
    mix: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    refusal: Finding | None
    assumptions: Mapping[str, Any]


def plan_roster(pool: Pool, *, campaign: Campaign, options: pd.DataFrame, dropped: Collection[str] = ()) -> RosterPlan:
    """Plan the roster of a campaign.

    Parameters
    ----------
    pool : of `forecast.make_candidates`.
    options : the plan in its first row, then its alternatives: ``option``, ``creators_cny``, ``large_share``
        (as `objectives.plan_objectives` gives them).
    dropped : creators a person decided against.
    """
    metric = choose_metric(pool.candidates, wanted=campaign.planning.maximise)
    refusal = _refuse(pool, campaign, metric)
    if refusal or metric is None:
        return _nothing(refusal or Finding("roster.no_forecast"))
    rows = options.to_dict("records")
    gaps = [GAP, *[QUICK_GAP] * (len(rows) - 1)]
    found = [
        _choose(pool, campaign, row, metric=metric, dropped=dropped, gap=gap)
        for row, gap in zip(rows, gaps, strict=True)
    ]
    roster, forecast = found[0]
    if roster.chosen.empty:
        return _nothing(None)._replace(metric=metric, answer=roster.findings[0], findings=roster.findings[1:])
    rules = _rules(pool, campaign, options.to_dict("records")[0], dropped)
    draws = draw_expected(pool.candidates, pool=pool, metric=metric, n_draws=REPEATS)
    robust = check_robustness(pool.candidates, rules=rules, draws=draws, overlap=_overlaps(metric), gap=QUICK_GAP)
    mix = _mix(pool, campaign, roster, metric=metric)
    bands = {f"p{level}": roster.chosen[f"{metric}_p{level}"].round() for level in (10, 50, 90)}
    bands["basis"] = roster.chosen[f"{metric}_basis"]
    return RosterPlan(
        metric,
        roster.chosen.assign(**bands),
        forecast.totals,
        roster.by_hand,
        robust,
        _compare(options, found, metric=metric),
        mix.table if mix else pd.DataFrame(columns=MIX),
        _answer(roster, forecast, metric=metric),
        (
            *roster.findings,
            *_about_pool(pool),
            *pool.findings,
            *forecast.findings,
            describe_past(pool.notes, metric=metric, tiers=pool.tiers),
            *_about_mix(mix, metric),
            *_about_robust(robust, roster),
            Finding("roster.proposed"),
        ),
        None,
        _assume(pool, campaign, roster, metric=metric),
    )


def _refuse(pool: Pool, campaign: Campaign, metric: str | None) -> Finding | None:
    if campaign.budget is None:
        return Finding("roster.no_budget")
    if pool.candidates.empty:
        return Finding("roster.no_prices", {"n_creators": pool.n_creators})
    if metric is None:
        return Finding("roster.no_forecast", {"n_creators": pool.n_creators})
    return None


def _nothing(refusal: Finding | None) -> RosterPlan:
    return RosterPlan(
        "views",
        chosen=pd.DataFrame(columns=[*CHOSEN, "p10", "p50", "p90", "basis"]),
        totals=pd.DataFrame(columns=TOTALS),
        by_hand=pd.DataFrame(columns=BY_HAND),
        robust=pd.DataFrame(columns=ROBUST),
        options=pd.DataFrame(columns=OPTIONS),
        mix=pd.DataFrame(columns=MIX),
        answer=refusal or Finding("roster.not_found"),
        findings=(),
        refusal=refusal,
        assumptions={},
    )


def _rules(pool: Pool, campaign: Campaign, option: Mapping[Any, Any], dropped: Collection[str]) -> Any:
    shares = {"large": option["large_share"], "small": 1 - option["large_share"]}
    budget = float(option["creators_cny"])
    return make_rules(campaign, candidates=pool.candidates, budget_cny=budget, role_shares=shares, dropped=dropped)


def _overlaps(metric: str) -> bool:
    """Views and exposures reach people, and reach the same ones again; engagement is counted as it is."""
    return metric != "engagement"


def _choose(
    pool: Pool, campaign: Campaign, option: Mapping[Any, Any], *, metric: str, dropped: Collection[str], gap: float
) -> tuple[Roster, CampaignForecast]:
    rules = _rules(pool, campaign, option, dropped)
    roster = choose_roster(pool.candidates, rules=rules, metric=metric, overlap=_overlaps(metric), gap=gap)
    return roster, forecast_campaign(roster.chosen, pool=pool, targets=campaign.targets.model_dump())


def _compare(options: pd.DataFrame, found: list[tuple[Roster, CampaignForecast]], *, metric: str) -> pd.DataFrame:
    rows = []
    for name, (roster, forecast) in zip(options["option"], found, strict=True):
        total = forecast.totals.set_index("metric").loc[metric]
        known = {column: total[column] for column in ("p10", "p50", "p90", "chance_share", "chance_share_reason")}
        n_creators = roster.chosen["creator_id"].nunique()
        rows.append(
            {"option": name, "status": roster.status, "n_creators": n_creators, "cost_cny": roster.cost_cny, **known}
        )
    return pd.DataFrame(rows)


def _mix(pool: Pool, campaign: Campaign, roster: Roster, *, metric: str) -> Mix | None:
    """Largest tier against smallest, for at most what the creators may cost."""
    tiers = campaign.agency.tiers
    if len(tiers) < 2:
        return None
    names = (tiers[-1].name, tiers[0].name)
    return compare_mixes(pool.candidates, pool=pool, tiers=names, budget_cny=roster.budget_cny, metric=metric)


# -------------------------------------------------------------------------------------- findings


def _answer(roster: Roster, forecast: CampaignForecast, *, metric: str) -> Finding:
    total = forecast.totals.set_index("metric").loc[metric]
    tiers = roster.chosen["tier"].value_counts()
    values = {
        "n_creators": int(roster.chosen["creator_id"].nunique()),
        "tiers": ", ".join(f"{n} {tier}" for tier, n in tiers.items()),
        "cost_cny": roster.cost_cny,
        "budget_cny": roster.budget_cny,
        "metric": metric,
        "p10": float(total["p10"]),
        "p50": float(total["p50"]),
        "p90": float(total["p90"]),
        "target": None if pd.isna(total["target"]) else float(total["target"]),
        "chance_share": None if pd.isna(total["chance_share"]) else float(total["chance_share"]),
    }
    return Finding("roster.answer", values)


def _about_pool(pool: Pool) -> tuple[Finding, ...]:
    values = {"n_unpriced": pool.n_unpriced, "n_creators": pool.n_creators}
    return (Finding("roster.unpriced", values),) if pool.n_unpriced else ()


def _about_mix(mix: Mix | None, metric: str) -> tuple[Finding, ...]:
    if mix is None:
        return (Finding("forecast.no_mix"),)
    large, small = mix.table.to_dict("records")
    values = {
        "x": large["side"],
        "y": small["side"],
        "n_small": small["n_placements"],
        "cost_cny": large["cost_cny"],
        "metric": metric,
        **{
            f"{side}_p{level}": row[f"p{level}"]
            for side, row in (("large", large), ("small", small))
            for level in (10, 50, 90)
        },
        "chance_share": mix.chance_many,
    }
    return (Finding("forecast.mix", values),)


def _about_robust(robust: pd.DataFrame, roster: Roster) -> tuple[Finding, ...]:
    always = robust.loc[robust["chosen_share"].ge(SAFE), "creator_id"].isin(roster.chosen["creator_id"]).sum()
    values = {"n_always": int(always), "n_creators": int(roster.chosen["creator_id"].nunique())}
    return (Finding("roster.robust", values),)


def _assume(pool: Pool, campaign: Campaign, roster: Roster, *, metric: str) -> dict[str, Any]:
    """What the plan rests on, plainly enough to be read years later."""
    return {
        "metric": metric,
        "status": roster.status,
        "gap": roster.gap,
        "budget_cny": roster.budget_cny,
        "service_fee_rate": campaign.agency.service_fee_rate,
        "objective": campaign.objective,
        "second_objective": campaign.second_objective,
        "window": [str(day) if day else None for day in (campaign.window.start, campaign.window.end)],
        "targets": {name: value for name, value in campaign.targets.model_dump().items() if value is not None},
        "paid_ratio": dict(pool.paid_ratio),
        "n_creators_in_pool": pool.n_creators,
        "corrections": _list_corrections(pool),
    }


def _list_corrections(pool: Pool) -> list[dict[str, Any]]:
    """What earlier forecasts moved these by: shift of the log and factor on the width, by metric and tier."""
    return [
        {"metric": metric, "tier": tier, "shift": float(shift), "stretch": model.stretch}
        for (metric, form), model in pool.models.items()
        for tier, shift in model.shifts.items()
        if form == FORMATS[0] and (shift or model.stretch != 1)
    ]
