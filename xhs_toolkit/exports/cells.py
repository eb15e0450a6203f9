"""Ids, texts, choices, ratios, durations and lists of fans as exports write them; and every cell reader by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import (
    MISSING,
    RUINED,
    Cells,
    find_distinct,
    is_missing,
    is_text_only,
    make_cells,
    matches,
    split_cells,
    tidy,
    to_arrow,
    to_half_width,
)
from xhs_toolkit.exports.numerals import (
    NEGATIVE,
    TOO_LARGE,
    cast_numbers,
    read_amount,
    read_count,
    read_money,
    read_number,
    read_share,
)
from xhs_toolkit.exports.times import BEIJING, read_date, read_time

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
_INVISIBLE = "[\u200b\ufeff\u2060\x00-\x08\x0b-\x1f]"
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
    if matches(texts, _INVISIBLE).any():
        texts = pc.replace_substring_regex(texts, r"\r\n?", "\n")
        texts = pc.replace_substring_regex(texts, _INVISIBLE, "")
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


MAX_SECONDS = 1e7


def read_ratio(values: pd.Series) -> Cells:
    """Read "1 to so much" ratios: ``1:0.7`` is 0.7, also where Excel turned it into the time 00:01:00.7.

    Examples
    --------
    >>> read_ratio(pd.Series(["1:0.7", "2：1", "-"])).values.tolist()
    [0.7, 0.5, nan]
    """
    split = split_cells(values)
    texts = tidy(split.texts)
    texts = pc.replace_substring_regex(texts, "^0{1,2}:([0-9]{1,2}:[0-9.]+)$", r"\1")
    sides = pc.extract_regex(texts, r"^(?P<of>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*:\s*(?P<to>[0-9]{1,9}(?:\.[0-9]{1,9})?)$")
    of, to = (cast_numbers(pc.struct_field(sides, name)) for name in ("of", "to"))
    ratio = np.divide(to, of, out=np.full(len(of), np.nan), where=of > 0)
    missing = is_missing(texts)
    numbers = split.spread(ratio, np.nan)
    for at, cell in split.others.items():
        numbers[at] = _ratio_of_time(cell)
    blank = split.spread(missing, True) & ~split.is_number & ~split.is_other
    return make_cells(
        values.index, pd.Series(numbers, index=values.index), {"is not a ratio": np.isnan(numbers) & ~blank}
    )


def _ratio_of_time(cell: object) -> float:
    """Excel reads 1:0.7 as one minute and 0.7 seconds, or 1:2 as one hour and two minutes."""
    if isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond)
    if not isinstance(cell, timedelta):
        return float("nan")
    seconds = cell.total_seconds()
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60 and rest == 0:
        minutes, rest = divmod(minutes, 60)
    return round(rest / minutes, 9) if minutes >= 1 else float("nan")


def read_seconds(values: pd.Series) -> Cells:
    """Read durations into seconds: ``12.5``, ``12.5s``, ``12秒``, ``1分05秒``, ``01:05``, ``00:01:05``.

    Examples
    --------
    >>> read_seconds(pd.Series(["16", "12.5s", "1分05秒", "00:01:05"])).values.tolist()
    [16.0, 12.5, 65.0, 65.0]
    """
    split = split_cells(values)
    texts = tidy(split.texts)
    number = r"[0-9]{1,7}(?:\.[0-9]{1,6})?"
    words = pc.extract_regex(
        texts, rf"^(?:(?P<h>[0-9]{{1,4}})\s*(?:小时|时|h))?\s*(?:(?P<m>[0-9]{{1,5}})\s*(?:分钟|分|m|min))?\s*"
        rf"(?:(?P<s>{number})\s*(?:秒钟|秒|s|sec)?)?$"
    )  # fmt: skip
    clock = pc.extract_regex(texts, r"^(?:(?P<h>[0-9]{1,3}):)?(?P<m>[0-9]{1,2}):(?P<s>[0-9]{1,2}(?:\.[0-9]{1,6})?)$")
    missing = is_missing(texts)
    seconds = np.where(matches(texts, ":"), _sum_seconds(clock), _sum_seconds(words))
    seconds[missing] = np.nan
    numbers = np.where(split.is_number, split.numbers, split.spread(seconds, np.nan))
    for at, cell in split.others.items():
        numbers[at] = _seconds_of_time(cell)
    known = np.isfinite(numbers) | (split.spread(missing, True) & ~split.is_number & ~split.is_other)
    faults = {"is not a duration": ~known, NEGATIVE: numbers < 0, TOO_LARGE: numbers > MAX_SECONDS}
    return make_cells(values.index, pd.Series(numbers, index=values.index), faults)


def _sum_seconds(parts: pa.Array) -> np.ndarray:
    hours, minutes, seconds = (cast_numbers(pc.struct_field(parts, name)) for name in ("h", "m", "s"))
    total = np.nan_to_num(hours) * 3600 + np.nan_to_num(minutes) * 60 + np.nan_to_num(seconds)
    return np.where(np.isnan(hours) & np.isnan(minutes) & np.isnan(seconds), np.nan, total)


def _seconds_of_time(cell: object) -> float:
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return cell.total_seconds() if isinstance(cell, timedelta) else float("nan")


__all__ = [
    "BEIJING",
    "MISSING",
    "RUINED",
    "Cells",
    "read_amount",
    "read_count",
    "read_date",
    "read_format",
    "read_id",
    "read_money",
    "read_number",
    "read_ratio",
    "read_seconds",
    "read_share",
    "read_text",
    "read_time",
    "read_yes_no",
]


FAN_AGES = {
    "fan_age_under_18_share": r"(?:<|小于)\s*18|18岁?以下",
    "fan_age_18_24_share": r"18\s*[-~至]\s*24",
    "fan_age_25_34_share": r"25\s*[-~至]\s*34",
    "fan_age_35_44_share": r"35\s*[-~至]\s*44",
    "fan_age_over_44_share": r"(?:>|大于)\s*44|4[45]岁?以上|44\+",
}
"""Column → how a tool's list of ages (18-24岁|42.0% 25-34岁|38.5%) writes it."""
DIGITS = 12
"""Digits of a share: dividing by a hundred leaves a trail of binary ones."""
_SHARE = r"[\"']?\s*[|:：,]?\s*(?:[\"']?percent[\"']?\s*:)?\s*(\d+(?:\.\d+)?)\s*(%?)"
"""What follows a label: 18-24岁|42.0%, 18-24：42.0%, {"group": "18-24", "percent": 0.42}."""
_MEN_THEN_WOMEN = r"^\s*\d+(?:\.\d+)?\s*%\s*[|/:：]\s*(\d+(?:\.\d+)?)\s*%\s*$"


