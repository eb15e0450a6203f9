"""Who writes about what: the assignment of themes and formats with the most points that covers every theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from xhs_toolkit.assumptions import assume
from xhs_toolkit.content.fit import EVIDENCE, PARTS

EVEN_LOW: float = assume("content.even_low")
EVEN_HIGH: float = assume("content.even_high")
UNEVEN: float = assume("content.uneven")

SOLVER_SECONDS = 30.0
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
    note above an equal share, are as many as can be; a mixed-integer program, solved to the optimum (HiGHS
    through scipy).

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
    fits = fits.reset_index(drop=True)
    n_options, n_themes = len(fits), len(bounds)
    place = pd.factorize(fits["place"], sort=True)[0]
    theme = pd.Index(bounds["theme"]).get_indexer(fits["theme"])
    low, high = bounds["low"].to_numpy(dtype=float), bounds["high"].to_numpy(dtype=float)
    points = fits["points"].to_numpy(dtype=float)
    n_places = int(place.max()) + 1
    met = 1 + n_places * (float(np.ptp(points)) + UNEVEN)
    ones, rows = np.ones(n_options), np.arange(n_options)
    one_each = sparse.csr_array((ones, (place, rows)), shape=(n_places, n_options + 2 * n_themes))
    by_theme = sparse.csr_array((ones, (theme, rows)), shape=(n_themes, n_options))
    each, none = sparse.eye_array(n_themes), sparse.csr_array((n_themes, n_themes))
    counted = sparse.hstack([by_theme, -each, none])
    capped = sparse.hstack([by_theme, none, none])
    evened = sparse.hstack([by_theme, none, -each])
    found = optimize.milp(
        np.concatenate([-points, np.full(n_themes, -met), np.full(n_themes, UNEVEN)]),
        integrality=np.concatenate([ones, np.ones(2 * n_themes)]),
        bounds=optimize.Bounds(0, np.concatenate([ones, low, np.full(n_themes, n_places)])),
        constraints=[
            optimize.LinearConstraint(one_each, 1, 1),
            optimize.LinearConstraint(counted, 0, np.inf),
            optimize.LinearConstraint(capped, 0, high),
            optimize.LinearConstraint(evened, -np.inf, np.ceil(n_places / n_themes)),
        ],
        options={"time_limit": SOLVER_SECONDS, "mip_rel_gap": 0.0},
    )
    if found.x is None or found.status:
        raise ValueError("no assignment gives every placement a theme")
    chosen = fits[found.x[:n_options] > 0.5].sort_values("place", ignore_index=True)
    _check(chosen, n_places=n_places, bounds=bounds)
    return chosen


def _check(chosen: pd.DataFrame, *, n_places: int, bounds: pd.DataFrame) -> None:
    """The solver's answer, added up again."""
    counts = chosen["theme"].value_counts().reindex(bounds["theme"]).fillna(0).to_numpy()
    if len(chosen) != n_places or chosen["place"].duplicated().any() or (counts > bounds["high"].to_numpy()).any():
        raise ValueError("the solver's answer breaks the rules it was given")


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
