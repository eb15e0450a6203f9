"""The rows of one sheet, read column by column into canonical columns, with every fault reported."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports import cells
from xhs_toolkit.exports.cellbase import find_blank
from xhs_toolkit.exports.cells import read_ages, read_genders
from xhs_toolkit.exports.headers import drop_totals, find_averages
from xhs_toolkit.exports.layouts import ColumnMapping, Layout, Match
from xhs_toolkit.exports.meanings import list_currencies
from xhs_toolkit.exports.platforms import ONCE, find_repeated, hash_names
from xhs_toolkit.exports.sheetbase import TEXT, Merged
from xhs_toolkit.tables import OUTCOME_METRICS, TABLES, Column, Table, describe_rule, find_bad_values, has_rule

MAX_PROBLEMS = 20
"""Cells of one column reported one by one; the rest are counted."""
THREADS_FROM = 100_000
"""Rows from which starting threads costs less than it saves."""
MIN_WRONG = 5
"""From this many unreadable cells on, a column that is mostly unreadable is taken to hold something else."""

Reader = Callable[[pd.Series], cells.Cells]

READERS: dict[str, Reader] = {
    "text": cells.read_text,
    "choice": cells.read_text,
    "count": cells.read_count,
    "number": cells.read_number,
    "share": cells.read_share,
    "money": cells.read_money,
    "time": cells.read_time,
    "date": cells.read_date,
    "flag": cells.read_yes_no,
}
READERS_BY_NAME: dict[str, Reader] = {
    "format": cells.read_format,
    "avg_view_s": cells.read_seconds,
    "xhs_number": cells.read_id,
    "fan_growth_30d": partial(cells.read_share, minimum=-1.0, maximum=np.inf),
    "fan_genders": read_genders,
    "fan_ages": read_ages,
    "note_link": cells.read_text,
    "creator_link": cells.read_text,
    "qualified": cells.read_yes_no,
    **{f"metric_{metric}": cells.read_number for metric in OUTCOME_METRICS},
}
"""Readers of columns that a kind alone does not tell, and of the helpers of some layouts."""

UNITS = {"unit=10000": 10_000.0, "unit=1000": 1_000.0}
_YUAN = re.compile(r"cny|rmb|yuan|元|¥", re.I)


class Rows(NamedTuple):
    """What was read from one sheet.

    Attributes
    ----------
    frame : one row a row of the file: canonical columns, helpers, ``source_row``, ``lower_bounds``; the
        columns of ``baselines`` under the name that `name_measure` gives them.
    mappings : as matched, with the columns set aside that hold something else than their header says.
    units : canonical column → unit taken (``percent``, ``fen``), where there was something to decide.
    totals : rows that sum up the others; they are not in `frame`.
    problems : what could not be read.
    """

    frame: pd.DataFrame
    mappings: tuple[ColumnMapping, ...]
    units: dict[str, str]
    totals: pd.DataFrame
    problems: list[Problem]


def read_rows(body: pd.DataFrame, match: Match, *, file: str, sheet: str | None, merged: Sequence[Merged] = ()) -> Rows:
    """Read the rows below the header.

    Parameters
    ----------
    body : cells as stored, one column a header, indexed by row in the file (from 1).
    match : the layout and where each header lands.
    file, sheet : the place, for the problems.
    merged : cells that reach over several rows.
    """
    blank = find_blank(body)
    body = fill_merged(body, match, merged) if merged else body
    kept, totals = drop_totals(body[~blank] if blank.any() else body)
    kept, repeated = _drop_repeated(kept, match.layout, place=(file, sheet))
    taken = [mapping for mapping in match.mappings if mapping.state == "read"]
    columns: dict[str, cells.Cells] = {}
    problems: list[Problem] = [*repeated]
    wrong = set()
    for mapping, result in zip(taken, _read_columns(kept, taken, match.layout), strict=True):
        faults, is_wrong = describe_faults(kept.iloc[:, mapping.position], result, mapping, place=(file, sheet))
        problems += faults
        if is_wrong:
            wrong.add(mapping.position)
        else:
            columns[name_measure(mapping)] = result
    mappings = tuple(
        mapping._replace(state="ignored") if mapping.position in wrong else mapping for mapping in match.mappings
    )
    frame = name_currency(_to_frame(columns, kept.index), match)
    if match.layout.table in ONCE:
        frame["_names"] = hash_names(kept, [mapping.position for mapping in mappings if mapping.state != "read"])
    return Rows(frame, mappings, {name: read.unit for name, read in columns.items() if read.unit}, totals, problems)


def _drop_repeated(
    kept: pd.DataFrame, layout: Layout, *, place: tuple[str, str | None]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Without rows that repeat another cell by cell, where a row is a day's figure and not one lead."""
    if layout.table not in ONCE or "qualified" in layout.columns or len(kept) < 2:
        return kept, []
    again = find_repeated(kept)
    if not again.any():
        return kept, []
    what = f"{int(again.sum()):,} row(s) repeat another cell by cell and count once"
    first = int(again[again].index[0])
    return kept[~again], [
        Problem(what, "nothing, if the rows were pasted twice", file=place[0], sheet=place[1], row=first)
    ]


