"""Which rows of a sheet kept by hand are bookings of this campaign, each once, and one record a post."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xhs_toolkit.exports.composites import is_day, list_days, take_entries
from xhs_toolkit.exports.hand_columns import Asked, to_text
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hints import COSTS, COUNTS, fold, is_blank
from xhs_toolkit.exports.roles import find_state
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
    """Without rows of a note that say nothing which an earlier row of it does not say: a row copied by mistake.

    Rows of products sent, of which one note can fill several, all stay.
    """
    products = [place for place, name in enumerate(hand.names) if _PRODUCT.search(fold(name))]
    kept: list[Record] = []
    for record in records:
        names = record.links.notes or record.links.shorts
        same = [other for other in kept if names and (other.links.notes or other.links.shorts) == names]
        sent = [[fold_cell(hand.grid[row.row][place]) for place in products] for row in (record, *same)]
        if any(_says_no_more(record, other) for other in same) and sent.count(sent[0]) > 1:
            row = hand.sheet.first_row + record.row + 1
            asked.tell("repeats an earlier row of the same note and counts once", "delete one of both", row=row)
        else:
            kept.append(record)
    return kept


_PRODUCT = re.compile(r"product|sku|item|产品|样品|货品|款")


def _says_no_more(record: Record, other: Record) -> bool:
    """Whether the amounts, figures and days of a row stand in another one of its creator, with no cost beside."""
    values = {name: cell.value for name, cell in record.cells.items() if not is_blank(cell.value)}
    first = {name: cell.value for name, cell in other.cells.items()}
    named = {name: value for name, value in values.items() if name in {"creator_name", *COUNTS} or ":" in name}
    told = named | ({"posted_at": values["posted_at"]} if is_day(values.get("posted_at")) else {})
    is_same = all(fold_cell(value) == fold_cell(first.get(name)) for name, value in told.items())
    says = find_state(str(values["status"])) if "status" in values else None
    is_same &= says is None or says == find_state(str(first.get("status")))
    return is_same and "creator_name" in told and len(told) > 1 and not values.keys() & set(COSTS)


def fold_cell(cell: object) -> str:
    """A cell in one spelling."""
    return fold(cell) if isinstance(cell, str) else "" if is_blank(cell) else str(cell)


SPREAD = {"posted_at", "title", "format", "status", *COUNTS}
"""Roles of which a cell can hold one entry a post."""
KEPT = {"creator_name", "creator_link", "xhs_number", "status", "posted_at", "platform", "format", "currency"}
"""Roles that hold for every post of a row."""
