"""Promise, forecast, result and verdict of every target, and the run's headline figures."""

from __future__ import annotations

from xhs_toolkit.scorecard.headline import compare_with_budget, describe_accepted, take_figures
from xhs_toolkit.scorecard.judge import describe_verdict, judge_targets, summarise_targets
from xhs_toolkit.scorecard.record import make_money, warn, write_inputs, write_plan, write_results
from xhs_toolkit.scorecard.summary import SUMMARY, Figure, Money, Summary, Target, read_summary, update_summary

__all__ = [
    "SUMMARY",
    "Figure",
    "Money",
    "Summary",
    "Target",
    "compare_with_budget",
    "describe_accepted",
    "describe_verdict",
    "judge_targets",
    "make_money",
    "read_summary",
    "summarise_targets",
    "take_figures",
    "update_summary",
    "warn",
    "write_inputs",
    "write_plan",
    "write_results",
]
