"""What was understood of each sheet, as rows of two tables: one a sheet, one a header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import Landing, Layout

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
    landings: tuple[Landing, ...]
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
    rows = [_describe_header(sheet, landing) for sheet in sheets for landing in sheet.landings if landing.header]
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
        "columns_read": _join(f"{item.header} → {item.column}" for item in sheet.landings if item.state == "read"),
        "columns_ignored": _join(_take(sheet.landings, ("ignored", "duplicate"))),
        "columns_private": _join(_take(sheet.landings, ("private",))),
        "units_assumed": _join(units),
        "n_problems": len(sheet.problems),
        "needs_human": bool(sheet.problems) or sheet.state in {"refused", "unreadable"},
        "state": sheet.state,
        "n_totals": sheet.n_totals,
        "as_of_sources": _join(sheet.as_of_sources),
        "columns_guessed": _join(f"{item.header} → {item.column}" for item in sheet.landings if item.is_guess),
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


def _take(landings: Sequence[Landing], states: tuple[str, ...]) -> list[str]:
    return [landing.header for landing in landings if landing.state in states and landing.header]


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


def _describe_header(sheet: Understood, landing: Landing) -> dict[str, object]:
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "kind": sheet.layout.kind if sheet.layout else None,
        "header": landing.header,
        "state": landing.state,
        "column": landing.column if landing.state in {"read", "duplicate"} else None,
        **(landing.group._asdict() if landing.group else {}),
    }
