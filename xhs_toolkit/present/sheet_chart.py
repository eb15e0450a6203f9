"""A chart on a sheet: the figures it draws, and beside them Excel's own chart of those cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range_formula

from xhs_toolkit.present.shown import (
    ROWS,
    Row,
    choose_named,
    colour_groups,
    count_days,
    count_length,
    cut_points,
    find_axis,
    list_bars,
    list_groups,
    list_rows,
    name_group,
    name_rows,
    part_rows,
    unit_of,
    write_category,
    write_reference,
)
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import (
    INK,
    PALETTE,
    PAPER,
    QUIET,
    RULE,
    STANDING_COLOURS,
    choose_ink,
    read_language,
    write_cell_format,
)
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MARKERS = ("circle", "square", "triangle", "diamond")
PALE = "#a9c3d1"
SIZE = {"width": 860, "height": 430}
ROW_PIXELS = 20
GRID = {"visible": True, "line": {"color": RULE, "width": 0.75}}
FONT = {"color": INK, "size": 10, "bold": False}
COLUMN_OF_CHART = 5


@dataclass(frozen=True)
class Cells:
    """Where a chart's figures are written: its sheet, the first row, and the formats of cells."""

    sheet: Worksheet
    first_row: int
    head: Format
    text: Format
    number: Format
    day: Format

    def write(self, row: int, column: int, name: str, values: Sequence[Any]) -> list[Any]:
        """Write one column with its head from a row on; returns the range of its values as the library wants it."""
        self.sheet.write_string(row, column, name, self.head)
        for number, value in enumerate(values, start=row + 1):
            if isinstance(value, pd.Timestamp):
                self.sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), self.day)
            elif isinstance(value, str):
                self.sheet.write_string(number, column, value, self.text)
            elif value is not None and not pd.isna(value):
                self.sheet.write_number(number, column, float(value), self.number)
        return [self.sheet.name, row + 1, column, row + len(values), column]


def write_chart(
    book: xlsxwriter.Workbook, cells: Cells, chart: Chart, *, language: str, names: Mapping[str, str]
) -> None:
    """Write the chart's figures from a row on, and the chart beside them."""
    kind = "rows" if chart.kind in ROWS else chart.kind
    drawn = WRITERS[kind](book, cells, chart, language, names)
    drawn.set_title({"none": True})
    drawn.set_chartarea({"border": {"none": True}})
    n_rows = len(chart.frame) if kind in {"rows", "timeline"} else 0
    drawn.set_size({**SIZE, "height": max(SIZE["height"], ROW_PIXELS * n_rows)})
    cells.sheet.set_column(0, 0, 40)
    cells.sheet.set_column(1, 4, 14)
    cells.sheet.insert_chart(cells.first_row, COLUMN_OF_CHART, drawn, {"object_position": 3})


def _style_axes(drawn: Any, *, name_axis: Mapping[str, Any], value_axis: Mapping[str, Any], level: bool) -> None:
    """Quiet axes; of level bars the names stand upright at the left, the first on top."""
    quiet = {"line": {"color": RULE}, "num_font": {"color": QUIET, "size": 9}, "name_font": FONT}
    value = {**quiet, "major_gridlines": GRID, **value_axis}
    names = {**quiet, "major_gridlines": {"visible": False}, **name_axis}
    if level:
        value |= {"label_position": "high"}
        names |= {"reverse": True, "num_font": {"color": INK, "size": 10}, "label_position": "low"}
        drawn.set_x_axis(value)
        drawn.set_y_axis(names)
        return
    drawn.set_x_axis(names)
    drawn.set_y_axis(value)


