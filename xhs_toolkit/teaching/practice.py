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
DAMAGED = "progress.damaged.json"


def read_progress(folder: Path) -> dict[str, dict[str, Any]]:
    """Return name of exercise → ``n_tries``, ``n_missed`` and ``solved_at``; a damaged file counts as none."""
    return _parse_progress(folder) or {}


def _parse_progress(folder: Path) -> dict[str, dict[str, Any]] | None:
    """Progress kept in a folder, empty where there is none yet; None where the file is damaged."""
    try:
        found = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
    except OSError:
        return {}
    except ValueError:
        return None
    is_whole = isinstance(found, dict) and all(isinstance(one, dict) for one in found.values())
    return found if is_whole else None


def set_damaged_aside(folder: Path) -> Path | None:
    """Rename a damaged ``progress.json``, so that a person can look at it, and return its new place; else None."""
    if _parse_progress(folder) is not None:
        return None
    try:
        return (folder / PROGRESS).replace(folder / DAMAGED)
    except OSError:
        return None


def count_missed(folder: Path, name: str) -> int:
    """Count the answers to an exercise so far in which no likely mistake was recognised."""
    return int(read_progress(folder).get(name, {}).get("n_missed", 0))


def note_try(folder: Path, name: str, *, is_right: bool, is_missed: bool = False) -> None:
    """Note one try, and whether no likely mistake was recognised in it; what was solved once stays solved."""
    progress = read_progress(folder)
    one = progress.get(name, {})
    solved_at = one.get("solved_at")
    n_tries = one.get("n_tries", 0) + (solved_at is None)
    n_missed = one.get("n_missed", 0) + is_missed
    if is_right and solved_at is None:
        solved_at = datetime.now(UTC).isoformat(timespec="seconds")
    progress[name] = {"n_tries": n_tries, "n_missed": n_missed, "solved_at": solved_at}
    write_whole(folder / PROGRESS, (json.dumps(progress, indent=1) + "\n").encode())


def list_solved(folder: Path) -> set[str]:
    """Names of the exercises solved in a practice folder."""
    return {name for name, one in read_progress(folder).items() if one.get("solved_at")}


COPIED = ("campaign.yaml", "data", "drafts", "plans", KEY)
GLOSSARY = "glossary.md"
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
        return len(self.solved & set(self.case.titles))


def list_progress(place: Path, *, language: str = LANGUAGE) -> list[Progress]:
    """Return the learner's progress over all cases that are practised in subfolders of a place."""
    return [_read(name, place / name, language) for name in list_cases()]


def _read(name: str, folder: Path, language: str) -> Progress:
    started = (folder / KEY).is_file()
    case = read_case(find_case(name), language=language)
    return Progress(name, case, folder if started else None, list_solved(folder))


class Started(NamedTuple):
    """A practice folder, and what was done to have it.

    Attributes
    ----------
    folder : of the case.
    is_new : whether it was made now.
    earlier : where the work so far lies, after a restart; otherwise None.
    restored : names of files that were missing and are there again.
    """

    folder: Path
    is_new: bool
    earlier: Path | None = None
    restored: tuple[str, ...] = ()


def start_practice(name: str, *, place: Path, language: str = LANGUAGE, restart: bool = False) -> Started:
    """Copy a case into ``place/name``; one that was started is left as it is, and gets back what it lost.

    With `restart` the folder so far is renamed, never deleted, and the case begins anew.

    Raises
    ------
    XhsError
        there is no such case, or the folder holds something else.
    """
    if name not in list_cases():
        raise XhsError(f"There is no case study {name!r}. There are: {', '.join(list_cases())}")
    folder, case = place / name, find_case(name)
    given = {NOTEBOOK: case / name_in(NOTEBOOK, language)} | {each: case / each for each in COPIED}
    given[GLOSSARY] = case.parent / GLOSSARY
    is_started = folder.is_dir() and any((folder / each).is_file() for each in (KEY, NOTEBOOK))
    if folder.exists() and not is_started and (not folder.is_dir() or any(folder.iterdir())):
        raise XhsError(f"{folder} is not empty. Choose another folder, so that nothing is overwritten.")
    earlier = _set_aside(folder) if restart and is_started else None
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each, source in given.items() if source.exists() and not (folder / each).exists()]
    for each in missing:
        _copy(given[each], folder / each)
    is_new = earlier is not None or not is_started
    return Started(folder, is_new, earlier, () if is_new else tuple(missing))


def _set_aside(folder: Path) -> Path:
    """Rename a practice folder to the first free ``NAME.until-DATE``."""
    stem = f"{folder.name}.until-{datetime.now(UTC):%Y-%m-%d}"
    names = [stem, *(f"{stem}-{i}" for i in range(2, 100))]
    return folder.rename(next(path for path in map(folder.with_name, names) if not path.exists()))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", DEFINITIONS, "truth*"))
    else:
        shutil.copyfile(source, target)
