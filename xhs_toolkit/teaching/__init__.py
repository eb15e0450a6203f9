"""Synthetic campaigns in the platforms' real layouts, seeded, with a known truth."""

from __future__ import annotations

from xhs_toolkit.teaching.settings import WorldSettings, WorldTheme
from xhs_toolkit.teaching.world import World, make_world

__all__ = ["World", "WorldSettings", "WorldTheme", "make_world"]
