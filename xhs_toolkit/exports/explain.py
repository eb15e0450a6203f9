"""How one file was understood, written as the lines of campaign.yaml that would say so by hand."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import yaml

from xhs_toolkit.bundled import read_bundled_yaml
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.hand_kept import Hand, list_hands, make_answers
from xhs_toolkit.exports.hand_posts import read_hand
from xhs_toolkit.exports.interpret import (
    Reading,
    Source,
    find_setting,
    guess_header,
    interpret,
    is_prose,
    list_missing,
    match_sheet,
)
from xhs_toolkit.exports.kinds import list_layouts, list_own_kinds
from xhs_toolkit.exports.layouts import ColumnMapping, Layout
from xhs_toolkit.exports.reading import Exports, list_sheet_tables, read_exports
from xhs_toolkit.exports.sheets import open_file
from xhs_toolkit.exports.split import name_file
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
    layouts = list_layouts(campaign.agency.folder)
    sources = [Source(file, sheet, setting, layouts) for sheet in open_file(path, within=folder if inside else None)]
    filled = [source for source in sources if source.sheet.cells.size]
    tables = [source for source in filled if not is_prose(source.sheet)] or filled
    explained = [one for source in tables for one in _explain(source, path, campaign, n_sheets=len(tables))]
    comments = [f"# {_one_line(text)}" for one in explained for text in one.comments]
    answers = [text for one in explained for text in one.answers]
    return "\n".join([*comments, *_write_setting(file, explained), *_write_answers(answers)])


def check_own_kinds(campaign: Campaign) -> list[Problem]:
    """Read the example of each of the agency's own kinds, and report where something else comes of it."""
    return [
        replace(problem, file=f"{path.parent.name}/{path.name}")
        for path in list_own_kinds(campaign.agency.folder)
        for problem in check_example(path, campaign=campaign)
    ]


