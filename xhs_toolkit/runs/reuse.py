"""Nothing twice: what a run is made of, and what of the last good run still holds.

A run's manifest names all that it was made of, each with its hash (``made_of``), and its files. Where nothing of that
differs, the run is the answer. Where only files in ``data/`` differ and what was known before the plan does not, the
steps that read nothing else (``{"xhs": {"reads": "known"}}`` in a notebook's metadata) are taken over.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xhs_toolkit
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import XhsError
from xhs_toolkit.runs.folder import COMPLETE, RUNS, Step, find_latest_run, list_versions
from xhs_toolkit.runs.notebook import read_about
from xhs_toolkit.runs.planned import Planned
from xhs_toolkit.store import BOOK_FILE, MANIFEST, compare_inputs, hash_file, list_inputs

SOURCES = frozenset({".py", ".yaml", ".csv", ".html", ".css", ".js", ".svg"})
NOT_READ = frozenset({RUNS, "data", "briefs", BOOK_FILE})
"""What of a campaign no step reads, or `list_inputs` lists."""
REWRITTEN = ("*.html", "*.pptx", "*.xlsx", "*.log", "error.txt", MANIFEST)
"""Files of a run's folder that its report and the run itself write."""
SUMMARY = "data.summary"
"""The sentence of a page that says how many rows were read: it is brought up to date where a page is taken over."""


class Known(NamedTuple):
    """What was read: a hash of what was known before the plan, and the values of the sentence about all files."""

    digest: str
    summary: dict[str, Any]


class Good(NamedTuple):
    """The last good run: its folder, and its manifest."""

    folder: Path
    about: dict[str, Any]


class Reuse(NamedTuple):
    """What of the last good run holds, and why the rest does not.

    Attributes
    ----------
    kept : the steps that are taken over: all of them where the run is the answer.
    reasons : what differs.
    """

    kept: tuple[Step, ...]
    reasons: tuple[str, ...]


# --------------------------------------------------------------------------------- what it is made of


def list_parts(campaign: Campaign, planned: Sequence[Planned], *, started_at: datetime) -> dict[str, str]:
    """Return what a run depends on, each by name with its hash."""
    folder = campaign.folder
    parts = {each["file"]: each["sha256"] for each in list_inputs(folder)}
    parts |= {name: f"{sha} {int((folder / name).stat().st_mtime)}" for name, sha in parts.items() if _is_data(name)}
    parts |= {path.relative_to(folder).as_posix(): hash_file(path) for path in _list_others(folder)}
    parts |= {f"notebook {each.name}": hash_file(each.path) for each in planned}
    parts |= {"the toolkit": _hash_toolkit(), "the agency's memory": _hash_memory(campaign)}
    anchored = campaign.planned_at or campaign.window.start
    return parts if anchored else parts | {"the day": started_at.date().isoformat()}


def _is_data(name: str) -> bool:
    return name.startswith("data/")


def _list_others(folder: Path) -> Iterator[Path]:
    """Files of a campaign beside its data and settings: accepted plans, drafts, pictures."""
    for path in sorted(folder.rglob("*")):
        first, *others = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$")) for part in (first, *others))
        if first not in NOT_READ and not hidden and path.suffix != ".ipynb" and path.is_file():
            yield path


