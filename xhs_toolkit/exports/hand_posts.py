"""The rows of a sheet that people keep: of posts and bookings, and of creators with what they ask."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.exports import cells
from xhs_toolkit.exports.days import Context, find_month, read_days
from xhs_toolkit.exports.hand_cells import is_number
from xhs_toolkit.exports.hand_columns import (
    KIND_ORDER,
    Asked,
    ask_about_money,
    convert,
    is_word,
    read_amounts,
    read_dates,
    read_figures,
    read_money,
    read_texts,
    take,
    to_utc,
)
from xhs_toolkit.exports.hand_kept import Hand, is_posts, list_preamble
from xhs_toolkit.exports.hand_records import (
    ask_guesses,
    ask_unread,
    drop_repeats,
    keep_own,
    name_notes,
    read_states,
    split_posts,
)
from xhs_toolkit.exports.hints import COUNTS, PRICES, Hint, fold, is_blank, read_words, to_column
from xhs_toolkit.exports.interpret import Source, check_columns
from xhs_toolkit.exports.layouts import ColumnMapping, Layout, State, match_headers
from xhs_toolkit.exports.meanings import read_hints
from xhs_toolkit.exports.roles import Role
from xhs_toolkit.exports.rows import Rows, find_column, join_bounds, name_measure, read_column
from xhs_toolkit.exports.sheetrows import Record, Sorted, fill_merged_cells, list_hints, sort_rows
from xhs_toolkit.tables import TABLES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


MERGED = {
    "creator_name",
    "creator_link",
    "xhs_number",
    "note_link",
    "platform",
    "status",
    "posted_at",
    "currency",
    "client",
}
"""Roles whose merged cells hold for every row; figures and amounts stand once."""
_AS_OF = re.compile(
    r"(?:updated?|as at|as of|last update|snapshot|pulled|captured|taken|data to|correct at"
    r"|更新|截至|截止|数据日期|统计|抓取|采集)[^\d]{0,20}(.{4,30})"
)
_CJK = re.compile(r"[一-鿿]")


def read_posts(hand: Hand, source: Source, campaign: Campaign, layouts: Sequence[Layout]) -> tuple[Rows, Layout]:
    """Read a sheet of posts.

    Returns
    -------
    The rows as `rows.read_rows` gives them, and the layout they are of.
    """
    asked = Asked((source.file, source.sheet.name), [])
    first = hand.header.first_data_row
    texts = [item.position for item in hand.roles if item.role in MERGED]
    fill_merged_cells(hand.grid, hand.sheet.merged, texts, hand.sheet.first_row)
    fill_from_earlier(hand.grid, first, hand.roles)
    carry_down(hand.grid, first, [item.position for item in hand.roles if item.role == "as_of"])
    rows = sort_rows(hand.grid, first, hand.roles, hand.names)
    titles = [*list_preamble(hand), *rows.titles, *source.beside]
    own = keep_own(rows.records, hand, campaign, asked)
    pieces = [piece for record in own for piece in split_posts(record, asked, hand)]
    records = drop_repeats(pieces, hand, asked)
    context = _make_context(hand, source, campaign, titles)
    frame = pd.DataFrame(index=[hand.sheet.first_row + record.row + 1 for record in records])
    hints = list_hints(hand.roles)
    figures, bounds = read_figures(records, hints, asked, hand)
    days = read_dates(records, context, asked, hints)
    columns = {
        **figures,
        **read_texts(records),
        **read_money(records, hand, campaign, titles, asked, hints),
        "posted_at": [to_utc(day) for day in days.moments],
    }
    columns["state"], columns["status"] = read_states(records, columns, days, asked, campaign, hand)
    columns["note_id"] = name_notes(records, columns, days, asked)
    columns["short_id"] = [record.links.shorts[0] if record.links.shorts else None for record in records]
    frame = frame.assign(**{name: _as_series(values, name, frame.index) for name, values in columns.items()})
    frame = frame.assign(
        posted_precision=pd.Series(
            [
                None if day is None else "time" if clock else "date"
                for day, clock in zip(days.moments, days.has_clock, strict=True)
            ],
            index=frame.index, dtype="str",
        ),
        source_row=frame.index.to_numpy(dtype=float),
        lower_bounds=join_bounds({name: pd.Series(mask, frame.index) for name, mask in bounds.items()}, frame.index),
    )  # fmt: skip
    if "as_of" in hints:
        moments = read_days(take(records, "as_of"), context).moments
        frame["as_of"] = pd.Series([to_utc(day) for day in moments], index=frame.index, dtype="datetime64[us, UTC]")
    elif (age := _find_age(hints)) is not None:
        frame["as_of"] = frame["posted_at"] + pd.Timedelta(days=age)
    elif (moment := _find_as_of(titles, context)) is not None:
        frame["as_of"] = pd.Series(moment, index=frame.index, dtype="datetime64[us, UTC]")
    layout = _choose_layout(layouts, hand, frame)
    frame, mappings = _add_by_lexicon(frame, hand, layout, records, rows)
    tell_rows(rows, records, hand, asked)
    ask_guesses(hand, asked)
    ask_unread(hand, mappings, asked, campaign)
    totals = hand.sheet.cells.iloc[rows.totals]
    problems = sorted(asked.found, key=lambda problem: problem.topic is None)
    return Rows(frame, mappings, {}, totals, problems), layout


def fill_from_earlier(grid: list[list[object]], first: int, roles: Sequence[Role]) -> None:
    """Fill what a figure's last age leaves open with the age before it: likes after 14 days where 30 are not over."""
    for item in roles:
        for row in grid[first:] if item.further else ():
            if not is_number(row[item.position]):
                earlier = (row[place] for place in item.further if is_number(row[place]))
                row[item.position] = next(earlier, row[item.position])


