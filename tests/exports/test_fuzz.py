"""Exports changed at random: what keeps the meaning gives the same table, what does not is told, nothing breaks.

Every file is built from a platform's real headers around known values, changed by a few mutations of `KEEPING`
(which the readers must see through) and sometimes by one of `BREAKING` (which they must report, with file, row,
column and value where there is one). All is seeded: a failure names its seed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.reading import SheetTables, read_file

CHUNKS, CASES = 40, int(os.environ.get("FUZZ_CASES", "35"))
"""Tests, and files in each; more by the environment variable."""
AS_OF = datetime(2026, 9, 1, 12).timestamp()

# ------------------------------------------------------------------------------ kinds and their columns


@dataclass(frozen=True)
class Spec:
    """One column: canonical name, what it holds, the real header, and other names people give it."""

    column: str
    holds: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of export: needed columns, others, and the table they land in."""

    kind: str
    table: str
    needed: tuple[Spec, ...]
    others: tuple[Spec, ...]
    key: str


def spec(column: str, holds: str, *names: str) -> Spec:
    return Spec(column, holds, names)


ENGAGEMENT = (
    spec("likes", "count", "点赞", "点赞量", "点赞数", "likes", "Likes"),
    spec("comments", "count", "评论", "评论量", "评论数", "comments"),
    spec("collects", "count", "收藏", "收藏量", "收藏数"),
    spec("shares", "count", "分享", "分享量", "分享数"),
)
KINDS = (
    Kind(
        "creator_center_notes",
        "notes",
        (
            spec("posted_at", "time", "首次发布时间", "发布时间", "笔记发布时间"),
            spec("title", "text", "笔记标题", "标题"),
            spec("exposure", "count", "曝光", "曝光量", "曝光次数", "曝光数"),
            spec("views", "count", "观看量", "观看数", "阅读量", "views"),
            spec("cover_click_rate", "share", "封面点击率"),
            ENGAGEMENT[0],
        ),
        (
            spec("format", "format", "体裁", "笔记类型"),
            *ENGAGEMENT[1:],
            spec("follows", "number", "涨粉", "涨粉数"),
            spec("bullet_comments", "count", "弹幕", "弹幕数"),
        ),
        "posted_at",
    ),
    Kind(
        "dandelion_notes",
        "notes",
        (
            spec("note_link", "note_link", "笔记链接", "笔记地址"),
            spec("exposure", "count", "曝光量", "总曝光量"),
            spec("exposure_organic", "count", "自然曝光量", "自然曝光"),
            spec("views", "count", "阅读量", "总阅读量"),
        ),
        (
            spec("title", "text", "笔记标题"),
            spec("posted_at", "date", "笔记发布日期", "发布日期"),
            spec("creator_name", "text", "博主昵称", "达人昵称"),
            spec("followers", "count", "博主粉丝量", "粉丝数", "粉丝量"),
            spec("exposure_promoted", "count", "推广曝光量", "推广曝光"),
            spec("viewers", "count", "阅读UV"),
            *ENGAGEMENT,
        ),
        "note_link",
    ),
    Kind(
        "dandelion_orders",
        "orders",
        (
            spec("placement_id", "order_id", "订单id", "订单ID", "订单编号"),
            spec("name", "text", "合作名称"),
            spec("price_cny", "money", "博主报价", "报价"),
            spec("exposure", "count", "总曝光量", "曝光量"),
        ),
        (
            spec("service_fee_cny", "money", "服务费金额", "服务费"),
            spec("n_notes", "count", "笔记数"),
            spec("views", "count", "总阅读量", "阅读量"),
            spec("created_at", "time", "订单创建时间"),
            spec("engagement", "count", "总互动量", "互动量"),
        ),
        "placement_id",
    ),
    Kind(
        "juguang_report",
        "ad_days",
        (
            spec("date", "date", "时间", "日期"),
            spec("campaign_id", "order_id", "计划ID", "计划id"),
            spec("spend_cny", "money", "消费", "消费金额"),
            spec("impressions", "count", "展现量", "展现数", "展现"),
            spec("clicks", "count", "点击量", "点击数", "点击"),
        ),
        (spec("engagement", "count", "互动量", "互动数"), spec("keyword", "text", "关键词")),
        "date",
    ),
    Kind(
        "mediacrawler_notes",
        "notes",
        (
            spec("note_id", "note_id", "note_id"),
            spec("posted_at", "epoch", "time"),
            spec("creator_id", "note_id", "user_id"),
            spec("likes", "count", "liked_count"),
            spec("text", "text", "desc"),
        ),
        (
            spec("collects", "count", "collected_count"),
            spec("comments", "count", "comment_count"),
            spec("shares", "count", "share_count"),
            spec("format", "format", "type"),
        ),
        "note_id",
    ),
    Kind(
        "agency_creators",
        "creators",
        (
            spec("creator_name", "text", "昵称", "博主昵称", "达人昵称", "博主名称"),
            spec("followers", "count", "粉丝数", "粉丝量", "followers"),
            spec("image_price_cny", "price", "图文报价", "图文费用"),
        ),
        (
            spec("creator_id", "note_id", "博主ID", "user_id"),
            spec("video_price_cny", "price", "视频报价", "视频费用"),
            spec("female_fan_share", "share", "女性粉丝占比", "粉丝女性比例"),
            spec("active_fan_share", "share", "活跃粉丝占比"),
            spec("likes_and_collects", "count", "获赞与收藏", "赞藏总数"),
        ),
        "creator_name",
    ),
    Kind(
        "qiangua_creators",
        "creators",
        (
            spec("creator_name", "text", "博主昵称"),
            spec("", "count", "千瓜指数"),
            spec("followers", "count", "粉丝数"),
            spec("likes_and_collects", "count", "赞藏总数"),
            spec("image_price_cny", "price", "实时报价-图文"),
            spec("", "money", "实时报价-图文CPE"),
        ),
        (spec("n_notes", "count", "笔记数"), spec("video_price_cny", "price", "实时报价-视频")),
        "creator_name",
    ),
)
NUMERIC = {"count", "money", "price", "share", "number"}


