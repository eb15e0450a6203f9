"""Pictures of results: ratios to what was expected, note by note and together, and where the money went."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import (
    ROW_HEIGHT,
    WIDTH,
    _format_tick,
    _head_dimensions,
    _stack,
    _start,
)
from xhs_toolkit.present.style import BAD, GOOD, INK, PALETTE, QUIET, format_value, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_NOTES = 40
"""Notes that a picture of single notes has room for: the best and the worst half of so many."""

RATIO_TICKS = (0.01, 0.1, 0.3, 1, 3, 10, 100)
VERDICT_MARKERS = {"clearly_better": "^", "clearly_worse": "v"}
MONEY_COLOURS = {"feed_ads": 1, "search_ads": 3, "mixed_ads": 4, "rebate": 2}


def plot_effects(groups: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw each group's ratio to what was expected as a dot with its range, on a log scale about one.

    Parameters
    ----------
    groups : ``dimension``, ``group``, ``expected_ratio`` with its ``_low`` and ``_high``, ``n_notes``, ``verdict``.
        A clear verdict is a triangle in the reader's colour of good or bad; with too few creators for one the
        dot is hollow.
    """
    drawn = groups[groups["expected_ratio"].notna()].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.3 + ROW_HEIGHT * (len(drawn) + drawn["dimension"].nunique())), title)
        heights = _stack(drawn["dimension"])
        for height, row in zip(heights, drawn.to_dict("records"), strict=True):
            _draw_effect(axes, row, height=height, language=language)
        names = [picture_text(label(str(name), language=language), max_length=24) for name in drawn["group"]]
        axes.set_yticks(heights, names)
        _head_dimensions(axes, drawn["dimension"].where(drawn["dimension"].ne("all"), "campaign"), heights, language)
        axes.set_ylim(max(heights) + 0.8, min(heights) - 1.3)
        _finish_ratios(axes, drawn, language)
    return figure


MAX_DRAWN = 1_000.0
"""Ratios beyond this, and below its inverse, run off the picture: a range that wide says no more."""


def _draw_effect(axes: Axes, row: dict[Hashable, Any], *, height: float, language: str) -> None:
    colour = _colour(str(row["verdict"]), language)
    hollow = row["verdict"] in {"not_enough_notes", "not_measured"}
    axes.plot(
        [row["expected_ratio_low"], row["expected_ratio_high"]], [height] * 2, color=colour, linewidth=2.2, alpha=0.55
    )
    marker = VERDICT_MARKERS.get(str(row["verdict"]), "o")
    face = "white" if hollow else colour
    axes.plot(row["expected_ratio"], height, marker, markersize=7, markerfacecolor=face, markeredgecolor=colour)
    text = f"{format_value('expected_ratio', row['expected_ratio'], language=language)}  n = {row['n_notes']}"
    axes.annotate(
        text,
        (row["expected_ratio_high"], height),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        color=INK,
    )


def _colour(verdict: str, language: str) -> str:
    return {"clearly_better": GOOD[language], "clearly_worse": BAD[language]}.get(verdict, PALETTE[0])


