"""Opening files: every type and encoding, headers and totals, and files that mean harm."""

# ruff: noqa: S311 (reproducible damage, no secrets)
from __future__ import annotations

import json
import os
import random
import re
import struct
import time
import zipfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_xls import write_xls

from xhs_toolkit.errors import ExportError
from xhs_toolkit.exports import sheetbase
from xhs_toolkit.exports.headers import drop_totals, find_header, flatten_header
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.sheets import list_data_files, open_file

ROWS = [
    ["笔记标题", "曝光", "封面点击率"],
    ["好物, 分享", "1.2w", "12.3%"],
    ['说"好"', "", "-"],
    ["第二行\n换行", "10万+", "0.5%"],
]
NO_HEALTH_CHECK = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def open_one(path: Path) -> Sheet:
    (sheet,) = open_file(path)
    return sheet


def refusal(path: Path, **options) -> str:
    """The message with which a file is refused, after checking that it came soon and names the file and a fix."""
    start = time.perf_counter()
    with pytest.raises(ExportError) as caught:
        open_file(path, **options)
    assert time.perf_counter() - start < 20
    (problem,) = caught.value.problems
    assert problem.file
    assert problem.fix
    return str(caught.value)


def write_workbook(path: Path, rows, *, sheets=("Sheet1",), **properties) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        workbook.set_properties(properties)
        for name in sheets:
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def edit_part(source: Path, target: Path, part: str, change) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return target


SHEET = "xl/worksheets/sheet1.xml"


# Text tables --------------------------------------------------------------------------------------------------------


def to_csv(rows, delimiter=",", end="\r\n") -> str:
    def write(cell):
        return '"' + cell.replace('"', '""') + '"' if re.search(r'[,;\t\n"]', cell) else cell

    return end.join(delimiter.join(map(write, row)) for row in rows) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_tables_in_every_encoding(tmp_path, encoding, delimiter, end):
    path = tmp_path / "notes.csv"
    path.write_bytes(to_csv(ROWS, delimiter, end).encode(encoding))
    sheet = open_one(path)
    assert sheet.cells.to_numpy().tolist() == ROWS
    assert {str(dtype) for dtype in sheet.cells.dtypes} == {"str"}
    assert sheet.encoding == {"utf-16": "utf-16-le"}.get(encoding, encoding)
    assert (sheet.file, sheet.name, sheet.created_at, sheet.problems) == ("notes.csv", None, None, ())


