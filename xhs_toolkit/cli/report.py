"""``xhs report``: write what the client receives again, and say whether it may be sent."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

MAX_FAULTS = 40
NOT_SENDABLE = 1


def add_report(commands: Any) -> None:
    """Add ``xhs report FOLDER`` to the verbs."""
    text = "Write report, workbook and deck of the latest run again, and check that they may be sent."
    about = f"{text} Files that were changed by hand are kept and only checked."
    command: argparse.ArgumentParser = commands.add_parser("report", help=text, description=about)
    command.add_argument("folder", type=Path)
    command.add_argument("--again", action="store_true", help="write also the files that were changed by hand")
    command.set_defaults(verb=report_verb)


def report_verb(folder: Path, again: bool = False) -> int:
    """Write the files of the latest run again, or check those changed by hand; 0 when they may be sent."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.report import check_report, list_edited
    from xhs_toolkit.runs import find_latest_run

    campaign = read_campaign(folder)
    run_folder = find_latest_run(folder)
    edited = [] if again else list_edited(run_folder)
    if edited:
        verbs.say(f"Changed by hand, so kept and only checked (--again writes them anew): {', '.join(edited)}")
        check_report(run_folder, campaign=campaign)
    else:
        verbs.write_report(run_folder, campaign)
    verbs.say(f"Report: {verbs.show_path(run_folder / 'report.html')}")
    return NOT_SENDABLE if show_verdict(run_folder) else 0


def show_verdict(run_folder: Path) -> int:
    """Print what the release gate found, and return how many points that is."""
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.present.wording import say
    from xhs_toolkit.report import Fault, read_verdict

    told = read_verdict(run_folder)
    if not told:
        return 0
    faults = [Fault(**fault) for fault in told["faults"]]
    code = "gate.failed" if faults else "gate.passed"
    verbs.say(say(Finding(code, {"n_files": len(told["checked"]), "n_problems": len(faults)}), language="en"))
    for fault in faults[:MAX_FAULTS]:
        verbs.say(f"  - {fault}")
    if len(faults) > MAX_FAULTS:
        verbs.say(f"  … and {len(faults) - MAX_FAULTS} more, all in sendable.json")
    return len(faults)