def make_value(rng: random.Random, holds: str, row: int) -> object:
    """A true value; None where it is missing."""
    if holds in NUMERIC and rng.random() < 0.1:
        return None
    makers: dict[str, Callable[[], object]] = {
        "count": lambda: rng.choice([rng.randrange(1, 900), rng.randrange(1, 9_999) * 100, rng.randrange(1, 10**7)]),
        "number": lambda: rng.randrange(-50, 500),
        "money": lambda: rng.randrange(1, 900_000) / 100,
        "price": lambda: rng.randrange(1, 400) * 50,
        "share": lambda: rng.randrange(100, 9_900) / 10_000,
        "text": lambda: rng.choice(["好物", "早八妆", "新西兰", "Auckland", "港湾✨", "a,b", 'say "hi"']) + f" {row}",
        "format": lambda: rng.choice(["image", "video"]),
        "time": lambda: datetime(2026, 7, 1) + timedelta(minutes=rng.randrange(60_000), seconds=row),
        "epoch": lambda: datetime(2026, 7, 1) + timedelta(minutes=rng.randrange(60_000), seconds=row),
        "date": lambda: datetime(2026, 7, 1) + timedelta(days=rng.randrange(40)),
        "note_id": lambda: f"{rng.getrandbits(96) | 1 << 95:024x}",
        "note_link": lambda: f"{rng.getrandbits(96) | 1 << 95:024x}",
        "order_id": lambda: f"69{rng.randrange(10**15, 10**16 - 1)}{rng.randrange(1, 10)}",
    }
    return makers[holds]()


@dataclass
class Case:
    """A file in the making: true values, and how they are going to be written."""

    rng: random.Random
    kind: Kind
    specs: list[Spec]
    truth: list[list[object]]
    heads: list[str] = field(default_factory=list)
    cells: list[list[object]] = field(default_factory=list)
    above: list[list[object]] = field(default_factory=list)
    below: list[list[object]] = field(default_factory=list)
    extra: dict[str, list[object]] = field(default_factory=dict)
    suffix: str = ".csv"
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    line_end: str = "\r\n"
    quoting: int = csv.QUOTE_MINIMAL
    blanks: list[int] = field(default_factory=list)
    cut: int | None = None
    log: list[str] = field(default_factory=list)


def make_case(seed: int) -> Case:
    rng = random.Random(seed)  # noqa: S311
    kind = rng.choice(KINDS)
    specs = [*kind.needed, *(one for one in kind.others if rng.random() < 0.5)]
    truth = [[make_value(rng, one.holds, row) for one in specs] for row in range(rng.randrange(3, 7))]
    case = Case(rng, kind, specs, truth)
    case.heads = [one.names[0] for one in specs]
    case.cells = [[write_plain(value, one.holds) for value, one in zip(row, specs, strict=True)] for row in truth]
    return case


