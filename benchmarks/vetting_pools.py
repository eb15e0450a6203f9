"""Invented pools of creators with planted wrongs in growing doses, to see what vetting finds.

Nothing here is shared with the checks: levels and spreads are typed in from measured figures (engagement over
followers, collects and comments over likes, suspected fans, prices), notes drift and depend on each other, and
tails are heavy (Student's t).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-06-01", tz="UTC")
KINDS = ("bought_followers", "pods", "price_gouging", "scope_mix_up")
DOSES = {
    "bought_followers": (0.1, 0.3, 0.5, 0.7),
    "pods": (0.1, 0.3, 0.5, 0.7),
    "price_gouging": (1.5, 3.0, 6.0, 12.0),
    "scope_mix_up": (1 / 3, 2 / 3, 1.0),
}
"""Share of the followers bought; share of the comments arranged; factor on the price; share of the medians copied."""

PRICE_AT = {300: 80, 1_000: 200, 10_000: 1_000, 50_000: 4_500, 150_000: 10_000, 400_000: 26_000, 1_000_000: 60_000}
HONEST_WORDS = [
    "好看",
    "在哪里",
    "多少钱",
    "周末去",
    "孩子喜欢",
    "收藏了",
    "谢谢分享",
    "路线",
    "天气",
    "停车",
    "想去",
    "已经出发",
]
POD_WORDS = ["姐妹写得太好了必须支持", "每次都来看你的分享", "这篇真的太实用了吧", "已经安利给所有朋友"]


class Made(NamedTuple):
    """A pool: canonical tables by name, its notes with ``creator_key``, and ``kind`` and ``dose`` of each creator."""

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame


def make_vetting_pool(
    n: int = 1_200, *, seed: int = 0, n_notes: int = 12, n_comments: int = 60, share: float = 0.05, odd: bool = False
) -> Made:
    """Make a pool in which each of `KINDS` is planted in `share` of the creators, its doses evenly.

    Parameters
    ----------
    odd : make a world the checks do not expect: two sorts of creators with very different engagement in each
        category, tails of t with 2.5 degrees, fans' shares that differ between categories.
    """
    rng = np.random.default_rng(seed)
    truth = _plant(n, rng, share)
    people = _make_people(n, rng, odd=odd)
    notes = _make_notes(people, truth, rng, n_notes=n_notes, odd=odd)
    tables = {
        "creators": _make_creators(people, truth, rng),
        "baselines": _make_baselines(people, truth, rng),
        "follower_counts": _make_counts(people, truth, notes, rng),
        "comments": _make_comments(people, truth, notes, rng, n_comments),
        "notes": notes,
        "rankings": pd.DataFrame(),
    }
    return Made(tables, truth)


def _plant(n: int, rng: np.random.Generator, share: float) -> pd.DataFrame:
    kind, dose = np.full(n, "honest", dtype=object), np.zeros(n)
    order, start = rng.permutation(n), 0
    for name in KINDS:
        chosen = order[start : start + int(share * n)]
        kind[chosen] = name
        dose[chosen] = np.resize(np.array(DOSES[name]), len(chosen))
        start += len(chosen)
    key = np.array([f"c{number:07d}" for number in range(n)], dtype=object)
    return pd.DataFrame({"creator_key": key, "kind": kind, "dose": dose})


def _dose(truth: pd.DataFrame, kind: str) -> np.ndarray:
    return np.where(truth["kind"].eq(kind), truth["dose"], 0.0)


def _make_people(n: int, rng: np.random.Generator, *, odd: bool) -> dict[str, np.ndarray]:
    """Latent facts: honest followers, engagement level, taste of the audience."""
    tail = 2.5 if odd else 5.0
    honest = np.exp(np.clip(rng.normal(9.2, 1.4, n), 5.5, 14.0))
    category = rng.integers(0, 6, n)
    taste = rng.standard_t(tail, n) / np.sqrt(tail / (tail - 2)) if tail > 2 else rng.standard_t(tail, n)
    level = np.log(0.006) + 0.75 * (np.log(honest) - np.log(2e5)) + np.log(2e5) + 1.0 * taste
    level += 0.3 * (category - 2.5) / 2.5 + (np.where(rng.random(n) < 0.3, -2.0, 0.5) if odd else 0.0)
    return {
        "honest": honest,
        "category": category,
        "is_video": rng.random(n) < 0.4,
        "taste": taste,
        "level": level,
        "warm": rng.normal(0, 1, n) + 0.3 * taste + (0.8 * (category - 2.5) if odd else 0.0),
        "save": np.log(0.13) + 0.88 * rng.standard_t(6, n) / np.sqrt(1.5),
        "talk": np.log(0.04) + 0.8 * rng.standard_t(6, n) / np.sqrt(1.5),
    }


def _followers(people: Mapping[str, np.ndarray], truth: pd.DataFrame) -> np.ndarray:
    return np.round(people["honest"] / (1 - _dose(truth, "bought_followers")))


def _squash(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


def _make_creators(people: Mapping[str, np.ndarray], truth: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n, bought = len(truth), _dose(truth, "bought_followers")
    real = 1 - 0.9 * bought  # one bought account in ten looks alive
    followers, warm = _followers(people, truth), people["warm"]
    price = np.interp(np.log(people["honest"]), np.log(list(PRICE_AT)), np.log(list(PRICE_AT.values())))
    price = np.exp(price + 0.25 * people["taste"] + 0.55 * rng.standard_t(6, n) / np.sqrt(1.5))
    price *= np.maximum(_dose(truth, "price_gouging"), 1)
    growth = 0.01 + 0.03 * rng.standard_t(4, n)
    suspected = np.exp(np.log(0.075) + 0.353 * rng.normal(size=n))
    return pd.DataFrame(
        {
            "creator_id": truth["creator_key"],
            "creator_name": truth["creator_key"],
            "as_of": START + pd.Timedelta(days=90),
            "followers": followers,
            "category": np.array([f"kind {number}" for number in people["category"]], dtype=object),
            "image_price_cny": np.round(price, -1),
            "video_price_cny": np.where(
                rng.random(n) < 0.7, np.round(price * 1.35 * np.exp(0.2 * rng.normal(size=n)), -1), np.nan
            ),
            "active_fan_share": _squash(np.log(0.66) + 0.1 * warm + 0.12 * rng.standard_t(5, n)) * real,
            "reading_fan_share": _squash(np.log(0.15) + 0.3 * warm + 0.3 * rng.standard_t(5, n)) * real,
            "engaged_fan_share": _squash(np.log(0.05) + 0.4 * warm + 0.4 * rng.standard_t(5, n)) * real,
            "suspected_fan_share": np.clip(suspected + 0.4 * bought * rng.random(n), 0, 1),  # tools see some of them
            "fan_growth_30d": np.clip(growth, -0.5, None),
            "reply_rate_48h": np.round(rng.beta(4, 1.5, n), 2),
            "source": "dandelion_creators",
            "source_file": "pool.xlsx",
            "source_row": np.arange(n, dtype=float) + 2,
        }
    )


def _make_notes(
    people: Mapping[str, np.ndarray], truth: pd.DataFrame, rng: np.random.Generator, *, n_notes: int, odd: bool
) -> pd.DataFrame:
    """Notes whose engagement drifts (AR 1) about the creator's level, with heavy tails."""
    n = len(truth)
    counts = np.maximum(rng.poisson(n_notes, n), 1)
    owner = np.repeat(np.arange(n), counts)
    noise = rng.standard_t(2.5 if odd else 4.0, len(owner)) * (0.6 if odd else 0.75)
    drift = _make_drift(counts, rng)
    engagement = np.exp(np.clip(people["level"][owner] + drift + noise, -2, 16))
    save = np.exp(people["save"][owner] + 0.4 * rng.standard_t(5, len(owner)))
    talk = np.exp(people["talk"][owner] + 0.5 * rng.standard_t(5, len(owner)))
    arranged = _dose(truth, "pods")[owner]
    likes = rng.poisson(engagement / (1 + save + talk)) + rng.poisson(arranged * 60)
    comments = rng.poisson(engagement * talk / (1 + save + talk) / (1 - arranged))
    day = rng.uniform(0, 88, len(owner))
    return pd.DataFrame(
        {
            "note_id": np.array([f"n{number:08d}" for number in range(len(owner))], dtype=object),
            "creator_key": truth["creator_key"].to_numpy()[owner],
            "creator_id": truth["creator_key"].to_numpy()[owner],
            "creator_name": truth["creator_key"].to_numpy()[owner],
            "posted_at": START + pd.to_timedelta(np.round(day * 86_400), unit="s"),
            "as_of": START + pd.Timedelta(days=90),
            "format": np.where(people["is_video"][owner], "video", "image"),
            "likes": likes.astype(float),
            "collects": rng.poisson(engagement * save / (1 + save + talk)).astype(float),
            "comments": comments.astype(float),
        }
    )


