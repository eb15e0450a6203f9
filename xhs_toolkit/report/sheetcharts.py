"""A `Chart` on a sheet: the figures it draws, and beside them Excel's own chart of those cells."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_formula

from xhs_toolkit.present.style import INK, PALETTE, PAPER, QUIET, RULE
from xhs_toolkit.report.native import (
    BARS,
    DAYS,
    LINES,
    POINTS,
    RATIO_FORMAT,
    RATIOS,
    STACKED,
    STEPS,
    Chart,
    Series,
    find_axis_end,
    find_ratio_ends,
)

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

KINDS: dict[str, dict[str, str]] = {
    BARS: {"type": "bar"},
    STACKED: {"type": "bar", "subtype": "stacked"},
    DAYS: {"type": "bar", "subtype": "stacked"},
    POINTS: {"type": "scatter"},
    RATIOS: {"type": "bar"},
    STEPS: {"type": "bar", "subtype": "stacked"},
    LINES: {"type": "line"},
}
UNSEEN_FIRST = frozenset({DAYS, STEPS})
"""Kinds whose first series only says where the bars begin."""

MARKS = ("circle", "square", "triangle", "diamond")
PALE = "#a9c3d1"
SIZE = {"width": 860, "height": 430}
FONT = {"color": INK, "size": 10, "bold": False}
COLUMN_OF_CHART = 5


def write_chart(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    chart: Chart,
    *,
    first_row: int,
    head: Format,
    text: Format,
    number: Format,
    day: Format,
) -> None:
    """Write the chart's figures from a row on, and the chart beside them."""
    drawn = book.add_chart(KINDS[chart.kind])
    cells = _Cells(sheet, head, text, number, day)
    if chart.kind == POINTS:
        _write_points(cells, drawn, chart, first_row)
    else:
        _write_bars(cells, drawn, chart, first_row)
    _style(drawn, chart)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 4, 14)
    sheet.insert_chart(first_row, max(COLUMN_OF_CHART, len(chart.series) + 2), drawn, {"object_position": 3})


class _Cells:
    """Writes cells and tells where they are."""

    def __init__(self, sheet: Worksheet, head: Format, text: Format, number: Format, day: Format) -> None:
        self.sheet, self.head, self.text, self.number, self.day = sheet, head, text, number, day

    def write_head(self, row: int, names: list[str]) -> None:
        """One header row."""
        for column, name in enumerate(names):
            self.sheet.write_string(row, column, name, self.head)

    def write(self, row: int, column: int, values: Any) -> list[Any]:
        """One column of values from a row on; returns its range as the library wants it."""
        for number, value in enumerate(values, start=row):
            if isinstance(value, date):
                self.sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), self.day)
            elif isinstance(value, str):
                self.sheet.write_string(number, column, value, self.text)
            elif value is not None:
                self.sheet.write_number(number, column, value, self.number)
        return [self.sheet.name, row, column, row + len(values) - 1, column]


def _write_bars(cells: _Cells, drawn: Any, chart: Chart, first_row: int) -> None:
    cells.write_head(first_row, ["", *(series.name for series in chart.series)])
    names = cells.write(first_row + 1, 0, chart.days or chart.categories)
    for number, series in enumerate(chart.series):
        values = cells.write(first_row + 1, number + 1, series.numbers)
        colour = PALE if chart.kind in {BARS, RATIOS} else PALETTE[number % len(PALETTE)]
        settings = {
            "name": [cells.sheet.name, first_row, number + 1],
            "categories": names,
            "values": values,
            "gap": 45,
            "fill": {"color": colour},
        }
        if chart.kind in UNSEEN_FIRST:
            settings |= {"fill": {"none": True}} if number == 0 else {"fill": {"color": PALETTE[0]}}
        if chart.kind == STEPS and number == 1:
            settings["points"] = [None] * (len(chart.categories) - 1) + [{"fill": {"color": INK}}]
        if chart.kind == LINES:
            settings["line"] = {"color": colour, "width": 2, "dash_type": "dash" if number else "solid"}
        if chart.kind == STACKED:
            settings |= {"overlap": 100, "data_labels": {"value": True, "font": {"color": PAPER}}}
        if chart.kind in {BARS, RATIOS} and any(end is not None for end in series.low):
            settings |= {"x_error_bars": _write_ranges(cells, series, first_row)}
        drawn.add_series(settings)


