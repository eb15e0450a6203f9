"""What each verb of ``xhs`` does. Heavy libraries are imported inside the verbs, so that ``xhs --help`` is quick."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.cli.book import try_book
from xhs_toolkit.cli.report import keep_outcome, write_report
from xhs_toolkit.errors import CampaignError

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


WITHHELD = 3
"""Exit code of a run that is through, but did not read everything."""


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_path(path: Path | str) -> str:
    """A path relative to where the user is, where that is possible; an address in a store as it is."""
    if isinstance(path, str):
        return path
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


def check_verb(
    folder: Path | None, explain: Path | None = None, *, everything: bool = False, anonymous: bool = False
) -> int:
    """Show the campaign and its files as understood; or write how one file would be mapped by hand."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.anonymous import SHOWN, describe_versions, hide_files, hide_problems, make_mask
    from xhs_toolkit.cli.overview import describe_campaign, describe_exports

    if explain is not None:
        return explain_verb(explain, folder)
    if folder is None:
        raise CampaignError("Which campaign? Write xhs check FOLDER, or xhs check --explain FILE.")
    campaign = read_campaign(folder)
    say(describe_campaign(campaign, only=SHOWN if anonymous else ()))
    if not campaign.data_folder.is_dir():
        raise CampaignError(
            f"{show_path(campaign.data_folder)} is missing. Make the folder and put your exports into it."
        )
    from xhs_toolkit.cli.book import list_questions
    from xhs_toolkit.exports import check_own_kinds, make_latest
    from xhs_toolkit.results import keep_ledger
    from xhs_toolkit.store import open_exports

    exports = open_exports(campaign)
    *_, ledger = keep_ledger(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)
    asked = list_questions(campaign, exports.tables)
    problems = [*check_own_kinds(campaign), *exports.problems, *ledger.questions, *asked]
    files = exports.files
    if anonymous:
        mask = make_mask(campaign, files)
        files, problems = hide_files(files, mask=mask), hide_problems(problems, mask=mask)
        say(describe_versions())
    say(describe_exports(files, problems=problems, everything=everything))
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
    from xhs_toolkit.cli.month import run_verb

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
    """Write what the client receives, then what lies in the campaign folder: briefs and book.

    How the files were read is kept now where no step has opened a page.
    """
    from xhs_toolkit.content import place_briefs
    from xhs_toolkit.scorecard import read_summary, write_inputs
    from xhs_toolkit.store import BOOK_FILE, open_exports

    if read_summary(run_folder).inputs is None:
        write_inputs(run_folder, open_exports(campaign))
    write_report(run_folder, campaign)
    place_briefs(campaign.folder, run_folder)
    try_book(campaign, run_folder=run_folder)
    keep_outcome(run_folder, book=campaign.folder / BOOK_FILE)


def add_plan(commands: Any) -> None:
    """Add ``xhs plan accept FOLDER`` to the verbs."""
    text = "Accept the plan that a run proposed."
    verbs = commands.add_parser("plan", help=text, description=text).add_subparsers(metavar="VERB", required=True)
    about = "Write the proposed plan to plans/, dated, hashed and never changed again; a later one is a new version."
    accept: argparse.ArgumentParser = verbs.add_parser("accept", help=text, description=about)
    accept.add_argument("folder", type=Path)
    accept.add_argument("--run", metavar="RUN", help="name of the run that proposed it (the latest)")
    accept.set_defaults(verb=accept_verb)


def accept_verb(folder: Path, run: str | None = None) -> int:
    """Accept the plan of a run and say what was agreed to."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.plans import accept_plan, read_plan

    read_campaign(folder)
    path = accept_plan(folder, run=run)
    plan = read_plan(folder)
    if plan is not None:
        cost = plan.roster["cost_cny"].sum()
        say(f"Plan {plan.version}, accepted {plan.accepted_at}: {len(plan.roster)} placements for {cost:,.0f} CNY.")
        say(f"{show_path(path)}  {plan.hash[:12]}")
    return 0
