"""Read a campaign folder's settings; start a new folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign.agency import Agency, AgencySettings
from xhs_toolkit.campaign.faults import list_names, list_problems
from xhs_toolkit.campaign.models import Campaign, CampaignSettings
from xhs_toolkit.campaign.rates import list_rates
from xhs_toolkit.campaign.values import find_nearest
from xhs_toolkit.campaign.yamltext import Document, read_document
from xhs_toolkit.errors import CampaignError, Problem

CAMPAIGN_FILE = "campaign.yaml"
AGENCY_FILE = "agency.yaml"
LOGO_TYPES = {".png", ".jpg", ".jpeg"}

Model = TypeVar("Model", bound=BaseModel)


def read_campaign(folder: Path) -> Campaign:
    """Read ``campaign.yaml`` in a folder, and ``agency.yaml`` in the folder above it where there is one.

    Raises
    ------
    CampaignError
        the folder or the file is missing, or settings are wrong: all of both files are listed, with line,
        value, what is allowed and the nearest valid name.
    """
    file = _find_campaign_file(folder)
    settings, problems = _read(file, CampaignSettings)
    agency, agency_problems = _read_agency(folder.resolve().parent / AGENCY_FILE)
    campaign = Campaign.model_construct(folder=folder, agency=agency, **dict(settings))
    problems = [*problems, *agency_problems, *_check_currency(campaign), *_check_quotas(campaign)]
    _raise(problems, title=f"{folder.resolve().name}: the settings cannot be used as they are.")
    return campaign


def read_agency(folder: Path) -> Agency:
    """Read ``agency.yaml`` in a folder; the defaults where there is none.

    Raises
    ------
    CampaignError : settings are wrong; all of them are listed.
    """
    agency, problems = _read_agency(folder / AGENCY_FILE)
    _raise(problems, title=f"{AGENCY_FILE}: the settings cannot be used as they are.")
    return agency


def write_new_campaign(folder: Path) -> Path:
    """Copy the template of a campaign into a new or empty folder and return it.

    Raises
    ------
    CampaignError
        the folder is a file or already holds something: nothing is overwritten.
    """
    if folder.exists() and not folder.is_dir():
        raise CampaignError(f"{folder} is a file. Choose another name for the campaign folder.")
    if folder.is_dir() and any(folder.iterdir()):
        raise CampaignError(f"{folder} is not empty. Choose a new folder, so that nothing is overwritten.")
    shutil.copytree(bundled_folder("templates") / "campaign", folder, dirs_exist_ok=True)
    return folder


# ------------------------------------------------------------------------------------ finding files


def _find_campaign_file(folder: Path) -> Path:
    if folder.name == CAMPAIGN_FILE and folder.is_file():
        raise CampaignError(f"{folder} is the settings file. Give the folder it lies in: {folder.parent}")
    if folder.is_file():
        raise CampaignError(f"{folder} is a file, not a campaign folder. Give the folder that holds {CAMPAIGN_FILE}.")
    if not folder.is_dir():
        raise CampaignError(f"There is no folder {folder}. Start one with: xhs new {_quote(folder)}")
    file = folder / CAMPAIGN_FILE
    if not file.is_file():
        raise CampaignError(_describe_missing_file(folder))
    return file


def _describe_missing_file(folder: Path) -> str:
    inside = [child.parent.name for child in sorted(folder.glob(f"*/{CAMPAIGN_FILE}"))[:3]]
    near = [child.name for child in sorted(folder.glob("campaign*.y*ml*"))[:1]]
    if near:
        hint = f"It holds {near[0]}: rename that to {CAMPAIGN_FILE}."
    elif inside:
        hint = f"Campaign folders lie inside it: give one of those, such as {folder / inside[0]}"
    else:
        hint = "Start a campaign folder with: xhs new FOLDER"
    return f"{folder} holds no {CAMPAIGN_FILE}. {hint}"


def _quote(folder: Path) -> str:
    return f'"{folder}"' if " " in str(folder) else str(folder)


# ----------------------------------------------------------------------------------------- reading


def _read(file: Path, model: type[Model]) -> tuple[Model, list[Problem]]:
    """Return the settings of a file (defaults where it cannot be used) and what is wrong with it."""
    document = _open(file, model)
    try:
        return model.model_validate(document.data), document.problems
    except ValidationError as error:
        return model(), [*document.problems, *list_problems(error, model=model, document=document)]


def _open(file: Path, model: type[BaseModel]) -> Document:
    try:
        return read_document(file, names=list_names(model))
    except OSError as error:
        raise CampaignError(f"{file} cannot be opened: {error.strerror}. Close it elsewhere and try again.") from error


def _read_agency(file: Path) -> tuple[Agency, list[Problem]]:
    if not file.is_file():
        return Agency(), []
    settings, problems = _read(file, AgencySettings)
    agency = Agency.model_construct(folder=file.parent, **dict(settings))
    return agency, [*problems, *_check_logo(agency, file)]


def _check_currency(campaign: Campaign) -> list[Problem]:
    if campaign.report_currency in {None, *list_rates(campaign)}:
        return []
    fix = f"write its rate under exchange_rates in {AGENCY_FILE}, or the budget in it"
    value = campaign.report_currency
    return [Problem("has no rate to CNY", fix, CAMPAIGN_FILE, column="report_currency", value=value)]


def _check_quotas(campaign: Campaign) -> list[Problem]:
    """Tiers, themes and personas of the quotas are named where they are made."""
    made = {
        "tier": [tier.name for tier in campaign.agency.tiers],
        "theme": [theme.name for theme in campaign.themes],
        "persona": [persona.name for persona in campaign.planning.personas],
    }
    named = [(kind, getattr(quota, kind)) for quota in campaign.planning.quotas for kind in made]
    problems = []
    for kind, name in named:
        if name and made[kind] and name not in made[kind]:
            fix = f"write {find_nearest(name, made[kind]) or 'one of ' + ', '.join(made[kind])}"
            place = f"planning.quotas.{kind}"
            problems.append(Problem(f"is no {kind} of this campaign", fix, CAMPAIGN_FILE, column=place, value=name))
    return problems


def _check_logo(agency: Agency, file: Path) -> list[Problem]:
    logo = agency.logo_file
    if logo is None:
        return []
    if logo.suffix.lower() not in LOGO_TYPES:
        return [Problem("is not a png or jpg", "save the logo as png", file.name, column="logo", value=agency.logo)]
    if not logo.is_file():
        return [
            Problem(f"does not lie beside {file.name}", "put it there", file.name, column="logo", value=agency.logo)
        ]
    return []


def _raise(problems: list[Problem], *, title: str) -> None:
    if problems:
        ordered = sorted(problems, key=lambda problem: (problem.file != CAMPAIGN_FILE, problem.row or 0))
        raise CampaignError(title, ordered)
