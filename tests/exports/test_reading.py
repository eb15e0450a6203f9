from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import Exports, make_latest, read_exports, summarise_files
from xhs_toolkit.exports.split import read_day_in_name
from xhs_toolkit.tables import TABLES

CREATOR_CENTER = [
    "笔记标题",
    "首次发布时间",
    "体裁",
    "曝光",
    "观看量",
    "封面点击率",
    "点赞",
    "评论",
    "收藏",
    "涨粉",
    "分享",
    "人均观看时长",
    "弹幕",
]
DANDELION = [
    *(
        "笔记链接",
        "笔记标题",
        "笔记类型",
        "笔记发布日期",
        "博主昵称",
        "博主粉丝量",
        "博主健康等级",
        "博主报价",
        "服务费金额",
        "曝光量",
        "自然曝光量",
    ),
    *(
        "推广曝光量",
        "发现页自然曝光",
        "搜索页自然曝光",
        "阅读量",
        "阅读UV",
        "自然阅读量",
        "推广阅读量",
        "互动量",
        "点赞量",
        "收藏量",
        "评论量",
    ),
    *("分享量", "关注量", "正文组件曝光量", "评论区组件点击人数"),
]
NOTE = "65f1a2b3c4d5e6f708192a{:02x}"


def dandelion_row(number: int, **changes: object) -> list[object]:
    row = {
        **{
            "笔记链接": f"https://www.xiaohongshu.com/explore/{NOTE.format(number)}?xsec_token=AB&source=x",
            "笔记标题": f"好物 {number}",
        },
        **{
            "笔记类型": "图文",
            "笔记发布日期": "2026-08-01",
            "博主昵称": "小林",
            "博主粉丝量": "1.2w",
            "博主健康等级": "优秀",
        },
        **{
            "博主报价": "1,000",
            "服务费金额": "100",
            "曝光量": "12000",
            "自然曝光量": 9000,
            "推广曝光量": 3000,
            "发现页自然曝光": 7000,
        },
        **{
            "搜索页自然曝光": 2000,
            "阅读量": 5000,
            "阅读UV": 4000,
            "自然阅读量": 4500,
            "推广阅读量": 500,
            "互动量": 300,
            "点赞量": 200,
        },
        **{"收藏量": 60, "评论量": 40, "分享量": 5, "关注量": 3, "正文组件曝光量": 99999, "评论区组件点击人数": 7},
    }
    return list({**row, **changes}.values())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "campaign" / "data"
    folder.mkdir(parents=True)
    return folder


def settle(data: Path, settings: str = "") -> Campaign:
    text = f"client: Test\ncampaign: Test\n{settings}"
    (data.parent / "campaign.yaml").write_text(text, encoding="utf-8")
    return read_campaign(data.parent)


@pytest.fixture
def read(data: Path) -> Callable[..., Exports]:
    return lambda settings="": read_exports(data, campaign=settle(data, settings))


def write_csv(path: Path, rows: Sequence[Sequence[object]], *, encoding: str = "utf-8-sig") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def write_xlsx(
    path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Sheet1", created: datetime | None = None
) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": created or datetime(2026, 8, 10, tzinfo=UTC)})
        place = book.add_worksheet(sheet)
        for i, row in enumerate(rows):
            place.write_row(i, 0, row)


def center_row(title: str = "早八妆", posted: str = "2026年07月11日03时09分05秒", **changes: object) -> list[object]:
    row = {"笔记标题": title, "首次发布时间": posted, "体裁": "图文", "曝光": 1000, "观看量": 200, "封面点击率": 0.15}
    rest = {"点赞": 8, "评论": 1, "收藏": 2, "涨粉": -1, "分享": 0, "人均观看时长": 16, "弹幕": 0}
    return list({**row, **rest, **changes}.values())


# -------------------------------------------------------------------------------- genuine exports


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    folder = tmp_path_factory.mktemp("campaign")
    (folder / "campaign.yaml").write_text("client: Test\ncampaign: Test\n", encoding="utf-8")
    return read_exports(real_data, campaign=read_campaign(folder))


