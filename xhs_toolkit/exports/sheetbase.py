"""What a file becomes before anyone asks what it means, and what it must pass before it is opened."""

from __future__ import annotations

import itertools
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
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


MAX_PARTS = 5_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 400
"""Deflate reaches 1,032; sheets of repeated rows stay under 200."""
RATIO_FROM = 10_000_000
MAX_REPEATED_TEXT = 2_000_000_000
_PIECE = 8_000_000
_TAGS_A_CELL = 4
_BLANK = np.isin(np.arange(256), np.frombuffer(b" \t\r\n\v\f", dtype=np.uint8))
_BOMB = ("unpacks to far more than its size", "do not open it; ask for a fresh export")
_DAMAGED = ("is damaged or cut off", "export or download it again")


_TRICKS = frozenset("\\\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks in a file's name that point elsewhere on Windows, or change the order in which the name is shown."""


class Reach(NamedTuple):
    """How far the cells of one part of a workbook go, and how much they refer to."""

    rows: int = 0
    columns: int = 0
    n_references: int = 0
    n_cells: int = 0
    n_tags: int = 0
    n_errors: int = 0

    def join(self, other: Reach) -> Reach:
        """The larger reach of two pieces; what is counted adds up."""
        return Reach(
            max(self.rows, other.rows),
            max(self.columns, other.columns),
            self.n_references + other.n_references,
            self.n_cells + other.n_cells,
            self.n_tags + other.n_tags,
            self.n_errors + other.n_errors,
        )


def check_path(path: Path, within: Path | None = None) -> Path:
    """Return the path if it is a plain file that lies inside `within` (default: its own folder)."""
    odd = next((mark for mark in path.name if unicodedata.category(mark) in {"Cc", "Cs"} or mark in _TRICKS), None)
    if odd is not None:
        raise refuse(path, f"the file's name holds the mark {odd!r}", "rename the file with plain letters")
    try:
        target, home = path.resolve(strict=True), (within or path.parent).resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise refuse(
            path, "does not exist or cannot be opened", "check the name, the link and your access to it"
        ) from error
    if not target.is_relative_to(home):
        raise refuse(path, "is a link to a place outside its folder", "copy the file itself into the folder")
    if not stat.S_ISREG(mode):
        raise refuse(path, "is a folder or a device, not a file", "put the exported files themselves into the folder")
    return path


def read_bytes(path: Path, limit: int) -> bytes:
    """The file's bytes, refused above `limit`; never reads more than that."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise refuse(path, "cannot be opened", "close it in other programs and check your access to it") from error
    check_size(path, len(data), limit)
    return data


class Parts(NamedTuple):
    """What a workbook consists of: names of its parts, and how many cells hold an error such as #DIV/0!."""

    names: list[str]
    n_errors: int


def check_workbook(path: Path) -> Parts:
    """Name the parts of an xlsx, after making sure that opening it needs bounded time and memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
        _check_directory(path, parts)
        reaches = {part.filename: _scan_part(path, part) for part in parts if part.file_size}
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError) as error:
        raise refuse(path, *_DAMAGED) from error
    check_cells(path, sum(reach.n_cells for reach in reaches.values()), MAX_OBJECT_CELLS)
    for reach in reaches.values():
        check_width(path, reach.columns)
        check_cells(path, reach.rows * reach.columns, MAX_OBJECT_CELLS)
    _check_repeated_text(path, parts, reaches)
    return Parts([part.filename for part in parts], sum(reach.n_errors for reach in reaches.values()))


def _check_directory(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(names) > MAX_PARTS or len(set(names)) < len(names):
        raise refuse(path, "has too many parts, or parts of the same name", "save it again in Excel as xlsx")
    if any(name.startswith(("/", "\\")) or ".." in Path(name.replace("\\", "/")).parts for name in names):
        raise refuse(path, "holds parts that point outside of it", "do not open it; ask for a fresh export")
    if any(part.flag_bits & 1 for part in parts):
        raise refuse(path, "is protected by a password", "save it without a password")
    if (
        sum(part.file_size for part in parts) > MAX_UNPACKED
        or sum(part.compress_size for part in parts) > MAX_WORKBOOK_BYTES
    ):
        raise refuse(path, *_BOMB)
    if any(part.file_size > max(RATIO_FROM, MAX_RATIO * part.compress_size) for part in parts):
        raise refuse(path, *_BOMB)


def unpack_part(path: Path, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one part in pieces, and stop at the size the zip declares."""
    with path.open("rb") as file:
        file.seek(part.header_offset)
        header = file.read(30)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        file.seek(name_length + extra_length, 1)
        packed = file.read(part.compress_size)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE))
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise refuse(path, "is packed in an unusual way", "save it again in Excel as xlsx")
    inflate, done = zlib.decompressobj(-15), 0
    while packed and not inflate.eof:
        piece = inflate.decompress(packed, _PIECE)
        packed, done = inflate.unconsumed_tail, done + len(piece)
        if done > part.file_size:
            raise refuse(path, *_BOMB)
        yield piece
    if not inflate.eof:
        raise refuse(path, *_DAMAGED)


