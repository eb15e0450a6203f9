"""The charts of the page: one strip a row, drawn to a common scale; words stay words, beside the strips.

A strip is a drawing without text that fits any width, so that a chart can be read on a phone and printed. Kinds that
are no rows of figures become one drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from xhs_toolkit.present.draw import TONES, WIDTH, draw_chart, write_svg
from xhs_toolkit.present.shown import (
    ROWS,
    Axis,
    Row,
    find_axis,
    list_bars,
    list_groups,
    list_rows,
    unit_of,
    write_ticks,
)
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import BAND, INK, MISSED, PALETTE, PAPER, RULE, STANDING_COLOURS, format_value
from xhs_toolkit.present.wording import label

HEIGHT = 26
BAR, LINE, DOT, STACK = 14, 5, 6, 18
PHONE_WIDTH = 4.2
"""Of a picture on a phone, in inches: its words stay as large."""
THINNEST = 0.3
"""Per cent of the width that the smallest bar has, so that it is seen."""


def show_chart(chart: Chart, *, language: str, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what the page's template wants of a chart: rows with their strips, or one drawing; None of nothing."""
    if chart.frame.empty:
        return None
    if chart.kind == "stacked_bars":
        return _show_stacks(chart, language=language, names=names)
    if chart.kind not in ROWS:
        wide, narrow = (
            draw_chart(chart, language=language, names=names, is_titled=False, width=width)
            for width in (WIDTH, PHONE_WIDTH)
        )
        return {"kind": "picture", "drawing": write_svg(wide), "narrow": write_svg(narrow)} if wide and narrow else None
    axis, rows = find_axis(chart), list_rows(chart, language=language, names=names)
    ticks = zip(axis.ticks, write_ticks(chart, language=language), strict=True)
    return {
        "kind": "rows",
        "rows": [{**row._asdict(), "strip": draw_strip(row, chart, axis, language=language)} for row in rows],
        "ticks": [(f"{100 * axis.find(tick):.2f}", words) for tick, words in ticks],
        "legend": [],
        "metric": label(unit_of(chart), language=language),
        "first": label("group", language=language),
        "wide": any(row.about for row in rows),
        "is_ratio": bool(axis.base),
    }