def _read_columns(kept: pd.DataFrame, mappings: Sequence[ColumnMapping], layout: Layout) -> list[cells.Cells]:
    """Read each column; several at a time in long tables, for most of the work is done in Arrow and numpy."""

    def read(mapping: ColumnMapping) -> cells.Cells:
        return read_column(kept.iloc[:, mapping.position], mapping, layout)

    if len(kept) < THREADS_FROM:
        return [read(mapping) for mapping in mappings]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(read, mappings))


def name_currency(frame: pd.DataFrame, match: Match) -> pd.DataFrame:
    """Fill ``currency`` with what a header names (Sales (NZD)), that of the amount first, where no cell says it."""
    if not match.layout.in_any_currency:
        return frame
    amounts = [item for item in match.read if item.column in match.layout.in_any_currency]
    named = _name_currencies(amounts) or _name_currencies(match.mappings)
    if len(named) != 1:
        return frame
    unknown = pd.Series(None, index=frame.index, dtype="str")
    return frame.assign(currency=frame.get("currency", unknown).fillna(named.pop()))


def _name_currencies(mappings: Sequence[ColumnMapping]) -> set[str]:
    return {item.meaning.currency for item in mappings if item.meaning and item.meaning.currency}


def _to_frame(columns: Mapping[str, cells.Cells], index: pd.Index) -> pd.DataFrame:
    values = {name: read[0] for name, read in columns.items()}
    bounds = join_bounds({name: read.lower_bound for name, read in columns.items()}, index)
    frame = pd.DataFrame(values, index=index, copy=False)
    return frame.assign(source_row=index.to_numpy(dtype=float), lower_bounds=bounds)


def name_measure(mapping: ColumnMapping) -> str:
    """Name of a column in `Rows.frame`; a figure of ``baselines`` carries its group: ``views_median|paid|image|30``."""
    if mapping.group is None:
        return str(mapping.column)
    return "|".join([str(mapping.column), *("" if part is None else str(part) for part in mapping.group)])


# ------------------------------------------------------------------------------------ which rows


# ------------------------------------------------------------------------------------ merged cells

NOTE_KEYS = ("note_id", "note_link")
SUMMED_KINDS = ("money", "count", "number")


def fill_merged(body: pd.DataFrame, match: Match, merged: Sequence[Merged]) -> pd.DataFrame:
    """Give each row what a cell merged over it says.

    An amount stands for all the rows together and stays where it is, so that it counts once; a figure of a note is
    repeated only beside the same note.
    """
    mappings = {mapping.position: mapping for mapping in match.read}
    filled = body.copy()
    ordered = sorted(merged, key=lambda cell: _is_summed(mappings.get(cell.column), match.layout))
    keys = [position for position, mapping in mappings.items() if mapping.column in NOTE_KEYS]
    for cell in ordered:
        rows = [row for row in range(cell.first_row + 2, cell.last_row + 2) if row in body.index]
        mapping = mappings.get(cell.column)
        if mapping is None or not rows or cell.first_row + 1 not in body.index:
            continue
        if _is_summed(mapping, match.layout):
            rows = [row for row in rows if _names_same(filled, keys, cell.first_row + 1, row)]
            rows = [] if is_money(mapping, match.layout) else rows
        filled.loc[rows, filled.columns[cell.column]] = filled.loc[cell.first_row + 1, filled.columns[cell.column]]
    return filled


