"""Ids, titles, formats and yes/no as exports write them. Read through `xhs_toolkit.exports.cells`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.exports.cellbase import (
    MISSING,
    RUINED,
    Cells,
    find_distinct,
    is_missing,
    is_text_only,
    make_cells,
    matches,
    tidy,
    to_arrow,
    to_half_width,
)

EXACT_UP_TO = 2**53
"""Above this a float no longer tells neighbouring whole numbers apart."""

_IMAGE = (
    *("图文", "图文笔记", "图文类", "图集", "图文集", "图片", "图", "图文报备", "图文软文"),
    *("normal", "image", "images", "photo", "picture", "carousel", "note_image"),
)
_VIDEO = (
    *("视频", "视频笔记", "视频类", "短视频", "影片", "视频报备", "视频软文"),
    *("video", "video_note", "note_video"),
)
FORMATS: Mapping[str, str] = {**dict.fromkeys(_IMAGE, "image"), **dict.fromkeys(_VIDEO, "video")}
YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(["是", "有", "对", "已", "yes", "y", "true", "t", "1", "√", "✓", "✔"], True),
    **dict.fromkeys(["否", "没有", "不是", "未", "no", "n", "false", "f", "0", "×", "✗", "✘", "x"], False),
}

_NO_TEXT = frozenset(["", "-", "--", "---", "--|--", "—", "——", "–", "无", "暂无", "null", "n/a", "none", "nil"])
_STRAY = "[\u200b\ufeff\u2060\x00-\x08\x0b-\x1f]"
_MAX_ID = 256
_USUAL_ID = r"^[0-9A-Za-z]{8,40}$"
_SCIENTIFIC = r"^[0-9](\.[0-9]+)?[eE]\+[0-9]{1,3}$"
_FLOATED = r"^[0-9]{1,24}\.0+$"
_NO_ID = (
    r"(?i)[\s<>\x00-\x1f\"]|^[+-]?[0-9]*\.[0-9]*$|^-|^[0-9.]+e-[0-9]+$|^[+-]?(nan|inf|infinity)$"
    r"|^#(n/a|ref!|value!|name\?|div/0!|num!|null!)$"
)


def read_text(values: pd.Series, *, missing: frozenset[str] = _NO_TEXT) -> Cells:
    r"""Read texts: outer spaces, stray carriage returns and unseen marks go, the rest stays as written.

    Whole numbers lose the ``.0`` that Excel's storage adds. `missing` are the texts (lower case) that mean no value.

    Examples
    --------
    >>> read_text(pd.Series([" 好物\r", "无", 2026.0])).values.tolist()
    ['好物', nan, '2026']
    """
    texts = _strip(_as_texts(values))
    blank = pc.is_in(pc.ascii_lower(texts), pa.array(sorted(missing), texts.type))
    return make_cells(values.index, _text_series(pc.if_else(blank, None, texts), values.index), {})


def _strip(texts: pa.Array) -> pa.Array:
    if matches(texts, _STRAY).any():
        texts = pc.replace_substring_regex(texts, r"\r\n?", "\n")
        texts = pc.replace_substring_regex(texts, _STRAY, "")
    return pc.utf8_trim_whitespace(texts)


def _as_texts(values: pd.Series) -> pa.Array:
    if is_text_only(values):
        return to_arrow(values)
    return pa.array([_write(cell) for cell in values.astype(object)], pa.large_string())


def _write(cell: Any) -> str | None:
    """A cell as text; whole floats without their ``.0``.

    >>> _write(2026.0), _write(0.5), _write(None)
    ('2026', '0.5', None)
    """
    if isinstance(cell, str):
        return cell
    if pd.isna(cell):
        return None
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer() and abs(float(cell)) < EXACT_UP_TO:
        return str(int(cell))
    return str(cell)


def _text_series(texts: pa.Array, index: pd.Index) -> pd.Series:
    array = pd.arrays.ArrowStringArray(texts, dtype=pd.StringDtype("pyarrow", na_value=np.nan))
    return pd.Series(array, index=index)


def read_id(values: pd.Series) -> Cells:
    """Read ids as text, digit by digit.

    An id that went through a floating-point number is unreadable, with the reason "ruined by Excel": a float of
    2**53 or more, a text such as ``1.23457E+17``, and long digit texts of which most in the column end in zeros
    after the 15th digit. Wrappers that protect ids (``="123"``, ``'123``) are taken off. 0 is missing.

    Examples
    --------
    >>> cells = read_id(pd.Series(["634a5b8c000000001f01c2d3", '="690012345678901234"', "1.23457E+17", 1001.0]))
    >>> cells.values.tolist()
    ['634a5b8c000000001f01c2d3', '690012345678901234', nan, '1001']
    >>> cells.reasons.to_dict()
    {2: 'ruined by Excel'}
    """
    if pd.api.types.is_integer_dtype(values.dtype):
        values = values.astype("Int64").astype("str")
    given = _id_texts(values)
    texts, codes = find_distinct(given)
    clean, faults = _parse_ids(texts)
    rows = {
        reason: np.where(codes < 0, False, mask[codes]) if len(mask) else codes >= 0 for reason, mask in faults.items()
    }
    taken = clean if texts is given else clean.take(pa.array(codes, mask=codes < 0))
    return make_cells(values.index, _text_series(taken, values.index), rows)


def _id_texts(values: pd.Series) -> pa.Array:
    if is_text_only(values):
        return to_arrow(values)
    return pa.array([_write_id(cell) for cell in values.astype(object)], pa.large_string())


def _write_id(cell: Any) -> str | None:
    """An id cell as text; what cannot be an id keeps a form that `_parse_ids` refuses."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (int, float, np.integer, np.floating)):
        return None if pd.isna(cell) else f"<{cell}>"
    if isinstance(cell, (int, np.integer)):
        return str(cell)
    number = float(cell)
    if math.isnan(number):
        return None
    if abs(number) >= EXACT_UP_TO:
        return f"{number:.6e}"
    return str(int(number)) if number.is_integer() else str(number)


def _parse_ids(texts: pa.Array) -> tuple[pa.Array, dict[str, np.ndarray]]:
    """Ids, and which texts are ruined or no ids; the usual shape costs one match, only the rest is looked into."""
    usual = matches(texts, _USUAL_ID)
    ruined, odd = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    if not usual.all():
        rest, ruined[~usual], odd[~usual] = _parse_odd_ids(texts.filter(pa.array(~usual)))
        texts = pc.replace_with_mask(texts, pa.array(~usual), rest)
    digits = pc.ascii_is_decimal(texts).fill_null(False).to_numpy(zero_copy_only=False)
    ruined |= _end_in_zeros(texts, digits)
    blank = ruined | odd | _is_zero(texts, digits)
    clean = pc.if_else(pa.array(blank), None, texts) if blank.any() else texts
    return clean, {RUINED: ruined, "is not an id": odd}


def _parse_odd_ids(texts: pa.Array) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    plain = _unwrap(texts)
    floated = matches(plain, _FLOATED)
    plain = pc.if_else(pa.array(floated), pc.replace_substring_regex(plain, r"\.0+$", ""), plain)
    length = pc.utf8_length(plain).fill_null(0).to_numpy(zero_copy_only=False)
    ruined = matches(plain, _SCIENTIFIC) | (floated & (length > 15))
    missing = is_missing(tidy(plain))
    odd = ~ruined & ~missing & (matches(plain, _NO_ID) | (length > _MAX_ID))
    return pc.if_else(pa.array(missing), None, plain), ruined, odd


def _unwrap(texts: pa.Array) -> pa.Array:
    """Ids without odd spaces, full-width forms and the quotes that protect them."""
    texts = pc.utf8_trim(to_half_width(texts), " \t\r\n")
    texts = pc.replace_substring_regex(texts, r'^="(.*)"$', r"\1")
    return pc.utf8_trim(texts, " \t\r\n'\"`")


def _is_zero(texts: pa.Array, digits: np.ndarray) -> np.ndarray:
    """True for 0, 000 and the like; `digits` marks the texts that are all digits."""
    zero = digits.copy()
    zero[digits] = matches(texts.filter(pa.array(digits)), "^0+$")
    return zero


def _end_in_zeros(texts: pa.Array, digits: np.ndarray) -> np.ndarray:
    """Long digit texts whose digits after the 15th are 0, when most long ones of the column are so."""
    some = texts.filter(pa.array(digits))
    n_long = int(matches(some, "^[0-9]{18,24}$").sum())
    zeros = np.zeros(len(texts), dtype=bool)
    zeros[digits] = matches(some, "^[0-9]{15}0{3,9}$")
    return zeros & (zeros.sum() > 0.5 * n_long)


def read_format(values: pd.Series) -> Cells:
    """Read the note's format: ``image`` or ``video``.

    Examples
    --------
    >>> read_format(pd.Series(["图文", "视频笔记", "normal", "直播"])).values.tolist()
    ['image', 'video', 'image', nan]
    """
    return _read_choice(values, FORMATS, "is neither an image note nor a video note", "str")


def read_yes_no(values: pd.Series) -> Cells:
    """Read yes/no into booleans (missing stays missing).

    Examples
    --------
    >>> read_yes_no(pd.Series(["是", "否", "Y", 0, "-"])).values.tolist()
    [True, False, True, False, <NA>]
    """
    return _read_choice(values, YES_NO, "is neither yes nor no", "boolean")


def _read_choice(values: pd.Series, names: Mapping[str, Any], fault: str, dtype: str) -> Cells:
    texts, codes = find_distinct(_as_texts(values))
    tidied = tidy(texts).to_pylist()
    found = [names.get(text) if text is not None else None for text in tidied]
    bad = np.array([text not in MISSING and text not in names for text in tidied] + [False])
    chosen = np.array([*found, None], dtype=object)[codes]
    series = pd.Series(chosen, index=values.index, dtype=dtype)
    return make_cells(values.index, series, {fault: bad[codes]})
