"""Invented advertising: which campaign notes were boosted, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from case_studies.worlds.notes import BEIJING, measure_growth
from case_studies.worlds.settings import WorldSettings

FLIGHT_DAYS = 7
EARLY_DAYS = 2
"""Days of a note's figures that are known when its ads start."""
PLACEMENTS = {"feed": (32.0, 0.05), "search": (60.0, 0.09), "video_feed": (28.0, 0.14)}
"""Placement → typical CPM in CNY and click rate: assumed. In video feed a 5-second view counts as a click."""
PLACEMENT_OF = {"image": ("feed", "search"), "video": ("video_feed", "search")}
ENGAGEMENT_PER_CLICK = 0.04
DAILY_SPEND_CNY = 90.0
AD_COLUMNS = (
    *("date", "note_id", "placement", "keyword", "plan_id", "unit_id", "creative_id"),
    *("spend_cny", "impressions", "clicks", "engagement"),
)


def make_ad_days(notes: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Boost some campaign notes, chosen by lot or for their first days, for a week each.

    Returns
    -------
    DataFrame
        `AD_COLUMNS`, one row a day × note × placement, for search also × keyword; days are Beijing's.
    """
    paid = notes[notes["scope"] == "paid"]
    boosted = _choose_boosted(paid, settings=settings, rng=rng).sort_values("posted_at")
    words = {theme.name: theme.keywords[:2] for theme in settings.themes}
    flights = [
        (day, note.note_id, placement, keyword, number)
        for number, note in enumerate(boosted.itertuples())
        for placement in PLACEMENT_OF[note.format]
        for keyword in (words[note.theme] if placement == "search" else (None,))
        for day in _list_days(note.posted_at, settings=settings)
    ]
    frame = pd.DataFrame(flights, columns=["date", "note_id", "placement", "keyword", "number"])
    ids = {
        "plan_id": [f"9100{number:05d}" for number in frame["number"]],
        "unit_id": [
            f"9200{number:05d}{kind[0]}" for number, kind in zip(frame["number"], frame["placement"], strict=True)
        ],
        "creative_id": [f"9300{number:05d}" for number in frame["number"]],
    }
    delivered = _add_delivery(frame.assign(**ids), click_ratio=settings.ad_click_ratio, rng=rng)
    return delivered[list(AD_COLUMNS)].sort_values(["date", "note_id", "placement", "keyword"], ignore_index=True)


def _choose_boosted(paid: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    n_boosted = round(settings.boosted_share * len(paid))
    if not settings.boost_best:
        return paid.sample(n_boosted, random_state=rng)
    early_views = paid["views"] * measure_growth(float(EARLY_DAYS), paid["growth_days"])
    return paid.loc[early_views.nlargest(n_boosted).index]


def settle_ads(ad_days: pd.DataFrame, *, levels: Mapping[str, Any]) -> pd.DataFrame:
    """Thin the ads to a world's levels: ``ads``, the part of them that is left, and ``ad_price`` over that drawn."""
    if not levels:
        return ad_days
    counts = ["impressions", "clicks", "engagement"]
    thinned = (levels["ads"] * ad_days[counts]).round().astype(int)
    return ad_days.assign(spend_cny=(levels["ads"] * levels["ad_price"] * ad_days["spend_cny"]).round(2), **thinned)


def add_ads(snapshot: pd.DataFrame, ad_days: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """Add ``exposure_promoted``, ``views_promoted`` and ``engagement_promoted`` up to the day before a moment."""
    day = pd.Timestamp(as_of).tz_convert(BEIJING).tz_localize(None).normalize()
    sums = ad_days[ad_days["date"] < day].groupby("note_id")[["impressions", "clicks", "engagement"]].sum()
    found = sums.reindex(snapshot["note_id"]).fillna(0).astype(int).to_numpy()
    names = ("exposure_promoted", "views_promoted", "engagement_promoted")
    return snapshot.assign(**{name: found[:, i] for i, name in enumerate(names)})


def _list_days(posted_at: pd.Timestamp, *, settings: WorldSettings) -> list[pd.Timestamp]:
    first = posted_at.tz_convert(BEIJING).tz_localize(None).normalize() + timedelta(days=EARLY_DAYS)
    days = pd.date_range(first, periods=FLIGHT_DAYS)
    return list(days[days <= pd.Timestamp(str(settings.end))])


def _add_delivery(frame: pd.DataFrame, *, click_ratio: float, rng: np.random.Generator) -> pd.DataFrame:
    n = len(frame)
    cpm = frame["placement"].map({kind: cost for kind, (cost, _) in PLACEMENTS.items()}).astype(float)
    rate = frame["placement"].map({kind: click for kind, (_, click) in PLACEMENTS.items()}).astype(float) * click_ratio
    spend = DAILY_SPEND_CNY * np.exp(0.3 * rng.standard_normal(n))
    impressions = np.rint(1_000 * spend / (cpm * np.exp(0.2 * rng.standard_normal(n)))).astype(int)
    clicks = rng.binomial(impressions, np.minimum(rate * np.exp(0.2 * rng.standard_normal(n)), 0.6))
    return frame.assign(
        spend_cny=spend.round(2),
        impressions=impressions,
        clicks=clicks,
        engagement=rng.binomial(clicks, ENGAGEMENT_PER_CLICK),
    )
