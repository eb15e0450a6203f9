"""Pictures as charts that can be edited: what the deck and the workbook draw, from the data behind a picture.

`describe_chart` turns a picture's block into a `Chart`: its kind, its categories and its series with finished
words and raw numbers. It knows nothing of slides or sheets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import format_value, picture_text, write_cell_format
from xhs_toolkit.present.tables import name_themes
from xhs_toolkit.present.wording import label
from xhs_toolkit.report.headlines import MONEY_PARTS
from xhs_toolkit.report.run import read_drawn

MAX_POINTS = 600
"""Points of a scatter that stay editable by hand; of more, those with most are drawn (analyst's choice)."""

MAX_NAMED = 3
"""Points that are named, those with most of the upright measure."""

BARS, STACKED, DAYS, POINTS = "bars", "stacked", "days", "points"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, its values, and where it has them the ends of their ranges, x, and names of points."""

    name: str
    numbers: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    x: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart without a library: `kind` is bars, stacked, days (bars between two days) or points (log scales).

    `about` says how the chart is read; it replaces the words about the picture.
    """

    kind: str
    about: Finding
    series: tuple[Series, ...]
    value_format: str
    categories: tuple[str, ...] = ()
    x_title: str = ""
    y_title: str = ""
    x_format: str = ""


Settings = Mapping[str, Any]


def find_axis_end(series: Series) -> float:
    """Where the axis of bars ends: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten, no range cut off.

    >>> find_axis_end(Series("views", (47_576.0, None), high=(139_206.0, None)))
    150000.0
    """
    values = [value for each in (series.numbers, series.high) for value in each if value is not None]
    power = 10.0 ** math.floor(math.log10(max(values))) if max(values) > 0 else 1.0
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= max(values))


def describe_chart(block: Mapping[str, Any], run_folder: Path, *, language: str) -> Chart | None:
    """Return the chart of a picture in a language; None for pictures that only matplotlib draws."""
    maker = MAKERS.get(block.get("plot", ""))
    if maker is None:
        return None
    names = block["names"].get(language, {})
    drawn = name_themes(read_drawn(run_folder, block["data"]), names=names)
    settings = {
        name: read_drawn(run_folder, value["frame"]) if isinstance(value, dict) else value
        for name, value in block["settings"].items()
    }
    chart = maker(drawn, settings, language)
    drawn_values = [value for series in chart.series for value in series.numbers]
    return chart if any(value is not None for value in drawn_values) else None


def _list(values: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if pd.isna(value) else float(value) for value in values)


def _name(value: object, language: str) -> str:
    return picture_text(label(str(value), language=language), max_length=36)


def _tell(name: str, middle: float | None, low: float | None, high: float | None, *, language: str) -> str:
    """A value with its range, in words."""
    ends = "–".join(format_value(name, end, language=language) for end in (low, high) if end is not None)
    shown = format_value(name, middle, language=language)
    return f"{shown} ({ends})" if ends else shown


