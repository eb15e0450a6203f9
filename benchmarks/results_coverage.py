"""Coverage and false alarms of the results' comparisons: python benchmarks/results_coverage.py [campaigns].

Campaigns are drawn with known truth (creators differ, their notes are heavy-tailed and unequally spread) and go
through the public functions as exported tables do.
"""

from __future__ import annotations

import sys
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import pandas as pd

from xhs_toolkit.exports import make_latest
from xhs_toolkit.results import compare_notes, summarise_effects, summarise_results
from xhs_toolkit.results.effects import FALSE_ALARMS, estimate_ratio
from xhs_toolkit.stats import make_rng
from xhs_toolkit.tables import TABLES, conform

NOISES = {
    "normal": lambda rng, n: rng.normal(size=n),
    "t4": lambda rng, n: rng.standard_t(4, n) / np.sqrt(2),
    "t3": lambda rng, n: rng.standard_t(3, n) / np.sqrt(3),
    "skewed": lambda rng, n: (rng.gamma(2, 1, n) - 2) / np.sqrt(2),
}
AS_OF = pd.Timestamp("2026-11-01", tz="UTC")
START = pd.Timestamp("2026-07-01", tz="UTC")
TIERS = (SimpleNamespace(name="KOC", followers_from=0), SimpleNamespace(name="KOL", followers_from=10_000))
CAMPAIGN = SimpleNamespace(
    window=SimpleNamespace(start=START.date(), end=None),
    time_zone="UTC",
    themes=(),
    budget=None,
    planning=SimpleNamespace(personas=()),
    markets=("NZ",),
    agency=SimpleNamespace(tiers=TIERS, service_fee_rate=0.1, exchange_rates=()),
    sourcing=SimpleNamespace(conflict_days=30),
)


def draw_campaign(
    rng: np.random.Generator, *, k: int, n_creators: int, each: int, noise: str, unequal: float, ratio: float = 1.0
) -> pd.DataFrame:
    """Draw notes of creators with k earlier notes each and `each` campaign notes that are `ratio` times better."""
    centre, spread = rng.normal(8, 0.8, n_creators), 1.2 * np.exp(unequal * rng.normal(size=n_creators))
    creator = np.repeat(np.arange(n_creators), k + each)
    is_new = np.tile(np.arange(k + each) >= k, n_creators)
    logs = centre[creator] + spread[creator] * NOISES[noise](rng, len(creator)) + np.log(ratio) * is_new
    days = np.where(is_new, rng.integers(1, 60, len(creator)), -rng.integers(1, 200, len(creator)))
    rows = pd.DataFrame(
        {
            "note_id": [f"n{i}" for i in range(len(creator))],
            "creator_id": [f"c{i}" for i in creator],
            "format": "image",
            "scope": "paid",
            "posted_at": START + pd.to_timedelta(days, unit="D"),
            "as_of": AS_OF,
            "views": np.round(np.exp(logs)),
            "source": "dandelion_notes",
            "source_file": "drawn.xlsx",
            "source_row": np.arange(len(creator)) + 2,
        }
    )
    return conform(rows, TABLES["notes"])


def compare(notes: pd.DataFrame) -> pd.DataFrame:
    """Run a campaign's notes through the public functions."""
    tables = {name: table.empty() for name, table in TABLES.items()} | {"notes": notes}
    latest = make_latest(notes)
    found = summarise_results(tables, latest=latest, campaign=CAMPAIGN)
    return compare_notes(found, tables=tables, latest=latest, campaign=CAMPAIGN).own


def measure(n_campaigns: int, **settings: object) -> dict[str, float]:
    """Share of notes' ranges that hold the truth, and of campaigns and notes called clear."""
    rng, truth = make_rng(int(str(settings["k"]))), float(settings.get("ratio", 1.0))
    inside, held, called, notes_called = [], [], [], []
    for _ in range(n_campaigns):
        compared = compare(draw_campaign(rng, **settings)).query("metric == 'views'")
        inside.append((compared["expected_ratio_low"] <= truth) & (truth <= compared["expected_ratio_high"]))
        groups = summarise_effects(compared).groups.query("dimension == 'all'").iloc[0]
        held.append(groups["expected_ratio_low"] <= truth <= groups["expected_ratio_high"])
        called.append(groups["verdict"].startswith("clearly"))
        notes_called.append(compared["verdict"].str.startswith("clearly").any())
    shares = {
        "notes inside": pd.concat(inside),
        "campaign inside": held,
        "campaign called": called,
        "any note called": notes_called,
    }
    return {name: float(np.mean(values)) for name, values in shares.items()}


def draw_effects(rng: np.random.Generator, *, k: int, n_creators: int, each: int, noise: str) -> pd.DataFrame:
    """Draw notes without any effect as `effects.estimate_ratio` takes them, unequally spread."""
    spread = 1.2 * np.exp(0.4 * rng.normal(size=n_creators))
    earlier = NOISES[noise](rng, n_creators * k).reshape(n_creators, k).mean(axis=1)
    notes = NOISES[noise](rng, n_creators * each).reshape(n_creators, each)
    logs = ((notes - earlier[:, None]) * spread[:, None]).ravel()
    known = {"log_note_variance": 1.44, "own_error_variance": 1.44 / k, "degrees_of_freedom": 40.0}
    return pd.DataFrame({"creator": np.repeat(np.arange(n_creators), each), "own_log_ratio": logs, **known})


def print_false_alarms(n_campaigns: int) -> None:
    """Print how often a campaign without any effect is called clear, many campaigns at a time."""
    for noise in ("normal", "t3", "skewed"):
        for n_creators in (8, 20):
            for k in (3, 30):
                rng, shape = make_rng(11), {"k": k, "n_creators": n_creators, "each": 2, "noise": noise}
                found = [estimate_ratio(draw_effects(rng, **shape)) for _ in range(n_campaigns)]
                called = np.mean([each["p_value"] <= FALSE_ALARMS for each in found])
                print(f"{noise:8s} {n_creators:2d} creators  k = {k:2d}  called clear {called:.3f}", flush=True)


def main(n_campaigns: int = 30) -> None:
    """Print coverage and false alarms, and the time of a campaign of 200 notes."""
    print_false_alarms(10 * n_campaigns)
    for noise in NOISES:
        for unequal in (0.0, 0.4):
            for k in (3, 5, 10, 30):
                found = measure(n_campaigns, k=k, n_creators=20, each=2, noise=noise, unequal=unequal)
                print(
                    f"{noise:8s} unequal {unequal:.1f} k = {k:2d}  "
                    + "  ".join(f"{n} {v:.3f}" for n, v in found.items())
                )
    notes = draw_campaign(make_rng(1), k=30, n_creators=50, each=4, noise="t4", unequal=0.4)
    start = perf_counter()
    summarise_effects(compare(notes))
    print(f"200 notes, 1,500 earlier: {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
