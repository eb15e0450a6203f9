"""Excel workbooks through calamine: cells as stored, formulas never evaluated."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.safety import check_workbook, unpack_part
from xhs_toolkit.exports.sheetbase import (
    MAX_OBJECT_CELLS,
    MAX_WORKBOOK_BYTES,
    Content,
    Merged,
    check_cells,
    check_size,
    check_width,
    cut_long_texts,
    refuse,
    shown_name,
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
            yield Content(kind.name, pd.DataFrame(), problems=(_tell_hidden(path, kind.name),))
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


def _tell_hidden(path: Path, sheet: str) -> Problem:
    return Problem("the sheet is hidden and was not read", "unhide it if it counts", file=shown_name(path), sheet=sheet)


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
