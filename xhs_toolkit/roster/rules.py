"""What a roster must obey: its rules and packages of notes, and the check that every answer passes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.roster.reach import Floats

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, Quota


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


QUOTA_COLUMNS = {"theme": "themes", "persona": "personas"}
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
    column = QUOTA_COLUMNS.get(kind, kind) if kind else None
    return Limit(column, getattr(quota, kind) if kind else None, quota.at_least, quota.at_most, quota.count)


def _find_ids(names: Iterable[str], candidates: pd.DataFrame) -> list[str]:
    """Ids of creators given by id or by name; a name that nobody has stays as it is, and is reported later."""
    ids = candidates.drop_duplicates("creator_id").set_index("creator_name")["creator_id"].to_dict()
    known = set(candidates["creator_id"])
    return [name if name in known else ids.get(name, name) for name in names]


Parts = NDArray[np.intp]


class Packages(NamedTuple):
    """Packages, of which a creator gets one at most.

    Attributes
    ----------
    rows : one row a package, sorted by creator: the columns of its first note, with ``format`` (both joined by ``; ``)
        and ``cost_cny`` of the whole.
    value : what the notes bring together, the second counted at ``rules.further_note_share``, the third at its square.
    parts : packages × notes, rows of the offers, −1 beyond the last.
    """

    rows: pd.DataFrame
    value: Floats
    parts: Parts

    def add_up(self, values: Floats, *, further_note_share: float) -> Floats:
        """What the notes of each package have together of something, the second counted less, the third less again."""
        return np.where(self.parts >= 0, values[self.parts], 0.0) @ further_note_share ** np.arange(self.parts.shape[1])

    def list_notes(self, which: NDArray[np.intp]) -> NDArray[np.intp]:
        """Rows of the offers, one a note, of some packages."""
        notes = self.parts[which].ravel()
        return notes[notes >= 0]


def make_packages(offers: pd.DataFrame, value: Floats, *, rules: Rules) -> Packages:
    """List every package of up to ``rules.notes_per_creator`` notes.

    A further note is one that pays: it costs no more than ``rules.max_unit_cost_cny`` for what it adds. Both formats
    together are left out where money is limited by format, for a limit counts a package whole.

    Parameters
    ----------
    offers : one row a creator × format, sorted by creator.
    value : what one note of each brings.
    """
    creator = pd.factorize(offers["creator_id"])[0]
    order = np.lexsort((-value, creator))
    ends = np.arange(len(order)) if _limits_a_format(rules) else np.searchsorted(creator, creator, side="right") - 1
    fen, worth = count_fen(offers["cost_cny"])[order], value[order]
    found = [np.arange(len(order))[:, None]]
    for number in range(1, rules.notes_per_creator):
        grown = _add_note(found[-1], ends=ends)
        most = worth[grown[:, -1]] * rules.further_note_share**number * rules.max_unit_cost_cny * FEN_PER_CNY
        found.append(grown[fen[grown[:, -1]] <= most])
    places = np.concatenate([_widen(each, rules.notes_per_creator) for each in found])
    places = places[np.lexsort((-(places < 0).sum(axis=1), creator[places[:, 0]]))]
    has = places >= 0
    parts = np.where(has, order[places], -1)
    rows = offers.iloc[parts[:, 0]].reset_index(drop=True)
    rows = rows.assign(
        cost_cny=np.where(has, fen[places], 0).sum(axis=1) / FEN_PER_CNY,
        format=_join_formats(offers["format"].to_numpy(dtype=object), parts),
    )
    made = Packages(rows, np.empty(0), parts)
    return made._replace(value=made.add_up(value, further_note_share=rules.further_note_share))


def _limits_a_format(rules: Rules) -> bool:
    return any(limit.column == "format" and limit.of == "cost_cny" for limit in rules.limits)


def _add_note(packages: Parts, *, ends: Parts) -> Parts:
    """Each package with each further note of its creator: by its last offer or one after it, up to `ends`."""
    newest = packages[:, -1]
    n_each = ends[newest] - newest + 1
    before = np.repeat(np.cumsum(n_each) - n_each, n_each)
    added = np.repeat(newest, n_each) + np.arange(n_each.sum()) - before
    return np.column_stack([np.repeat(packages, n_each, axis=0), added])


def _widen(packages: Parts, width: int) -> Parts:
    return np.pad(packages, ((0, 0), (0, width - packages.shape[1])), constant_values=-1)


def _join_formats(formats: NDArray[np.object_], parts: Parts) -> NDArray[np.object_]:
    """Format of each package, or its formats joined by ``; `` as lists of values are."""
    joined = formats[parts[:, 0]].copy()
    for column in parts.T[1:]:
        other = (column >= 0) & (formats[column] != formats[parts[:, 0]])
        joined[other] += "; " + formats[column[other]]
    return joined
