"""One sheet as its headers tell it, and as the campaign says by hand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem, list_names
from xhs_toolkit.exports.cellbase import find_blank
from xhs_toolkit.exports.headers import SEARCHED_ROWS, Header, find_header
from xhs_toolkit.exports.hints import is_blank
from xhs_toolkit.exports.layouts import ColumnMapping, Layout, Match, choose_layout, is_known_header
from xhs_toolkit.exports.meanings import read_hints, read_meaning
from xhs_toolkit.exports.platforms import LINK_COLUMNS, SAMPLE, name_other_platform
from xhs_toolkit.exports.sheetbase import Sheet
from xhs_toolkit.exports.split import KEYS, list_required
from xhs_toolkit.exports.words import normalise
from xhs_toolkit.tables import TABLES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import FileSetting

SETTINGS_FILE = "campaign.yaml"
_report = partial(Problem, file=SETTINGS_FILE, column="files")


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


def choose_layouts(setting: FileSetting | None, layouts: Sequence[Layout]) -> Sequence[Layout]:
    """The one kind the campaign names, or all of them."""
    named = [layout for layout in layouts if setting and layout.kind == setting.kind]
    return named or layouts


def check_settings(
    settings: Iterable[FileSetting], layouts: Sequence[Layout], *, files: Sequence[str]
) -> list[Problem]:
    """Report settings whose pattern fits no file, and kinds that do not exist."""
    return [problem for setting in settings for problem in _check_setting(setting, layouts, files)]


def _check_setting(setting: FileSetting, layouts: Sequence[Layout], files: Sequence[str]) -> Iterator[Problem]:
    kinds = [layout.kind for layout in layouts]
    if setting.kind and setting.kind not in kinds:
        near = get_close_matches(setting.kind, kinds, n=1)
        fix = f"write {near[0]}" if near else "choose one of " + ", ".join(kinds)
        yield _report("is no kind of export; the kind is recognised from the headers", fix, value=setting.kind)
    if not any(PurePosixPath(file).match(setting.file) for file in files):
        near = get_close_matches(setting.file, files, n=1)
        fix = f"write {near[0]}" if near else "write the file's name as it stands in data/, or take the setting out"
        yield _report("fits no file in data/", fix, value=setting.file)


def check_columns(setting: FileSetting | None, mappings: Sequence[ColumnMapping], layout: Layout) -> list[Problem]:
    """Report headers of a sheet, mapped by hand, that did not land where the campaign says."""
    if setting is None:
        return []
    landed = {normalise(mapping.header): mapping for mapping in mappings}
    asked = ((header, column, landed.get(normalise(header))) for header, column in setting.columns.items())
    return [
        _report(_say_why(header, column, layout, setting), _FIX, value=f"{header}: {column}")
        for header, column, mapping in asked
        if mapping is not None and mapping.column != column
    ]


def check_headers(setting: FileSetting | None, headers: Iterable[str]) -> list[Problem]:
    """Report headers mapped by hand that stand on no sheet of the file."""
    if setting is None:
        return []
    known = {normalise(header) for header in headers}
    return [
        _report("is not used: the file has no such header", _FIX, value=f"{header}: {column}")
        for header, column in setting.columns.items()
        if normalise(header) not in known
    ]


_FIX = "correct the line, or delete it; xhs check --explain FILE shows the headers and the columns"


def _say_why(header: str, column: str, layout: Layout, setting: FileSetting) -> str:
    if read_meaning(header).is_private and not setting.read_private:
        return "is not used: the header is private and read_private is not yes"
    return f"is not used: the {layout.title} ({layout.kind}) has no column {column}, or another header is there already"


MAX_SHOWN = 8
MAX_ASKED = 6_000
"""Different cells looked at for headers: thirty rows of the widest export known; a hostile sheet has more."""
MIN_TABLE_WIDTH = 3
"""A sheet without a header that fills fewer cells in every row is prose beside the tables, not a table."""
_PROSE_NAME = re.compile(
    r"read ?me|说明|须知|填写|目录|封面|备注|字典|cover|contents|instructions?|help|about|legend", re.I
)


_FIGURE = re.compile(r"\s*[¥￥]?[\d,.]*\d[\d,.]*\s*[%％万wW]?\s*")


class Source(NamedTuple):
    """One sheet, where it comes from, and what is known of it.

    Attributes
    ----------
    setting : what the campaign says about it by hand.
    layouts : the kinds of export that it may be.
    beside : what other sheets of prose in the file say.
    """

    file: str
    sheet: Sheet
    setting: FileSetting | None
    layouts: tuple[Layout, ...]
    beside: tuple[str, ...] = ()

    def knows(self, text: str) -> bool:
        """Whether a header text means something to any of the kinds."""
        return is_known_header(text, self.layouts)


class Reading(NamedTuple):
    """A sheet with its header found.

    Attributes
    ----------
    preamble : rows above the header.
    names : one name a column; ``(column 7)`` for one without a header that holds something.
    body : cells below the header, indexed by row in the file from 1.
    match : the kind that fits best, and where each header lands.
    """

    preamble: pd.DataFrame
    names: list[str]
    body: pd.DataFrame
    match: Match


def interpret(source: Source) -> Reading | None:
    """Find the header and the kind; None where no row holds a header that means something."""
    by_hand = choose_by_hand(source.setting)
    budget = itertools.count()
    header = find_header(
        source.sheet, lambda text: text in by_hand or (next(budget) < MAX_ASKED and source.knows(text))
    )
    return match_sheet(source, header) if header else None


def match_sheet(source: Source, header: Header) -> Reading:
    """Take a sheet apart at its header and find the kind that fits best."""
    body = make_body(source.sheet, header.first_data_row)
    names = name_columns(header.names, body)
    match = choose_layout(
        names,
        choose_layouts(source.setting, source.layouts),
        hints=read_hints(names, body),
        by_hand=choose_by_hand(source.setting),
    )
    if source.setting and source.setting.kind == match.layout.kind:
        match = match._replace(missing=_keep_needed(match))
    return Reading(source.sheet.cells.iloc[: header.rows[0]], names, body, match)


def _keep_needed(match: Match) -> tuple[tuple[str, ...], ...]:
    """What a file still lacks when a person has named its kind: not what only tells kinds apart."""
    table = match.layout.table
    kinds = {column.name: column.kind for column in TABLES[table]}
    needed = {
        *KEYS.get(table, ()),
        *list_required(table),
        *(name for name in match.layout.columns if name not in kinds),
    }
    times = {name for name, kind in kinds.items() if kind in {"time", "date"}}
    return tuple(group for group in match.missing if (needed | times) & set(group))


def has_longer_rows(source: Source, reading: Reading) -> bool:
    """Whether most rows of a text file have a cell more than its header, so that their values may have shifted."""
    if source.sheet.encoding is None or len(reading.names) < MIN_TABLE_WIDTH or reading.body.empty:
        return False
    is_open = [bool(re.fullmatch(r"\(column \d+\)", name)) for name in reading.names]
    if not is_open[-1] or any(is_open[:-1]) or not all(reading.names):
        return False
    last = reading.body.iloc[:, -1].astype("str").str.strip()
    return bool(last.ne("").mean() >= NEARLY_ALL)


NEARLY_ALL = 0.9
"""Share of rows that fill a column without a header, for their cells to be more than the header's."""