def _draw_ratios(groups: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """One bar a group, with its range; an empty row parts the dimensions."""
    value, n, by = settings["value"], settings["n"], settings.get("dimension", "dimension")
    drawn = groups[groups[value].notna()]
    rows: list[tuple[str, float | None, float | None, float | None]] = []
    for number, (_, part) in enumerate(drawn.groupby(by, sort=False)):
        rows += [("", None, None, None)] * bool(number)
        ends = [_list(part[name]) for name in (value, f"{value}_low", f"{value}_high")]
        told = [_tell(value, *each, language=language) for each in zip(*ends, strict=True)]
        words = [
            f"{_name(name, language)}   {text}   n = {int(count)}"
            for name, text, count in zip(part["group"], told, part[n], strict=True)
        ]
        rows += list(zip(words, *ends, strict=True))
    names, values, low, high = zip(*rows, strict=True) if rows else ((), (), (), ())
    series = Series(label(value, language=language), values, low=low, high=high)
    about = Finding("chart.ratios")
    return Chart(BARS, about, (series,), write_cell_format(value, language=language), categories=tuple(names))


def _draw_ranges(rows: pd.DataFrame, settings: Settings, language: str) -> Chart:
    drawn = rows[rows["p50"].notna()]
    metric = settings["metric"]
    ends = [_list(drawn[name]) for name in ("p50", "p10", "p90")]
    series = Series(label(metric, language=language), ends[0], low=ends[1], high=ends[2])
    told = [_tell(metric, *each, language=language) for each in zip(*ends, strict=True)]
    words = tuple(
        f"{_name(name, language)}   {text}" for name, text in zip(drawn[settings["group"]], told, strict=True)
    )
    about = Finding("chart.ranges")
    return Chart(BARS, about, (series,), write_cell_format(metric, language=language), categories=words)


def _draw_money(options: pd.DataFrame, settings: Settings, language: str) -> Chart:
    drawn = options.dropna(subset=list(MONEY_PARTS))
    series = tuple(Series(label(name, language=language), _list(drawn[name])) for name in MONEY_PARTS)
    words = tuple(_name(name, language) for name in drawn["option"])
    form = '#,##0"元"' if language == "zh" else '"¥"#,##0'
    return Chart(STACKED, Finding("chart.money"), series, form, categories=words)


def _draw_days(phases: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """A bar from the first to the last day: an unseen series up to the first day, then the days; festivals last."""
    festivals = settings["festivals"].rename(columns={"festival": "phase", "date": "first_date"})
    if len(festivals):
        festivals = festivals.assign(last_date=festivals["first_date"])
        phases = pd.concat([phases, festivals], ignore_index=True)
    starts, ends = (pd.to_datetime(phases[name]).dt.tz_localize(None) for name in ("first_date", "last_date"))
    first = (starts - pd.Timestamp("1899-12-30")).dt.days  # Excel's day 0
    series = (
        Series(label("first_date", language=language), _list(first)),
        Series(label("phase", language=language), _list((ends - starts).dt.days + 1)),
    )
    words = tuple(_name(name, language) for name in phases["phase"])
    form = 'm"月"d"日"' if language == "zh" else "d mmm"
    return Chart(DAYS, Finding("chart.days"), series, form, categories=words)


def _draw_points(notes: pd.DataFrame, *, x: str, y: str, by: pd.Series, language: str) -> Chart:
    positive = (notes[x] > 0) & (notes[y] > 0)
    drawn = notes[positive].nlargest(MAX_POINTS, y)
    drawn = drawn.assign(label=drawn["creator_name"].where(drawn.index.isin(_choose_named(drawn, x, y)), ""))
    groups = [
        Series(
            f"{_name(name, language)}  n = {len(part)}",
            _list(part[y]),
            x=tuple(part[x].astype(float)),
            labels=tuple(picture_text(text, max_length=16) for text in part["label"]),
        )
        for name, part in drawn.groupby(by[positive].reindex(drawn.index), sort=True)
    ]
    return Chart(
        POINTS,
        Finding("chart.points", {"n_drawn": len(drawn), "x": x, "y": y}),
        tuple(groups),
        write_cell_format(y, language=language),
        x_title=label(x, language=language),
        y_title=label(y, language=language),
        x_format=write_cell_format(x, language=language).replace("0.00", "0"),
    )


def _choose_named(drawn: pd.DataFrame, x: str, y: str) -> list[object]:
    """The strongest points, one a creator, none so near another that their names would overlap."""
    places = np.log10(drawn[[x, y]].to_numpy(dtype=float))
    reach = np.maximum(np.ptp(places, axis=0), 1e-9) if len(places) else np.ones(2)
    chosen: list[int] = []
    known = drawn["creator_name"].notna().to_numpy() & ~drawn["creator_name"].duplicated().to_numpy()
    for number in np.flatnonzero(known)[: 4 * MAX_NAMED]:
        apart = all((np.abs(places[number] - places[other]) / reach > (0.3, 0.07)).any() for other in chosen)
        if apart and len(chosen) < MAX_NAMED:
            chosen.append(int(number))
    return list(drawn.index[chosen])


def _draw_notes(notes: pd.DataFrame, settings: Settings, language: str) -> Chart:
    by = notes[settings.get("colour", "tier")].fillna("unknown")
    return _draw_points(notes, x=settings["x"], y=settings["y"], by=by, language=language)


def _draw_roster(candidates: pd.DataFrame, settings: Settings, language: str) -> Chart:
    metric = settings["metric"]
    is_chosen = candidates["candidate_id"].isin(settings["chosen"]["candidate_id"])
    by = is_chosen.map({True: "chosen", False: "not_chosen"})
    named = candidates.rename(columns={f"{metric}_p50": metric}).loc[:, lambda frame: ~frame.columns.duplicated()]
    return _draw_points(named, x="cost_cny", y=metric, by=by, language=language)


MAKERS: dict[str, Callable[[pd.DataFrame, Settings, str], Chart]] = {
    "plot_group_ratios": _draw_ratios,
    "plot_notes": _draw_notes,
    "plot_money": _draw_money,
    "plot_ranges": _draw_ranges,
    "plot_roster": _draw_roster,
    "plot_timeline": _draw_days,
}
"""Every picture of `present.page.REDRAWN`."""
