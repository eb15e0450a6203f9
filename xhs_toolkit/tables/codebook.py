"""The canonical tables, read from ``templates/codebook/``: a line a table, a line a column; and the thread's."""

from __future__ import annotations

from typing import Any

import pandas as pd

from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.errors import Problem, TableError
from xhs_toolkit.tables.schema import Column, Table, check_table

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


BOOKINGS = RECORDS["bookings"]

ITEMS = BOOKINGS["item"].options
CONTENT_ITEMS = ("creator_fee", "service_fee", "rebate", "product", "shipping")
AD_ITEMS = ("feed_ads", "video_feed_ads", "search_ads", "mixed_ads")
"""Mixed ads run in feed and search alike, or no report says where they ran."""

STATES = BOOKINGS["state"].options
"""How far an item has come, in this order; a cancelled one costs nothing."""

DELIVERED = ("posted", "paid")
"""States whose amounts are what the campaign cost; `COMMITTED` are still to come."""
COMMITTED = ("agreed", "sent")

AMOUNT_SOURCES = BOOKINGS["amount_source"].options
"""Where an amount comes from, the strongest first: of several that tell one item of one note, one counts."""


THREAD = RECORDS["thread"]


def check_thread(thread: pd.DataFrame) -> pd.DataFrame:
    """Return the thread conformed, or raise one `TableError` that names every creator who breaks its laws.

    A creator stands in one row. Who is on a later list is on each earlier one, unless a person said keep; nobody whom
    a person dropped is on the shortlist or the roster, nor anybody flagged without a person's keep.

    Raises
    ------
    TableError : with one problem a creator and law.
    """
    checked = check_table(thread, THREAD)
    kept, dropped = checked["decision"].eq("keep"), checked["decision"].eq("drop")
    laws = {
        "stands in more than one row": checked["creator_id"].duplicated(keep="first"),
        "is on the shortlist and not on the long list": checked["on_shortlist"] & ~checked["on_long_list"] & ~kept,
        "is on the roster and not on the shortlist": checked["on_roster"] & ~checked["on_shortlist"],
        "was dropped by a person and is on a list": dropped & (checked["on_shortlist"] | checked["on_roster"]),
        "is flagged and on the roster without a person's keep": checked["flagged"] & checked["on_roster"] & ~kept,
    }
    problems = [
        Problem(what, "a later step only narrows an earlier one", column="creator_id", value=creator)
        for what, broken in laws.items()
        for creator in checked.loc[broken.astype(bool), "creator_id"]
    ]
    if problems:
        raise TableError("The thread contradicts itself:", problems)
    return checked
