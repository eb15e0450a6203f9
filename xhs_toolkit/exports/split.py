"""Rows of a sheet → the canonical tables they feed: where they come from, when they were true, what was understood."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd
import pyarrow as pa

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import ColumnMapping, Layout
from xhs_toolkit.exports.reconcile import COST_PARTS
from xhs_toolkit.exports.rows import Rows
from xhs_toolkit.exports.sheetbase import TEXT, Sheet
from xhs_toolkit.exports.times import BEIJING
from xhs_toolkit.tables import PROVENANCE, TABLES, conform

if TYPE_CHECKING:
    from xhs_toolkit.campaign import FileSetting
    from xhs_toolkit.exports.interpret import Source

_DAY_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2]|(?<=\D)[1-9])[-_.月]?(0[1-9]|[12]\d|3[01]|(?<=\D)[1-9])(?!\d)"
)
END_OF_DAY = timedelta(days=1, seconds=-1)
_EVENTS = ("posted_at", "date")


def add_as_of(
    rows: pd.DataFrame, *, file: str, created_at: datetime | None, modified_at: datetime | None
) -> pd.DataFrame:
    """Add ``as_of`` (UTC) and ``as_of_source``: column, else file properties, else file name, else date on disk.

    A bare day counts to its end in Beijing: the platforms report a day when it is over. A moment of the
    file that lies before one of its own notes was posted cannot be right and is passed over.
    """
    given = rows["as_of"] if "as_of" in rows else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")
    given = _to_end_of_day(given)
    moment, source = _find_moment(rows, file=file, created_at=created_at, modified_at=modified_at)
    known = given.notna()
    return rows.assign(
        as_of=given.fillna(moment).astype("datetime64[us, UTC]"),
        as_of_source=pd.Series("column", index=rows.index, dtype="str").where(known, source),
    )


def _to_end_of_day(moments: pd.Series) -> pd.Series:
    local = moments.dt.tz_convert(BEIJING)
    known = local.dropna()
    is_day = len(known) > 0 and (known == known.dt.normalize()).all()
    return moments + END_OF_DAY if is_day else moments


def _find_moment(
    rows: pd.DataFrame, *, file: str, created_at: datetime | None, modified_at: datetime | None
) -> tuple[pd.Timestamp | None, str | None]:
    newest = _newest_event(rows)
    candidates = [
        (_to_utc(created_at), "file_properties"),
        (read_day_in_name(file), "file_name"),
        (_to_utc(modified_at), "file_modified"),
    ]
    found = [(moment, source) for moment, source in candidates if moment is not None]
    return next((item for item in found if newest is None or item[0] >= newest), found[-1] if found else (None, None))


def _newest_event(rows: pd.DataFrame) -> pd.Timestamp | None:
    moments = [rows[name].max() for name in _EVENTS if name in rows and rows[name].notna().any()]
    return max((pd.Timestamp(m) if m.tzinfo else m.tz_localize(BEIJING) for m in moments), default=None)


def _to_utc(moment: datetime | None) -> pd.Timestamp | None:
    if moment is None:
        return None
    stamp = pd.Timestamp(moment)
    return stamp.tz_convert("UTC") if stamp.tzinfo else stamp.tz_localize("UTC")


def read_day_in_name(file: str) -> pd.Timestamp | None:
    """The last moment, in Beijing, of the day a file name gives; None without one or with several.

    >>> read_day_in_name("笔记数据_20260806.xlsx")
    Timestamp('2026-08-06 15:59:59+0000', tz='UTC')
    >>> read_day_in_name("notes.xlsx")
    """
    days = {"-".join(match) for match in _DAY_IN_NAME.findall(PurePosixPath(file).stem)}
    if len(days) != 1:
        return None
    day = pd.to_datetime(days.pop(), format="%Y-%m-%d", errors="coerce")
    return None if pd.isna(day) else (day.tz_localize(BEIJING) + END_OF_DAY).tz_convert("UTC")


SYNTHETIC_MARKS = ("合成数据", "synthetic")


def name_file(path: Path, folder: Path) -> str:
    """A file's name inside the folder, with ``/`` on every system and without unprintable characters."""
    name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if mark.isprintable() else "�" for mark in name)


def says_synthetic(preamble: pd.DataFrame, sheet: Sheet) -> bool:
    """Whether the rows above the header or the sheet's name mark the rows as invented."""
    words = [str(cell).lower() for cell in [*preamble.to_numpy().ravel(), sheet.name or "", *sheet.above]]
    return any(mark in word for word in words for mark in SYNTHETIC_MARKS)


