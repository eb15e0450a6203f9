"""A learner's answer → a number or a name, or in plain words why it cannot be read."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.errors import shorten_value
from xhs_toolkit.exports.cellbase import split_cells
from xhs_toolkit.exports.numerals import parse_numbers
from xhs_toolkit.teaching.words import NAME, say

_DRESS = re.compile(
    r"^\s*(?:about|around|approximately|roughly|≈|~|约|大约)?\s*(?:[×x*＊]\s*)?(?:rmb|cny|[¥￥])?\s*"
    r"|\s*(?:[×x倍]|times|cny|rmb|yuan|元|views?|notes?|次|篇)?\s*[.。]?\s*$",
    re.IGNORECASE,
)
"""What people put before and behind a figure, and what says nothing of its size."""

_GAP = re.compile(r"(?<=\d)[\s\u00a0\u202f'](?=\d{3}(?!\d))")
"""Between thousands."""

_MANTISSA = re.compile(r"[\d.]+")


PRINTED = 3
"""Significant digits that a figure is written with at least, and by which figures of a key differ."""

COARSEST, UNWRITTEN = 2, 3
"""Significant digits: an answer of fewer is no rounding of a figure; a number may have lost zeros up to so many."""


class Figure(NamedTuple):
    """A number as it was answered, with `digits` significant ones at least and at most: 1,200 may be two or four."""

    value: float
    digits: tuple[int, int]

    def count_shared(self, other: float) -> int:
        """Count the most digits to which another number, rounded, is this one; 0 where it is not.

        >>> Figure(0.022, (2, 2)).count_shared(0.0218), Figure(0.022, (2, 2)).count_shared(0.0226)
        (2, 0)
        """
        fewest, most = (max(n, COARSEST) for n in self.digits)
        shared = (n for n in range(most, fewest - 1, -1) if math.isclose(round_to(other, n), self.value, rel_tol=1e-9))
        return next(shared, 0)


class Unreadable(NamedTuple):
    """Why an answer cannot be read, in plain words; `is_empty` where none was given yet."""

    why: str
    is_empty: bool = False


def read_answer(answer: object, *, unit: str, language: str = "en") -> Figure | str | Unreadable:
    """Read an answer.

    Parameters
    ----------
    answer : anything that a cell can hold; a frame, column or list of one value counts as that value.
    unit : one of `words.UNITS`.

    Examples
    --------
    >>> read_answer("5.2%", unit="share"), read_answer("×3.70", unit="ratio"), read_answer(" Video ", unit="name")
    (Figure(value=0.052, digits=(2, 2)), Figure(value=3.7, digits=(2, 3)), 'Video')
    >>> print(read_answer("about half", unit="share").why)
    I read 'about half', which is not a number. Write a share, such as 0.05 or "5%".
    """
    value = _take_one(answer, language)
    if isinstance(value, Unreadable):
        return value
    if value is ... or value is None or (isinstance(value, str) and not value.strip()):
        return Unreadable(say("unreadable", "empty", language=language), True)
    if callable(value):
        return Unreadable(say("unreadable", "function", language=language))
    if unit == NAME:
        return value.strip() if isinstance(value, str) else _refuse(value, "not_text", NAME, language)
    if isinstance(value, bool | np.bool_):
        return _refuse(value, "yes_or_no", unit, language)
    return _read_text(value, unit, language) if isinstance(value, str) else _read_number(value, unit, language)


def round_to(value: float, n_digits: int) -> float:
    """Return a number with so many significant digits.

    >>> round_to(0.021860065, 2), round_to(1234567.0, 3)
    (0.022, 1230000.0)
    """
    return float(f"{value:.{max(n_digits, 1) - 1}e}")


def _take_one(answer: Any, language: str) -> Any:
    """Take the one value of a frame, a column, an array or a list."""
    if not isinstance(answer, pd.DataFrame | pd.Series | np.ndarray | list | tuple | set | dict):
        return answer
    flat = answer.values() if isinstance(answer, dict) else answer
    values = list(flat) if isinstance(answer, dict | set) else np.asarray(flat, dtype=object).ravel()
    if len(values) == 1:
        return values[0]
    return Unreadable(say("unreadable", "several", language=language, n=f"{len(values):,}"))


def _read_text(text: str, unit: str, language: str) -> Figure | Unreadable:
    bare = _GAP.sub("", _DRESS.sub("", text.replace("−", "-")))
    number = float(parse_numbers(split_cells(pd.Series([bare]))).numbers[0])
    return _write_figure(number, bare) if math.isfinite(number) else _refuse(text, "not_number", unit, language)


def _write_figure(number: float, written: str, *, at_most: int = 1) -> Figure:
    found = _MANTISSA.search(written.replace(",", ""))
    digits = found[0].replace(".", "").lstrip("0") if found else ""
    return Figure(number, (max(len(digits.rstrip("0")), 1), max(len(digits), at_most)))


def _read_number(value: Any, unit: str, language: str) -> Figure | Unreadable:
    try:
        number = math.nan if value is pd.NA else float(value)
    except (TypeError, ValueError):
        return _refuse(value, "not_number", unit, language)
    if math.isfinite(number):
        return _write_figure(number, f"{number:.15g}".split("e")[0], at_most=UNWRITTEN)
    return Unreadable(say("unreadable", "missing" if math.isnan(number) else "infinite", language=language))


def _refuse(value: object, why: str, unit: str, language: str) -> Unreadable:
    shown = value if why == "yes_or_no" else shorten_value(value)
    wanted = say("units", unit, language=language)
    return Unreadable(say("unreadable", why, language=language, value=shown, unit=wanted))


def write_figure(value: float | str, unit: str) -> str:
    """Write a figure as people read it.

    >>> write_figure(0.0523, "share"), write_figure(0.02186, "cny"), write_figure(1234.6, "count")
    ('5.23%', '¥0.0219', '1,235')
    """
    if isinstance(value, str):
        return value
    shown = 100 * value if unit == "share" else value
    is_whole = unit in {"count", "cny"} and value == round(value)
    n_decimals = 0 if is_whole or shown == 0 else max(PRINTED - 1 - math.floor(math.log10(abs(shown))), 0)
    before = {"cny": "¥", "ratio": "×"}.get(unit, "")
    return f"{before}{shown:,.{n_decimals}f}{'%' if unit == 'share' else ''}"
