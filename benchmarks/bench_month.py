"""What a month of campaigns costs: processor time of `xhs run` against papermill's command line, notebook by notebook.

``python -m benchmarks month``, or ``python -m benchmarks.bench_month CAMPAIGNS REPEATS`` (Linux). Copies of
``small_campaign`` with their reports; medians.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))
FINISH = "from pathlib import Path; from xhs_toolkit.campaign import read_campaign; from xhs_toolkit.cli import verbs; "
FINISH += "verbs.finish_run(Path('runs/by_hand'), read_campaign(Path('.')))"
CHANGED = "client_site_sessions.csv"


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time of all that was started and has ended."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(*arguments: str, cwd: Path) -> None:
    subprocess.run([sys.executable, "-X", "utf8", *arguments], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def run_by_papermill(folders: list[Path]) -> None:
    """The loop that somebody would write without `xhs run`, with the same report."""
    for folder in folders:
        (folder / "runs" / "by_hand").mkdir(parents=True)
        for book in NOTEBOOKS:
            run("-m", "papermill", str(book), str(folder / "runs" / book.name), "--no-progress-bar", cwd=folder)
        run("-c", FINISH, cwd=folder)


def run_by_xhs(folders: list[Path], *options: str) -> None:
    run("-m", "xhs_toolkit", "run", *map(str, folders), *options, cwd=folders[0].parent)


def change_results(folders: list[Path]) -> None:
    """Another figure of a day after the campaign began, in each campaign."""
    for folder in folders:
        with (folder / "data" / CHANGED).open("a", encoding="utf-8") as file:
            file.write("2026-10-18,NZ,site_sessions,1000,online,是\n")


def measure_month(n_campaigns: int, place: Path) -> dict[str, tuple[float, float]]:
    folders = [place / f"campaign_{number}" for number in range(n_campaigns)]
    for folder in folders:
        shutil.copytree(REPOSITORY / "benchmarks" / "small_campaign", folder)
    found = {"papermill, one after the other": measure(lambda: run_by_papermill(folders))}
    for folder in folders:
        shutil.rmtree(folder / "runs")
    found["xhs run --jobs 2"] = measure(lambda: run_by_xhs(folders, "--jobs", "2"))
    found["xhs run, nothing changed"] = measure(lambda: run_by_xhs(folders))
    change_results(folders)
    found["xhs run, one file of results changed"] = measure(lambda: run_by_xhs(folders))
    return found


def main() -> None:
    n_campaigns, n_repeats = map(int, sys.argv[1:] or (12, 5))
    os.environ["PYTHONPATH"] = str(REPOSITORY)
    runs = []
    for _ in range(n_repeats):
        with tempfile.TemporaryDirectory() as place:
            runs.append(measure_month(n_campaigns, Path(place)))
    print(f"{n_campaigns} campaigns, medians of {n_repeats}: seconds a campaign by the clock, of processor time")
    for name in runs[0]:
        clock, used = (statistics.median(each[name][part] for each in runs) / n_campaigns for part in (0, 1))
        print(f"{name:40} {clock:7.2f} {used:7.2f}")


if __name__ == "__main__":
    main()