def add_source(rows: Rows, layout: Layout, source: Source, *, synthetic: bool) -> Rows:
    """Add to the rows where they come from, when they were true, and what goes without saying in this layout."""
    frame, sheet, setting = rows.frame, source.sheet, source.setting
    said = {"source": layout.kind, "source_file": source.file, "source_sheet": sheet.name, **layout.constants}
    texts = {name: repeat_text(value, frame.index) for name, value in said.items()}
    marked = frame["synthetic"].fillna(True) if "synthetic" in frame else synthetic
    frame = frame.assign(**texts, synthetic=pd.Series(marked, index=frame.index, dtype="boolean"))
    frame = name_creator(frame, setting) if setting else frame
    dated = add_as_of(frame, file=source.file, created_at=sheet.created_at, modified_at=sheet.modified_at)
    return rows._replace(frame=dated, problems=[*sheet.problems, *rows.problems])


def repeat_text(text: str | None, index: pd.Index) -> pd.Series:
    """The same text in every row."""
    texts = pa.repeat(pa.scalar(text, pa.large_string()), len(index))
    return pd.Series(pd.arrays.ArrowStringArray(texts, dtype=TEXT), index=index)


def name_creator(frame: pd.DataFrame, setting: FileSetting) -> pd.DataFrame:
    """Fill ``creator_id`` and ``creator_name`` with what the campaign says about the file."""
    given = {"creator_id": setting.creator_id, "creator_name": setting.creator_name}
    unknown = pd.Series(None, index=frame.index, dtype="str")
    return frame.assign(**{name: frame.get(name, unknown).fillna(value) for name, value in given.items() if value})


FILE_COLUMNS = (
    *("file", "sheet", "kind", "table", "n_rows", "first_date", "last_date"),
    *("columns_read", "columns_ignored", "columns_private", "units_assumed", "n_problems", "needs_human"),
    *("state", "n_totals", "as_of_sources", "columns_guessed", "n_different"),
)
State = Literal["read", "refused", "unreadable", "nothing_to_read"]
HEADER_COLUMNS = ("file", "sheet", "kind", "header", "state", "column", "scope", "format", "window_days")
_PLAIN_UNITS = {"yuan"}
_NAMED_BY = {"notes": ("note_id",), "creators": ("creator_id", "xhs_number", "creator_name")}
"""Table → columns that name what a row is about, the first filled one counting."""


class Understood(NamedTuple):
    """One sheet as it was understood; `layout` is None where it was not read."""

    file: str
    sheet: str | None
    layout: Layout | None
    mappings: tuple[ColumnMapping, ...]
    problems: tuple[Problem, ...]
    units: Mapping[str, str] = MappingProxyType({})
    rows: pd.DataFrame | None = None
    n_totals: int = 0
    state: State = "refused"
    as_of_sources: tuple[str, ...] = ()


def list_files(sheets: Iterable[Understood], *, time_zone: str) -> pd.DataFrame:
    """One row a sheet, with `FILE_COLUMNS`; days are those of `time_zone`."""
    rows = [_describe_sheet(sheet, time_zone) for sheet in sheets]
    return pd.DataFrame(rows, columns=list(FILE_COLUMNS)).astype(
        {"n_rows": "int64", "n_totals": "int64", "n_different": "int64", "needs_human": "bool"}
    )


def list_headers(sheets: Iterable[Understood]) -> pd.DataFrame:
    """One row a header, with `HEADER_COLUMNS`."""
    rows = [_describe_header(sheet, mapping) for sheet in sheets for mapping in sheet.mappings if mapping.header]
    return pd.DataFrame(rows, columns=list(HEADER_COLUMNS))


def _describe_sheet(sheet: Understood, time_zone: str) -> dict[str, object]:
    units = [f"{name}: {unit}" for name, unit in sheet.units.items() if unit not in _PLAIN_UNITS]
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "kind": sheet.layout.kind if sheet.layout else None,
        "table": sheet.layout.table if sheet.layout else None,
        "n_rows": 0 if sheet.rows is None else len(sheet.rows),
        **_find_span(pd.DataFrame() if sheet.rows is None else sheet.rows, time_zone),
        "columns_read": _join(f"{item.header} → {item.column}" for item in sheet.mappings if item.state == "read"),
        "columns_ignored": _join(_take(sheet.mappings, ("ignored", "duplicate"))),
        "columns_private": _join(_take(sheet.mappings, ("private",))),
        "units_assumed": _join(units),
        "n_problems": len(sheet.problems),
        "needs_human": bool(sheet.problems) or sheet.state in {"refused", "unreadable"},
        "state": sheet.state,
        "n_totals": sheet.n_totals,
        "as_of_sources": _join(sheet.as_of_sources),
        "columns_guessed": _join(f"{item.header} → {item.column}" for item in sheet.mappings if item.is_guess),
        "n_different": _count_different(sheet),
    }


