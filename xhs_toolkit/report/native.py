"""Pictures as charts that can be edited: what the page, the deck and the workbook draw, from the data of a picture.

`describe_chart` turns a picture's block into a `Chart`: its kind, its categories and its series with finished
words and raw numbers. It knows nothing of pages, slides or sheets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.findings import Finding

BARS, STACKED, DAYS, POINTS, RATIOS, STEPS, LINES = "bars", "stacked", "days", "points", "ratios", "steps", "lines"

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, its values, and where it has them the ends of their ranges, x, and names of points."""

    name: str
    numbers: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    x: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


class Row(NamedTuple):
    """One row of a chart whose rows are named things.

    Attributes
    ----------
    head : what the rows up to the next head are; empty where it is that of the row before.
    name, about : what the row is called, and a second line under it.
    told, remark : its value in words, and what belongs to it: its range, the number of notes, a verdict.
    middle, low, high : the value and the ends of its range.
    standing : good or bad where that is beyond doubt, else empty.
    """

    head: str
    name: str
    about: str
    told: str
    remark: str
    middle: float
    low: float | None = None
    high: float | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart without a library.

    Attributes
    ----------
    kind : bars, stacked, days (bars between two days), points (log scales), ratios (log scale about one), steps
        (bars that begin where the one before ends), or lines (over days).
    about : how the chart is read; it replaces the words about the picture.
    rows : of bars, ratios and steps: the rows in words, for the page.
    days : of lines: the day of each value.
    """

    kind: str
    about: Finding
    series: tuple[Series, ...]
    value_format: str
    categories: tuple[str, ...] = ()
    x_title: str = ""
    y_title: str = ""
    x_format: str = ""
    metric: str = ""
    rows: tuple[Row, ...] = ()
    days: tuple[date, ...] = ()


def list_numbers(values: pd.Series) -> tuple[float | None, ...]:
    """The values of a column, None where missing."""
    return tuple(None if pd.isna(value) else float(value) for value in values)


NICE = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def find_axis_end(series: Series) -> float:
    """Where the axis of bars ends: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten, no range cut off.

    >>> find_axis_end(Series("views", (47_576.0, None), high=(139_206.0, None)))
    150000.0
    """
    values = [value for each in (series.numbers, series.high) for value in each if value is not None]
    power = 10.0 ** math.floor(math.log10(max(values))) if max(values) > 0 else 1.0
    return next(step * power for step in NICE if step * power >= max(values))


N_STEPS = {1: 4, 1.5: 3, 2: 4, 3: 3, 4: 4, 5: 5, 6: 3, 8: 4, 10: 5}
"""Leading digits of the end of an axis → into how many steps it is cut."""


def count_steps(end: float) -> int:
    """Into how many steps an axis from 0 to `find_axis_end` is cut.

    >>> count_steps(150_000.0), count_steps(0.8)
    (3, 4)
    """
    power = 10.0 ** math.floor(math.log10(end))
    return next((n for lead, n in N_STEPS.items() if math.isclose(lead * power, end)), 5)


RATIO_FORMAT = '"×"General'
MAX_RATIO = 100.0
"""Ratios beyond this, and below its inverse, run off a chart: a range that wide says no more."""


def find_ratio_ends(series: Series) -> tuple[float, float]:
    """Where a log axis about one begins and ends: at a tenth and ten or a hundredth and a hundred.

    >>> find_ratio_ends(Series("ratio", (0.85,), low=(0.46,), high=(1.6,)))
    (0.1, 10.0)
    """
    values = [value for each in (series.numbers, series.low, series.high) for value in each if value]
    wide = max(max(values, default=1.0), 1 / min(values, default=1.0)) > 10
    return (1 / MAX_RATIO, MAX_RATIO) if wide else (0.1, 10.0)