def _is_summed(mapping: ColumnMapping | None, layout: Layout) -> bool:
    column = find_column(str(mapping.column), layout) if mapping else None
    return column is not None and column.kind in SUMMED_KINDS and column.name != "followers"


def is_money(mapping: ColumnMapping, layout: Layout) -> bool:
    """Whether a header landed in a column of amounts."""
    column = find_column(str(mapping.column), layout)
    return column is not None and column.kind == "money"


def _names_same(rows: pd.DataFrame, keys: Sequence[int], one: int, other: int) -> bool:
    """Whether two rows name the same note."""
    pairs = [tuple(rows.loc[[one, other], rows.columns[key]]) for key in keys]
    return any(bool(left) and left == right for left, right in pairs)


# --------------------------------------------------------------------------------- column by column


def find_column(name: str, layout: Layout) -> Column | None:
    """The canonical column of that name, in the layout's table, `baselines` or a table it also feeds."""
    tables = [layout.table, *layout.also, *(["baselines"] if layout.measures else [])]
    return next((column for table in tables for column in TABLES[table] if column.name == name), None)


def read_column(values: pd.Series, mapping: ColumnMapping, layout: Layout) -> cells.Cells:
    """Read one column with the reader of its kind, in the units its header names."""
    name = str(mapping.column)
    column = find_column(name, layout)
    header_units = mapping.meaning.units if mapping.meaning else frozenset()
    header_units |= {"unit=yuan"} if _YUAN.search(mapping.header) else set()
    return _choose_reader(name, column, header_units, layout)(values)


def _choose_money(units: frozenset[str], layout: Layout) -> str:
    """What the header says amounts are counted in, else what the kind of export does."""
    return "fen" if "unit=fen" in units else "yuan" if "unit=yuan" in units else layout.money_unit


def _choose_reader(name: str, column: Column | None, units: frozenset[str], layout: Layout) -> Reader:
    if name in READERS_BY_NAME and not units & list_currencies():
        return READERS_BY_NAME[name]
    if name.endswith("_id"):
        return cells.read_id
    kind = column.kind if column else "text"
    scale = next((factor for unit, factor in UNITS.items() if unit in units), 1.0)
    if units & list_currencies():
        return partial(cells.read_amount, scale=scale)
    options: dict[str, dict[str, Any]] = {
        "money": {"unit": _choose_money(units, layout), "scale": scale},
        "share": {"hint": "percent" if "unit=percent" in units else None},
        "count": {"whole": not (name.endswith("_median") or scale > 1), "scale": scale},
        "number": {"scale": scale},
    }
    return partial(READERS[kind], **options.get(kind, {}))


def describe_faults(
    values: pd.Series, result: cells.Cells, mapping: ColumnMapping, *, place: tuple[str, str | None]
) -> tuple[list[Problem], bool]:
    """Problems of a column's unreadable cells, and whether the column holds something else altogether."""
    reasons = result.reasons
    if reasons.empty:
        return [], False
    n_filled = int((values.notna() & values.ne("")).sum())
    report = partial(Problem, file=place[0], sheet=place[1], column=mapping.header)
    is_wrong = len(reasons) >= MIN_WRONG and len(reasons) > n_filled / 2 and not reasons.eq(cells.RUINED).any()
    first = reasons.index[0]
    if is_wrong:
        what = f"and most cells of the column do not look like {mapping.column}; the column is not read"
        fix = "rename the header, or name the column under 'files' in campaign.yaml"
        return [report(what, fix, row=int(first), value=values[first])], True
    fix = "correct the cell, or leave it: it stays missing"
    shown = [
        report(reason, fix, row=int(row), value=values[row]) for row, reason in reasons.iloc[:MAX_PROBLEMS].items()
    ]
    rest = len(reasons) - len(shown)
    more = [report(f"{rest:,} more cells of this column cannot be read", fix)] if rest > 0 else []
    return shown + more, False


