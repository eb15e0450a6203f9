"""Layouts: which meaning lands in which column, and which layout a sheet's headers fit best.

A `Layout` lists real headers of a platform for each column. A header lands in a column when it
means the same as one of them, however it is written. A header that could land in two columns, or
of which a word is not understood, lands nowhere and is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Literal, NamedTuple

from xhs_toolkit.exports.meanings import Meaning, list_currencies, read_meaning
from xhs_toolkit.exports.words import Parts, are_field_names, is_about_something_else, normalise
from xhs_toolkit.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from xhs_toolkit.errors import Problem

    Quirk = Callable[["pd.DataFrame"], tuple["pd.DataFrame", list["Problem"]]]

Names = Mapping[str, tuple[str, ...]]
State = Literal["read", "ignored", "private", "duplicate"]
EVERYWHERE: Names = {
    "synthetic": ("合成数据", "synthetic"),
    "platform_name": ("平台", "发布平台", "投放平台", "平台名称", "media platform"),
}
"""Columns that any layout may have: the mark of invented rows, and the platform a row is of."""


@dataclass(frozen=True, eq=False)
class Layout:
    """What a kind of export looks like.

    Parameters
    ----------
    kind : name of the kind, which becomes the column ``source``.
    title : the kind in words.
    table : the canonical table its rows land in.
    columns : canonical column → real headers. A name the table lacks is a helper for the quirks.
    required : groups of columns; a sheet fits when it has at least one of each group.
    measures : columns of ``baselines`` → real headers; scope, format and window are read from the header.
    elsewhere : real headers of the platform that have no column here: they tell the kind, and are listed as ignored.
    also : other tables that the same rows feed.
    quirks : functions from the read rows to better rows and problems, applied in order.
    implied : parts of a meaning that go without saying in this kind: 投放 in 投放关键词 of an advertising report.
    is_daily : its figures are those of a day, so that a running total (累计) is another; else it goes without saying.
    named_like : a pattern and a column; a sheet of this kind has the pattern in one header at least, and the column is
        named as missing where it has not.
    other_kinds : real headers that a sheet of this kind never has: they tell another kind, however much else fits.
    written : ``words`` where headers are written for people, ``names`` where they are field names of an API (whose
        amounts are in fen); None where both occur.
    also_needs : columns of which a row needs one to feed the tables in `also`.
    in_any_currency : columns of amounts whose header may name a currency, which fills the column ``currency``.
    money_unit : what amounts are counted in.
    constants : columns that are the same in every row of the kind.
    any_platform : not of one platform: what the client counts, pays or keeps.
    """

    kind: str
    title: str
    table: str
    columns: Names
    required: tuple[tuple[str, ...], ...]
    measures: Names = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()
    implied: Parts = frozenset()
    is_daily: bool = False
    other_kinds: tuple[str, ...] = ()
    named_like: tuple[str, str] | None = None
    written: Literal["words", "names"] | None = None
    also_needs: tuple[str, ...] = ()
    in_any_currency: tuple[str, ...] = ()
    money_unit: Literal["yuan", "fen"] = "yuan"
    constants: Mapping[str, str] = field(default_factory=dict)
    any_platform: bool = False


class Group(NamedTuple):
    """Which of a creator's notes a figure is about; None where the header does not say."""

    scope: str | None = None
    format: str | None = None
    window_days: int | None = None


EXACT, CLEAR, FAINT = 3.0, 2.0, 0.5
"""Quality of a mapping: the header as listed, the same meaning, with a stray number."""


class ColumnMapping(NamedTuple):
    """Where one header lands.

    Attributes
    ----------
    position : place of the column in the sheet, from 0.
    state : ``read``, ``ignored``, ``private``, or ``duplicate`` (another header landed there first).
    column : canonical column (or helper); None where the header was not understood.
    group : set for columns of ``baselines``.
    """

    position: int
    header: str
    state: State
    column: str | None = None
    group: Group | None = None
    quality: float = 0.0
    meaning: Meaning | None = None

    @property
    def is_guess(self) -> bool:
        """Whether a word was passed over, or the cells told what the header did not."""
        return self.state == "read" and self.quality <= FAINT


class Match(NamedTuple):
    """How well a layout fits a sheet's headers."""

    layout: Layout
    mappings: tuple[ColumnMapping, ...]
    missing: tuple[tuple[str, ...], ...]
    score: int

    @property
    def read(self) -> tuple[ColumnMapping, ...]:
        """The mappings that are read into tables."""
        return tuple(mapping for mapping in self.mappings if mapping.state == "read")


