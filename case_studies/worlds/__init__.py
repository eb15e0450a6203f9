"""Synthetic campaigns in the platforms' real layouts, seeded, with a known truth."""

from __future__ import annotations

from case_studies.worlds.settings import WorldSettings, WorldTheme
from case_studies.worlds.world import World, make_world

__all__ = ["World", "WorldSettings", "WorldTheme", "make_world"]
