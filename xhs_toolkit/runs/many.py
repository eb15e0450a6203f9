"""Many campaigns, several at a time: one that fails leaves the others running, and all are ended at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from xhs_toolkit.errors import XhsError
from xhs_toolkit.runs.campaigns import (
    EVERYTHING,
    Options,
    Run,
    WriteReport,
    run_campaign,
    word_error,
)
from xhs_toolkit.runs.work import Crew, OnProgress, ignore_progress


class Outcome(NamedTuple):
    """What came of one campaign among many: a run, or the error that stopped it.

    `told` is what its report left to be told, where that has been read already (`cli.report.read_outcome`).
    """

    campaign_folder: Path | str
    run: Run | None
    error: XhsError | None
    told: Mapping[str, Any] | None = None


def run_many(
    campaign_folders: Sequence[Path],
    *,
    notebooks: Sequence[Path],
    write_report: WriteReport | None = None,
    on_progress: OnProgress = ignore_progress,
    n_jobs: int = 1,
    options: Options = EVERYTHING,
) -> Iterator[Outcome]:
    """Run several campaigns, `n_jobs` at a time; one that fails leaves the others running.

    Where it is interrupted, or no more outcomes are asked for, all that runs is ended at once.

    Yields
    ------
    Outcome
        in the order of the folders, each as soon as it and those before it are through.
    """
    crew = Crew()
    how: dict[str, Any] = {"notebooks": notebooks, "write_report": write_report, "options": options, "crew": crew}

    def run_one(folder: Path) -> Outcome:
        try:
            run = run_campaign(folder, on_progress=on_progress, **how)
        except Exception as error:
            return Outcome(folder, None, word_error(folder, error))
        return Outcome(folder, run, None)

    pool = ThreadPoolExecutor(max_workers=n_jobs)
    try:
        yield from pool.map(run_one, campaign_folders)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        crew.dismiss()
        pool.shutdown()
