"""The plan a client agreed to: proposed by a run, accepted by a person, never changed afterwards.

A run writes ``proposed_plan.json`` into its own folder. `accept_plan` copies it, dated and hashed, to
``plans/v1/plan.json`` of the campaign folder with the hash of what was proposed; a later acceptance is ``v2`` and names
the hash of ``v1``. ``plans/accepted.txt`` has a line for each, so that the newest one is missed too. Whoever reads a
plan checks the whole chain. The run's manifest keeps the hash of its proposal, as it was when the run ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.files import MANIFEST, find_run

if TYPE_CHECKING:
    import pandas as pd

PROPOSED = "proposed_plan.json"
ACCEPTED = "plan.json"
LEDGER = "accepted.txt"
PROPOSAL = "proposal"
"""In a run's manifest: the hash of what it proposed."""
FORMAT_VERSION = 1
ROSTER_COLUMNS = (
    "creator_id",
    "creator_name",
    "format",
    "tier",
    "price_cny",
    "service_fee_cny",
    "cost_cny",
    *(f"{metric}_p{level}" for metric in ("exposure", "views", "engagement") for level in (10, 50, 90)),
)


class Plan(NamedTuple):
    """An accepted plan.

    Attributes
    ----------
    version, accepted_at, hash, previous_hash : which acceptance this is.
    roster : one row a placement: who, format, prices in CNY, P10 / P50 / P90 of each metric.
    forecast : totals of the campaign: ``metric``, ``p10``, ``p50``, ``p90``, ``target``, ``chance_share``.
    assumptions : names and values the forecast rests on.
    """

    version: int
    accepted_at: str
    hash: str
    previous_hash: str | None
    roster: pd.DataFrame
    forecast: pd.DataFrame
    assumptions: Mapping[str, Any]


def write_proposed_plan(
    run_folder: str | Path, *, roster: pd.DataFrame, forecast: pd.DataFrame, assumptions: Mapping[str, Any]
) -> Path | None:
    """Write what a run proposes; nothing is promised yet. An empty roster proposes nothing (None)."""
    if roster.empty:
        return None
    content = {
        "format_version": FORMAT_VERSION,
        "roster": _rows(roster.reindex(columns=list(ROSTER_COLUMNS))),
        "forecast": _rows(forecast),
        "assumptions": dict(assumptions),
    }
    path = Path(run_folder) / PROPOSED
    path.write_text(_to_json(content | {"hash": _hash(content)}), encoding="utf-8", newline="\n")
    return path


