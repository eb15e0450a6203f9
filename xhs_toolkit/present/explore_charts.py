"""Pictures for the screen: drawn quickly and often, on axes that stay where they are while filters move."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import MANY_POINTS, _format_tick
from xhs_toolkit.present.style import ACCENT, INK, MARKERS, PALETTE, QUIET, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_MARKS = 3_000
"""Marks drawn one by one; of more rows a steady sample is drawn, over the density of all of them."""

BINS = (72, 48)
"""Cells of the density, across and up: about 8 pixels each, the size of a mark."""

SIZE = (6.4, 4.5)
DPI = 100
AREA = (0.125, 0.13, 0.855, 0.74)
"""Left, bottom, width and height of the axes, as shares of the picture: fixed, so that a click can be placed."""

MARGIN = 0.04
"""Room around the outermost marks, as a share of the axes."""


class Limits(NamedTuple):
    """What the axes show: the ends of two logarithmic scales."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float


def find_limits(frame: pd.DataFrame, *, x: str, y: str) -> Limits | None:
    """Ends of the axes that hold every row with both figures above 0; None where there is none.

    Parameters
    ----------
    frame : the columns `x` and `y`.
    """
    drawn = frame[frame[x].gt(0) & frame[y].gt(0)]
    if drawn.empty:
        return None
    ends = []
    for name in (x, y):
        low, high = np.log10([float(drawn[name].min()), float(drawn[name].max())])
        room = max((high - low) * MARGIN, 0.05)
        ends += [10 ** (low - room), 10 ** (high + room)]
    return Limits(*map(float, ends))


def place_click(limits: Limits, *, across: float, down: float) -> tuple[float, float] | None:
    """Turn a place in the picture into the two figures there; None outside the axes.

    Parameters
    ----------
    across, down : shares of the picture's width and height, from its upper left corner.

    >>> place_click(Limits(1, 100, 1, 100), across=0.125, down=0.13)
    (1.0, 100.0)
    """
    left, bottom, width, height = AREA
    right, up = (across - left) / width, (1 - down - bottom) / height
    if not (-1e-9 <= right <= 1 + 1e-9 and -1e-9 <= up <= 1 + 1e-9):
        return None
    logs = np.log10(limits)
    figures = 10 ** (logs[0] + right * (logs[1] - logs[0])), 10 ** (logs[2] + up * (logs[3] - logs[2]))
    return round(float(figures[0]), 9), round(float(figures[1]), 9)


