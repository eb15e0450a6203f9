"""What a file says against itself: figures that cannot stand beside each other, and rows that stand in it twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import matches, to_arrow
from xhs_toolkit.tables import TABLES

ONCE = {"ad_days", "outcomes"}
"""Tables in which the same row of a file counts once: a day's spend is not spent twice."""
_TEXT = r"[^\d.,%¥￥\s+-]"
_ROUNDING = 1e-9


@lru_cache(maxsize=1)
def read_relations() -> tuple[dict[str, str], ...]:
    """The relations, from ``templates/exports/relations.yaml``: table, left, right."""
    return tuple(read_bundled_yaml(bundled_folder("templates") / "exports" / "relations.yaml"))


def check_relations(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Report each relation that rows of a file break: how many, and the first of them."""
    return [problem for relation in read_relations() for problem in _check(tables[relation["table"]], relation)]


def _check(rows: pd.DataFrame, relation: Mapping[str, str]) -> Iterator[Problem]:
    left, right = rows[relation["left"]], rows[relation["right"]]
    is_time = pd.api.types.is_datetime64_any_dtype(left)
    broken = rows[left > (right + pd.Timedelta(days=1) if is_time else right * (1 + _ROUNDING))]
    labels = [TABLES[relation["table"]][relation[side]] for side in ("left", "right")]
    for (file, sheet), group in broken.groupby(["source_file", "source_sheet"], dropna=False, sort=False):
        first = group.iloc[0]
        values = [
            f"{first[relation[side]]:%Y-%m-%d}" if is_time else f"{first[relation[side]]:,g}"
            for side in ("left", "right")
        ]
        yield Problem(
            f"{len(group):,} row(s) have {labels[0].label_en.lower()} above {labels[1].label_en.lower()}, "
            f"which cannot be: {values[0]} above {values[1]} in the first",
            "look whether two columns are exchanged, or one counts something else",
            file=str(file),
            sheet=str(sheet) if pd.notna(sheet) else None,
            row=int(first["source_row"]),
        )


# ------------------------------------------------------------------------------ the same row twice


def find_repeated(body: pd.DataFrame) -> pd.Series:
    """Mask of the rows of a file that repeat an earlier one cell by cell."""
    return pd.util.hash_pandas_object(body.astype("str"), index=False).duplicated()


def hash_names(body: pd.DataFrame, unread: list[int]) -> pd.Series:
    """One number a row for what its unread columns of texts name, such as a product: what may tell two rows apart."""
    named = [place for place in unread if matches(to_arrow(body.iloc[:, place].astype("str")), _TEXT).any()]
    ids = [place for place in unread if place not in named and body.iloc[:, place].astype("str").str.len().min() >= 6]
    texts = body.iloc[:, [*named, *ids]].astype("str")
    return pd.util.hash_pandas_object(texts, index=False) if texts.shape[1] else pd.Series(0, index=body.index)


def ask_about_repeats(rows: pd.DataFrame, names: pd.Series, *, table: str) -> list[Problem]:
    """Ask about rows of one file that name the same day and things and show other figures: both count until told."""
    columns = [name for name in TABLES[table].key if name in rows and name != "source"]
    key = rows[columns].assign(_names=names.reindex(rows.index))
    again = key.duplicated(keep=False)
    if not again.any():
        return []
    first = rows[again].iloc[0]
    sheet = first["source_sheet"]
    return [
        Problem(
            f"{int(again.sum()):,} rows name the day and things of another row, with other figures; each counts",
            "keep one of each, or a column that tells them apart",
            file=str(first["source_file"]),
            sheet=str(sheet) if pd.notna(sheet) else None,
            row=int(first["source_row"]),
            topic="money" if table == "ad_days" else "figure",
            proposal="all of them count",
        )
    ]
