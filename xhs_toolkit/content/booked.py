"""Whom the content is for: the roster of the accepted plan, or else the one that this run proposes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.plans import PROPOSED, ROSTER_COLUMNS, read_plan
from xhs_toolkit.thread import add_roster, agree_roster, list_roster

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

WHO = ["creator_id", "creator_name", "format", "tier"]


class Booked(NamedTuple):
    """The creators to write for.

    Attributes
    ----------
    rows : one row a placement: ``creator_id``, ``creator_name``, ``format``, ``tier``, ``role`` (large, small).
    source : ``accepted``, ``proposed`` or ``none``. version : of the accepted plan, else None.
    thread : everybody of the pool, those booked on the roster.
    """

    rows: pd.DataFrame
    source: str
    version: int | None
    thread: pd.DataFrame


def read_booked(campaign: Campaign, *, run_folder: str | Path, thread: pd.DataFrame) -> Booked:
    """Read whom the content is for; who was dropped since the plan was accepted is not.

    Parameters
    ----------
    run_folder : of this run, in which the roster step may have left its proposal.
    thread : of vetting.

    Raises
    ------
    CampaignError : an accepted plan was changed by hand.
    """
    plan = read_plan(campaign.folder)
    if plan is not None:
        agreed = agree_roster(thread, plan.roster, version=plan.version)
        roster = plan.roster[plan.roster["creator_id"].isin(list_roster(agreed))]
        return Booked(_add_role(roster, campaign), "accepted", plan.version, agreed)
    path = Path(run_folder) / PROPOSED
    rows = json.loads(path.read_text(encoding="utf-8"))["roster"] if path.is_file() else []
    roster = pd.DataFrame(rows, columns=list(ROSTER_COLUMNS))
    source = "proposed" if path.is_file() else "none"
    return Booked(_add_role(roster, campaign), source, None, add_roster(thread, roster))


def _add_role(roster: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Creators of the smallest tier are small, all others large."""
    smallest = campaign.agency.tiers[0].name
    is_small = roster["tier"].eq(smallest) | roster["tier"].isna()
    role = pd.Series("large", index=roster.index, dtype="str").mask(is_small, "small")
    return roster[WHO].astype("str").assign(role=role).reset_index(drop=True)
