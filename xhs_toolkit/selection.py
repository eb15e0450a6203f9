"""From the pool to the shortlist in one go: sourcing, vetting and the thread that both leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.sourcing import LongList, make_long_list
from xhs_toolkit.thread import add_vetting, find_planned_at
from xhs_toolkit.vetting import Vetted, vet_creators

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.decisions import Decisions


class Selection(NamedTuple):
    """What `select_creators` found.

    Attributes
    ----------
    listed : the pool and its long list. vetted : the long list, vetted against the whole pool.
    thread : everybody of the pool, on the shortlist or not, and why.
    """

    listed: LongList
    vetted: Vetted
    thread: pd.DataFrame


def select_creators(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    decisions: Decisions | None = None,
    as_of: str | None = None,
) -> Selection:
    """Make the long list and vet it.

    Parameters
    ----------
    tables : the canonical tables, as `thread.known_before` leaves them. latest : one row a note.
    decisions : of `decisions.read_decisions`.
    as_of : the day to look back from where the campaign has no window.
    """
    at = find_planned_at(campaign)
    listed = make_long_list(tables, latest=latest, campaign=campaign, decisions=decisions, as_of=at or as_of)
    pool = listed.pool
    vetted = vet_creators(listed.chosen, notes=pool.notes, tables=tables, campaign=campaign, peers=pool.creators)
    return Selection(listed, vetted, add_vetting(listed.thread, vetted.creators))
