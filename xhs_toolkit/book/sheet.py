"""``campaign_book.xlsx``: read as people left it, and brought up to date in place, so that their own work stays.

A hidden sheet holds for each row what the files told and what the book showed when it was written. It travels with
the file: a copy that was edited elsewhere is compared with what that copy showed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

from xhs_toolkit.book.columns import (
    BOOK,
    BOOK_COLUMNS,
    KEY,
    LANGUAGES,
    NAMES,
    Cell,
    find_column,
    is_understood,
    label,
    label_option,
    list_options,
    read_cell,
)
from xhs_toolkit.book.merge import Merged, Row, Rows, give_keys, is_same_creator
from xhs_toolkit.errors import CampaignError, Problem

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HIDDEN = "_written"
FORMATS = {"number": "#,##0.00", "date": "yyyy-mm-dd"}


class Book(NamedTuple):
    """The book as people left it.

    Attributes
    ----------
    rows : by key, in people's order, with people's own columns.
    before, shown : what the files told, and what the book showed, when it was written.
    answers : (key, column) → ``book`` or ``files``.
    problems : cells that hold no such number, day or choice.
    """

    rows: Rows
    before: Rows
    shown: Rows
    answers: dict[tuple[str, str], str]
    problems: tuple[Problem, ...]


def read_book(path: Path) -> Book:
    """Read the book; without a file it is empty.

    Raises
    ------
    CampaignError : the file cannot be opened, or no sheet has the book's columns.
    """
    if not path.is_file():
        return Book({}, {}, {}, {}, ())
    workbook = open_workbook(path)
    before, shown = _read_hidden(workbook)
    sheet, header_row = find_table(workbook, path, least=("creator_name", "state"))
    headers = list_headers(sheet, header_row)
    rows = _read_rows(sheet, header_row, headers, shown)
    problems = tuple(_find_faults(sheet.title, rows, path.name))
    return Book({key: row for key, (_, row) in rows.items()}, before, shown, _read_answers(workbook), problems)


def open_workbook(path: Path) -> Workbook:
    """Open a workbook.

    Raises
    ------
    CampaignError : it is open elsewhere, or no workbook.
    """
    from openpyxl import load_workbook

    try:
        return load_workbook(path)
    except (OSError, BadZipFile, KeyError, ValueError, TypeError) as error:
        problem = Problem("cannot be opened", "close it elsewhere, or restore it from a copy", file=path.name)
        raise CampaignError("The book cannot be read; it was left as it is.", [problem]) from error


def find_table(workbook: Workbook, path: Path, *, least: Sequence[str]) -> tuple[Worksheet, int]:
    """The sheet that holds the book's columns, and the row of its header.

    Raises
    ------
    CampaignError : no sheet has the columns `least`.
    """
    for sheet in workbook.worksheets:
        for number, cells in enumerate(sheet.iter_rows(max_row=20, values_only=True), start=1):
            if set(least) <= {find_column(cell) for cell in cells}:
                return sheet, number
    named = ", ".join(label("columns", name, language=LANGUAGES[0]) for name in least)
    problem = Problem("has no sheet with the columns of the book", f"give it a header with {named}", file=path.name)
    raise CampaignError("The book cannot be read; it was left as it is.", [problem])


def list_headers(sheet: Worksheet, header_row: int) -> dict[int, str]:
    """Number of each column → our name for it, or people's own header; a repeated header counts once."""
    headers: dict[int, str] = {}
    for number, cell in enumerate(next(sheet.iter_rows(min_row=header_row, max_row=header_row)), start=1):
        name = find_column(cell.value) or str(cell.value or "").strip()
        if name and name not in headers.values():
            headers[number] = name
    return headers


def _read_rows(
    sheet: Worksheet, header_row: int, headers: Mapping[int, str], shown: Rows
) -> dict[str, tuple[int, Row]]:
    """Each filled row with its number; one that has no key, or another creator's, is found by its creator."""
    placed: dict[str, tuple[int, Row]] = {}
    loose: list[tuple[int, Row]] = []
    order: list[tuple[int, Row]] = []
    for number in range(header_row + 1, sheet.max_row + 1):
        row = {name: read_cell(_value(sheet.cell(number, place)), name) for place, name in headers.items()}
        key = str(row.pop(KEY, None) or "")
        if not any(value is not None for value in row.values()):
            continue
        order.append((number, row))
        if key and key not in placed and not _is_moved(key, row, shown):
            placed[key] = number, row
        else:
            loose.append((number, row))
    left = {key: each for key, each in shown.items() if key not in placed}
    given = give_keys([row for _, row in loose], {**left, **{key: {} for key in placed}})
    numbers = {id(row): number for number, row in loose}
    placed |= {key: (numbers[id(row)], row) for key, row in given.items()}
    return dict(sorted(placed.items(), key=lambda each: each[1][0]))