FAR_BETTER = 2
"""A complete layout that knows less than one in so many of another's headers is a chance fit: better refused."""

UNITS_OF_KIND: dict[str, Parts] = {
    "count": frozenset({"unit=10000", "unit=1000"}),
    "money": frozenset({"unit=10000", "unit=fen"}),
    "share": frozenset({"unit=percent"}),
    "number": frozenset({"unit=percent", "unit=10000"}),
}
"""Units a header may name for a column of that kind; any other unit means another figure."""


ANY_CURRENCY = frozenset({"unit=foreign", "unit=10000", "unit=1000"})
"""Units beside its currency that a header may name over an amount in any currency."""


def choose_layout(
    headers: Sequence[str],
    layouts: Sequence[Layout],
    *,
    hints: Mapping[int, str] | None = None,
    by_hand: Mapping[str, str] | None = None,
) -> Match:
    """Return the layout that fits best: of those with all required columns, the one that knows most headers.

    Where none has them all, or one that lacks a column knows twice as many headers, the nearest is returned and
    `Match.missing` says what it lacks.
    """
    filled = [header for header in headers if header]
    written = "names" if are_field_names(filled) else "words"
    meanings = [read_meaning(header) for header in filled]
    fitting = [layout for layout in layouts if layout.written in {None, written} and not _is_other(meanings, layout)]
    matches = [match_headers(headers, layout, hints=hints, by_hand=by_hand) for layout in fitting or layouts]
    best = max(matches, key=lambda match: (not match.missing, -len(match.missing), match.score))
    nearest = max(matches, key=lambda match: match.score)
    return nearest if FAR_BETTER * best.score < nearest.score else best


def _is_other(meanings: Sequence[Meaning], layout: Layout) -> bool:
    """Whether a header says that the sheet is of another kind."""
    others = _index(layout).other_kinds
    return any(others.intersection(meaning.readings) for meaning in meanings)


def match_headers(
    headers: Sequence[str],
    layout: Layout,
    *,
    hints: Mapping[int, str] | None = None,
    by_hand: Mapping[str, str] | None = None,
) -> Match:
    """Land each header in a column of the layout, or say that it does not land.

    Parameters
    ----------
    headers : one a column, as in the file.
    hints : position → what the values look like (see `evidence.read_hints`), for headers that say too little.
    by_hand : header → canonical column, which the user decides; a column the kind does not have is passed over.
    """
    places = {column.name for table in (layout.table, *layout.also) for column in TABLES[table]} | set(layout.columns)
    hand = {normalise(header): column for header, column in (by_hand or {}).items() if column in places}
    found = [_land(i, header, layout, hand) for i, header in enumerate(headers)]
    mappings = _keep_best(_take_needed(_take_hints(found, layout, hints or {}), layout, hints or {}))
    columns = {mapping.column for mapping in mappings if mapping.state == "read"}
    missing = tuple(group for group in layout.required if not columns & set(group))
    if not missing and layout.named_like:
        pattern, column = layout.named_like
        missing = () if any(re.search(pattern, normalise(header)) for header in headers) else ((column,),)
    known = {read_meaning(name).readings for name in layout.elsewhere}
    counted = [item for item in mappings if item.column not in EVERYWHERE]
    score = sum(item.state == "read" or _is_known(item, known) for item in counted)
    return Match(layout, mappings, missing, score)


@lru_cache(maxsize=20_000)
def is_known_header(header: str, layouts: tuple[Layout, ...]) -> bool:
    """Whether any layout has a place for the header, or it is known to be private."""
    return any(_land(0, header, layout, {}).state in {"read", "private"} for layout in layouts)


def _take_hints(mappings: Sequence[ColumnMapping], layout: Layout, hints: Mapping[int, str]) -> list[ColumnMapping]:
    """Land what the header left open by what its values look like, where that column is still free.

    A 小红书号 is a short number or name: a column of that name that holds platform ids is the creator's id.
    """
    taken = {mapping.column for mapping in mappings if mapping.state == "read"}
    result = []
    for mapping in mappings:
        hint = hints.get(mapping.position)
        if not hint or is_about_something_else(normalise(mapping.header), "cells"):
            result.append(mapping)
            continue
        column = _ROW_ID.get(layout.table) if hint == "row_id" else hint
        if column == "platform_id" and mapping.column == "xhs_number":
            is_free = "creator_id" in layout.columns and "creator_id" not in taken
            changed = {"column": "creator_id"} if is_free else {"state": "ignored", "column": None}
            mapping = mapping._replace(**changed)
        elif column == "shares" and mapping.column == "place":
            mapping = mapping._replace(column="fan_places" if "fan_places" not in taken else None)
            mapping = mapping if mapping.column else mapping._replace(state="ignored")
        elif column == "private" and mapping.state == "ignored":
            mapping = mapping._replace(state="private", column=None)
        elif mapping.state == "ignored" and column in layout.columns and column not in taken:
            mapping = mapping._replace(state="read", column=column, quality=FAINT)
        result.append(mapping)
    return result


