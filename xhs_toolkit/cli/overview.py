"""What ``xhs check`` prints: the campaign and its files as understood, on one screen."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from xhs_toolkit.campaign import Budget, Campaign, Window
from xhs_toolkit.errors import FILE, TOPICS, Problem, list_lines, list_names
from xhs_toolkit.tables import TABLES

MAX_NAMES = 6
MAX_PROBLEMS = 12
LABEL_WIDTH = 12
AS_OF_WORDS = {
    "file_modified": "the file's date on disk, for nothing in it names a date",
    "file_name": "the day in the file's name",
    "file_properties": "the day the file was made, as it says itself",
}


def describe_campaign(campaign: Campaign, *, only: Sequence[str] = ()) -> str:
    """Return the campaign in words, one setting a line; of `only` these where they are named."""
    lines = {
        "client": f"{campaign.client} (placeholder: set client in campaign.yaml)"
        if campaign.is_placeholder
        else campaign.client,
        "campaign": campaign.name,
        "objective": _join([campaign.objective, campaign.second_objective], " and "),
        "markets": _join(campaign.markets),
        "window": _describe_window(campaign.window),
        "budget": _describe_budget(campaign.budget),
        "category": campaign.category or "not set",
        "themes": _join(theme.name for theme in campaign.themes) or "none",
        "briefs need": _describe_wanted(campaign),
        "names": _describe_names(campaign),
        "languages": _join(campaign.languages),
        "time zone": campaign.time_zone,
        "agency": _describe_agency(campaign),
        "data": "synthetic, and every page says so" if campaign.synthetic else "",
    }
    return "\n".join(_line(label, text) for label, text in lines.items() if text and label in (only or lines))


def _line(label: str, text: str) -> str:
    return f"{label:<{LABEL_WIDTH}}{text}"


def _join(parts: Iterable[str | None], between: str = ", ") -> str:
    return between.join(part for part in parts if part)


def _describe_window(window: Window) -> str:
    if window.start and window.end:
        return f"{window.start} to {window.end}"
    if window.start:
        return f"from {window.start}"
    return f"until {window.end}" if window.end else "every note in data/"


def _describe_budget(budget: Budget | None) -> str:
    if budget is None:
        return "not set"
    if budget.currency == "CNY":
        return f"{budget.amount:,.0f} CNY"
    rate = f"{budget.cny_per_unit:g} CNY a {budget.currency} on {budget.rate_date}"
    return f"{budget.amount:,.0f} {budget.currency} = {budget.amount_cny:,.0f} CNY ({rate})"


def _describe_agency(campaign: Campaign) -> str:
    tiers = _join(f"{tier.name} from {tier.followers_from:,} followers" for tier in campaign.agency.tiers)
    return f"{'agency.yaml' if campaign.agency.folder else 'defaults'}: {tiers}"


def _describe_wanted(campaign: Campaign) -> str:
    """What the client has to be asked before creators can work from their briefs; nothing where it is told."""
    content = campaign.content
    missing = {"the message": not content.message, "selling points with their proof": not content.selling_points}
    asked = _join([name for name, is_missing in missing.items() if is_missing], " and ")
    return f"{asked}: ask the client, and write it under content in campaign.yaml" if asked else ""


def _describe_names(campaign: Campaign) -> str:
    """Which names a report in Chinese characters lacks; nothing where none is wanted, or all are there."""
    if "client_zh" not in {f"client_{language}" for language in campaign.languages}:
        return ""
    told = {"client_zh": campaign.called("zh")[0], "campaign_zh": campaign.called("zh")[1]}
    told |= {f"name_zh of the theme {theme.name}": theme.name_zh or theme.name for theme in campaign.themes}
    missing = [name for name, text in told.items() if not re.search("[\u4e00-\u9fff]", text)]
    return f"not in Chinese yet: {_join(missing)}; write them in campaign.yaml" if missing else ""


# ------------------------------------------------------------------------------------------- files


def describe_exports(files: pd.DataFrame, *, problems: Sequence[Problem], everything: bool = False) -> str:
    """Return each file as understood, then what needs a human.

    Parameters
    ----------
    files : one row a sheet, as `exports.read_exports` gives it.
    problems : what could not be read or needs a person.
    everything : all names and problems, instead of as many as fit on a screen.
    """
    if files.empty:
        return "\ndata/ holds no exports yet. Put your files there as exported; data/README.md says which are read."
    sheets = "\n".join(line for sheet in files.to_dict("records") for line in _describe_sheet(sheet, everything))
    return f"\n{sheets}\n\n{_describe_problems(problems, everything)}"


def _describe_sheet(sheet: Mapping[Any, Any], everything: bool) -> Iterator[str]:
    yield _join([sheet["file"], _text(sheet["sheet"])], " · ")
    if sheet.get("state") == "nothing_to_read":
        yield "  nothing to read"
        return
    if not _text(sheet["kind"]):
        yield "  not recognised: see below"
        return
    n_columns = len(_names(sheet["columns_read"]))
    n_rows, read = _count(sheet["n_rows"], "row"), _count(n_columns, "column")
    yield f"  {sheet['kind']}, {n_rows}{_describe_repeats(sheet)}{_describe_span(sheet)}, {read} read"
    lines = {
        **{f"read as {unit}": names for unit, names in _group_units(sheet["units_assumed"]).items()},
        "figures as of": _describe_moment(sheet),
        "left out": _describe_totals(sheet),
        "guessed, so look": _names(sheet.get("columns_guessed")),
        "not used": [] if everything else _names(sheet["columns_ignored"]),
        "left out as private": [] if everything else _names(sheet["columns_private"]),
    }
    most = sys.maxsize if everything else MAX_NAMES
    yield from (f"  {label}: {list_names(names, most=most)}" for label, names in lines.items() if names)
    yield from _describe_columns(sheet) if everything else ()


def _describe_columns(sheet: Mapping[Any, Any]) -> Iterator[str]:
    """Every header of a sheet with what it means, one a line."""
    tables = [TABLES[sheet["table"]], *TABLES.values()]
    labels = {column.name: column.label_en for table in reversed(tables) for column in table}
    for item in _names(sheet["columns_read"]):
        header, _, column = item.rpartition(" → ")
        yield f"    {header} → {column}" + (f" ({labels[column]})" if column in labels else "")
    for name, meaning in (("columns_ignored", "not read"), ("columns_private", "left out as private")):
        yield from (f"    {header} → {meaning}" for header in _names(sheet[name]))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def _describe_repeats(sheet: Mapping[Any, Any]) -> str:
    """How many notes or creators the rows are about, where some are there in several snapshots."""
    n_different = sheet.get("n_different") or 0
    if not 0 < n_different < sheet["n_rows"]:
        return ""
    return f" ({_count(n_different, sheet['table'].removesuffix('s'))}, some in several snapshots)"


def _describe_moment(sheet: Mapping[Any, Any]) -> list[str]:
    """Where the moment of the figures comes from, unless the file itself says it row by row."""
    sources = _names(sheet.get("as_of_sources"))
    return [AS_OF_WORDS[source] for source in sources if source in AS_OF_WORDS]


def _describe_totals(sheet: Mapping[Any, Any]) -> list[str]:
    n_totals = sheet.get("n_totals") or 0
    return [f"{n_totals:,} totals row" + ("s" if n_totals > 1 else "")] if n_totals else []


def _group_units(listed: object) -> dict[str, list[str]]:
    """``"a: percent; b|paid|image|30: percent"`` → percent: a, b."""
    groups: dict[str, dict[str, None]] = {}
    for name, unit in (item.split(": ", 1) for item in _names(listed)):
        groups.setdefault(unit, {})[name.split("|")[0]] = None
    return {unit: list(names) for unit, names in groups.items()}


def _describe_span(sheet: Mapping[Any, Any]) -> str:
    first, last = sheet["first_date"], sheet["last_date"]
    if pd.isna(first):
        return ""
    return f", {first:%Y-%m-%d}" + (f" to {last:%Y-%m-%d}" if last != first else "")


def _text(value: object) -> str:
    """A text cell; empty where missing."""
    return value if isinstance(value, str) else ""


def _names(listed: object) -> list[str]:
    return [name for name in _text(listed).split("; ") if name]


def _describe_problems(problems: Sequence[Problem], everything: bool) -> str:
    """Files that cannot be read first, then questions, each with its proposal, then what else needs a person."""
    if not problems:
        return "Nothing needs a human."
    unread = [f"  ! {problem}" for problem in problems if problem.topic == FILE]
    asked = [f"  ? {problem}" for problem in problems if problem.topic in TOPICS]
    others = [problem for problem in problems if not problem.topic]
    parts = [
        ["Not read, or cut short; no report is sendable until that is mended or accepted:", *unread] if unread else [],
        ["Questions, each with the answer that is taken until you give another:", *asked] if asked else [],
        _list_problems(others, everything) if others else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _list_problems(problems: Sequence[Problem], everything: bool) -> list[str]:
    chosen = problems if everything else _choose_problems(problems)
    where = ": xhs check --all FOLDER shows them"
    return ["Needs a human:", *list_lines(chosen, most=len(chosen), n=len(problems), where=where)]


def _choose_problems(problems: Sequence[Problem]) -> list[Problem]:
    """As many as fit, file by file in turn, so that one bad file does not hide the others."""
    turns: dict[str | None, int] = {}
    numbered = []
    for place, problem in enumerate(problems):
        turn = turns[problem.file] = turns.get(problem.file, 0) + 1
        numbered.append((turn, place))
    return [problems[place] for place in sorted(place for _, place in sorted(numbered)[:MAX_PROBLEMS])]