# ------------------------------------------------------------------------------- how values are written


def write_plain(value: object, holds: str) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        if holds == "epoch":
            return int((value - timedelta(hours=8) - datetime(1970, 1, 1)).total_seconds() * 1000)
        return value.strftime("%Y-%m-%d" if holds == "date" else "%Y-%m-%d %H:%M:%S")
    if holds == "note_link":
        return f"https://www.xiaohongshu.com/explore/{value}?xsec_token=AB&x=1"
    return {"image": "图文", "video": "视频"}[str(value)] if holds == "format" else value


COUNT_WAYS: tuple[Callable[[int], str | None], ...] = (
    lambda n: f"{n:,}",
    lambda n: f" {n} ",
    lambda n: f"{n}\t",
    lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
    lambda n: f"{n / 10_000:g}万" if n % 100 == 0 and n >= 10_000 else None,
    lambda n: f"{n / 10_000:.2f}w" if n % 100 == 0 and n >= 1_000 else None,
    lambda n: f"{n / 10_000:g}".replace(".", "·") + "万" if n % 100 == 0 and n >= 10_000 else None,
    lambda n: f"{n}.0",
    lambda n: f"{n:,}次" if n > 0 else None,
)
DATE_WAYS = ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d 00:00:00")
TIME_WAYS = ("%Y/%m/%d %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S+08:00")


def rewrite(rng: random.Random, value: object, holds: str) -> object:
    """The same value as someone else would write it."""
    if isinstance(value, datetime):
        return value.strftime(rng.choice(DATE_WAYS if holds == "date" else TIME_WAYS)) if holds != "epoch" else None
    if holds == "count":
        return rng.choice(COUNT_WAYS)(int(str(value)))
    if holds in {"money", "price"}:
        return rng.choice([f"¥{value}", f"{value}元", f"{value} ", f"{float(str(value)):,.2f}"])
    if holds == "format":
        return {"image": rng.choice(["图文", "图文笔记", "normal"]), "video": rng.choice(["视频", "video"])}[str(value)]
    if holds == "order_id":
        return rng.choice([f"'{value}", f'="{value}"', f" {value}"])
    return f" {value} " if holds == "text" else None


# -------------------------------------------------------------------------- what keeps the meaning


def rename(case: Case) -> None:
    for place, one in enumerate(case.specs):
        case.heads[place] = case.rng.choice(one.names)


def reorder(case: Case) -> None:
    order = case.rng.sample(range(len(case.specs)), len(case.specs))
    case.specs = [case.specs[place] for place in order]
    case.heads = [case.heads[place] for place in order]
    case.cells = [[row[place] for place in order] for row in case.cells]
    case.truth = [[row[place] for place in order] for row in case.truth]


def decorate_headers(case: Case) -> None:
    ways = ("{} ", " {}", "{}（必填）", "{}\n", "\ufeff{}", "{}(必填)", "【{}】")
    case.heads = [case.rng.choice(ways).format(head) if case.rng.random() < 0.3 else head for head in case.heads]


def add_title(case: Case) -> None:
    titles = ["最多导出排序后前1000条笔记", "2026年8月 数据导出", "导出时间：2026-08-30", ""]
    case.above = [[title] for title in case.rng.sample(titles, case.rng.randrange(1, 4))]


def add_blank_rows(case: Case) -> None:
    case.blanks = case.rng.sample(range(len(case.cells) + 1), 2)


def add_totals(case: Case) -> None:
    sums: list[object] = ["" for _ in case.specs]
    for place, one in enumerate(case.specs):
        if one.holds in {"count", "money", "number"}:
            known = [float(str(row[place])) for row in case.truth if row[place] is not None]
            sums[place] = round(sum(known), 2) if known else ""
    if case.specs[0].holds in NUMERIC:
        swap = next(place for place, one in enumerate(case.specs) if one.holds not in NUMERIC)
        order = [swap, *(place for place in range(len(case.specs)) if place != swap)]
        case.specs = [case.specs[place] for place in order]
        case.heads = [case.heads[place] for place in order]
        case.cells = [[row[place] for place in order] for row in case.cells]
        case.truth = [[row[place] for place in order] for row in case.truth]
        sums = [sums[place] for place in order]
    case.below = [[case.rng.choice(["合计", "总计", "Total", "合计："]), *sums[1:]]]


