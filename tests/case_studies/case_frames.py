"""What the tests of the case studies share: a study read by the toolkit, its truth, and figures of its market."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from case_studies.worlds.cases import CASES
from case_studies.worlds.world import World
from xhs_toolkit import results
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.lift import Arranged, arrange_outcomes
from xhs_toolkit.tables import TABLES, conform

STUDIES = Path(__file__).parents[2] / "case_studies"


class Study(NamedTuple):
    """A case study: its checked settings, its tables as read, and the world that the files were made from."""

    campaign: Campaign
    tables: dict[str, pd.DataFrame]
    latest: pd.DataFrame
    problems: tuple[object, ...]
    world: World

    @property
    def found(self) -> results.Results:
        return results.summarise_results(self.tables, latest=self.latest, campaign=self.campaign)


@cache
def read_study(name: str) -> Study:
    """Read a stored case study, once."""
    campaign = read_campaign(STUDIES / name)
    exports = read_exports(campaign.data_folder, campaign=campaign)
    world = CASES[name].make_world()
    return Study(campaign, exports.tables, make_latest(exports.tables["notes"]), exports.problems, world)


def arrange(world: World, *, metric: str, campaign: Campaign) -> Arranged:
    """The client's figure of any world, laid out by market as the results step does."""
    rows = world.outcomes.assign(source="made", source_file="made.csv", source_row=range(2, len(world.outcomes) + 2))
    return arrange_outcomes(conform(rows, TABLES["outcomes"]), metric=metric, campaign=campaign)


def true_lift(world: World, metric: str) -> float:
    """What the campaign truly added in its own markets and days, over what there would have been."""
    rows = world.outcomes.query("metric == @metric and true_incremental > 0")
    return float(rows["true_incremental"].sum() / (rows["value"] - rows["true_incremental"]).sum())


def true_effect(world: World, metric: str) -> float:
    """What the campaign truly added in a market of its own on a day."""
    added = world.outcomes.query("metric == @metric and true_incremental > 0")
    return float(added.groupby(["date", "market"])["true_incremental"].sum().mean())


def paid_notes(world: World) -> pd.DataFrame:
    notes = world.notes[world.notes["scope"].eq("paid")]
    return notes.assign(engagement=notes[["likes", "collects", "comments", "shares"]].sum(axis=1))


def true_ratio(world: World) -> float:
    """What the campaign's notes reached over the creators' earlier paid ones: themes, planted notes, lucky weeks."""
    notes, reach = paid_notes(world), {theme.name: theme.reach_log for theme in world.settings.themes}
    planted = notes["theme"].map(reach) + np.log(world.settings.better_ratio) * notes["is_better"]
    earlier = world.notes.loc[world.notes["scope"].eq("earlier_paid"), "true_week_log"].mean()
    return float(np.exp((planted + notes["true_week_log"]).mean() - earlier))


def holds(low: float, high: float, truth: float) -> bool:
    return bool(low <= truth <= high)
