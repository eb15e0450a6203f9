"""Excel workbooks through calamine, what they store beside their values, and tables that were saved as web pages."""

from __future__ import annotations

import html
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.decoding import Text
from xhs_toolkit.errors import ExportError, Problem
from xhs_toolkit.exports.sheetbase import (
    MAX_JSON_BYTES,
    MAX_OBJECT_CELLS,
    MAX_WORKBOOK_BYTES,
    TEXT,
    Content,
    Merged,
    check_cells,
    check_size,
    check_width,
    check_workbook,
    cut_long_texts,
    refuse,
    shown_name,
    unpack_part,
)

MAX_SHEETS = 100
MAX_MERGED = 100_000
"""Merged cells of a sheet that are looked at."""
_PASSWORD = ("is protected by a password", "save it without a password")
_DAMAGED = ("is damaged or cut off", "open it in Excel and save it again as xlsx, or export it again")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_EXCEL = {
    "xl/workbook.bin": ("is a binary workbook (xlsb)", "save it as xlsx or csv"),
    "content.xml": ("is an OpenDocument file", "save it as xlsx or csv"),
    "word/document.xml": ("is a Word document", "save the table in it as xlsx or csv"),
    "ppt/presentation.xml": ("is a presentation", "export the table in it as xlsx or csv"),
}


def read_xlsx(path: Path) -> list[Content]:
    """Read every visible sheet of an xlsx, xlsm or a workbook under a wrong extension."""
    check_size(path, path.stat().st_size, MAX_WORKBOOK_BYTES)
    parts = check_workbook(path)
    for name, (what, fix) in _NOT_EXCEL.items():
        if name in parts.names:
            raise refuse(path, what, fix)
    if not any(name.lower().endswith("workbook.xml") for name in parts.names):
        raise refuse(path, "is a zip archive, not a workbook", "unpack it and put the files inside into the folder")
    created_at = _read_created_at(path)
    contents = [content._replace(created_at=created_at) for content in _read_sheets(path)]
    if not parts.n_errors or not contents:
        return contents
    first = contents[0]
    return [first._replace(problems=(*first.problems, _tell_errors(path, parts.n_errors))), *contents[1:]]


def read_xls(path: Path) -> list[Content]:
    """Read every visible sheet of an old binary xls."""
    check_size(path, path.stat().st_size, MAX_WORKBOOK_BYTES)
    if _ENCRYPTED in path.read_bytes():
        raise refuse(path, *_PASSWORD)
    return list(_read_sheets(path))


def _read_sheets(path: Path) -> Iterator[Content]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            yield from _convert_sheets(path, workbook)
    except PasswordError as error:
        raise refuse(path, *_PASSWORD) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise refuse(path, *_DAMAGED) from error
    except BaseException as error:
        # A panic inside the reader is a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(path, *_DAMAGED) from error


def _convert_sheets(path: Path, workbook: object) -> Iterator[Content]:
    kinds = workbook.sheets_metadata  # type: ignore[attr-defined]
    if len(kinds) > MAX_SHEETS:
        raise refuse(path, f"has {len(kinds):,} sheets; up to {MAX_SHEETS} are read", "split the workbook")
    n_cells = 0
    for place, kind in enumerate(kinds):
        if not str(kind.typ).endswith("WorkSheet"):
            continue
        if not str(kind.visible).endswith(".Visible"):
            what, fix = "the sheet is hidden and was not read", "unhide it if it counts"
            hidden = Problem(what, fix, file=shown_name(path), sheet=kind.name)
            yield Content(kind.name, pd.DataFrame(), problems=(hidden,))
            continue
        sheet = workbook.get_sheet_by_index(place)  # type: ignore[attr-defined]
        height, width = sheet.total_height, sheet.total_width
        check_width(path, width, sheet=kind.name)
        n_cells += height * width
        check_cells(path, n_cells, MAX_OBJECT_CELLS)
        cells = pd.DataFrame(sheet.to_python(skip_empty_area=False), dtype=object)
        cells, problems = cut_long_texts(path, cells, sheet=kind.name)
        yield Content(kind.name, cells, problems=problems, merged=tuple(_list_merged(sheet)))


def _list_merged(sheet: object) -> Iterator[Merged]:
    """Cells that reach over several rows of one column, in the order of the file; of very many the first."""
    ranges = getattr(sheet, "merged_cell_ranges", None) or ()
    for (top, left), (bottom, right) in itertools.islice(ranges, MAX_MERGED):
        if bottom > top and left == right:
            yield Merged(left, top, bottom)


def _tell_errors(path: Path, n_errors: int) -> Problem:
    cells = "1 cell of the workbook holds" if n_errors == 1 else f"{n_errors:,} cells of the workbook hold"
    what = f"{cells} an error such as #DIV/0! or #N/A, read as missing"
    return Problem(what, "put the formulas right, or export the table again", file=shown_name(path))


