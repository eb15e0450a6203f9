"""Cells that hold several things: figures in a row (654/293/37), one entry a post, a state with its day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from xhs_toolkit.exports.days import find_date, find_day_within
from xhs_toolkit.exports.hints import ENOUGH, NUMBER, find_figures, fold, is_blank, read_words

_SEPARATORS = tuple(
    map(
        re.compile,
        (
            r"\n",
            r"[;；]",
            r"、",
            r"，|,\s",
            r"\s/\s",
            r"/",
            r"\s*[|｜]\s*",
            r"\s*&\s*|\sand\s|和",
            r"\s*\+\s*",
            r"\s[-–—]\s",
        ),
    )
)
"""What people put between the entries of one cell, the surest first."""
_FIGURE = r"(\d[\d,.]*(?:\s?(?:k|w|万))?)"


def list_entries(cell: object, fits: Callable[[str], bool]) -> list[str]:
    r"""The entries of a cell that holds several, all of one kind; nothing where it holds one.

    >>> list_entries("572 / 787", str.isdigit), list_entries("572", str.isdigit)
    (['572', '787'], [])
    """
    if not isinstance(cell, str) or len(cell) > 400:
        return []
    for separator in _SEPARATORS:
        parts = [part.strip() for part in separator.split(cell.strip()) if part.strip()]
        if len(parts) > 1 and all(map(fits, parts)):
            return parts
    return []


def is_number(cell: object) -> bool:
    """Whether a cell is a number, or a text that people write for one."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or bool(isinstance(cell, str) and NUMBER.fullmatch(fold(cell)))


def is_figure(text: str) -> bool:
    """Whether a part of a cell is one figure, or says that there is none yet."""
    return bool(re.fullmatch(rf"{_FIGURE}\+?|[-–—x]|n/?a|tbc", fold(text)))


def list_numbers(cell: object) -> list[str]:
    """The figures of a cell that holds several."""
    entries = list_entries(cell, is_figure)
    return entries if any(re.search(r"\d", entry) for entry in entries) else []


def list_by_post(cell: object, n_figures: int) -> list[str]:
    r"""The figures of a cell, of several posts one a line: each figure then lists its posts.

    >>> list_by_post("172 / 122\n174 / 73", 2), list_by_post("172/122/9", 3)
    (['172\n174', '122\n73'], ['172', '122', '9'])
    """
    lines = [list_numbers(line) for line in cell.splitlines() if line.strip()] if isinstance(cell, str) else []
    is_whole = bool(lines) and all(len(line) == n_figures for line in lines)
    return ["\n".join(line) for line in zip(*lines, strict=True)] if is_whole else list_numbers(cell)


def list_days(cell: object) -> list[str]:
    """The days of a cell that holds several."""
    return list_entries(cell, lambda text: find_date(text) is not None)


def is_day(cell: object) -> bool:
    """Whether a cell names a day, alone, beside a state, or several of them; a number such as 20260318 or Excel's."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell == cell and (36_526 <= cell < 60_000 or 20_130_101 <= cell <= 20_991_231)  # noqa: PLR0124
    return find_date(cell) is not None or find_day_within(cell) is not None or bool(list_days(cell))


def split_figures(
    grid: list[list[object]], first: int, names: list[str], words: list[str]
) -> tuple[list[str], list[str]]:
    """Give figures that stand together in one cell columns of their own.

    Each is named by its word (194 likes, 39 saves; 赞1574 藏297) or by the header (点赞/收藏/评论 over 654/293/37).
    """
    for place in range(len(names)):
        cells = [row[place] for row in grid[first:] if not is_blank(row[place])]
        told = _list_told(cells)
        if len(told) > 1:
            return _add_columns(grid, first, names, words, {name: _read_told(grid, place, name) for name in told})
        listed = find_figures(words[place])
        n_told = sum(len(list_by_post(cell, len(listed))) == len(listed) for cell in cells)
        if len(listed) > 1 and n_told and n_told >= ENOUGH * len(cells):
            rows = [list_by_post(row[place], len(listed)) for row in grid]
            parts = {name: [row[at] if at < len(row) else None for row in rows] for at, name in enumerate(listed)}
            words = [*words[:place], "", *words[place + 1 :]]
            return _add_columns(grid, first, names, words, parts)
    return names, words


def _add_columns(
    grid: list[list[object]], first: int, names: list[str], words: list[str], parts: dict[str, list[str | None]]
) -> tuple[list[str], list[str]]:
    for name, column in sorted(parts.items()):
        for number, row in enumerate(grid):
            row.append(column[number] if number >= first else "")
        names, words = [*names, name], [*words, name]
    return names, words


def _list_told(cells: Sequence[object]) -> list[str]:
    texts = [fold(cell) for cell in cells]
    return [
        name
        for name, word in read_words()["told"].items()
        if texts and sum(_find_told(text, word) is not None for text in texts) >= ENOUGH * len(texts)
    ]


def _read_told(grid: Sequence[Sequence[object]], place: int, name: str) -> list[str | None]:
    return [_find_told(fold(row[place]), read_words()["told"][name]) for row in grid]


def find_told(text: str, word: str) -> tuple[str, str] | None:
    """The figure that stands before or behind its word, and the text without both.

    >>> find_told("194 likes, 39 saves", "likes?"), find_told("5.3  赞1574 藏297", "点?赞")
    (('194', ' , 39 saves'), ('1574', '5.3    藏297'))
    """
    before, behind = rf"{_FIGURE}GAP(?:{word})(?![a-z])", rf"(?<![a-z])(?:{word})GAP[:：]?GAP{_FIGURE}"
    for pattern in (before.replace("GAP", r"\s?"), behind.replace("GAP", r"\s?"), before.replace("GAP", r"\s*")):
        if found := re.search(pattern, text, re.IGNORECASE):
            return found.group(1).strip(), f"{text[: found.start()]} {text[found.end() :]}"
    return None


def _find_told(text: str, word: str) -> str | None:
    told = find_told(text, word)
    return told[0] if told else None


def take_entries(cell: object, n: int) -> list[str] | None:
    """One entry a post of a cell that holds as many figures or days; None where it does not."""
    for entries in (list_days(cell), list_numbers(cell), list_entries(cell, lambda text: len(text) < 80)):
        if len(entries) == n:
            return entries
    return None
