"""Who writes about what: the assignment of themes and formats with the most points that covers every theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import optimize

from xhs_toolkit.assumptions import assume
from xhs_toolkit.content.fit import EVIDENCE, PARTS

EVEN_LOW: float = assume("content.even_low")
EVEN_HIGH: float = assume("content.even_high")
UNEVEN: float = assume("content.uneven")

COLUMNS = [
    "creator_id",
    "creator_key",
    "creator_name",
    "tier",
    "role",
    "theme",
    "format",
    "reason",
    "points",
    *EVIDENCE,
]


def find_bounds(n_notes: int, themes: Sequence[str], *, at_least: Mapping[str, float]) -> pd.DataFrame:
    """Fewest and most notes of each theme: ``theme``, ``low``, ``high``; quotas of the campaign come first.

    >>> find_bounds(7, ["a", "b"], at_least={"b": 3})[["low", "high"]].values.tolist()
    [[1, 6], [3, 6]]
    """
    share = n_notes / max(len(themes), 1)
    fair = max(int(EVEN_LOW * share), 1)
    low = [int(np.ceil(at_least.get(name, fair))) for name in themes]
    high = [max(int(np.ceil(EVEN_HIGH * share)), least) for least in low]
    return pd.DataFrame({"theme": list(themes), "low": low, "high": high})


def assign_themes(fits: pd.DataFrame, *, bounds: pd.DataFrame) -> pd.DataFrame:
    """Give each placement one theme and format.

    First as many as possible of the fewest notes a theme must have are met, then the points, less `UNEVEN` for each
    note above an equal share, are as many as can be: an assignment problem, each theme having as many seats as it may
    have notes, solved to the optimum by scipy.

    Parameters
    ----------
    fits : of `score_fits`: ``place``, ``theme``, ``format``, ``points``. bounds : of `find_bounds`.

    Returns
    -------
    One row a placement, in their order: the chosen rows of `fits`.

    Raises
    ------
    ValueError : the most notes a theme may have leave a placement without one.
    """
    if fits.empty:
        return fits
    best = fits.loc[fits.groupby(["place", "theme"])["points"].idxmax()]
    points = best.pivot_table(index="place", columns="theme", values="points")[bounds["theme"]]
    seats = bounds.loc[bounds.index.repeat(bounds["high"])].reset_index(drop=True)
    if len(seats) < len(points):
        raise ValueError("no assignment gives every placement a theme")
    turn = seats.groupby("theme").cumcount()
    met = 1 + len(points) * (float(np.ptp(points)) + UNEVEN)
    worth = met * turn.lt(seats["low"]) - UNEVEN * turn.ge(np.ceil(len(points) / len(bounds)))
    row, seat = optimize.linear_sum_assignment(points[seats["theme"]] + worth.to_numpy(), maximize=True)
    chosen = pd.DataFrame({"place": points.index[row], "theme": seats["theme"].to_numpy()[seat]})
    return chosen.merge(best, on=["place", "theme"])[list(fits)]


def add_reasons(chosen: pd.DataFrame, *, fits: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    """Say of each line why: the part that speaks most for it, or that the theme had to be covered.

    Returns
    -------
    `COLUMNS`, one row a placement; ``reason`` is a name of `PARTS`, ``to_cover`` where another theme had more points,
    or
    ``nothing_known`` where no theme has any.
    """
    best = fits.groupby("place")["points"].max()
    at_stake = fits.groupby("place")["points"].agg(lambda points: float(np.ptp(points)))
    parts = chosen[list(PARTS)]
    reason = np.select(
        [
            chosen["points"].lt(chosen["place"].map(best) - 1e-9),
            chosen["place"].map(at_stake).lt(1e-9) & parts.max(axis=1).le(0),
            parts.max(axis=1).le(0),
        ],
        ["to_cover", "nothing_known", "to_cover"],
        default=parts.idxmax(axis=1).to_numpy(),
    )
    who = booked.assign(place=np.arange(len(booked))).drop(columns="format")
    lines = chosen.assign(reason=pd.Series(reason, index=chosen.index, dtype="str")).merge(who, on="place")
    return lines.reindex(columns=COLUMNS)
