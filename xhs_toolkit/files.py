"""Files that several processes write, whole from the first moment; how far reading is; which run is the latest."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from xhs_toolkit.errors import CampaignError, Problem


def write_once(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file unless it is there already; of several processes at once the first one's counts, as a whole.

    Parameters
    ----------
    mode : rights of the file, less what the user's mask takes away.
    """
    if path.is_file():
        return
    part = _name_part(path)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        place_once(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it finds the earlier content or the new one, never a part."""
    part = _name_part(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _name_part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")


def place_once(part: Path, path: Path) -> None:
    """Give a complete file its name, unless the name is taken."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        with suppress(FileExistsError), path.open("xb") as file:
            file.write(part.read_bytes())


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file in one step, wherever the end is by then."""
    with path.open("ab", buffering=0) as file:
        file.write(content)


RUNS = "runs"
LATEST = "latest.txt"
PART = ".part"
"""How the hidden folder of a run ends that is still being made."""
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


def watch_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Files one after the other; on a terminal with a bar of how far it is, by bytes, and for how long still."""
    from tqdm import tqdm

    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    with tqdm(total=sum(sizes), unit="B", unit_scale=True, leave=False, disable=None) as bar:
        for path, size in zip(paths, sizes, strict=True):
            bar.set_description(path.name)
            yield path
            bar.update(size)
