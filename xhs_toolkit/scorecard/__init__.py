"""Promise, forecast, result and verdict of every target, and the run's headline figures."""

from __future__ import annotations

from xhs_toolkit.scorecard.summary import SUMMARY, Figure, Money, Summary, Target, read_summary, update_summary

__all__ = ["SUMMARY", "Figure", "Money", "Summary", "Target", "read_summary", "update_summary"]
