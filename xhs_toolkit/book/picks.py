"""The sheet of the client's picks: sent alone, without a price, and its answers read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xhs_toolkit.book.columns import COLUMNS, label, label_option, list_options, read_cell
from xhs_toolkit.book.merge import Row, Rows
from xhs_toolkit.book.sheet import find_table, list_headers, open_workbook

SHOWN = ("creator_name", "creator_id", "format", "client", "client_reason")
"""All that a client sees: no price, no rebate, no word of ours."""


def write_picks(path: Path, rows: Rows, *, language: str) -> Path:
    """Write the sheet for the client: one row a creator, an answer and a reason to fill in."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = label("sheets", "picks", language=language)
    sheet.append([label("columns", name, language=language) for name in SHOWN])
    creators = list(_list_creators(rows))
    for row in creators:
        sheet.append([label_option(name, str(row.get(name) or ""), language=language) for name in SHOWN])
    for place, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24
    rule = DataValidation("list", formula1=f'"{",".join(list_options("client", language=language))}"')
    rule.add(f"D2:D{len(creators) + 1}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "B2"
    workbook.save(path)
    return path


def _list_creators(rows: Rows) -> Iterator[Row]:
    """Each creator once, with all formats; cancelled deliverables are not asked about."""
    open_rows = [row for row in rows.values() if row.get("state") != "cancelled"]
    seen: dict[object, Row] = {}
    for row in open_rows:
        seen.setdefault(row.get("creator_id") or row.get("creator_name"), row)
    yield from seen.values()


def read_answers(path: Path) -> list[Row]:
    """The client's answers: ``creator_id``, ``creator_name``, ``client`` and ``client_reason``; blank ones left out.

    Raises
    ------
    CampaignError : the file is no workbook, or has no column for the answer.
    """
    sheet, header_row = find_table(open_workbook(path), path, least=("creator_name", "client"))
    headers = list_headers(sheet, header_row)
    lines = sheet.iter_rows(min_row=header_row + 1, values_only=True)
    rows = [
        {name: read_cell(line[place - 1], name) for place, name in headers.items() if name in COLUMNS} for line in lines
    ]
    return [{name: row.get(name) for name in SHOWN} for row in rows if row.get("client")]
