"""``xhs check``: every file on one screen, with what was assumed, left out, and needs a person."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.cli import main
from xhs_toolkit.cli.overview import MAX_PROBLEMS, describe_exports
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports import Exports, read_exports

HEAD = ["笔记标题", "首次发布时间", "曝光", "观看量", "点赞", "封面点击率"]
ROW = ["早八妆", "2026-07-11 03:09:05", 1000, 200, 8, 0.15]
MODIFIED = datetime(2026, 8, 20, tzinfo=UTC).timestamp()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "campaign.yaml").write_text("client: T\ncampaign: T\n", encoding="utf-8")
    return tmp_path


def read(folder: Path) -> Exports:
    return read_exports(folder / "data", campaign=Campaign(folder=folder))


def write_csv(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    os.utime(path, (MODIFIED, MODIFIED))


def write_book(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2026, 8, 10, tzinfo=UTC)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def test_a_check_says_what_was_read_assumed_and_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = [*HEAD, "手机号", "外星指数"]
    total = ["合计", "", 1000, 200, 8, "", "", ""]
    write_csv(folder / "data" / "notes.csv", [head, [*ROW, "138", 7], total])
    assert main(["check", str(folder)]) == 0
    told = capsys.readouterr().out.split("notes.csv\n")[1].splitlines()
    assert told == [
        "  creator_center_notes, 1 row, 2026-07-11, 6 columns read",
        "  read as fraction: cover_click_rate",
        "  figures as of: the file's date on disk, for nothing in it names a date",
        "  left out: 1 totals row",
        "  not used: 外星指数",
        "  left out as private: 手机号",
        "",
        "Nothing needs a human.",
    ]


def test_sheets_that_explain_and_empty_sheets_are_nothing_to_read(folder: Path) -> None:
    prose = [["导出说明"], ["数据每日更新"]]
    write_book(
        folder / "data" / "a.xlsx", {"说明": prose, "数据": [HEAD, ROW], "Sheet3": [], "Remarks": [["see page 1"]]}
    )
    exports = read(folder)
    assert exports.files["state"].tolist() == ["nothing_to_read", "read", "nothing_to_read", "nothing_to_read"]
    assert not exports.files["needs_human"].any()
    assert exports.problems == ()
    text = describe_exports(exports.files, problems=exports.problems)
    assert text.count("nothing to read") == 3
    assert "figures as of: the day the file was made, as it says itself" in text


def test_a_file_of_prose_alone_and_a_table_of_no_kind_need_a_human(folder: Path) -> None:
    write_book(folder / "data" / "a.xlsx", {"说明": [["导出说明"]]})
    write_book(folder / "data" / "b.xlsx", {"数据": [HEAD, ROW], "Q": [["alpha", "beta", "gamma"], [1, 2, 3]]})
    exports = read(folder)
    assert exports.files["state"].tolist() == ["refused", "read", "refused"]
    assert [(problem.file, problem.sheet) for problem in exports.problems] == [("a.xlsx", "说明"), ("b.xlsx", "Q")]
    assert "the most likely one reads: alpha, beta, gamma" in str(exports.problems[1])


def test_a_hidden_sheet_is_told(folder: Path) -> None:
    with xlsxwriter.Workbook(str(folder / "data" / "a.xlsx")) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        book.add_worksheet("旧").hide()
    [problem] = read(folder).problems
    assert (problem.sheet, "hidden" in problem.what) == ("旧", True)


def test_subtotals_and_a_total_that_tie_are_left_out_in_silence(folder: Path) -> None:
    other = ["通勤", "2026-07-12 08:00:00", 500, 100, 4, 0.1]
    rows = [ROW, ["小计", "", 1000, 200, 8, ""], other, ["小计", "", 500, 100, 4, ""], ["总计", "", 1500, 300, 12, ""]]
    write_csv(folder / "data" / "a.csv", [HEAD, *rows])
    exports = read(folder)
    assert exports.tables["notes"]["exposure"].sum() == 1500
    assert exports.files["n_totals"].tolist() == [3]
    assert exports.problems == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"PK\x03\x04" + bytes(50)),
        ("a.csv", b""),
        ("a.csv", b"note_id,likes,comments\n1,2,3\n4,5"),
        ("a.json", b'[{"note_id": "1", "likes": 2}, {"note'),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999) + "EncryptedPackage".encode("utf-16-le")),
    ],
    ids=["damaged", "empty", "cut", "cut json", "password"],
)
def test_a_file_that_cannot_be_read_or_was_cut_short_comes_first(folder: Path, name: str, data: bytes) -> None:
    (folder / "data" / name).write_bytes(data)
    write_csv(folder / "data" / "0.csv", [["something", "else"], ["a", "b"]])
    exports = read(folder)
    assert exports.unreadable == exports.problems[:1]
    assert exports.unreadable[0].file == name
    assert exports.unreadable[0] not in exports.questions
    assert describe_exports(exports.files, problems=exports.problems).split("\n\n")[1].startswith("Not read, or cut")


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_short_last_row_is_a_cut_only_where_no_line_break_ends_it(folder: Path, end: str) -> None:
    (folder / "data" / "a.csv").write_text(f"note_id,likes,comments\n1,2,3\n4,5{end}", encoding="utf-8")
    assert bool(read(folder).unreadable) == (not end)


@pytest.mark.parametrize(
    "head",
    [
        ["作品ID", "点赞数量", "作者昵称", "作品链接", "作品状态"],
        ["笔记标题", "首次发布时间", "曝光", "点赞", "笔记状态"],
    ],
    ids=["by hand", "creator centre"],
)
def test_a_note_that_the_platform_does_not_show_is_asked_about(folder: Path, head: list[str]) -> None:
    link = "https://www.xiaohongshu.com/explore/64a1b2c3000000001f00a0a"
    own = {"作品ID": "64a1b2c3000000001f00a0a", "作品链接": link, "首次发布时间": "2026-07-1"}
    rows = [
        [
            *(
                f"{own[name]}{n}" if name in own else f"x{n}" if "题" in name or "称" in name else 10 * n
                for name in head[:-1]
            )
        ]
        for n in (1, 2, 3)
    ]
    states = ["正常", "异常", "已删除"]
    write_csv(folder / "data" / "a.csv", [head, *([*row, state] for row, state in zip(rows, states, strict=True))])
    [asked] = read(folder).questions
    assert (asked.topic, asked.column) == ("state", head[-1])
    assert "异常" in asked.what
    assert "正常" not in asked.what


def test_one_bad_file_does_not_hide_the_others(folder: Path) -> None:
    write_csv(folder / "data" / "a.csv", [HEAD, ROW])
    problems = [Problem("is wrong", file="a.csv", row=row) for row in range(40)]
    problems += [Problem("is unreadable", file=f"{name}.csv") for name in "bc"]
    lines = describe_exports(read(folder).files, problems=problems).split("Needs a human:\n")[1].splitlines()
    assert [line for line in lines if "unreadable" in line] == [
        "  - b.csv: is unreadable.",
        "  - c.csv: is unreadable.",
    ]
    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-1] == "  … and 30 more: xhs check --all FOLDER shows them"


def test_all_columns_and_problems_are_shown_on_demand(folder: Path) -> None:
    strangers = [f"外星{number}" for number in range(9)]
    write_csv(folder / "data" / "a.csv", [[*HEAD, *strangers], [*ROW, *strangers]])
    problems = [Problem("is wrong", file="a.csv", row=row) for row in range(40)]
    text = describe_exports(read(folder).files, problems=problems, everything=True)
    assert all(f"    {name} → not read\n" in text for name in strangers)
    assert "    曝光 → exposure (Exposure)\n" in text
    assert sum("is wrong" in line for line in text.splitlines()) == len(problems)
    assert "more" not in text


def test_everything_a_folder_may_hold_in_one_check(folder: Path) -> None:
    """A row without its required value, a choice that is none, and overlapping reports: told, never a traceback."""
    head = ["时间", "计划ID", "消费", "展现量", "点击量", "投放位置"]
    rows = [["2026-08-01", "690012345678901234", 10, 100, 5, "信息流推广"], ["", "1", 3, 4, 5, "搜索推广"]]
    write_csv(folder / "data" / "ads.csv", [head, *rows, ["2026-08-02", "690012345678901234", 1, 1, 1, "天上"]])
    write_csv(folder / "data" / "ads2.csv", [head, [*rows[0][:2], 12, *rows[0][3:]]])
    os.utime(folder / "data" / "ads2.csv", (MODIFIED + 9, MODIFIED + 9))
    exports = read(folder)
    assert exports.tables["ad_days"]["spend_cny"].tolist() == [1, 12]
    assert {("ads.csv", 3), ("ads.csv", 4)} <= {(problem.file, problem.row) for problem in exports.problems}
    assert any("stand in a newer file too" in problem.what for problem in exports.problems)
