"""Diminishing returns (the tenth creator of one audience is worth less than the first), and how a roster spreads.

Views of a roster fall on audience cells (age bands of the fans, or categories). In each cell reach
follows S · (1 − exp(−views / S)), with S people who can be reached there. Exports carry no follower lists,
so S is an assumption: the followers of everybody the exports show, spread over the cells as the candidates' are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.assumptions import assume

Floats = NDArray[np.float64]

AGE_COLUMNS = tuple(f"fan_age_{band}_share" for band in ("under_18", "18_24", "25_34", "35_44", "over_44"))
BREAKS = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0])
"""Views per person at which the curve is cut into straight pieces: exact there, at most 1.1% of S below between
them. Beyond three views a person nothing more counts: 95% of the people are reached."""

MIN_KNOWN: float = assume("roster.min_known_audience")


class Audience(NamedTuple):
    """Who sees which candidate's note.

    Attributes
    ----------
    cells : names of the cells. shares : candidates × cells, each row sums to one.
    people : who can be reached in each cell.
    source : ``fan_age`` or ``category``.
    """

    cells: tuple[str, ...]
    shares: Floats
    people: Floats
    source: str


def make_audience(candidates: pd.DataFrame, *, people: float | None = None) -> Audience | None:
    """Audience cells of the candidates; None where the files tell nothing that divides them.

    Parameters
    ----------
    people : who can be reached in all cells together, by default the candidates' followers.
    """
    found = _by_age(candidates) or _by_category(candidates)
    if found is None:
        return None
    cells, shares, source = found
    followers = candidates["followers"].fillna(0.0).to_numpy(dtype=float)
    first = ~candidates["creator_id"].duplicated().to_numpy()
    reachable = (followers[first, None] * shares[first]).sum(axis=0)
    if people and reachable.sum() > 0:
        reachable = reachable * (people / reachable.sum())
    return Audience(cells, shares, np.maximum(reachable, 1.0), source)


def _by_age(candidates: pd.DataFrame) -> tuple[tuple[str, ...], Floats, str] | None:
    """Age bands of the fans; a creator whose fans are not known has the pool's mean."""
    if not set(AGE_COLUMNS) <= set(candidates):
        return None
    ages = candidates[list(AGE_COLUMNS)].to_numpy(dtype=float)
    known = np.isfinite(ages).all(axis=1) & (ages.sum(axis=1) > 0)
    if known.mean() < MIN_KNOWN:
        return None
    ages = np.where(known[:, None], ages, ages[known].mean(axis=0))
    return AGE_COLUMNS, ages / ages.sum(axis=1, keepdims=True), "fan_age"


def _by_category(candidates: pd.DataFrame) -> tuple[tuple[str, ...], Floats, str] | None:
    """Each creator in the cell of its category."""
    if "category" not in candidates or candidates["category"].notna().mean() < MIN_KNOWN:
        return None
    codes, names = pd.factorize(candidates["category"].fillna("").astype(object))
    return tuple(map(str, names)), np.eye(len(names))[codes], "category"


def reach_of(views: Floats, people: Floats) -> Floats:
    """People reached by so many views in cells of so many people.

    >>> reach_of(np.array([1000.0]), np.array([1000.0])).round(1).tolist()
    [632.1]
    """
    return people * -np.expm1(-views / people)


def cut_curve(people: Floats) -> tuple[Floats, Floats]:
    """Widths (views) and falling slopes (people a view) of the straight pieces: cells × pieces."""
    heights = -np.expm1(-BREAKS)
    slopes = np.diff(heights) / np.diff(BREAKS)
    return people[:, None] * np.diff(BREAKS), np.broadcast_to(slopes, (len(people), len(slopes)))


def add_up(views: Floats, people: Floats) -> float:
    """People reached as the straight pieces count them: what the solver maximises.

    >>> views, people = np.array([625.0]), np.array([1000.0])
    >>> bool(0.98 < add_up(views, people) / reach_of(views, people)[0] < 1)
    True
    """
    heights = np.interp(views / people, BREAKS, -np.expm1(-BREAKS))
    return float((people * heights).sum())


LISTED = ("tier", "personas", "themes", "place", "category")
"""The candidates' columns that it spreads over; several values of one creator are joined by ``; ``."""

AGES = dict(zip(AGE_COLUMNS, ("< 18", "18–24", "25–34", "35–44", "> 44"), strict=True))

SPREAD = ["spread_over", "part", "n_creators", "n_notes", "cost_cny", "expected_share"]


def spread_roster(chosen: pd.DataFrame, *, metric: str) -> pd.DataFrame:
    """Say how many creators and notes, how much money and what share of the expected falls to each part.

    Parameters
    ----------
    chosen : one row a note: ``creator_id``, ``cost_cny``, ``{metric}_mean`` and those of `LISTED` and
        `AGES` that are known. What tells nobody apart (one part alone) is left out.

    Returns
    -------
    Columns `SPREAD`; of audiences (``fan_age``) only the share of the expected is known, over notes whose fans are.
    """
    tables = [_spread_over(chosen, column, metric) for column in LISTED if column in chosen]
    found = [table for table in (*tables, _spread_ages(chosen, metric)) if len(table) > 1]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=SPREAD)


def _spread_over(chosen: pd.DataFrame, column: str, metric: str) -> pd.DataFrame:
    parts = chosen[column].astype("str").str.split("; ")
    each = chosen.assign(part=parts).explode("part")
    each = each[each["part"].notna() & each["part"].ne("")]
    grouped = each.groupby("part", sort=False)
    counts = grouped.agg(
        n_creators=("creator_id", "nunique"), n_notes=("creator_id", "size"), cost_cny=("cost_cny", "sum")
    )
    share = grouped[f"{metric}_mean"].sum() / chosen[f"{metric}_mean"].sum()
    found = counts.assign(expected_share=share, spread_over=column).sort_values("expected_share", ascending=False)
    return found.reset_index()[SPREAD]


def _spread_ages(chosen: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Share of the expected that falls to each age of the fans, where the files tell it."""
    ages = chosen.reindex(columns=list(AGE_COLUMNS)).astype(float)
    known = ages.notna().all(axis=1) & ages.sum(axis=1).gt(0)
    expected = chosen.loc[known, f"{metric}_mean"]
    shares = ages[known].div(ages[known].sum(axis=1), axis=0).mul(expected, axis=0).sum() / expected.sum()
    found = shares.rename(AGES).rename_axis("part").rename("expected_share").reset_index()
    return found.assign(spread_over="fan_age").reindex(columns=SPREAD).iloc[: len(found) * known.any()]
