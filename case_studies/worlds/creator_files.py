"""Creators as agencies and platforms list them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from case_studies.worlds import shapes, words
from case_studies.worlds.notes import BEIJING, make_snapshot
from case_studies.worlds.world import World

MESSY_PRICES = {2: "待定", 5: "面议"}
"""Row → what stands where a price is expected."""
MESSY_EVERY = 4
PRODUCTS = (("示例冲锋衣", 120), ("示例背包", 180), ("示例水壶", 45))
HIT_LIKES = {"百赞笔记比例": 100, "千赞笔记比例": 1_000}
POST_DAYS = 12
"""Days from a parcel to its note."""
LONG_AGO_DAYS, FRESH_DAYS = 40, 4
"""Days since parcels were sent of which nothing came yet: past their time, and not."""
SCOPES = {"日常": ("everyday",), "合作": ("paid", "earlier_paid")}
FORMATS = {"图文": "image", "视频": "video"}
WINDOWS = (30, 90)


def make_agency_sheet(world: World) -> pd.DataFrame:
    """The agency's hand-kept sheet: shares in percent without a sign, counts now and then as 1.2w, stray spaces."""
    creators = world.creators
    n = len(creators)
    rng = np.random.default_rng([world.seed, 11])
    untidy = creators.index % MESSY_EVERY == MESSY_EVERY - 1
    small = creators["followers"] < 1_000
    return pd.DataFrame(
        {
            "Scraped by": "",
            "Name": creators["creator_name"].where(~untidy, creators["creator_name"] + " "),
            "URL": "https://www.xiaohongshu.com/user/profile/" + creators["creator_id"],
            "user_id": creators["creator_id"],
            "Bio(text)": "虚构账号，仅作示例",
            "星座": "",
            "Sex": creators["gender"].map({"女": "F", "男": "M"}),
            "following count": creators["following"],
            "fans count": [
                _show_fans(value, short=bool(short)) for value, short in zip(creators["followers"], untidy, strict=True)
            ],
            "liked n collected": creators["likes_and_collects"],
            "ip_location": creators["place"],
            "tags(text)": creators["tags"],
            "层级": creators["tier"],
            "图文报价(RMB)": _mess_up(creators["image_price_cny"]),
            "视频报价(RMB)": creators["video_price_cny"].astype(object).where(creators.index % 6 != 5, "-"),
            "图文报价有对号": rng.integers(0, 2, n),
            "红人健康等级": creators["health_level"],
            "平台等级": rng.choice(["尿布薯", "奶瓶薯", "困困薯", "泡泡薯", "甜筒薯", "null"], n),
            "活跃粉丝占比(仅>1K)": _show_percent(creators["active_fan_share"]).where(~small, "null"),
            "粉丝女性比例": _show_percent(creators["female_fan_share"]),
            "粉丝年龄<18": _show_percent(creators["fan_age_under_18_share"]),
            "粉丝年龄18-24": _show_percent(creators["fan_age_18_24_share"]),
            "粉丝年龄25-34": _show_percent(creators["fan_age_25_34_share"]),
            "粉丝年龄35-44": _show_percent(creators["fan_age_35_44_share"]),
            "粉丝年龄>44": _show_percent(creators["fan_age_over_44_share"]),
            "粉丝兴趣标签": _rank(words.INTERESTS, n, rng=rng),
            "粉丝地域分布": _rank(world.settings.fan_places, n, rng=rng),
        }
    )


def _show_fans(value: int, *, short: bool) -> str:
    return shapes.show_short_count(value, unit="w") if short else str(value)


def _show_percent(shares: pd.Series) -> pd.Series:
    return (100 * shares).round(2).map("{:g}".format).astype(object)


def _mess_up(prices: pd.Series) -> pd.Series:
    texts = prices.astype(str).astype(object)
    texts = texts.where(prices.index % MESSY_EVERY != 1, texts + " ")
    return pd.Series([MESSY_PRICES.get(i, text) for i, text in enumerate(texts)], index=prices.index, dtype=object)


