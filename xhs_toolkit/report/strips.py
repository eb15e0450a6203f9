"""The charts of the page: one strip a row, drawn to a common scale; words stay words, beside the strips.

A strip is a drawing without text that fits any width, so that a chart can be read on a phone and printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from xhs_toolkit.present.style import BAD, GOOD, INK, PALETTE, PAPER, RULE, format_value
from xhs_toolkit.report.native import (
    BARS,
    RATIOS,
    STEPS,
    Chart,
    Row,
    Series,
    count_steps,
    find_axis_end,
    find_ratio_ends,
)
from xhs_toolkit.scorecard import Target

HEIGHT = 26
BAR, LINE, DOT = 14, 5, 6
THINNEST = 0.3
"""Per cent of the width that the smallest bar has, so that it is seen."""

STRIPPED = frozenset({BARS, RATIOS, STEPS})
"""Kinds of charts that become rows of the page; of others it shows the picture."""


class Scale(NamedTuple):
    """From values to shares of the width: ``find`` gives per cent, ``ticks`` are (per cent, words), evenly spaced."""

    find: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]


def make_scale(chart: Chart, *, language: str) -> Scale:
    """Return the common scale of a chart's rows: about one for ratios, else from zero."""
    if chart.kind == RATIOS:
        low, high = (math.log10(end) for end in find_ratio_ends(chart.series[0]))
        marks = [10.0**power for power in range(round(low), round(high) + 1)]

        def find(value: float) -> float:
            return _clip((math.log10(max(value, 1e-12)) - low) / (high - low))

        return Scale(find, tuple((find(mark), format_value(chart.metric, mark, language=language)) for mark in marks))
    end = _find_end(chart)
    n = count_steps(end)
    ticks = [(100 * step / n, format_value(chart.metric, end * step / n, language=language)) for step in range(n + 1)]
    return Scale(lambda value: _clip(value / end), tuple(ticks))


def _find_end(chart: Chart) -> float:
    if chart.kind != STEPS:
        return find_axis_end(chart.series[0])
    ends = tuple(row.high for row in chart.rows)
    return find_axis_end(Series("", ends))


def _clip(share: float) -> float:
    return 100 * min(max(share, 0.0), 1.0)


def draw_strip(row: Row, chart: Chart, scale: Scale, *, language: str) -> str:
    """Return the strip of a row as SVG: a bar, or a dot with its range.

    A value that is good or bad beyond doubt is a triangle in the reader's colour; without a range the dot is hollow.
    """
    if chart.kind == STEPS or all(each.low is None for each in chart.rows):
        return _wrap(_draw_bar(row, scale, stacked=chart.kind == STEPS), HEIGHT)
    return _wrap(_draw_range(row, scale, language), HEIGHT)


def _wrap(marks: str, height: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}">{marks}</svg>'


def _line(start: float, end: float, colour: str, width: float, *, opacity: float = 1) -> str:
    """An upright line over the whole height, or a level one in its middle."""
    upright = start == end
    y1, y2 = ("0", "100%") if upright else ("50%", "50%")
    faint = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<line x1="{start:.2f}%" x2="{end:.2f}%" y1="{y1}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{faint}/>'
    )


def _draw_bar(row: Row, scale: Scale, *, stacked: bool) -> str:
    low, high = (row.low or 0.0, row.high or 0.0) if stacked else (0.0, row.middle)
    start, end = scale.find(low), scale.find(high)
    colour = INK if row.standing == "total" else PALETTE[0]
    return _rect(start, max(end - start, THINNEST), colour, top=(HEIGHT - BAR) / 2, height=BAR)


def _rect(start: float, width: float, colour: str, *, top: float, height: float) -> str:
    return f'<rect x="{start:.2f}%" y="{top:g}" width="{width:.2f}%" height="{height}" fill="{colour}"/>'


def _draw_range(row: Row, scale: Scale, language: str) -> str:
    colour = {"good": GOOD[language], "bad": BAD[language]}.get(row.standing, PALETTE[0])
    at = scale.find(row.middle)
    line = ""
    if row.low is not None and row.high is not None:
        line = _line(scale.find(row.low), scale.find(row.high), colour, LINE, opacity=0.35)
    return line + _draw_mark(at, colour, standing=row.standing, hollow=not line)


SHAPES = {"good": f"M0 {-DOT - 1}L{DOT + 1} {DOT}H{-DOT - 1}Z", "bad": f"M0 {DOT + 1}L{DOT + 1} {-DOT}H{-DOT - 1}Z"}


def _draw_mark(at: float, colour: str, *, standing: str, hollow: bool) -> str:
    if standing in SHAPES:
        return f'<svg x="{at:.2f}%" y="50%" overflow="visible"><path d="{SHAPES[standing]}" fill="{colour}"/></svg>'
    look = f'fill="{PAPER}" stroke="{colour}" stroke-width="2"' if hollow else f'fill="{colour}"'
    return f'<circle cx="{at:.2f}%" cy="50%" r="{DOT}" {look}/>'


SCORE_HEIGHT, SCORE_BAR = 14, 6
SCORE_REACH = 1.25
"""How far a score's track goes, in targets: beyond, more is not told."""


def draw_score(score: Target, *, language: str) -> str:
    """Return a metric beside its target as SVG: a bar as long as its share of the target, whose mark is upright."""
    if score.ratio is None:
        return ""
    colour = (GOOD if score.verdict == "met" else BAD)[language]
    top = (SCORE_HEIGHT - SCORE_BAR) / 2
    track = _rect(0, 100, RULE, top=top, height=SCORE_BAR)
    bar = _rect(0, _clip(score.ratio / SCORE_REACH), colour, top=top, height=SCORE_BAR)
    return _wrap(track + bar + _line(100 / SCORE_REACH, 100 / SCORE_REACH, INK, 2), SCORE_HEIGHT)
