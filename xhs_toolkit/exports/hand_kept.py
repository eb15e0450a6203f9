"""A sheet that people keep: whether it is one, where its header is and what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.exports.days import find_date
from xhs_toolkit.exports.fees import make_fee, settle_fees
from xhs_toolkit.exports.hand_cells import find_line_currency, is_number, split_figures
from xhs_toolkit.exports.headers import Header, find_header, is_json, split_sheet
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
from xhs_toolkit.exports.interpret import (
    Reading,
    Source,
    choose_by_hand,
    find_other_platform,
    has_longer_rows,
    interpret,
    name_columns,
)
from xhs_toolkit.exports.layouts import EXACT, Match
from xhs_toolkit.exports.platforms import has_link
from xhs_toolkit.exports.roles import Role, find_platforms, find_roles, find_state, to_role
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.texts import is_board, make_cards, make_table
from xhs_toolkit.exports.words import normalise
from xhs_toolkit.exports.workbooks import NONE, Markings, read_markings

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, FileSetting
    from xhs_toolkit.campaign.agency import HeaderAnswer


STATED = {"status", "paid_flag"}
"""Roles that say how far bookings are, which no export of notes does."""
MAX_ROWS, MAX_COLUMNS = 20_000, 200
"""A sheet kept by hand is smaller."""
MAX_LOOSE = 20_000
"""Cells of a sheet that is looked through for bookings which are no rows."""
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
        return bare if bare and {"note_link", "creator_name"} <= bare.have else found
    return found


def _is_data(names: Sequence[str]) -> bool:
    """Whether what was taken for a header is a row of data: it holds a link, or a state beside a day or an amount."""
    has_value = any(find_date(name) or is_number(name) for name in names)
    return any(map(has_link, names)) or (has_value and any(find_state(name) for name in names if len(name) < 25))


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
    found, left = find_roles(words, columns, taught=taught, is_bare=is_bare)
    roles = sorted(settle_fees(found, left, words, columns))
    if made := make_fee(roles, words, columns):
        for row, cell in zip(grid, [""] * header.first_data_row + made.cells, strict=True):
            row.append(cell)
        roles = [item for item in roles if item.role != "cost"]
        roles.append(Role(len(names), "cost", made.hint, 0.5, is_guess=True))
        names = [*names, made.name]
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
    if _is_register(hand) or any(re.search(read_words()["not_by_hand"], fold(name)) for name in hand.names):
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


def _is_register(hand: Hand) -> bool:
    """Whether a sheet numbers invoices and no header of it names creators."""
    names_creators = any("creator_name" in item.hint.roles for item in hand.roles)
    return not names_creators and any(re.search(read_words()["invoice"], fold(name)) for name in hand.names)


def is_creators(hand: Hand) -> bool:
    """Whether a sheet is of creators and what they ask, one a row."""
    if _is_register(hand):
        return False
    sizes = hand.have & {"followers", "cost", *PRICES}
    return bool(hand.have & {"creator_name", "xhs_number", "creator_link"}) and bool(sizes)


def shows_hand(hand: Hand) -> bool:
    """Whether columns tell a sheet that people keep from an export: states, other platforms, dollars."""
    money = [item.hint.currency for item in hand.roles if item.role in {"cost", *PRICES}]
    return bool(hand.have & STATED) or any(code not in {None, "CNY"} for code in money)


def needs_hand(hand: Hand) -> bool:
    """Whether a sheet of creators has what only people write: dollars, English prices, platforms, totals, 万."""
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
        or any(item.hint.header.isascii() for item in hand.roles if item.role in {"cost", *PRICES})
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


HAND = "agency_"
"""Start of the kinds that people keep by hand."""


KEPT = frozenset({"notes", "creators", "placements"})
"""Tables that people keep a sheet of, in their own words."""


MOSTLY = 0.6
"""Share of a sheet's headers that must be as a machine writes them, for the sheet to be the machine's."""


def make_answers(campaign: Campaign, setting: FileSetting | None) -> dict[str, Hint | str]:
    """Folded header → what a person said it is: in agency.yaml, campaign.yaml, or for the one file."""
    answers: dict[str, Hint | str] = {
        fold(header): to_hint(header, answer) for header, answer in campaign.taught_headers.items()
    }
    named = {fold(header): column for header, column in choose_by_hand(setting).items()}
    return answers | {header: to_role(column) for header, column in named.items() if to_role(column)}


def list_hands(
    source: Source, path: Path, taught: Mapping[str, Hint | str], *, currency: str | None = None
) -> list[Hand]:
    """The tables of a sheet that people keep; none where a machine's layout fits it or too few columns can be named.

    Prices of a sheet of creators that name no currency are read by hand, and so asked about, where `currency`, the
    campaign's, is not the yuan.
    """
    sheet, setting = source.sheet, source.setting
    is_other_kind = setting is not None and setting.kind is not None and not setting.kind.startswith(HAND)
    if is_other_kind or is_json(sheet) or not is_small(sheet):
        return []
    reading = interpret(source)
    if reading is not None and _is_settled(reading, source):
        return []
    if sheet.cells.size <= MAX_LOOSE and (loose := _find_loose(source, path, taught)):
        return [loose]
    parts = split_sheet(
        sheet,
        lambda text: is_header_word(text) or source.knows(text),
        lambda names: sum(map(is_header_word, names)) >= MIN_ROLES,
    )
    hands = [find_hand(source._replace(sheet=part), path, taught=taught) for part in parts]
    found = [hand for hand in hands if hand and (is_posts(hand) or is_creators(hand))]
    if not found and (reading is None or reading.match.missing) and (texts := find_texts(sheet)):
        return [texts] if is_posts(texts) else []
    return found if reading is None or reading.match.missing else _choose_hands(found, reading.match, currency)


def _find_loose(source: Source, path: Path, taught: Mapping[str, Hint | str]) -> Hand | None:
    """The table that blocks of labelled lines, or a board of states, can be made; None for any other sheet."""
    if cards := make_cards(source.sheet):
        return find_hand(source._replace(sheet=cards), path, taught=taught)
    return find_texts(source.sheet) if is_board(source.sheet) else None


def _is_settled(reading: Reading, source: Source) -> bool:
    """Whether a sheet is a machine's export, another platform's, or shifted: nothing that people keep."""
    is_export = is_machine(reading.match) and source.setting is None and not _is_in_words(reading.match)
    return is_export or has_longer_rows(source, reading) or find_other_platform(reading, source) is not None


def _choose_hands(found: Sequence[Hand], match: Match, currency: str | None) -> list[Hand]:
    """The tables to read by hand although a kind of export fits: they have what only people write."""
    is_ours = match.layout.kind.startswith(HAND) or _is_in_words(match)
    if match.layout.table == "creators" and not any(map(is_posts, found)):
        is_foreign = is_ours and currency not in {None, "CNY"}
        return [
            hand
            for hand in found
            if _lacks_price(hand, match) or (is_ours and needs_hand(hand)) or _says_dollars(hand) or is_foreign
        ]
    return list(found) if is_ours or any(hand.have & STATED or _lacks_price(hand, match) for hand in found) else []


def _is_in_words(match: Match) -> bool:
    """Whether the headers of a sheet with a fee are all in words that people use, as of one that they keep."""
    hints = [read_hint(mapping.header) for mapping in match.mappings if mapping.header]
    has_fee = {"price_cny", "amount"} & {mapping.column for mapping in match.read}
    return match.layout.table in KEPT and bool(has_fee) and all(hint.roles for hint in hints)


def _says_dollars(hand: Hand) -> bool:
    """Whether a line above the table names another currency than the yuan."""
    return find_line_currency(list_preamble(hand)) not in {None, "CNY"}


def _lacks_price(hand: Hand, match: Match) -> bool:
    """Whether a kind of export reads no price of a sheet that has a column of prices."""
    read = {mapping.column: mapping.position for mapping in match.read}
    prices = [item for item in hand.roles if item.role in {"cost", *PRICES} and item.hint.roles.get(item.role) == 1]
    unread = {item.position for item in prices} - set(read.values())
    return bool(unread) and not {*PRICES, "price_cny", "spend_cny", "amount"} & set(read)


def is_machine(match: Match) -> bool:
    """Whether a machine's layout fits, and most headers are written as it writes them.

    Orders, ad days and outcomes are no sheets of creators and posts, even where a column that they need is missing.
    """
    if match.layout.kind.startswith(HAND) or (match.missing and match.layout.table in KEPT):
        return False
    named = [mapping for mapping in match.mappings if mapping.header]
    listed = {normalise(name) for name in match.layout.elsewhere}
    exact = [item for item in named if item.quality >= EXACT or normalise(item.header) in listed]
    return len(exact) >= MOSTLY * len(named)


def list_preamble(hand: Hand) -> list[str]:
    """Texts above the header: the name of the sheet, single cells, and whole rows."""
    above = [str(cell) for row in hand.grid[: hand.header.rows[0]] for cell in row if not is_blank(cell)]
    joined = [" ".join(str(cell) for cell in row if not is_blank(cell)) for row in hand.grid[: hand.header.rows[0]]]
    return [hand.sheet.name or "", *hand.sheet.above, *above, *joined]
