"""A totals row (合计) against the rows it sums up."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.headers import find_averages
from xhs_toolkit.exports.layouts import Landing, Layout
from xhs_toolkit.exports.rows import Rows, find_column, read_column

SUMMED_TABLES = {"notes", "orders", "ad_days"}
NOT_SUMMED = {"followers", "viewers"}
"""People are not added up: one person may have viewed several notes."""
MAX_TOTALS = 100
"""Where a sheet has more totals rows, only the last is compared."""
TOLERANCE = 0.005
"""Relative difference that rounding (1.2万) may leave."""


def compare_totals(rows: Rows, layout: Layout, *, file: str, sheet: str | None) -> list[Problem]:
    """Report each total that is neither the sum of all rows above it nor of those since the total before it."""
    rows = rows._replace(totals=rows.totals[~find_averages(rows.totals)])
    if rows.totals.empty or layout.table not in SUMMED_TABLES:
        return []
    found = [
        item for landing in rows.landings if _is_summed(landing, layout) for item in _compare(landing, rows, layout)
    ]
    return [
        Problem(
            f"is the total in the file, but the rows above it add up to {added:,.0f}",
            "check whether rows were left out of the export; the rows are used",
            file=file,
            sheet=sheet,
            row=row,
            column=header,
            value=f"{total:,.0f}",
        )
        for row, header, total, added in found
    ]


def _is_summed(landing: Landing, layout: Layout) -> bool:
    column = find_column(str(landing.column), layout)
    return (
        landing.state == "read"
        and column is not None
        and column.kind in {"count", "money"}
        and column.name not in NOT_SUMMED
    )


def _compare(landing: Landing, rows: Rows, layout: Layout) -> Iterator[tuple[int, str, float, float]]:
    """Row, header, total and sum of each total that does not tie."""
    checked = rows.totals if len(rows.totals) <= MAX_TOTALS else rows.totals.tail(1)
    totals = read_column(checked.iloc[:, landing.position], landing, layout).values  # noqa: PD011
    figures = rows.frame[landing.column]
    before = 0
    for row, total in totals.items():
        above = figures[figures.index < row] if (figures.index < row).any() else figures
        options = (float(above.sum()), float(figures[(figures.index > before) & (figures.index < row)].sum()))
        if pd.notna(total) and not any(_is_near(total, added) for added in options):
            yield int(row), landing.header, float(total), options[0]
        before = row


def _is_near(total: float, added: float) -> bool:
    return abs(total - added) <= TOLERANCE * max(abs(total), abs(added))