def _count_different(sheet: Understood) -> int:
    """Notes or creators that the rows are about: fewer than rows where a file holds several snapshots."""
    if sheet.rows is None or sheet.layout is None or sheet.layout.table not in _NAMED_BY:
        return 0
    first, *others = (sheet.rows[name] for name in _NAMED_BY[sheet.layout.table])
    for other in others:
        first = first.fillna(other)
    return int(first.nunique())


def _take(mappings: Sequence[ColumnMapping], states: tuple[str, ...]) -> list[str]:
    return [mapping.header for mapping in mappings if mapping.state in states and mapping.header]


def _join(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _find_span(rows: pd.DataFrame, time_zone: str) -> dict[str, object]:
    """First and last day of what the rows are about: posting, else day, else as-of time."""
    for name in ("posted_at", "date", "created_at", "as_of"):
        if name in rows and rows[name].notna().any():
            moments = rows[name]
            local = moments if moments.dt.tz is None else moments.dt.tz_convert(time_zone).dt.tz_localize(None)
            return {"first_date": local.min().normalize(), "last_date": local.max().normalize()}
    return {"first_date": pd.NaT, "last_date": pd.NaT}


def _describe_header(sheet: Understood, mapping: ColumnMapping) -> dict[str, object]:
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "kind": sheet.layout.kind if sheet.layout else None,
        "header": mapping.header,
        "state": mapping.state,
        "column": mapping.column if mapping.state in {"read", "duplicate"} else None,
        **(mapping.group._asdict() if mapping.group else {}),
    }


KEYS: dict[str, tuple[str, ...]] = {
    "notes": ("note_id",),
    "creators": ("creator_id", "xhs_number", "creator_name"),
    "baselines": ("creator_id", "creator_name"),
    "placements": ("placement_id", "note_id", "creator_id", "creator_name"),
    "orders": ("placement_id",),
    "ad_days": ("date",),
    "outcomes": ("date",),
    "comments": ("comment_id",),
    "follower_counts": ("creator_id", "creator_name"),
    "rankings": ("creator_id", "creator_name"),
    "codes": ("code",),
}
"""Table → columns of which a row needs at least one."""
MAX_LOST = 20
MEASURED = {column.name for column in TABLES["baselines"] if column.kind in {"count", "share", "money"}} - set(
    PROVENANCE
)
"""Columns of `baselines` that a row without a group does not know: a creator's notes in all are none of a median's."""
SEEDING = "_seeding"
"""Kinds of that ending have one row a product sent, so that one note can fill several."""


def split_tables(rows: pd.DataFrame, layout: Layout) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Give each table its columns of the rows; rows without any key are left out and reported."""
    kept, problems = drop_keyless(rows, layout.table)
    plain = kept.assign(lower_bounds=_keep_bounds(kept["lower_bounds"], None))
    tables = {layout.table: conform(plain, TABLES[layout.table])}
    shared = plain[plain.reindex(columns=layout.also_needs).notna().any(axis=1)] if layout.also_needs else plain
    tables |= {name: _drop_incomplete(conform(shared, TABLES[name]), name) for name in layout.also}
    if layout.table == "placements" or layout.kind.endswith(SEEDING):
        tables["placements"] = add_up_costs(tables["placements"])
    if layout.measures:
        tables["baselines"] = melt_measures(kept)
    return tables, problems


def add_up_costs(placements: pd.DataFrame) -> pd.DataFrame:
    """One row a note of a sheet that lists products sent: the note once, the costs of its rows added.

    Rows that name no note, cancelled ones, and rows of different orders, stay apart.
    """
    key = ["placement_id", "note_id", "as_of"]
    placements = placements.reset_index(drop=True)  # several posts of one row of the file have its index
    live = placements["note_id"].notna() & placements["state"].ne("cancelled").fillna(True)
    same = live & placements[live].duplicated(key, keep=False).reindex(placements.index, fill_value=False)
    if not same.any():
        return placements
    names = [*COST_PARTS, "amount", "quoted_amount", "paid_amount"]
    group = placements[same].groupby(key, dropna=False, sort=False)[names]
    summed = group.transform(lambda costs: costs.sum(min_count=1))
    filled = placements.assign(**{name: placements[name].mask(same, summed[name]) for name in names})
    return filled[~(same & placements[same].duplicated(key).reindex(placements.index, fill_value=False))]


def drop_keyless(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out rows that name nothing (no note, no creator, no order) or lack what every row must have."""
    keys = [name for name in KEYS.get(table, ()) if name in rows]
    needed = [name for name in list_required(table) if name not in keys]
    lost = {
        " or ".join(KEYS.get(table, ())): rows[keys].isna().all(axis=1) if table in KEYS else rows["source_row"].isna(),
        **{name: rows[name].isna() if name in rows else rows["source_row"].notna() for name in needed},
    }
    problems = [problem for names, mask in lost.items() for problem in _report_lost(rows[mask], names)]
    is_lost = pd.concat(lost, axis=1).any(axis=1)
    return (rows[~is_lost] if is_lost.any() else rows), problems


