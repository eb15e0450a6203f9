"""Whom the content is for: the roster of the accepted plan, or else the one that this run proposes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.plans import PROPOSED, ROSTER_COLUMNS, read_plan

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

WHO = ["creator_id", "creator_name", "format", "tier"]


class Booked(NamedTuple):
    """The creators to write for.

    Attributes
    ----------
    rows : one row a placement: ``creator_id``, ``creator_name``, ``format``, ``tier``, ``role`` (large, small).
    source : ``accepted``, ``proposed`` or ``none``. version : of the accepted plan, else None.
    """

    rows: pd.DataFrame
    source: str
    version: int | None


def read_booked(campaign: Campaign, *, run_folder: str | Path) -> Booked:
    """Read whom the content is for.

    Parameters
    ----------
    run_folder : of this run, in which the roster step may have left its proposal.

    Raises
    ------
    CampaignError : an accepted plan was changed by hand.
    """
    plan = read_plan(campaign.folder)
    if plan is not None:
        return Booked(_add_role(plan.roster, campaign), "accepted", plan.version)
    path = Path(run_folder) / PROPOSED
    if not path.is_file():
        return Booked(_add_role(pd.DataFrame(columns=list(ROSTER_COLUMNS)), campaign), "none", None)
    content = json.loads(path.read_text(encoding="utf-8"))
    return Booked(_add_role(pd.DataFrame(content["roster"], columns=list(ROSTER_COLUMNS)), campaign), "proposed", None)


def _add_role(roster: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Creators of the smallest tier are small, all others large."""
    smallest = campaign.agency.tiers[0].name
    is_small = roster["tier"].eq(smallest) | roster["tier"].isna()
    role = pd.Series("large", index=roster.index, dtype="str").mask(is_small, "small")
    return roster[WHO].astype("str").assign(role=role).reset_index(drop=True)
