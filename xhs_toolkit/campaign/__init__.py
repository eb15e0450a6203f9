"""`campaign.yaml` and `agency.yaml` → one checked, frozen `Campaign`."""

from __future__ import annotations

from xhs_toolkit.campaign.agency import Agency, PriceRange, Tier
from xhs_toolkit.campaign.models import Budget, Campaign, FileSetting, Targets, Theme, Window
from xhs_toolkit.campaign.names import safe_name
from xhs_toolkit.campaign.reading import read_campaign, write_new_campaign

__all__ = [
    "Agency",
    "Budget",
    "Campaign",
    "FileSetting",
    "PriceRange",
    "Targets",
    "Theme",
    "Tier",
    "Window",
    "read_campaign",
    "safe_name",
    "write_new_campaign",
]
