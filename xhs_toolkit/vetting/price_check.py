"""What a creator asks, against what creators like it ask: the rate card where the pool is small, else the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks import FULL_CELL, PUBLISHED_PRICES, Peers, estimate_prices
from xhs_toolkit.vetting.checks import Floats
from xhs_toolkit.vetting.judge import Judged, hide_idle_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xhs_toolkit.campaign.agency import PriceRange
    from xhs_toolkit.campaign.people import Limit

CARD_UP_TO = float(PUBLISHED_PRICES["followers_from"].min())
"""Followers up to which the card's upper price binds: from here on published prices lie far above it."""


class PriceCheck(NamedTuple):
    """What `check_prices` found.

    Attributes
    ----------
    judged : the check on asked / expected price.
    prices : the frame of `estimate_prices` with ``price_cny``, ``limit_cny``, ``followers`` and ``form``.
    """

    judged: Judged
    prices: pd.DataFrame


def check_prices(
    creators: pd.DataFrame,
    *,
    form: str,
    standing: Floats,
    peers: Peers,
    card: Sequence[PriceRange],
    deviations: float,
    limit: Limit | None = None,
) -> PriceCheck:
    """Judge what creators ask for one format.

    A price is flagged above the limit: with `FULL_CELL` priced creators or more, `deviations` above what their
    peers ask, but never inside the card; with fewer, above the card's upper price. Engagement above the peers'
    raises what is expected; a video is expected to cost more.

    Parameters
    ----------
    creators : ``followers``, ``image_price_cny``, ``video_price_cny``.
    standing : engagement in deviations from the peers.
    """
    asked = creators[f"{form}_price_cny"].to_numpy(dtype=float)
    followers = creators["followers"].to_numpy(dtype=float)
    known = np.where((asked > 0) & (followers > 0), asked, np.nan)
    found = estimate_prices(known, followers=followers, engagement=standing, peers=peers, card=card, form=form)
    expected = found["expected_cny"].to_numpy()
    peer_limit = expected * (found["price_high_cny"].to_numpy() / expected) ** deviations
    card_limit = np.where(followers < CARD_UP_TO, found["card_high_cny"].to_numpy(), np.nan)
    n_priced = int(np.isfinite(known).sum())
    few = n_priced < FULL_CELL and np.isfinite(card_limit)
    limit_cny = np.where(few, card_limit, np.fmax(peer_limit, card_limit))
    low, high = np.full_like(known, np.nan), limit_cny / expected
    if limit is not None:
        low, high = (np.full_like(known, np.nan if end is None else end) for end in (limit.low, limit.high))
    ratio = known / expected
    measured = np.isfinite(ratio)
    flagged = measured & ((ratio > high) | (ratio < low))
    judged = Judged(
        ratio,
        found["percentile"].to_numpy(),
        found["deviations"].to_numpy(),
        np.where(measured, low, np.nan),
        np.where(measured, high if limit is not None else hide_idle_limits(high, ratio, scale="log"), np.nan),
        np.full_like(known, np.nan),
        np.where(measured, float(n_priced), 0.0),
        np.where(measured, 1 + flagged, 0).astype(np.int8),
        np.where(measured, 0, 1).astype(np.int8),
        limit.source if limit is not None else ("pool_peers" if n_priced >= FULL_CELL else "rate_card"),
    )
    return PriceCheck(judged, found.assign(price_cny=known, limit_cny=limit_cny, followers=followers, form=form))