def add_junk_columns(case: Case) -> None:
    case.extra["外星指数"] = [case.rng.randrange(99) for _ in case.cells]
    if case.rng.random() < 0.5:
        case.extra["zzqx"] = ["?" for _ in case.cells]


def add_private_columns(case: Case) -> None:
    case.extra[case.rng.choice(["手机号", "联系邮箱", "微信号", "个人简介"])] = ["private" for _ in case.cells]


def write_otherwise(case: Case) -> None:
    for row, values in enumerate(case.truth):
        for place, one in enumerate(case.specs):
            if values[place] is not None and case.rng.random() < 0.4:
                other = rewrite(case.rng, values[place], one.holds)
                case.cells[row][place] = case.cells[row][place] if other is None else other


def write_percent(case: Case) -> None:
    """Whole columns of shares as 12.34% or as 12.34 of which most exceed 1."""
    for place, one in enumerate(case.specs):
        if one.holds == "share":
            sign = case.rng.choice(["%", "％", "%"])
            for row, values in enumerate(case.truth):
                if values[place] is not None:
                    case.cells[row][place] = f"{float(str(values[place])) * 100:.2f}{sign}"


def write_moments_as_numbers(case: Case) -> None:
    """Whole columns of times as Excel keeps them (days since 1900), or as epochs."""
    for place, one in enumerate(case.specs):
        if one.holds in {"time", "date"}:
            way = case.rng.choice(["serial", "s", "ms"]) if one.holds == "time" else "serial"
            for row, values in enumerate(case.truth):
                case.cells[row][place] = to_number(values[place], way)


def to_number(moment: object, way: str) -> object:
    assert isinstance(moment, datetime)
    if way == "serial":
        days = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400
        return int(days) if days.is_integer() else days
    seconds = int((moment - timedelta(hours=8) - datetime(1970, 1, 1)).total_seconds())
    return seconds if way == "s" else seconds * 1000


def repeat_header(case: Case) -> None:
    """A second column of the same name with other figures: the first counts, the other is listed."""
    place = case.rng.choice([i for i, one in enumerate(case.specs) if one.holds == "count"])
    if case.suffix not in {".json", ".jsonl"}:
        case.extra[f"{case.heads[place]}"] = [999_999_999 for _ in case.cells]


def mark_missing(case: Case) -> None:
    marks = ["-", "--", "——", "无", "n/a", "null", "暂无数据", " "]
    for row, values in enumerate(case.truth):
        for place, value in enumerate(values):
            if value is None:
                case.cells[row][place] = case.rng.choice(marks)


def encode_otherwise(case: Case) -> None:
    case.encoding = case.rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])


def delimit_otherwise(case: Case) -> None:
    case.delimiter = case.rng.choice([",", "\t", ";"])
    case.line_end = case.rng.choice(["\r\n", "\n", "\r"])
    case.quoting = case.rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    case.suffix = case.rng.choice([".csv", ".tsv", ".txt"])


def store_otherwise(case: Case) -> None:
    case.suffix = case.rng.choice([".xlsx", ".xlsx", ".json", ".jsonl"])


KEEPING = (
    *(rename, reorder, decorate_headers, add_title, add_blank_rows, add_totals, add_junk_columns),
    *(add_private_columns, write_otherwise, write_percent, mark_missing, encode_otherwise, delimit_otherwise),
    *(store_otherwise, write_moments_as_numbers, repeat_header),
)
LAST = (repeat_header, add_totals)
"""Mutations that need to know what the others did."""


# -------------------------------------------------------------------------------------- what breaks


@dataclass(frozen=True)
class Told:
    """What a problem must name: place and value of a cell, or words of the message."""

    row: int | None = None
    column: str | None = None
    value: object = None
    words: str = ""
    unread: bool = False
    lost_rows: tuple[int, ...] = ()


def pick(case: Case, *holds: str) -> tuple[int, int] | None:
    """Row and place of a filled cell of one of the types."""
    places = [
        (row, place)
        for row, values in enumerate(case.truth)
        for place, one in enumerate(case.specs)
        if one.holds in holds and values[place] is not None and one.column
    ]
    return case.rng.choice(places) if places else None


