"""What a person has accepted of what the release gate found: ``accepted.csv`` in the run's folder, one line each."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from xhs_toolkit.errors import XhsError

FILE = "accepted.csv"


class Acceptance(NamedTuple):
    """Who accepted a finding, named by its id, why and when."""

    id: str
    by: str
    reason: str
    at: str


def read_accepted(run_folder: Path) -> dict[str, Acceptance]:
    """Return what was accepted, by id; a line without a name or a reason accepts nothing."""
    path = run_folder / FILE
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
    path = run_folder / FILE
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        if is_new:
            lines.writerow(Acceptance._fields)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines.writerows(Acceptance(each, by.strip(), reason.strip(), at) for each in ids)
    return path
