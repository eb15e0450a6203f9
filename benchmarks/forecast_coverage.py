"""Coverage of forecast ranges on simulated pools: python benchmarks/forecast_coverage.py [pools].

Of one note (P10 to P90) by the number of earlier notes, and of the sum of twenty notes of as many creators.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from xhs_toolkit.forecast import fit_note_model, predict_creators
from xhs_toolkit.forecast.campaign import draw_chance, draw_counts
from xhs_toolkit.forecast.model import quantile
from xhs_toolkit.forecast.windows import unlog_count
from xhs_toolkit.stats import make_rng

NOISES = {
    "normal": lambda rng, n: rng.normal(size=n),
    "t4": lambda rng, n: rng.standard_t(4, n) / np.sqrt(2),
    "skewed": lambda rng, n: (rng.gamma(2, 1, n) - 2) / np.sqrt(2),
}
N_SUMMED = 20


def make_pool(
    rng: np.random.Generator, n_creators: int, k: int, noise: str
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Notes of a pool, the next note of each creator, and the creators' tiers."""
    is_large = np.arange(n_creators) % 3 == 0
    centre = 5 + 1.5 * is_large + rng.normal(0, 1, n_creators)
    spread = 1.2 * np.exp(0.25 * rng.normal(size=n_creators))
    names = pd.Index([f"c{number:04d}" for number in range(n_creators)])
    codes = np.repeat(np.arange(n_creators), k + 1)
    logs = centre[codes] + spread[codes] * NOISES[noise](rng, len(codes))
    days = pd.to_timedelta(np.tile(np.arange(k + 1) * 10, n_creators), "D")
    notes = pd.DataFrame(
        {
            "creator_id": names[codes],
            "posted_at": pd.Timestamp("2025-01-01", tz="UTC") + days,
            "views": np.exp(logs).round(),
        }
    )
    is_last = np.tile(np.arange(k + 1) == k, n_creators)
    following = notes[is_last].set_index("creator_id")["views"]
    return notes[~is_last], following, pd.Series(np.where(is_large, "KOL", "KOC"), index=names)


def cover(rng: np.random.Generator, n_creators: int, k: int, noise: str) -> tuple[float, float]:
    """Share of next notes inside their 80% range, and whether the sum of the first twenty is inside its own."""
    notes, following, tiers = make_pool(rng, n_creators, k, noise)
    model = fit_note_model(notes, metric="views", traits=tiers.to_frame("tier"), horizon=pd.Timedelta(0))
    predicted, _ = predict_creators(following.index, model=model)
    low, high = (unlog_count(quantile(model, predicted, probability=end)) for end in (0.1, 0.9))
    some = following.index[:N_SUMMED]
    draws = draw_counts(model, some, chance=draw_chance(pd.Series(some), n_draws=1_000, rng=rng)).sum(axis=1)
    ends = np.quantile(draws, (0.1, 0.9))
    total = following[some].sum()
    return float(((low <= following) & (following <= high)).mean()), float(ends[0] <= total <= ends[1])


def main(n_pools: int = 60) -> None:
    print("creators, noise: coverage of one note | of the sum of twenty, at k = 3, 5, 10, 30 earlier notes")
    for n_creators in (24, 100):
        for noise in NOISES:
            rows = [[cover(make_rng(seed), n_creators, k, noise) for seed in range(n_pools)] for k in (3, 5, 10, 30)]
            note, total = (" ".join(f"{np.mean([pair[i] for pair in row]):.3f}" for row in rows) for i in (0, 1))
            print(f"  {n_creators:4} {noise:7} {note} | {total}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
