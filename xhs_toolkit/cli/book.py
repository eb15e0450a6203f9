"""``xhs book``, ``seeding``, ``creators``: the campaign book, its products, and the agency's creators by name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from xhs_toolkit.book import Updated
    from xhs_toolkit.book.media_plan import Seeding
    from xhs_toolkit.book.merge import Row
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.errors import Problem
    from xhs_toolkit.findings import Finding


def add_book(commands: Any) -> None:
    """Add ``xhs book FOLDER`` to the verbs."""
    from xhs_toolkit.bundled import list_languages

    text = "Read the campaign book back and bring it up to date."
    command: argparse.ArgumentParser = commands.add_parser("book", help=text, description=text)
    command.add_argument("folder", type=Path)
    command.add_argument("--from", dest="tracker", type=Path, metavar="FILE", help="take a tracker kept by hand over")
    command.add_argument("--picks", type=Path, metavar="FILE", help="write the client's sheet, to be sent alone")
    command.add_argument("--answers", type=Path, metavar="FILE", help="read the client's answers back")
    command.add_argument("--media-plan", type=Path, metavar="FILE", help="write deliverables by week, with the margin")
    command.add_argument("--for-client", action="store_true", help="the media plan without any cost, fee or margin")
    command.set_defaults(verb=book_verb)
    text = "Show who has a product, who posted, who is to be asked, and what a posted note cost."
    command = commands.add_parser("seeding", help=text, description=text)
    command.add_argument("folder", type=Path)
    command.add_argument("--on", type=date.fromisoformat, default=date.today(), metavar="DAY")
    command.add_argument("--language", choices=list_languages(), default="en")
    command.set_defaults(verb=seeding_verb)


def book_verb(
    folder: Path,
    tracker: Path | None = None,
    picks: Path | None = None,
    answers: Path | None = None,
    media_plan: Path | None = None,
    for_client: bool = False,
) -> int:
    """Bring the book up to date and say what it asks; 3 where a question is open."""
    from xhs_toolkit.book import BOOK_FILE, read_answers, read_tracker, write_picks
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli import verbs

    campaign = read_campaign(folder)
    added, asked = read_tracker(tracker, campaign=campaign) if tracker else ([], ())
    added = [*added, *(read_answers(answers) if answers else ())]
    first = keep_book(campaign, added=added)
    updated = keep_book(campaign) if first.is_read else first  # what is read back changes what all tell together
    written = ", written" if first.is_written or updated.is_written else ""
    verbs.say(f"{verbs.show_path(folder / BOOK_FILE)}: {len(updated.rows)} rows{written}")
    for problem in (*asked, *updated.problems):
        verbs.say(f"  {'?' if problem.topic else '-'} {problem}")
    if picks:
        verbs.say(f"For the client: {write_picks(picks, updated.rows, language=campaign.languages[0])}")
    if media_plan:
        verbs.say(f"Media plan: {_write_plan(media_plan, campaign, updated, for_client=for_client)}")
    return verbs.WITHHELD if any(problem.topic for problem in updated.problems) else 0


def _write_plan(path: Path, campaign: Campaign, updated: Updated, *, for_client: bool) -> Path:
    import pandas as pd

    from xhs_toolkit.book import make_media_plan, write_media_plan
    from xhs_toolkit.plans import ROSTER_COLUMNS, read_plan

    accepted = read_plan(campaign.folder)
    promised = accepted.roster if accepted else pd.DataFrame(columns=list(ROSTER_COLUMNS))
    plan = make_media_plan(updated.rows, promised=promised, campaign=campaign)
    return write_media_plan(path, plan, campaign=campaign, language=campaign.languages[0], for_client=for_client)


def seeding_verb(folder: Path, on: date, language: str = "en") -> int:
    """Print the products of a campaign beside those of the agency's others; 1 where somebody is to be asked."""
    from xhs_toolkit.book import BOOK_FILE, list_seeding, read_book, summarise_seeding
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.campaign.models import list_rates
    from xhs_toolkit.cli.verbs import say
    from xhs_toolkit.present import wording

    campaign = read_campaign(folder)
    others = [path for path in folder.resolve().parent.glob(f"*/{BOOK_FILE}") if path.parent != folder.resolve()]
    earlier = [row for path in others for row in read_book(path).rows.values()]
    rates = {name: rate.cny_per_unit for name, rate in list_rates(campaign).items()}
    rows = list(read_book(folder / BOOK_FILE).rows.values())
    found = summarise_seeding(rows, rates=rates, today=on, earlier=earlier)
    for each in (*list_seeding(found), *_replace(campaign, rows, found)):
        say(wording.say(each, language=language))
    for row in found.follow_up.to_dict("records"):
        mark, product = "!" if row["ask_on"] < on else " ", row["product"] or ""
        say(f"  {mark} {row['ask_on']}  {row['creator_name']}  {product}".rstrip())
    return int(found.n_overdue > 0)


