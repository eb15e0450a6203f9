"""Forecasts of rosters that were chosen for their forecast: python -m benchmarks.chosen_coverage [pools] [data].

Simulated pools of creators known by medians, of whom the best for the money are chosen; and genuine notes, of whose
creators k notes each are known and prices are invented. Of each: how often the total lies in its 80% range, the total
over its middle, the chance told of a target and how often it is met, and what the choice brings beside one by medians.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.forecast import fit_note_model, predict_creators
from xhs_toolkit.forecast.campaign import draw_chance, draw_counts
from xhs_toolkit.stats import make_rng

SIZES = (28, 100, 1_000, 10_000)
COUNTS = (2, 5, 20)
EARLIER = (3, 5, 10, 30)
N_CHOSEN = 10
TOLD = 0.65
"""Chance told of the target that is looked at."""

WITHIN_SD, DRIFT_SD = 1.2, 0.5
N_DRAWS = 1_500
N_FOLLOWING = 20
"""Next notes of every creator that a forecast is held against: what a pool lacks in chance, they give."""

HORIZON = pd.Timedelta(days=120)
MIN_POOL = 8
MAX_LOOKED_AT = 2_000
"""Creators looked at for a roster, best first."""

N_ROSTERS = {10_000: 9}
"""Rosters of one simulated pool, where it is large enough for several that are all chosen."""


class Case(NamedTuple):
    """A pool: what is known of its creators, and what their next note may bring (creators × `N_FOLLOWING`)."""

    notes: pd.DataFrame
    medians: pd.DataFrame | None
    traits: pd.DataFrame
    following: pd.DataFrame


def deviate(rng: np.random.Generator, tails: str, size: Any) -> np.ndarray:
    return rng.standard_t(4, size) / np.sqrt(2) if tails == "t4" else rng.normal(size=size)


def simulate(rng: np.random.Generator, n: int, k: int, *, tails: str, price: str) -> Case:
    """Creators whose level goes with size; a price that goes with size alone or with the level too."""
    size, away = rng.normal(0, 1.2, n), deviate(rng, tails, n)
    level = 6 + 0.8 * size + away
    drift = DRIFT_SD * rng.normal(size=(n, 1 + N_FOLLOWING))
    logs = level[:, None] + drift[:, :1] + WITHIN_SD * deviate(rng, tails, (n, k))
    asked = size + (0.5 * away + rng.normal(0, 0.4, n) if price == "informative" else rng.normal(0, 0.5, n))
    names = pd.Index([f"c{number:05d}" for number in range(n)], name="creator_id")
    tier = np.where(size > 0.2, "KOL", "KOC")
    traits = {"tier": tier, "followers": np.exp(9 + size), "cost_cny": np.exp(6.5 + asked).round(2)}
    medians = {"median": np.median(np.exp(logs), axis=1).round(), "n_notes": float(k)}
    following = np.exp(level[:, None] + drift[:, 1:] + WITHIN_SD * deviate(rng, tails, (n, N_FOLLOWING))).round()
    nothing = pd.DataFrame({"creator_id": [], "views": [], "posted_at": pd.to_datetime([], utc=True)})
    return Case(nothing, *(pd.DataFrame(each, index=names) for each in (medians, traits, following)))


def replay(notes: pd.DataFrame, rng: np.random.Generator, k: int, *, origin: pd.Timestamp, price: str) -> Case | None:
    """A pool of the past, of whose creators the last k notes before `origin` are known; prices are invented."""
    earlier, later = notes[notes["posted_at"] < origin], notes[notes["posted_at"].between(origin, origin + HORIZON)]
    n_earlier = earlier.groupby("creator_id").size()
    names = n_earlier.index[(n_earlier >= k) & n_earlier.index.isin(later["creator_id"])]
    if len(names) < MIN_POOL:
        return None
    known = earlier[earlier["creator_id"].isin(names)].sort_values("posted_at").groupby("creator_id").tail(k)
    following = {name: rng.choice(part, N_FOLLOWING) for name, part in later.groupby("creator_id")["views"]}
    usual = np.log(notes["views"] + 0.5).groupby(notes["creator_id"]).mean()[names]
    base = {"free": 0.0, "informative": 0.6 * usual}[price]
    cost = np.exp(5 + base + rng.normal(0, 0.6, len(names))).round(2)
    return Case(known, None, pd.DataFrame({"cost_cny": cost}, index=names), pd.DataFrame(following).T.loc[names])


def forecast_chosen(case: Case, rng: np.random.Generator, *, n_rosters: int = 1) -> pd.DataFrame:
    """Choose by posterior mean under a budget, forecast the total, and look at what came.

    One row a roster and set of following notes; a further roster is the best of whom the earlier ones left.
    """
    model = fit_note_model(case.notes, metric="views", medians=case.medians, traits=case.traits)
    mean = pd.Series(predict_creators(case.traits.index, model=model)[0].mean, index=case.traits.index)
    medians = case.medians["median"] if case.medians is not None else case.notes.groupby("creator_id")["views"].median()
    plain, cost = medians[mean.index] + 0.5, case.traits["cost_cny"]
    budget = N_CHOSEN * float(cost.median())
    found = []
    for _ in range(n_rosters):
        chosen, by_median = (choose_cheapest(each, cost[each.index], budget) for each in (mean, plain))
        draws = draw_counts(model, chosen, chance=draw_chance(pd.Series(chosen), n_draws=N_DRAWS, rng=rng))
        found.append(compare(draws.sum(axis=1), case.following.loc[chosen].sum(), case.following.loc[by_median].sum()))
        mean, plain = mean.drop(chosen), plain.drop(by_median)
    return pd.concat(found)


def choose_cheapest(views: pd.Series, cost: pd.Series, budget: float) -> pd.Index:
    """Cheapest view first until nobody fits: under one budget alone the best choice, but for its last creator."""
    left, chosen = budget, []
    for name in (cost / views).sort_values(kind="stable").index[:MAX_LOOKED_AT]:
        if cost[name] <= left:
            chosen.append(name)
            left -= cost[name]
    return pd.Index(chosen)


def compare(draws: np.ndarray, total: pd.Series, plain: pd.Series) -> pd.DataFrame:
    """What came (`total`, one a set of following notes) beside what was drawn, and beside the choice by medians."""
    low, middle, high, target = np.quantile(draws, (0.1, 0.5, 0.9, 1 - TOLD))
    found = {
        "inside": (low <= total) & (total <= high),
        "ratio": (total + 1) / (middle + 1),
        "met": total >= target,
        "value": np.log((total + 1) / (plain + 1)),
    }
    return pd.DataFrame(found)


def run_simulated(n_pools: int, *, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """One row a pool: its cell and what `forecast_chosen` found."""
    rows = []
    for n in sizes:
        for number, (k, price, tails) in enumerate(_cells()):
            for seed in range(max(n_pools // N_ROSTERS.get(n, 1), 1)):
                rng = make_rng(100_000 * n + 1_000 * number + seed)
                case = simulate(rng, n, k, tails=tails, price=price)
                found = forecast_chosen(case, rng, n_rosters=N_ROSTERS.get(n, 1))
                rows.append(found.assign(creators=n, k=k, price=price, tails=tails))
    return pd.concat(rows)


def _cells() -> Iterator[tuple[int, str, str]]:
    return ((k, price, tails) for k in COUNTS for price in ("free", "informative") for tails in ("normal", "t4"))


def run_genuine(notes: pd.DataFrame, n_prices: int) -> pd.DataFrame:
    """One row a quarter, k and set of invented prices.

    Parameters
    ----------
    notes : ``creator_id``, ``posted_at`` and ``views`` (whatever is counted).
    """
    rows = []
    origins = pd.date_range(notes["posted_at"].min(), notes["posted_at"].max(), freq="QS").normalize()
    for k in EARLIER:
        for number, origin in enumerate(origins):
            for seed in range(n_prices):
                for price in ("free", "informative"):
                    rng = make_rng(1_000_000 * k + 1_000 * number + seed)
                    case = replay(notes, rng, k, origin=origin, price=price)
                    if case is not None:
                        rows.append(forecast_chosen(case, rng).assign(k=k, price=price))
    return pd.concat(rows)


def summarise(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Share inside, middle ratio of total to P50, share of targets met, and value beside the choice by medians."""
    found = (
        rows.groupby(by)[["inside", "met", "value"]]
        .mean()
        .assign(ratio=rows.groupby(by)["ratio"].median(), n=rows.groupby(by).size())
    )
    return found.assign(value=np.exp(found["value"])).round(3)


