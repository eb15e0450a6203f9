"""``xhs run``: campaigns one after the other or several at a time, and what came of all of them."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhs_toolkit.cli.report import check_report, read_outcome
from xhs_toolkit.errors import CampaignError, XhsError

if TYPE_CHECKING:
    from xhs_toolkit.runs import Options, Outcome, Progress, Run

STATES = {
    "running": "…",
    "complete": "done",
    "skipped": "nothing to work on",
    "failed": "failed",
    "stopped": "stopped",
    "kept": "unchanged, taken from the last run",
}


def add_run(commands: Any) -> None:
    """Add ``xhs run FOLDER …`` to the verbs."""
    text = "Run the notebooks over campaigns and write their reports."
    about = f"{text} What has not changed since a campaign's last complete run is not done again."
    command: argparse.ArgumentParser = commands.add_parser("run", help=text, description=about)
    command.add_argument("folders", type=_read_place, nargs="+", metavar="FOLDER")
    command.add_argument(
        "--jobs", dest="n_jobs", type=_read_jobs, default=1, metavar="N", help="campaigns at a time (1)"
    )
    command.add_argument("--cluster", metavar="ADDRESS", help="hand them to Dask: tcp://host:8786; stores too, s3://…")
    command.add_argument("--step", dest="steps", nargs="+", default=(), metavar="NAME", help="only these: results …")
    command.add_argument("--force", action="store_true", help="do also what has not changed")
    command.add_argument(
        "--only-failed", action="store_true", help="only campaigns whose last run failed, or without one"
    )
    command.add_argument("--dry-run", dest="dry", action="store_true", help="only say what would be done, and why")
    command.add_argument("--json", dest="file", type=Path, metavar="FILE", help="write what came of all into a file")
    command.set_defaults(verb=run_verb)


def _read_place(text: str) -> Path | str:
    """A folder, or an address in a store as it is."""
    return text if "://" in text else Path(text)


def _read_jobs(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of campaigns: write 1 or more")


def run_verb(
    folders: Sequence[Path | str],
    *,
    n_jobs: int = 1,
    cluster: str | None = None,
    steps: Sequence[str] = (),
    force: bool = False,
    only_failed: bool = False,
    dry: bool = False,
    file: Path | None = None,
) -> int:
    """Run campaigns; 0 when all are through, 2 when only settings were wrong, 1 when one failed.

    3 when all are through, and of one a file could not be read, or a question about money, states or dates is open.
    """
    from xhs_toolkit.runs import Options, has_failed

    distinct = list({folder if isinstance(folder, str) else folder.resolve(): folder for folder in folders}.values())
    chosen = [folder for folder in distinct if not only_failed or has_failed(Path(folder))]
    month = _Month(chosen, n_jobs)
    options = Options(tuple(steps), force, dry)
    with _stop_by_signal():
        for outcome in _run_all(chosen, options, month, cluster):
            month.show_outcome(outcome)
    if len(distinct) > 1:
        month.show_table()
    if file:
        file.write_text(json.dumps(month.told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return month.exit_code


def _run_all(folders: Sequence[Path | str], options: Options, month: _Month, cluster: str | None) -> Iterator[Outcome]:
    """Here, or at the workers of a cluster."""
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.runs import run_many
    from xhs_toolkit.runs.forked import FORKS

    if cluster:
        from xhs_toolkit.runs.cluster import run_on_cluster

        yield from run_on_cluster(folders, partial(run_one, options=options), address=cluster)
        return
    here = [folder for folder in folders if isinstance(folder, Path)]
    if stored := [folder for folder in folders if folder not in here]:
        raise CampaignError(f"{stored[0]} lies in a store. Name the workers that fetch it: --cluster tcp://host:8786")
    for folder in here:
        _read_book_back(folder)
    if not FORKS:
        verbs.say("This system cannot fork processes: kernels are started anew, which takes longer.")
    yield from run_many(here, on_progress=month.show_progress, n_jobs=month.n_jobs, options=options, **_name_parts())


def run_one(folder: Path, *, options: Options) -> Outcome:
    """Run a campaign at a worker; what is told of it is brought along, for the folder may be gone afterwards."""
    from xhs_toolkit.runs import run_many

    _read_book_back(folder)
    (outcome,) = run_many([folder], options=options, **_name_parts())
    done = outcome.run if outcome.run and outcome.run.steps else None
    return outcome._replace(told=read_outcome(done.folder) if done else None)


def _name_parts() -> dict[str, Any]:
    """What a run carries out: the notebooks, and what writes its report."""
    from xhs_toolkit.cli import verbs

    return {"notebooks": verbs.list_notebooks(), "write_report": verbs.finish_run}


def _read_book_back(folder: Path) -> None:
    """Read the campaign book back where people have changed it since the last run."""
    from xhs_toolkit.cli.book import read_book_back
    from xhs_toolkit.files import find_run
    from xhs_toolkit.runs.forked import call
    from xhs_toolkit.store import BOOK_FILE, hash_file

    book, run = folder / BOOK_FILE, find_run(folder)
    if book.is_file() and not (run and read_outcome(run).get("book") == hash_file(book)):
        call(read_book_back, folder)


@contextmanager
def _stop_by_signal() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end everything at once, as Ctrl-C does."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [number for name in names if signal.getsignal(number := getattr(signal, name)) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


class _Month:
    """What is shown of many campaigns while they run, and what came of each."""

    def __init__(self, folders: Sequence[Path | str], n_jobs: int) -> None:
        self.folders, self.n_jobs = list(folders), n_jobs
        self.begun_at = time.monotonic()
        self.told: list[dict[str, Any]] = []
        self.errors: list[XhsError] = []

    @property
    def exit_code(self) -> int:
        """As `run_verb` returns it."""
        from xhs_toolkit.cli import verbs

        if self.errors:
            return 2 if all(isinstance(error, CampaignError) for error in self.errors) else 1
        return verbs.WITHHELD if any(each["withheld"] for each in self.told) else 0

    def show_progress(self, progress: Progress) -> None:
        """One line for the beginning and one for the end of a step."""
        from xhs_toolkit.cli.verbs import say, show_path

        n = len(self.folders)
        number = f"  campaign {self.folders.index(progress.campaign_folder) + 1} of {n}" if n > 1 else ""
        step = f"{show_path(progress.campaign_folder)}{number}  {progress.number}/{progress.n_steps}  {progress.step}"
        seconds = f", {progress.seconds:.1f} s" if progress.state not in {"running", "kept"} else ""
        say(f"{step}  {STATES[progress.state]}{seconds}")

    def show_outcome(self, outcome: Outcome) -> None:
        """Where the report is, what its money warns of, or what stopped the run; and how long the others may take."""
        from xhs_toolkit.cli.verbs import say, show_path

        name = show_path(outcome.campaign_folder)
        about = {"campaign": name, "outcome": "failed", "withheld": "", "n_open": 0}
        if outcome.run and not outcome.run.steps:
            _show_plan(outcome.run, name)
            self.told.append(about | {"outcome": "not run", "reasons": list(outcome.run.reasons)})
        elif outcome.run:
            self.told.append(about | _show_run(outcome.run, name, outcome.told or read_outcome(outcome.run.folder)))
        else:
            sys.stdout.flush()
            sys.stderr.write(f"{outcome.error}\n")
            self.told.append(about | {"error": str(outcome.error)})
            self.errors += [outcome.error] if outcome.error else []
        left = len(self.folders) - len(self.told)
        if left:
            minutes = (time.monotonic() - self.begun_at) / len(self.told) * left / 60
            say(f"{len(self.told)} of {len(self.folders)} campaigns, about {minutes:.0f} min left")

    def show_table(self) -> None:
        """A line each: what came of it, how the targets stand, and what needs a person."""
        from xhs_toolkit.cli.verbs import say

        widths = [max([len(each[name]) for each in self.told] or [0]) for name in ("campaign", "outcome")]
        for each in self.told:
            open_points = f"{each['n_open']} points keep the report back" if each["n_open"] else ""
            first = each.get("error", "").partition("\n")[0]
            needs = "; ".join(part for part in (each["withheld"], open_points, first) if part)
            line = f"{each['campaign']:<{widths[0]}}  {each['outcome']:<{widths[1]}}  {each.get('headline', '')}"
            say(line.rstrip() + (f"  → {needs}" if needs else ""))
        say(f"{len(self.told) - len(self.errors)} of {len(self.told)} campaigns are through.")


def _show_plan(run: Run, name: str) -> None:
    from xhs_toolkit.cli.verbs import say

    kept = f"; unchanged: {', '.join(run.kept)}" if run.kept else ""
    say(f"{name}  would be run: {', '.join(run.reasons) or 'it is asked for'}{kept}")


def _show_run(run: Run, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    from xhs_toolkit.cli.verbs import say

    if run.is_unchanged:
        say(f"{name}  nothing has changed since {run.name} (--force runs it all the same)")
    say(f"{name}  report: {name}/runs/{run.name}/report.html")
    for warning in told["warnings"]:
        say(f"  {warning}")
    if told["withheld"]:
        say(f"  through, {told['withheld']}: xhs check shows what to do.")
    for file in run.unused:
        say(f"  {file} in the campaign folder was not carried out: name it under notebooks in campaign.yaml.")
    if run.changes:
        _check_again(run)
        told = read_outcome(run.folder)
    for line in told["verdict"]:
        say(line)
    about = {"run": run.name, "seconds": round(run.seconds, 1), "kept": list(run.kept), "reasons": list(run.reasons)}
    return {**told, **about, "outcome": "unchanged" if run.is_unchanged else "complete"}


def _check_again(run: Run) -> None:
    """Tell which files were changed while a run was at work, and check its report once more: it may not be sent."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.verbs import say

    for change in run.changes:
        say(f"  {change} while the run was at work: run again, so that all pages tell of the same files.")
    check_report(run.folder, read_campaign(run.campaign_folder))
