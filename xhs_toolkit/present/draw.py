"""Charts by matplotlib with seaborn, in the house style: one function a kind, direct labels, no picture by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xhs_toolkit.present.shown import (
    Axis,
    Row,
    choose_named,
    colour_groups,
    find_axis,
    list_bars,
    list_groups,
    list_rows,
    name_group,
    split_panels,
    unit_of,
    write_reference,
    write_ticks,
)
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import (
    ACCENT,
    INK,
    MARKERS,
    PALETTE,
    QUIET,
    RULE,
    STANDING_COLOURS,
    format_value,
    picture_text,
    read_language,
    use_style,
)
from xhs_toolkit.present.tables import name_term
from xhs_toolkit.present.wording import label, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from xhs_toolkit.present.style import Picture

WIDTH = 7.4
SVG_DPI = 72
"""Units of an SVG to the inch."""
ROW_HEIGHT = 0.34
MANY_ROWS, MANY_POINTS = 24, 300
"""Rows and points from which they are drawn smaller."""

TONES = (*PALETTE, "#63a3c4", "#e9bf6b", "#a9c48f")
"""The palette, then lighter tones, so that eight parts are told apart."""

NARROW = 0.07
"""Share of the longest bar below which a part is too narrow for its figure."""

LEGEND_COLUMNS = 4
DASHED = (0, (4, 3))
SHAPES = {"good": "^", "bad": "v", "flag": "s"}
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def draw_chart(
    chart: Chart,
    *,
    language: str,
    names: Mapping[str, str] = NO_NAMES,
    is_titled: bool = True,
    fits: bool = False,
    width: float = WIDTH,
) -> Picture | None:
    """Draw a chart; None where it has nothing to show.

    Parameters
    ----------
    names : theme → what it is called in the language.
    is_titled : a picture under a headline of its own needs no title.
    fits : all words lie within the figure; a saved picture grows around them instead.
    width : in inches.
    """
    from xhs_toolkit.present.style import Picture

    if chart.frame.empty:
        return None
    with use_style():
        figure = Picture(figsize=(width, 3.4), dpi=110, layout="constrained" if fits else None)
        axes = figure.add_subplot()
        DRAWN[chart.kind](axes, chart, language, names)
        if is_titled:
            title = picture_text(say(chart.title, language=language), max_length=90)
            legend = axes.get_legend()
            n_rows = -(-len(legend.get_texts()) // LEGEND_COLUMNS) if legend else 0
            axes.set_title(title, loc="left", pad=14 + 14 * n_rows)
    return figure


def write_svg(figure: Figure) -> str:
    """Return a figure as SVG without dates, so that the same data gives the same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import RendererSVG

    target, dpi = io.StringIO(), figure.dpi
    with use_style():
        figure.dpi = SVG_DPI
        drawn = RendererSVG(*(SVG_DPI * figure.get_size_inches()), io.StringIO())
        around = figure.get_tightbbox(drawn).padded(mpl.rcParams["savefig.pad_inches"])  # "tight" would draw it twice
        figure.dpi = dpi
        figure.savefig(target, format="svg", bbox_inches=around, metadata={"Date": None, "Creator": None})
    return target.getvalue()


# ------------------------------------------------------------------------------------------- rows


def _draw_rows(axes: Axes, chart: Chart, language: str, names: Mapping[str, str]) -> None:
    """Named rows: dots with their ranges, or bars; the figure in words at the right."""
    rows = list_rows(chart, language=language, names=names)
    axis = find_axis(chart)
    heads = np.cumsum([bool(row.head) for row in rows])
    places = np.arange(len(rows)) + 0.9 * heads
    many = len(rows) > MANY_ROWS
    height = 0.24 if many else ROW_HEIGHT * (1.35 if any(row.about for row in rows) else 1)
    _set_height(axes, 0.9 + height * (places[-1] + 1))
    draw_row = _draw_range if chart.kind == "ranges" else _draw_bar
    for place, row in zip(places, rows, strict=True):
        draw_row(axes, row, axis, place)
    _set_axis(axes, axis, chart, language)
    axes.set_ylim(places[-1] + 0.7, places[0] - (1.4 if rows[0].head else 0.7))
    size = 7.5 if many else 9
    lines = [(row.name, picture_text(row.about, max_length=44)) for row in rows]
    axes.set_yticks(places, ["\n".join(filter(None, each)) for each in lines], fontsize=size)
    _write_figures(axes, rows, places, size)
    _write_reference(axes, chart, language)


