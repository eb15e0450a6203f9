"""Files as they arrive: tools' exports with all their columns, sheets kept by hand, several tables on one sheet.

The headers and the forms of the cells are those of real tools; the rows are invented.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import Exports, read_exports

NOTE, USER = "64a1b2c3000000001f00a{:03x}", "5ef1b2c3000000000100a{:03x}"
Rows = list[list[object]]


def names(line: str) -> list[object]:
    return [*line.split(",")]


def link(number: int) -> str:
    return f"https://www.xiaohongshu.com/explore/{NOTE.format(number)}?xsec_token=ABc&xsec_source=pc_search"


def home(number: int) -> str:
    return f"https://www.xiaohongshu.com/user/profile/{USER.format(number)}"


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8-sig") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def write_book(path: Path, sheets: dict[str, Rows], merged: list[tuple[int, int, int, object]] | None = None) -> None:
    """Write a workbook; `merged` are cells of the last sheet over several rows: first row, last row, column, value."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
        for first, last, column, value in merged or []:
            sheet.merge_range(first, column, last, column, value)


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def read(folder: Path) -> Exports:
    return read_exports(folder, campaign=Campaign(folder=folder))


def take(exports: Exports, table: str, *columns: str) -> list[list[object]]:
    rows = exports.tables[table][list(columns)].astype(object)
    return rows.where(rows.notna(), None).to_numpy().tolist()


# -------------------------------------------------------------------------------- creator lists

HUITUN = (
    "达人名称,达人官方地址,小红书号,灰豚指数,性别,地域,简介,联系邮箱,更新时间,认证信息,粉丝数,品牌合作人,签约MCN,达人标签,认证类型,"
    "笔记总数,赞藏总数,商业笔记总数,近7天笔记数,近60天笔记数,近60天爆文率,近60天平均点赞,近60天平均收藏,近60天平均评论,近60天平均分享,"
    "活跃粉丝占比,水粉占比,粉丝男/女,粉丝地域,粉丝年龄,粉丝活跃时间,粉丝关注焦点,图文笔记报价,图文CPE,图文CPM,视频笔记报价,视频CPE,视频CPM"
)


def test_huitun_with_all_its_columns(tmp_path: Path) -> None:
    row = (
        f"小林;{home(1)};94821;321.45;女;上海;好物;a@b.c;2026-08-10 12:34:56;--;123,456;是;--;[动画];--;321;1.2万;33;"
        "2;11;12.50%;123;45;6;7;"
        "42.64% | 192745;1.5% | 1200;13.6% | 86.4%;上海|17.4% 北京|15.2%;25-34岁|39.1% 18-24岁|30.2%;20:00|34.5%;"
        "二次元|17.4% 生活|15.2%;"
        "8000;0;0;--;3.14;120"
    ).split(";")
    unknown = [*row[:25], "--|--", "--|--", "--|--", "--", "--", "--", "--", "面议", *row[33:]]
    unknown[0], unknown[1] = "小王", home(2)
    write_csv(tmp_path / "灰豚.csv", [names(HUITUN), row, unknown])
    exports = read(tmp_path)
    assert exports.problems == ()
    assert exports.files["kind"].tolist() == ["huitun_creators"]
    assert exports.files["columns_private"].tolist() == ["简介; 联系邮箱"]
    assert take(exports, "creators", "creator_id", "followers", "tags", "active_fan_share", "female_fan_share") == [
        [USER.format(1), 123456, "动画", 0.4264, 0.864],
        [USER.format(2), 123456, "动画", None, None],
    ]
    assert take(exports, "creators", "fan_age_18_24_share", "fan_places", "image_price_cny", "video_price_cny") == [
        [0.302, "上海 0.174; 北京 0.152", 8000, None],
        [None, None, None, None],
    ]
    costs = take(exports, "baselines", "format", "n_notes", "cost_per_engagement_cny", "cpm_cny")
    assert costs == [["video", None, 3.14, None]] * 2, "a creator's notes in all are not those of a median"


def test_qiangua_that_is_a_web_page_named_xls(tmp_path: Path) -> None:
    heads = (
        "博主昵称",
        "千瓜指数",
        "达人类型",
        "粉丝数",
        "赞藏总数",
        "小红书主页",
        "实时报价-图文",
        "实时报价-图文CPE",
        "冠薯",
        "达人等级",
    )
    cells = ("小林", "812.3", "腰部达人", "12.3w", "1.1万", home(1), "8000", "0", "-", "LV5")
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in (heads, cells))
    (tmp_path / "千瓜.xls").write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    exports = read(tmp_path)
    assert exports.files["kind"].tolist() == ["qiangua_creators"]
    assert take(exports, "creators", "creator_id", "followers", "image_price_cny", "platform_level") == [
        [USER.format(1), 123000, 8000, None]
    ]
    assert exports.tables["baselines"].empty
    assert exports.problems == ()


