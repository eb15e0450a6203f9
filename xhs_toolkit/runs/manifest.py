"""The manifest of a run: what went in (with hashes), which versions, how long, what came of each step."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import xhs_toolkit
from xhs_toolkit.plans import PROPOSAL, hash_proposal
from xhs_toolkit.store import MANIFEST

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
