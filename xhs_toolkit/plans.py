"""The plan a client agreed to: proposed by a run, accepted by a person, never changed afterwards.

A run writes ``proposed_plan.json`` into its own folder. `accept_plan` copies it, dated and hashed, to
``plans/v1/plan.json`` of the campaign folder; a later acceptance is ``v2`` and names the hash of ``v1``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.errors import CampaignError, Problem

PROPOSED = "proposed_plan.json"
ACCEPTED = "plan.json"
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
    path.write_text(_to_json(content), encoding="utf-8", newline="\n")
    return path


def accept_plan(folder: Path, *, run: str | None = None, now: datetime | None = None) -> Path:
    """Accept the plan proposed by a run (the latest by default) and return the path of its new version.

    Accepting what is accepted already changes nothing and returns the version there is.

    Raises
    ------
    CampaignError : no run, no proposed plan, or an accepted plan that was changed by hand.
    """
    content = _read_proposed(Path(folder), run)
    versions = _versions(Path(folder))
    previous = _read_checked(versions[-1]) if versions else None
    if previous and _hash(content) == previous["content_hash"]:
        return versions[-1]
    number = _number(versions[-1]) + 1 if versions else 1
    stamped = content | {
        "version": number,
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
    return path


def read_plan(folder: Path, *, version: int | None = None) -> Plan | None:
    """Read an accepted plan (the newest by default); None where nothing was accepted.

    Raises
    ------
    CampaignError : the plan is not what was accepted, or there is no such version.
    """
    versions = _versions(Path(folder))
    if not versions:
        return None
    numbers = [_number(path) for path in versions]
    if version is not None and version not in numbers:
        fix = f"the versions are {', '.join(map(str, numbers))}"
        raise CampaignError("There is no such plan.", [Problem("was never accepted", fix, value=version)])
    content = _read_checked(versions[-1 if version is None else numbers.index(version)])
    return Plan(
        content["version"],
        content["accepted_at"],
        content["hash"],
        content["previous_hash"],
        pd.DataFrame(content["roster"], columns=list(ROSTER_COLUMNS)),
        pd.DataFrame(content["forecast"]),
        content["assumptions"],
    )


def _read_proposed(folder: Path, run: str | None) -> dict[str, Any]:
    latest = folder / "runs" / "latest.txt"
    if run is None and not latest.is_file():
        raise CampaignError(
            "There is no plan to accept.", [Problem("has no finished run", "xhs run", file=str(folder))]
        )
    name = run or latest.read_text(encoding="utf-8").strip()
    path = folder / "runs" / name / PROPOSED
    if not path.is_file():
        fix = "run it with a budget and creators' prices, so that the roster has something to choose"
        raise CampaignError("There is no plan to accept.", [Problem("proposed no roster", fix, file=f"runs/{name}")])
    return _read_json(path, f"runs/{name}/{PROPOSED}")


def _versions(folder: Path) -> list[Path]:
    """Accepted plans in the order of their versions."""
    return sorted((path for path in (folder / "plans").glob(f"v*/{ACCEPTED}") if _number(path)), key=_number)


def _number(path: Path) -> int:
    """Version of a plan's path; 0 where the folder is named otherwise."""
    name = path.parent.name[1:]
    return int(name) if name.isdecimal() else 0


def _read_checked(path: Path) -> dict[str, Any]:
    content = _read_json(path, f"plans/{path.parent.name}/{path.name}")
    bare = {name: value for name, value in content.items() if name != "hash"}
    if _hash(bare) != content.get("hash"):
        fix = "restore the file from a backup; a new acceptance needs the old ones as they were"
        place = f"plans/{path.parent.name}/{path.name}"
        raise CampaignError("An accepted plan was changed.", [Problem("is not what was accepted", fix, file=place)])
    return content


def _read_json(path: Path, place: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        fix = "restore it from a backup, or run the campaign again"
        raise CampaignError("A plan cannot be read.", [Problem("is not the JSON it was", fix, file=place)]) from error
    return content


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Plain rows; missing is null."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=6, force_ascii=False))
    return rows


def _to_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _hash(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()
