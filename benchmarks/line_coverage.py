"""Coverage of time-based regression's 90% ranges on public panels: python benchmarks/line_coverage.py [folder].

Each untreated market in turn is taken as treated, and the absent effect should lie in nine ranges of ten. Firms of
Grunfeld come with statsmodels; the folder adds GeoLift's cities and the states of the tobacco study.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from xhs_toolkit.lift import Panel, estimate_time_based_regression, inference

POWERS = (1.0, 0.5, 0.25, 0.1)
"""Powers of the likelihood that `inference.TRUST` was chosen from."""


def read_firms() -> pd.DataFrame:
    """Market value of eleven firms, 1935 to 1954."""
    from statsmodels.datasets import grunfeld

    return grunfeld.load_pandas().data.pivot_table(index="year", columns="firm", values="value").astype(float)


def read_cases(folder: Path | None = None) -> dict[str, tuple[pd.DataFrame, int]]:
    """Return outcomes by period and market, and the periods before the pretended start, of each design."""
    firms = read_firms()
    cases = {"firms 15 + 5": (firms, 15), "firms 12 + 8": (firms, 12)}
    if folder is None:
        return cases
    cities = pd.read_csv(folder / "geolift_test_data.csv").pivot_table(index="date", columns="location", values="Y")
    cities = cities.drop(columns=["chicago", "portland"]).iloc[:90].astype(float)
    states = pd.read_csv(folder / "california_prop99.csv", sep=None, engine="python")
    states = states.pivot_table(index="Year", columns="State", values="PacksPerCapita").drop(columns="California")
    return cases | {
        "cities 75 + 15": (cities, 75),
        "cities 60 + 30": (cities, 60),
        "states 25 + 6": (states.astype(float), 25),
        "states 19 + 12": (states.astype(float), 19),
    }


def measure(outcomes: pd.DataFrame, n_before: int) -> float:
    """Share of markets whose range holds the absent effect."""
    markets = tuple(outcomes)
    found = [
        estimate_time_based_regression(Panel(outcomes, (name,), tuple(m for m in markets if m != name), n_before))
        for name in markets
    ]
    return float(np.mean([each.low <= 0 <= each.high for each in found]))


def main(folder: str | None = None) -> None:
    """Print the coverage of each case under each power of the likelihood, the one in use marked."""
    used = inference.TRUST
    for name, (outcomes, n_before) in read_cases(Path(folder) if folder else None).items():
        held = []
        for power in POWERS:
            inference.TRUST = power
            held.append(f"{power:g}{'*' if power == used else ''} {measure(outcomes, n_before):.2f}")
        print(f"{name:16}", "  ".join(held), flush=True)
    inference.TRUST = used


if __name__ == "__main__":
    main(*sys.argv[1:2])
