"""A `Chart` as a native PowerPoint chart: its figures lie in the slide and can be edited there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

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
    count_steps,
    find_axis_end,
    find_ratio_ends,
)
from xhs_toolkit.report.slides import Place, add_fill, paint, plain_text

KINDS = {
    BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    STACKED: XL_CHART_TYPE.BAR_STACKED,
    DAYS: XL_CHART_TYPE.BAR_STACKED,
    POINTS: XL_CHART_TYPE.XY_SCATTER,
    RATIOS: XL_CHART_TYPE.BAR_CLUSTERED,
    STEPS: XL_CHART_TYPE.BAR_STACKED,
    LINES: XL_CHART_TYPE.LINE,
}
MARKS = (XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE, XL_MARKER_STYLE.DIAMOND)
PALE = 0.65
"""How much lighter bars are than the accent they are drawn in, so that ranges can be seen on them."""

TEXT_SIZE = 14
MANY_CATEGORIES = 14
"""Bars from which the words of a chart are set smaller."""

NARROW = 0.07
"""Share of the widest bar below which a part is too narrow for its figure."""


def add_chart(slide: Any, chart: Chart, *, place: Place, about: str) -> None:
    """Draw a chart on a slide; `about` is its text alternative."""
    data = _make_points(chart) if chart.kind == POINTS else _make_bars(chart)
    frame = slide.shapes.add_chart(KINDS[chart.kind], *place, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(about))
    drawn = frame.chart
    drawn.has_title = False
    drawn.font.size = Pt(_choose_size(chart))
    paint(drawn.font.color, INK)
    _set_legend(drawn, shown=chart.kind in {STACKED, POINTS} and len(chart.series) > 1, on_top=chart.kind == POINTS)
    _style_axes(drawn, chart)
    STYLES[chart.kind](drawn, chart)


def _choose_size(chart: Chart) -> int:
    return TEXT_SIZE - 2 if len(chart.categories) > MANY_CATEGORIES and chart.kind != LINES else TEXT_SIZE


def _name(text: str) -> str:
    """A name that the sheet inside the chart keeps as text, whatever it begins with."""
    shown = plain_text(text)
    return f" {shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _make_bars(chart: Chart) -> CategoryChartData:
    data = CategoryChartData(number_format=chart.value_format)
    data.categories = chart.days or [_name(name) for name in chart.categories]
    for series in chart.series:
        data.add_series(_name(series.name), series.numbers)
    return data


def _make_points(chart: Chart) -> XyChartData:
    data = XyChartData(number_format=chart.value_format)
    for series in chart.series:
        drawn = data.add_series(_name(series.name))
        for x, y in zip(series.x, series.numbers, strict=True):
            drawn.add_data_point(x, y)
    return data


def _set_legend(drawn: Any, *, shown: bool, on_top: bool) -> None:
    drawn.has_legend = shown
    if shown:
        drawn.legend.include_in_layout = False
        drawn.legend.position = XL_LEGEND_POSITION.TOP if on_top else XL_LEGEND_POSITION.BOTTOM
        drawn.legend.font.size = Pt(TEXT_SIZE)


def _style_axes(drawn: Any, chart: Chart) -> None:
    for axis, title, form in (
        (drawn.category_axis, chart.x_title, chart.x_format),
        (drawn.value_axis, chart.y_title, chart.value_format),
    ):
        paint(axis.format.line.color, RULE)
        axis.has_major_gridlines = axis is drawn.value_axis or chart.kind == POINTS
        if axis.has_major_gridlines:
            paint(axis.major_gridlines.format.line.color, RULE)
        axis.tick_labels.font.size = Pt(TEXT_SIZE - 2)
        if form:
            axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = plain_text(title)
            axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(TEXT_SIZE)
            axis.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False
    if chart.kind not in {POINTS, LINES}:
        drawn.category_axis.reverse_order = True
        drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        drawn.category_axis.tick_labels.font.size = Pt(_choose_size(chart))
        drawn.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _fill(series: Any, colour: str, *, paler: float = 0) -> None:
    series.format.fill.solid()
    paint(series.format.fill.fore_color, colour)
    if paler:
        series.format.fill.fore_color.brightness = paler


def _label(series: Any, form: str, *, colour: str, position: Any) -> None:
    labels = series.data_labels
    labels.show_value, labels.position = True, position
    labels.number_format, labels.number_format_is_linked = form, False
    labels.font.size = Pt(TEXT_SIZE)
    paint(labels.font.color, colour)


def _style_bars(drawn: Any, chart: Chart) -> None:
    series = drawn.plots[0].series[0]
    drawn.plots[0].gap_width = 45
    _fill(series, PALETTE[0], paler=PALE)
    if chart.kind == RATIOS:
        _set_logs(drawn.value_axis)
        drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = find_ratio_ends(chart.series[0])
        drawn.value_axis.crosses, drawn.value_axis.crosses_at = XL_AXIS_CROSSES.CUSTOM, 1
        drawn.value_axis.tick_labels.number_format = RATIO_FORMAT
    else:
        _end_axis(drawn.value_axis, find_axis_end(chart.series[0]))
    _add_ranges(series, chart.series[0])


def _end_axis(axis: Any, end: float) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, end, end / count_steps(end)


def _set_logs(axis: Any) -> None:
    base = etree.Element(qn("c:logBase"))
    base.set("val", "10")
    axis._element.find(qn("c:scaling")).insert(0, base)


def _add_ranges(drawn: Any, series: Series) -> None:
    """Ranges as error bars with ends of their own, before the categories as the format wants it."""
    ends = list(zip(series.numbers, series.low, series.high, strict=True))
    if not any(None not in each for each in ends):
        return
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    _list_lengths(bars, "plus", [None if None in each else each[2] - each[0] for each in ends])  # type: ignore[operator]
    _list_lengths(bars, "minus", [None if None in each else each[0] - each[1] for each in ends])  # type: ignore[operator]
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(Pt(1.75)))
    add_fill(line, PALETTE[0])
    drawn._element.find(qn("c:cat")).addprevious(bars)


def _list_lengths(bars: Any, name: str, lengths: Sequence[float | None]) -> None:
    literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
    etree.SubElement(literal, qn("c:formatCode")).text = "General"
    etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(lengths)))
    for number, length in enumerate(lengths):
        if length is None:
            continue
        point = etree.SubElement(literal, qn("c:pt"))
        point.set("idx", str(number))
        etree.SubElement(point, qn("c:v")).text = repr(float(max(length, 0)))


def _style_stack(drawn: Any, chart: Chart) -> None:
    drawn.plots[0].gap_width, drawn.plots[0].overlap = 50, 100
    drawn.value_axis.visible = drawn.value_axis.has_major_gridlines = False
    whole = max(sum(value or 0 for value in values) for values in zip(*(s.numbers for s in chart.series), strict=True))
    for number, series in enumerate(drawn.plots[0].series):
        _fill(series, PALETTE[number % len(PALETTE)])
        values = chart.series[number].numbers
        if any((value or 0) > NARROW * whole for value in values):
            _label(series, chart.value_format, colour=PAPER, position=XL_LABEL_POSITION.CENTER)
            _drop_labels(series, [number for number, value in enumerate(values) if (value or 0) <= NARROW * whole])


def _drop_labels(series: Any, numbers: Sequence[int]) -> None:
    labels = series.data_labels._element
    for place, number in enumerate(numbers):
        dropped = etree.Element(qn("c:dLbl"))
        etree.SubElement(dropped, qn("c:idx")).set("val", str(number))
        etree.SubElement(dropped, qn("c:delete")).set("val", "1")
        labels.insert(place, dropped)


def _style_days(drawn: Any, chart: Chart) -> None:
    """The series up to the first day is unseen; the axis begins with the first of the days."""
    drawn.plots[0].gap_width, drawn.plots[0].overlap = 45, 100
    before, days = drawn.plots[0].series
    before.format.fill.background()
    before.format.line.fill.background()
    _fill(days, PALETTE[0])
    starts = [value for value in chart.series[0].numbers if value is not None]
    ends = [start + (days or 0) for start, days in zip(starts, chart.series[1].numbers, strict=True)]
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = min(starts) - 2, max(ends) + 2
    drawn.value_axis.major_unit = max(7, round((max(ends) - min(starts)) / 6))


def _style_steps(drawn: Any, chart: Chart) -> None:
    """The series up to the begin of a bar is unseen; the last bar is the sum."""
    drawn.plots[0].gap_width, drawn.plots[0].overlap = 45, 100
    before, amounts = drawn.plots[0].series
    before.format.fill.background()
    before.format.line.fill.background()
    _fill(amounts, PALETTE[0])
    last = amounts.points[len(chart.categories) - 1]
    last.format.fill.solid()
    paint(last.format.fill.fore_color, INK)
    _end_axis(drawn.value_axis, find_axis_end(Series("", tuple(row.high for row in chart.rows))))


def _style_lines(drawn: Any, chart: Chart) -> None:
    """Each line is named at its end; the axis counts days and names months."""
    for number, (line, told) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        line.smooth = False
        line.format.line.width = Pt(2.25)
        paint(line.format.line.color, PALETTE[number])
        line.marker.style = XL_MARKER_STYLE.NONE
        if number:
            line.format.line.dash_style = MSO_LINE.DASH
        label = line.points[len(told.numbers) - 1].data_label
        label.has_text_frame = True
        label.text_frame.text = told.name
        label.position = XL_LABEL_POSITION.RIGHT
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(TEXT_SIZE), True
        paint(run.font.color, PALETTE[number])
    _leave_room(drawn)
    _count_months(drawn.category_axis._element)
    drawn.category_axis.has_major_gridlines = False
    values = [value for series in chart.series for value in series.numbers if value is not None]
    drawn.value_axis.minimum_scale = 0 if min(values) < 0.3 * max(values) else None


def _count_months(axis: Any) -> None:
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in axis.findall(qn(tag)):
            axis.remove(old)
    for tag, value in (("c:baseTimeUnit", "days"), ("c:majorUnit", "1"), ("c:majorTimeUnit", "months")):
        etree.SubElement(axis, qn(tag)).set("val", value)


def _leave_room(drawn: Any) -> None:
    """The lines end before the right edge, so that their names have room."""
    plot = drawn._chartSpace.chart.plotArea
    for old in plot.findall(qn("c:layout")):
        plot.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"), ("x", "0.07"), ("y", "0.04"),
                        ("w", "0.74"), ("h", "0.84")):  # fmt: skip
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)
    plot.insert(0, layout)


def _style_points(drawn: Any, chart: Chart) -> None:
    for axis in (drawn.category_axis, drawn.value_axis):
        _set_logs(axis)
    _set_decades(drawn, chart)
    for number, (series, told) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = MARKS[number % len(MARKS)], 8
        series.marker.format.fill.solid()
        paint(series.marker.format.fill.fore_color, PALETTE[number % len(PALETTE)])
        paint(series.marker.format.line.color, PAPER)
        _name_points(series, told)


def _set_decades(drawn: Any, chart: Chart) -> None:
    """Log axes from a power of ten to a power of ten."""
    xs = [x for series in chart.series for x in series.x]
    ys = [y for series in chart.series for y in series.numbers if y]
    for axis, values in ((drawn.category_axis, xs), (drawn.value_axis, ys)):
        axis.minimum_scale = 10.0 ** (len(str(int(min(values)))) - 1) if min(values) >= 1 else None
        axis.maximum_scale = 10.0 ** len(str(int(max(values)))) if max(values) >= 1 else None
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _name_points(drawn: Any, series: Series) -> None:
    for number, name in enumerate(series.labels):
        if name:
            label = drawn.points[number].data_label
            label.has_text_frame = True
            label.text_frame.text = name
            middle = math.sqrt(min(series.x) * max(series.x))
            label.position = XL_LABEL_POSITION.LEFT if series.x[number] > middle else XL_LABEL_POSITION.RIGHT
            run = label.text_frame.paragraphs[0].runs[0]
            run.font.size = Pt(TEXT_SIZE - 2)
            paint(run.font.color, QUIET)


STYLES = {
    BARS: _style_bars,
    RATIOS: _style_bars,
    STACKED: _style_stack,
    DAYS: _style_days,
    STEPS: _style_steps,
    LINES: _style_lines,
    POINTS: _style_points,
}
