"""A sheet that people keep: where its header is and what its columns hold, or that it is no such sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.exports.composites import is_number, split_figures
from xhs_toolkit.exports.days import find_date
from xhs_toolkit.exports.headers import Header, find_header
from xhs_toolkit.exports.hints import (
    COSTS,
    COUNTS,
    PRICES,
    Hint,
    find_currency,
    fold,
    is_blank,
    read_hint,
    read_words,
)
from xhs_toolkit.exports.interpret import Source, name_columns
from xhs_toolkit.exports.platforms import has_link
from xhs_toolkit.exports.roles import Role, find_platforms, find_roles, find_state, to_role
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.texts import make_table
from xhs_toolkit.exports.workbooks import NONE, Markings, read_markings

if TYPE_CHECKING:
    from xhs_toolkit.campaign.agency import HeaderAnswer


MAX_ROWS, MAX_COLUMNS = 20_000, 200
"""A sheet kept by hand is smaller."""
MIN_ROLES = 3
TOP_ROWS, MOST_CELLS = 6, 0.5
"""Where a header can stand, and how many cells below it make a column one of numbers."""


class Hand(NamedTuple):
    """A sheet kept by hand with its columns named.

    Attributes
    ----------
    sheet : as opened, or turned where it lay on its side.
    header : where its header is.
    names : one name a column.
    grid : its cells, addresses in the place of words that only stand for them.
    roles, left : what the columns hold, and columns that nothing names.
    markings : number formats and addresses; row and column from 0 in the file.
    is_text : whether it was made of texts, one a booking.
    """

    sheet: Sheet
    header: Header
    names: list[str]
    grid: list[list[object]]
    roles: list[Role]
    left: list[int]
    markings: Markings
    is_text: bool = False

    @property
    def have(self) -> set[str]:
        """The roles that some column has."""
        return {item.role for item in self.roles}

    @property
    def sure(self) -> set[str]:
        """The roles of which a header speaks as well; all, where the sheet has none."""
        has_headers = any(not name.startswith("(column ") for name in self.header.names if name)
        return {item.role for item in self.roles if not (item.is_guess and has_headers)}


# ---------------------------------------------------------------------------- is it kept by hand


def is_header_word(text: str) -> bool:
    """Whether a text can head a column of a sheet kept by hand, and is not a state, a platform or a format itself."""
    if not text or len(text) > 60 or find_platforms(text) or fold(text) in _list_state_words():
        return False
    return max(read_hint(text).roles.values(), default=0.0) >= 0.6


@lru_cache(maxsize=1)
def _list_state_words() -> set[str]:
    return {fold(word) for words in read_words()["states"].values() for word in words.split("|")}


def find_hand(source: Source, path: Path, *, taught: Mapping[str, Hint | str]) -> Hand | None:
    """Name the columns of a sheet kept by hand; None where too few of them can be named."""
    sheet = source.sheet
    if not is_small(sheet):
        return None

    def is_known(text: str) -> bool:
        return is_header_word(text) or fold(text) in taught or source.knows(text)

    markings = read_markings(path, sheet.name) if sheet.encoding is None else NONE
    found = _name_sheet(sheet, is_known, markings, taught)
    turned = _turn(sheet)
    lying = _name_sheet(turned, is_known, NONE, taught) if turned else None
    if lying and len(lying.roles) > max(MIN_ROLES, len(found.roles) if found else 0):
        return lying
    if found is None or len(found.roles) < MIN_ROLES or _is_data(found.header.names):
        bare = name_bare(sheet, markings)
        return bare if bare and _shows_notes(bare) else found
    return found


def _is_data(names: Sequence[str]) -> bool:
    """Whether what was taken for a header is a row of data: it holds a link, or a state beside a day or an amount."""
    has_value = any(find_date(name) or is_number(name) for name in names)
    return any(map(has_link, names)) or (has_value and any(find_state(name) for name in names if len(name) < 25))


def _shows_notes(hand: Hand) -> bool:
    """Whether a sheet without a header is of notes: links of ours, beside names."""
    return {"note_link", "creator_name"} <= hand.have


def name_bare(sheet: Sheet, markings: Markings) -> Hand | None:
    """A sheet that has lost its header: its cells alone say what the columns hold; None where a row heads them."""
    width = sheet.cells.shape[1]
    if any(_heads_figures(sheet.cells, row) for row in range(min(TOP_ROWS, len(sheet.cells)))):
        return None
    blank = pd.DataFrame([[""] * width], dtype=object)
    cells = pd.concat([blank, sheet.cells.astype(object).set_axis(range(width), axis="columns")], ignore_index=True)
    return _name_columns(
        replace(sheet, cells=cells, first_row=sheet.first_row - 1), Header((0,), ("",) * width), markings, {}
    )


def _heads_figures(cells: pd.DataFrame, row: int) -> bool:
    """Whether a row names columns in words that nobody knows: texts only, over columns of numbers."""
    filled = [place for place, cell in enumerate(cells.iloc[row]) if not is_blank(cell)]
    texts = [str(cells.iloc[row, place]) for place in filled]
    if len(texts) < MIN_ROLES or any(is_number(text) or find_date(text) or has_link(text) for text in texts):
        return False
    below = cells.iloc[row + 1 :]
    counts = [sum(map(is_number, below[column])) for column in below.columns[filled]]
    return sum(n_numbers > MOST_CELLS * len(below) for n_numbers in counts) > 1


def find_texts(sheet: Sheet) -> Hand | None:
    """The table that a sheet of texts, one a booking, can be made; None for any other sheet."""
    table = make_table(sheet) if is_small(sheet) else None
    found = _name_sheet(table, is_header_word, NONE, {}) if table else None
    return found._replace(is_text=True) if found else None


def is_small(sheet: Sheet) -> bool:
    """Whether a person can have kept a sheet of that size."""
    return 0 < len(sheet.cells) <= MAX_ROWS and 0 < sheet.cells.shape[1] <= MAX_COLUMNS


def _turn(sheet: Sheet) -> Sheet | None:
    """A sheet on its side, upright: its first columns hold the headers."""
    if not 2 <= sheet.cells.shape[1] <= 300 or len(sheet.cells) > 200:
        return None
    rows = [row for row in sheet.cells.astype(object).to_numpy().tolist() if not all(map(is_blank, row))]
    return replace(sheet, cells=pd.DataFrame(rows, dtype=object).T.reset_index(drop=True), merged=(), first_row=0)


def _name_sheet(
    sheet: Sheet, is_known: Callable[[str], bool], markings: Markings, taught: Mapping[str, Hint | str]
) -> Hand | None:
    header = find_header(sheet, is_known)
    return _name_columns(sheet, header, markings, taught) if header else None


def _name_columns(sheet: Sheet, header: Header, markings: Markings, taught: Mapping[str, Hint | str]) -> Hand | None:
    """A sheet with its columns named, by its header and its cells."""
    grid: list[list[object]] = sheet.cells.astype(object).to_numpy().tolist()
    body = sheet.cells.iloc[header.first_data_row :]
    if body.empty:
        return None
    names = name_columns(header.names, body)
    words = [name if not re.fullmatch(r"\(column \d+\)", name) else "" for name in names]
    _show_addresses(grid, sheet, header.first_data_row, words, markings)
    is_bare = not any(words)
    names, words = split_figures(grid, header.first_data_row, names, words)
    columns = [[row[place] for row in grid[header.first_data_row :]] for place in range(len(names))]
    roles, left = find_roles(words, columns, taught=taught, is_bare=is_bare)
    return Hand(sheet, header, names, grid, roles, left, markings)


def _show_addresses(
    grid: list[list[object]], sheet: Sheet, first: int, names: Sequence[str], markings: Markings
) -> None:
    """Put the address of a cell in the place of its text, unless the header names a creator or a title."""
    for (row, column), address in markings.addresses.items():
        row, column = row - sheet.first_row, column - sheet.first_column
        if first <= row < len(grid) and 0 <= column < len(grid[row]):
            named = read_hint(names[column]).roles
            if not {"creator_name", "title"} & set(named) and not has_link(grid[row][column]):
                grid[row][column] = address


def is_posts(hand: Hand) -> bool:
    """Whether a sheet is of posts and bookings, one a row: it shows links, days, figures, or how far bookings are."""
    if any(re.search(read_words()["not_by_hand"], fold(name)) for name in hand.names):
        return False
    is_named = bool(hand.sure & {"creator_name", "note_link", "creator_link"})
    told = hand.sure & {"posted_at", "note_link", *COUNTS} or _shows_bookings(hand)
    says_more = hand.sure & {*COUNTS, "cost", "status", "paid_flag", *COSTS}
    return is_named and len(hand.roles) >= MIN_ROLES and bool(told) and bool(says_more)


def _shows_bookings(hand: Hand) -> bool:
    """Whether a column of states goes beyond who is proposed."""
    places = [item.position for item in hand.roles if item.role == "status"]
    cells = [row[place] for row in hand.grid[hand.header.first_data_row :] for place in places]
    return any(find_state(cell) not in {None, "proposed"} for cell in cells if isinstance(cell, str))


def is_creators(hand: Hand) -> bool:
    """Whether a sheet is of creators and what they ask, one a row."""
    if not any("creator_name" in item.hint.roles for item in hand.roles) and any(
        re.search(read_words()["invoice"], fold(name)) for name in hand.names
    ):
        return False
    sizes = hand.have & {"followers", "cost", *PRICES}
    return bool(hand.have & {"creator_name", "xhs_number", "creator_link"}) and bool(sizes)


def shows_states(hand: Hand) -> bool:
    """Whether a column says how far bookings are, which no export of notes does."""
    return bool(hand.have & {"status", "paid_flag"})


def shows_hand(hand: Hand) -> bool:
    """Whether columns tell a sheet that people keep from an export: states, other platforms, dollars."""
    money = [item.hint.currency for item in hand.roles if item.role in {"cost", *PRICES}]
    return bool(hand.have & {"status", "paid_flag"}) or any(code not in {None, "CNY"} for code in money)


def needs_hand(hand: Hand) -> bool:
    """Whether a sheet of creators has what only people write: dollars, other platforms, totals, figures in 万."""
    rows = hand.grid[hand.header.first_data_row :]
    labels = [fold(cell) for row in rows for cell in row[:3] if isinstance(cell, str) and len(cell) < 40]
    sizes = [item.position for item in hand.roles if item.role == "followers"]
    points = [cell for row in rows for place in sizes if re.fullmatch(r"\d{1,4}\.\d{1,2}", str(cell := row[place]))]
    paid = [
        cell
        for row in rows
        for item in hand.roles
        if item.role in {"cost", *PRICES} and isinstance(cell := row[item.position], str)
    ]
    return (
        shows_hand(hand)
        or "platform" in hand.have
        or len(points) > 0.5 * max(len(rows), 1)
        or any(find_currency(fold(cell)) not in {None, "CNY"} for cell in paid)
        or any(re.search(read_words()["totals"], label) for label in labels)
    )


def is_summary(sheet: Sheet, hands: Sequence[Hand] = ()) -> bool:
    """Whether a tab beside others is called a summary or a list, and shows no link."""
    is_named = bool(re.search(read_words()["summary_sheets"], fold(sheet.name or "")))
    return is_named and not any("note_link" in hand.have for hand in hands)


def to_hint(header: str, answer: HeaderAnswer) -> Hint:
    """What a person said a header is, as the hint that decides."""
    hint = read_hint(header)
    role = to_role(answer.column) or "ignore"
    return hint._replace(roles={role: 1.0}, kind=answer.kind or hint.kind, currency=answer.currency or hint.currency)
