"""Dates as people write them, settled by the column, the other dates, the campaign and its markets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_CHINESE_MONTHS = [*"一二三四五六七八九十", "十一", "十二"]
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL, _YEAR = "(?:st|nd|rd|th)", r"(\d{4}|\d{2})"
_BEFORE = re.compile(
    r"^(?:(?:w/?c|w/?e|wb|week (?:commencing|beginning|ending|of)|updated|posted|live|约|上线|发布|~|c\.)\s*[:：]?\s*)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?\s*|(?:周|星期)[一二三四五六日天]\s*)?"
)
_AFTER = re.compile(
    r"[\s,]*(?:\((?:周|星期)?[一二三四五六日天]\)|(?:周|星期)[一二三四五六日天]"
    r"|\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?)$"
)
_CLOCK = re.compile(
    r"[\s_t,]+(上午|下午|am|pm)?\s*(\d{1,2})\s*[:：时点]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2})(?:\.\d+)?)?\s*秒?分?\s*(am|pm)?\s*(?:nz[sd]?t|ae[sd]t|z)?$"
)
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(\d{4})\s*[-/.年_]\s*(\d{1,2})\s*[-/.月_]\s*(\d{1,2})\s*[日号]?"), ("y", "m", "d")),
    (re.compile(r"(20\d\d)(\d\d)(\d\d)"), ("y", "m", "d")),
    (re.compile(r"(\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"), ("y", "m", "d")),
    (re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"), ("m", "d")),
    (re.compile(r"(\d{1,2})\s*[日号]|(?:the )?(\d{1,2})(?:st|nd|rd|th)"), ("d", "d")),
    (re.compile(rf"(\d{{1,2}}){_ORDINAL}?(?:\s*of)?[\s\-/.]*{_MONTH}\.?(?:[\s\-/,.']*{_YEAR})?"), ("d", "m", "y")),
    (re.compile(rf"{_MONTH}\.?[\s\-/.]*(\d{{1,2}}){_ORDINAL}?(?:[\s\-/,.']+{_YEAR})?"), ("m", "d", "y")),
    (re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{1,2})"), ("a", "b", "c")),
    (re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})"), ("a", "b")),
)  # fmt: skip
NEAR_DAYS = 400
"""A date this far from the other dates, the window or the day of the file is told."""


class Written(NamedTuple):
    """A date as written: what is certain (y, m, d), what is open (a, b, c), and the seconds of the day if any."""

    y: int | None = None
    m: int | None = None
    d: int | None = None
    open: tuple[int, ...] = ()
    clock: int | None = None


class Days(NamedTuple):
    """A column of dates: one moment or None a cell, which are only days, and what is open.

    Attributes
    ----------
    moments : wall clock; None where the cell is empty or not read.
    has_clock : whether the cell names a time of day.
    unread : positions of filled cells that are no date, or a day that cannot be.
    far : positions of dates far from all others.
    is_open : whether nothing says if the day or the month comes first.
    """

    moments: list[datetime | None]
    has_clock: list[bool]
    unread: list[int]
    far: list[int]
    is_open: bool


class Context(NamedTuple):
    """What tells a year and an order: the campaign's window, the file's day, titles, the market, the language."""

    window: tuple[date | None, date | None] = (None, None)
    today: date | None = None
    titles: tuple[str, ...] = ()
    day_first: bool | None = None
    is_chinese: bool = False
    month: int | None = None


def find_month(title: str) -> int | None:
    """The one month that a tab or title names.

    >>> find_month("4月"), find_month("April 2026"), find_month("Week 4"), find_month("Mar-May")
    (4, 4, None, None)
    """
    text = unicodedata.normalize("NFKC", title).lower()
    named = [int(number) for number in re.findall(r"(?<!\d)(1[0-2]|[1-9])\s*月", text)]
    named += [_CHINESE_MONTHS.index(number) + 1 for number in re.findall(r"(十[一二]?|[一二三四五六七八九])月", text)]
    named += [_MONTHS[name] for name in re.findall(rf"(?<![a-z]){_MONTH}(?![a-z])", text)]
    return named[0] if len(set(named)) == 1 else None


def find_date(cell: object) -> Written | None:
    """Read one cell as a date, leaving open what it leaves open.

    >>> find_date("Tue 7 April 2026"), find_date("3/4/26").open, find_date("2026-02-01_08:30:00").clock
    (Written(y=2026, m=4, d=7, open=(), clock=None), (3, 4, 26), 30600)
    >>> find_date("Posted"), find_date("12.4k")
    (None, None)
    """
    if isinstance(cell, datetime | date):
        return _from_object(cell)
    if not isinstance(cell, str) or len(cell) > 60:
        return None
    text = " ".join(unicodedata.normalize("NFKC", cell).lower().split())
    text = _AFTER.sub("", _BEFORE.sub("", text)).strip(" ?*")
    clock, text = _take_clock(text)
    for pattern, names in _FORMS:
        found = pattern.fullmatch(text)
        if found:
            return _make({name: part for name, part in zip(names, found.groups(), strict=True) if part}, clock)
    return None


_WITHIN = re.compile(
    r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}(?:[-/.](?:20)?\d\d)?(?![\d.%])"
    rf"|\d{{1,2}}(?:{_ORDINAL})?(?: of)?[ -]?{_MONTH}(?![a-z])\.?(?:[ ,'-]+{_YEAR}(?!\d))?"
    rf"|{_MONTH}\.? ?\d{{1,2}}(?:{_ORDINAL})?(?!\d)(?:,? 20\d\d)?"
)


def find_day_within(cell: object) -> str | None:
    """The one day that a short text names beside words, and no other number.

    >>> find_day_within("3.13已发"), find_day_within("Live 14/3 ✅"), find_day_within("2 posts, 3/4")
    ('3.13', '14/3', None)
    """
    if not isinstance(cell, str) or len(cell) > 40 or "://" in cell:
        return None
    text = " ".join(unicodedata.normalize("NFKC", cell).lower().split())
    found = list(_WITHIN.finditer(text))
    rest = _WITHIN.sub(" ", text)
    is_one = len(found) == 1 and not re.search(r"\d", _CLOCK.sub("", rest)) and rest.strip()
    return found[0].group() if is_one and find_date(found[0].group()) else None


_WEEKDAYS = {
    **{name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{name: place for place, name in enumerate("一二三四五六日")},
}
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$|^(?:周|星期|礼拜)([一二三四五六日天])$")


def find_weekday(cell: object) -> int | None:
    """The day of the week that a cell names, 0 for Monday.

    >>> find_weekday("Thurs"), find_weekday("周日"), find_weekday("Sun 3 May")
    (3, 6, None)
    """
    found = _WEEKDAY.match(cell.strip().lower()) if isinstance(cell, str) else None
    return _WEEKDAYS["日" if found.group(2) == "天" else found.group(1) or found.group(2)] if found else None


def _from_object(cell: date) -> Written:
    moment = cell if isinstance(cell, datetime) else None
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second if moment else 0
    return Written(cell.year, cell.month, cell.day, clock=seconds or None)


def _take_clock(text: str) -> tuple[int | None, str]:
    found = _CLOCK.search(text)
    if not found:
        return None, text
    hour, minute, second = (int(part or 0) for part in found.group(2, 3, 4))
    half = found.group(1) or found.group(5)
    hour += 12 if half in {"pm", "下午"} and hour < 12 else -12 if half in {"am", "上午"} and hour == 12 else 0
    fits = hour < 24 and minute < 60 and second < 60
    return ((hour * 60 + minute) * 60 + second if fits else None), text[: found.start()].strip(" ,")


def _make(parts: dict[str, str], clock: int | None) -> Written:
    number = {name: _MONTHS.get(text) or int(text) for name, text in parts.items()}
    year = number.get("y")
    year = 2000 + year if year is not None and year < 100 else year
    return Written(year, number.get("m"), number.get("d"), tuple(number[n] for n in "abc" if n in number), clock)


def read_days(cells: Sequence[object], context: Context) -> Days:
    """Read a column of dates; what one cell leaves open the others settle, then the campaign, then its market.

    >>> days = read_days(["3/4/26", "13/4/26", "30-04-26"], Context())
    >>> [str(day.date()) for day in days.moments]
    ['2026-04-03', '2026-04-13', '2026-04-30']
    """
    written = [_read(cell, context) for cell in cells]
    years = _list_years(written, context)
    open_cells = [item for item in written if item and item.open]
    order, is_open = _choose_order(open_cells, years, context) if open_cells else (_ORDERS["day_first"], False)
    values = [_settle(item, order, years, context) if item else None for item in written]
    unread = [place for place, cell in enumerate(cells) if values[place] is None and _says(cell)]
    values, far = _drop_far(values, context)
    has_clock = [bool(item and item.clock is not None) for item in written]
    return Days(values, has_clock, unread, far, is_open)


def _says(cell: object) -> bool:
    text = "" if cell is None else str(cell).strip(" -–—/?").lower()
    return bool(text) and text not in _NOTHING


_NOTHING = {"tbc", "tbd", "n/a", "na", "待定", "无", "none", "pending", "nan", "nat", "未定", "?"}


def _read(cell: object, context: Context) -> Written | None:
    """A cell as a date; bare numbers are Excel's days, or month and day with a dot."""
    if isinstance(cell, bool) or cell is None or cell != cell:  # noqa: PLR0124
        return None
    if isinstance(cell, int | float):
        if 36_526 <= cell < 60_000:
            day = datetime(1899, 12, 30) + timedelta(days=float(cell))
            return _from_object(day if day.time() != datetime.min.time() else day.date())
        if cell == int(cell) and 20_130_101 <= cell <= 20_991_231:
            return find_date(str(int(cell)))
        if context.month and float(cell).is_integer() and 1 <= cell <= 31:
            return Written(d=int(cell))
        month, day_of = int(cell), round((cell - int(cell)) * 100)
        day_of = day_of // 10 if day_of % 10 == 0 else day_of
        return Written(open=(month, day_of)) if 1 <= month <= 12 and 1 <= day_of <= 31 else None
    return find_date(cell) or find_date(find_day_within(cell))


