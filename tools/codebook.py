"""The codebook page, derived from the canonical tables."""

from __future__ import annotations

from xhs_toolkit.tables import DERIVED, RECORDS, TABLES, Column, Table

INTRODUCTION = """# Codebook

What each column of the toolkit's tables holds. This page is written by `python -m tools`
from `templates/codebook/`; change it there.

A missing value means "not measured" and is never 0. Shares and rates are fractions (0.123 = 12.3%).
Money is in CNY. Times are stored in UTC; naive times in a file are Beijing time.
"""
ADDED = """## Added columns

What `open_campaign` adds to the tables, wherever a frame has it.
"""
HEAD = ("| column | English | 中文 | kind | meaning |", "|---|---|---|---|---|")


def make_codebook() -> str:
    """Return the whole page as Markdown."""
    tables = (_describe_table(table) for table in (*TABLES.values(), *RECORDS.values()))
    return "\n".join([INTRODUCTION, *tables, ADDED, *HEAD, *map(_describe_column, DERIVED), ""])


def _describe_table(table: Table) -> str:
    rows = [_describe_column(column) for column in table]
    return "\n".join(
        [
            f"## {table.label_en} {table.label_zh} (`{table.name}`)",
            "",
            f"One row is {table.one_row_is}. Key: {', '.join(f'`{name}`' for name in table.key)}.",
            "",
            *HEAD,
            *rows,
            "",
        ]
    )


def _describe_column(column: Column) -> str:
    kind = f"{column.kind} ({column.unit})" if column.unit else column.kind
    options = f" One of: {', '.join(column.options)}." if column.options else ""
    required = " Required." if column.required else ""
    meaning = f"{column.meaning}.{options}{required}".replace("|", "\\|")
    return f"| `{column.name}` | {column.label_en} | {column.label_zh} | {kind} | {meaning} |"