def list_required(table: str) -> list[str]:
    """Columns that every row of a table must fill, apart from where the row came from."""
    places = set(PROVENANCE)
    return [column.name for column in TABLES[table] if column.required and column.name not in places]


def _report_lost(lost: pd.DataFrame, names: str) -> list[Problem]:
    fix = f"fill in {names}, or delete the row"
    sheets = lost["source_sheet"].astype(object).where(lost["source_sheet"].notna(), None)
    places = zip(lost["source_file"], sheets, lost["source_row"], strict=True)
    what = f"row has no {names} and is left out"
    shown = [Problem(what, fix, file=f, sheet=s, row=int(r)) for f, s, r in itertools.islice(places, MAX_LOST)]
    rest = len(lost) - len(shown)
    more = f"{rest:,} more rows have no {names} and are left out"
    return [*shown, Problem(more, fix, file=lost["source_file"].iloc[0])] if rest > 0 else shown


def _drop_incomplete(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows that can stand in a table fed beside the main one: a product sent without a note is no note."""
    keys = list(KEYS.get(table, ()))
    whole = rows[list_required(table)].notna().all(axis=1)
    named = rows[keys].notna().any(axis=1) if keys else whole
    return rows if (whole & named).all() else rows[whole & named]


def melt_measures(rows: pd.DataFrame) -> pd.DataFrame:
    """Medians side by side (``views_median|paid|image|30``) → one row a creator, scope, format and window."""
    table = TABLES["baselines"]
    measured = [name for name in rows if "|" in str(name)]
    groups = dict.fromkeys(tuple(str(name).split("|")[1:]) for name in measured)
    parts = [_take_group(rows, measured, group) for group in groups]
    return pd.concat([conform(part, table) for part in parts], ignore_index=True) if parts else table.empty()


def _take_group(rows: pd.DataFrame, measured: list[str], group: tuple[str, ...]) -> pd.DataFrame:
    end = "|" + "|".join(group)
    names = {name: name.removesuffix(end) for name in measured if name.endswith(end) and name.count("|") == len(group)}
    names = {name: short for name, short in names.items() if "|" not in short}
    scope, form, window = (part or None for part in group)
    plain = [name for name in rows if name in MEASURED]
    part = rows.drop(columns=[*plain, *(name for name in measured if name not in names)]).rename(columns=names)
    text = {"scope": scope, "format": form}
    part = part.assign(
        **{name: pd.Series(value, index=rows.index, dtype="str") for name, value in text.items()},
        window_days=float(window) if window else float("nan"),
        lower_bounds=_keep_bounds(rows["lower_bounds"], end),
    )
    return part[part[list(names.values())].notna().any(axis=1)]


def _keep_bounds(bounds: pd.Series, end: str | None) -> pd.Series:
    """Names of one group (`end`), or those without a group."""

    def keep(text: str) -> str | None:
        names = text.split(",")
        mine = (
            [name for name in names if "|" not in name]
            if end is None
            else [name.removesuffix(end) for name in names if name.endswith(end)]
        )
        return ",".join(mine) or None

    known = bounds.notna()
    if not known.any():
        return bounds
    kept = {text: keep(text) for text in bounds[known].unique()}
    return bounds if all(text == short for text, short in kept.items()) else bounds.map(kept).astype("str")
