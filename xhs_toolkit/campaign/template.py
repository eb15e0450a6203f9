"""The template a new campaign starts from, derived from the settings' own descriptions.

``python -m xhs_toolkit.campaign.template`` writes ``templates/campaign/campaign.yaml`` and
``templates/agency.yaml``; with ``--check`` it only compares.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xhs_toolkit.campaign.agency import AgencySettings
from xhs_toolkit.campaign.models import ADVANCED, CampaignSettings

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
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


FILES = {"campaign/campaign.yaml": make_campaign_template, "agency.yaml": make_agency_template}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the templates, or with ``--check`` say whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a template is out of date")
    if not parser.parse_args(arguments).check:
        for name, make in FILES.items():
            (TEMPLATES / name).write_text(make(), encoding="utf-8", newline="\n")
        return 0
    stale = [name for name, make in FILES.items() if not _is_current(TEMPLATES / name, make())]
    for name in stale:
        sys.stderr.write(f"templates/{name} is out of date: run python -m xhs_toolkit.campaign.template\n")
    return int(bool(stale))


def _is_current(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
