"""Whether people keep a sheet, its rows where they do, and creators with what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.exports import cells
from xhs_toolkit.exports.hand_columns import (
    Asked,
    ask_about_money,
    convert,
    find_line_currency,
    read_amounts,
    read_figures,
)
from xhs_toolkit.exports.hand_kept import (
    MIN_ROLES,
    Hand,
    find_hand,
    find_texts,
    is_creators,
    is_header_word,
    is_posts,
    is_small,
    needs_hand,
    shows_states,
    to_hint,
)
from xhs_toolkit.exports.hand_posts import list_preamble, read_posts, tell_rows
from xhs_toolkit.exports.headers import split_sheet
from xhs_toolkit.exports.hints import PRICES, Hint, fold, read_hint
from xhs_toolkit.exports.interpret import (
    Reading,
    Source,
    check_columns,
    choose_by_hand,
    find_other_platform,
    has_longer_rows,
    interpret,
)
from xhs_toolkit.exports.layouts import EXACT, Landing, Layout, Match, match_headers
from xhs_toolkit.exports.meanings import read_hints
from xhs_toolkit.exports.roles import to_role
from xhs_toolkit.exports.rows import Rows, join_bounds, name_measure, read_column
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.sheetrows import Record, list_hints, sort_rows
from xhs_toolkit.exports.words import normalise

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, FileSetting


def read_creators(hand: Hand, source: Source, campaign: Campaign, layouts: Sequence[Layout]) -> tuple[Rows, Layout]:
    """Read a sheet of creators: totals, titles and other platforms go, prices are read with their currency."""
    asked = Asked((source.file, source.sheet.name), [])
    layout = next(layout for layout in layouts if layout.kind == "agency_creators")
    first = hand.header.first_data_row
    rows = sort_rows(hand.grid, first, hand.roles, hand.names, needs_links=False)
    records = rows.records
    titles = [*list_preamble(hand), *rows.titles, *source.beside]
    index = pd.Index([hand.sheet.first_row + record.row + 1 for record in records])
    hints = list_hints(hand.roles)
    landings = _land_creators(hand, layout)
    columns: dict[str, pd.Series] = {}
    bounds: dict[str, pd.Series] = {}
    units: dict[str, str] = {}
    told_apart = {"followers", *PRICES} if "followers" in hints else {*PRICES}
    for landing in (landing for landing in landings if landing.state == "read"):
        values = hand.sheet.cells.iloc[[record.row for record in records], landing.position].set_axis(
            index, axis="index"
        )
        result = read_column(values, landing, layout)
        columns[name_measure(landing)], bounds[name_measure(landing)] = result[0], result.lower_bound
        units |= {str(landing.column): result.unit} if result.unit else {}
        if landing.column not in told_apart:
            _tell_faults(values, result, landing, asked)
    if "followers" in hints:
        figures, more = read_figures(records, {"followers": hints["followers"]}, asked, hand)
        columns["followers"] = pd.Series(figures["followers"], index=index, dtype=float)
        bounds["followers"] = pd.Series(more["followers"], index=index)
    columns |= _read_prices(records, hand, campaign, titles, asked, hints, index)
    frame = pd.DataFrame(columns, index=index).assign(
        source_row=index.to_numpy(dtype=float), lower_bounds=join_bounds(bounds, index)
    )
    tell_rows(rows, records, hand, asked)
    return Rows(frame, landings, units, hand.sheet.cells.iloc[rows.totals], asked.found), layout


def _land_creators(hand: Hand, layout: Layout) -> tuple[Landing, ...]:
    """Where each header lands: as the words of machines' headers say, else as the cells do; prices are read apart."""
    matched = match_headers(
        hand.names, layout, hints=read_hints(hand.names, hand.sheet.cells.iloc[hand.header.first_data_row :])
    ).landings
    columns = {landing.column for landing in matched if landing.state == "read"}
    roles = {item.position: item for item in hand.roles}
    landings = []
    for landing in matched:
        item = roles.get(landing.position)
        name = {"cost": "image_price_cny"}.get(item.role, item.role) if item else ""
        if item and landing.state == "ignored" and name in layout.columns and name not in columns:
            columns.add(name)
            landing = landing._replace(state="read", column=name, quality=2.0)
        landings.append(landing)
    return tuple(landings)


def _read_prices(
    records: Sequence[Record],
    hand: Hand,
    campaign: Campaign,
    titles: Sequence[str],
    asked: Asked,
    hints: Mapping[str, Hint],
    index: pd.Index,
) -> dict[str, pd.Series]:
    """Prices in CNY: of image and video notes where headers say so, else one price taken for image notes."""
    named = {name: name for name in PRICES if name in hints}
    costs = [f"cost:{kind}" for kind in ("quoted", "", "agreed", "final") if f"cost:{kind}" in hints]
    if costs and "image_price_cny" not in named:
        named = {"image_price_cny": costs[0], **named}
    read = {
        column: read_amounts(name, hints[name], records=records, hand=hand, campaign=campaign, titles=titles)
        for column, name in named.items()
    }
    converted = {column: convert(fees.amounts, fees.currencies, campaign) for column, fees in read.items()}
    joined = {
        key: [part for fees in read.values() for part in getattr(fees, name)]
        for key, name in (("amount", "amounts"), ("currency", "currencies"), ("currency_source", "sources"))
    }
    ask_about_money(joined, read, {}, campaign, asked, {f"cost:{name}": hints[name] for name in named.values()})
    return {column: pd.Series(values, index=index, dtype=float) for column, values in converted.items()}


