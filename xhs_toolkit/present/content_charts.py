"""Pictures of the content: what goes with more engagement, and the calendar of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.present.charts import ROW_HEIGHT, WIDTH, _head_dimensions, _stack, _start
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, RULE, format_value, picture_text, use_style
from xhs_toolkit.present.wording import has_term, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RATIO = "engagement_ratio"
TICKS = (0.25, 0.33, 0.5, 0.67, 1.0, 1.5, 2.0, 3.0, 4.0)
NAMED = ("goes_with_more", "goes_with_less")

DAYS_A_WEEK = 7
CHIP, CHIP_GAP = 0.19, 0.03
MAX_WEEKS = 16
MAX_CHIPS = 4
MAX_MARKS = 2
DATE_ROOM = 0.24
NAME_LENGTH = 8


def plot_effects(effects: pd.DataFrame, *, language: str, title: str) -> Figure | None:
    """Draw each feature's ratio of engagement with its interval on a log scale; filled where a difference was found.

    Parameters
    ----------
    effects : of `content.estimate_effects`. Features without a ratio are not drawn.
    """
    drawn = effects[effects[RATIO].notna()].reset_index(drop=True)
    if drawn.empty:
        return None
    with use_style():
        figure, axes = _start((WIDTH, 1.5 + ROW_HEIGHT * (len(drawn) + drawn["dimension"].nunique())), title)
        axes.set_xscale("log")
        axes.axvline(1, color=QUIET, linewidth=1)
        heights = _stack(drawn["dimension"])
        for height, row in zip(heights, drawn.to_dict("records"), strict=True):
            _draw_effect(axes, row, height=height, language=language)
        axes.set_yticks(heights, [_name(group, language) for group in drawn["group"]])
        _head_dimensions(axes, drawn["dimension"], heights, language)
        axes.set_ylim(max(heights) + 0.8, min(heights) - 1.3)
        axes.grid(visible=False, axis="y")
        _finish_ratios(axes, drawn, language=language)
    return figure


def _name(name: object, language: str) -> str:
    text = str(name)
    return picture_text(label(text, language=language) if has_term(text, language=language) else text, max_length=32)


def _draw_effect(axes: Axes, row: Mapping, *, height: float, language: str) -> None:
    is_named = row["verdict"] in NAMED
    colour = PALETTE[0] if is_named else QUIET
    ends = [row[f"{RATIO}_low"], row[f"{RATIO}_high"]]
    axes.plot(ends, [height, height], color=colour, linewidth=2.2, alpha=0.55, solid_capstyle="round")
    axes.plot(
        row[RATIO], height, "o", markersize=7, markerfacecolor=colour if is_named else "white", markeredgecolor=colour
    )
    text = f"{format_value(RATIO, row[RATIO], language=language)}  n = {row['n_notes']}"
    axes.annotate(
        text, (ends[1], height), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9, color=INK
    )


def _finish_ratios(axes: Axes, drawn: pd.DataFrame, *, language: str) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    low = min(drawn[f"{RATIO}_low"].min(), 1 / 1.2) / 1.1
    high = max(drawn[f"{RATIO}_high"].max(), 1.2) * 1.1
    axes.set_xlim(low, high * (high / low) ** 0.28)
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [format_value(RATIO, tick, language=language) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def plot_calendar(
    calendar: pd.DataFrame, *, events: pd.DataFrame, language: str, title: str, names: Mapping[str, Mapping[str, str]]
) -> Figure | None:
    """Draw the weeks of the notes as a calendar: a chip a note in its theme's colour, festivals and key dates in red.

    Parameters
    ----------
    calendar : of `content.plan_calendar`; notes without a day are not drawn.
    events : of `content.list_events`; those of kind festival, key_date, feed_from and search_from are written in.
    names : names of the themes in other languages (``Page.names``).
    """
    drawn = calendar[calendar["date"].notna()]
    if drawn.empty:
        return None
    first = drawn["date"].min() - pd.Timedelta(days=int(drawn["date"].min().day_of_week))
    marks = events[events["event"].isin(["festival", "key_date", "feed_from", "search_from"])]
    last = drawn["date"].max()
    n_weeks = min(int((last - first).days // DAYS_A_WEEK) + 1, MAX_WEEKS)
    grid = _list_grid(first, n_weeks)
    row_height = DATE_ROOM + (CHIP + CHIP_GAP) * _count_lines(drawn, marks) + 0.08
    with use_style():
        figure, axes = _start((WIDTH + 0.6, 1.1 + n_weeks * row_height), title)
        axes.set_xlim(0, DAYS_A_WEEK)
        axes.set_ylim(n_weeks * row_height, 0)
        axes.axis("off")
        axes.set_title(axes.get_title(loc="left"), loc="left", pad=26)
        themes = list(dict.fromkeys(sorted(calendar["theme"])))
        for day, (week, weekday) in grid.items():
            _draw_day(axes, day, x=weekday, y=week * row_height, height=row_height, language=language)
            here = drawn[drawn["date"].eq(day)], marks[marks["date"].eq(day)]
            _fill_day(axes, *here, place=(weekday, week * row_height + DATE_ROOM), themes=themes, language=language)
        _head_weekdays(axes, language)
        _name_themes(axes, themes, names.get(language, {}), bottom=n_weeks * row_height)
    return figure


def _count_lines(notes: pd.DataFrame, marks: pd.DataFrame) -> int:
    """Lines that the fullest day needs."""
    notes_a_day = notes["date"].value_counts().clip(upper=MAX_CHIPS + 1)
    marks_a_day = marks["date"].value_counts().clip(upper=MAX_MARKS)
    return int(notes_a_day.add(marks_a_day[marks_a_day.index.isin(notes_a_day.index)], fill_value=0).max())


def _list_grid(first: pd.Timestamp, n_weeks: int) -> dict[pd.Timestamp, tuple[int, int]]:
    days = pd.date_range(first, periods=n_weeks * DAYS_A_WEEK)
    return {day: divmod(number, DAYS_A_WEEK) for number, day in enumerate(days)}


def _draw_day(axes: Axes, day: pd.Timestamp, *, x: float, y: float, height: float, language: str) -> None:
    from matplotlib.patches import Rectangle

    weekend = day.day_of_week >= 5
    axes.add_patch(
        Rectangle((x, y), 1, height, facecolor="#f5f7f8" if weekend else "white", edgecolor=RULE, linewidth=0.6)
    )
    is_named = day.day == 1 or (x == 0 and y == 0)
    month = f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%b}"
    axes.text(x + 0.04, y + 0.05, month if is_named else str(day.day), va="top", fontsize=8, color=QUIET)


def _fill_day(
    axes: Axes,
    notes: pd.DataFrame,
    marks: pd.DataFrame,
    *,
    place: tuple[float, float],
    themes: list[str],
    language: str,
) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = place
    for row in marks.head(MAX_MARKS).to_dict("records"):
        text = row["name"] if row["event"] == "key_date" else label(row["name"] or row["event"], language=language)
        axes.text(x + 0.05, y + CHIP / 2, picture_text(text, max_length=16), va="center", fontsize=7, color=ACCENT)
        y += CHIP + CHIP_GAP
    for row in notes.head(MAX_CHIPS).to_dict("records"):
        colour = PALETTE[themes.index(row["theme"]) % len(PALETTE)]
        shape = "round,pad=0,rounding_size=0.03"
        axes.add_patch(FancyBboxPatch((x + 0.05, y), 0.9, CHIP, boxstyle=shape, facecolor=colour, linewidth=0))
        mark = "K " if row["wave"] == "opening" else ""
        words = mark + picture_text(_shorten(row["creator_name"]), max_length=NAME_LENGTH + 4)
        axes.text(x + 0.1, y + CHIP / 2, words, va="center", fontsize=7, color="white", clip_on=True)
        y += CHIP + CHIP_GAP
    if len(notes) > MAX_CHIPS:
        axes.text(x + 0.1, y + CHIP / 2, f"+{len(notes) - MAX_CHIPS}", va="center", fontsize=7, color=QUIET)


def _shorten(name: object) -> str:
    """The telling end of a name that begins like its neighbours': after a middle dot."""
    return str(name).rsplit("·", 1)[-1]


def _head_weekdays(axes: Axes, language: str) -> None:
    heads = "一二三四五六日" if language == "zh" else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for number, head in enumerate(heads):
        axes.text(number + 0.04, -0.06, head, va="bottom", fontsize=8, color=QUIET)


def _name_themes(axes: Axes, themes: list[str], names: Mapping[str, str], *, bottom: float) -> None:
    steps = np.linspace(0, DAYS_A_WEEK, max(len(themes), 3) + 1)[:-1]
    for step, (number, theme) in zip(steps, enumerate(themes), strict=False):
        axes.plot(step + 0.1, bottom + 0.22, "s", color=PALETTE[number % len(PALETTE)], markersize=8, clip_on=False)
        text = picture_text(names.get(theme, theme), max_length=24)
        axes.text(step + 0.22, bottom + 0.22, text, va="center", fontsize=8.5, color=INK)
