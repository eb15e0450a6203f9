"""False alarms and power of `lift.estimate_lift`, by simulation: python benchmarks/lift_error_rates.py [panels].

Each line: how often markets without an effect are called causal, and how often an effect of the stated minimum is
reported (eight in ten are asked; where the controls do not fit or a placebo fired before the start none is stated).
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from xhs_toolkit.lift import Panel, estimate_lift
from xhs_toolkit.stats import make_rng


def common_drift(rng: np.random.Generator, n_periods: int, n_markets: int) -> np.ndarray:
    """Two shared random walks with loadings that differ, and independent noise."""
    drift = np.cumsum(rng.normal(size=(n_periods, 2)), axis=0) @ rng.normal(1, 0.4, (2, n_markets))
    return 200 + rng.normal(0, 10, n_markets) + 2 * drift + 2 * rng.normal(size=(n_periods, n_markets))


def autocorrelated(rng: np.random.Generator, n_periods: int, n_markets: int) -> np.ndarray:
    """Add noise that remembers 0.7 of the period before to one shared random walk."""
    noise = rng.normal(size=(n_periods, n_markets))
    for t in range(1, n_periods):
        noise[t] += 0.7 * noise[t - 1]
    return 200 + rng.normal(0, 10, n_markets) + 2 * np.cumsum(rng.normal(size=(n_periods, 1)), axis=0) + 2 * noise


def independent_walks(rng: np.random.Generator, n_periods: int, n_markets: int) -> np.ndarray:
    """Markets that share nothing."""
    return 200 + np.cumsum(rng.normal(size=(n_periods, n_markets)), axis=0)


def own_trend(rng: np.random.Generator, n_periods: int, n_markets: int) -> np.ndarray:
    """Common drift, and the treated market has a trend that no control has."""
    values = common_drift(rng, n_periods, n_markets)
    values[:, 0] += 0.15 * np.arange(n_periods)
    return values


def own_walk(rng: np.random.Generator, n_periods: int, n_markets: int) -> np.ndarray:
    """Common drift in the controls, and a treated market that shares nothing with them."""
    values = common_drift(rng, n_periods, n_markets)
    values[:, 0] = 200 + np.cumsum(rng.normal(0, 1.5, n_periods))
    return values


WORLDS = {f.__name__: f for f in (common_drift, autocorrelated, independent_walks, own_trend, own_walk)}
DESIGNS = {
    "3 markets, 60 + 10": (3, 60, 10),
    "40 markets, 90 + 15": (40, 90, 15),
    "8 markets, 60 + 10": (8, 60, 10),
    "30 markets, 20 + 10": (30, 20, 10),
}


def as_panel(values: np.ndarray, n_before: int) -> Panel:
    return Panel(pd.DataFrame(values), (0,), tuple(range(1, values.shape[1])), n_before)


def main(n_panels: int = 200) -> None:
    print(f"{'design':22}{'world':20}{'alarm':>8}{'told':>8}{'minimum':>9}{'seen':>10}")
    for design, (n_markets, n_before, n_after) in DESIGNS.items():
        for name, world in WORLDS.items():
            rng = make_rng(1)
            null, minima, seen = [], [], []
            for _ in range(n_panels):
                values = world(rng, n_before + n_after, n_markets)
                found = estimate_lift(as_panel(values, n_before))
                null.append(found.verdict)
                if np.isfinite(found.minimum.effect):
                    minima.append(found.minimum.effect)
                    values[n_before:, 0] += found.minimum.effect
                    seen.append(estimate_lift(as_panel(values, n_before)).verdict == "detected")
            codes = pd.Series(null)
            told = codes.ne("cannot_be_told")
            alarm = codes.eq("detected").sum() / max(told.sum(), 1)
            size = np.median(minima) if minima else np.nan
            power = np.mean(seen) if seen else np.nan
            print(f"{design:22}{name:20}{alarm:8.3f}{told.mean():8.2f}{size:9.1f}{power:10.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
