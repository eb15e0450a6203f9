"""Who writes about what: what fits each creator, and the assignment with the most points that covers every theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import optimize

from xhs_toolkit.assumptions import assume

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Theme


FORMATS = ("image", "video")
WITHIN_SD: float = assume("notes.within_creator_sd")
BETWEEN_SD: float = assume("content.between_creators_sd")

PARTS = ("profile", "theme_notes", "own_ratio", "own_format", "industry")
"""Parts of the points. Each is worth one point at most in use: a fitting profile, all earlier notes on the theme, twice
the creator's usual engagement on it, all earlier notes in the format; the custom of the industry half a point
(analyst's choice)."""

INDUSTRY_POINTS: float = assume("content.industry_points")
BEST = np.log(2)
EVIDENCE = ("n_theme_notes", "n_creator_notes", "evidence", "own_change_ratio")
FIT_COLUMNS = ["place", "theme", "format", *PARTS, "points", *EVIDENCE]


def score_fits(
    booked: pd.DataFrame,
    *,
    themes: Sequence[Theme],
    found: pd.DataFrame,
    notes: pd.DataFrame,
    effects: pd.DataFrame,
    usual_format: str | None = None,
) -> pd.DataFrame:
    """Score every theme and format that each creator could be given.

    Parameters
    ----------
    booked : ``creator_key``, ``format``; a booked format is kept, a missing one may be either.
    found : the themes that creators write about, of `thread.find_creator_themes`.
    notes : settled: ``creator_key``, ``theme``, ``format``, ``engagement``.
    effects : of `estimate_effects`; only differences that were found move the points.
    usual_format : the custom of the industry, for creators whose format is open.

    Returns
    -------
    One row a placement (``place``, its number in `booked`), theme and format: the `PARTS`, their sum ``points``,
    ``n_theme_notes`` of ``n_creator_notes`` recent notes, ``evidence`` (title of the newest on it, or the profile's
    words), and ``own_change_ratio``, engagement on the theme against
    the creator's other notes, shrunk towards what was found in the pool; missing without an earlier note on it.
    """
    names = pd.DataFrame({"theme": [theme.name for theme in themes]})
    places = booked.assign(place=np.arange(len(booked)))
    options = [FORMATS if pd.isna(form) else (form,) for form in places["format"]]
    rows = places[["place", "creator_key"]].assign(format=options).explode("format").merge(names, how="cross")
    rows = rows.merge(found, on=["creator_key", "theme"], how="left").merge(
        _measure_own(notes, effects), on=["creator_key", "theme"], how="left"
    )
    n_all = rows["creator_key"].map(notes["creator_key"].value_counts()).fillna(0)
    n_read = rows["creator_key"].map(found.groupby("creator_key")["n_creator_notes"].first()).fillna(0)
    n_form = rows.set_index(["creator_key", "format"]).index.map(notes.groupby(["creator_key", "format"]).size().get)
    n_form = pd.Series(n_form, index=rows.index, dtype=float).fillna(0)
    n_theme = rows["n_theme_notes"].fillna(0)
    is_open = rows["place"].map(places.set_index("place")["format"].isna())
    scored = rows.assign(
        profile=rows["in_profile"].eq(True).astype(float),
        n_creator_notes=n_read.astype(int),
        n_theme_notes=n_theme.astype(int),
        theme_notes=(n_theme / n_read).where(n_read > 0, 0.0),
        evidence=rows["title"].astype("str"),
        own_ratio=(rows["own_log"].fillna(_pool_logs(effects, rows["theme"])) / BEST).clip(-1, 1),
        own_format=(n_form / n_all).where((n_all > 0) & is_open, 0.0),
        industry=(rows["format"].eq(usual_format) & is_open) * INDUSTRY_POINTS,
        own_change_ratio=np.exp(rows["own_log"]),
    )
    return scored.assign(points=scored[list(PARTS)].sum(axis=1))[FIT_COLUMNS]


def _pool_logs(effects: pd.DataFrame, themes: pd.Series) -> pd.Series:
    """Log ratio of each theme where a difference was found in the pool, else 0."""
    found = effects[effects["dimension"].eq("theme") & effects["verdict"].isin(["goes_with_more", "goes_with_less"])]
    return themes.map(np.log(found.set_index("group")["engagement_ratio"].astype(float))).fillna(0.0).astype(float)


def _measure_own(notes: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Each creator's log ratio of engagement on each theme to its other notes, shrunken."""
    logs = notes.assign(log=np.log1p(notes["engagement"].astype(float)))
    whole = logs.groupby("creator_key")["log"].agg(["sum", "size"])
    own = logs.dropna(subset=["theme"]).groupby(["creator_key", "theme"])["log"].agg(["sum", "size"]).reset_index()
    total, n_all = (own["creator_key"].map(whole[name]).astype(float) for name in ("sum", "size"))
    n_theme, n_other = own["size"], n_all - own["size"]
    change = own["sum"] / n_theme - ((total - own["sum"]) / n_other).where(n_other > 0)
    n_both = (n_theme * n_other / n_all).where(n_other > 0, 0.0)
    weight = n_both / (n_both + (WITHIN_SD / BETWEEN_SD) ** 2)
    own_log = (weight * change.fillna(0.0) + (1 - weight) * _pool_logs(effects, own["theme"])).astype(float)
    return own[["creator_key", "theme"]].assign(own_log=own_log)


EVEN_LOW: float = assume("content.even_low")
EVEN_HIGH: float = assume("content.even_high")
UNEVEN: float = assume("content.uneven")

LINE_COLUMNS = [
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
    `LINE_COLUMNS`, one row a placement; ``reason`` is a name of `PARTS`, ``to_cover`` where another theme had more
    points, or ``nothing_known`` where no theme has any.
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
    return lines.reindex(columns=LINE_COLUMNS)
