"""Creators: who they are, what their notes usually do, how their following grew."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.tables.common import (
    AS_OF,
    AS_OF_SOURCE,
    CREATOR_ID,
    CREATOR_NAME,
    FORMAT,
    LOWER_BOUNDS,
    PROVENANCE,
    SCOPES,
    count,
    money,
    share,
)
from xhs_toolkit.tables.schema import Column, Table

CREATORS = Table(
    "creators",
    "Creators",
    "博主",
    "one creator as one source showed it at one time",
    ("creator_id", "as_of", "source"),
    (
        CREATOR_ID,
        CREATOR_NAME,
        Column("xhs_number", "text", "XHS number", "小红书号", "The public account number (小红书号), as text"),
        AS_OF,
        AS_OF_SOURCE,
        count("followers", "Followers", "粉丝数", "Followers"),
        count("likes_and_collects", "Likes and collects", "获赞与收藏", "Likes and collects over the account's life"),
        count("n_notes", "Notes", "笔记数", "Notes posted over the account's life"),
        Column("category", "text", "Category", "类目", "Main content category as the source names it"),
        Column("tags", "text", "Tags", "标签", "Content tags, separated by commas"),
        Column("place", "text", "Place", "地区", "Where the creator is, as the source names it"),
        Column("gender", "text", "Gender", "性别", "Gender as the source names it"),
        money("image_price_cny", "Image price", "图文报价", "Asked price for an image note; missing when not offered"),
        money("video_price_cny", "Video price", "视频报价", "Asked price for a video note; missing when not offered"),
        Column("mcn", "text", "MCN", "机构", "Agency (MCN) the creator is signed with"),
        count("n_paid_notes", "Paid notes", "合作笔记数", "Paid cooperations over the account's life"),
        share("reply_rate_48h", "Reply rate in 48 h", "邀约48h回复率", "Share of invitations answered within 48 hours"),
        Column("health_level", "text", "Health level", "健康等级", "The platform's health level of the account"),
        Column("platform_level", "text", "Platform level", "平台等级", "The platform's growth level of the account"),
        share("active_fan_share", "Active fans", "活跃粉丝占比", "Share of fans active in the last weeks"),
        share("reading_fan_share", "Reading fans", "阅读粉丝占比", "Share of fans who read the creator's notes lately"),
        share("engaged_fan_share", "Engaged fans", "互动粉丝占比", "Share of fans who engaged with them lately"),
        share("buying_fan_share", "Buying fans", "下单粉丝占比", "Share of fans who ordered through the platform"),
        share(
            "suspected_fan_share", "Suspected fans", "水粉占比", "Share of fans the tool itself suspects not to be real"
        ),
        Column(
            "fan_growth_30d",
            "number",
            "Fan growth, 30 days",
            "粉丝量变化幅度",
            "Relative change of followers over 30 days; may be negative",
            unit="fraction",
        ),
        Column(
            "new_fans_30d", "number", "New fans, 30 days", "近30天涨粉", "Followers won in 30 days; may be negative"
        ),
        share("female_fan_share", "Female fans", "女性粉丝占比", "Share of fans who are women"),
        share("fan_age_under_18_share", "Fans under 18", "粉丝年龄<18占比", "Share of fans aged under 18"),
        share("fan_age_18_24_share", "Fans 18–24", "粉丝年龄18-24占比", "Share of fans aged 18 to 24"),
        share("fan_age_25_34_share", "Fans 25–34", "粉丝年龄25-34占比", "Share of fans aged 25 to 34"),
        share("fan_age_35_44_share", "Fans 35–44", "粉丝年龄35-44占比", "Share of fans aged 35 to 44"),
        share("fan_age_over_44_share", "Fans over 44", "粉丝年龄>44占比", "Share of fans aged over 44"),
        Column(
            "fan_interests", "text", "Fan interests", "粉丝兴趣", "Top interests with shares: 美食 0.114; 时尚 0.078"
        ),
        Column(
            "fan_places", "text", "Fan places", "粉丝地域", "Top places of fans with shares: 广东 0.125; 江苏 0.075"
        ),
        LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

BASELINES = Table(
    "baselines",
    "Baselines",
    "博主数据中位数",
    "one creator's medians over one window, apart for everyday and paid, image and video",
    ("creator_id", "scope", "format", "window_days", "as_of", "source"),
    (
        CREATOR_ID,
        CREATOR_NAME,
        AS_OF,
        AS_OF_SOURCE,
        Column("scope", "choice", "Scope", "内容性质", "Everyday or paid notes", options=SCOPES),
        FORMAT,
        Column(
            "window_days",
            "number",
            "Window",
            "统计周期",
            "Days the medians look back: 30 or 90",
            unit="days",
            minimum=1,
        ),
        count("n_notes", "Notes", "笔记数", "Notes the medians were taken over"),
        count("exposure_median", "Median exposure", "曝光中位数", "Median exposure a note"),
        count("views_median", "Median views", "阅读中位数", "Median views a note"),
        count("engagement_median", "Median engagement", "互动中位数", "Median engagement a note"),
        count("likes_median", "Median likes", "点赞中位数", "Median likes a note"),
        count("collects_median", "Median collects", "收藏中位数", "Median collects a note"),
        count("comments_median", "Median comments", "评论中位数", "Median comments a note"),
        count("shares_median", "Median shares", "分享中位数", "Median shares a note"),
        share("engagement_rate", "Engagement rate", "互动率", "Engagement / views, as the platform gives it"),
        share("finish_rate", "Completion rate", "完播率", "Share of video views that reach the end"),
        share("read_3s_rate", "3-second read rate", "3秒阅读率", "Share of image views of 3 seconds or more"),
        share("hundred_like_share", "Notes over 100 likes", "百赞笔记比例", "Share of notes with 100 likes or more"),
        share(
            "thousand_like_share", "Notes over 1,000 likes", "千赞笔记比例", "Share of notes with 1,000 likes or more"
        ),
        share(
            "views_discovery_share",
            "Views from discovery",
            "阅读来源发现页占比",
            "Share of views from the discovery page",
        ),
        share("views_search_share", "Views from search", "阅读来源搜索页占比", "Share of views from the search page"),
        share(
            "views_follow_share", "Views from following", "阅读来源关注页占比", "Share of views from the following page"
        ),
        share(
            "exposure_discovery_share",
            "Exposure from discovery",
            "曝光来源发现页占比",
            "Share of exposure from the discovery page",
        ),
        share(
            "exposure_search_share",
            "Exposure from search",
            "曝光来源搜索页占比",
            "Share of exposure from the search page",
        ),
        share(
            "exposure_follow_share",
            "Exposure from following",
            "曝光来源关注页占比",
            "Share of exposure from the following page",
        ),
        money("cost_per_view_cny", "Estimated cost per view", "预估阅读单价", "The platform's estimate"),
        money(
            "cpm_cny",
            "Estimated cost per 1,000 exposures",
            "预估CPM",
            "The platform's estimate; other tools count per 1,000 views",
        ),
        money("cost_per_engagement_cny", "Estimated cost per engagement", "预估互动单价", "The platform's estimate"),
        LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

FOLLOWER_COUNTS = Table(
    "follower_counts",
    "Follower counts",
    "粉丝数历史",
    "one creator's followers at one time",
    ("creator_id", "as_of", "source"),
    (
        CREATOR_ID,
        CREATOR_NAME,
        AS_OF,
        AS_OF_SOURCE,
        count("followers", "Followers", "粉丝数", "Followers"),
        LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

RANKINGS = Table(
    "rankings",
    "Rankings",
    "榜单",
    "one creator's place in one list on one day",
    ("list_name", "date", "creator_id", "creator_name", "source"),
    (
        Column("list_name", "text", "List", "榜单", "Name of the list"),
        Column("date", "date", "Date", "日期", "Day of the list"),
        Column("rank", "number", "Rank", "排名", "Place in the list, 1 is first", minimum=1),
        CREATOR_ID,
        CREATOR_NAME,
        Column("category", "text", "Category", "类目", "Category of the list or creator"),
        count("followers", "Followers", "粉丝数", "Followers"),
        Column("score", "number", "Score", "指数", "The tool's own index"),
        *PROVENANCE,
    ),
)


def get_creator(rows: pd.DataFrame) -> pd.Series:
    """What tells the creator of a row in files of one campaign: the id, or the name where no file has the id.

    >>> get_creator(pd.DataFrame({"creator_id": ["5f", None], "creator_name": ["Ana", "Bo"]})).tolist()
    ['5f', 'Bo']
    """
    return rows["creator_id"].fillna(rows["creator_name"])
