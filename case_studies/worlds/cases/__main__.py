"""Write the five folders of ``case_studies/``, or with ``--check`` say which stored files differ."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from case_studies.worlds.cases import CASES, write_case
from case_studies.worlds.cases.plan_it import PLAN_IT, write_plan_it
from case_studies.worlds.sample import find_differences
from xhs_toolkit.bundled import bundled_folder

MADE = ("campaign.yaml", "truth.json", "data", "drafts")
"""What the generator writes into a case's folder; the lesson beside it is not compared."""


def write(name: str, folder: Path) -> Path:
    """Write a case's folder: a campaign with its results, or the plan before it."""
    return write_plan_it(folder) if name == PLAN_IT else write_case(CASES[name], folder)


def check_case(name: str, stored: Path) -> list[str]:
    """Names of the stored files of a case that differ from the generator's."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = write(name, Path(folder) / name)
        differing = find_differences(stored / name, fresh)
    return [f"{name}/{file}" for file in differing if file.split("/")[0] in MADE]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the case studies."""
    parser = argparse.ArgumentParser(prog="python -m case_studies.worlds.cases", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which of them (all)")
    parser.add_argument("--check", action="store_true", help="compare the stored files with freshly made ones")
    parser.add_argument("--folder", type=Path, default=bundled_folder("case_studies"))
    chosen = parser.parse_args(arguments)
    names = chosen.names or [PLAN_IT, *CASES]
    if not chosen.check:
        for name in names:
            write(name, chosen.folder / name)
        return 0
    differing = [file for name in names for file in check_case(name, chosen.folder)]
    if differing:
        sys.stderr.write(f"These files differ from the generator's: {', '.join(differing)}\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