def _replace(campaign: Campaign, rows: list[Row], found: Seeding) -> list[Finding]:
    """Who of the latest run's shortlist is to have a product in place of those who are overdue."""
    import pandas as pd

    from xhs_toolkit.book import choose_replacements
    from xhs_toolkit.book.columns import fold
    from xhs_toolkit.book.people import WHO, read_people, summarise_people
    from xhs_toolkit.decisions import read_decisions
    from xhs_toolkit.errors import list_names
    from xhs_toolkit.files import find_run
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.scorecard import read_summary
    from xhs_toolkit.thread import THREAD_FILE

    run = find_run(campaign.folder)
    paths = [run / "tables" / name for name in ("3_vetting_shortlist.parquet", THREAD_FILE)] if run else []
    if run is None or not found.n_overdue or not all(path.is_file() for path in paths):
        return []
    shortlist, thread = (pd.read_parquet(path) for path in paths)
    dropped = read_decisions(campaign.folder).rows.query("decision == 'drop'")
    silent = summarise_people(read_people(campaign.folder.resolve().parent)).query("n_silent > 0")
    frames = (thread[thread["on_roster"].astype(bool)], dropped, silent, pd.DataFrame(rows))
    named = [frame[name].dropna() for frame in frames for name in WHO if name in frame]
    money = read_summary(run).money
    left = float("nan") if money is None else money.measure_left_cny()
    taken = {fold(name) for names in named for name in names}
    chosen = choose_replacements(shortlist, taken=taken, found=found, remaining_cny=left)
    names = list_names(chosen["creator_name"].tolist(), most=found.n_overdue)
    values = {"names": names, "cost_cny": chosen["cost_cny"].max(), "remaining_cny": left}
    return [Finding("seeding.replace", values) if len(chosen) else Finding("seeding.replace_none")]


def keep_book(campaign: Campaign, *, run_folder: Path | None = None, added: list[Row] | None = None) -> Updated:
    """Read back what people wrote into a campaign's book and write what the files and the latest run tell.

    Parameters
    ----------
    run_folder : a run that is being finished; by default the latest complete one.
    """
    from xhs_toolkit.book import update_book
    from xhs_toolkit.store import open_exports

    tables = open_exports(campaign).tables
    return update_book(campaign, tables, **_gather(campaign, tables, run_folder), added=added or ())


def list_questions(campaign: Campaign, tables: Mapping[str, pd.DataFrame]) -> tuple[Problem, ...]:
    """What the book of a campaign asks as it lies there; nothing is written."""
    from xhs_toolkit.book import BOOK_FILE, ask_book

    if not (campaign.folder / BOOK_FILE).is_file():
        return ()
    return ask_book(campaign, tables, **_gather(campaign, tables))


def _gather(campaign: Campaign, tables: Mapping[str, pd.DataFrame], run_folder: Path | None = None) -> dict[str, Any]:
    """What the book is held against beside the tables: the campaign's notes, and the thread of a run."""
    import pandas as pd

    from xhs_toolkit.exports import make_latest
    from xhs_toolkit.files import find_run
    from xhs_toolkit.results.reference import choose_campaign_notes
    from xhs_toolkit.thread import THREAD_FILE

    notes, _ = choose_campaign_notes(make_latest(tables["notes"]), placements=tables["placements"], campaign=campaign)
    run = run_folder or find_run(campaign.folder)
    path = run / "tables" / THREAD_FILE if run else None
    return {"notes": notes, "thread": pd.read_parquet(path) if path and path.is_file() else None}


