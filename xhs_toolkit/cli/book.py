"""``xhs book``: read the campaign book back and bring it up to date, send the client's sheet, take a tracker over."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhs_toolkit.book import Updated
    from xhs_toolkit.book.merge import Row
    from xhs_toolkit.campaign import Campaign


def add_book(commands: Any) -> None:
    """Add ``xhs book FOLDER`` to the verbs."""
    text = "Read the campaign book back and bring it up to date."
    command: argparse.ArgumentParser = commands.add_parser("book", help=text, description=text)
    command.add_argument("folder", type=Path)
    command.add_argument("--from", dest="tracker", type=Path, metavar="FILE", help="take a tracker kept by hand over")
    command.add_argument("--picks", type=Path, metavar="FILE", help="write the client's sheet, to be sent alone")
    command.add_argument("--answers", type=Path, metavar="FILE", help="read the client's answers back")
    command.set_defaults(verb=book_verb)


def book_verb(folder: Path, tracker: Path | None = None, picks: Path | None = None, answers: Path | None = None) -> int:
    """Bring the book up to date and say what it asks; 3 where a question is open."""
    from xhs_toolkit.book import FILE, read_answers, read_tracker, write_picks
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli import verbs

    campaign = read_campaign(folder)
    added, asked = read_tracker(tracker, campaign=campaign) if tracker else ([], ())
    added = [*added, *(read_answers(answers) if answers else ())]
    first = keep_book(campaign, added=added)
    updated = keep_book(campaign) if first.is_read else first  # what is read back changes what all tell together
    written = ", written" if first.is_written or updated.is_written else ""
    verbs.say(f"{verbs.show_path(folder / FILE)}: {len(updated.rows)} rows{written}")
    for problem in (*asked, *updated.problems):
        verbs.say(f"  {'?' if problem.topic else '-'} {problem}")
    if picks:
        verbs.say(f"For the client: {write_picks(picks, updated.rows, language=campaign.languages[0])}")
    return verbs.WITHHELD if any(problem.topic for problem in updated.problems) else 0


def keep_book(campaign: Campaign, *, run_folder: Path | None = None, added: list[Row] | None = None) -> Updated:
    """Read back what people wrote into a campaign's book and write what the files and the latest run tell.

    Parameters
    ----------
    run_folder : a run that is being finished; by default the latest complete one.
    """
    import pandas as pd

    from xhs_toolkit.book import update_book
    from xhs_toolkit.exports import make_latest
    from xhs_toolkit.latest import find_run
    from xhs_toolkit.results.notes import choose_campaign_notes
    from xhs_toolkit.store import open_exports
    from xhs_toolkit.thread import FILE

    tables = open_exports(campaign).tables
    notes, _ = choose_campaign_notes(make_latest(tables["notes"]), placements=tables["placements"], campaign=campaign)
    run = run_folder or find_run(campaign.folder)
    path = run / "tables" / FILE if run else None
    thread = pd.read_parquet(path) if path and path.is_file() else None
    return update_book(campaign, tables, notes=notes, thread=thread, added=added or ())


def read_book_back(folder: Path) -> None:
    """Before a run: what people have written into the book since the last one becomes the run's input."""
    from xhs_toolkit.book import FILE
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.errors import XhsError

    if (folder / FILE).is_file():
        with suppress(XhsError):  # of the settings and of data/: told by the run
            try_book(read_campaign(folder))


def try_book(campaign: Campaign, *, run_folder: Path | None = None) -> None:
    """Keep the book; where it is open elsewhere or damaged, say so: a run goes on with what it said before."""
    from xhs_toolkit.errors import CampaignError

    try:
        keep_book(campaign, run_folder=run_folder)
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")
