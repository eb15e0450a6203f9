"""Numbers as the platforms and people write them: 1.2w, 3.4万, 1·1万, 10万+, 1,234, 12.3%, ¥1,200.

Read through `xhs_toolkit.exports.cells`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.exports.cellbase import Cells, Split, is_missing, make_cells, matches, split_cells, spread_over, tidy

MAX_COUNT = 1e11
"""More than ten times the people on Earth: an id, a phone number or a time read as a count, never a count."""
MAX_MONEY_CNY = 1e10
MAX_NUMBER = 1e15
MAX_SCALED = 1e8
"""From here on a figure in 万 or 千 is taken to be written in ones: a third of the platform's 300 million users."""

NOT_A_NUMBER = "is not a number"
NEGATIVE = "is negative"
TOO_LARGE = "is absurdly large"
NOT_WHOLE = "is not a whole number"
OUT_OF_RANGE = "is out of range"
UNIT_TWICE = "is too large for the unit in the header"
PERCENT_HERE = "is a percentage"
MONEY_HERE = "is an amount of money"
UNCLEAR_SHARE = "could be a percentage or a fraction"

_PLAIN = r"^[0-9]{1,15}(\.[0-9]{1,12})?$"
_NUMBER = (
    r"^(?P<more>>=|>|≥|超过|超)?\s*(?P<money>¥|rmb|cny|人民币)?\s*(?P<sign>[+-])?\s*"
    r"(?P<number>[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}|[0-9]{1,3}(?:,[0-9]{3}){1,8}(?:\.[0-9]{0,40})?)"
    r"(?:e(?P<power>[+-]?[0-9]{1,3}))?\s*(?P<scale>百万|千万|万|亿|千|w|k|m)?\s*(?P<percent>%)?\s*"
    r"(?P<plus>\+|以上|起)?\s*(?P<yuan>元|块|rmb|cny)?(?P<counter>次|人|个|条|篇|粉丝|粉|名|位)?"
    r"(?:/(?:篇|条|个|次))?\s*(?P<plus_after>\+|以上|起)?$"
)
_COMMON = r"^[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,12})?(?:%|w|万)?\+?$"
_SCALES = {"万": 4, "w": 4, "千": 3, "k": 3, "百万": 6, "m": 6, "千万": 7, "亿": 8}
_DOLLAR = re.compile(r"^\s*(-?)\s*[$＄]\s*")
_MIDDLE_DOTS = "[·・•‧∙⋅。]"


class Numbers(NamedTuple):
    """A column parsed as numbers, one entry a row.

    `numbers` is NaN where nothing was understood; a cell with a % sign is a fraction already.
    """

    numbers: np.ndarray
    at_least: np.ndarray
    percent: np.ndarray
    money: np.ndarray
    scaled: np.ndarray
    bad: np.ndarray


def read_count(values: pd.Series, *, whole: bool = True, scale: float = 1.0) -> Cells:
    """Read counts: whole, never negative, at most `MAX_COUNT`.

    Parameters
    ----------
    values : the cells.
    whole : refuse 12.5 (but not 1.23456万); False for averages and medians of counts.
    scale : unit the header names (粉丝数(万): 10,000); a cell that names one itself (1.2w) keeps its own.

    Examples
    --------
    >>> cells = read_count(pd.Series(["1.2w", "1·1万", "10万+", "1,234", "-", "-5"]))
    >>> cells.values.tolist()
    [12000.0, 11000.0, 100000.0, 1234.0, nan, nan]
    >>> cells.lower_bound.tolist()
    [False, False, True, False, False, False]
    >>> cells.reasons.to_dict()
    {5: 'is negative'}
    """
    found = parse_numbers(split_cells(values))
    scaled = _scale(found, scale)
    numbers = np.where(found.scaled | (scale > 1), np.round(scaled), scaled)
    faults = {
        NOT_A_NUMBER: found.bad,
        PERCENT_HERE: found.percent,
        MONEY_HERE: found.money,
        NEGATIVE: found.numbers < 0,
        TOO_LARGE: numbers > MAX_COUNT,
        UNIT_TWICE: _is_whole_already(found, scale),
    }
    if whole:
        faults[NOT_WHOLE] = np.isfinite(numbers) & (numbers != np.round(numbers))
    return _finish(values, numbers, faults, found, unit=_name_scale(scale))


def _scale(found: Numbers, scale: float) -> np.ndarray:
    """Numbers in ones, where the header counts in `scale` and the cell does not say otherwise."""
    return found.numbers if scale == 1 else np.where(found.scaled, found.numbers, found.numbers * scale)


