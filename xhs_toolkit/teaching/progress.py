"""What a learner has tried and solved, kept in ``progress.json`` of the practice folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
    part = folder / f".{PROGRESS}.part"
    part.write_text(json.dumps(progress, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / PROGRESS)


def list_solved(folder: Path) -> set[str]:
    """Names of the exercises solved in a practice folder."""
    return {name for name, one in read_progress(folder).items() if one.get("solved_at")}
