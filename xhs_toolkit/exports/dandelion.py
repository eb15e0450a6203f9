"""Dandelion / Pugongying 蒲公英, the creator marketplace: what each of its exports calls things."""

from __future__ import annotations

from xhs_toolkit.exports.agency_sheet import CREATOR_COLUMNS, CREATOR_QUIRKS
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import fill_note_id_from_link

PAID = {"scope": "paid"}
ORDER_ID = ("订单ID", "order_id", "order number")

NOTE_COLUMNS = {
    "placement_id": ORDER_ID,
    "note_id": ("笔记ID", "note_id", "笔记编号"),
    "note_link": ("笔记链接", "笔记地址", "链接"),
    "title": ("笔记标题", "标题", "笔记名称"),
    "tags": ("笔记标签", "话题标签"),
    "text": ("笔记正文", "笔记内容"),
    "format": ("笔记类型", "体裁"),
    "posted_at": ("笔记发布日期", "发布时间", "首次发布时间", "note_publish_time"),
    "creator_id": ("博主ID", "kol_id", "用户ID"),
    "creator_name": ("博主昵称", "kol_nick_name", "昵称", "博主", "博主名称", "用户昵称"),
    "followers": ("博主粉丝量", "粉丝数"),
    "as_of": ("数据更新日期", "更新日期", "统计日期", "数据日期"),
    "price_cny": (
        "博主报价",
        "报价",
        "合作报价",
        "合作价格",
        "kol_price",
        "博主费用",
        "合作费用",
        "creator cost",
        "quoted fee",
    ),
    "service_fee_cny": (
        "服务费金额",
        "服务费",
        "平台服务费",
        "平台费用",
        "platform service fee",
        "platform service cost",
    ),
    "exposure": ("曝光量", "总曝光量"),
    "exposure_organic": ("自然曝光量",),
    "exposure_promoted": ("推广曝光量",),
    "exposure_heated": ("加热曝光量",),
    "exposure_discovery": ("发现页自然曝光", "发现页曝光", "来源发现页曝光"),
    "exposure_search": ("搜索页自然曝光", "搜索页曝光", "来源搜索页曝光"),
    "exposure_homepage": ("个人页自然曝光", "个人页曝光", "来源个人页曝光"),
    "exposure_following": ("关注页自然曝光", "关注页曝光", "来源关注页曝光", "imp_follow"),
    "exposure_nearby": ("附近页自然曝光", "附近页曝光", "来源附近页曝光"),
    "exposure_other": ("其他自然曝光", "其他曝光", "其他来源曝光", "其他来源自然曝光"),
    "views": ("阅读量", "总阅读量", "观看量"),
    "views_organic": ("自然阅读量",),
    "views_promoted": ("推广阅读量",),
    "views_heated": ("加热阅读量",),
    "viewers": ("阅读UV", "阅读人数", "阅读用户数", "UV"),
    "engagement": ("互动量", "总互动量"),
    "likes": ("点赞量", "总点赞量"),
    "collects": ("收藏量", "总收藏量"),
    "comments": ("评论量", "总评论量"),
    "shares": ("分享量", "总分享量"),
    "follows": ("关注量", "涨粉", "新增粉丝", "新增关注"),
    "bullet_comments": ("弹幕",),
    "finish_rate": ("完播率", "视频完播率"),
    "read_3s_rate": ("3s阅读率", "图文3s阅读率"),
    "play_5s_rate": ("5s播放率", "视频5s播放率"),
    "avg_view_s": ("平均浏览时长", "人均观看时长", "avg view time", "浏览时长"),
}
COMPONENTS = tuple(
    f"{place}组件{figure}"
    for place in ("正文", "评论区")
    for figure in ("", "类型", "文案", "曝光量", "点击量", "点击人数", "CTR")
)

DANDELION_NOTES = Layout(
    kind="dandelion_notes",
    title="Dandelion note-level export",
    table="notes",
    columns=NOTE_COLUMNS,
    required=(
        ("note_link", "note_id"),
        ("exposure", "views", "exposure_organic"),
        ("price_cny", "service_fee_cny", "exposure_organic", "exposure_promoted", "views_organic", "viewers"),
    ),
    elsewhere=("合作类型", "博主健康等级", "阅读单价", "互动单价", "互动率", *COMPONENTS),
    also=("placements",),
    quirks=(fill_note_id_from_link,),
    implied=frozenset({"scope=paid", "pugongying"}),
    written="words",
    constants=PAID,
)

DANDELION_API_NOTES = Layout(
    kind="dandelion_api_notes",
    title="Dandelion open-API note rows",
    table="notes",
    columns={**NOTE_COLUMNS, "as_of": ("date_key", "数据日期")},
    required=(("note_id",), ("as_of",), ("exposure", "views")),
    elsewhere=("cooperate_type", "total_platform_price", "engage_rate", "read_cost", "engage_cost"),
    also=("placements",),
    implied=frozenset({"scope=paid", "pugongying"}),
    written="names",
    constants=PAID,
    money_unit="fen",
)

