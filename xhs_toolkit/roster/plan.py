"""The whole plan of a roster: choose, forecast, compare with other ways to spend, or say what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import (
    CampaignForecast,
    Mix,
    OutcomeRates,
    Pool,
    add_outcomes,
    choose_metric,
    compare_mixes,
    describe_past,
    draw_expected,
    find_outcome_rates,
    forecast_campaign,
)
from xhs_toolkit.roster.choose import GAP, REPEATS, Roster, check_robustness, choose_roster
from xhs_toolkit.roster.offer import (
    COSTS,
    CostLimit,
    find_cost_limit,
    give_reasons,
    measure_cost,
    price_creators,
    split_known,
)
from xhs_toolkit.roster.reach import SPREAD, spread_roster
from xhs_toolkit.roster.rules import Rules, make_rules
from xhs_toolkit.tables import FORMATS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

QUICK_GAP: float = assume("roster.quick_gap")
SAFE: float = assume("roster.safe")

CHOSEN = ["candidate_id", "creator_id", "creator_name", "format", "tier", "role", "followers", "cost_cny"]
TOTALS = ["metric", "p10", "p50", "p90", "n_measured", "n_placements", "target", "chance_share", "reason"]
ROBUST = ["candidate_id", "creator_name", "format", "tier", "cost_cny", "chosen_share"]
OPTIONS = ["option", "status", "n_creators", "cost_cny", "p10", "p50", "p90", "chance_share"]
BY_HAND = ["way", "value", "views", "cost_cny", "n_creators", "n_broken", "ratio"]
UNKNOWN = ["creator_id", "creator_name", "tier", "followers"]
OTHERWISE = {"option": "several_notes", "notes_per_creator": 2}
"""What stands beside a plan of one note a creator, so that the gain of a second one is seen."""

MIN_HELD_SHARE: float = assume("roster.min_held_share")

MIX = ["side", "n_placements", "cost_cny", "p10", "p50", "p90"]


class RosterPlan(NamedTuple):
    """What `plan_roster` found; every frame is empty where it was refused.

    Attributes
    ----------
    metric : what is maximised (views, exposure or engagement).
    chosen : one row a placement, dearest first: the candidates' columns, ``p10``, ``p50`` with its ends, ``p90`` and
        ``basis`` of the metric, and ``why`` (`offer.give_reasons`).
    totals : of `forecast.forecast_campaign`. by_hand : of `choose.Roster`.
    robust : of `choose.check_robustness`.
    options : the plan and its alternatives: ``option``, ``status``, ``n_creators``, ``cost_cny``, ``p10``, ``p50``,
        ``p90`` of the metric, ``chance_share`` of its target.
    unknown : creators of whom no figure is known, who are no part of the choice: whom to ask for their medians.
    spread : how the roster spreads over tiers, personas, themes, places and audiences (`reach.spread_roster`).
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
    unknown: pd.DataFrame
    spread: pd.DataFrame
    mix: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    refusal: Finding | None
    assumptions: Mapping[str, Any]


