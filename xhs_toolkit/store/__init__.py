"""A campaign's tables, read once: whoever opens a campaign opens these."""

from __future__ import annotations

from xhs_toolkit.store.inputs import (
    BOOK_FILE,
    BOOKED,
    MANIFEST,
    Change,
    Input,
    compare_inputs,
    find_changes,
    hash_file,
    list_inputs,
)
from xhs_toolkit.store.stored import open_exports

__all__ = [
    "BOOKED",
    "BOOK_FILE",
    "MANIFEST",
    "Change",
    "Input",
    "compare_inputs",
    "find_changes",
    "hash_file",
    "list_inputs",
    "open_exports",
]
