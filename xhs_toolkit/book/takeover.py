"""A tracker kept by hand, taken over into the book: what the readers understand, and every other column as it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.book.columns import find_column, read_cell, read_plain
from xhs_toolkit.book.merge import Row
from xhs_toolkit.book.told import list_deliverables
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.exports.sheets import open_file
from xhs_toolkit.ledger import make_bookings
from xhs_toolkit.tables import PLACEMENTS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import Exports
    from xhs_toolkit.exports.sheetbase import Sheet


IN_BOOK = frozenset(
    {*PLACEMENTS.names, *("price_cny", "creator_link", "note_link", "title")} - {"status", "as_of", "placement_id"}
)
"""Columns of the readers whose values stand in the book under its own names; a status in its words is kept beside."""


def read_tracker(path: Path, *, campaign: Campaign) -> tuple[list[Row], tuple[Problem, ...]]:
    """Rows of the book that a tracker holds, and what its reader asks.

    Raises
    ------
    CampaignError : the file is missing, or holds no row that names a creator or a note.
    """
    if not path.is_file():
        raise CampaignError(f"There is no file {path}.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy2(path, folder)
        exports = read_exports(Path(folder), campaign=campaign)
    notes = make_latest(exports.tables["notes"])
    bookings, _ = make_bookings(exports.tables, notes=notes, campaign=campaign)
    rows = list_deliverables(
        bookings,
        notes=notes,
        placements=exports.tables["placements"],
        thread=None,
        plan=None,
        decisions=pd.DataFrame(columns=["creator_id", "decision", "reason"]),
        campaign=campaign,
    )
    if not rows:
        problem = Problem("holds no row of a creator with a price, a state or a note", "xhs check --explain", path.name)
        raise CampaignError("The tracker cannot be taken over.", [problem, *exports.problems])
    return _add_further(rows, path, exports), exports.problems


def _add_further(rows: list[Row], path: Path, exports: Exports) -> list[Row]:
    """Beside each row the cells of its line that the readers have no column for, under the book's name or their own."""
    cells = {place: told for sheet in open_file(path) for place, told in _list_lines(sheet, exports)}
    told = []
    for row in rows:
        further = cells.get(str(row.pop("source")), {})
        told.append({**further, **{name: value for name, value in row.items() if value is not None}})
    return told


def _list_lines(sheet: Sheet, exports: Exports) -> Iterator[tuple[str, Row]]:
    """Each line of a sheet by its place, with what stands under headers that are not read."""
    about = exports.headers
    about = about[about["file"].eq(sheet.file) & (about["sheet"].eq(sheet.name) if sheet.name else True)]
    is_kept = about["state"].eq("ignored") | (about["state"].eq("read") & ~about["column"].isin(IN_BOOK))
    unread = set(about.loc[is_kept, "header"])
    table = sheet.cells.astype(object)
    named = table.isin(set(about["header"]))
    if not unread or not named.any(axis=None):
        return
    header = table.loc[named.sum(axis=1).idxmax()]
    columns = {place: name for place, name in header.items() if name in unread}
    for number, line in table.iterrows():
        told = {find_column(name) or str(name): read_plain(line[place]) for place, name in columns.items()}
        row = {name: read_cell(value, name) for name, value in told.items() if value is not None}
        yield f"{sheet.file}{sheet.name or ''}#{int(number) + 1}", row