def carry_down(grid: list[list[object]], first: int, places: Sequence[int]) -> None:
    """Let the day of a snapshot, written once above its rows, hold for all of them."""
    for place in places:
        last: object = None
        for row in grid[first:]:
            last = last if is_blank(row[place]) or is_word(row[place]) else row[place]
            if last is not None and is_blank(row[place]) and not all(map(is_blank, row)):
                row[place] = last


def _make_context(hand: Hand, source: Source, campaign: Campaign, titles: Sequence[str]) -> Context:
    made = hand.sheet.created_at or hand.sheet.modified_at
    heads = [name for name in hand.names if name]
    return Context(
        (campaign.window.start, campaign.window.end),
        made.date() if made else None,
        (source.file, *titles),
        any(market in read_words()["day_first_markets"] for market in campaign.markets) or None,
        sum(bool(_CJK.search(name)) for name in heads) > 0.5 * len(heads),
        find_month(hand.sheet.name or ""),
    )


# --------------------------------------------------------------------------- what is left of the sheet


def _find_as_of(titles: Sequence[str], context: Context) -> pd.Timestamp | None:
    """The end of the day that a line such as "Updated 30/04/26" names."""
    for text in titles:
        found = _AS_OF.search(fold(text)) if len(text) < 120 else None
        days = (
            read_days([part.strip(" :：") for part in re.split(r"[|,;，]", found.group(1))][:1], context)
            if found
            else None
        )
        if days and days.moments[0]:
            return pd.Timestamp(days.moments[0].date(), tz=cells.BEIJING).tz_convert("UTC") + pd.Timedelta(
                days=1, seconds=-1
            )
    return None


def _find_age(hints: Mapping[str, Hint]) -> float | None:
    """Days after posting at which all figures of a sheet were taken, as their headers say; the last of several."""
    ages = [hints[name].age_days for name in COUNTS if name in hints]
    known = [age for age in ages if age is not None and age < MAX_AGE]
    return max(known) if known and len(known) == len(ages) else None


MAX_AGE = 1_000
"""Ages of figures are less; from here on `hints.read_hint` counts the days that headers name."""


def _choose_layout(layouts: Sequence[Layout], hand: Hand, frame: pd.DataFrame) -> Layout:
    """Bookings where a sheet says what was booked or what it cost, else notes."""
    kinds = {layout.kind: layout for layout in layouts}
    booked = (
        hand.have & {"status", "paid_flag", "product_cost_cny", "shipping_cost_cny"} or frame["note_id"].isna().any()
    )
    return kinds["agency_seeding" if booked else "agency_notes"]


def _add_by_lexicon(
    frame: pd.DataFrame, hand: Hand, layout: Layout, records: Sequence[Record], rows: Sorted
) -> tuple[pd.DataFrame, tuple[ColumnMapping, ...]]:
    """Read what only the words of machines' headers name (来源发现页曝光, 完播率), and say where each header landed."""
    matched = match_headers(hand.names, layout).mappings
    taken = {item.position: item for item in hand.roles}
    columns = {to_column(item.role) for item in hand.roles}
    body = hand.sheet.cells
    mappings: list[ColumnMapping] = []
    for mapping in matched:
        item = taken.get(mapping.position)
        if item is not None:
            state: State = "read" if _is_first(item, hand) else "duplicate"
            mappings.append(
                mapping._replace(
                    state=state,
                    column=to_column(item.role),
                    group=None,
                    quality=2.0 if item.score >= 1 else 0.5,
                )
            )
            continue
        column = find_column(str(mapping.column), layout) if mapping.state == "read" else None
        if (
            column is None
            or mapping.column in columns
            or (mapping.position not in hand.left and is_blank(hand.names[mapping.position]))
        ):
            mappings.append(mapping if mapping.state == "private" else mapping._replace(state="ignored", column=None))
            continue
        values = body.iloc[[record.row for record in records], mapping.position].set_axis(frame.index, axis="index")
        frame = frame.assign(**{column.name: read_column(values, mapping, layout)[0]})
        columns.add(column.name)
        mappings.append(mapping)
    return frame, tuple(mappings)


