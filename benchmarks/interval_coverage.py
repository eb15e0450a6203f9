"""Coverage of nominal 90% intervals, by simulation: python benchmarks/interval_coverage.py [simulations]."""

from __future__ import annotations

import sys

import numpy as np

from xhs_toolkit.stats import fit_peers, make_rng, predict_new_note, ratio_of_sums

NOISES = {
    "normal": lambda rng, n: rng.normal(size=n),
    "t4": lambda rng, n: rng.standard_t(4, n) / np.sqrt(2),
    "t3": lambda rng, n: rng.standard_t(3, n) / np.sqrt(3),
    "skewed": lambda rng, n: (rng.gamma(2, 1, n) - 2) / np.sqrt(2),
}


def draw_notes(rng: np.random.Generator, n_notes: int, notes_each: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw cost, views and creator: log-normal views, SD 0.8 between and 0.9 within creators; cost goes with fame."""
    n_creators = max(round(n_notes / notes_each), 1)
    creator = np.concatenate([np.arange(n_creators), rng.integers(0, n_creators, n_notes - n_creators)])
    fame = 0.8 * rng.normal(size=n_creators)[creator]
    views = np.exp(8 + fame + 0.9 * rng.normal(size=n_notes))
    cost = np.exp(6 + 0.7 * fame + 0.3 * rng.normal(size=n_creators)[creator] + 0.3 * rng.normal(size=n_notes))
    return cost, views, creator


TRUE_RATIO = np.exp(6 + (0.49 * 0.64 + 0.09 + 0.09) / 2 - 8 - (0.64 + 0.81) / 2)


def ratio_coverage(n_notes: int, notes_each: float, n_simulations: int) -> tuple[float, float, float]:
    """Share of campaigns with an interval, share of those holding the truth, median high / low."""
    rng = make_rng(n_notes)
    found = []
    for _ in range(n_simulations):
        cost, views, creator = draw_notes(rng, n_notes, notes_each)
        found.append(ratio_of_sums(cost, views, cluster=creator, rng=rng, n_resamples=500))
    stated = [each for each in found if not np.isnan(each.low)]
    if not stated:
        return 0.0, float("nan"), float("nan")
    inside = np.mean([each.low <= TRUE_RATIO <= each.high for each in stated])
    return len(stated) / len(found), float(inside), float(np.median([each.high / each.low for each in stated]))


def prediction_coverage(k: int, n_creators: int, noise: str, unequal: float, n_simulations: int) -> float:
    """Share of new notes inside the range predicted from k earlier notes each."""
    rng = make_rng(k)
    inside = []
    for _ in range(max(n_simulations * 10 // n_creators, 20)):
        centre = rng.normal(8, 0.8, n_creators)
        spread = 1.2 * np.exp(unequal * rng.normal(size=n_creators))
        creator = np.repeat(np.arange(n_creators), k)
        earlier = np.exp(centre[creator] + spread[creator] * NOISES[noise](rng, len(creator)))
        following = np.exp(centre + spread * NOISES[noise](rng, n_creators))
        found = predict_new_note(np.arange(n_creators), peers=fit_peers(earlier, creators=creator))
        inside.append(((found["low"] <= following) & (following <= found["high"])).mean())
    return float(np.mean(inside))


def main(n_simulations: int = 800) -> None:
    print("ratio of sums: notes, notes a creator → share stated, coverage of those, high / low")
    for notes_each in (1, 2.5):
        for n_notes in (5, 10, 20, 40, 100):
            stated, inside, width = ratio_coverage(n_notes, notes_each, n_simulations)
            print(f"  {n_notes:4} {notes_each:4} → {stated:.2f} {inside:.3f} {width:.1f}", flush=True)
    print("prediction of a new note: creators, noise, spread of spreads → coverage at k = 3, 5, 10, 30")
    for n_creators in (10, 40, 200):
        for noise in NOISES:
            for unequal in (0.0, 0.5):
                shares = [prediction_coverage(k, n_creators, noise, unequal, n_simulations) for k in (3, 5, 10, 30)]
                print(f"  {n_creators:4} {noise:7} {unequal} → " + " ".join(f"{s:.3f}" for s in shares), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
