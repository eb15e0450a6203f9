"""Every export in a folder → the canonical tables, with what was understood and what needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.errors import ExportError, Problem
from xhs_toolkit.exports import (
    agency_notes,
    agency_sheet,
    client_files,
    creator_center,
    dandelion,
    juguang,
    mediacrawler,
    seeding,
    third_party,
)
from xhs_toolkit.exports.ads import compare_levels
from xhs_toolkit.exports.blocks import split_sheet
from xhs_toolkit.exports.by_hand import (
    check_columns,
    check_headers,
    check_settings,
    choose_by_hand,
    choose_layouts,
    find_setting,
)
from xhs_toolkit.exports.identity import adopt_creator_ids, adopt_note_ids
from xhs_toolkit.exports.interpret import (
    Reading,
    Source,
    describe_misfit,
    describe_unknown,
    describe_unread,
    find_lost,
    has_prose_name,
    interpret,
    is_prose,
)
from xhs_toolkit.exports.layouts import Landing, Layout, choose_layout, is_known_header
from xhs_toolkit.exports.ledger import compare_money, report_differences
from xhs_toolkit.exports.organic import check_organic
from xhs_toolkit.exports.platforms import (
    LINK_COLUMNS,
    SAMPLE,
    describe_other_platform,
    drop_other_platforms,
    name_other_platform,
)
from xhs_toolkit.exports.repeats import Part, join_parts
from xhs_toolkit.exports.rows import Rows, blank_bad_values, read_rows
from xhs_toolkit.exports.sheets import Sheet, list_data_files, open_file
from xhs_toolkit.exports.sources import add_source, name_file, says_synthetic
from xhs_toolkit.exports.split import split_tables
from xhs_toolkit.exports.totals import compare_totals
from xhs_toolkit.exports.understood import Understood, list_files, list_headers
from xhs_toolkit.tables import TABLES, check_table

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, FileSetting

MAX_OF_A_SORT = 25
"""Problems of one sort in one column of a sheet that are told one by one."""
LAYOUTS: tuple[Layout, ...] = (
    *dandelion.LAYOUTS,
    *creator_center.LAYOUTS,
    *juguang.LAYOUTS,
    *mediacrawler.LAYOUTS,
    *client_files.LAYOUTS,
    *agency_sheet.LAYOUTS,
    *third_party.LAYOUTS,
    *seeding.LAYOUTS,
    *agency_notes.LAYOUTS,
)
"""Every kind of export, the more official first: of two that fit equally well the first is taken."""


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


class SheetTables(NamedTuple):
    """What one sheet gave: rows by table, how it was understood, and the newest moment its figures were true."""

    tables: dict[str, pd.DataFrame]
    understood: Understood
    as_of: pd.Timestamp | None = None


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
    paths = list_data_files(folder)
    read = [item for path in paths for item in read_file(path, folder, campaign)]
    tables, joined = join_tables(read, currency=campaign.outcomes.currency)
    understood = [item.understood for item in read]
    settings = check_settings(campaign.files, LAYOUTS, files=[name_file(path, folder) for path in paths])
    problems = [problem for sheet in understood for problem in sheet.problems]
    return Exports(
        tables,
        list_files(understood, time_zone=campaign.time_zone),
        (*settings, *problems, *joined, *check_tables(tables)),
        list_headers(understood),
    )


def join_tables(
    sheets: Sequence[SheetTables], *, currency: str | None = None
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Put the rows of all sheets together, each snapshot once, and check them against the tables' rules."""
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in TABLES.items():
        parts = [Part(sheet.tables[name], sheet.as_of) for sheet in sheets if name in sheet.tables]
        distinct, found = join_parts(parts, table)
        tables[name] = check_table(distinct, table)
        problems += found
    named, unclear = adopt_creator_ids({**tables, "notes": adopt_note_ids(tables["notes"])})
    outcomes, strange = client_files.fill_from_codes(named["outcomes"], named["codes"])
    outcomes, untold = client_files.fill_currency(outcomes, currency)
    return {**named, "outcomes": outcomes}, [*problems, *unclear, *strange, *untold]


