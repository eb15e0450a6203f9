"""Bookings told in words, one a cell or line: a chat list, a calendar of posts. Made a table, and asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd

from xhs_toolkit.exports.days import Context, find_date, find_day_within, read_days
from xhs_toolkit.exports.hand_cells import find_told, read_fee
from xhs_toolkit.exports.hints import find_currency, fold, read_words
from xhs_toolkit.exports.platforms import find_links, find_urls
from xhs_toolkit.exports.roles import find_state
from xhs_toolkit.exports.sheetbase import Sheet

MIN_TEXTS, MIN_PARTS = 3, 2
"""Cells that a sheet of texts must have, and what each must tell beside a name."""
COLUMNS = ("creator", "post date", "status", "link", "fee", "likes", "saves", "comments", "views", "shares")
CHINESE_COLUMNS = ("达人", "发布日期", "状态", "链接", "费用", "点赞", "收藏", "评论", "阅读", "分享")
_CJK = re.compile(r"[一-鿿]")
_INDEX = re.compile(r"^\s*(?:#?\d{1,3}\s*[.、)）]|[•·*-])\s*")
_WEEKDAYS = {
    **{name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{name: place for place, name in enumerate("一二三四五六日")},
}
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$|^(?:周|星期|礼拜)([一二三四五六日天])$")


def make_table(sheet: Sheet) -> Sheet | None:
    """A table of the bookings that the cells of a sheet tell in words; None where they do not.

    The columns are `COLUMNS`; a row stands where its text stood.
    """
    cells = sheet.cells.astype(object).to_numpy().tolist()
    told = [(row, found) for row, column, text in _list_texts(cells) if (found := read_text(text, cells, row, column))]
    n_long = sum(1 for _, _, text in _list_texts(cells) if len(text) > 20 or find_links(text).ordered)
    if len(told) < MIN_TEXTS or len(told) < 0.5 * n_long:
        return None
    is_chinese = sum(bool(_CJK.search(text)) for _, _, text in _list_texts(cells)) > 0.5 * len(cells)
    rows = [
        list(CHINESE_COLUMNS if is_chinese else COLUMNS),
        *([found.get(name) for name in COLUMNS] for _, found in told),
    ]
    above = tuple(text for _, _, text in _list_texts(cells[: told[0][0]]))
    return replace(
        sheet, cells=pd.DataFrame(rows, dtype=object), merged=(), above=above,
        first_row=sheet.first_row + told[0][0] - 1, first_column=0,
    )  # fmt: skip


def _list_texts(cells: Sequence[Sequence[object]]) -> Iterator[tuple[int, int, str]]:
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if isinstance(cell, str) and cell.strip():
                yield row, column, cell


def read_text(text: str, cells: Sequence[Sequence[object]], row: int, column: int) -> dict[str, object]:
    """What one text tells of a booking, by column of `COLUMNS`; empty where it names no creator."""
    found: dict[str, object] = {}
    rest = text
    for url in find_urls(text):
        found.setdefault("link", url)
        rest = rest.replace(url, " ")
    for name, word in read_words()["told"].items():
        if told := find_told(rest, word):
            found["saves" if name == "collects" else name], rest = told
    pieces = [piece for line in rest.splitlines() for piece in _split_line(line)]
    names = [piece for piece in pieces if not _place_piece(piece, found)]
    if not names or len(found) < MIN_PARTS - ("\n" in text):
        return {}
    day = _find_calendar_day(cells, row, column)
    if day is not None:
        found["post date"] = day
    return {"creator": names[0].strip(" :：-–"), **found}


def _split_line(line: str) -> list[str]:
    """Parts of one line: at commas, bars and wide gaps; else at spaces beside an amount, a day or a state."""
    line = _INDEX.sub("", line).strip()
    parts = [part.strip() for part in re.split(r"\s*[|｜,，;；/]\s+|\s{2,}|\t|\s[-–—]\s", line) if part.strip()]
    return [piece for part in parts for piece in _join_words(part.split())]


def _join_words(words: Sequence[str]) -> list[str]:
    """Words of a part, those of a name joined again; one piece where none is an amount, a day or a state."""
    pieces: list[str] = []
    for word in words:
        is_more = pieces and not _place_piece(pieces[-1], {}) and not _place_piece(word, {})
        pieces = [*pieces[:-1], f"{pieces[-1]} {word}"] if is_more else [*pieces, word]
    whole = " ".join(words)
    return [whole] if (find_date(whole) or find_day_within(whole)) and len(words) < 4 else pieces


def _place_piece(piece: str, found: dict[str, object]) -> bool:
    """Put a piece under what it is; False where it is a name or a remark."""
    plain = piece.strip(" ✅✔☑❌⏳🟢🔴🟡:：.")
    if not re.search(r"\w", plain):
        return True
    state = find_state(plain) if len(plain) < 25 else None
    day = plain if find_date(plain) else find_day_within(plain)
    if state:
        found.setdefault("status", piece)
    if day:
        found.setdefault("post date", day)
    fee = read_fee(plain)
    is_fee = fee.amount is not None and not day and (find_currency(fold(plain)) or re.fullmatch(r"\d{3,5}", plain))
    if is_fee:
        found.setdefault("fee", piece)
    return bool(state or day or is_fee or plain.isdigit())


def _find_calendar_day(cells: Sequence[Sequence[object]], row: int, column: int) -> date | None:
    """The day of a cell of a calendar: the week of its row and the weekday over its column."""
    weekday = next((place for line in cells[:row] if (place := _name_weekday(line[column])) is not None), None)
    start = next((day for cell in cells[row] if (day := _find_week(cell)) is not None), None)
    if weekday is None or start is None:
        return None
    return start - timedelta(days=start.weekday()) + timedelta(days=weekday)


def _name_weekday(cell: object) -> int | None:
    found = _WEEKDAY.match(fold(cell))
    return _WEEKDAYS["日" if found.group(2) == "天" else found.group(1) or found.group(2)] if found else None


def _find_week(cell: object) -> date | None:
    if isinstance(cell, datetime | date):
        return cell.date() if isinstance(cell, datetime) else cell
    if not isinstance(cell, str) or len(cell) > 30 or "\n" in cell:
        return None
    moment = read_days([cell], Context(day_first=True)).moments[0]
    return moment.date() if moment else None
