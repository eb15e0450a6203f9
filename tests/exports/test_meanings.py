from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xhs_toolkit.exports.meanings import read_meaning
from xhs_toolkit.exports.words import normalise, read_word_lists


def say(header: str) -> set[frozenset[str]]:
    meaning = read_meaning(header)
    return set(meaning.readings) if meaning.is_clear else set()


@pytest.mark.parametrize(
    "alike",
    [
        [
            "阅读中位数（日常）",
            "日常_阅读中位数",
            "readMidNor",
            "Median reads (everyday)",
            "日常|阅读中位数",
            "Everyday median views",
        ],
        ["合作30天|阅读中位数", "readMidCoop30", "近30天合作阅读中位数", "Median reads (cooperation, last 30 days)"],
        ["自然曝光量", "Organic impressions", "origin_imp_num", "自然曝光（必填）", "natural exposure"],
        ["粉丝年龄18-24占比", "fan_age_18_24_share", "Fans aged 18–24", "18~24岁粉丝占比", "Followers 18 to 24 (%)"],
        ["粉丝年龄>44", "44岁以上", "Fans over 44", "45+ fans", "粉丝年龄44岁以上占比"],
        ["笔记发布日期", "note_publish_time", "publishDate", "發佈時間", "Time of first publication"],
        ["千赞笔记比例", "1000+赞笔记占比", "点赞过千笔记占比", "% of notes over 1k likes", "Notes ≥1,000 likes (%)"],
        ["发布状态", "发布状态（已发/未发/取消）", "Posting status", "发布状态(是/否)"],
        ["图文预估阅读单价", "圖文預估單次閱讀成本", "Image est. cost per read", "图文预估每次阅读价格"],
        ["下单粉丝占比", "Followers who order (%)", "order_fans_rate"],
        ["视频报价", "Video rate (¥)", "影片報價（元）", "Video post rate (RMB)"],
        ["图文报价(RMB)", "picturePrice", "Image note price", "图文笔记一口价（元）"],
    ],
    ids=lambda alike: alike[0],
)
def test_one_meaning_in_many_words(alike: list[str]) -> None:
    readings = [say(header) for header in alike]
    assert all(readings)
    assert set.intersection(*readings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阅读中位数（日常）", "阅读中位数（合作）"),
        ("日常30天|阅读中位数", "日常90天|阅读中位数"),
        ("图文千赞笔记比例", "视频千赞笔记比例"),
        ("曝光量", "自然曝光量"),
        ("自然曝光量", "发现页自然曝光量"),
        ("阅读量", "阅读UV"),
        ("阅读量", "搜后阅读量"),
        ("曝光量", "曝光量（自然/推广）"),
        ("曝光单价", "图文预估CPM价格"),
        ("点赞量", "平均点赞"),
        ("点赞", "百赞笔记比例"),
        ("互动量", "互动率"),
        ("followers", "new followers"),
        ("followers", "Followers_new"),
        ("博主报价", "服务费"),
        ("曝光量", "正文组件曝光量"),
        ("观看量", "观看时长"),
        ("阅读单价", "阅读量"),
        ("粉丝数", "活跃粉丝占比"),
        ("发布时间", "更新时间"),
        ("博主ID", "笔记ID"),
    ],
)
def test_a_qualifier_makes_another_meaning(one: str, other: str) -> None:
    assert say(one)
    assert not say(one) & say(other)


@pytest.mark.parametrize(
    "header", ["外星曝光", "曝光量 reach", "foo", "曝光量 노출", "曝光量 2026", "Fans 18-4", "阅读U", "", " ", "—"]
)
def test_what_is_not_known_is_left_over(header: str) -> None:
    assert not read_meaning(header).is_clear


@pytest.mark.parametrize(("header", "right"), [("veiws", "views"), ("Impresions", "impressions"), ("計畫ID", "计划ID")])
def test_a_misspelling_that_is_listed_is_read(header: str, right: str) -> None:
    assert say(header) == say(right)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "联系邮箱",
            "简介",
            "Bio(text)",
            "手机号",
            "微信号",
            "WeChat",
            "E-mail",
            "contact info",
            "收货地址",
            "Phone number",
        )
    ],
)
def test_private_columns_are_known(header: str) -> None:
    assert read_meaning(header).is_private


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("曝光量(万)", "unit=10000"),
        ("封面点击率(%)", "unit=percent"),
        ("报价（分）", "unit=fen"),
        ("Price (USD)", "unit=foreign"),
    ],
)
def test_units_in_the_header_are_noticed(header: str, unit: str) -> None:
    assert unit in read_meaning(header).units


HEADERS = st.text(
    alphabet=st.sampled_from("曝光阅读量数点赞日常合作图文视频中位30天占比粉丝（）_- |" + string.ascii_letters),
    max_size=30,
)


@settings(deadline=None)
@given(st.one_of(HEADERS, st.text(max_size=200)))
@example("share " * 40)
def test_any_text_has_a_meaning_or_none(header: str) -> None:
    meaning = read_meaning(header)
    assert meaning == read_meaning(header)
    assert all(meaning.readings)


@settings(deadline=None)
@given(HEADERS)
def test_dress_does_not_matter(header: str) -> None:
    plain = read_meaning(header).readings
    dressed = "".join(chr(ord(mark) + 0xFEE0) if mark in "()_-|" else mark for mark in header)
    assert read_meaning(f" {dressed}\r\n").readings == plain
    assert normalise(normalise(header)) == normalise(header)


def test_the_word_lists_are_tidy() -> None:
    lists = read_word_lists()
    for line in [*lists["words"].values(), lists["noise"], lists["other"]]:
        assert len(line.split()) == len(set(line.split()))
    traditional, simplified = ("".join(lists[name].split()) for name in ("traditional", "simplified"))
    assert len(traditional) == len(simplified) == len(set(traditional))
    assert not set(traditional) & set("".join([*lists["words"].values(), lists["noise"]]))