def _list_years(written: Iterable[Written | None], context: Context) -> list[int]:
    """Years that dates without one can be of: of the other dates, the titles, the window, the file."""
    full = [item.y for item in written if item and item.y]
    full += [2000 + item.open[2] for item in written if item and len(item.open) == 3 and item.open[2] < 100]
    full += [item.open[2] for item in written if item and len(item.open) == 3 and item.open[2] > 100]
    if full:
        return sorted(set(full), key=full.count, reverse=True)
    titled = [int(year) for title in context.titles for year in re.findall(r"(?<!\d)(20[12]\d)(?!\d)", title)]
    days = [day.year for day in (*context.window, context.today) if day]
    return list(dict.fromkeys([*titled, *days])) or [date.today().year]


Order = Callable[[tuple[int, ...]], tuple[int | None, int, int]]
"""Year (None where it is not written), month and day of what was left open."""
_ORDERS: dict[str, Order] = {
    "day_first": lambda n: (n[2] if len(n) > 2 else None, n[1], n[0]),
    "month_first": lambda n: (n[2] if len(n) > 2 else None, n[0], n[1]),
    "year_first": lambda n: (n[0], n[1], n[2]) if len(n) > 2 else (None, n[0], n[1]),
}


def _choose_order(items: Sequence[Written], years: Sequence[int], context: Context) -> tuple[Order, bool]:
    """The order in which most cells are days near the others; of equals the market's, and whether nothing tells."""
    preferred = (
        ["month_first", "year_first", "day_first"] if context.is_chinese else ["day_first", "month_first", "year_first"]
    )
    if not context.is_chinese and context.day_first is False:
        preferred = ["month_first", "day_first", "year_first"]
    scores = {name: _score(items, _ORDERS[name], years, context) for name in preferred}
    best = max(scores.values())
    fitting = [name for name in preferred if scores[name] == best]
    rivals = {name for name in fitting if name != "year_first"}
    has_doubt = any(item.open[0] != item.open[1] for item in items)
    is_open = len(rivals) > 1 and has_doubt and context.day_first is None and not context.is_chinese
    return _ORDERS[fitting[0]], is_open


