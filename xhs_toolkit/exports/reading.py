"""Every export in a folder → the canonical tables, with what was understood and what needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.errors import ExportError, Problem
from xhs_toolkit.exports import agency_sheet, creator_center, dandelion, juguang, mediacrawler, third_party
from xhs_toolkit.exports.as_of import add_as_of
from xhs_toolkit.exports.evidence import read_hints
from xhs_toolkit.exports.layouts import Landing, Layout, Match, choose_layout, is_known_header
from xhs_toolkit.exports.meanings import read_meaning
from xhs_toolkit.exports.reconcile import adopt_note_ids, drop_repeated
from xhs_toolkit.exports.rows import Rows, blank_bad_values, find_blank, read_rows
from xhs_toolkit.exports.sheets import Sheet, find_header, list_data_files, open_file
from xhs_toolkit.exports.split import split_tables
from xhs_toolkit.exports.understood import Understood, list_files, list_headers
from xhs_toolkit.tables import TABLES, check_table

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, FileSetting

LAYOUTS: tuple[Layout, ...] = (
    *dandelion.LAYOUTS,
    *creator_center.LAYOUTS,
    *juguang.LAYOUTS,
    *mediacrawler.LAYOUTS,
    *third_party.LAYOUTS,
    *agency_sheet.LAYOUTS,
)
"""Every kind of export, the more official first: of two that fit equally well the first is taken."""

SYNTHETIC_MARKS = ("合成数据", "synthetic")


class Exports(NamedTuple):
    """What `read_exports` found.

    Attributes
    ----------
    tables : every name of `tables.TABLES` → its rows, checked, all snapshots.
    files : one row a sheet: ``file``, ``sheet``, ``kind``, ``table``, ``n_rows``, ``first_date`` and
        ``last_date`` (days in the campaign's time zone), ``columns_read`` (``曝光 → exposure; …``),
        ``columns_ignored``, ``columns_private``, ``units_assumed`` (``female_fan_share: percent; …``),
        ``n_problems``, ``needs_human``.
    problems : all that could not be read or needs a person.
    headers : one row a header: ``file``, ``sheet``, ``kind``, ``header``, ``state`` (read, ignored, private,
        duplicate), ``column``, and for medians ``scope``, ``format``, ``window_days``.
    """

    tables: dict[str, pd.DataFrame]
    files: pd.DataFrame
    problems: tuple[Problem, ...]
    headers: pd.DataFrame


class Source(NamedTuple):
    """One sheet, where it comes from, and what the campaign says about it by hand."""

    file: str
    sheet: Sheet
    setting: FileSetting | None


class SheetTables(NamedTuple):
    """What one sheet gave: rows by table, and how it was understood."""

    tables: dict[str, pd.DataFrame]
    understood: Understood


def read_exports(folder: Path, *, campaign: Campaign) -> Exports:
    """Read every export in a folder and its sub-folders.

    Parameters
    ----------
    folder : the folder with the files as exported (a campaign's ``data/``).
    campaign : its time zone, and what it says by hand about single files.

    Raises
    ------
    TableError
        A reader made rows that break the tables' rules: a fault of the toolkit, not of the files.
    """
    read = [item for path in list_data_files(folder) for item in _read_file(path, folder, campaign)]
    tables, repeated = join_tables([item.tables for item in read])
    understood = [item.understood for item in read]
    problems = [problem for sheet in understood for problem in sheet.problems]
    return Exports(
        tables,
        list_files(understood, time_zone=campaign.time_zone),
        (*problems, *repeated),
        list_headers(understood),
    )


def join_tables(parts: Sequence[dict[str, pd.DataFrame]]) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Put the rows of all sheets together, each snapshot once, and check them against the tables' rules."""
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in TABLES.items():
        frames = [part[name] for part in parts if name in part]
        joined = pd.concat(frames, ignore_index=True) if frames else table.empty()
        distinct, repeated = drop_repeated(joined, table)
        tables[name] = check_table(distinct, table)
        problems += repeated
    return {**tables, "notes": adopt_note_ids(tables["notes"])}, problems


# --------------------------------------------------------------------------------- file by file


def _read_file(path: Path, folder: Path, campaign: Campaign) -> list[SheetTables]:
    file = name_file(path, folder)
    try:
        sheets = open_file(path, within=folder)
    except ExportError as error:
        problems = error.problems or [Problem(error.message)]
        return [_refuse(file, None, [replace(problem, file=file) for problem in problems])]
    setting = find_setting(file, campaign.files)
    return [_read_sheet(Source(file, sheet, setting)) for sheet in sheets]


def name_file(path: Path, folder: Path) -> str:
    """A file's name inside the folder, with ``/`` on every system and without unprintable characters."""
    name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if mark.isprintable() else "�" for mark in name)


def find_setting(file: str, settings: Iterable[FileSetting]) -> FileSetting | None:
    """What the campaign says by hand about a file: the first setting whose pattern fits."""
    return next((setting for setting in settings if PurePosixPath(file).match(setting.file)), None)


def choose_by_hand(setting: FileSetting | None) -> dict[str, str]:
    """Header → column as the campaign says; private headers only where it allows them."""
    if setting is None:
        return {}
    return {
        header: column
        for header, column in setting.columns.items()
        if setting.read_private or not read_meaning(header).is_private
    }


# -------------------------------------------------------------------------------- sheet by sheet


@lru_cache(maxsize=20_000)
def _is_known(text: str) -> bool:
    return is_known_header(text, LAYOUTS)


def _read_sheet(source: Source) -> SheetTables:
    file, sheet, setting = source
    by_hand = choose_by_hand(setting)
    header = find_header(sheet, lambda text: text in by_hand or _is_known(text))
    if header is None:
        fix = "take the sheet out, or put one header row above the rows"
        return _refuse(file, sheet.name, [Problem("has no row that looks like a header", fix, file, sheet.name)])
    body = make_body(sheet, header.first_data_row)
    names = name_columns(header.names, body)
    layouts = [layout for layout in LAYOUTS if setting and layout.kind == setting.kind] or LAYOUTS
    match = choose_layout(names, layouts, hints=read_hints(names, body), by_hand=by_hand)
    if match.missing:
        return _refuse(file, sheet.name, [describe_misfit(match, source)], match.landings)
    rows = read_rows(body, match, file=file, sheet=sheet.name)
    synthetic = says_synthetic(sheet.cells.iloc[: header.rows[0]], sheet.name)
    return _make_tables(add_source(rows, match.layout, source, synthetic=synthetic), match.layout, source)


def make_body(sheet: Sheet, first: int) -> pd.DataFrame:
    """Cells below the header, indexed by row in the file from 1."""
    body = sheet.cells.iloc[first:]
    return body.set_axis(range(first + 1, first + 1 + len(body)), axis="index")


def name_columns(names: Sequence[str], body: pd.DataFrame) -> list[str]:
    """Headers as they are; a column without one that holds something is called by its number."""
    return [
        name or ("" if find_blank(body.iloc[:, [i]]).all() else f"(column {i + 1})") for i, name in enumerate(names)
    ]


def says_synthetic(preamble: pd.DataFrame, sheet: str | None) -> bool:
    """Whether the rows above the header or the sheet's name mark the rows as invented."""
    words = [str(cell).lower() for cell in [*preamble.to_numpy().ravel(), sheet or ""]]
    return any(mark in word for word in words for mark in SYNTHETIC_MARKS)


def describe_misfit(match: Match, source: Source) -> Problem:
    """Name the nearest kind and what is missing for it."""
    names = {**match.layout.columns, **match.layout.measures}
    needs = [" or ".join(names[column][0] for column in group[:4]) for group in match.missing]
    known = ", ".join(landing.header for landing in match.read) or "nothing"
    return Problem(
        f"fits no kind of export; the nearest is the {match.layout.title} ({match.layout.kind}), "
        f"which also needs a column for {', and for '.join(needs)}; understood were: {known}",
        "name the kind and the columns under 'files' in campaign.yaml, or take the file out",
        file=source.file,
        sheet=source.sheet.name,
    )


def _refuse(file: str, sheet: str | None, problems: Iterable[Problem], landings: Sequence[Landing] = ()) -> SheetTables:
    """A file or sheet that is not read; what was understood of its headers is kept for the user to see."""
    unread = tuple(landing._replace(state="ignored") for landing in landings)
    return SheetTables({}, Understood(file, sheet, None, unread, {}, pd.DataFrame(), tuple(problems)))


# ----------------------------------------------------------------------------- from rows to tables


def add_source(rows: Rows, layout: Layout, source: Source, *, synthetic: bool) -> Rows:
    """Add to the rows where they come from, when they were true, and what goes without saying in this layout."""
    frame, sheet, setting = rows.frame, source.sheet, source.setting
    said = {"source": layout.kind, "source_file": source.file, "source_sheet": sheet.name, **layout.constants}
    texts = {name: pd.Series(value, index=frame.index, dtype="str") for name, value in said.items()}
    marked = frame["synthetic"].fillna(True) if "synthetic" in frame else synthetic
    frame = frame.assign(**texts, synthetic=pd.Series(marked, index=frame.index, dtype="boolean"))
    frame = name_creator(frame, setting) if setting else frame
    dated = add_as_of(frame, file=source.file, created_at=sheet.created_at, modified_at=sheet.modified_at)
    return rows._replace(frame=dated, problems=[*sheet.problems, *rows.problems])


def name_creator(frame: pd.DataFrame, setting: FileSetting) -> pd.DataFrame:
    """Fill ``creator_id`` and ``creator_name`` with what the campaign says about the file."""
    given = {"creator_id": setting.creator_id, "creator_name": setting.creator_name}
    unknown = pd.Series(None, index=frame.index, dtype="str")
    return frame.assign(**{name: frame.get(name, unknown).fillna(value) for name, value in given.items() if value})


def _make_tables(rows: Rows, layout: Layout, source: Source) -> SheetTables:
    frame, problems = rows.frame, []
    for quirk in layout.quirks:
        frame, found = quirk(frame)
        problems += found
    tables, found = split_tables(frame, layout)
    problems += found
    for name in tables:
        tables[name], found = blank_bad_values(tables[name], TABLES[name])
        problems += found
    told = (*rows.problems, *_name_headers(problems, rows.landings))
    main = tables[layout.table]
    return SheetTables(
        tables, Understood(source.file, source.sheet.name, layout, rows.landings, rows.units, main, told)
    )


def _name_headers(problems: Iterable[Problem], landings: Sequence[Landing]) -> list[Problem]:
    """Problems with the file's own header in place of the canonical column."""
    headers = {landing.column: landing.header for landing in landings if landing.state == "read"}
    return [replace(problem, column=headers.get(problem.column, problem.column)) for problem in problems]
