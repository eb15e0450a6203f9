"""What the client receives, written from a finished run: the HTML report, the workbook and the deck.

`write_report` writes all three in every language and lets the release gate read them; `check_report` reads them
again as they are, without writing anything but the verdict.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xhs_toolkit.report import gate
from xhs_toolkit.report.deck import write_deck
from xhs_toolkit.report.gate import VERDICT, Fault, Verdict, list_edited, read_verdict
from xhs_toolkit.report.html import write_html
from xhs_toolkit.report.workbook import write_workbook

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

__all__ = [
    "VERDICT",
    "Fault",
    "Verdict",
    "check_report",
    "list_edited",
    "read_verdict",
    "write_deck",
    "write_html",
    "write_report",
    "write_workbook",
]


def write_report(run_folder: Path, *, campaign: Campaign) -> Verdict:
    """Write report, workbook and deck of a run in every language, and check them; the verdict lies beside them."""
    written = [
        *write_html(run_folder, campaign=campaign),
        *write_workbook(run_folder, campaign=campaign),
        *write_deck(run_folder, campaign=campaign),
    ]
    verdict = gate.check_report(run_folder, campaign=campaign)
    gate.write_verdict(run_folder, verdict, written=gate.hash_files(written))
    return verdict


def check_report(run_folder: Path, *, campaign: Campaign) -> Verdict:
    """Check the files of a run as they are now, and keep the verdict."""
    verdict = gate.check_report(run_folder, campaign=campaign)
    gate.write_verdict(run_folder, verdict, written=read_verdict(run_folder).get("written", {}))
    return verdict
