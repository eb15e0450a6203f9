"""The workbook: every row as a real number, text that stays text, and charts of cells."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_run import CONTACTS, HOSTILE, make_groups, make_notes

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.page import start_page
from xhs_toolkit.report import write_workbook


def open_book(run_folder: Path, campaign: Campaign, language: str = "en") -> openpyxl.Workbook:
    written = {path.name: path for path in write_workbook(run_folder, campaign=campaign)}
    return openpyxl.load_workbook(written["workbook.xlsx" if language == "en" else f"workbook.{language}.xlsx"])


def list_rows(sheet: object) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_cells_that_look_like_formulas_stay_text(run_folder: Path, campaign: Campaign) -> None:
    sheet = open_book(run_folder, campaign)["posts"]
    cells = [cell for row in sheet.iter_rows(min_row=3) for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    titles = [row[0].value for row in sheet.iter_rows(min_row=3)]
    assert titles[:5] == list(HOSTILE[:5])
    assert not any(contact in titles for contact in CONTACTS)
    assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("B3", True)


def test_every_row_is_there_and_missing_is_empty(run_folder: Path, campaign: Campaign) -> None:
    rows = list_rows(open_book(run_folder, campaign)["posts"])
    views = [row[rows[1].index("views")] for row in rows[2:]]
    expected = make_notes()["views"]
    assert views == [None if pd.isna(value) else value for value in expected]


@pytest.mark.parametrize(
    ("language", "money", "head"), [("en", '"¥"#,##0.00', "Views"), ("zh", '#,##0.00"元"', "阅读")]
)
def test_figures_have_the_unit_of_the_reader(
    run_folder: Path, campaign: Campaign, language: str, money: str, head: str
) -> None:
    sheet = open_book(run_folder, campaign, language)["posts"]
    names = [cell.value for cell in sheet[2]]
    formats = dict(zip(names, (cell.number_format for cell in sheet[3]), strict=True))
    assert (formats["views"], formats["click_rate"], formats["content_cny"]) == ("#,##0", "0.0%", money)
    assert sheet.cell(1, names.index("views") + 1).value == head


def test_terms_reasons_and_ranges_are_in_the_readers_words(run_folder: Path, campaign: Campaign) -> None:
    rows = list_rows(open_book(run_folder, campaign, "zh")["posts"])
    assert rows[0][rows[1].index("click_rate_reason")] == "点击率：缺失原因"
    assert rows[2][rows[1].index("theme")] == "徒步"
    assert rows[-1][rows[1].index("click_rate_reason")] == "缺阅读数据"


def test_a_column_of_different_units_is_formatted_row_by_row(tmp_path: Path, campaign: Campaign) -> None:
    page = start_page("1_objectives", tmp_path, campaign=campaign, language="en")
    metrics = pd.DataFrame({"metric": ["views", "click_rate", "cost_per_view_cny"], "target": [5e5, 0.08, 0.2]})
    page.table("metrics", metrics, columns=list(metrics), caption=Finding("objectives.caption_metrics"))
    page.write()
    sheet = open_book(tmp_path, campaign)["Metrics"]
    assert [sheet.cell(row, 2).number_format for row in (3, 4, 5)] == ["#,##0", "0.0%", '"¥"#,##0.00']


def test_the_contents_lead_to_every_sheet(run_folder: Path, campaign: Campaign) -> None:
    book = open_book(run_folder, campaign)
    contents = book.worksheets[0]
    links = {cell.value: cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert list(links) == book.sheetnames[1:]
    assert links["posts"] == "'posts'!A1"
    assert all(cell.hyperlink.target is None for row in contents.iter_rows() for cell in row if cell.hyperlink)


def test_the_codebook_has_meaning_and_unit(run_folder: Path, campaign: Campaign) -> None:
    rows = {row[0]: row for row in list_rows(open_book(run_folder, campaign)["Codebook"])}
    assert rows["views"][1:4] == ["Views", "阅读", "Times a note was opened or played, all sources"]
    assert rows["content_cny"][4] == "CNY"


def test_a_codebook_without_entries_is_left_out(tmp_path: Path, campaign: Campaign) -> None:
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    page.table("odd", pd.DataFrame({"odd": [1]}), columns=["odd"], caption=Finding("caption.groups"))
    page.write()
    assert open_book(tmp_path, campaign).sheetnames == ["Contents", "odd"]


def test_charts_draw_the_figures_of_their_sheet(run_folder: Path, campaign: Campaign) -> None:
    book = open_book(run_folder, campaign)
    rows = list_rows(book["Chart Cost per organic view"])
    groups = make_groups()
    assert [row[1] for row in rows[4:6]] == groups["cost_per_view_cny"].tolist()[:2]
    assert rows[4][2] == pytest.approx(0.02)
    assert book["Chart Cost per organic view"]._charts
    with zipfile.ZipFile(run_folder / "workbook.xlsx") as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/")]
    assert sum("<c:barChart>" in chart for chart in charts) == 2
    assert sum("logBase" in chart for chart in charts) == 1
    told = "".join(charts).replace("&apos;", "'")
    assert "'Chart Cost per organic view'!$C$5:$C$8" in told, "error bars refer to their cells"


def test_long_tables_get_bars_behind_their_figures(run_folder: Path, campaign: Campaign) -> None:
    sheet = open_book(run_folder, campaign)["posts"]
    bars = [rule.type for rules in sheet.conditional_formatting for rule in rules.rules]
    assert set(bars) == {"dataBar"}
