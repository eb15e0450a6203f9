"""What a file becomes before anyone asks what it means: sheets of cells, and the limits they keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.errors import ExportError, Problem

MAX_TEXT_BYTES = 1_000_000_000
MAX_JSON_BYTES = 150_000_000
MAX_WORKBOOK_BYTES = 200_000_000
MAX_COLUMNS = 2_000
"""The widest export known has under 200 columns."""
MAX_CELLS = 60_000_000
MAX_OBJECT_CELLS = 15_000_000
"""Cells kept as Python objects (workbooks, JSON, ragged text files): about 2 GB."""
MAX_CELL_CHARACTERS = 32_767
"""What a cell of a workbook can hold; longer ones are cut and reported."""

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


class Merged(NamedTuple):
    """A cell that reaches over several rows; places in the sheet, from 0."""

    column: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The cells of one sheet as stored, no header interpreted.

    Parameters
    ----------
    file : name of the file.
    name : name of the sheet; of the list inside a JSON object; None where there is only one.
    cells : row ``i`` of the frame is row ``i + 1`` of the file; columns are numbered from 0. From csv and tsv
        every column is pandas ``str`` (Arrow memory), an empty cell is ``""``. From workbooks and JSON
        columns are ``object``: str, float, int (JSON only), bool, datetime, date, time, timedelta; an empty
        cell is ``""`` in a workbook and None in JSON. The first row of JSON is its keys, nested ones joined by a dot.
    created_at : when the file says it was made (UTC); None when it does not say.
    modified_at : the file's date on disk (UTC).
    encoding : of text files; None for workbooks.
    problems : what was cut or left out while reading.
    first_row, first_column : row and column of the file, from 0, in which `cells` begin: not 0 for a table below
        another, or beside one.
    above : texts above the first table of the sheet, for a table that is not the first.
    merged : cells that reach over several rows: column, first and last row, from 0 as in the file.
    """

    file: str
    name: str | None
    cells: pd.DataFrame
    created_at: datetime | None
    modified_at: datetime
    encoding: str | None = None
    problems: tuple[Problem, ...] = ()
    first_row: int = 0
    first_column: int = 0
    above: tuple[str, ...] = ()
    merged: tuple[Merged, ...] = ()


class Content(NamedTuple):
    """What a reader of one file type finds; `open_file` makes it a `Sheet`."""

    name: str | None
    cells: pd.DataFrame
    encoding: str | None = None
    created_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    merged: tuple[Merged, ...] = ()


def refuse(path: Path, what: str, fix: str, *, row: int | None = None, sheet: str | None = None) -> ExportError:
    """The error for a file that is not read; raise what this returns."""
    name = shown_name(path)
    return ExportError(f"{name} cannot be read:", [Problem(what, fix, file=name, row=row, sheet=sheet)])


def shown_name(path: Path) -> str:
    """A file's name for messages and tables: no control characters, no undecodable bytes."""
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if mark.isprintable() else "�" for mark in name)


def check_size(path: Path, n_bytes: int, limit: int) -> None:
    """Refuse files too large for memory."""
    if n_bytes > limit:
        raise refuse(path, f"is larger than {limit / 1e6:,.0f} MB", "split it by date, or save it as plain csv")


def check_width(path: Path, n_columns: int, *, sheet: str | None = None) -> None:
    """Refuse absurdly wide sheets."""
    if n_columns > MAX_COLUMNS:
        raise refuse(
            path,
            f"has {n_columns:,} columns; up to {MAX_COLUMNS:,} are read",
            "keep the columns of the export",
            sheet=sheet,
        )


def check_cells(path: Path, n_cells: int, limit: int) -> None:
    """Refuse more cells than memory allows for."""
    if n_cells > limit:
        raise refuse(
            path, f"has about {n_cells:,} cells; up to {limit:,} are read", "split it by date, or save it as plain csv"
        )


def cut_long_texts(
    path: Path, cells: pd.DataFrame, *, sheet: str | None = None
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Cut texts beyond `MAX_CELL_CHARACTERS`, and say where."""
    problems: list[Problem] = []
    for place in range(cells.shape[1]):
        column = cells.iloc[:, place]
        rows = _find_long(column)
        if len(rows):
            cells = cells.copy(deep=False)
            cells.isetitem(place, _cut(column, rows))
            problems += [_tell_cut(path, sheet, int(row) + 1, place + 1) for row in rows]
    return cells, tuple(problems)


def _cut(column: pd.Series, rows: np.ndarray) -> pd.Series:
    shorter = column.copy()
    shorter.iloc[rows] = [column.iloc[row][:MAX_CELL_CHARACTERS] for row in rows]
    return shorter


def _find_long(column: pd.Series) -> np.ndarray:
    if column.dtype == TEXT:
        n_bytes = pc.max(pc.binary_length(pa.array(column.array))).as_py() or 0
        return np.flatnonzero(column.str.len() > MAX_CELL_CHARACTERS) if n_bytes > MAX_CELL_CHARACTERS else np.array([])
    cells = column.to_numpy().tolist()
    return np.array([at for at, cell in enumerate(cells) if type(cell) is str and len(cell) > MAX_CELL_CHARACTERS])


def _tell_cut(path: Path, sheet: str | None, row: int, column: int) -> Problem:
    return Problem(
        f"the cell is longer than {MAX_CELL_CHARACTERS:,} characters and was cut",
        "check the file in a text editor",
        file=shown_name(path),
        sheet=sheet,
        row=row,
        column=str(column),
    )
