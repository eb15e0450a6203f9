"""Pools of candidates small enough to try every choice."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from xhs_toolkit.roster import Rules, find_broken_rules, make_audience
from xhs_toolkit.roster.reach import add_up


def make_pool(n_creators: int, *, seed: int = 0, share_of_video: float = 0.5) -> pd.DataFrame:
    """Candidates whose price and views go with their followers; every creator offers an image note."""
    rng = np.random.default_rng(seed)
    creators = pd.DataFrame(
        {
            "creator_id": [f"c{number:05d}" for number in range(n_creators)],
            "followers": np.exp(rng.normal(9, 1.2, n_creators)).round(),
            "category": rng.choice(["travel", "food", "family"], n_creators),
            "place": rng.choice(["Auckland", "Sydney"], n_creators),
            "themes": rng.choice(["", "walks", "walks; gear"], n_creators),
        }
    ).assign(creator_name=lambda frame: frame["creator_id"])
    image = creators.assign(format="image", price=1.0)
    video = creators[rng.random(n_creators) < share_of_video].assign(format="video", price=1.34)
    pool = pd.concat([image, video], ignore_index=True)
    views = pool["followers"] * 0.3 * np.exp(rng.normal(0, 0.5, len(pool)))
    cost = np.maximum(pool["followers"] * 0.06 * pool["price"] * np.exp(rng.normal(0, 0.4, len(pool))), 150)
    return pool.assign(
        candidate_id=pool["creator_id"] + "/" + pool["format"],
        tier=np.where(pool["followers"] >= 10_000, "KOL", "KOC"),
        cost_cny=cost.round(2),
        views_p50=views.round(),
    )


def best_by_trying(pool: pd.DataFrame, *, rules: Rules, overlap: bool) -> float:
    """The most that any choice obeying the rules brings; NaN where none obeys them."""
    audience = make_audience(pool) if overlap else None
    best = float("nan")
    for picks in product((False, True), repeat=len(pool)):
        which = np.array(picks)
        if not find_broken_rules(pool[which], rules=rules):
            views = pool["views_p50"].to_numpy()[which]
            worth = add_up(views @ audience.shares[which], audience.people) if audience else float(views.sum())
            best = worth if np.isnan(best) else max(best, worth)
    return best