def _is_moved(key: str, row: Row, shown: Rows) -> bool:
    """Whether a row stands under the key of one creator and is another's: only some columns were sorted."""
    known = shown.get(key)
    if known is None or is_same_creator(row, known):
        return False
    return any(is_same_creator(row, other) for other in shown.values())


def _value(cell: Any) -> object:
    """A cell's value; of a link without text its address."""
    return cell.value if cell.value is not None or cell.hyperlink is None else cell.hyperlink.target


def _find_faults(sheet: str, rows: Mapping[str, tuple[int, Row]], file: str) -> Iterator[Problem]:
    for number, row in rows.values():
        for name, value in row.items():
            if not is_understood(value, name):
                kind = BOOK_COLUMNS[name]["kind"]
                fix = ", ".join(list_options(name, language=LANGUAGES[0])) if kind == "choice" else f"a {kind}"
                title = label("columns", name, language=LANGUAGES[0])
                yield Problem(f"is not a {kind}", f"write {fix}", file, sheet, number, title, value)


def _read_hidden(workbook: Workbook) -> tuple[Rows, Rows]:
    if HIDDEN not in workbook.sheetnames:
        return {}, {}
    rows = [row for row in workbook[HIDDEN].iter_rows(values_only=True, max_col=3) if row[0]]
    return tuple({str(row[0]): _from_json(str(row[place] or "{}")) for row in rows} for place in (1, 2))  # type: ignore[return-value]


def _from_json(text: str) -> Row:
    return {name: read_cell(value, name) for name, value in json.loads(text).items()}


