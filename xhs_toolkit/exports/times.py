"""Times and dates as exports write them: Excel serials, epochs, 2026年07月11日03时09分05秒, 2026/08/06.

A time without a zone is Beijing's unless the caller says otherwise. Read through `xhs_toolkit.exports.cells`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xhs_toolkit.exports.cellbase import Cells, Split, is_date_like, is_missing, make_cells, matches, split_cells, tidy

BEIJING = "Asia/Shanghai"
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""A time outside is unreadable: the platform opened in 2013."""

NOT_A_TIME = "is not a date or time"
NO_SUCH_DAY = "is no day of the calendar, or far from today"
DAY_OR_MONTH = "could be day/month or month/day"
CLOCK_CHANGE = "falls into the hour in which the clocks change"

_CLOCK = (
    r"(?:[ t]*(?:周.|星期.)?\s*(?P<half>上午|下午|am|pm)?\s*(?P<hour>[0-9]{1,2})\s*[:时点]\s*(?P<minute>[0-9]{1,2})"
    r"\s*(?:[:分]\s*(?:(?P<second>[0-9]{1,2})(?P<rest>\.[0-9]{1,9})?\s*秒?)?)?\s*(?P<half_after>am|pm)?"
    r"\s*(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_YEAR_FIRST = (
    r"^(?P<year>[0-9]{4})\s*(?:[-/.]|年)\s*(?P<month>[0-9]{1,2})\s*(?:[-/.]|月)\s*(?P<day>[0-9]{1,2})\s*[日号]?"
    + _CLOCK
)
_USUAL = r"^[0-9]{4}(?:[-/.]|年)[0-9]{2}(?:[-/.]|月)[0-9]{2}(?:[ t日])[0-9]{2}[:时][0-9]{2}[:分][0-9]{2}秒?$"
_YEAR_LAST = r"^(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})[-/.](?P<year>[0-9]{4})" + _CLOCK
_DIGITS = r"^[0-9]{1,16}(\.[0-9]{1,12})?$"
_MORNING, _AFTERNOON = ("上午", "am"), ("下午", "pm")
_MICRO = 1_000_000
_DAY = 86_400 * _MICRO


class Moments(NamedTuple):
    """Parsed times, one an entry: microseconds of wall clock or of UTC (`in_utc`), NaT as the lowest integer."""

    micros: np.ndarray
    in_utc: np.ndarray
    missing: np.ndarray
    doubtful: np.ndarray
    off_calendar: np.ndarray


NAT = np.iinfo(np.int64).min


def read_time(values: pd.Series, *, time_zone: str = BEIJING, day_first: bool | None = None) -> Cells:
    """Read moments into UTC.

    Parameters
    ----------
    values : texts, Excel serials (46112.5), epochs in s, ms or µs, dates and times; mixed is fine. 0 is missing.
    time_zone : zone of cells that name none.
    day_first : order of 03/04/2026; by default decided from all cells of the column (one above 12 tells),
        and unreadable where they leave it open.

    Examples
    --------
    >>> read_time(pd.Series(["2026年07月11日03时09分05秒", "2026-07-10T19:09:05Z"])).values.astype(str).tolist()
    ['2026-07-10 19:09:05+00:00', '2026-07-10 19:09:05+00:00']
    """
    found = _read_moments(values, day_first)
    utc, clash = _to_utc(found, time_zone)
    series = pd.Series(utc.view("datetime64[us]"), index=values.index).dt.tz_localize("UTC")
    return make_cells(values.index, series, _faults(found, utc) | {CLOCK_CHANGE: clash})


def read_date(values: pd.Series, *, time_zone: str = BEIJING, day_first: bool | None = None) -> Cells:
    """Read days: the calendar day in `time_zone`, as midnight without a zone.

    Takes what `read_time` takes; a wall clock keeps its own day, a moment in UTC becomes the day in `time_zone`.

    Examples
    --------
    >>> read_date(pd.Series(["2026/08/06", "2026-07-10T19:09:05Z", 46112])).values.astype(str).tolist()
    ['2026-08-06', '2026-07-11', '2026-03-31']
    """
    found = _read_moments(values, day_first)
    local = found.micros.copy()
    shift = found.in_utc & (local != NAT)
    if shift.any():
        moments = pd.Series(local[shift].view("datetime64[us]")).dt.tz_localize("UTC")
        local[shift] = moments.dt.tz_convert(time_zone).dt.tz_localize(None).to_numpy("datetime64[us]").view(np.int64)
    days = np.where(local == NAT, NAT, local - local % _DAY)
    series = pd.Series(days.view("datetime64[us]"), index=values.index)
    return make_cells(values.index, series, _faults(found, days))


