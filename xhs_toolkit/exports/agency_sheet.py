"""The sheet an agency keeps by hand: creators with prices, size, health and audience."""

from __future__ import annotations

from xhs_toolkit.exports.fan_lists import FAN_LISTS, take_fan_lists_apart
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import (
    blank_zero_figures,
    blank_zero_prices,
    fill_creator_id_from_link,
    tidy_ranked_lists,
    tidy_tags,
)

CREATOR_COLUMNS = {
    "creator_id": ("user_id", "博主ID", "博主编号", "用户编号"),
    "creator_link": (
        "小红书链接",
        "小红书主页",
        "博主主页链接",
        "creator profile link",
        "主页链接",
        "博主链接",
        "URL",
        "达人官方地址",
    ),
    "creator_name": ("博主昵称", "昵称", "名称", "博主名称", "用户昵称", "用户名称", "博主", "小红书昵称"),
    "xhs_number": ("小红书号", "博主小红书号"),
    "as_of": ("数据更新至", "数据更新日期", "更新时间", "抓取时间", "数据日期", "日期"),
    "followers": ("粉丝数", "followers"),
    "likes_and_collects": ("获赞与收藏", "赞藏总数", "liked n collected"),
    "n_notes": ("笔记数", "笔记总数"),
    "category": ("内容类目", "类目", "博主类型", "账号类型", "博主类目", "内容领域"),
    "tags": ("内容标签", "博主标签", "tags(text)", "标签"),
    "place": ("地区", "ip_location", "所在地", "地域"),
    "gender": ("性别", "Sex"),
    "image_price_cny": (
        "图文报价",
        "图文笔记一口价",
        "图文报价(RMB)",
        "图文费用",
        "图文合作报价",
        "实时报价-图文",
        "蒲公英图文价格",
    ),
    "video_price_cny": ("视频报价", "视频笔记一口价", "视频费用", "视频合作报价", "实时报价-视频", "蒲公英视频价格"),
    "mcn": ("机构", "签约MCN", "MCN名称", "机构名称"),
    "n_paid_notes": ("合作笔记数", "商业笔记总数", "商单数", "商单数量"),
    "reply_rate_48h": ("邀约48h回复率", "48h回复率", "48h invite reply rate", "邀约回复率"),
    "health_level": ("博主健康等级", "健康等级", "账号健康度", "健康"),
    "platform_level": ("平台等级", "currentLevel", "平台成长等级"),
    "active_fan_share": ("活跃粉丝占比", "fansActiveIn28dLv", "近28天活跃粉丝占比"),
    "reading_fan_share": ("阅读粉丝占比",),
    "engaged_fan_share": ("互动粉丝占比", "fansEngageNum30dLv", "近30天互动粉丝占比"),
    "buying_fan_share": ("下单粉丝占比",),
    "suspected_fan_share": ("水粉占比", "fake fan share"),
    "fan_growth_30d": ("粉丝量变化幅度", "近30天粉丝量变化幅度", "粉丝增长率", "近30天粉丝增长率"),
    "new_fans_30d": ("近30天涨粉", "近30天新增粉丝", "近30天涨粉数"),
    "female_fan_share": ("女性粉丝占比", "粉丝女性比例", "粉丝性别分布|女", "粉丝女", "女性占比"),
    "fan_age_under_18_share": ("粉丝年龄<18",),
    "fan_age_18_24_share": ("粉丝年龄18-24",),
    "fan_age_25_34_share": ("粉丝年龄25-34",),
    "fan_age_35_44_share": ("粉丝年龄35-44",),
    "fan_age_over_44_share": ("粉丝年龄>44",),
    "fan_interests": ("粉丝兴趣标签", "粉丝兴趣", "粉丝关注焦点"),
    "fan_places": ("粉丝地域分布", "粉丝地域", "粉丝城市分布"),
    **FAN_LISTS,
}
"""Columns of `creators`, under the names that agencies, Dandelion and the third-party tools use."""

CREATOR_QUIRKS = (
    fill_creator_id_from_link,
    blank_zero_prices,
    blank_zero_figures,
    tidy_ranked_lists,
    tidy_tags,
    take_fan_lists_apart,
)

AGENCY_CREATORS = Layout(
    kind="agency_creators",
    title="agency creator sheet",
    table="creators",
    columns=CREATOR_COLUMNS,
    required=(
        ("creator_id", "creator_name", "xhs_number", "creator_link"),
        ("followers", "image_price_cny", "video_price_cny"),
    ),
    elsewhere=("关注数", "星座"),
    quirks=CREATOR_QUIRKS,
)
LAYOUTS = (AGENCY_CREATORS,)