def find_nearest_row(frame: pd.DataFrame, *, x: str, y: str, at: tuple[float, float], limits: Limits) -> int | None:
    """Place (not label) of the row drawn nearest to two figures, as the eye sees it; None in an empty frame."""
    logs = np.log10(limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = [
            (np.log10(frame[name].to_numpy(dtype=float)) - np.log10(figure)) / (high - low) * side
            for name, figure, low, high, side in zip((x, y), at, logs[::2], logs[1::2], SIZE, strict=True)
        ]
    distance = np.where(np.isfinite(away[0] + away[1]), np.hypot(*away), np.inf)
    return int(distance.argmin()) if len(distance) and np.isfinite(distance.min()) else None


def plot_marks(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    language: str,
    title: str,
    limits: Limits | None = None,
    selected: pd.DataFrame | None = None,
    diagonal: bool = False,
) -> Figure:
    """Draw rows as marks over their density on log scales; flagged rows are squares, those kept are ringed.

    Parameters
    ----------
    frame : `x`, `y`, ``flag_count``, ``decision``; ``mark_rank`` (a number that stays with the row) says which
        `MAX_MARKS` are drawn one by one. Rows where `x` or `y` is missing or 0 are left out, and their number said.
    limits : what the axes show; by default what holds every row.
    selected : rows of the frame to ring and name (``creator_name``).
    diagonal : draw the line on which both figures are the same.
    """
    drawn = frame[frame[x].gt(0) & frame[y].gt(0)]
    limits = limits or find_limits(frame, x=x, y=y) or Limits(1, 10, 1, 10)
    with use_style():
        figure, axes = _start_screen(title)
        axes.set(xscale="log", yscale="log", xlim=limits[:2], ylim=limits[2:])
        _name_logs(axes, x, y, language)
        if diagonal:
            ends = max(limits.x_low, limits.y_low), min(limits.x_high, limits.y_high)
            axes.plot(ends, ends, color=QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        if len(drawn) > MAX_MARKS:
            _draw_density(axes, drawn, x=x, y=y, limits=limits)
        _draw_marks(axes, drawn, x=x, y=y, language=language)
        if selected is not None and len(selected):
            _ring(axes, selected, x=x, y=y)
    return figure


def _start_screen(title: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI)
    axes = figure.add_axes(AREA)
    axes.set_title(picture_text(title, max_length=72), loc="left", fontsize=11, pad=22)
    return figure, axes


def _name_logs(axes: Axes, x: str, y: str, language: str) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    for axis, name in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_locator(LogLocator(subs=(1.0,), numticks=8))
        axis.set_major_formatter(partial(_format_tick, name=name, language=language))
        axis.set_minor_locator(NullLocator())
        axis.set_label_text(label(name, language=language))
        axis.set_tick_params(labelsize=8)


def _draw_density(axes: Axes, drawn: pd.DataFrame, *, x: str, y: str, limits: Limits) -> None:
    """Shade the cells by the logarithm of the number of rows in them."""
    from matplotlib.colors import LinearSegmentedColormap

    logs = np.log10(limits)
    cells = [
        ((np.log10(drawn[name].to_numpy(dtype=float)) - low) / (high - low) * n).astype(np.int32)
        for name, low, high, n in zip((x, y), logs[::2], logs[1::2], BINS, strict=True)
    ]
    inside = (cells[0] >= 0) & (cells[0] < BINS[0]) & (cells[1] >= 0) & (cells[1] < BINS[1])
    counts = np.bincount(cells[0][inside] * BINS[1] + cells[1][inside], minlength=BINS[0] * BINS[1]).reshape(BINS)
    colours = LinearSegmentedColormap.from_list("density", ["#ffffff", "#b9d2e0", "#6fa3bf"])
    beside = axes.figure.add_axes(AREA, zorder=-1)
    beside.imshow(np.log1p(counts.T), origin="lower", aspect="auto", cmap=colours, interpolation="bilinear")
    beside.set_axis_off()
    axes.patch.set_visible(False)


def _draw_marks(axes: Axes, drawn: pd.DataFrame, *, x: str, y: str, language: str) -> None:
    """Draw at most `MAX_MARKS`; the numbers in words are of all rows."""
    n_flagged = int(drawn["flag_count"].gt(0).sum())
    counts = {"unflagged": len(drawn) - n_flagged, "with_flags": n_flagged}
    drawn = drawn.nsmallest(MAX_MARKS, "mark_rank") if len(drawn) > MAX_MARKS else drawn
    many = len(drawn) > MANY_POINTS
    flagged = drawn["flag_count"].gt(0).to_numpy()
    looks = (("unflagged", ~flagged, PALETTE[0], MARKERS[0]), ("with_flags", flagged, ACCENT, MARKERS[1]))
    points = drawn[[x, y]].to_numpy(dtype=float)
    for name, mask, colour, marker in looks:
        words = f"{label(name, language=language)}  n = {counts[name]:,}"
        axes.plot(
            points[mask, 0],
            points[mask, 1],
            marker,
            color=colour,
            markersize=2.6 if many else 6,
            markeredgewidth=0,
            alpha=0.45 if many else 0.75,
            label=words,
        )
    kept = drawn["decision"].eq("keep").fillna(False).to_numpy(dtype=bool)
    axes.plot(points[kept, 0], points[kept, 1], "o", color=INK, fillstyle="none", markersize=10)
    _write_legend(axes, ncols=2)


def _write_legend(axes: Axes, *, ncols: int) -> None:
    """Under the title, above the axes: a mark is never covered."""
    place = {"loc": "lower left", "bbox_to_anchor": (-0.01, 0.985), "borderaxespad": 0.2}
    axes.legend(ncols=ncols, fontsize=8, handletextpad=0.1, columnspacing=1.2, **place)


def _ring(axes: Axes, selected: pd.DataFrame, *, x: str, y: str, is_log: bool = True) -> None:
    """Ring and name rows; what a log scale cannot show is left out."""
    shown = selected[selected[y].gt(0)] if is_log else selected
    if is_log and pd.api.types.is_numeric_dtype(shown[x]):
        shown = shown[shown[x].gt(0)]
    for row in shown.to_dict("records"):
        place = row[x], row[y]
        axes.plot(*place, "o", markersize=15, fillstyle="none", color=PALETTE[1], markeredgewidth=2.4, zorder=5)
        name = row["creator_name"] if isinstance(row["creator_name"], str) else "—"
        text = picture_text(name, max_length=18)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        axes.annotate(text, place, xytext=(11, 8), textcoords="offset points", fontsize=9, color=INK, bbox=box)


def write_png(figure: Figure) -> bytes:
    """Return a picture for the screen as PNG: its size as it is, packed quickly rather than tightly."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    target = io.BytesIO()
    with use_style():
        FigureCanvasAgg(figure).print_png(target, pil_kwargs={"compress_level": 1})
    return target.getvalue()


# ------------------------------------------------------------------------------------------ notes


def plot_days(
    notes: pd.DataFrame, *, y: str, colour: str, language: str, title: str, selected: pd.DataFrame | None = None
) -> Figure | None:
    """Draw each note by the day it was posted: counts and money on a log scale, shares on a plain one.

    Parameters
    ----------
    notes : ``posted_at``, `y`, and `colour`, whose groups differ in colour and shape.
    selected : rows of the frame to ring and name.
    """
    is_share = y.endswith("_rate")
    drawn = notes[notes["posted_at"].notna() & (notes[y].ge(0) if is_share else notes[y].gt(0))]
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start_screen(title)
        axes.set_yscale("linear" if is_share else "log")
        _draw_groups(axes, drawn, x="posted_at", y=y, colour=colour, language=language)
        _write_days(axes, language)
        axes.margins(0.05, 0.14)
        axes.yaxis.set_major_formatter(partial(_format_tick, name=y, language=language))
        axes.yaxis.set_minor_formatter("")
        axes.set_ylabel(label(y, language=language))
        if selected is not None:
            _ring(axes, selected, x="posted_at", y=y)
    return figure


def plot_baselines(
    notes: pd.DataFrame,
    *,
    ratios: Sequence[str],
    colour: str,
    language: str,
    title: str,
    selected: pd.DataFrame | None = None,
) -> Figure | None:
    """Draw each note's ratio to each baseline as a point in the baseline's row, on a log scale about one.

    Parameters
    ----------
    notes : `ratios` (one column a baseline), ``mark_rank`` (sets points of a row apart) and `colour`.
    """
    if notes.empty or not notes[list(ratios)].gt(0).any(axis=None):
        return None
    apart = (notes["mark_rank"] % 21 - 10) / 30
    rows = [
        notes.assign(ratio=notes[name], height=place + apart)[notes[name].gt(0)] for place, name in enumerate(ratios)
    ]
    drawn = pd.concat(rows, ignore_index=True)
    with use_style():
        figure, axes = _start_screen(title)
        axes.set_xscale("log")
        axes.axvline(1, color=QUIET, linewidth=1)
        _draw_groups(axes, drawn, x="ratio", y="height", colour=colour, language=language)
        names = [
            f"{label(name, language=language)}\nn = {len(each):,}" for name, each in zip(ratios, rows, strict=True)
        ]
        axes.set_yticks(range(len(ratios)), names, fontsize=8)
        axes.set_ylim(len(ratios) - 0.4, -0.75)
        axes.set_position((0.27, *AREA[1:2], 0.71, AREA[3]))
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(partial(_format_tick, name="ratio", language=language))
        axes.xaxis.set_minor_formatter("")
        if selected is not None:
            _ring(axes, drawn[drawn["note_id"].isin(selected["note_id"])], x="ratio", y="height", is_log=False)
    return figure


def _draw_groups(axes: Axes, drawn: pd.DataFrame, *, x: str, y: str, colour: str, language: str) -> None:
    size = 4 if len(drawn) > MANY_POINTS else 7
    for number, (group, part) in enumerate(drawn.groupby(drawn[colour].fillna("unknown"), sort=True)):
        words = picture_text(label(str(group), language=language), max_length=18)
        look: dict[str, Any] = {"color": PALETTE[number % len(PALETTE)], "marker": MARKERS[number % len(MARKERS)]}
        look |= {"markersize": size, "alpha": 0.75, "markeredgewidth": 0, "linestyle": "none"}
        axes.plot(part[x], part[y], label=words, **look)
    _write_legend(axes, ncols=4)


def _write_days(axes: Axes, language: str) -> None:
    from matplotlib.dates import AutoDateLocator, num2date

    def write(tick: float, _: float) -> str:
        day = num2date(tick)
        return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%b}"

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))
    axes.xaxis.set_major_formatter(write)
    axes.tick_params(labelsize=8)
