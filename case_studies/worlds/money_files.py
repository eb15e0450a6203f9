"""Advertising reports and the client's own figures as they are handed over."""

from __future__ import annotations

import pandas as pd

from case_studies.worlds import shapes
from case_studies.worlds.world import World

PLACEMENT_NAMES = {"feed": "信息流推广", "search": "搜索推广", "site_wide": "全站智投", "video_feed": "视频流推广"}
SUMMED = ["spend_cny", "impressions", "clicks", "engagement"]


def make_juguang_notes(world: World) -> pd.DataFrame:
    """Juguang's note report of the site: one row a day, placement and note."""
    keys = ["date", "placement", "note_id", "plan_id", "unit_id", "creative_id"]
    days = world.ad_days.groupby(keys, as_index=False)[SUMMED].sum()
    titles = world.notes.set_index("note_id")["title"]
    return pd.DataFrame(
        {
            "时间": days["date"].dt.strftime("%Y-%m-%d"),
            "投放位置": days["placement"].map(PLACEMENT_NAMES),
            "笔记ID": days["note_id"],
            "创意名称": days["note_id"].map(titles),
            "创意ID": days["creative_id"],
            "单元ID": days["unit_id"],
            "计划ID": days["plan_id"],
            **_make_figures(days),
        }
    )


def make_juguang_keywords(world: World) -> pd.DataFrame:
    """Juguang's keyword report of the site: search only, one row a day and keyword."""
    search = world.ad_days[world.ad_days["keyword"].notna()]
    days = search.groupby(["date", "keyword", "unit_id", "plan_id"], as_index=False)[SUMMED].sum()
    return pd.DataFrame(
        {
            "时间": days["date"].dt.strftime("%Y-%m-%d"),
            "投放位置": PLACEMENT_NAMES["search"],
            "关键词": days["keyword"],
            "单元ID": days["unit_id"],
            "计划ID": days["plan_id"],
            **_make_figures(days),
        }
    )


def _make_figures(days: pd.DataFrame) -> dict[str, pd.Series]:
    clicks, shown = days["clicks"], days["impressions"]
    return {
        "消费": days["spend_cny"].round(2),
        "展现量": shown,
        "点击量": clicks,
        "点击率": shapes.show_rate((clicks / shown).where(shown > 0)),
        "平均点击成本": (days["spend_cny"] / clicks).where(clicks > 0).round(2),
        "平均千次展示费用": (1_000 * days["spend_cny"] / shown).where(shown > 0).round(2),
        "互动量": days["engagement"],
    }


def make_outcome_sheet(world: World) -> pd.DataFrame:
    """The client's own daily figures, one a row, without the truth."""
    return _tell_outcomes(world)[["date", "market", "metric", "value", "channel"]]


def make_wide_outcome_sheet(world: World) -> pd.DataFrame:
    """The client's own daily figures, one column each, without the truth."""
    rows = _tell_outcomes(world)
    wide = rows.pivot_table(
        index=["date", "market", "channel", "currency"], columns="metric", values="value", sort=False
    )
    told = wide.astype("Int64").rename_axis(columns=None).reset_index()
    return told if told["currency"].ne("").any() else told.drop(columns="currency")


def _tell_outcomes(world: World) -> pd.DataFrame:
    return world.outcomes.assign(date=world.outcomes["date"].dt.strftime("%Y-%m-%d"))