def spoil(case: Case, values: tuple[str, ...], *holds: str) -> Told | None:
    found = pick(case, *holds)
    if found is None or len(case.truth) < 3:
        return None
    row, place = found
    case.cells[row][place] = value = case.rng.choice(values)
    case.truth[row][place] = None
    lost = (row,) if case.specs[place].column == case.kind.key else ()
    return Told(row, case.heads[place], value, lost_rows=lost)


def mistype_count(case: Case) -> Told | None:
    wrong = (
        "12x",
        "abc",
        "1.2.3",
        "#REF!",
        "12,34",
        "-5",
        "13.5%",
        "1 2",
        "十二",
        "¥12",
        "0x1F",
        "1.2w3",
        "12.5",
        "1e99",
    )
    return spoil(case, wrong, "count")


def mistype_money(case: Case) -> Told | None:
    return spoil(case, ("12x", "$12", "-3", "12%", "1,2", "NZD 12", "#VALUE!", "1.2.3"), "money", "price")


def mistype_share(case: Case) -> Told | None:
    write_percent(case)
    return spoil(case, ("150%", "-3%", "abc", "1/2", "#DIV/0!"), "share")


def mistype_time(case: Case) -> Told | None:
    wrong = ("2026-13-45", "昨天", "2026-02-30 10:00:00", "1066-10-14", "26年", "#N/A", "2026-07")
    return spoil(case, wrong, "time", "date")


def mistype_format(case: Case) -> Told | None:
    return spoil(case, ("直播", "图文视频", "3"), "format")


def ruin_ids(case: Case) -> Told | None:
    return spoil(case, ("6.90012E+17", "1.23457E+17"), "order_id")


def blank_key(case: Case) -> Told | None:
    if case.kind.table == "creators":
        return None
    place = next(i for i, one in enumerate(case.specs) if one.column == case.kind.key)
    row = case.rng.randrange(len(case.cells))
    case.cells[row][place] = ""
    case.truth[row][place] = None
    return Told(row, words="left out", lost_rows=(row,))


def swap_column(case: Case) -> Told | None:
    """Something else under a count's header."""
    place = next((i for i, one in enumerate(case.specs) if one.holds == "count" and one.column), None)
    if place is None or len(case.cells) < 5:
        return None
    for row, cells in enumerate(case.cells):
        cells[place], case.truth[row][place] = "待补充", None
    return Told(column=case.heads[place], words="")


def swap_key(case: Case) -> Told | None:
    """Something else in the column that names the rows."""
    place = next(i for i, one in enumerate(case.specs) if one.column == case.kind.key)
    if case.specs[place].holds not in {"time", "date"} or len(case.cells) < 5:
        return None
    for cells in case.cells:
        cells[place] = "待补充"
    return Told(words="also needs a column for", unread=True)


def falsify_total(case: Case) -> Told | None:
    if case.kind.table not in {"notes", "orders", "ad_days"} or case.below:
        return None
    add_totals(case)
    place = next((i for i, cell in enumerate(case.below[0]) if i and cell and case.specs[i].holds == "count"), None)
    if place is None or case.specs[place].column in {"followers", "viewers", ""}:
        return None
    case.below[0][place] = float(str(case.below[0][place])) * 2 + 100
    return Told(column=case.heads[place], words="add up to")


def drop_needed(case: Case) -> Told | None:
    """Without anything that names a row in any kind."""
    names = {case.kind.key, "creator_id", "creator_name", "posted_at", "title"}
    keep = [i for i, one in enumerate(case.specs) if one.column not in names]
    case.specs, case.heads = [case.specs[i] for i in keep], [case.heads[i] for i in keep]
    case.cells = [[row[i] for i in keep] for row in case.cells]
    case.truth = [[row[i] for i in keep] for row in case.truth]
    return Told(words="fits no kind", unread=True)


def rename_to_nonsense(case: Case) -> Told | None:
    case.heads = [f"zq{i}xv" for i in range(len(case.heads))]
    case.extra.clear()
    return Told(words="fits no kind", unread=True)


def cut_file(case: Case) -> Told | None:
    """The last bytes of a workbook or JSON file are missing."""
    case.suffix = case.rng.choice([".xlsx", ".json", ".jsonl"])
    case.cut = case.rng.randrange(2, 9) if case.suffix == ".jsonl" else case.rng.randrange(20, 200)
    return Told(words="cannot be read|valid JSON|damaged|cut off|no known encoding", unread=True)