def _is_first(item: Role, hand: Hand) -> bool:
    """Whether a column is what its role is read from: of several fees the agreed one."""
    if item.role != "cost":
        return True
    kinds = [other.hint.kind for other in hand.roles if other.role == "cost"]
    return item.hint.kind == min(kinds, key=KIND_ORDER.index)


def tell_rows(rows: Sorted, records: Sequence[Record], hand: Hand, asked: Asked) -> None:
    """Say which rows are left out, and which totals sum to nothing."""
    for platform, lost in rows.others.items():
        n_rows = f"{len(lost):,} rows are" if len(lost) > 1 else "1 row is"
        asked.tell(
            f"{n_rows} of another platform ({platform}) and left out",
            "nothing, unless the column says something else",
            row=hand.sheet.first_row + lost[0] + 1,
        )
    if rows.untied:
        asked.tell(
            f"{len(rows.untied)} total(s) of fees are no sum of the fees above them, which count",
            "look whether a row is missing, or a fee is written in a way that is not read",
            topic="money", proposal="the rows count",
            row=hand.sheet.first_row + rows.untied[0][0] + 1, value=rows.untied[0][1],
        )  # fmt: skip
    for row, label in rows.loose_totals:
        asked.tell(
            "is a total by its label, and no sum of rows above it; it is left out",
            "nothing, if it only sums up",
            row=hand.sheet.first_row + row + 1,
            value=label,
        )


def _as_series(values: Sequence[Any], name: str, index: pd.Index) -> pd.Series:
    kinds = {column.name: column.storage for table in TABLES.values() for column in table}
    return pd.Series(list(values), index=index, dtype=kinds.get(name, "str"))


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
    mappings = _land_creators(hand, layout)
    columns: dict[str, pd.Series] = {}
    bounds: dict[str, pd.Series] = {}
    units: dict[str, str] = {}
    sizes: dict[str, Hint] = {name: hints[name] for name in ("followers", "likes_and_collects") if name in hints}
    for mapping in (mapping for mapping in mappings if mapping.state == "read"):
        values = hand.sheet.cells.iloc[[record.row for record in records], mapping.position].set_axis(
            index, axis="index"
        )
        result = read_column(values, mapping, layout)
        columns[name_measure(mapping)], bounds[name_measure(mapping)] = result[0], result.lower_bound
        units |= {str(mapping.column): result.unit} if result.unit else {}
        if mapping.column not in {*sizes, *PRICES}:
            _tell_faults(values, result, mapping, asked)
    figures, more = read_figures(records, sizes, asked, hand)
    for name in sizes:
        columns[name] = pd.Series(figures[name], index=index, dtype=float)
        bounds[name] = pd.Series(more[name], index=index)
    columns |= _read_prices(records, hand, campaign, titles, asked, hints, index)
    frame = pd.DataFrame(columns, index=index).assign(
        source_row=index.to_numpy(dtype=float), lower_bounds=join_bounds(bounds, index)
    )
    tell_rows(rows, records, hand, asked)
    return Rows(frame, mappings, units, hand.sheet.cells.iloc[rows.totals], asked.found), layout


def _land_creators(hand: Hand, layout: Layout) -> tuple[ColumnMapping, ...]:
    """Where each header lands: as the words of machines' headers say, else as the cells do; prices are read apart."""
    matched = match_headers(
        hand.names, layout, hints=read_hints(hand.names, hand.sheet.cells.iloc[hand.header.first_data_row :])
    ).mappings
    columns = {mapping.column for mapping in matched if mapping.state == "read"}
    roles = {item.position: item for item in hand.roles}
    mappings = []
    for mapping in matched:
        item = roles.get(mapping.position)
        name = {"cost": "image_price_cny"}.get(item.role, item.role) if item else ""
        if item and mapping.state == "ignored" and name in layout.columns and name not in columns:
            columns.add(name)
            mapping = mapping._replace(state="read", column=name, quality=2.0)
        mappings.append(mapping)
    return tuple(mappings)


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


def _tell_faults(values: pd.Series, result: cells.Cells, mapping: ColumnMapping, asked: Asked) -> None:
    """One line a column with unreadable cells; amounts and followers are asked about apart."""
    if len(result.reasons):
        first = result.reasons.index[0]
        asked.tell(
            f"{len(result.reasons)} cell(s) cannot be read and stay missing: the first {result.reasons.iloc[0]}",
            "correct them, or leave them",
            row=int(first), column=mapping.header, value=values[first],
        )  # fmt: skip


def read_hand(hand: Hand, source: Source, campaign: Campaign) -> tuple[Rows, Layout]:
    """The rows of a sheet that people keep, and the layout they are of."""
    if is_posts(hand):
        rows, layout = read_posts(hand, source, campaign, source.layouts)
        layout = replace(layout, quirks=())
    else:
        rows, layout = read_creators(hand, source, campaign, source.layouts)
    by_hand = check_columns(source.setting, rows.mappings, layout)
    return rows._replace(problems=[*by_hand, *rows.problems]), layout
