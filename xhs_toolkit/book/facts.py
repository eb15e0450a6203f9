"""What files, plan and decisions tell of each deliverable, the side that a run fills; and trackers taken over."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.book.columns import AMOUNTS, Cell, find_column, read_cell, read_plain
from xhs_toolkit.book.merge import Row, find_note_id, fold_creator
from xhs_toolkit.campaign.models import HOME
from xhs_toolkit.decisions import fold_name
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.exports.reconcile import make_latest_placements
from xhs_toolkit.exports.sheets import open_file
from xhs_toolkit.ledger import make_bookings
from xhs_toolkit.ledger.candidates import find_states
from xhs_toolkit.tables import PLACEMENTS
from xhs_toolkit.tables.codebook import STATES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import Exports
    from xhs_toolkit.exports.sheetbase import Sheet


LINK = "https://www.xiaohongshu.com/explore/{}"


def list_deliverables(
    bookings: pd.DataFrame,
    *,
    notes: pd.DataFrame,
    placements: pd.DataFrame,
    thread: pd.DataFrame | None,
    plan: pd.DataFrame | None,
    decisions: pd.DataFrame,
    campaign: Campaign,
) -> list[Row]:
    """One row a creator and deliverable, in columns of the book: what is booked, what is out, what is planned.

    ``source`` is where it stands in its file (`place_rows`).

    Parameters
    ----------
    bookings : `tables.BOOKINGS` without what the book itself tells. notes : the campaign's own.
    placements : `tables.PLACEMENTS`, for what was asked. thread : `tables.THREAD` of the latest run: what it proposes
        counts until a first note is out.
    plan : roster of the accepted plan. decisions : rows of `decisions.Decisions`.
    """
    rows = list(_list_booked(bookings))
    rows += list(_list_placed(rows, make_latest_placements(placements), notes))
    rows += list(_list_planned(rows, thread if notes.empty else None, plan))
    asked, about = _find_asked(placements), notes.drop_duplicates("note_id").set_index("note_id").to_dict("index")
    words = {fold_name(str(line["creator_id"])): line for line in decisions.to_dict("records")}
    for row in rows:
        note = about.get(find_note_id(row.get("note_link")) or "", {})
        row |= _describe_note(note, campaign.time_zone)
        asked_for = find_note_id(row.get("note_link")) or fold_creator(row)
        row["asked"] = row.get("asked") or asked.get((asked_for, str(row["currency"])))
        names = [fold_name(str(row[name])) for name in ("creator_id", "creator_name") if row[name]]
        word: Mapping[Hashable, Any] = next((words[name] for name in names if name in words), {})
        row |= {"client": _tell(word.get("decision")), "client_reason": _tell(word.get("reason"))}
    return sorted(
        rows, key=lambda row: (fold_creator(row), str(row.get("posted_on") or "9"), str(row.get("note_link") or ""))
    )


def _tell(value: Any) -> Cell:
    """A value of a frame as a cell of the book; missing where it is."""
    if value is None or pd.isna(value):
        return None
    return round(float(value), 2) if isinstance(value, int | float) else str(value)


def _list_booked(bookings: pd.DataFrame) -> Iterator[Row]:
    """Bookings that name a note or a creator, the items of one deliverable in one row."""
    named = bookings[
        bookings["item"].isin(AMOUNTS.values()) & bookings[["note_id", "creator_name"]].notna().any(axis=1)
    ]
    placed = named.assign(source=place_rows(named))
    for _, items in placed.groupby(placed["note_id"].fillna(placed["source"]), sort=False):
        yield _join_items(items)


def place_rows(rows: pd.DataFrame) -> pd.Series:
    """Where a row stands: file, sheet and row."""
    parts = (rows[name].astype("str").fillna("") for name in ("source_file", "source_sheet"))
    return sum(parts, pd.Series("", index=rows.index)) + rows["source_row"].map("#{:.0f}".format).astype("str")


def _join_items(items: pd.DataFrame) -> Row:
    """Amounts as written where they share a currency, otherwise in CNY; what was only quoted is asked, not agreed."""
    currencies = items["currency"].dropna().unique()
    amount, currency = ("amount", currencies[0]) if len(currencies) == 1 else ("amount_cny", HOME)
    is_quote = items["amount_source"].eq("quote")
    sums = items[~is_quote].groupby("item")[amount].sum(min_count=1)
    first = items.bfill().iloc[0]
    row: Row = {name: _tell(first[name]) for name in ("creator_id", "creator_name", "format", "source")}
    row["asked"] = _tell(items.loc[is_quote, amount].max())
    row |= {name: _tell(abs(sums[item])) for name, item in AMOUNTS.items() if pd.notna(sums.get(item))}
    states = [state for state in STATES[:-1] if state in set(items["state"])]
    row |= {"state": states[-1] if states else STATES[-1], "currency": str(currency)}
    gst = items["gst"].sum(min_count=1) if amount == "amount" else None
    return row | {"gst": _tell(gst), "note_link": _link(first["note_id"])}


def _link(note_id: Any) -> Cell:
    """A note's address; one that is named only by its moment of posting has none."""
    told = _tell(note_id)
    return LINK.format(told) if find_note_id(told) else None