def test_a_tool_that_names_group_format_and_window_in_every_header(tmp_path: Path) -> None:
    groups = ("日常笔记-图文+视频-近30天-全流量", "合作笔记-图文-近90天-全流量", "合作笔记-视频-近30天-自然流量")
    figures = {"笔记数": 8, "曝光中位数": 1000, "中位点赞量": 20, "互动率": "3.2", "阅读量来源-发现页": "66.4%"}
    fixed = {
        "达人 ID": USER.format(1), "昵称": "小林", "粉丝数量（万）": "1.23w", "合作报价-图文笔记": 800,
        "邀约48小时回复率": "88.0", "粉丝指标-活跃粉丝占比": "40%", "粉丝画像-性别分布": "男10.00%，女90.00%",
        "粉丝画像-年龄分布": "18-24：42.0%，>44：5.4%",
    }  # fmt: skip
    cells = {**fixed, **{f"数据表现-{group}-{name}": cell for group in groups for name, cell in figures.items()}}
    write_book(tmp_path / "采集.xlsx", {"采集数据": [list(cells), list(cells.values())]})
    exports = read(tmp_path)
    assert exports.problems == ()
    [creator] = take(exports, "creators", "followers", "reply_rate_48h", "female_fan_share", "fan_age_over_44_share")
    assert creator == [12300, 0.88, 0.9, 0.054], "1.23w under a header in 万 is not multiplied twice"
    columns = ("scope", "format", "window_days", "n_notes", "likes_median", "engagement_rate", "views_discovery_share")
    assert take(exports, "baselines", *columns) == [
        ["everyday", None, 30, 8, 20, 0.032, 0.664],
        ["paid", "image", 90, 8, 20, 0.032, 0.664],
    ], "organic traffic alone is another figure and stays out"
    assert "自然流量-曝光中位数" in exports.files["columns_ignored"][0]


def test_the_units_of_headers_and_cells(tmp_path: Path) -> None:
    rows = [["小林", "1.23w", 800], ["小王", "12.3", 900], ["小李", "1234567", 900]]
    write_csv(tmp_path / "a.csv", [["博主昵称", "粉丝数（万）", "图文报价"], *rows])
    exports = read(tmp_path)
    assert take(exports, "creators", "followers") == [[12300], [123000], [None]]
    assert [(problem.row, "unit in the header" in problem.what) for problem in exports.problems] == [(4, True)]


@pytest.mark.parametrize(
    ("header", "cell", "women"),
    [
        ("粉丝男/女", "13.6% | 86.4%", 0.864),
        ("男女比例", "1:0.6", 0.375),
        ("男女比例", "00:01:00.6", 0.375),
        ("粉丝性别分布", "男10.00%，女90.00%", 0.9),
        ("粉丝男/女", "多数女性", None),
        ("粉丝女/男", "86.4% | 13.6%", None),
    ],
)
def test_men_and_women_in_one_cell(header: str, cell: str, women: float | None, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [["博主昵称", "粉丝数", header], ["小林", "800", cell]])
    exports = read(tmp_path)
    assert take(exports, "creators", "female_fan_share") == [[women]]
    assert bool(exports.problems) or "女/男" in exports.files["columns_ignored"][0] or women is not None


def test_dandelions_list_with_two_counts_of_notes(tmp_path: Path) -> None:
    """The notes of a lifetime, and the paid ones of 30 days, are two figures."""
    kol = {
        "userId": USER.format(1), "name": "小林", "fansNum": 12345, "picturePrice": 800, "videoPrice": 0,
        "totalNoteCount": 321, "coopNoteNum30d": 2, "readMidCoop30": 300, "mEngagementNum": 30,
        "videoClickMidNum": 0, "estimateVideoCpm": "0",
        "fansActiveIn28dLv": "40.1",
        "contentTags": [{"taxonomy1Tag": "美妆", "taxonomy2Tags": ["护肤"]}],
    }  # fmt: skip
    write_json(tmp_path / "v2.json", {"code": 0, "success": True, "data": {"total": 1, "kols": [kol]}})
    exports = read(tmp_path)
    assert exports.problems == ()
    assert take(exports, "creators", "n_notes", "video_price_cny", "active_fan_share", "tags") == [
        [321, None, 0.401, "美妆,护肤"]
    ]
    assert take(
        exports, "baselines", "scope", "format", "window_days", "n_notes", "views_median", "engagement_median"
    ) == [
        ["paid", None, 30, 2, 300, None],
        [None, None, None, None, None, 30],
    ], "a median of 0 and a price of 0 are unknown"


