"""The campaign book: plan, offer, approval, posting and payment of each deliverable, edited by people, kept by runs."""

from __future__ import annotations

from xhs_toolkit.book.media_plan import make_media_plan, read_answers, write_media_plan, write_picks
from xhs_toolkit.book.seeding import list_seeding, summarise_seeding
from xhs_toolkit.book.sheet import FILE, read_book
from xhs_toolkit.book.told import read_tracker
from xhs_toolkit.book.update import Updated, ask_book, update_book

__all__ = [
    "FILE",
    "Updated",
    "ask_book",
    "list_seeding",
    "make_media_plan",
    "read_answers",
    "read_book",
    "read_tracker",
    "summarise_seeding",
    "update_book",
    "write_media_plan",
    "write_picks",
]
