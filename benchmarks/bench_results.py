"""How long step 5 takes: a campaign of 200 notes through every room, and lift over 40 markets × 105 days.

``python -m benchmarks results``. Beside each time stands the promise, and how many times over it was kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from xhs_toolkit import boosting, lift, results
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.stats import make_rng
from xhs_toolkit.teaching import sample

PROMISE_S = {"step 5, 200 notes": 3.0, "lift, 40 markets × 105 days": 0.5}


def list_steps(folder: Path) -> Iterator[tuple[str, float]]:
    """Run step 5 room by room, and say how long each took (seconds of this process)."""
    campaign = read_campaign(folder)
    tables = read_exports(campaign.data_folder, campaign=campaign).tables
    timed: dict[str, float] = {}

    def run(name: str, work: Callable[[], object]) -> object:
        start = process_time()
        done = work()
        timed[name] = process_time() - start
        return done

    latest = make_latest(tables["notes"])
    known = {"tables": tables, "latest": latest, "campaign": campaign}
    found = run("totals, groups, rates", lambda: results.summarise_results(tables, latest=latest, campaign=campaign))
    compared = run("against what was expected", lambda: results.compare_notes(found, **known))
    run("money", lambda: results.summarise_money(found, tables=tables, campaign=campaign))
    asked = ("site_sessions",)
    run("lift", lambda: lift.summarise_lift(tables["outcomes"], campaign=campaign, asked=asked, cost_cny=1.0))
    sides = {"own": compared.own, "topic": compared.topic, "ad_days": tables["ad_days"]}
    more = {"ledger": found.ledger, "campaign": campaign}
    run("which notes to boost", lambda: boosting.plan_boosts(found.notes, **sides, **more))
    yield from timed.items()
    yield "step 5, 200 notes", sum(timed.values())


def time_lift() -> float:
    """Estimate a lift of 5% in 2 of 40 markets over 15 days after 90: the fastest of five."""
    rng = make_rng(1)
    walks = np.cumsum(rng.normal(size=(105, 1)), axis=0) + rng.normal(200, 10, 40)
    values = pd.DataFrame(walks + 2 * rng.normal(size=(105, 40)))
    values.iloc[90:, :2] *= 1.05
    panel = lift.Panel(values, (0, 1), tuple(range(2, 40)), 90)
    starts = [process_time()]
    for _ in range(6):
        lift.estimate_lift(panel)
        starts.append(process_time())
    return float(np.diff(starts)[1:].min())


def main() -> None:
    """Print the seconds of each room and of lift."""
    settings = replace(sample.SAMPLE, n_notes=200, n_booked=130)
    with tempfile.TemporaryDirectory() as folder:
        made = sample.write_sample(Path(folder), settings=settings)
        rows = [*list_steps(made), ("lift, 40 markets × 105 days", time_lift())]
    for name, seconds in rows:
        promise = PROMISE_S.get(name)
        kept = f"   promised {promise:g} s: {promise / seconds:.1f} times over" if promise else ""
        print(f"{name:30} {seconds:6.2f} s{kept}")


if __name__ == "__main__":
    main()
