"""Which rows of a sheet kept by hand are bookings of this campaign, each once: their states, notes and questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xhs_toolkit.exports.days import Days
from xhs_toolkit.exports.hand_cells import guess_currency, list_days, read_fee, take_entries, write_answers
from xhs_toolkit.exports.hand_columns import Asked, split_name, take, to_text
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hints import (
    COUNTS,
    ENOUGH,
    find_currency,
    fold,
    is_blank,
    names_part,
    read_hint,
    read_words,
    to_column,
)
from xhs_toolkit.exports.layouts import ColumnMapping
from xhs_toolkit.exports.meanings import read_meaning
from xhs_toolkit.exports.platforms import has_link
from xhs_toolkit.exports.roles import ASKED_AGAIN, find_state, find_yes_no, weigh
from xhs_toolkit.exports.sheetrows import Record

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


def keep_own(records: Sequence[Record], hand: Hand, campaign: Campaign, asked: Asked) -> list[Record]:
    """Rows of this campaign, where a column names several and one of them is this; else all, with a question."""
    header = next((item.hint.header for item in hand.roles if item.role == "client"), None)
    names = [to_text(record.cells["client"].value) if "client" in record.cells else None for record in records]
    counts = Counter(name for name in names if name)
    if header is None or len(counts) < 2 or len(counts) > 0.5 * len(records):
        return list(records)
    listed = ", ".join(f"{name} ({n} rows)" for name, n in counts.most_common(5))
    ours = {name for name in counts if any(_is_same_name(name, own) for own in (campaign.client, campaign.name))}
    if not ours:
        asked.tell(
            f"names several clients or campaigns: {listed}; the rows of all of them count",
            "keep the rows of this campaign, or write its name as client or campaign in campaign.yaml",
            topic="money", proposal="all rows count", column=header,
        )  # fmt: skip
        return list(records)
    if rest := [name for name in counts if name not in ours]:
        n_rows = sum(counts[name] for name in rest)
        asked.tell(f"{n_rows} rows are of other campaigns ({', '.join(rest)}) and left out", "nothing", column=header)
    return [record for record, name in zip(records, names, strict=True) if name is None or name in ours]


def _is_same_name(one: str, other: str) -> bool:
    short, long = sorted((fold(one), fold(other)), key=len)
    return len(short) > 2 and short in long


def split_posts(record: Record, asked: Asked, hand: Hand) -> list[Record]:
    """One record a note, where a cell holds several links, or several days.

    Days, figures and formats that name as many entries go to the posts one by one; others stay with the first.
    """
    links = record.links
    entries = [take_entries(record.cells[name].value, len(links.ordered)) for name in SPREAD & record.cells.keys()]
    is_one_each = bool(links.notes and links.shorts) and any(entries)
    notes = links.ordered if is_one_each else links.notes or links.shorts
    days = list_days(record.cells["posted_at"].value) if "posted_at" in record.cells else []
    n_posts = len(notes) if len(notes) > 1 else len(days)
    if n_posts < 2 or (len(notes) == 1 and len(days) > 1):
        return [record]
    spread = {
        name: one_each
        for name, cell in record.cells.items()
        if name in SPREAD and (one_each := take_entries(cell.value, n_posts)) is not None
    }
    shared = {name: cell for name, cell in record.cells.items() if name not in spread and name in KEPT}
    if not spread.keys() & set(COUNTS) and record.cells.keys() & set(COUNTS):
        asked.tell(
            f"holds {n_posts} posts; the figures of the row count for the first",
            "give each note a row of its own",
            row=hand.sheet.first_row + record.row + 1,
        )
    pieces = []
    for place in range(n_posts):
        own = {name: record.cells[name]._replace(value=listed[place]) for name, listed in spread.items()}
        rest = record.cells if not place else shared
        mine = links._replace(notes=notes[place : place + 1], shorts=()) if notes else links
        pieces.append(record._replace(cells={**rest, **own}, links=mine))
    return pieces


def drop_repeats(records: Sequence[Record], hand: Hand, asked: Asked) -> list[Record]:
    """Without rows that say nothing which an earlier row of the same note does not say: a row copied by mistake.

    Remarks do not count, nor does a status that is no state. Rows of several products sent differ in the product: where
    they say the same in all that is read, with a fee, both count and are asked about.
    """
    remarks = [
        place for place, name in enumerate(hand.names) if _REMARKS.search(fold(name)) or name.startswith("(column ")
    ]
    first: dict[tuple[str, ...], list[Record]] = {}
    kept: list[Record] = []
    alike: list[int] = []
    for record in records:
        names, row = record.links.notes or record.links.shorts, hand.sheet.first_row + record.row + 1
        earlier = [other for other in first.get(names, []) if other.row != record.row] if names else []
        if any(_says_no_more(hand.grid[record.row], hand.grid[other.row], remarks) for other in earlier):
            asked.tell("repeats an earlier row of the same note and counts once", "delete one of both", row=row)
            continue
        if any(_says_the_same(record, other) for other in earlier):
            alike.append(row)
        first.setdefault(names, []).append(record)
        kept.append(record)
    if alike:
        asked.tell(
            f"{len(alike)} row(s) with a fee say the same as a row above, and their fees are added to it",
            "delete the copies, or leave them where each is a fee of its own",
            topic="money", proposal="each is a fee of its own", row=alike[0],
        )  # fmt: skip
    return kept


def _says_the_same(record: Record, other: Record) -> bool:
    """Whether two rows with a fee have the same in every column that is read."""
    pairs = [(cell.value, other.cells[name].value) for name, cell in record.cells.items() if name in other.cells]
    has_fee = any(read_fee(cell.value).amount for name, cell in record.cells.items() if name.startswith("cost"))
    return has_fee and all(fold_cell(one) == fold_cell(another) for one, another in pairs)


_REMARKS = re.compile(r"note|remark|comment|status|stage|备注|说明|状态|进度|^#$|^no\.?$|序号|编号")


def _says_no_more(cells: Sequence[object], earlier: Sequence[object], remarks: Sequence[int]) -> bool:
    """Whether each cell of a row stands in the earlier one, or is a remark; a status that is another state is none."""
    for place, (cell, other) in enumerate(zip(cells, earlier, strict=True)):
        if is_blank(cell) or fold_cell(cell) == fold_cell(other):
            continue
        state = find_state(cell) if isinstance(cell, str) else None
        if place not in remarks or has_link(cell) or (state and state != find_state(fold_cell(other))):
            return False
    return True


def fold_cell(cell: object) -> str:
    """A cell in one spelling."""
    return fold(cell) if isinstance(cell, str) else "" if is_blank(cell) else str(cell)


SPREAD = {"posted_at", "title", "format", "status", *COUNTS}
"""Roles of which a cell can hold one entry a post."""
KEPT = {"creator_name", "creator_link", "xhs_number", "status", "posted_at", "platform", "format", "currency"}
"""Roles that hold for every post of a row."""


# --------------------------------------------------------------------------- what there is to ask


def _has_fee(hand: Hand) -> bool:
    """Whether a sheet has a price, or a fee that is more than a quote."""
    costs = [item for item in hand.roles if item.role == "cost" and item.hint.kind != "quoted"]
    return bool(costs) or bool({"image_price_cny", "video_price_cny"} & hand.have)


def ask_guesses(hand: Hand, asked: Asked) -> None:
    """One question about all columns that are read by their cells, where their headers say too little."""
    if hand.is_text:
        asked.tell(
            f"is no table: {len(hand.sheet.cells) - 1} texts are read as bookings, one each",
            "look at some of them, or give each booking a row and each figure a column",
            topic="other",
            proposal="they are bookings",
        )
    guessed = [item for item in hand.roles if item.is_guess]
    if not guessed:
        return
    kinds = {"cost": "money", "posted_at": "date"}
    topics = [kinds.get(item.role, "figure") for item in guessed]
    listed = ", ".join(
        f"{item.hint.header or f'column {item.position + 1}'} as {to_column(item.role)}" for item in guessed
    )
    asked.tell(
        f"headers do not say what these columns are; their cells do: {listed}",
        "say what they are under taught in campaign.yaml (xhs check --explain FILE writes the lines)",
        topic=next(topic for topic in ("money", "date", "figure") if topic in topics),
        proposal=listed,
        column=guessed[0].hint.header or None,
        teaches=write_answers(
            headers={item.hint.header: {"column": to_column(item.role)} for item in guessed if item.hint.header}
        ),
    )


def ask_unread(hand: Hand, mappings: Sequence[ColumnMapping], asked: Asked, campaign: Campaign) -> None:
    """Ask about columns that are not read and look like what the sheet lacks: dates, fees, states, figures."""
    used = {mapping.position for mapping in mappings if mapping.state in {"read", "duplicate", "private"}}
    first = hand.header.first_data_row
    left = {place: weigh([row[place] for row in hand.grid[first:]]) for place in hand.left if place not in used}
    left = {place: shares for place, shares in left.items() if not read_meaning(hand.names[place]).is_private}
    dates = [place for place, shares in left.items() if shares.get("date", 0) >= ENOUGH]
    numbers = [place for place, shares in left.items() if place not in dates and shares.get("number", 0) >= ENOUGH]
    money = [place for place in left if left[place].get("money", 0) >= ENOUGH and _may_be_money(hand, place)]
    words = [place for place, shares in left.items() if shares.get("text", 0) >= ENOUGH]
    states = [place for place in words if max(left[place]["status"], left[place]["yes_no"]) >= SOME]
    fees = [] if _has_fee(hand) else money[:1]
    strange = [place for place in numbers if place not in fees and _may_be_figures(hand, place)]
    fee = {"column": "price_cny", "currency": None, "kind": "agreed"}
    for topic, looks_like, proposal, answer, places, is_there in (
        ("date", "dates", "the date of posting", {"column": "posted_at"}, dates[:1], "posted_at" in hand.have),
        ("money", "money", "the agreed fee", fee, fees, False),
        ("state", "states", "the state", {"column": "status"}, states[:1], bool(hand.have & {"status", "paid_flag"})),
        ("figure", "figures", "leave them out", {"column": "likes"}, strange, set(FIGURES_OF_NOTES) <= hand.have),
    ):
        places = [place for place in places if sum(not is_blank(row[place]) for row in hand.grid[first:]) > 1]
        if is_there or not places:
            continue
        names = [hand.names[place] for place in places]
        if "currency" in answer:
            answer = {**answer, "currency": guess_currency([*names, *(row[places[0]] for row in hand.grid)], campaign)}
        asked.tell(
            f"is not read and looks like {looks_like}, which the sheet lacks"
            + (f"; so do {', '.join(names[1:])}" if names[1:] else ""),
            "say what it is under taught in campaign.yaml (xhs check --explain FILE writes the lines)",
            topic=topic, proposal=proposal, column=names[0], teaches=write_answers(headers={names[0]: answer}),
        )  # fmt: skip


FIGURES_OF_NOTES = ("likes", "collects", "comments")
"""Figures that a sheet of notes usually has."""
SOME = 0.3
"""Share of cells that name a known state, from which the others may be states in words that are not known."""


def _may_be_figures(hand: Hand, place: int) -> bool:
    """Whether numbers can be figures of notes: they do not number the rows, and no word of their header says else."""
    name = hand.names[place]
    cells = [fold(to_text(row[place])) for row in hand.grid[hand.header.first_data_row :] if not is_blank(row[place])]
    if cells[:2] == ["1", "2"] or re.search(read_words()["totals"], fold(name)):
        return False
    return not set(FIGURES_OF_NOTES) & hand.have or not (read_meaning(name).is_clear or names_part(name, "cost"))


def _may_be_money(hand: Hand, place: int) -> bool:
    """Whether numbers can be amounts: they or their header name a currency, or the header is not understood."""
    name, cells = hand.names[place], [row[place] for row in hand.grid]
    is_named = any(find_currency(fold(cell)) for cell in (name, *cells))
    return is_named or not read_meaning(name).is_clear or bool(read_hint(name).roles.keys() & set(ASKED_AGAIN))


def read_states(
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
    names = take(records, "creator_name")
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
        named = split_name(name)[1] if (name := to_text(names[place])) else None
        state = said or named or record.section.state or _infer_state(
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


def name_notes(
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
