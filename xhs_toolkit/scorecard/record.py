"""What the steps of a run write into `summary.json`: money, notes, outcomes and targets; plan and roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.attribution import THROUGH
from xhs_toolkit.errors import WITHHOLDING, Problem
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.ledger import SCOPES
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.scorecard.judge import Found, find_newest, is_open
from xhs_toolkit.scorecard.summary import (
    CostPerView,
    Figure,
    Forecast,
    Inputs,
    Money,
    MoneySummary,
    Notes,
    Outcome,
    PlanSummary,
    RosterEntry,
    Step,
    Summary,
    Target,
    update_summary,
)
from xhs_toolkit.tables import get_creator
from xhs_toolkit.tables.codebook import COMMITTED

if TYPE_CHECKING:
    from xhs_toolkit.attribution import Attribution
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import Exports
    from xhs_toolkit.ledger import Ledger
    from xhs_toolkit.plans import Plan

CAMPAIGN_FILE = "campaign.yaml"
BOOKINGS_FILE = "bookings.parquet"


def write_results(
    run_folder: str | Path,
    *,
    found: Found,
    grid: pd.DataFrame,
    attribution: Attribution,
    targets: tuple[Target, ...],
    plan: Plan | None,
    campaign: Campaign,
) -> Summary:
    """Fill the results' parts of the summary, and keep the bookings beside the run's tables.

    Parameters
    ----------
    found : of `results.summarise_results`.
    grid : of `results.Kfs`: what content and each kind of ads cost and brought.
    targets : of `judge.judge_targets`.
    """
    folder = Path(run_folder)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    found.ledger.bookings.to_parquet(folder / "tables" / BOOKINGS_FILE, index=False)
    total = found.totals.iloc[0]
    return update_summary(
        folder,
        money=_sum_money(found.ledger, plan, campaign),
        cost_per_view=CostPerView(
            all_in=_read_ratio(total, "cost_per_view", campaign),
            content_organic=_read_ratio(total, "cost_per_organic_view", campaign),
        ),
        objective=campaign.objective,
        targets=targets,
        notes=_sum_notes(total, found.notes, campaign),
        outcomes=_list_outcomes(attribution),
        steps=tuple(_list_steps(grid, campaign)),
    )


def write_plan(
    run_folder: str | Path,
    *,
    chosen: pd.DataFrame,
    totals: pd.DataFrame,
    options: pd.DataFrame,
    findings: Iterable[Finding],
    accepted: Plan | None,
    campaign: Campaign,
) -> Summary:
    """Fill the plan's parts of the summary: of the accepted plan where there is one, else of what the run proposes.

    Parameters
    ----------
    chosen, totals, findings : the proposed roster, its forecast and what is said of it, of `roster.plan_roster`.
    options : of `objectives.plan_objectives`, the plan first: what it gives to ads.
    """
    roster, forecast = (chosen, totals) if accepted is None else (accepted.roster, accepted.forecast)
    cost = float(roster["cost_cny"].sum()) if len(roster) else None
    plan = PlanSummary(
        accepted=accepted is not None,
        version=accepted.version if accepted else None,
        hash=accepted.hash if accepted else "",
        n_creators=int(get_creator(roster).nunique()),
        n_notes=len(roster),
        cost=make_money(cost, campaign, n=len(roster), reason="no_plan"),
        forecast={
            str(row["metric"]): Forecast(**{level: float(row[level]) for level in ("p10", "p50", "p90")})
            for row in forecast.dropna(subset=["p10", "p50", "p90"]).to_dict("records")
        },
        sizes=_count(roster.drop_duplicates("creator_id"), "tier"),
        formats=_count(roster, "format"),
        promised=_read_column(forecast, "target"),
        chances=_read_column(forecast, "chance_share"),
        ads={
            part: make_money(options[f"{part}_cny"].iloc[0], campaign, reason="no_budget")
            for part in ("feed", "search")
            if len(options) and f"{part}_cny" in options
        },
        **_hold_back(findings if accepted is None else (), campaign),
    )
    entries = [_list_creator(rows, campaign) for _, rows in roster.groupby("creator_id", sort=False)]
    return update_summary(Path(run_folder), objective=campaign.objective, plan=plan, roster=tuple(entries))


def _count(rows: pd.DataFrame, name: str) -> dict[str, int]:
    return {str(value): int(n) for value, n in rows[name].value_counts().items()}


def _read_column(forecast: pd.DataFrame, name: str) -> dict[str, float]:
    known = forecast.dropna(subset=[name]) if name in forecast else forecast[:0]
    return {str(row["metric"]): float(row[name]) for row in known.to_dict("records")}


def _hold_back(findings: Iterable[Finding], campaign: Campaign) -> dict[str, Any]:
    """What of the creators' money stays with the client, as the roster says it."""
    stated = next((finding.as_dict()["values"] for finding in findings if finding.code == "roster.held_back"), None)
    if stated is None:
        return {}
    return {"held_back": make_money(stated["left_cny"], campaign), "held_ratio": float(stated["ratio"])}


