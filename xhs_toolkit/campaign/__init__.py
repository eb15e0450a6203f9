"""`campaign.yaml` and `agency.yaml` → one checked, frozen `Campaign`."""

from __future__ import annotations

from xhs_toolkit.campaign.agency import AdCost, Agency, PriceRange, Tier
from xhs_toolkit.campaign.models import Budget, Campaign, FileSetting, Targets, Theme, Window
from xhs_toolkit.campaign.people import Audience, FitWeights, Limit, ScoreWeights, Sourcing, Vetting
from xhs_toolkit.campaign.planning import Alternative, Boosting, Persona, Planning, Quota, Split
from xhs_toolkit.campaign.reading import read_agency, read_campaign, write_new_campaign
from xhs_toolkit.campaign.values import safe_name

__all__ = [
    "AdCost",
    "Agency",
    "Alternative",
    "Audience",
    "Boosting",
    "Budget",
    "Campaign",
    "FileSetting",
    "FitWeights",
    "Limit",
    "Persona",
    "Planning",
    "PriceRange",
    "Quota",
    "ScoreWeights",
    "Sourcing",
    "Split",
    "Targets",
    "Theme",
    "Tier",
    "Vetting",
    "Window",
    "read_agency",
    "read_campaign",
    "safe_name",
    "write_new_campaign",
]
