"""From what the campaign asks for to the rules of its roster."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.roster.rules import Limit, Rules

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, Quota

COLUMNS = {"theme": "themes", "persona": "personas"}
"""Columns of the candidates that are named otherwise than the quota's kind."""


def make_rules(
    campaign: Campaign,
    *,
    candidates: pd.DataFrame,
    budget_cny: float,
    role_shares: Mapping[str, float] | None = None,
    dropped: Collection[str] = (),
) -> Rules:
    """Make the rules of a roster.

    Parameters
    ----------
    campaign : its quotas, must-haves and exclusions. Creators are named by id or by name.
    candidates : of `forecast.make_candidates`.
    budget_cny : for creators, fees included.
    role_shares : largest share of the budget that creators of each role (``large``, ``small``) may take.
    dropped : creators a person decided against; a must-have of the campaign stays.
    """
    planning = campaign.planning
    roles = [
        Limit("role", role, at_most=share * budget_cny, of="cost_cny")
        for role, share in (role_shares or {}).items()
        if share < 1
    ]
    must_have = _find_ids(planning.must_have, candidates)
    exclude = [*_find_ids(planning.exclude, candidates), *(name for name in dropped if name not in must_have)]
    quotas = [make_limit(quota) for quota in planning.quotas]
    return Rules(
        budget_cny,
        (*quotas, *roles),
        tuple(must_have),
        tuple(dict.fromkeys(exclude)),
        planning.notes_per_creator,
        planning.further_note_share,
    )


def make_limit(quota: Quota) -> Limit:
    """A quota of the campaign file as a limit of the roster."""
    kind = quota.kind
    column = COLUMNS.get(kind, kind) if kind else None
    return Limit(column, getattr(quota, kind) if kind else None, quota.at_least, quota.at_most, quota.count)


def _find_ids(names: Iterable[str], candidates: pd.DataFrame) -> list[str]:
    """Ids of creators given by id or by name; a name that nobody has stays as it is, and is reported later."""
    ids = candidates.drop_duplicates("creator_id").set_index("creator_name")["creator_id"].to_dict()
    known = set(candidates["creator_id"])
    return [name if name in known else ids.get(name, name) for name in names]
