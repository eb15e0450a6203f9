"""Several tables on one sheet: one below the other, or side by side, each taken for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.exports.cellbase import to_arrow
from xhs_toolkit.exports.headers import SEARCHED_ROWS, Known, find_header
from xhs_toolkit.exports.rows import find_blank
from xhs_toolkit.exports.sheetbase import Sheet

MIN_NAMES = 3
"""Known headers a row must hold to open a table of its own: two may be data (图文, 视频)."""
MAX_SCANNED = 5_000
"""Rows of a sheet in which each row may open a table; in longer ones only those below a blank row."""
MAX_TABLES = 20
"""A sheet with more rows that look like headers explains columns, it does not hold so many tables."""

MAX_ASKED = 2_000
"""Different cells looked at."""
MIN_SHARE, LONGEST_NAME = 0.6, 40
"""Share of a header's cells that must be known, and the longest of them; exports' own keep both with room."""
_VALUE = re.compile(r"\d{4}|^[\d.,%+-]+$|://")

IsWhole = Callable[[Sequence[str]], bool]


def split_sheet(sheet: Sheet, known: Known, is_whole: IsWhole) -> list[Sheet]:
    """Take a sheet apart into its tables; one that holds a single table is returned as it is.

    A header repeated between the rows (a print of several pages) is blanked: it opens no table.

    Parameters
    ----------
    sheet : as opened.
    known : whether a header text means something.
    is_whole : whether headers have all that some kind of export needs: only such tables stand side by side.
    """
    if sheet.cells.size == 0 or _is_json(sheet):
        return [sheet]
    known = limit_questions(known, MAX_ASKED)
    sheet = blank_repeated_headers(sheet, known)
    starts = find_starts(sheet, known)
    if not 1 < len(starts) <= MAX_TABLES:
        return split_columns(sheet, known, is_whole)
    above = tuple(str(cell) for cell in sheet.cells.iloc[: starts[0]].to_numpy().ravel() if isinstance(cell, str))
    bounds = zip([0, *starts[1:]], [*starts[1:], len(sheet.cells)], strict=True)
    parts = [replace(_take_rows(sheet, first, end), above=above) for first, end in bounds]
    return [half for part in parts for half in split_columns(part, known, is_whole)]


def limit_questions(known: Known, limit: int) -> Known:
    """`known` for so many different texts; a hostile sheet has more, and of those nothing is known."""
    asked: dict[str, bool] = {}

    def ask(text: str) -> bool:
        if text not in asked:
            asked[text] = len(asked) < limit and known(text)
        return asked[text]

    return ask


def _is_json(sheet: Sheet) -> bool:
    return sheet.encoding is not None and sheet.cells.dtypes.eq(object).all()


def _take_rows(sheet: Sheet, first: int, end: int) -> Sheet:
    return replace(sheet, cells=sheet.cells.iloc[first:end].reset_index(drop=True), first_row=sheet.first_row + first)


# -------------------------------------------------------------------------- one below the other


def find_starts(sheet: Sheet, known: Known) -> list[int]:
    """Rows, from 0, at which a table begins: rows of known headers above rows that are none, and their titles."""
    places = _list_candidates(sheet)
    rows = dict(zip(places, sheet.cells.iloc[places].to_numpy(dtype=object), strict=True))
    found = [place for place in places if looks_like_header(rows[place], known)]
    tops = [place for place in found if place - 1 not in found and place + 1 < len(sheet.cells)]
    return [_go_up(sheet, place) for place in tops]


def _list_candidates(sheet: Sheet) -> list[int]:
    if len(sheet.cells) <= MAX_SCANNED:
        return list(range(len(sheet.cells)))
    below = np.flatnonzero(find_blank(sheet.cells).to_numpy())[:MAX_SCANNED] + 1
    return sorted({*range(SEARCHED_ROWS), *below[below < len(sheet.cells)].tolist()})


def _go_up(sheet: Sheet, place: int) -> int:
    """The first of the rows above a header that hold nothing or one text: the table's title."""
    while place and len(set(_list_texts(sheet.cells.iloc[place - 1]))) <= 1:
        place -= 1
    return place


def looks_like_header(cells: Sequence[object], known: Known) -> bool:
    """Whether a row is nothing but short texts, of which most, and three at least, are known headers."""
    texts = _list_texts(cells)
    if len(set(texts)) < MIN_NAMES or any(_VALUE.search(text) or len(text) > LONGEST_NAME for text in texts):
        return False
    return sum(map(known, texts)) >= max(MIN_NAMES, MIN_SHARE * len(texts))


def _list_texts(cells: Iterable[object]) -> list[str]:
    texts = (" ".join(str(cell).split()) for cell in cells if cell is not None and cell == cell)  # noqa: PLR0124
    return [text for text in texts if text]


def blank_repeated_headers(sheet: Sheet, known: Known) -> Sheet:
    """Blank the rows below a header that say the same again, cell by cell."""
    header = find_header(sheet, known)
    if header is None:
        return sheet
    names = list(sheet.cells.iloc[header.rows[-1]])
    filled = [place for place, name in enumerate(names) if isinstance(name, str) and name.strip()]
    again = np.ones(len(sheet.cells), dtype=bool)
    for place in filled:
        texts = to_arrow(sheet.cells.iloc[:, place].astype("str"))
        again &= _equals(texts, str(names[place]))
        if not again[header.first_data_row :].any():
            return sheet
    again[: header.first_data_row] = False
    cells = sheet.cells.copy()
    cells.loc[again] = ""
    return replace(sheet, cells=cells)


def _equals(texts: pa.Array, name: str) -> np.ndarray:
    return pc.equal(texts, name).fill_null(False).to_numpy(zero_copy_only=False)


# -------------------------------------------------------------------------------- side by side


def split_columns(sheet: Sheet, known: Known, is_whole: IsWhole) -> list[Sheet]:
    """Split where an empty column parts two tables that are each an export of their own."""
    header = find_header(sheet, known)
    if header is None:
        return [sheet]
    names = list(header.names)
    gaps = [place for place, name in enumerate(names) if not name and 0 < place < len(names) - 1]
    gaps = [place for place in gaps if find_blank(sheet.cells.iloc[header.first_data_row :, [place]]).all()]
    for gap in gaps:
        left, right = names[:gap], names[gap + 1 :]
        if all(sum(map(bool, side)) >= MIN_NAMES and is_whole([n for n in side if n]) for side in (left, right)):
            return [*_cut_at(sheet, gap, known, is_whole)]
    return [sheet]


def _cut_at(sheet: Sheet, gap: int, known: Known, is_whole: IsWhole) -> Iterator[Sheet]:
    for columns in (sheet.cells.columns[:gap], sheet.cells.columns[gap + 1 :]):
        part = sheet.cells[columns].set_axis(range(len(columns)), axis="columns")
        first = int(sheet.cells.columns.get_loc(columns[0]))
        merged = tuple(cell._replace(column=cell.column - first) for cell in sheet.merged if cell.column >= first)
        moved = replace(sheet, cells=part, merged=merged, first_column=sheet.first_column + first)
        yield from split_columns(moved, known, is_whole)
