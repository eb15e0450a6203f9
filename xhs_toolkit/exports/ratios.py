"""Ratios and durations, which Excel likes to take for times of day. Read through `xhs_toolkit.exports.cells`."""

from __future__ import annotations

from datetime import time, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.exports.cellbase import Cells, is_missing, make_cells, matches, split_cells, tidy
from xhs_toolkit.exports.numerals import NEGATIVE, TOO_LARGE, cast_numbers

MAX_SECONDS = 1e7


def read_ratio(values: pd.Series) -> Cells:
    """Read "1 to so much" ratios: ``1:0.7`` is 0.7, also where Excel turned it into the time 00:01:00.7.

    Examples
    --------
    >>> read_ratio(pd.Series(["1:0.7", "2：1", "-"])).values.tolist()
    [0.7, 0.5, nan]
    """
    split = split_cells(values)
    texts = tidy(split.texts)
    texts = pc.replace_substring_regex(texts, "^0{1,2}:([0-9]{1,2}:[0-9.]+)$", r"\1")
    sides = pc.extract_regex(texts, r"^(?P<of>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*:\s*(?P<to>[0-9]{1,9}(?:\.[0-9]{1,9})?)$")
    of, to = (cast_numbers(pc.struct_field(sides, name)) for name in ("of", "to"))
    ratio = np.divide(to, of, out=np.full(len(of), np.nan), where=of > 0)
    missing = is_missing(texts)
    numbers = split.spread(ratio, np.nan)
    for at, cell in split.others.items():
        numbers[at] = _ratio_of_time(cell)
    blank = split.spread(missing, True) & ~split.is_number & ~split.is_other
    return make_cells(
        values.index, pd.Series(numbers, index=values.index), {"is not a ratio": np.isnan(numbers) & ~blank}
    )


def _ratio_of_time(cell: object) -> float:
    """Excel reads 1:0.7 as one minute and 0.7 seconds, or 1:2 as one hour and two minutes."""
    if isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond)
    if not isinstance(cell, timedelta):
        return float("nan")
    seconds = cell.total_seconds()
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60 and rest == 0:
        minutes, rest = divmod(minutes, 60)
    return round(rest / minutes, 9) if minutes >= 1 else float("nan")


def read_seconds(values: pd.Series) -> Cells:
    """Read durations into seconds: ``12.5``, ``12.5s``, ``12秒``, ``1分05秒``, ``01:05``, ``00:01:05``.

    Examples
    --------
    >>> read_seconds(pd.Series(["16", "12.5s", "1分05秒", "00:01:05"])).values.tolist()
    [16.0, 12.5, 65.0, 65.0]
    """
    split = split_cells(values)
    texts = tidy(split.texts)
    number = r"[0-9]{1,7}(?:\.[0-9]{1,6})?"
    words = pc.extract_regex(
        texts, rf"^(?:(?P<h>[0-9]{{1,4}})\s*(?:小时|时|h))?\s*(?:(?P<m>[0-9]{{1,5}})\s*(?:分钟|分|m|min))?\s*"
        rf"(?:(?P<s>{number})\s*(?:秒钟|秒|s|sec)?)?$"
    )  # fmt: skip
    clock = pc.extract_regex(texts, r"^(?:(?P<h>[0-9]{1,3}):)?(?P<m>[0-9]{1,2}):(?P<s>[0-9]{1,2}(?:\.[0-9]{1,6})?)$")
    missing = is_missing(texts)
    seconds = np.where(matches(texts, ":"), _sum_seconds(clock), _sum_seconds(words))
    seconds[missing] = np.nan
    numbers = np.where(split.is_number, split.numbers, split.spread(seconds, np.nan))
    for at, cell in split.others.items():
        numbers[at] = _seconds_of_time(cell)
    known = np.isfinite(numbers) | (split.spread(missing, True) & ~split.is_number & ~split.is_other)
    faults = {"is not a duration": ~known, NEGATIVE: numbers < 0, TOO_LARGE: numbers > MAX_SECONDS}
    return make_cells(values.index, pd.Series(numbers, index=values.index), faults)


def _sum_seconds(parts: pa.Array) -> np.ndarray:
    hours, minutes, seconds = (cast_numbers(pc.struct_field(parts, name)) for name in ("h", "m", "s"))
    total = np.nan_to_num(hours) * 3600 + np.nan_to_num(minutes) * 60 + np.nan_to_num(seconds)
    return np.where(np.isnan(hours) & np.isnan(minutes) & np.isnan(seconds), np.nan, total)


def _seconds_of_time(cell: object) -> float:
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return cell.total_seconds() if isinstance(cell, timedelta) else float("nan")
