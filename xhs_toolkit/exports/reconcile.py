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
    """One row a placement: its newest snapshot in the most official source that shows it.

    Two orders of one note stay two. Where several sources show the same note, only the rows of the most official
    one count; costs it does not know (product, shipping) are filled from the others, never added to what it knows.

    Parameters
    ----------
    placements : columns of `tables.PLACEMENTS`, all snapshots.
    """
    ordered = _drop_old_unnamed(_best_first(placements))
    key = identify(ordered, PLACEMENTS).drop(columns="as_of")
    newest = ordered[~key.duplicated()]
    note = newest["note_id"]
    best = newest.groupby("note_id", dropna=False)["source"].transform("first")
    counts = note.isna() | newest["source"].eq(best)
    filled = _fill_costs(newest[counts], newest[~counts])
    return filled.sort_index().reset_index(drop=True)


def _drop_old_unnamed(placements: pd.DataFrame) -> pd.DataFrame:
    """Without rows that name neither order nor note, where a newer snapshot shows the creator."""
    named = placements[["placement_id", "note_id"]].notna().any(axis=1)
    who = [placements["source"], placements["creator_id"].fillna(placements["creator_name"]).fillna("")]
    newest = placements["as_of"].groupby(who).transform("max")
    return placements[named | newest.isna() | placements["as_of"].eq(newest)]


def _fill_costs(chosen: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Fill the costs a note's rows all lack from the sums of one other source, into its first row."""
    known = chosen.groupby("note_id", dropna=False)[list(COST_PARTS)].transform("count").gt(0)
    per_source = others.groupby(["note_id", "source"], sort=False)[list(COST_PARTS)].sum(min_count=1)
    elsewhere = per_source.groupby(level="note_id", sort=False).first()
    is_first = chosen["note_id"].notna() & ~chosen["note_id"].duplicated()
    offers = elsewhere.reindex(chosen["note_id"]).set_axis(chosen.index, axis="index")
    take = (~known).mul(is_first, axis=0)
    told = others[others["price_cny"].notna()].drop_duplicates("note_id").set_index("note_id")
    stated = told.reindex(chosen["note_id"]).set_axis(chosen.index, axis="index")
    is_new = take["price_cny"] & stated["amount"].notna()
    return chosen.assign(
        **{name: chosen[name].mask(take[name], offers[name]) for name in COST_PARTS},
        **{name: chosen[name].mask(is_new, stated[name]) for name in FEE_RECORD},
    )


FEE_RECORD = ("amount", "currency", "currency_source", "fee_kind")
"""What a fee brings with it where it is taken from another source."""