def cut_row(case: Case) -> Told | None:
    """The last row of a text file ends before its last cells."""
    if case.suffix in {".xlsx", ".json", ".jsonl"} or len(case.heads) < 4:
        case.suffix = ".csv"
    case.extra.clear()
    case.below = []
    kept = max(2, len(case.heads) - 2)
    lost = case.cells[-1][kept:]
    if case.blanks or len(case.heads) < 4 or not any(str(cell).strip() for cell in lost):
        return None
    case.cells[-1] = case.cells[-1][:kept]
    case.truth[-1] = [*case.truth[-1][:kept], *[None] * (len(case.heads) - kept)]
    keys = any(one.column == case.kind.key for one in case.specs[kept:])
    return Told(words="less than the table's|left out", lost_rows=(len(case.cells) - 1,) if keys else ())


def shift_row(case: Case) -> Told | None:
    """A stray delimiter moves the cells of one row."""
    if case.suffix in {".xlsx", ".json", ".jsonl"}:
        case.suffix = ".csv"
    case.extra.clear()
    row = case.rng.randrange(len(case.cells))
    case.cells[row] = ["x", *case.cells[row], "y"]
    return Told(words="more than the table's", lost_rows=(row,))


BREAKING = (
    *(mistype_count, mistype_money, mistype_share, mistype_time, mistype_format, ruin_ids, blank_key, swap_column),
    *(swap_key, falsify_total, drop_needed, rename_to_nonsense, cut_file, cut_row, shift_row),
)


# ------------------------------------------------------------------------------------------- writing


def lay_out(case: Case) -> tuple[list[list[object]], dict[int, int]]:
    """All rows of the file, and at which row (from 1) each true row stands."""
    heads = [*case.heads, *case.extra]
    rows: list[list[object]] = [*case.above, heads]
    at = {}
    for number, cells in enumerate(case.cells):
        rows += [[] for blank in case.blanks if blank == number]
        rows.append([*cells, *(values[number] for values in case.extra.values())])
        at[number] = len(rows)
    return [*rows, *case.below], at


def write_case(case: Case, folder: Path) -> tuple[Path, dict[int, int]]:
    path = folder / f"case{case.suffix}"
    rows, at = lay_out(case)
    if case.suffix in {".json", ".jsonl"}:
        names = [str(head) for head in rows[len(case.above)]]
        records = [dict(zip(names, row, strict=False)) for row in rows[len(case.above) + 1 :] if row]
        at = {number: number + 2 for number in at}
        text = json.dumps(records, ensure_ascii=False)
        text = text if case.suffix == ".json" else "\n".join(json.dumps(one, ensure_ascii=False) for one in records)
        path.write_bytes(text.encode("utf-8"))
    elif case.suffix == ".xlsx":
        write_workbook(path, rows, prose=case.rng.random() < 0.3)
    else:
        width = len(case.heads) + len(case.extra)
        if case.line_end == "\r":
            rows[len(case.above)] = [str(head).replace("\n", "") for head in rows[len(case.above)]]
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=case.delimiter, lineterminator=case.line_end, quoting=case.quoting)
        short = [row for row in case.cells if len(row) < len(case.heads)]
        writer.writerows(row if row in short else [*row, *[""] * (width - len(row))] for row in rows)
        path.write_bytes(buffer.getvalue().encode(case.encoding))
    if case.cut:
        path.write_bytes(path.read_bytes()[: -case.cut])
    os.utime(path, (AS_OF, AS_OF))
    return path, at


def write_workbook(path: Path, rows: list[list[object]], *, prose: bool) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        if prose:
            book.add_worksheet("说明").write(0, 0, "本表由系统导出")
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


# ------------------------------------------------------------------------------------------ checking


def read_case(path: Path) -> tuple[SheetTables, list[str]]:
    campaign = Campaign(folder=path.parent)
    sheets = read_file(path, path.parent, campaign, list_layouts())
    main = next((sheet for sheet in sheets if sheet.understood.state != "nothing_to_read"), sheets[0])
    return main, [str(problem) for sheet in sheets for problem in sheet.understood.problems]


