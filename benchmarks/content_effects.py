"""Planted effects of a theme: how often the within-creator estimate covers it, and what a plain mean says.

python benchmarks/content_effects.py [pools]. Larger creators write more of the theme, so that a plain mean mixes the
creator's size with the theme; effects may differ from creator to creator.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from xhs_toolkit.content.effects import estimate_effects
from xhs_toolkit.stats import make_rng

SD_WITHIN, SD_BETWEEN = 1.2, 1.2
"""Of log engagement within and between creators, as measured on real notes."""


def make_notes(
    rng: np.random.Generator, *, n_creators: int, n_notes: int, ratio: float, spread: float = 0.0
) -> pd.DataFrame:
    """Notes whose theme ``a`` multiplies engagement by `ratio`; large creators use it more, `spread` varies it."""
    size = rng.normal(0, SD_BETWEEN, n_creators)
    creator = np.repeat(np.arange(n_creators), n_notes)
    uses = 1 / (1 + np.exp(-1.5 * size))
    is_a = rng.random(len(creator)) < uses[creator]
    effect = np.log(ratio) + spread * rng.normal(size=n_creators)
    logs = 6 + size[creator] + effect[creator] * is_a + SD_WITHIN * rng.normal(size=len(creator))
    day = pd.Timestamp("2026-01-01T04:00Z") + pd.to_timedelta(rng.integers(0, 24 * 90, len(creator)), "h")
    return pd.DataFrame(
        {
            "creator_id": [f"c{number:03d}" for number in creator],
            "engagement": np.round(np.exp(logs)),
            "theme": np.where(is_a, "a", None),
            "format": np.where(rng.random(len(creator)) < 0.4, "video", "image"),
            "scope": "everyday",
            "posted_at": day,
            "as_of": day + pd.Timedelta(days=60),
            "title": "周末",
            "tags": "a,b",
        }
    )


def summarise(ratio: float, *, n_creators: int, n_notes: int, spread: float, n_pools: int) -> str:
    """Coverage of the 90% range, share of pools in which the theme is named, and the median of both estimates."""
    rows = []
    for seed in range(n_pools):
        notes = make_notes(make_rng(seed), n_creators=n_creators, n_notes=n_notes, ratio=ratio, spread=spread)
        found = estimate_effects(notes)
        rows.append(found[found["dimension"].eq("theme")].iloc[0])
    table = pd.DataFrame(rows)
    covered = table["engagement_ratio_low"].le(ratio) & table["engagement_ratio_high"].ge(ratio)
    named = table["verdict"].isin(["goes_with_more", "goes_with_less"])
    within, plain = (table[name].median() for name in ("engagement_ratio", "plain_ratio"))
    return (
        f"  ×{ratio:<4} {n_creators:4} creators × {n_notes:3}, spread {spread}: covers {covered.mean():.2f}, named "
        f"{named.mean():.2f}, within ×{within:.2f}, plain ×{plain:.2f}"
    )


def main(n_pools: int = 100) -> None:
    print("theme effect: coverage of the 90% range (0.90 is right), share named, medians of the two estimates")
    for ratio in (1.0, 1.5, 2.0):
        for n_creators, n_notes in ((8, 20), (30, 20), (100, 20)):
            for spread in (0.0, 0.3):
                row = summarise(ratio, n_creators=n_creators, n_notes=n_notes, spread=spread, n_pools=n_pools)
                print(row, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