def test_dandelions_audience_as_shares_of_a_whole(tmp_path: Path) -> None:
    profile = {
        "ages": [{"group": "<18", "percent": 0.021}, {"group": "18-24", "percent": 0.42}],
        "gender": {"male": 0.1, "female": 0.9},
        "provinces": [{"name": "广东", "percent": 0.125}, {"name": "江苏", "percent": 0.075}],
    }
    one = {
        "userId": USER.format(1),
        "name": "小林",
        "fansNum": 12345,
        "fansProfile": profile,
        "notesRate": {"noteNumber": 8},
    }
    write_json(tmp_path / "a.json", [one])
    write_json(tmp_path / "b.json", {"code": 0, "data": profile})
    exports = read(tmp_path)
    assert take(exports, "creators", "female_fan_share", "fan_age_18_24_share", "fan_places", "place", "n_notes") == [
        [0.9, 0.42, "广东 0.125; 江苏 0.075", None, None]
    ]
    [problem] = exports.problems
    assert (problem.file, "also needs a column for user_id" in problem.what) == ("b.json", True)


# ---------------------------------------------------------------------------------------- notes


def test_everything_mediacrawler_writes(tmp_path: Path) -> None:
    contents = names(
        "note_id,type,title,desc,video_url,time,last_update_time,user_id,nickname,avatar,liked_count,"
        "collected_count,comment_count,share_count,ip_location,image_list,tag_list,last_modify_ts,"
        "note_url,source_keyword,xsec_token"
    )
    note: list[object] = [
        *(NOTE.format(1), "normal", "t", "d", "", 1752170945000, 0, USER.format(1), "小林", ""),
        *("1.2万", "30", "4", "10+", "上海", "", "a,b", 1755170945000, link(1), "k", "t"),
    ]
    comments = names(
        "comment_id,create_time,ip_location,note_id,content,user_id,nickname,avatar,sub_comment_count,"
        "pictures,parent_comment_id,last_modify_ts,like_count"
    )
    comment: list[object] = [
        *(NOTE.format(9), 1752170945000, "上海", NOTE.format(1), "好看", USER.format(7)),
        *("路人", "", 0, "", 0, 1755170945000, 3),
    ]
    creators = names("user_id,nickname,gender,avatar,desc,ip_location,follows,fans,interaction,tag_list,last_modify_ts")
    creator: list[object] = [
        *(USER.format(1), "小林", "Female", "", "bio", "上海", "12", "1.2万", "10万+"),
        *('{"profession": "博主"}', 1755170945000),
    ]
    write_book(
        tmp_path / "xhs_search_20260810_101010.xlsx",
        {
            "Contents": [contents, note],
            "Comments": [comments, comment],
            "Creators": [creators, creator],
        },
    )
    write_csv(tmp_path / "search_contents_2026-08-10.csv", [contents, note])
    write_json(tmp_path / "search_comments_2026-08-10.json", [dict(zip(comments, comment, strict=True))])
    lines = json.dumps(dict(zip(creators, creator, strict=True)), ensure_ascii=False)
    (tmp_path / "creator_creators_2026-08-10.jsonl").write_text(lines, encoding="utf-8")
    exports = read(tmp_path)
    assert exports.problems == ()
    assert exports.files["kind"].value_counts().to_dict() == {
        "mediacrawler_notes": 2, "mediacrawler_comments": 2, "mediacrawler_creators": 2,
    }  # fmt: skip
    assert take(exports, "notes", "likes", "shares", "lower_bounds", "format") == [[12000, 10, "shares", "image"]]
    assert take(exports, "comments", "likes", "text") == [[3, "好看"]]
    assert take(exports, "creators", "followers", "likes_and_collects", "tags") == [[12000, 100000, "博主"]]