def expect(value: object, holds: str) -> object:
    if value is None:
        return None
    if isinstance(value, datetime):
        stamp = pd.Timestamp(value)
        return stamp if holds == "day" else stamp.tz_localize("Asia/Shanghai").tz_convert("UTC")
    return value if isinstance(value, str) else float(str(value))


def check_values(case: Case, main: SheetTables, at: Mapping[int, int], lost: tuple[int, ...]) -> None:
    """Every value as it is true, or missing; rows lost only where that was to be."""
    rows = main.tables[case.kind.table].set_index("source_row")
    expected = {at[number] for number in range(len(case.truth)) if number not in lost}
    assert set(rows.index.astype(int)) == expected
    for number, values in enumerate(case.truth):
        if number in lost:
            continue
        for one, value in zip(case.specs, values, strict=True):
            if one.column:
                check_value(rows.loc[at[number]], one, value, case.kind.table)


def check_value(row: pd.Series, one: Spec, value: object, table: str) -> None:
    column = "note_id" if one.column == "note_link" else one.column
    holds = "day" if column == "date" and table == "ad_days" else one.holds
    wanted, found = expect(value, holds), row[column]
    if wanted is None:
        assert pd.isna(found), f"{one.column}: {found!r} where nothing is true"
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-9), one.column
    else:
        assert found == wanted, one.column


def tidy_head(head: str | None) -> str:
    return " ".join(str(head).strip("\ufeff").split())


def check_told(told: Told, main: SheetTables, texts: list[str], at: Mapping[int, int]) -> None:
    problems = main.understood.problems
    if told.unread:
        assert not main.tables
    words = told.words.split("|")
    assert any(word in text for text in texts for word in words), texts
    if told.value is not None:
        place = (at[told.row], tidy_head(told.column), str(told.value).strip())
        named = [(problem.row, tidy_head(problem.column), str(problem.value).strip()) for problem in problems]
        assert place in named, (place, texts)
    if told.column is not None:
        column = tidy_head(told.column)
        assert any(tidy_head(problem.column) == column for problem in problems), (column, texts)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutated_exports(chunk: int, tmp_path: Path) -> None:
    faults = []
    for seed in range(chunk * CASES, (chunk + 1) * CASES):
        folder = tmp_path / str(seed)
        folder.mkdir()
        case = make_case(seed)
        try:
            run_case(case, folder)
        except Exception as error:
            faults.append(f"seed {seed}, {case.kind.kind}, {', '.join(case.log)}: {type(error).__name__}: {error}")
    assert not faults, f"{len(faults)} of {CASES}:\n" + "\n".join(faults)


def run_case(case: Case, folder: Path) -> None:
    rng = case.rng
    chosen = rng.sample(KEEPING, rng.randrange(0, 5))
    for mutation in sorted(chosen, key=lambda one: LAST.index(one) if one in LAST else -1):
        case.log.append(mutation.__name__)
        mutation(case)
    told = None
    if rng.random() < 0.5:
        mutation = rng.choice(BREAKING)
        trial = replace(case, cells=[list(row) for row in case.cells], truth=[list(row) for row in case.truth])
        trial.heads, trial.extra, trial.below = list(case.heads), dict(case.extra), [list(row) for row in case.below]
        trial.specs = list(case.specs)
        told = mutation(trial)
        if told is not None:
            case.log.append(mutation.__name__)
            case = trial
    path, at = write_case(case, folder)
    main, texts = read_case(path)
    if told is None:
        assert not texts, texts
        check_values(case, main, at, ())
        return
    check_told(told, main, texts, at)
    if main.tables:
        check_values(case, main, at, told.lost_rows)


# ------------------------------------------------------------------------- bytes at random, and shapes


def corrupt(rng: random.Random, data: bytes) -> bytes:
    """Flip, cut, repeat or insert a few bytes."""
    broken = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(broken))
        way = rng.randrange(4)
        if way == 0:
            broken[at] = rng.randrange(256)
        elif way == 1:
            del broken[at : at + rng.randrange(1, 40)]
        elif way == 2:
            broken[at:at] = rng.randbytes(rng.randrange(1, 20))
        else:
            broken[at:at] = broken[max(0, at - 30) : at]
        if not broken:
            return b"\n"
    return bytes(broken)


