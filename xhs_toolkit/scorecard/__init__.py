"""Promise, forecast, result and verdict of every target, and the run's headline figures."""

from __future__ import annotations

from xhs_toolkit.scorecard.judge import COMPANIONS, describe_verdict, judge_targets, summarise_targets
from xhs_toolkit.scorecard.record import (
    describe_accepted,
    make_money,
    warn,
    write_inputs,
    write_plan,
    write_results,
)
from xhs_toolkit.scorecard.summary import (
    SUMMARY,
    Figure,
    Forecast,
    Money,
    PlanSummary,
    Summary,
    Target,
    read_summary,
    update_summary,
)

__all__ = [
    "COMPANIONS",
    "SUMMARY",
    "Figure",
    "Forecast",
    "Money",
    "PlanSummary",
    "Summary",
    "Target",
    "describe_accepted",
    "describe_verdict",
    "judge_targets",
    "make_money",
    "read_summary",
    "summarise_targets",
    "update_summary",
    "warn",
    "write_inputs",
    "write_plan",
    "write_results",
]
