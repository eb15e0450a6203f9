"""What a workbook or a deck says: sheets and slides in order, their rows, texts, charts and pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from xhs_toolkit.report.contents.package import OWN_CELLS, SHEET, Package, find_actions, open_package, read_hidden
from xhs_toolkit.report.contents.pieces import (
    CELLS,
    DIGITS,
    FIGURES,
    INNER,
    PICTURE,
    PROSE,
    Content,
    Piece,
    hash_picture,
)

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PLACEHOLDERS = re.compile(r"General|[ymdhs]+|[\\\\\"#,0.:@ \[\]$_-]")
"""What a format of numbers or days holds beside units."""

PERCENT = {"9": "0%", "10": "0.00%"}
"""Formats that a workbook need not write out."""

WORKBOOK, DECK = "xl/workbook.xml", "ppt/presentation.xml"

# ----------------------------------------------------------------------------- sheets


def read_workbook(path: Path) -> Content:
    """Return what a workbook says, sheet by sheet."""
    package, content = _open(path)
    book = CalamineWorkbook.from_path(str(path))
    relations, units = package.follow(WORKBOOK), _read_units(package)
    for sheet in package.parse(WORKBOOK).iter(f"{SHEET}sheet"):
        name, state = sheet.get("name", ""), sheet.get("state", "visible")
        place, part = f"sheet {name}", relations[sheet.get(f"{RELATION}id", "")][1]
        content.say(place, CELLS, name, "" if state == "visible" else state)
        root = package.parse(part)
        n_rows = _read_rows(content, book, name, place, units=_find_units(root, units), formulas=_find_formulas(root))
        for drawing in package.follow_kind(part, "drawing"):
            _read_drawing(package, drawing, content, place)
        if n_rows < 2:
            content.empty.append(Piece(place, CELLS, ("a sheet without rows",)))
    return content


def _open(path: Path) -> tuple[Package, Content]:
    """The parts of a file, and its content with what acts and what is tucked away."""
    package, content = open_package(path), Content([], [], [])
    content.acting.extend(find_actions(package))
    read_hidden(package, content)
    return package, content


def _read_rows(
    content: Content,
    book: CalamineWorkbook,
    name: str,
    place: str,
    *,
    units: Mapping[str, str],
    formulas: Mapping[tuple[int, int], re.Match[str]] | None = None,
    kind: str = CELLS,
) -> int:
    """Add the rows of a sheet, its figures with their units, and return how many rows it has."""
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for (row, column), formula in (formulas or {}).items():
        rows[row][column] = _calculate(formula, rows)
    for number, row in enumerate(rows, start=1):
        cells = (show_cell(value) + units.get(f"{xl_col_to_name(at)}{number}", "") for at, value in enumerate(row))
        content.say(f"{place}, row {number}", kind, *cells)
    return len(rows)


def _read_units(package: Package) -> dict[str, str]:
    """Number of a cell's style → what its format writes beside the figure, such as ¥ or %."""
    styles = next((target for kind, target in package.follow(WORKBOOK).values() if kind == "styles"), None)
    if styles is None:
        return {}
    root = package.parse(styles)
    formats = PERCENT | {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter(f"{SHEET}numFmt")}
    listed = root.iterfind(f"{SHEET}cellXfs/{SHEET}xf")
    units = {str(n): PLACEHOLDERS.sub("", formats.get(each.get("numFmtId"), "")) for n, each in enumerate(listed)}
    return {number: unit for number, unit in units.items() if unit}


def _find_units(sheet: etree._Element, units: Mapping[str, str]) -> dict[str, str]:
    """Cell of a sheet → the unit that its format writes, of figures that have one."""
    cells = (cell for cell in sheet.iter(f"{SHEET}c") if cell.get("s") in units and cell.get("t", "n") == "n")
    return {cell.get("r", ""): units[cell.get("s", "")] for cell in cells}


