"""Notes as the platforms export them: frames under their own headers, cells as they look there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from case_studies.worlds import figures, shapes
from case_studies.worlds.ads import add_ads
from case_studies.worlds.notes import PAGES, make_snapshot
from case_studies.worlds.world import World

PAGE_NAMES = dict(zip(PAGES, ("发现页", "搜索页", "个人页", "关注页", "附近页", "其他"), strict=True))
FORMAT_NAMES = {"image": "图文", "video": "视频"}
PRICES = {"image": "image_price_cny", "video": "video_price_cny"}
AD_ENGAGEMENT = {"likes": 0.75, "collects": 0.15, "comments": 0.05, "shares": 0.05}
"""How the engagement that ads brought splits."""
COMPONENT_HEADERS = tuple(
    f"{place}组件{figure}" for place in ("正文", "评论区") for figure in ("曝光量", "点击量", "点击人数")
)
TOTALLED = ("量", "UV", "自然曝光", "金额", "报价")
"""Endings of the columns that the totals row adds up (followers are not)."""


def make_dandelion_notes(world: World, *, as_of: datetime, scope: str = "paid") -> pd.DataFrame:
    """Dandelion's note-level export of the campaign's paid notes at a moment, cumulative.

    Parameters
    ----------
    scope : ``earlier_paid`` for the creators' cooperations before the campaign.
    """
    notes = _pick_paid(world, as_of=as_of, scope=scope)
    organic_views, views = notes["views"], notes["views"] + notes["views_promoted"]
    organic, exposure = notes["exposure"], notes["exposure"] + notes["exposure_promoted"]
    engaged = {
        name: notes[name] + (notes["engagement_promoted"] * part).astype(int) for name, part in AD_ENGAGEMENT.items()
    }
    engagement = sum(engaged.values())
    is_image, seen = notes["format"].eq("image"), notes["is_measured"]
    return pd.DataFrame(
        {
            "笔记链接": shapes.make_note_link(notes["note_id"]),
            "笔记标题": notes["title"],
            "笔记类型": notes["format"].map(FORMAT_NAMES),
            "笔记发布日期": shapes.show_day(notes["posted_at"]),
            "博主昵称": notes["creator_name"],
            "博主粉丝量": notes["followers"],
            "博主健康等级": notes["health_level"],
            "博主报价": notes["price_cny"].astype(int),
            "服务费金额": (notes["price_cny"] * figures.SERVICE_FEE_RATE).astype(int),
            "曝光量": shapes.show_missing(exposure, known=seen),
            "自然曝光量": shapes.show_missing(organic, known=seen),
            "推广曝光量": shapes.show_missing(notes["exposure_promoted"], known=seen),
            **_split_pages(notes),
            "阅读量": views,
            "阅读UV": notes["viewers"] + (0.9 * notes["views_promoted"]).astype(int),
            "自然阅读量": organic_views,
            "推广阅读量": notes["views_promoted"],
            "互动量": engagement,
            "点赞量": engaged["likes"],
            "收藏量": engaged["collects"],
            "评论量": engaged["comments"],
            "分享量": engaged["shares"],
            "关注量": notes["follows"],
            "互动率": shapes.show_rate((engagement / views).where(views > 0)),
            "3s阅读率": shapes.show_rate(notes["held_rate"].where(is_image)),
            "5s播放率": shapes.show_rate(notes["held_rate"].where(~is_image)),
            "平均浏览时长": notes["avg_view_s"].astype(int),
            **dict.fromkeys(COMPONENT_HEADERS, shapes.MISSING),
        }
    )


def make_totals(frame: pd.DataFrame) -> dict[str, Any]:
    """The 合计 row at the end of a Dandelion export: sums of what adds up, dashes elsewhere."""
    first = str(frame.columns[0])
    return {str(name): "合计" if name == first else _add_up(frame[name]) for name in frame.columns}


def _add_up(column: pd.Series) -> Any:
    adds_up = str(column.name).endswith(TOTALLED) and not str(column.name).endswith("粉丝量")
    numbers = pd.to_numeric(column, errors="coerce")
    return int(numbers.sum()) if adds_up and numbers.notna().any() else shapes.MISSING


def _pick_paid(world: World, *, as_of: datetime, scope: str) -> pd.DataFrame:
    snapshot = make_snapshot(world.notes[world.notes["scope"] == scope], as_of=as_of)
    who = world.creators[["creator_id", "creator_name", "followers", "health_level", *PRICES.values()]]
    merged = add_ads(snapshot, world.ad_days, as_of=as_of).merge(who, on="creator_id", validate="m:1")
    asked = merged[PRICES["image"]].where(merged["format"].eq("image"), merged[PRICES["video"]])
    return merged.assign(price_cny=merged["price_cny"].fillna(asked)).sort_values(
        "posted_at", ascending=False, ignore_index=True
    )


def _split_pages(notes: pd.DataFrame) -> dict[str, pd.Series]:
    """Organic exposure by page; what rounding leaves goes to the first."""
    parts = {page: (notes["exposure"] * notes[f"page_{page}"]).astype(int) for page in PAGES[1:]}
    parts = {PAGES[0]: notes["exposure"] - sum(parts.values()), **parts}
    return {
        f"{PAGE_NAMES[page]}自然曝光": shapes.show_missing(part, known=notes["is_measured"])
        for page, part in parts.items()
    }


def make_creator_center(world: World, *, creator_id: str, as_of: datetime) -> pd.DataFrame:
    """One creator's own note list; the last video's exposure shows 0, as the platform does when unmeasured."""
    mine = world.notes[world.notes["creator_id"] == creator_id]
    notes = add_ads(make_snapshot(mine, as_of=as_of), world.ad_days, as_of=as_of)
    notes = notes.sort_values("posted_at", ascending=False, ignore_index=True)
    hidden = notes.index == notes.index[notes["format"].eq("video") & notes["scope"].eq("everyday")].min()
    exposure, views = notes["exposure"] + notes["exposure_promoted"], notes["views"] + notes["views_promoted"]
    is_video = notes["format"].eq("video")
    click_rate = notes["true_click_rate"].where(is_video, (views / exposure).where(exposure > 0, 0))
    return pd.DataFrame(
        {
            "笔记标题": notes["title"],
            "首次发布时间": shapes.show_moment(notes["posted_at"]),
            "体裁": notes["format"].map(FORMAT_NAMES),
            "曝光": exposure.where(~hidden, 0),
            "观看量": views,
            "封面点击率": click_rate.where(~hidden, 0).round(3),
            "点赞": notes["likes"],
            "评论": notes["comments"],
            "收藏": notes["collects"],
            "涨粉": notes["follows"],
            "分享": notes["shares"],
            "人均观看时长": notes["avg_view_s"],
            "弹幕": notes["bullet_comments"],
        }
    )


def make_crawler_records(world: World, *, as_of: Sequence[datetime], scope: str = "everyday") -> list[dict[str, Any]]:
    """MediaCrawler's records: every creator's notes on the first day, part of them again on each later day."""
    names = world.creators.set_index("creator_id")[["creator_name", "place"]]
    notes = world.notes[world.notes["scope"] == scope]
    crawls = [_crawl(notes, moment=moment, round_number=number) for number, moment in enumerate(as_of)]
    rows = pd.concat(crawls, ignore_index=True).join(names, on="creator_id")
    return [_make_record(row) for row in rows.to_dict("records")]


def _crawl(notes: pd.DataFrame, *, moment: datetime, round_number: int) -> pd.DataFrame:
    found = make_snapshot(notes, as_of=moment).sort_values(["creator_id", "posted_at"], ignore_index=True)
    seen_at = found["as_of"] + pd.to_timedelta(found.index * 3, unit="s")
    again = found.index % 4 == round_number % 4 if round_number else slice(None)
    return found.assign(seen_at=seen_at)[again]


def _make_record(row: dict[str, Any]) -> dict[str, Any]:
    posted_ms = int(row["posted_at"].timestamp() * 1000)
    counts = {"liked": "likes", "collected": "collects", "comment": "comments", "share": "shares"}
    return {
        "note_id": row["note_id"],
        "type": "normal" if row["format"] == "image" else "video",
        "title": row["title"],
        "desc": row["text"],
        "time": posted_ms,
        "last_update_time": posted_ms + 1000,
        "user_id": row["creator_id"],
        "nickname": row["creator_name"],
        **{f"{name}_count": shapes.show_short_count(row[column]) for name, column in counts.items()},
        "ip_location": row["place"],
        "tag_list": row["tags"],
        "last_modify_ts": int(row["seen_at"].timestamp() * 1000),
        "note_url": "",
        "source_keyword": "",
        "synthetic": True,
    }
