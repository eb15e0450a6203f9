from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import ColumnMapping, Group, Layout, choose_layout, match_headers
from xhs_toolkit.tables import OUTCOME_METRICS, TABLES

CASES = yaml.safe_load((Path(__file__).parent / "headers.yaml").read_text(encoding="utf-8"))
BY_KIND = {layout.kind: layout for layout in list_layouts()}


def land(header: str, kind: str) -> ColumnMapping:
    return match_headers([header], BY_KIND[kind]).mappings[0]


def describe(mapping: ColumnMapping) -> str:
    group = ["-" if part is None else str(part) for part in mapping.group or ()]
    return " ".join([mapping.column or mapping.state, *group])


@pytest.mark.parametrize(
    ("kind", "column", "header"),
    [
        (kind, column, header)
        for kind, columns in CASES["lands"].items()
        for column, headers in columns.items()
        for header in headers
    ],
)
def test_a_header_lands_in_its_column(kind: str, column: str, header: str) -> None:
    assert describe(land(header, kind)) == column


@pytest.mark.parametrize(
    ("kind", "header"), [(kind, header) for kind, headers in CASES["lands_nowhere"].items() for header in headers]
)
def test_a_header_of_another_meaning_lands_nowhere(kind: str, header: str) -> None:
    assert land(header, kind).state == "ignored"


# ------------------------------------------------------------------------------- which kind it is

REAL_HEADERS = {
    "creator_center_notes": (
        "笔记标题,首次发布时间,体裁,曝光,观看量,封面点击率,点赞,评论,收藏,涨粉,分享,人均观看时长,弹幕"
    ),
    "mediacrawler_notes": (
        "note_id,type,title,desc,time,last_update_time,user_id,nickname,liked_count,collected_count,comment_count,"
        "share_count,ip_location,tag_list,last_modify_ts,note_url,source_keyword"
    ),
    "mediacrawler_comments": (
        "comment_id,create_time,ip_location,note_id,content,user_id,nickname,sub_comment_count,like_count,last_modify_ts"
    ),
    "agency_creators": (
        "Scraped by,Name,URL,user_id,Bio(text),星座,Sex,following count,fans count,liked n collected,ip_location,"
        "tags(text),图文报价(RMB),图文报价有对号,红人健康等级,平台等级,活跃粉丝占比(仅>1K),粉丝女性比例,粉丝年龄<18"
    ),
    "dandelion_notes": (
        "笔记链接,笔记标题,笔记类型,笔记发布日期,博主昵称,博主粉丝量,博主健康等级,博主报价,服务费金额,曝光量,自然曝光量,推广曝光量,"
        "发现页自然曝光,阅读量,阅读UV,自然阅读量,推广阅读量,互动量,点赞量,收藏量,评论量,分享量,关注量,正文组件曝光量,评论区组件点击人数"
    ),
    "dandelion_api_notes": (
        "date_key,order_id,kol_nick_name,kol_id,kol_fan_num,note_id,note_title,note_type,note_publish_time,cooperate_type,"
        "kol_price,total_platform_price,imp_num,heat_imp_num,read_num,read_uv,engage_num,engage_rate,like_num,read_cost"
    ),
    "dandelion_creators": (
        "关键词,页码,小红书昵称,小红书号,地址,机构,数据更新至,小红书链接,粉丝数,账号类型,图文报价,视频报价,合作笔记数,预估阅读单价_图文,"
        "图文3秒阅读,日常_阅读中位数,日常_互动中位数,合作_阅读来源搜索页占比,女性粉丝占比,年龄占比最多的,账号评估,合作笔记1阅读数"
    ),
    "dandelion_orders": (
        "数据更新日期,笔记数,发布人数,图文笔记占比,订单id,合作名称,报备品牌,下单账号,博主报价,服务费金额,是否为优效模式,总预算,总消耗,"
        "订单来源,订单创建时间,订单完成时间,spu名称,总曝光量,总阅读量,5s播放率,总互动量,总点赞量,阅读单价,互动单价"
    ),
    "juguang_report": (
        "时间,投放位置,精准定向,关键词,创意名称,创意ID,笔记ID,单元ID,计划ID,消费,展现量,点击量,点击率,平均点击成本,点赞,评论,收藏,分享,互动量"
    ),
    "huitun_creators": (
        "达人名称,达人官方地址,小红书号,灰豚指数,性别,地域,简介,联系邮箱,更新时间,粉丝数,签约MCN,达人标签,笔记总数,赞藏总数,商业笔记总数,"
        "近60天爆文率,活跃粉丝占比,水粉占比,粉丝男/女,图文笔记报价,图文CPE,图文CPM,视频笔记报价,视频CPE,视频CPM"
    ),
    "mediacrawler_creators": (
        "user_id,nickname,gender,avatar,desc,ip_location,follows,fans,interaction,tag_list,last_modify_ts"
    ),
    "agency_seeding": (
        "达人昵称,达人量级,粉丝数,主页链接,送拍寄拍,产品名称,产品成本,快递费,状态,笔记链接,发布时间,点赞,收藏,评论,爆文"
    ),
    "client_outcomes": "date,market,channel,metric,value,currency",
    "client_outcomes_wide": "日期,市场,渠道,销售额,订单数,线索,有效线索,客流量,网站会话,品牌搜索指数",
    "client_leads": "线索ID,日期,市场,姓名,电话,优惠码,是否有效",
    "client_codes": "优惠码,博主昵称,笔记链接,主题",
    "invoices": "发票号,开票日期,费用类型,订单ID,博主,不含税金额,税额,币种",
    "rankings": "榜单,榜单日期,排名,博主昵称,类目,粉丝数,指数",
    "baselines": (
        "userId,notesRate.business,notesRate.dateType,notesRate.noteNumber,notesRate.impMedian,notesRate.readMedian,"
        "notesRate.interactionMedian,notesRate.interactionRate,notesRate.likeMedian,notesRate.videoFullViewRate,"
        "notesRate.picture3sViewRate,notesRate.pagePercentVo.impHomefeedPercent"
    ),
    "follower_history": "博主昵称,日期,粉丝数",
    "qiangua_creators": (
        "博主昵称,千瓜指数,达人类型,粉丝数,赞藏总数,笔记数,平均互动,平均点赞,小红书主页,蒲公英主页,小红书号,实时报价-图文,"
        "实时报价-图文CPE,实时报价-视频,关注数,达人等级,标签占比,简介"
    ),
}


