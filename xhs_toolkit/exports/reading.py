"""Every export in a folder → the canonical tables, with what was understood and what needs a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.errors import FILE, TOPICS, WITHHOLDING, ExportError, Problem, shorten_problems
from xhs_toolkit.exports.crosschecks import (
    check_organic,
    compare_levels,
    fill_currency,
    fill_fee_currency,
    fill_from_codes,
    fill_invoice_currency,
)
from xhs_toolkit.exports.days import Context, find_day_within, read_days
from xhs_toolkit.exports.hand_cells import rate_of
from xhs_toolkit.exports.hand_kept import HAND, Hand, is_posts, is_summary, list_hands, make_answers
from xhs_toolkit.exports.hand_posts import read_hand
from xhs_toolkit.exports.headers import split_sheet
from xhs_toolkit.exports.hints import find_currency, fold, read_hint
from xhs_toolkit.exports.interpret import (
    Reading,
    Source,
    check_columns,
    check_headers,
    check_settings,
    choose_by_hand,
    choose_layouts,
    describe_longer_rows,
    describe_misfit,
    describe_note_states,
    describe_unknown,
    describe_unread,
    find_lost,
    find_other_platform,
    find_setting,
    has_longer_rows,
    has_prose_name,
    interpret,
    is_prose,
    list_prose,
    make_body,
)
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import ColumnMapping, Layout, choose_layout
from xhs_toolkit.exports.platforms import (
    ONCE,
    ask_about_repeats,
    describe_other_platform,
    drop_other_platforms,
)
from xhs_toolkit.exports.reconcile import Part, adopt_creator_ids, adopt_note_ids, adopt_unlinked, join_parts
from xhs_toolkit.exports.relations import check_rates, check_relations
from xhs_toolkit.exports.rows import Rows, blank_bad_values, compare_totals, read_rows
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.sheets import list_data_files, open_file
from xhs_toolkit.exports.split import (
    State,
    Understood,
    add_source,
    list_files,
    list_headers,
    name_file,
    says_synthetic,
    split_tables,
)
from xhs_toolkit.exports.times import BEIJING
from xhs_toolkit.files import watch_files
from xhs_toolkit.findings import Finding
from xhs_toolkit.tables import TABLES, check_table

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MIN_TABS = 2
MAX_OF_A_SORT = 25
"""Problems of one sort in one column of a sheet that are told one by one."""


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

    @property
    def unreadable(self) -> tuple[Problem, ...]:
        """The problems of files that could not be opened or were cut short."""
        return tuple(problem for problem in self.problems if problem.topic == FILE)

    @property
    def questions(self) -> tuple[Problem, ...]:
        """The problems that ask something; each has a topic of `errors.TOPICS` and proposes an answer."""
        return tuple(problem for problem in self.problems if problem.topic in TOPICS)

    def __repr__(self) -> str:
        """What was read, in one line."""
        sizes = [f"{len(frame):,} {name}" for name, frame in self.tables.items() if len(frame)]
        read = f"files: {self.files['file'].nunique()}, problems: {len(self.problems)}"
        return f"{read}; rows: {', '.join(sizes) or 'none'}"


class SheetTables(NamedTuple):
    """What one sheet gave: rows by table, how it was understood, its newest moment, and notes by their short links."""

    tables: dict[str, pd.DataFrame]
    understood: Understood
    as_of: pd.Timestamp | None = None
    aliases: Mapping[str, str] = MappingProxyType({})


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
    layouts = list_layouts(campaign.agency.folder)
    read = [item for path in watch_files(paths) for item in read_file(path, folder, campaign, layouts)]
    tables, joined = join_tables(read, campaign=campaign)
    understood = [item.understood for item in read]
    settings = check_settings(campaign.files, layouts, files=[name_file(path, folder) for path in paths])
    problems = [problem for sheet in understood for problem in sheet.problems]
    told = [*settings, *problems, *joined, *check_tables(tables)]
    return Exports(
        tables,
        list_files(understood, time_zone=campaign.time_zone),
        tuple(sorted(told, key=lambda problem: problem.topic != FILE)),
        list_headers(understood),
    )


def join_tables(sheets: Sequence[SheetTables], *, campaign: Campaign) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Put the rows of all sheets together, each snapshot once, and check them against the tables' rules."""
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in TABLES.items():
        parts = [Part(sheet.tables[name], sheet.as_of) for sheet in sheets if name in sheet.tables]
        distinct, found = join_parts(parts, table)
        tables[name] = check_table(distinct, table)
        problems += found
    aliases = {short: note for sheet in sheets for short, note in sheet.aliases.items()}
    tables = adopt_unlinked({**tables, "notes": adopt_note_ids(tables["notes"])}, aliases)
    named, unclear = adopt_creator_ids(tables)
    outcomes, strange = fill_from_codes(named["outcomes"], named["codes"])
    outcomes, untold = fill_currency(outcomes, campaign.outcomes.currency)
    mappings = {item.understood.file: item.understood.mappings for item in sheets if "outcomes" in item.tables}
    untold = [named for one in untold for named in _name_headers([one], mappings.get(str(one.file), ()))]
    own = campaign.budget.currency if campaign.budget else None
    invoices, asked = fill_invoice_currency(named["invoices"], own)
    placements, of_fees = fill_fee_currency(named["placements"], own, rate_of(own, campaign))
    told = [*problems, *unclear, *strange, *untold, *asked, *of_fees]
    return {**named, "outcomes": outcomes, "invoices": invoices, "placements": placements}, told