def test_notes_as_the_site_itself_answers(tmp_path: Path) -> None:
    card = {
        "type": "normal", "display_title": "新西兰", "user": {"user_id": USER.format(1), "nick_name": "小林"},
        "interact_info": {"liked_count": "1.2万", "collected_count": "3", "shared_count": "5"}, "time": 1752170945000,
    }  # fmt: skip
    line = {"id": NOTE.format(1), "model_type": "note", "note_card": card}
    (tmp_path / "a.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    exports = read(tmp_path)
    assert take(exports, "notes", "note_id", "title", "creator_name", "likes", "collects", "shares") == [
        [NOTE.format(1), "新西兰", "小林", 12000, 3, 5]
    ]


# ----------------------------------------------------------------------------- sheets kept by hand

SEEDING = names("序号,博主昵称,主页链接,粉丝数,送拍/寄拍,产品,货值(元),快递费,费用（含税）,状态,发布链接,赞,藏,评,转发")


def test_a_seeding_sheet_with_merged_cells_counts_the_note_once_and_every_cost(tmp_path: Path) -> None:
    rows: Rows = [
        ["8月种草登记表"],
        SEEDING,
        [1, None, None, None, "寄拍", "面霜", 88, None, None, None, None, None, None, None, None],
        [2, None, None, None, "寄拍", "精华", 120, None, None, None, None, None, None, None, None],
        [3, "小王", home(2), 800, "送拍", "面霜", 88, 12, 0, "未发布", "", "", "", "", ""],
        ["合计", "", "", "", "", "", 296, 24, 300, "", "", 120, 30, 4, 3],
    ]
    over_both = {
        1: "小林",
        2: home(1),
        3: "1.2w",
        7: 12,
        8: 300,
        9: "已发布",
        10: link(1),
        11: 120,
        12: 30,
        13: 4,
        14: 3,
    }
    write_book(tmp_path / "种草.xlsx", {"登记": rows}, [(2, 3, column, value) for column, value in over_both.items()])
    exports = read(tmp_path)
    assert exports.problems == ()
    assert take(exports, "placements", "creator_name", "price_cny", "product_cost_cny", "shipping_cost_cny") == [
        ["小林", 300, 208, 12],
        ["小王", 0, 88, 12],
    ]
    assert take(exports, "notes", "note_id", "likes", "collects", "comments", "shares") == [
        [NOTE.format(1), 120, 30, 4, 3]
    ]


def test_rows_of_other_platforms_stay_out(tmp_path: Path) -> None:
    head = ["平台", "博主昵称", "主页链接", "状态", "产品成本", "笔记链接", "点赞"]
    ours: list[object] = ["小红书", "小林", home(1), "已发布", "88", link(1), "10"]
    theirs: list[object] = ["抖音", "小王", "https://www.douyin.com/user/x", "已发布", "88", "", "99"]
    write_csv(tmp_path / "a.csv", [list(head), ours, theirs])
    write_csv(tmp_path / "b.csv", [["抖音博主", "博主ID", "粉丝总量", "灰豚指数"], ["抖音甲", "DY.T1", "1.2w", "85"]])
    exports = read(tmp_path)
    assert take(exports, "placements", "creator_name") == [["小林"]]
    assert exports.tables["creators"].empty
    told = {problem.file: problem.what for problem in exports.problems}
    assert "1 row is of another platform (抖音)" in told["a.csv"]
    assert "another platform (抖音)" in told["b.csv"]


@pytest.mark.parametrize("stranger", ["抖音粉丝数", "Weibo link", "抖音近30天直播"])
def test_a_figure_of_another_platform_beside_ours_is_listed_and_the_rest_read(tmp_path: Path, stranger: str) -> None:
    head = ["博主昵称", "小红薯编号", "粉丝数", "图文报价", stranger]
    write_csv(
        tmp_path / "a.csv", [[*head], ["小林", "12345678", "5200", "800", "9"], ["小王", "12345679", "5300", "900", ""]]
    )
    exports = read(tmp_path)
    assert take(exports, "creators", "creator_name", "followers") == [["小林", 5200], ["小王", 5300]]
    assert stranger in exports.files["columns_ignored"].iloc[0]


def test_a_figure_of_another_platform_without_ours_is_not_read(tmp_path: Path) -> None:
    head: list[object] = ["博主昵称", "抖音粉丝数", "图文报价"]
    write_csv(tmp_path / "a.csv", [head, ["小林", "5200", "800"], ["小王", "5300", "900"]])
    assert "another platform (抖音)" in read(tmp_path).problems[0].what


def test_a_link_of_another_platform_is_judged_by_its_cells(tmp_path: Path) -> None:
    head: list[object] = ["昵称", "粉丝数", "图文报价", "抖音主页"]
    there = "https://www.douyin.com/user/x"
    write_csv(tmp_path / "a.csv", [head, ["小林", "5200", "800", there]])
    write_csv(tmp_path / "b.csv", [[*head, "主页"], ["小王", "5300", "900", there, home(1)]])
    exports = read(tmp_path)
    assert take(exports, "creators", "creator_name") == [["小王"]]
    assert [problem.file for problem in exports.problems] == ["a.csv"]


def test_the_only_dates_of_a_report_are_its_days(tmp_path: Path) -> None:
    head: list[object] = ["Ledger date", "Ad spend (RMB)", "Ad impressions", "Clicks"]
    write_csv(tmp_path / "a.csv", [head, ["2026-07-11", "10", "100", "3"], ["2026-07-12", "12", "110", "4"]])
    write_csv(tmp_path / "b.csv", [[*head, "Booking date"], ["2026-07-11", "10", "100", "3", "2026-07-10"]])
    exports = read(tmp_path)
    assert take(exports, "ad_days", "date", "spend_cny") == [
        [pd.Timestamp("2026-07-11"), 10],
        [pd.Timestamp("2026-07-12"), 12],
    ]
    assert [problem.file for problem in exports.problems] == ["b.csv"]


def test_states_in_the_cells_tell_the_column(tmp_path: Path) -> None:
    head: list[object] = ["达人", "走到哪步了", "笔记链接", "货值", "点赞"]
    write_csv(tmp_path / "a.csv", [head, ["小林", "已发布", link(1), "88", "12"], ["小王", "未发布", "", "88", ""]])
    assert take(read(tmp_path), "placements", "status") == [["已发布"], ["未发布"]]


THEIRS: dict[str, Rows] = {
    "a title above": [["抖音达人资源表", "", ""], ["昵称", "粉丝数", "视频报价"], ["小林", "5200", "800"]],
    "links of Douyin": [
        ["达人", "主页链接", "粉丝数", "视频报价"],
        ["小林", "https://www.douyin.com/user/x", "5200", "800"],
    ],
    "links of Weibo": [
        ["note_id", "create_time", "content", "nickname", "liked_count", "comments_count", "note_url"],
        ["4970000000000001", "1719800000", "好物", "小林", "1", "2", "https://m.weibo.cn/detail/4970000000000001"],
    ],
    "links of Instagram": [
        ["Post ID", "Description", "Publish time", "Permalink", "Impressions", "Likes", "Saves"],
        ["17900000000000001", "x", "2026-07-01", "https://www.instagram.com/p/abc/", "100", "3", "1"],
    ],
    "Douyin's own list": [
        ["作品名称", "发布时间", "体裁", "播放量", "完播率", "2s跳出率", "点赞量", "评论量"],
        ["周末", "2026-07-01", "视频", "100", "10%", "20%", "3", "1"],
    ],
    "Bilibili's own list": [
        ["UP主", "稿件标题", "发布时间", "播放量", "弹幕", "投币", "点赞"],
        ["a", "b", "2026-07-01", "9", "1", "1", "2"],
    ],
    "a blog": [["Title", "Published", "Pageviews", "Comments"], ["a", "2026-07-01", "10", "2"]],
    "Baidu's ads": [["日期", "推广计划", "展现", "点击", "消费", "质量度"], ["2026-07-01", "a", "10", "2", "5", "8"]],
    "orders, one a row": [["Date", "Order number", "City"], ["2026-07-01", "100234", "Auckland"]],
    "a check of notes": [["日期", "博主", "笔记链接", "是否合格"], ["2026-07-01", "小林", link(1), "是"]],
    "takings": [["日期", "产品", "金额"], ["2026-07-01", "茶", "10"]],
    "levels": [["博主昵称", "等级", "类目"], ["小林", "3", "美食"]],
    "any keyword's index": [["日期", "关键词", "搜索指数"], ["2026-07-01", "竞品A", "100"]],
    "comments": [
        ["笔记ID", "评论内容", "昵称", "评论时间", "点赞数"],
        [NOTE.format(1), "好", "小林", "2026-07-01", "3"],
    ],
    "boosts": [
        ["薯条订单号", "笔记链接", "笔记标题", "推广金额", "曝光量", "点赞"],
        ["1", link(1), "a", "100", "10", "1"],
    ],
    "running totals": [
        ["日期", "计划ID", "累计消费", "累计展现量", "累计点击量"],
        ["2026-07-01", "51", "10", "100", "3"],
    ],
}


@pytest.mark.parametrize("name", THEIRS)
def test_what_only_resembles_an_export_is_refused(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path / "a.csv", [list(row) for row in THEIRS[name]])
    exports = read(tmp_path)
    assert exports.files["kind"].isna().all()
    assert all(table.empty for table in exports.tables.values())
    assert exports.problems


def test_a_file_named_after_another_platform_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "抖音投放.csv", [["昵称", "粉丝数", "视频报价"], ["小林", "5200", "800"]])
    assert "another platform (抖音)" in read(tmp_path).problems[0].what


