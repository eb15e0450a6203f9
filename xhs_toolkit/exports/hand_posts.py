"""A sheet of posts and bookings that people keep: its rows, their states and the ids of their notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.exports import cells
from xhs_toolkit.exports.composites import is_number
from xhs_toolkit.exports.days import Context, Days, find_month, read_days
from xhs_toolkit.exports.fees import write_answers
from xhs_toolkit.exports.hand_columns import (
    KIND_ORDER,
    Asked,
    is_word,
    read_dates,
    read_figures,
    read_money,
    read_texts,
    take,
    to_text,
    to_utc,
)
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hand_records import (
    ask_guesses,
    ask_unread,
    drop_repeats,
    keep_own,
    split_posts,
)
from xhs_toolkit.exports.hints import COUNTS, Hint, fold, is_blank, read_words, to_column
from xhs_toolkit.exports.interpret import Source
from xhs_toolkit.exports.layouts import Landing, Layout, State, match_headers
from xhs_toolkit.exports.platforms import has_link
from xhs_toolkit.exports.roles import Role, find_state, find_yes_no
from xhs_toolkit.exports.rows import Rows, find_column, join_bounds, read_column
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
    columns["state"], columns["status"] = _read_states(records, columns, days, asked, campaign, hand)
    columns["note_id"] = _name_notes(records, columns, days, asked)
    columns["short_id"] = [record.links.shorts[0] if record.links.shorts else None for record in records]
    frame = frame.assign(**{name: _as_series(values, name, frame.index) for name, values in columns.items()})
    frame = frame.assign(
        posted_precision=pd.Series(
            [_name_precision(*day) for day in zip(days.moments, days.has_clock, strict=True)],
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
    frame, landings = _add_by_lexicon(frame, hand, layout, records, rows)
    tell_rows(rows, records, hand, asked)
    ask_guesses(hand, asked)
    ask_unread(hand, landings, asked, campaign)
    totals = hand.sheet.cells.iloc[rows.totals]
    problems = sorted(asked.found, key=lambda problem: problem.topic is None)
    return Rows(frame, landings, {}, totals, problems), layout


def _name_precision(day: datetime | None, has_clock: bool) -> str | None:
    return None if day is None else "time" if has_clock else "date"


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


def list_preamble(hand: Hand) -> list[str]:
    """Texts above the header: the name of the sheet, single cells, and whole rows."""
    above = [str(cell) for row in hand.grid[: hand.header.rows[0]] for cell in row if not is_blank(cell)]
    joined = [" ".join(str(cell) for cell in row if not is_blank(cell)) for row in hand.grid[: hand.header.rows[0]]]
    return [hand.sheet.name or "", *hand.sheet.above, *above, *joined]


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


def _read_states(
    records: Sequence[Record],
    columns: Mapping[str, list[Any]],
    days: Days,
    asked: Asked,
    campaign: Campaign,
    hand: Hand,
) -> tuple[list[str | None], list[str | None]]:
    """State of each row, and the status as written; words that are no state are asked about in one question."""
    unknown = Counter[str]()
    states: list[str | None] = []
    written = [to_text(cell) for cell in take(records, "status")]
    taught = tuple(campaign.taught_states.items())
    today = hand.sheet.created_at or hand.sheet.modified_at
    has_links = "note_link" in hand.have
    for place, record in enumerate(records):
        cell = record.cells["status"].value if "status" in record.cells else None
        said = _read_status(cell, taught)
        if said is None and not is_blank(cell):
            unknown[str(cell)[:40]] += 1
        is_shown = bool(record.links.notes or record.links.shorts) or _shows_figure(columns, place)
        day = days.moments[place]
        is_past = day is not None and (today is None or day.date() <= today.date())
        state = said or record.section_state or _infer_state(
            is_shown=is_shown, is_past=is_past, has_links=has_links,
            has_amount=columns["amount"][place] is not None, is_unknown=not is_blank(cell),
        )  # fmt: skip
        flag = record.cells["paid_flag"].value if "paid_flag" in record.cells else None
        is_paid = find_yes_no(flag) is True or (isinstance(flag, str) and find_state(flag) == "paid")
        states.append("paid" if is_paid and state == "posted" else state)
    if unknown:
        listed = ", ".join(f"{word!r} ({n})" for word, n in unknown.most_common(5))
        asked.tell(
            f"words that are no known state: {listed}",
            "say what they mean under taught in campaign.yaml or agency.yaml: states: {word: posted}",
            topic="state", proposal="agreed where nothing was posted",
            teaches=write_answers(states=dict.fromkeys(unknown, "agreed")),
            column=next(item.hint.header for item in hand.roles if item.role == "status"),
        )  # fmt: skip
    return states, written


def _shows_figure(columns: Mapping[str, list[Any]], place: int) -> bool:
    """Whether a row has a figure above 0 that only a published note has."""
    return any(columns[name][place] > 0 for name in COUNTS if name in columns)


def _read_status(cell: object, taught: tuple[tuple[str, str], ...]) -> str | None:
    """The state a cell names; yes and no say whether the note is out, a day or a link that it is."""
    if is_blank(cell):
        return None
    answer = find_yes_no(cell)
    if answer is not None:
        return "posted" if answer else "agreed"
    if isinstance(cell, str):
        return find_state(cell, taught) or ("posted" if has_link(cell) else None)
    return None


def _infer_state(*, is_shown: bool, is_past: bool, has_links: bool, has_amount: bool, is_unknown: bool) -> str:
    """What a row without a state is: posted with a link or a figure, or with a past day where links are not kept."""
    if is_shown or (is_past and not has_links and not is_unknown):
        return "posted"
    return "agreed" if has_amount else "proposed"


def _name_notes(
    records: Sequence[Record], columns: Mapping[str, list[Any]], days: Days, asked: Asked
) -> list[str | None]:
    """Id of each published note: of its link, of its short link, else its day and creator."""
    ids: list[str | None] = []
    seen = Counter[str]()
    linked = {record.row for record in records if record.links.ordered}
    for place, record in enumerate(records):
        links = record.links.notes or record.links.shorts
        state, is_seen = columns["state"][place], days.moments[place] is not None or _shows_figure(columns, place)
        is_out = state == "posted" or (state == "paid" and is_seen) or _shows_figure(columns, place)
        is_beside = record.row in linked and not _shows_figure(columns, place)
        if links:
            ids.append(links[0])
        elif is_out and not is_beside and columns["creator_name"][place]:
            day = days.moments[place]
            name = (
                f"posted:{day:%Y-%m-%d}|{columns['creator_name'][place]}"
                if day
                else f"posted:|{columns['creator_name'][place]}"
            )
            seen[name] += 1
            ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
        else:
            ids.append(None)
    n_named = sum(bool(name) and str(name).startswith("posted:") for name in ids)
    if n_named:
        asked.tell(
            f"{n_named} published note(s) have no link and are known by creator and day",
            "add their links, so that other files can be joined",
        )
    return ids


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
) -> tuple[pd.DataFrame, tuple[Landing, ...]]:
    """Read what only the words of machines' headers name (来源发现页曝光, 完播率), and say where each header landed."""
    matched = match_headers(hand.names, layout).landings
    taken = {item.position: item for item in hand.roles}
    columns = {to_column(item.role) for item in hand.roles}
    body = hand.sheet.cells
    landings: list[Landing] = []
    for landing in matched:
        item = taken.get(landing.position)
        if item is not None:
            state: State = "read" if _is_first(item, hand) else "duplicate"
            landings.append(
                landing._replace(
                    state=state,
                    column=to_column(item.role),
                    group=None,
                    quality=2.0 if item.score >= 1 else 0.5,
                )
            )
            continue
        column = find_column(str(landing.column), layout) if landing.state == "read" else None
        if (
            column is None
            or landing.column in columns
            or (landing.position not in hand.left and is_blank(hand.names[landing.position]))
        ):
            landings.append(landing if landing.state == "private" else landing._replace(state="ignored", column=None))
            continue
        values = body.iloc[[record.row for record in records], landing.position].set_axis(frame.index, axis="index")
        frame = frame.assign(**{column.name: read_column(values, landing, layout)[0]})
        columns.add(column.name)
        landings.append(landing)
    return frame, tuple(landings)


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