def check_tables(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """What the files say against each other: spend at two levels, fees that do not tie, more promoted than shown."""
    return [
        *compare_levels(tables["ad_days"]),
        *report_differences(compare_money(tables)),
        *check_organic(tables["notes"], ad_days=tables["ad_days"]),
    ]


# --------------------------------------------------------------------------------- file by file


def read_file(path: Path, folder: Path, campaign: Campaign) -> list[SheetTables]:
    """Read one file of a folder, sheet by sheet; what cannot be read is a problem of its sheet, never an error."""
    file = name_file(path, folder)
    try:
        sheets = open_file(path, within=folder)
    except ExportError as error:
        problems = error.problems or [Problem(error.message)]
        return [_refuse(file, None, [replace(problem, file=file) for problem in problems])]
    setting = find_setting(file, campaign.files)
    tables = list_sheet_tables(sheets, setting)
    read = [_read_sheet(Source(file, sheet, setting), alone=len(sheets) == 1) for sheet in tables]
    headers = [landing.header for item in read for landing in item.understood.landings]
    lost = check_headers(setting, headers) if headers else []
    first = read[0].understood
    return [read[0]._replace(understood=first._replace(problems=(*lost, *first.problems))), *read[1:]]


def list_sheet_tables(sheets: Iterable[Sheet], setting: FileSetting | None) -> list[Sheet]:
    """The tables of all sheets of a file, each as a sheet of its own."""
    by_hand = choose_by_hand(setting)
    layouts = choose_layouts(setting, LAYOUTS)

    def known(text: str) -> bool:
        return text in by_hand or is_known(text)

    def is_whole(names: Sequence[str]) -> bool:
        return not choose_layout(names, layouts).missing

    return [table for sheet in sheets for table in split_sheet(sheet, known, is_whole)]


# -------------------------------------------------------------------------------- sheet by sheet


@lru_cache(maxsize=20_000)
def is_known(text: str) -> bool:
    """Whether a header text means something to any kind of export."""
    return is_known_header(text, LAYOUTS)


def _read_sheet(source: Source, *, alone: bool) -> SheetTables:
    """Read one sheet; `alone` where the file has no other that could hold the rows."""
    file, sheet, setting = source
    reading = interpret(source, LAYOUTS, known=is_known)
    if reading is None or (fault := find_fault(reading, source)):
        if not alone and (has_prose_name(sheet) or (reading is None and is_prose(sheet))):
            return _pass_over(file, sheet)
        told = fault if reading and fault else describe_unknown(source)
        return _refuse(file, sheet.name, [*sheet.problems, told], reading.match.landings if reading else ())
    unread = describe_unread(reading.preamble, source)
    rows = read_rows(reading.body, reading.match, file=file, sheet=sheet.name, merged=sheet.merged)
    match = find_lost(reading.match, rows.landings)
    if match.missing:
        return _refuse(file, sheet.name, [*rows.problems, describe_misfit(match, source)], match.landings)
    by_hand = check_columns(setting, match.landings, match.layout)
    sums = compare_totals(rows, match.layout, file=file, sheet=sheet.name)
    rows = rows._replace(problems=[*by_hand, *unread, *rows.problems, *sums])
    synthetic = says_synthetic(reading.preamble, sheet)
    return _make_tables(add_source(rows, match.layout, source, synthetic=synthetic), match.layout, source)


def find_fault(reading: Reading, source: Source) -> Problem | None:
    """Why a sheet whose header is known is not read: it fits no kind, or is of another platform."""
    if reading.match.missing:
        return describe_misfit(reading.match, source)
    layout = reading.match.layout
    if layout in client_files.LAYOUTS or (source.setting and source.setting.kind):
        return None
    above = [str(cell) for cell in reading.preamble.to_numpy().ravel() if isinstance(cell, str)]
    titles = [source.sheet.name or "", PurePath(source.file).stem, *above]
    places = [landing.position for landing in reading.match.read if landing.column in LINK_COLUMNS]
    links = reading.body.iloc[:SAMPLE, places].astype(object).to_numpy().ravel().tolist()
    counts = partial(is_known_header, layouts=[layout])
    other = name_other_platform(reading.names, titles, reading.body, links=links, counts=counts)
    return describe_other_platform(other, file=source.file, sheet=source.sheet.name) if other else None


def _refuse(file: str, sheet: str | None, problems: Iterable[Problem], landings: Sequence[Landing] = ()) -> SheetTables:
    """A file or sheet that is not read; what was understood of its headers is kept for the user to see."""
    unread = tuple(landing._replace(state="ignored") for landing in landings)
    return SheetTables({}, Understood(file, sheet, None, unread, tuple(problems)))


def _pass_over(file: str, sheet: Sheet) -> SheetTables:
    """A cover or an explanation beside the tables: listed, nothing to read, and no problem of its own."""
    return SheetTables({}, Understood(file, sheet.name, None, (), sheet.problems, state="nothing_to_read"))


# ----------------------------------------------------------------------------- from rows to tables


def _make_tables(rows: Rows, layout: Layout, source: Source) -> SheetTables:
    frame, problems = drop_other_platforms(rows.frame)
    for quirk in layout.quirks:
        frame, found = quirk(frame)
        problems += found
    tables, found = split_tables(frame, layout)
    problems += found
    for name in tables:
        tables[name], found = blank_bad_values(tables[name], TABLES[name])
        problems += found
    told = shorten_problems([*rows.problems, *_name_headers(problems, rows.landings)])
    understood = Understood(
        *(source.file, source.sheet.name, layout, rows.landings, told),
        units=rows.units,
        rows=tables[layout.table],
        n_totals=len(rows.totals),
        state="read",
        as_of_sources=tuple(sorted(frame["as_of_source"].dropna().unique())),
    )
    return SheetTables(tables, understood, frame["as_of"].max())


def shorten_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The first problems of each sort, and one that counts the rest: a file can have one in every row."""
    kept: list[Problem] = []
    seen = Counter[tuple[str, str | None]]()
    for problem in problems:
        sort = (problem.fix, problem.column)
        seen[sort] += 1
        kept += [problem] if seen[sort] <= MAX_OF_A_SORT else []
    rest = [
        replace(problem, what=f"{seen[sort] - MAX_OF_A_SORT:,} more like the ones above", row=None, value=None)
        for sort, problem in {(problem.fix, problem.column): problem for problem in kept}.items()
        if seen[sort] > MAX_OF_A_SORT
    ]
    return (*kept, *rest)


def _name_headers(problems: Iterable[Problem], landings: Sequence[Landing]) -> list[Problem]:
    """Problems with the file's own header in place of the canonical column."""
    headers = {landing.column: landing.header for landing in landings if landing.state == "read"}
    return [replace(problem, column=headers.get(problem.column, problem.column)) for problem in problems]