@pytest.mark.parametrize(("kind", "headers"), REAL_HEADERS.items(), ids=list(REAL_HEADERS))
def test_the_kind_is_known_by_its_headers(kind: str, headers: str) -> None:
    match = choose_layout(headers.split(","), list_layouts())
    assert match.layout.kind == kind
    assert not match.missing


@pytest.mark.parametrize(("kind", "headers"), REAL_HEADERS.items(), ids=list(REAL_HEADERS))
@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_order_does_not_matter(kind: str, headers: str, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(headers.split(",")))
    match = choose_layout(shuffled, list_layouts())
    in_order = {
        mapping.header: describe(mapping) for mapping in choose_layout(headers.split(","), list_layouts()).mappings
    }
    assert match.layout.kind == kind
    assert {mapping.header: describe(mapping) for mapping in match.mappings} == in_order


def test_the_nearest_kind_says_what_it_lacks() -> None:
    match = choose_layout(["笔记标题", "首次发布时间", "点赞"], list_layouts())
    assert match.layout.kind == "creator_center_notes"
    assert match.missing == (("exposure", "views"),)


# ---------------------------------------------------------------------------- two for one, and by hand


def test_the_better_of_two_headers_is_read_and_the_other_reported() -> None:
    match = match_headers(["Impresions", "曝光", "曝光量_2"], BY_KIND["creator_center_notes"])
    assert [mapping.state for mapping in match.mappings] == ["duplicate", "read", "duplicate"]


def test_groups_of_a_median_do_not_compete() -> None:
    headers = [
        "阅读中位数（日常）",
        "阅读中位数（合作）",
        "图文阅读中位数（日常）",
        "日常30天|阅读中位数",
        "日常90天|阅读中位数",
    ]
    match = match_headers(headers, BY_KIND["dandelion_creators"])
    assert [mapping.group for mapping in match.mappings] == [
        Group("everyday", None, None),
        Group("paid", None, None),
        Group("everyday", "image", None),
        Group("everyday", None, 30),
        Group("everyday", None, 90),
    ]
    assert {mapping.column for mapping in match.read} == {"views_median"}


def test_a_header_can_be_landed_by_hand() -> None:
    match = match_headers(
        ["Zahl der Aufrufe", "观看量"], BY_KIND["creator_center_notes"], by_hand={"Zahl der Aufrufe": "views"}
    )
    assert [mapping.state for mapping in match.mappings] == ["read", "duplicate"]


def test_a_foreign_currency_is_not_read_as_cny() -> None:
    assert land("博主报价（美元）", "dandelion_notes").state == "ignored"
    assert land("博主报价（元）", "dandelion_notes").column == "price_cny"


def test_minutes_are_not_read_as_seconds() -> None:
    assert land("Average watch time (min)", "creator_center_notes").state == "ignored"


# ------------------------------------------------------------------------------- the layouts themselves

HELPERS = {
    "note_link",
    "creator_link",
    "placement_id",
    "author_id",
    "lead_id",
    "fan_genders",
    "fan_ages",
    "qualified",
    *(f"metric_{metric}" for metric in OUTCOME_METRICS),
}


@pytest.mark.parametrize("layout", list_layouts(), ids=lambda layout: layout.kind)
def test_columns_exist_and_listed_headers_land_where_they_say(layout: Layout) -> None:
    known = {column.name for name in (layout.table, *layout.also) for column in TABLES[name]} | HELPERS
    assert set(layout.columns) <= known
    assert set(layout.measures) <= {column.name for column in TABLES["baselines"]}
    for column, headers in {**layout.columns, **layout.measures}.items():
        for header in headers:
            assert match_headers([header], layout).mappings[0].column == column, header
    assert {name for group in layout.required for name in group} <= set(layout.columns) | set(layout.measures)


@pytest.mark.parametrize("layout", list_layouts(), ids=lambda layout: layout.kind)
def test_headers_listed_as_elsewhere_land_nowhere(layout: Layout) -> None:
    assert [name for name in layout.elsewhere if match_headers([name], layout).read] == []
