"""Charts whose rows are named things: groups with their ranges, ratios to what was expected, the money, the notes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.results_charts import name_note
from xhs_toolkit.present.style import format_value, picture_text, write_cell_format
from xhs_toolkit.present.tables import name_term
from xhs_toolkit.present.wording import label
from xhs_toolkit.report.native import BARS, RATIOS, STEPS, Chart, Row, Series, Settings

N_STANDOUTS = 3
"""The best and the weakest notes that a client reads about (analyst's choice)."""

MAX_NAME = 40
STANDINGS = {"clearly_better": "good", "clearly_worse": "bad"}
NOTE_METRICS = ("views", "engagement", "exposure")
"""What notes are sorted by where nothing was expected of them, the most telling first."""


def _make_chart(kind: str, rows: list[Row], *, metric: str, about: str, language: str) -> Chart:
    """A chart of rows; in its categories an empty one parts the groups."""
    parted: list[Row | None] = []
    for row in rows:
        parted += [None, row] if row.head and parted else [row]
    middle, low, high = (
        tuple(None if row is None else getattr(row, name) for row in parted) for name in ("middle", "low", "high")
    )
    words = tuple("" if row is None else _write_category(row) for row in parted)
    series = Series(label(metric, language=language), middle, low=low, high=high)
    form = write_cell_format(metric, language=language)
    return Chart(kind, Finding(about), (series,), form, categories=words, metric=metric, rows=tuple(rows))


def _write_category(row: Row) -> str:
    return "   ".join(part for part in (row.name, row.told) if part)


def _head(row: Mapping[Hashable, Any], before: str, by: str, language: str) -> str:
    """The head of a row, where it differs from that of the row before."""
    return "" if row[by] == before else label(str(row[by]), language=language)


def _name(value: object, language: str) -> str:
    return picture_text(label(str(value), language=language), max_length=MAX_NAME)


def _range(name: str, low: float | None, high: float | None, language: str) -> str:
    ends = [end for end in (low, high) if end is not None]
    return "–".join(format_value(name, end, language=language) for end in ends)


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def describe_groups(groups: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """One row a group: the ratio of its sums with its range over creators, or why there is none."""
    value, n, by = settings["value"], settings["n"], settings.get("dimension", "dimension")
    metric = str(groups["measure"].iloc[0]) if value == "rate" and "measure" in groups and len(groups) else value
    rows, before = [], ""
    for row in groups[groups[value].notna()].to_dict("records"):
        low, high = _known(row.get(f"{value}_low")), _known(row.get(f"{value}_high"))
        reason = str(row.get(f"{value.removesuffix('_cny')}_reason") or "")
        why = label(f"short.{reason}", language=language) if reason and low is None else ""
        remark = _join(_range(value, low, high, language) or why, f"n = {int(row[n])}")
        told = format_value(value, row[value], language=language)
        head, before = _head(row, before, by, language), row[by]
        rows.append(Row(head, _name(row["group"], language), "", told, remark, float(row[value]), low, high))
    return _make_chart(BARS, rows, metric=metric, about="chart.ratios", language=language)


def describe_ranges(table: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """One row a choice: the middle forecast with its P10 and P90."""
    metric = settings["metric"]
    rows = [
        Row(
            "",
            _name(row[settings["group"]], language),
            "",
            format_value(metric, row["p50"], language=language),
            _range(metric, _known(row["p10"]), _known(row["p90"]), language),
            float(row["p50"]),
            _known(row["p10"]),
            _known(row["p90"]),
        )
        for row in table[table["p50"].notna()].to_dict("records")
    ]
    return _make_chart(BARS, rows, metric=metric, about="chart.ranges", language=language)


def describe_effects(groups: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """One row a group: its ratio to what was expected (or of engagement) with its range, about one."""
    name = next(each for each in ("expected_ratio", "engagement_ratio") if each in groups)
    rows, before = [], ""
    for row in groups[groups[name].notna()].to_dict("records"):
        low, high = _known(row.get(f"{name}_low")), _known(row.get(f"{name}_high"))
        dimension = "campaign" if row["dimension"] == "all" else str(row["dimension"])
        head, before = ("" if dimension == before else label(dimension, language=language)), dimension
        verdict = label(str(row["verdict"]), language=language)
        remark = _join(_range(name, low, high, language), f"n = {int(row['n_notes'])}", verdict)
        told = format_value(name, row[name], language=language)
        standing = STANDINGS.get(str(row["verdict"]), "")
        rows.append(Row(head, _name(row["group"], language), "", told, remark, float(row[name]), low, high, standing))
    return _make_chart(RATIOS, rows, metric=name, about="chart.effects", language=language)


def describe_ledger(items: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """One row an item of cost, each bar beginning where the one before ends, and the sum of all."""
    drawn = items[items["amount_cny"].notna()]
    total = float(drawn["amount_cny"].sum())
    rows, end = [], 0.0
    for row in drawn.to_dict("records"):
        amount = float(row["amount_cny"])
        share = format_value("part_share", amount / total, language=language) if total else ""
        told = format_value("amount_cny", amount, language=language)
        low, high = min(end, end + amount), max(end, end + amount)
        rows.append(Row("", _name(row["item"], language), "", told, share, amount, low, high))
        end += amount
    told = format_value("amount_cny", total, language=language)
    rows.append(Row("", _name("total", language), "", told, "", total, 0.0, total, "total"))
    lengths = tuple((row.high or 0.0) - (row.low or 0.0) for row in rows)
    series = (
        Series(label("first_date", language=language), tuple(row.low for row in rows)),
        Series(label("amount_cny", language=language), lengths),
    )
    form = '#,##0"元"' if language == "zh" else '"¥"#,##0'
    words = tuple(_write_category(row) for row in rows)
    return Chart(STEPS, Finding("chart.ledger"), series, form, categories=words, metric="amount_cny", rows=tuple(rows))


def describe_standouts(notes: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """The best and the weakest notes: against what was expected of them, else by what they brought."""
    if "expected_ratio" in notes and notes["expected_ratio"].notna().sum() > 1:
        return _describe_ranked(notes, language)
    metric = choose_note_metric(notes)
    drawn = _choose_ends(notes[notes[metric].notna()].sort_values(metric, ascending=False, kind="stable"))
    rows = [
        Row(
            label(head, language=language) if head else "",
            name_note(row, max_length=MAX_NAME),
            _describe_note(row, language),
            format_value(metric, row[metric], language=language),
            label(metric, language=language),
            float(row[metric]),
        )
        for head, row in drawn
    ]
    return _make_chart(BARS, rows, metric=metric, about="chart.standouts_plain", language=language)


def _describe_ranked(notes: pd.DataFrame, language: str) -> Chart:
    known = notes[notes["expected_ratio"].notna()]
    rows = [_describe_note_row(head, row, language) for head, row in _choose_ends(known)]
    return _make_chart(RATIOS, rows, metric="expected_ratio", about="chart.standouts", language=language)


def _describe_note_row(head: str, row: Mapping[Hashable, Any], language: str) -> Row:
    low, high = _known(row["expected_ratio_low"]), _known(row["expected_ratio_high"])
    metric = str(row["metric"])
    brought = format_value(metric, row["measured"], language=language)
    expected = format_value(metric, row["expected"], language=language)
    remark = _join(
        f"{label(metric, language=language)} {brought}",
        f"{label('expected', language=language)} {expected}",
        label(str(row["verdict"]), language=language),
    )
    return Row(
        label(head, language=language) if head else "",
        name_note(row, max_length=MAX_NAME),
        _describe_note(row, language),
        format_value("expected_ratio", row["expected_ratio"], language=language),
        remark,
        float(row["expected_ratio"]),
        low,
        high,
        STANDINGS.get(str(row["verdict"]), ""),
    )


def choose_note_metric(notes: pd.DataFrame) -> str:
    """The first metric that at least two notes have."""
    return next((name for name in NOTE_METRICS if name in notes and notes[name].notna().sum() > 1), NOTE_METRICS[0])


def _choose_ends(notes: pd.DataFrame) -> list[tuple[str, dict[Hashable, Any]]]:
    """The first and the last notes of a sorted frame, no note twice, each end with its head."""
    n = min(N_STANDOUTS, len(notes) // 2)
    best, weakest = notes.head(n).to_dict("records"), notes.tail(n).to_dict("records")
    ends = (("best_notes", best), ("weakest_notes", weakest))
    return [("" if number else head, row) for head, rows in ends for number, row in enumerate(rows)]


def _describe_note(note: Mapping[Hashable, Any], language: str) -> str:
    parts = [note.get("creator_name"), *(note.get(name) for name in ("tier", "format", "theme"))]
    names = ("creator_name", "tier", "format", "theme")
    return _join(
        *(
            picture_text(name_term(name, part, language=language), max_length=24)
            for name, part in zip(names, parts, strict=True)
            if isinstance(part, str) and part not in {"", "unknown"}
        )
    )
