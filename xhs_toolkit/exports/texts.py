"""Bookings that are no rows yet: told in words (a chat list, a calendar, a board), or one a block of labelled lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd

from xhs_toolkit.exports.days import Context, find_date, find_day_within, find_weekday, read_days
from xhs_toolkit.exports.hand_cells import find_told, read_fee
from xhs_toolkit.exports.hints import COUNTS, find_currency, fold, read_hint, read_words
from xhs_toolkit.exports.platforms import find_links, find_urls
from xhs_toolkit.exports.roles import find_state
from xhs_toolkit.exports.sheetbase import Sheet

MIN_TEXTS, MIN_PARTS = 3, 2
"""Cells that a sheet of texts must have, and what each must tell beside a name."""
LONGEST_LABEL = 25
COLUMNS = ("creator", "post date", "status", "link", "fee", "likes", "saves", "comments", "views", "shares")
CHINESE_COLUMNS = ("达人", "发布日期", "状态", "链接", "费用", "点赞", "收藏", "评论", "阅读", "分享")
_CJK = re.compile(r"[一-鿿]")
_INDEX = re.compile(r"^\s*(?:#?\d{1,3}\s*[.、)）]|[•·*-])\s*")


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
    day, state = _find_calendar_day(cells, row, column), _find_column_state(cells, row, column)
    found |= {name: told for name, told in (("post date", day), ("status", state)) if told is not None}
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
    day = find_day_within(whole)
    before, named, behind = whole.lower().partition(day) if day else ("", "", "")
    if named:
        rest = (whole[: len(before)], whole[len(whole) - len(behind) :])
        return [piece for part in rest if part.strip() for piece in _join_words(part.split())] + [named]
    return [whole] if find_date(whole) and len(words) < 4 else pieces


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


def is_board(sheet: Sheet) -> bool:
    """Whether the cells of a sheet are texts of several lines under states, one a booking."""
    cells = sheet.cells.astype(object).to_numpy().tolist()
    told = [(row, column) for row, column, text in _list_texts(cells) if "\n" in text]
    return len(told) >= MIN_TEXTS and all(_find_column_state(cells, *place) for place in told)


def _find_column_state(cells: Sequence[Sequence[object]], row: int, column: int) -> str | None:
    """What a row of states above a text says over it: a board, of which each column is a state."""
    for line in reversed(cells[:row]):
        filled = [cell for cell in line if isinstance(cell, str) and cell.strip()]
        if len(filled) > 1 and all(len(cell) < LONGEST_LABEL and "\n" not in cell for cell in filled):
            is_of_states = sum(find_state(cell) is not None for cell in filled) > 0.5 * len(filled)
            return str(line[column]) if is_of_states and line[column] in filled else None
    return None


def _find_calendar_day(cells: Sequence[Sequence[object]], row: int, column: int) -> date | None:
    """The day of a cell of a calendar: the week of its row and the weekday over its column."""
    weekday = next((place for line in cells[:row] if (place := find_weekday(line[column])) is not None), None)
    start = next((day for cell in cells[row] if (day := _find_week(cell)) is not None), None)
    if weekday is None or start is None:
        return None
    return start - timedelta(days=start.weekday()) + timedelta(days=weekday)


def _find_week(cell: object) -> date | None:
    if isinstance(cell, datetime | date):
        return cell.date() if isinstance(cell, datetime) else cell
    if not isinstance(cell, str) or len(cell) > 30 or "\n" in cell:
        return None
    moment = read_days([cell], Context(day_first=True)).moments[0]
    return moment.date() if moment else None


# ------------------------------------------------------------------------- a block of lines a booking


def make_cards(sheet: Sheet) -> Sheet | None:
    """A table of a sheet whose bookings are blocks of labelled lines, one below or beside the other; else None.

    A label stands in a cell before its value, or in one with it (Fee: 300). A row stands where its block began.
    """
    cells = sheet.cells.astype(object).to_numpy().tolist()
    columns = [
        [(row, *_split_label(line, column)) for row, line in enumerate(cells)] for column in range(len(cells[0]))
    ]
    counts = Counter(label for pairs in columns for _, label, _ in pairs if label)
    first = next(
        (label for label, n in counts.items() if n >= MIN_TEXTS and "creator_name" in _list_roles([label])), ""
    )
    values = [value for pairs in columns for _, label, value in pairs if label == first]
    is_header = sum(isinstance(value, str) and counts[value.strip()] > 1 for value in values) > 0.5 * len(values)
    if not first or is_header:
        return None
    blocks = [block for pairs in columns for block in _list_blocks(pairs, counts, first)]
    blocks = sorted(blocks, key=lambda block: block[0])
    labels = list(dict.fromkeys(label for _, block in blocks for label in block))
    if len(blocks) < MIN_TEXTS or len(labels) < MIN_TEXTS:
        return None
    top = blocks[0][0]
    rows: list[list[object]] = [list(labels)]
    for row, block in blocks:
        rows += [[None] * len(labels)] * (row - top + 1 - len(rows))
        rows.append([block.get(label) for label in labels])
    above = tuple(text for _, _, text in _list_texts(cells[:top]))
    return replace(
        sheet, cells=pd.DataFrame(rows, dtype=object), merged=(), above=above,
        first_row=sheet.first_row + top - 1, first_column=0,
    )  # fmt: skip


def _list_blocks(
    pairs: Sequence[tuple[int, str, object]], counts: Mapping[str, int], first: str
) -> list[tuple[int, dict[str, object]]]:
    """The blocks that a column holds: first row, and label → value; none where its labels are no headers."""
    pairs = [(row, label, value) for row, label, value in pairs if counts[label] > 1]
    known = {label for _, label, _ in pairs}
    named = [label for label in known if read_hint(label).roles]
    if len(named) < max(MIN_TEXTS, 0.5 * len(known)) or not {*COUNTS, "cost", "status"} & _list_roles(named):
        return []
    first = pairs[0][1] if abs(counts[pairs[0][1]] - counts[first]) < 2 else first
    blocks: list[tuple[int, dict[str, object]]] = []
    for row, label, value in pairs:
        if label == first:
            blocks.append((row, {}))
        if blocks:
            blocks[-1][1].setdefault(label, value)
    return blocks if sum(len(block) for _, block in blocks) >= MIN_TEXTS * len(blocks) else []


def _list_roles(labels: Sequence[str]) -> set[str]:
    return {role for label in labels for role in read_hint(label).roles}


def _split_label(line: Sequence[object], column: int) -> tuple[str, object]:
    """The label of a cell and its value: behind a colon, else the cell to its right; an empty label where none is."""
    cell = line[column]
    if not isinstance(cell, str):
        return "", None
    label, _, value = (part.strip() for part in cell.replace("：", ":").partition(":"))
    if len(label) > LONGEST_LABEL:
        return "", None
    return (label, value) if value else (label, line[column + 1] if column + 1 < len(line) else None)
