"""The workbook: every table behind the report, real numbers with formats, text that stays text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.wording import label, say
from xhs_toolkit.report.run import read_pages, read_table, says_synthetic

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xhs_toolkit.campaign import Campaign

MAX_SHEET_NAME = 31
MAX_CELL = 32_767
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "remove_timezone": True}
NUMBER_FORMATS = (("_cny", "#,##0.00"), ("_rate", "0.0%"), ("_share", "0.0%"), ("rate", "0.0%"), ("", "#,##0.###"))


def write_workbook(run_folder: Path, *, campaign: Campaign) -> Path:
    """Write ``tables.xlsx``: a contents sheet and one sheet a table, labelled in the campaign's first language."""
    language = campaign.languages[0]
    path = run_folder / "tables.xlsx"
    tables = [
        (page["step"], block) for page in read_pages(run_folder) for block in page["blocks"] if block["kind"] == "table"
    ]
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        formats = _make_formats(book)
        contents = book.add_worksheet(say(Finding("report.contents"), language=language))
        rows = [
            (f"{campaign.client} · {campaign.name}", ""),
            *_warn_synthetic(run_folder, campaign, language),
            ("", ""),
        ]
        for step, block in tables:
            name = Path(block["file"]).stem.removeprefix(f"{step}_")[:MAX_SHEET_NAME]
            _write_table(book.add_worksheet(name), read_table(run_folder, block["file"]), formats, language)
            rows.append((name, say(Finding(block["caption"]["code"], block["caption"]["values"]), language=language)))
        for number, row in enumerate(rows):
            contents.write_row(number, 0, row, formats["text"])
        contents.set_column(0, 0, 24)
        contents.set_column(1, 1, 110)
    return path


def _warn_synthetic(run_folder: Path, campaign: Campaign, language: str) -> list[tuple[str, str]]:
    synthetic = campaign.synthetic or says_synthetic(run_folder)
    return [(say(Finding("report.synthetic"), language=language), "")] if synthetic else []


def _make_formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    shapes: dict[str, dict[str, Any]] = {
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "num_format": "@"},
        "text": {"num_format": "@"},
        "time": {"num_format": "yyyy-mm-dd hh:mm"},
    }
    return {name: book.add_format(shape) for name, shape in shapes.items()} | {
        suffix: book.add_format({"num_format": shape}) for suffix, shape in NUMBER_FORMATS
    }


def _write_table(sheet: Worksheet, frame: pd.DataFrame, formats: dict[str, Format], language: str) -> None:
    """A sheet with two header rows (label, column name of the codebook), frozen, with filters."""
    for number, name in enumerate(frame.columns):
        sheet.write_string(0, number, label(name, language=language), formats["head"])
        sheet.write_string(1, number, name, formats["head"])
        _write_column(sheet, number, frame[name], formats)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(len(frame) + 1, 1), max(len(frame.columns) - 1, 0))
    sheet.set_column(0, max(len(frame.columns) - 1, 0), 16)


def _write_column(sheet: Worksheet, number: int, values: pd.Series, formats: dict[str, Format]) -> None:
    stem = values.name.removesuffix("_low").removesuffix("_high")
    numeric = formats[next(suffix for suffix, _ in NUMBER_FORMATS if stem.endswith(suffix))]
    for row, value in enumerate(values, start=2):
        if pd.isna(value):
            continue
        if isinstance(value, pd.Timestamp):
            sheet.write_datetime(row, number, value.tz_localize(None).to_pydatetime(), formats["time"])
        elif isinstance(value, str | bool):
            sheet.write_string(row, number, str(value)[:MAX_CELL], formats["text"])
        else:
            sheet.write_number(row, number, float(value), numeric)