def _take_needed(
    mappings: Sequence[ColumnMapping], layout: Layout, hints: Mapping[int, str]
) -> Sequence[ColumnMapping]:
    """Land the one column of dates of a report, or of ids of notes, whose header is not understood."""
    if layout.table == "ad_days" or layout.written == "names":
        mappings = _take_only(mappings, layout, hints, shape="moment", word="time", columns={"date", "as_of"})
    return _take_only(mappings, layout, hints, shape="platform_id", word="id", columns={"note_id"})


def _take_only(
    mappings: Sequence[ColumnMapping],
    layout: Layout,
    hints: Mapping[int, str],
    *,
    shape: str,
    word: str,
    columns: set[str],
) -> Sequence[ColumnMapping]:
    """Land the only header that speaks of `word` and has cells of that shape, where just one of `columns` lacks."""
    taken = {mapping.column for mapping in mappings if mapping.state == "read"}
    lacking = {column for group in layout.required if not taken & set(group) for column in group} & columns
    free = [
        item
        for item in mappings
        if item.state == "ignored"
        and hints.get(item.position) == shape
        and not is_about_something_else(normalise(item.header), shape)
    ]
    if len(lacking) != 1 or len(free) != 1 or not (free[0].meaning and word in free[0].meaning.concepts):
        return mappings
    found = free[0]._replace(state="read", column=lacking.pop(), quality=FAINT)
    return [found if item.position == found.position else item for item in mappings]


_ROW_ID = {"notes": "note_id", "creators": "creator_id"}


def _is_known(mapping: ColumnMapping, known: set[tuple[Parts, ...]]) -> bool:
    return mapping.meaning is not None and mapping.meaning.readings in known and mapping.meaning.is_clear


def _land(position: int, header: str, layout: Layout, hand: Mapping[str, str]) -> ColumnMapping:
    name = normalise(header)
    if name in hand:
        return ColumnMapping(position, header, "read", hand[name], quality=EXACT + 1, meaning=read_meaning(header))
    meaning = read_meaning(header)
    index = _index(layout)
    if name in index.exact:
        return ColumnMapping(position, header, "read", index.exact[name], quality=EXACT, meaning=meaning)
    if meaning.is_private:
        return ColumnMapping(position, header, "private", meaning=meaning)
    column, group = _find_column(meaning, index)
    if (
        column is None
        or is_about_something_else(name, _kind_of(column, layout), column)
        or not meaning.units <= _units_allowed(column, layout)
    ):
        return ColumnMapping(position, header, "ignored", meaning=meaning)
    return ColumnMapping(position, header, "read", column, group, FAINT if meaning.unmatched else CLEAR, meaning)


def _kind_of(column: str, layout: Layout) -> str:
    """Kind of a column; helpers that the tables lack are links, figures of the client, or texts."""
    tables = ("baselines",) if column in layout.measures else (*reversed(layout.also), layout.table)
    kinds = {item.name: item.kind for table in tables for item in TABLES[table]}
    return kinds.get(column) or ("link" if column.endswith("_link") else "count" if "metric_" in column else "text")


def _units_allowed(column: str, layout: Layout) -> Parts:
    allowed = UNITS_OF_KIND.get(_kind_of(column, layout), frozenset())
    return allowed | ANY_CURRENCY | list_currencies() if column in layout.in_any_currency else allowed


# ----------------------------------------------------------------------- a layout, looked up by meaning


SAYS_TOO_LITTLE = frozenset({"id", "name", "link", "type", "time", "number", "level", "status", "platform"})
"""Parts that need another beside them to name a column."""


class _Index(NamedTuple):
    exact: dict[str, str]
    columns: dict[Parts, set[str]]
    less: dict[Parts, set[str]]
    measures: dict[Parts, set[str]]
    elsewhere: set[Parts]
    other_kinds: set[Parts]
    implied: Parts


