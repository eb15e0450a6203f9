"""Huitun 灰豚 and Qiangua 千瓜: creator lists of the third-party tools."""

from __future__ import annotations

from xhs_toolkit.exports.agency_sheet import CREATOR_COLUMNS, CREATOR_QUIRKS
from xhs_toolkit.exports.layouts import Layout

TOOL_COLUMNS = {name: names for name, names in CREATOR_COLUMNS.items() if name != "platform_level"}
"""A tool's 达人等级 is its own tier, not the platform's level."""
TOOL_MEASURES = {"cost_per_engagement_cny": ("图文CPE", "实时报价-图文CPE")}
"""A tool's CPM counts per 1,000 reads, not exposures: it has no column."""

_WHO = ("creator_name", "xhs_number", "creator_id", "creator_link")
_SIZE = ("followers", "image_price_cny", "video_price_cny")

HUITUN_CREATORS = Layout(
    kind="huitun_creators",
    title="Huitun creator list",
    table="creators",
    columns=TOOL_COLUMNS,
    required=(_WHO, _SIZE),
    measures=TOOL_MEASURES,
    elsewhere=(
        *(
            "灰豚指数",
            "认证信息",
            "品牌合作人",
            "认证类型",
            "近7天笔记数",
            "近60天笔记数",
            "近60天爆文率",
            "近60天平均点赞",
        ),
        *(
            "近60天平均收藏",
            "近60天平均评论",
            "近60天平均分享",
            "粉丝活跃时间",
            "图文CPM",
            "视频CPM",
        ),
    ),
    quirks=CREATOR_QUIRKS,
)
QIANGUA_CREATORS = Layout(
    kind="qiangua_creators",
    title="Qiangua creator list",
    table="creators",
    columns=TOOL_COLUMNS,
    required=(_WHO, _SIZE),
    measures=TOOL_MEASURES,
    elsewhere=(
        *("千瓜指数", "平均互动", "平均点赞", "平均收藏", "平均评论", "蒲公英主页", "关注数", "达人等级", "标签占比"),
    ),
    quirks=CREATOR_QUIRKS,
    implied=frozenset({"live"}),
)
LAYOUTS = (HUITUN_CREATORS, QIANGUA_CREATORS)
