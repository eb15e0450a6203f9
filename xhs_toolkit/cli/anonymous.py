"""``xhs check --anonymous``: what was understood of a campaign's files, fit to be shown to strangers.

Words are shown only where the toolkit itself knows them, so that no name, title or header of a client gets through;
counts of rows, columns and messages are shown, other numbers, days and values are not.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xhs_toolkit import __version__
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import Problem

SHOWN = ("objective", "languages", "time zone", "data")
"""Settings that tell nothing of a client."""

MASK = "…"
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\d(?:[\d.,:/-]*\d)?|[^\W\d_]+")
_COLUMNS = ("kind", "columns_read", "columns_guessed", "columns_ignored", "columns_private")


class Mask(NamedTuple):
    """What may be shown: words of the toolkit, and by what number each file goes."""

    words: frozenset[str]
    files: Mapping[str, str]

    def hide(self, text: str) -> str:
        """Return a text with every word that the toolkit does not know, every number and every quoted value masked.

        >>> Mask(frozenset({"is", "not", "read"}), {}).hide("Ana, row 12: 'x' is not read")
        '…, … …: … is not read'
        """
        return _TOKEN.sub(lambda found: found[0] if found[0] in self.words else MASK, text)

    def hide_file(self, name: str | None) -> str | None:
        """Return the number of a file, with its ending; settings keep their name."""
        return name if name in {None, "campaign.yaml", "agency.yaml"} else self.files.get(str(name), "another file")


def make_mask(campaign: Campaign, files: pd.DataFrame) -> Mask:
    """Return what may be shown of a campaign: the toolkit's own words without those of the client's names."""
    names = [campaign.client, campaign.name, *campaign.brand_names, *(theme.name for theme in campaign.themes)]
    sources = [*Path(__file__).parents[1].glob("[!_]*/**/*.py")]
    sources += [path for name in ("exports", "codebook") for path in (bundled_folder("templates") / name).rglob("*.*")]
    known = {word for path in sources for word in _TOKEN.findall(path.read_text(encoding="utf-8", errors="ignore"))}
    own = {word.casefold() for name in names for word in _TOKEN.findall(name)}
    listed = enumerate(dict.fromkeys(files["file"]), start=1) if len(files) else ()
    return Mask(
        frozenset(word for word in known if word.isalpha() and word.casefold() not in own),
        {name: f"file {number}{Path(name).suffix.lower()}" for number, name in listed},
    )


def hide_files(files: pd.DataFrame, *, mask: Mask) -> pd.DataFrame:
    """Return the list of files without names, days and headers that the toolkit does not know."""
    hidden = {name: files[name].map(mask.hide, na_action="ignore") for name in _COLUMNS if name in files}
    days = dict.fromkeys(["first_date", "last_date"], pd.NaT)
    return files.assign(file=files["file"].map(mask.hide_file), sheet="", **hidden, **days) if len(files) else files


def hide_problems(problems: Sequence[Problem], *, mask: Mask) -> list[Problem]:
    """Return problems without the names, values and numbers in them; places keep their row."""
    return [
        replace(
            problem,
            what=mask.hide(problem.what),
            fix=mask.hide(problem.fix),
            file=mask.hide_file(problem.file),
            sheet=None,
            column=mask.hide(problem.column) if problem.column else None,
            value=None if problem.value is None else MASK,
            proposal=mask.hide(problem.proposal),
        )
        for problem in problems
    ]


def describe_versions() -> str:
    """What an answer needs to know of the computer."""
    return f"xhs-toolkit {__version__}, Python {platform.python_version()}, {platform.system()}"
