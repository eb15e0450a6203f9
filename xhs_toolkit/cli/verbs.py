"""What each verb of ``xhs`` does. Heavy libraries are imported inside the verbs, so that ``xhs --help`` is quick."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.cli.book import read_book_back, try_book
from xhs_toolkit.cli.report import check_report, show_verdict, write_report
from xhs_toolkit.errors import CampaignError

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.runs import Outcome, Progress, Run

WITHHELD = 3
"""Exit code of a run that is through, but did not read everything."""
STATES = {"running": "…", "complete": "done", "skipped": "nothing to work on", "failed": "failed"}


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_path(path: Path) -> str:
    """A path relative to where the user is, where that is possible."""
    resolved, here = path.resolve(), Path.cwd().resolve()
    return str(resolved.relative_to(here)) if resolved.is_relative_to(here) else str(path)


def quote(text: str) -> str:
    """A path as it can be pasted into the shell of this system."""
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)


def new_verb(folder: Path) -> int:
    """Start a campaign folder."""
    from xhs_toolkit.campaign import write_new_campaign

    shown = show_path(write_new_campaign(folder))
    quoted = quote(shown)
    say(f"{shown} is ready. Put your exports into its data/ folder and fill in campaign.yaml, then:")
    say(f"  xhs check {quoted}\n  xhs run {quoted}")
    return 0


def check_verb(folder: Path | None, explain: Path | None = None, *, everything: bool = False) -> int:
    """Show the campaign and its files as understood; or write how one file would be mapped by hand."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.overview import describe_campaign, describe_exports

    if explain is not None:
        return explain_verb(explain, folder)
    if folder is None:
        raise CampaignError("Which campaign? Write xhs check FOLDER, or xhs check --explain FILE.")
    campaign = read_campaign(folder)
    say(describe_campaign(campaign))
    if not campaign.data_folder.is_dir():
        raise CampaignError(
            f"{show_path(campaign.data_folder)} is missing. Make the folder and put your exports into it."
        )
    from xhs_toolkit.exports import check_own_kinds, make_latest
    from xhs_toolkit.results import keep_ledger
    from xhs_toolkit.store import open_exports

    exports = open_exports(campaign)
    *_, ledger = keep_ledger(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)
    problems = [*check_own_kinds(campaign), *exports.problems, *ledger.questions]
    say(describe_exports(exports.files, problems=problems, everything=everything))
    return 0


def explain_verb(file: Path, folder: Path | None) -> int:
    """Write the lines of campaign.yaml that map one file by hand."""
    from xhs_toolkit.campaign import Campaign, read_campaign
    from xhs_toolkit.exports import explain_file

    home = folder or find_campaign_folder(file)
    campaign = read_campaign(home) if home else Campaign(folder=file.parent)
    say(explain_file(file, campaign=campaign))
    return 0


def find_campaign_folder(file: Path) -> Path | None:
    """The campaign whose ``data/`` a file lies in, or None."""
    return next((folder for folder in file.resolve().parents if (folder / "campaign.yaml").is_file()), None)


def run_verb(folders: Sequence[Path], n_jobs: int = 1) -> int:
    """Run campaigns; 0 when all are through, 2 when only settings were wrong, 1 when one failed.

    3 when all are through, and of one a file could not be read, or a question about money, states or dates is open.
    """
    from xhs_toolkit.runs import run_many

    distinct = list({folder.resolve(): folder for folder in folders}.values())
    outcomes = []
    for folder in distinct:
        read_book_back(folder)
    for outcome in run_many(
        distinct, notebooks=list_notebooks(), write_report=finish_run, on_progress=show_progress, n_jobs=n_jobs
    ):
        show_outcome(outcome)
        outcomes.append(outcome)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if len(outcomes) > 1:
        say(f"{len(outcomes) - len(errors)} of {len(outcomes)} campaigns are through.")
    if not errors:
        return WITHHELD if any(outcome.run and list_withheld(outcome.run.folder) for outcome in outcomes) else 0
    return 2 if all(isinstance(error, CampaignError) for error in errors) else 1


