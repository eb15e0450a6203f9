"""The agency's seeding sheet: one row for each product sent, so that one note can fill several rows."""

from __future__ import annotations

from xhs_toolkit.exports.agency_sheet import CREATOR_COLUMNS
from xhs_toolkit.exports.dandelion import NOTE_COLUMNS, ORDER_FIGURES
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import fill_creator_id_from_link, fill_note_id_from_link

AGENCY_SEEDING = Layout(
    kind="agency_seeding",
    title="agency seeding sheet",
    table="placements",
    columns={
        "note_id": ("笔记ID", "note_id"),
        "note_link": ("笔记链接", "发布链接", "作品链接", "note link", "笔记地址", "链接"),
        "creator_id": CREATOR_COLUMNS["creator_id"],
        "creator_name": (*CREATOR_COLUMNS["creator_name"], "达人昵称", "达人"),
        "creator_link": ("主页链接", "博主主页链接", "博主链接", "creator link"),
        "title": ("笔记标题", "标题"),
        "format": ("笔记类型", "体裁"),
        "posted_at": ("发布时间", "发布日期", "笔记发布日期"),
        "as_of": ("数据更新日期", "统计日期", "更新时间"),
        "followers": ("粉丝数", "粉丝量"),
        "status": ("状态", "发布状态", "合作状态", "status", "进度", "是否发布"),
        "price_cny": ("稿费", "博主费用", "合作费用", "博主报价", "达人费用", "fee", "费用"),
        "service_fee_cny": ("服务费", "平台服务费", "服务费金额"),
        "product_cost_cny": ("产品成本", "货品成本", "产品价格", "样品成本", "product cost", "货值", "商品成本"),
        "shipping_cost_cny": ("物流成本", "快递费", "运费", "邮费", "物流费用", "shipping cost", "物流费", "快递成本"),
        **{name: NOTE_COLUMNS[name] for name in ORDER_FIGURES},
        "likes": ("点赞", "点赞数"),
        "collects": ("收藏", "收藏数"),
        "comments": ("评论", "评论数"),
        "shares": ("分享", "分享数"),
        "engagement": ("互动量", "总互动"),
        "exposure": ("曝光量",),
        "views": ("阅读量", "观看量"),
    },
    required=(
        ("creator_name", "creator_id", "creator_link", "note_id", "note_link"),
        ("status", "product_cost_cny", "shipping_cost_cny"),
        ("product_cost_cny", "shipping_cost_cny", "price_cny", "note_link", "note_id"),
    ),
    elsewhere=(
        "合作方式",
        "送拍寄拍",
        "爆文",
        "是否爆文",
        "产品名称",
        "快递单号",
        "达人量级",
        "互动成本",
        "cpe",
        "备注",
        "总成本",
    ),
    also=("notes",),
    implied=frozenset({"taxed"}),
    quirks=(fill_note_id_from_link, fill_creator_id_from_link),
)
LAYOUTS = (AGENCY_SEEDING,)
