"""The picture of lift: what was counted, and what the control markets lead to expect without the campaign."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.present.charts import WIDTH, _format_tick, _start
from xhs_toolkit.present.style import INK, PALETTE, QUIET, RULE, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 3.4
LINES = {"counterfactual": ("lift_expected", PALETTE[1], "--"), "observed": ("lift_observed", PALETTE[0], "-")}
"""Column → its term, colour and line."""


def plot_lift(series: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw the counted figures beside those expected without the campaign, its time shaded.

    Parameters
    ----------
    series : of `lift.LiftSummary`: ``date``, ``observed``, ``counterfactual``, ``counterfactual_low``,
        ``counterfactual_high`` (missing before the start, or where there is no range), ``is_after``.
    """
    if series.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, HEIGHT), title)
        after = series[series["is_after"]]
        axes.axvspan(after["date"].iloc[0], after["date"].iloc[-1], color=RULE, alpha=0.45, linewidth=0)
        axes.fill_between(
            after["date"],
            after["counterfactual_low"].astype(float),
            after["counterfactual_high"].astype(float),
            color=PALETTE[1],
            alpha=0.25,
            linewidth=0,
        )
        for name, (_, colour, dash) in LINES.items():
            axes.plot(series["date"], series[name], dash, color=colour, linewidth=1.4)
        _label_ends(axes, series, language)
        _finish(axes, after["date"].iloc[0], language)
    return figure


def _label_ends(axes: Axes, series: pd.DataFrame, language: str) -> None:
    """Name each line at its end, the upper one above."""
    last = series.iloc[-1]
    lower = min(LINES, key=lambda name: last[name])
    gap = abs(last["observed"] - last["counterfactual"]) / (axes.get_ylim()[1] - axes.get_ylim()[0])
    shift = max(0.0, 12 - gap * HEIGHT * 72 * 0.8) / 2
    for name, (term, colour, _) in LINES.items():
        axes.annotate(
            label(term, language=language),
            (last["date"], last[name]),
            xytext=(6, -shift if name == lower else shift),
            textcoords="offset points",
            va="center",
            color=colour if name == "observed" else INK,
            fontsize=9,
        )


def _finish(axes: Axes, start: pd.Timestamp, language: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter

    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.08 * (high - low))
    axes.annotate(
        label("lift_campaign", language=language),
        (start, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -4),
        textcoords="offset points",
        va="top",
        color=QUIET,
        fontsize=8.5,
    )
    locator = AutoDateLocator(maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DateFormatter("%m/%d") if language == "zh" else ConciseDateFormatter(locator))
    axes.grid(visible=False, axis="x")
    axes.yaxis.set_major_formatter(partial(_format_tick, name="observed", language=language))
