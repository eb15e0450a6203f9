"""A platform's file → checked tables."""

from __future__ import annotations

from xhs_toolkit.exports.crosschecks import add_organic, choose_ad_days, sum_ads
from xhs_toolkit.exports.explain import check_own_kinds, explain_file
from xhs_toolkit.exports.reading import Exports, read_exports, summarise_files
from xhs_toolkit.exports.reconcile import make_latest, make_latest_orders, make_latest_placements

__all__ = [
    "Exports",
    "add_organic",
    "check_own_kinds",
    "choose_ad_days",
    "explain_file",
    "make_latest",
    "make_latest_orders",
    "make_latest_placements",
    "read_exports",
    "sum_ads",
    "summarise_files",
]
