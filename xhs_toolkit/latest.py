"""Which campaigns a folder holds; which run of one is meant: ``runs/latest.txt`` or a name, within the campaign."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from xhs_toolkit.errors import CampaignError, Problem

RUNS = "runs"
LATEST = "latest.txt"
MANIFEST = "manifest.json"
"""Of a run that is finished: what went in, with the hashes of that time, what came of each step, which versions."""


def list_campaigns(folders: Iterable[Path]) -> list[Path]:
    """The campaign folders among some folders and directly within them.

    Raises
    ------
    CampaignError : one of the folders is none.
    """
    folders = list(folders)
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise CampaignError(f"There is no folder {', '.join(map(str, missing))}.")
    found = [each for folder in folders for each in (folder, *sorted(folder.glob("*/")))]
    return list({each.resolve(): each for each in found if (each / "campaign.yaml").is_file()}.values())


def find_run(campaign_folder: Path, name: str | None = None) -> Path | None:
    """Return the folder of a run, by default of the newest complete one; None where there is no such folder.

    Raises
    ------
    CampaignError : the pointer is no text, or it or the name leads out of the campaign's ``runs``.
    """
    runs = campaign_folder / RUNS
    pointer = runs / LATEST
    if name is None and not pointer.is_file():
        return None
    told = pointer.read_bytes().decode("utf-8", errors="replace").strip() if name is None else name
    run = runs / told
    leaves = Path(told).name != told or "\\" in told or not told.isprintable() or "\ufffd" in told
    if leaves or (run.exists() and run.resolve().parent != runs.resolve()):
        fix = f"write the name of a folder in {RUNS}/, or run the campaign again"
        place = f"{RUNS}/{LATEST}" if name is None else None
        raise CampaignError(
            "No run can be found.", [Problem(f"leads to no folder in {RUNS}/", fix, file=place, value=told)]
        )
    return run if told and run.is_dir() else None
