"""Of several sources that tell one item of one note, one counts; what the others say differently is listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.ledger.candidates import SAME_WITHIN_CNY, SEPARATOR, fold, look_up
from xhs_toolkit.tables.codebook import DELIVERED, STATES

LEVELS = ("note_id", "placement_id", "creator_name", "all")
"""What an amount may name, the finest first. A coarser amount counts as far as finer ones leave it open."""

ADDED = ("rebate", "other")
"""Items of which each amount is one more, never another account of the same."""

LUMPS = ("item", "lump_cny", "known_cny", "source_file", "is_same")
DIFFERENCES = ("item", "key", "name", "first", "first_cny", "second", "second_cny", "difference_cny")


class Chosen(NamedTuple):
    """What `choose_amounts` kept, and where sources differ.

    Attributes
    ----------
    rows : the amounts that count, columns of `candidates.list_candidates`.
    differences : one row a comparison: ``item``, ``key`` (what both name), ``name``, ``first`` (the source that
        counts), ``first_cny``, ``second``, ``second_cny``, ``difference_cny``; the largest difference first.
    lumps : amounts that name no note, order or creator beside those of other sources that do, one row an ``item``:
        ``lump_cny``, ``known_cny``, ``source_file``, ``is_same`` (the sum of the others: the same money).
    """

    rows: pd.DataFrame
    differences: pd.DataFrame
    lumps: pd.DataFrame


def choose_amounts(candidates: pd.DataFrame, *, notes: pd.DataFrame) -> Chosen:
    """Choose the source of each amount, note by note and item by item.

    An invoice of an order, a creator or the whole campaign counts for what its notes' own amounts leave open: in
    full where none is known, the rest where some are, and not at all where each note has its own. Lines of one source
    are never two accounts of the same money: they add up. Orders whose notes no file tells are taken together, as one
    account of the campaign's fees.

    Parameters
    ----------
    candidates : of `candidates.list_candidates`.
    notes : ``note_id`` and ``creator_name`` of the notes that money may be for.
    """
    rows = _add_keys(candidates, notes)
    is_open = rows["note_id"].isna() & ~rows["state"].isin(DELIVERED) & rows["amount_source"].ne("order_report")
    booked, listed, left = rows[is_open].assign(_voice=_name_voice(rows[is_open])), [], rows[~is_open]
    lumps = pd.DataFrame()
    for level in LEVELS:
        here, left = left[left[f"_{level}"].notna()], left[left[f"_{level}"].isna()]
        best, others = _take_best(here, f"_{level}")
        listed += list(_compare(best, others, f"_{level}"))
        if level == "placement_id":
            best, loose = best[best["is_linked"]], best[~best["is_linked"]]
            left = pd.concat([left, loose.assign(account="orders")])
        if level != LEVELS[0]:
            finer = booked[booked["note_id"].notna() | (booked["state"].isin(DELIVERED) & (level == "all"))]
            both = _join_finer(best, finer, f"_{level}")
            lumps = _list_lumps(best, both)
            best, gaps = _fill_up(best, both, f"_{level}", n_notes=_count(notes, rows, level))
            listed += gaps
        booked = pd.concat([booked, best])
    kept = booked.sort_index().drop(columns=[*(f"_{level}" for level in LEVELS), "_voice"])
    return Chosen(kept, _sort(pd.DataFrame(listed, columns=list(DIFFERENCES))), lumps)


def _add_keys(rows: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """What each amount belongs to at each level: a note's order and creator are known from any row of it."""
    known = rows.dropna(subset="note_id")
    order = known.dropna(subset="placement_id").groupby("note_id")["placement_id"].first()
    creator = pd.concat([notes[["note_id", "creator_name"]], known[["note_id", "creator_name"]]]).dropna()
    creator = creator.drop_duplicates("note_id").set_index("note_id")["creator_name"]
    return rows.assign(
        _note_id=rows["note_id"],
        _placement_id=rows["placement_id"].fillna(look_up(rows["note_id"], order)),
        _creator_name=fold(look_up(rows["note_id"], creator).fillna(rows["creator_name"])),
        _all="all",
        account=pd.Series(None, index=rows.index, dtype="str"),
    )


def _count(notes: pd.DataFrame, rows: pd.DataFrame, level: str) -> pd.Series:
    """Notes of each order or creator; of the whole campaign none, so that what is known of it leaves nothing open."""
    if level == "creator_name":
        return notes.groupby(fold(notes["creator_name"]))["note_id"].nunique()
    return rows.groupby("_placement_id")["n_notes"].max() if level != "all" else pd.Series({"all": 0.0})


