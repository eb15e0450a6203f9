"""The folder of a run and its manifest: hidden while it is being made, complete or failed afterwards, never half-made.

``runs/.<run>.part`` → ``runs/<run>`` (and ``runs/latest.txt``) or ``runs/<run>.failed``. One run of a campaign
at a time: a lock the operating system holds, which a killed process cannot leave behind.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import xhs_toolkit
from xhs_toolkit.errors import RunError, XhsError
from xhs_toolkit.files import LATEST, PART, RUNS, find_run
from xhs_toolkit.plans import PROPOSAL, hash_proposal
from xhs_toolkit.store import MANIFEST

LOCK = ".lock"
TRIES = 20
SECONDS_BETWEEN_TRIES = 0.1

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold_lock(campaign_folder: Path) -> Iterator[None]:
    """Keep other runs of the same campaign away; it ends with the process, however that ends.

    Raises
    ------
    RunError
        another run of the campaign is at work, or the folder cannot be written to.
    """
    runs = campaign_folder / RUNS
    try:
        runs.mkdir(exist_ok=True)
        file = (runs / LOCK).open("ab")
    except OSError as error:
        raise RunError(f"{runs} cannot be written to: {error.strerror}. Check the folder's permissions.") from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise RunError(f"Another run of {campaign_folder} is at work. Wait for it to end.") from error
        yield


def start_part(campaign_folder: Path, *, started_at: datetime) -> Path:
    """Remove what earlier runs left half-made and return a new hidden folder. The lock must be held."""
    runs = campaign_folder / RUNS
    for stale in runs.glob(f".*{PART}"):
        shutil.rmtree(stale, ignore_errors=True)
    part = runs / f".{_choose_name(runs, started_at)}{PART}"
    (part / "notebooks").mkdir(parents=True)
    return part


def _choose_name(runs: Path, started_at: datetime) -> str:
    """A run's name: its UTC time, with a number where several began in one second."""
    stem = started_at.strftime("%Y-%m-%dT%H%M%SZ")
    number = 1
    while any((runs / name).exists() for name in _places(name_run(stem, number))):
        number += 1
    return name_run(stem, number)


def name_run(stem: str, number: int) -> str:
    """Return the name of the n-th run of one second."""
    return stem if number == 1 else f"{stem}-{number}"


def _places(run: str) -> tuple[str, str, str]:
    return run, f".{run}{PART}", f"{run}.failed"


def get_run_name(part: Path) -> str:
    """Return the run's name from its hidden folder."""
    return part.name.removeprefix(".").removesuffix(PART)


def finish_part(part: Path) -> Path:
    """Turn the hidden folder into the finished run, in one step, and make it the latest."""
    run = part.with_name(get_run_name(part))
    move(part, run)
    note = part.with_name(f".{LATEST}")
    note.write_text(run.name + "\n", encoding="utf-8")
    move(note, part.with_name(LATEST))
    return run


def fail_part(part: Path) -> Path:
    """Keep the hidden folder as a failed run; what was the latest stays the latest."""
    failed = part.with_name(f"{get_run_name(part)}.failed")
    move(part, failed)
    return failed


def has_failed(campaign_folder: Path) -> bool:
    """Whether the newest run of a campaign failed, or there is none."""
    names = sorted(path.name for path in (campaign_folder / RUNS).glob("[0-9]*") if path.is_dir())
    return not names or names[-1].endswith(".failed")


def prune_runs(campaign_folder: Path, *, keep: int | None) -> None:
    """Remove all but the newest `keep` runs, failed ones among them; the latest complete one always stays."""
    if keep is None:
        return
    runs = campaign_folder / RUNS
    latest = find_latest_run(campaign_folder)
    found = sorted(path for path in runs.iterdir() if path.is_dir() and path.name[:1].isdigit() and path != latest)
    for old in found[: max(len(found) + 1 - max(keep, 1), 0)]:
        shutil.rmtree(old, ignore_errors=True)


def discard_part(part: Path) -> None:
    """Remove a hidden folder; what cannot be removed now is removed by the next run."""
    shutil.rmtree(part, ignore_errors=True)


def move(source: Path, target: Path) -> None:
    """Rename, over an existing file; tried again while a virus scanner or a preview holds it (Windows).

    Raises
    ------
    RunError
        something holds the files for longer.
    """
    for _ in range(TRIES):
        with suppress(PermissionError):
            source.replace(target)
            return
        time.sleep(SECONDS_BETWEEN_TRIES)
    raise RunError(f"{source} cannot be renamed to {target.name}: close the programs that have its files open.")


def find_latest_run(campaign_folder: Path) -> Path:
    """Return the folder of the newest complete run.

    Raises
    ------
    XhsError
        the campaign has no complete run.
    """
    run = find_run(campaign_folder)
    if run is None:
        raise XhsError(f"{campaign_folder} has no complete run yet. Make one with: xhs run FOLDER")
    return run


RUNNING, COMPLETE, SKIPPED, FAILED, STOPPED = "running", "complete", "skipped", "failed", "stopped"
KEPT = "kept"
DISTRIBUTION = "xhs-toolkit"


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one notebook: ``complete``, ``skipped`` (nothing to work on), ``failed`` or ``stopped`` midway."""

    name: str
    status: str
    seconds: float


def list_versions() -> dict[str, str]:
    """Return the versions of Python, the toolkit and the libraries it depends on."""
    return {
        "python": platform.python_version(),
        DISTRIBUTION: xhs_toolkit.__version__,
        **{name: version for name in _dependencies() if (version := _version(name))},
    }


def _dependencies() -> list[str]:
    """Names of what the toolkit needs, without its extras."""
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    plain = (line for line in required if "extra ==" not in line)
    return sorted(match[0] for line in plain if (match := re.match(r"[A-Za-z0-9_.-]+", line)))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def read_step_status(run_folder: Path, *, step: str) -> str:
    """Return ``skipped`` where the step's page says it had nothing to work on, otherwise ``complete``."""
    page = run_folder / "pages" / f"{step}.json"
    blocks = json.loads(page.read_text(encoding="utf-8"))["blocks"] if page.is_file() else []
    return SKIPPED if any(block["kind"] == SKIPPED for block in blocks) else COMPLETE


def write_manifest(run_folder: Path, *, about: Mapping[str, Any], steps: Sequence[Step]) -> Path:
    """Write ``manifest.json``: what is known about the run, its steps, and the versions of everything."""
    proposal = {PROPOSAL: hash_proposal(run_folder)}
    content = {**about, **proposal, "steps": [asdict(step) for step in steps], "versions": list_versions()}
    path = run_folder / MANIFEST
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
