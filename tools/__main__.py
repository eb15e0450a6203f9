"""Write the pages that are derived, or with ``--check`` say which are out of date: ``python -m tools``.

The learner's notebooks and the deck's template have commands of their own: ``python -m tools.learner_notebooks``,
``python -m tools.deck_template``, ``python -m tools.draw_pictures``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.assumptions_page import make_assumptions
from tools.codebook import make_codebook
from tools.commands_page import make_commands
from tools.summary_page import make_page

REPOSITORY = Path(__file__).resolve().parents[1]
FILES: Mapping[str, Callable[[], str]] = {
    "docs/assumptions.md": make_assumptions,
    "docs/codebook.md": make_codebook,
    "docs/commands.md": make_commands,
    "docs/summary.md": make_page,
}


def main(arguments: Sequence[str] | None = None, *, root: Path = REPOSITORY) -> int:
    """Write the files below a folder, or with ``--check`` return 1 where one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a file is out of date")
    if not parser.parse_args(arguments).check:
        for name, make in FILES.items():
            (root / name).write_text(make(), encoding="utf-8", newline="\n")
        return 0
    stale = [name for name, make in FILES.items() if not _is_current(root / name, make())]
    for name in stale:
        sys.stderr.write(f"{name} is out of date: run python -m tools\n")
    return int(bool(stale))


def _is_current(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
