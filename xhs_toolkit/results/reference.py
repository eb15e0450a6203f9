"""What a campaign's notes may fairly be compared with: notes of the same kind, at the same age.

A note keeps growing for weeks, a paid note does otherwise than an everyday one, and a video starts by
itself: so notes are compared within scope × format × age only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.exports import make_latest
from xhs_toolkit.ledger import add_costs, make_ledger, split_traffic
from xhs_toolkit.metrics import add_metrics
from xhs_toolkit.stats import MIN_EARLIER, Peers
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.tables import get_creator
from xhs_toolkit.thread.themes import add_theme

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


def choose_campaign_notes(
    notes: pd.DataFrame, *, placements: pd.DataFrame, campaign: Campaign
) -> tuple[pd.DataFrame, str]:
    """Return the notes that belong to the campaign, and why: ``paid`` or ``all``.

    Inside the window, the notes known as paid cooperations; where no file says which notes were
    paid, every note inside the window. A note without a posting time belongs to a window only
    when the window is open at both ends.
    """
    inside = choose_window_notes(notes, campaign=campaign)
    paid = inside["scope"].eq("paid") | inside["note_id"].isin(placements["note_id"].dropna())
    return (inside[paid], "paid") if paid.any() else (inside, "all")


def choose_window_notes(notes: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Return the notes posted inside the campaign's window, whoever paid for them."""
    return notes[_inside_window(notes["posted_at"], campaign)]


def _inside_window(posted_at: pd.Series, campaign: Campaign) -> pd.Series:
    day = posted_at.dt.tz_convert(campaign.time_zone).dt.tz_localize(None).dt.normalize()
    inside = pd.Series(True, index=posted_at.index)
    if campaign.window.start:
        inside &= day >= pd.Timestamp(campaign.window.start)
    if campaign.window.end:
        inside &= day <= pd.Timestamp(campaign.window.end)
    return inside


def add_followers(notes: pd.DataFrame, *, creators: pd.DataFrame) -> pd.DataFrame:
    """Fill ``followers`` from the newest row of the same creator in ``creators``."""
    known = creators[creators["creator_id"].notna() & creators["followers"].notna()]
    newest = known.sort_values("as_of", kind="stable", na_position="first").drop_duplicates("creator_id", keep="last")
    found = notes["creator_id"].map(newest.set_index("creator_id")["followers"]).astype(float)
    return notes.assign(followers=notes["followers"].fillna(found))


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


TAIL: float = assume("results.tail")
MIN_TAIL: int = assume("results.min_tail")


class Tail(NamedTuple):
    """How tail probabilities of earlier notes are spread below `TAIL`: share × (p / `TAIL`) ^ exponent.

    Attributes
    ----------
    share : of earlier notes with a tail probability below `TAIL`, not less than `TAIL`.
    exponent : of the fall below it, at most 1: 1 is what the t promises.
    """

    share: float = TAIL
    exponent: float = 1.0


def fit_tail(logs: pd.Series, *, creators: pd.Series, peers: Peers) -> Tail:
    """Fit the tail of earlier notes (Hill 1975), each left out of what it is compared with.

    The exponent is taken one standard error (exponent / √notes in the tail) on the safe side.

    Parameters
    ----------
    logs : natural logs of the earlier notes' figures.
    creators : the creator of each.
    peers : of `stats.fit_peers`, of the same notes.
    """
    p = measure_tails(logs, creators=creators, peers=peers)
    outer = p[p < TAIL]
    if len(outer) < MIN_TAIL:
        return Tail()
    exponent = len(outer) / float(np.log(TAIL / outer.clip(lower=1e-12)).sum())
    return Tail(max(len(outer) / len(p), TAIL), min(exponent * (1 - 1 / np.sqrt(len(outer))), 1.0))


def measure_tails(logs: pd.Series, *, creators: pd.Series, peers: Peers) -> pd.Series:
    """Two-sided tail probability of each earlier note among its creator's others; none for fewer than three notes."""
    own = peers.creators.reindex(creators)
    n, mean = own["n_earlier"].to_numpy(dtype=float), own["log_mean"].to_numpy(dtype=float)
    away = logs.to_numpy(dtype=float) - mean
    known = (n >= MIN_EARLIER) & np.isfinite(away)
    n, away, variance = n[known], away[known], own["log_variance"].to_numpy(dtype=float)[known]
    others = np.maximum((n - 1) * variance - n / (n - 1) * np.square(away), 0.0)
    prior = peers.prior_degrees
    is_common = np.isinf(prior)
    spread = np.full_like(n, peers.prior_variance) if is_common else others + prior * peers.prior_variance
    degrees = np.full_like(n, np.inf) if is_common else prior + n - 2
    spread = spread if is_common else spread / degrees
    with np.errstate(invalid="ignore"):  # a creator whose notes are all alike has no spread to hold one against
        t = np.abs(away) * n / (n - 1) / np.sqrt(spread * n / (n - 1))
    return pd.Series(2 * stats.t.sf(t, np.minimum(degrees, peers.pooled_degrees)))


def correct_tails(probabilities: pd.Series, *, tail: Tail) -> pd.Series:
    """Correct tail probabilities below `TAIL`; never make one smaller.

    >>> correct_tails(pd.Series([0.001, 0.5]), tail=Tail(0.1, 0.5)).round(3).tolist()
    [0.01, 0.5]
    """
    corrected = tail.share * (probabilities.astype(float) / TAIL) ** tail.exponent
    return probabilities.mask(probabilities < TAIL, np.maximum(corrected, probabilities))
