"""The canonical tables: what a creator, note, placement, ad day and outcome row is."""

from __future__ import annotations

from xhs_toolkit.tables.bookings import BOOKINGS
from xhs_toolkit.tables.common import FORMATS, OUTCOME_METRICS, PLACEMENT_KINDS, PROVENANCE, SCOPES
from xhs_toolkit.tables.creators import BASELINES, CREATORS, FOLLOWER_COUNTS, RANKINGS, get_creator
from xhs_toolkit.tables.derived import DERIVED
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
from xhs_toolkit.tables.thread import THREAD, check_thread

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

RECORDS: dict[str, Table] = {table.name: table for table in (BOOKINGS, THREAD)}
"""What the toolkit itself makes of the tables, once, for all steps to read."""

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
]
