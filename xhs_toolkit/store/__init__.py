"""A campaign's tables, read once: whoever opens a campaign opens these."""

from __future__ import annotations

from xhs_toolkit.store.inputs import MANIFEST, Change, compare_inputs, find_changes, list_inputs
from xhs_toolkit.store.stored import open_exports

__all__ = ["MANIFEST", "Change", "compare_inputs", "find_changes", "list_inputs", "open_exports"]