def _to_json(row: Row) -> str:
    told = {name: str(value) if isinstance(value, date) else value for name, value in row.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _read_answers(workbook: Workbook) -> dict[tuple[str, str], str]:
    """People's answers: in the last cell of each line of the sheet of questions."""
    titles = set(BOOK["sheets"]["questions"].values())
    sheet = next((each for each in workbook.worksheets if each.title in titles), None)
    if sheet is None:
        return {}
    called = {str(told[one]).casefold(): name for name, told in BOOK["options"]["keep"].items() for one in LANGUAGES}
    lines = sheet.iter_rows(min_row=2, values_only=True, max_col=6)
    return {
        (str(line[0]), name): called[str(line[5]).strip().casefold()]
        for line in lines
        if (name := find_column(line[2])) and str(line[5] or "").strip().casefold() in called
    }


# ------------------------------------------------------------------------------------------- writing


def write_book(path: Path, merged: Merged, *, book: Book, language: str, currencies: Sequence[str]) -> bool:
    """Bring the book up to date in place; True where it had to be written.

    Cells that stay as they are are not touched: colours, comments, widths, further sheets and people's own columns
    stay. The file is never half-written.

    Parameters
    ----------
    book : the book as it was read. currencies : those of which the totals are summed.

    Raises
    ------
    CampaignError : the file is open elsewhere.
    """
    is_new = not path.is_file()
    if not merged.rows or (not is_new and not book.answers and _is_up_to_date(merged, book)):
        return False
    workbook = _start(language, currencies) if is_new else open_workbook(path)
    sheet, header_row = find_table(workbook, path, least=("creator_name", "state"))
    headers = list_headers(sheet, header_row)
    for name in dict.fromkeys((*BOOK_COLUMNS, *(name for row in merged.rows.values() for name in row))):
        if name not in headers.values():
            place = sheet.max_column + 1
            headers[place] = name
            _write_header(sheet, header_row, place, name, language)
    _write_rows(sheet, header_row, headers, merged, book, language)
    _write_questions(workbook, merged, language)
    _write_hidden(workbook, merged)
    part = path.with_name(f".{path.name}.part")
    workbook.save(part)
    try:
        part.replace(path)
    except PermissionError as error:
        part.unlink()
        problem = Problem("is open elsewhere", "close it and try again", file=path.name)
        raise CampaignError("The book was not written.", [problem]) from error
    return True


def _is_up_to_date(merged: Merged, book: Book) -> bool:
    both = ((merged.rows, book.rows), (merged.rows, book.shown), (merged.told, book.before))
    return all({key: _to_json(row) for key, row in one.items()} == {key: _to_json(row) for key, row in other.items()}
               for one, other in both)  # fmt: skip


def _write_rows(
    sheet: Worksheet, header_row: int, headers: Mapping[int, str], merged: Merged, book: Book, language: str
) -> None:
    numbers = {key: number for key, (number, _) in _read_rows(sheet, header_row, headers, book.shown).items()}
    gone = [number for key, number in numbers.items() if key not in merged.rows]
    last = max([header_row, *numbers.values()])
    for key, row in merged.rows.items():
        last += key not in numbers
        number = numbers.get(key, last)
        for place, name in headers.items():
            value = key if name == KEY else row.get(name)
            cell = sheet.cell(number, place)
            if name in BOOK_COLUMNS and read_cell(_value(cell), name) != value:
                _write_cell(cell, name, value, language)
            elif name not in BOOK_COLUMNS and cell.value is None:
                cell.value = value
    for number in sorted(gone, reverse=True):
        sheet.delete_rows(number)


def _write_cell(cell: Any, name: str, value: Cell, language: str) -> None:
    kind = BOOK_COLUMNS[name]["kind"]
    cell.value = label_option(name, value, language=language) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
    cell.number_format = FORMATS.get(kind, "@" if kind in {"text", "key"} else "General")


def _write_header(sheet: Worksheet, row: int, place: int, name: str, language: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    cell = sheet.cell(row, place, label("columns", name, language=language) if name in BOOK_COLUMNS else name)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F2F2F2")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    column = sheet.column_dimensions[get_column_letter(place)]
    column.width, column.hidden = BOOK["widths"][BOOK_COLUMNS.get(name, {"kind": "text"})["kind"]], name == KEY


def _start(language: str, currencies: Sequence[str]) -> Workbook:
    """An empty book: headers that stay in sight, dropdowns, colours by state, totals by currency."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = label("sheets", "book", language=language)
    for place, name in enumerate(BOOK_COLUMNS, start=1):
        _write_header(sheet, 1, place, name, language)
    sheet.freeze_panes = "C2"
    _add_choices(sheet, language, currencies)
    _add_colours(sheet, language)
    _add_totals(workbook, sheet.title, language, currencies)
    return workbook


def _letter(name: str) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(list(BOOK_COLUMNS).index(name) + 1)


def _add_choices(sheet: Worksheet, language: str, currencies: Sequence[str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = {name: list_options(name, language=language) for name in BOOK["options"] if name in BOOK_COLUMNS}
    for name, options in {**choices, "currency": list(currencies)}.items():
        rule = DataValidation("list", formula1=f'"{",".join(options)}"', allow_blank=True, showErrorMessage=True)
        rule.add(f"{_letter(name)}2:{_letter(name)}5000")
        sheet.add_data_validation(rule)


def _add_colours(sheet: Worksheet, language: str) -> None:
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill

    area = f"A2:{_letter(NAMES[-1])}5000"
    for state, colour in BOOK["colours"].items():
        fill = PatternFill("solid", bgColor=colour)
        called = label_option("state", state, language=language)
        sheet.conditional_formatting.add(area, FormulaRule(formula=[f'${_letter("state")}2="{called}"'], fill=fill))


def _add_totals(workbook: Workbook, book: str, language: str, currencies: Sequence[str]) -> None:
    """Sums of what is not cancelled, one line a currency: amounts of two currencies never add up."""
    sheet = workbook.create_sheet(label("sheets", "totals", language=language))
    numbers = [name for name, about in BOOK_COLUMNS.items() if about["kind"] == "number"]
    sheet.append([label("columns", name, language=language) for name in ("currency", *numbers)])
    off = label_option("state", "cancelled", language=language)
    for line, currency in enumerate(currencies, start=2):
        sheet.cell(line, 1, currency)
        for place, name in enumerate(numbers, start=2):
            sums, money, state = (f"'{book}'!${_letter(each)}:${_letter(each)}" for each in (name, "currency", "state"))
            cell = sheet.cell(line, place, f'=SUMIFS({sums},{money},$A{line},{state},"<>{off}")')
            cell.number_format = FORMATS["number"]
    sheet.freeze_panes = "B2"


def _write_questions(workbook: Workbook, merged: Merged, language: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    for title in set(BOOK["sheets"]["questions"].values()) & set(workbook.sheetnames):
        del workbook[title]
    if not merged.questions:
        return
    sheet = workbook.create_sheet(label("sheets", "questions", language=language))
    words = [label("words", word, language=language) for word in ("column", "in_book", "in_files", "keep")]
    sheet.append([KEY, label("columns", "creator_name", language=language), *words])
    for asked in merged.questions:
        who = merged.rows[asked.key].get("creator_name")
        told = [label_option(asked.column, str(value or ""), language=language) for value in (asked.book, asked.files)]
        sheet.append([asked.key, who, label("columns", asked.column, language=language), *told])
    rule = DataValidation("list", formula1=f'"{",".join(list_options("keep", language=language))}"')
    rule.add(f"F2:F{len(merged.questions) + 1}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].hidden = True


def _write_hidden(workbook: Workbook, merged: Merged) -> None:
    if HIDDEN in workbook.sheetnames:
        del workbook[HIDDEN]
    sheet = workbook.create_sheet(HIDDEN)
    sheet.sheet_state = "hidden"
    for key, row in merged.rows.items():
        sheet.append([key, _to_json(merged.told[key]), _to_json(row)])
