"""Practising: a copy of a case to work in, and how far a learner is over all of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from xhs_toolkit.errors import XhsError
from xhs_toolkit.teaching.casebook import DEFINITIONS, KEY, NOTEBOOK, Case, find_case, list_cases, read_case
from xhs_toolkit.teaching.progress import list_solved

COPIED = ("campaign.yaml", "data", "drafts", NOTEBOOK, KEY)
"""What a learner gets of a case, as far as it has it: neither the truth nor the solved lesson."""


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


def list_progress(place: Path) -> list[Progress]:
    """Return the learner's progress over all cases that are practised in subfolders of a place."""
    return [_read(name, place / name) for name in list_cases()]


def _read(name: str, folder: Path) -> Progress:
    started = (folder / KEY).is_file()
    return Progress(name, read_case(find_case(name)), folder if started else None, list_solved(folder))


def start_practice(name: str, *, place: Path) -> tuple[Path, bool]:
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
    return folder, True


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", DEFINITIONS, "truth*"))
    else:
        shutil.copyfile(source, target)