def _is_whole_already(found: Numbers, scale: float) -> np.ndarray:
    """Bare numbers too large for the unit of their header: 粉丝数(万) over 123456."""
    return (scale > 1) & ~found.scaled & (found.numbers * scale > MAX_SCALED)


def _name_scale(scale: float) -> str | None:
    return None if scale == 1 else f"× {scale:,.0f}"


def read_number(
    values: pd.Series, *, minimum: float | None = None, maximum: float | None = None, scale: float = 1.0
) -> Cells:
    """Read plain numbers, signed, with or without decimals.

    A percentage or an amount of money is unreadable here, as is a number outside `minimum` and `maximum`.

    Examples
    --------
    >>> read_number(pd.Series(["-1,234.5", "+1.5w", "０.５"])).values.tolist()
    [-1234.5, 15000.0, 0.5]
    """
    found = parse_numbers(split_cells(values))
    numbers = _scale(found, scale)
    faults = {
        NOT_A_NUMBER: found.bad,
        PERCENT_HERE: found.percent,
        MONEY_HERE: found.money,
        UNIT_TWICE: _is_whole_already(found, scale),
        TOO_LARGE: np.abs(numbers) > MAX_NUMBER,
        OUT_OF_RANGE: _outside(numbers, minimum, maximum),
    }
    return _finish(values, numbers, faults, found, unit=_name_scale(scale))


def read_amount(values: pd.Series, *, scale: float = 1.0) -> Cells:
    """Read amounts in the currency that the header names: a bare dollar sign adds nothing, another currency is a fault.

    >>> read_amount(pd.Series(["$1,334.50", "-12", "US$5"])).values.tolist()
    [1334.5, -12.0, nan]
    """
    if values.dtype == object or isinstance(values.dtype, pd.StringDtype):
        values = values.map(lambda cell: _DOLLAR.sub(r"\1", cell) if isinstance(cell, str) else cell)
    return read_number(values, scale=scale)


def read_money(values: pd.Series, *, unit: Literal["yuan", "fen"] = "yuan", scale: float = 1.0) -> Cells:
    """Read amounts of money into CNY; `unit` is what the file counts in (fen: hundredths of a yuan).

    A cell that names yuan itself (¥, 元) is yuan whatever the column's unit. Other currencies are unreadable.

    Examples
    --------
    >>> read_money(pd.Series(["¥1,200", "1.2万元", "800", "面议"])).values.tolist()
    [1200.0, 12000.0, 800.0, nan]
    >>> read_money(pd.Series([120_000]), unit="fen").values.tolist()
    [1200.0]
    """
    found = parse_numbers(split_cells(values))
    in_fen = (unit == "fen") & ~found.money
    scaled = _scale(found, scale)
    numbers = np.where(in_fen, scaled / 100, scaled)
    faults = {
        NOT_A_NUMBER: found.bad,
        PERCENT_HERE: found.percent,
        NEGATIVE: numbers < 0,
        UNIT_TWICE: _is_whole_already(found, scale),
        TOO_LARGE: numbers > MAX_MONEY_CNY,
    }
    return _finish(values, numbers, faults, found, unit=_name_scale(scale) or unit)


@np.errstate(over="ignore", invalid="ignore")  # numbers of three hundred digits are refused in the end
def read_share(
    values: pd.Series,
    *,
    hint: Literal["percent", "fraction"] | None = None,
    part: int = 0,
    minimum: float = 0.0,
    maximum: float = 1.0,
) -> Cells:
    """Read shares into fractions.

    A cell with a % sign says its unit. The unit of the others is decided once for the column from all
    of its values: above 1 for at least half of them means percent, never above 1 means fraction. When
    the values leave it open (all are 1, few are above 1, or texts above 1 stand beside numbers below 1)
    the `hint` decides, and without one the cells are unreadable and `unit` is ``ambiguous``.

    Parameters
    ----------
    values : the cells.
    hint : unit the layout or header names; a hint of percent also decides a column that never exceeds 1.
    part : which piece of a cell such as ``42.64% | 192745`` holds the share.
    minimum, maximum : fractions outside are unreadable.

    Examples
    --------
    >>> read_share(pd.Series(["12.3%", "42.64% | 192745", "--"])).values.tolist()
    [0.123, 0.4264, nan]
    >>> read_share(pd.Series(["54.5", "0.7", "61"])).values.tolist()
    [0.545, 0.007, 0.61]
    >>> read_share(pd.Series([0.716, 0.02])).unit
    'fraction'
    """
    split = split_cells(values)
    found = parse_numbers(split._replace(texts=take_part(split.texts, part)))
    bare = np.isfinite(found.numbers) & ~found.percent & (found.numbers != 0)
    signed = found.numbers[found.percent]
    unit, doubtful = decide_share_unit(found.numbers[bare], split.is_number[bare], signed=signed, hint=hint)
    unclear = spread_over(len(values), bare, doubtful, False)
    in_percent = (unit == "percent") & ~found.percent
    numbers = np.where(in_percent, _divide_by_hundred(found.numbers), found.numbers)
    numbers = np.where((numbers > maximum) & (numbers <= maximum + 1e-9), maximum, numbers)
    faults = {
        NOT_A_NUMBER: found.bad,
        MONEY_HERE: found.money,
        UNCLEAR_SHARE: unclear,
        OUT_OF_RANGE: _outside(numbers, minimum, maximum),
    }
    if unit is None and found.percent.any():
        unit = "percent"
    return _finish(values, numbers, faults, found, unit=unit)