def _measure(middle: float | None, end: float | None) -> float:
    """Length of one arm of a range; 0 where there is no range."""
    return 0.0 if middle is None or end is None else abs(end - middle)


def _write_ranges(cells: _Cells, series: Series, first_row: int) -> dict[str, Any]:
    """The arms of the ranges as columns of their own, and error bars of those lengths."""
    cells.write_head(first_row, ["", series.name, "−", "+"])
    arms = {}
    for column, (arm, ends) in enumerate((("minus", series.low), ("plus", series.high)), start=2):
        lengths = [_measure(*pair) for pair in zip(series.numbers, ends, strict=True)]
        arms[f"{arm}_values"] = "=" + xl_range_formula(*cells.write(first_row + 1, column, lengths))
    return {"type": "custom", **arms, "end_style": 0, "line": {"color": PALETTE[0], "width": 1.75}}


def _write_points(cells: _Cells, drawn: Any, chart: Chart, first_row: int) -> None:
    row = first_row
    for number, series in enumerate(chart.series):
        cells.write_head(row, [series.name, chart.x_title, chart.y_title])
        cells.write(row + 1, 0, series.labels)
        colour = PALETTE[number % len(PALETTE)]
        drawn.add_series(
            {
                "name": [cells.sheet.name, row, 0],
                "categories": cells.write(row + 1, 1, series.x),
                "values": cells.write(row + 1, 2, series.numbers),
                "marker": {
                    "type": MARKS[number % len(MARKS)],
                    "size": 7,
                    "fill": {"color": colour},
                    "border": {"color": PAPER},
                },
            }
        )
        row += len(series.numbers) + 2


def _style(drawn: Any, chart: Chart) -> None:
    quiet = {"line": {"color": RULE}, "num_font": {"color": QUIET, "size": 9}}
    grid = {"visible": True, "line": {"color": RULE, "width": 0.75}}
    log = {"log_base": 10} if chart.kind == POINTS else {}
    category = {**quiet, **log, "name": chart.x_title, "name_font": FONT, "major_gridlines": {"visible": bool(log)}}
    value = {**quiet, **log, "name": chart.y_title, "name_font": FONT, "major_gridlines": grid}
    value |= {"num_format": chart.value_format}
    if chart.kind == POINTS:
        category |= {"num_format": chart.x_format, "major_gridlines": grid}
    elif chart.kind == LINES:
        months = {"date_axis": True, "major_unit": 1, "major_unit_type": "months", "num_format": chart.x_format}
        category |= {**months, "num_font": {"color": QUIET, "size": 9}}
    else:
        value |= {"label_position": "high"}
        category |= {"reverse": True, "num_font": {"color": INK, "size": 10}, "label_position": "low"}
    if chart.kind == DAYS:
        value |= {"min": min(number for number in chart.series[0].numbers if number is not None) - 2}
    elif chart.kind == BARS:
        value |= {"min": 0, "max": find_axis_end(chart.series[0])}
    elif chart.kind == STEPS:
        value |= {"min": 0, "max": find_axis_end(Series("", tuple(row.high for row in chart.rows)))}
    elif chart.kind == RATIOS:
        low, high = find_ratio_ends(chart.series[0])
        value |= {"log_base": 10, "min": low, "max": high, "num_format": RATIO_FORMAT, "crossing": 1}
    across, upwards = (category, value) if chart.kind in {POINTS, LINES} else (value, category)
    drawn.set_x_axis(across)
    drawn.set_y_axis(upwards)
    drawn.set_legend({"position": "bottom"} if chart.kind in {STACKED, POINTS, LINES} else {"none": True})
    drawn.set_title({"none": True})
    drawn.set_size(SIZE)
    drawn.set_chartarea({"border": {"none": True}})