@pytest.mark.parametrize("chunk", range(10))
def test_broken_bytes_never_break_the_reader(chunk: int, tmp_path: Path) -> None:
    for seed in range(chunk * CASES // 2, (chunk + 1) * CASES // 2):
        case = make_case(seed)
        for mutation in case.rng.sample([store_otherwise, encode_otherwise, delimit_otherwise], 2):
            mutation(case)
        folder = tmp_path / str(seed)
        folder.mkdir()
        path, _ = write_case(case, folder)
        path.write_bytes(corrupt(case.rng, path.read_bytes()))
        main, texts = read_case(path)
        assert main.tables or texts or main.understood.state == "nothing_to_read", f"seed {seed}"


MEDIANS = {
    ("everyday", 30.0, None): ("日常30天", "阅读中位数（日常30天）", "日常_近30天_阅读中位数"),
    ("everyday", 90.0, None): ("日常90天", "阅读中位数（日常90天）", "近90天日常阅读中位数"),
    ("paid", 30.0, None): ("合作30天", "阅读中位数（合作30天）", "合作_近30天_阅读中位数"),
    ("paid", 90.0, None): ("合作90天", "阅读中位数（合作90天）", "近90天合作阅读中位数"),
    ("everyday", 30.0, "image"): ("", "图文阅读中位数（日常30天）", "日常30天图文阅读中位数"),
    ("everyday", 30.0, "video"): ("", "视频阅读中位数（日常30天）", "日常30天视频阅读中位数"),
}


@pytest.mark.parametrize("seed", range(60))
def test_medians_are_never_pooled(seed: int, tmp_path: Path) -> None:
    """Everyday and paid, 30 and 90 days, image and video stay apart, in any order and under any of their names."""
    rng = random.Random(seed)  # noqa: S311
    two_rows = seed % 3 == 0
    groups = [group for group in MEDIANS if group[2] is None or not two_rows]
    groups = rng.sample(groups, rng.randrange(2, len(groups) + 1))
    truth = {group: rng.randrange(1, 90_000) for group in groups}
    if two_rows:
        rows = [
            ["达人昵称", "粉丝数", *(MEDIANS[group][0] for group in groups)],
            ["", "", *["阅读中位数"] * len(groups)],
        ]
    else:
        rows = [["达人昵称", "粉丝数", *(rng.choice(MEDIANS[group][1:]) for group in groups)]]
    path = tmp_path / "creators.xlsx"
    write_workbook(path, [*rows, ["小林", "1.2w", *truth.values()]], prose=False)
    main, texts = read_case(path)
    found = main.tables["baselines"].astype(object).where(lambda frame: frame.notna(), None)
    keys = found[["scope", "window_days", "format"]].itertuples(index=False, name=None)
    assert dict(zip(keys, found["views_median"], strict=True)) == truth
    assert not texts


@pytest.mark.parametrize(
    ("head", "cell", "wanted"),
    [
        ("粉丝数(万)", "1.2", 12_000),
        ("粉丝数（w）", "3.45", 34_500),
        ("粉丝数(千)", "2.5", 2_500),
        ("粉丝数", "10万+", 100_000),
        ("粉丝数", "1·1万", 11_000),
    ],
)
def test_units_in_headers_and_cells(head: str, cell: str, wanted: float, tmp_path: Path) -> None:
    path = tmp_path / "creators.xlsx"
    write_workbook(path, [["昵称", head, "图文报价"], ["小林", cell, 300]], prose=False)
    main, texts = read_case(path)
    assert main.tables["creators"]["followers"].tolist() == [wanted]
    assert not texts


def test_many_mutated_exports_in_one_folder(tmp_path: Path) -> None:
    """A whole folder goes through at once: nothing is lost between the files and every file is accounted for."""
    cases = {seed: make_case(seed) for seed in range(100, 130)}
    n_rows: dict[str, int] = dict.fromkeys(("notes", "orders", "ad_days"), 0)
    for seed, case in cases.items():
        if case.kind.table in n_rows:
            path, at = write_case(case, tmp_path)
            path.rename(tmp_path / f"{seed}{path.suffix}")
            n_rows[case.kind.table] += len(at)
    exports = read_exports(tmp_path, campaign=Campaign(folder=tmp_path))
    assert exports.files["state"].eq("read").all()
    assert {name: len(exports.tables[name]) for name in n_rows} == n_rows
    told = ("less than what was promoted", "row(s) have", "row(s) tell a rate")  # the figures are drawn one by one
    assert all(any(words in problem.what for words in told) for problem in exports.problems)
