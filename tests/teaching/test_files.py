"""The invented exports: marked, in the platforms' layouts, and true to the world they came from."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from case_studies.worlds import World, make_world
from case_studies.worlds.creator_files import (
    make_agency_sheet,
    make_dandelion_creators,
    make_dandelion_medians,
    make_seeding_sheet,
)
from case_studies.worlds.files import write_csv_file, write_json_file, write_workbook_file
from case_studies.worlds.money_files import make_juguang_keywords, make_juguang_notes, make_outcome_sheet
from case_studies.worlds.note_files import make_crawler_records, make_creator_center, make_dandelion_notes, make_totals
from case_studies.worlds.notes import make_snapshot
from case_studies.worlds.world import make_truth, write_truth

AS_OF = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)


def read_rows(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def read_frame(path: Path) -> pd.DataFrame:
    """Rows below a title and one header row, without the totals."""
    _, header, *rows = read_rows(path)
    frame = pd.DataFrame(rows, columns=[str(name) for name in header])
    return frame[frame.iloc[:, 0] != "合计"]


# ------------------------------------------------------------------------------ what a file looks like


def test_a_workbook_keeps_its_time_and_never_holds_a_formula_or_a_link(tmp_path: Path) -> None:
    import zipfile

    frame = pd.DataFrame({"a": ["=1+1", "https://example.org", "x"], "b": [1, 2.5, None]})
    path = write_workbook_file(tmp_path / "a.xlsx", frame, created_at=AS_OF)
    archive = zipfile.ZipFile(path)
    assert b"2026-09-21T02:00:00Z" in archive.read("docProps/core.xml")
    page = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"<hyperlink" not in page
    assert b"<mergeCell " in page
    assert [row[0] for row in read_rows(path)[2:]] == ["=1+1", "https://example.org", "x"]


def test_grouped_headers_take_two_rows(tmp_path: Path) -> None:
    frame = pd.DataFrame({"日常30天|阅读中位数": [10], "日常30天|互动中位数": [2]})
    rows = read_rows(write_workbook_file(tmp_path / "a.xlsx", frame, created_at=AS_OF))
    assert rows[1:3] == [["日常30天", "日常30天"], ["阅读中位数", "互动中位数"]]


def test_every_kind_of_file_says_that_it_is_invented(sample_world: World, tmp_path: Path) -> None:
    book = write_workbook_file(
        tmp_path / "a.xlsx", make_dandelion_creators(sample_world, as_of=AS_OF), created_at=AS_OF
    )
    assert "SYNTHETIC" in str(read_rows(book)[0][0])
    sheet = write_csv_file(tmp_path / "a.csv", make_agency_sheet(sample_world))
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        assert {row["合成数据 SYNTHETIC"] for row in csv.DictReader(file)} == {"是"}
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    records = write_json_file(tmp_path / "a.json", make_crawler_records(sample_world, as_of=[AS_OF]))
    assert all(record["synthetic"] is True for record in json.loads(records.read_text(encoding="utf-8")))
    assert json.loads(write_truth(tmp_path, sample_world).read_text(encoding="utf-8"))["synthetic"] is True
    assert sample_world.creators["creator_name"].str.startswith("示例博主·").all()


# --------------------------------------------------------------------------------- notes, truth found


def test_the_truth_can_be_found_in_the_dandelion_file(sample_world: World, tmp_path: Path) -> None:
    exported = make_dandelion_notes(sample_world, as_of=AS_OF)
    frame = read_frame(write_workbook_file(tmp_path / "notes.xlsx", exported, created_at=AS_OF))
    truth = {note["note_id"]: note for note in make_truth(sample_world)["notes"]}
    frame.index = pd.Index(frame["笔记链接"].str.extract(r"explore/([0-9a-f]{24})$", expand=False))
    assert set(frame.index) == {name for name, note in truth.items() if note["scope"] == "paid"}
    seen = frame[(frame["曝光量"] != "-") & (frame["笔记类型"] == "图文")]
    exposure = seen["自然曝光量"].astype(float)
    rate = pd.Series({name: truth[name]["true_click_rate"] for name in seen.index})
    error = (seen["自然阅读量"] / exposure - rate) / (rate * (1 - rate) / exposure) ** 0.5
    assert error.abs().max() < 5
    assert len(seen) > 10


def test_dandelion_parts_add_up(sample_world: World) -> None:
    frame = make_dandelion_notes(sample_world, as_of=AS_OF)
    seen = frame[frame["曝光量"] != "-"]
    pages = seen.filter(regex="(?<!^)自然曝光$").astype(int).sum(axis=1)
    assert pages.eq(seen["自然曝光量"].astype(int)).all()
    assert seen["曝光量"].astype(int).eq(seen["自然曝光量"].astype(int) + seen["推广曝光量"].astype(int)).all()
    assert frame["阅读量"].eq(frame["自然阅读量"] + frame["推广阅读量"]).all()
    assert frame["互动量"].eq(frame[["点赞量", "收藏量", "评论量", "分享量"]].sum(axis=1)).all()
    assert frame["服务费金额"].eq(frame["博主报价"] // 10).all()
    assert (frame["推广曝光量"] != "-").sum() == len(seen) == len(frame) - sample_world.settings.n_unmeasured


def test_dandelion_cells_look_as_on_the_platform(sample_world: World) -> None:
    frame = make_dandelion_notes(sample_world, as_of=AS_OF)
    assert frame["笔记发布日期"].str.fullmatch(r"2026/\d\d/\d\d").all()
    assert frame["互动率"].str.fullmatch(r"\d+\.\d\d%").all()
    is_image = frame["笔记类型"] == "图文"
    assert frame.loc[is_image, "5s播放率"].eq("-").all()
    assert frame.loc[~is_image, "3s阅读率"].eq("-").all()
    totals = make_totals(frame)
    assert totals["笔记链接"] == "合计"
    assert totals["阅读量"] == frame["阅读量"].sum()
    assert totals["博主粉丝量"] == totals["互动率"] == "-"


def test_the_creator_centre_shows_its_own_click_rate_and_one_unmeasured_video(sample_world: World) -> None:
    videos = sample_world.notes.query("format == 'video' and scope == 'everyday'")
    creator_id = videos["creator_id"].iloc[0]
    frame = make_creator_center(sample_world, creator_id=creator_id, as_of=AS_OF)
    mine = sample_world.notes.query("creator_id == @creator_id")
    assert len(frame) == len(make_snapshot(mine, as_of=AS_OF))
    assert frame["首次发布时间"].str.fullmatch(r"2026年\d\d月\d\d日\d\d时\d\d分\d\d秒").all()
    hidden = frame[frame["曝光"] == 0]
    assert hidden["体裁"].tolist() == ["视频"]
    assert (hidden["观看量"] > 0).all()
    image = frame[frame["体裁"] == "图文"]
    assert (image["封面点击率"] - image["观看量"] / image["曝光"]).abs().max() < 0.001


def test_the_crawler_counts_in_texts_and_sees_a_note_again(sample_world: World) -> None:
    moments = [datetime(2026, 7, day, tzinfo=UTC) for day in (10, 20, 30)]
    records = pd.DataFrame(make_crawler_records(sample_world, as_of=moments))
    counts = records["liked_count"]
    assert counts.str.fullmatch(r"\d{1,4}|\d+\.\d万").all()
    assert counts.str.endswith("万").any()
    assert records["note_id"].duplicated().any()
    assert not records.duplicated(["note_id", "last_modify_ts"]).any()
    assert (records["last_modify_ts"] > records["time"]).all()
    assert set(records["type"]) == {"normal", "video"}


# -------------------------------------------------------------------------------- creators and money


def test_the_agency_sheet_is_messy_in_the_known_ways(sample_world: World) -> None:
    sheet = make_agency_sheet(sample_world)
    assert {"待定", "面议"} <= set(sheet["图文报价(RMB)"])
    assert sheet["图文报价(RMB)"].str.endswith(" ").any()
    assert sheet["Name"].str.endswith(" ").any()
    assert sheet["fans count"].str.fullmatch(r"\d+\.\dw").any()
    assert sheet["视频报价(RMB)"].eq("-").any()
    assert sheet["活跃粉丝占比(仅>1K)"].astype(float).between(10, 60).all()


def test_a_creator_without_paid_notes_shows_everyday_medians_as_paid(sample_world: World) -> None:
    before = datetime(2026, 8, 1, tzinfo=UTC)
    fresh = make_world(replace(sample_world.settings, earlier_paid_notes=(0, 0)), seed=3)
    frame = make_dandelion_creators(fresh, as_of=before)
    assert frame["合作30天|阅读中位数"].equals(frame["日常30天|阅读中位数"])
    after = make_dandelion_creators(fresh, as_of=AS_OF)
    assert not after["合作90天|阅读中位数"].equals(after["日常90天|阅读中位数"])


def test_medians_by_format_are_those_of_the_notes(sample_world: World) -> None:
    before = datetime(2026, 8, 1, tzinfo=UTC)
    frame = make_dandelion_medians(sample_world, as_of=before).set_index("达人信息|博主ID")
    notes = make_snapshot(sample_world.notes, as_of=before)
    recent = notes[notes["posted_at"] >= pd.Timestamp(before) - pd.Timedelta(days=90)]
    paid = recent.query("scope == 'earlier_paid' and format == 'image'").groupby("creator_id")["views"]
    assert len(paid.size()) > 5
    for creator, views in paid:
        assert frame.loc[creator, "合作图文90天|笔记数"] == len(views)
        assert frame.loc[creator, "合作图文90天|阅读中位数"] == int(views.median())


def test_the_seeding_sheet_repeats_a_note_for_every_product(sample_world: World) -> None:
    sheet = make_seeding_sheet(sample_world, as_of=AS_OF)
    per_note = sheet.groupby("笔记链接")
    assert len(sheet) > per_note.ngroups == sample_world.settings.n_notes
    assert per_note["点赞"].nunique().eq(1).all()


def test_the_two_juguang_reports_agree_on_search(sample_world: World) -> None:
    notes, keywords = make_juguang_notes(sample_world), make_juguang_keywords(sample_world)
    search = notes[notes["投放位置"] == "搜索推广"]
    for column in ("消费", "展现量", "点击量"):
        assert search[column].sum() == pytest.approx(keywords[column].sum())
    assert set(notes["投放位置"]) == {"信息流推广", "搜索推广", "视频流推广"}
    assert notes["点击率"].map(lambda text: bool(re.fullmatch(r"\d+\.\d\d%", text))).all()


def test_the_clients_figures_do_not_give_the_truth_away(sample_world: World) -> None:
    assert list(make_outcome_sheet(sample_world)) == ["date", "market", "metric", "value", "channel"]
