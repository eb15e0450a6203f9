"""The same thing in several files: counted once, the best source first, nothing lost."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.exports.repeats import identify
from xhs_toolkit.tables import ORDERS, PLACEMENTS

OFFICIAL = {"dandelion_notes": 0, "dandelion_api_notes": 0, "dandelion_orders": 0, "creator_center_notes": 1}
"""Rank of a source of note figures; sources not named here come after."""
DESCRIPTIVE = (
    "creator_id",
    "creator_name",
    "title",
    "text",
    "tags",
    "format",
    "scope",
    "posted_at",
    "place",
    "followers",
    "source_keyword",
)
"""Columns of a note that do not grow and may be filled from another source."""


def make_latest(notes: pd.DataFrame) -> pd.DataFrame:
    """One row a note: the newest snapshot of the most official source.

    Dandelion comes before the creator centre, and that before all others. Columns that describe the note
    (title, text, tags, creator, format, …) are filled from its other rows; figures never are. A day of
    posting yields to the exact time that another row knows.

    Parameters
    ----------
    notes : columns of `tables.NOTES`, all snapshots.
    """
    ordered = _best_first(notes)
    latest = ordered.drop_duplicates("note_id").set_index("note_id", drop=False)
    filled = ordered.groupby("note_id", sort=False)[list(DESCRIPTIVE)].first()
    described = {name: latest[name].fillna(filled[name].reindex(latest.index)) for name in DESCRIPTIVE}
    exact = ordered[ordered["posted_precision"].eq("time")].drop_duplicates("note_id").set_index("note_id")["posted_at"]
    timed = exact.reindex(latest.index)
    described["posted_at"] = timed.fillna(described["posted_at"])
    described["posted_precision"] = latest["posted_precision"].mask(timed.notna(), "time")
    return latest.assign(**described).reset_index(drop=True).astype(notes.dtypes.to_dict())


def _best_first(notes: pd.DataFrame) -> pd.DataFrame:
    """Most official first, then newest; the place in the files only breaks ties."""
    ranked = notes.assign(_rank=notes["source"].map(OFFICIAL).fillna(len(OFFICIAL)))
    by = ["_rank", "as_of", "source", "source_file", "source_sheet", "source_row"]
    ordered = ranked.sort_values(by, ascending=[True, False, True, True, True, True], kind="stable", na_position="last")
    return ordered.drop(columns="_rank")


# ----------------------------------------------------------------------------- orders and placements

COST_PARTS = ("price_cny", "service_fee_cny", "product_cost_cny", "shipping_cost_cny")


def make_latest_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """One row an order: its newest snapshot.

    Parameters
    ----------
    orders : columns of `tables.ORDERS`, all snapshots.
    """
    return _best_first(orders).drop_duplicates("placement_id").sort_index().astype(ORDERS.empty().dtypes.to_dict())


def make_latest_placements(placements: pd.DataFrame) -> pd.DataFrame:
    """One row a placement and source: its newest snapshot. Two orders of one note stay two.

    Several sources may show the same note: which of them counts, the ledger decides amount by amount.

    Parameters
    ----------
    placements : columns of `tables.PLACEMENTS`, all snapshots.
    """
    ordered = _drop_old_unnamed(_best_first(placements))
    key = identify(ordered, PLACEMENTS).drop(columns="as_of")
    return ordered[~key.duplicated()].sort_index().reset_index(drop=True)


def _drop_old_unnamed(placements: pd.DataFrame) -> pd.DataFrame:
    """Without rows that name neither order nor note, where a newer snapshot shows the creator."""
    named = placements[["placement_id", "note_id"]].notna().any(axis=1)
    who = [placements["source"], placements["creator_id"].fillna(placements["creator_name"]).fillna("")]
    newest = placements["as_of"].groupby(who).transform("max")
    return placements[named | newest.isna() | placements["as_of"].eq(newest)]
