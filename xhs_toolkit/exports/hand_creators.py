"""A sheet of creators that people keep, with what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.exports import cells
from xhs_toolkit.exports.evidence import read_hints
from xhs_toolkit.exports.hand_columns import Asked, read_figures
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hand_money import ask_about_money, convert, read_amounts
from xhs_toolkit.exports.hand_posts import list_preamble, tell_rows
from xhs_toolkit.exports.hints import PRICES, Hint
from xhs_toolkit.exports.interpret import Source
from xhs_toolkit.exports.layouts import Landing, Layout, match_headers
from xhs_toolkit.exports.rows import Rows, join_bounds, name_measure, read_column
from xhs_toolkit.exports.sheetrows import Record, list_hints, sort_rows

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


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
    for landing in (landing for landing in landings if landing.state == "read"):
        values = hand.sheet.cells.iloc[[record.row for record in records], landing.position].set_axis(
            index, axis="index"
        )
        result = read_column(values, landing, layout)
        columns[name_measure(landing)], bounds[name_measure(landing)] = result[0], result.lower_bound
        units |= {str(landing.column): result.unit} if result.unit else {}
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
    costs = [f"cost:{kind}" for kind in ("quoted", "", "agreed") if f"cost:{kind}" in hints]
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
    if len(result.reasons) and landing.column not in {"followers", *PRICES}:
        first = result.reasons.index[0]
        asked.tell(
            f"{len(result.reasons)} cell(s) cannot be read and stay missing: the first {result.reasons.iloc[0]}",
            "correct them, or leave them",
            row=int(first), column=landing.header, value=values[first],
        )  # fmt: skip