def _rank(names: Sequence[str], n: int, *, rng: np.random.Generator) -> list[str]:
    """Top three with shares in one cell of several lines, as pasted from the platform's page."""
    picks = [rng.choice(names, 3, replace=False) for _ in range(n)]
    shares = np.sort(rng.uniform(3, 13, (n, 3)), axis=1)[:, ::-1]
    return [
        "\n".join(
            f"{i + 1}        {name}        {share:.2f}%" for i, (name, share) in enumerate(zip(pick, row, strict=True))
        )
        for pick, row in zip(picks, shares, strict=True)
    ]


def make_dandelion_creators(world: World, *, as_of: datetime) -> pd.DataFrame:
    """Dandelion's creator list with a two-row header (``group|label``), medians by scope and window.

    A creator without a paid note in a window shows the everyday figure under 合作, as the platform does.
    """
    creators = world.creators.set_index("creator_id")
    medians = {
        f"{name}{days}天": _summarise(world, scopes=scopes, days=days, as_of=as_of).reindex(creators.index)
        for name, scopes in SCOPES.items()
        for days in WINDOWS
    }
    for days in WINDOWS:
        medians[f"合作{days}天"] = medians[f"合作{days}天"].fillna(medians[f"日常{days}天"])
    return pd.DataFrame(
        {
            "达人信息|达人昵称": creators["creator_name"],
            "达人信息|小红书号": creators["xhs_number"],
            "达人信息|粉丝数": creators["followers"],
            "达人信息|图文报价": creators["image_price_cny"],
            "达人信息|视频报价": creators["video_price_cny"],
            **{f"{group}|{label}": _show_median(frame[label]) for group, frame in medians.items() for label in frame},
            "粉丝核心数据|活跃粉丝占比": shapes.show_rate(creators["active_fan_share"]),
            "粉丝性别分布|女": shapes.show_rate(creators["female_fan_share"]),
            "粉丝年龄分布|18-24": shapes.show_rate(creators["fan_age_18_24_share"]),
            "粉丝年龄分布|25-34": shapes.show_rate(creators["fan_age_25_34_share"]),
            "粉丝年龄分布|35-44": shapes.show_rate(creators["fan_age_35_44_share"]),
            "粉丝年龄分布|>44": shapes.show_rate(creators["fan_age_over_44_share"]),
        }
    ).reset_index(drop=True)


def make_dandelion_medians(world: World, *, as_of: datetime) -> pd.DataFrame:
    """Dandelion's creator list with medians and their number of notes by scope, format and window.

    A creator without a paid note of a format shows the everyday figures under 合作, as the platform does.
    """
    creators = world.creators.set_index("creator_id")
    groups: dict[str, pd.DataFrame] = {}
    for form, kind in FORMATS.items():
        for days in WINDOWS:
            everyday, paid = (
                _summarise(world, scopes=scopes, days=days, as_of=as_of, form=kind).reindex(creators.index)
                for scopes in SCOPES.values()
            )
            groups |= {f"日常{form}{days}天": everyday, f"合作{form}{days}天": paid.fillna(everyday)}
    labels = ("笔记数", "曝光中位数", "阅读中位数", "互动中位数")
    return pd.DataFrame(
        {
            "达人信息|达人昵称": creators["creator_name"],
            "达人信息|小红书号": creators["xhs_number"],
            "达人信息|博主ID": creators.index,
            "达人信息|粉丝数": creators["followers"],
            **{f"{group}|{label}": _show_median(frame[label]) for group, frame in groups.items() for label in labels},
        }
    ).reset_index(drop=True)


def _summarise(
    world: World, *, scopes: Sequence[str], days: int, as_of: datetime, form: str | None = None
) -> pd.DataFrame:
    notes = make_snapshot(world.notes, as_of=as_of)
    notes = notes if form is None else notes[notes["format"] == form]
    recent = notes[notes["scope"].isin(scopes) & (notes["posted_at"] >= notes["as_of"] - timedelta(days=days))]
    engagement = recent[["likes", "collects", "comments", "shares"]].sum(axis=1)
    hits = {label: recent["likes"].ge(least).astype(float) for label, least in HIT_LIKES.items()}
    by_creator = recent.assign(engagement=engagement, **hits).groupby("creator_id")
    medians = by_creator[["exposure", "views", "engagement"]].median()
    medians.columns = pd.Index(["曝光中位数", "阅读中位数", "互动中位数"])
    return medians.join(by_creator[list(HIT_LIKES)].mean()).assign(笔记数=by_creator.size())