def decide_share_unit(
    numbers: np.ndarray, is_number: np.ndarray, *, signed: np.ndarray, hint: str | None = None
) -> tuple[str | None, np.ndarray]:
    """Unit of a column's bare, non-zero values, and which of them stay doubtful.

    `is_number` tells numbers from texts: a response that mixes "54.5" with 0.716 mixes units too.
    `signed` are the column's cells with a % sign, as fractions: beside 0.4% a bare 0.5 could be either.
    """
    size = np.abs(numbers)
    above, nobody = size > 1, np.zeros(len(numbers), dtype=bool)
    if not len(numbers):
        return None, nobody
    if not above.any():
        unclear = (size == 1).all() or (len(signed) and np.nanmax(signed) <= 0.01)
        unit = hint or ("ambiguous" if unclear else "fraction")
        return unit, nobody | (unit == "ambiguous")
    mixed = not above.all() and bool((above == is_number).all() or (above != is_number).all())
    if mixed:
        return "ambiguous", ~nobody
    if above.mean() < 0.5 and hint != "percent":
        return (hint, above) if hint else ("ambiguous", ~nobody)
    return "percent", ~above & (_has_many_decimals(size) & ~_has_many_decimals(size[above]).any())


def _has_many_decimals(numbers: np.ndarray) -> np.ndarray:
    return np.abs(numbers * 100 - np.round(numbers * 100)) > 1e-6


def _divide_by_hundred(numbers: np.ndarray) -> np.ndarray:
    """Percent to fraction without a trail of binary digits: 12.3 becomes 0.123."""
    return np.round(numbers / 100, 15)


def take_part(texts: pa.Array, part: int) -> pa.Array:
    """The piece of ``42.64% | 192745`` at a place; a text with fewer pieces gives nothing."""
    if not matches(texts, "[|｜]").any():
        return texts if part == 0 else pa.nulls(len(texts), texts.type)
    pieces = [None if text is None else text.replace("｜", "|").split("|") for text in texts.to_pylist()]
    return pa.array([p[part] if p is not None and part < len(p) else None for p in pieces], texts.type)


def parse_numbers(split: Split) -> Numbers:
    """Parse every cell of a column as a number."""
    by_text = parse_texts(split.texts)
    numbers = np.where(split.is_number, split.numbers, split.spread(by_text.numbers, np.nan))
    at_least, percent, money, scaled, bad = (split.spread(mask, False) for mask in by_text[1:])
    bad = bad | split.is_other | np.isinf(numbers)
    return Numbers(np.where(bad, np.nan, numbers), at_least, percent, money, scaled, bad)


def parse_texts(texts: pa.Array) -> Numbers:
    """Parse texts as numbers; what is plain costs one match, only the rest is taken apart."""
    plain = matches(texts, _PLAIN)
    numbers = np.full(len(texts), np.nan)
    numbers[plain] = cast_numbers(texts.filter(pa.array(plain)))
    nothing = np.zeros(len(texts), dtype=bool)
    if plain.all():
        return Numbers(numbers, nothing, nothing, nothing, nothing, nothing)
    rest = _parse_wild(texts.filter(pa.array(~plain)))
    numbers[~plain] = rest.numbers
    return Numbers(numbers, *(spread_over(len(texts), ~plain, mask, False) for mask in rest[1:]))


