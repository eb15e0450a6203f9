"""What vetting finds of planted wrongs, dose by dose, and how many honest creators it flags.

python -m benchmarks.vetting_recall [--creators 1200] [--pools 3]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.vetting_pools import KINDS, Made, make_vetting_pool
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.sourcing import make_pool
from xhs_toolkit.tables import TABLES, conform
from xhs_toolkit.vetting import CHECKS, check_creators
from xhs_toolkit.vetting.vet import Checked


def check_pool(made: Made) -> Checked:
    """Vet a made pool as the notebooks do."""
    tables = {name: conform(made.tables.get(name, pd.DataFrame()), table) for name, table in TABLES.items()}
    campaign = Campaign(folder=Path())
    pool = make_pool(tables, latest=tables["notes"], campaign=campaign)
    creators = pool.creators.set_index("creator_key").loc[made.truth["creator_key"]].reset_index()
    return check_creators(creators, notes=pool.notes, tables=tables, campaign=campaign)


def measure_recall(made: Made, checked: Checked) -> pd.DataFrame:
    """Share of the creators of each kind and dose that each check flags; ``any`` is at least one of them."""
    flags = pd.DataFrame({check.name: checked.judged[check.name].verdict == 2 for check in CHECKS})
    told = flags.assign(any=flags.any(axis=1), kind=made.truth["kind"], dose=made.truth["dose"])
    return told.groupby(["kind", "dose"]).mean()


def hide_growth(made: Made) -> Made:
    """Return the same pool without counts of followers over time, as most campaigns have it."""
    return made._replace(tables={name: frame for name, frame in made.tables.items() if name != "follower_counts"})


def main() -> None:
    """Print recall against dose, and the share of honest creators with a flag, in the usual and in an odd world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creators", type=int, default=1_200)
    parser.add_argument("--pools", type=int, default=3)
    wanted = parser.parse_args()
    for odd in (False, True):
        made = [make_vetting_pool(wanted.creators, seed=seed, odd=odd) for seed in range(wanted.pools)]
        recall = pd.concat([measure_recall(each, check_pool(each)) for each in made]).groupby(level=[0, 1]).mean()
        print("\nA world the checks do not expect:" if odd else "The usual world:")
        print(f"honest creators with any flag: {recall.loc[('honest', 0.0), 'any']:.1%}")
        by_check = recall.loc[("honest", 0.0)].drop("any")
        print("of these by check: " + ", ".join(f"{name} {share:.1%}" for name, share in by_check.items() if share > 0))
        for kind in KINDS:
            part = recall.loc[kind]
            telling = part.columns[(part.to_numpy() > 0.05).any(axis=0)]
            print(f"\n{kind}\n{part[telling].map('{:.0%}'.format).to_string()}")
        hidden = pd.concat([measure_recall(each, check_pool(hide_growth(each))) for each in made])
        bought = hidden.groupby(level=[0, 1]).mean().loc["bought_followers", "any"]
        print("\nbought_followers without counts over time: " + ", ".join(f"{d:g}: {r:.0%}" for d, r in bought.items()))


if __name__ == "__main__":
    np.set_printoptions(suppress=True)
    main()