def _list_placed(rows: list[Row], placements: pd.DataFrame, notes: pd.DataFrame) -> Iterator[Row]:
    """Cooperations of which no amount is known, and notes of the campaign that no sheet names."""
    seen = {find_note_id(row["note_link"]) for row in rows} | {row["source"] for row in rows}
    free = placements[placements[["creator_id", "creator_name"]].notna().any(axis=1)]
    free = free[free["note_id"].isna() | free["note_id"].isin(notes["note_id"])]
    told = free.assign(state=find_states(free, notes=notes), source=place_rows(free))
    others = notes[notes["creator_name"].notna()].assign(state="posted", source=place_rows(notes), currency=None)
    names = ["creator_id", "creator_name", "format", "note_id", "state", "source", "currency"]
    for placed in pd.concat([told[names], others[names]], ignore_index=True).to_dict("records"):
        if not {placed["note_id"], placed["source"]} & seen:
            seen.add(placed["note_id"] if pd.notna(placed["note_id"]) else placed["source"])
            row: Row = {name: _tell(placed[name]) for name in names if name != "note_id"}
            yield row | {"note_link": _link(placed["note_id"])}


def _describe_note(note: Mapping[str, Any], time_zone: str) -> Row:
    posted = note.get("posted_at")
    day = None if posted is None or pd.isna(posted) else posted.tz_convert(time_zone).date()
    return {"posted_on": day}


def _list_planned(rows: list[Row], thread: pd.DataFrame | None, plan: pd.DataFrame | None) -> Iterator[Row]:
    """Deliverables that the plan buys and nobody has booked yet: agreed to by the client, or only proposed."""
    n_booked = pd.Series([fold_creator(row) for row in rows], dtype="str").value_counts()
    seen: dict[str, int] = {}
    for creator in _list_roster(thread, plan):
        name = fold_creator(creator)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > n_booked.get(name, 0):
            yield creator


def _list_roster(thread: pd.DataFrame | None, plan: pd.DataFrame | None) -> Iterator[Row]:
    if plan is not None:
        for placed in plan.to_dict("records"):
            row: Row = {name: _tell(placed[name]) for name in ("creator_id", "creator_name", "format")}
            yield row | {"state": "proposed", "currency": HOME, "asked": _tell(placed["price_cny"])}
        return
    chosen = thread[thread["on_roster"].astype(bool)] if thread is not None else pd.DataFrame()
    for creator in chosen.to_dict("records"):
        for _ in range(int(_tell(creator["n_notes_planned"]) or 1)):  # type: ignore[arg-type]
            told: Row = {name: _tell(creator[name]) for name in ("creator_id", "creator_name", "format")}
            yield told | {"state": "proposed", "currency": None}


def _find_asked(placements: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    """What was quoted, by note or creator and currency: the newest."""
    is_quote = placements["fee_kind"].eq("quoted") & placements["quoted_amount"].isna()
    quoted = placements.assign(
        amount=placements["quoted_amount"].fillna(placements["amount"].where(is_quote)),
        currency=placements["quoted_currency"].fillna(placements["currency"]),
    )
    quoted = quoted[quoted["amount"].notna()].sort_values("as_of")
    found: dict[tuple[str, str], Cell] = {}
    for row in quoted.to_dict("records"):
        for key in (find_note_id(_tell(row["note_id"])), fold_creator(row)):
            if key:
                found[key, str(row["currency"])] = _tell(row["amount"])
    return found


IN_BOOK = frozenset(
    {*PLACEMENTS.names, *("price_cny", "creator_link", "note_link", "title")} - {"status", "as_of", "placement_id"}
)
"""Columns of the readers whose values stand in the book under its own names; a status in its words is kept beside."""


def read_tracker(path: Path, *, campaign: Campaign) -> tuple[list[Row], tuple[Problem, ...]]:
    """Rows of the book that a tracker holds, and what its reader asks.

    Raises
    ------
    CampaignError : the file is missing, or holds no row that names a creator or a note.
    """
    if not path.is_file():
        raise CampaignError(f"There is no file {path}.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy2(path, folder)
        exports = read_exports(Path(folder), campaign=campaign)
    notes = make_latest(exports.tables["notes"])
    bookings, _ = make_bookings(exports.tables, notes=notes, campaign=campaign)
    rows = list_deliverables(
        bookings,
        notes=notes,
        placements=exports.tables["placements"],
        thread=None,
        plan=None,
        decisions=pd.DataFrame(columns=["creator_id", "decision", "reason"]),
        campaign=campaign,
    )
    if not rows:
        problem = Problem("holds no row of a creator with a price, a state or a note", "xhs check --explain", path.name)
        raise CampaignError("The tracker cannot be taken over.", [problem, *exports.problems])
    return _add_further(rows, path, exports), exports.problems


def _add_further(rows: list[Row], path: Path, exports: Exports) -> list[Row]:
    """Beside each row the cells of its line that the readers have no column for, under the book's name or their own."""
    cells = {place: told for sheet in open_file(path) for place, told in _list_lines(sheet, exports)}
    told = []
    for row in rows:
        further = cells.get(str(row.pop("source")), {})
        told.append({**further, **{name: value for name, value in row.items() if value is not None}})
    return told


def _list_lines(sheet: Sheet, exports: Exports) -> Iterator[tuple[str, Row]]:
    """Each line of a sheet by its place, with what stands under headers that are not read."""
    about = exports.headers
    about = about[about["file"].eq(sheet.file) & (about["sheet"].eq(sheet.name) if sheet.name else True)]
    is_kept = about["state"].eq("ignored") | (about["state"].eq("read") & ~about["column"].isin(IN_BOOK))
    unread = set(about.loc[is_kept, "header"])
    table = sheet.cells.astype(object)
    named = table.isin(set(about["header"]))
    if not unread or not named.any(axis=None):
        return
    header = table.loc[named.sum(axis=1).idxmax()]
    columns = {place: name for place, name in header.items() if name in unread}
    for number, line in table.iterrows():
        told = {find_column(name) or str(name): read_plain(line[place]) for place, name in columns.items()}
        row = {name: read_cell(value, name) for name, value in told.items() if value is not None}
        yield f"{sheet.file}{sheet.name or ''}#{int(number) + 1}", row