def accept_plan(folder: Path, *, run: str | None = None, now: datetime | None = None) -> Path:
    """Accept the plan proposed by a run (the latest by default) and return the path of its new version.

    Accepting what is accepted already changes nothing and returns the version there is.

    Raises
    ------
    CampaignError : no run, no proposed plan, or one that was changed by hand, as an accepted plan must not be either.
    """
    proposed = _find_proposed(Path(folder), run)
    _check_manifest(proposed)
    content = _read_hashed(proposed, "proposed plan")
    content.pop("hash", None)
    chain = _read_chain(Path(folder))
    previous = chain[-1] if chain else None
    number = len(chain) + 1
    if previous and _hash(content) == previous["content_hash"]:
        return Path(folder) / "plans" / f"v{len(chain)}" / ACCEPTED
    stamped = content | {
        "version": number,
        "proposal": proposed.parent.name,
        "accepted_at": (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        "content_hash": _hash(content),
        "previous_hash": previous["hash"] if previous else None,
    }
    target = Path(folder) / "plans" / f"v{number}"
    target.mkdir(parents=True)
    path = target / ACCEPTED
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(_to_json(stamped | {"hash": _hash(stamped)}))
    path.chmod(0o444)
    with (target.parent / LEDGER).open("a", encoding="utf-8", newline="\n") as ledger:
        ledger.write(f"v{number} {_hash(stamped)}\n")
    return path


def read_plan(folder: Path, *, version: int | None = None) -> Plan | None:
    """Read an accepted plan (the newest by default); None where nothing was accepted.

    Raises
    ------
    CampaignError : a plan is not what was accepted, one is missing, or there is no such version.
    """
    import pandas as pd

    chain = _read_chain(Path(folder))
    if not chain:
        return None
    if version is not None and not 1 <= version <= len(chain):
        fix = f"the versions are {', '.join(str(content['version']) for content in chain)}"
        raise CampaignError("There is no such plan.", [Problem("was never accepted", fix, value=version)])
    content = chain[(version or len(chain)) - 1]
    return Plan(
        content["version"],
        content["accepted_at"],
        content["hash"],
        content["previous_hash"],
        pd.DataFrame(content["roster"], columns=list(ROSTER_COLUMNS)),
        pd.DataFrame(content["forecast"]),
        content["assumptions"],
    )


def _find_proposed(folder: Path, run: str | None) -> Path:
    found = find_run(folder, run)
    if found is None and run is None:
        raise CampaignError(
            "There is no plan to accept.", [Problem("has no finished run", "xhs run", file=str(folder))]
        )
    if found is None or not (found / PROPOSED).is_file():
        place = f"runs/{found.name if found else run}"
        fix = "run it with a budget and creators' prices, so that the roster has something to choose"
        raise CampaignError("There is no plan to accept.", [Problem("proposed no roster", fix, file=place)])
    return found / PROPOSED


def _read_chain(folder: Path) -> list[dict[str, Any]]:
    """Every accepted plan, the first one first; each is what was proposed then, and names the one before."""
    chain: list[dict[str, Any]] = []
    for path in sorted((path for path in (folder / "plans").glob(f"v*/{ACCEPTED}") if _number(path)), key=_number):
        content = _read_hashed(path, "accepted plan")
        if _number(path) != len(chain) + 1 or content["version"] != _number(path):
            raise _refuse("An accepted plan is missing.", f"plans/v{len(chain) + 1}", "is not there any more")
        if content["previous_hash"] != (chain[-1]["hash"] if chain else None):
            raise _refuse("An accepted plan was changed.", f"plans/v{len(chain)}", "is not what the next one followed")
        _check_proposal(content, folder / "runs" / content.get("proposal", "") / PROPOSED)
        chain.append(content)
    _check_ledger(folder / "plans" / LEDGER, [content["hash"] for content in chain])
    return chain


def _check_ledger(path: Path, hashes: list[str]) -> None:
    """Every version that was accepted is there, as it was; earlier versions of the toolkit kept no ledger."""
    told = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    for version, line in ((words[0], words[-1]) for words in map(str.split, told) if words):
        number = int(version[1:]) if version[1:].isdecimal() else 0
        if number > len(hashes):
            raise _refuse("An accepted plan is missing.", f"plans/{version}", "is not there any more")
        if not number or hashes[number - 1] != line:
            raise _refuse("An accepted plan was changed.", f"plans/{version}", f"is not what {LEDGER} says")


def _check_manifest(proposed: Path) -> None:
    """The proposal is what the run left when it ended; runs of earlier versions do not say."""
    manifest = proposed.with_name(MANIFEST)
    told = json.loads(manifest.read_text(encoding="utf-8")).get(PROPOSAL) if manifest.is_file() else None
    if told and told != hash_proposal(proposed.parent):
        raise _refuse("The proposed plan was changed.", _place(proposed), "is not what the run proposed when it ended")


def hash_proposal(run_folder: Path) -> str | None:
    """The hash of the file that a run proposes; None where it proposes nothing."""
    path = run_folder / PROPOSED
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _check_proposal(content: Mapping[str, Any], proposed: Path) -> None:
    """A finished run still proposes what was accepted; one at the screen or by hand is written over by the next."""
    if not proposed.is_file() or not proposed.with_name(MANIFEST).is_file():
        return
    then = _read_hashed(proposed, "proposed plan")
    then.pop("hash", None)
    if _hash(then) != content["content_hash"]:
        place = f"plans/v{content['version']}"
        raise _refuse("An accepted plan was changed.", place, f"is not what {_place(proposed)} proposes")


def _number(path: Path) -> int:
    """Version of a plan's path; 0 where the folder is named otherwise."""
    name = path.parent.name[1:]
    return int(name) if name.isdecimal() else 0


def _read_hashed(path: Path, name: str) -> dict[str, Any]:
    """A plan as it was written; those that earlier versions proposed have no hash."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        fix = "restore it from a backup, or run the campaign again"
        problem = Problem("is not the JSON it was", fix, file=_place(path))
        raise CampaignError("A plan cannot be read.", [problem]) from error
    bare = {name: value for name, value in content.items() if name != "hash"}
    if content.get("hash", None if path.name == ACCEPTED else _hash(bare)) != _hash(bare):
        raise _refuse(f"The {name} was changed.", _place(path), "is not what was written")
    return content


def _place(path: Path) -> str:
    return path.relative_to(path.parents[2]).as_posix()


def _refuse(title: str, place: str, what: str) -> CampaignError:
    fix = "restore the file from a backup; a new acceptance needs the old ones as they were"
    return CampaignError(title, [Problem(what, fix, file=place)])


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Plain rows; missing is null."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=6, force_ascii=False))
    return rows


def _to_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _hash(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()
