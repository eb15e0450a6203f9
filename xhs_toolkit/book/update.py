"""The book brought up to date: what people wrote is read back, what the files tell is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.book.columns import AMOUNTS, NAMES, Cell, label, label_option
from xhs_toolkit.book.keys import give_keys
from xhs_toolkit.book.merge import Merged, Question, Row, Rows, merge_book
from xhs_toolkit.book.own import keep_own, keep_picks
from xhs_toolkit.book.sheet import FILE, Book, read_book, write_book
from xhs_toolkit.book.told import list_deliverables
from xhs_toolkit.campaign.rates import list_rates
from xhs_toolkit.decisions import read_decisions
from xhs_toolkit.errors import Problem
from xhs_toolkit.ledger import make_bookings
from xhs_toolkit.plans import read_plan
from xhs_toolkit.store.booked import SOURCE

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


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
        campaign.folder / FILE,
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
    book = read_book(campaign.folder / FILE)
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
    back = [Problem(told, "cancel it instead", FILE, value=names[key]) for key in merged.returned]
    return [*(_word(one, names[one.key]) for one in merged.questions), *back]


def _word(one: Question, name: Cell) -> Problem:
    book, files = (_show(one.column, value) for value in (one.book, one.files))
    return Problem(
        f"was changed to {book} in the book and to {files} in the files",
        "choose on the sheet of questions",
        FILE,
        column=label("columns", one.column, language="en"),
        value=name,
        topic="money" if one.column in {*AMOUNTS, "currency", "state"} else "other",
        proposal="keep the book's",
    )


def _show(column: str, value: object) -> str:
    return "nothing" if value is None else label_option(column, str(value), language="en")