def test_groups_over_labels_that_do_not_repeat_still_count(tmp_path: Path) -> None:
    groups: list[object] = ["达人昵称", "抖音", "", "小红书", ""]
    labels: list[object] = ["", "粉丝数", "视频报价", "主页链接", "图文报价"]
    write_csv(tmp_path / "a.csv", [groups, labels, ["小林", "91000", "9000", home(1), "800"]])
    exports = read(tmp_path)
    assert take(exports, "creators", "creator_name", "followers", "video_price_cny", "image_price_cny") == [
        ["小林", None, None, 800]
    ]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            ["note_id", "date", "creator", "price", "impressions", "views"],
            [NOTE.format(1), "2026-07-01", "a", "800", "9", "5"],
        ),
        (
            ["note link", "creator", "posted", "fee", "impressions", "views"],
            [link(1), "a", "2026-07-01", "800", "9", "5"],
        ),
        (
            ["Date key", "Order ID", "Note ID", "KOL price", "Imp num"],
            ["2026-07-01", "690012345678901234", NOTE.format(1), "80000", "9"],
        ),
        (
            ["note_id", "date_key", "kol_price", "imp_num", "备注", "品牌", "项目", "负责人"],
            [NOTE.format(1), "2026-07-01", "80000", "9", "", "b", "c", "d"],
        ),
    ],
)
def test_amounts_are_in_fen_only_where_the_fields_are_those_of_the_api(
    tmp_path: Path, head: list[object], row: list[object]
) -> None:
    write_csv(tmp_path / "a.csv", [head, row])
    assert read(tmp_path).tables["placements"]["price_cny"].tolist() == [800]


