"""What must not reach a client, as patterns of a text: names, paths, secrets, contacts, words, odd characters.

Texts are folded before: full-width characters are plain ones, and characters without width are left out. The lists
lie in ``templates/report/never_sent.yaml``.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.yamltext import read_document
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.files import find_run
from xhs_toolkit.present.private import find_contacts, fold
from xhs_toolkit.report.run import SHAPELESS, TURNING

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

LISTS = "never_sent.yaml"
MIN_PART, MIN_SPACED, MIN_CREATOR = 4, 5, 3
"""Letters from which a part of a name counts alone, from which letters apart from each other and a folder are still a
name, and from which a creator's name is no common word."""

CREATORS = ("4_roster_roster", "6_results_notes")
"""Tables of a run that name the creators of a client."""

Find = Callable[[str], list[str]]
"""What a text holds that must not be sent."""


def list_patterns(campaign: Campaign, run_folder: Path) -> dict[str, Find]:
    """Return check → what finds it in any text of a campaign's files."""
    folded: dict[str, Find] = {
        "other_client": _look_for_any(map(_write_name, list_other_names(campaign, run_folder))),
        "local_path": _look_for_any([*_read_lists()["paths"], *map(re.escape, _list_folders(campaign))]),
        "agency_money": _look_for_any(_read_lists()["agency_money"]),
        "secret": _find_secrets,
        "contact": lambda text: [found for _, found in find_contacts(text)],
    }
    return {check: _fold_first(find) for check, find in folded.items()} | {"glyph": _find_glyphs}


def _fold_first(find: Find) -> Find:
    return lambda text: find(fold(text))


@cache
def _read_lists() -> dict[str, list[str]]:
    """The lists; where a word ends is told by Latin letters alone, so that one within Chinese is found."""
    path = bundled_folder("templates") / "report" / LISTS
    lists: dict[str, list[str]] = read_bundled_yaml(path)
    return {name: [f"(?a:{line})" if name != "generic" else line for line in lines] for name, lines in lists.items()}


def _look_for_any(patterns: Iterable[str]) -> Find:
    joined = "|".join(patterns)
    found = re.compile(joined, re.IGNORECASE).finditer if joined else None
    return lambda text: [match[0] for match in found(text)] if found else []


def find_placeholders(text: str) -> list[str]:
    """What templates, missing values and the agency's own words leave in a sentence.

    >>> find_placeholders("{{ name }} has nan views; TODO")
    ['{{', '}}', 'nan', 'TODO']
    """
    return _look_for_words()(text)


@cache
def _look_for_words() -> Find:
    return _look_for_any(_read_lists()["words"])


@cache
def _list_detectors() -> tuple[re.Pattern[str], ...]:
    """The patterns of the library's detectors of known keys, and ours."""
    known = get_mapping_from_secret_type_to_class().values()
    detectors = [kind for kind in known if issubclass(kind, RegexBasedDetector) and kind.secret_type not in UNSURE]
    patterns = [pattern for kind in detectors for pattern in kind.denylist]
    return (*patterns, *(re.compile(pattern, re.IGNORECASE) for pattern in _read_lists()["secrets"]))


UNSURE = frozenset({"Public IP (ipv4)", "Secret Keyword"})
"""Detectors for code: in a report, an address of four numbers is a version."""


def _find_secrets(text: str) -> list[str]:
    return [match[0] for pattern in _list_detectors() for match in pattern.finditer(text)]


def _find_glyphs(text: str) -> list[str]:
    """What shows as an empty box, and marks that turn the direction of what follows."""
    bad = [char for char in text if char == "\ufffd" or char in TURNING or unicodedata.category(char) in SHAPELESS]
    return [f"U+{ord(char):04X}" for char in dict.fromkeys(bad)]


def _list_folders(campaign: Campaign) -> set[str]:
    here = {str(each) for each in (campaign.folder.resolve(), Path.home(), Path(tempfile.gettempdir()).resolve())}
    return here - {"/", "."}


# ----------------------------------------------------------------------------- names of other clients


def _write_name(name: str) -> str:
    """A name as a pattern: Latin names only as whole words, letters of longer ones also apart from each other."""
    letters = [char for char in name if char.isalnum()]
    between = r"[\s._·-]*" if len(letters) >= MIN_SPACED else ""
    begin, end = (r"(?<![0-9A-Za-z\u00c0-\u024f])" if char.isascii() else "" for char in (letters[0], letters[-1]))
    spelled = between.join(map(re.escape, letters)) if between else re.escape(name)
    return f"{begin}{spelled}{end.replace('<!', '!')}"


def list_other_names(campaign: Campaign, run_folder: Path) -> tuple[str, ...]:
    """Return what the campaigns beside this one, and anywhere below the agency's folder, call their own.

    Client, campaign, brands, folder and creators, and parts of names that are no generic words. Names that this
    campaign's own file or tables use (its client, brands, competitors, creators) are no leak.
    """
    folder = campaign.folder.resolve()
    roots = {folder.parent, campaign.agency.folder or folder.parent}
    files = {
        path for root in roots for pattern in ("*/campaign.yaml", "*/*/campaign.yaml") for path in root.glob(pattern)
    }
    others = [path.parent for path in sorted(files) if path.parent.resolve() != folder]
    own = fold(_read_text(folder / "campaign.yaml") + campaign.client + campaign.name).casefold()
    names = {name for other in others for name in _list_names(other)}
    names = {name for name in names if name.casefold() not in own and not _is_generic(name)}
    creators = {name for other in others for name in _list_creators(_find_latest(other))} - _list_creators(run_folder)
    creators = {name for name in creators if len(name) >= MIN_CREATOR}
    return tuple(sorted(name for name in names | creators if sum(map(str.isalnum, name)) > 1))


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _list_names(folder: Path) -> Iterator[str]:
    """What a campaign's settings and folder call it; nothing where the file cannot be read or has its placeholder."""
    settings = read_document(folder / "campaign.yaml", names=()).data
    client = settings.get("client")
    if not isinstance(client, str) or client == "New client":
        return
    brands = settings.get("brand_names")
    for name in (client, *(brands if isinstance(brands, list) else [brands])):
        yield from _list_parts(re.sub(r"\(.*?\)", "", fold(str(name or ""))).strip())
    yield from (name for name in (fold(str(settings.get("campaign"))), folder.name) if len(name) >= MIN_SPACED)


def _list_parts(name: str) -> Iterator[str]:
    """A name, what is left of it without generic words, and each of its longer words."""
    yield name
    words = [word for word in re.findall(r"[^\W_]+", name) if not _is_generic(word)]
    yield from (word for word in words if len(word) >= MIN_PART and word.isascii())
    for generic in _list_generic():
        name = name if generic.isascii() else name.replace(generic, "")
    yield name


@cache
def _list_generic() -> frozenset[str]:
    return frozenset(word for line in _read_lists()["generic"] for word in line.split())


def _is_generic(name: str) -> bool:
    words = re.findall(r"\w+", name.casefold())
    return all(word in _list_generic() or word.isdigit() for word in words)


def _find_latest(folder: Path) -> Path | None:
    """The latest run of a campaign; a pointer that leaves its runs points nowhere."""
    with suppress(CampaignError):
        return find_run(folder)
    return None


def _list_creators(run_folder: Path | None) -> set[str]:
    paths = (run_folder / "tables" / f"{table}.parquet" for table in CREATORS if run_folder)
    frames = (pd.read_parquet(path, columns=["creator_name"]) for path in paths if path.is_file())
    return {fold(name).strip() for frame in frames for name in frame["creator_name"].dropna()}
