"""Pictures in the house style: one idea each, direct labels, a frame in and a `Figure` out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import ACCENT, INK, MARKERS, PALETTE, QUIET, format_value, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.4
ROW_HEIGHT = 0.34
MAX_LABELLED = 3
MANY_POINTS = 300


def plot_group_ratios(
    groups: pd.DataFrame, *, value: str, n: str, language: str, title: str, dimension: str = "dimension"
) -> Figure | None:
    """Draw one row a group: its ratio as a dot, its interval as a line, its value and n in words.

    Parameters
    ----------
    groups : ``group``, `dimension` (groups of one dimension stand together), `value`, ``{value}_low``,
        ``{value}_high`` and `n` (notes measured). A group without an interval is a hollow dot.
    """
    drawn = groups[groups[value].notna()].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.2 + ROW_HEIGHT * (len(drawn) + drawn[dimension].nunique())), title)
        heights = _stack(drawn[dimension])
        for height, (_, row) in zip(heights, drawn.iterrows(), strict=True):
            _draw_ratio(axes, row, value=value, n=n, height=height, language=language)
        axes.set_yticks(heights, [picture_text(label(str(name), language=language)) for name in drawn["group"]])
        _head_dimensions(axes, drawn[dimension], heights, language)
        axes.set_ylim(max(heights) + 0.8, min(heights) - 1.3)
        _finish_scale(axes, value, language)
    return figure


def _stack(dimensions: pd.Series) -> np.ndarray:
    """Heights of the rows, with one row's room above each dimension for its head."""
    return np.arange(len(dimensions)) + 1.0 * (dimensions != dimensions.shift()).cumsum().to_numpy()


def _head_dimensions(axes: Axes, dimensions: pd.Series, heights: np.ndarray, language: str) -> None:
    firsts = (dimensions != dimensions.shift()).to_numpy()
    for name, height in zip(dimensions[firsts], heights[firsts], strict=True):
        axes.annotate(
            label(str(name), language=language),
            (0, height - 0.85),
            xycoords=("axes fraction", "data"),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=QUIET,
            fontsize=8.5,
        )


def _draw_ratio(axes: Axes, row: pd.Series, *, value: str, n: str, height: float, language: str) -> None:
    low, high = row[f"{value}_low"], row[f"{value}_high"]
    known = pd.notna(low) and pd.notna(high)
    if known:
        axes.plot([low, high], [height, height], color=PALETTE[0], linewidth=2.2, alpha=0.55, solid_capstyle="round")
    face = PALETTE[0] if known else "white"
    axes.plot(row[value], height, "o", markersize=7, markerfacecolor=face, markeredgecolor=PALETTE[0])
    reason = row.get(f"{value.removesuffix('_cny')}_reason") or ""
    words = "" if known or not reason else " · " + label(f"short.{reason}", language=language)
    text = f"{format_value(value, row[value], language=language)}  n = {int(row[n])}{words}"
    end = high if known else row[value]
    axes.annotate(text, (end, height), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9, color=INK)


def _finish_scale(axes: Axes, name: str, language: str) -> None:
    axes.set_xlim(left=0)
    axes.margins(x=0.25)
    axes.autoscale(axis="x")
    axes.set_xlim(0, axes.get_xlim()[1] * 1.22)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(partial(_format_tick, name=name, language=language))


def plot_notes(
    notes: pd.DataFrame, *, x: str, y: str, language: str, title: str, colour: str = "tier", name: str = "creator_name"
) -> Figure | None:
    """Draw each note as a point on two log scales, with the outstanding ones named.

    Parameters
    ----------
    notes : the columns `x`, `y`, `colour` (its groups differ in colour and shape) and `name`.
        Rows where `x` or `y` is missing or 0 are left out, and the picture says how many were drawn.
    """
    drawn = notes[(notes[x] > 0) & (notes[y] > 0)]
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 4.6), title)
        axes.set(xscale="log", yscale="log")
        groups = drawn.groupby(drawn[colour].fillna("unknown"), sort=True)
        for number, (group, part) in enumerate(groups):
            look: dict[str, Any] = {"color": PALETTE[number % len(PALETTE)], "marker": MARKERS[number % len(MARKERS)]}
            words = f"{label(str(group), language=language)}  n = {len(part)}"
            axes.scatter(part[x], part[y], label=words, linewidths=0, **_size_points(len(drawn)), **look)
        axes.legend(loc="upper left", bbox_to_anchor=(0, 1.02), ncols=4, fontsize=9, handletextpad=0.2)
        _finish_logs(axes, x, y, language)
        _name_outstanding(axes, drawn, x=x, y=y, name=name)
    return figure


def _size_points(n: int) -> dict[str, Any]:
    """Smaller and paler points where there are many."""
    return {"s": 34, "alpha": 0.75} if n <= MANY_POINTS else {"s": 12, "alpha": 0.3}


class NotesAxes(NamedTuple):
    """What `plot_notes` can draw of these notes: two measured columns, and what the colour tells."""

    about: Finding
    settings: dict[str, str]


AXES = (("content_cny", "views", "tier"), ("exposure", "views", "format"), ("followers", "engagement", "tier"))
"""Pairs worth a picture, the most telling first."""


def choose_axes(notes: pd.DataFrame) -> NotesAxes:
    """Choose the first pair of columns that at least one note has both of."""
    measured = (axes for axes in AXES if ((notes[axes[0]] > 0) & (notes[axes[1]] > 0)).any())
    x, y, colour = next(measured, AXES[0])
    n_drawn = int(((notes[x] > 0) & (notes[y] > 0)).sum())
    about = Finding("picture.notes", {"x": x, "y": y, "n_drawn": n_drawn, "n_notes": len(notes)})
    return NotesAxes(about, {"x": x, "y": y, "colour": colour})


def _finish_logs(axes: Axes, x: str, y: str, language: str) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.margins(0.12, 0.16)
    for axis, name in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        axis.set_major_formatter(partial(_format_tick, name=name, language=language))
        axis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(label(x, language=language))
    axes.set_ylabel(label(y, language=language))


def _format_tick(tick: float, _: int, *, name: str, language: str) -> str:
    return format_value(name, tick, language=language)


def _name_outstanding(axes: Axes, notes: pd.DataFrame, *, x: str, y: str, name: str) -> None:
    """Name the notes with the most of `y`, none of them on top of another."""
    axes.autoscale_view()
    best = notes[notes[name].notna()].sort_values(y, ascending=False).drop_duplicates(name).head(4 * MAX_LABELLED)
    named: list[np.ndarray] = []
    for _, row in best.iterrows():
        place = axes.transLimits.transform(axes.transScale.transform((row[x], row[y])))
        if len(named) < MAX_LABELLED and all((np.abs(place - other) > (0.3, 0.06)).any() for other in named):
            named.append(place)
            text = picture_text(row[name], max_length=16)
            axes.annotate(text, (row[x], row[y]), xytext=(6, 5), textcoords="offset points", fontsize=8.5, color=ACCENT)


def _start(size: tuple[float, float], title: str) -> tuple[Figure, Axes]:
    from xhs_toolkit.present.picture import Picture

    figure = Picture(figsize=size, dpi=110)
    axes = figure.add_subplot()
    axes.set_title(picture_text(title, max_length=90), loc="left")
    return figure, axes
