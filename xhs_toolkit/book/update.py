"""The book brought up to date: what people wrote is read back, what the files tell is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.book.columns import AMOUNTS, NAMES, Cell, is_understood, label, label_option
from xhs_toolkit.book.facts import list_deliverables
from xhs_toolkit.book.merge import (
    Merged,
    Question,
    Row,
    Rows,
    find_note_id,
    fold_creator,
    give_keys,
    list_own,
    merge_book,
)
from xhs_toolkit.book.sheet import Book, read_book, write_book
from xhs_toolkit.campaign.models import list_rates
from xhs_toolkit.decisions import fold_name, read_decisions, write_decision
from xhs_toolkit.errors import Problem
from xhs_toolkit.ledger import make_bookings
from xhs_toolkit.plans import read_plan
from xhs_toolkit.store import BOOK_FILE, BOOKED
from xhs_toolkit.store.booked import SOURCE, WRITTEN

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


BY_CLIENT = "client"
CLIENT = ("client", "client_reason")
FACTS = ("state", "note_link", "posted_on")
MOVING = ("state", "currency", "gst", "invoice", "invoice_on")
"""Columns that change what an amount is: with one of them the book speaks for all amounts of its creator."""


def keep_own(campaign: Campaign, merged: Merged) -> Path | None:
    """Write ``bookings.csv`` where what people wrote into the book has changed; None where nothing has."""
    path = campaign.folder / BOOKED
    speaking = {
        fold_creator(row)
        for key, row in merged.rows.items()
        if {*AMOUNTS, *MOVING} & set(list_own(row, merged.told[key]))
    }
    rows = [
        line
        for number, (key, row) in enumerate(merged.rows.items(), start=2)
        for line in _list_lines(row, merged.told[key], number, campaign, speaks=fold_creator(row) in speaking)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(WRITTEN), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    was = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    if was == text.getvalue() or not (rows or was):
        return None
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
    return path


def _list_lines(row: Row, told: Row, number: int, campaign: Campaign, *, speaks: bool) -> Iterator[dict[str, object]]:
    """What is written of one deliverable; where the book `speaks` for its creator, every amount of it."""
    row = {name: value if is_understood(value, name) else None for name, value in row.items()}
    own = set(list_own(row, told))
    about = {name: row.get(name) for name in ("creator_id", "creator_name", "format")}
    about |= {"note_id": find_note_id(row.get("note_link")), "source_row": number}
    if own & set(FACTS):
        posted = row.get("posted_on") if "posted_on" in own else None
        moment = pd.Timestamp(str(posted), tz=campaign.time_zone).isoformat() if posted else None
        yield about | {"state": row.get("state") if "state" in own else None, "posted_at": moment}
    for name, kind in AMOUNTS.items():
        if speaks and row.get(name) is not None:
            yield about | _tell_amount(row, name, kind) | {"state": row.get("state") or "agreed"}


def _tell_amount(row: Row, name: str, kind: str) -> dict[str, object]:
    fee = {"gst": row.get("gst"), "invoice_id": row.get("invoice")} if kind == "creator_fee" else {}
    return {"kind": kind, "amount": row[name], "currency": row.get("currency"), "date": row.get("invoice_on"), **fee}


def keep_picks(campaign: Campaign, merged: Merged) -> list[Problem]:
    """Add each new answer of the client to ``decisions.csv``; two answers on one creator are a problem, and neither."""
    problems = []
    picks: dict[str, list[tuple[str, str]]] = {}
    asked = {question.key for question in merged.questions if question.column in CLIENT}
    for key, row in merged.rows.items():
        if key not in asked and row.get("client") and set(CLIENT) & set(list_own(row, merged.told[key])):
            who = str(row.get("creator_id") or row.get("creator_name"))
            picks.setdefault(who, []).append((str(row["client"]), str(row.get("client_reason") or "")))
    known = {
        fold_name(str(line["creator_id"])): line for line in read_decisions(campaign.folder).rows.to_dict("records")
    }
    for who, answers in picks.items():
        word, reason = answers[-1]
        if len({answer for answer, _ in answers}) > 1:
            problems.append(Problem("has two different answers of the client", "leave one", column="client", value=who))
        elif not is_understood(word, "client"):
            problems.append(Problem("is no answer", "write yes, no or maybe", column="client", value=word))
        elif _is_news(known.get(fold_name(who)), word, reason):
            write_decision(campaign.folder, creator_id=who, decision=word, reason=reason, by=BY_CLIENT)
    return problems


def _is_news(line: dict[object, object] | None, word: str, reason: str) -> bool:
    if line is None:
        return True
    was = "" if pd.isna(line["reason"]) else str(line["reason"])
    return line["decision"] != word or (reason not in ("", was))


class Updated(NamedTuple):
    """What `update_book` did.

    Attributes
    ----------
    rows : the book as it is now, by key.
    problems : cells that hold no such number, day or choice, and questions: cells changed on both sides.
    is_written : whether the file had to be written. is_read : whether people's own words are new to the next run.
    """

    rows: Rows
    problems: tuple[Problem, ...]
    is_written: bool
    is_read: bool


def update_book(
    campaign: Campaign,
    tables: Mapping[str, pd.DataFrame],
    *,
    notes: pd.DataFrame,
    thread: pd.DataFrame | None = None,
    added: Sequence[Row] = (),
) -> Updated:
    """Read back what people wrote into the book and write what the files tell; nothing is written that has not changed.

    Parameters
    ----------
    tables : the canonical tables, with what the book told before (`store.open_exports`).
    notes : the campaign's own notes. thread : `tables.THREAD` of the latest run.
    added : rows of a tracker that is taken over, as people's own; a cell that holds something already is kept.

    Raises
    ------
    CampaignError : the book or ``decisions.csv`` cannot be read, or the book cannot be written.
    """
    book, merged = _merge(campaign, tables, notes=notes, thread=thread, added=added)
    is_read = keep_own(campaign, merged) is not None
    faults = keep_picks(campaign, merged)
    is_written = write_book(
        campaign.folder / BOOK_FILE,
        merged,
        book=book,
        language=campaign.languages[0],
        currencies=sorted(list_rates(campaign)),
    )
    return Updated(merged.rows, (*book.problems, *faults, *_ask(merged)), is_written, is_read)


def ask_book(
    campaign: Campaign, tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, thread: pd.DataFrame | None
) -> tuple[Problem, ...]:
    """What the book asks as it lies there, see `update_book`; nothing is read back or written."""
    book, merged = _merge(campaign, tables, notes=notes, thread=thread)
    return (*book.problems, *_ask(merged))


def _merge(
    campaign: Campaign,
    tables: Mapping[str, pd.DataFrame],
    *,
    notes: pd.DataFrame,
    thread: pd.DataFrame | None,
    added: Sequence[Row] = (),
) -> tuple[Book, Merged]:
    """The book as people left it, and with what the files tell now."""
    book = read_book(campaign.folder / BOOK_FILE)
    rows = add_rows(book.rows, added)
    told = _list_told(campaign, tables, notes=notes, thread=thread)
    now = give_keys(told, {**book.shown, **rows})
    return book, merge_book(rows, before=book.before, shown=book.shown, now=now, answers=book.answers)


def add_rows(rows: Rows, added: Sequence[Row]) -> Rows:
    """Rows with those of a tracker beside them: a new one at the end, of one that is there the cells that are empty."""
    given = give_keys(added, rows)
    joined = {
        key: {**each, **{name: value for name, value in given.get(key, {}).items() if each.get(name) is None}}
        for key, each in rows.items()
    }
    return {**joined, **{key: row for key, row in given.items() if key not in rows}}


def _list_told(
    campaign: Campaign, tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, thread: pd.DataFrame | None
) -> list[Row]:
    plan = read_plan(campaign.folder)
    others = {name: tables[name][tables[name]["source"].ne(SOURCE)] for name in ("notes", "placements", "invoices")}
    notes = notes[notes["source"].ne(SOURCE)]
    bookings, _ = make_bookings({**tables, **others}, notes=notes, campaign=campaign)
    rows = list_deliverables(
        bookings,
        notes=notes,
        placements=others["placements"],
        thread=thread,
        plan=None if plan is None else plan.roster,
        decisions=read_decisions(campaign.folder).rows,
        campaign=campaign,
    )
    return [{name: row.get(name) for name in NAMES} for row in rows]


def _ask(merged: Merged) -> list[Problem]:
    """A question for each cell changed on both sides, and a word on each row that came back."""
    names = {key: row.get("creator_name") for key, row in merged.rows.items()}
    told = "was deleted, and the files still tell it"
    back = [Problem(told, "cancel it instead", BOOK_FILE, value=names[key]) for key in merged.returned]
    return [*(_word(one, names[one.key]) for one in merged.questions), *back]


def _word(one: Question, name: Cell) -> Problem:
    book, files = (_show(one.column, value) for value in (one.book, one.files))
    return Problem(
        f"was changed to {book} in the book and to {files} in the files",
        "choose on the sheet of questions",
        BOOK_FILE,
        column=label("columns", one.column, language="en"),
        value=name,
        topic="money" if one.column in {*AMOUNTS, "currency", "state"} else "other",
        proposal="keep the book's",
    )


def _show(column: str, value: object) -> str:
    return "nothing" if value is None else label_option(column, str(value), language="en")