def test_genuine_creator_center_list(real: Exports) -> None:
    notes = real.tables["notes"].query("source == 'creator_center_notes'")
    assert len(notes) == 41
    assert notes["note_id"].iloc[0] == "posted:2026-07-10T19:09:05Z"
    assert notes["posted_at"].iloc[0] == pd.Timestamp("2026-07-10T19:09:05Z")
    assert set(notes["as_of"]) == {pd.Timestamp("2026-07-11T18:09:20Z")}
    assert set(notes["as_of_source"]) == {"file_properties"}
    assert notes["creator_id"].isna().all()
    assert notes["source_row"].tolist() == list(range(3, 44))
    assert 0 < notes["title"].isna().sum() < 41
    assert notes["cover_click_rate"].between(0, 0.3).sum() == 40


def test_genuine_video_without_measured_exposure(real: Exports) -> None:
    note = real.tables["notes"].query("source == 'creator_center_notes' and views == 126").iloc[0]
    assert pd.isna(note["exposure"])
    assert pd.isna(note["cover_click_rate"])
    [problem] = [problem for problem in real.problems if problem.file == "creator_center_note_list.xlsx"]
    assert (problem.row, problem.column, problem.value) == (3, "曝光", 0)


def test_genuine_crawled_notes(real: Exports) -> None:
    notes = real.tables["notes"].query("source == 'mediacrawler_notes'")
    assert len(notes) == 3932
    assert notes["note_id"].nunique() == 3635
    assert notes["creator_id"].nunique() == 24
    assert notes["format"].value_counts().to_dict() == {"image": 3111, "video": 821}
    assert set(notes["as_of_source"]) == {"column"}
    assert notes[["exposure", "views"]].isna().all(axis=None)
    assert len(make_latest(notes)) == 3635


def test_genuine_creator_sheet(real: Exports) -> None:
    creators = real.tables["creators"].set_index("creator_id")
    assert len(creators) == 23
    first = creators.loc["bcc10f4de3a8e6fe06537683"]
    assert (first["followers"], first["image_price_cny"]) == (2054, 250)
    assert first["active_fan_share"] == pytest.approx(0.4678)
    assert first["fan_age_18_24_share"] == pytest.approx(0.1428)
    assert pd.isna(first["platform_level"])
    assert creators["fan_interests"].str.startswith("美食 0.0772; 影视 0.0494").sum() == 1
    assert set(creators["gender"]) == {"F"}
    assert creators["active_fan_share"].isna().sum() == 16


def test_genuine_files_are_described(real: Exports) -> None:
    files = real.files.set_index("file")
    assert files["kind"].to_dict() == {
        "creator_center_note_list.xlsx": "creator_center_notes",
        "creator_sheet.csv": "agency_creators",
        "mediacrawler_notes.json": "mediacrawler_notes",
    }
    assert files["n_rows"].tolist() == [41, 23, 3932]
    sheet = files.loc["creator_sheet.csv"]
    assert sheet["columns_private"] == "Bio(text)"
    assert sheet["columns_ignored"] == "Scraped by; 星座; following count; 图文报价有对号"
    assert "active_fan_share: percent" in sheet["units_assumed"]
    assert files.loc["creator_center_note_list.xlsx", "columns_ignored"] == ""
    assert files.loc["creator_center_note_list.xlsx", "units_assumed"] == "cover_click_rate: fraction"


def test_every_table_is_there_and_keeps_its_types(real: Exports) -> None:
    assert list(real.tables) == list(TABLES)
    for name, frame in real.tables.items():
        assert frame.dtypes.astype(str).to_dict() == TABLES[name].empty().dtypes.astype(str).to_dict()


# ---------------------------------------------------------------------------------- Dandelion notes


