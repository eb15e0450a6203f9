"""What a column's values look like, for headers that say too little."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

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
_MOMENT = re.compile(
    r"20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?([ T]?\s*\d{1,2}[:时]\d{1,2}([:分]\d{1,2}(\.\d+)?秒?)?)?Z?"
)
_STATUSES = {
    *("已发布", "未发布", "待发布", "已取消", "已召回", "已发", "未发", "待发"),
    *("published", "posted", "not published", "not posted", "unpublished", "cancelled", "canceled", "recalled"),
}
_PLACE = re.compile(r"[^\d@:/\\]{1,16}")


def read_hints(headers: Sequence[str], body: pd.DataFrame) -> dict[int, str]:
    """Position → what its cells are.

    One of ``format``, ``status``, ``moment``, ``note_link``, ``creator_link``, ``shares``, ``row_id``, ``place`` or
    ``private``. ``row_id`` is a column headed only "id" whose values are all different platform ids; ``place`` is a
    column headed 地址 whose values are names of places, ``private`` one whose values are addresses; ``shares`` are
    lists of names with a share each (上海|17.4% 北京|15.2%).
    """
    found = ((i, _read_hint(header, body.iloc[:, i])) for i, header in enumerate(headers))
    return {i: hint for i, hint in found if hint}


def _read_hint(header: str, values: pd.Series) -> str | None:
    texts = _take_sample(values)
    readings = read_meaning(header).readings
    things = {part for reading in readings for part in reading}
    if "address" in things and not things & {"note", "link"} and not any(map(_LINK.match, texts)):
        return "place" if _all_match(_PLACE, texts) else "private"
    if readings == (frozenset({"id"}),):
        return "row_id" if _all_match(_HEX_ID, texts) and len(set(texts)) == len(texts) else None
    return _read_shape(texts)


def _take_sample(values: pd.Series) -> list[str]:
    """The first filled cells as texts."""
    cells = values.iloc[:SEARCHED].dropna().tolist()
    return list(itertools.islice(filter(None, (str(cell).strip() for cell in cells)), SAMPLE))


def _all_match(pattern: re.Pattern[str], texts: list[str]) -> bool:
    return bool(texts) and all(map(pattern.fullmatch, texts))


def _read_shape(texts: list[str]) -> str | None:
    if texts and all(text.lower() in FORMATS for text in texts):
        return "format"
    if texts and all(text.lower() in _STATUSES for text in texts):
        return "status"
    if _all_match(_MOMENT, texts):
        return "moment"
    if texts and all(map(_SHARES.search, texts)):
        return "shares"
    if _all_match(_NOTE_LINK, texts):
        return "note_link"
    return "creator_link" if _all_match(_CREATOR_LINK, texts) else None
