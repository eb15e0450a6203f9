"""Read a campaign folder's settings, with its faults in words; write answers into them; start a new folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign.agency import Agency, AgencySettings
from xhs_toolkit.campaign.models import Campaign, CampaignSettings, list_rates
from xhs_toolkit.campaign.values import FAULT, find_nearest
from xhs_toolkit.campaign.yamltext import Document, read_document
from xhs_toolkit.decoding import decode_text
from xhs_toolkit.errors import CampaignError, Problem

WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "add it"),
    "bool_parsing": ("is neither yes nor no", "write yes or no"),
    "bool_type": ("is neither yes nor no", "write yes or no"),
    "int_from_float": ("is not a whole number", "write it without decimals"),
    "greater_than": ("must be above {gt}", "correct the number"),
    "greater_than_equal": ("must not be below {ge}", "correct the number"),
    "less_than_equal": ("must not be above {le}", "write a fraction such as 0.08, or a percentage such as 8%"),
    "string_type": ("must be a text", "write it on one line"),
    "string_too_short": ("is empty", "write something, or delete the line"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "too_short": ("needs at least {min_length}", "add one, or delete the line"),
    "model_type": ("must hold settings of its own", "write each on a line of its own, indented by two spaces"),
    "dict_type": ("must hold names and values", "write them as header: column"),
    "tuple_type": ("must be a list", "write it as [first, second]"),
    "float_type": ("is not a number", "write digits only, such as 12000 or 0.85"),
    "date_type": ("is not a date", "write year, month, day: 2026-07-01"),
}


def list_problems(error: ValidationError, *, model: type[BaseModel], document: Document) -> list[Problem]:
    """Return a problem for every complaint about a document."""
    return [_describe(detail, model, document) for detail in error.errors()]


def list_names(model: type[BaseModel]) -> set[str]:
    """Return the names of a model's settings and of those inside them."""
    inner = [list_names(found) for _, found in _inner_models(model)]
    return set(_names(model)).union(*inner)


def _describe(detail: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    path = detail["loc"]
    describe = {"extra_forbidden": _unknown, "literal_error": _not_allowed}.get(detail["type"], _wrong)
    what, fix, value = describe(detail, model)
    setting = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return Problem(what, fix, document.file, row=document.find_line(path), column=setting, value=value)


def _unknown(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    *path, name = detail["loc"]
    known = list(_names(_model_at(model, path) or model))
    near = find_nearest(str(name), known)
    home = next((outer for outer, inner in _inner_models(model) if name in inner.model_fields), None)
    if near:
        return "is not a setting", f"write {near}", None
    if home:
        return "is not a setting here", f"move it under {home}:", None
    return "is not a setting", f"use one of {', '.join(known)}", None


def _not_allowed(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    allowed = re.findall(r"'([^']+)'", detail.get("ctx", {}).get("expected", ""))
    near = find_nearest(str(detail["input"]), allowed)
    return f"is not one of {', '.join(allowed)}", f"write {near or 'one of them'}", detail["input"]


def _wrong(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, Any]:
    context = detail.get("ctx", {})
    if detail["type"] == FAULT:
        what, fix = context["what"], context["fix"]
    else:
        what, fix = WORDS.get(detail["type"], (detail["msg"][:1].lower() + detail["msg"][1:], ""))
        what = what.format_map(context)
    value = detail["input"]
    return what, fix, None if isinstance(value, dict | list | tuple | BaseModel) else value


# -------------------------------------------------------------------------------- names of settings


def _names(model: type[BaseModel]) -> Iterator[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _inner_models(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner:
            yield field.alias or name, inner


def _model_at(model: type[BaseModel], path: list[Any]) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for part in (part for part in path if isinstance(part, str)):
        found = dict(_inner_models(found)).get(part) if found else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``Model``, ``Model | None`` or ``tuple[Model, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for model in map(_model_in, get_args(annotation)) if model), None)


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


Answers = Mapping[str, Mapping[str, Any]]
"""``headers``: header → column, currency, kind; ``states``: word → state."""
_BLOCK = re.compile(r"^taught:.*(?:\n(?:[ \t].*)?(?=\n|\Z))*", re.MULTILINE)


def write_taught(file: Path, answers: Answers) -> None:
    """Add answers to ``campaign.yaml`` or ``agency.yaml``; an answer to the same header or word is replaced.

    Raises
    ------
    CampaignError : the file would not be usable with them, and is left as it was.
    """
    before = file.read_bytes()
    file.write_text(add_taught(str(decode_text(before)), answers), encoding="utf-8", newline="\n")
    try:
        (read_agency if file.name == AGENCY_FILE else read_campaign)(file.parent)
    except CampaignError:
        file.write_bytes(before)
        raise


def add_taught(text: str, answers: Answers) -> str:
    r"""Add answers to the text of a settings file; everything outside ``taught`` stays as it is.

    >>> print(add_taught("client: A\ntaught:\n  states: {TBC: agreed}\nname: B\n", {"states": {"with Sam": "agreed"}}))
    client: A
    taught:
      states:
        TBC: agreed
        with Sam: agreed
    name: B
    <BLANKLINE>
    """
    found = _BLOCK.search(text)
    known = yaml.load(found[0], Loader=yaml.BaseLoader)["taught"] if found else None  # noqa: S506 (texts only)
    told = {name: {**(dict(known or {}).get(name) or {}), **answers.get(name, {})} for name in ("headers", "states")}
    filled = {"taught": {name: dict(each) for name, each in told.items() if each}}
    block = yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=10_000).rstrip("\n")
    return text[: found.start()] + block + text[found.end() :] if found else f"{text.rstrip()}\n\n{block}\n"