def test_dandelion_rows_are_notes_and_placements(data: Path, read: Callable[..., Exports]) -> None:
    write_xlsx(data / "笔记数据.xlsx", [DANDELION, dandelion_row(1), dandelion_row(2, 笔记类型="视频")])
    exports = read()
    assert exports.problems == ()
    note = exports.tables["notes"].iloc[0]
    assert note["note_id"] == NOTE.format(1)
    expected = {"exposure": 12000, "exposure_organic": 9000, "exposure_promoted": 3000, "exposure_discovery": 7000}
    expected |= {"exposure_search": 2000, "views": 5000, "viewers": 4000, "views_organic": 4500, "followers": 12000}
    assert note[list(expected)].to_dict() == expected
    assert (note["scope"], note["posted_at"]) == ("paid", pd.Timestamp("2026-07-31T16:00Z"))
    assert exports.tables["placements"][["price_cny", "service_fee_cny"]].to_numpy().tolist() == [[1000, 100]] * 2
    assert exports.files["columns_ignored"][0] == "博主健康等级; 正文组件曝光量; 评论区组件点击人数"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.xiaohongshu.com/explore/65f1a2b3c4d5e6f708192a01?xsec_token=AB%2F&xsec_source=pc",
        "https://www.xiaohongshu.com/discovery/item/65F1A2B3C4D5E6F708192A01?share_from_user_hidden=true",
        "http://www.xiaohongshu.com/user/profile/5b00000000000000000000aa/65f1a2b3c4d5e6f708192a01",
        "【好物】 https://www.xiaohongshu.com/explore/65f1a2b3c4d5e6f708192a01 复制打开",
        "65f1a2b3c4d5e6f708192a01",
    ],
)
def test_the_note_id_is_in_the_link(data: Path, read: Callable[..., Exports], link: str) -> None:
    write_csv(data / "a.csv", [DANDELION, dandelion_row(9, 笔记链接=link)])
    assert read().tables["notes"]["note_id"].tolist() == [NOTE.format(1)]


def test_a_link_without_an_id_is_reported(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [DANDELION, dandelion_row(1), dandelion_row(2, 笔记链接="http://xhslink.com/a/Bc12")])
    exports = read()
    assert len(exports.tables["notes"]) == 1
    places = [(problem.row, problem.column) for problem in exports.problems]
    assert places == [(3, "笔记链接"), (3, None)]


def test_cumulative_snapshots_replace_and_stay(data: Path, read: Callable[..., Exports]) -> None:
    write_xlsx(data / "b.xlsx", [DANDELION, dandelion_row(1, 曝光量=100)], created=datetime(2026, 8, 5, tzinfo=UTC))
    write_xlsx(data / "a.xlsx", [DANDELION, dandelion_row(1, 曝光量=300)], created=datetime(2026, 8, 9, tzinfo=UTC))
    notes = read().tables["notes"]
    assert sorted(notes["exposure"]) == [100, 300]
    assert make_latest(notes)["exposure"].tolist() == [300]


def test_money_of_the_open_api_is_in_fen(data: Path, read: Callable[..., Exports]) -> None:
    row = {"date_key": "2026-08-06", "order_id": "690012345678901234", "note_id": NOTE.format(1), "kol_price": "100000"}
    (data / "api.json").write_text(
        json.dumps([{**row, "imp_num": "900", "read_num": "90", "finish_rate": "50.00"}]), encoding="utf-8"
    )
    exports = read()
    placement = exports.tables["placements"].iloc[0]
    assert (placement["price_cny"], placement["placement_id"]) == (1000, "690012345678901234")
    note = exports.tables["notes"].iloc[0]
    assert note["finish_rate"] == 0.5
    assert (note["as_of"], note["as_of_source"]) == (pd.Timestamp("2026-08-06T15:59:59Z"), "column")
    assert "price_cny: fen" in exports.files["units_assumed"][0]


# -------------------------------------------------------------------------------------- creators


