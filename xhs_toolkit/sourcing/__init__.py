"""Sourcing: one pool from every export, its fit to the brand, and the long list with who was left out and why."""

from __future__ import annotations

from xhs_toolkit.sourcing.filters import RULES, Filtered, filter_pool
from xhs_toolkit.sourcing.fit import FIT_PARTS, score_fit
from xhs_toolkit.sourcing.long_list import LongList, make_long_list
from xhs_toolkit.thread.pool import OFFICIAL, Pool, make_pool

__all__ = [
    "FIT_PARTS",
    "OFFICIAL",
    "RULES",
    "Filtered",
    "LongList",
    "Pool",
    "filter_pool",
    "make_long_list",
    "make_pool",
    "score_fit",
]
