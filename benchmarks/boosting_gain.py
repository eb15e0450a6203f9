"""Whether boosting the recommended notes pays, by simulation: python benchmarks/boosting_gain.py [campaigns].

Each line: what the recommended notes truly bring for 100 RMB, over as many at random and over the largest, and the
share of notes without ads whose true yield lies in the expected 90% range. Quality moves early views (beside chance
with heavy tails) and what ads bring; with a share of 0 early views tell nothing, and only the notes' own ads do.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from xhs_toolkit.boosting import choose_boosts, estimate_yields, expect_views, measure_signals, sum_note_days
from xhs_toolkit.boosting.expect import measure_correlation
from xhs_toolkit.stats import make_rng
from xhs_toolkit.tables import TABLES, conform

N_NOTES, N_TRIED, N_CHOSEN, N_DAYS = 40, 8, 8, 6


def make_ads(ids: pd.Series, clicks: np.ndarray) -> pd.DataFrame:
    """Ads in feed: 100 RMB a note and day."""
    days = pd.date_range("2026-08-03", periods=N_DAYS)
    rows: dict[str, Any] = {"date": np.tile(days, len(ids)), "note_id": np.repeat(ids.to_numpy(), N_DAYS)}
    rows |= {"placement_kind": "feed", "level": "note", "spend_cny": 100.0, "clicks": clicks.ravel().astype(float)}
    rows |= {"source": "juguang", "source_file": "drawn.xlsx", "source_row": np.arange(clicks.size) + 2}
    return conform(pd.DataFrame(rows), TABLES["ad_days"])


def draw(rng: np.random.Generator, *, share: float, note_sd: float) -> tuple[float, float, float]:
    """One campaign: gain over random, gain over the largest, share of ranges that hold."""
    quality, size = rng.standard_normal(N_NOTES), rng.standard_normal(N_NOTES)
    ids = pd.Series([f"n{number:03d}" for number in range(N_NOTES)])
    views = {"exposure": 1e4, "views": 1e3, "exposure_organic": 1e4, "views_organic": 1e3}
    notes = pd.DataFrame({"note_id": ids, "format": "image", **views})
    heavy = rng.standard_t(4, N_NOTES) / np.sqrt(2)
    early = 1.2 * (np.sqrt(share) * quality + np.sqrt(1 - share) * heavy)
    variances = {"log_note_variance": 1.44, "log_ratio_variance": 1.8}
    own = pd.DataFrame({"note_id": ids, "metric": "views", "log_ratio": early, "reason": "", **variances})
    true = 180 * np.exp(note_sd * quality)
    tried = rng.choice(N_NOTES, N_TRIED, replace=False)
    uneven = np.exp(0.25 * rng.standard_normal((N_TRIED, N_DAYS)))
    ads = make_ads(ids[tried], rng.poisson(true[tried, None] * uneven))
    formats = notes.set_index("note_id")["format"]
    yields = estimate_yields(sum_note_days(ads, formats=formats, objective="sales"), ad_costs=())
    signals = measure_signals(own, own.head(0), notes=notes, boosted=ads["note_id"], objective="sales")
    carried = measure_correlation(yields, signals).correlation
    expected = expect_views(notes, signals=signals, yields=yields, correlation=carried, step_cny=500.0)
    chosen = choose_boosts(expected, remaining_cny=500.0 * N_CHOSEN, step_cny=500.0, stopped=ids.head(0))
    best = chosen.loc[chosen["is_recommended"], "note_id"].str[1:].astype(int)
    untried = expected[~expected["note_id"].isin(ads["note_id"])]
    brought = rng.poisson(5 * true[untried.index]) / 5
    held = (untried["per_100_rmb_low"] <= brought) & (brought <= untried["per_100_rmb_high"])
    largest = np.argsort(size)[-N_CHOSEN:]
    return true[best].mean() / true.mean(), true[best].mean() / true[largest].mean(), float(held.mean())


def main(n_campaigns: int = 200) -> None:
    """Print the gains and the coverage."""
    print("share of early views, spread of yields → gain over random, over the largest, ranges that hold")
    for share in (0.0, 0.25, 0.5):
        for note_sd in (0.15, 0.3, 0.6):
            rng = make_rng(5)
            drawn = np.array([draw(rng, share=share, note_sd=note_sd) for _ in range(n_campaigns)]).mean(axis=0)
            print(f"  {share:4} {note_sd:4} → {drawn[0]:.2f} {drawn[1]:.2f} {drawn[2]:.3f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