def read_genders(values: pd.Series) -> Cells:
    """Read the share of women: men come first, as the header says.

    >>> read_genders(pd.Series(["13.6% | 86.4%", "1:0.6", "00:01:00.6", "男10%，女90%", "--|--"])).values.tolist()
    [0.864, 0.375, 0.375, 0.9, nan]
    """
    texts = read_text(values)[0]
    women = texts.str.extract(_MEN_THEN_WOMEN, expand=False).astype(float) / 100
    women = women.fillna(read_labelled(texts, "女性?|female"))
    ratio = read_ratio(values)[0]
    found = women.fillna(ratio / (1 + ratio)).astype(float).round(DIGITS)
    unknown = (texts.notna() & found.isna()).to_numpy()
    faults = {"is no share of men and women": unknown, "is above 100%": found.gt(1).to_numpy()}
    return make_cells(values.index, found, faults)


def read_ages(values: pd.Series) -> Cells:
    """Read a list of ages as text; a cell that names no band of `FAN_AGES` is a fault."""
    texts = read_text(values)[0]
    named = texts.str.contains("|".join(f"(?:{age})" for age in FAN_AGES.values()), regex=True)
    unknown = (texts.notna() & ~named.fillna(False).astype(bool)).to_numpy()
    return make_cells(values.index, texts, {"names no age band": unknown})


def read_labelled(texts: pd.Series, label: str) -> pd.Series:
    """The share after a label, as a fraction: of 100 with a % sign, of 1 without one and up to 1."""
    parts = texts.str.extract(rf"(?:{label})\s*岁?{_SHARE}")
    number, sign = parts[0].astype(float), parts[1]
    return (number / 100).where(sign.eq("%"), number.where(number <= 1)).round(DIGITS)


def take_fan_lists_apart(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Bring the lists of fans into the columns of `creators`, where those are not filled."""
    found: dict[str, pd.Series] = {}
    if "fan_genders" in rows:
        found["female_fan_share"] = rows["fan_genders"]
    if "fan_ages" in rows:
        found |= {column: read_labelled(rows["fan_ages"], age) for column, age in FAN_AGES.items()}
    filled = {name: rows[name].fillna(values) if name in rows else values for name, values in found.items()}
    return rows.assign(**filled), []