def test_medians_stay_apart(data: Path, read: Callable[..., Exports]) -> None:
    head = ["达人昵称", "粉丝数", "", "", "", ""]
    groups = ["", "", "日常30天", "", "合作30天", ""]
    labels = ["", "", "阅读中位数", "互动中位数", "阅读中位数", "互动中位数"]
    top = [a or b for a, b in zip(head, groups, strict=True)]
    write_xlsx(
        data / "list.xlsx", [top, labels, ["小林", "3.4万", 500, 20, 90, "-"], ["小周", "10万+", "-", "-", 80, 3]]
    )
    exports = read()
    baselines = exports.tables["baselines"].set_index(["creator_name", "scope"])[["views_median", "engagement_median"]]
    assert baselines.loc[("小林", "everyday")].tolist() == [500, 20]
    assert baselines.loc[("小周", "paid")].tolist() == [80, 3]
    assert ("小周", "everyday") not in baselines.index
    assert set(exports.tables["baselines"]["window_days"]) == {30}
    creators = exports.tables["creators"].set_index("creator_name")
    assert creators["followers"].to_dict() == {"小林": 34000, "小周": 100000}
    assert creators["lower_bounds"].dropna().to_dict() == {"小周": "followers"}


def test_a_price_of_zero_is_not_offered(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "c.csv", [["昵称", "粉丝数", "图文报价", "视频报价"], ["小林", 900, 0, 300]])
    creator = read().tables["creators"].iloc[0]
    assert pd.isna(creator["image_price_cny"])
    assert creator["video_price_cny"] == 300


@pytest.mark.parametrize(("cell", "column"), [("上海", "place"), ("上海市徐汇区宜山路100号", None)])
def test_an_address_is_private_and_a_place_is_not(
    data: Path, read: Callable[..., Exports], cell: str, column: str | None
) -> None:
    write_csv(data / "c.csv", [["昵称", "粉丝数", "图文报价", "地址"], ["小林", 900, 100, cell]])
    exports = read()
    header = exports.headers.set_index("header").loc["地址"]
    assert header["state"] == ("read" if column else "private")
    assert exports.tables["creators"]["place"].notna().all() == bool(column)


def test_private_columns_are_named_and_not_read(data: Path, read: Callable[..., Exports]) -> None:
    head = ["博主昵称", "粉丝数", "图文报价", "联系邮箱", "手机号", "微信", "个人简介"]
    write_csv(data / "c.csv", [head, ["小林", 900, 100, "lin@example.com", "13800000000", "lin_wx", "爱生活"]])
    exports = read()
    assert exports.files["columns_private"][0] == "联系邮箱; 手机号; 微信; 个人简介"
    everything = pd.concat([frame.astype("str") for frame in exports.tables.values()]).to_numpy().ravel().tolist()
    assert not {"lin@example.com", "13800000000", "lin_wx", "爱生活"} & set(everything)


def test_authors_of_comments_are_hidden(data: Path, read: Callable[..., Exports]) -> None:
    rows = [
        {
            "comment_id": f"c{i}",
            "note_id": NOTE.format(1),
            "content": "好看",
            "user_id": user,
            "nickname": "小周",
            "create_time": 1741739525000,
        }
        for i, user in enumerate(["u1", "u1", "u2"])
    ]
    (data / "comments.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    exports = read()
    keys = exports.tables["comments"]["author_key"]
    assert exports.tables["notes"].empty
    assert keys[0] == keys[1] != keys[2]
    assert not exports.tables["comments"].isin(["u1", "u2", "小周"]).any(axis=None)


# -------------------------------------------------------------------------------- rows and cells


def test_a_cell_that_cannot_be_read_is_reported_and_missing(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(曝光="about 900"), center_row("b", "2026-07-12 08:00:00")])
    exports = read()
    [problem] = exports.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("a.csv", 2, "曝光", "about 900")
    assert exports.tables["notes"]["exposure"].isna().tolist() == [True, False]
    assert exports.files["needs_human"].tolist() == [True]


