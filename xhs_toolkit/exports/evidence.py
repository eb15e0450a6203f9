"""What a column's values look like, for headers that say too little."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

import pandas as pd

from xhs_toolkit.exports.meanings import read_meaning
from xhs_toolkit.exports.texts import FORMATS

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
    if readings == (frozenset({"id"}),) and not meaning.leftover:
        return "row_id" if _all_match(_HEX_ID, texts) and len(set(texts)) == len(texts) else None
    return _read_shape(texts)


def _take_sample(values: pd.Series) -> list[str]:
    """The first filled cells as texts."""
    cells = values.iloc[:SEARCHED].dropna().tolist()
    return list(itertools.islice(filter(None, (str(cell).strip() for cell in cells)), SAMPLE))


def _all_match(pattern: re.Pattern[str], texts: list[str]) -> bool:
    return bool(texts) and all(map(pattern.fullmatch, texts))


def _read_shape(texts: list[str]) -> str | None:
    """The first shape that all cells have."""
    return next((name for name, has_shape in _SHAPES.items() if texts and all(map(has_shape, texts))), None)


_SHAPES: dict[str, Callable[[str], object]] = {
    "format": lambda text: text.lower() in FORMATS,
    "status": lambda text: text.lower() in _STATUSES,
    "moment": _MOMENT.fullmatch,
    "platform_id": _HEX_ID.fullmatch,
    "shares": _SHARES.search,
    "note_link": _NOTE_LINK.fullmatch,
    "creator_link": _CREATOR_LINK.fullmatch,
}