def _set_height(axes: Axes, height: float) -> None:
    figure = axes.get_figure(root=True)
    figure.set_size_inches(figure.get_figwidth(), height)  # type: ignore[union-attr]


def _draw_range(axes: Axes, row: Row, axis: Axis, place: float) -> None:
    colour = STANDING_COLOURS.get(row.standing, PALETTE[0])
    value, *ends = (axis.low + 0 if each is None else min(max(each, axis.low), axis.high)
                    for each in (row.value, row.low, row.high))  # fmt: skip
    if row.low is not None and row.high is not None:
        axes.hlines(place, *ends, color=colour, linewidth=2.4, alpha=0.5)
    face = "white" if row.is_hollow else colour
    axes.plot(value, place, SHAPES.get(row.standing, "o"), markersize=7, color=face, markeredgecolor=colour)
    if row.reference is not None:
        axes.plot(row.reference, place, "|", markersize=9, color=INK, markeredgewidth=1.6)


def _draw_bar(axes: Axes, row: Row, axis: Axis, place: float) -> None:
    colour = INK if row.standing == "total" else PALETTE[0]
    axes.barh(place, row.value, left=row.start, height=0.62, color=colour)


def _set_axis(axes: Axes, axis: Axis, chart: Chart, language: str) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    axes.set_xscale("log" if axis.base else "linear")
    room = (axis.high / axis.low) ** 0.02 if axis.base else 0.015 * (axis.high - axis.low)
    ends = (axis.low / room, axis.high * room) if axis.base else (axis.low - room, axis.high + room)
    axes.set_xlim(*ends)
    axes.set_xticks(axis.ticks, write_ticks(chart, language=language))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=False, axis="y")


def _write_figures(axes: Axes, rows: list[Row], places: np.ndarray, size: float) -> None:
    """Heads at the left, and at the right each figure with what belongs to it in a quieter colour."""
    at: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "va": "center", "annotation_clip": False}
    at |= {"fontsize": size}
    for row, place in zip(rows, places, strict=True):
        told = axes.annotate(row.told, (1.03, place), color=INK, **at)
        axes.annotate(
            row.remark, (1, 0.5), xycoords=told, xytext=(7, 0), textcoords="offset points", va="center",
            fontsize=size - 0.5, color=QUIET, annotation_clip=False,
        )  # fmt: skip
        if row.head:
            axes.annotate(row.head, (-0.015, place - 0.95), ha="right", color=QUIET, **at)


def _write_reference(axes: Axes, chart: Chart, language: str) -> None:
    value, words = chart.options.get("reference"), write_reference(chart, language=language)
    if value is None:
        return
    axes.axvline(value, color=ACCENT if words else QUIET, linewidth=1.1, linestyle=DASHED if words else "-", zorder=0.5)
    axes.annotate(
        words, (value, 1), xycoords=axes.get_xaxis_transform(), xytext=(4, -1), textcoords="offset points",
        va="top", fontsize=8.5, color=ACCENT,
    )  # fmt: skip