def _finish_ratios(axes: Axes, drawn: pd.DataFrame, language: str) -> None:
    """A log scale about one, wide enough for every range and the words after it."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    axes.set_xscale("log")
    low = np.nanmin(drawn[["expected_ratio", "expected_ratio_low"]].to_numpy(dtype=float))
    high = np.nanmax(drawn[["expected_ratio", "expected_ratio_high"]].to_numpy(dtype=float))
    reach = np.log(max(high, 1.5) / min(low, 0.67))
    left, right = min(low, 0.67) * np.exp(-0.04 * reach), max(high, 1.5) * np.exp(0.28 * reach)
    axes.set_xlim(max(left, 1 / MAX_DRAWN), min(right, MAX_DRAWN))
    axes.xaxis.set_major_locator(FixedLocator(list(RATIO_TICKS)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(partial(_format_tick, name="expected_ratio", language=language))
    axes.axvline(1, color=QUIET, linewidth=1)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(label("ratio_axis", language=language))


def plot_ranking(notes: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw each note's ratio to what was expected with its range, best first; the dot is what it is worth shrunk.

    Parameters
    ----------
    notes : of `Effects`: ``expected_ratio`` with its ``_low`` and ``_high``, ``shrunk_ratio``, ``verdict``, ``title``,
        ``creator_name``. Of more than `MAX_NOTES` the best and the worst are drawn.
    """
    ranked = notes[notes["expected_ratio"].notna()]
    if ranked.empty:
        return None
    half = MAX_NOTES // 2
    drawn = ranked if len(ranked) <= MAX_NOTES else pd.concat([ranked.head(half), ranked.tail(half)])
    drawn = drawn.reset_index(drop=True)
    with use_style():
        figure, axes = _start((WIDTH, 1.4 + 0.19 * len(drawn)), title)
        heights = np.arange(len(drawn))
        colours = [_colour(str(verdict), language) for verdict in drawn["verdict"]]
        axes.hlines(
            heights, drawn["expected_ratio_low"], drawn["expected_ratio_high"], color=colours, linewidth=1.6, alpha=0.4
        )
        axes.scatter(
            drawn["expected_ratio"], heights, s=16, facecolor="white", edgecolor=colours, linewidth=1.2, zorder=3
        )
        axes.scatter(drawn["shrunk_ratio"], heights, s=24, color=colours, zorder=4, linewidth=0)
        axes.set_yticks(heights, name_notes(drawn), fontsize=7.5)
        axes.set_ylim(len(drawn) - 0.3, -0.7)
        _finish_ratios(axes, drawn, language)
    return figure


def name_notes(notes: pd.DataFrame, *, max_length: int = 18) -> list[str]:
    """What a picture calls each note: its title, or where that cannot be drawn its creator, else its id.

    >>> notes = pd.DataFrame({"title": ["徒步", "🇳🇿"], "creator_name": ["Ana", "Ben"], "note_id": ["n1", "n2"]})
    >>> name_notes(notes)
    ['徒步', 'Ben']
    """
    return [name_note(note, max_length=max_length) for note in notes.to_dict("records")]


def name_note(note: Mapping[Hashable, Any], *, max_length: int) -> str:
    """Return what a picture calls a note: its title, where that can be drawn, else its creator or its id.

    >>> name_note({"title": "🥾", "creator_name": None, "note_id": "64f0"}, max_length=18)
    '64f0'
    """
    texts = (note.get(name) for name in ("title", "creator_name", "note_id"))
    return next(
        filter(None, (picture_text(text, max_length=max_length) for text in texts if isinstance(text, str))), ""
    )


def plot_ledger(items: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw what was paid, item after item, each bar beginning where the one before ends, and the sum.

    Parameters
    ----------
    items : of `Ledger`: ``item``, ``amount_cny``; a rebate goes back to the left.
    """
    drawn = items[items["amount_cny"].notna()].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.2 + ROW_HEIGHT * (len(drawn) + 1)), title)
        amounts = drawn["amount_cny"].to_numpy(dtype=float)
        ends = np.cumsum(amounts)
        colours = [PALETTE[MONEY_COLOURS.get(item, 0)] for item in drawn["item"]]
        axes.barh(range(len(drawn)), amounts, left=ends - amounts, height=0.62, color=colours)
        axes.barh(len(drawn), ends[-1], height=0.62, color=INK)
        places = [*np.maximum(ends, ends - amounts), ends[-1]]
        for height, (place, amount) in enumerate(zip(places, [*amounts, ends[-1]], strict=True)):
            words = format_value("amount_cny", amount, language=language)
            axes.annotate(
                words, (place, height), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9, color=INK
            )
        axes.set_yticks(range(len(drawn) + 1), [label(name, language=language) for name in (*drawn["item"], "total")])
        axes.invert_yaxis()
        axes.set_xlim(min(0.0, float(ends.min())), float(max(ends.max(), 1)) * 1.18)
        axes.grid(visible=False, axis="y")
        axes.locator_params(axis="x", nbins=5)
        axes.xaxis.set_major_formatter(partial(_format_tick, name="amount_cny", language=language))
    return figure
