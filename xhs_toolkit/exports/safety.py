"""What a file must pass before it is opened: a path inside its folder, and a workbook that stays small once unpacked.

A workbook is a zip of XML. Its parts are unpacked here piece by piece, without trusting the sizes the zip
declares, to learn how far the sheets reach and how much text they repeat. No XML is parsed, so no entity is expanded.
"""

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
from pathlib import Path
from typing import NamedTuple

import numpy as np

from xhs_toolkit.exports.sheetbase import (
    MAX_OBJECT_CELLS,
    MAX_WORKBOOK_BYTES,
    check_cells,
    check_size,
    check_width,
    refuse,
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
