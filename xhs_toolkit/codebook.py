"""The codebook page, derived from the canonical tables.

``python -m xhs_toolkit.codebook`` writes ``docs/codebook.md``; with ``--check`` it only compares.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from xhs_toolkit.tables import DERIVED, RECORDS, TABLES, Column, Table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "codebook.md"
INTRODUCTION = """# Codebook

What each column of the toolkit's tables holds. This page is written by `python -m xhs_toolkit.codebook`
from `xhs_toolkit/tables/`; change it there.

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the page is out of date")
    if not parser.parse_args(arguments).check:
        PAGE.write_text(make_codebook(), encoding="utf-8")
        return 0
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != make_codebook()
    if stale:
        sys.stderr.write("docs/codebook.md is out of date: run python -m xhs_toolkit.codebook\n")
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main())
