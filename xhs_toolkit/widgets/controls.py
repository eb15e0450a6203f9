"""Controls in one style: narrow labels, choices of a few steps, and a table's cells as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as ipw
import pandas as pd
import traitlets

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import format_value
from xhs_toolkit.present.tables import IN_METRIC, is_number_column, name_term
from xhs_toolkit.present.wording import label, say

WIDE = "262px"
MAX_CHOICES = 60
NOT_MEASURED = "—"
TERMS = frozenset({"decision", "change"})
"""Columns of the screen alone whose values are terms."""

STEPS = tuple(digit * 10.0**power for power in range(2, 8) for digit in (1, 3))
"""Ends of a range a person may set: a third of a decade apart, from 100 to 30 million."""


def style(*, width: str = WIDE, label_width: str = "84px") -> dict[str, Any]:
    """Return the layout and label width that all controls share."""
    return {"layout": ipw.Layout(width=width), "style": {"description_width": label_width}}


def make_range(
    name: str, low: float | None, high: float | None, *, values: pd.Series, unit: str, language: str
) -> tuple[ipw.SelectionRangeSlider, ipw.Widget]:
    """Make a slider with two ends, each of which may be open, and what holds it beside its range in words.

    Parameters
    ----------
    values : the figures there are: only `STEPS` that part them can be chosen.
    unit : name that gives the numbers their format.
    """
    parting = {step for step in STEPS if values.min() < step < values.max()}
    steps = sorted(parting | {end for end in (low, high) if end is not None})
    options = [0.0, *steps, math.inf]
    value = (low if low in steps else 0.0, high if high in steps else math.inf)
    slider = ipw.SelectionRangeSlider(
        options=[(write_range((step, math.inf), unit=unit, language=language), step) for step in options],
        value=value,
        description=label(name, language=language),
        readout=False,
        **style(width="206px"),
    )
    told = ipw.HTML(write_range(value, unit=unit, language=language))
    slider.observe(
        lambda change: setattr(told, "value", write_range(change.new, unit=unit, language=language)), "value"
    )
    return slider, ipw.HBox([slider, told])


def write_range(value: tuple[float, float], *, unit: str, language: str) -> str:
    """Say what a range leaves in.

    >>> write_range((300, math.inf), unit="n", language="en"), write_range((0, math.inf), unit="n", language="zh")
    ('from 300', '不限')
    >>> write_range((300, 10_000), unit="n", language="en")
    '300 to 10,000'
    """
    shown = [None if end is None else format_value(unit, end, language=language) for end in read_range(value)]
    return say(Finding("explore.range", {"low": shown[0], "high": shown[1]}), language=language)


def read_range(value: tuple[float, float]) -> tuple[float | None, float | None]:
    """Return the ends of `make_range`: None where open.

    >>> read_range((300.0, math.inf)), read_range((0.0, math.inf)), read_range((math.inf, math.inf))
    ((300.0, None), (None, None), (None, None))
    """
    low, high = value
    return (low if 0 < low < math.inf else None, high if 0 < high < math.inf else None)


def make_choices(name: str, values: pd.Series, chosen: Sequence[str], *, language: str) -> ipw.SelectMultiple:
    """Make a list of which several can be chosen, the most frequent first; hidden where there is no value."""
    counts = values.dropna().value_counts()
    names = list(dict.fromkeys([*counts.index[:MAX_CHOICES], *chosen]))
    options = [(f"{name_term(name, str(each), language=language)} ({counts.get(each, 0):,})", each) for each in names]
    choices = ipw.SelectMultiple(
        options=options,
        value=[each for each in chosen if each in names],
        description=label(name, language=language),
        tooltip=label("explore_choices_hint", language=language),
        layout=ipw.Layout(width="150px", display="flex" if names else "none"),
    )
    choices.add_class("xhs-choices")
    return choices


def put(*widgets: ipw.Widget) -> ipw.Widget:
    """Put groups of controls beside each other, below where there is no room."""
    box = ipw.Box(widgets)
    box.add_class("xhs-controls")
    return box


def pair(*widgets: ipw.Widget) -> ipw.Widget:
    """Put two things in halves beside each other, below where there is no room."""
    box = ipw.Box([ipw.VBox(each) if isinstance(each, list) else each for each in widgets])
    box.add_class("xhs-pair")
    return box


def make_columns(frame: pd.DataFrame, columns: Sequence[str], *, language: str) -> list[dict[str, object]]:
    """Describe the columns of a `Table`."""
    return [
        {"name": name, "label": label(name, language=language), "number": is_number_column(frame, name)}
        for name in columns
    ]


def write_cells(frame: pd.DataFrame, columns: Sequence[str], *, language: str) -> list[list[str]]:
    """Write the rows of a `Table`: values by their names or the row's ``metric``, a missing one as ``—``."""
    units = frame["metric"].tolist() if "metric" in frame else None
    texts = []
    for name in columns:
        is_in_metric = units is not None and name.removesuffix("_before") in IN_METRIC
        names = units if units is not None and is_in_metric else [name] * len(frame)
        texts.append(
            [write_cell(unit, value, language=language) for unit, value in zip(names, frame[name], strict=True)]
        )
    return [list(row) for row in zip(*texts, strict=True)]


