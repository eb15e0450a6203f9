"""A chart as a native PowerPoint chart: its figures lie in the slide and can be edited there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from xhs_toolkit.present.shown import (
    ROWS,
    Group,
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
    split_panels,
    unit_of,
    write_category,
    write_reference,
)
from xhs_toolkit.present.slide_theme import Place, add_fill, paint, plain_text
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import (
    ACCENT,
    INK,
    PALETTE,
    PAPER,
    QUIET,
    RULE,
    STANDING_COLOURS,
    choose_ink,
    picture_text,
    read_language,
    write_cell_format,
)
from xhs_toolkit.present.wording import label

MARKERS = (XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE, XL_MARKER_STYLE.DIAMOND)
PALE = 0.65
"""How much lighter bars are than the accent they are drawn in, so that ranges can be seen on them."""

TEXT_SIZE = 14
SMALLER = {14: 12, 24: 9}
"""Bars from which the words of a chart are set in so many points."""

FEW_BARS = 3
"""Bars of so few names stand far apart, so that they are not slabs."""

FAR = 0.8
"""Share of the points up to which names stand at the right."""

NARROW = 0.07
"""Share of the widest bar below which a part is too narrow for its figure."""


def add_chart(slide: Any, chart: Chart, *, place: Place, about: str, language: str, names: Mapping[str, str]) -> None:
    """Draw a chart on a slide; `about` is its text alternative."""
    frame = ADDERS["rows" if chart.kind in ROWS else chart.kind](slide, chart, place, language, names)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(about))


def _start(slide: Any, kind: Any, data: Any, place: Place, *, n_names: int = 0) -> tuple[Any, Any]:
    """Add a chart with quiet axes, without title and legend; returns its frame and the chart."""
    frame = slide.shapes.add_chart(kind, *place, data)
    drawn = frame.chart
    drawn.has_title = drawn.has_legend = False
    size = min([TEXT_SIZE, *(points for n, points in SMALLER.items() if n_names > n)])
    drawn.font.size = Pt(size)
    paint(drawn.font.color, INK)
    for axis in (drawn.category_axis, drawn.value_axis):
        paint(axis.format.line.color, RULE)
        axis.has_title = False
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(min(size, TEXT_SIZE - 2))
        axis.has_major_gridlines = axis is drawn.value_axis or kind == XL_CHART_TYPE.XY_SCATTER
        if axis.has_major_gridlines:
            paint(axis.major_gridlines.format.line.color, RULE)
    if n_names:
        drawn.category_axis.reverse_order = True
        drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        drawn.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        drawn.value_axis.format.line.fill.background()
        drawn.plots[0].gap_width = 45 if n_names > FEW_BARS else 120
    return frame, drawn


def _keep_as_text(text: str) -> str:
    """A name that the sheet inside the chart keeps as text, whatever it begins with."""
    shown = plain_text(text)
    return f" {shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _format_axis(axis: Any, form: str, title: str = "") -> None:
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    if title:
        axis.has_title = True
        axis.axis_title.text_frame.text = plain_text(title)
        run = axis.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(TEXT_SIZE - 2), False


def _fill(shape: Any, colour: str, *, paler: float = 0) -> None:
    shape.format.fill.solid()
    paint(shape.format.fill.fore_color, colour)
    if paler:
        shape.format.fill.fore_color.brightness = paler


def _hide(series: Any) -> None:
    series.format.fill.background()
    series.format.line.fill.background()


def _label(series: Any, form: str, *, colour: str, position: Any) -> None:
    labels = series.data_labels
    labels.show_value, labels.position = True, position
    labels.number_format, labels.number_format_is_linked = form, False
    labels.font.size = Pt(TEXT_SIZE)
    paint(labels.font.color, colour)


def _show_legend(drawn: Any, position: Any) -> None:
    drawn.has_legend = True
    drawn.legend.include_in_layout = False
    drawn.legend.position = position
    drawn.legend.font.size = Pt(TEXT_SIZE)


# ------------------------------------------------------------------------------------------- rows


def _add_rows(slide: Any, chart: Chart, place: Place, language: str, names: Mapping[str, str]) -> Any:
    """Bars with their ranges as error bars; in the categories an empty one parts the groups."""
    rows = part_rows(list_rows(chart, language=language, names=names))
    axis, unit = find_axis(chart), unit_of(chart)
    form = write_cell_format(unit, language=language, largest=axis.high)
    data = CategoryChartData(number_format=form)
    data.categories = [_keep_as_text(write_category(row)) for row in rows]
    is_stacked = "start" in chart.marks
    if is_stacked:
        data.add_series(_keep_as_text(label("bar_start", language=language)), [row and row.start for row in rows])
    data.add_series(_keep_as_text(label(unit, language=language)), [row and row.value for row in rows])
    kind = XL_CHART_TYPE.BAR_STACKED if is_stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame, drawn = _start(slide, kind, data, place, n_names=len(rows))
    if is_stacked:
        drawn.plots[0].overlap = 100
        _hide(drawn.plots[0].series[0])
    series = drawn.plots[0].series[-1]
    _fill(series, PALETTE[0], paler=PALE if chart.kind == "ranges" else 0)
    series.invert_if_negative = False
    for number, row in enumerate(rows):
        _mark_bar(series, number, row)
    value_axis = drawn.value_axis
    value_axis.minimum_scale, value_axis.maximum_scale = axis.low, axis.high
    if axis.base:
        _set_logs(value_axis, axis.base)
        value_axis.crosses, value_axis.crosses_at = XL_AXIS_CROSSES.CUSTOM, 1
        value_axis.major_unit = axis.base
    else:
        value_axis.major_unit = axis.ticks[1] - axis.ticks[0]
    form = read_language(language).cell_ratio.format(figure="General") if axis.base else form
    _format_axis(value_axis, form, write_reference(chart, language=language))
    _add_ranges(series, rows)
    return frame


def _mark_bar(series: Any, number: int, row: Row | None) -> None:
    """The look of a bar that differs from the others: a sum, a verdict, or too little behind it."""
    colours = {"total": INK, **STANDING_COLOURS}
    if row is None:
        return
    if row.standing in colours:
        _fill(series.points[number], colours[row.standing])
    elif row.is_hollow:
        _fill(series.points[number], PAPER)
        paint(series.points[number].format.line.color, PALETTE[0])


def _set_logs(axis: Any, base: int = 10) -> None:
    log = etree.Element(qn("c:logBase"))
    log.set("val", str(base))
    axis._element.find(qn("c:scaling")).insert(0, log)


def _add_ranges(drawn: Any, rows: Sequence[Row | None]) -> None:
    """Ranges as error bars with ends of their own, before the categories as the format wants it."""
    ends = [row if row and row.low is not None and row.high is not None else None for row in rows]
    if not any(ends):
        return
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    _list_lengths(bars, "plus", [row and (row.high or 0) - row.value for row in ends])
    _list_lengths(bars, "minus", [row and row.value - (row.low or 0) for row in ends])
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


def _add_stack(slide: Any, chart: Chart, place: Place, language: str, names: Mapping[str, str]) -> Any:
    groups = list_groups(chart, language=language, names=names)
    lengths = [[float(value) for value in group.frame["value"]] for group in groups]
    whole = max(sum(values) for values in zip(*lengths, strict=True))
    form = write_cell_format(unit_of(chart), language=language, largest=whole)
    bars = [_keep_as_text(name) for name in list_bars(chart, language=language)]
    data = CategoryChartData(number_format=form)
    data.categories = bars
    for group, values in zip(groups, lengths, strict=True):
        data.add_series(_keep_as_text(group.name), values)
    frame, drawn = _start(slide, XL_CHART_TYPE.BAR_STACKED, data, place, n_names=len(bars))
    drawn.plots[0].overlap = 100
    drawn.value_axis.visible = drawn.value_axis.has_major_gridlines = False
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = 0, whole
    for number, (series, values) in enumerate(zip(drawn.plots[0].series, lengths, strict=True)):
        colour = PALETTE[number % len(PALETTE)]
        _fill(series, colour)
        if any(value > NARROW * whole for value in values):
            _label(series, form, colour=choose_ink(colour), position=XL_LABEL_POSITION.CENTER)
            _drop_labels(series, [place for place, value in enumerate(values) if value <= NARROW * whole])
    _show_legend(drawn, XL_LEGEND_POSITION.BOTTOM)
    return frame


def _drop_labels(series: Any, numbers: Sequence[int]) -> None:
    labels = series.data_labels._element
    for place, number in enumerate(numbers):
        dropped = etree.Element(qn("c:dLbl"))
        etree.SubElement(dropped, qn("c:idx")).set("val", str(number))
        etree.SubElement(dropped, qn("c:delete")).set("val", "1")
        labels.insert(place, dropped)


def _add_days(slide: Any, chart: Chart, place: Place, language: str, names: Mapping[str, str]) -> Any:
    """The series up to the first day is unseen; the axis begins with the first of the days."""
    starts = [count_days(day) for day in pd.to_datetime(chart.frame[chart.marks["start"]])]
    lengths = count_length(chart)
    data = CategoryChartData(number_format=read_language(language).cell_day)
    data.categories = [_keep_as_text(name) for name in name_rows(chart, language=language)]
    data.add_series(label("first_date", language=language), starts)
    data.add_series(label("bar_days", language=language), lengths)
    frame, drawn = _start(slide, XL_CHART_TYPE.BAR_STACKED, data, place, n_names=len(starts))
    drawn.plots[0].overlap = 100
    before, days = drawn.plots[0].series
    _hide(before)
    _fill(days, PALETTE[0])
    milestones = chart.options.get("milestones", ())
    for number, group in enumerate(chart.frame[chart.marks["group"]] if "group" in chart.marks else ()):
        if group in milestones:
            _fill(days.points[number], ACCENT)
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale = min(starts) - 2, max(ends) + 2
    drawn.value_axis.major_unit = max(7, round((max(ends) - min(starts)) / 6))
    _format_axis(drawn.value_axis, read_language(language).cell_day)
    return frame


# ----------------------------------------------------------------------------------- lines, points


def _add_lines(slide: Any, chart: Chart, place: Place, language: str, names: Mapping[str, str]) -> Any:
    """Each line is named at its end; the axis counts days and names months."""
    if "unit" in chart.marks:
        panels = split_panels(chart)
        height = place.height // len(panels)
        tops = [place.top + number * height for number in range(len(panels))]
        places = [Place(place.left, top, place.width, height) for top in tops]
        return [_add_columns(slide, *each, language) for each in zip(panels, places, strict=True)][-1]
    groups = list_groups(chart, language=language, names=names)
    form = write_cell_format(unit_of(chart), language=language)
    data = CategoryChartData(number_format=form)
    data.categories = [pd.Timestamp(day).date() for day in groups[0].frame["x"]]
    for group in groups:
        data.add_series(
            _keep_as_text(group.name), [None if pd.isna(value) else float(value) for value in group.frame["y"]]
        )
    frame, drawn = _start(slide, XL_CHART_TYPE.LINE, data, place)
    for number, (line, group) in enumerate(zip(drawn.plots[0].series, groups, strict=True)):
        line.smooth = False
        line.format.line.width = Pt(2.25)
        paint(line.format.line.color, PALETTE[number])
        line.marker.style = XL_MARKER_STYLE.NONE
        if number:
            line.format.line.dash_style = MSO_LINE.DASH
        _name_point(line, len(group.frame) - 1, group.name, size=TEXT_SIZE, colour=PALETTE[number])
    _leave_room(drawn)
    _count_months(drawn.category_axis._element)
    _format_axis(drawn.category_axis, read_language(language).cell_month)
    _format_axis(drawn.value_axis, form)
    values = [float(value) for group in groups for value in group.frame["y"].dropna()]
    drawn.value_axis.minimum_scale = 0 if min(values) < 0.3 * max(values) else None
    return frame


def _add_columns(slide: Any, panel: Chart, place: Place, language: str) -> Any:
    """A column a day, under the name of what it counts."""
    unit, values = unit_of(panel), panel.frame[panel.marks["y"]].astype(float)
    form = write_cell_format(unit, language=language, largest=float(values.max()))
    data = CategoryChartData(number_format=form)
    data.categories = [pd.Timestamp(day).date() for day in panel.frame[panel.marks["x"]]]
    data.add_series(
        _keep_as_text(label(unit, language=language)), [None if pd.isna(value) else value for value in values]
    )
    frame, drawn = _start(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, data, place)
    drawn.has_title = True
    drawn.chart_title.include_in_layout = False
    drawn.chart_title.text_frame.text = plain_text(label(unit, language=language))
    drawn.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(TEXT_SIZE - 2)
    drawn.plots[0].gap_width = 15
    _fill(drawn.plots[0].series[0], PALETTE[0])
    drawn.value_axis.minimum_scale, drawn.value_axis.major_unit = 0, float(values.max())
    drawn.value_axis.maximum_scale = float(values.max())
    _count_months(drawn.category_axis._element)
    _format_axis(drawn.category_axis, read_language(language).cell_month)
    _format_axis(drawn.value_axis, form)
    return frame


def _name_point(drawn: Any, number: int, name: str, *, size: float, colour: str, position: Any = None) -> None:
    shown = drawn.points[number].data_label
    shown.has_text_frame = True
    shown.text_frame.text = plain_text(name)
    shown.position = position or XL_LABEL_POSITION.RIGHT
    run = shown.text_frame.paragraphs[0].runs[0]
    run.font.size = Pt(size)
    paint(run.font.color, colour)


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


def _add_points(slide: Any, chart: Chart, place: Place, language: str, names: Mapping[str, str]) -> Any:
    """Kinds of points, the most numerous first: LibreOffice leaves out those that are fewer than a later kind."""
    shown = cut_points(chart)
    x, y = shown.marks["x"], shown.marks["y"]
    groups = sorted(list_groups(shown, language=language, names=names), key=lambda group: -len(group.frame))
    data = XyChartData(number_format=write_cell_format(y, language=language))
    for group in groups:
        added = data.add_series(_keep_as_text(name_group(group, language=language)))
        for across, upwards in zip(group.frame["x"], group.frame["y"], strict=True):
            added.add_data_point(float(across), float(upwards))
    frame, drawn = _start(slide, XL_CHART_TYPE.XY_SCATTER, data, place)
    for axis, name in ((drawn.category_axis, x), (drawn.value_axis, y)):
        _format_axis(axis, write_cell_format(name, language=language, largest=1e3), label(name, language=language))
        if shown.options.get("scale") == "log":
            _set_logs(axis)
            _set_decades(axis, shown.frame[name])
    chosen = set(choose_named(pd.concat([group.frame for group in groups])))
    far = float(shown.frame[x].quantile(FAR))
    for number, (series, group, colour) in enumerate(
        zip(drawn.plots[0].series, groups, colour_groups(groups), strict=True)
    ):
        series.format.line.fill.background()
        series.marker.style, series.marker.size = MARKERS[number % len(MARKERS)], 8
        series.marker.format.fill.solid()
        paint(series.marker.format.fill.fore_color, colour)
        paint(series.marker.format.line.color, PAPER)
        _name_points(series, group, chosen, far)
    if len(groups) > 1:
        _show_legend(drawn, XL_LEGEND_POSITION.TOP)
    return frame


def _set_decades(axis: Any, values: pd.Series) -> None:
    """Log axes from a power of ten to a power of ten."""
    low, high = math.floor(math.log10(values.min())), math.ceil(math.log10(values.max()))
    axis.minimum_scale, axis.maximum_scale = 10.0**low, 10.0 ** max(high, low + 1)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _name_points(series: Any, group: Group, chosen: set[Any], far: float) -> None:
    for number, (key, row) in enumerate(group.frame.iterrows()):
        if key in chosen:
            side = XL_LABEL_POSITION.LEFT if row["x"] > far else XL_LABEL_POSITION.RIGHT
            name = picture_text(row["label"], max_length=16)
            _name_point(series, number, name, size=TEXT_SIZE - 2, colour=QUIET, position=side)


ADDERS = {
    "rows": _add_rows,
    "stacked_bars": _add_stack,
    "scatter": _add_points,
    "lines": _add_lines,
    "timeline": _add_days,
}
