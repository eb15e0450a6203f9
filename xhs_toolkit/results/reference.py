"""What a campaign's notes may fairly be compared with: notes of the same kind, at the same age.

A note keeps growing for weeks, a paid note does otherwise than an everyday one, and a video starts by
itself: so notes are compared within scope × format × age only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.exports import make_latest
from xhs_toolkit.ledger import add_costs, make_ledger, split_traffic
from xhs_toolkit.metrics import add_metrics
from xhs_toolkit.results.notes import add_followers
from xhs_toolkit.tables import get_creator
from xhs_toolkit.thread.themes import add_theme

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MATURE_DAYS: float = assume("results.mature_days")
AGE_TOLERANCE: float = assume("results.age_tolerance")

COMPARED = ("exposure", "views", "click_rate", "engagement", "cost_per_organic_view_cny")
LOW_IS_GOOD = frozenset({"cost_per_organic_view_cny"})
COUNTED_AS = {"click_rate": "click_rate_source", "engagement": "engagement_source"}
"""Metric → the column that says how it is counted; two ways of counting are never compared."""

DESCRIBED = ("creator_id", "creator_name", "title", "text", "tags", "format", "scope", "posted_at", "followers")
NOT_KNOWN = "unknown"


def add_kind(notes: pd.DataFrame, *, placements: pd.DataFrame) -> pd.DataFrame:
    """Add ``creator``, ``kind`` (scope and format) and ``age_days`` (as of minus posted).

    A note that has a placement is paid, whatever its file leaves open.
    """
    placed = notes["note_id"].isin(placements["note_id"].dropna())
    scope = notes["scope"].astype("str").mask(placed, "paid").fillna(NOT_KNOWN)
    age = (notes["as_of"] - notes["posted_at"]).dt.total_seconds() / 86_400
    return notes.assign(
        creator=get_creator(notes),
        kind=scope + " " + notes["format"].astype("str").fillna(NOT_KNOWN),
        age_days=age.where(age >= 0),
    )


def make_reference(
    tables: Mapping[str, pd.DataFrame], *, latest: pd.DataFrame, notes: pd.DataFrame, campaign: Campaign
) -> pd.DataFrame:
    """Return every snapshot of every note that is not the campaign's.

    Parameters
    ----------
    tables : the canonical tables by name; ``notes`` with all snapshots, and what they cost.
    latest : one row a note, as `exports.make_latest` gives it: describes the older snapshots too.
    notes : the campaign's notes.

    Returns
    -------
    `tables.NOTES` with the metrics, ``creator``, ``kind``, ``age_days``, ``tier``, ``theme`` and ``is_earlier``:
    posted before the campaign's first note.
    """
    others = tables["notes"][~tables["notes"]["note_id"].isin(notes["note_id"])]
    known = latest.drop_duplicates("note_id").set_index("note_id")
    found = known.reindex(others["note_id"]).set_axis(others.index)
    described = {name: others[name].fillna(found[name]) for name in DESCRIBED}
    start = notes["posted_at"].min()
    costs = make_ledger(tables, notes=latest[latest["note_id"].isin(others["note_id"])], campaign=campaign).notes
    return (
        others.assign(**described)
        .astype(tables["notes"].dtypes.to_dict())
        .pipe(add_kind, placements=tables["placements"])
        .pipe(add_followers, creators=tables["creators"])
        .pipe(add_tier, tiers=campaign.agency.tiers)
        .pipe(add_theme, themes=campaign.themes)
        .pipe(add_costs, costs=costs)
        .pipe(split_traffic, ad_days=tables["ad_days"])
        .pipe(add_metrics)
        .assign(is_earlier=lambda rows: rows["posted_at"] < start)
    )


def take_at_age(reference: pd.DataFrame, *, age_days: float) -> pd.DataFrame:
    """One row a note: its figures at an age; grown notes (`MATURE_DAYS`) with grown notes, newest figures first.

    Notes without a snapshot of about that age (`AGE_TOLERANCE`) are left out.
    """
    if age_days >= MATURE_DAYS:
        grown = reference[reference["age_days"] >= MATURE_DAYS]
        return make_latest(grown) if len(grown) else grown
    away = np.abs(np.log(reference["age_days"].where(reference["age_days"] > 0) / age_days))
    near = reference.assign(_away=away)[away <= np.log1p(AGE_TOLERANCE)]
    return near.sort_values(["_away", "note_id"], kind="stable").drop_duplicates("note_id").drop(columns="_away")


def group_ages(age_days: pd.Series) -> pd.Series:
    """Ages that are compared together, by their middle: steps of `AGE_TOLERANCE` from one day on, and the grown.

    >>> group_ages(pd.Series([0.2, 6.6, 31.0, 400.0])).round(1).tolist()
    [1.0, 6.0, 30.0, 30.0]
    """
    step = np.log1p(AGE_TOLERANCE)
    middle = np.exp(np.round(np.log(age_days.clip(lower=1.0)) / step) * step)
    return middle.clip(upper=MATURE_DAYS * (1 - AGE_TOLERANCE / 10)).mask(age_days >= MATURE_DAYS, MATURE_DAYS)
