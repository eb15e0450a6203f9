"""What an analyst asks of a frame: a ratio with its range by anything, what a column means, where a word is found."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from xhs_toolkit.campaign.values import find_nearest
from xhs_toolkit.errors import XhsError, list_names
from xhs_toolkit.tables import DERIVED, RECORDS, TABLES, Column, get_creator

SAME_AS: Mapping[str, str] = {"followers": "follower_counts", "ads": "ad_days", "words": "ad_days"}
"""Frame → the table of the codebook whose columns it has, where it has another name."""

MAX_NAMES = 12
"""Names that an error lists."""

PARTS = ("so_far", "gained")
"""Endings of columns of growth, each documented as a column of its own."""

DESCRIBED = ("column", "label_en", "label_zh", "kind", "unit", "meaning")


def rate_groups(rows: pd.DataFrame, numerator: str, denominator: str, *, by: Sequence[str]) -> pd.DataFrame:
    """Sum of one column over the sum of another in each group, with its 90% interval over creators.

    Rows in which either is missing are left out of both sums. Groups come as they sort; rows without a group are one.

    Returns
    -------
    `by`, ``rate``, ``rate_low``, ``rate_high``, ``n_notes`` and ``n_creators`` that it rests on, ``rate_reason`` (why
    it has no interval, see `stats.Interval`).

    Raises
    ------
    XhsError
        a column is none of the frame, or not a number.
    """
    for name in (numerator, denominator, *by):
        check_column(rows, name)
    for name in (numerator, denominator):
        if not pd.api.types.is_numeric_dtype(rows[name]):
            raise XhsError(f"{name} holds no numbers. Put it after by= to group by it.")
    groups = rows.groupby(list(by), dropna=False, sort=True) if by else [((), rows)]
    return pd.DataFrame(
        [dict(zip(by, key, strict=True)) | _rate(group, numerator, denominator) for key, group in groups]
    )


def _rate(group: pd.DataFrame, numerator: str, denominator: str) -> dict[str, object]:
    from xhs_toolkit.stats import ratio_of_sums

    who = get_creator(group)
    found = ratio_of_sums(group[numerator], group[denominator], cluster=who)
    return {
        "rate": found.estimate,
        "rate_low": found.low,
        "rate_high": found.high,
        "n_notes": found.n,
        "n_creators": found.n_clusters,
        "rate_reason": found.reason,
    }


def check_column(rows: pd.DataFrame, name: str) -> None:
    """Refuse a column that a frame lacks, and name the nearest."""
    if name not in rows:
        raise XhsError(f"There is no column {name!r}. {suggest(name, rows.columns)}")


def suggest(name: str, known: Sequence[str]) -> str:
    """The nearest of some names as advice, else the first of them."""
    near = find_nearest(name, known)
    return f"Did you mean {near}?" if near else f"Choose one of: {list_names(known, most=MAX_NAMES)}."


# ------------------------------------------------------------------------------------- the codebook


def describe_columns(frame: str, names: Sequence[str]) -> pd.DataFrame:
    """Describe columns of a frame: ``column``, ``label_en``, ``label_zh``, ``kind``, ``unit``, ``meaning``."""
    tables = {**TABLES, **RECORDS}
    first = tables.get(SAME_AS.get(frame, frame), ())
    known: dict[str, Column] = {}
    for column in itertools.chain(first, DERIVED, *tables.values()):
        known.setdefault(column.name, column)
    return pd.DataFrame([_describe(name, known) for name in names], columns=list(DESCRIBED))


def _describe(name: str, known: Mapping[str, Column]) -> dict[str, str]:
    """A column as the codebook has it; a running total or a gain as the figure it is of."""
    part = next((part for part in PARTS if name.endswith(f"_{part}")), None)
    column = known[name.removesuffix(f"_{part}")] if part else known[name]
    added = known[part] if part else None
    return {
        "column": name,
        "label_en": f"{column.label_en}: {added.label_en}" if added else column.label_en,
        "label_zh": f"{column.label_zh}：{added.label_zh}" if added else column.label_zh,
        "kind": column.kind,
        "unit": column.unit,
        "meaning": f"{column.meaning}. {added.meaning}" if added else column.meaning,
    }


def find_words(text: str, columns: pd.DataFrame) -> pd.DataFrame:
    """Rows of described columns in which each word of a text is found, whatever its case; the name's own first."""
    shown = ["column", "label_en", "label_zh", "meaning"]
    told = columns[shown].agg(" ".join, axis=1).str.casefold()
    found = pd.Series(True, index=columns.index)
    for word in text.casefold().split():
        found &= told.str.contains(word, regex=False)
    first = columns.loc[found, "column"].str.casefold().ne(text.casefold())
    return columns[found].assign(_first=first).sort_values("_first", kind="stable").drop(columns="_first")