def test_totals_blank_rows_and_repeated_rows_do_not_count(data: Path, read: Callable[..., Exports]) -> None:
    blank = [""] * len(CREATOR_CENTER)
    total = ["合计", "", "", 2000, 400, "", 16, 2, 4, -2, 0, "", 0]
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(), blank, center_row(), total])
    exports = read()
    assert len(exports.tables["notes"]) == 1
    assert exports.problems == ()


def test_a_total_that_is_not_the_sum_is_told(data: Path, read: Callable[..., Exports]) -> None:
    total = ["合计", "", "", 5000, 200, "", 8, 1, 2, -1, 0, "", 0]
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(), total])
    exports = read()
    assert exports.tables["notes"]["exposure"].tolist() == [1000]
    assert [(problem.row, problem.column) for problem in exports.problems] == [(3, "曝光")]


def test_repeated_rows_that_disagree_are_reported(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(点赞=8), center_row(点赞=9)])
    exports = read()
    assert exports.tables["notes"]["likes"].tolist() == [8]
    assert [problem.row for problem in exports.problems] == [3]


def test_a_row_without_a_key_is_reported(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(), center_row(首次发布时间="")])
    exports = read()
    assert len(exports.tables["notes"]) == 1
    assert [problem.row for problem in exports.problems] == [3]


def test_a_column_that_holds_something_else_is_set_aside(data: Path, read: Callable[..., Exports]) -> None:
    rows = [center_row(str(i), f"2026-07-{i:02d} 08:00:00", 点赞="待补充内容") for i in range(1, 9)]
    write_csv(data / "a.csv", [CREATOR_CENTER, *rows])
    exports = read()
    assert exports.tables["notes"]["likes"].isna().all()
    assert "点赞" in exports.files["columns_ignored"][0]
    assert len(exports.problems) == 1


def test_counts_in_ten_thousands_are_scaled(data: Path, read: Callable[..., Exports]) -> None:
    head = ["曝光(万)" if name == "曝光" else name for name in CREATOR_CENTER]
    write_csv(data / "a.csv", [head, center_row(曝光=1.2)])
    exports = read()
    assert exports.tables["notes"]["exposure"].tolist() == [12000]
    assert "exposure" in exports.files["units_assumed"][0]


def test_ids_ruined_by_excel_are_reported(data: Path, read: Callable[..., Exports]) -> None:
    head = ["订单ID", "合作名称", "博主报价", "总曝光量"]
    write_csv(data / "o.csv", [head, ["6.90012E+17", "夏季", 1000, 9000], ["690012345678901234", "秋季", 1000, 9000]])
    exports = read()
    assert exports.tables["orders"]["placement_id"].tolist() == ["690012345678901234"]
    assert any("ruined by Excel" in problem.what for problem in exports.problems)


# ------------------------------------------------------------------------- as-of, hand, synthetic


def test_the_moment_of_the_figures(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "笔记_20260806.csv", [CREATOR_CENTER, center_row()])
    notes = read().tables["notes"]
    assert (notes["as_of"][0], notes["as_of_source"][0]) == (pd.Timestamp("2026-08-06T15:59:59Z"), "file_name")


def test_a_moment_before_the_notes_is_passed_over(data: Path, read: Callable[..., Exports]) -> None:
    write_xlsx(data / "a.xlsx", [CREATOR_CENTER, center_row()], created=datetime(2015, 6, 5, tzinfo=UTC))
    assert read().tables["notes"]["as_of_source"].tolist() == ["file_modified"]


@pytest.mark.parametrize(
    "name", ["notes.xlsx", "order 690012345678901234.csv", "2026-13-45.csv", "2026-08-01至2026-08-06.csv"]
)
def test_a_name_without_one_day_tells_no_moment(name: str) -> None:
    assert read_day_in_name(name) is None


def test_the_campaign_can_say_whose_file_it_is(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "lin.csv", [CREATOR_CENTER, center_row()])
    exports = read("files:\n  - file: lin.csv\n    creator_id: abc123abc123\n    creator_name: 小林\n")
    assert exports.tables["notes"][["creator_id", "creator_name"]].to_numpy().tolist() == [["abc123abc123", "小林"]]