def _tell_faults(values: pd.Series, result: cells.Cells, landing: Landing, asked: Asked) -> None:
    """One line a column with unreadable cells; amounts and followers are asked about apart."""
    if len(result.reasons):
        first = result.reasons.index[0]
        asked.tell(
            f"{len(result.reasons)} cell(s) cannot be read and stay missing: the first {result.reasons.iloc[0]}",
            "correct them, or leave them",
            row=int(first), column=landing.header, value=values[first],
        )  # fmt: skip


HAND = "agency_"
"""Start of the kinds that people keep by hand."""
KEPT = frozenset({"notes", "creators", "placements"})
"""Tables that people keep a sheet of, in their own words."""
MOSTLY = 0.6
"""Share of a sheet's headers that must be as a machine writes them, for the sheet to be the machine's."""


def read_hand(hand: Hand, source: Source, campaign: Campaign) -> tuple[Rows, Layout]:
    """The rows of a sheet that people keep, and the layout they are of."""
    if is_posts(hand):
        rows, layout = read_posts(hand, source, campaign, source.layouts)
        layout = replace(layout, quirks=())
    else:
        rows, layout = read_creators(hand, source, campaign, source.layouts)
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
    reading = interpret(source)
    if reading is not None and _is_settled(reading, source):
        return []
    parts = split_sheet(sheet, lambda text: is_header_word(text) or source.knows(text), _is_whole)
    hands = [find_hand(source._replace(sheet=part), path, taught=taught) for part in parts]
    found = [hand for hand in hands if hand and (is_posts(hand) or is_creators(hand))]
    if not found and (reading is None or reading.match.missing) and (texts := find_texts(sheet)):
        return [texts] if is_posts(texts) else []
    return found if reading is None or reading.match.missing else _choose_hands(found, reading.match)


def _is_whole(names: Sequence[str]) -> bool:
    return sum(map(is_header_word, names)) >= MIN_ROLES


def _is_settled(reading: Reading, source: Source) -> bool:
    """Whether a sheet is a machine's export, another platform's, or shifted: nothing that people keep."""
    is_export = is_machine(reading.match) and source.setting is None and not _is_in_words(reading.match)
    return is_export or has_longer_rows(source, reading) or find_other_platform(reading, source) is not None


def _choose_hands(found: Sequence[Hand], match: Match) -> list[Hand]:
    """The tables to read by hand although a kind of export fits: they have what only people write."""
    is_ours = match.layout.kind.startswith(HAND) or _is_in_words(match)
    if match.layout.table == "creators" and not any(map(is_posts, found)):
        return [
            hand for hand in found if _lacks_price(hand, match) or (is_ours and needs_hand(hand)) or _says_dollars(hand)
        ]
    return list(found) if is_ours or any(shows_states(hand) or _lacks_price(hand, match) for hand in found) else []


def _is_in_words(match: Match) -> bool:
    """Whether the headers of a sheet with a fee are all in words that people use, as of one that they keep."""
    hints = [read_hint(landing.header) for landing in match.landings if landing.header]
    has_fee = {"price_cny", "amount"} & {landing.column for landing in match.read}
    return match.layout.table in KEPT and bool(has_fee) and all(hint.roles for hint in hints)


def _says_dollars(hand: Hand) -> bool:
    """Whether a line above the table names another currency than the yuan."""
    return find_line_currency(list_preamble(hand)) not in {None, "CNY"}


def _lacks_price(hand: Hand, match: Match) -> bool:
    """Whether a kind of export reads no price of a sheet that has a column of prices."""
    read = {landing.column: landing.position for landing in match.read}
    prices = [item for item in hand.roles if item.role in {"cost", *PRICES} and item.hint.roles.get(item.role) == 1]
    unread = {item.position for item in prices} - set(read.values())
    return bool(unread) and not {*PRICES, "price_cny", "spend_cny", "amount"} & set(read)


def _is_records(sheet: Sheet) -> bool:
    return sheet.encoding is not None and len(sheet.cells) > 0 and bool(sheet.cells.dtypes.eq(object).all())


def is_machine(match: Match) -> bool:
    """Whether a machine's layout fits, and most headers are written as it writes them.

    Orders, ad days and outcomes are no sheets of creators and posts, even where a column that they need is missing.
    """
    if match.layout.kind.startswith(HAND) or (match.missing and match.layout.table in KEPT):
        return False
    named = [landing for landing in match.landings if landing.header]
    listed = {normalise(name) for name in match.layout.elsewhere}
    exact = [item for item in named if item.quality >= EXACT or normalise(item.header) in listed]
    return len(exact) >= MOSTLY * len(named)
