"""What must not reach a client, as patterns of a text: names, paths, secrets, contacts, leftovers, odd characters."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from xhs_toolkit.present.private import find_contacts

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

SECRETS: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|\bsk-[A-Za-z0-9_-]{20,}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}"
    r"|\b(?:web_session|a1|xsec_token)=[A-Za-z0-9_%-]{10,}"
    r"|(?:password|passwd|api[_-]?key|access[_-]?token|secret|密码|口令)\s*[:=：]\s*\S{6,}",
    re.IGNORECASE,
)
PATHS: Final = re.compile(
    r"(?<![\w./])/(?:home|Users|root|mnt|private|var|opt|srv|Volumes)/[\w.-]+|\b[A-Za-z]:\\[\w.-]+|\\\\[\w.-]+\\\w+|file://"
)
LEFTOVERS: Final = re.compile(r"\{\{|\}\}|\{%|#(?:REF|NAME|VALUE|DIV/0|N/A)[!?]?|\b(?:nan|NaT|None|Undefined)\b|<NA>")

Find = Callable[[str], list[str]]
"""What a text holds that must not be sent."""


def list_patterns(campaign: Campaign) -> dict[str, Find]:
    """Return check → what finds it in any text of a campaign's files."""
    return {
        "other_client": _look_for_names(list_other_clients(campaign)),
        "local_path": _look_for_paths(campaign),
        "secret": lambda text: [match[0] for match in SECRETS.finditer(text)],
        "contact": lambda text: [found for _, found in find_contacts(text)],
        "glyph": _find_glyphs,
    }


def find_leftovers(text: str) -> list[str]:
    """What templates and missing values leave in a sentence.

    >>> find_leftovers("{{ name }} has nan views")
    ['{{', '}}', 'nan']
    """
    return [match[0] for match in LEFTOVERS.finditer(text)]


def _find_glyphs(text: str) -> list[str]:
    """The replacement character, private and unassigned code points: what shows as an empty box."""
    bad = [char for char in text if char == "\ufffd" or unicodedata.category(char) in {"Co", "Cn", "Cs"}]
    return [f"U+{ord(char):04X}" for char in dict.fromkeys(bad)]


def _look_for_paths(campaign: Campaign) -> Find:
    here = {str(each) for each in (campaign.folder.resolve(), Path.home(), Path(tempfile.gettempdir()).resolve())}
    here -= {"/", "."}
    return lambda text: [match[0] for match in PATHS.finditer(text)] + [path for path in here if path in text]


def _look_for_names(names: Iterable[str]) -> Find:
    patterns = "|".join(_write_name(name) for name in names)
    return re.compile(patterns, re.IGNORECASE).findall if patterns else lambda text: []


def _write_name(name: str) -> str:
    """A name as a pattern: Latin names only as whole words."""
    begin, end = (r"(?<![^\W_])" if char.isascii() and char.isalnum() else "" for char in (name[0], name[-1]))
    return f"{begin}{re.escape(name)}{end.replace('<!', '!')}"


def list_other_clients(campaign: Campaign) -> tuple[str, ...]:
    """Return the clients of the campaigns beside this one, and anywhere below the agency's folder.

    Names that this campaign's own file uses (its client, brands or competitors) are no leak.
    """
    folder = campaign.folder.resolve()
    roots = {folder.parent, campaign.agency.folder or folder.parent}
    patterns = ("*/campaign.yaml", "*/*/campaign.yaml")
    found = {path for root in roots for pattern in patterns for path in root.glob(pattern)}
    own = _read_text(folder / "campaign.yaml").casefold() + campaign.client.casefold()
    names = {_read_client(path) for path in found if path.parent.resolve() != folder}
    return tuple(sorted(name for name in names if len(name) > 1 and name.casefold() not in own))


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _read_client(path: Path) -> str:
    """The client that a campaign file names; empty where the file cannot be read or has its placeholder."""
    try:
        settings = yaml.load(_read_text(path), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    except (yaml.YAMLError, RecursionError):
        return ""
    client = settings.get("client") if isinstance(settings, dict) else None
    return client.strip() if isinstance(client, str) and client != "New client" else ""