def _write_rows(book: Any, cells: Cells, chart: Chart, language: str, names: Mapping[str, str]) -> Any:
    rows = part_rows(list_rows(chart, language=language, names=names))
    axis, unit = find_axis(chart), unit_of(chart)
    row = cells.first_row
    is_stacked = "start" in chart.marks
    drawn = book.add_chart({"type": "bar", "subtype": "stacked"} if is_stacked else {"type": "bar"})
    categories = cells.write(row, 0, "", [write_category(each) for each in rows])
    if is_stacked:
        starts = cells.write(row, 3, label("bar_start", language=language), [each and each.start for each in rows])
        drawn.add_series({"categories": categories, "values": starts, "fill": {"none": True}, "gap": 45})
    values = cells.write(row, 1, label(unit, language=language), [each and each.value for each in rows])
    settings = {
        "name": [cells.sheet.name, row, 1],
        "categories": categories,
        "values": values,
        "gap": 45,
        "fill": {"color": PALE if chart.kind == "ranges" else PALETTE[0]},
        "points": [_look_of(each) for each in rows],
    }
    if any(each and each.low is not None for each in rows):
        settings["x_error_bars"] = _write_ranges(cells, rows)
    drawn.add_series(settings)
    value_axis = {
        "min": axis.low,
        "max": axis.high,
        "num_format": write_cell_format(unit, language=language, largest=axis.high),
    }
    value_axis |= {"name": write_reference(chart, language=language)}
    if axis.base:
        form = read_language(language).cell_ratio.format(figure="General")
        value_axis |= {"log_base": axis.base, "num_format": form, "crossing": 1, "major_unit": axis.base}
    else:
        value_axis |= {"major_unit": axis.ticks[1] - axis.ticks[0]}
    _style_axes(drawn, name_axis={}, value_axis=value_axis, level=True)
    drawn.set_legend({"none": True})
    return drawn


def _look_of(row: Row | None) -> dict[str, Any] | None:
    """The look of a bar that differs from the others: a sum, a verdict, or too little behind it."""
    if row is None:
        return None
    colours = {"total": INK, **STANDING_COLOURS}
    if row.standing in colours:
        return {"fill": {"color": colours[row.standing]}}
    return {"fill": {"color": PAPER}, "border": {"color": PALETTE[0]}} if row.is_hollow else None


def _write_ranges(cells: Cells, rows: Sequence[Row | None]) -> dict[str, Any]:
    """The arms of the ranges as columns of their own, and error bars of those lengths; 0 where there is no range."""
    arms = {}
    for column, (arm, sign, end) in enumerate((("minus", "−", "low"), ("plus", "+", "high")), start=2):
        lengths = [0.0 if row is None else abs((getattr(row, end) or row.value) - row.value) for row in rows]
        arms[f"{arm}_values"] = "=" + xl_range_formula(*cells.write(cells.first_row, column, sign, lengths))
    return {"type": "custom", **arms, "end_style": 0, "line": {"color": PALETTE[0], "width": 1.75}}


def _write_stack(book: Any, cells: Cells, chart: Chart, language: str, names: Mapping[str, str]) -> Any:
    drawn = book.add_chart({"type": "bar", "subtype": "stacked"})
    categories = cells.write(cells.first_row, 0, "", list_bars(chart, language=language))
    groups = list_groups(chart, language=language, names=names)
    for number, group in enumerate(groups):
        values = cells.write(cells.first_row, number + 1, group.name, list(group.frame["value"]))
        drawn.add_series(
            {
                "name": [cells.sheet.name, cells.first_row, number + 1],
                "categories": categories,
                "values": values,
                "gap": 45,
                "overlap": 100,
                "fill": {"color": PALETTE[number % len(PALETTE)]},
                "data_labels": {"value": True, "font": {"color": choose_ink(PALETTE[number % len(PALETTE)])}},
            }
        )
    form = {"num_format": write_cell_format(unit_of(chart), language=language)}
    _style_axes(drawn, name_axis={}, value_axis=form, level=True)
    drawn.set_legend({"position": "bottom"})
    return drawn


