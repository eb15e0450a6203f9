"""The front door: a campaign, opened once, with everything that an analyst asks of it."""

from __future__ import annotations

from xhs_toolkit.work.opened import Work, open_campaign

__all__ = ["Work", "open_campaign"]