def _parse_wild(texts: pa.Array) -> Numbers:
    """Parse texts that are not plain digits: the common forms cheaply, the rest with the full pattern."""
    texts = tidy(texts)
    common = matches(texts, _COMMON)
    cheap = _parse_common(texts.filter(pa.array(common)))
    if common.all():
        return cheap
    full = _parse_rare(texts.filter(pa.array(~common)))
    merged = (np.empty(len(texts), dtype=part.dtype) for part in cheap)
    return Numbers(*(_merge(*parts, common) for parts in zip(merged, cheap, full, strict=True)))


def _merge(whole: np.ndarray, here: np.ndarray, elsewhere: np.ndarray, where: np.ndarray) -> np.ndarray:
    whole[where], whole[~where] = here, elsewhere
    return whole


def _parse_common(texts: pa.Array) -> Numbers:
    """Parse texts of the form `_COMMON`: 1,234 · 1.2w · 3.4万+ · 12.3%."""
    at_least = _ends_with(texts, "+")
    texts = pc.utf8_rtrim(texts, "+")
    percent, scaled = _ends_with(texts, "%"), _ends_with(texts, "w") | _ends_with(texts, "万")
    digits = pc.utf8_ltrim(pc.utf8_rtrim(texts, "%w万"), "+")
    exponents = pa.array(np.where(percent, "-2", np.where(scaled, "4", "0")), texts.type)
    numbers = cast_numbers(_join(pc.replace_substring(digits, ",", ""), exponents, "e"))
    nothing = np.zeros(len(texts), dtype=bool)
    return Numbers(numbers, at_least, percent, nothing, scaled, nothing)


def _ends_with(texts: pa.Array, end: str) -> np.ndarray:
    return pc.ends_with(texts, end).to_numpy(zero_copy_only=False)


def _join(left: pa.Array, right: pa.Array, between: str) -> pa.Array:
    return pc.binary_join_element_wise(left, right, pa.scalar(between, left.type))


def _parse_rare(texts: pa.Array) -> Numbers:
    missing = is_missing(texts)
    parts = pc.extract_regex(pc.replace_substring_regex(texts, _MIDDLE_DOTS, "."), _NUMBER)
    given = {
        name: _is_given(parts, name) for name in ("more", "plus", "plus_after", "percent", "money", "yuan", "scale")
    }
    numbers = cast_numbers(_write_plainly(parts, given["percent"]))
    bad = ~np.isfinite(numbers) & ~missing
    at_least = given["more"] | given["plus"] | given["plus_after"]
    money = given["money"] | given["yuan"]
    return Numbers(np.where(missing | bad, np.nan, numbers), at_least, given["percent"], money, given["scale"], bad)


def _write_plainly(parts: pa.Array, percent: np.ndarray) -> pa.Array:
    """Sign, digits and one exponent, so that 17.90w is cast from 17.90e4 and comes out exact."""
    sign, power = (pc.replace_substring(pc.struct_field(parts, name), "+", "") for name in ("sign", "power"))
    digits = pc.replace_substring(pc.struct_field(parts, "number"), ",", "")
    scale = pc.struct_field(parts, "scale").dictionary_encode()
    scales = np.array([_SCALES.get(name, 0) for name in scale.dictionary.to_pylist()] or [0])
    powers = np.nan_to_num(cast_numbers(power)) + scales[scale.indices.fill_null(0).to_numpy()] - 2 * percent
    exponents = pa.array(powers.astype(np.int64)).cast(pa.large_string())
    return _join(_join(sign, digits, ""), exponents, "e")


def _is_given(parts: pa.Array, name: str) -> np.ndarray:
    found = pc.not_equal(pc.struct_field(parts, name), "").fill_null(False)
    return found.to_numpy(zero_copy_only=False)


def cast_numbers(texts: pa.Array) -> np.ndarray:
    """Texts known to be numbers (or empty, or null) as floats."""
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    return texts.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _outside(numbers: np.ndarray, minimum: float | None, maximum: float | None) -> np.ndarray:
    below = numbers < (-np.inf if minimum is None else minimum)
    return below | (numbers > (np.inf if maximum is None else maximum))


def _finish(
    values: pd.Series,
    numbers: np.ndarray,
    faults: dict[str, np.ndarray],
    found: Numbers,
    *,
    unit: str | None = None,
) -> Cells:
    series = pd.Series(numbers, index=values.index)
    return make_cells(values.index, series, faults, lower_bound=found.at_least, unit=unit)
