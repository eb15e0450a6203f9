"""Pictures of a plan: where the money goes, when what happens, what it may bring, and who was chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import ROW_HEIGHT, WIDTH, _format_tick, _start
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, RULE, format_value, picture_text, use_style
from xhs_toolkit.present.wording import has_term, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MONEY_PARTS = ("large_cny", "small_cny", "feed_cny", "search_cny")
NARROW = 0.07
"""Share of the widest bar below which a part is too narrow for its words."""

STAGE_COLOURS = {"prepare": 4, "creators": 0, "feed": 1, "search": 2, "review": 4}
MAX_NAMED = 8
NAME_POINTS = (95.0, 13.0)
"""Width and height of a name in a picture, in points: of two names closer than that one is left out."""


def plot_money(options: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw each option as one bar, cut into large creators, small creators, feed ads and search ads.

    Parameters
    ----------
    options : ``option`` and the amounts of `MONEY_PARTS`.
    """
    drawn = options.dropna(subset=list(MONEY_PARTS)).reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.5 + 0.55 * len(drawn)), title)
        amounts = drawn[list(MONEY_PARTS)].to_numpy(dtype=float)
        starts = np.cumsum(amounts, axis=1) - amounts
        heights = np.arange(len(drawn))
        for part, name in enumerate(MONEY_PARTS):
            words = label(name, language=language)
            axes.barh(heights, amounts[:, part], left=starts[:, part], height=0.62, color=PALETTE[part], label=words)
            _write_amounts(axes, amounts[:, part], starts[:, part], language=language, whole=amounts.sum(axis=1).max())
        axes.set_yticks(heights, [_name(name, language) for name in drawn["option"]])
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.legend(
            loc="upper left", bbox_to_anchor=(-0.01, 0.02), ncols=4, fontsize=9, handlelength=1, columnspacing=1.2
        )
    return figure


def _write_amounts(axes: Axes, amounts: np.ndarray, starts: np.ndarray, *, language: str, whole: float) -> None:
    for height, (amount, start) in enumerate(zip(amounts, starts, strict=True)):
        if amount >= NARROW * whole:
            text = format_value("amount_cny", amount, language=language)
            axes.text(start + amount / 2, height, text, ha="center", va="center", color="white", fontsize=8.5)


def _name(name: object, language: str) -> str:
    text = str(name)
    return picture_text(label(text, language=language) if has_term(text, language=language) else text, max_length=32)


def plot_timeline(phases: pd.DataFrame, *, festivals: pd.DataFrame, language: str, title: str) -> Figure | None:
    """Draw each phase as a bar over its days, and each festival as a line across all of them.

    Parameters
    ----------
    phases : ``phase``, ``stage``, ``first_date``, ``last_date``.
    festivals : ``festival``, ``date``.
    """
    if phases.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 2.0 + ROW_HEIGHT * len(phases)), title)
        starts, ends = (pd.to_datetime(phases[name]) for name in ("first_date", "last_date"))
        heights = np.arange(len(phases))
        colours = [PALETTE[STAGE_COLOURS[stage]] for stage in phases["stage"]]
        axes.barh(heights, ends - starts + pd.Timedelta(days=1), left=starts, height=0.6, color=colours)
        axes.set_yticks(heights, [_name(phase, language) for phase in phases["phase"]])
        axes.set_ylim(len(phases) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        _format_days(axes, language)
        _draw_festivals(axes, festivals, language=language, bottom=len(phases) - 0.4)
    return figure


def _format_days(axes: Axes, language: str) -> None:
    from matplotlib.dates import AutoDateLocator, num2date

    def write(tick: float, _: float) -> str:
        day = num2date(tick)
        return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%b}"

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=4, maxticks=8))
    axes.xaxis.set_major_formatter(write)


def _draw_festivals(axes: Axes, festivals: pd.DataFrame, *, language: str, bottom: float) -> None:
    """Festivals as dashed lines, their names in steps below so that neighbours do not overlap."""
    for number, row in enumerate(festivals.to_dict("records")):
        axes.axvline(row["date"], color=ACCENT, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            _name(row["festival"], language),
            (row["date"], bottom),
            xytext=(0, -26 - 12 * (number % 3)),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            color=ACCENT,
        )


