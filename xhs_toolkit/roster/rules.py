"""What a roster must obey, and the check that every answer passes after it was found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.errors import CampaignError, Problem

Measure = Literal["creators", "cost_cny"]
HALF_FEN = 0.005
"""Tolerance of a sum of money in CNY: half of the smallest coin."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many creators, or how much money, of one kind.

    Parameters
    ----------
    column, value : which candidates: ``tier`` KOC, ``format`` video, ``place`` Auckland, ``persona`` …; a column
        that lists several values joined by ``; `` (such as ``themes``) matches any of them. `column` None: all.
    at_least, at_most : bounds; None where open.
    of : ``creators`` counted, or ``cost_cny`` spent.
    """

    column: str | None
    value: str | None
    at_least: float | None = None
    at_most: float | None = None
    of: Measure = "creators"

    @property
    def name(self) -> str:
        """The limit in a word: ``tier=KOC``."""
        return f"{self.column}={self.value}" if self.column else "everyone"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a roster must obey; besides, a creator is chosen in one format only.

    Parameters
    ----------
    budget_cny : for creators, fees included.
    limits : bounds on kinds of creators.
    must_have, exclude : creator ids.
    """

    budget_cny: float
    limits: tuple[Limit, ...] = ()
    must_have: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def find_members(candidates: pd.DataFrame, limit: Limit) -> NDArray[np.bool_]:
    """Mask of the candidates a limit speaks of.

    >>> pool = pd.DataFrame({"themes": ["hiking", "gear; hiking", None]})
    >>> find_members(pool, Limit("themes", "hiking")).tolist()
    [True, True, False]
    """
    if limit.column is None:
        return np.ones(len(candidates), dtype=bool)
    values = candidates[limit.column].astype("category")
    hit = np.array([limit.value in str(name).split("; ") for name in values.cat.categories] + [False])
    return hit[values.cat.codes]


def check_rules(rules: Rules, *, candidates: pd.DataFrame) -> None:
    """Raise one `CampaignError` that lists every rule no pool could make sense of."""
    named = candidates["creator_id"].isin(rules.must_have)
    known = set(candidates.loc[named, "creator_id"])
    problems = [
        Problem(
            "is no candidate", "correct the id, or add the creator's price to data/", column="must_have", value=name
        )
        for name in rules.must_have
        if name not in known
    ]
    problems += [
        Problem("is both a must-have and excluded", "keep one of the two", column="exclude", value=name)
        for name in set(rules.must_have) & set(rules.exclude)
    ]
    problems += [
        Problem("is not a column of the candidates", "use one of them", column="limits", value=limit.column)
        for limit in rules.limits
        if limit.column and limit.column not in candidates
    ]
    problems += [
        Problem(f"asks at least {limit.at_least:g} and at most {limit.at_most:g}", "swap them", value=limit.name)
        for limit in rules.limits
        if limit.at_least is not None and limit.at_most is not None and limit.at_least > limit.at_most
    ]
    if not rules.budget_cny >= 0:
        problems.append(Problem("is not a budget", "0 or more", column="budget_cny", value=rules.budget_cny))
    if problems:
        raise CampaignError("The rules of the roster cannot be used.", problems)


def find_broken_rules(chosen: pd.DataFrame, *, rules: Rules) -> list[str]:
    """Names of the rules a roster breaks, computed from its rows alone."""
    names = ["one_format"] if chosen["creator_id"].duplicated().any() else []
    if chosen["cost_cny"].sum() > rules.budget_cny + HALF_FEN:
        names.append("budget_cny")
    names += [limit.name for limit in rules.limits if not _is_kept(chosen, limit)]
    names += _difference(rules.must_have, chosen["creator_id"]) + _overlap(rules.exclude, chosen["creator_id"])
    return names


def _is_kept(chosen: pd.DataFrame, limit: Limit) -> bool:
    members = find_members(chosen, limit)
    amount = members.sum() if limit.of == "creators" else chosen.loc[members, "cost_cny"].sum()
    slack = 0.0 if limit.of == "creators" else HALF_FEN
    low, high = bounds_of(limit)
    return bool(low - slack <= amount <= high + slack)


def bounds_of(limit: Limit) -> tuple[float, float]:
    """Both bounds as numbers, open ones as 0 and infinity."""
    return (limit.at_least or 0.0, np.inf if limit.at_most is None else limit.at_most)


def _difference(wanted: Sequence[str], chosen: Collection[str]) -> list[str]:
    return [f"must_have {name}" for name in wanted if name not in set(chosen)]


def _overlap(unwanted: Sequence[str], chosen: Collection[str]) -> list[str]:
    return [f"exclude {name}" for name in unwanted if name in set(chosen)]
