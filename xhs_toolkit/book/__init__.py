"""The campaign book: plan, offer, approval, posting and payment of each deliverable, edited by people, kept by runs."""

from __future__ import annotations

from xhs_toolkit.book.facts import read_tracker
from xhs_toolkit.book.media_plan import (
    choose_replacements,
    list_seeding,
    make_media_plan,
    read_answers,
    summarise_seeding,
    write_media_plan,
    write_picks,
)
from xhs_toolkit.book.sheet import read_book
from xhs_toolkit.book.update import Updated, ask_book, update_book
from xhs_toolkit.store import BOOK_FILE

__all__ = [
    "BOOK_FILE",
    "Updated",
    "ask_book",
    "choose_replacements",
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