@pytest.mark.parametrize("label", ["目标", "KPI", "去年"])
def test_a_figure_split_over_labels_nobody_knows_is_not_read(tmp_path: Path, label: str) -> None:
    groups: list[object] = ["日期", "销售额", "", "订单数", ""]
    write_csv(tmp_path / "a.csv", [groups, ["", label, "实际", label, "实际"], ["2026-07-01", "100", "90", "5", "4"]])
    exports = read(tmp_path)
    assert exports.tables["outcomes"].empty
    assert exports.problems


def test_labels_in_the_third_row_belong_to_the_groups_above(tmp_path: Path) -> None:
    sections: list[object] = ["昵称", "粉丝数", "图文报价", "数据表现", "", "", ""]
    groups: list[object] = ["", "", "", "日常笔记", "", "合作笔记", ""]
    labels: list[object] = ["", "", "", "曝光中位数", "阅读中位数", "曝光中位数", "阅读中位数"]
    write_csv(tmp_path / "a.csv", [sections, groups, labels, ["小林", "5200", "800", "10", "9", "8", "7"]])
    exports = read(tmp_path)
    assert take(exports, "baselines", "scope", "exposure_median", "views_median") == [
        ["everyday", 10, 9],
        ["paid", 8, 7],
    ]
    assert take(exports, "creators", "followers", "n_paid_notes") == [[5200, None]]


def test_only_links_to_notes_and_creators_tell_the_platform(tmp_path: Path) -> None:
    head: list[object] = ["昵称", "粉丝数", "图文报价", "案例", "其他平台"]
    write_csv(
        tmp_path / "a.csv", [head, ["小林", "5200", "800", "https://pan.baidu.com/s/x", "https://www.instagram.com/x"]]
    )
    assert take(read(tmp_path), "creators", "followers") == [[5200]]


def test_the_id_of_a_shop_is_not_the_notes(tmp_path: Path) -> None:
    head: list[object] = ["笔记链接", "博主昵称", "报价", "曝光量", "店铺ID"]
    write_csv(tmp_path / "a.csv", [head, [link(1), "小林", "800", "9", USER.format(1)]])
    assert take(read(tmp_path), "notes", "note_id") == [[NOTE.format(1)]]


def test_the_net_amount_of_an_invoice_is_read(tmp_path: Path) -> None:
    head: list[object] = ["Invoice number", "Date", "Gross amount", "GST", "Net amount"]
    write_csv(tmp_path / "a.csv", [head, ["A1", "2026-07-01", "115", "15", "100"]])
    assert take(read(tmp_path), "invoices", "amount", "gst") == [[100, 15]]


