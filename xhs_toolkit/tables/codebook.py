"""The canonical tables, read from ``templates/codebook/``: a line a table, a line a column."""

from __future__ import annotations

from typing import Any

from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.tables.schema import Column, Table

SHARED = "shared"
"""Columns that several tables have; their line there gives the name alone."""


def _make_column(line: dict[str, str]) -> Column:
    fields: dict[str, Any] = {name: line[name] for name in ("kind", "label_en", "label_zh", "meaning", "unit")}
    fields |= {name: float(line[name]) for name in ("minimum", "maximum") if line[name]}
    return Column(line["column"], **fields, required=line["required"] == "yes", options=tuple(line["options"].split()))


def _read_columns() -> dict[str, dict[str, Column]]:
    """Table → its columns by name, in the file's order."""
    found: dict[str, dict[str, Column]] = {}
    for line in read_bundled_lines("codebook/columns.csv"):
        column = _make_column(line) if line["kind"] else found[SHARED][line["column"]]
        found.setdefault(line["table"], {})[column.name] = column
    return found


_COLUMNS = _read_columns()
_ALL = {
    line["table"]: Table(
        line["table"],
        line["label_en"],
        line["label_zh"],
        line["one_row_is"],
        tuple(line["key"].split()),
        tuple(_COLUMNS[line["table"]].values()),
    )
    for line in read_bundled_lines("codebook/tables.csv")
}

RECORDS: dict[str, Table] = {name: _ALL[name] for name in ("bookings", "thread")}
"""What the toolkit itself makes of the tables, once, for all steps to read."""

TABLES: dict[str, Table] = {name: table for name, table in _ALL.items() if name not in RECORDS}

DERIVED: tuple[Column, ...] = tuple(_COLUMNS["derived"].values())
"""Columns that the toolkit adds to the canonical ones, wherever a frame has them."""

PROVENANCE = ("source", "source_file", "source_sheet", "source_row", "synthetic")
"""Columns that say where a row came from."""