def join_bounds(bounds: Mapping[str, pd.Series], index: pd.Index) -> pd.Series:
    """Names of the columns that give only a lower bound, one text a row; missing where there is none."""
    marked = {name: mask.to_numpy() for name, mask in bounds.items() if mask.any()}
    if not marked:
        return pd.Series(pd.arrays.ArrowStringArray(pa.nulls(len(index), pa.large_string()), dtype=TEXT), index=index)
    some = np.logical_or.reduce(list(marked.values()))
    table = np.column_stack([mask[some] for mask in marked.values()])
    patterns = np.packbits(table, axis=1)
    known, places = np.unique(patterns, axis=0, return_inverse=True)
    shown = np.unpackbits(known, axis=1, count=len(marked)).astype(bool)
    texts = [",".join(np.array(list(marked), dtype=object)[row]) for row in shown]
    codes = np.full(len(index), -1)
    codes[some] = places.ravel()
    joined = pa.array(texts, pa.large_string()).take(pa.array(codes, mask=codes < 0))
    return pd.Series(pd.arrays.ArrowStringArray(joined, dtype=TEXT), index=index)


# ----------------------------------------------------------------------------------- out of range


def blank_bad_values(rows: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Make values that break the table's rules missing, and report each; one that is required takes its row out."""
    problems: list[Problem] = []
    for column in table:
        if column.name not in rows or not has_rule(column):
            continue
        bad = find_bad_values(rows, column)
        if bad.any():
            problems += [_describe_bad(row, column) for _, row in rows[bad].head(MAX_PROBLEMS).iterrows()]
            problems += _count_rest(int(bad.sum()) - MAX_PROBLEMS, rows, column)
            rows = rows[~bad] if column.required else rows.assign(**{column.name: rows[column.name].mask(bad)})
    return rows, problems


def _count_rest(n: int, rows: pd.DataFrame, column: Column) -> list[Problem]:
    what = f"{n:,} more values are not allowed in '{column.name}'"
    return [Problem(what, describe_rule(column), file=rows["source_file"].iloc[0], column=column.name)] if n > 0 else []


def _describe_bad(row: pd.Series, column: Column) -> Problem:
    sheet = row["source_sheet"] if pd.notna(row["source_sheet"]) else None
    return Problem(
        f"is not allowed in '{column.name}' and " + ("its row is left out" if column.required else "stays missing"),
        describe_rule(column),
        file=row["source_file"],
        sheet=sheet,
        row=int(row["source_row"]),
        column=column.name,
        value=row[column.name],
    )


SUMMED_TABLES = {"notes", "orders", "ad_days"}
NOT_SUMMED = {"followers", "viewers"}
"""People are not added up: one person may have viewed several notes."""
MAX_TOTALS = 100
"""Where a sheet has more totals rows, only the last is compared."""
TOLERANCE = 0.005
"""Relative difference that rounding (1.2万) may leave."""


def compare_totals(rows: Rows, layout: Layout, *, file: str, sheet: str | None) -> list[Problem]:
    """Report each total that is neither the sum of all rows above it nor of those since the total before it."""
    rows = rows._replace(totals=rows.totals[~find_averages(rows.totals)])
    if rows.totals.empty or layout.table not in SUMMED_TABLES:
        return []
    found = [
        item for mapping in rows.mappings if _is_added_up(mapping, layout) for item in _compare(mapping, rows, layout)
    ]
    return [
        Problem(
            f"is the total in the file, but the rows above it add up to {added:,.0f}",
            "check whether rows were left out of the export; the rows are used",
            file=file,
            sheet=sheet,
            row=row,
            column=header,
            value=f"{total:,.0f}",
        )
        for row, header, total, added in found
    ]


def _is_added_up(mapping: ColumnMapping, layout: Layout) -> bool:
    column = find_column(str(mapping.column), layout)
    return (
        mapping.state == "read"
        and column is not None
        and column.kind in {"count", "money"}
        and column.name not in NOT_SUMMED
    )


def _compare(mapping: ColumnMapping, rows: Rows, layout: Layout) -> Iterator[tuple[int, str, float, float]]:
    """Row, header, total and sum of each total that does not tie."""
    checked = rows.totals if len(rows.totals) <= MAX_TOTALS else rows.totals.tail(1)
    totals = read_column(checked.iloc[:, mapping.position], mapping, layout).values  # noqa: PD011
    figures = rows.frame[mapping.column]
    before = 0
    for row, total in totals.items():
        above = figures[figures.index < row] if (figures.index < row).any() else figures
        options = (float(above.sum()), float(figures[(figures.index > before) & (figures.index < row)].sum()))
        if pd.notna(total) and not any(math.isclose(total, added, rel_tol=TOLERANCE) for added in options):
            yield int(row), mapping.header, float(total), options[0]
        before = row
