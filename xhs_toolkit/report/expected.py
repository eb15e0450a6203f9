"""What the finished files should say, made again from the run's pages and tables.

A figure in a sentence, a cell or a chart of a finished file is right when the pages and tables of the run say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from xhs_toolkit.present.tables import make_display_table, name_themes
from xhs_toolkit.report.chartdata import describe_chart
from xhs_toolkit.report.native import Chart, Series
from xhs_toolkit.report.outline import Block, Outline
from xhs_toolkit.report.run import find_made_at, read_table
from xhs_toolkit.report.scorecard import make_scorecard, summarise_scores
from xhs_toolkit.report.slides import list_marks, slide_text
from xhs_toolkit.report.strips import STRIPPED, make_scale
from xhs_toolkit.report.words import (
    Head,
    define_terms,
    list_columns,
    make_glossary,
    say_code,
    say_finding,
    say_headline,
    show_head,
    show_score,
    split_remark,
    write_alternative,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:%|万|亿)?")
ALIKE = 70
"""Likeness from which a sentence is taken for a changed version of another, of 100 (rapidfuzz's ratio; chosen so
that a sentence with a few words changed is found, and two different sentences are not)."""


class Expected(NamedTuple):
    """What a file in one language should say: whole sentences, the texts of cells, and the figures of charts."""

    sentences: dict[str, list[str]]
    cells: frozenset[str]
    figures: frozenset[str]

    def find_stale(self, text: str) -> list[str]:
        """Return the numbers of a sentence that the run does not say.

        A sentence that was changed by hand is held against the one it was made from.
        """
        numbers = NUMBER.findall(text)
        if not numbers or text in self.sentences:
            return []
        source = process.extractOne(text, self.sentences.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        known = set(self.sentences[source[0]]) if source else {n for each in self.sentences.values() for n in each}
        return [number for number in numbers if number not in known]


def round_figure(value: float) -> str:
    """A figure as charts and cells are compared: eight digits."""
    return f"{value:.8g}"


def make_expected(
    outline: Outline, run_folder: Path, *, campaign: Campaign, language: str, synthetic: bool
) -> Expected:
    """Say again what the finished files of a run should say in a language."""
    texts = {
        *_say_head(
            show_head(campaign, language=language, synthetic=synthetic, made_at=find_made_at(run_folder)), language
        ),
        *_say_scores(outline, campaign, language),
        *_say_blocks(outline, run_folder, language),
        *(word for pair in define_terms(outline, language).values() for word in pair),
        *(
            word
            for entry in make_glossary(list_columns(outline.list_blocks("table")), language=language)
            for word in entry
        ),
    }
    tables = outline.list_blocks("table")
    cells = {cell for block in tables for cell in _show_cells(block, run_folder, language)}
    charts = [describe_chart(block, run_folder, language=language) for block in outline.list_blocks("picture")]
    drawn = [chart for chart in charts if chart]
    cells |= {word for chart in drawn for word in _list_words(chart, language)}
    numbers = [value for chart in drawn for series in chart.series for value in (*series.numbers, *series.x)]
    numbers += [count_days(day) for chart in drawn for day in chart.days]
    lengths = [_measure(series) for chart in drawn for series in chart.series]
    figures = {
        round_figure(value) for value in (*numbers, *(each for more in lengths for each in more)) if value is not None
    }
    marks = list_marks("next", len(outline.list_blocks("next")))
    sentences: dict[str, list[str]] = {mark: [] for mark in marks}  # right alone on a slide, no figure of any sentence
    sentences |= {text: NUMBER.findall(text) for text in texts if text}
    return Expected(sentences, frozenset(cells), frozenset(figures))


def count_days(day: date) -> float:
    """A day as the sheet behind a chart counts it.

    >>> count_days(date(2026, 4, 15))
    46127.0
    """
    return float((day - date(1899, 12, 30)).days)


def _list_words(chart: Chart, language: str) -> Iterator[str]:
    yield from chart.categories
    yield from (chart.x_title, chart.y_title)
    for series in chart.series:
        yield from (series.name, *series.labels)
    for row in chart.rows:
        yield from (row.head, row.name, row.about, row.told, row.remark)
    if chart.kind in STRIPPED:
        yield from (words for _, words in make_scale(chart, language=language).ticks)


def _measure(series: Series) -> list[float]:
    """Lengths of the error bars of a series."""
    return [
        abs(end - middle)
        for ends in (series.low, series.high)
        for middle, end in zip(series.numbers, ends, strict=False)
        if middle is not None and end is not None
    ]


def _say_head(head: Head, language: str) -> Iterator[str]:
    yield from (head.client, head.name, head.title, head.warning)
    yield from (fact for pair in head.facts for fact in pair)
    yield " · ".join(f"{name} {fact}" for name, fact in head.facts)
    yield " · ".join(part for part in (head.client, head.name, head.warning) if part)
    yield " · ".join((head.client, head.name, head.title))
    for code in ("headline.method", "headline.glossary", "part.learned", "part.actions", "part.glossary"):
        yield say_code(code, language)


def _say_scores(outline: Outline, campaign: Campaign, language: str) -> Iterator[str]:
    if outline.lead is None:
        return
    yield say_finding(outline.lead, outline.lead, language)
    scores = make_scorecard(outline.lead["values"], targets=campaign.targets)
    verdict = summarise_scores(scores)
    if verdict:
        yield say_finding(verdict, {}, language)
    for score in scores:
        shown = show_score(score, language=language)
        yield from (shown.name, shown.value, shown.detail, shown.target, shown.verdict)
        yield from (f"{mark} {shown.verdict}" for mark in "●○")
        yield write_alternative(shown.name, f"{shown.value}; {shown.target}", language=language)


def _say_blocks(outline: Outline, run_folder: Path, language: str) -> Iterator[str]:
    for part in outline.parts:
        yield say_code(f"part.{part.name}", language)
        for section in part.sections:
            yield from (say_code(code, language) for code in (section.code,) if code)
            yield from (say_code(f"step.{step}", language) for step in (section.step,) if step)
    for block in outline.list_blocks():
        if "code" in block:
            yield say_finding(block, block, language)
            continue
        yield say_finding(block["caption" if block["kind"] == "table" else "alt"], block, language)
        yield say_headline(block, run_folder, language)
        chart = describe_chart(block, run_folder, language=language) if block["kind"] == "picture" else None
        if chart:
            yield say_finding(chart.about, block, language)
            yield from (write_alternative(row.name, row.told, language=language) for row in chart.rows)


def _show_cells(block: Block, run_folder: Path, language: str) -> Iterator[str]:
    frame = name_themes(read_table(run_folder, block["file"]), names=block["names"].get(language, {}))
    shown = make_display_table(frame.head(block["n_shown"]), columns=block["columns"], language=language)
    yield from shown.columns
    for column in range(shown.shape[1]):
        yield from shown.iloc[:, column]
        yield from map(slide_text, shown.iloc[:, column])
        yield from (part for cell in shown.iloc[:, column] for part in split_remark(cell))


def compare_sheet(rows: list[list[object]], frame: pd.DataFrame) -> list[tuple[int, str]]:
    """Return the cells of a sheet whose number is not the table's: row as Excel counts it, column name.

    Parameters
    ----------
    rows : the sheet: labels, names of the codebook, then one row a row of the table.
    frame : the table of the run.
    """
    names = [str(name) for name in rows[1]] if len(rows) > 1 else []
    if len(rows) != len(frame) + 2 or set(names) != set(frame.columns):
        return [(1, f"{max(len(rows) - 2, 0)} rows, the table has {len(frame)}")]
    stale = []
    for number, name in enumerate(names):
        if pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name]):
            shown = pd.to_numeric(pd.Series([row[number] for row in rows[2:]], dtype=object), errors="coerce")
            stored = frame[name].astype(float).reset_index(drop=True)
            differs = ~((shown - stored).abs().le(1e-9 * stored.abs() + 1e-12) | (shown.isna() & stored.isna()))
            stale += [(int(row) + 3, name) for row in differs[differs].index]
    return stale
