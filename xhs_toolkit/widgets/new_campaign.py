"""A new campaign from a form: its folder from the template, with what was written filled in and checked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import ipywidgets as ipw

from xhs_toolkit.campaign import read_campaign, safe_name, write_new_campaign
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.widgets.controls import name_options, put, style
from xhs_toolkit.widgets.plan import OBJECTIVES
from xhs_toolkit.widgets.shell import View

FIELDS = {
    "client": "explore_client",
    "campaign": "explore_campaign",
    "start": "explore_start",
    "end": "explore_end",
    "amount": "explore_amount",
    "currency": "explore_currency",
    "cny_per_unit": "explore_rate",
    "rate_date": "explore_rate_date",
    "markets": "explore_markets",
}
HINTS = {"start": "2026-07-01", "end": "2026-08-31", "rate_date": "2026-06-30", "currency": "CNY", "markets": "NZ, AU"}
PLAIN = re.compile(r"[\w.,:%+-]*|\[[\w, ]*\]")
"""What can stand in a line of settings as a person writes it; all else is quoted."""
TEXTS = frozenset({"client", "campaign"})


def fill_settings(text: str, *, values: Mapping[str, str]) -> str:
    r"""Write values into the lines of a campaign file, each where its name stands first; the rest stays as it is.

    Parameters
    ----------
    text : the template of ``campaign.yaml``.
    values : by the setting's name; an empty one leaves its line alone.

    >>> fill_settings("client: New client\nwindow:\n  start:\n", values={"client": "A: b", "start": "2026-07-01"})
    'client: "A: b"\nwindow:\n  start: 2026-07-01\n'
    """
    for name, value in values.items():
        if value:
            is_plain = name not in TEXTS and PLAIN.fullmatch(value)
            written = value if is_plain else json.dumps(value, ensure_ascii=False)
            found = re.search(rf"^(\s*)(?:# )?{name}:.*$", text, flags=re.MULTILINE)
            if found:
                text = f"{text[: found.start()]}{found[1]}{name}: {written}{text[found.end() :]}"
    return text


def make_campaign(place: Path, *, values: Mapping[str, str]) -> Path:
    """Make a campaign folder with what was written in it; nothing is left behind where that cannot be read.

    Parameters
    ----------
    place : the new folder.
    values : of `FIELDS`, and ``objective``; as a person writes them.

    Raises
    ------
    CampaignError : the folder is not empty, or a value is wrong: all of them are listed.
    """
    markets = [
        market.strip().upper() for market in re.split(r"[,，、\s]+", values.get("markets", "")) if market.strip()
    ]
    plain = {name: value.strip() for name, value in values.items()}
    plain["markets"] = f"[{', '.join(markets)}]" if markets else ""
    existed = place.exists()
    folder = write_new_campaign(place)
    file = folder / "campaign.yaml"
    try:
        file.write_text(fill_settings(file.read_text(encoding="utf-8"), values=plain), encoding="utf-8", newline="\n")
        read_campaign(folder)
    except CampaignError:
        shutil.rmtree(folder, ignore_errors=True)
        if existed:
            folder.mkdir(exist_ok=True)
        raise
    return folder


class NewCampaignView(View[None]):
    """A form for a new campaign (`new_campaign`)."""

    name = "new"

    def __init__(self, folder: Path, *, language: str | None = None) -> None:
        self.clients = folder.resolve()
        if (self.clients / "campaign.yaml").is_file():
            self.clients = self.clients.parent
        super().__init__(folder, default=None, language=language)
        self.values: dict[str, str] = {}
        self.is_chosen = True

    def _open(self) -> None:
        self.is_loaded = True
        self.rebuild()

    def build(self) -> list[ipw.Widget]:
        """One field a setting; what was written stays when the language changes."""
        look = style(width="420px", label_width="150px")
        self.fields = {"folder": ipw.Text(description=self.term("explore_folder"), placeholder="kea-spring", **look)}
        for name, words in FIELDS.items():
            self.fields[name] = ipw.Text(description=self.term(words), placeholder=HINTS.get(name, ""), **look)
        for name, field in self.fields.items():
            field.value = self.values.get(name, "")
            self.on(field, partial(self.values.__setitem__, name))
        self.objective = ipw.Dropdown(
            options=name_options(OBJECTIVES, language=self.language),
            description=self.term("explore_objective"),
            **look,
        )
        button = self.press("explore_make", self.make, button_style="primary")
        return [*self.fields.values(), self.objective, put(button)]

    def make(self) -> None:
        """Make the campaign folder."""
        name = self.fields["folder"].value.strip()
        if not any(map(str.isalnum, name)):
            raise CampaignError(self.word("new_no_name"))
        values = {key: field.value for key, field in self.fields.items() if key != "folder"}
        values["objective"] = self.objective.value
        try:
            made = make_campaign(self.clients / safe_name(name), values=values)
        except CampaignError as error:
            raise CampaignError(error.message, map(self._name_field, error.problems)) from error
        self.tell(self.word("new_ready", place=made.name))

    def _name_field(self, problem: Problem) -> Problem:
        """Say where something is wrong by the field of the form, not by the line of a file nobody has seen."""
        found = [FIELDS[part] for part in str(problem.column).split(".") if part in FIELDS]
        return replace(problem, file=self.term(found[-1]), row=None, column=None) if found else problem

    def show_picture(self) -> None:
        """There is no picture of a form: say what to type instead."""
        print("xhs new FOLDER")  # noqa: T201


def new_campaign(folder: str | Path = ".", *, language: str | None = None) -> NewCampaignView:
    """Start a campaign from a form: the last line of a cell shows it.

    Parameters
    ----------
    folder : where the campaign's folder is made; beside it where it is itself a campaign.
    language : of the labels, ``en`` or ``zh``.
    """
    return NewCampaignView(Path(folder), language=language)