def describe_longer_rows(source: Source, reading: Reading) -> Problem:
    """Say that no cell of a file can be trusted to stand under its header."""
    return Problem(
        f"its rows have {len(reading.names)} cells and its header {len(reading.names) - 1}: values may stand under "
        "another header than theirs, so that nothing is read",
        "export it again, or write a header for every column",
        file=source.file,
        sheet=source.sheet.name,
        row=source.sheet.first_row + len(reading.preamble) + 1,
    )


def make_body(sheet: Sheet, first: int) -> pd.DataFrame:
    """Cells below the header, indexed by row in the file from 1."""
    body = sheet.cells.iloc[first:]
    number = sheet.first_row + first + 1
    return body.set_axis(range(number, number + len(body)), axis="index")


def name_columns(names: Sequence[str], body: pd.DataFrame) -> list[str]:
    """Headers as they are; a column without one that holds something is called by its number."""
    return [
        name or ("" if find_blank(body.iloc[:, [i]]).all() else f"(column {i + 1})") for i, name in enumerate(names)
    ]


def guess_header(sheet: Sheet) -> Header:
    """The first of the rows that hold most different texts: what a header looks like where nothing is known."""
    rows = [[_to_text(cell) for cell in row] for row in sheet.cells.head(SEARCHED_ROWS).to_numpy(dtype=object)]
    counts = [len({text for text in row if re.search(r"[^\W\d]", text)}) for row in rows]
    best = counts.index(max(counts))
    return Header((best,), tuple(rows[best]))


