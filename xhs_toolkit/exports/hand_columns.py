"""Texts, figures and days of a sheet kept by hand, column by column, and what there is to ask about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports import cells
from xhs_toolkit.exports.days import Context, Days, read_days
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hints import FIGURES, Hint, fold
from xhs_toolkit.exports.links import find_creator
from xhs_toolkit.exports.roles import find_format, is_blank
from xhs_toolkit.exports.sheetrows import Record

if TYPE_CHECKING:
    pass


WAN = 10_000.0
_COUNT = re.compile(
    r"(?:约|~|≈|approx\.?|about)?\s*([\d.,]+\s*(?:k|w|m|万|千|亿)?\s*\+?)\s*(?:likes?|saves?|views|reads|followers|fans|comments?|赞|次|人|粉丝?|个|条)?\s*(?:\(.*\))?"
)
_CJK = re.compile(r"[一-鿿]")


class Asked(NamedTuple):
    """Problems of one sheet as they are found; each with its place."""

    place: tuple[str, str | None]
    found: list[Problem]

    def tell(self, what: str, fix: str, *, topic: str | None = None, proposal: str = "", **where: Any) -> None:
        """Add a problem; one with a topic is a question, with the answer proposed."""
        self.found.append(
            Problem(what, fix, file=self.place[0], sheet=self.place[1], topic=topic, proposal=proposal, **where)
        )


def take(records: Sequence[Record], name: str) -> list[object]:
    """The cells of one role, one a record."""
    return [record.cells[name].value if name in record.cells else None for record in records]


def read_texts(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Names, ids, titles and formats of the records."""
    creators = [to_text(cell) for cell in take(records, "creator_name")]
    links = take(records, "creator_link")
    return {
        "creator_name": creators,
        "creator_id": [find_creator(link) for link in links],
        "xhs_number": [to_text(cell) for cell in take(records, "xhs_number")],
        "title": [to_text(cell) for cell in take(records, "title")],
        "format": [find_format(cell) for cell in take(records, "format")],
    }


def to_text(cell: object) -> str | None:
    """A cell as text in one line; None where it says nothing."""
    if is_blank(cell) or fold(cell) in {"-", "n/a", "无", "—"}:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split()) or None


def clean_count(cell: object) -> object:
    """A figure without the words and spaces that people put beside it."""
    if not isinstance(cell, str):
        return cell
    text = re.sub(r"(?<=\d)[ ,’'](?=\d{3}(?!\d))", "", fold(cell))
    found = _COUNT.fullmatch(text)
    return found.group(1) if found else text


def read_figures(
    records: Sequence[Record], hints: Mapping[str, Hint], asked: Asked, hand: Hand
) -> tuple[dict[str, list[Any]], dict[str, np.ndarray]]:
    """Counts of each column, with what a header or the decimals of the column say one stands for."""
    read: dict[str, list[Any]] = {}
    bounds: dict[str, np.ndarray] = {}
    unread: list[str] = []
    for name in (*FIGURES, "follows"):
        if name not in hints:
            continue
        values = pd.Series([clean_count(cell) for cell in take(records, name)], dtype=object)
        scale, values = find_scale(values, hints[name], asked, hand)
        result = cells.read_count(values, whole=False, scale=scale)
        read_values = result[0]
        numbers = read_values.mask(read_values.notna() & (read_values % 1 != 0)) if scale == 1 else read_values
        lost = result.unreadable | (read_values.notna() & numbers.isna())
        if lost.any():
            at = int(np.flatnonzero(lost.to_numpy())[0])
            shown = records[at].cells[name].value
            unread.append(f"{hints[name].header}: {int(lost.sum())} (such as {str(shown)[:20]!r})")
        read[name] = numbers.tolist()
        bounds[name] = result.lower_bound.to_numpy()
    if unread:
        asked.tell(
            f"cells that are no clear number stay missing, by column: {'; '.join(unread)}",
            "write one number in each, or leave it",
            topic="figure",
            proposal="leave them missing",
        )
    return read, bounds


def find_scale(values: pd.Series, hint: Hint, asked: Asked, hand: Hand) -> tuple[float, pd.Series]:
    """What one stands for: the header says it, or most cells have decimals and no count has."""
    if hint.scale != 1:
        return hint.scale, values
    written = [f"{value:g}" if isinstance(value, float) else str(value) for value in values if not is_blank(value)]
    texts = [text for text in written if re.fullmatch(r"\d+(?:\.\d+)?", text)]
    points = [text for text in texts if "." in text]
    if not points:
        return 1.0, values
    if all(re.fullmatch(r"\d{1,3}\.\d{3}", text) for text in points) and len(points) < len(texts):
        return 1.0, values.map(
            lambda value: (
                value.replace(".", "") if isinstance(value, str) and re.fullmatch(r"\d{1,3}\.\d{3}", value) else value
            )
        )
    if len(points) < 0.5 * len(texts) or max(map(float, texts)) >= 10_000:
        return 1.0, values
    is_wan = bool(_CJK.search("".join(hand.names)))
    asked.tell(
        "has decimals in most cells, as figures counted in " + ("万" if is_wan else "thousands") + " have",
        "write the unit into the header, such as 粉丝数(万) or Followers (k)",
        topic="figure",
        proposal="one stands for 10,000" if is_wan else "one stands for 1,000",
        column=hint.header,
    )
    return WAN if is_wan else 1_000.0, values


def read_dates(records: Sequence[Record], context: Context, asked: Asked, hints: Mapping[str, Hint]) -> Days:
    """The days of posting, and what to ask about them."""
    values = take(records, "posted_at")
    days = read_days(values, context)
    if "posted_at" not in hints:
        return days
    header = hints["posted_at"].header
    known = [place for place in days.unread if not is_word(values[place])]
    if known:
        shown = values[known[0]]
        asked.tell(
            f"{len(known)} cell(s) are no day that can be, such as {str(shown)[:30]!r}; they stay missing",
            "write the day as 2026-04-30",
            topic="date",
            proposal="leave them missing",
            column=header,
        )
    if days.far:
        asked.tell(
            f"{len(days.far)} date(s) lie far from the others, as {str(values[days.far[0]])[:30]!r}; they are left out",
            "correct the year",
            topic="date",
            proposal="leave them missing",
            column=header,
        )
    if days.is_open:
        asked.tell(
            "can be read day first or month first, and no date of the column tells which",
            "write one date with its month in letters, or set markets in campaign.yaml",
            topic="date",
            proposal="the day comes first",
            column=header,
        )
    return days


def is_word(value: object) -> bool:
    """Whether a cell under dates is a remark or a state: Posted, TBC."""
    return isinstance(value, str) and not re.search(r"\d", value)


def to_utc(day: datetime | None) -> pd.Timestamp | None:
    """A wall clock in Beijing, as every reader stores it."""
    return None if day is None else pd.Timestamp(day, tz=cells.BEIJING).tz_convert("UTC")
