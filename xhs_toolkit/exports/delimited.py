"""Text tables: csv, tsv and their relatives, in the encodings exports come in."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc_csv

from xhs_toolkit.decoding import Text
from xhs_toolkit.errors import FILE, Problem, list_names
from xhs_toolkit.exports.sheetbase import (
    MAX_CELLS,
    MAX_OBJECT_CELLS,
    MAX_TEXT_BYTES,
    TEXT,
    Content,
    check_cells,
    check_width,
    cut_long_texts,
    refuse,
    shown_name,
)

DELIMITERS = (",", "\t", ";")
_SNIFFED = 200_000
_PIECE = 1 << 20
MAX_ROWS_NAMED = 10
_MAX_ROWS = 10_000_000
_WESTERN = re.compile(rb"(?:\xc3[\x80-\xbf]|\xc2[\x80-\xbf]){4}")
"""Letters with accents one after the other: Chinese that was read as a western encoding and stored again."""
_CHINESE = re.compile("[一-鿿]")


def undo_twice(data: bytes) -> bytes:
    """The text of a file that was encoded twice (å°çº¢ä¹¦); any other as it is.

    >>> undo_twice("小红书,点赞".encode().decode("latin-1").encode()).decode()
    '小红书,点赞'
    """
    if not _WESTERN.search(data[:_SNIFFED]):
        return data
    text = data.decode("utf-8")
    for encoding in ("cp1252", "latin-1"):
        try:
            once = text.encode(encoding)
            if _CHINESE.search(once.decode("utf-8")[:_SNIFFED]) and not _CHINESE.search(text[:_SNIFFED]):
                return once
        except UnicodeError:
            continue
    return data


def read_delimited(path: Path, text: Text) -> list[Content]:
    """Read a text table; every column is text, an empty cell is an empty text."""
    csv.field_size_limit(MAX_TEXT_BYTES)
    body = _drop_stray_returns(text.data)
    if not (body[:_SNIFFED].strip() or body.strip()):
        raise refuse(path, "is empty", "export it again")
    if count_byte(body, b"\n") > _MAX_ROWS:
        raise refuse(path, f"has more than {_MAX_ROWS:,} lines", "split it by date")
    delimiter, widths = sniff(body, prefer="\t" if path.suffix.lower() == ".tsv" else ",")
    check_width(path, max(widths))
    cells = _read_fast(body, delimiter, widths)
    problems: tuple[Problem, ...] = ()
    if cells is None:
        cells, problems = _read_carefully(path, body, delimiter, is_ended=body.endswith(b"\n"))
    check_cells(path, cells.size, MAX_CELLS)
    cells, cuts = cut_long_texts(path, cells)
    return [Content(None, cells, encoding=text.encoding, problems=problems + cuts)]


def _drop_stray_returns(data: bytes) -> bytes:
    """Without carriage returns that end no line; a file that ends its lines with them alone keeps its lines."""
    if b"\r" not in data:
        return data
    n_returns, n_paired = _count_returns(data)
    if n_returns == n_paired:
        return data
    ends_lines = not n_paired and n_returns > count_byte(data, b"\n")
    return data.replace(b"\r", b"\n") if ends_lines else re.sub(rb"\r(?!\n)", b" ", data)


def count_byte(data: bytes | memoryview, byte: bytes) -> int:
    """How often a byte occurs; faster than `bytes.count` where it is frequent.

    >>> count_byte(b"a,b,c", b",")
    2
    """
    marks = np.frombuffer(data, dtype=np.uint8)
    pieces = (marks[at : at + _PIECE] for at in range(0, len(marks), _PIECE))
    return sum(int(np.count_nonzero(piece == ord(byte))) for piece in pieces)


def _count_returns(data: bytes) -> tuple[int, int]:
    """Carriage returns, and those directly before a line feed."""
    marks = np.frombuffer(data, dtype=np.uint8)
    n_returns = n_paired = 0
    for at in range(0, len(marks), _PIECE):
        returns = marks[at : at + _PIECE] == ord("\r")
        following = marks[at + 1 : at + 1 + _PIECE] == ord("\n")
        n_returns += int(np.count_nonzero(returns))
        n_paired += int(np.count_nonzero(returns[: len(following)] & following))
    return n_returns, n_paired


def sniff(data: bytes, *, prefer: str = ",") -> tuple[str, list[int]]:
    r"""Delimiter, and how many cells the first rows have with it.

    >>> sniff("名称;粉丝\na,b;1\n".encode())
    (';', [2, 2])
    """
    head = data[:_SNIFFED]
    if len(data) > _SNIFFED:
        head = head[: head.rfind(b"\n") + 1] or head
    text = codecs.decode(head, "utf-8", "ignore")
    found = {delimiter: _count_cells(text, delimiter) for delimiter in (prefer, *DELIMITERS)}
    best = max(found, key=lambda delimiter: _regularity(found[delimiter]))
    return best, found[best]


def _count_cells(text: str, delimiter: str) -> list[int]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [len(row) for row in itertools.islice(rows, 60)] or [1]
    except csv.Error:
        return [text.partition("\n")[0].count(delimiter) + 1]


def _regularity(widths: list[int]) -> float:
    """Share of the rows that have the usual width, where that is more than one cell."""
    filled = [width for width in widths if width > 1]
    return Counter(filled).most_common(1)[0][1] / len(widths) if filled else 0.0


def _read_fast(data: bytes, delimiter: str, widths: list[int]) -> pd.DataFrame | None:
    """Read with Arrow; None where rows differ in width or quotes do not match."""
    has_quotes = b'"' in data
    if has_quotes and count_byte(data, b'"') % 2:
        return None
    width = max(widths)
    if width > 1 and 2 * widths.count(width) < sum(found > 1 for found in widths):
        return None
    n_short = widths.index(width)
    start = _find_line(data, n_short)
    head = data[:start]
    if b'"' in head:
        return None
    body = memoryview(data)[start:]
    n_lines = count_byte(body, b"\n") + (not data.endswith(b"\n"))
    table = _read_table(body, delimiter, width, breaks=False)
    if has_quotes and (table is None or table.num_rows != n_lines):
        table = _read_table(body, delimiter, width, breaks=True)
    return None if table is None else _to_frame(_preamble(head, delimiter, width), table)


def _read_table(body: memoryview, delimiter: str, width: int, *, breaks: bool) -> pa.Table | None:
    """Every cell as text; `breaks`: look out for line breaks inside quotes, which takes longer."""
    names = [f"f{place}" for place in range(width)]
    try:
        return pc_csv.read_csv(
            pa.BufferReader(body),
            read_options=pc_csv.ReadOptions(column_names=names, block_size=4_000_000),
            parse_options=pc_csv.ParseOptions(delimiter=delimiter, newlines_in_values=breaks, ignore_empty_lines=False),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None


def _find_line(data: bytes, number: int) -> int:
    """Where line `number` (from 0) starts."""
    start = 0
    for _ in range(number):
        start = data.index(b"\n", start) + 1
    return start


def _preamble(head: bytes, delimiter: str, width: int) -> list[list[str]]:
    rows = csv.reader(io.StringIO(head.decode("utf-8"), newline=""), delimiter=delimiter)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _to_frame(head: list[list[str]], table: pa.Table) -> pd.DataFrame:
    columns = {}
    for place, column in enumerate(table.columns):
        first = pa.array([row[place] for row in head], pa.large_string())
        chunks = [first, *column.chunks] if head else column.chunks
        columns[place] = pd.arrays.ArrowStringArray(pa.chunked_array(chunks, pa.large_string()), dtype=TEXT)
    return pd.DataFrame(columns, copy=False)


def _read_carefully(
    path: Path, data: bytes, delimiter: str, *, is_ended: bool
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read with the standard library, for rows of different widths; `is_ended`: whether the last line is ended."""
    text = data.decode("utf-8")
    try:
        rows = list(_bounded_rows(path, text, delimiter, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise refuse(
                path, 'a quotation mark (") is opened and never closed', "export it again, or save it as xlsx"
            ) from error
        rows = list(_lenient_rows(path, text, delimiter))
    problems = _square(path, rows, is_ended=is_ended)
    arrays = (pa.array(column, pa.large_string()) for column in zip(*rows, strict=True))
    cells = {place: pd.arrays.ArrowStringArray(array, dtype=TEXT) for place, array in enumerate(arrays)}
    return pd.DataFrame(cells, copy=False), problems


def _square(path: Path, rows: list[list[str]], *, is_ended: bool) -> tuple[Problem, ...]:
    """Bring rows to one width, in place: fill short ones, empty those whose extra cells have shifted the others.

    A file of which only the last row is short, and no line break ends it, was cut off there.
    """
    width = _find_width(rows)
    start = next(number for number, row in enumerate(rows) if len(row) >= width)
    for row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
    wide = [number for number, row in enumerate(rows, start=1) if len(row) > width]
    narrow = [number for number, row in enumerate(rows, start=1) if 0 < len(row) < width and number > start]
    for row in rows:
        row[:] = [*row, *[""] * (width - len(row))] if len(row) <= width else [""] * width
    named = [list_names(at, most=MAX_ROWS_NAMED) for at in (wide, narrow)]
    more = f"{len(wide)} row(s) have more than the table's {width} cells and were left out: row {named[0]}"
    fewer = f"{len(narrow)} row(s) have less than the table's {width} cells, read as empty: row {named[1]}"
    fix = "look for a comma or line break inside a cell, or save the file as xlsx"
    told = [Problem(what, fix, file=shown_name(path), row=at[0]) for what, at in ((more, wide), (fewer, narrow)) if at]
    if narrow == [len(rows)] and not is_ended:
        cut = f"ends inside row {len(rows)}, which has less than the table's {width} cells: it was cut off there"
        told[-1] = Problem(cut, "export or download it again", file=shown_name(path), row=len(rows), topic=FILE)
    return tuple(told)


def _find_width(rows: list[list[str]]) -> int:
    """Width of the table: what at least half of its rows have, else that of the widest row."""
    widths = Counter(len(row) for row in rows if len(row) > 1) or Counter([1])
    width, n_rows = widths.most_common(1)[0]
    return width if n_rows >= 0.5 * widths.total() else max(widths)


def _bounded_rows(path: Path, text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    n_rows = widest = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict):
        n_rows, widest = n_rows + 1, max(widest, len(row))
        check_width(path, widest)
        check_cells(path, n_rows * widest, MAX_OBJECT_CELLS)
        yield row


def _lenient_rows(path: Path, text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from _bounded_rows(path, text, delimiter, strict=False)
    except csv.Error as error:
        raise refuse(
            path,
            f"cannot be split into rows and cells ({error})",
            "look for a stray quotation mark, or save it as xlsx",
        ) from error