def _draw_stack(axes: Axes, chart: Chart, language: str, names: Mapping[str, str]) -> None:
    """One bar a name, cut into its parts, with figures in the parts that are wide enough and the sum beside it."""
    bars, groups = list_bars(chart, language=language), list_groups(chart, language=language, names=names)
    places, start = np.arange(len(bars)), np.zeros(len(bars))
    lengths = [group.frame["value"].to_numpy(dtype=float) for group in groups]
    whole, unit = max(np.sum(lengths, axis=0)), unit_of(chart)
    for number, (group, length) in enumerate(zip(groups, lengths, strict=True)):
        colour = TONES[number % len(TONES)]
        axes.barh(places, length, left=start, height=0.66, color=colour, label=group.name)
        wide = length > NARROW * whole
        for place, left, width in zip(places[wide], start[wide], length[wide], strict=True):
            words, tone = _write_part(unit, width, language), "white" if number not in {1, 5, 6, 7} else INK
            axes.text(left + width / 2, place, words, ha="center", va="center", color=tone, fontsize=8.5)
        start = start + length
    for place, total in zip(places, start, strict=True) if not unit.endswith("_share") else ():  # they add up to 1
        words = _write_part(unit, total, language)
        axes.annotate(words, (total, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9)
    _set_height(axes, 0.9 + max(ROW_HEIGHT, 0.5 - 0.02 * len(bars)) * len(bars))
    axes.set_yticks(places, bars)
    axes.set(xlim=(0, max(whole, 1) * 1.12), ylim=(len(bars) - 0.4, -0.6), xticks=[])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=LEGEND_COLUMNS,
        fontsize=9,
        handlelength=1,
        columnspacing=1.2,
    )


def _write_part(unit: str, value: float, language: str) -> str:
    return format_value(unit, round(value) if value >= 1 else value, language=language)


# ----------------------------------------------------------------------------------- points, lines


def _draw_points(axes: Axes, chart: Chart, language: str, names: Mapping[str, str]) -> None:
    """Points by colour and shape, on log scales where asked; the strongest named, those pointed at ringed."""
    import seaborn as sns

    groups = list_groups(chart, language=language, names=names)
    points = pd.concat([group.frame.assign(kind=name_group(group, language=language)) for group in groups])
    is_log = chart.options.get("scale") == "log"
    _set_limits(axes, points, is_log=is_log)
    many = len(points) > MANY_POINTS
    look: dict[str, Any] = {"s": 14, "alpha": 0.45} if many else {"s": 40, "alpha": 0.8}
    order = {
        "hue_order": list(points["kind"].unique()), "style_order": list(points["kind"].unique()),
        "palette": colour_groups(groups),
        "markers": [MARKERS[number % len(MARKERS)] for number in range(len(groups))],
    }  # fmt: skip
    sns.scatterplot(
        data=points.reset_index(), x="x", y="y", hue="kind", style="kind", linewidth=0, ax=axes, **order, **look
    )
    _set_height(axes, 4.6)
    if "chosen" in points:
        ringed = points[points["chosen"].astype(bool)]
        axes.scatter(ringed["x"], ringed["y"], s=110, facecolors="none", edgecolors=ACCENT, linewidths=1.3)
    if chart.options.get("diagonal"):
        low, high = points[["x", "y"]].min().min(), points[["x", "y"]].max().max()
        axes.plot([low, high], [low, high], color=QUIET, linewidth=1, linestyle=DASHED)
    place = {"loc": "lower left", "bbox_to_anchor": (-0.01, 1.0), "borderaxespad": 0.2}
    axes.legend(ncols=LEGEND_COLUMNS, fontsize=9, handletextpad=0.2, title=None, **place)
    _finish_points(axes, chart, language, is_log=is_log)
    for key in choose_named(points.reset_index(drop=True), is_log=is_log):
        row = points.reset_index(drop=True).loc[key]
        text, is_right = picture_text(row["label"], max_length=16), _share_of(axes, row["x"], is_log=is_log) > 0.8
        axes.annotate(
            text, (row["x"], row["y"]), xytext=(-6 if is_right else 6, 5), ha="right" if is_right else "left",
            textcoords="offset points", fontsize=8.5, color=INK,
        )  # fmt: skip


def _set_limits(axes: Axes, points: pd.DataFrame, *, is_log: bool) -> None:
    """Room on all sides of the points, also where all of them have one value."""
    ends = {}
    for name, room in (("x", 0.1), ("y", 0.14)):
        values = points[name].astype(float)
        low, high = np.log10([values.min(), values.max()]) if is_log else (values.min(), values.max())
        away = max((high - low) * room, 0.1)
        ends[f"{name}lim"] = (10 ** (low - away), 10 ** (high + away)) if is_log else (low - away, high + away)
    scale = "log" if is_log else "linear"
    axes.set(xscale=scale, yscale=scale, **ends)


