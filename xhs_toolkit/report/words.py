"""Finished words of an outline in one language: the same sentences on the page, in the deck and in the workbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.currency import find_currency, name_for_client
from xhs_toolkit.present.style import format_value, read_language
from xhs_toolkit.present.tables import is_number_column, make_display_table, name_themes, pick_rows
from xhs_toolkit.present.wording import label, list_codes, say
from xhs_toolkit.report.run import find_made_at, is_synthetic, read_table

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.report.outline import Outline


NAMES = ("creator_name", "title")


def make_headline(block: Block, run_folder: Path) -> Finding | None:
    """Return what a table or picture shows, as a finding; None where nothing can be said in one line."""
    if "headline" in block:
        return Finding(block["headline"]["code"], block["headline"]["values"])
    if block["kind"] == "table":
        return _name_best(read_table(run_folder, block["file"]), block["columns"])
    return None


def _name_best(frame: pd.DataFrame, columns: list[str]) -> Finding | None:
    """Of a table of notes or creators: who has most of what it is sorted by."""
    name = next((name for name in NAMES if name in columns), None)
    numbers = [column for column in columns if pd.api.types.is_float_dtype(frame[column])]
    sorted_by = [column for column in numbers if _is_sorted(frame[column])]
    if name is None or not sorted_by or not isinstance(frame[name].iloc[0], str):
        return None
    metric = sorted_by[0]
    if metric.endswith("_cny"):
        n_creators = int(frame[name].nunique())
        return Finding("headline.creators", {"n_creators": n_creators, "cost_cny": float(frame[metric].sum())})
    return Finding("headline.best_row", {"x": frame[name].iloc[0], "metric": metric, "value": float(frame[metric][0])})


def _is_sorted(values: pd.Series) -> bool:
    return len(values) > 1 and values.notna().iloc[0] and bool(values.dropna().is_monotonic_decreasing)


Block = Mapping[str, Any]
MEANING = "meaning."


def say_code(code: str, language: str, **values: object) -> str:
    """Say a sentence that needs no finding."""
    return say(Finding(code, values), language=language)


def say_finding(finding: Finding | Block, block: Block, language: str) -> str:
    """Say a finding, with themes named in the reader's language."""
    code, values = (
        (finding.code, finding.values) if isinstance(finding, Finding) else (finding["code"], finding["values"])  # noqa: PD011 (no frame)
    )
    names = names_of(block, language)
    named = {name: names.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    return say(Finding(code, named), language=language)


def say_headline(block: Block, run_folder: Path, language: str) -> str:
    """The headline of a table or picture; else the title of the picture, and empty for a table without one."""
    finding = make_headline(block, run_folder) or block.get("title")
    return say_finding(finding, block, language) if finding else ""


def names_of(block: Block, language: str) -> Mapping[str, str]:
    """Themes of a block's step → what they are called in a language."""
    return block.get("names", {}).get(language, {})


class ShownTable(NamedTuple):
    """A table in words: header, which columns are numbers, rows, and how many rows the whole table has."""

    header: list[str]
    is_number: list[bool]
    rows: list[list[str]]
    n_rows: int


def show_table(
    block: Block, run_folder: Path, *, language: str, n_rows: int | None = None, beside: bool = True
) -> ShownTable:
    """Return a table block's first rows in words; a column without any value is left out."""
    whole = read_table(run_folder, block["file"])
    rows = pick_rows(whole, n_rows) if n_rows else whole.head(block["n_shown"])
    frame = name_themes(rows, names=names_of(block, language))
    columns = [name for name in block["columns"] if frame[name].notna().any()]
    shown = make_display_table(frame, columns=columns, language=language, beside=beside)
    return ShownTable(
        [label(name, language=language) for name in columns],
        [is_number_column(frame, name) for name in columns],
        [list(row) for row in shown.itertuples(index=False, name=None)],
        len(whole),
    )


class Head(NamedTuple):
    """What stands at the head of the page and on the first slide; `stage` is what kind of report it is."""

    client: str
    name: str
    stage: str
    window: str
    facts: list[tuple[str, str]]
    warning: str


def show_head(run_folder: Path, *, campaign: Campaign, stage: str, language: str) -> Head:
    """Return the head: client, campaign, stage, window, date and agency, and the warning on synthetic data."""
    synthetic = is_synthetic(run_folder, declared=campaign.synthetic)
    day = find_made_at(run_folder).astimezone(ZoneInfo(campaign.time_zone))
    facts = [(say_code("report.made", language), format_value("made_at", day, language=language))]
    if campaign.agency.name:
        facts.append((say_code("report.agency", language), campaign.agency.name))
    warning = say_code("report.synthetic", language) if synthetic else ""
    title, window = say_code(f"report.title.{stage}", language), _write_window(campaign, language)
    return Head(*campaign.called(language), title, window, facts, warning)


def _write_window(campaign: Campaign, language: str) -> str:
    ends = [day for day in (campaign.window.start, campaign.window.end) if day]
    if not ends:
        return say_code("report.whole_data", language)
    return " – ".join(format_value("window_date", day, language=language) for day in ends)


# -------------------------------------------------------------------------------------- glossary


class Entry(NamedTuple):
    """A term: its name in the reader's language, in the other one, what it means, and an amount's currencies."""

    column: str
    term: str
    other: str
    meaning: str
    unit: str


def make_glossary(columns: list[str], *, language: str, but: Collection[str] = ()) -> list[Entry]:
    """Return the terms that occur and whose meaning is known in the language, each once.

    Parameters
    ----------
    columns : names of columns shown, in order.
    but : names that are defined already (`define_terms`).
    """
    other = next(each for each in list_languages() if each != language)
    entries = []
    for name in dict.fromkeys(columns):
        meaning = _find_meaning(name, language)
        if meaning and name.removesuffix("_cny") not in but:
            shown = name_for_client(name)
            unit = ", ".join(dict.fromkeys(filter(None, map(find_currency, (shown, name)))))
            entries.append(Entry(name, label(name, language=language), label(name, language=other), meaning, unit))
    return entries


DEFINE = "define."


def define_terms(outline: Outline, language: str) -> dict[str, tuple[str, str]]:
    """Return the words that the run defines: name → term and meaning, as its sentence parts them at the colon."""
    blocks = outline.list_blocks("definition")
    said = {block["code"].removeprefix(DEFINE): say_finding(block, block, language) for block in blocks}
    return {name: _split_definition(text) for name, text in said.items()}


def _split_definition(text: str) -> tuple[str, str]:
    """The term and its meaning, which begins with a capital.

    >>> _split_definition("Views 阅读: times a note was opened.")
    ('Views 阅读', 'Times a note was opened.')
    """
    term, _, meaning = text.partition("：") if "：" in text else text.partition(":")
    meaning = meaning.strip()
    return (term, meaning[:1].upper() + meaning[1:]) if meaning else ("", text)


def split_remark(cell: str) -> tuple[str, str]:
    """Part a figure from what stands in brackets after it.

    >>> split_remark("¥0.19 (¥0.12–¥0.29)"), split_remark("906,027")
    (('¥0.19', '¥0.12–¥0.29'), ('906,027', ''))
    """
    figure, bracket, rest = cell.partition(" (")
    return (figure, rest.removesuffix(")")) if bracket and figure[:1].strip() else (cell, "")


def write_alternative(name: str, told: str, *, language: str) -> str:
    """Return the text alternative of a strip: what it is of, and its figure.

    >>> write_alternative("KOC", "¥0.06", language="zh")
    'KOC：¥0.06'
    """
    return read_language(language).named.format(name=name, told=told)


def _find_meaning(name: str, language: str) -> str:
    return say_code(MEANING + name, language) if MEANING + name in _known_codes() else ""


@cache
def _known_codes() -> frozenset[str]:
    return frozenset(list_codes())


def list_columns(blocks: Sequence[Block]) -> list[str]:
    """Names of the columns that the tables among the blocks show."""
    return list(dict.fromkeys(name for block in blocks if block["kind"] == "table" for name in block["columns"]))