def _read_created_at(path: Path) -> datetime | None:
    """The created (else modified) time in docProps/core.xml, found as text: no XML is parsed."""
    with zipfile.ZipFile(path) as archive:
        part = next((part for part in archive.infolist() if part.filename == "docProps/core.xml"), None)
    if part is None:
        return None
    xml = next(unpack_part(path, part), b"")[:65_536].decode("utf-8", "replace")
    for name in ("created", "modified"):
        found = re.search(rf"<dcterms:{name}\b[^<>]{{0,200}}>([^<>]{{10,40}})</", xml)
        moment = _to_moment(found.group(1)) if found else None
        if moment:
            return moment
    return None


def _to_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


MAX_XML_BYTES = 40_000_000
"""Sheets kept by hand are smaller by far."""
_CELL = re.compile(r"<(?:\w+:)?c\s([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FORMULA = re.compile(r"<(?:\w+:)?f\b[^<>]*>(.*?)</(?:\w+:)?f>", re.S)
_HYPERLINK = re.compile(r"HYPERLINK\(\s*\"([^\"]+)\"", re.I)
_BUILT_IN = {
    "5": '"$"#,##0',
    "6": '"$"#,##0',
    "7": '"$"#,##0.00',
    "8": '"$"#,##0.00',
    "44": '"$"#,##0.00',
    "42": '"$"#,##0',
}
"""Formats with a currency that a workbook need not write out: ECMA-376, part 1, 18.8.30."""


class Markings(NamedTuple):
    """What stands beside the values of one sheet; places are row and column from 0.

    Attributes
    ----------
    formats : place → number format.
    addresses : place → the address behind a cell.
    empty_formulas : places of formulas whose value the file does not hold.
    """

    formats: dict[tuple[int, int], str]
    addresses: dict[tuple[int, int], str]
    empty_formulas: frozenset[tuple[int, int]] = frozenset()


NONE = Markings({}, {})


def read_markings(path: Path, sheet: str | None) -> Markings:
    """Read the markings of one sheet of an xlsx; none where the file is another kind or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
        part = _find_part(path, parts, sheet)
        if part is None or parts[part].file_size > MAX_XML_BYTES:
            return NONE
        xml = _unpack(path, parts[part])
        relations = _read_relations(path, parts, part)
        styles = _read_styles(_unpack(path, parts["xl/styles.xml"])) if "xl/styles.xml" in parts else []
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, ExportError):
        return NONE
    cells = list(_read_cells(xml))
    formats = {
        place: styles[int(style)] for place, style, _, _ in cells if style.isdigit() and int(style) < len(styles)
    }
    behind = {
        place: html.unescape(html.unescape(found.group(1)))
        for place, _, formula, _ in cells
        if (found := _HYPERLINK.search(html.unescape(formula)))
    }
    empty = frozenset(
        place for place, _, formula, has_value in cells if formula and not has_value and place not in behind
    )
    return Markings(
        {place: code for place, code in formats.items() if code}, {**_read_hyperlinks(xml, relations), **behind}, empty
    )


def _unpack(path: Path, part: zipfile.ZipInfo) -> str:
    return b"".join(unpack_part(path, part)).decode("utf-8", "replace")


def _attributes(text: str) -> dict[str, str]:
    return {
        name.split(":")[-1] if name != "r:id" else "r:id": html.unescape(value)
        for name, value in _ATTRIBUTE.findall(text)
    }


def _find_part(path: Path, parts: dict[str, zipfile.ZipInfo], sheet: str | None) -> str | None:
    book = next((name for name in parts if name.lower().endswith("workbook.xml")), None)
    if book is None:
        return None
    relations = _read_relations(path, parts, book)
    tags = [_attributes(tag) for tag in re.findall(r"<(?:\w+:)?sheet\s([^<>]*)", _unpack(path, parts[book]))]
    ids = {tag.get("name"): tag.get("r:id") for tag in tags}
    target = relations.get(ids.get(sheet) or "")
    folder = book.rpartition("/")[0]
    name = target.lstrip("/") if target and target.startswith("/") else f"{folder}/{target}".lstrip("/")
    return name if target and name in parts else None


def _read_relations(path: Path, parts: dict[str, zipfile.ZipInfo], part: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    if relations not in parts:
        return {}
    tags = [
        _attributes(tag) for tag in re.findall(r"<(?:\w+:)?Relationship\s([^<>]*)", _unpack(path, parts[relations]))
    ]
    return {tag["Id"]: tag["Target"] for tag in tags if {"Id", "Target"} <= set(tag)}


def _read_styles(xml: str) -> list[str]:
    """Number format of each cell style, in the order in which cells refer to them."""
    written = [_attributes(tag) for tag in re.findall(r"<(?:\w+:)?numFmt\s([^<>]*)", xml)]
    codes = _BUILT_IN | {
        tag["numFmtId"]: tag["formatCode"] for tag in written if {"numFmtId", "formatCode"} <= set(tag)
    }
    block = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.S)
    uses = re.findall(r"<(?:\w+:)?xf\s([^<>]*)", block.group()) if block else []
    return [codes.get(_attributes(tag).get("numFmtId", ""), "") for tag in uses]


def _read_cells(xml: str) -> Iterator[tuple[tuple[int, int], str, str, bool]]:
    """Place, style, formula and whether it holds a value, of each cell that has a reference."""
    for found in _CELL.finditer(xml):
        tags = _attributes(found.group(1))
        place = read_reference(tags.get("r", ""))
        inner = found.group(2) or ""
        formula = _FORMULA.search(inner)
        if place:
            has_value = bool(re.search(r"<(?:\w+:)?(?:v|t)\b[^<>]*>[^<]", inner))
            yield place, tags.get("s", ""), formula.group(1) if formula else "", has_value


def _read_hyperlinks(xml: str, relations: dict[str, str]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for text in re.findall(r"<(?:\w+:)?hyperlink\s([^<>]*)", xml):
        tags = _attributes(text)
        place = read_reference(tags.get("ref", "").split(":")[0])
        target = relations.get(tags.get("r:id", ""))
        if place and target:
            found[place] = html.unescape(target)
    return found


def read_reference(text: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a reference.

    >>> read_reference("B3"), read_reference("AA1"), read_reference("3")
    ((2, 1), (0, 26), None)
    """
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", text)
    if not found:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return int(found.group(2)) - 1, column - 1


_FIX = "open it in Excel and save it as xlsx"
_MAX_SPAN = 500


_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z]{1,10})\b(?P<attributes>[^<>]{0,2000})>|(?P<text>[^<]+)|<[^<>]{0,2000}>?"
)
_COLSPAN = re.compile(r"\bcolspan\s{0,5}=\s{0,5}[\"']?(\d{1,4})", re.IGNORECASE)
_ROWSPAN = re.compile(r"\browspan\s{0,5}=\s{0,5}[\"']?(?!1\b)", re.IGNORECASE)