def _make_drift(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A slow walk of each creator: AR(1) with correlation 0.7 between neighbours and standard deviation 0.5."""
    drift = rng.normal(0, 0.5, counts.sum())
    first = np.r_[0, np.cumsum(counts)[:-1]]
    starts = np.zeros(len(drift), dtype=bool)
    starts[first] = True
    for place in np.flatnonzero(~starts):
        drift[place] = 0.7 * drift[place - 1] + np.sqrt(1 - 0.49) * drift[place]
    return drift


def _make_baselines(people: Mapping[str, np.ndarray], truth: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The platform's medians over ninety days; a mix-up copies everyday figures under paid, one after another."""
    n = len(truth)
    usual = people["level"] + 0.3 * rng.standard_t(5, n)
    ratio = -0.3 + 0.4 * rng.standard_t(5, n)
    sizes = {"exposure_median": 5.0, "views_median": 3.0, "engagement_median": 0.0}
    everyday = {name: np.round(np.exp(usual + size + 0.2 * rng.normal(size=n))) for name, size in sizes.items()}
    paid = {name: np.round(values * np.exp(ratio + 0.15 * rng.normal(size=n))) for name, values in everyday.items()}
    copied = np.round(3 * _dose(truth, "scope_mix_up"))
    paid = {name: np.where(copied > place, everyday[name], paid[name]) for place, name in enumerate(sizes)}
    finish = _squash(np.log(0.3) + 0.4 * rng.standard_t(5, n))
    found = _squash(0.9 + 0.5 * rng.standard_t(6, n))
    common = {
        "creator_id": truth["creator_key"],
        "creator_name": truth["creator_key"],
        "as_of": START + pd.Timedelta(days=90),
        "format": np.where(people["is_video"], "video", "image"),
        "window_days": 90.0,
        "source": "dandelion_creators",
    }
    rows = pd.DataFrame(common)
    first = rows.assign(
        **everyday,
        scope="everyday",
        n_notes=np.maximum(rng.poisson(25, n), 3).astype(float),
        finish_rate=np.where(people["is_video"], finish, np.nan),
        views_discovery_share=0.8 * found,
        views_search_share=0.2 * found,
    )
    second = rows.assign(**paid, scope="paid", n_notes=np.maximum(rng.poisson(6, n), 1).astype(float))
    return pd.concat([first, second], ignore_index=True)


def _make_counts(
    people: Mapping[str, np.ndarray], truth: pd.DataFrame, notes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Weekly counts: usual growth, a bump after a hit note, and, for bought followers, one or three deliveries."""
    n, weeks = len(truth), 13
    growth = np.abs(0.004 * rng.standard_t(4, (n, weeks))) + 0.001
    hits = notes[notes["likes"] >= 1_000]
    week = ((hits["posted_at"] - START).dt.days // 7).to_numpy()
    owner = truth.set_index("creator_key").index.get_indexer(hits["creator_key"])
    np.add.at(growth, (owner, np.minimum(week + 1, weeks - 1)), 0.02)
    bought = -np.log(1 - _dose(truth, "bought_followers"))
    for number in np.flatnonzero(bought):
        deliveries = rng.choice(weeks - 1, rng.choice([1, 3]), replace=False)
        growth[number, deliveries] += bought[number] / len(deliveries)
    logs = np.log(_followers(people, truth))[:, None] - np.cumsum(growth[:, ::-1], axis=1)[:, ::-1]
    return pd.DataFrame(
        {
            "creator_id": np.repeat(truth["creator_key"].to_numpy(), weeks),
            "creator_name": np.repeat(truth["creator_key"].to_numpy(), weeks),
            "as_of": np.tile(START + pd.to_timedelta(7 * np.arange(weeks), unit="D"), n),
            "followers": np.round(np.exp(logs)).ravel(),
            "source": "counts",
        }
    )


def _make_comments(
    people: Mapping[str, np.ndarray],
    truth: pd.DataFrame,
    notes: pd.DataFrame,
    rng: np.random.Generator,
    n_comments: int,
) -> pd.DataFrame:
    """Comments: honest words from many people and a few regulars; pods of eight creators who answer each other."""
    n = len(truth)
    owner = np.repeat(np.arange(n), np.maximum(rng.poisson(n_comments, n), 1))
    arranged = rng.random(len(owner)) < _dose(truth, "pods")[owner]
    regulars = rng.random(len(owner)) < rng.beta(1.2, 12, n)[owner]
    pod = np.cumsum(truth["kind"].eq("pods").to_numpy())[owner] // 8
    author = np.where(
        regulars, 1_000_000_000 + 5 * owner + rng.integers(0, 5, len(owner)), rng.integers(0, 400 * n, len(owner))
    )
    author = np.where(arranged, 2_000_000_000 + 30 * pod + rng.integers(0, 30, len(owner)), author)
    first = notes.groupby("creator_key", sort=False).size()
    starts = np.cumsum(first.to_numpy()) - first.to_numpy()
    note = starts[owner] + rng.integers(0, first.to_numpy()[owner])
    words = np.array(HONEST_WORDS, dtype=object)
    text = [words[rng.integers(0, len(words), len(owner))] for _ in range(3)]
    honest = text[0] + text[1] + text[2]
    generic = rng.random(len(owner)) < rng.beta(1.2, 25, n)[owner]
    honest = np.where(generic, "谢谢博主的分享", honest)
    said = np.where(arranged, np.array(POD_WORDS, dtype=object)[rng.integers(0, len(POD_WORDS), len(owner))], honest)
    return pd.DataFrame(
        {
            "comment_id": np.arange(len(owner)).astype(str),
            "note_id": notes["note_id"].to_numpy()[note],
            "author_key": author.astype(str),
            "text": said,
        }
    )
