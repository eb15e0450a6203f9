"""Published and measured figures that the invented campaigns are drawn from, each with its source.

Quartiles (p25, p50, p75) become a log-normal distribution: location log(p50), spread
log(p75 / p25) / 1.349, which is exact for log-normal quantities.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

QUARTILE_WIDTH = 1.3489795
"""Distance between the quartiles of a standard normal distribution."""


class Quartiles(NamedTuple):
    """Three quartiles of a positive, skewed figure."""

    p25: float
    p50: float
    p75: float

    @property
    def location(self) -> float:
        """Mean of the logarithm."""
        return math.log(self.p50)

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm."""
        return math.log(self.p75 / self.p25) / QUARTILE_WIDTH


FOLLOWER_LIMITS = {"KOC": (1_000, 9_999), "KOL": (10_000, 3_000_000)}
"""Followers of a tier: KOC under 10,000, KOL from 10,000 (the toolkit's default cut-off)."""
FOLLOWERS = {"KOC": (3_800, 0.6), "KOL": (27_000, 1.1)}
"""Log-normal followers before they are cut at the tier's limits (median, spread of the logarithm): assumed."""
TYPICAL_FOLLOWERS = {"KOC": 3_700, "KOL": 35_000}
"""Median followers of a tier after the cut."""

PRICE_CARD_CNY = {"KOC": (200, 1_000), "KOL": (1_000, 20_000)}
"""What a note costs by the toolkit's default rate card, up to `LARGE` followers."""
PRICE_LINE_CNY = {"KOC": (280, 750, 0.25), "KOL": (1_500, 8_500, 0.4)}
"""Median price at the lower and the upper end of a tier (KOL: at `LARGE`), spread of the logarithm: assumed."""
LARGE = 100_000
VIDEO_PREMIUM = 1.3
"""Price of a video over an image note below `LARGE` followers: about the ratio of the published medians."""
LARGE_PRICES_CNY = {
    100_000: (Quartiles(6_500, 10_000, 15_000), Quartiles(9_000, 13_288, 20_000)),
    200_000: (Quartiles(12_000, 18_000, 26_321), Quartiles(17_725, 23_500, 35_000)),
    300_000: (Quartiles(18_300, 26_242, 36_000), Quartiles(25_000, 35_000, 50_000)),
    500_000: (Quartiles(30_000, 45_000, 70_000), Quartiles(40_000, 60_000, 95_100)),
    1_000_000: (Quartiles(50_000, 81_500, 150_000), Quartiles(60_000, 111_025, 150_000)),
}
"""Followers from → image and video price: 3,403 creators with at least 100,000 followers, November 2025."""

NOTE_LIKES = {"KOC": Quartiles(120, 225, 551), "KOL": Quartiles(236, 592, 1_068)}
"""Likes of a paid note: 747 seeding notes."""
FOLLOWER_ELASTICITY = math.log(NOTE_LIKES["KOL"].p50 / NOTE_LIKES["KOC"].p50) / math.log(
    TYPICAL_FOLLOWERS["KOL"] / TYPICAL_FOLLOWERS["KOC"]
)
"""Log likes won with one log follower: puts the tiers' median likes at their median followers."""
WITHIN_CREATOR_SD = 1.2
"""Standard deviation of log engagement among one creator's notes."""
CREATOR_SD = 1.05
"""Spread of creators beyond their followers: an intra-class correlation of log likes of about 0.5."""

COLLECTS_PER_LIKE = Quartiles(0.07, 0.13, 0.23)
COMMENTS_PER_LIKE = Quartiles(0.02, 0.04, 0.085)
"""Shape of engagement: the same 3,403 creators."""
SHARES_PER_LIKE = Quartiles(0.03, 0.055, 0.1)
"""Assumed: no figure is published."""
SHAPES = {"collects": COLLECTS_PER_LIKE, "comments": COMMENTS_PER_LIKE, "shares": SHARES_PER_LIKE}
CREATOR_PART = 0.7
"""Part of the variance of these ratios that is the creator's; the rest is the note's: assumed."""
SUSPECTED_FAN_SHARE = (0.075, 0.134)
"""Median and 95th percentile of 水粉: the same creators."""
ACTIVE_FAN_SHARE = (0.38, 0.41)
"""Quartiles of the active-follower share: the same creators."""

CLICK_RATE = {"image": 0.085, "video": 0.045}
"""Typical cover click rate: assumed."""
VIDEO_VIEWS_PER_CLICK = 4.2
"""Views / exposure of a video over its cover click rate, on a genuine creator-centre export."""
LIKES_PER_VIEW = {"image": 0.06, "video": 0.03}
"""Assumed."""
EVERYDAY_RATIO = 1.4
"""Everyday over paid notes of the same creator: assumed."""
SERVICE_FEE_RATE = 0.10
"""Dandelion's fee on top of the price."""


def price_large(followers: np.ndarray, *, standing: np.ndarray, video: bool) -> np.ndarray:
    """Price in CNY of a creator with at least `LARGE` followers who stands so many SDs from the median.

    Below and above the median the spread is each quartile's own, so that standard normal `standing` gives
    the published quartiles exactly.
    """
    starts = np.array(list(LARGE_PRICES_CNY))
    quartiles = np.log([band[int(video)] for band in LARGE_PRICES_CNY.values()])
    p25, p50, p75 = quartiles[np.clip(np.searchsorted(starts, followers, side="right") - 1, 0, None)].T
    spread = 2 * np.where(standing < 0, p50 - p25, p75 - p50) / QUARTILE_WIDTH
    return np.exp(p50 + spread * standing)