def _take_best(rows: pd.DataFrame, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the strongest source of each item, and the others; a cancelled row counts only where all are."""
    rows = rows.assign(
        _voice=_name_voice(rows), _cancelled=rows["state"].eq("cancelled"), _unknown=rows["amount_cny"].isna()
    )
    ordered = rows.sort_values(["_cancelled", "_unknown", "rank", "_voice"], kind="stable")
    group = [ordered[key], ordered["item"]]
    first = ordered.groupby(group, sort=False)[["_voice", "_cancelled"]].transform("first")
    is_best = ordered["_voice"].eq(first["_voice"]) & ordered["_cancelled"].eq(first["_cancelled"])
    is_best |= ordered["item"].isin(ADDED)
    best, others = ordered[is_best], ordered[~is_best & ~ordered["_cancelled"]]
    return _advance(best, others, key).drop(columns=["_cancelled", "_unknown"]), others


def _name_voice(rows: pd.DataFrame) -> pd.Series:
    """Which source tells an amount: its kind and its file's kind, or the account that several files make together."""
    return rows["account"].fillna(rows["amount_source"].astype("str") + SEPARATOR + rows["source"].astype("str"))


def _advance(best: pd.DataFrame, others: pd.DataFrame, key: str) -> pd.DataFrame:
    """An item has come as far as any of its sources shows."""
    steps = {state: place for place, state in enumerate(STATES)}
    reached = others["state"].map(steps).groupby([others[key], others["item"]]).max()
    index = pd.MultiIndex.from_frame(best[[key, "item"]])
    other = reached.reindex(index).fillna(-1.0).to_numpy() if len(reached) else np.full(len(best), -1.0)
    own = best["state"].map(steps).to_numpy(dtype=float)
    further = np.maximum(own, other).astype(int)
    states = pd.Series([STATES[place] for place in further], index=best.index, dtype="str")
    return best.assign(state=best["state"].where(best["state"].eq("cancelled"), states))


def _compare(best: pd.DataFrame, others: pd.DataFrame, key: str) -> Iterator[tuple[object, ...]]:
    if others.empty:
        return
    chosen = best.groupby([key, "item"]).agg(first=("amount_source", "first"), first_cny=("amount_cny", "sum"))
    sums = others.dropna(subset="amount_cny").groupby([key, "item", "_voice"])
    stated = sums.agg(second=("amount_source", "first"), second_cny=("amount_cny", "sum")).reset_index()
    for row in stated.join(chosen, on=[key, "item"]).to_dict("records"):
        yield from _compare_amounts(
            row["item"], key, row[key], (row["first"], row["first_cny"]), (row["second"], row["second_cny"])
        )


def _compare_amounts(
    item: str, key: str, name: str, first: tuple[str, float], second: tuple[str, float]
) -> Iterator[tuple[object, ...]]:
    gap = first[1] - second[1]
    if abs(gap) >= SAME_WITHIN_CNY:
        yield item, "total" if key == "_all" else key[1:], name, *first, *second, gap


def _join_finer(rows: pd.DataFrame, booked: pd.DataFrame, key: str) -> pd.DataFrame:
    """Sums of coarse amounts beside those that other sources tell more finely, by `key` and item."""
    grouped = rows[~rows["item"].isin(ADDED)].groupby([key, "item"])
    sums = grouped.agg(second=("amount_source", "first"), second_cny=("amount_cny", "sum"), voice=("_voice", "first"))
    coarse = sums["voice"].reindex(pd.MultiIndex.from_frame(booked[[key, "item"]])).to_numpy()
    named = booked[~booked["state"].eq("cancelled") & booked["_voice"].ne(coarse)].groupby([key, "item"])
    known = named.agg(n=("note_id", "nunique"), first=("amount_source", "first"), first_cny=("amount_cny", "sum"))
    return sums.drop(columns="voice").join(known, how="inner")


def _list_lumps(rows: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    both = both[both["second"].eq("invoice")]
    files = rows.groupby("item")["source_file"].first()
    found = both.reset_index().rename(columns={"second_cny": "lump_cny", "first_cny": "known_cny"})
    is_same = (found["lump_cny"] - found["known_cny"]).abs() < SAME_WITHIN_CNY
    return found.assign(source_file=found["item"].map(files), is_same=is_same)[list(LUMPS)]


def _fill_up(
    rows: pd.DataFrame, both: pd.DataFrame, key: str, *, n_notes: pd.Series
) -> tuple[pd.DataFrame, list[tuple[object, ...]]]:
    """Reduce coarse amounts to what the notes' own leave open, and tell where these and the notes' differ."""
    if both.empty:
        return rows, []
    is_whole = both["n"].to_numpy() >= n_notes.reindex(both.index.get_level_values(0)).fillna(0).to_numpy()
    rest = (both["second_cny"] - both["first_cny"]).clip(lower=0).where(~is_whole, 0.0)
    share = (rest / both["second_cny"]).where(both["second_cny"] > 0, 0.0)
    factor = share.reindex(pd.MultiIndex.from_frame(rows[[key, "item"]])).fillna(1.0).to_numpy()
    cut = rows.assign(**{name: rows[name] * factor for name in ("amount", "amount_cny", "gst")})
    listed = [
        stated
        for (name, item), row in both[is_whole].iterrows()
        for stated in _compare_amounts(
            item, key, name, (row["first"], row["first_cny"]), (row["second"], row["second_cny"])
        )
    ]
    return cut[factor > 0], listed


def _sort(differences: pd.DataFrame) -> pd.DataFrame:
    gap = differences["difference_cny"].astype(float).abs()
    by = differences.assign(_gap=gap).sort_values(["_gap", "item", "name"], ascending=[False, True, True])
    return by.drop(columns="_gap").reset_index(drop=True)
