"""The columns of the campaign book (``templates/book.yaml``), and what a person's cell says."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Any

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml

BOOK: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "book.yaml")
BOOK_COLUMNS: dict[str, dict[str, str]] = BOOK["columns"]
KEY = "row"
NAMES = tuple(name for name in BOOK_COLUMNS if name != KEY)
AMOUNTS = {name: about["item"] for name, about in BOOK_COLUMNS.items() if "item" in about}
"""Column → item of the bookings."""

LANGUAGES = tuple(BOOK["sheets"]["book"])

Cell = str | float | date | None


def label(group: str, name: str, *, language: str) -> str:
    """What a column (``columns``), a sheet or a word of the book is called."""
    return str(BOOK[group][name][language])


def label_option(column: str, option: str, *, language: str) -> str:
    """What a choice is called; an option without a name, such as a currency, as it is."""
    told = BOOK["options"].get(column, {}).get(option)
    return str(told[language]) if told else option


def list_options(column: str, *, language: str) -> list[str]:
    """The choices of a column as they are called."""
    return [str(told[language]) for told in BOOK["options"].get(column, {}).values()]


def find_column(header: object) -> str | None:
    """The column that a header names, in any language; None for a column of people's own.

    >>> find_column("成交价"), find_column(" agreed "), find_column("Mood")
    ('agreed', 'agreed', None)
    """
    return HEADERS.get(fold(header))


def fold(text: object) -> str:
    """A text as it is compared: without case, width and outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", "" if text is None else str(text)).casefold().split())


HEADERS = {fold(about[language]): name for name, about in BOOK_COLUMNS.items() for language in LANGUAGES}


def read_cell(value: object, column: str) -> Cell:
    """What a cell of a column says; a text that is no such number, day or choice comes back as it is.

    >>> read_cell("1,200", "agreed"), read_cell("已发布", "state"), read_cell("2026-07-01 00:00", "paid_on")
    (1200.0, 'posted', datetime.date(2026, 7, 1))
    """
    kind = BOOK_COLUMNS.get(column, {}).get("kind", "text")
    plain = read_plain(value)
    if plain is None:
        return None
    if kind == "number":
        return _read_number(plain)
    if kind == "date":
        return _read_day(plain)
    if kind == "choice":
        return _read_option(str(plain), column)
    return plain if column not in BOOK_COLUMNS else _read_text(plain)


def read_plain(value: object) -> Cell:
    """A cell as a number, a day or a text; blank and NaN are missing."""
    if isinstance(value, datetime):
        return value.date() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        return None if math.isnan(value) else round(float(value), 6)
    text = "" if value is None else str(value).strip()
    return text or None


def _read_text(plain: Cell) -> Cell:
    """A number in a column of words, such as an invoice's, is its digits."""
    return f"{plain:.0f}" if isinstance(plain, float) and plain.is_integer() else str(plain)


def _read_number(plain: Cell) -> Cell:
    if not isinstance(plain, str):
        return plain
    digits = unicodedata.normalize("NFKC", plain).replace(",", "").replace(" ", "")
    return float(digits) if re.fullmatch(r"-?\d+(\.\d+)?", digits) else plain


def _read_day(plain: Cell) -> Cell:
    if not isinstance(plain, str):
        return plain
    digits = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T][\d:.]+)?", plain)
    try:
        return date(*map(int, digits.groups())) if digits else plain
    except ValueError:
        return plain


def _read_option(text: str, column: str) -> Cell:
    options: dict[str, dict[str, str]] = BOOK["options"].get(column, {})
    called = {fold(name): option for option, told in options.items() for name in (option, *told.values())}
    return called.get(fold(text), text)


def is_understood(value: Cell, column: str) -> bool:
    """Whether a value is of its column's kind; missing is."""
    kind = BOOK_COLUMNS.get(column, {}).get("kind")
    wanted = {"number": float, "date": date}.get(str(kind), object)
    known = column not in BOOK["options"] or value in BOOK["options"][column]
    return value is None or (isinstance(value, wanted) and known)
