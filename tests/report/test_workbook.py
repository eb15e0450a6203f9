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
from xhs_toolkit.present.wording import label
from xhs_toolkit.report import write_workbook
from xhs_toolkit.report.contents import read_content

PLATFORM = "https://www.xiaohongshu.com/explore"


def open_book(run_folder: Path, campaign: Campaign, language: str = "en") -> openpyxl.Workbook:
    written = {path.name: path for path in write_workbook(run_folder, campaign=campaign)}
    return openpyxl.load_workbook(written["workbook.xlsx" if language == "en" else f"workbook.{language}.xlsx"])


def list_rows(sheet: object) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_cells_that_look_like_formulas_stay_text(run_folder: Path, campaign: Campaign) -> None:
    sheet = open_book(run_folder, campaign)["posts"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert {cell.hyperlink.target.rpartition("/")[0] for cell in cells if cell.hyperlink} <= {PLATFORM}
    titles = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert titles[:5] == list(HOSTILE[:5])
    assert not any(contact in titles for contact in CONTACTS)
    assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("B2", True)


def test_every_row_is_there_and_missing_is_empty(run_folder: Path, campaign: Campaign) -> None:
    rows = list_rows(open_book(run_folder, campaign)["posts"])
    views = [row[rows[0].index("Views")] for row in rows[1:]]
    expected = make_notes()["views"]
    assert views == [None if pd.isna(value) else value for value in expected]


@pytest.mark.parametrize(("language", "money", "head"), [("en", '"¥"#,##0', "Views"), ("zh", '#,##0"元"', "阅读")])
def test_figures_have_the_unit_of_the_reader(
    run_folder: Path, campaign: Campaign, language: str, money: str, head: str
) -> None:
    sheet = open_book(run_folder, campaign, language)["posts"]
    names = [cell.value for cell in sheet[1]]
    formats = dict(zip(names, (cell.number_format for cell in sheet[2]), strict=True))
    assert [formats[label(name, language=language)] for name in ("views", "click_rate", "content_cny")] == [
        *("#,##0", "0.0%"),
        money,
    ]
    assert head in names


def test_terms_reasons_and_ranges_are_in_the_readers_words(run_folder: Path, campaign: Campaign) -> None:
    rows = list_rows(open_book(run_folder, campaign, "zh")["posts"])
    assert rows[1][rows[0].index("主题")] == "徒步"
    assert rows[-1][rows[0].index("点击率：缺失原因")] == "缺阅读数据"


def test_a_column_of_different_units_is_formatted_row_by_row(tmp_path: Path, campaign: Campaign) -> None:
    page = start_page("1_objectives", tmp_path, campaign=campaign, language="en")
    metrics = pd.DataFrame({"metric": ["views", "click_rate", "cost_per_view_cny"], "target": [5e5, 0.08, 0.2]})
    page.table("metrics", metrics, columns=list(metrics), caption=Finding("objectives.caption_metrics"))
    page.write()
    sheet = open_book(tmp_path, campaign)["Metrics"]
    assert [sheet.cell(row, 2).number_format for row in (2, 3, 4)] == ["#,##0", "0.0%", '"¥"#,##0.00']


def test_the_contents_lead_to_every_sheet(run_folder: Path, campaign: Campaign) -> None:
    book = open_book(run_folder, campaign)
    contents = book.worksheets[0]
    links = {cell.value: cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert list(links) == book.sheetnames[1:]
    assert links["posts"] == "'posts'!A1"
    assert all(cell.hyperlink.target is None for row in contents.iter_rows() for cell in row if cell.hyperlink)


def test_the_codebook_has_meaning_and_unit(run_folder: Path, campaign: Campaign) -> None:
    rows = {row[0]: row for row in list_rows(open_book(run_folder, campaign)["Codebook"])}
    assert rows["Views"][1:3] == ["阅读", "Times a note was opened or played, all sources"]
    assert rows["Content"][3] == "CNY"


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


def test_heads_are_words_and_what_only_a_machine_needs_is_left_out(run_folder: Path, campaign: Campaign) -> None:
    for language in ("en", "zh"):
        sheet = open_book(run_folder, campaign, language)["posts"]
        heads = [cell.value for cell in sheet[1]]
        assert not any("_" in head for head in heads)
        assert label("note_id", language=language) not in heads


def test_a_grid_computes_its_ratios_and_its_total(tmp_path: Path, campaign: Campaign) -> None:
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    grid = pd.DataFrame(
        {"step": ["kfs_content", "feed", "total"], "spend_cny": [600.0, 300, 900], "views": [3000.0, 500, 3600]}
    ).assign(cost_per_view_cny=[0.2, 0.6, 0.25])
    page.table("kfs", grid, columns=list(grid), caption=Finding("caption.groups"))
    page.write()
    sheet = open_book(tmp_path, campaign).worksheets[1]
    assert [sheet.cell(4, column).value for column in (2, 3, 4)] == ["=SUM(B2:B3)", 3600, "=B4/C4"]
    assert [sheet.cell(row, 4).value for row in (2, 3)] == ["=B2/C2", "=B3/C3"]
    content = read_content(tmp_path / "workbook.xlsx")
    assert content.acting == []
    openpyxl.load_workbook(tmp_path / "workbook.xlsx").save(tmp_path / "saved.xlsx")
    rows = [piece.cells for piece in content.pieces if "row 4" in piece.place]
    assert rows == [piece.cells for piece in read_content(tmp_path / "saved.xlsx").pieces if "row 4" in piece.place]
    assert "0.25" in str(rows)


@pytest.mark.parametrize("formula", ["=WEBSERVICE(A1)", "=Other!A1/B1", "=A1/B1+1", "=SUM(A1:B9)", "=HYPERLINK(A1)"])
def test_no_other_formula_may_leave(tmp_path: Path, formula: str) -> None:
    book = openpyxl.Workbook()
    book.active["C1"] = formula
    book.save(tmp_path / "workbook.xlsx")
    assert [piece.cells for piece in read_content(tmp_path / "workbook.xlsx").acting] == [(formula,)]
