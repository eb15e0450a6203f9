"""Header rows that tools and agencies really write (`observed.yaml`), read as whole files with invented cells."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
import yaml

from benchmarks.header_confusion import Column, describe, make_column, write_table
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.layouts import match_headers
from xhs_toolkit.exports.reading import LAYOUTS

OBSERVED = yaml.safe_load((Path(__file__).parent / "observed.yaml").read_text(encoding="utf-8"))
CREATORS = next(layout for layout in LAYOUTS if layout.kind == "dandelion_creators")
USER = "5ef1b2c3000000000100a{:03x}"


@pytest.mark.parametrize("title", OBSERVED["files"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_header_row_of_the_wild_lands_as_judged_by_hand(tmp_path: Path, title: str, ending: str) -> None:
    file = OBSERVED["files"][title]
    columns = [_make(header, wanted, file["kind"]) for header, wanted in file["headers"].items()]
    write_table(tmp_path / f"a.{ending}", columns)
    exports = read_exports(tmp_path, campaign=Campaign(folder=tmp_path))
    assert exports.files["kind"].tolist() == [file["kind"]]
    found = exports.headers.astype(object).where(exports.headers.notna(), None).to_dict("records")
    states = {str(row["header"]): str(row["state"]) for row in found}
    landed = {str(row["header"]): describe(row) for row in found}
    for header, wanted in file["headers"].items():
        if str(wanted).startswith("duplicate of "):
            assert states[header] == "duplicate", header
        else:
            assert landed[header] == wanted, header


def _make(header: str, wanted: str | None, kind: str) -> Column:
    return make_column(header, header, None if wanted == "private" else (wanted or "").split("duplicate of ")[-1], kind)


@pytest.mark.parametrize(("column", "names"), OBSERVED["names"].items(), ids=OBSERVED["names"])
def test_every_name_of_the_wild_lands(column: str, names: list[str]) -> None:
    for name in names:
        [landing] = match_headers([name], CREATORS).landings
        group = " ".join("-" if part is None else str(part) for part in landing.group or ())
        assert " ".join([str(landing.column), *([group] if set(group) - {"-", " "} else [])]) == column, name


def test_a_header_of_three_rows_keeps_everyday_and_paid_apart(tmp_path: Path) -> None:
    """Sections, then groups, then labels that repeat: what the groups say belongs to the label."""
    sections = ["基础信息", "", "", "", "数据概览", "", "", "", "数据表现", "", "粉丝分析"]
    groups = [
        "基础数据",
        "",
        "",
        "",
        "笔记数据-按规模-日常笔记",
        "",
        "笔记数据-按规模-合作笔记",
        "",
        "近90天、合作笔记、图文+视频、全部流量",
        "",
        "粉丝画像",
    ]
    labels = [
        "博主ID",
        "昵称",
        "粉丝数（万）",
        "图文笔记一口价",
        "曝光中位数",
        "阅读中位数",
        "曝光中位数",
        "阅读中位数",
        "曝光中位数",
        "千赞笔记比例",
        "性别分布-女粉占比",
    ]
    rows = [[USER.format(i), f"小林{i}", 1.2 + i, 800, 100 + i, 50, 90, 40, 80, "1.5%", "88%"] for i in range(3)]
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([sections, groups, labels, *rows]):
            sheet.write_row(number, 0, row)
    exports = read_exports(tmp_path, campaign=Campaign(folder=tmp_path))
    baselines = exports.tables["baselines"].query("creator_name == '小林0'").fillna({"window_days": 0})
    found = baselines.set_index(["scope", "window_days"])["exposure_median"].to_dict()
    assert found == {("everyday", 0): 100, ("paid", 0): 90, ("paid", 90): 80}
    assert exports.tables["creators"]["followers"].tolist() == [12_000, 22_000, 32_000]


def test_labels_that_repeat_under_groups_nobody_knows_are_not_read(tmp_path: Path) -> None:
    groups = ["", "", "甲方", "乙方"]
    labels = ["昵称", "粉丝数", "曝光中位数", "曝光中位数"]
    rows = [["小林", 12_000, 100, 90], ["小王", 13_000, 110, 95]]
    write_rows = [groups, labels, *rows]
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(write_rows):
            sheet.write_row(number, 0, row)
    exports = read_exports(tmp_path, campaign=Campaign(folder=tmp_path))
    assert exports.tables["creators"]["followers"].tolist() == [12_000, 13_000]
    assert exports.tables["baselines"].empty
    assert "甲方|曝光中位数" in exports.files["columns_ignored"].iloc[0]
