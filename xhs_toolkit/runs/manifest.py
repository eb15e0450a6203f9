"""The manifest of a run: what went in (with hashes), which versions, how long, what came of each step."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import xhs_toolkit

MANIFEST = "manifest.json"
COMPLETE, SKIPPED, FAILED = "complete", "skipped", "failed"
DISTRIBUTION = "xhs-toolkit"


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one notebook: ``complete``, ``skipped`` (nothing to work on) or ``failed``."""

    name: str
    status: str
    seconds: float


def list_inputs(campaign_folder: Path) -> list[dict[str, Any]]:
    """Return name, size and SHA-256 of every file that goes into a run; never a path of the machine."""
    return [
        {"file": name, "bytes": path.stat().st_size, "sha256": _hash(path)} for name, path in _inputs(campaign_folder)
    ]


def _inputs(campaign_folder: Path) -> Iterator[tuple[str, Path]]:
    for name, path in (
        ("campaign.yaml", campaign_folder / "campaign.yaml"),
        ("../agency.yaml", campaign_folder.resolve().parent / "agency.yaml"),
    ):
        if path.is_file():
            yield name, path
    for path in sorted((campaign_folder / "data").rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~$", "README")):
            yield path.relative_to(campaign_folder).as_posix(), path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    content = {**about, "steps": [asdict(step) for step in steps], "versions": list_versions()}
    path = run_folder / MANIFEST
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