def _share_of(axes: Axes, value: float, *, is_log: bool) -> float:
    low, high = axes.get_xlim()
    if is_log:
        return float(np.log(value / low) / np.log(high / low))
    return float((value - low) / (high - low))


def _finish_points(axes: Axes, chart: Chart, language: str, *, is_log: bool) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    for axis, name in ((axes.xaxis, chart.marks["x"]), (axes.yaxis, chart.marks["y"])):
        if is_log:
            axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
            axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(partial(format_tick, name=name, language=language))
        axis.set_label_text(label(name, language=language))


def format_tick(tick: float, _: int, *, name: str, language: str) -> str:
    """Write the tick of an axis in the unit of a name."""
    return format_value(name, tick, language=language)


def _draw_lines(axes: Axes, chart: Chart, language: str, names: Mapping[str, str]) -> None:
    """A line a group, named at its end, with its range as a band; a span of days shaded."""
    import seaborn as sns

    if "unit" in chart.marks:
        _draw_panels(axes, chart, language)
        return
    _set_height(axes, 3.4)
    groups = list_groups(chart, language=language, names=names)
    if shade := chart.options.get("shade"):
        axes.axvspan(*(pd.Timestamp(day) for day in shade), color=RULE, alpha=0.45, linewidth=0)
    for number, group in enumerate(groups):
        line, colour = group.frame, PALETTE[number % len(PALETTE)]
        if "low" in line and line["low"].notna().any():
            band = line.dropna(subset=["low", "high"])
            ends = band["low"].astype(float), band["high"].astype(float)
            axes.fill_between(band["x"], *ends, color=colour, alpha=0.25, linewidth=0)
        dash = "--" if number else "-"
        sns.lineplot(data=line, x="x", y="y", color=colour, linestyle=dash, linewidth=1.5, ax=axes, errorbar=None)
    _name_lines(axes, groups)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.08 * (high - low))
    axes.set(xlabel="", ylabel=label(chart.marks["y"], language=language) if not shade else "")
    if shade and (name := chart.options.get("shade_name")):
        axes.annotate(
            label(name, language=language), (pd.Timestamp(shade[0]), 1), xycoords=("data", "axes fraction"),
            xytext=(4, -4), textcoords="offset points", va="top", color=QUIET, fontsize=8.5,
        )  # fmt: skip
    write_days(axes, language)
    axes.grid(visible=False, axis="x")
    axes.yaxis.set_major_formatter(partial(format_tick, name=unit_of(chart), language=language))


def _draw_panels(axes: Axes, chart: Chart, language: str) -> None:
    """Bars by day, a panel a unit, one below the other over the same days; a span of days shaded."""
    panels = split_panels(chart)
    _set_height(axes, 1.15 * len(panels))
    axes.set_axis_off()
    for number, panel in enumerate(panels):
        inner = axes.inset_axes((0.09, 1 - (number + 1) / len(panels) + 0.06, 0.91, 1 / len(panels) - 0.12))
        if shade := chart.options.get("shade"):
            inner.axvspan(*(pd.Timestamp(day) for day in shade), color=RULE, alpha=0.45, linewidth=0)
        values = panel.frame[panel.marks["y"]].to_numpy(dtype=float)
        inner.bar(pd.to_datetime(panel.column("x")), values, width=0.9, color=PALETTE[0])
        inner.set(ylim=(0, 1.1 * np.nanmax(values)), yticks=[np.nanmax(values)])
        inner.yaxis.set_major_formatter(partial(format_tick, name=unit_of(panel), language=language))
        inner.set_title(label(unit_of(panel), language=language), loc="left", fontsize=9, pad=3)
        inner.grid(visible=False)
        write_days(inner, language)
        inner.tick_params(axis="x", labelbottom=number == len(panels) - 1)


def _name_lines(axes: Axes, groups: list[Any]) -> None:
    """Name each line at its end, names that would touch moved apart."""
    ends = sorted(
        (float(group.frame["y"].iloc[-1]), group.frame["x"].iloc[-1], number) for number, group in enumerate(groups)
    )
    low, high = axes.get_ylim()
    points = [(value - low) / (high - low) * 175 for value, _, _ in ends]
    for place, (value, day, number) in enumerate(ends):
        shifted = max(points[place], points[place - 1] + 12 if place else points[place])
        away, points[place] = shifted - points[place], shifted
        axes.annotate(
            groups[number].name, (day, value), xytext=(6, away), textcoords="offset points", va="center",
            color=PALETTE[0] if number == 0 else INK, fontsize=9,
        )  # fmt: skip