def _find_formulas(sheet: etree._Element) -> dict[tuple[int, int], re.Match[str]]:
    """Row and column of each cell that was saved without what it calculates → its formula; sums come first."""
    cells = (cell for cell in sheet.iter(f"{SHEET}c") if not cell.findtext(f"{SHEET}v"))
    told = ((cell.get("r", ""), OWN_CELLS.fullmatch(cell.findtext(f"{SHEET}f") or "")) for cell in cells)
    known = [(xl_cell_to_rowcol(cell), formula) for cell, formula in told if formula]
    return dict(sorted(known, key=lambda each: each[1][1] is None))


def _calculate(formula: re.Match[str], rows: list[list[Any]]) -> float | str:
    """What a formula of `OWN_CELLS` gives."""
    column, first, last, over, under, times = formula.groups()
    if column:
        at = xl_cell_to_rowcol(f"{column}1")[1]
        return float(sum(row[at] for row in rows[int(first) - 1 : int(last)] if isinstance(row[at], int | float)))
    top, bottom = (rows[row][at] for row, at in map(xl_cell_to_rowcol, (over, under)))
    return float(top) / float(bottom) * float(times or 1) if bottom else ""


def show_cell(value: object) -> str:
    """A cell's value as it is compared: figures with `DIGITS` digits, times to the second.

    >>> show_cell(0.1 + 0.2), show_cell(1350.0), show_cell(datetime(2026, 8, 5, 19, 59, 59, 999_990)), show_cell("a")
    ('0.3', '1350', '2026-08-05 20:00:00', 'a')
    """
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.{DIGITS}g}"
    if isinstance(value, datetime):
        return str((value + timedelta(milliseconds=500)).replace(microsecond=0))
    return value.isoformat() if isinstance(value, date) else str(value)


# ----------------------------------------------------------------------------- slides


def read_deck(path: Path) -> Content:
    """Return what a deck says, slide by slide; what stands on its layout is part of a slide."""
    package, content = _open(path)
    relations = package.follow(DECK)
    for number, listed in enumerate(package.parse(DECK).iter(f"{SLIDE}sldId"), start=1):
        part, place = relations[listed.get(f"{RELATION}id", "")][1], f"slide {number}"
        if package.parse(part).get("show") in {"0", "false"}:
            content.say(place, CELLS, "hidden")
        before = len(content.pieces)
        _read_drawing(package, part, content, place)
        if number > 1 and _is_bare(content.pieces[before:]):
            content.empty.append(Piece(place, PROSE, ("a slide with a title and nothing under it",)))
        for layout in package.follow_kind(part, "slideLayout"):
            for behind in (layout, *package.follow_kind(layout, "slideMaster")):
                _read_drawing(package, behind, content, f"{place}, background", is_layout=True)
        for notes in package.follow_kind(part, "notesSlide"):
            _read_drawing(package, notes, content, f"{place}, notes")
    return content


def _is_bare(pieces: list[Piece]) -> bool:
    """A slide needs more than its title and its foot: a third paragraph, a chart, a table or a picture."""
    return len(pieces) <= 2 and {piece.kind for piece in pieces} <= {PROSE}


# -------------------------------------------------------------- texts, tables, charts and pictures of a drawing


class _Part(NamedTuple):
    """A part that draws: where it is in the file, and what it refers to."""

    package: Package
    relations: dict[str, tuple[str, str]]
    content: Content
    place: str

    def find(self, element: etree._Element, key: str) -> str:
        """The part that an element refers to; empty where it is not in the file."""
        return self.relations.get(element.get(f"{RELATION}{key}", ""), ("", ""))[1]


def _read_drawing(package: Package, part: str, content: Content, place: str, *, is_layout: bool = False) -> None:
    """Add what is drawn in a part, in its order; of a layout only what is no placeholder."""
    drawn = _Part(package, package.follow(part), content, place)
    for element in package.parse(part).iter(*(f"{{*}}{name}" for name in READERS)):
        if not (is_layout and _is_placeholder(element)):
            READERS[etree.QName(element).localname](drawn, element)