def write_cell(name: str, value: object, *, language: str) -> str:
    """Write one cell.

    >>> write_cell("followers", 1200.0, language="en"), write_cell("followers", float("nan"), language="en")
    ('1,200', '—')
    """
    if value is None or pd.isna(value):
        return NOT_MEASURED
    if isinstance(value, str):
        return label(value, language=language) if name in TERMS else name_term(name, value, language=language)
    return format_value(name, value, language=language)


def name_options(names: Sequence[str] | Mapping[str, str], *, language: str) -> list[tuple[str, str]]:
    """Pairs of label and name for a control of choices."""
    return [(label(name, language=language), name) for name in names]


SCRIPTS = Path(__file__).parent / "scripts"


class Table(anywidget.AnyWidget):
    """Rows of text of which one is selected, and some may be picked.

    The arrow keys, Page Up, Page Down, Home and End move the selection, Space picks, a click on a head sorts.

    Attributes
    ----------
    columns : of each its ``name``, ``label`` and ``number`` (set flush right).
    rows, row_keys : texts of each row, and what it is known by.
    selected : key of the selected row; empty where none is.
    picked : keys of the picked rows; `pickable` shows a box in each row.
    sorted_by, is_descending : what the head shows; the rows come in their order.
    about : what the table is called, for a screen reader. note : the line under it.
    """

    _esm = SCRIPTS / "table.js"
    _css = SCRIPTS / "parts.css"
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    rows = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    row_keys = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    picked = traitlets.List(traitlets.Unicode()).tag(sync=True)
    pickable = traitlets.Bool(default_value=False).tag(sync=True)
    sorted_by = traitlets.Unicode().tag(sync=True)
    is_descending = traitlets.Bool(default_value=True).tag(sync=True)
    about = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)


class Picture(anywidget.AnyWidget):
    """A PNG that says where it was clicked, where it is for that.

    Attributes
    ----------
    png, alt : the picture and what it shows in words.
    clicked : shares of its width and height from the upper left corner, and the number of the click.
    """

    _esm = SCRIPTS / "picture.js"
    _css = SCRIPTS / "parts.css"
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    is_clickable = traitlets.Bool(default_value=False).tag(sync=True)
    clicked = traitlets.List(traitlets.Float()).tag(sync=True)


class Decide(anywidget.AnyWidget):
    """A decision on one creator, sent as one message: ``creator``, ``decision``, ``reason`` and ``by``, as they stand.

    The creator follows the table in the browser, so that a kernel that lags behind never changes whom it is about; who
    decides is kept by the browser, which is a person's own.

    Attributes
    ----------
    creator : key of the creator. names, decided : of each that is shown, its name and what was decided.
    words : labels. saved : what became of the last message.
    """

    _esm = SCRIPTS / "decide.js"
    _css = SCRIPTS / "parts.css"
    creator = traitlets.Unicode().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    decided = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    saved = traitlets.Unicode().tag(sync=True)


def set_if_changed(widget: Any, **values: object) -> None:
    """Send to the screen only what differs, all in one message."""
    changed = {name: value for name, value in values.items() if getattr(widget, name) != value}
    with widget.hold_sync():
        for name, value in changed.items():
            setattr(widget, name, value)
