"""Juguang 聚光, the advertising back end: daily reports from the site and the API, at any level."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import report_rows

PLACEMENT_NAMES = {
    **dict.fromkeys(("1", "信息流推广", "信息流", "feed", "feed ads"), "feed"),
    **dict.fromkeys(("2", "搜索推广", "搜索", "search", "search ads"), "search"),
    **dict.fromkeys(("4", "全站智投", "全站", "site-wide", "site_wide", "site wide"), "site_wide"),
    **dict.fromkeys(("7", "视频流推广", "视频流", "video feed", "video_feed", "video-feed"), "video_feed"),
}
LEVELS = {
    "keyword": "keyword",
    "creative_id": "creative",
    "note_id": "note",
    "unit_id": "unit",
    "campaign_id": "campaign",
}
"""Column → level of a row that has it, the finest first."""


def name_placements(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Translate 信息流推广, 搜索推广, … and the API's numbers; a name not known is missing and reported."""
    if "placement_kind" not in rows:
        return rows, []
    names = rows["placement_kind"].str.strip().str.lower().map(PLACEMENT_NAMES)
    unknown = rows["placement_kind"].notna() & names.isna()
    problems = report_rows(rows[unknown], "placement_kind", "is not a known placement", "tell the toolkit's authors")
    return rows.assign(placement_kind=names.astype("str")), problems


def name_levels(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Add ``level``: the finest of keyword, creative, note, unit and campaign that a row names."""
    level = pd.Series("account", index=rows.index, dtype="str")
    for column, name in reversed(LEVELS.items()):
        if column in rows:
            level = level.mask(rows[column].notna(), name)
    return rows.assign(level=level), []


JUGUANG_REPORT = Layout(
    kind="juguang_report",
    title="Juguang report",
    table="ad_days",
    columns={
        "date": ("时间", "日期", "投放日期", "数据日期", "投放时间"),
        "placement_kind": ("投放位置", "placement", "广告位"),
        "campaign_id": ("计划ID", "campaign_id", "推广计划ID", "广告计划ID"),
        "unit_id": ("单元ID", "unit_id", "推广单元ID", "广告单元ID"),
        "creative_id": ("创意ID", "creativity_id", "creative_id", "广告创意ID"),
        "note_id": ("笔记ID", "note_id", "笔记/素材ID"),
        "keyword": ("关键词", "搜索关键词"),
        "spend_cny": ("消费", "fee", "广告消费", "消费金额", "推广费用", "ad cost", "cost"),
        "impressions": ("展现量", "impression", "推广展现量", "广告曝光"),
        "clicks": ("点击量", "click", "广告点击"),
        "engagement": ("互动量", "interaction"),
        "leads": ("线索", "leads", "线索量", "留资数"),
    },
    required=(("date",), ("spend_cny",), ("impressions", "clicks")),
    elsewhere=(
        *(
            "精准定向",
            "创意名称",
            "单元名称",
            "计划名称",
            "点击率",
            "ctr",
            "平均点击成本",
            "acp",
            "平均千次展示费用",
            "cpm",
        ),
        *(
            "点赞",
            "评论",
            "收藏",
            "关注",
            "分享",
            "平均互动成本",
            "cpi",
            "行动按钮点击量",
            "行动按钮点击率",
            "截图",
            "保存图片",
        ),
        *(
            "搜索组件点击量",
            "搜后阅读量",
            "新增种草人群",
            "新增深度种草人群",
            "leads_cpl",
            "valid_leads",
            "message_consult",
        ),
        *("initiative_message", "msg_leads_num", "goods_visit", "i_user_num", "ti_user_num"),
    ),
    quirks=(name_placements, name_levels),
    implied=frozenset({"traffic=promoted", "ad"}),
    is_daily=True,
)
LAYOUTS = (JUGUANG_REPORT,)