def check_tables(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """What the files say against each other: spend at two levels, fees that do not tie, more promoted than shown."""
    return [
        *compare_levels(tables["ad_days"]),
        *check_organic(tables["notes"], ad_days=tables["ad_days"]),
        *check_relations(tables),
    ]


# --------------------------------------------------------------------------------- file by file


def read_file(path: Path, folder: Path, campaign: Campaign, layouts: tuple[Layout, ...]) -> list[SheetTables]:
    """Read one file of a folder, sheet by sheet; what cannot be read is a problem of its sheet, never an error."""
    file = name_file(path, folder)
    try:
        sheets = open_file(path, within=folder)
    except ExportError as error:
        problems = error.problems or [Problem(error.message)]
        return [
            _refuse(file, None, [replace(problem, file=file, topic=FILE) for problem in problems], state="unreadable")
        ]
    setting = find_setting(file, campaign.files)
    beside = tuple(text for sheet in sheets if len(sheets) > 1 for text in list_prose(sheet))
    sources = [Source(file, sheet, setting, layouts, beside) for sheet in sheets]
    read = [item for source in sources for item in _read_tables(source, path, campaign, alone=len(sheets) == 1)]
    if all(item.understood.state == "nothing_to_read" for item in read):
        again = [item for source in sources for item in _read_tables(source, path, campaign, alone=True)]
        read = [item for item in again if _names_creators(item)] or again
    read = order_snapshots(read)
    headers = [mapping.header for item in read for mapping in item.understood.mappings]
    lost = check_headers(setting, headers) if headers else []
    first = read[0].understood
    return [read[0]._replace(understood=first._replace(problems=(*lost, *first.problems))), *read[1:]]


def _names_creators(item: SheetTables) -> bool:
    """Whether a header of a sheet that was read says that it names creators."""
    read = [mapping for mapping in item.understood.mappings if mapping.column == "creator_name"]
    return bool(item.tables) and any("creator_name" in read_hint(mapping.header).roles for mapping in read)


def list_sheet_tables(source: Source) -> list[Sheet]:
    """The tables of a sheet, each as a sheet of its own."""
    by_hand = choose_by_hand(source.setting)
    layouts = choose_layouts(source.setting, source.layouts)

    def known(text: str) -> bool:
        return text in by_hand or source.knows(text)

    def is_whole(names: Sequence[str]) -> bool:
        return not choose_layout(names, layouts).missing

    return split_sheet(source.sheet, known, is_whole)


# -------------------------------------------------------------------------------- sheet by sheet


def _read_tables(source: Source, path: Path, campaign: Campaign, *, alone: bool) -> list[SheetTables]:
    """Every table of a sheet, by hand where people keep it, else as a machine's export."""
    taught = make_answers(campaign, source.setting)
    hands = list_hands(source, path, taught, currency=campaign.budget.currency if campaign.budget else None)
    if not hands:
        return [_read_sheet(source._replace(sheet=sheet), alone=alone) for sheet in list_sheet_tables(source)]
    if not alone and is_summary(source.sheet, hands):
        return [_pass_over(source.file, source.sheet)]
    return [_read_hand(hand, source._replace(sheet=hand.sheet), campaign) for hand in hands]


def _read_hand(hand: Hand, source: Source, campaign: Campaign) -> SheetTables:
    rows, layout = read_hand(hand, source, campaign)
    if is_posts(hand) and "status" not in hand.have:
        told = describe_note_states(hand.names, make_body(hand.sheet, hand.header.first_data_row), source)
        rows = rows._replace(problems=[*told, *rows.problems])
    synthetic = says_synthetic(pd.DataFrame(hand.grid[: hand.header.rows[0]]), source.sheet)
    return _make_tables(add_source(rows, layout, source, synthetic=synthetic), layout, source)


def order_snapshots(read: Sequence[SheetTables]) -> list[SheetTables]:
    """Let the newest of several tabs of the same notes win: by week or day in their names, else by larger figures."""
    tabs = [place for place, item in enumerate(read) if len(item.tables.get("notes", ()))]
    if len(tabs) < MIN_TABS:
        return list(read)
    ids = {place: set(read[place].tables["notes"]["note_id"]) for place in tabs}
    same = [one for one in tabs if any(other != one and _share(ids[one], ids[other]) for other in tabs)]
    if len(same) < MIN_TABS:
        return list(read)
    ordered = sorted(same, key=lambda place: _rank_tab(read[place], place))
    result = list(read)
    for age, place in enumerate(reversed(ordered)):
        shift = pd.Timedelta(seconds=age)
        tables = {
            name: rows.assign(as_of=rows["as_of"] - shift) if "as_of" in rows else rows
            for name, rows in read[place].tables.items()
        }
        result[place] = read[place]._replace(tables=tables)
    return result


def _share(one: set[str], other: set[str]) -> bool:
    return 2 * len(one & other) >= min(len(one), len(other))


def _rank_tab(item: SheetTables, place: int) -> tuple[str, float, float, int]:
    """Order of tabs: by the day that each names, by the number that each names, by their figures, as they stand."""
    name = item.understood.sheet or ""
    numbers = re.findall(r"\d+", name)
    notes = item.tables["notes"]
    grown = float(notes[["likes", "collects", "comments", "views", "exposure"]].sum().sum())
    dated = float("".join(f"{int(number):04d}" for number in numbers)[:12]) if numbers else 0.0
    return (_find_tab_day(name, notes), dated, grown, place)


def _find_tab_day(name: str, notes: pd.DataFrame) -> str:
    """The day that the name of a tab holds (WE 19 Apr, 4月12日, wk 3 May), else the day its figures are of."""
    days = read_days([find_day_within(f"{name} ")], Context(day_first=True)).moments
    if days[0] is not None:
        return f"{days[0]:%m-%d}"
    told = notes.loc[notes["as_of_source"].eq("column"), "as_of"].dropna()
    return f"{told.max():%m-%d}" if len(told) else ""


def _read_sheet(source: Source, *, alone: bool) -> SheetTables:
    """Read one sheet; `alone` where the file has no other that could hold the rows."""
    file, sheet, setting = source[:3]
    reading = interpret(source)
    if reading is None or (fault := find_fault(reading, source)):
        if not alone and (has_prose_name(sheet) or is_summary(sheet) or (reading is None and is_prose(sheet))):
            return _pass_over(file, sheet)
        told = fault if reading and fault else describe_unknown(source)
        return _refuse(file, sheet.name, [*sheet.problems, told], reading.match.mappings if reading else ())
    unread = describe_unread(reading.preamble, source)
    rows = read_rows(reading.body, reading.match, file=file, sheet=sheet.name, merged=sheet.merged)
    match = find_lost(reading.match, rows.mappings)
    if match.missing:
        return _refuse(file, sheet.name, [*rows.problems, describe_misfit(match, source)], match.mappings)
    by_hand = check_columns(setting, match.mappings, match.layout)
    sums = compare_totals(rows, match.layout, file=file, sheet=sheet.name)
    sums += check_rates(rows.frame, reading.body, rows.mappings, file=file, sheet=sheet.name)
    of_notes = match.layout.table in {"notes", "placements"}
    states = describe_note_states(reading.names, reading.body, source) if of_notes else []
    rows = rows._replace(problems=[*by_hand, *states, *unread, *rows.problems, *sums])
    synthetic = says_synthetic(reading.preamble, sheet)
    return _make_tables(add_source(rows, match.layout, source, synthetic=synthetic), match.layout, source)


def find_fault(reading: Reading, source: Source) -> Problem | None:
    """Why a sheet whose header is known is not read: it fits no kind, or is of another platform."""
    if has_longer_rows(source, reading):
        return describe_longer_rows(source, reading)
    if reading.match.missing:
        return describe_misfit(reading.match, source)
    if reading.match.layout.any_platform or (source.setting and source.setting.kind):
        return None
    other = find_other_platform(reading, source)
    return describe_other_platform(other, file=source.file, sheet=source.sheet.name) if other else None


def _refuse(
    file: str,
    sheet: str | None,
    problems: Iterable[Problem],
    mappings: Sequence[ColumnMapping] = (),
    *,
    state: State = "refused",
) -> SheetTables:
    """A file or sheet that is not read; what was understood of its headers is kept for the user to see."""
    unread = tuple(mapping._replace(state="ignored") for mapping in mappings)
    return SheetTables({}, Understood(file, sheet, None, unread, tuple(problems), state=state))


def _pass_over(file: str, sheet: Sheet) -> SheetTables:
    """A cover or an explanation beside the tables: listed, nothing to read, and no problem of its own."""
    return SheetTables({}, Understood(file, sheet.name, None, (), sheet.problems, state="nothing_to_read"))


# ----------------------------------------------------------------------------- from rows to tables


def _make_tables(rows: Rows, layout: Layout, source: Source) -> SheetTables:
    frame, problems = drop_other_platforms(rows.frame)
    for quirk in layout.quirks:
        frame, found = quirk(frame)
        problems += found
    if layout.table in ONCE and "qualified" not in layout.columns and "_names" in frame:
        problems += ask_about_repeats(frame, frame["_names"], table=layout.table)
    tables, found = split_tables(frame, layout)
    problems += found
    if "notes" in tables:
        tables["notes"] = complete_notes(tables["notes"])
    if "placements" in tables:
        tables["placements"] = complete_placements(tables["placements"], _name_evidence(layout, rows.mappings))
    for name in tables:
        tables[name], found = blank_bad_values(tables[name], TABLES[name])
        problems += found
    told = shorten_problems([*rows.problems, *_name_headers(problems, rows.mappings)], most=MAX_OF_A_SORT)
    understood = Understood(
        *(source.file, source.sheet.name, layout, rows.mappings, told),
        units=rows.units,
        rows=tables[layout.table],
        n_totals=len(rows.totals),
        state="read",
        as_of_sources=tuple(sorted(frame["as_of_source"].dropna().unique())),
    )
    both = frame[["short_id", "note_id"]].dropna() if "short_id" in frame else pd.DataFrame()
    aliases = dict(both.itertuples(index=False)) if len(both) else {}
    return SheetTables(tables, understood, frame["as_of"].max(), aliases)


def complete_notes(notes: pd.DataFrame) -> pd.DataFrame:
    """Say of each posting whether its time is known: one at midnight in Beijing is only a day."""
    local = notes["posted_at"].dt.tz_convert(BEIJING)
    precision = pd.Series("time", index=notes.index, dtype="str").mask(local.eq(local.dt.normalize()), "date")
    return notes.assign(posted_precision=notes["posted_precision"].fillna(precision.where(local.notna())))


def _name_evidence(layout: Layout, mappings: Sequence[ColumnMapping]) -> str:
    """What says that the fees of an export are in CNY: the platform, a header of a sheet kept by hand, or nothing."""
    if not layout.kind.startswith(HAND):
        return "platform"
    named = [mapping for mapping in mappings if mapping.state == "read" and mapping.column == "price_cny"]
    return "header" if any(find_currency(fold(mapping.header)) == "CNY" for mapping in named) else "campaign"


def complete_placements(placements: pd.DataFrame, evidence: str) -> pd.DataFrame:
    """Give amounts that an export has in CNY their record: as written, agreed, of a note that is out."""
    is_bare = placements["amount"].isna() & placements["price_cny"].notna()
    is_out = placements["state"].isna() & placements["note_id"].notna()
    said = {"currency": "CNY", "currency_source": evidence, "fee_kind": "agreed"}
    return placements.assign(
        amount=placements["amount"].mask(is_bare, placements["price_cny"]),
        **{name: placements[name].mask(is_bare, value) for name, value in said.items()},
        state=placements["state"].mask(is_out, "posted"),
    )


def _name_headers(problems: Iterable[Problem], mappings: Sequence[ColumnMapping]) -> list[Problem]:
    """Problems with the file's own header in place of the canonical column."""
    headers = {mapping.column: mapping.header for mapping in mappings if mapping.state == "read"}
    headers = {"value": headers.get("metric_sales", "value"), **headers}  # figures side by side: an amount is a sale
    return [replace(problem, column=headers.get(problem.column, problem.column)) for problem in problems]


def summarise_files(exports: Exports, *, campaign: Campaign) -> Finding:
    """Return ``data.summary``: files, rows, the days of the first and last note, and how many points need a look.

    Days begin where the campaign's time zone says, as everywhere on the page.
    """
    posted = exports.tables["notes"]["posted_at"].dropna().dt.tz_convert(campaign.time_zone)
    return Finding(
        "data.summary",
        {
            "n_files": int(exports.files["file"].nunique()),
            "n_rows": int(pd.to_numeric(exports.files["n_rows"]).sum()),
            "first_date": posted.min().isoformat() if len(posted) else None,
            "last_date": posted.max().isoformat() if len(posted) else None,
            "n_problems": len(exports.problems),
            "n_unreadable": len({problem.file for problem in exports.unreadable}),
            "n_undecided": sum(problem.topic in WITHHOLDING for problem in exports.questions),
        },
    )
