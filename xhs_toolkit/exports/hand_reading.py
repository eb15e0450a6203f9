"""Whether people keep a sheet, and its rows where they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xhs_toolkit.exports.blocks import split_sheet
from xhs_toolkit.exports.by_hand import check_columns, choose_by_hand
from xhs_toolkit.exports.hand_creators import read_creators
from xhs_toolkit.exports.hand_kept import (
    MIN_ROLES,
    Hand,
    find_hand,
    is_creators,
    is_header_word,
    is_posts,
    is_small,
    needs_hand,
    shows_states,
    to_hint,
    to_role,
)
from xhs_toolkit.exports.hand_posts import read_posts
from xhs_toolkit.exports.headertext import normalise
from xhs_toolkit.exports.hints import PRICES, Hint, fold
from xhs_toolkit.exports.interpret import Reading, Source, find_other_platform, has_longer_rows, interpret
from xhs_toolkit.exports.kinds import is_known, list_layouts
from xhs_toolkit.exports.layouts import EXACT, Layout, Match
from xhs_toolkit.exports.rows import Rows
from xhs_toolkit.exports.sheetbase import Sheet

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, FileSetting

HAND = "agency_"
"""Start of the kinds that people keep by hand."""
MOSTLY = 0.6
"""Share of a sheet's headers that must be as a machine writes them, for the sheet to be the machine's."""


def read_hand(hand: Hand, source: Source, campaign: Campaign) -> tuple[Rows, Layout]:
    """The rows of a sheet that people keep, and the layout they are of."""
    if is_posts(hand):
        rows, layout = read_posts(hand, source, campaign, list_layouts())
        layout = replace(layout, quirks=())
    else:
        rows, layout = read_creators(hand, source, campaign, list_layouts())
    by_hand = check_columns(source.setting, rows.landings, layout)
    return rows._replace(problems=[*by_hand, *rows.problems]), layout


def make_answers(campaign: Campaign, setting: FileSetting | None) -> dict[str, Hint | str]:
    """Folded header → what a person said it is: in agency.yaml, campaign.yaml, or for the one file."""
    answers: dict[str, Hint | str] = {
        fold(header): to_hint(header, answer) for header, answer in campaign.taught_headers.items()
    }
    named = {fold(header): column for header, column in choose_by_hand(setting).items()}
    return answers | {header: to_role(column) for header, column in named.items() if to_role(column)}


def list_hands(source: Source, path: Path, taught: Mapping[str, Hint | str]) -> list[Hand]:
    """The tables of a sheet that people keep; none where a machine's layout fits it or too few columns can be named."""
    sheet, setting = source.sheet, source.setting
    is_other_kind = setting is not None and setting.kind is not None and not setting.kind.startswith(HAND)
    if is_other_kind or _is_records(sheet) or not is_small(sheet):
        return []
    reading = interpret(source, list_layouts(), known=is_known)
    if reading is not None and _is_settled(reading, source):
        return []
    parts = split_sheet(sheet, _is_known_word, _is_whole)
    hands = [find_hand(source._replace(sheet=part), path, known=is_known, taught=taught) for part in parts]
    found = [hand for hand in hands if hand and (is_posts(hand) or is_creators(hand))]
    return found if reading is None or reading.match.missing else _choose_hands(found, reading.match)


def _is_known_word(text: str) -> bool:
    return is_header_word(text) or is_known(text)


def _is_whole(names: Sequence[str]) -> bool:
    return sum(map(is_header_word, names)) >= MIN_ROLES


def _is_settled(reading: Reading, source: Source) -> bool:
    """Whether a sheet is a machine's export, another platform's, or shifted: nothing that people keep."""
    is_export = is_machine(reading.match) and source.setting is None
    return is_export or has_longer_rows(source, reading) or find_other_platform(reading, source) is not None


def _choose_hands(found: Sequence[Hand], match: Match) -> list[Hand]:
    """The tables to read by hand although a kind of export fits: they have what only people write."""
    is_ours = match.layout.kind.startswith(HAND)
    if match.layout.table == "creators" and not any(map(is_posts, found)):
        return [hand for hand in found if _lacks_price(hand, match) or (is_ours and needs_hand(hand))]
    return list(found) if is_ours else [hand for hand in found if shows_states(hand) or _lacks_price(hand, match)]


def _lacks_price(hand: Hand, match: Match) -> bool:
    """Whether a kind of export reads no price of a sheet that has a column of prices."""
    read = {landing.column: landing.position for landing in match.read}
    prices = [item for item in hand.roles if item.role in {"cost", *PRICES} and item.hint.roles.get(item.role) == 1]
    unread = {item.position for item in prices} - set(read.values())
    return bool(unread) and not {*PRICES, "price_cny", "spend_cny", "amount"} & set(read)


def _is_records(sheet: Sheet) -> bool:
    return sheet.encoding is not None and len(sheet.cells) > 0 and bool(sheet.cells.dtypes.eq(object).all())


def is_machine(match: Match) -> bool:
    """Whether a machine's layout fits, and most headers are written as it writes them."""
    if match.missing or match.layout.kind.startswith(HAND):
        return False
    named = [landing for landing in match.landings if landing.header]
    listed = {normalise(name) for name in match.layout.elsewhere}
    exact = [item for item in named if item.quality >= EXACT or normalise(item.header) in listed]
    return len(exact) >= MOSTLY * len(named)