def _list_creator(rows: pd.DataFrame, campaign: Campaign) -> RosterEntry:
    first = rows.iloc[0]
    return RosterEntry(
        creator_id=str(first["creator_id"]),
        creator_name="" if pd.isna(first["creator_name"]) else str(first["creator_name"]),
        formats=tuple(dict.fromkeys(str(form) for form in rows["format"].dropna())),
        n_notes=len(rows),
        cost=make_money(float(rows["cost_cny"].sum()), campaign, n=len(rows)),
    )


def make_money(
    cny: float | None,
    campaign: Campaign,
    *,
    unit: str = "CNY",
    n: int = 0,
    ends: tuple[Any, Any] = (None, None),
    reason: str = "",
) -> Money:
    """An amount in CNY and in the currency of the report, or why it is missing."""
    known = None if cny is None or pd.isna(cny) else float(cny)
    low, high = (None if end is None or pd.isna(end) else float(end) for end in ends)
    return Money(
        cny=known,
        report=None if known is None else known / campaign.client_rate.cny_per_unit,
        currency=campaign.client_currency,
        unit=unit,
        n=n,
        low=low,
        high=high,
        reason=(reason or "not_measured") if known is None else "",
    )


def _read_ratio(total: pd.Series, name: str, campaign: Campaign) -> Money:
    ends = total[f"{name}_cny_low"], total[f"{name}_cny_high"]
    n, reason = int(total[f"n_{name}"]), str(total[f"{name}_reason"])
    return make_money(total[f"{name}_cny"], campaign, unit="CNY per view", n=n, ends=ends, reason=reason)


def _sum_money(ledger: Ledger, plan: Plan | None, campaign: Campaign) -> MoneySummary:
    bookings, budget = ledger.bookings, campaign.budget.amount_cny if campaign.budget else None
    states = bookings.groupby("state")["amount_cny"].agg(["sum", "count"])
    counts = ledger.items.set_index("item")["n_lines"]
    planned = float(plan.roster["cost_cny"].sum(min_count=1)) if plan is not None else None
    n_committed = int(states["count"].reindex(COMMITTED).sum())
    over = None if budget is None else max(ledger.total_cny - budget, 0.0)
    return MoneySummary(
        total=make_money(ledger.total_cny, campaign, n=int(counts.sum()), reason="no_cost"),
        committed=make_money(ledger.committed_cny, campaign, n=n_committed, reason="nothing_committed"),
        planned=make_money(planned, campaign, n=len(plan.roster) if plan is not None else 0, reason="no_plan"),
        budget=make_money(budget, campaign, reason="no_budget"),
        overspent=make_money(over, campaign, n=int(counts.sum()), reason="no_budget" if budget is None else "no_cost"),
        by_scope={
            name: make_money(ledger.sum_scope(name), campaign, n=int(counts.reindex(items).sum()), reason="no_cost")
            for name, items in SCOPES.items()
        },
        by_item={
            str(row.item): make_money(row.amount_cny, campaign, n=int(row.n_lines)) for row in ledger.items.itertuples()
        },
        questions=tuple(str(question) for question in ledger.questions),
        by_state={str(name): make_money(row["sum"], campaign, n=int(row["count"])) for name, row in states.iterrows()},
    )


