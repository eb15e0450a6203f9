"""Pictures of a campaign's notes for the screen: over the days, and against what was to be expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.present.draw import MANY_POINTS, format_tick, write_days
from xhs_toolkit.present.explore_charts import AREA, start_screen
from xhs_toolkit.present.style import INK, MARKERS, PALETTE, QUIET, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
        figure, axes = start_screen(title)
        axes.set_yscale("linear" if is_share else "log")
        _draw_groups(axes, drawn, x="posted_at", y=y, colour=colour, language=language)
        write_days(axes, language)
        axes.tick_params(labelsize=8)
        axes.margins(0.05, 0.14)
        axes.yaxis.set_major_formatter(partial(format_tick, name=y, language=language))
        axes.yaxis.set_minor_formatter("")
        axes.set_ylabel(label(y, language=language))
        if selected is not None:
            shown = selected[selected[y].ge(0) if is_share else selected[y].gt(0)]
            _ring(axes, shown["posted_at"], shown[y], names=shown["creator_name"])
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
        figure, axes = start_screen(title)
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
        axes.xaxis.set_major_formatter(partial(format_tick, name="ratio", language=language))
        axes.xaxis.set_minor_formatter("")
        if selected is not None:
            shown = drawn[drawn["note_id"].isin(selected["note_id"])]
            _ring(axes, shown["ratio"], shown["height"], names=shown["creator_name"])
    return figure


def _draw_groups(axes: Axes, drawn: pd.DataFrame, *, x: str, y: str, colour: str, language: str) -> None:
    size = 4 if len(drawn) > MANY_POINTS else 7
    for number, (group, part) in enumerate(drawn.groupby(drawn[colour].fillna("unknown"), sort=True)):
        words = picture_text(label(str(group), language=language), max_length=18)
        look: dict[str, Any] = {"color": PALETTE[number % len(PALETTE)], "marker": MARKERS[number % len(MARKERS)]}
        look |= {"markersize": size, "alpha": 0.75, "markeredgewidth": 0, "linestyle": "none"}
        axes.plot(part[x], part[y], label=words, **look)
    _write_legend(axes, ncols=4)


def _write_legend(axes: Axes, *, ncols: int) -> None:
    """Under the title, above the axes: a mark is never covered."""
    place = {"loc": "lower left", "bbox_to_anchor": (-0.01, 0.985), "borderaxespad": 0.2}
    axes.legend(ncols=ncols, fontsize=8, handletextpad=0.1, columnspacing=1.2, **place)


def _ring(axes: Axes, across: Iterable[Any], up: Iterable[Any], *, names: Iterable[object]) -> None:
    """Ring and name marks."""
    for x, y, name in zip(across, up, names, strict=True):
        axes.plot(x, y, "o", markersize=15, fillstyle="none", color=PALETTE[1], markeredgewidth=2.4, zorder=5)
        text = picture_text(name if isinstance(name, str) else "—", max_length=18)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        axes.annotate(text, (x, y), xytext=(11, 8), textcoords="offset points", fontsize=9, color=INK, bbox=box)
