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
INTERNAL: tuple[Audience, ...] = ("analyst", "workbook")
"""Of a table or picture that stays with the agency."""

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

MARKS = (
    *("name", "value", "low", "high", "n", "group", "part", "x", "y", "start", "end", "label", "unit"),
    *("standing", "chosen", "reference"),
)
"""What a column of the frame may stand for. ``low`` and ``high`` are a range, ``n`` what it rests on, ``group`` sets
rows apart, ``part`` is a piece of a stack, ``start`` of bars is where a bar begins, ``label`` stands beside a mark,
``unit`` names the figure of a row, ``standing`` is a verdict, ``chosen`` marks rows to point at, ``reference`` is a
target or a usual."""

OPTIONS = (
    *("unit", "metric", "scale", "ends", "reference", "reference_name", "about", "remarks", "reasons"),
    *("diagonal", "background", "shade", "shade_name", "milestones"),
)
"""What is no column. ``unit`` names the figure of all rows, ``metric`` what
measured and expected count. ``scale`` is ``log`` where ratios are compared; ``ends``
are those of the axis. ``reference`` is a figure to compare with, ``reference_name`` its term. ``about``, ``remarks``
and ``reasons`` are columns told in words: of the row, after its figure, and why it has no range. ``diagonal`` draws
the line on which both figures are the same; ``background`` is the group of points that others stand before.
``shade`` is a span of days, ``shade_name`` its term. ``milestones`` are groups of a timeline whose rows are single
days."""

IN_WORDS = ("about", "remarks", "reasons")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture without pixels.

    Attributes
    ----------
    kind : one of `KINDS`.
    name : what tells the picture from others of its step; also the stem of its file.
    frame : the data, one row a mark, in the order they are drawn.
    marks : mark (of `MARKS`) → column of the frame. A column's name carries its unit; formats follow from it.
    title, alt : the picture's title and its text alternative, each a finding.
    headline : the finding that the picture shows, where there is one: the title of its slide.
    caption : how it is read where it is drawn as bars (slide and sheet); the text alternative where there is none.
    audience : who sees it.
    options : what is no column, of `OPTIONS`.
    """

    kind: Kind
    name: str
    frame: pd.DataFrame
    marks: Mapping[str, str]
    title: Finding
    alt: Finding
    headline: Finding | None = None
    caption: Finding | None = None
    audience: tuple[Audience, ...] = AUDIENCES
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        problems = [*_check_kind(self), *_check_marks(self), *_check_options(self), *_check_audience(self)]
        if problems:
            raise TableError(f"The chart '{self.name}' cannot be drawn:", problems)

    def column(self, mark: str) -> pd.Series | None:
        """Return the column that a mark stands for; None where the chart has no such mark."""
        return self.frame[self.marks[mark]] if mark in self.marks else None

    @property
    def columns(self) -> list[str]:
        """Columns that the picture shows, each once."""
        worded = [name for option in IN_WORDS for name in self.options.get(option, ())]
        return list(dict.fromkeys([*self.marks.values(), *(name for name in worded if name in self.frame)]))

    def as_dict(self, file: str) -> dict[str, Any]:
        """Plain form for JSON; the columns that it shows lie in a file."""
        words = {name: getattr(self, name) for name in ("title", "alt", "headline", "caption")}
        return {
            "file": file,
            "chart": {"kind": self.kind, "name": self.name, "marks": dict(self.marks), "options": dict(self.options)},
            **({} if set(self.audience) == set(AUDIENCES) else {"audience": list(self.audience)}),
            **{name: finding.as_dict() for name, finding in words.items() if finding},
        }


def read_chart(told: Mapping[str, Any], frame: pd.DataFrame) -> Chart:
    """Return the chart of its plain form (`Chart.as_dict`) and its frame."""
    words: dict[str, Any] = {
        name: Finding(told[name]["code"], told[name]["values"])
        for name in ("title", "alt", "headline", "caption")
        if name in told
    }
    return Chart(**told["chart"], frame=frame, audience=tuple(told.get("audience", AUDIENCES)), **words)


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


def _check_options(chart: Chart) -> list[Problem]:
    unknown = [name for name in chart.options if name not in OPTIONS]
    fix = f"write one of {', '.join(OPTIONS)}"
    return [Problem("is no option", fix, column="options", value=name) for name in unknown]


def _check_audience(chart: Chart) -> list[Problem]:
    unknown = [who for who in chart.audience if who not in AUDIENCES]
    fix = f"write one or more of {', '.join(AUDIENCES)}"
    return [Problem("is nobody we write for", fix, column="audience", value=who) for who in unknown]