def read_genuine(folder: Path) -> pd.DataFrame:
    """Engagement of the notes that an export holds, old enough to be final."""
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import make_latest, read_exports
    from xhs_toolkit.metrics import add_engagement

    tables = read_exports(folder, campaign=Campaign(folder=folder)).tables
    notes = add_engagement(make_latest(tables["notes"]))
    old = (notes["as_of"] - notes["posted_at"]) >= pd.Timedelta(days=14)
    kept = notes[old & notes["engagement"].notna() & notes["creator_id"].notna()]
    return kept.assign(views=kept["engagement"].astype(float))[["creator_id", "posted_at", "views"]]


def main(n_pools: int = 40, folder: str | None = None) -> None:
    if folder:
        genuine = run_genuine(read_genuine(Path(folder)), n_pools)
        print(f"genuine notes\n{summarise(genuine, ['k'])}\n{summarise(genuine.assign(all=''), ['all'])}", flush=True)
    simulated = run_simulated(n_pools)
    for by in (["creators"], ["creators", "k"], ["creators", "price"], ["creators", "tails"]):
        print(summarise(simulated, by), flush=True)
    cells = summarise(simulated, ["creators", "k", "price", "tails"])
    print(f"cells: inside {cells['inside'].min():.2f} to {cells['inside'].max():.2f}")


if __name__ == "__main__":
    main(*(int(word) if word.isdigit() else word for word in sys.argv[1:]))
