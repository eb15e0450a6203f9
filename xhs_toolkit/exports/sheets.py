"""Open any export: xlsx, xls, csv, tsv, json, jsonl, by what the file holds and not by what it is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from xhs_toolkit.decoding import DecodingError, Text, decode_text
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.delimited import read_delimited, undo_twice
from xhs_toolkit.exports.sheetbase import (
    MAX_JSON_BYTES,
    MAX_OBJECT_CELLS,
    MAX_TEXT_BYTES,
    Content,
    Sheet,
    check_cells,
    check_path,
    check_size,
    check_width,
    cut_long_texts,
    read_bytes,
    refuse,
    shown_name,
)
from xhs_toolkit.exports.workbooks import read_web_tables, read_xls, read_xlsx

MAX_DEPTH = 12
MAX_LISTS = 20
MAX_PART_KEYS = 3
_STATE = (
    "code",
    "msg",
    "message",
    "success",
    "status",
    "result",
    "data",
    "error",
    "error_code",
    "ret",
    "guid",
    "timestamp",
)
_PAGING = (
    "total",
    "count",
    "page",
    "pagenum",
    "pagesize",
    "page_num",
    "page_size",
    "totalpage",
    "total_page",
    "cursor",
)
_TRACE = ("hasmore", "has_more", "time", "traceid", "trace_id", "requestid", "request_id")
_ENVELOPE = frozenset((*_STATE, *_PAGING, *_TRACE))
"""Keys that wrap a response and belong to no record."""

_HALF_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_REPLACED = r"\1\\ufffd"
"""Half of a character (an emoji cut in two) is no text; it is shown as the mark for that."""

Record = dict[str, Any]


def read_json(path: Path, text: Text) -> list[Content]:
    """Read one sheet from each list of records in the file.

    A list of objects, an object that holds lists of objects (``data.list``), a list of such responses, one object
    a line, or one object alone. Whole numbers keep every digit; NaN is missing.
    """
    check_size(path, len(text.data), MAX_JSON_BYTES)
    check_cells(path, sum(text.data.count(mark) for mark in (b",", b"{", b"[")), MAX_OBJECT_CELLS)
    try:
        repeated: set[str] = set()
        value = _parse(path, _HALF_PAIR.sub(_REPLACED, str(text)), repeated)
        found = find_records(value)
        if not found:
            raise refuse(path, "holds no list of records", "export a list of objects, one a note or creator")
        if len(found) > MAX_LISTS:
            raise refuse(
                path, f"holds {len(found)} lists of records", "keep the list that matters in a file of its own"
            )
        contents = [_to_content(path, name, records) for name, records in found.items()]
    except RecursionError as error:
        raise refuse(path, "is nested too deeply", "export a list of plain records") from error
    told = (_tell_repeated(path, repeated),) if repeated else ()
    return [content._replace(encoding=text.encoding, problems=(*content.problems, *told)) for content in contents]


def _tell_repeated(path: Path, names: set[str]) -> Problem:
    listed = ", ".join(sorted(names)[:5])
    return Problem(
        f"a record holds a field twice ({listed}); the last counts", "export it again", file=shown_name(path)
    )


def _parse(path: Path, text: str, repeated: set[str]) -> Any:
    """The values of a text; names that an object has twice are added to `repeated`."""

    def join(pairs: list[tuple[str, Any]]) -> Record:
        record = dict(pairs)
        if len(record) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.update(name for name in record if names.count(name) > 1)
        return record

    try:
        return json.loads(text, parse_constant=_read_constant, object_pairs_hook=join)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return list(_parse_lines(path, text, join))
        raise refuse(
            path, f"is not valid JSON ({error.msg})", "export it again; it may be cut off", row=error.lineno
        ) from error
    except ValueError as error:
        raise refuse(path, "holds a number of thousands of digits", "export it again") from error


def _parse_lines(path: Path, text: str, join: Callable[[list[tuple[str, Any]]], Record]) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line, parse_constant=_read_constant, object_pairs_hook=join)
        except ValueError as error:
            raise refuse(
                path, "the line is not valid JSON", "export it again; it may be cut off", row=number
            ) from error


def _read_constant(name: str) -> str | None:
    return None if name == "NaN" else name


def find_records(value: Any) -> dict[str | None, list[Record]]:
    """Lists of records by where they stand: None for the whole file, ``data.list`` for one inside.

    >>> find_records({"code": 0, "data": {"list": [{"a": 1}]}})
    {'data.list': [{'a': 1}]}
    >>> find_records([{"a": 1}, {"a": 2}])
    {None: [{'a': 1}, {'a': 2}]}
    """
    if isinstance(value, list):
        if not value or not all(isinstance(item, dict) for item in value):
            return {}
        return _join_pages(value) or {None: value}
    if not isinstance(value, dict) or not value:
        return {}
    return dict(_find_lists(value, "")) or dict([_find_single(value)])


def _join_pages(items: list[Record]) -> dict[str | None, list[Record]]:
    """A list of responses, each with lists at the same places, is one list a place."""
    joined: dict[str | None, list[Record]] = {}
    if not any(_count_own(item) for item in items):
        for item in items:
            for place, records in _find_lists(item, ""):
                joined.setdefault(place, []).extend(records)
    return joined


def _find_lists(value: Record, place: str, depth: int = 0) -> Iterator[tuple[str, list[Record]]]:
    """Lists of records inside an object that has few values of its own: one with more is a record itself."""
    if _count_own(value) > 2 or depth > MAX_DEPTH:
        return
    for key, inner in value.items():
        here = f"{place}.{key}" if place else str(key)
        if isinstance(inner, dict):
            yield from _find_lists(inner, here, depth + 1)
        elif _holds_records(inner):
            yield here, inner


def _holds_records(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    return is_list and not all(map(_is_part, value))


def _is_part(record: Record) -> bool:
    """Whether an object is one share of a whole ({"group": "18-24", "percent": 0.42}), not a record of its own."""
    return "percent" in record and len(record) <= MAX_PART_KEYS


def _find_single(value: Record, place: str | None = None, depth: int = 0) -> tuple[str | None, list[Record]]:
    """The one record a response wraps."""
    inner = [(key, item) for key, item in value.items() if isinstance(item, dict) and item]
    has_lists = any(isinstance(item, list) and item for item in value.values())
    if len(inner) != 1 or has_lists or _count_own(value) or depth > MAX_DEPTH:
        return place, [value]
    key, item = inner[0]
    return _find_single(item, f"{place}.{key}" if place else str(key), depth + 1)


def _count_own(value: Record) -> int:
    """How many plain values an object has beside those that describe a response."""
    return sum(not isinstance(inner, (dict, list)) and key.lower() not in _ENVELOPE for key, inner in value.items())


def flatten(record: Record) -> Record:
    """One level: nested keys joined by a dot, lists of plain values by commas, other lists as JSON text.

    >>> flatten({"user": {"id": 1}, "tags": ["a", "b"], "ages": [{"group": "18-24"}]})
    {'user.id': 1, 'tags': 'a,b', 'ages': '[{"group": "18-24"}]'}
    """
    flat: Record = {}
    for key, value in _flatten(record, "", 0):
        name = key
        while name in flat:
            name += "'"
        flat[name] = value
    return flat


def _flatten(record: Record, place: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        name = f"{place}.{key}" if place else str(key)
        if isinstance(value, dict) and depth < MAX_DEPTH and value:
            yield from _flatten(value, name, depth + 1)
        else:
            yield name, _to_cell(value)


def _to_cell(value: Any) -> Any:
    if not isinstance(value, (list, dict)):
        return value
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return ",".join(_write(item) for item in value if item is not None)
    return json.dumps(value, ensure_ascii=False)


def _write(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def _to_content(path: Path, name: str | None, records: list[Record]) -> Content:
    keys: dict[str, None] = {}
    rows = []
    for record in records:
        row = flatten(record)
        if not row.keys() <= keys.keys():
            keys.update(dict.fromkeys(row))
            check_width(path, len(keys))
        rows.append(row)
        check_cells(path, len(rows) * len(keys), MAX_OBJECT_CELLS)
    if not keys:
        raise refuse(path, "holds records without any field", "export it again")
    columns = {place: [key, *[row.get(key) for row in rows]] for place, key in enumerate(keys)}
    cells, problems = cut_long_texts(path, pd.DataFrame(columns, dtype=object))
    return Content(name, cells, problems=problems)


_SKIPPED = re.compile(r"^(\..*|~\$.*|readme(\..*)?|thumbs\.db|desktop\.ini|__macosx)$", re.IGNORECASE)
_MAX_LISTED = 10_000
_JSON_ENDINGS = {".json", ".jsonl", ".ndjson"}

_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a rar archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"SQLite format 3": "a database",
}


def list_data_files(folder: Path) -> list[Path]:
    """Files to read in a folder and one level of sub-folders, sorted by path.

    README files, hidden files, lock files (``~$``) and system files are left out. Links are listed, not followed:
    `open_file` refuses those that leave the folder.
    """
    if not folder.is_dir():
        raise refuse(folder, "is not a folder", "make the folder and put the exported files into it")
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if _SKIPPED.match(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            found += [
                inner for inner in sorted(path.iterdir()) if not _SKIPPED.match(inner.name) and not inner.is_dir()
            ]
        else:
            found.append(path)
    if len(found) > _MAX_LISTED:
        raise refuse(folder, f"holds {len(found):,} files", "keep only the exports of this campaign in it")
    return found


def open_file(path: Path, *, within: Path | None = None) -> list[Sheet]:
    """Open a file and give its sheets as stored, empty ones too.

    Parameters
    ----------
    path : the file.
    within : the folder the file must really lie in, links followed; by default the folder it is listed in.

    Raises
    ------
    ExportError
        The file is hostile, damaged, protected, no table, or holds nothing.
    """
    path = check_path(path, within)
    modified_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    contents = _find_reader(path)(path)
    sheets = [_to_sheet(path, content, modified_at) for content in contents]
    if not any(sheet.cells.size for sheet in sheets):
        raise refuse(path, "holds no cells", "export it again")
    return sheets


def _to_sheet(path: Path, content: Content, modified_at: datetime) -> Sheet:
    return Sheet(
        file=shown_name(path),
        name=content.name,
        cells=content.cells,
        created_at=content.created_at,
        modified_at=modified_at,
        encoding=content.encoding,
        problems=content.problems,
        merged=content.merged,
    )


def _find_reader(path: Path) -> Callable[[Path], list[Content]]:
    """The reader for what the file's first bytes say it is."""
    head = _read_head(path)
    if not head:
        raise refuse(path, "is empty", "export it again")
    if head.startswith(b"PK"):
        return read_xlsx
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return read_xls
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise refuse(path, f"is {name}, not a table", "export it as xlsx or csv")
    return _read_text


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4_096)
    except OSError as error:
        raise refuse(path, "cannot be opened", "close it in other programs and check your access to it") from error


def _read_text(path: Path) -> list[Content]:
    """Read a text file by what its first characters look like."""
    try:
        text = decode_text(read_bytes(path, MAX_TEXT_BYTES))
    except DecodingError as error:
        raise refuse(path, error.what, error.fix) from error
    if text.encoding == "utf-8":
        text = text._replace(data=undo_twice(text.data))
    start = text.data[:4_096].lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise refuse(path, "is an XML table of Excel 2003", "open it in Excel and save it as xlsx")
    if re.match(rb"<(!doctype|html|head|body|table|meta|style|div|!--)", start):
        return read_web_tables(path, text)
    if path.suffix.lower() in _JSON_ENDINGS or re.match(rb'\{\s*"|\[\s*\{', start):
        return read_json(path, text)
    return read_delimited(path, text)