def demo_verb(folder: Path | None) -> int:
    """Copy the bundled sample, unless it is there already, and run it."""
    from xhs_toolkit.campaign import read_campaign, safe_name

    sample = bundled_folder("templates") / "sample_campaign"
    campaign = read_campaign(sample)
    place = folder or Path("demo") / safe_name(f"{campaign.client} {campaign.name}")
    if (place / "campaign.yaml").is_file():
        say(f"{show_path(place)} is there already and is run as it is.")
    else:
        copy_sample(sample, place)
        say(f"The synthetic sample campaign is in {show_path(place)}.")
    return run_verb([place])


def copy_sample(sample: Path, place: Path) -> None:
    """Copy the sample campaign into a new or empty folder."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise CampaignError(f"{show_path(place)} is not empty. Choose a new folder, so that nothing is overwritten.")
    shutil.copytree(sample, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("runs", "truth.json", ".*"))


# ---------------------------------------------------------------------------------- parts of a run


def list_notebooks() -> list[Path]:
    """The notebooks of a run, in the order of the steps."""
    return sorted(bundled_folder("notebooks").glob("[0-9]*.ipynb"))


def finish_run(run_folder: Path, campaign: Campaign) -> None:
    """Write what the client receives; how the files were read is kept now where no step has opened a page."""
    from xhs_toolkit.scorecard import read_summary, write_inputs
    from xhs_toolkit.store import open_exports

    if read_summary(run_folder).inputs is None:
        write_inputs(run_folder, open_exports(campaign))
    write_report(run_folder, campaign)
    try_book(campaign, run_folder=run_folder)


def list_withheld(run_folder: Path) -> tuple[str, ...]:
    """Files that a run could not read, and questions about money, states or dates that are open."""
    from xhs_toolkit.scorecard import read_summary

    return read_summary(run_folder).withheld


def describe_withheld(run_folder: Path) -> str:
    """How many files were unreadable and how many questions are open: ``1 file unreadable, 2 questions open``."""
    from xhs_toolkit.scorecard import read_summary

    summary = read_summary(run_folder)
    n_unreadable = len(summary.inputs.unreadable) if summary.inputs else 0
    counts = {"file": n_unreadable, "question": len(summary.open)}
    said = {"file": "unreadable", "question": "open"}
    return ", ".join(f"{n} {thing}{'' if n == 1 else 's'} {said[thing]}" for thing, n in counts.items() if n)


def check_again(run: Run) -> None:
    """Tell which files were changed while a run was at work, and check its report once more: it may not be sent."""
    from xhs_toolkit.campaign import read_campaign

    for change in run.changes:
        say(f"  {change} while the run was at work: run again, so that all pages tell of the same files.")
    check_report(run.folder, read_campaign(run.campaign_folder))


def show_progress(progress: Progress) -> None:
    """One line for the beginning and one for the end of a step."""
    step = f"{show_path(progress.campaign_folder)}  {progress.number}/{progress.n_steps}  {progress.step}"
    seconds = "" if progress.state == "running" else f", {progress.seconds:.1f} s"
    say(f"{step}  {STATES[progress.state]}{seconds}")


def show_outcome(outcome: Outcome) -> None:
    """Where the report is, what its money warns of, or what stopped the run."""
    from xhs_toolkit.scorecard import read_summary, warn

    if outcome.run:
        say(f"{show_path(outcome.campaign_folder)}  report: {show_path(outcome.run.folder / 'report.html')}")
        for warning in warn(read_summary(outcome.run.folder)):
            say(f"  {warning}")
        if list_withheld(outcome.run.folder):
            say(f"  through, {describe_withheld(outcome.run.folder)}: xhs check shows what to do.")
        for name in outcome.run.unused:
            say(f"  {name} in the campaign folder was not carried out: name it under notebooks in campaign.yaml.")
        if outcome.run.changes:
            check_again(outcome.run)
        show_verdict(outcome.run.folder)
    else:
        sys.stdout.flush()
        sys.stderr.write(f"{outcome.error}\n")
