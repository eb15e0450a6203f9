"""Sourcing: one pool from every export, its fit to the brand, and the long list with who was left out and why."""

from __future__ import annotations

from xhs_toolkit.sourcing.fit import FIT_PARTS, score_fit
from xhs_toolkit.sourcing.long_list import LongList, make_long_list
from xhs_toolkit.sourcing.voice import Voice, compare_brands
from xhs_toolkit.thread.pool import Pool, make_pool

__all__ = [
    "FIT_PARTS",
    "LongList",
    "Pool",
    "Voice",
    "compare_brands",
    "make_long_list",
    "make_pool",
    "score_fit",
]
