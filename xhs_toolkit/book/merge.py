"""The book as people left it, and what the files tell now, put together cell by cell: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xhs_toolkit.book.columns import NAMES, Cell, fold

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


NOTE = re.compile(r"(?<![0-9a-fA-F])([0-9a-fA-F]{24})(?![0-9a-fA-F])")


def find_note_id(link: object) -> str | None:
    """The note's id in a link; None for a short link or none.

    >>> find_note_id("https://www.xiaohongshu.com/explore/64A1b2c3000000001f00a001?x=1")
    '64a1b2c3000000001f00a001'
    """
    found = NOTE.findall(str(link or ""))
    return found[-1].lower() if found else None


def give_keys(rows: Sequence[Row], known: Rows) -> Rows:
    """Give each row the key it has in the book; rows that are new get the creator's next number.

    Parameters
    ----------
    rows : what the files tell, or what people added. known : rows of the book so far, of people and files.
    """
    keys = _match_notes(rows, known)
    used = set(keys.values())
    places = _place_creators(known)
    for number, row in enumerate(rows):
        mine = () if number in keys else _list_places(row, places)
        key = next((each for each in mine if each not in used and _fits(row, known[each])), None)
        if key is not None:
            keys[number] = key
            used.add(key)
    taken = set(known)
    for number, row in enumerate(rows):
        keys.setdefault(number, _next_key(row, taken))
        taken.add(keys[number])
    return {keys[number]: row for number, row in enumerate(rows)}


def _match_notes(rows: Sequence[Row], known: Rows) -> dict[int, str]:
    """Rows whose note stands in the book, by their number."""
    by_note = {find_note_id(row.get("note_link")): key for key, row in reversed(known.items())}
    by_note.pop(None, None)
    keys: dict[int, str] = {}
    for number, row in enumerate(rows):
        key = by_note.pop(find_note_id(row.get("note_link")), None)
        if key is not None:
            keys[number] = key
    return keys


def _place_creators(known: Rows) -> dict[str, list[str]]:
    """Keys of the book by the id and by the name of the creator."""
    places: dict[str, list[str]] = {}
    for key, row in known.items():
        for name in name_creator(row):
            places.setdefault(name, []).append(key)
    return places


def name_creator(row: Mapping[str, object]) -> list[str]:
    """The id and the name of a row's creator, as they are compared; those it has."""
    return [name for name in (fold(row.get("creator_id")), fold(row.get("creator_name"))) if name]


def _list_places(row: Row, places: dict[str, list[str]]) -> list[str]:
    return [key for name in name_creator(row) for key in places.get(name, ())]


def _fits(row: Row, other: Row) -> bool:
    """One creator's, and not two different notes."""
    notes = {find_note_id(each.get("note_link")) for each in (row, other)} - {None}
    return len(notes) < 2 and is_same_creator(row, other)


def fold_creator(row: Mapping[str, object]) -> str:
    """A creator's name as it is compared; without one the id."""
    return fold(row.get("creator_name") or row.get("creator_id"))


def is_same_creator(row: Row, other: Row) -> bool:
    """The same id; where one has none, the same name."""
    ids = [row.get("creator_id"), other.get("creator_id")]
    if all(ids):
        return ids[0] == ids[1]
    return bool(fold(row.get("creator_name"))) and fold(row.get("creator_name")) == fold(other.get("creator_name"))


def _next_key(row: Row, taken: Iterable[str]) -> str:
    stem = str(row.get("creator_id") or fold(row.get("creator_name")) or "row")
    used = set(taken)
    return next(key for number in range(1, len(used) + 2) if (key := f"{stem}#{number}") not in used)
