"""A learner's answer → a number or a name, or in plain words why it cannot be read."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import shorten_value
from xhs_toolkit.exports.cellbase import split_cells
from xhs_toolkit.exports.numerals import parse_numbers

NAME = "name"
"""The unit of an answer that is a text."""

UNITS = ("share", "cny", "ratio", "count", NAME)
"""Units of answers; how each is written stands in the words."""


@cache
def read_words(language: str = "en") -> dict[str, dict[str, str]]:
    """Read what the exercises say to everybody: ``templates/exercises/{language}.yaml``."""
    words: dict[str, dict[str, str]] = read_bundled_yaml(bundled_folder("templates") / "exercises" / f"{language}.yaml")
    return words


class Unreadable(NamedTuple):
    """Why an answer cannot be read, in plain words; `is_empty` where none was given yet."""

    why: str
    is_empty: bool = False


def read_answer(answer: object, *, unit: str, language: str = "en") -> float | str | Unreadable:
    """Read an answer.

    Parameters
    ----------
    answer : anything that a cell can hold; a frame, column or list of one value counts as that value.
    unit : one of `UNITS`.
    language : of the words where it cannot be read.

    Examples
    --------
    >>> read_answer("5.2%", unit="share"), read_answer("¥1,200", unit="cny"), read_answer(" Video ", unit="name")
    (0.052, 1200.0, 'Video')
    >>> print(read_answer("about half", unit="share").why)
    I read 'about half', which is not a number. Write a share, such as 0.05 or "5%".
    """
    words = read_words(language)
    found = _read(answer, unit)
    if not isinstance(found, _Fault):
        return found
    why = words["unreadable"][found.code].format(value=found.value, n=found.value, unit=words["units"][unit])
    return Unreadable(why, found.code == "unanswered")


class _Fault(NamedTuple):
    """Why an answer cannot be read: a key of ``unreadable`` of the words, and what was read."""

    code: str
    value: str = ""


def _read(answer: object, unit: str) -> float | str | _Fault:
    value = _take_one(answer)
    if isinstance(value, _Fault):
        return value
    if value is ... or value is None or (isinstance(value, str) and not value.strip()):
        return _Fault("unanswered")
    if callable(value):
        return _Fault("function")
    if unit == NAME:
        return value.strip() if isinstance(value, str) else _Fault("not_a_text", shorten_value(value))
    if isinstance(value, bool | np.bool_):
        return _Fault("yes_or_no", str(value))
    return _read_text(value) if isinstance(value, str) else _read_number(value)


def _take_one(answer: Any) -> Any:
    """Take the one value of a frame, a column, an array or a list."""
    if not isinstance(answer, pd.DataFrame | pd.Series | np.ndarray | list | tuple | set | dict):
        return answer
    flat = answer.values() if isinstance(answer, dict) else answer
    values = list(flat) if isinstance(answer, dict | set) else np.asarray(flat, dtype=object).ravel()
    return values[0] if len(values) == 1 else _Fault("many_values", f"{len(values):,}")


def _read_text(text: str) -> float | _Fault:
    found = parse_numbers(split_cells(pd.Series([text])))
    number = float(found.numbers[0])
    return number if math.isfinite(number) else _Fault("not_a_number", shorten_value(text))


def _read_number(value: Any) -> float | _Fault:
    try:
        number = math.nan if value is pd.NA else float(value)
    except (TypeError, ValueError):
        return _Fault("not_a_number", shorten_value(value))
    if math.isnan(number):
        return _Fault("missing")
    return _Fault("infinite") if math.isinf(number) else number
