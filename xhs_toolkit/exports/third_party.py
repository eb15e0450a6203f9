"""Huitun 灰豚 and Qiangua 千瓜: creator lists of the third-party tools."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.agency_sheet import CREATOR_COLUMNS, CREATOR_QUIRKS
from xhs_toolkit.exports.layouts import Layout

TOOL_COLUMNS = {name: names for name, names in CREATOR_COLUMNS.items() if name != "platform_level"}
"""A tool's 达人等级 is its own tier, not the platform's level."""
TOOL_MEASURES = {"cost_per_engagement_cny": ("图文CPE", "实时报价-图文CPE")}
"""A tool's CPM counts per 1,000 reads, not exposures: it has no column."""


def blank_zero_costs(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Make a CPE of 0 missing: the tool does not know it."""
    costs = [name for name in rows if str(name).startswith("cost_per_engagement_cny")]
    return rows.assign(**{name: rows[name].mask(rows[name].eq(0)) for name in costs}), []


FAN_AGES = {
    "fan_age_under_18_share": r"(?:<|小于)\s*18|18岁?以下",
    "fan_age_18_24_share": r"18\s*[-~至]\s*24",
    "fan_age_25_34_share": r"25\s*[-~至]\s*34",
    "fan_age_35_44_share": r"35\s*[-~至]\s*44",
    "fan_age_over_44_share": r"(?:>|大于)\s*44|4[45]岁?以上|44\+",
}
"""Column → how a tool's list of ages (18-24岁|42.0% 25-34岁|38.5%) writes it."""


def take_fan_lists_apart(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Read 粉丝男/女 (13.6% | 86.4%: men, then women) and 粉丝年龄 into their columns, where those are not there."""
    found: dict[str, pd.Series] = {}
    if "fan_genders" in rows:
        women = rows["fan_genders"].str.extract(r"%\s*[|/]\s*(\d+(?:\.\d+)?)\s*%", expand=False)
        found["female_fan_share"] = women.astype(float) / 100
    if "fan_ages" in rows:
        for column, age in FAN_AGES.items():
            share = rows["fan_ages"].str.extract(rf"(?:{age})\s*岁?\s*[|:：]\s*(\d+(?:\.\d+)?)\s*%", expand=False)
            found[column] = share.astype(float) / 100
    filled = {name: rows[name].fillna(values) if name in rows else values for name, values in found.items()}
    return rows.assign(**filled), []


_WHO = ("creator_name", "xhs_number", "creator_id", "creator_link")
_SIZE = ("followers", "image_price_cny", "video_price_cny")

HUITUN_CREATORS = Layout(
    kind="huitun_creators",
    title="Huitun creator list",
    table="creators",
    columns={**TOOL_COLUMNS, "fan_genders": ("粉丝男/女",), "fan_ages": ("粉丝年龄", "粉丝年龄分布")},
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
    quirks=(*CREATOR_QUIRKS, blank_zero_costs, take_fan_lists_apart),
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
    quirks=(*CREATOR_QUIRKS, blank_zero_costs),
)
LAYOUTS = (HUITUN_CREATORS, QIANGUA_CREATORS)
