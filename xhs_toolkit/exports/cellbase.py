"""What every cell reader stands on: the record it returns, missing markers, and work on distinct texts.

A column arrives as text, as numbers, or as a mixture of Python objects (Excel, JSON). `split_cells`
takes it apart once; a reader then parses each distinct text once and spreads the answers over the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

RUINED = "ruined by Excel"

_DASHES = ("", "-", "--", "---", "--|--", "-|-", "-|--", "—", "——", "–", "/", "\\", "\\n")
_WORDS = ("无", "暂无", "暂无数据", "无数据", "数据较少", "未知", "面议", "待定", "看点赞")
MISSING = frozenset((*_DASHES, *_WORDS, "n/a", "na", "null", "none", "nil", "(null)"))
"""Texts, in lower case and half width, that mean "no value"."""

_SPACES = "\t\n\v\f\r\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HALF_WIDTH: dict[int, Any] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _UNSEEN), None),
    **str.maketrans("￥萬億點時−∶′’", "¥万亿点时-:''"),
}
"""How full-width forms, odd spaces and unseen marks read in plain characters."""

_ODD = "[" + "".join(f"\\x{{{code:x}}}" for code in HALF_WIDTH) + "]"


class Cells(NamedTuple):
    """A column as read.

    Attributes
    ----------
    values : what was read, in the storage type of the column's kind; missing where nothing could be read.
    lower_bound : boolean, True where the cell gives only a lower bound (``10万+``).
    unreadable : boolean, True where the cell holds something that could not be read.
    reasons : text, one row for each unreadable cell (same index), saying why.
    unit : what was taken as the unit where the column had to decide one:
        ``percent``, ``fraction``, ``ambiguous``, ``yuan``, ``fen``; else None.
    """

    values: pd.Series
    lower_bound: pd.Series
    unreadable: pd.Series
    reasons: pd.Series
    unit: str | None = None


class Split(NamedTuple):
    """A column taken apart: a cell is blank, a number, a text, or something else.

    `texts` are distinct (or nearly), `codes` say which text a row has (-1: none). `others` keeps the
    Python objects that are neither text nor number (times, booleans), by position.
    """

    numbers: np.ndarray
    is_number: np.ndarray
    texts: pa.Array
    codes: np.ndarray
    others: dict[int, Any]

    @property
    def is_other(self) -> np.ndarray:
        """True where the cell is neither blank, number nor text."""
        mask = np.zeros(len(self.codes), dtype=bool)
        mask[list(self.others)] = True
        return mask

    def spread(self, per_text: np.ndarray, blank: Any) -> np.ndarray:
        """One value a row from one value a distinct text; rows without text get `blank`."""
        if not len(per_text):
            return np.full(len(self.codes), blank, dtype=per_text.dtype)
        rows = per_text[self.codes]
        rows[self.codes < 0] = blank
        return rows


def split_cells(values: pd.Series) -> Split:
    """Take a column apart into numbers, distinct texts and other objects."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _split_objects(values.astype(object))
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _only_numbers(values.to_numpy("float64", na_value=np.nan))
    if is_text_only(values):
        return _only_texts(to_arrow(values))
    return _split_objects(values.astype(object))


def is_text_only(values: pd.Series) -> bool:
    """True for a column of texts and blanks."""
    return isinstance(values.dtype, pd.StringDtype) or pd.api.types.infer_dtype(values, skipna=True) in {
        "string",
        "empty",
    }