def test_the_campaign_can_land_columns_by_hand(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "x.csv", [["Titel", "首次发布时间", "Aufrufe", "点赞"], ["a", "2026-07-11 08:00:00", 7, 1]])
    assert read().tables["notes"].empty
    exports = read(
        "files:\n  - file: x.csv\n    kind: creator_center_notes\n    columns: {Titel: title, Aufrufe: views}\n"
    )
    assert exports.tables["notes"][["title", "views"]].to_numpy().tolist() == [["a", 7.0]]


@pytest.mark.parametrize(
    ("rows", "sheet"),
    [
        ([["合成数据 SYNTHETIC"], CREATOR_CENTER, center_row()], "Sheet1"),
        ([CREATOR_CENTER, center_row()], "SYNTHETIC"),
        ([[*CREATOR_CENTER, "合成数据"], [*center_row(), "是"]], "Sheet1"),
    ],
    ids=["preamble", "sheet", "column"],
)
def test_synthetic_rows_say_so(data: Path, read: Callable[..., Exports], rows: list[list[object]], sheet: str) -> None:
    write_xlsx(data / "a.xlsx", rows, sheet=sheet)
    assert read().tables["notes"]["synthetic"].tolist() == [True]


# ------------------------------------------------------------------------------------ many files


def test_a_file_that_fits_nothing_leaves_the_others_running(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row()])
    write_csv(data / "half.csv", [["笔记标题", "首次发布时间", "点赞"], ["a", "2026-07-11", 3]])
    write_csv(data / "noise.csv", [["x", "y"], [1, 2]])
    (data / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (data / "README.md").write_text("explains", encoding="utf-8")
    exports = read()
    assert len(exports.tables["notes"]) == 1
    by_file = {problem.file: str(problem) for problem in exports.problems}
    assert set(by_file) == {"broken.xlsx", "half.csv", "noise.csv"}
    assert "creator_center_notes" in by_file["half.csv"]
    assert "曝光 or 观看量" in by_file["half.csv"]
    assert exports.files["needs_human"].tolist() == [False, True, True, True]


def test_every_header_is_accounted_for(data: Path, read: Callable[..., Exports]) -> None:
    head = [*CREATOR_CENTER, "外星曝光", "Impressions", "手机号", "", ""]
    write_csv(data / "a.csv", [head, [*center_row(), 1, 2, 3, "stray", ""]])
    exports = read()
    states = exports.headers.set_index("header")["state"].to_dict()
    assert {name: states[name] for name in head[-5:-2]} == {
        "外星曝光": "ignored",
        "Impressions": "duplicate",
        "手机号": "private",
    }
    assert states["(column 17)"] == "ignored"
    assert len(states) == len(head) - 1


def test_an_empty_folder_gives_empty_tables(data: Path, read: Callable[..., Exports]) -> None:
    exports = read()
    assert all(frame.empty for frame in exports.tables.values())
    assert exports.files.empty


def test_reading_twice_gives_the_same(data: Path, read: Callable[..., Exports]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row()])
    write_xlsx(data / "b.xlsx", [DANDELION, dandelion_row(1)])
    one, two = read(), read()
    for name in TABLES:
        pd.testing.assert_frame_equal(one.tables[name], two.tables[name])
    assert one.problems == two.problems


@pytest.mark.parametrize(("zone", "days"), [("Asia/Shanghai", ("07-11", "07-12")), ("UTC", ("07-10", "07-12"))])
def test_the_days_of_the_summary_begin_where_the_campaign_says(data: Path, zone: str, days: tuple[str, str]) -> None:
    write_csv(data / "a.csv", [CREATOR_CENTER, center_row(), center_row("晚安", "2026年07月12日23时00分00秒")])
    campaign = settle(data, f"time_zone: {zone}\n")
    told = summarise_files(read_exports(data, campaign=campaign), campaign=campaign).values
    assert (str(told["first_date"])[5:10], str(told["last_date"])[5:10]) == days
