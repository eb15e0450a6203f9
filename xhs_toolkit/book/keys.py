"""Which row of the book a deliverable of the files is: by its note, else by its creator's next row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from xhs_toolkit.book.columns import fold
from xhs_toolkit.book.merge import Row, Rows

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
