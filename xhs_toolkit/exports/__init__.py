"""A platform's file → checked tables."""

from __future__ import annotations

from xhs_toolkit.exports.reading import Exports, read_exports
from xhs_toolkit.exports.reconcile import make_latest
from xhs_toolkit.exports.summary import summarise_files

__all__ = ["Exports", "make_latest", "read_exports", "summarise_files"]
