"""``xhs report``: write what the client receives again, say whether it may be sent, and accept what was found."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.report import Verdict
    from xhs_toolkit.scorecard import Summary

MAX_FAULTS = 40
OUTCOME = "outcome.json"
NOT_SENDABLE = 1


def add_report(commands: Any) -> None:
    """Add ``xhs report FOLDER`` to the verbs."""
    text = "Write report, workbook and deck of the latest run again, and check that they may be sent."
    about = (
        f"{text} Files that were changed by hand are kept, and every change since they were written is listed. "
        "What is found can be accepted, with a name and a reason."
    )
    command: argparse.ArgumentParser = commands.add_parser("report", help=text, description=about)
    command.add_argument("folder", type=Path)
    how = command.add_mutually_exclusive_group()
    how.add_argument("--again", action="store_true", help="write also the files that were changed by hand")
    how.add_argument("--check", action="store_true", help="write no file, only check those that are there")
    how.add_argument("--accept", nargs="+", metavar="ID", default=(), help="accept what the last check found")
    command.add_argument("--by", default="", help="who accepts it")
    command.add_argument("--reason", default="", help="why it may be sent all the same")
    command.set_defaults(verb=report_verb)


def report_verb(
    folder: Path, again: bool = False, check: bool = False, accept: Sequence[str] = (), by: str = "", reason: str = ""
) -> int:
    """Write the files of the latest run again, or check those that are there; 0 when they may be sent."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.report import accept_findings, list_edited, read_findings
    from xhs_toolkit.runs import find_latest_run

    campaign = read_campaign(folder)
    run_folder = find_latest_run(folder)
    edited = [] if again else list_edited(run_folder)
    if accept:
        known = [fault.id for fault in read_findings(run_folder).faults]
        accept_findings(run_folder, accept, known=known, by=by, reason=reason)
    elif edited:
        verbs.say(f"Changed by hand, so kept and only checked (--again writes them anew): {', '.join(edited)}")
    (check_report if check or accept or edited else verbs.write_report)(run_folder, campaign)
    verbs.say(f"Report: {verbs.show_path(run_folder / 'report.html')}")
    return NOT_SENDABLE if show_verdict(run_folder) else 0


def write_report(run_folder: Path, campaign: Campaign) -> None:
    """Write what the client receives of a run, and check whether it may be sent."""
    from xhs_toolkit import report

    _keep_verdict(run_folder, campaign, report.write_report)


def check_report(run_folder: Path, campaign: Campaign) -> None:
    """Check whether the files of a run may be sent as they are."""
    from xhs_toolkit import report

    _keep_verdict(run_folder, campaign, report.check_report)


def _keep_verdict(run_folder: Path, campaign: Campaign, make: Callable[..., Verdict]) -> None:
    from xhs_toolkit import report
    from xhs_toolkit.scorecard import update_summary

    update_summary(run_folder, sendable=make(run_folder, campaign=campaign).sendable)
    keep_outcome(run_folder)
    for other in report.list_outdated(run_folder, campaign=campaign):
        update_summary(other, sendable=report.check_report(other, campaign=campaign).sendable)
        keep_outcome(other)


def keep_outcome(run_folder: Path, *, book: Path | None = None) -> None:
    """Keep what came of a run, and which campaign book it has left: one that people changed since is read back."""
    from xhs_toolkit.store import hash_file

    left = hash_file(book) if book and book.is_file() else None
    file = run_folder / OUTCOME
    before = json.loads(file.read_text(encoding="utf-8")).get("book") if file.is_file() else None
    told = _describe(run_folder) | {"book": left or before}
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def read_outcome(run_folder: Path) -> dict[str, Any]:
    """What came of a run, as it is told: the file that its report left, which takes no library to read.

    Returns
    -------
    ``headline`` of the targets, ``warnings`` of the money, ``withheld``: how much could not be read, ``verdict``: lines
    of the release gate, ``n_open``: points that nobody has accepted.
    """
    file = run_folder / OUTCOME
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else _describe(run_folder)


def _describe(run_folder: Path) -> dict[str, Any]:
    from xhs_toolkit.present.wording import say
    from xhs_toolkit.report import VERDICT, read_findings
    from xhs_toolkit.scorecard import read_summary, summarise_targets, warn

    summary = read_summary(run_folder)
    met = summarise_targets(summary.targets)
    told = {
        "headline": say(met, language="en") if met else "",
        "warnings": [str(each) for each in warn(summary)],
        "withheld": _count_withheld(summary) if summary.withheld else "",
        "verdict": [],
        "n_open": 0,
    }
    if not (run_folder / VERDICT).is_file():
        return told
    found = read_findings(run_folder)
    return told | {"verdict": _write_verdict(found), "n_open": len(found.faults)}


def _count_withheld(summary: Summary) -> str:
    """How many files were unreadable and how many questions are open: ``1 file unreadable, 2 questions open``."""
    n_unreadable = len(summary.inputs.unreadable) if summary.inputs else 0
    counts = {"file": n_unreadable, "question": len(summary.open)}
    said = {"file": "unreadable", "question": "open"}
    return ", ".join(f"{n} {thing}{'' if n == 1 else 's'} {said[thing]}" for thing, n in counts.items() if n)


def _write_verdict(found: Verdict) -> list[str]:
    """What the release gate found, and what a person has accepted."""
    from xhs_toolkit.errors import list_lines
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.present.wording import say

    values = {"n_files": len(found.files), "n_problems": len(found.faults), "n_accepted": len(found.accepted)}
    places = Counter(fault.id for fault in found.faults)
    first = {fault.id: fault for fault in reversed(found.faults)}
    faults = [
        f"{first[each]}{f' (and in {n - 1} more places)' if n > 1 else ''}  [{each}]" for each, n in places.items()
    ]
    how = "To send it all the same: xhs report FOLDER --accept ID --by NAME --reason TEXT"
    return [
        say(Finding("gate.passed" if found.sendable else "gate.failed", values), language="en"),
        *(f"  - accepted by {accepted.by} ({accepted.reason}): {fault}" for fault, accepted in found.accepted),
        *list_lines(faults, most=MAX_FAULTS, where=", all in sendable.json"),
        *([how] if found.faults else []),
    ]


def show_verdict(run_folder: Path) -> int:
    """Print what the release gate found; return how many points are open."""
    from xhs_toolkit.cli import verbs

    told = read_outcome(run_folder)
    for line in told["verdict"]:
        verbs.say(line)
    return int(told["n_open"])
