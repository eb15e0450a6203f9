"""What the client receives, written from a finished run: the HTML report, the workbook and the deck.

`write_report` writes all three in every language, keeps what they say (`record`) and lets the release gate read them;
`check_report` reads them again as they are, without writing anything but the verdict.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xhs_toolkit.report import gate
from xhs_toolkit.report.contents import read_content
from xhs_toolkit.report.deck import write_deck
from xhs_toolkit.report.gate import VERDICT, Fault, Verdict, list_edited, list_outdated, read_findings, read_verdict
from xhs_toolkit.report.html import write_html
from xhs_toolkit.report.record import accept_findings, hash_files, list_sources, write_record
from xhs_toolkit.report.workbook import write_workbook

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

__all__ = [
    "VERDICT",
    "Fault",
    "Verdict",
    "accept_findings",
    "check_report",
    "list_edited",
    "list_outdated",
    "read_findings",
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
    contents = {path: read_content(path) for path in written}
    write_record(run_folder, contents)
    (run_folder / VERDICT).unlink(missing_ok=True)  # it told of the files that were here before
    verdict = gate.check_report(run_folder, campaign=campaign, contents=contents)
    gate.write_verdict(run_folder, verdict, written=hash_files(written), sources=list_sources(run_folder))
    return verdict


def check_report(run_folder: Path, *, campaign: Campaign) -> Verdict:
    """Check the files of a run as they are now, and keep the verdict."""
    before = read_verdict(run_folder)
    verdict = gate.check_report(run_folder, campaign=campaign)
    gate.write_verdict(run_folder, verdict, written=before.get("written", {}), sources=before.get("sources"))
    return verdict