def _score(items: Sequence[Written], order: Order, years: Sequence[int], context: Context) -> tuple[int, int]:
    """How many cells are days at all, and how many of those lie in the campaign's window or near the file's day."""
    days = [_settle(item, order, years, context) for item in items]
    real = [day.date() for day in days if day]
    start, end = context.window
    if start and end:
        near = [day for day in real if start - timedelta(days=31) <= day <= end + timedelta(days=31)]
    elif context.today:
        near = [day for day in real if abs((day - context.today).days) <= NEAR_DAYS]
    else:
        near = real
    return len(real), len(near)


def _settle(item: Written, order: Order, years: Sequence[int], context: Context) -> datetime | None:
    year, month, day = order(item.open) if item.open else (item.y, item.m or context.month or 0, item.d or 0)
    if year is not None and year < 100:
        year = 2000 + year
    candidates = [year] if year else _near_years(years, month, context)
    for candidate in candidates:
        try:
            moment = datetime(candidate, month, day)
        except ValueError:
            continue
        if 2013 <= moment.year <= 2099:
            return moment + timedelta(seconds=item.clock or 0)
    return None


def _near_years(years: Sequence[int], month: int, context: Context) -> list[int]:
    """Years in the order in which they fit a month: inside the window first."""
    start, end = context.window
    if start and end and len(years) > 1:
        inside = [year for year in years if (start.year, start.month) <= (year, month) <= (end.year, end.month)]
        return [*inside, *(year for year in years if year not in inside)]
    return list(years)


def _drop_far(values: list[datetime | None], context: Context) -> tuple[list[datetime | None], list[int]]:
    """Leave out dates far from the window, or from the middle of the others and the day of the file."""
    known = sorted(value for value in values if value)
    if not known:
        return values, []
    middle = known[len(known) // 2].date()
    anchors = [day for day in (*context.window, context.today, middle) if day]
    far = [
        place
        for place, value in enumerate(values)
        if value and min(abs((value.date() - anchor).days) for anchor in anchors) > NEAR_DAYS
    ]
    return [None if place in far else value for place, value in enumerate(values)], far