def _scan_part(path: Path, part: zipfile.ZipInfo) -> Reach:
    """Reach of one part, tag by tag; a part that is no XML (a picture) is only unpacked."""
    reach, rest, in_row = Reach(), b"", 0
    pieces = unpack_part(path, part)
    first = next(pieces, b"")
    if b"<" not in first[:64]:
        deque(pieces, maxlen=0)
        return reach
    for piece in itertools.chain([first], pieces):
        chunk = rest + piece
        cut = chunk.rfind(b"<")
        if len(chunk) - cut > 2 * _PIECE:
            raise refuse(path, "holds a cell of many millions of characters", "ask for a fresh export")
        found, in_row = measure(chunk[:cut], in_row)
        reach, rest = reach.join(found), chunk[cut:]
        check_cells(path, max(reach.n_cells, reach.n_tags // _TAGS_A_CELL), MAX_OBJECT_CELLS)
    return reach.join(measure(rest, in_row)[0])


def measure(xml: bytes, in_row: int = 0) -> tuple[Reach, int]:
    """Reach of a piece of sheet XML, and how many cells its last row has so far.

    >>> measure(b'<row r="2"><c r="C2" t="s"><v>0</v></c></row>')[0]
    Reach(rows=2, columns=3, n_references=1, n_cells=1, n_tags=6, n_errors=0)
    """
    marks = np.frombuffer(xml + b"\0" * 16, dtype=np.uint8)
    equals = np.flatnonzero(marks[:-16] == ord("="))
    equals = equals[equals >= 2]
    if (_BLANK[marks[equals - 1]] | _BLANK[marks[equals + 1]]).any():
        joined = re.sub(rb"\s+", b" ", xml).replace(b" =", b"=").replace(b"= ", b"=")
        return measure(joined, in_row)
    named = _BLANK[marks[equals - 2]] & np.isin(marks[equals + 1], [34, 39])
    at = equals[named & (marks[equals - 1] == ord("r"))] + 2
    types = named & (marks[equals - 1] == ord("t"))
    n_references = int((types & (marks[equals + 2] == ord("s"))).sum())
    n_errors = int((types & (marks[equals + 2] == ord("e")) & np.isin(marks[equals + 3], [34, 39])).sum())
    columns, rows = _read_references(marks, at)
    n_named = int((columns > 0).sum())
    if len(at) and (columns.max() > 256 or rows.max() > 200_000):
        filled = ~_is_empty_tag(marks, at)
        columns, rows = columns[filled], rows[filled]
    opens = np.flatnonzero(marks == ord("<"))
    cells, starts = opens[_is_tag(marks, opens, b"c")], opens[_is_tag(marks, opens, b"row")]
    widest, in_row = _count_in_rows(cells, starts, in_row)
    width = int(columns.max(initial=0)) + (widest if n_named < len(cells) else 0)
    return Reach(int(rows.max(initial=0)), width, n_references, len(cells), len(opens), n_errors), in_row


def _read_references(marks: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of references such as ``AB12`` (column 0 for a bare row number)."""
    column, row = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    place = at.copy()
    for _ in range(5):
        letter = marks[place] & 0xDF
        is_letter = (letter >= 65) & (letter <= 90) & (row == 0)
        column = np.where(is_letter, column * 26 + letter - 64, column)
        place = place + is_letter
    for _ in range(9):
        digit = marks[place].astype(np.int64) - 48
        is_digit = (digit >= 0) & (digit <= 9)
        row = np.where(is_digit, row * 10 + digit, row)
        place = place + is_digit
    return column, row


def _is_empty_tag(marks: np.ndarray, at: np.ndarray) -> np.ndarray:
    """True where the tag around a place closes itself: a cell that has a format and no value."""
    ends = np.append(np.flatnonzero(marks == ord(">")), len(marks) - 1)
    return marks[ends[np.searchsorted(ends, at)] - 1] == ord("/")


def _count_in_rows(cells: np.ndarray, starts: np.ndarray, in_row: int) -> tuple[int, int]:
    """Most cells in one row, the open row of the piece before included, and cells in the last row."""
    counts = np.bincount(np.searchsorted(starts, cells), minlength=len(starts) + 1)
    counts[0] += in_row
    return int(counts.max()), int(counts[-1])


def _is_tag(marks: np.ndarray, opens: np.ndarray, name: bytes) -> np.ndarray:
    after = opens + len(name) + 1
    fits = np.isin(marks[np.minimum(after, len(marks) - 1)], np.frombuffer(b" \t\r\n>/", dtype=np.uint8))
    for place, letter in enumerate(name, start=1):
        fits &= marks[np.minimum(opens + place, len(marks) - 1)] == letter
    return fits


def _check_repeated_text(path: Path, parts: list[zipfile.ZipInfo], reaches: dict[str, Reach]) -> None:
    """Refuse a small table of long texts that very many cells point at."""
    shared = next((part for part in parts if part.filename.lower().endswith("sharedstrings.xml")), None)
    n_references = sum(reach.n_references for reach in reaches.values())
    if shared is None or n_references * shared.file_size < MAX_REPEATED_TEXT:
        return
    sizes = _sizes_of_shared_texts(b"".join(unpack_part(path, shared)))
    if n_references * int(sizes.max(initial=0)) < MAX_REPEATED_TEXT:
        return
    if _sum_of_referred(path, parts, sizes, n_references) > MAX_REPEATED_TEXT:
        raise refuse(path, *_BOMB)


def _sizes_of_shared_texts(xml: bytes) -> np.ndarray:
    """Bytes of each shared text, its tags included: from the end of one to the end of the next."""
    pattern = rb"</(?:\w{1,20}:)?si\s{0,20}>|<(?:\w{1,20}:)?si\s{0,20}/>"
    return np.diff(np.array([found.end() for found in re.finditer(pattern, xml)], dtype=np.int64), prepend=0)


def _sum_of_referred(path: Path, parts: list[zipfile.ZipInfo], sizes: np.ndarray, n_references: int) -> int:
    total = seen = 0
    pattern = rb"""t=["']s["'][^<>]{0,200}>\s{0,20}<(?:\w{1,20}:)?v[^<>]{0,200}>\s{0,20}([0-9]{1,9})"""
    for part in parts:
        if part.filename.lower().endswith(".xml") and "sheet" in part.filename.lower():
            numbers = np.array(re.findall(pattern, b"".join(unpack_part(path, part))), dtype=np.int64)
            seen += len(numbers)
            total += int(sizes[numbers[numbers < len(sizes)]].sum())
    return total if seen >= n_references else MAX_REPEATED_TEXT + 1
