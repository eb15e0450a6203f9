"""The picture of boosting: what the next 100 RMB should bring each note, every kind of ads in a panel of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import ROW_HEIGHT, WIDTH, _format_tick
from xhs_toolkit.present.results_charts import name_notes
from xhs_toolkit.present.style import PALETTE, QUIET, format_value, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_NOTES = 8
"""Notes that a panel has room for."""


def plot_boosts(candidates: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw each candidate's expected views for 100 RMB with its range; filled where it is recommended.

    Panels have scales of their own: a play of five seconds in video feed compares with no click.

    Parameters
    ----------
    candidates : of `boosting.Boosts`, best first: ``title``, ``placement``, ``format``, ``per_100_rmb`` with its
        ``_low`` and ``_high``, ``kind_ratio``, ``is_recommended``.
    """
    panels = [(kind, part.head(MAX_NOTES)) for kind, part in candidates.groupby(["placement", "format"])]
    if not panels:
        return None
    with use_style():
        from xhs_toolkit.present.picture import Picture

        heights = [len(part) + 1.6 for _, part in panels]
        figure = Picture(figsize=(WIDTH, 0.6 + ROW_HEIGHT * sum(heights)), dpi=110, layout="constrained")
        figure.suptitle(picture_text(title, max_length=90), x=0.01, ha="left", fontsize=12.5)
        grid = figure.subplots(len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": heights})
        for axes, (kind, part) in zip(grid[:, 0], panels, strict=True):
            _draw_panel(axes, part.reset_index(drop=True), language=language)
            axes.set_title(", ".join(label(name, language=language) for name in kind), fontsize=9.5, pad=4, color=QUIET)
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, *, language: str) -> None:
    places, colour = np.arange(len(part)), PALETTE[0]
    axes.hlines(places, part["per_100_rmb_low"], part["per_100_rmb_high"], color=colour, linewidth=2.2, alpha=0.5)
    faces = [colour if chosen else "white" for chosen in part["is_recommended"]]
    axes.scatter(part["per_100_rmb"], places, s=44, facecolor=faces, edgecolor=colour, linewidth=1.3, zorder=3)
    axes.axvline(float((part["per_100_rmb"] / part["kind_ratio"]).iloc[0]), color=QUIET, linewidth=1)
    for place, value, end in zip(places, part["per_100_rmb"], part["per_100_rmb_high"], strict=True):
        words = format_value("extra_views", round(value), language=language)
        axes.annotate(words, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(places, name_notes(part), fontsize=8)
    axes.set_ylim(len(part) - 0.4, -0.6)
    axes.set_xlim(0, float(part["per_100_rmb_high"].max()) * 1.12)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(partial(_format_tick, name="views", language=language))
