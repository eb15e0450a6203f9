"""The canonical tables: what a creator, note, placement, ad day and outcome row is."""

from __future__ import annotations

from xhs_toolkit.tables.common import FORMATS, OUTCOME_METRICS, PLACEMENT_KINDS, PROVENANCE, SCOPES
from xhs_toolkit.tables.creators import BASELINES, CREATORS, FOLLOWER_COUNTS, RANKINGS
from xhs_toolkit.tables.money import AD_DAYS, CODES, INVOICES, ORDERS, OUTCOMES, PLACEMENTS
from xhs_toolkit.tables.notes import COMMENTS, NOTES
from xhs_toolkit.tables.schema import (
    NUMERIC_KINDS,
    Column,
    Table,
    check_table,
    conform,
    describe_rule,
    find_bad_values,
    has_rule,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CREATORS,
        NOTES,
        PLACEMENTS,
        AD_DAYS,
        OUTCOMES,
        BASELINES,
        FOLLOWER_COUNTS,
        COMMENTS,
        ORDERS,
        CODES,
        INVOICES,
        RANKINGS,
    )
}

__all__ = [
    "AD_DAYS",
    "BASELINES",
    "CODES",
    "COMMENTS",
    "CREATORS",
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
    "SCOPES",
    "TABLES",
    "Column",
    "Table",
    "check_table",
    "conform",
    "describe_rule",
    "find_bad_values",
    "has_rule",
]
