"""Invented creators: size, price, audience, and what their notes truly do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.teaching import figures, words
from xhs_toolkit.teaching.settings import WorldSettings

PRICE_STEP_CNY = 10
PRICE_FOLLOWS_LEVEL = 0.5
"""Correlation of a creator's price with what the notes do, followers being equal."""
BOUGHT_RATIO = 5
"""Followers with bought fans over without."""
AGES = ("under_18", "18_24", "25_34", "35_44", "over_44")
AGE_WEIGHTS = (8.0, 28.0, 38.0, 18.0, 8.0)


def make_creators(settings: WorldSettings, *, rng: np.random.Generator) -> pd.DataFrame:
    """Make creators, one row each.

    Returns
    -------
    DataFrame
        What an export can show: ``creator_id``, ``creator_name``, ``xhs_number``, ``tier``, ``followers``,
        ``image_price_cny``, ``video_price_cny``, ``place``, ``category``, ``gender``, ``health_level``,
        fan shares. The truth: ``level_log`` (expected log likes of a paid note), ``standing`` (the same beyond
        followers, in SDs), ``everyday_log``, ``click_logit``, ``like_log``, ``collects_log``, ``comments_log``,
        ``shares_log`` (each beside the typical), ``drift_per_week``, ``has_bought_fans``.
    """
    n = settings.n_koc + settings.n_kol
    tier = np.repeat(["KOC", "KOL"], [settings.n_koc, settings.n_kol])
    real_followers = np.concatenate(
        [draw_followers(settings.n_koc, tier="KOC", rng=rng), draw_followers(settings.n_kol, tier="KOL", rng=rng)]
    )
    frame = pd.DataFrame(
        {
            "creator_id": words.make_ids(n, prefix="c0de", rng=rng),
            "creator_name": words.make_names(n, endings=settings.name_endings),
            "xhs_number": [f"SYN{number}" for number in rng.permutation(n) + 61_000_000],
            "tier": tier,
            "followers": real_followers,
            "place": rng.choice(settings.places, n),
            "category": rng.choice(words.CATEGORIES, n),
            "gender": rng.choice(["女", "男"], n, p=[0.78, 0.22]),
            "health_level": rng.choice(["优秀", "普通"], n, p=[0.7, 0.3]),
            "following": rng.integers(60, 1_500, n),
            "n_notes": rng.integers(80, 900, n),
        }
    )
    return (
        frame.pipe(_add_effects, settings=settings, rng=rng)
        .pipe(_add_prices, rng=rng)
        .pipe(_add_audience, rng=rng)
        .pipe(_add_bought_fans, settings=settings, rng=rng)
    )


def draw_followers(n: int, *, tier: str, rng: np.random.Generator) -> np.ndarray:
    """Draw follower counts of one tier: log-normal, redrawn outside the tier's limits."""
    (median, spread), (low, high) = figures.FOLLOWERS[tier], figures.FOLLOWER_LIMITS[tier]
    drawn = np.rint(median * np.exp(spread * rng.standard_normal(10 * n + 50))).astype(int)
    return drawn[(drawn >= low) & (drawn <= high)][:n]


def draw_prices(
    followers: np.ndarray, *, standing: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw asked prices of an image and a video note in CNY; `standing` (in SDs) raises both."""
    own = np.sqrt(1 - PRICE_FOLLOWS_LEVEL**2) * rng.standard_normal(len(followers))
    wish = PRICE_FOLLOWS_LEVEL * standing + own
    image, video = (_price(followers, wish, video=video) for video in (False, True))
    return _round_price(image), _round_price(video)


def _price(followers: np.ndarray, wish: np.ndarray, *, video: bool) -> np.ndarray:
    large = figures.price_large(followers, standing=wish, video=video)
    small = [_price_small(followers, wish, tier=tier, video=video) for tier in ("KOC", "KOL")]
    cuts = [followers < figures.FOLLOWER_LIMITS["KOL"][0], followers < figures.LARGE]
    return np.select(cuts, small, default=large)


def _price_small(followers: np.ndarray, wish: np.ndarray, *, tier: str, video: bool) -> np.ndarray:
    low, high, spread = figures.PRICE_LINE_CNY[tier]
    start, end = figures.FOLLOWER_LIMITS[tier][0], min(figures.FOLLOWER_LIMITS[tier][1], figures.LARGE)
    location = np.interp(np.log(followers), np.log([start, end]), np.log([low, high]))
    premium = figures.VIDEO_PREMIUM if video else 1.0
    return np.clip(premium * np.exp(location + spread * wish), *figures.PRICE_CARD_CNY[tier])


def _round_price(price_cny: np.ndarray) -> np.ndarray:
    return (PRICE_STEP_CNY * np.rint(price_cny / PRICE_STEP_CNY)).astype(int)


def _add_effects(frame: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    n = len(frame)
    standing = rng.standard_normal(n)
    size = figures.FOLLOWER_ELASTICITY * np.log(frame["followers"] / figures.TYPICAL_FOLLOWERS["KOC"])
    part = np.sqrt(figures.CREATOR_PART)
    return frame.assign(
        standing=standing,
        level_log=figures.NOTE_LIKES["KOC"].location + size + settings.creator_sd * standing,
        everyday_log=np.log(settings.everyday_ratio) + 0.2 * rng.standard_normal(n),
        click_logit=0.25 * rng.standard_normal(n),
        like_log=0.2 * rng.standard_normal(n),
        **{f"{name}_log": part * shape.spread * rng.standard_normal(n) for name, shape in figures.SHAPES.items()},
        drift_per_week=settings.drift_per_week + settings.creator_drift_sd * rng.standard_normal(n),
    )


def _add_prices(frame: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    image, video = draw_prices(frame["followers"].to_numpy(), standing=frame["standing"].to_numpy(), rng=rng)
    return frame.assign(image_price_cny=image, video_price_cny=video)


def _add_audience(frame: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    n = len(frame)
    low, high = figures.ACTIVE_FAN_SHARE
    spread = (high - low) / figures.QUARTILE_WIDTH
    median, p95 = figures.SUSPECTED_FAN_SHARE
    ages = rng.dirichlet(AGE_WEIGHTS, n)
    return frame.assign(
        active_fan_share=(low + high) / 2 + spread * rng.standard_normal(n),
        suspected_fan_share=median * np.exp(np.log(p95 / median) / 1.645 * rng.standard_normal(n)),
        female_fan_share=rng.beta(14, 4, n),
        likes_and_collects=np.rint(frame["n_notes"] * np.exp(frame["level_log"]) * 1.15).astype(int),
        **{f"fan_age_{age}_share": ages[:, i] for i, age in enumerate(AGES)},
    )


def _add_bought_fans(frame: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Multiply the followers of a few KOC, who stay in their tier; their notes and prices do not follow."""
    small = frame.index[frame["followers"] * BOUGHT_RATIO <= figures.FOLLOWER_LIMITS["KOC"][1]]
    chosen = rng.permutation(small)[: settings.n_bought_fans]
    bought = frame.index.isin(chosen)
    return frame.assign(
        has_bought_fans=bought,
        followers=frame["followers"].where(~bought, frame["followers"] * BOUGHT_RATIO),
        active_fan_share=frame["active_fan_share"].where(~bought, frame["active_fan_share"] * 0.45),
        suspected_fan_share=frame["suspected_fan_share"].where(~bought, 0.41),
    )
