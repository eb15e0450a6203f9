"""Answers to questions about files, written under ``taught`` in a settings file, where the next sheet finds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from xhs_toolkit.campaign.reading import AGENCY_FILE, read_agency, read_campaign
from xhs_toolkit.decoding import decode_text
from xhs_toolkit.errors import CampaignError

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