def _show_stacks(chart: Chart, *, language: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Stacked bars as rows: each part in its tone, told in words under the bar's name; the legend names the tones."""
    groups, bars = list_groups(chart, language=language, names=names), list_bars(chart, language=language)
    parts = [group.frame["value"].tolist() for group in groups]
    sums, unit = [sum(bar) for bar in zip(*parts, strict=True)], unit_of(chart)
    whole = max(sums)
    rows = []
    for bar, (name, total) in enumerate(zip(bars, sums, strict=True)):
        marks, told, start = "", [], 0.0
        for number, (group, values) in enumerate(zip(groups, parts, strict=True)):
            width = 100 * values[bar] / whole
            marks += _rect(start, width, TONES[number % len(TONES)], top=(HEIGHT - STACK) / 2, height=STACK)
            told += [f"{group.name} {format_value(unit, values[bar], language=language)}"] if values[bar] > 0 else []
            start += width
        shown = "" if unit.endswith("_share") else format_value(unit, total, language=language)
        words = {"head": "", "name": name, "about": " · ".join(told), "told": shown, "remark": ""}
        rows.append({**words, "strip": wrap_strip(marks, HEIGHT)})
    return {
        "kind": "rows",
        "rows": rows,
        "ticks": [],
        "legend": [(TONES[number % len(TONES)], group.name) for number, group in enumerate(groups)],
        "metric": label(unit, language=language),
        "first": label(chart.marks["name"], language=language),
        "wide": True,
        "is_ratio": False,
    }


def draw_strip(row: Row, chart: Chart, axis: Axis, *, language: str) -> str:
    """Return the strip of a row as SVG: a bar, or a dot with its range.

    A value that is good or bad beyond doubt is a triangle in the reader's colour; one with too little behind it is
    hollow. What it is compared with is an upright line.
    """
    marks = _draw_range(row, axis) if chart.kind == "ranges" else _draw_bar(row, axis)
    references = [value for value in (chart.options.get("reference"), row.reference) if value is not None]
    places = [100 * axis.find(value) for value in references if not axis.base or value != 1]
    lines = [_line(place, place, INK, 2) for place in places]
    return wrap_strip("".join(lines) + marks, HEIGHT)


def wrap_strip(marks: str, height: int) -> str:
    """Return marks as a drawing of any width."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}">{marks}</svg>'


def _line(start: float, end: float, colour: str, width: float, *, opacity: float = 1) -> str:
    """An upright line over the whole height, or a level one in its middle."""
    upright = start == end
    y1, y2 = ("0", "100%") if upright else ("50%", "50%")
    faint = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<line x1="{start:.2f}%" x2="{end:.2f}%" y1="{y1}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{faint}/>'
    )


def _draw_bar(row: Row, axis: Axis) -> str:
    start, end = sorted(100 * axis.find(value) for value in (row.start, row.start + row.value))
    colour = INK if row.standing == "total" else PALETTE[0]
    return _rect(start, max(end - start, THINNEST), colour, top=(HEIGHT - BAR) / 2, height=BAR)


def _rect(start: float, width: float, colour: str, *, top: float, height: float) -> str:
    return f'<rect x="{start:.2f}%" y="{top:g}" width="{width:.2f}%" height="{height}" fill="{colour}"/>'


def _draw_range(row: Row, axis: Axis) -> str:
    colour = STANDING_COLOURS.get(row.standing, PALETTE[0])
    line = ""
    if row.low is not None and row.high is not None:
        line = _line(100 * axis.find(row.low), 100 * axis.find(row.high), colour, LINE, opacity=0.35)
    return line + _draw_mark(100 * axis.find(row.value), colour, row)


SHAPES = {
    "good": f"M0 {-DOT - 1}L{DOT + 1} {DOT}H{-DOT - 1}Z",
    "bad": f"M0 {DOT + 1}L{DOT + 1} {-DOT}H{-DOT - 1}Z",
    "flag": f"M{-DOT} {-DOT}H{DOT}V{DOT}H{-DOT}Z",
}


def _draw_mark(at: float, colour: str, row: Row) -> str:
    if row.standing in SHAPES:
        path = f'<path d="{SHAPES[row.standing]}" fill="{colour}"/>'
        return f'<svg x="{at:.2f}%" y="50%" overflow="visible">{path}</svg>'
    look = f'fill="{PAPER}" stroke="{colour}" stroke-width="2"' if row.is_hollow else f'fill="{colour}"'
    return f'<circle cx="{at:.2f}%" cy="50%" r="{DOT}" {look}/>'


class Promise(NamedTuple):
    """Where a promise, its forecast and its result lie on their common scale, as shares between 0 and 1.

    Attributes
    ----------
    low, high : ends of the likely range of the forecast.
    target : what was promised. at : the result, or of a proposal the best guess.
    is_missed : the result falls short of the promise: a ring instead of a dot.
    """

    low: float | None
    high: float | None
    target: float | None
    at: float | None
    is_missed: bool = False


PROMISE_HEIGHT, PROMISE_BAND, PROMISE_ROOM = 20, 10, 1.08
"""Of a promise's strip: its height, that of the likely range, and how far the scale goes beyond the largest mark."""


def place_promise(
    at: float | None, *, ends: tuple[float, float] | None, target: float | None, is_missed: bool = False
) -> Promise | None:
    """Lay a result, a forecast's likely range and a target on a scale from nought; None where nothing compares."""
    known = [value for value in (at, target, *(ends or ())) if value is not None]
    if (target is None and ends is None) or max(known) <= 0:
        return None
    whole = PROMISE_ROOM * max(known)
    low, high, goal, place = (
        None if value is None else max(value, 0.0) / whole for value in (*(ends or (None, None)), target, at)
    )
    return Promise(low, high, goal, place, is_missed)


def draw_promise(promise: Promise) -> str:
    """Return a promise as SVG: a pale bar for the likely range, an upright mark for the target, a dot or ring."""
    marks = _line(0, 100, RULE, 2)
    if promise.low is not None and promise.high is not None:
        top = (PROMISE_HEIGHT - PROMISE_BAND) / 2
        marks += _rect(100 * promise.low, 100 * (promise.high - promise.low), BAND, top=top, height=PROMISE_BAND)
    if promise.target is not None:
        marks += _line(100 * promise.target, 100 * promise.target, INK, 2)
    if promise.at is not None:
        look = f'fill="{PAPER}" stroke="{MISSED}" stroke-width="3"' if promise.is_missed else f'fill="{PALETTE[0]}"'
        marks += f'<circle cx="{100 * promise.at:.2f}%" cy="50%" r="{DOT}" {look}/>'
    return wrap_strip(marks, PROMISE_HEIGHT)
