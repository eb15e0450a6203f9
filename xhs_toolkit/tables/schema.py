"""What a canonical table is, and the one check that reports every bad row at once.

One `Table` names its columns, and each `Column` says what it holds, in which unit, within
which range, and what it is called in English and Chinese (``templates/codebook/``). The codebook page, the checks, the
labels of the report and the number formats are all derived from it.

Storage follows the column's `kind`: text and choices are ``str``, counts, numbers, shares and
money are ``float64``, times are ``datetime64[us, UTC]``, dates are ``datetime64[us]``, flags are
``boolean``. Missing is NaN / NaT / <NA>, never 0 and never an empty string.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem, TableError

Kind = Literal["text", "choice", "count", "number", "share", "money", "time", "date", "flag"]

STORAGE: dict[str, str] = {
    "text": "str",
    "choice": "str",
    "count": "float64",
    "number": "float64",
    "share": "float64",
    "money": "float64",
    "time": "datetime64[us, UTC]",
    "date": "datetime64[us]",
    "flag": "boolean",
}
NUMERIC_KINDS = {"count", "number", "share", "money"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    label_en: str
    label_zh: str
    meaning: str
    unit: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def storage(self) -> str:
        """The pandas dtype that holds this column."""
        return STORAGE[self.kind]

    @property
    def lowest(self) -> float | None:
        """Smallest value allowed: 0 for counts, shares and money unless said otherwise."""
        if self.minimum is not None:
            return self.minimum
        return 0.0 if self.kind in {"count", "share", "money"} else None

    @property
    def highest(self) -> float | None:
        """Largest value allowed: 1 for shares unless said otherwise."""
        if self.maximum is not None:
            return self.maximum
        return 1.0 if self.kind == "share" else None


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: its columns and what tells one row from another."""

    name: str
    label_en: str
    label_zh: str
    one_row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame without rows that has every column in its storage type."""
        return conform(pd.DataFrame(), self)


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Bring a frame to a table's columns, order and storage types; absent columns are missing.

    Columns the table does not have are dropped: a reader lists them before it calls this.
    """
    missing: dict[str, pd.Series] = {}
    columns = {column.name: _bring(frame, column, missing) for column in table}
    return pd.DataFrame(columns, index=frame.index, copy=False)


def _bring(frame: pd.DataFrame, column: Column, missing: dict[str, pd.Series]) -> pd.Series:
    """A column in its storage type; absent columns of one type share one series of missing values."""
    if column.name in frame:
        values = frame[column.name]
        return values if values.dtype == column.storage else values.astype(column.storage)
    if column.storage not in missing:
        nothing = pd.NA if column.kind == "flag" else None
        missing[column.storage] = pd.Series(nothing, index=frame.index, dtype=column.storage)
    return missing[column.storage]


def check_table(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame conformed to `table`, or raise one `TableError` that lists every bad row."""
    conformed = conform(frame, table)
    problems = [problem for column in table for problem in _check_column(conformed, column)]
    if problems:
        raise TableError(f"{len(problems)} value(s) break the rules of table '{table.name}':", problems)
    return conformed


def find_bad_values(frame: pd.DataFrame, column: Column) -> pd.Series:
    """Mask of the rows whose value breaks the column's rule (missing counts only if required)."""
    values = frame[column.name]
    bad = np.zeros(len(frame), dtype=bool)
    if column.required:
        bad |= values.isna().to_numpy()
    if column.options:
        bad |= (values.notna() & ~values.isin(column.options)).to_numpy()
    if column.kind in NUMERIC_KINDS:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        if column.lowest is not None:
            bad |= numbers < column.lowest
        if column.highest is not None:
            bad |= numbers > column.highest
    return pd.Series(bad, index=frame.index)


def has_rule(column: Column) -> bool:
    """Whether there are values of the right type that the column does not accept."""
    bounded = column.lowest is not None or column.highest is not None
    return column.required or bool(column.options) or (column.kind in NUMERIC_KINDS and bounded)


def _check_column(frame: pd.DataFrame, column: Column) -> Iterator[Problem]:
    if not has_rule(column):
        return
    bad = find_bad_values(frame, column)
    if not bad.any():
        return
    for _, row in frame[bad].iterrows():
        yield Problem(
            what=f"is not allowed in '{column.name}'" if pd.notna(row[column.name]) else "a value is required",
            fix=describe_rule(column),
            file=_text_or_none(row.get("source_file")),
            sheet=_text_or_none(row.get("source_sheet")),
            row=int(row["source_row"]) if pd.notna(row.get("source_row")) else None,
            column=column.name,
            value=row[column.name] if pd.notna(row[column.name]) else None,
        )


def _text_or_none(value: object) -> str | None:
    return str(value) if pd.notna(value) else None


def describe_rule(column: Column) -> str:
    """What a column accepts, in words.

    >>> describe_rule(Column("click_rate", "share", "Click rate", "点击率", ""))
    'a number of at least 0 and at most 1'
    """
    if column.options:
        return "one of " + ", ".join(column.options)
    if column.kind not in NUMERIC_KINDS:
        return f"a {column.kind}"
    bounds = [
        f"at least {column.lowest:g}" if column.lowest is not None else "",
        f"at most {column.highest:g}" if column.highest is not None else "",
    ]
    allowed = " and ".join(bound for bound in bounds if bound)
    return f"a number of {allowed}" if allowed else "a number"


def get_creator(rows: pd.DataFrame) -> pd.Series:
    """What tells the creator of a row in files of one campaign: the id, or the name where no file has the id.

    >>> get_creator(pd.DataFrame({"creator_id": ["5f", None], "creator_name": ["Ana", "Bo"]})).tolist()
    ['5f', 'Bo']
    """
    return rows["creator_id"].fillna(rows["creator_name"])


def hash_author(account: str) -> str:
    """What tells the author of a comment apart and names nobody.

    >>> hash_author("5ef1b2c3000000000100a009")
    '60dbc644f1368787'
    """
    return sha256(account.encode()).hexdigest()[:16]