class _Tables:
    """Collects the rows of every table, tag by tag; `fault` says what makes the page more than plain tables."""

    def __init__(self) -> None:
        self.tables: list[list[list[str]]] = []
        self.fault = ""
        self.n_cells = 0
        self._is_inside = False
        self._cell: list[str] | None = None
        self._span = 1

    def feed(self, page: str) -> None:
        """Take in a whole page."""
        for token in _TOKEN.finditer(page):
            if self.n_cells > MAX_OBJECT_CELLS:
                return
            if token["tag"]:
                name = ("/" if token["end"] else "") + token["tag"].lower()
                self._open_tag(name, token["attributes"])
            elif token["text"] and self._cell is not None:
                self._cell.append(token["text"])
        self._close_cell()

    def _open_tag(self, name: str, attributes: str) -> None:
        if name in {"/td", "/th", "tr", "/tr", "table", "/table"}:
            self._close_cell()
        if name == "table":
            self.fault = self.fault or ("a table lies inside another" if self._is_inside else "")
            self.tables.append([])
        if name in {"table", "/table"}:
            self._is_inside = name == "table"
        elif name == "tr" and self._is_inside:
            self.tables[-1].append([])
        elif name in {"td", "th"} and self._is_inside:
            self._open_cell(attributes)
        elif name == "br" and self._cell is not None:
            self._cell.append("\n")

    def _open_cell(self, attributes: str) -> None:
        self._close_cell()
        if _ROWSPAN.search(attributes):
            self.fault = self.fault or "cells reach over several rows"
        if not self.tables[-1]:
            self.tables[-1].append([])
        span = _COLSPAN.search(attributes)
        self._cell, self._span = [], min(int(span[1]), _MAX_SPAN) if span else 1

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].extend([html.unescape("".join(self._cell)).strip()] * self._span)
            self.n_cells += self._span
        self._cell = None


def read_web_tables(path: Path, text: Text) -> list[Content]:
    """Read each plain table of a web page as a sheet of text cells; a wide cell repeats, as in a workbook."""
    check_size(path, len(text.data), MAX_JSON_BYTES)
    page = _Tables()
    page.feed(str(text))
    check_cells(path, page.n_cells, MAX_OBJECT_CELLS)
    tables = [rows for rows in page.tables if any(rows)]
    if page.fault or not tables:
        raise refuse(path, f"is a web page, not a workbook: {page.fault or 'it holds no table'}", _FIX)
    return [
        _to_content(path, f"table {number}" if len(tables) > 1 else None, rows, text.encoding)
        for number, rows in enumerate(tables, start=1)
    ]


def _to_content(path: Path, name: str | None, rows: list[list[str]], encoding: str) -> Content:
    width = max(map(len, rows))
    check_width(path, width, sheet=name)
    check_cells(path, width * len(rows), MAX_OBJECT_CELLS)
    frame = pd.DataFrame([[*row, *[""] * (width - len(row))] for row in rows]).astype(TEXT)
    cells, problems = cut_long_texts(path, frame, sheet=name)
    return Content(name, cells, encoding=encoding, problems=problems)