def write_days(axes: Axes, language: str) -> None:
    """Write the ticks of an axis of days in the reader's form."""
    from matplotlib.dates import AutoDateLocator, num2date

    def write(tick: float, _: float) -> str:
        return read_language(language).write_day(num2date(tick), short=True)

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=8))
    axes.xaxis.set_major_formatter(write)


# ----------------------------------------------------------------------------------------- timeline


def _draw_days(axes: Axes, chart: Chart, language: str, names: Mapping[str, str]) -> None:
    """A row a name, a bar over its days (a square where it is one); milestones as dashed lines across all rows."""
    marks, single = chart.marks, set(chart.options.get("milestones", ()))
    frame = chart.frame.assign(begin=pd.to_datetime(chart.column("start")), until=pd.to_datetime(chart.column("end")))
    group = frame[marks["group"]] if "group" in marks else pd.Series("", index=frame.index)
    rows, lines = frame[~group.isin(single)], frame[group.isin(single)]
    keys = list(dict.fromkeys(rows[marks["name"]]))
    colours = {key: TONES[number % len(TONES)] for number, key in enumerate(dict.fromkeys(group[~group.isin(single)]))}
    for key, row in rows.iterrows():
        begin, until, place = row["begin"], row["until"] + pd.Timedelta(days=1), keys.index(row[marks["name"]])
        chosen = bool(row[marks["chosen"]]) if "chosen" in marks else True
        colour = colours[group[key]]
        face = colour if chosen else "white"
        axes.barh(place, until - begin, left=begin, height=0.6, color=face, edgecolor=colour, linewidth=1.4)
    _set_height(axes, 1.2 + (0.25 if len(keys) > MANY_ROWS else ROW_HEIGHT) * len(keys))
    size = 8 if len(keys) > MANY_ROWS else 9
    axes.set_yticks(range(len(keys)), [_name_day_row(marks["name"], key, language) for key in keys], fontsize=size)
    axes.set_ylim(len(keys) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    write_days(axes, language)
    _write_milestones(axes, [(row["begin"], _name_day_row(marks["name"], row[marks["name"]], language))
                             for _, row in lines.iterrows()])  # fmt: skip
    if "chosen" in marks:
        called = [
            (_name_day_row(marks["group"], names.get(key, key), language), colour) for key, colour in colours.items()
        ]
        handles = [axes.barh([0], [pd.Timedelta(0)], left=[frame["begin"].min()], color=colour) for _, colour in called]
        where = {"loc": "lower left", "bbox_to_anchor": (-0.01, 1.0), "borderaxespad": 0.2}
        axes.legend(handles, [name for name, _ in called], ncols=LEGEND_COLUMNS, fontsize=9, handlelength=1, **where)


def _name_day_row(column: str, value: object, language: str) -> str:
    return picture_text(name_term(column, str(value), language=language), max_length=32)


def _write_milestones(axes: Axes, days: list[tuple[pd.Timestamp, str]]) -> None:
    """Single days as dashed lines, their names in steps below so that neighbours do not overlap."""
    for number, (day, name) in enumerate(days):
        axes.axvline(day, color=ACCENT, linewidth=1, linestyle=DASHED)
        axes.annotate(
            name, (day, 0), xycoords=("data", "axes fraction"), xytext=(0, -26 - 12 * (number % 3)),
            textcoords="offset points", ha="center", fontsize=8.5, color=ACCENT,
        )  # fmt: skip


DRAWN: dict[str, Callable[[Axes, Chart, str, Mapping[str, str]], None]] = {
    "ranges": _draw_rows,
    "bars": _draw_rows,
    "funnel": _draw_rows,
    "stacked_bars": _draw_stack,
    "scatter": _draw_points,
    "lines": _draw_lines,
    "timeline": _draw_days,
}
