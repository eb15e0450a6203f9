"""The figures that headline sentences name, read from the run's summary and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xhs_toolkit.findings import Finding
from xhs_toolkit.scorecard.summary import Figure, Money, Summary, Target

if TYPE_CHECKING:
    from xhs_toolkit.campaign.models import Budget

RESULTS = frozenset({"results.answer", "ledger.total", "headline.ledger"})
PLAN = frozenset({"roster.answer", "headline.project"})
"""Codes of headline sentences: of the results, and of the plan that a run proposes."""


def take_figures(code: str, values: Mapping[str, Any], *, summary: Summary) -> dict[str, Any]:
    """Return the values of a sentence, those of a headline as the summary holds them.

    What the summary does not hold stays: a run that was stopped early, or made by an earlier version.
    """
    figures = list_results(summary) if code in RESULTS else list_plan(summary) if code in PLAN else {}
    return {name: figures.get(name, value) for name, value in values.items()}


def list_results(summary: Summary) -> dict[str, Any]:
    """Figures of the results by the names that sentences call them."""
    found: dict[str, Any] = {}
    if summary.money is not None:
        amounts = {"total": summary.money.total, "committed": summary.money.committed, **summary.money.by_scope}
        found |= {f"{name}_cny": each.cny for name, each in amounts.items()}
    if summary.cost_per_view is not None:
        found |= _spread("cost_per_view", summary.cost_per_view.all_in)
        found |= _spread("cost_per_organic_view", summary.cost_per_view.content_organic)
    if summary.notes is not None:
        found["n_notes"] = summary.notes.n
        for name, figure in summary.notes.figures.items():
            found |= {name: figure.value, f"n_{name}": figure.n}
    clicks = [target for target in summary.targets if target.metric == "click_rate"]
    return found | {name: value for each in clicks for name, value in _spread("image_click_rate", each).items()}


def _spread(name: str, figure: Money | Figure | Target) -> dict[str, Any]:
    value = figure.cny if isinstance(figure, Money) else figure.measured if isinstance(figure, Target) else figure.value
    stem = f"{name}_cny" if isinstance(figure, Money) else name
    return {stem: value, f"{stem}_low": figure.low, f"{stem}_high": figure.high, f"n_{name}": figure.n}


def list_plan(summary: Summary) -> dict[str, Any]:
    """Figures of a plan that nobody has accepted yet: of an accepted one the summary holds what was accepted."""
    plan = summary.plan
    if plan is None or plan.accepted:
        return {}
    return {"n_creators": plan.n_creators, "cost_cny": plan.cost.cny}


def describe_accepted(summary: Summary) -> tuple[Finding, ...]:
    """Say which plan was accepted, beside what a run proposes; nothing where none was."""
    plan = summary.plan
    if plan is None or not plan.accepted:
        return ()
    values = {"version": plan.version, "n_creators": plan.n_creators, "cost_cny": plan.cost.cny}
    return (Finding("roster.accepted", values),)


def compare_with_budget(summary: Summary, budget: Budget | None) -> Finding | None:
    """Return what the campaign cost as a share of its budget, or by how much it is overspent; None without either."""
    money = summary.money
    if budget is None or money is None or not money.budget.cny or money.total.cny is None:
        return None
    values = {"total_cny": money.total.cny, "budget_cny": money.budget.cny}
    if money.overspent.cny:
        return Finding("money.overspent", {"over_cny": money.overspent.cny, **values})
    rate = {"currency": budget.currency, "cny_per_unit": budget.cny_per_unit or 1.0}
    return Finding("money.against_budget", {"budget_share": money.total.cny / money.budget.cny, **values, **rate})