def check_example(path: Path, *, campaign: Campaign) -> list[Problem]:
    """Read the example row of a kind of export, and report what its ``reads`` does not say of it."""
    said = read_bundled_yaml(path)
    with TemporaryDirectory() as folder:
        with Path(folder, "example.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(said["example"]), list(said["example"].values())])
        exports = read_exports(Path(folder), campaign=campaign.model_copy(update={"files": ()}))
    kind = exports.files["kind"].iloc[0]
    if kind != said["kind"]:
        why = exports.problems[0].what if exports.problems else "another kind fits better"
        return [Problem(f"its example is read as {kind or 'nothing'}: {why}", "see required", column="example")]
    found = ((place, _find_values(exports, place), value) for place, value in said["reads"].items())
    return [
        Problem(f"gives {', '.join(map(str, values)) or 'nothing'} and not {value}", "correct it", column=place)
        for place, values, value in found
        if not any(each == value or _is_close(each, value) for each in values)
    ]


def _is_close(one: object, other: object) -> bool:
    return isinstance(one, float | int) and isinstance(other, float | int) and math.isclose(one, other, rel_tol=1e-6)


def _find_values(exports: Exports, place: str) -> list[object]:
    """The values of ``table.column`` over all rows; a figure of the client's by its name."""
    table, _, column = place.partition(".")
    rows = exports.tables.get(table, pd.DataFrame())
    if column in rows:
        values = rows[column]
    else:
        values = rows.loc[rows["metric"].eq(column), "value"] if "metric" in rows else pd.Series(dtype=object)
    return [value.isoformat() if isinstance(value, pd.Timestamp) else value for value in values.dropna()]


class Explained(NamedTuple):
    """One table of a file: what is said about it, its kind where it is known, and where its headers land."""

    place: str
    comments: tuple[str, ...]
    kind: str | None
    mappings: tuple[ColumnMapping, ...]
    answers: tuple[str, ...] = ()


def _explain(source: Source, path: Path, campaign: Campaign, *, n_sheets: int) -> list[Explained]:
    """Every table of a sheet: as people keep it, else as a machine's export."""
    hands = list_hands(source, path, make_answers(campaign, source.setting))
    if hands:
        return [_explain_hand(hand, source._replace(sheet=hand.sheet), campaign) for hand in hands]
    parts = list_sheet_tables(source)
    return [_explain_sheet(source._replace(sheet=sheet), n_sheets=max(n_sheets, len(parts))) for sheet in parts]


def _explain_hand(hand: Hand, source: Source, campaign: Campaign) -> Explained:
    """A sheet kept by hand: what its columns were taken for, and its questions with the answers proposed."""
    rows, layout = read_hand(hand, source, campaign)
    place = f"{source.file}, sheet {source.sheet.name}" if source.sheet.name else source.file
    asked = [f"{problem}" for problem in rows.problems if problem.topic]
    free = _list_free(layout, [mapping for mapping in rows.mappings if mapping.state == "read"])
    comments = (
        f"{place}: {len(rows.frame):,} rows, read as {layout.title} ({layout.kind}), kept by hand.",
        *asked,
        "Columns that are free: " + ", ".join(free) + ".",
    )
    answers = tuple(problem.teaches for problem in rows.problems if problem.teaches)
    return Explained(place, comments, layout.kind, rows.mappings, answers)


def _explain_sheet(source: Source, *, n_sheets: int) -> Explained:
    sheet = source.sheet
    found = interpret(source)
    reading = found or match_sheet(source, guess_header(sheet))
    place = f"{source.file}, sheet {sheet.name}" if n_sheets > 1 and sheet.name else source.file
    place += f", from row {sheet.first_row + 1}" if sheet.first_row else ""
    comments = tuple(_describe(place, source, reading, is_known_kind=found is not None))
    return Explained(place, comments, reading.match.layout.kind if found else None, reading.match.mappings)


def _describe(place: str, source: Source, reading: Reading, *, is_known_kind: bool) -> Iterator[str]:
    match = reading.match
    n_rows = f"{len(reading.body):,} row" + ("" if len(reading.body) == 1 else "s")
    if not is_known_kind:
        yield f"{place}: {n_rows}; no header was understood, so that no kind is near."
        yield "Name the kind: " + ", ".join(f"{layout.kind} ({layout.title})" for layout in source.layouts) + "."
        return
    kind = f"{match.layout.title} ({match.layout.kind})"
    if not match.missing:
        yield f"{place}: {n_rows}, read as {kind}."
    else:
        yield f"{place}: {n_rows}; fits no kind, the nearest is the {kind}."
        yield f"Still missing: a column for {', and for '.join(list_missing(match))}."
    yield "Columns that are free: " + ", ".join(_list_free(match.layout, match.read)) + "."


def _list_free(layout: Layout, taken: Sequence[ColumnMapping]) -> list[str]:
    known = [column.name for table in (layout.table, *layout.also) for column in TABLES[table]]
    helpers = [name for name in HELPERS if name in layout.columns]
    used = {mapping.column for mapping in taken} | HIDDEN
    return [name for name in dict.fromkeys([*known, *helpers]) if name not in used]


def _write_setting(file: str, tables: Sequence[Explained]) -> Iterator[str]:
    """One setting for the file; where its tables are of different kinds, each keeps its own and nothing is forced."""
    kinds = list(dict.fromkeys(table.kind for table in tables))
    is_one_kind = len(kinds) == 1 and kinds[0] is not None
    yield "files:"
    pattern = re.sub(r"([\[*?])", r"[\1]", file).replace(":", "?")
    yield f"  - file: {quote(pattern)}"
    if is_one_kind:
        yield f"    kind: {kinds[0]}"
    else:
        known = [kind for kind in kinds if kind]
        yield "    # kind:" + (f"  # each table has its own: {', '.join(known)}" if known else "")
    lines = list(_write_columns(tables, is_one_kind=is_one_kind))
    yield "    columns:" if any(not line.startswith("#") for line in lines) else "    # columns:"
    yield from (f"      {line}" for line in lines)
    if any(mapping.state == "private" for table in tables for mapping in table.mappings):
        yield "    # read_private: yes"


def _write_answers(answers: Sequence[str]) -> Iterator[str]:
    """The answers proposed to the questions of a file, for a person to correct before they are taken."""
    told: dict[str, dict[str, object]] = {}
    for answer in answers:
        for part, said in yaml.safe_load(answer).items():
            told.setdefault(part, {}).update(said)
    if told:
        yield "# Answers proposed: correct them, and put them into campaign.yaml or agency.yaml for all sheets to come."
        text = yaml.safe_dump({"taught": told}, allow_unicode=True, sort_keys=False, width=10_000)
        yield from (f"# {line}" for line in text.splitlines())


def _write_columns(tables: Sequence[Explained], *, is_one_kind: bool) -> Iterator[str]:
    """One line a header of the file."""
    seen = set[str]()
    for table in tables:
        if len(tables) > 1:
            yield f"# {_one_line(table.place)}"
        for mapping in table.mappings:
            if mapping.header and mapping.header not in seen:
                seen.add(mapping.header)
                yield _write_column(mapping, is_set=is_one_kind or len(tables) == 1)


def _write_column(mapping: ColumnMapping, *, is_set: bool) -> str:
    header = quote(mapping.header)
    if mapping.state == "read" and mapping.group is None and is_set and _is_settable(str(mapping.column)):
        return f"{header}: {mapping.column}"
    if mapping.state == "read":
        group = ", ".join(str(part) for part in mapping.group or () if part)
        return f"# {header} is read as {mapping.column}" + (f" ({group})" if group else "") + " by itself"
    said = {"private": "  # private: left out", "duplicate": f"  # {mapping.column} is taken from another column"}
    return f"# {header}:{said.get(mapping.state, '')}"


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
