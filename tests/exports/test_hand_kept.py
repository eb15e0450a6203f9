"""Sheets that people keep, kind by kind: `hand_kept.yaml` holds small sheets and what each of them says."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
import yaml

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.models import CampaignSettings
from xhs_toolkit.exports import make_latest, make_latest_placements, read_exports

TRUTH = Path(__file__).parent / "hand_kept.yaml"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(TRUTH.read_text(encoding="utf-8"))
RATES = {"NZD": 4.2, "AUD": 4.7, "CNY": 1.0}
MADE = datetime.datetime(2026, 5, 20)


def name_note(text: str) -> str:
    """``N1`` as the id of a note."""
    return f"64a1b2c3000000001f00a{int(text[1:]):03x}"


def write_links(text: str) -> str:
    """``N1`` and ``S1`` in a text as links."""
    whole = re.sub(r"\bN\d+\b", lambda found: f"https://www.xiaohongshu.com/explore/{name_note(found.group())}", text)
    return re.sub(r"\bS(\d+)\b", r"http://xhslink.com/a/s\1xyz", whole)


def write_cell(book: xlsxwriter.Workbook, sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, dict) and "url" in cell:
        sheet.write_url(row, column, write_links(cell["url"]), string=cell["text"])
    elif isinstance(cell, dict) and "merge" in cell:
        sheet.merge_range(row, column, row + cell["merge"][0] - 1, column, cell["value"])
    elif isinstance(cell, dict):
        sheet.write_number(row, column, cell["number"], book.add_format({"num_format": cell["format"]}))
    elif isinstance(cell, str) and cell.startswith("="):
        sheet.write_formula(row, column, write_links(cell), None, "open")
    elif isinstance(cell, str):
        sheet.write_string(row, column, write_links(cell))
    elif cell is not None:
        sheet.write(row, column, cell)


def read_case(case: dict[str, Any], folder: Path) -> Any:
    (folder / "data").mkdir()
    with xlsxwriter.Workbook(str(folder / "data" / "tracker.xlsx"), {"strings_to_urls": False}) as book:
        book.set_properties({"created": MADE})
        for name, rows in case["sheets"].items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write_cell(book, sheet, number, column, cell)
    currency = case.get("campaign", "NZD")
    budget: dict[str, Any] = {"amount": 10_000, "currency": currency}
    if currency != "CNY":
        budget |= {"cny_per_unit": RATES[currency], "rate_date": datetime.date(2026, 4, 1)}
    said = {name: case[name] for name in ("client", "taught") if name in case}
    said |= {"budget": budget, "markets": case.get("markets", ["NZ"])}
    settings = CampaignSettings.model_validate(said)
    return read_exports(folder / "data", campaign=Campaign.model_construct(folder=folder, **dict(settings)))


def take(rows: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    """Rows in the order of the file; days of posting as ``2026-05-01``, missing as None."""
    ordered = rows.sort_values(["source_sheet", "source_row"], kind="stable", key=lambda part: part)
    days = ordered["posted_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m-%d") if "posted_at" in rows else None
    frame = ordered.assign(posted=days)[columns].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def compare(rows: pd.DataFrame, wanted: list[list[Any]]) -> None:
    columns, *values = wanted
    as_ids = [[name_note(cell) if re.fullmatch(r"N\d+", str(cell)) else cell for cell in row] for row in values]
    found = take(rows, columns)
    assert sorted(found, key=str) == sorted(as_ids, key=str)


@pytest.mark.parametrize("name", CASES)
def test_a_sheet_kept_by_hand_is_read_or_asked_about(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    exports = read_case(case, tmp_path)
    notes, placements = make_latest(exports.tables["notes"]), make_latest_placements(exports.tables["placements"])
    if "notes" in case:
        compare(notes, case["notes"])
    if "placements" in case:
        compare(placements, case["placements"])
    if "creators" in case:
        compare(exports.tables["creators"], case["creators"])
    if "n_notes" in case:
        assert len(notes) == case["n_notes"]
    assert {problem.topic for problem in exports.questions} == set(case.get("asks", []))
    assert all(problem.proposal for problem in exports.questions)


def test_money_of_no_rate_is_never_yuan(tmp_path: Path) -> None:
    case = CASES["sections of two currencies"]
    placements = read_case(case, tmp_path).tables["placements"].set_index("currency")
    assert pd.isna(placements.loc["AUD", "price_cny"])
    assert placements.loc["NZD", "price_cny"] == pytest.approx(400 * 4.2)
