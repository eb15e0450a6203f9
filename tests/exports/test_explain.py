"""``xhs check --explain FILE``: the mapping by hand it writes, and what becomes of it in campaign.yaml."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
import yaml

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.exports import Exports, explain_file, read_exports

HALF = [["Überschrift", "首次发布时间", "Aufrufe: alle", "点赞", "手机号", "外星"], ["a", "2026-07-11", 7, 1, 138, "x"]]
ODD = [["alpha", "beta", "gamma", "delta"], ["65f1a2b3c4d5e6f708192a01", "12", "3", "2026-07-11"]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "spring" / "data"
    folder.mkdir(parents=True)
    return folder


def settle(data: Path, settings: str = "") -> Campaign:
    (data.parent / "campaign.yaml").write_text(f"client: T\ncampaign: T\n{settings}\n", encoding="utf-8")
    return read_campaign(data.parent)


def read(data: Path, settings: str = "") -> Exports:
    return read_exports(data, campaign=settle(data, settings))


def write_csv(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_the_nearest_kind_and_what_is_missing(data: Path) -> None:
    text = explain_file(write_csv(data / "half.csv", HALF), campaign=settle(data))
    assert "the nearest is the creator-centre note list (creator_center_notes)" in text
    assert "Still missing: a column for 曝光 or 观看量." in text
    [setting] = yaml.safe_load(text)["files"]
    assert setting == {
        "file": "half.csv",
        "kind": "creator_center_notes",
        "columns": {"首次发布时间": "posted_at", "点赞": "likes"},
    }
    for line in ("# Überschrift:", "# 'Aufrufe: alle':", "# 外星:", "# 手机号:  # private: left out"):
        assert f"      {line}" in text.splitlines()
    free = text.split("Columns that are free: ")[1].splitlines()[0]
    assert {"title", "views", "note_link"} <= set(free.rstrip(".").split(", "))
    assert "likes" not in free.split(", ")


def test_the_mapping_goes_into_the_campaign_and_is_used(data: Path) -> None:
    text = explain_file(write_csv(data / "half.csv", HALF), campaign=settle(data))
    filled = text.replace("# Überschrift:", "Überschrift: title").replace(
        "# 'Aufrufe: alle':", "'Aufrufe: alle': views"
    )
    exports = read(data, filled)
    assert exports.problems == ()
    assert exports.tables["notes"][["title", "views", "likes"]].to_numpy().tolist() == [["a", 7.0, 1.0]]
    assert exports.files["columns_private"].tolist() == ["手机号"]
    assert exports.files["columns_ignored"].tolist() == ["外星"]


def test_a_file_of_which_nothing_is_known_can_be_mapped(data: Path) -> None:
    text = explain_file(write_csv(data / "odd.csv", ODD), campaign=settle(data))
    assert "no header was understood" in text
    assert yaml.safe_load(text) == {"files": [{"file": "odd.csv"}]}
    filled = text.replace("# kind:", "kind: mediacrawler_notes").replace("# columns:", "columns:")
    for header, column in {"alpha": "note_id", "beta": "likes", "gamma": "comments", "delta": "posted_at"}.items():
        filled = filled.replace(f"# {header}:", f"{header}: {column}")
    notes = read(data, filled).tables["notes"]
    assert notes[["note_id", "likes", "comments"]].to_numpy().tolist() == [["65f1a2b3c4d5e6f708192a01", 12.0, 3.0]]


def test_a_link_can_be_mapped_by_hand(data: Path) -> None:
    link = "https://www.xiaohongshu.com/explore/65f1a2b3c4d5e6f708192a01?x=1"
    write_csv(data / "x.csv", [["Wo", "曝光量", "自然曝光量"], [link, 9, 3]])
    exports = read(data, "files:\n  - {file: x.csv, kind: dandelion_notes, columns: {Wo: note_link}}")
    assert exports.tables["notes"]["note_id"].tolist() == ["65f1a2b3c4d5e6f708192a01"]


@pytest.mark.parametrize(
    "header",
    [
        "a: b",
        "#1",
        "'",
        '"',
        "- x",
        "是",
        "yes",
        "1e3",
        "[x]",
        "{y}",
        "%曝",
        "@",
        "a\\b",
        "曝光\t量",
        "?",
        "null",
        "🙂",
    ],
)
@pytest.mark.parametrize("name", ["data [1].csv", "a' b.csv", "是.csv", "# x.csv", "{}.csv"])
def test_what_is_written_can_always_be_read_again(data: Path, header: str, name: str) -> None:
    path = write_csv(
        data / name, [[header, "笔记标题", "首次发布时间", "曝光", "点赞"], ["v", "t", "2026-07-11", 9, 3]]
    )
    campaign = settle(data, explain_file(path, campaign=settle(data)))
    exports = read_exports(data, campaign=campaign)
    assert exports.tables["notes"]["exposure"].tolist() == [9]
    assert not [problem for problem in exports.problems if problem.file == "campaign.yaml"]


def test_a_kind_named_by_hand_needs_only_what_names_a_row(data: Path) -> None:
    write_csv(data / "x.csv", [["笔记标题", "首次发布时间", "曝光"], ["a", "2026-07-11 08:00:00", 9]])
    assert read(data).tables["notes"].empty
    setting = "files:\n  - {file: x.csv, kind: creator_center_notes}"
    assert read(data, setting).tables["notes"]["exposure"].tolist() == [9]
    write_csv(data / "x.csv", [["笔记标题", "曝光"], ["a", 9]])
    [problem] = read(data, setting).problems
    assert "also needs a column for 首次发布时间" in problem.what


def test_medians_and_sheets_are_explained(data: Path) -> None:
    with xlsxwriter.Workbook(data / "a.xlsx") as book:
        book.add_worksheet("说明").write(0, 0, "导出说明")
        one, two = book.add_worksheet("博主"), book.add_worksheet("待定")
        one.write_row(0, 0, ["博主昵称", "粉丝数", "阅读中位数（日常30天）"])
        one.write_row(1, 0, ["小林", 900, 50])
        two.write_row(0, 0, ["alpha", "beta", "gamma"])
    text = explain_file(data / "a.xlsx", campaign=settle(data))
    assert "a.xlsx, sheet 博主: 1 row, read as Dandelion creator list" in text
    assert "# 阅读中位数（日常30天） is read as views_median (everyday, 30) by itself" in text
    assert "a.xlsx, sheet 待定: 0 rows; no header was understood" in text
    assert "说明" not in text


def test_a_workbook_of_prose_and_an_empty_sheet_is_explained(data: Path) -> None:
    with xlsxwriter.Workbook(data / "a.xlsx") as book:
        book.add_worksheet("说明").write(0, 0, "导出说明")
        book.add_worksheet("空")
    assert "no header was understood" in explain_file(data / "a.xlsx", campaign=settle(data))


def test_the_verb_finds_the_campaign_of_the_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle(data, "files:\n  - {file: half.csv, kind: mediacrawler_notes}")
    path = write_csv(data / "half.csv", HALF)
    assert main(["check", "--explain", str(path)]) == 0
    assert "kind: mediacrawler_notes" in capsys.readouterr().out
    loose = write_csv(data.parent.parent / "loose.csv", HALF)
    assert main(["check", "--explain", str(loose)]) == 0
    assert "kind: creator_center_notes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check"], "Which campaign?"),
        (["check", "--explain", "missing.csv"], "does not exist"),
        (["check", "--explain", "."], "is a folder"),
    ],
)
def test_mistakes_are_told(arguments: list[str], expected: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capfd.readouterr().err
    assert expected in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("{file: nothing.csv}", ["fits no file in data/"]),
        ("{file: x.csv, kind: creator_center_note}", ["is no kind of export", "write creator_center_notes"]),
        ("{file: x.csv, columns: {Nirgends: views}}", ["the file has no such header"]),
        ("{file: x.csv, columns: {手机号: place}}", ["read_private is not yes"]),
        ("{file: x.csv, columns: {外星: rank}}", ["has no column rank"]),
    ],
)
def test_a_setting_without_effect_is_told(data: Path, setting: str, expected: list[str]) -> None:
    head = ["笔记标题", "首次发布时间", "曝光", "点赞", "手机号", "外星"]
    write_csv(data / "x.csv", [head, ["a", "2026-07-11 08:00:00", 9, 3, 138, "x"]])
    exports = read(data, f"files:\n  - {setting}")
    [problem] = exports.problems
    assert (problem.file, problem.column) == ("campaign.yaml", "files")
    assert all(text in str(problem) for text in expected)
    assert len(exports.tables["notes"]) == 1


NOTES = [["笔记标题", "首次发布时间", "曝光", "观看量", "点赞"], ["a", "2026-07-11", 7, 5, 1]]
CREATORS = [["博主昵称", "小红书号", "粉丝数", "图文报价"], ["小林", "94821", 12345, 800]]


@pytest.mark.parametrize("below", [True, False])
def test_a_file_of_several_kinds_gets_one_setting_that_changes_nothing(below: bool, data: Path) -> None:
    with xlsxwriter.Workbook(str(data / "both.xlsx")) as book:
        sheets = [[*NOTES, [], *CREATORS]] if below else [NOTES, CREATORS]
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    text = explain_file(data / "both.xlsx", campaign=settle(data))
    assert text.count("files:") == 1
    assert "# each table has its own: creator_center_notes, agency_creators" in text
    before, after = read(data), read(data, text)
    assert after.problems == ()
    for name in ("notes", "creators"):
        assert len(after.tables[name]) == 1
        pd.testing.assert_frame_equal(before.tables[name], after.tables[name])


def test_sheets_of_one_kind_share_one_setting(data: Path) -> None:
    with xlsxwriter.Workbook(str(data / "two.xlsx")) as book:
        for month, extra, day in (("7月", "Aufrufe", "2026-07-11"), ("8月", "外星", "2026-08-11")):
            sheet = book.add_worksheet(month)
            sheet.write_row(0, 0, [*NOTES[0], extra])
            sheet.write_row(1, 0, [month, day, 7, 5, 1, 3])
    text = explain_file(data / "two.xlsx", campaign=settle(data))
    [setting] = yaml.safe_load(text)["files"]
    assert setting["kind"] == "creator_center_notes"
    exports = read(data, text.replace("# Aufrufe:", "Aufrufe: comments"))
    assert exports.problems == ()
    assert exports.tables["notes"]["comments"].dropna().tolist() == [3]
