"""Practising: a copy of a case to work in, and how far a learner is over all of them (``progress.json``)."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from xhs_toolkit.errors import XhsError
from xhs_toolkit.files import write_whole
from xhs_toolkit.teaching.casebook import (
    DEFINITIONS,
    KEY,
    LANGUAGE,
    NOTEBOOK,
    Case,
    find_case,
    list_cases,
    name_in,
    read_case,
)

PROGRESS = "progress.json"


def read_progress(folder: Path) -> dict[str, dict[str, Any]]:
    """Return name of exercise → ``n_tries`` and ``solved_at`` (None until it is); a damaged file counts as none."""
    try:
        found = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: one for name, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def note_try(folder: Path, name: str, *, is_right: bool) -> None:
    """Note one try; what was solved once stays solved."""
    progress = read_progress(folder)
    one = progress.get(name, {})
    solved_at = one.get("solved_at")
    n_tries = one.get("n_tries", 0) + (solved_at is None)
    if is_right and solved_at is None:
        solved_at = datetime.now(UTC).isoformat(timespec="seconds")
    progress[name] = {"n_tries": n_tries, "solved_at": solved_at}
    write_whole(folder / PROGRESS, (json.dumps(progress, indent=1) + "\n").encode())


def list_solved(folder: Path) -> set[str]:
    """Names of the exercises solved in a practice folder."""
    return {name for name, one in read_progress(folder).items() if one.get("solved_at")}


COPIED = ("campaign.yaml", "data", "drafts", KEY)
"""What a learner gets of a case beside the notebook, as far as it has it: neither the truth nor the solved lesson."""


class Progress(NamedTuple):
    """How far a learner is with one case.

    Attributes
    ----------
    name, case : of the case.
    folder : where it is practised, or None where it was not started.
    solved : names of the exercises solved.
    """

    name: str
    case: Case
    folder: Path | None
    solved: set[str]

    @property
    def n_solved(self) -> int:
        """Exercises solved, of those the case has today."""
        return len(self.solved & {one.name for one in self.case.exercises})


def list_progress(place: Path, *, language: str = LANGUAGE) -> list[Progress]:
    """Return the learner's progress over all cases that are practised in subfolders of a place."""
    return [_read(name, place / name, language) for name in list_cases()]


def _read(name: str, folder: Path, language: str) -> Progress:
    started = (folder / KEY).is_file()
    case = read_case(find_case(name), language=language)
    return Progress(name, case, folder if started else None, list_solved(folder))


def start_practice(name: str, *, place: Path, language: str = LANGUAGE) -> tuple[Path, bool]:
    """Copy a case into ``place/name`` and return that folder, and whether it is new; a started one is left alone.

    Raises
    ------
    XhsError
        there is no such case, or the folder holds something else.
    """
    if name not in list_cases():
        raise XhsError(f"There is no case study {name!r}. There are: {', '.join(list_cases())}")
    folder = place / name
    if (folder / KEY).is_file():
        return folder, False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise XhsError(f"{folder} is not empty. Choose another folder, so that nothing is overwritten.")
    folder.mkdir(parents=True, exist_ok=True)
    for each in COPIED:
        if (find_case(name) / each).exists():
            _copy(find_case(name) / each, folder / each)
    _copy(find_case(name) / name_in(NOTEBOOK, language), folder / NOTEBOOK)
    return folder, True


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", DEFINITIONS, "truth*"))
    else:
        shutil.copyfile(source, target)
