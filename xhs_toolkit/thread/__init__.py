"""One row a creator from pool to brief, and what was known when: each step of the plan reads these."""

from __future__ import annotations

from xhs_toolkit.thread.narrow import (
    THREAD_FILE,
    add_briefs,
    add_roster,
    add_vetting,
    agree_roster,
    describe_known,
    find_allowed_offers,
    find_planned_at,
    known_before,
    list_allowed,
    list_roster,
    read_thread,
    start_thread,
    summarise_funnel,
    write_thread,
)
from xhs_toolkit.thread.themes import add_theme, find_creator_themes, join_themes

__all__ = [
    "THREAD_FILE",
    "add_briefs",
    "add_roster",
    "add_theme",
    "add_vetting",
    "agree_roster",
    "describe_known",
    "find_allowed_offers",
    "find_creator_themes",
    "find_planned_at",
    "join_themes",
    "known_before",
    "list_allowed",
    "list_roster",
    "read_thread",
    "start_thread",
    "summarise_funnel",
    "write_thread",
]
