"""The template a new campaign starts from, derived from the settings' own descriptions."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xhs_toolkit.campaign.agency import AgencySettings
from xhs_toolkit.campaign.models import ADVANCED, CampaignSettings

CAMPAIGN_HEAD = """\
# A campaign's settings. It works as it is: put your exports into data/ and run it.
# What belongs to the agency (tiers, fees, rate card) goes into agency.yaml, one folder up.
"""
ADVANCED_HEAD = """\
# advanced
# Everything below is optional: take away the "# " before a setting and its lines to use it.
"""
AGENCY_HEAD = """\
# What belongs to the agency and not to one client. Optional: put it beside the campaign folders.
# Every setting below shows its default; delete what you do not change.
"""


def make_campaign_template() -> str:
    """Return ``campaign.yaml``: the everyday settings, then the advanced ones commented out."""
    settings = list(CampaignSettings.model_fields.values())
    everyday = [_show(field) for field in settings if not _extra(field)[ADVANCED]]
    advanced = [_show(field, commented=True) for field in settings if _extra(field)[ADVANCED]]
    return "\n".join([CAMPAIGN_HEAD, *everyday, ADVANCED_HEAD, *advanced])


def make_agency_template() -> str:
    """Return ``agency.yaml`` with every default written out."""
    return "\n".join([AGENCY_HEAD, *(_show(field) for field in _fields(AgencySettings))])


def _fields(model: type[BaseModel]) -> list[FieldInfo]:
    return list(model.model_fields.values())


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _show(field: FieldInfo, *, commented: bool = False) -> str:
    lines = str(_extra(field)["shown"]).splitlines()
    shown = [f"# {line}" for line in lines] if commented else lines
    return "\n".join([f"# {field.description}", *shown, ""])