@lru_cache(maxsize=64)
def _index(layout: Layout) -> _Index:
    listed = {**layout.columns, **EVERYWHERE}
    implied = layout.implied if layout.is_daily else layout.implied | {"statistic=cumulative"}
    exact = {normalise(name): column for column, names in listed.items() for name in names}
    columns: dict[Parts, set[str]] = {}
    for column, names in listed.items():
        for reading in _readings(names):
            columns.setdefault(reading, set()).add(column)
    less: dict[Parts, set[str]] = {}
    for reading, found in columns.items():
        if reading & implied and not reading - implied <= SAYS_TOO_LITTLE:
            less.setdefault(reading - implied, set()).update(found)
    measures: dict[Parts, set[str]] = {}
    for column, names in layout.measures.items():
        for reading in _readings(names):
            measures.setdefault(_without_group(reading), set()).add(column)
    elsewhere, other_kinds = _readings(layout.elsewhere), _readings(layout.other_kinds)
    return _Index(exact, columns, less, measures, elsewhere, other_kinds, implied)


def _readings(names: Sequence[str]) -> set[Parts]:
    """What the listed headers mean; one of which a word is not understood is only known as it is written."""
    meanings = [meaning for meaning in map(read_meaning, names) if meaning.is_clear]
    return {reading for meaning in meanings for reading in meaning.readings if reading != {"ratio"}}


def _find_column(meaning: Meaning, index: _Index) -> tuple[str | None, Group | None]:
    """The one column a meaning lands in; nothing where two are possible or a word is unknown."""
    if not meaning.is_clear:
        return None, None
    if index.elsewhere.intersection(meaning.readings):
        return None, None
    less = [
        part
        for reading in meaning.readings
        if "scope=paid" not in reading or reading - {"scope=paid"} | {"traffic=promoted"} not in meaning.readings
        for part in _leave_out(reading, index.implied)
    ]
    columns = (
        _look_up(meaning.readings, index.columns)
        or _look_up(less, index.columns)
        or _look_up(meaning.readings, index.less)
    )
    if columns or meaning.unmatched:
        return (columns.pop(), None) if len(columns) == 1 else (None, None)
    found = {
        (column, group)
        for reading in [*meaning.readings, *less]
        for column in index.measures.get(_without_group(reading), set())
        if (group := _read_group(reading))
    }
    return found.pop() if len(found) == 1 else (None, None)


def _leave_out(reading: Parts, implied: Parts) -> Iterator[Parts]:
    """The reading without one or more of the parts that go without saying, where what is left says enough."""
    said = sorted(reading & implied)
    for size in range(1, len(said) + 1):
        rest = (reading - frozenset(some) for some in combinations(said, size))
        yield from (parts for parts in rest if not parts <= SAYS_TOO_LITTLE)


def _look_up(readings: Iterable[Parts], columns: Mapping[Parts, set[str]]) -> set[str]:
    return {column for reading in readings for column in columns.get(reading, ())}


_GROUPED = ("scope=", "format=", "window=")


def _without_group(reading: Parts) -> Parts:
    kept = frozenset(part for part in reading if not part.startswith(_GROUPED))
    is_cost = "unit_cost" in kept and "exposure" not in kept
    return kept - {"statistic=estimate"} if is_cost else kept


def _read_group(reading: Parts) -> Group | None:
    """Scope, format and window of a reading; None where one of them is given twice."""
    values = [part.split("=") for part in sorted(reading) if part.startswith(_GROUPED)]
    given = dict(values)
    if len(given) < len(values):
        return None
    window = given.get("window")
    return Group(given.get("scope"), given.get("format"), int(window) if window else None)


def _rank(mapping: ColumnMapping) -> tuple[float, str]:
    """Of equals the one with the later day in its header: 粉丝数（截至2026-03） before 粉丝数（截至2025-01）."""
    day = re.search(r"(?<!\d)20\d\d[-/.年]?(?:0?[1-9]|1[0-2])[-/.月]?(?:0?[1-9]|[12]\d|3[01])?", mapping.header)
    return mapping.quality, "".join(f"{int(part):02}" for part in re.findall(r"\d+", day.group())) if day else ""


def _keep_best(mappings: Sequence[ColumnMapping]) -> tuple[ColumnMapping, ...]:
    """Of several headers that land in one column the best is read, the first of equals; the others are duplicates."""
    best: dict[tuple[str | None, Group | None], ColumnMapping] = {}
    for mapping in mappings:
        key = (mapping.column, mapping.group)
        if mapping.state == "read" and (key not in best or _rank(mapping) > _rank(best[key])):
            best[key] = mapping
    return tuple(
        mapping._replace(state="duplicate")
        if mapping.state == "read" and best[(mapping.column, mapping.group)] is not mapping
        else mapping
        for mapping in mappings
    )
