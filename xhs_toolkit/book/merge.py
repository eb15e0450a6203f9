"""The book as people left it, and what the files tell now, put together cell by cell: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xhs_toolkit.book.columns import NAMES, Cell

Row = dict[str, Cell]
Rows = dict[str, Row]
"""Row of the book by its key, in order."""


class Question(NamedTuple):
    """A cell that people and the files have both changed since the book was written."""

    key: str
    column: str
    book: Cell
    files: Cell


class Merged(NamedTuple):
    """What `merge_book` found.

    Attributes
    ----------
    rows : the book to show, in the order in which people left it, new rows last.
    told : what the files tell of each row: what the next reading is compared with.
    questions : cells changed on both sides; until one is answered the book's value stands.
    returned : rows that people deleted and that the files still tell: they are there again.
    """

    rows: Rows
    told: Rows
    questions: tuple[Question, ...]
    returned: tuple[str, ...]


def merge_book(
    book: Rows, *, before: Rows, shown: Rows, now: Rows, answers: Mapping[tuple[str, str], str] | None = None
) -> Merged:
    """Put together the book as read, what the files told and tell, and what people answered.

    A cell that people did not change follows the files. One that they changed stays theirs; where the files have
    changed it too, and otherwise, it is a question.

    Parameters
    ----------
    book : as people left it; a column that is not there at all was deleted and comes back.
    before : what the files told when the book was written. shown : what it showed then.
    now : what the files tell. answers : (key, column) → ``book`` or ``files``.
    """
    rows: Rows = {}
    told: Rows = {}
    questions: list[Question] = []
    returned = [key for key in now if key in shown and key not in book]
    for key in [*book, *(key for key in now if key not in book)]:
        if key in book and key not in now and key in before and not _is_touched(book[key], before[key]):
            continue
        left = {**shown.get(key, {}), **book.get(key, {})}
        old = before.get(key, {} if shown else {name: now.get(key, {}).get(name) for name in left if left[name]})
        new = now.get(key, old)
        rows[key], told[key], asked = _merge_row(key, left, old, new, answers or {})
        questions += asked
    return Merged(rows, told, tuple(questions), tuple(returned))


def _merge_row(
    key: str, left: Row, old: Row, new: Row, answers: Mapping[tuple[str, str], str]
) -> tuple[Row, Row, list[Question]]:
    row, told, asked = dict(left), {}, []
    for name in NAMES:
        mine, was, now = left.get(name), old.get(name), new.get(name)
        is_free = mine in (was, now) or answers.get((key, name)) == "files"
        is_open = not is_free and now != was and (key, name) not in answers
        row[name] = now if is_free else mine
        told[name] = was if is_open else now
        if is_open:
            asked.append(Question(key, name, mine, now))
    return row, told, asked


def _is_touched(row: Row, before: Row) -> bool:
    """Whether people wrote anything into a row: of a column of ours, or of their own."""
    return any(value is not None and value != before.get(name) for name, value in row.items())


def list_own(row: Row, told: Row, names: Iterable[str] = NAMES) -> list[str]:
    """Columns of a row in which people say something else than the files."""
    return [name for name in names if row.get(name) is not None and row.get(name) != told.get(name)]