def _list_steps(grid: pd.DataFrame, campaign: Campaign) -> Iterator[Step]:
    """The rows of the cost grid that are not its total."""
    for row in grid[grid["step"].ne("total")].to_dict("records"):
        figures = {name: row[name] for name in ("exposure", "views", "engagement", "leads") if pd.notna(row[name])}
        yield Step(step=row["step"], spend=make_money(row["spend_cny"], campaign, reason="no_cost"), figures=figures)


def _sum_notes(total: pd.Series, notes: pd.DataFrame, campaign: Campaign) -> Notes:
    creators, newest = total["n_creators"], find_newest(notes, campaign)
    figures = {
        name: Figure(value=plain(total[name]), unit=name, n=int(total[f"n_{name}"]), reason=_why(total[name], name))
        for name in (*COUNTS, "views_organic")
    }
    return Notes(
        n=int(total["n_notes"]),
        n_creators=0 if pd.isna(creators) else int(creators),
        figures=figures,
        as_of=str(newest or ""),
        is_open=is_open(notes, campaign),
    )


def _why(value: Any, name: str) -> str:
    return f"no_{name}" if pd.isna(value) else ""


def _list_outcomes(attribution: Attribution) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            metric=str(row["metric"]),
            attributed=_read_figure(row, "attributed", n=_count_rows(attribution, row["metric"], is_ours=True)),
            trade=_read_figure(row, "trade", n=_count_rows(attribution, row["metric"], is_ours=False)),
            through={
                str(way["by"]): float(way["attributed"])
                for way in attribution.through[attribution.through["metric"].eq(row["metric"])].to_dict("records")
            },
            daily=_sum_daily(attribution, row["metric"]),
        )
        for row in attribution.metrics.to_dict("records")
    )


def _sum_daily(attribution: Attribution, metric: str) -> dict[str, float]:
    """What came through the campaign, by day."""
    rows = attribution.rows[attribution.rows["metric"].eq(metric) & attribution.rows["by"].isin(THROUGH)]
    return {str(day.date()): float(value) for day, value in rows.groupby("date")["value"].sum().items()}


def _count_rows(attribution: Attribution, metric: str, *, is_ours: bool) -> int:
    rows = attribution.rows[attribution.rows["metric"].eq(metric) & attribution.rows["value"].notna()]
    return int(rows["by"].isin(THROUGH).eq(is_ours).sum())


def _read_figure(row: dict[Any, Any], side: str, *, n: int) -> Figure:
    unit = row["currency"] or str(row["metric"])
    value = plain(row[side])
    return Figure(value=value, unit=unit, n=n, reason="" if value is not None else str(row["reason"]) or "not_measured")


def warn(summary: Summary) -> list[Problem]:
    """Return what the money warns of: a budget that is overspent, with the amount."""
    if summary.money is None or not summary.money.overspent.cny:
        return []
    over, total, budget = summary.money.overspent, summary.money.total, summary.money.budget
    stated = [f"{each.currency} {each.report:,.0f}" for each in (over, total, budget)]
    what = "the budget is overspent by {}: {} of {}".format(*stated)
    return [
        Problem(
            what, "tell the client before the report does, or correct what was booked", CAMPAIGN_FILE, column="budget"
        )
    ]


def describe_accepted(summary: Summary) -> tuple[Finding, ...]:
    """Say which plan was accepted, beside what a run proposes; nothing where none was."""
    plan = summary.plan
    if plan is None or not plan.accepted:
        return ()
    values = {"version": plan.version, "n_creators": plan.n_creators, "cost_cny": plan.cost.cny}
    return (Finding("roster.accepted", values),)


def write_inputs(run_folder: str | Path, exports: Exports) -> Summary:
    """Keep in the summary how the files were read: by name, what could not be, and what a person is asked."""
    inputs = Inputs(
        read=tuple(dict.fromkeys(exports.files["file"].astype(str))),
        unreadable=tuple(str(problem) for problem in exports.unreadable),
        questions=tuple(str(problem) for problem in exports.questions),
        open=tuple(str(problem) for problem in exports.questions if problem.topic in WITHHOLDING),
    )
    return update_summary(Path(run_folder), inputs=inputs)
