"""What a run wrote, piece by piece, kept beside its files; what was changed since, and what a person accepted.

``written.parquet`` has one row a piece: ``file``, ``place``, ``kind``, ``cells``. It is taken while the report is
written and never again, so that a file that a person has edited is compared with what the toolkit wrote.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, zip_longest
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rapidfuzz.distance import Indel

from xhs_toolkit.errors import XhsError
from xhs_toolkit.report.contents import HIDDEN, INNER, Content, Piece
from xhs_toolkit.store import Input, hash_file

RECORD = "written.parquet"
SOURCES = ("pages", "tables", "pictures")
"""Folders of a run that the report is written from."""


class Difference(NamedTuple):
    """What stands at a place instead of what was written; one of the two is empty where something is new or gone."""

    place: str
    before: str
    after: str


def write_record(run_folder: Path, contents: Mapping[Path, Content]) -> Path:
    """Keep what the files of a run say."""
    pieces = [(file.name, *piece) for file, content in contents.items() for piece in _list_recorded(content.pieces)]
    path = run_folder / RECORD
    pd.DataFrame(pieces, columns=["file", *Piece._fields]).to_parquet(path, index=False)
    return path


def read_record(run_folder: Path) -> dict[str, list[Piece]]:
    """Return what was written, by file; empty for a run whose version kept no record."""
    path = run_folder / RECORD
    if not path.is_file():
        return {}
    rows = pd.read_parquet(path).itertuples(index=False)
    return {
        file: [Piece(row.place, row.kind, tuple(row.cells)) for row in group]
        for file, group in groupby(rows, key=lambda row: str(row.file))
    }


def _list_recorded(pieces: Iterable[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != HIDDEN]


# ----------------------------------------------------------------------------- differences


def compare_pieces(before: Sequence[Piece], after: Sequence[Piece]) -> list[Difference]:
    """Return what was changed, removed or added, in the order of the file."""
    now = _list_recorded(after)
    then = before if any(piece.kind == INNER for piece in now) else [p for p in before if p.kind != INNER]
    found: list[Difference] = []
    for old, new in _align(then, now):
        if len(old) == len(new):
            found += [each for pair in zip(old, new, strict=True) for each in _compare_cells(*pair)]
        else:
            found += [Difference(place, text, "") for place, text in _gather(old)]
            found += [Difference(place, "", text) for place, text in _gather(new)]
    return found


def _align(then: Sequence[Piece], now: Sequence[Piece]) -> Iterator[tuple[Sequence[Piece], Sequence[Piece]]]:
    """The stretches that differ, between pieces that are as they were."""
    steps = Indel.opcodes([piece.cells for piece in then], [piece.cells for piece in now])
    for is_equal, group in groupby(steps, key=lambda step: step.tag == "equal"):
        stretch = list(group)
        if not is_equal:
            first, last = stretch[0], stretch[-1]
            yield then[first.src_start : last.src_end], now[first.dest_start : last.dest_end]


def _compare_cells(old: Piece, new: Piece) -> Iterator[Difference]:
    """The cells that differ where most of a row is as it was, otherwise the whole row."""
    pairs = list(zip_longest(old.cells, new.cells, fillvalue=""))
    changed = [number for number, (was, is_now) in enumerate(pairs) if was != is_now]
    if 2 * len(changed) > len(pairs):
        yield Difference(new.place, " | ".join(old.cells), " | ".join(new.cells))
        return
    for number in changed:
        yield Difference(new.locate(number), *pairs[number])


def _gather(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """Pieces that are new or gone as few differences: one a slide, sheet, row or section."""
    for place, group in groupby(pieces, key=lambda piece: piece.place.partition(", ")[0]):
        gone = list(group)
        yield gone[0].place if len(gone) == 1 else place, " | ".join(cell for piece in gone for cell in piece.cells)


# ----------------------------------------------------------------------------- hashes


def hash_files(paths: Iterable[Path]) -> dict[str, str]:
    """Return name → SHA-256 of the files that are there."""
    return {path.name: hash_file(path) for path in paths if path.is_file()}


def list_sources(run_folder: Path) -> list[Input]:
    """Return name and SHA-256 of what the report of a run is written from: its pages, tables and pictures."""
    paths = (path for folder in SOURCES for path in sorted((run_folder / folder).rglob("*")) if path.is_file())
    return [{"file": path.relative_to(run_folder).as_posix(), "sha256": hash_file(path)} for path in paths]


ACCEPTED_FILE = "accepted.csv"


class Acceptance(NamedTuple):
    """Who accepted a finding, named by its id, why and when."""

    id: str
    by: str
    reason: str
    at: str


def read_accepted(run_folder: Path) -> dict[str, Acceptance]:
    """Return what was accepted, by id; a line without a name or a reason accepts nothing."""
    path = run_folder / ACCEPTED_FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [[(row.get(name) or "").strip() for name in Acceptance._fields] for row in csv.DictReader(file)]
    return {line[0]: Acceptance(*line) for line in lines if all(line[:3])}


def accept_findings(run_folder: Path, ids: Iterable[str], *, known: Iterable[str], by: str, reason: str) -> Path:
    """Add a line for each finding that a person accepts.

    Parameters
    ----------
    known : the ids that the last check found.

    Raises
    ------
    XhsError
        the name or the reason is missing, or the check found nothing with that id; nothing is accepted then.
    """
    ids = list(ids)
    unknown = sorted(set(ids) - set(known))
    if unknown:
        raise XhsError(
            f"The last check found nothing called {', '.join(unknown)}: take the ids from xhs report --check."
        )
    if not by.strip() or not reason.strip():
        raise XhsError("Who accepts this, and why? Add --by NAME --reason TEXT.")
    path = run_folder / ACCEPTED_FILE
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        if is_new:
            lines.writerow(Acceptance._fields)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines.writerows(Acceptance(each, by.strip(), reason.strip(), at) for each in ids)
    return path
