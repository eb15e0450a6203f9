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
FEN_PER_CNY = 100


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
    """Everything a roster must obey.

    Parameters
    ----------
    budget_cny : for creators, fees included.
    limits : bounds on kinds of creators.
    must_have, exclude : creator ids.
    notes_per_creator : notes one creator may be booked for, at most, in one format or in both.
    further_note_share : what a second note of the same creator counts beside a first one; a third counts its square.
    max_unit_cost_cny : the most that one of what is maximised may cost in a further note.
    """

    budget_cny: float
    limits: tuple[Limit, ...] = ()
    must_have: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    notes_per_creator: int = 1
    further_note_share: float = 1.0
    max_unit_cost_cny: float = np.inf


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


def count_fen(cost_cny: pd.Series) -> NDArray[np.int64]:
    """Money in whole fen: sums of them are exact.

    >>> int(count_fen(pd.Series([0.1, 0.2])).sum())
    30
    """
    return np.rint(cost_cny.to_numpy(dtype=float) * FEN_PER_CNY).astype(np.int64)


def round_bounds(at_least: float | None, at_most: float | None, *, by_cost: bool) -> tuple[float, float]:
    """Both bounds, of money in whole fen (never more than allowed, never less than asked), open ones as 0 and infinity.

    >>> round_bounds(None, 0.7 * 1_000.01, by_cost=True)
    (0.0, 70000.0)
    """
    low, high = at_least or 0.0, np.inf if at_most is None else at_most
    if not by_cost:
        return low, high
    fen_low, fen_high = round(low * FEN_PER_CNY, 4), round(high * FEN_PER_CNY, 4)
    return float(np.ceil(fen_low)), float(np.floor(fen_high))


def find_broken_rules(chosen: pd.DataFrame, *, rules: Rules) -> list[str]:
    """Names of the rules a roster (one row a note) breaks, computed from its rows alone, money in whole fen."""
    names = ["notes_per_creator"] if (chosen["creator_id"].value_counts() > rules.notes_per_creator).any() else []
    if not _is_kept(chosen, Limit(None, None, at_most=rules.budget_cny, of="cost_cny")):
        names.append("budget_cny")
    names += [limit.name for limit in rules.limits if not _is_kept(chosen, limit)]
    names += _difference(rules.must_have, chosen["creator_id"]) + _overlap(rules.exclude, chosen["creator_id"])
    return names


def _is_kept(chosen: pd.DataFrame, limit: Limit) -> bool:
    members, by_cost = chosen[find_members(chosen, limit)], limit.of == "cost_cny"
    amount = count_fen(members["cost_cny"]).sum() if by_cost else members["creator_id"].nunique()
    low, high = round_bounds(limit.at_least, limit.at_most, by_cost=by_cost)
    return bool(low <= amount <= high)


def _difference(wanted: Sequence[str], chosen: Collection[str]) -> list[str]:
    return [f"must_have {name}" for name in wanted if name not in set(chosen)]


def _overlap(unwanted: Sequence[str], chosen: Collection[str]) -> list[str]:
    return [f"exclude {name}" for name in unwanted if name in set(chosen)]
