"""A learner's answer → a number or a name, or in plain words why it cannot be read."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.errors import shorten_value
from xhs_toolkit.exports.cellbase import split_cells
from xhs_toolkit.exports.numerals import parse_numbers

NAME = "name"
"""The unit of an answer that is a text."""

UNITS = {
    "share": 'a share, such as 0.05 or "5%"',
    "cny": "an amount in CNY, such as 1200 or 0.35",
    "ratio": "a ratio, such as 1.5 for one and a half times",
    "count": "a number, such as 1200",
    NAME: 'a text in quotation marks, such as "video"',
}
"""Unit of an answer → how it is written."""


class Unreadable(NamedTuple):
    """Why an answer cannot be read, in plain words; `is_empty` where none was given yet."""

    why: str
    is_empty: bool = False


def read_answer(answer: object, *, unit: str) -> float | str | Unreadable:
    """Read an answer.

    Parameters
    ----------
    answer : anything that a cell can hold; a frame, column or list of one value counts as that value.
    unit : one of `UNITS`.

    Examples
    --------
    >>> read_answer("5.2%", unit="share"), read_answer("¥1,200", unit="cny"), read_answer(" Video ", unit="name")
    (0.052, 1200.0, 'Video')
    >>> print(read_answer("about half", unit="share").why)
    I read 'about half', which is not a number. Write a share, such as 0.05 or "5%".
    """
    value = _take_one(answer)
    if isinstance(value, Unreadable):
        return value
    if value is ... or value is None or (isinstance(value, str) and not value.strip()):
        return Unreadable("Not answered yet. Put your answer in place of the three dots, then run the cell.", True)
    if callable(value):
        return Unreadable("That is a function, not its result. Did you forget the brackets () after its name?")
    if unit == NAME:
        return value.strip() if isinstance(value, str) else Unreadable(_write_not(value, "text", NAME))
    if isinstance(value, bool | np.bool_):
        return Unreadable(f"I read {value}, a yes or no. Write {UNITS[unit]}.")
    return _read_text(value, unit) if isinstance(value, str) else _read_number(value, unit)


def _take_one(answer: Any) -> Any:
    """Take the one value of a frame, a column, an array or a list."""
    if not isinstance(answer, pd.DataFrame | pd.Series | np.ndarray | list | tuple | set | dict):
        return answer
    flat = answer.values() if isinstance(answer, dict) else answer
    values = list(flat) if isinstance(answer, dict | set) else np.asarray(flat, dtype=object).ravel()
    if len(values) == 1:
        return values[0]
    return Unreadable(f"You gave {len(values):,} values; one is asked for.")


def _read_text(text: str, unit: str) -> float | Unreadable:
    found = parse_numbers(split_cells(pd.Series([text])))
    number = float(found.numbers[0])
    return number if math.isfinite(number) else Unreadable(_write_not(text, "number", unit))


def _read_number(value: Any, unit: str) -> float | Unreadable:
    try:
        number = math.nan if value is pd.NA else float(value)
    except (TypeError, ValueError):
        return Unreadable(_write_not(value, "number", unit))
    if math.isnan(number):
        return Unreadable("Your answer is a missing value. Look which figure went missing, and why; it is not 0.")
    if math.isinf(number):
        return Unreadable("Your answer is infinite: something was divided by 0. Which figure is 0, and may it be?")
    return number


def _write_not(value: object, kind: str, unit: str) -> str:
    return f"I read {shorten_value(value)}, which is not a {kind}. Write {UNITS[unit]}."