def test_a_header_of_three_rows_keeps_everyday_and_paid_apart(tmp_path: Path) -> None:
    """Sections, then groups, then labels that repeat: what the groups say belongs to the label."""
    sections: list[object] = ["基础信息", "", "", "", "数据概览", "", "", "", "数据表现", "", "粉丝分析"]
    groups: list[object] = [
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
    labels: list[object] = [
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
    rows: Rows = [[USER.format(i), f"小林{i}", 1.2 + i, 800, 100 + i, 50, 90, 40, 80, "1.5%", "88%"] for i in range(3)]
    write_book(tmp_path / "a.xlsx", {"Sheet1": [sections, groups, labels, *rows]})
    exports = read(tmp_path)
    baselines = exports.tables["baselines"].query("creator_name == '小林0'").fillna({"window_days": 0})
    found = baselines.set_index(["scope", "window_days"])["exposure_median"].to_dict()
    assert found == {("everyday", 0): 100, ("paid", 0): 90, ("paid", 90): 80}
    assert exports.tables["creators"]["followers"].tolist() == [12_000, 22_000, 32_000]


def test_labels_that_repeat_under_groups_nobody_knows_are_not_read(tmp_path: Path) -> None:
    groups: list[object] = ["", "", "甲方", "乙方"]
    labels: list[object] = ["昵称", "粉丝数", "曝光中位数", "曝光中位数"]
    rows: Rows = [["小林", 12_000, 100, 90], ["小王", 13_000, 110, 95]]
    write_book(tmp_path / "a.xlsx", {"Sheet1": [groups, labels, *rows]})
    exports = read(tmp_path)
    assert exports.tables["creators"]["followers"].tolist() == [12_000, 13_000]
    assert exports.tables["baselines"].empty
    assert "甲方|曝光中位数" in exports.files["columns_ignored"].iloc[0]


def test_of_two_days_in_the_headers_the_later_is_read(tmp_path: Path) -> None:
    head: list[object] = ["昵称", "粉丝数（截至2025-01）", "粉丝数（截至2026-03）", "图文报价"]
    write_csv(tmp_path / "a.csv", [head, ["小林", "100", "200", "300"]])
    assert take(read(tmp_path), "creators", "followers") == [[200]]


def test_a_clients_daily_file_may_name_other_platforms(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [["日期", "抖音销售额", "线索数"], ["2026-07-01", "1000", "2"]])
    assert take(read(tmp_path), "outcomes", "metric", "value") == [["leads", 2]]


def test_an_agencys_note_sheet(tmp_path: Path) -> None:
    """One row a note with its figures; the words of the agency say what is image and what is video."""
    head: list[object] = [
        "序号",
        "🔴笔记连接（必填）",
        "博主昵称",
        "内容形式",
        "达人报价",
        "曝光量",
        "阅读量",
        "互动量",
        "是否千赞",
    ]
    rows: Rows = [
        [1, link(1), "小林", "视频报备", "800", "1.2w", "3400", "210", "否"],
        [2, link(2), "小王", "图文软文", "", "900", "340", "21", "否"],
    ]
    write_csv(tmp_path / "底表.csv", [head, *rows])
    exports = read(tmp_path)
    assert take(exports, "placements", "note_id", "price_cny") == [[NOTE.format(1), 800], [NOTE.format(2), None]]
    assert take(exports, "notes", "note_id", "format", "exposure", "views") == [
        [NOTE.format(1), "video", 12_000, 3_400],
        [NOTE.format(2), "image", 900, 340],
    ]


def test_a_note_sheet_without_costs_makes_no_placements(tmp_path: Path) -> None:
    head: list[object] = ["发布链接", "博主昵称", "博主粉丝量", "发布日期", "阅读量", "点赞", "收藏"]
    write_csv(tmp_path / "a.csv", [head, [link(1), "小林", "5200", "2026-07-11", "3400", "21", "3"]])
    exports = read(tmp_path)
    assert exports.files["kind"].tolist() == ["agency_notes"]
    assert take(exports, "notes", "note_id", "scope", "views") == [[NOTE.format(1), None, 3_400]]
    assert exports.tables["placements"].empty


@pytest.mark.parametrize("stranger", ["消费", "计划ID", "创意名称", "投放位置", "评论ID"])
def test_an_unreadable_report_is_not_taken_for_a_note_sheet(tmp_path: Path, stranger: str) -> None:
    head: list[object] = ["笔记ID", "标题", "展现量", "互动量", stranger]
    write_csv(tmp_path / "a.csv", [head, [NOTE.format(1), "周末", "100", "3", "7"]])
    exports = read(tmp_path)
    assert exports.tables["notes"].empty
    assert "fits no kind" in exports.problems[0].what


@pytest.mark.parametrize("left_out", ["order_id", "date_key"])
def test_api_rows_are_never_read_in_yuan(tmp_path: Path, left_out: str) -> None:
    """Their amounts are in hundredths of a yuan, whether or not the order is named."""
    row = {"date_key": "2026-08-01", "order_id": "690012345678901234", "note_id": NOTE.format(1), "kol_price": "80000"}
    row |= {"imp_num": "1000", "read_num": "120", "origin_imp_num": "900", "kol_nick_name": "小林"}
    write_json(tmp_path / "a.json", [{name: cell for name, cell in row.items() if name != left_out}])
    exports = read(tmp_path)
    prices = exports.tables["placements"]["price_cny"].tolist()
    assert prices == ([800] if left_out == "order_id" else [])
    assert bool(exports.problems) == (left_out == "date_key")


def test_platform_ids_under_the_name_of_a_number_are_ids(tmp_path: Path) -> None:
    head: list[object] = ["达人昵称", "小红书ID", "粉丝数", "图文报价"]
    write_csv(
        tmp_path / "a.csv", [head, ["小林", USER.format(1), "5200", "800"], ["小王", USER.format(2), "5300", "900"]]
    )
    assert take(read(tmp_path), "creators", "creator_id", "xhs_number") == [
        [USER.format(1), None],
        [USER.format(2), None],
    ]


def test_a_client_counts_in_its_own_currency(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "sales.csv", [["Date", "Market", "Sales (NZD)", "Orders"], ["13/08/2026", "NZ", "$1,234.50", "12"]]
    )
    invoice = ["Invoice No.", "Invoice Date", "Amount ex GST (NZD)", "GST", "Total incl GST"]
    write_book(
        tmp_path / "inv.xlsx", {"S": [["INVOICES"], list(invoice), ["INV-1", "2026-08-01", "1,000", "150", "1,150"]]}
    )
    exports = read(tmp_path)
    assert exports.problems == ()
    assert take(exports, "outcomes", "metric", "value", "currency") == [["sales", 1234.5, "NZD"], ["orders", 12, None]]
    assert take(exports, "invoices", "amount", "gst", "currency") == [[1000, 150, "NZD"]]


# --------------------------------------------------------------------------- how sheets are laid out

NOTES_HEAD = ["笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "点赞"]
CREATORS_HEAD = ["博主昵称", "小红书号", "粉丝数", "图文报价", "视频报价"]


def note_row(title: str, day: int) -> list[object]:
    return [title, f"2026-07-{day} 10:00:00", "图文", 100, 20, 3]


def test_tables_below_each_other_are_read_each_for_itself(tmp_path: Path) -> None:
    rows = [
        list(NOTES_HEAD), note_row("a", 10), note_row("b", 11), [], ["博主报价表"], list(CREATORS_HEAD),
        ["小林", "94821", 12345, 800, 1200], ["小王", "94822", "x", 300, 500],
    ]  # fmt: skip
    write_book(tmp_path / "two.xlsx", {"S": rows})
    exports = read(tmp_path)
    assert exports.files[["table", "n_rows"]].to_numpy().tolist() == [["notes", 2], ["creators", 2]]
    assert take(exports, "notes", "title") == [["a"], ["b"]]
    assert take(exports, "creators", "creator_name", "followers") == [["小林", 12345], ["小王", None]]
    assert [(problem.row, problem.column) for problem in exports.problems] == [(8, "粉丝数")], "rows are the file's"


def test_tables_side_by_side_are_not_mixed(tmp_path: Path) -> None:
    rows = [
        [*NOTES_HEAD, "", *CREATORS_HEAD[::2]],
        [*note_row("a", 10), "", "小林", 12345, 800],
        [*note_row("b", 11), "", "小王", 800, 300],
        ["", "", "", "", "", "", "", "小李", 900, 310],
    ]
    rows[0][8], rows[0][9] = "粉丝数", "图文报价"
    write_book(tmp_path / "side.xlsx", {"S": rows})
    exports = read(tmp_path)
    assert exports.problems == ()
    assert take(exports, "notes", "title", "creator_name") == [["a", None], ["b", None]]
    assert take(exports, "creators", "creator_name", "followers") == [["小林", 12345], ["小王", 800], ["小李", 900]]


def test_a_header_repeated_on_every_page_is_no_row(tmp_path: Path) -> None:
    head = list(NOTES_HEAD)
    write_csv(tmp_path / "a.csv", [head, note_row("a", 10), head, note_row("b", 11), head, note_row("c", 12)])
    exports = read(tmp_path)
    assert (exports.problems, len(exports.tables["notes"])) == ((), 3)


def test_totals_and_averages_below_numbered_rows(tmp_path: Path) -> None:
    head = ["序号", *NOTES_HEAD]
    rows: Rows = [head, [1, *note_row("a", 10)], [2, *note_row("合计", 11)]]
    rows += [["", "合计", "", "", 200, 40, 6], ["", "平均", "", "", 100, 20, 3.5]]
    write_csv(tmp_path / "a.csv", rows)
    exports = read(tmp_path)
    assert exports.problems == ()
    assert take(exports, "notes", "title") == [["a"], ["合计"]]
    assert exports.files["n_totals"].tolist() == [2]


def test_figures_above_the_header_are_told(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "a.csv",
        [["账号总览"], ["总曝光", "12,345", "总观看", "3,000"], [], list(NOTES_HEAD), note_row("a", 10)],
    )
    [problem] = read(tmp_path).problems
    assert (problem.row, "above the header holds figures" in problem.what) == (2, True)


def test_a_sheet_that_explains_columns_is_no_table(tmp_path: Path) -> None:
    prose: Rows = [["字段", "说明"], ["曝光", "展示次数"], ["观看量", "打开次数"], ["点赞", "点赞次数"]]
    write_book(tmp_path / "a.xlsx", {"字段说明": prose, "数据": [list(NOTES_HEAD), note_row("a", 10)]})
    exports = read(tmp_path)
    assert exports.files["state"].tolist() == ["nothing_to_read", "read"]
    assert exports.problems == ()


def test_one_table_of_plain_words_is_not_cut_up(tmp_path: Path) -> None:
    """Rows of words that are also headers (图文, 美妆, 上海) open no table."""
    head = ["博主昵称", "粉丝数", "内容类目", "地区", "性别"]
    rows = [[name, "", "视频", "上海", "女"] for name in ("阅读", "曝光", "点赞", "收藏")]
    write_csv(tmp_path / "a.csv", [list(head), *[list(row) for row in rows]])
    exports = read(tmp_path)
    assert take(exports, "creators", "creator_name") == [["阅读"], ["曝光"], ["点赞"], ["收藏"]]


def test_a_long_table_stays_one(tmp_path: Path) -> None:
    frame = pd.DataFrame([note_row(f"t{i}", 10 + i % 20) for i in range(6_000)], columns=NOTES_HEAD)
    frame.insert(0, "笔记ID", [NOTE.format(i) for i in range(len(frame))])
    frame.to_csv(tmp_path / "a.csv", index=False)
    exports = read(tmp_path)
    assert (len(exports.files), len(exports.tables["notes"]), exports.problems) == (1, 6_000, ())