ORDER_FIGURES = (
    *("exposure", "exposure_organic", "exposure_promoted", "exposure_heated"),
    *("views", "views_organic", "views_promoted", "views_heated", "viewers"),
    *("engagement", "likes", "collects", "comments", "shares", "follows"),
)
DANDELION_ORDERS = Layout(
    kind="dandelion_orders",
    title="Dandelion order report",
    table="orders",
    columns={
        "placement_id": ORDER_ID,
        "name": ("合作名称", "合作项目名称", "campaign name"),
        "brand": ("报备品牌", "品牌"),
        "product": ("spu名称", "产品名称", "spu"),
        "as_of": ("数据更新日期", "数据更新至", "更新日期", "数据日期"),
        "created_at": ("订单创建时间", "下单时间"),
        "completed_at": ("订单完成时间",),
        "n_notes": ("笔记数",),
        "n_creators": ("发布人数", "博主数量", "发布博主数"),
        "price_cny": (*NOTE_COLUMNS["price_cny"], "合作金额"),
        "service_fee_cny": NOTE_COLUMNS["service_fee_cny"],
        "budget_cny": ("总预算",),
        "spend_cny": ("总消耗",),
        **{name: NOTE_COLUMNS[name] for name in ORDER_FIGURES},
    },
    required=(
        ("placement_id",),
        ("name", "brand", "product", "n_notes", "n_creators", "created_at", "budget_cny"),
        ("price_cny", "spend_cny", "budget_cny", "exposure"),
    ),
    elsewhere=(
        *(
            "图文笔记占比",
            "视频笔记占比",
            "下单账号",
            "是否为优效模式",
            "订单来源",
            "5s播放率",
            "3s阅读率",
            "平均浏览时长",
        ),
        *("总互动率", "阅读量达成率", "阅读单价", "互动单价", *COMPONENTS),
    ),
    implied=frozenset({"order", "scope=paid", "pugongying"}),
)

BASELINE_MEASURES = {
    "n_notes": ("近30天笔记数", "noteNumber", "notesRate.noteNumber"),
    "exposure_median": ("曝光中位数", "impMedian"),
    "views_median": ("阅读中位数", "readMedian", "clickMidNum", "播放中位数"),
    "engagement_median": ("互动中位数", "interactionMedian", "interMidNum", "mEngagementNum"),
    "likes_median": ("点赞中位数", "likeMedian"),
    "collects_median": ("收藏中位数", "collectMedian"),
    "comments_median": ("评论中位数", "commentMedian"),
    "shares_median": ("分享中位数", "shareMedian"),
    "engagement_rate": ("互动率", "interactionRate"),
    "finish_rate": ("视频完播率", "videoFinishRate", "videoFullViewRate", "完播率"),
    "read_3s_rate": ("图文3s阅读率", "图文3秒阅读", "picture3sViewRate"),
    "hundred_like_share": ("百赞笔记比例", "hundredLikePercent30", "百赞比例", "notes over 100 likes"),
    "thousand_like_share": ("千赞笔记比例", "thousandLikePercent30", "千赞比例", "notes over 1,000 likes"),
    "views_discovery_share": ("阅读量来源发现页", "阅读来源发现页占比", "发现页阅读占比", "readHomefeedPercent"),
    "views_search_share": ("阅读量来源搜索页", "阅读来源搜索页占比", "搜索页阅读占比", "readSearchPercent"),
    "views_follow_share": ("阅读量来源关注页", "阅读来源关注页占比", "关注页阅读占比", "readFollowPercent"),
    "exposure_discovery_share": ("曝光量来源发现页", "曝光来源发现页占比", "发现页曝光占比", "impHomefeedPercent"),
    "exposure_search_share": ("曝光量来源搜索页", "曝光来源搜索页占比", "搜索页曝光占比", "impSearchPercent"),
    "exposure_follow_share": ("曝光量来源关注页", "曝光来源关注页占比", "关注页曝光占比", "impFollowPercent"),
    "cost_per_view_cny": ("预估阅读单价", "pictureReadCost", "阅读成本", "cost per view", "预估每次阅读成本"),
    "cpm_cny": ("预估CPM价格", "预估CPM", "estimatePictureCpm"),
    "cost_per_engagement_cny": ("预估互动单价", "estimatePictureEngageCost", "预估CPE", "互动成本"),
}
"""Columns of `baselines` under Dandelion's names; scope, format and window come from the rest of the header."""

DANDELION_CREATORS = Layout(
    kind="dandelion_creators",
    title="Dandelion creator list",
    table="creators",
    columns=CREATOR_COLUMNS,
    required=(
        ("creator_id", "creator_name", "xhs_number", "creator_link"),
        ("followers", "image_price_cny", "video_price_cny"),
        (*BASELINE_MEASURES, "reading_fan_share", "engaged_fan_share", "buying_fan_share", "reply_rate_48h"),
    ),
    measures=BASELINE_MEASURES,
    elsewhere=(
        *("外溢进店中位数", "外溢进店单价", "合作信用度", "近30天直播场次", "场均观播人数", "场均销售额"),
        *("关键词", "页码", "合作笔记1阅读数", "年龄占比最多的", "账号评估"),
    ),
    quirks=CREATOR_QUIRKS,
)
LAYOUTS = (DANDELION_NOTES, DANDELION_API_NOTES, DANDELION_CREATORS, DANDELION_ORDERS)
