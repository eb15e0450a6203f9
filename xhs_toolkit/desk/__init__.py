"""The agency's desk: what to do today, and what each client's month brought, read from finished runs and the book."""

from __future__ import annotations

from xhs_toolkit.desk.month import Month, summarise_month
from xhs_toolkit.desk.pages import show_month, tell_month, write_month_page, write_today_page
from xhs_toolkit.desk.today import Today, look_at_campaign

__all__ = [
    "Month",
    "Today",
    "look_at_campaign",
    "show_month",
    "summarise_month",
    "tell_month",
    "write_month_page",
    "write_today_page",
]
