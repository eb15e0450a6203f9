"""Every kind of export."""

from __future__ import annotations

from functools import lru_cache

from xhs_toolkit.exports import (
    agency_notes,
    agency_sheet,
    client_files,
    creator_center,
    dandelion,
    juguang,
    mediacrawler,
    seeding,
    third_party,
)
from xhs_toolkit.exports.layouts import Layout, is_known_header

LAYOUTS: tuple[Layout, ...] = (
    *dandelion.LAYOUTS,
    *creator_center.LAYOUTS,
    *juguang.LAYOUTS,
    *mediacrawler.LAYOUTS,
    *client_files.LAYOUTS,
    *agency_sheet.LAYOUTS,
    *third_party.LAYOUTS,
    *seeding.LAYOUTS,
    *agency_notes.LAYOUTS,
)
"""Every kind of export, the more official first: of two that fit equally well the first is taken."""


@lru_cache(maxsize=20_000)
def is_known(text: str) -> bool:
    """Whether a header text means something to any kind of export."""
    return is_known_header(text, LAYOUTS)