def to_arrow(values: pd.Series) -> pa.Array:
    """A text column as one Arrow array of large strings, blanks null."""
    array = pa.array(values.array if values.dtype != object else values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(pa.large_string())


def _only_numbers(numbers: np.ndarray) -> Split:
    none = np.full(len(numbers), -1, dtype=np.int64)
    return Split(numbers, ~np.isnan(numbers), pa.array([], pa.large_string()), none, {})


def _only_texts(array: pa.Array) -> Split:
    texts, codes = find_distinct(array)
    numbers = np.full(len(array), np.nan)
    return Split(numbers, np.zeros(len(array), dtype=bool), texts, codes, {})


def find_distinct(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Distinct texts and each row's code; a column that hardly repeats is passed on as it is."""
    head = array[:5_000]
    if len(array) > len(head) and pc.count_distinct(head).as_py() > 0.7 * len(head):
        codes = np.arange(len(array), dtype=np.int64)
        codes[array.is_null().to_numpy(zero_copy_only=False)] = -1
        return array, codes
    encoded = array.dictionary_encode()
    return encoded.dictionary, encoded.indices.fill_null(-1).to_numpy().astype(np.int64)


def _split_objects(values: pd.Series) -> Split:
    if pd.api.types.infer_dtype(values, skipna=True) == "floating":
        return _only_numbers(values.to_numpy("float64", na_value=np.nan))
    cells = values.to_numpy(object)
    is_blank = pd.isna(cells)
    is_text = np.fromiter((isinstance(cell, str) for cell in cells), dtype=bool, count=len(cells))
    is_number = ~is_blank & np.fromiter((_is_number(cell) for cell in cells), dtype=bool, count=len(cells))
    numbers = np.full(len(cells), np.nan)
    numbers[is_number] = [_to_float(cell) for cell in cells[is_number]]
    texts, text_codes = find_distinct(pa.array(cells[is_text], pa.large_string()))
    codes = np.full(len(cells), -1, dtype=np.int64)
    codes[is_text] = text_codes
    others = {int(at): cells[at] for at in np.flatnonzero(~is_blank & ~is_text & ~is_number)}
    return Split(numbers, is_number, texts, codes, others)


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float, np.integer, np.floating)) and not isinstance(cell, (bool, np.bool_))


def _to_float(cell: Any) -> float:
    try:
        return float(cell)
    except OverflowError:
        return float("inf")


def tidy(texts: pa.Array) -> pa.Array:
    """Half-width, lower-case texts without stray marks, quotes and outer spaces."""
    texts = pc.ascii_lower(to_half_width(texts))
    if matches(texts, '^="').any():
        texts = pc.replace_substring_regex(texts, r'^="(.*)"$', r"\1")
    return pc.utf8_trim(texts, " \t\r\n\v\f'\"`")


def to_half_width(texts: pa.Array) -> pa.Array:
    """Texts with every character of `HALF_WIDTH` in its plain form."""
    odd = matches(texts, _ODD) if not pc.all(pc.string_is_ascii(texts)).as_py() else np.zeros(len(texts), dtype=bool)
    if not odd.any():
        return texts
    plain = [text.translate(HALF_WIDTH) for text in texts.filter(pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(texts, pa.array(odd), pa.array(plain, texts.type))


def is_missing(texts: pa.Array) -> np.ndarray:
    """True where a tidied text is one of the markers of `MISSING`."""
    found = pc.is_in(texts, pa.array(sorted(MISSING), texts.type))
    return pc.or_(found, texts.is_null()).to_numpy(zero_copy_only=False)


def matches(texts: pa.Array, pattern: str) -> np.ndarray:
    """True where a text contains the pattern (RE2)."""
    found = pc.match_substring_regex(texts, pattern).fill_null(False)
    return found.to_numpy(zero_copy_only=False)


def spread_over(size: int, where: np.ndarray, part: np.ndarray, blank: Any) -> np.ndarray:
    """An array of `size` with `part` at the places where `where` is True and `blank` elsewhere."""
    whole = np.full(size, blank, dtype=np.result_type(part.dtype, type(blank)) if part.dtype != bool else bool)
    whole[where] = part
    return whole


def make_cells(
    index: pd.Index,
    values: pd.Series,
    faults: Mapping[str, np.ndarray],
    *,
    lower_bound: np.ndarray | None = None,
    unit: str | None = None,
) -> Cells:
    """Put a result together; `faults` names masks of unreadable rows, the first that applies is the reason."""
    size = len(index)
    bad = np.logical_or.reduce([*faults.values(), np.zeros(size, dtype=bool)])
    at = np.flatnonzero(bad)
    reasons = np.select([mask[at] for mask in faults.values()], list(faults), default="") if len(at) else None
    bound = np.zeros(size, dtype=bool) if lower_bound is None else lower_bound & ~bad
    return Cells(
        values=values.mask(pd.Series(bad, index=values.index)) if len(at) else values,
        lower_bound=pd.Series(bound, index=index),
        unreadable=pd.Series(bad, index=index),
        reasons=pd.Series(reasons, index=index[at], dtype="str"),
        unit=unit,
    )


def is_date_like(cell: object) -> bool:
    """True for dates, datetimes and Timestamps."""
    return isinstance(cell, (date, np.datetime64))


def find_blank(body: pd.DataFrame) -> pd.Series:
    """Mask of the rows without any filled cell."""
    blank = pd.Series(True, index=body.index)
    for place in range(body.shape[1]):
        if not blank.any():
            break
        blank &= ~matches(to_arrow(body.iloc[:, place].astype("str")), r"\S")
    return blank
