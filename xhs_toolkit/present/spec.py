"""The one spec of a picture: its frame, its marks, its words and for whom it is, made once where the picture is made.

A renderer (matplotlib with seaborn, the page's strip, pptx, xlsx) draws each of the seven `KINDS` from a spec alone;
nothing is found by a function's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

import pandas as pd

from xhs_toolkit.errors import Problem, TableError
from xhs_toolkit.findings import Finding

Kind = Literal["ranges", "bars", "stacked_bars", "scatter", "lines", "timeline", "funnel"]
Audience = Literal["client", "analyst", "workbook"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

NEEDED: dict[Kind, tuple[str, ...]] = {
    "ranges": ("name", "value"),
    "bars": ("name", "value"),
    "stacked_bars": ("name", "value", "part"),
    "scatter": ("x", "y"),
    "lines": ("x", "y"),
    "timeline": ("name", "start", "end"),
    "funnel": ("name", "value"),
}
"""Kind → marks that it cannot be drawn without."""

MARKS = ("name", "value", "low", "high", "n", "group", "part", "x", "y", "start", "end", "label", "chosen", "reference")
"""What a column of the frame may stand for. ``low`` and ``high`` are a range, ``n`` what it rests on, ``group`` sets
rows apart, ``part`` is a piece of a stack, ``chosen`` marks rows to point at, ``reference`` is a target or a usual."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture without pixels.

    Attributes
    ----------
    kind : one of `KINDS`.
    name : what tells the picture from others of its step; also the stem of its files.
    frame : the data, one row a mark, in the order they are drawn.
    marks : mark (of `MARKS`) → column of the frame. A column's name carries its unit; formats follow from it.
    title, alt : the picture's title and its text alternative, each a finding.
    headline : the finding that the picture shows, where there is one: the title of its slide.
    audience : who sees it.
    options : numbers and names that are not columns, such as a target's value (``reference``).
    """

    kind: Kind
    name: str
    frame: pd.DataFrame
    marks: Mapping[str, str]
    title: Finding
    alt: Finding
    headline: Finding | None = None
    audience: tuple[Audience, ...] = AUDIENCES
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        problems = [*_check_kind(self), *_check_marks(self), *_check_audience(self)]
        if problems:
            raise TableError(f"The chart '{self.name}' cannot be drawn:", problems)


def _check_kind(chart: Chart) -> list[Problem]:
    if chart.kind in KINDS:
        return []
    return [Problem("is no kind of chart", f"write one of {', '.join(KINDS)}", column="kind", value=chart.kind)]


def _check_marks(chart: Chart) -> list[Problem]:
    needed = NEEDED.get(chart.kind, ())
    missing = [mark for mark in needed if mark not in chart.marks]
    unknown = [mark for mark in chart.marks if mark not in MARKS]
    absent = {mark: column for mark, column in chart.marks.items() if column not in chart.frame}
    return [
        *(Problem("is missing", f"{chart.kind} need it: name its column", column=mark) for mark in missing),
        *(Problem("is no mark", f"write one of {', '.join(MARKS)}", column="marks", value=mark) for mark in unknown),
        *(
            Problem("is no column of the frame", f"choose one of {', '.join(chart.frame)}", column=mark, value=column)
            for mark, column in absent.items()
        ),
    ]


def _check_audience(chart: Chart) -> list[Problem]:
    unknown = [who for who in chart.audience if who not in AUDIENCES]
    fix = f"write one or more of {', '.join(AUDIENCES)}"
    return [Problem("is nobody we write for", fix, column="audience", value=who) for who in unknown]
