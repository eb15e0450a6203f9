"""Rows of a sheet → the canonical tables they feed."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.tables import TABLES, conform

KEYS: dict[str, tuple[str, ...]] = {
    "notes": ("note_id",),
    "creators": ("creator_id", "xhs_number", "creator_name"),
    "baselines": ("creator_id", "creator_name"),
    "placements": ("placement_id", "note_id"),
    "orders": ("placement_id",),
    "ad_days": ("date",),
    "outcomes": ("date",),
    "comments": ("comment_id",),
    "follower_counts": ("creator_id", "creator_name"),
}
"""Table → columns of which a row needs at least one."""
MAX_LOST = 20


def split_tables(rows: pd.DataFrame, layout: Layout) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Give each table its columns of the rows; rows without any key are left out and reported."""
    kept, problems = drop_keyless(rows, layout.table)
    plain = kept.assign(lower_bounds=_keep_bounds(kept["lower_bounds"], None))
    tables = {name: conform(plain, TABLES[name]) for name in (layout.table, *layout.also)}
    if layout.measures:
        tables["baselines"] = melt_measures(kept)
    return tables, problems


def drop_keyless(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out rows that name nothing: no note, no creator, no order."""
    keys = [name for name in KEYS.get(table, ()) if name in rows]
    keyless = rows[keys].isna().all(axis=1)
    fix = "fill in " + " or ".join(KEYS.get(table, ())) + ", or delete the row"
    lost = rows[keyless]
    sheet = lambda row: row.source_sheet if pd.notna(row.source_sheet) else None  # noqa: E731
    problems = [
        Problem(
            "row names nothing and is left out", fix, file=row.source_file, sheet=sheet(row), row=int(row.source_row)
        )
        for row in lost.head(MAX_LOST).itertuples()
    ]
    if len(lost) > MAX_LOST:
        problems.append(
            Problem(
                f"{len(lost) - MAX_LOST:,} more rows name nothing and are left out",
                fix,
                file=lost["source_file"].iloc[0],
            )
        )
    return rows[~keyless], problems


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
    part = rows.drop(columns=[name for name in measured if name not in names]).rename(columns=names)
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
    return bounds.mask(known, bounds[known].map(keep)).astype("str") if known.any() else bounds
