"""The canonical tables: what a creator, note, placement, ad day and outcome row is."""

from __future__ import annotations

from xhs_toolkit.tables.codebook import BOOKINGS, DERIVED, PROVENANCE, RECORDS, TABLES, THREAD, check_thread
from xhs_toolkit.tables.schema import (
    NUMERIC_KINDS,
    Column,
    Table,
    check_table,
    conform,
    describe_rule,
    find_bad_values,
    get_creator,
    has_rule,
    hash_author,
)

CREATORS, NOTES, COMMENTS = (TABLES[name] for name in ("creators", "notes", "comments"))
BASELINES, FOLLOWER_COUNTS, RANKINGS = (TABLES[name] for name in ("baselines", "follower_counts", "rankings"))
PLACEMENTS, ORDERS, INVOICES = (TABLES[name] for name in ("placements", "orders", "invoices"))
AD_DAYS, OUTCOMES, CODES = (TABLES[name] for name in ("ad_days", "outcomes", "codes"))

FORMATS, SCOPES = NOTES["format"].options, BASELINES["scope"].options
PLACEMENT_KINDS, OUTCOME_METRICS = AD_DAYS["placement_kind"].options, OUTCOMES["metric"].options

__all__ = [
    "AD_DAYS",
    "BASELINES",
    "BOOKINGS",
    "CODES",
    "COMMENTS",
    "CREATORS",
    "DERIVED",
    "FOLLOWER_COUNTS",
    "FORMATS",
    "INVOICES",
    "NOTES",
    "NUMERIC_KINDS",
    "ORDERS",
    "OUTCOMES",
    "OUTCOME_METRICS",
    "PLACEMENTS",
    "PLACEMENT_KINDS",
    "PROVENANCE",
    "RANKINGS",
    "RECORDS",
    "SCOPES",
    "TABLES",
    "THREAD",
    "Column",
    "Table",
    "check_table",
    "check_thread",
    "conform",
    "describe_rule",
    "find_bad_values",
    "get_creator",
    "has_rule",
    "hash_author",
]
