"""``xhs creators`` and ``xhs forget``: the agency's creators by name."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


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
    from xhs_toolkit.book import FILE, read_book
    from xhs_toolkit.book.columns import fold
    from xhs_toolkit.book.people import WHO, forget_person, read_people, write_people
    from xhs_toolkit.cli.verbs import say, show_path

    known = read_people(at)
    left = forget_person(known, creator)
    write_people(at, left)
    say(f"{len(known) - len(left)} lines on {creator} were taken out.")
    for path in sorted(at.glob(f"*/{FILE}")):
        if any(fold(row.get(name)) == fold(creator) for row in read_book(path).rows.values() for name in WHO):
            say(f"  {show_path(path)} and that campaign's files still name them: a campaign is its own record.")
    return 0


def _remember(folder: Path) -> pd.DataFrame:
    import pandas as pd

    from xhs_toolkit.book.people import remember_people
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.book import keep_book
    from xhs_toolkit.exports import make_latest
    from xhs_toolkit.plans import ROSTER_COLUMNS, read_plan
    from xhs_toolkit.store import open_exports

    campaign = read_campaign(folder)
    plan = read_plan(folder)
    promised = plan.roster if plan else pd.DataFrame(columns=list(ROSTER_COLUMNS))
    rows, notes = keep_book(campaign).rows, make_latest(open_exports(campaign).tables["notes"])
    return remember_people(campaign, rows, notes=notes, promised=promised, today=date.today())