def read_book_back(folder: Path) -> None:
    """Before a run: what people have written into the book since the last one becomes the run's input."""
    from xhs_toolkit.book import BOOK_FILE
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.errors import XhsError

    if (folder / BOOK_FILE).is_file():
        with suppress(XhsError):  # of the settings and of data/: told by the run
            try_book(read_campaign(folder))


def try_book(campaign: Campaign, *, run_folder: Path | None = None) -> None:
    """Keep the book; where it is open elsewhere or damaged, say so: a run goes on with what it said before."""
    from xhs_toolkit.errors import CampaignError

    try:
        keep_book(campaign, run_folder=run_folder)
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")


def add_people(commands: Any) -> None:
    """Add ``xhs creators`` and ``xhs forget`` to the verbs."""
    from xhs_toolkit.bundled import list_languages

    text = "Search the agency's creators by name, id, campaign or note; add a campaign's, or a colleague's note."
    creators: argparse.ArgumentParser = commands.add_parser("creators", help=text, description=text)
    creators.add_argument("search", nargs="?", default="", help="what to look for (everybody)")
    creators.add_argument("--add", type=Path, metavar="FOLDER", help="remember a campaign's creators")
    creators.add_argument("--note", metavar="TEXT", help="note something on the creator searched for")
    creators.add_argument("--by", default="", help="who notes it")
    creators.add_argument("--language", choices=list_languages(), default="en")
    creators.set_defaults(verb=creators_verb)
    text = "Forget a creator: take every line of theirs out of the agency's memory."
    forget: argparse.ArgumentParser = commands.add_parser("forget", help=text, description=text)
    forget.add_argument("creator", help="name or id")
    forget.set_defaults(verb=forget_verb)
    for command in (creators, forget):
        command.add_argument("--at", type=Path, default=Path(), metavar="FOLDER", help="where agency.yaml lies (here)")


def creators_verb(
    search: str, at: Path, add: Path | None = None, note: str | None = None, by: str = "", language: str = "en"
) -> int:
    """Add what is to be added and show the creators that were searched for, one a line."""
    from xhs_toolkit.book.people import (
        add_note,
        describe_person,
        find_people,
        read_people,
        summarise_people,
        write_people,
    )
    from xhs_toolkit.cli.verbs import say
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.present import wording

    folder = add.resolve().parent if add else at
    if add:
        write_people(folder, _remember(add))
    if note and search:
        write_people(folder, add_note(folder, creator=search, note=note, by=by, on=date.today()))
    found = summarise_people(find_people(read_people(folder), search))
    for person in found.to_dict("records"):
        told = wording.say(describe_person(person), language=language)
        say(f"{person['creator_name'] or person['creator_id']}: {told}")
    say(wording.say(Finding("people.found", {"n_rows": len(found)}), language=language))
    return 0


def forget_verb(creator: str, at: Path) -> int:
    """Take a creator out of the memory, and say which campaigns' books still name them."""
    from xhs_toolkit.book import BOOK_FILE, read_book
    from xhs_toolkit.book.columns import fold
    from xhs_toolkit.book.people import WHO, forget_person, read_people, write_people
    from xhs_toolkit.cli.verbs import say, show_path

    known = read_people(at)
    left = forget_person(known, creator)
    write_people(at, left)
    say(f"{len(known) - len(left)} lines on {creator} were taken out.")
    for path in sorted(at.glob(f"*/{BOOK_FILE}")):
        if any(fold(row.get(name)) == fold(creator) for row in read_book(path).rows.values() for name in WHO):
            say(f"  {show_path(path)} and that campaign's files still name them: a campaign is its own record.")
    return 0


def _remember(folder: Path) -> pd.DataFrame:
    import pandas as pd

    from xhs_toolkit.book.people import remember_people
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.exports import make_latest
    from xhs_toolkit.plans import ROSTER_COLUMNS, read_plan
    from xhs_toolkit.store import open_exports

    campaign = read_campaign(folder)
    plan = read_plan(folder)
    promised = plan.roster if plan else pd.DataFrame(columns=list(ROSTER_COLUMNS))
    rows, notes = keep_book(campaign).rows, make_latest(open_exports(campaign).tables["notes"])
    return remember_people(campaign, rows, notes=notes, promised=promised, today=date.today())
