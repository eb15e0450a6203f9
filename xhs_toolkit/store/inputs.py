"""The files that go into a campaign's figures, by their hashes: at the beginning of a run and again at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from xhs_toolkit.files import MANIFEST

Input = dict[str, Any]
BOOK_FILE, BOOKED = "campaign_book.xlsx", "bookings.csv"
"""The campaign book, and what people wrote into it as a run reads it."""


class Change(NamedTuple):
    """A file that is not what it was when a run began."""

    file: str
    change: Literal["replaced", "removed", "added"]

    def __str__(self) -> str:
        return f"{self.file} was {self.change}"


def list_inputs(campaign_folder: Path) -> list[Input]:
    """Return name, size and SHA-256 of every file that goes into a run; never a path of the machine."""
    return [
        {"file": name, "bytes": path.stat().st_size, "sha256": hash_file(path)}
        for name, path in _find_inputs(campaign_folder)
    ]


def find_changes(run_folder: Path, *, campaign_folder: Path) -> tuple[Change, ...]:
    """Return what was replaced, removed or added since a run began; nothing where the run kept no manifest."""
    path = run_folder / MANIFEST
    if not path.is_file():
        return ()
    before = json.loads(path.read_text(encoding="utf-8"))["inputs"]
    return compare_inputs(before, list_inputs(campaign_folder))


def compare_inputs(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return what was replaced, removed or added between two lists of `list_inputs`, by name.

    >>> was = [{"file": "data/a.csv", "sha256": "1"}, {"file": "data/b.csv", "sha256": "2"}]
    >>> print(*compare_inputs(was, [{"file": "data/a.csv", "sha256": "3"}]), sep=", ")
    data/a.csv was replaced, data/b.csv was removed
    """
    old = {each["file"]: each["sha256"] for each in before}
    new = {each["file"]: each["sha256"] for each in now}
    changes = [
        *(Change(file, "replaced") for file in old.keys() & new.keys() if old[file] != new[file]),
        *(Change(file, "removed") for file in old.keys() - new.keys()),
        *(Change(file, "added") for file in new.keys() - old.keys()),
    ]
    return tuple(sorted(changes))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find_inputs(campaign_folder: Path) -> Iterator[tuple[str, Path]]:
    agency = campaign_folder.resolve().parent
    for name, path in (
        ("campaign.yaml", campaign_folder / "campaign.yaml"),
        ("../agency.yaml", agency / "agency.yaml"),
        *((f"../own_exports/{path.name}", path) for path in sorted((agency / "own_exports").glob("*.yaml"))),
        *((name, campaign_folder / name) for name in ("decisions.csv", BOOKED)),
    ):
        if path.is_file():
            yield name, path
    for path in sorted((campaign_folder / "data").rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~$", "README")):
            yield path.relative_to(campaign_folder).as_posix(), path
