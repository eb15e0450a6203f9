"""How one file was understood, written as the lines of campaign.yaml that would say so by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from xhs_toolkit.exports.by_hand import find_setting
from xhs_toolkit.exports.interpret import Reading, Source, guess_header, interpret, is_prose, list_missing, match_sheet
from xhs_toolkit.exports.layouts import Landing, Layout
from xhs_toolkit.exports.reading import LAYOUTS, is_known, list_sheet_tables
from xhs_toolkit.exports.sheets import Sheet, open_file
from xhs_toolkit.exports.sources import name_file
from xhs_toolkit.tables import TABLES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

HELPERS = ("note_link", "creator_link")
"""Columns of no table that a header may be mapped to: the id is taken out of the link."""
HIDDEN = {"source", "source_file", "source_sheet", "source_row", "synthetic", "as_of_source", "lower_bounds"}
"""Columns that the toolkit fills itself."""


def explain_file(path: Path, *, campaign: Campaign) -> str:
    """Return the ``files`` setting that says by hand what was understood of a file, to start from.

    Columns that were understood stand as they landed; those that were not stand behind a ``#``, to be filled in. What
    the kind still misses and which columns are free is said in comments. The text is valid YAML.

    Parameters
    ----------
    path : a file in the campaign's ``data/``, or anywhere else.
    campaign : its own settings for the file are taken into account.

    Raises
    ------
    ExportError
        The file cannot be opened.
    """
    folder = campaign.data_folder
    inside = path.resolve().is_relative_to(folder.resolve())
    file = name_file(path.resolve(), folder.resolve()) if inside else path.name
    setting = find_setting(file, campaign.files)
    sheets = list_sheet_tables(open_file(path, within=folder if inside else None), setting)
    filled = [sheet for sheet in sheets if sheet.cells.size]
    tables = [sheet for sheet in filled if not is_prose(sheet)] or filled
    lines = [line for sheet in tables for line in _explain_sheet(Source(file, sheet, setting), n_sheets=len(tables))]
    return "\n".join(lines)


def _explain_sheet(source: Source, *, n_sheets: int) -> Iterator[str]:
    sheet = source.sheet
    found = interpret(source, LAYOUTS, known=is_known)
    reading = found or match_sheet(source, guess_header(sheet), LAYOUTS)
    place = f"{source.file}, sheet {sheet.name}" if n_sheets > 1 else source.file
    yield from (f"# {_one_line(text)}" for text in _describe(place, sheet, reading, is_known_kind=found is not None))
    yield from _write_setting(source.file, reading, is_known_kind=found is not None)


def _describe(place: str, sheet: Sheet, reading: Reading, *, is_known_kind: bool) -> Iterator[str]:
    match = reading.match
    n_rows = f"{len(reading.body):,} row" + ("" if len(reading.body) == 1 else "s")
    if not is_known_kind:
        yield f"{place}: {n_rows}; no header was understood, so that no kind is near."
        yield "Name the kind: " + ", ".join(f"{layout.kind} ({layout.title})" for layout in LAYOUTS) + "."
        return
    kind = f"{match.layout.title} ({match.layout.kind})"
    if not match.missing:
        yield f"{place}: {n_rows}, read as {kind}."
    else:
        yield f"{place}: {n_rows}; fits no kind, the nearest is the {kind}."
        yield f"Still missing: a column for {', and for '.join(list_missing(match))}."
    yield "Columns that are free: " + ", ".join(_list_free(match.layout, match.read)) + "."


def _list_free(layout: Layout, taken: Sequence[Landing]) -> list[str]:
    known = [column.name for table in (layout.table, *layout.also) for column in TABLES[table]]
    helpers = [name for name in HELPERS if name in layout.columns]
    used = {landing.column for landing in taken} | HIDDEN
    return [name for name in dict.fromkeys([*known, *helpers]) if name not in used]


def _write_setting(file: str, reading: Reading, *, is_known_kind: bool) -> Iterator[str]:
    yield "files:"
    yield f"  - file: {quote(_escape_pattern(file))}"
    yield f"    kind: {reading.match.layout.kind}" if is_known_kind else "    # kind:"
    lines = [_write_column(landing) for landing in reading.match.landings if landing.header]
    yield "    columns:" if any(not line.startswith("#") for line in lines) else "    # columns:"
    yield from (f"      {line}" for line in lines)
    if any(landing.state == "private" for landing in reading.match.landings):
        yield "    # read_private: yes"


def _write_column(landing: Landing) -> str:
    header = quote(landing.header)
    if landing.state == "read" and landing.group is None and _is_settable(str(landing.column)):
        return f"{header}: {landing.column}"
    if landing.state == "read":
        group = ", ".join(str(part) for part in landing.group or () if part)
        return f"# {header} is read as {landing.column}" + (f" ({group})" if group else "") + " by itself"
    said = {"private": "  # private: left out", "duplicate": f"  # {landing.column} is taken from another column"}
    return f"# {header}:{said.get(landing.state, '')}"


def _is_settable(column: str) -> bool:
    return column in HELPERS or any(column == known.name for table in TABLES.values() for known in table)


def quote(text: str) -> str:
    """A text as one YAML scalar on one line.

    >>> quote("曝光: 总"), quote("点赞"), quote("123")
    ("'曝光: 总'", '点赞', "'123'")
    """
    return yaml.safe_dump(_one_line(text), allow_unicode=True, width=10_000).removesuffix("\n...\n").strip()


def _one_line(text: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _escape_pattern(file: str) -> str:
    """A file name as a pattern: no mark of it is taken for another, and a colon for any one mark."""
    return re.sub(r"([\[*?])", r"[\1]", file).replace(":", "?")
