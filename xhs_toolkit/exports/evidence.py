"""What a column's values look like, for headers that say too little."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xhs_toolkit.exports.meanings import read_meaning
from xhs_toolkit.exports.texts import FORMATS

SEARCHED, SAMPLE = 2_000, 200
"""Cells of a column searched, and filled ones looked at."""
_HEX_ID = r"[0-9a-fA-F]{24}"
_NOTE_LINK = rf"https?://\S*(?:explore|discovery/item|user/profile/{_HEX_ID})/{_HEX_ID}(?:\?\S*)?"
_CREATOR_LINK = rf"https?://\S*user/profile/{_HEX_ID}(?:\?\S*)?"
_PLACE = r"[^\d@:/\\]{1,16}"


def read_hints(headers: Sequence[str], body: pd.DataFrame) -> dict[int, str]:
    """Position → ``format``, ``note_link``, ``creator_link``, ``row_id``, ``place`` or ``private``.

    ``row_id`` is a column headed only "id" whose values are all different platform ids; ``place`` is a
    column headed 地址 whose values are names of places, ``private`` one whose values are addresses.
    """
    found = ((i, _read_hint(header, body.iloc[:, i])) for i, header in enumerate(headers))
    return {i: hint for i, hint in found if hint}


def _read_hint(header: str, values: pd.Series) -> str | None:
    texts = values.iloc[:SEARCHED].dropna().astype("str").str.strip()
    texts = texts[texts.ne("")].iloc[:SAMPLE]
    readings = read_meaning(header).readings
    things = {part for reading in readings for part in reading}
    if "address" in things and not things & {"note", "link"} and not texts.str.match("https?://").any():
        return "place" if len(texts) and texts.str.fullmatch(_PLACE).all() else "private"
    if texts.empty:
        return None
    if readings == (frozenset({"id"}),):
        return "row_id" if texts.str.fullmatch(_HEX_ID).all() and texts.is_unique else None
    return _read_shape(texts)


def _read_shape(texts: pd.Series) -> str | None:
    if texts.str.lower().isin(FORMATS).all():
        return "format"
    if texts.str.fullmatch(_NOTE_LINK).all():
        return "note_link"
    return "creator_link" if texts.str.fullmatch(_CREATOR_LINK).all() else None