def _faults(found: Moments, result: np.ndarray) -> dict[str, np.ndarray]:
    nothing = (found.micros == NAT) & ~found.missing
    return {DAY_OR_MONTH: found.doubtful, NO_SUCH_DAY: found.off_calendar, NOT_A_TIME: nothing}


def _to_utc(found: Moments, time_zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Moments in UTC, and where the wall clock names no moment or two."""
    utc = found.micros.copy()
    naive = ~found.in_utc & (utc != NAT)
    clash = np.zeros(len(utc), dtype=bool)
    if time_zone == BEIJING:
        utc[naive] -= 8 * 3600 * _MICRO
    elif naive.any():
        wall = pd.Series(utc[naive].view("datetime64[us]"))
        local = wall.dt.tz_localize(ZoneInfo(time_zone), ambiguous="NaT", nonexistent="NaT")
        utc[naive] = local.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]").view(np.int64)
        clash[naive] = local.isna().to_numpy()
    return utc, clash


def _read_moments(values: pd.Series, day_first: bool | None) -> Moments:
    if isinstance(values.dtype, (np.dtype, pd.DatetimeTZDtype)) and values.dtype.kind == "M":
        return _from_datetimes(values)
    split = split_cells(values)
    texts = parse_texts(split.texts, day_first=day_first)
    numbers = parse_numbers(split.numbers)
    rows = Moments(
        micros=np.where(split.is_number, numbers.micros, split.spread(texts.micros, NAT)),
        in_utc=np.where(split.is_number, numbers.in_utc, split.spread(texts.in_utc, False)),
        missing=np.where(split.is_number, numbers.missing, split.spread(texts.missing, True)),
        doubtful=split.spread(texts.doubtful, False),
        off_calendar=np.where(split.is_number, numbers.off_calendar, split.spread(texts.off_calendar, False)),
    )
    return _add_objects(rows, split)


def _add_objects(rows: Moments, split: Split) -> Moments:
    at = [place for place, cell in split.others.items() if is_date_like(cell)]
    rows.missing[list(split.others)] = False
    if at:
        stamps = [pd.Timestamp(split.others[place]) for place in at]
        rows.in_utc[at] = [stamp.tz is not None for stamp in stamps]
        rows.micros[at] = [_micros_of(stamp) for stamp in stamps]
        rows.off_calendar[at] = [not FIRST_YEAR <= stamp.year <= LAST_YEAR for stamp in stamps]
    return rows


def _micros_of(stamp: pd.Timestamp) -> int:
    utc = stamp.tz_convert("UTC").tz_localize(None) if stamp.tz is not None else stamp
    return int(utc.to_datetime64().astype("datetime64[us]").astype(np.int64))


def _from_datetimes(values: pd.Series) -> Moments:
    zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
    plain = values.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else values
    micros = plain.to_numpy("datetime64[us]").view(np.int64)
    missing = micros == NAT
    off = ~missing & ~_is_plausible(micros)
    return Moments(micros, np.full(len(micros), zoned), missing, np.zeros(len(micros), dtype=bool), off)


def _is_plausible(micros: np.ndarray) -> np.ndarray:
    first = np.datetime64(f"{FIRST_YEAR}-01-01", "us").astype(np.int64)
    end = np.datetime64(f"{LAST_YEAR + 1}-01-01", "us").astype(np.int64)
    return (micros >= first) & (micros < end)


def parse_numbers(numbers: np.ndarray) -> Moments:
    """Times from bare numbers: their size tells a serial from an epoch or from digits such as 20260711."""
    micros = np.full(len(numbers), NAT)
    in_utc = np.zeros(len(numbers), dtype=bool)
    known = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    for factor in (_MICRO, 1_000, 1):
        epoch = np.rint(np.clip(known, 0, 1e16) * factor)
        fits = _is_plausible(np.clip(epoch, 0, 8e18).astype(np.int64))
        micros[fits], in_utc[fits] = epoch[fits].astype(np.int64), True
    serial = (known >= 36_526) & (known < 73_051)
    origin = np.datetime64("1899-12-30", "us").astype(np.int64)
    micros[serial] = origin + np.rint(known[serial] * 86_400_000).astype(np.int64) * 1_000
    digits = (known == np.floor(known)) & (((known >= 2e7) & (known < 2.1e7)) | ((known >= 2e13) & (known < 2.1e13)))
    micros[digits], in_utc[digits] = _from_digits(known[digits].astype(np.int64)), False
    missing = np.isnan(numbers) | (numbers == 0)
    off = (micros == NAT) & ~missing
    return Moments(micros, in_utc, missing, np.zeros(len(numbers), dtype=bool), off)


def _from_digits(digits: np.ndarray) -> np.ndarray:
    """20260711 and 20260711030905."""
    whole = np.where(digits < 10**8, digits * 10**6, digits)
    parts = [
        whole // 10**power % modulus
        for power, modulus in ((10, 10_000), (8, 100), (6, 100), (4, 100), (2, 100), (0, 100))
    ]
    return assemble(parts)


def parse_texts(texts: pa.Array, *, day_first: bool | None) -> Moments:
    """Times from texts."""
    if (fixed := _read_fixed(texts)) is not None:
        return fixed
    texts = tidy(texts)
    missing = is_missing(texts)
    digits = matches(texts, _DIGITS)
    found = parse_numbers(np.where(digits, _as_float(texts, digits), np.nan))
    micros, in_utc, doubtful = found.micros, found.in_utc, np.zeros(len(texts), dtype=bool)
    rest = ~digits & ~missing
    shaped = rest.copy()
    if rest.any():
        words = texts.filter(pa.array(rest))
        micros[rest], in_utc[rest], doubtful[rest], shaped[rest] = _parse_words(words, day_first)
    off = np.where(digits, found.off_calendar, shaped & (micros == NAT) & ~doubtful)
    return Moments(micros, in_utc, missing | (digits & found.missing), doubtful, off)


def _read_fixed(texts: pa.Array) -> Moments | None:
    """Times of a column whose texts all have one shape, such as 2026-07-11 03:09:05; None for other columns.

    Texts of one shape have one length, so their bytes are a matrix with digits in the same columns.
    """
    sizes = pc.min_max(pc.binary_length(texts)).as_py()
    if texts.null_count or not len(texts) or sizes["min"] != sizes["max"]:
        return None
    first = texts[0].as_py()
    if not re.fullmatch(_USUAL, first):
        return None
    offset, size = texts.offset, sizes["min"]
    start = int(np.frombuffer(texts.buffers()[1], dtype=np.int64)[offset])
    marks = np.frombuffer(texts.buffers()[2], dtype=np.uint8, count=len(texts) * size, offset=start).reshape(-1, size)
    shape = np.frombuffer(first.encode("utf-8"), dtype=np.uint8)
    is_digit = (shape >= 48) & (shape <= 57)
    digits = marks[:, is_digit] - 48
    if (digits > 9).any() or (marks[:, ~is_digit] != shape[~is_digit]).any():
        return None
    tens = digits[:, 0::2] * 10 + digits[:, 1::2]
    century, *parts = tens.astype(np.int64).T
    micros = assemble([century * 100 + parts[0], *parts[1:]])
    nothing = np.zeros(len(texts), dtype=bool)
    return Moments(micros, nothing, nothing, nothing, micros == NAT)


def _as_float(texts: pa.Array, where: np.ndarray) -> np.ndarray:
    return pc.if_else(pa.array(where), texts, None).cast(pa.float64()).to_numpy(zero_copy_only=False)


def _parse_words(texts: pa.Array, day_first: bool | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Microseconds, in UTC or not, order unclear or not, shaped like a date or not."""
    year_first = pc.extract_regex(texts, _YEAR_FIRST)
    shaped = year_first.is_valid().to_numpy(zero_copy_only=False)
    micros, in_utc = _assemble_parts(year_first, [_integers(year_first, name) for name in ("month", "day")])
    doubtful = np.zeros(len(texts), dtype=bool)
    if shaped.all():
        return micros, in_utc, doubtful, shaped
    year_last = pc.extract_regex(texts, _YEAR_LAST)
    swapped = year_last.is_valid().to_numpy(zero_copy_only=False)
    one, two = _integers(year_last, "one"), _integers(year_last, "two")
    day_first = _decide_order(one[swapped], two[swapped]) if day_first is None else day_first
    last, last_in_utc = _assemble_parts(year_last, [two, one] if day_first else [one, two])
    doubtful = swapped & (day_first is None)
    micros = np.where(swapped, np.where(doubtful, NAT, last), micros)
    return micros, np.where(swapped, last_in_utc, in_utc), doubtful, shaped | swapped


def _decide_order(one: np.ndarray, two: np.ndarray) -> bool | None:
    """True when the day comes first, False when the month does, None when the column does not tell."""
    day_seen_first, day_seen_second = (one > 12).any(), (two > 12).any()
    return None if day_seen_first == day_seen_second else bool(day_seen_first)


def _assemble_parts(parts: pa.Array, month_day: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    year, hour, minute, second = (_integers(parts, name) for name in ("year", "hour", "minute", "second"))
    rest = pc.struct_field(parts, "rest")
    fraction = np.rint(np.nan_to_num(_floats(rest)) * _MICRO).astype(np.int64)
    micros = assemble([year, *month_day, _to_24_hours(hour, parts), minute, second], fraction)
    zone = pc.struct_field(parts, "zone")
    offset, in_utc = _read_zones(zone)
    moved = (micros != NAT) & in_utc
    micros[moved] -= offset[moved]
    return micros, in_utc


def _to_24_hours(hour: np.ndarray, parts: pa.Array) -> np.ndarray:
    halves = [pc.struct_field(parts, name) for name in ("half", "half_after")]
    half = pc.coalesce(*[pc.if_else(pc.equal(text, ""), None, text) for text in halves])
    afternoon = pc.is_in(half, pa.array(_AFTERNOON, half.type)).to_numpy(zero_copy_only=False)
    morning = pc.is_in(half, pa.array(_MORNING, half.type)).to_numpy(zero_copy_only=False)
    hour = np.where(afternoon & (hour < 12), hour + 12, hour)
    return np.where(morning & (hour == 12), 0, hour)


def _read_zones(zones: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Offset from UTC in microseconds, and whether a zone is named."""
    encoded = zones.dictionary_encode()
    names = [name or "" for name in encoded.dictionary.to_pylist()] + [""]
    codes = encoded.indices.fill_null(len(names) - 1).to_numpy()
    return np.array([_offset_of(name) for name in names])[codes], np.array([bool(name) for name in names])[codes]


def _offset_of(zone: str) -> int:
    """+08:00 in microseconds; z, utc and gmt are 0."""
    digits = zone.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if len(digits) < 5:
        return 0
    sign = -1 if digits[0] == "-" else 1
    return sign * (int(digits[1:3]) * 3600 + int(digits[3:5]) * 60) * _MICRO


def _floats(texts: pa.Array) -> np.ndarray:
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    return texts.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _integers(parts: pa.Array, name: str) -> np.ndarray:
    return np.nan_to_num(_floats(pc.struct_field(parts, name))).astype(np.int64)


def assemble(parts: Sequence[np.ndarray], micros: np.ndarray | int = 0) -> np.ndarray:
    """Microseconds since 1970 of a wall clock (year to second); NaT where there is no such day or hour."""
    year, month, day, hour, minute, second = parts
    fits = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    fits &= (hour <= 23) & (minute <= 59) & (second <= 59)
    months = (np.where(fits, year, 2000) - 1970) * 12 + np.where(fits, month, 1) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (np.where(fits, day, 1) - 1)
    fits &= days.astype("datetime64[M]").astype(np.int64) == months
    seconds = days.astype(np.int64) * 86_400 + hour * 3_600 + minute * 60 + second
    return np.where(fits, seconds * _MICRO + micros, NAT)
