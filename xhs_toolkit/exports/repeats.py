"""The same row in several files, or twice in one: kept once, and told where the rows disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.tables import NUMERIC_KINDS, PROVENANCE, Table

MAX_CONFLICTS = 20
FIX_CONFLICT = "keep one of the rows; the first was used"
FIX_OVERLAP = "nothing, if the newer export is right; else take one of the two files out"
SAME_WITHIN = 0.005
"""Figures nearer to each other are the same: files round to two decimals."""
_PLACES = [column.name for column in PROVENANCE]


class Part(NamedTuple):
    """The rows one sheet gives one table, and when their figures were true."""

    rows: pd.DataFrame
    as_of: pd.Timestamp | None = None


def join_parts(parts: Sequence[Part], table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Put the rows of all sheets together, each row once.

    Tables with ``as_of`` keep every snapshot. In the others (days, comments, invoices) the newest file counts
    for each key: an older file's rows with the same key are left out, and told where their figures differ.
    """
    frames = [part.rows for part in parts if len(part.rows)]
    if not frames:
        return table.empty(), []
    joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)
    if "as_of" in table.key:
        return drop_repeated(joined, table)
    newest, problems = keep_newest(joined, _rank_parts([part for part in parts if len(part.rows)]), table)
    if table.name in _NAMED_ROWS:
        newest, repeated = drop_repeated(newest, table)
        problems = [*problems, *repeated]
    return newest, problems


_NAMED_ROWS = {"comments", "rankings"}
"""Tables without ``as_of`` whose key names one thing, so that it cannot stand in a file twice."""


# --------------------------------------------------------------------------- the same row twice


def drop_repeated(rows: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the first of the rows that show the same thing at the same time; report where they disagree.

    What the first leaves open the others fill: a note on two rows of a sheet may have its likes on one of them.
    """
    key = drop_constant(identify(rows, table))
    repeated = key.duplicated()
    if not repeated.any():
        return rows, []
    is_alike = key.duplicated(keep=False)
    alike = rows[is_alike]
    said = alike.drop(columns=[*_PLACES, "as_of_source"], errors="ignore")
    group = key[is_alike].groupby(list(key.columns), dropna=False, sort=False).ngroup()
    together = said.groupby(group, sort=False).transform("first")
    differs = (said.notna() & said.ne(together)).any(axis=1)
    kept = alike[~repeated[is_alike]].assign(**{name: together[name] for name in together})
    merged = pd.concat([rows[~is_alike], kept]).sort_index().reset_index(drop=True)
    return merged, _report_conflicts(alike[differs & ~said.duplicated()], table)


def drop_constant(key: pd.DataFrame) -> pd.DataFrame:
    """Without the columns that are alike in every row and tell nothing apart; one column always stays."""
    varying = [name for name in key if not (key[name].isna().all() or key[name].eq(key[name].iloc[0]).all())]
    return key[varying or list(key.columns[:1])] if len(key) else key


def identify(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The columns that tell rows apart; a creator without an id is told by number or name."""
    key = rows[list(table.key)]
    unnamed = _find_unnamed(rows, table)
    if unnamed.any():
        key = key.assign(_row=pd.Series(range(len(rows)), index=rows.index).where(unnamed, -1))
    if "creator_id" not in key and table.name != "placements":
        return key
    who = rows["creator_id"]
    for name in ("xhs_number", "creator_name"):
        who = who.fillna(rows[name]) if name in rows else who
    return key.assign(creator_id=who)


def _find_unnamed(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Placements that name neither order nor note: two of them are two, whatever else is alike."""
    if table.name != "placements":
        return pd.Series(False, index=rows.index)
    return rows[["placement_id", "note_id"]].isna().all(axis=1)


def _report_conflicts(rows: pd.DataFrame, table: Table) -> list[Problem]:
    what = f"repeats an earlier row of the same {table.label_en.lower().rstrip('s')} and time with other figures"
    shown = [
        Problem(what, FIX_CONFLICT, file=row.source_file, sheet=_text(row.source_sheet), row=int(row.source_row))
        for row in rows.head(MAX_CONFLICTS).itertuples()
    ]
    rest = len(rows) - len(shown)
    more = Problem(f"{rest:,} more rows of {table.name} repeat earlier ones with other figures", FIX_CONFLICT)
    return [*shown, more] if rest > 0 else shown


def _text(value: object) -> str | None:
    return str(value) if pd.notna(value) else None


# ----------------------------------------------------------------------- the same day in two files


def _rank_parts(parts: Sequence[Part]) -> pd.Series:
    """One number a row, the newer its file the higher; of equally new files the later name."""
    oldest = pd.Timestamp.min.tz_localize("UTC")
    moments = [part.as_of if part.as_of is not None and pd.notna(part.as_of) else oldest for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (moments[place], place))
    rank = {place: number for number, place in enumerate(order)}
    return pd.Series([rank[place] for place, part in enumerate(parts) for _ in range(len(part.rows))])


def keep_newest(rows: pd.DataFrame, rank: pd.Series, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep, for each key, only the rows of the newest file that has it.

    Parameters
    ----------
    rows : columns of the table.
    rank : one number a row; the rows of one file share it, a newer file's is higher.
    """
    if rank.nunique() < 2:
        return rows, []
    key = _number_keys(rows, table)
    best = rank.groupby(key).transform("max")
    is_old = rank < best
    if not is_old.any():
        return rows, []
    problems = _report_overlaps(rows, key, is_old, table)
    return rows[~is_old].reset_index(drop=True), problems


def _number_keys(rows: pd.DataFrame, table: Table) -> pd.Series:
    key = rows[list(table.key)]
    if table.name == "invoices":
        loose = rows["invoice_id"].isna()
        said = pd.util.hash_pandas_object(rows.drop(columns=_PLACES), index=False)
        key = key.assign(_said=said.where(loose, 0))
    return key.groupby(list(key.columns), dropna=False, sort=False).ngroup()


def _report_overlaps(rows: pd.DataFrame, key: pd.Series, is_old: pd.Series, table: Table) -> list[Problem]:
    """One problem a file whose older rows say something else than the newer ones that count."""
    numbers = [column.name for column in table if column.kind in NUMERIC_KINDS and column.name not in _PLACES]
    newer = rows[~is_old].groupby(key[~is_old])[numbers].sum(min_count=1)
    older = rows[is_old].groupby([key[is_old], rows["source_file"][is_old]])[numbers].sum(min_count=1)
    now = newer.reindex(older.index.get_level_values(0)).set_axis(older.index, axis="index")
    differs = (older.sub(now).abs() >= SAME_WITHIN) | (older.isna() != now.isna())
    counts = differs.any(axis=1).groupby(level=1).sum()
    return [
        Problem(
            f"{n:,} row(s) of {table.label_en.lower()} stand in a newer file too, with other figures; "
            "only the newer ones count",
            FIX_OVERLAP,
            file=str(file),
        )
        for file, n in counts[counts > 0].items()
    ]
