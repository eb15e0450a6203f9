"""What a chart shows in a language: rows and groups with finished words, and the axis they are drawn on.

Every renderer draws from these, so that a picture says the same on a screen, a page, a slide and a sheet.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.currency import find_currency, get_client, name_in_cny
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.style import FAINT, PALETTE, format_value, picture_text, read_language
from xhs_toolkit.present.tables import name_term, name_themes
from xhs_toolkit.present.wording import label, say

MAX_NAME = 40
ROWS = frozenset({"ranges", "bars", "funnel"})
"""Kinds that are one figure a row."""

STANDINGS = {"clearly_better": "good", "clearly_worse": "bad", "flag": "flag", "total": "total"}
"""Verdict of a row → how it is drawn."""

TOO_FEW = frozenset({"not_enough_notes", "not_measured"})
"""Verdicts of rows with too little behind them: drawn hollow."""

MAX_POINTS = 600
"""Points of a scatter that stay editable by hand; of more, those with most are drawn (analyst's choice)."""

MAX_NAMED = 4
"""Points that are named, those with most of the upright measure."""


class Row(NamedTuple):
    """One row of a chart whose rows are named things.

    Attributes
    ----------
    head : what the rows up to the next head are; empty where it is that of the row before.
    name, about : what the row is called, and a second line under it.
    told, remark : its figure in words, and what belongs to it: its range, the number of notes, a verdict.
    value, low, high : the figure and the ends of its range.
    start : where a bar begins, of itself 0.
    reference : what it is compared with; missing where nothing is.
    standing : good, bad, flag or total, else empty.
    is_hollow : there is too little behind the figure, or it was not chosen.
    """

    head: str
    name: str
    about: str
    told: str
    remark: str
    value: float
    low: float | None = None
    high: float | None = None
    start: float = 0.0
    reference: float | None = None
    standing: str = ""
    is_hollow: bool = False


class Group(NamedTuple):
    """Marks that belong together: a line, a kind of points, a part of stacked bars. ``frame`` has a column a mark."""

    name: str
    frame: pd.DataFrame
    is_background: bool = False


class Axis(NamedTuple):
    """The axis of rows, from ``low`` to ``high``; ``base`` is that of its logarithm, 0 on a plain axis."""

    low: float
    high: float
    ticks: tuple[float, ...]
    base: int = 0

    def find(self, value: float) -> float:
        """Where a value lies, as a share of the axis between 0 and 1."""
        ends = (self.low, self.high, max(value, 1e-12) if self.base else value)
        low, high, at = (math.log(each) for each in ends) if self.base else ends
        return min(max((at - low) / (high - low), 0.0), 1.0)


def name_chart(chart: Chart, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame of a chart with its themes in another language."""
    return name_themes(chart.frame, names=names)


def unit_of(chart: Chart) -> str:
    """The name of the figure, which gives its unit; empty where a chart has only days."""
    return str(chart.options.get("unit") or chart.marks.get("value") or chart.marks.get("y", ""))


def _name_category(column: str, value: object, language: str) -> str:
    if not isinstance(value, str):
        return ""
    return picture_text(name_term(column, value, language=language), max_length=MAX_NAME)


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


# ------------------------------------------------------------------------------------------- rows


def list_rows(chart: Chart, *, language: str, names: Mapping[str, str]) -> list[Row]:
    """Return the rows of a chart of `ROWS` in words.

    Parameters
    ----------
    names : theme → what it is called in the language.
    """
    rows, before = [], None
    for row in name_chart(chart, names).to_dict("records"):
        head = row.get(chart.marks.get("group", ""))
        shown = _show_row(chart, row, language)
        is_new = head != before and isinstance(head, str)
        rows.append(shown._replace(head=_name_category(chart.marks["group"], head, language)) if is_new else shown)
        before = head
    return rows


def _show_row(chart: Chart, row: Mapping[Hashable, Any], language: str) -> Row:
    marks = chart.marks
    unit = str(row[marks["unit"]]) if "unit" in marks else unit_of(chart)
    value, low, high, reference = (
        _known(row.get(marks.get(mark, ""))) for mark in ("value", "low", "high", "reference")
    )
    shown = row[marks["label"]] if "label" in marks else value
    verdict = str(row.get(marks.get("standing", ""), ""))
    is_chosen = bool(row[marks["chosen"]]) if "chosen" in marks else True
    lacks_range = "low" in marks and low is None
    return Row(
        head="",
        name=_name_category(marks["name"], row[marks["name"]], language),
        about=" · ".join(_list_about(chart, row, language)),
        told=format_value(unit, shown, language=language),
        remark=" · ".join(_list_remarks(chart, row, (low, high), language)),
        value=value or 0.0,
        low=low,
        high=high,
        start=_known(row.get(marks.get("start", ""))) or 0.0,
        reference=reference,
        standing=STANDINGS.get(verdict, ""),
        is_hollow=verdict in TOO_FEW or not is_chosen or lacks_range,
    )


def _list_about(chart: Chart, row: Mapping[Hashable, Any], language: str) -> Iterator[str]:
    for name in chart.options.get("about", ()):
        if row.get(name) not in {None, "", "unknown"} and (words := _name_category(name, row[name], language)):
            yield words


def _list_remarks(
    chart: Chart, row: Mapping[Hashable, Any], ends: tuple[float | None, float | None], language: str
) -> Iterator[str]:
    """The range or why there is none, CNY of other currencies, the number of notes, then the columns told in words."""
    if None not in ends:
        yield "–".join(format_value(unit_of(chart), end, language=language) for end in ends)
    elif reason := next((row[name] for name in chart.options.get("reasons", ()) if row.get(name)), ""):
        yield label(f"short.{reason}", language=language)
    if in_cny := _write_cny(chart, row, language):
        yield in_cny
    if "n" in chart.marks and _known(row[chart.marks["n"]]) is not None:
        counted = "counted.comments" if chart.marks["n"] == "n_comments" else "counted.notes"
        yield say(Finding(counted, {"n": int(row[chart.marks["n"]])}), language=language)
    for name in chart.options.get("remarks", ()):
        if words := _tell(name, row[name], chart.options.get("metric", ""), language):
            yield words


def _write_cny(chart: Chart, row: Mapping[Hashable, Any], language: str) -> str:
    """The CNY of a figure that is in the client's currency; empty of any other."""
    unit = str(row[chart.marks["unit"]]) if "unit" in chart.marks else unit_of(chart)
    client, shown = get_client(), _known(row[chart.marks["label" if "label" in chart.marks else "value"]])
    if client is None or shown is None or find_currency(unit) != client.currency:
        return ""
    return format_value(name_in_cny(unit), shown * client.cny_per_unit, language=language)


def _tell(name: str, value: Any, metric: str, language: str) -> str:
    """A cell after the figure: a term by its label, a number with what it is called."""
    if isinstance(value, str):
        return _name_category(name, value, language)
    if _known(value) is None:
        return ""
    shown = format_value(metric if metric and name in {"measured", "expected"} else name, value, language=language)
    called = metric if metric and name == "measured" else name
    return shown if name.endswith("_share") else f"{label(called, language=language)} {shown}"


# ----------------------------------------------------------------------------------------- groups

POINT_MARKS = ("x", "y", "low", "high", "label", "chosen", "value", "name")


def list_groups(chart: Chart, *, language: str, names: Mapping[str, str]) -> list[Group]:
    """Return the groups of points, lines or parts, in the order in which they first occur."""
    frame = name_chart(chart, names)
    mark = "part" if "part" in chart.marks else "group"
    column = chart.marks.get(mark)
    shown = pd.DataFrame({name: frame[chart.marks[name]] for name in POINT_MARKS if name in chart.marks})
    if column is None:
        return [Group("", shown)]
    found = shown.groupby(frame[column].astype(str), sort=False)
    behind = chart.options.get("background")
    return [Group(_name_category(column, key, language) or str(key), part, key == behind) for key, part in found]


def split_panels(chart: Chart) -> list[Chart]:
    """Lines that count different things as one chart each, in its own unit, over the same days."""
    mark = chart.marks["unit"]
    marks = {name: column for name, column in chart.marks.items() if name != "unit"}
    parts = chart.frame.groupby(mark, sort=False)
    return [
        replace(chart, frame=part, marks=marks, options={**chart.options, "unit": str(unit)}) for unit, part in parts
    ]


def colour_groups(groups: Sequence[Group]) -> list[str]:
    """Return the colour of each group of points: that of the background pale, the others by the palette."""
    colours = iter(PALETTE * (len(groups) // len(PALETTE) + 1))
    return [FAINT if group.is_background else next(colours) for group in groups]


def list_bars(chart: Chart, *, language: str) -> list[str]:
    """Names of the bars of a stacked chart, each once."""
    keys = [chart.marks["name"], *([chart.marks["group"]] if "group" in chart.marks else [])]
    bars = chart.frame.drop_duplicates(keys)[chart.marks["name"]]
    return [_name_category(chart.marks["name"], value, language) for value in bars]


def name_rows(chart: Chart, *, language: str) -> list[str]:
    """Names of the rows of a timeline."""
    return [_name_category(chart.marks["name"], value, language) for value in chart.frame[chart.marks["name"]]]


def cut_points(chart: Chart) -> Chart:
    """The chart with at most `MAX_POINTS`, those with most of the upright measure."""
    kept = chart.frame.nlargest(MAX_POINTS, chart.marks["y"]).index
    return replace(chart, frame=chart.frame[chart.frame.index.isin(kept)])


def choose_named(points: pd.DataFrame, *, is_log: bool = True) -> list[Hashable]:
    """Return the rows to name: the strongest, one a name, none so near another that their names would overlap.

    Parameters
    ----------
    points : ``x``, ``y``, ``label`` of all points of a chart.
    """
    if "label" not in points:
        return []
    known = points[points["label"].notna()].sort_values("y", ascending=False).drop_duplicates("label")
    places = points[["x", "y"]].to_numpy(dtype=float)
    places = np.log10(places) if is_log else places
    ends = (np.floor(places.min(axis=0)), np.ceil(places.max(axis=0))) if len(places) else (0, 1)
    reach = np.maximum(ends[1] - ends[0], 1e-9) * np.ones(2)
    chosen: list[Hashable] = []
    taken: list[np.ndarray] = []
    for key, row in known.head(4 * MAX_NAMED).iterrows():
        values = np.array([row["x"], row["y"]], dtype=float)
        place = (np.log10(values) if is_log else values) / reach
        if len(chosen) < MAX_NAMED and all((np.abs(place - other) > (0.3, 0.09)).any() for other in taken):
            chosen.append(key)
            taken.append(place)
    return chosen


# ------------------------------------------------------------------------------------------- axes

NICE = {1: 4, 1.5: 3, 2: 4, 3: 3, 4: 4, 5: 5, 6: 3, 8: 4, 10: 5}
"""Leading digits of the end of an axis → into how many steps it is cut."""

RATIO_ENDS = ((2.0, 2), (4.0, 2), (10.0, 10), (100.0, 10))
"""Ends of an axis of ratios about one, and the base of its logarithm; wider ranges run off it: they say no more."""


def find_axis(chart: Chart) -> Axis:
    """Return the axis of a chart of `ROWS`: about one for ratios, between given ends, else from zero."""
    frame, marks = chart.frame, chart.marks
    values = [value for mark in ("value", "low", "high") if mark in marks for value in _list_known(frame[marks[mark]])]
    values += [float(chart.options["reference"])] if "reference" in chart.options else []
    if chart.options.get("scale") == "log":
        return _find_ratio_axis([value for value in values if value > 0])
    if "ends" in chart.options:
        low, high = chart.options["ends"]
        return Axis(low, high, tuple(low + (high - low) * step / 4 for step in range(5)))
    if "start" in marks:
        values = _list_known(frame[marks["start"]] + frame[marks["value"]]) + _list_known(frame[marks["start"]])
    return make_axis(max(values, default=0.0))


def _list_known(values: pd.Series) -> list[float]:
    return [float(value) for value in values.dropna()]


def _find_ratio_axis(values: list[float]) -> Axis:
    reach = max(max(values, default=1.0), 1 / min(values, default=1.0))
    end, base = next(((end, base) for end, base in RATIO_ENDS if reach <= end), RATIO_ENDS[-1])
    power = round(math.log(end, base))
    return Axis(1 / end, end, tuple(float(base) ** step for step in range(-power, power + 1)), base)


def make_axis(largest: float) -> Axis:
    """Return an axis from 0 to 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten, so that nothing is cut off.

    >>> make_axis(139_206.0).ticks
    (0.0, 50000.0, 100000.0, 150000.0)
    """
    power = 10.0 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    lead, steps = next((lead, n) for lead, n in NICE.items() if lead * power >= largest)
    end = lead * power
    return Axis(0.0, end, tuple(end * step / steps for step in range(steps + 1)))


# ------------------------------------------------------------------------------------ words of axes


def write_reference(chart: Chart, *, language: str) -> str:
    """What a chart's reference is, in words; empty where it has none, or one without a name."""
    if "reference_name" not in chart.options:
        return ""
    value = format_value(unit_of(chart), chart.options["reference"], language=language)
    return f"{label(chart.options['reference_name'], language=language)} {value}"


def part_rows(rows: Sequence[Row]) -> list[Row | None]:
    """Return rows with an empty one before each new head, as the categories of a native chart want them."""
    parted: list[Row | None] = []
    for row in rows:
        parted += [None, row] if row.head and parted else [row]
    return parted


def write_category(row: Row | None) -> str:
    """What a row is called on an axis: its name and its figure."""
    if row is None:
        return ""
    return "   ".join(part for part in (row.name, row.told) if part)


def name_group(group: Group, *, language: str) -> str:
    """What a kind of points is called in a legend: its name and their number."""
    return f"{group.name}  {read_language(language).sample.format(n=len(group.frame))}"


def write_ticks(chart: Chart, *, language: str) -> list[str]:
    """Words of the ticks of a chart of `ROWS`."""
    return [format_value(unit_of(chart), tick, language=language) for tick in find_axis(chart).ticks]


EXCEL_DAY_0 = pd.Timestamp("1899-12-30")


def count_days(day: pd.Timestamp) -> float:
    """A day as a sheet counts it.

    >>> count_days(pd.Timestamp("2026-04-15"))
    46127.0
    """
    return float((day.tz_localize(None).normalize() - EXCEL_DAY_0).days)


def count_length(chart: Chart) -> list[int]:
    """Days that each row of a timeline lasts, its last one among them."""
    starts, ends = (pd.to_datetime(chart.column(mark)) for mark in ("start", "end"))
    return [int(days) + 1 for days in (ends - starts).dt.days]
