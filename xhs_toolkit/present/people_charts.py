"""Pictures of creators: among their peers, size against engagement, price against expectation, what makes a score."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import MANY_POINTS, ROW_HEIGHT, WIDTH, _format_tick, _start
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, RULE, format_value, picture_text, use_style
from xhs_toolkit.present.wording import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PART_COLOURS = ("#1f5a7a", "#d98e04", "#5b7f3a", "#7b4b94", "#8a8f94", "#63a3c4", "#e9bf6b", "#a9c48f")
"""The palette, then its lighter tones, so that eight parts are told apart."""

MAX_BARS = 20
MAX_NAMED = 8
NARROW = 5.0
"""Points below which a part of a bar is too narrow for its number."""


def plot_parts(
    creators: pd.DataFrame, *, parts: Sequence[str], total: str, language: str, title: str, name: str = "creator_name"
) -> Figure | None:
    """Draw each creator as one bar, cut into the points of its parts; the first `MAX_BARS`.

    Parameters
    ----------
    creators : `name`, `parts` (points of each) and `total` (their sum); in the order to be drawn.
    """
    drawn = creators.head(MAX_BARS).reset_index(drop=True)
    points = drawn[list(parts)].fillna(0.0)
    points = points.loc[:, points.gt(0).any()]
    if drawn.empty or points.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.6 + ROW_HEIGHT * len(drawn)), title)
        heights, start = np.arange(len(drawn)), np.zeros(len(drawn))
        for part in points.columns:
            colour = PART_COLOURS[list(parts).index(part) % len(PART_COLOURS)]
            width = points[part].to_numpy(dtype=float)
            words = label(part, language=language)
            axes.barh(heights, width, left=start, height=0.66, color=colour, label=words)
            _write_points(axes, width, start, heights)
            start = start + width
        for height, score in zip(heights, drawn[total], strict=True):
            text = format_value("score", round(float(score)), language=language)
            axes.annotate(
                text, (float(score), height), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9
            )
        _name_rows(axes, drawn, name, heights)
        axes.set_xlim(0, max(float(start.max()) * 1.1, 1))
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.legend(
            loc="upper left", bbox_to_anchor=(-0.01, 0.0), ncols=4, fontsize=9, handlelength=1, columnspacing=1.2
        )
    return figure


def _write_points(axes: Axes, width: np.ndarray, start: np.ndarray, heights: np.ndarray) -> None:
    for points, left, height in zip(width, start, heights, strict=True):
        if points >= NARROW:
            axes.text(left + points / 2, height, f"{points:.0f}", ha="center", va="center", color="white", fontsize=8)


def _name_rows(axes: Axes, drawn: pd.DataFrame, name: str, heights: np.ndarray) -> None:
    axes.set_yticks(heights, [picture_text(each, max_length=18) for each in drawn[name].fillna("—")])
    axes.invert_yaxis()


def plot_among_peers(cards: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw where one creator stands in each check: 0 below all comparable creators, 100 above all.

    Parameters
    ----------
    cards : ``creator_key``, ``check``, ``standing_share``, ``metric``, ``check_value``, ``verdict``; the first creator
        is drawn, checks without a place among peers are left out. Flags are squares.
    """
    first = cards[cards["creator_key"].eq(cards["creator_key"].iloc[0])] if len(cards) else cards
    drawn = first[first["standing_share"].notna() & first["verdict"].ne("unknown")].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.3 + ROW_HEIGHT * len(drawn)), title)
        heights, places = np.arange(len(drawn)), 100 * drawn["standing_share"].to_numpy(dtype=float)
        axes.hlines(heights, 0, 100, color=RULE, linewidth=1)
        axes.axvline(50, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        flagged = drawn["verdict"].eq("flag").to_numpy()
        axes.plot(places[~flagged], heights[~flagged], "o", color=PALETTE[0], markersize=8)
        axes.plot(places[flagged], heights[flagged], "s", color=ACCENT, markersize=9)
        for height, row in zip(heights, drawn.to_dict("records"), strict=True):
            text = format_value(str(row["metric"]), row["check_value"], language=language)
            axes.annotate(text, (102, height), va="center", fontsize=9, color=INK, annotation_clip=False)
        axes.set_yticks(heights, [label(check, language=language) for check in drawn["check"]])
        axes.set_ylim(len(drawn) - 0.4, -0.6)
        axes.set_xlim(-2, 101)
        axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xlabel(label("standing_share", language=language))
        axes.grid(visible=False)
    return figure


STATES = (("others_in_pool", PALETTE[4], "o"), ("shortlisted", PALETTE[0], "o"), ("flagged", ACCENT, "s"))


def plot_followers(creators: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw engagement over followers against followers, the shortlist filled and named, the flagged as squares.

    Parameters
    ----------
    creators : ``creator_name``, ``followers``, ``engagement_fan_rate``, ``list_status``.
    """
    x, y = "followers", "engagement_fan_rate"
    drawn = creators[creators[x].gt(0) & creators[y].gt(0)]
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 4.8), title)
        axes.set(xscale="log", yscale="log")
        state = drawn["list_status"].replace({"kept": "shortlisted"})
        state = state.where(state.isin(["shortlisted", "flagged"]), "others_in_pool")
        for name, colour, marker in STATES:
            part = drawn[state.eq(name)]
            hollow = name == "others_in_pool"
            words = f"{label(name, language=language)}  n = {len(part)}"
            axes.scatter(
                part[x],
                part[y],
                label=words,
                marker=marker,
                s=12 if len(drawn) > MANY_POINTS else 40,
                facecolors="none" if hollow else colour,
                edgecolors=colour,
                alpha=0.6 if hollow else 0.9,
            )
        axes.legend(loc="upper left", bbox_to_anchor=(0, 1.03), ncols=3, fontsize=9, handletextpad=0.2)
        _finish_logs(axes, x, y, language)
        _name_points(axes, drawn[state.eq("shortlisted")].head(4 * MAX_NAMED), x, y)
    return figure


def plot_prices(prices: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw asked against expected price, image and video apart, a line where both are the same; flags are squares.

    Parameters
    ----------
    prices : ``creator_name``, ``format``, ``price_cny``, ``expected_cny``, ``price_ratio``, ``is_flagged``.
    """
    drawn = prices[prices["price_cny"].gt(0) & prices["expected_cny"].gt(0)]
    if drawn.empty:
        return None
    named = drawn.rename(columns={"price_cny": "asked_cny"})
    with use_style():
        figure, axes = _start((WIDTH, 4.8), title)
        axes.set(xscale="log", yscale="log")
        ends = [named[["expected_cny", "asked_cny"]].min().min(), named[["expected_cny", "asked_cny"]].max().max()]
        axes.plot(ends, ends, color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
        for number, form in enumerate(["image", "video"]):
            part = named[named["format"].eq(form)]
            flagged = part["is_flagged"].to_numpy(dtype=bool)
            x, y = part["expected_cny"].to_numpy(), part["asked_cny"].to_numpy()
            words = f"{label(form, language=language)}  n = {len(part)}"
            size = 12 if len(named) > MANY_POINTS else 36
            axes.scatter(x[~flagged], y[~flagged], label=words, color=PALETTE[number], s=size, alpha=0.8, linewidths=0)
            axes.scatter(x[flagged], y[flagged], marker="s", color=ACCENT, s=44)
        axes.legend(loc="upper left", bbox_to_anchor=(0, 1.03), ncols=2, fontsize=9, handletextpad=0.2)
        _finish_logs(axes, "expected_cny", "asked_cny", language)
        far = named.assign(_far=np.abs(np.log(named["price_ratio"]))).sort_values("_far", ascending=False)
        _name_points(axes, far.drop_duplicates("creator_name").head(4), "expected_cny", "asked_cny")
    return figure


def _finish_logs(axes: Axes, x: str, y: str, language: str) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.margins(0.1, 0.14)
    for axis, name in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        axis.set_major_formatter(partial(_format_tick, name=name, language=language))
        axis.set_minor_formatter(NullFormatter())
        axis.set_label_text(label(name, language=language))


def _name_points(axes: Axes, creators: pd.DataFrame, x: str, y: str) -> None:
    """Name the first creators, none of the names on top of another."""
    axes.autoscale_view()
    named: list[np.ndarray] = []
    for row in creators[creators["creator_name"].notna()].to_dict("records"):
        place = axes.transLimits.transform(axes.transScale.transform((row[x], row[y])))
        if len(named) < MAX_NAMED and all((np.abs(place - other) > (0.2, 0.05)).any() for other in named):
            named.append(place)
            text = picture_text(row["creator_name"], max_length=14)
            axes.annotate(text, (row[x], row[y]), xytext=(6, 4), textcoords="offset points", fontsize=8.5, color=INK)
