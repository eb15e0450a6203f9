"""What the client and the agency hand over by hand: leads, codes, comments, follower histories."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from case_studies.worlds import shapes
from case_studies.worlds.creators import BOUGHT_RATIO
from case_studies.worlds.leads import make_codes
from case_studies.worlds.notes import BEIJING
from case_studies.worlds.world import World

JUMP_WEEKS = 6
"""Weeks before the list's last day in which followers were bought."""
GROWTH_A_WEEK = 0.004


def make_leads_sheet(world: World) -> pd.DataFrame:
    """The client's list of leads, one a row; some stand in it twice, as people enter them twice."""
    leads = world.leads.assign(date=world.leads["date"].dt.strftime("%Y-%m-%d"))
    leads = leads.assign(qualified=leads["qualified"].map({True: "yes", False: "no"}))
    shown = leads[["lead_id", "date", "market", "channel", "code", "theme", "qualified"]]
    n_twice = world.settings.leads.listed_twice if world.settings.leads else 0
    again = shown.sample(n_twice, random_state=np.random.default_rng([world.seed, 13]))
    return pd.concat([shown, again]).sort_values(["date", "lead_id"], ignore_index=True)


def make_codes_sheet(world: World) -> pd.DataFrame:
    """Codes, and whose note on which theme each stands for."""
    codes = make_codes(world.notes).merge(world.creators[["creator_id", "creator_name"]], on="creator_id")
    return codes[["code", "creator_id", "creator_name", "theme"]]


def make_comment_sheet(world: World) -> pd.DataFrame:
    """Comments as collected, under the crawler's names."""
    comments = world.comments
    return pd.DataFrame(
        {
            "comment_id": comments["comment_id"],
            "note_id": comments["note_id"],
            "user_id": comments["user_id"],
            "content": comments["text"],
            "like_count": comments["likes"],
            "create_time": comments["posted_at"].dt.tz_convert(BEIJING).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "ip_location": comments["place"],
        }
    )


def make_follower_history(world: World, *, as_of: datetime, n_weeks: int = 16) -> pd.DataFrame:
    """Followers of every creator at the end of each week, up to a day; bought ones come within a week."""
    creators = world.creators
    rng = np.random.default_rng([world.seed, 14])
    days = [pd.Timestamp(as_of).tz_convert(BEIJING).date() - timedelta(days=7 * week) for week in range(n_weeks)]
    shrunk = np.exp(-np.cumsum(GROWTH_A_WEEK * rng.gamma(2.0, 0.5, (n_weeks, len(creators))), axis=0))
    bought = np.where(creators["has_bought_fans"], 1 / BOUGHT_RATIO, 1.0)
    share = shrunk * np.where(np.arange(n_weeks)[:, None] >= JUMP_WEEKS, bought, 1.0)
    counts = np.rint(share * creators["followers"].to_numpy()).astype(int)
    frame = pd.DataFrame(
        {
            "creator_id": np.tile(creators["creator_id"], n_weeks),
            "creator_name": np.tile(creators["creator_name"], n_weeks),
            "date": np.repeat([f"{day:%Y-%m-%d}" for day in days], len(creators)),
            "followers": counts.ravel(),
        }
    )
    return frame.sort_values(["creator_id", "date"], ignore_index=True)


def make_dandelion_orders(world: World, *, as_of: datetime, brand: str, name: str) -> pd.DataFrame:
    """Dandelion's order report: one order a creator of the campaign, with what all its notes cost."""
    paid = world.notes[world.notes["scope"].eq("paid")]
    orders = paid.groupby("creator_id", sort=True).agg(n=("note_id", "size"), price=("price_cny", "sum"))
    first = paid.groupby("creator_id", sort=True)["posted_at"].agg(["min", "max"])
    return pd.DataFrame(
        {
            "数据更新日期": f"{pd.Timestamp(as_of).tz_convert(BEIJING):%Y/%m/%d}",
            "订单id": [f"9{61_000_000 + number:017d}" for number in range(len(orders))],
            "合作名称": name,
            "报备品牌": brand,
            "笔记数": orders["n"],
            "发布人数": 1,
            "博主报价": orders["price"].astype(int),
            "服务费金额": (orders["price"] / 10).astype(int),
            "总预算": (orders["price"] * 1.1).astype(int),
            "总消耗": (orders["price"] * 1.1).astype(int),
            "订单创建时间": shapes.show_day(first["min"] - timedelta(days=14)),
            "订单完成时间": shapes.show_day(first["max"] + timedelta(days=7)),
        }
    ).reset_index(drop=True)
