"""The note sheet an agency keeps by hand: one row a note, with its link, who wrote it, what it cost and what it did."""

from __future__ import annotations

from xhs_toolkit.exports.dandelion import COMPONENTS, NOTE_COLUMNS
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import fill_creator_id_from_link, fill_note_id_from_link

AGENCY_NOTES = Layout(
    kind="agency_notes",
    title="agency note sheet",
    table="notes",
    columns={
        **NOTE_COLUMNS,
        "note_link": (*NOTE_COLUMNS["note_link"], "发布链接", "作品链接", "note url", "URL"),
        "creator_name": (*NOTE_COLUMNS["creator_name"], "达人", "达人昵称"),
        "creator_link": ("主页链接", "博主主页链接", "博主链接", "creator link"),
    },
    required=(
        ("note_link", "note_id"),
        ("exposure", "views", "engagement", "collects", "likes"),
        ("title", "creator_name", "creator_id", "creator_link", "posted_at", "format"),
    ),
    elsewhere=(
        *("博主健康等级", "阅读单价", "互动单价", "互动率", "是否爆文", "CPM", "CPE", "CPC", "内容方向"),
        *COMPONENTS,
    ),
    other_kinds=(
        *("消费", "计划ID", "单元ID", "创意ID", "计划名称", "单元名称", "创意名称", "投放位置"),
        *("推广费用", "推广金额", "订单金额", "加热目标", "薯条订单号"),
        *("评论ID", "评论内容", "评论时间", "产品成本", "快递费", "合作状态"),
    ),
    also=("placements",),
    also_needs=("price_cny", "service_fee_cny", "placement_id"),
    quirks=(fill_note_id_from_link, fill_creator_id_from_link),
    implied=frozenset({"scope=paid", "pugongying"}),
    written="words",
)
"""Not who paid for what: a note counts as paid where the sheet names a price or an order."""
LAYOUTS = (AGENCY_NOTES,)
