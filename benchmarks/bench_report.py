"""Report, workbook and deck of a campaign with 200 notes, and the gate: ``python -m benchmarks report``.

All three in one language should take less than 10 s. The notes are those of the bundled sample, five times over.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd

from xhs_toolkit import results
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.present import results_page
from xhs_toolkit.present.page import start_page
from xhs_toolkit.report import check_report, write_deck, write_html, write_workbook

TIMES = 5


def make_run(folder: Path) -> Path:
    """A run with the pages of the results, its notes and their ranking five times as long."""
    campaign = read_campaign(folder)
    tables = read_exports(folder / "data", campaign=campaign).tables
    latest = make_latest(tables["notes"])
    found = results.summarise_results(tables, latest=latest, campaign=campaign)
    compared = results.compare_notes(found, tables=tables, latest=latest, campaign=campaign)
    money = results.summarise_money(found, tables=tables, campaign=campaign)
    more = pd.concat([found.notes] * TIMES, ignore_index=True)
    run_folder = folder / "runs" / "2026-01-01T000000Z"
    page = start_page("6_results", run_folder, campaign=campaign, language="en")
    page.say(compared.answer, kind="answer")
    results_page.write_totals(page, found)
    results_page.write_expected(page, compared, notes=found.notes)
    results_page.write_money(page, money)
    results_page.write_kfs(page, money)
    results_page.write_evidence(page, found._replace(notes=more))
    page.write()
    return run_folder


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sample"
        shutil.copytree(Path(__file__).parent / "small_campaign", folder)
        run_folder = make_run(folder)
        for languages in (("en",), ("en", "zh")):
            campaign = read_campaign(folder).model_copy(update={"languages": languages})
            whole = time.perf_counter(), time.process_time()
            for write in (write_html, write_workbook, write_deck):
                began = time.perf_counter(), time.process_time()
                write(run_folder, campaign=campaign)
                tell(f"{write.__name__} {'+'.join(languages)}", *began)
            tell(f"all three {'+'.join(languages)}", *whole)
        began = time.perf_counter(), time.process_time()
        n_faults = len(check_report(run_folder, campaign=campaign).faults)
        tell(f"gate, 6 files, {n_faults} faults", *began)


def tell(what: str, began: float, worked: float) -> None:
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {seconds:.1f} s, of which the processor {busy:.1f} s")


if __name__ == "__main__":
    main()
