"""Small campaigns of `ledger/cases.yaml`, written as the files that an agency has."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "ledger" / "cases.yaml").read_text(encoding="utf-8")
)
SETTINGS: dict[str, Any] = {
    "client": "Kea",
    "markets": ["NZ"],
    "budget": {"amount": 90_000, "currency": "NZD", "cny_per_unit": 4.2, "rate_date": datetime.date(2026, 6, 30)},
}
AGENCY = "exchange_rates:\n  - {currency: AUD, cny_per_unit: 4.7, rate_date: 2026-06-01}\n"


def name_things(text: str) -> str:
    """``N1`` as the link of a note, ``I1`` as its id, ``U1`` as the id of a creator."""
    note, user = "64a1b2c3000000001f00a{:03x}", "5ef1b2c3000000000100a{:03x}"
    text = re.sub(r"\bN(\d+)\b", lambda n: f"https://www.xiaohongshu.com/explore/{note.format(int(n[1]))}", text)
    text = re.sub(r"\bI(\d+)\b", lambda n: note.format(int(n[1])), text)
    return re.sub(r"\bU(\d+)\b", lambda n: user.format(int(n[1])), text)


def write_book(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, dict):
                        sheet.write_number(row, column, cell["number"], book.add_format({"num_format": cell["format"]}))
                    elif isinstance(cell, datetime.date):
                        sheet.write_datetime(row, column, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
                    else:
                        sheet.write(row, column, name_things(cell) if isinstance(cell, str) else cell)


def write_case(case: dict[str, Any], folder: Path) -> Path:
    """Write a campaign of a case; returns its folder."""
    campaign = folder / "kea"
    (campaign / "data").mkdir(parents=True)
    (folder / "agency.yaml").write_text(AGENCY, encoding="utf-8")
    settings = yaml.safe_dump(SETTINGS | case.get("settings", {}), allow_unicode=True)
    (campaign / "campaign.yaml").write_text(settings, encoding="utf-8")
    for name, content in case["files"].items():
        path = campaign / "data" / name
        if isinstance(content, str):
            path.write_text(name_things(content), encoding="utf-8")
        else:
            write_book(path, content)
    return campaign