def _show_median(values: pd.Series) -> pd.Series:
    if values.name in HIT_LIKES:
        return shapes.show_rate(values)
    return values.map(lambda value: shapes.MISSING if pd.isna(value) else int(value)).astype(object)


def make_seeding_sheet(world: World, *, as_of: datetime, bundle: Sequence[tuple[str, int]] = ()) -> pd.DataFrame:
    """The agency's seeding sheet: one row per product sent, so that a note's figures repeat.

    Parameters
    ----------
    bundle : products and their cost in CNY that every creator got; without it, one to three of `PRODUCTS`.
    """
    rng = np.random.default_rng([world.seed, 12])
    notes = make_snapshot(world.notes[world.notes["scope"] == "paid"], as_of=as_of)
    notes = notes.merge(world.creators[["creator_id", "creator_name", "tier", "followers"]], on="creator_id")
    n_sent = np.full(len(notes), len(bundle)) if bundle else rng.integers(1, 4, len(notes))
    sent = notes.loc[notes.index.repeat(n_sent)].reset_index(drop=True)
    n = len(sent)
    names, costs = zip(*(bundle or PRODUCTS), strict=True)
    product = np.tile(np.arange(len(names)), len(notes)) if bundle else rng.integers(0, len(names), n)
    return pd.DataFrame(
        {
            "序号": np.arange(1, n + 1),
            "产品名称": np.array(names)[product],
            "博主昵称": sent["creator_name"],
            "层级": sent["tier"],
            "粉丝数": sent["followers"].map(shapes.show_short_count),
            "合作形式": rng.choice(["送拍", "寄拍"], n, p=[0.8, 0.2]),
            "状态": "已发布",
            "笔记链接": shapes.make_note_link(sent["note_id"]),
            "寄出日期": shapes.show_day(sent["posted_at"] - timedelta(days=POST_DAYS)),
            "发布日期": shapes.show_day(sent["posted_at"]),
            "点赞": sent["likes"],
            "收藏": sent["collects"],
            "评论": sent["comments"],
            "爆文": np.where(sent["likes"] >= 1_000, "是", "否"),
            "产品成本(元)": np.array(costs)[product],
            "物流成本(元)": rng.choice([15, 22], n),
        }
    )


def add_silent(
    sheet: pd.DataFrame, creators: pd.DataFrame, *, as_of: datetime, n_due: int, n_fresh: int
) -> pd.DataFrame:
    """Add creators to a seeding sheet who got the bundle and posted nothing: some long ago, some a few days ago.

    Parameters
    ----------
    creators : who could have got it; the first of them do.
    """
    first = sheet.drop_duplicates("产品名称").drop(columns=["笔记链接", "发布日期", "点赞", "收藏", "评论", "爆文"])
    days = [LONG_AGO_DAYS] * n_due + [FRESH_DAYS] * n_fresh
    sent_on = [
        f"{pd.Timestamp(as_of).tz_convert(BEIJING) - timedelta(days=gone + i % 5):%Y/%m/%d}"
        for i, gone in enumerate(days)
    ]
    people = creators.head(len(days)).assign(sent_on=sent_on)
    silent = people[["creator_name", "tier", "followers", "sent_on"]].merge(
        first.drop(columns=["博主昵称", "层级", "粉丝数", "寄出日期"]), how="cross"
    )
    told = silent.rename(columns={"creator_name": "博主昵称", "tier": "层级", "sent_on": "寄出日期"}).assign(
        粉丝数=silent["followers"].map(shapes.show_short_count), 状态="未发布"
    )
    both = pd.concat([sheet, told.drop(columns="followers")], ignore_index=True)
    counts = {name: both[name].astype("Int64") for name in ("点赞", "收藏", "评论")}
    return both.assign(序号=np.arange(1, len(both) + 1), **counts)[list(sheet.columns)]