def _hash_toolkit() -> str:
    """The hash of the package's source, of its templates but the sample, a campaign itself, and of versions."""
    digest = hashlib.sha256(json.dumps(list_versions()).encode())
    for place in (Path(xhs_toolkit.__file__).parent, bundled_folder("templates")):
        for folder, _, names in sorted(os.walk(place)):
            inner = folder.removeprefix(str(place))
            if not inner.startswith(f"{os.sep}sample_campaign"):
                for path in (Path(folder, name) for name in sorted(names) if Path(name).suffix in SOURCES):
                    digest.update(inner.encode() + path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _hash_memory(campaign: Campaign) -> str:
    home = campaign.agency.folder or campaign.folder.resolve().parent
    if "://" in campaign.agency.history:
        from xhs_toolkit.history.place import find_place, list_files

        place = find_place(campaign)
        infos = place.files.get_file_info([f"{place.path}/{name}" for name in list_files(place)])
        found = [[info.base_name, info.size, info.mtime_ns] for info in infos]
    else:
        paths = sorted((home / campaign.agency.history).glob("*.parquet"))
        found = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in paths]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def read_known(campaign: Campaign) -> Known | None:
    """Read the campaign's files, once for all; None where they cannot be read: the first notebook tells why."""
    import pandas as pd

    from xhs_toolkit.exports import summarise_files
    from xhs_toolkit.store import open_exports
    from xhs_toolkit.thread import describe_known, find_planned_at, known_before

    try:
        exports = open_exports(campaign)
    except XhsError:
        return None
    at = find_planned_at(campaign)
    known = known_before(exports.tables, at)
    told = [str(each.as_dict()) for each in describe_known(exports.tables, known, at=at)]
    digest = hashlib.sha256(json.dumps(told).encode())
    for name, frame in known.items():
        digest.update(name.encode() + "".join(frame.columns).encode())
        digest.update(pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy().tobytes())
    return Known(digest.hexdigest(), dict(summarise_files(exports, campaign=campaign).values))


# ----------------------------------------------------------------------------------- what still holds


def find_good(campaign_folder: Path) -> Good | None:
    """Return the last complete run, as long as its files are all there and none was changed while it was at work."""
    with suppress(XhsError, OSError, ValueError, KeyError):
        folder = find_latest_run(campaign_folder)
        about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = all((folder / name).exists() for name in about["files"])
        if about["status"] == COMPLETE and whole and not about["changed_inputs"]:
            return Good(folder, about)
    return None


def find_reuse(
    last: Good | None, *, parts: dict[str, str], planned: Sequence[Planned], names: Sequence[str], known: Known | None
) -> Reuse:
    """Say what of the last good run holds; `known` is None as long as the files have not been read."""
    if last is None:
        return Reuse((), ("there is no earlier run that is whole",))
    before = {each["name"]: Step(**each) for each in last.about["steps"]}
    was, now = (
        [{"file": name, "sha256": sha} for name, sha in each.items()] for each in (last.about["made_of"], parts)
    )
    changes = compare_inputs(was, now)
    reasons = tuple(str(each) for each in changes)
    if list(before) != list(names):
        return Reuse((), (*reasons, "other steps are asked for"))
    if not changes:
        return Reuse(tuple(before.values()), ())
    only_data = all(_is_data(each.file) for each in changes) and not any(each.own for each in planned)
    if not only_data or known is None or known.digest != last.about["known"]:
        return Reuse((), reasons)
    steps = [each.name for each in planned if read_about(each.path).get("reads") == "known"]
    return Reuse(tuple(before[name] for name in steps), reasons)


def take_over(last: Good, kept: Sequence[Step], part: Path, *, known: Known) -> None:
    """Copy what steps of an earlier run have written into a new one."""
    others = [each["name"] for each in last.about["steps"] if each["name"] not in {step.name for step in kept}]
    gone = [*REWRITTEN, *(f"{name}{end}" for name in others for end in (".*", "_*"))]

    leave_out = shutil.ignore_patterns(*gone)
    shutil.copytree(
        last.folder,
        part,
        ignore=lambda folder, names: set() if Path(folder).name == "files" else leave_out(folder, names),
        dirs_exist_ok=True,
    )
    for page in (part / "pages").glob("*.json"):
        content = json.loads(page.read_text(encoding="utf-8"))
        for block in content["blocks"]:
            if block.get("code") == SUMMARY:
                block["values"] = known.summary
        page.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def list_run_files(run_folder: Path) -> list[str]:
    """Return the names of all files of a run."""
    return sorted(path.relative_to(run_folder).as_posix() for path in run_folder.rglob("*") if path.is_file())
