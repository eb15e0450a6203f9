"""What a header means, read from the words it is made of, and what the cells below it look like."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

import pandas as pd

from xhs_toolkit.exports.cells import FORMATS
from xhs_toolkit.exports.words import (
    Parts,
    Segments,
    cut_words,
    find_tokens,
    normalise,
    read_word_lists,
    resolve_words,
    take_patterns,
)

MAX_HEADER = 120
"""Longer cells are prose, not headers."""
MAX_READINGS = 64
PLAIN_UNITS = frozenset({"unit=fen", "unit=foreign", "unit=minutes", "unit=10000", "unit=1000", "unit=percent"})
_SUFFIX = re.compile(r"[_\s.(（][1-9][)）]?\s*$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says.

    Parameters
    ----------
    header : as given.
    readings : the sets of parts it can mean; several where a word is ambiguous ("share").
    units : units named in the header (``unit=percent``, ``unit=10000``).
    unmatched : words that are not understood.
    """

    header: str
    readings: tuple[Parts, ...]
    units: Parts = frozenset()
    unmatched: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether the column holds a way to reach or describe a person."""
        return any("private" in reading for reading in self.readings)

    @property
    def is_clear(self) -> bool:
        """Whether every word was understood, but for one number as a suffix (曝光量_2, Likes.1)."""
        return bool(self.readings) and (not self.unmatched or self.has_suffix)

    @property
    def has_suffix(self) -> bool:
        """Whether all that is left over is a suffix such as ``_2``, ``.1`` or ``(1)``."""
        return len(self.unmatched) == 1 and bool(_SUFFIX.search(self.header))

    @property
    def currency(self) -> str | None:
        """ISO code of the currency the header names; None for yuan, or where it names none or several."""
        named = [unit.removeprefix("unit=") for unit in self.units & list_currencies()]
        return named[0] if len(named) == 1 else None

    @property
    def concepts(self) -> Parts:
        """The things the header speaks of, in its first reading."""
        return frozenset(part for reading in self.readings[:1] for part in reading if "=" not in part)


@lru_cache(maxsize=1)
def list_currencies() -> Parts:
    """The units that name another currency than the yuan."""
    return frozenset(f"unit={code}" for code in read_word_lists()["currencies"])


@lru_cache(maxsize=1)
def list_units() -> Parts:
    """Every unit that a header can name."""
    return PLAIN_UNITS | list_currencies()


@lru_cache(maxsize=4096)
def read_meaning(header: str) -> Meaning:
    """Understand a header.

    >>> sorted(read_meaning("阅读中位数（日常）").readings[0])
    ['scope=everyday', 'statistic=median', 'views']
    >>> read_meaning("日常_阅读中位数").readings == read_meaning("readMidNor").readings
    True
    >>> read_meaning("外星曝光").unmatched
    ('外', '星')
    """
    text = normalise(header)
    if not text or len(text) > MAX_HEADER:
        return Meaning(header, (), unmatched=(text[:MAX_HEADER],) if text else ())
    found, rest = take_patterns(text)
    segments, unmatched = cut_words(resolve_words(find_tokens(rest)))
    readings = _combine(segments, found)
    units = frozenset(part for reading in readings for part in reading if part in list_units())
    return Meaning(header, _soften_all(readings), units, unmatched)


def _combine(segments: Segments, found: list[str]) -> list[Parts]:
    """Every reading the segments allow; none where they allow too many."""
    if not (segments or found) or prod(map(len, segments)) > MAX_READINGS:
        return []
    return [frozenset().union(*choice, found) for choice in product(*segments)]


NARROWS = ("scope=", "traffic=", "window=", "statistic=", "page=")


def says_nothing_else(group: str) -> bool:
    """Whether a group over labels is understood and narrows none of them: 互动数据, 费用; not 上月, 抖音 or 合作.

    >>> says_nothing_else("费用"), says_nothing_else("抖音"), says_nothing_else("合作30天")
    (True, False, False)
    """
    meaning = read_meaning(group)
    parts = frozenset[str]().union(*meaning.readings)
    return not meaning.unmatched and not any(part.startswith(NARROWS) for part in parts) and "plan" not in parts


# ------------------------------------------------------------ words that add nothing beside others

EVENTS = {"posted", "updated", "captured", "data_day", "created", "edited", "finished"}
ABOUT_CREATOR = {
    *("fans", "gender", "place", "category", "tags", "price", "health", "age", "interest", "xhs", "number"),
    *("institution", "credit", "following"),
}
COUNTED_AS_PEOPLE = {"likes", "collects", "follows", "fans"}
"""Figures of which each person counts once: 点赞人数 is 点赞数."""
LISTED_OF_FANS = {"female", "place", "gender", "age", "interest"}
NAMED = {"brand", "spu", "title", "cooperation_name", "place", "type", "tags"}
NAMES_NOTE = {"id", "name", "nickname", "link", "address"}


MONEY = {"price", "cost", "fee", "spend", "budget"}
TELLS_AMOUNT = {*MONEY, "unit_cost", "all_costs", "sales", "tax", "taxed", "untaxed", "commission"}
PAID_FOR = {"views", "engagement", "click", "follows", "likes", "collects", "comments", "leads"}
"""What one of can have a cost: 阅读成本 is 阅读单价. Not exposure, which is counted by the thousand."""


def _soften_all(readings: list[Parts]) -> tuple[Parts, ...]:
    softened = {soften(rephrase(reading - list_units())) for reading in readings}
    kept = {reading for reading in softened if reading and not _is_a_part_of_all(reading, softened)}
    return tuple(sorted(kept, key=sorted))


def _is_a_part_of_all(reading: Parts, readings: set[Parts]) -> bool:
    """Whether "share" beside what narrows it was read as shares: "paid share" is a part of all, not shares paid for."""
    is_narrowed = any("=" in part for part in reading)
    return "shares" in reading and is_narrowed and reading - {"shares"} | {"ratio"} in readings


def rephrase(parts: Parts) -> Parts:
    """One way of saying for what is said in several: the cost of one, and followers who order.

    >>> sorted(rephrase(frozenset({"cost", "views"}))), sorted(rephrase(frozenset({"per", "price", "views"})))
    (['unit_cost', 'views'], ['unit_cost', 'views'])
    """
    if parts >= {"gender", "female", "male"}:
        parts = parts - {"female", "male"}
    if parts >= {"fans", "order"}:
        parts = parts - {"order"} | {"ordering"}
    is_of_one = bool(parts & PAID_FOR) and bool(parts & (MONEY if "per" in parts else {"cost", "price"}))
    if parts >= {"fee", "price"}:
        parts = parts - {"fee"}
    if "unit_cost" in parts or is_of_one:
        parts = parts - {"per", *MONEY} | {"unit_cost"}
    return parts


def soften(parts: Parts) -> Parts:
    """Drop what goes without saying: 笔记 in 笔记曝光, 粉丝 in 粉丝年龄18-24, 时间 in 发布时间.

    >>> sorted(soften(frozenset({"note", "exposure"}))), sorted(soften(frozenset({"note", "id"})))
    (['exposure'], ['id', 'note'])
    """
    things = {part for part in parts if "=" not in part}
    has_age = any(part.startswith("age=") for part in parts)
    page = any(part.startswith("page=") for part in parts)
    dropped = {
        "time": bool(things & EVENTS),
        "first": "posted" in things,
        "updated": bool(things & {"captured", "data_day"}),
        "signed": "institution" in things,
        "suffix=new": "fans" not in things,
        "creator": bool(things & ABOUT_CREATOR) or {"platform", "level"} <= things,
        "user": bool(things & {"fans", "place", "creator", "female", "male", "gender"}),
        "per": "price" in things or "statistic=average" in parts,
        "amount": bool(things & TELLS_AMOUNT),
        "statistic=growth": "follows" in things,
        "note": bool(things - {"note", "xhs", "creator"}) and ("title" in things or not things & NAMES_NOTE),
        "xhs": len(things) > 1 and (not things & {"number", "id"} or "note" in things),
        "id": "number" in things,
        "ratio": has_age or ("fans" in things and bool(things & LISTED_OF_FANS)),
        "statistic=distribution": "fans" in things or has_age,
        "fans": has_age,
        "age": has_age,
        "gender": "female" in things or "male" in things,
        "category": "tags" in things,
        "name": bool(things & NAMED) and not things & {"creator", "user", "nickname"},
        "people": {"creator", "posted"} <= things or bool(things & COUNTED_AS_PEOPLE),
        "text": bool(things & {"title", "place", "tags"}),
        "type": bool(things & {"gender", "placement"}),
        "source": page,
        "views": "finish" in things,
    }
    return frozenset(part for part in parts if not dropped.get(part, False))


SEARCHED, SAMPLE = 2_000, 200
"""Cells of a column searched, and filled ones looked at."""
_HEX = r"[0-9a-fA-F]{24}"
_HEX_ID = re.compile(_HEX)
_LINK = re.compile(r"https?://")
_NOTE_LINK = re.compile(rf"https?://\S*(?:explore|discovery/item|user/profile/{_HEX})/{_HEX}(?:\?\S*)?")
_CREATOR_LINK = re.compile(rf"https?://\S*user/profile/{_HEX}(?:\?\S*)?")
_SHARES = re.compile(r"[^\d\s]\s*[|:：]?\s*\d+(?:\.\d+)?\s*%|\"percent\"\s*:")
_CLOCK = r"[ T]?\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?Z?"
_MOMENT = re.compile(rf"20\d\d\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}\s*日?(?:{_CLOCK})?")
_STATUSES = {
    *("已发布", "未发布", "待发布", "已取消", "已召回"),
    *("published", "posted", "not published", "not posted", "unpublished", "cancelled", "canceled", "recalled"),
}
_PLACE = re.compile(r"[^\d@:/\\]{1,16}")


def read_hints(headers: Sequence[str], body: pd.DataFrame) -> dict[int, str]:
    """Position → what its cells are.

    One of the names in `_SHAPES`, ``row_id``, ``place`` or ``private``. ``row_id`` is a column headed only "id" whose
    values are all different platform ids; ``place`` is a column headed 地址 whose values are names of places,
    ``private`` one whose values are addresses; ``shares`` are lists of names with a share each (上海|17.4% 北京|15.2%).
    """
    found = ((i, _read_hint(header, body.iloc[:, i])) for i, header in enumerate(headers))
    return {i: hint for i, hint in found if hint}


def _read_hint(header: str, values: pd.Series) -> str | None:
    texts = _take_sample(values)
    meaning = read_meaning(header)
    readings = meaning.readings
    things = {part for reading in readings for part in reading}
    if "address" in things and not things & {"note", "link"} and not any(map(_LINK.match, texts)):
        return "place" if _all_match(_PLACE, texts) else "private"
    if readings == (frozenset({"id"}),) and not meaning.unmatched:
        return "row_id" if _all_match(_HEX_ID, texts) and len(set(texts)) == len(texts) else None
    return next((name for name, has_shape in _SHAPES.items() if texts and all(map(has_shape, texts))), None)


def _take_sample(values: pd.Series) -> list[str]:
    """The first filled cells as texts."""
    cells = values.iloc[:SEARCHED].dropna().tolist()
    return list(itertools.islice(filter(None, (str(cell).strip() for cell in cells)), SAMPLE))


def _all_match(pattern: re.Pattern[str], texts: list[str]) -> bool:
    return bool(texts) and all(map(pattern.fullmatch, texts))


_SHAPES: dict[str, Callable[[str], object]] = {
    "format": lambda text: text.lower() in FORMATS,
    "status": lambda text: text.lower() in _STATUSES,
    "moment": _MOMENT.fullmatch,
    "platform_id": _HEX_ID.fullmatch,
    "shares": _SHARES.search,
    "note_link": _NOTE_LINK.fullmatch,
    "creator_link": _CREATOR_LINK.fullmatch,
}