def _to_text(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def describe_unread(preamble: pd.DataFrame, source: Source) -> list[Problem]:
    """Say that rows above the header hold figures, which are not read."""
    cells = preamble.to_numpy(dtype=object)
    rows = [i for i, row in enumerate(cells) if _holds_figures(row)]
    if not rows:
        return []
    n_rows = f"{len(rows):,} rows above the header hold" if len(rows) > 1 else "a row above the header holds"
    return [
        Problem(
            f"{n_rows} figures that are not read",
            "nothing, if they only sum up; a table of its own belongs on a sheet of its own",
            file=source.file,
            sheet=source.sheet.name,
            row=source.sheet.first_row + rows[0] + 1,
        )
    ]


def describe_note_states(names: Sequence[str], body: pd.DataFrame, source: Source) -> list[Problem]:
    """Ask about notes that are not shown as usual, where a sheet of notes has a column of the platform's state."""
    words = read_bundled_yaml(bundled_folder("templates") / "exports" / "platforms.yaml")["note_states"]
    problems = []
    for place, name in enumerate(names):
        if not re.fullmatch(words["header"], name.strip()):
            continue
        cells = body.iloc[:, place].astype("str").str.strip()
        odd = cells[~cells.str.fullmatch(words["normal"], case=False) & cells.ne("")].dropna()
        if len(odd):
            listed = ", ".join(f"{word} ({n})" for word, n in odd.value_counts().items())
            problems.append(
                Problem(
                    f"the platform says of {len(odd):,} note(s) that they are not shown as usual: {listed}; their "
                    "figures are read and count",
                    "look at them; take those that do not count out of the bookings",
                    file=source.file, sheet=source.sheet.name, row=int(odd.index[0]), column=name,
                    topic="state", proposal="they count as posted",
                )
            )  # fmt: skip
    return problems


def _holds_figures(row: Iterable[object]) -> bool:
    cells = [cell for cell in row if not is_blank(cell)]
    return len(cells) >= MIN_TABLE_WIDTH and any(map(_is_figure, cells))


def _is_figure(cell: object) -> bool:
    return isinstance(cell, int | float) or bool(isinstance(cell, str) and _FIGURE.fullmatch(cell))


def is_prose(sheet: Sheet) -> bool:
    """Whether a sheet in which no header was found is a cover or an explanation, not a table."""
    if has_prose_name(sheet):
        return True
    filled = sheet.cells.notna() & sheet.cells.astype("str").ne("")
    return bool(filled.sum(axis=1).max() < MIN_TABLE_WIDTH) if filled.size else True


MAX_PROSE = 400
"""Cells of a sheet that is read for what it says of the others."""


def list_prose(sheet: Sheet) -> list[str]:
    """Texts of a sheet that only explains the others: all fees in NZD, ex GST."""
    if not 0 < sheet.cells.size <= MAX_PROSE or not is_prose(sheet):
        return []
    return [str(cell) for cell in sheet.cells.to_numpy(dtype=object).ravel() if isinstance(cell, str) and cell.strip()]


def has_prose_name(sheet: Sheet) -> bool:
    """Whether a sheet is called a cover or an explanation."""
    return bool(sheet.name and _PROSE_NAME.search(sheet.name))


# ------------------------------------------------------------------------------- what does not fit


def find_lost(match: Match, mappings: Sequence[ColumnMapping]) -> Match:
    """The match without the columns that turned out to hold something else, and what it needs now."""
    read = {mapping.column for mapping in mappings if mapping.state == "read"}
    before = {mapping.column for mapping in match.read}
    lost = tuple(group for group in match.layout.required if before & set(group) and not read & set(group))
    return match._replace(mappings=tuple(mappings), missing=lost)


def describe_unknown(source: Source) -> Problem:
    """Say that no header of a sheet is known, and which row was looked at."""
    header = guess_header(source.sheet)
    shown = list_names([name for name in header.names if name], most=MAX_SHOWN)
    return Problem(
        "fits no kind of export: it has no row that looks like a header"
        + (f"; the most likely one reads: {shown}" if shown else ""),
        "put one header row above the rows, or map the columns by hand: xhs check --explain FILE writes the lines",
        topic="other",
        proposal="leave the sheet out",
        file=source.file,
        sheet=source.sheet.name,
        row=source.sheet.first_row + header.rows[0] + 1 if shown else None,
    )


def describe_misfit(match: Match, source: Source) -> Problem:
    """Name the nearest kind and what is missing for it."""
    known = ", ".join(mapping.header for mapping in match.read) or "nothing"
    return Problem(
        f"fits no kind of export; the nearest is the {match.layout.title} ({match.layout.kind}), "
        f"which also needs a column for {', and for '.join(list_missing(match))}; understood were: {known}",
        "name the kind and the columns under 'files' in campaign.yaml (xhs check --explain FILE writes the lines), "
        "or take the file out",
        topic="other",
        proposal="leave the sheet out",
        file=source.file,
        sheet=source.sheet.name,
    )


def list_missing(match: Match) -> list[str]:
    """What the nearest kind lacks, one entry a group of columns: ``曝光 or 观看量``."""
    names = {**match.layout.columns, **match.layout.measures}
    return [" or ".join(names[column][0] for column in group[:4]) for group in match.missing]


def find_other_platform(reading: Reading, source: Source) -> str | None:
    """The one other platform that a sheet is of, by its titles, links and headers."""
    layout = reading.match.layout
    above = [str(cell) for cell in reading.preamble.to_numpy().ravel() if isinstance(cell, str)]
    titles = [source.sheet.name or "", PurePath(source.file).stem, *above]
    places = [mapping.position for mapping in reading.match.read if mapping.column in LINK_COLUMNS]
    links = reading.body.iloc[:SAMPLE, places].astype(object).to_numpy().ravel().tolist()
    counts = partial(is_known_header, layouts=(layout,))
    return name_other_platform(reading.names, titles, reading.body, links=links, counts=counts)
