"""Steps 2 to 4 of large pools, sourcing, vetting and roster: ``python -m benchmarks pool``.

``python benchmarks/bench_pool.py 100000 300000 1000000`` takes other numbers of creators; each has ten notes. Time
must grow no faster than the pool, and the memory at 1,000,000 creators stay below 8 GiB. ``cpu_s`` is what all steps
took of the processors, which tells more than the clock where the machine has other work.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from xhs_toolkit.campaign import Campaign, Theme
from xhs_toolkit.campaign.people import Audience, Sourcing
from xhs_toolkit.forecast import make_candidates
from xhs_toolkit.roster import Rules, choose_roster
from xhs_toolkit.sourcing import make_long_list
from xhs_toolkit.stats import make_rng
from xhs_toolkit.tables import TABLES, conform
from xhs_toolkit.vetting import vet_creators

T = TypeVar("T")
NOTES_EACH = 10
BUDGET_CNY = 300_000.0
TITLES = (
    *("周末徒步路线", "带娃露营", "Gear tips for day walks", "探店美食"),
    *("护肤心得", "一日步道攻略", "咖啡地图", "family picnic"),
)
CATEGORIES = ("户外", "美食", "美妆", "母婴", "出行")
DEFAULT = (10_000, 30_000)


def make_tables(n: int, *, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Creators with prices and shares of fans, ten notes each, and medians of both scopes."""
    rng = make_rng(seed)
    keys = pd.Series(np.arange(n)).astype("str").str.zfill(24)
    owner = np.repeat(np.arange(n), NOTES_EACH)
    now = pd.Timestamp("2026-09-01", tz="UTC")
    followers = np.round(np.exp(rng.normal(9, 1.3, n)))
    creators = {
        "creator_id": keys,
        "creator_name": "creator " + keys,
        "as_of": now,
        "followers": followers,
        "category": pd.Series(np.array(CATEGORIES, dtype=object)[rng.integers(0, len(CATEGORIES), n)]).astype("str"),
        "fan_places": "广东 0.12; 海外 0.09; 江苏 0.07",
        "image_price_cny": np.round(0.08 * followers * np.exp(rng.normal(0, 0.5, n))) + 50,
        "active_fan_share": rng.beta(20, 30, n),
        "female_fan_share": rng.beta(7, 3, n),
        "reply_rate_48h": rng.beta(4, 2, n),
        "source": "dandelion_creators",
        "source_file": "pool.csv",
        "source_row": np.arange(n, dtype=float),
    }
    level = np.log(followers) * 0.75 + rng.normal(-2, 1, n)
    engagement = np.exp(level[owner] + rng.normal(0, 1.2, len(owner)))
    titles = pd.Series(np.array(TITLES, dtype=object)).astype("str").take(rng.integers(0, len(TITLES), len(owner)))
    notes = {
        "note_id": pd.Series(np.arange(len(owner))).astype("str"),
        "creator_id": keys.take(owner).reset_index(drop=True),
        "title": titles.reset_index(drop=True),
        "posted_at": now - pd.to_timedelta(rng.integers(1, 7_000_000, len(owner)), unit="s"),
        "as_of": now,
        "format": pd.Series(np.where(np.arange(n) % 3 == 0, "video", "image")).take(owner).reset_index(drop=True),
        "likes": np.round(engagement * 0.8),
        "collects": np.round(engagement * 0.15),
        "comments": np.round(engagement * 0.05),
    }
    made = {"creators": pd.DataFrame(creators), "notes": pd.DataFrame(notes)}
    return {name: conform(made.get(name, pd.DataFrame()), table) for name, table in TABLES.items()}


def measure(n: int) -> dict[str, float]:
    """Seconds of each step, and the most memory the process has used so far (GiB)."""
    tables = make_tables(n)
    theme = Theme(name="Day walks", name_zh="一日徒步", keywords=("徒步", "步道", "hike", "walks"))
    wanted = Audience(gender="female", places=("海外",))
    sourcing = Sourcing(brief="weekends outdoors for families", audience=wanted, competitors=("Rival",), long_list=n)
    campaign = Campaign(folder=Path(), category="outdoor", themes=(theme,), sourcing=sourcing)
    before = time.process_time()
    listed, sourced = _time(lambda: make_long_list(tables, latest=tables["notes"], campaign=campaign))
    pool = listed.pool
    _, vetted = _time(lambda: vet_creators(listed.chosen, notes=pool.notes, tables=tables, campaign=campaign))
    made, learned = _time(lambda: make_candidates(tables, latest=tables["notes"], campaign=campaign, joined=pool))
    rules = Rules(BUDGET_CNY)
    _, chosen = _time(lambda: choose_roster(made.candidates, rules=rules, metric="engagement", overlap=False))
    used = time.process_time() - before
    steps = {"sourcing_s": sourced, "vetting_s": vetted, "candidates_s": learned, "roster_s": chosen}
    return {**steps, "cpu_s": used, "memory_gib": _read_peak()}


def _time(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def _read_peak() -> float:
    """Most memory in use, in GiB; NaN where the system does not say (Windows)."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 2**30 if sys.platform == "darwin" else 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """Print seconds by size, and how much faster or slower than linearly they grow."""
    sizes = [int(size) for size in sys.argv[1:] if size.isdecimal()] or list(DEFAULT)
    before: tuple[int, float] | None = None
    for n in sizes:
        found = measure(n)
        total = found["cpu_s"]
        growth = f"  time × {total / before[1]:.2f} for creators × {n / before[0]:.2f}" if before else ""
        figures = "  ".join(f"{name} {value:.1f}" for name, value in found.items())
        print(f"{n:>9,} creators {NOTES_EACH * n:>11,} notes  {figures}{growth}", flush=True)
        before = (n, total)


if __name__ == "__main__":
    main()