def test_an_empty_cell_is_an_empty_text_and_null_stays_a_word(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n,null\nNA,\n", encoding="utf-8")
    assert open_one(path).cells.to_numpy().tolist() == [["a", "b"], ["", "null"], ["NA", ""]]


def test_blank_lines_keep_their_place(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n\na,b\n\n1,2\n", encoding="utf-8")
    cells = open_one(path).cells
    assert cells.iloc[2].tolist() == ["a", "b"]
    assert cells.iloc[4].tolist() == ["1", "2"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_title_above_the_header_and_ragged_rows(tmp_path, quote):
    path = tmp_path / "a.csv"
    path.write_text(f"导出时间 2026\n{quote}a{quote},b,c\n1,2\n3,4,5,6\n", encoding="utf-8")
    cells = open_one(path).cells
    assert cells.to_numpy().tolist() == [
        ["导出时间 2026", "", "", ""],
        ["a", "b", "c", ""],
        ["1", "2", "", ""],
        ["3", "4", "5", "6"],
    ]
    path.write_text(f"导出时间 2026\n{quote}a{quote},b,c\n1,2,3\n", encoding="utf-8")
    assert open_one(path).cells.to_numpy().tolist() == [["导出时间 2026", "", ""], ["a", "b", "c"], ["1", "2", "3"]]


def test_rows_that_a_stray_comma_shifted_are_left_out_and_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("标题,曝光,阅读\n好物,1,2\n好,物,3,4\n好物,5\n好物,6,7,\n合计,11,9\n", encoding="utf-8")
    sheet = open_one(path)
    assert sheet.cells.to_numpy().tolist()[1:] == [
        ["好物", "1", "2"],
        ["", "", ""],
        ["好物", "5", ""],
        ["好物", "6", "7"],
        ["合计", "11", "9"],
    ]
    assert [problem.row for problem in sheet.problems] == [3, 4]


def test_a_utf8_file_with_a_broken_character_is_not_read_as_nonsense(tmp_path):
    data = to_csv(ROWS * 20).encode()
    path = tmp_path / "a.csv"
    for broken in (data[: data.rindex(b"%") - 40] + "好".encode()[:2], data[:200] + b"\xff" + data[200:]):
        path.write_bytes(broken)
        assert "not utf-8" in refusal(path)


def test_a_utf8_file_cut_inside_a_character_is_told_to_be_cut_off(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,粉丝\nabc,1\nabcdefghijklmnop,好".encode()[:-1])
    with pytest.raises(ExportError, match="cut off"):
        open_file(path)
    path.write_bytes("name,fans\nabc,好".encode("gb18030"))
    assert open_one(path).cells.iloc[1, 1] == "好"


def test_stray_carriage_returns_split_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,粉丝\r\r\n小红\r,12\r\n".encode())
    assert open_one(path).cells.to_numpy().tolist() == [["名称", "粉丝 "], ["小红 ", "12"]]


def test_a_thousands_comma_does_not_make_a_tab_table_a_comma_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("名称\t粉丝\n小红\t1,234\n小蓝\t5,678\n", encoding="utf-8")
    assert open_one(path).cells.iloc[1].tolist() == ["小红", "1,234"]


def test_a_single_column_is_a_table_too(tmp_path):
    path = tmp_path / "ids.csv"
    path.write_text("笔记ID\n634a\n", encoding="utf-8")
    assert open_one(path).cells.to_numpy().tolist() == [["笔记ID"], ["634a"]]


cell_texts = st.text(
    alphabet=st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Cf"], include_characters='",;\t\n'),
    max_size=8,
)


@NO_HEALTH_CHECK
@given(
    rows=st.lists(st.lists(cell_texts, min_size=2, max_size=4), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_any_table_written_by_the_standard_library_reads_back(tmp_path, rows, encoding):
    width = max(map(len, rows))
    square = [["k" * width, *["h"] * (width - 1)], *[[*row, *[""] * (width - len(row))] for row in rows]]
    path = tmp_path / "a.csv"
    path.write_bytes((("x,x" + ",x" * (width - 2) + "\n") * 3 + to_csv(square, ",", "\n")).encode(encoding))
    expected = pd.DataFrame(square)
    pd.testing.assert_frame_equal(
        open_one(path).cells.iloc[3:].reset_index(drop=True).astype(object), expected.astype(object)
    )


# Workbooks ----------------------------------------------------------------------------------------------------------


def test_a_workbook_as_stored(tmp_path):
    rows = [
        ["笔记ID", "发布", "曝光"],
        ["690012345678901234", datetime(2026, 7, 11, 3, 9, 5), 12],
        ["x", date(2026, 7, 11), ""],
    ]
    created = datetime(2026, 7, 11, 18, 9, 20)
    sheet = open_one(write_workbook(tmp_path / "a.xlsx", rows, created=created))
    assert sheet.cells.to_numpy().tolist() == [
        ["笔记ID", "发布", "曝光"],
        ["690012345678901234", datetime(2026, 7, 11, 3, 9, 5), 12.0],
        ["x", date(2026, 7, 11), ""],
    ]
    assert sheet.created_at == created.replace(tzinfo=UTC)
    assert sheet.modified_at.tzinfo is UTC
    assert (sheet.name, sheet.encoding) == ("Sheet1", None)


def test_rows_keep_their_numbers_when_the_table_starts_further_down(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet().write("C5", "曝光")
    assert open_one(path).cells.iloc[4, 2] == "曝光"


def test_every_visible_sheet_is_opened_and_a_hidden_one_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("说明", "数据", "旧"):
            workbook.add_worksheet(name).write(0, 0, name)
        workbook.add_worksheet("空")
        workbook.get_worksheet_by_name("旧").hide()
    found = open_file(path)
    assert [sheet.name for sheet in found] == ["说明", "数据", "旧", "空"]
    assert found[3].cells.empty
    assert not found[3].problems
    assert found[2].cells.empty
    assert "hidden" in str(found[2].problems[0])


def test_formulas_give_the_value_stored_and_are_not_evaluated(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_formula(0, 0, '=HYPERLINK("http://example.invalid","x")', None, "stored")
        sheet.write_formula(1, 0, "=1+1", None, 7)
    assert open_one(path).cells[0].tolist() == ["stored", 7.0]


def test_an_old_binary_workbook(tmp_path):
    path = tmp_path / "a.xls"
    write_xls(path, [["博主昵称", "粉丝数"], ["小红", 1234.0]])
    sheet = open_one(path)
    assert sheet.name == "表1"
    assert sheet.cells.to_numpy().tolist() == [["博主昵称", "粉丝数"], ["小红", 1234.0]]


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a.json", "a.dat"])
def test_the_content_decides_and_not_the_extension(tmp_path, name):
    write_workbook(tmp_path / "a.xlsx", ROWS).rename(tmp_path / name)
    assert open_one(tmp_path / name).cells.shape == (4, 3)
    (tmp_path / name).write_text("a\tb\n1\t2\n", encoding="gb18030")
    if name == "a.json":
        assert "not valid JSON" in refusal(tmp_path / name)
    else:
        assert open_one(tmp_path / name).cells.to_numpy().tolist() == [["a", "b"], ["1", "2"]]


def test_a_web_page_called_xls(tmp_path):
    path = tmp_path / "a.xls"
    page = "<html><head><meta charset=utf-8></head><table><tr><td colspan=2>标题</td></tr><tr><th>曝光<th>阅读</tr>"
    path.write_text(page + "<tr><td>1&nbsp;</td><td>2<br>3</td></tr></table></html>", encoding="utf-8")
    assert open_one(path).cells.to_numpy().tolist() == [["标题", "标题"], ["曝光", "阅读"], ["1", "2\n3"]]
    path.write_text(page + "<tr><td rowspan=2>1</td></tr></table>", encoding="utf-8")
    assert "is a web page" in refusal(path)
    path.write_text("<html><body>请登录</body></html>", encoding="utf-8")
    assert "it holds no table" in refusal(path)


# JSON ---------------------------------------------------------------------------------------------------------------

RECORDS = [{"id": 690012345678901234, "user": {"name": "小红", "tags": ["a", "b"]}}, {"id": 2, "n": 0.5}]
AS_CELLS = [
    ["id", "user.name", "user.tags", "n"],
    [690012345678901234, "小红", "a,b", None],
    [2, None, None, 0.5],
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (json.dumps(RECORDS), None),
        (json.dumps(RECORDS, indent=1), None),
        ("\n".join(json.dumps(record) for record in RECORDS) + "\n\n", None),
        (json.dumps({"code": 0, "data": {"list": RECORDS, "total": 2}}), "data.list"),
        (json.dumps({"result": {"items": RECORDS}}), "result.items"),
        (json.dumps([{"code": 0, "data": {"list": [record]}} for record in RECORDS]), "data.list"),
        ("\n".join(json.dumps({"code": 0, "data": {"list": [record]}}) for record in RECORDS), "data.list"),
    ],
)
@pytest.mark.parametrize("extension", ["json", "jsonl", "txt"])
def test_records_wherever_they_stand(tmp_path, text, name, extension):
    path = tmp_path / f"a.{extension}"
    path.write_text(text, encoding="utf-8-sig")
    sheet = open_one(path)
    assert sheet.cells.to_numpy().tolist() == AS_CELLS
    assert sheet.name == name
    assert type(sheet.cells.iloc[1, 0]) is int


def test_several_lists_are_several_sheets_and_one_object_is_one_row(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"data": {"notes": [{"a": 1}], "creators": [{"b": 2}]}}), encoding="utf-8")
    assert [sheet.name for sheet in open_file(path)] == ["data.notes", "data.creators"]
    one = {"userId": "5f", "name": "小红", "fansCount": 7, "ages": [{"group": "18-24", "percent": 0.4}]}
    path.write_text(json.dumps({"code": 0, "data": one}, ensure_ascii=False), encoding="utf-8")
    sheet = open_one(path)
    assert sheet.name == "data"
    assert sheet.cells.iloc[1].tolist() == ["5f", "小红", 7, '[{"group": "18-24", "percent": 0.4}]']


def test_not_a_number_is_missing_and_infinity_stays_a_word(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a": NaN, "b": Infinity, "c": 1e999}]', encoding="utf-8")
    assert open_one(path).cells.iloc[1].tolist() == [None, "Infinity", float("inf")]


def test_keys_that_flatten_to_the_same_name_lose_nothing(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a.b": 1, "a": {"b": 2}}]', encoding="utf-8")
    assert open_one(path).cells.to_numpy().tolist() == [["a.b", "a.b'"], [1, 2]]


@pytest.mark.parametrize(
    "text",
    ["[1, 2]", "{}", "[]", '[{"a": 1}, 2]', '[{"a": 1}', '{"a": ', '[{"a": 1}]\n[{', "[{}]", '["a"]', "[" * 100_000],
)
def test_json_without_records_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    assert refusal(path)


@pytest.mark.parametrize("depth", [50, 900, 100_000])
def test_deep_nesting_is_kept_as_text_or_refused(tmp_path, depth):
    path = tmp_path / "a.json"
    path.write_text('[{"a": ' + '{"b":' * depth + "1" + "}" * depth + "}]", encoding="utf-8")
    try:
        assert open_one(path).cells.shape == (2, 1)
    except ExportError as error:
        assert "nested too deeply" in str(error)  # noqa: PT017
    path.write_text('[{"a": ' + "[" * depth + "]" * depth + "}]", encoding="utf-8")
    try:
        assert open_one(path).cells.shape == (2, 1)
    except ExportError as error:
        assert "nested too deeply" in str(error)  # noqa: PT017


def test_a_number_of_ten_thousand_digits_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a": ' + "9" * 10_000 + "}]", encoding="utf-8")
    assert "digits" in refusal(path)


def test_a_million_keys_are_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{f"k{number}": 1 for number in range(50_000)}]), encoding="utf-8")
    assert "columns" in refusal(path)


# Files that mean harm, or are broken --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"\n\r\n  ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture"),
        (b"\x1f\x8b" + bytes(50), "is a gzip archive"),
        (b"PAR1" + bytes(50), "is a Parquet file"),
        (random.Random(1).randbytes(5_000), "is not a text file"),
        (b"a,b\n1,\xff\xff\xff\n", "is in no known encoding"),
        (b"\xff\xfea\x00,\x00b", "is in no known encoding"),
        (b'a,b\n1,"never closed\n3,4\n', "never closed"),
        (b"PK\x03\x04" + bytes(50), "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000), "is damaged"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003"),
        (b"," * 1_000_000 + b"\n1,2", "columns"),
        (b"a\n" + b"1,2\n" * 3 + b"," * 1_000_000, "columns"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data, what):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert what in refusal(path)


def test_a_utf16_file_cut_in_the_middle_of_a_character(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,2".encode("utf-16")[:-1])
    assert "encoding" in refusal(path)


def test_a_cell_too_long_for_a_workbook_is_cut_and_reported(tmp_path):
    long = "长" * 40_000
    (tmp_path / "a.csv").write_text(f"a,b\n{long},1\n", encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps([{"a": long, "b": 1}]), encoding="utf-8")
    for name in ("a.csv", "a.json"):
        sheet = open_one(tmp_path / name)
        assert len(sheet.cells.iloc[1, 0]) == 32_767
        (problem,) = sheet.problems
        assert (problem.file, problem.row, problem.column) == (name, 2, "1")
    (tmp_path / "b.csv").write_text(f'a,b\n"{long}\n', encoding="utf-8")
    assert refusal(tmp_path / "b.csv")


def test_a_cell_beyond_what_a_workbook_holds_is_cut_and_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2,3\n" + '"' + "x" * 200_000 + '",1\n', encoding="utf-8")
    [sheet] = open_file(path)
    assert any("longer than 32,767 characters" in problem.what for problem in sheet.problems)


def test_a_truncated_workbook_is_refused_wherever_it_is_cut(tmp_path):
    data = write_workbook(tmp_path / "a.xlsx", ROWS * 50).read_bytes()
    path = tmp_path / "b.xlsx"
    for size in range(5, len(data) - 1, len(data) // 25):
        path.write_bytes(data[:size])
        assert "damaged" in refusal(path)


def test_a_truncated_or_altered_old_workbook_is_refused_or_read_without_a_crash(tmp_path):
    path = tmp_path / "a.xls"
    write_xls(path, [["昵称", "粉丝"], *[["小红", float(n)] for n in range(40)]])
    data = path.read_bytes()
    rng = random.Random(0)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(rng.randrange(1, 8)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path.write_bytes(bytes(broken[: rng.choice([len(broken), rng.randrange(8, len(broken))])]))
        try:
            open_file(path)
        except ExportError as error:
            assert error.problems[0].fix  # noqa: PT017


def test_an_altered_workbook_is_refused_or_read_without_a_crash(tmp_path):
    data = write_workbook(tmp_path / "a.xlsx", ROWS).read_bytes()
    path = tmp_path / "b.xlsx"
    rng = random.Random(0)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(rng.randrange(1, 6)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path.write_bytes(bytes(broken))
        try:
            open_file(path)
        except ExportError as error:
            assert error.problems[0].fix  # noqa: PT017


def test_altered_sheet_xml_is_refused_or_read_without_a_crash(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    rng = random.Random(0)

    def alter(xml: bytes) -> bytes:
        broken = bytearray(xml)
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(broken))
            broken[at : at + rng.randrange(3)] = rng.choice(
                [b"<", b">", b'"', b"99999999", b"ZZ", b"", b"&x;", b"c r="]
            )
        return bytes(broken)

    for _ in range(150):
        part = rng.choice([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"])
        try:
            open_file(edit_part(source, tmp_path / "b.xlsx", part, alter))
        except ExportError as error:
            assert error.problems[0].fix  # noqa: PT017


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD1", "CZZ10", "xfd9", "ZZZZ9", "B99999999"])
@pytest.mark.parametrize("template", ['r="{}"', "r='{}'", 'r = "{}"', 'r\n=\t"{}"'])
def test_a_cell_far_away_is_refused_before_memory_is_spent(tmp_path, cell, template):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    text = template.format(cell).encode()
    path = edit_part(source, tmp_path / "b.xlsx", SHEET, lambda xml: xml.replace(b'r="B2"', text))
    message = refusal(path)
    assert (
        ("cells" in message or "columns" in message) if cell != "CZZ10" else "columns" in message or "cells" in message
    )


def test_a_far_cell_that_is_only_formatted_does_no_harm(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    path = edit_part(source, tmp_path / "b.xlsx", SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert open_one(path).cells.shape == (4, 3)


def test_cells_without_references_are_counted(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)

    def drop(xml: bytes) -> bytes:
        return re.sub(rb'(<(?:c|row)) r="[^"]*"', rb"\1", xml)

    assert open_one(edit_part(source, tmp_path / "b.xlsx", SHEET, drop)).cells.shape == (4, 3)

    def widen(xml: bytes) -> bytes:
        return drop(xml).replace(b"</row>", b"<c><v>1</v></c>" * 5_000 + b"</row>", 1)

    assert "columns" in refusal(edit_part(source, tmp_path / "c.xlsx", SHEET, widen))


def test_false_dimensions_and_huge_merged_ranges_cost_nothing(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    far = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'

    def lie(xml: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml).replace(b"</sheetData>", far)

    assert open_one(edit_part(source, tmp_path / "b.xlsx", SHEET, lie)).cells.shape == (4, 3)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    bomb = bytes(60_000_000)
    path = edit_part(source, tmp_path / "b.xlsx", "xl/theme/theme1.xml", lambda _: bomb)
    assert path.stat().st_size < 200_000
    assert "unpacks to far more" in refusal(path)


def test_a_zip_bomb_whose_directory_lies_is_refused_while_unpacking(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    bomb = b"<a>" + bytes(60_000_000)
    path = edit_part(source, tmp_path / "b.xlsx", "xl/theme/theme1.xml", lambda _: bomb)
    data = path.read_bytes().replace(struct.pack("<I", len(bomb)), struct.pack("<I", 1_000))
    data = data.replace(struct.pack("<I", zlib.crc32(bomb)), struct.pack("<I", zlib.crc32(bomb[:1_000])))
    path.write_bytes(data)
    assert "unpacks to far more" in refusal(path)


def test_one_long_text_that_every_cell_repeats_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheetbase, "MAX_REPEATED_TEXT", 20_000_000)
    path = write_workbook(tmp_path / "a.xlsx", [["x" * 30_000] * 50] * 40)
    assert "unpacks to far more" in refusal(path)
    different = [[f"{row} {column}" * 20 for column in range(20)] for row in range(100)]
    assert open_one(write_workbook(tmp_path / "b.xlsx", different)).cells.shape == (100, 20)


def test_entities_in_the_properties_are_not_expanded(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "2026-01-01T00:00:00Z">]>'
    laughs = entity + b"<a><dcterms:created>&a;</dcterms:created></a>"
    assert open_one(edit_part(source, tmp_path / "b.xlsx", "docProps/core.xml", lambda _: laughs)).created_at is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-11T18:09:20Z", datetime(2026, 7, 11, 18, 9, 20, tzinfo=UTC)),
        ("2026-07-12T02:09:20+08:00", datetime(2026, 7, 11, 18, 9, 20, tzinfo=UTC)),
        ("yesterday at noon", None),
        ("0001-01-01T00:00:00+23:00", None),
    ],
)
def test_the_time_a_workbook_was_made(tmp_path, text, expected):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    core = f'<p><dcterms:created xsi:type="x">{text}</dcterms:created></p>'.encode()
    assert open_one(edit_part(source, tmp_path / "b.xlsx", "docProps/core.xml", lambda _: core)).created_at == expected


def test_parts_that_share_a_name_or_point_outside_are_refused(tmp_path):
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    for name in ("../../evil.xml", "/etc/evil.xml", "..\\evil.xml"):
        path = tmp_path / "b.xlsx"
        path.write_bytes(source.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, "x")
        assert "outside" in refusal(path)
    path.write_bytes(source.read_bytes())
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<x/>")
    assert "same name" in refusal(path)


def test_other_things_in_zips_are_named(tmp_path):
    path = tmp_path / "a.xlsx"
    for part, what in {"notes.csv": "zip archive", "content.xml": "OpenDocument", "xl/workbook.bin": "xlsb"}.items():
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(part, "x")
        assert what in refusal(path)


def test_password_protection_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xls(path, [["x"]], stream="EncryptedPackage")
    assert "password" in refusal(path)


def test_limits_on_size_are_kept(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 1_000, encoding="utf-8")
    monkeypatch.setattr("xhs_toolkit.exports.sheets.MAX_TEXT_BYTES", 100)
    assert "larger than" in refusal(path)
    monkeypatch.undo()
    monkeypatch.setattr("xhs_toolkit.exports.delimited.MAX_CELLS", 100)
    assert "cells" in refusal(path)


def test_folders_links_and_pipes_are_refused(tmp_path):
    home, outside = tmp_path / "data", tmp_path / "outside.csv"
    home.mkdir()
    outside.write_text("a,b\n1,2\n", encoding="utf-8")
    (home / "sub").mkdir()
    assert "folder" in refusal(home / "sub")
    assert "does not exist" in refusal(home / "none.csv")
    links = {"out.csv": outside, "nowhere.csv": home / "none.csv", "loop.csv": home / "loop.csv", "up": tmp_path}
    for name, target in links.items():
        try:
            (home / name).symlink_to(target)
        except OSError:
            pytest.skip("links cannot be made here")
        assert refusal(home / name)
    (home / "in.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (home / "sub" / "ok.csv").symlink_to(home / "in.csv")
    assert open_file(home / "sub" / "ok.csv", within=home)[0].cells.shape == (2, 2)
    if hasattr(os, "mkfifo"):
        os.mkfifo(home / "pipe.csv")
        assert "device" in refusal(home / "pipe.csv")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a\nb.csv", "a\\b.csv", "a\u202evsc.exe.csv", "\udcff.csv", "\x1b[31m.csv"])
def test_names_that_play_tricks_are_refused_and_shown_harmlessly(tmp_path, name):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    message = refusal(path)
    assert "rename" in message
    assert all(mark.isprintable() or mark == "\n" for mark in message)
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("piece", "n_pieces"),
    [
        (b"<c", 2_000_000),
        (b"<si", 2_000_000),
        (b" ", 5_000_000),
        (b' t="s"', 1_000_000),
        (b'<c r="A1"><v>1</v></c>', 300_000),
        (b"<", 3_000_000),
        (b"x=", 2_000_000),
    ],
)
def test_hostile_xml_takes_time_in_proportion_to_its_size(tmp_path, monkeypatch, piece, n_pieces):
    monkeypatch.setattr(sheetbase, "MAX_REPEATED_TEXT", 1)
    monkeypatch.setattr(sheetbase, "MAX_RATIO", 2_000)
    source = write_workbook(tmp_path / "a.xlsx", ROWS)
    for part in (SHEET, "xl/sharedStrings.xml"):
        path = edit_part(source, tmp_path / "b.xlsx", part, lambda xml: xml[:-20] + piece * n_pieces + xml[-20:])
        start = time.perf_counter()
        try:
            open_file(path)
        except ExportError as error:
            assert error.problems[0].fix  # noqa: PT017
        assert time.perf_counter() - start < 20


@pytest.mark.parametrize("piece", ["<td>", "<!--", "<", "<table>", "<td colspan=500>", "<a b=", "&amp;", "<tr", "</"])
def test_hostile_pages_take_time_in_proportion_to_their_size(tmp_path, piece):
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>x" + piece * (2_000_000 // len(piece)), encoding="utf-8")
    start = time.perf_counter()
    try:
        open_file(path)
    except ExportError as error:
        assert error.problems[0].fix  # noqa: PT017
    assert time.perf_counter() - start < 20


@NO_HEALTH_CHECK
@given(data=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx", "a.json", "a.xls", "a"]))
def test_no_bytes_make_it_crash(tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    try:
        assert open_file(path)
    except ExportError as error:
        assert error.problems[0].fix  # noqa: PT017


@NO_HEALTH_CHECK
@given(text=st.text(alphabet='{}[]",:.0123456789abeE\\ \nnultrfs-', max_size=60))
def test_no_json_like_text_makes_it_crash(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    try:
        assert open_file(path)
    except ExportError as error:
        assert error.problems[0].fix  # noqa: PT017


# The folder ---------------------------------------------------------------------------------------------------------


def test_the_files_of_a_folder(tmp_path):
    for name in ["b.csv", "a.xlsx", "README.md", "readme", ".DS_Store", "~$a.xlsx", "Thumbs.db", ".hidden/x.csv"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    for name in ["july/c.csv", "july/README.txt", "july/deep/d.csv", "__MACOSX/e.csv"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in list_data_files(tmp_path)]
    assert found == ["a.xlsx", "b.csv", "july/c.csv"]


# Headers and totals ---------------------------------------------------------------------------------------------------

WORDS = {"昵称", "小红书号", "粉丝数", "曝光中位数", "阅读中位数", "互动中位数", "笔记标题", "曝光", "阅读", "点赞"}


def known(text: str) -> bool:
    group, _, label = text.rpartition("|")
    return label in WORDS and group in {"", "日常30天", "合作30天", "基本信息"}


def make_sheet(rows) -> Sheet:
    width = max(map(len, rows))
    cells = pd.DataFrame([[*row, *[""] * (width - len(row))] for row in rows], dtype=object)
    return Sheet("a.csv", None, cells, None, datetime.now(UTC))


LABELS = ["昵称", "小红书号", "粉丝数"]
DATA = ["小红", "123456", 1200.0]
PAIRED = ("昵称", "日常30天|曝光中位数", "日常30天|阅读中位数", "合作30天|曝光中位数", "合作30天|阅读中位数")


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ([], 0),
        ([["最多导出1000条笔记"] * 3], 1),
        ([["最多导出1000条笔记"]], 1),
        ([[], [], ["导出时间：2026-07-11", "账号：小红"], []], 4),
        ([["说明", "粉丝数", ""]], 1),
    ],
)
def test_a_header_below_titles_and_blank_rows(above, row):
    header = find_header(make_sheet([*above, LABELS, DATA, DATA]), known)
    assert (header.rows, header.names) == ((row,), tuple(LABELS))
    assert header.first_data_row == row + 1


@pytest.mark.parametrize(
    ("groups", "labels"),
    [
        (["昵称", "日常30天", "", "合作30天", ""], ["", "曝光中位数", "阅读中位数", "曝光中位数", "阅读中位数"]),
        (["", "日常30天", "", "合作30天", ""], ["昵称", "曝光中位数", "阅读中位数", "曝光中位数", "阅读中位数"]),
        (
            ["昵称", "日常30天", "日常30天", "合作30天", "合作30天"],
            ["昵称", "曝光中位数", "阅读中位数", "曝光中位数", "阅读中位数"],
        ),
    ],
)
@pytest.mark.parametrize("title", [[], [["达人列表"] * 5], [["达人列表"]]])
def test_a_header_of_two_rows(groups, labels, title):
    data = ["小红", 1.0, 2.0, 3.0, 4.0]
    header = find_header(make_sheet([*title, groups, labels, data, data]), known)
    assert header.names == PAIRED
    assert header.rows == (len(title), len(title) + 1)


def test_groups_matter_even_when_labels_do_not_repeat():
    rows = [["基本信息", "", "日常30天", ""], ["昵称", "粉丝数", "曝光中位数", "阅读中位数"], ["小红", 1, 2, 3]]
    header = find_header(make_sheet(rows), known)
    assert header.names == ("基本信息|昵称", "基本信息|粉丝数", "日常30天|曝光中位数", "日常30天|阅读中位数")


def test_a_first_data_row_is_never_taken_for_labels():
    header = find_header(make_sheet([["笔记标题", "曝光", "阅读"], ["点赞", "曝光", "5"], ["x", "1", "2"]]), known)
    assert header.rows == (0,)


def test_header_texts_lose_line_breaks_and_spaces_but_nothing_else():
    header = find_header(make_sheet([[" 昵称\r\n", "粉丝数", "近30天\n阅读（必填）", None]]), known)
    assert header.names == ("昵称", "粉丝数", "近30天 阅读（必填）", "")


def test_no_header_among_unknown_words():
    assert find_header(make_sheet([["a", "b"], ["c", "d"]]), known) is None
    assert find_header(make_sheet([[""]]), known) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "甲", "乙"]), st.sampled_from(["", "一", "二", "甲"])), min_size=1, max_size=9
    )
)
def test_flattening_keeps_every_label_and_invents_none(columns):
    groups, labels = zip(*columns, strict=True)
    names = flatten_header(groups, labels)
    for name, group, label in zip(names, groups, labels, strict=True):
        assert name.rpartition("|")[2] == (label or group)
        assert not label or not group or name in (f"{group}|{label}", label)


@pytest.mark.parametrize("word", ["合计", "总计：", " 合计 ", "Total", "GRAND TOTAL"])
@pytest.mark.parametrize("dtype", [object, "str"])
def test_totals_rows_are_taken_out(word, dtype):
    frame = pd.DataFrame(
        [["小红", "1"], ["合计的一天", "2"], ["", word], [word, "3"], ["x", word]], index=[3, 4, 5, 6, 7]
    )
    kept, totals = drop_totals(frame.astype(dtype))
    assert kept.index.tolist() == [3, 4, 7]
    assert totals.index.tolist() == [5, 6]


def test_totals_behind_missing_and_numeric_cells():
    frame = pd.DataFrame([[np.nan, "合计", 3.0, ""], [1.0, "合计", 2.0, "2026-07-10"], [2.0, "合计", 2.0, 9]])
    kept, totals = drop_totals(frame)
    assert (kept.index.tolist(), totals.index.tolist()) == ([1], [0, 2])
    assert len(drop_totals(pd.DataFrame())[0]) == 0


# The genuine files ----------------------------------------------------------------------------------------------------


def test_the_genuine_creator_centre_export(real_data):
    sheet = open_one(real_data / "creator_center_note_list.xlsx")
    assert sheet.created_at == datetime(2026, 7, 11, 18, 9, 20, tzinfo=UTC)
    assert sheet.cells.shape == (43, 13)
    assert len(set(sheet.cells.iloc[0])) == 1
    header = find_header(sheet, {"笔记标题", "体裁", "曝光", "点赞"}.__contains__)
    assert header.rows == (1,)
    assert header.names[:3] == ("笔记标题", "首次发布时间", "体裁")


def test_the_genuine_json_and_sheet(real_data):
    notes = open_one(real_data / "mediacrawler_notes.json")
    assert len(notes.cells) == 3_932 + 1
    assert "note_id" in notes.cells.iloc[0].tolist()
    creators = open_one(real_data / "creator_sheet.csv")
    assert creators.encoding == "utf-8-sig"
    assert len(creators.cells) == 23 + 1


def test_every_limit_is_above_the_genuine_files(real_data):
    for path in list_data_files(real_data):
        for sheet in open_file(path):
            assert sheet.cells.shape[1] * 10 < sheetbase.MAX_COLUMNS
            assert sheet.problems == ()