def _write_points(book: Any, cells: Cells, chart: Chart, language: str, names: Mapping[str, str]) -> Any:
    shown = cut_points(chart)
    x, y = shown.marks["x"], shown.marks["y"]
    drawn, row = book.add_chart({"type": "scatter"}), cells.first_row
    groups = list_groups(shown, language=language, names=names)
    for number, (group, colour) in enumerate(zip(groups, colour_groups(groups), strict=True)):
        named = set(choose_named(group.frame))
        called = [text if key in named else "" for key, text in group.frame.get("label", group.frame["x"]).items()]
        cells.write(row, 0, name_group(group, language=language), called)
        drawn.add_series(
            {
                "name": [cells.sheet.name, row, 0],
                "categories": cells.write(row, 1, label(x, language=language), list(group.frame["x"])),
                "values": cells.write(row, 2, label(y, language=language), list(group.frame["y"])),
                "marker": {
                    "type": MARKERS[number % len(MARKERS)],
                    "size": 7,
                    "fill": {"color": colour},
                    "border": {"color": PAPER},
                },
            }
        )
        row += len(group.frame) + 2
    log = {"log_base": 10} if shown.options.get("scale") == "log" else {}
    across, upwards = (
        {**log, "name": label(name, language=language), "num_format": write_cell_format(name, language=language),
         **(_find_decades(shown.frame[name]) if log else {})}
        for name in (x, y)
    )  # fmt: skip
    _style_axes(drawn, name_axis={**across, "major_gridlines": GRID}, value_axis=upwards, level=False)
    drawn.set_legend({"position": "bottom"})
    return drawn


def _find_decades(values: pd.Series) -> dict[str, float]:
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return {"min": float(10.0**low), "max": float(10.0 ** max(high, low + 1))}


def _write_lines(book: Any, cells: Cells, chart: Chart, language: str, names: Mapping[str, str]) -> Any:
    drawn = book.add_chart({"type": "line"})
    groups = list_groups(chart, language=language, names=names)
    days = cells.write(cells.first_row, 0, "", [pd.Timestamp(day) for day in groups[0].frame["x"]])
    for number, group in enumerate(groups):
        values = cells.write(cells.first_row, number + 1, group.name, list(group.frame["y"]))
        line = {"color": PALETTE[number], "width": 2, "dash_type": "dash" if number else "solid"}
        drawn.add_series(
            {
                "name": [cells.sheet.name, cells.first_row, number + 1],
                "categories": days,
                "values": values,
                "line": line,
            }
        )
    months = {
        "date_axis": True,
        "major_unit": 1,
        "major_unit_type": "months",
        "num_format": read_language(language).cell_day,
    }
    form = {"num_format": write_cell_format(unit_of(chart), language=language)}
    _style_axes(drawn, name_axis=months, value_axis=form, level=False)
    drawn.set_legend({"position": "bottom"})
    return drawn


def _write_days(book: Any, cells: Cells, chart: Chart, language: str, names: Mapping[str, str]) -> Any:
    """A bar from the first to the last day: an unseen series up to the first day, then the days."""
    drawn = book.add_chart({"type": "bar", "subtype": "stacked"})
    starts = pd.to_datetime(chart.frame[chart.marks["start"]])
    categories = cells.write(cells.first_row, 0, "", name_rows(chart, language=language))
    begin = cells.write(cells.first_row, 1, label("first_date", language=language), list(starts))
    days = cells.write(cells.first_row, 2, label("bar_days", language=language), count_length(chart))
    drawn.add_series({"categories": categories, "values": begin, "fill": {"none": True}, "gap": 45})
    drawn.add_series({"categories": categories, "values": days, "fill": {"color": PALETTE[0]}, "gap": 45})
    value_axis = {"min": min(count_days(day) for day in starts) - 2, "num_format": read_language(language).cell_day}
    _style_axes(drawn, name_axis={}, value_axis=value_axis, level=True)
    drawn.set_legend({"none": True})
    return drawn


WRITERS = {
    "rows": _write_rows,
    "stacked_bars": _write_stack,
    "scatter": _write_points,
    "lines": _write_lines,
    "timeline": _write_days,
}
