"""Rows of a sheet → the canonical tables they feed."""

from __future__ import annotations

import itertools

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.reconcile import COST_PARTS
from xhs_toolkit.tables import PROVENANCE, TABLES, conform

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
MEASURED = {column.name for column in TABLES["baselines"] if column.kind in {"count", "share", "money"}} - {
    column.name for column in PROVENANCE
}
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

    Rows that name no note, and rows of different orders, stay apart.
    """
    key = ["placement_id", "note_id", "as_of"]
    same = placements["note_id"].notna() & placements.duplicated(key, keep=False)
    if not same.any():
        return placements
    names = [*COST_PARTS, "amount"]
    group = placements[same].groupby(key, dropna=False, sort=False)[names]
    summed = group.transform(lambda costs: costs.sum(min_count=1))
    filled = placements.assign(**{name: placements[name].mask(same, summed[name]) for name in names})
    return filled[~(same & placements.duplicated(key))]


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
    places = {column.name for column in PROVENANCE}
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