def plot_ranges(
    rows: pd.DataFrame, *, group: str, metric: str, language: str, title: str, target: float | None = None
) -> Figure | None:
    """Draw one row a group: P10 to P90 as a line, P50 as a dot, and the target as an upright line.

    Parameters
    ----------
    rows : `group`, ``p10``, ``p50``, ``p90``.
    metric : what is counted; its name gives the format.
    """
    drawn = rows[rows["p50"].notna()].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.3 + 0.5 * len(drawn)), title)
        for height, row in enumerate(drawn.to_dict("records")):
            axes.plot([row["p10"], row["p90"]], [height, height], color=PALETTE[0], linewidth=5, alpha=0.45)
            axes.plot(row["p50"], height, "o", markersize=8, color=PALETTE[0])
            shown = [format_value(metric, row[name], language=language) for name in ("p50", "p10", "p90")]
            text = f"{shown[0]}  ({shown[1]}–{shown[2]})"
            axes.annotate(
                text, (row["p90"], height), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9
            )
        axes.set_yticks(range(len(drawn)), [_name(name, language) for name in drawn[group]])
        axes.set_ylim(len(drawn) - 0.5, -0.7)
        axes.grid(visible=False, axis="y")
        _draw_target(axes, target, metric, language)
        axes.set_xlim(0, max(drawn["p90"].max(), target or 0) * 1.45)
        axes.locator_params(axis="x", nbins=5)
        axes.xaxis.set_major_formatter(partial(_format_tick, name=metric, language=language))
    return figure


def _draw_target(axes: Axes, target: float | None, metric: str, language: str) -> None:
    if target is None or np.isnan(target):
        return
    axes.axvline(target, color=ACCENT, linewidth=1.2, linestyle=(0, (4, 3)))
    words = f"{label('target', language=language)} {format_value(metric, target, language=language)}"
    axes.annotate(
        words, (target, -0.7), xytext=(4, -2), textcoords="offset points", va="top", fontsize=8.5, color=ACCENT
    )


def plot_roster(
    candidates: pd.DataFrame, *, chosen: pd.DataFrame, metric: str, language: str, title: str
) -> Figure | None:
    """Draw every candidate by cost and middle forecast on log scales; the chosen are filled, the dearest named.

    Parameters
    ----------
    candidates : ``candidate_id``, ``cost_cny``, ``{metric}_p50``, ``creator_name``.
    chosen : its rows that were chosen.
    """
    value = f"{metric}_p50"
    drawn = (
        candidates[(candidates["cost_cny"] > 0) & (candidates[value] > 0)] if value in candidates else candidates[:0]
    )
    if drawn.empty:
        return None
    is_chosen = drawn["candidate_id"].isin(chosen["candidate_id"])
    with use_style():
        figure, axes = _start((WIDTH, 4.4), title)
        axes.set(xscale="log", yscale="log")
        for mask, colour, name in ((~is_chosen, RULE, "not_chosen"), (is_chosen, PALETTE[0], "chosen")):
            words = f"{label(name, language=language)}  n = {int(mask.sum())}"
            part = drawn[mask]
            axes.scatter(
                part["cost_cny"], part[value], s=40, color=colour, edgecolor=QUIET, linewidths=0.4, label=words
            )
        axes.legend(loc="upper left", ncols=2, fontsize=9, handletextpad=0.2)
        _format_logs(axes, metric, language)
        _name_points(axes, drawn[is_chosen].nlargest(MAX_NAMED // 2, value), y=value)
    return figure


def _name_points(axes: Axes, rows: pd.DataFrame, *, y: str) -> None:
    """Name points, the first first, as long as a name would not lie on one that is already there."""
    axes.autoscale_view()
    places = axes.transData.transform(rows[["cost_cny", y]].to_numpy(dtype=float)) * 72 / axes.figure.dpi
    taken: list[tuple[float, float]] = []
    for row, (left, bottom) in zip(rows.to_dict("records"), places, strict=True):
        if any(abs(left - x) < NAME_POINTS[0] and abs(bottom - other) < NAME_POINTS[1] for x, other in taken):
            continue
        taken.append((left, bottom))
        text, place = picture_text(row["creator_name"], max_length=14), (row["cost_cny"], row[y])
        axes.annotate(text, place, xytext=(6, 4), textcoords="offset points", fontsize=8.5, color=INK)


def _format_logs(axes: Axes, metric: str, language: str) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.margins(0.12, 0.16)
    for axis, name in ((axes.xaxis, "cost_cny"), (axes.yaxis, metric)):
        axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        axis.set_major_formatter(partial(_format_tick, name=name, language=language))
        axis.set_minor_formatter(NullFormatter())
        axis.set_label_text(label(name, language=language))
