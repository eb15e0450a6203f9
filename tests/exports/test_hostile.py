"""Hostile and absurd files all the way into the tables: bounded time and memory, bounded talk, nothing evaluated."""

from __future__ import annotations

import csv
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import Exports, read_exports
from xhs_toolkit.exports.reading import MAX_OF_A_SORT

HEAD = ["笔记标题", "首次发布时间", "曝光", "观看量", "点赞"]
POSTED = "2026-07-11 08:00:00"
ENOUGH_S = 30.0
"""Seconds of processor time: ten times what the slowest of these files takes; without bounds they take minutes."""


def read(folder: Path) -> tuple[Exports, float]:
    start = time.process_time()
    exports = read_exports(folder, campaign=Campaign(folder=folder))
    return exports, time.process_time() - start


def write_csv(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def make_wide(letters: str, size: int) -> list[list[object]]:
    rng = random.Random(1)  # noqa: S311
    return [[" ".join("".join(rng.choices(letters, k=size)) for _ in range(3)) for _ in range(1990)] for _ in range(33)]


def make_rows(row: Callable[[int], list[object]], n_rows: int = 30_000) -> list[list[object]]:
    return [HEAD, *(row(number) for number in range(n_rows))]


HOSTILE = {
    "two thousand columns of Chinese": make_wide("曝光量阅读互动点赞收藏评论粉丝日常合作图文视频报价", 5),
    "two thousand columns of Latin": make_wide("abcdefghijklmnop", 7),
    "headers of 119 characters": [[("曝光量阅读" * 24)[:119] for _ in range(200)]] * 33,
    "cells of 32,000 digits": make_rows(lambda _: ["x", POSTED, "9" * 32_000, "1," * 16_000, "1." * 16_000], 50),
    "times of 32,000 characters": make_rows(
        lambda _: ["x", "2026-" * 6_400, "1" + "0" * 32_000, "万" * 9, "-" * 99], 50
    ),
    "a problem in every row": make_rows(lambda i: [f"t{i}", 1_700_000_000 + i, f"abc{i}", 0, 7]),
    "unmeasured in every row": make_rows(lambda i: [f"t{i}", 1_700_000_000 + i, 0, 5, 7]),
    "no key in any row": make_rows(lambda i: [f"t{i}", "", 9, 5, 7]),
    "one note in every row": make_rows(lambda i: ["t", POSTED, 9, 5, i]),
    "nothing but totals": make_rows(lambda i: ["合计", "", 9, 5, i]),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_tables_are_read_or_refused_in_bounded_time_and_few_words(name: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", HOSTILE[name])
    exports, seconds = read(tmp_path)
    assert seconds < ENOUGH_S
    assert 0 < len(exports.problems) <= 4 * MAX_OF_A_SORT
    assert all(len(str(problem)) < 1_500 for problem in exports.problems)


def test_formulas_stay_text_and_count_for_nothing(tmp_path: Path) -> None:
    link = '=HYPERLINK("http://example.invalid","x")'
    write_csv(tmp_path / "a.csv", [HEAD, [link, POSTED, "=1+1", "@SUM(A1)", "+7"]])
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["b", "2026-07-12 08:00:00"])
        sheet.write_formula(1, 2, "=1+1", None, 1200)
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_number(1, 4, 3)
    exports, _ = read(tmp_path)
    notes = exports.tables["notes"].set_index("source_file")
    assert notes.loc["a.csv", "title"] == link
    assert notes.loc["a.csv", ["exposure", "views"]].isna().all()
    assert notes.loc["a.csv", "likes"] == 7
    assert notes.loc["b.xlsx", "exposure"] == 1200
    *told, errors = exports.problems
    assert [(problem.column, problem.value) for problem in told] == [("曝光", "=1+1"), ("观看量", "@SUM(A1)")]
    assert (errors.file, "1 cell of the workbook holds an error" in errors.what) == ("b.xlsx", True)


def test_what_is_refused_leaves_the_others_running(tmp_path: Path) -> None:
    write_csv(tmp_path / "good.csv", [HEAD, ["a", POSTED, 9, 5, 1]])
    write_csv(tmp_path / "wide.csv", [[f"曝光{i}" for i in range(100_000)]])
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    (tmp_path / "deep.json").write_text("[" * 50_000 + "]" * 50_000, encoding="utf-8")
    outside = tmp_path.parent / "outside.csv"
    write_csv(outside, [HEAD, ["secret", POSTED, 9, 5, 1]])
    link = tmp_path / "link.csv"
    try:
        link.symlink_to(outside)
    except OSError:
        link.write_bytes(b"\xff\xd8\xff a picture")
    exports, seconds = read(tmp_path)
    assert seconds < ENOUGH_S
    assert exports.tables["notes"]["title"].tolist() == ["a"]
    refused = exports.files.loc[exports.files["state"].eq("unreadable"), "file"]
    assert sorted(refused) == ["bomb.xlsx", "deep.json", "link.csv", "wide.csv"]
    assert {problem.file for problem in exports.unreadable} == set(refused)


def test_a_key_column_that_holds_something_else_refuses_the_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [HEAD, *([f"t{i}", "待补充", 9, 5, 1] for i in range(9))])
    exports, _ = read(tmp_path)
    assert exports.tables["notes"].empty
    assert [problem.column for problem in exports.problems] == ["首次发布时间", None]
    assert "also needs a column for 首次发布时间" in exports.problems[1].what


def test_half_a_character_in_json_breaks_nothing(tmp_path: Path) -> None:
    cells = (
        '"note_id":"64a1b2c3000000001f00a001","user_id":"5ef1b2c3000000000100a001","liked_count":1,"time":1752170945000'
    )
    titles = {"a": r"cut \ud83d", "b": r"whole \ud83d\ude00", "c": r"low \ude00", "d": r"a path \\ud83d"}
    for name, title in titles.items():
        other = cells.replace("00a001", f"00a00{name}")
        (tmp_path / f"{name}.json").write_text("[{" + f'"title":"{title}",{other}' + "}]", encoding="utf-8")
    exports, _ = read(tmp_path)
    assert exports.files["state"].eq("read").all()
    assert set(exports.tables["notes"]["title"]) == {"cut \ufffd", "whole \U0001f600", "low \ufffd", "a path \\ud83d"}


def test_a_cell_merged_over_a_million_rows_and_links_to_other_workbooks(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.merge_range(1, 0, 1_000_000, 0, "a")
        sheet.write(1, 1, POSTED)
        sheet.write_formula(1, 2, "='[http://example.invalid/x.xlsx]S'!A1", None, 100)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as archive:
        entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><externalLink>&a;</externalLink>'
        archive.writestr("xl/externalLinks/externalLink1.xml", entity)
    exports, seconds = read(tmp_path)
    assert seconds < ENOUGH_S
    assert exports.tables["notes"][["title", "exposure"]].to_numpy().tolist() == [["a", 100.0]]
    assert exports.problems == ()
