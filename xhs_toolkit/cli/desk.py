"""``xhs today`` and ``xhs month``: what to do now, and what a month brought, over all of an agency's campaigns."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhs_toolkit.desk import Month, Today


def add_desk(commands: Any) -> None:
    """Add ``xhs today`` and ``xhs month`` to the verbs."""
    from xhs_toolkit.bundled import list_languages

    texts = {
        "today": "Show what to do now in each campaign, and what its latest run changed.",
        "month": "Show what each client's campaigns promised and reached, a month's notes, and what the agency spent.",
    }
    for name, verb in (("today", today_verb), ("month", month_verb)):
        command: argparse.ArgumentParser = commands.add_parser(name, help=texts[name], description=texts[name])
        command.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="campaigns, or folders of them")
        command.add_argument("--language", choices=list_languages(), default="en")
        command.add_argument("--json", dest="as_json", action="store_true", help="for other programs")
        command.set_defaults(verb=verb)
        if name == "today":
            command.add_argument("--on", type=date.fromisoformat, default=date.today(), metavar="DAY")
            command.add_argument("--page", type=Path, metavar="FILE", help="write a page, too")
        else:
            command.add_argument("--month", default=f"{date.today():%Y-%m}", metavar="2026-09")
            command.add_argument("--currency", help="the agency's own (that of all budgets, else CNY)")
            command.add_argument("--pages", type=Path, metavar="FOLDER", help="write a page a client and the agency's")


def today_verb(
    folders: Sequence[Path], on: date, language: str = "en", as_json: bool = False, page: Path | None = None
) -> int:
    """Print one block a campaign that asks for something; 1 where any does, so that a timer can tell."""
    from xhs_toolkit.cli.verbs import say
    from xhs_toolkit.desk import look_at_campaign, write_today_page
    from xhs_toolkit.files import list_campaigns
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.present import wording

    desk = [look_at_campaign(folder, today=on) for folder in list_campaigns(folders)]
    if as_json:
        say(json.dumps([_describe(each, language) for each in desk], ensure_ascii=False, indent=1))
    else:
        for each in desk:
            _show(each, language)
        quiet = {"n_rows": sum(not each.to_do for each in desk), "n_campaigns": len(desk)}
        say(wording.say(Finding("desk.nothing_to_do", quiet), language=language))
    if page:
        write_today_page(page, desk, today=on, language=language)
    return int(any(each.to_do for each in desk))


def _describe(one: Today, language: str) -> dict[str, Any]:
    from xhs_toolkit.present.wording import say

    lists = {"to_do": one.to_do, "changed": one.changed}
    told = {
        name: [{"code": each.code, "text": say(each, language=language), **each.values} for each in found]
        for name, found in lists.items()
    }
    return {"folder": str(one.folder), "client": one.client, "campaign": one.campaign, "run": one.run, **told}


def _show(one: Today, language: str) -> None:
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.present.wording import say

    if one.to_do or one.changed:
        verbs.say(f"{one.client} · {one.campaign}  ({verbs.show_path(one.folder)})")
    for mark, found in (("!", one.to_do), (" ", one.changed)):
        for each in found:
            verbs.say(f"  {mark} {say(each, language=language)}")


def month_verb(
    folders: Sequence[Path],
    month: str,
    language: str = "en",
    as_json: bool = False,
    currency: str | None = None,
    pages: Path | None = None,
) -> int:
    """Print what was promised, forecast and reached, and the agency's money; write the pages where asked to."""
    from xhs_toolkit.cli import verbs
    from xhs_toolkit.desk import summarise_month, write_month_page
    from xhs_toolkit.files import list_campaigns

    found = summarise_month(list_campaigns(folders), month=month, currency=currency)
    if as_json:
        tables = {name: getattr(found, name) for name in ("posted", "targets", "spent", "named", "words")}
        told = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        verbs.say(json.dumps({"month": month, "currency": found.currency, **told}, ensure_ascii=False, indent=1))
    else:
        _show_month(found, language)
    for problem in found.problems:
        verbs.say(f"  - {problem}")
    if pages:
        pages.mkdir(parents=True, exist_ok=True)
        for path in write_month_page(pages, found, language=language):
            verbs.say(f"  {verbs.show_path(path)}")
    return 0


def _show_month(month: Month, language: str) -> None:
    import pandas as pd

    from xhs_toolkit.cli import verbs
    from xhs_toolkit.desk import show_month, tell_month

    for line in tell_month(month, language=language):
        verbs.say(line)
    with pd.option_context("display.unicode.east_asian_width", True, "display.width", None):
        for table in show_month(month, language=language):
            verbs.say("\n" + pd.DataFrame(table["rows"], columns=table["header"]).to_string(index=False))