def plan_roster(
    pool: Pool,
    *,
    campaign: Campaign,
    options: pd.DataFrame,
    dropped: Collection[str] = (),
    rates: OutcomeRates | None = None,
) -> RosterPlan:
    """Plan the roster of a campaign.

    Parameters
    ----------
    pool : of `forecast.make_candidates`.
    options : the plan in its first row, then its alternatives: ``option``, ``creators_cny``, ``large_share``
        (as `objectives.plan_objectives` gives them).
    dropped : creators a person decided against.
    rates : of leads, orders … in earlier campaigns; by default those that the campaign's settings tell.
    """
    metric = choose_metric(pool.candidates, wanted=campaign.planning.maximise)
    refusal = _refuse(pool, campaign, metric)
    if refusal or metric is None:
        return _nothing(refusal or Finding("roster.no_forecast"))
    rows = _list_options(options, campaign)
    known, unknown = split_known(pool.candidates, metric=metric)
    limit = find_cost_limit(known, metric=metric, targets=campaign.targets.model_dump())
    gaps = [GAP, *[QUICK_GAP] * (len(rows) - 1)]
    found = [
        _choose(pool, campaign, row, metric=metric, limit=limit, dropped=dropped, gap=gap)
        for row, gap in zip(rows, gaps, strict=True)
    ]
    roster, forecast = found[0]
    if roster.chosen.empty:
        return _nothing(None)._replace(metric=metric, answer=roster.findings[0], findings=roster.findings[1:])
    rates = rates or find_outcome_rates(campaign)
    forecast = add_outcomes(forecast, roster.chosen, rates=rates, targets=campaign.targets.model_dump())
    rules = _rules(pool, campaign, rows[0], dropped, limit)
    usable = _list_usable(pool, rules, metric=metric, limit=limit)
    draws = draw_expected(usable, pool=pool, metric=metric, n_draws=REPEATS)
    robust = check_robustness(usable, rules=rules, draws=draws, gap=QUICK_GAP, **_count_people(pool, metric))
    fee_rate = campaign.agency.service_fee_rate
    priced = price_creators(roster.chosen, candidates=known, metric=metric, limit=limit, fee_rate=fee_rate)
    mix = _mix(pool, campaign, roster, metric=metric)
    bands = {f"p{level}": roster.chosen[f"{metric}_p{level}"].round() for level in (10, 50, 90)}
    bands |= {"p50_low": bands["p10"], "p50_high": bands["p90"]}
    bands |= {"basis": roster.chosen[f"{metric}_basis"], "why": give_reasons(priced)}
    return RosterPlan(
        metric,
        priced.assign(**bands),
        forecast.totals,
        roster.by_hand,
        robust,
        _compare([str(row["option"]) for row in rows], found, metric=metric),
        unknown.drop_duplicates("creator_id")[UNKNOWN],
        spread_roster(roster.chosen, metric=metric),
        mix.table if mix else pd.DataFrame(columns=MIX),
        _answer(roster, forecast, metric=metric),
        (
            *roster.findings,
            *_about_limit(known, roster, metric=metric, limit=limit),
            *_about_pool(pool, unknown),
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
        unknown=pd.DataFrame(columns=UNKNOWN),
        spread=pd.DataFrame(columns=SPREAD),
        mix=pd.DataFrame(columns=MIX),
        answer=refusal or Finding("roster.not_found"),
        findings=(),
        refusal=refusal,
        assumptions={},
    )


def _list_options(options: pd.DataFrame, campaign: Campaign) -> list[dict[Any, Any]]:
    """The options and, where there are alternatives, the plan with several notes a creator, or with one."""
    n_notes = campaign.planning.notes_per_creator
    rows = options.assign(notes_per_creator=n_notes).to_dict("records")
    other = {"option": "one_note", "notes_per_creator": 1} if n_notes > 1 else OTHERWISE
    return [*rows, rows[0] | other] if len(rows) > 1 else rows


def _rules(
    pool: Pool, campaign: Campaign, option: Mapping[Any, Any], dropped: Collection[str], limit: CostLimit
) -> Rules:
    shares = {"large": option["large_share"], "small": 1 - option["large_share"]}
    budget = float(option["creators_cny"])
    rules = make_rules(campaign, candidates=pool.candidates, budget_cny=budget, role_shares=shares, dropped=dropped)
    return replace(rules, notes_per_creator=int(option["notes_per_creator"]), max_unit_cost_cny=limit.cny)


def _count_people(pool: Pool, metric: str) -> dict[str, Any]:
    """Views and exposures reach people, and reach the same ones again; engagement is counted as it is."""
    return {"overlap": metric != "engagement", "people": pool.n_followers}


def _choose(
    pool: Pool,
    campaign: Campaign,
    option: Mapping[Any, Any],
    *,
    metric: str,
    limit: CostLimit,
    dropped: Collection[str],
    gap: float,
) -> tuple[Roster, CampaignForecast]:
    """Choose among those worth their money, and where the rules need others or nobody is, among all that are known."""
    rules = _rules(pool, campaign, option, dropped, limit)
    roster = None
    for limits in (limit, CostLimit(np.inf, "none")):
        usable = _list_usable(pool, rules, metric=metric, limit=limits)
        if roster is None or roster.chosen.empty:
            roster = choose_roster(usable, rules=rules, metric=metric, gap=gap, **_count_people(pool, metric))
    assert roster is not None  # noqa: S101
    return roster, forecast_campaign(roster.chosen, pool=pool, targets=campaign.targets.model_dump())


def _list_usable(pool: Pool, rules: Rules, *, metric: str, limit: CostLimit) -> pd.DataFrame:
    """Candidates of whom something is known and who cost no more than the limit, and the must-haves."""
    known, _ = split_known(pool.candidates, metric=metric)
    worth = known.index[measure_cost(known, metric=metric) <= limit.cny]
    must = pool.candidates.index[pool.candidates["creator_id"].isin(rules.must_have)]
    return pool.candidates.loc[worth.union(must)]


def _compare(names: list[str], found: list[tuple[Roster, CampaignForecast]], *, metric: str) -> pd.DataFrame:
    rows = []
    for name, (roster, forecast) in zip(names, found, strict=True):
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


def _about_limit(known: pd.DataFrame, roster: Roster, *, metric: str, limit: CostLimit) -> tuple[Finding, ...]:
    """Say what is held back and why, or that the rules ask for creators above the limit."""
    cost = measure_cost(known, metric=metric)
    values = {"metric": COSTS.get(metric, metric), "limit_cny": limit.cny, "basis": limit.basis}
    above = cost[(cost > limit.cny) & ~known["creator_id"].isin(roster.chosen["creator_id"])]
    left = roster.budget_cny - roster.cost_cny
    if (measure_cost(roster.chosen, metric=metric) > limit.cny).any():
        return (Finding("roster.limit_waived", values),)
    if above.empty or left < MIN_HELD_SHARE * roster.budget_cny:
        return ()
    held = {"left_cny": left, "budget_cny": roster.budget_cny, "ratio": float(above.min() / limit.cny)}
    return (Finding("roster.held_back", values | held),)


def _about_pool(pool: Pool, unknown: pd.DataFrame) -> tuple[Finding, ...]:
    values = {"n_unpriced": pool.n_unpriced, "n_creators": pool.n_creators}
    n_unknown = int(unknown["creator_id"].nunique())
    asked = {"n_unknown": n_unknown, "n_creators": pool.n_creators}
    return (
        *([Finding("roster.unpriced", values)] if pool.n_unpriced else []),
        *([Finding("roster.unknown", asked)] if n_unknown else []),
    )


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