def _is_placeholder(element: etree._Element) -> bool:
    shape = next(element.iterancestors(f"{SLIDE}sp", f"{SLIDE}pic"), None)
    return shape is not None and next(shape.iter(f"{SLIDE}ph"), None) is not None


def _read_paragraph(drawn: _Part, paragraph: etree._Element) -> None:
    if next(paragraph.iterancestors(f"{DRAWING}tr"), None) is None:
        drawn.content.say(drawn.place, PROSE, _read_text(paragraph))


def _read_row(drawn: _Part, row: etree._Element) -> None:
    texts = (_read_text(cell) for cell in row.iter(f"{DRAWING}tc"))
    number = len(list(row.itersiblings(f"{DRAWING}tr", preceding=True))) + 1
    drawn.content.say(f"{drawn.place}, row {number}", CELLS, *texts)


def _read_text(element: etree._Element) -> str:
    """The words of a paragraph or of the paragraphs of a cell, without the number of the slide."""
    texts = (text for text in element.iter(f"{DRAWING}t", f"{DRAWING}br") if text.getparent().get("type") != "slidenum")
    return "".join(text.text or " " for text in texts)


def _read_picture(drawn: _Part, picture: etree._Element) -> None:
    stored = drawn.package.parts.get(drawn.find(picture, "embed"), b"")
    drawn.content.say(f"{drawn.place}, picture", PICTURE, hash_picture(stored))


def _read_alternative(drawn: _Part, properties: etree._Element) -> None:
    is_of_frame = properties.getparent().tag == f"{SLIDE}nvGraphicFramePr"
    kind = INNER if is_of_frame else PROSE
    drawn.content.say(f"{drawn.place}, text alternative", kind, properties.get("descr", ""))


def _read_chart(drawn: _Part, chart: etree._Element) -> None:
    """Add the words of a chart, its series, and the rows of the workbook inside it."""
    part, content, place = drawn.find(chart, "id"), drawn.content, f"{drawn.place}, chart"
    root = drawn.package.parse(part)
    names = SERIES_PARTS if part.startswith("ppt/") else SERIES_PARTS[:-2]  # of a sheet, the arms are cells
    for paragraph in root.iter(f"{DRAWING}p"):
        content.say(place, CELLS, _read_text(paragraph))
    for number, series in enumerate(root.iter(f"{CHART}ser"), start=1):
        for held in (held for name in names for held in series.iter(f"{CHART}{name}")):
            content.say(f"{place}, series {number}", FIGURES, *_read_points(held))
    for book in drawn.package.follow_kind(part, "package"):
        inner = CalamineWorkbook.from_filelike(io.BytesIO(drawn.package.parts[book]))
        for name in inner.sheet_names:
            _read_rows(content, inner, name, f"{place}, its {name}", units={}, kind=INNER)


SERIES_PARTS: Final = ("tx", "cat", "val", "xVal", "yVal", "minus", "plus")
"""What a series is made of: its name, names and values of its bars or points, and the arms of its ranges."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _read_points(held: etree._Element) -> list[str]:
    """The values that a chart keeps of its cells, by their number."""
    points = {int(point.get("idx", 0)): _read_point(point) for point in held.iter(f"{CHART}pt")}
    return [points.get(number, "") for number in range(max(points, default=-1) + 1)]


def _read_point(point: etree._Element) -> str:
    """One value: a text, or a number; days are counted as sheets count them, however they are written."""
    value = point.findtext(f"{CHART}v") or ""
    if not etree.QName(point.getparent()).localname.startswith("num"):
        return "" if value == "None" else value  # what openpyxl writes for an empty cell
    return str((date.fromisoformat(value) - DAY_ZERO).days) if DAY.fullmatch(value) else show_cell(float(value))


DAY_ZERO: Final = date(1899, 12, 30)

READERS: Final[dict[str, Callable[[_Part, etree._Element], None]]] = {
    "p": _read_paragraph,
    "tr": _read_row,
    "blip": _read_picture,
    "chart": _read_chart,
    "cNvPr": _read_alternative,
}
"""Element of a drawing → what reads it."""
