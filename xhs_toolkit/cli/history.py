"""``xhs history``: what the agency remembers of finished campaigns, and adding one to it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.history import History

NOTES = "6_results_notes.parquet"
"""The campaign's notes as the results step wrote them."""

BENCHMARKS = ["tier", "category", "format", "metric", "q50", "n_notes", "n_creators", "n_clients", "n_campaigns"]
FORECASTS = ["metric", "tier", "coverage_share", "bias_ratio", "n_notes", "n_creators", "n_campaigns"]


def add_history(commands: Any) -> None:
    """Add ``xhs history`` and its ``add`` and ``remove`` to the verbs."""
    from xhs_toolkit.bundled import list_languages

    text = "Show what was usual in the agency's finished campaigns, and how their forecasts fared."
    command: argparse.ArgumentParser = commands.add_parser("history", help=text, description=text)
    command.add_argument("--at", type=Path, default=Path(), metavar="FOLDER", help="where agency.yaml lies (here)")
    command.add_argument("--language", choices=list_languages(), default="en")
    command.set_defaults(verb=history_verb)
    verbs = command.add_subparsers(metavar="VERB", dest="action")
    about = "Remember a campaign's latest run, without names; adding it again replaces what was remembered of it."
    for name, told in (("add", about), ("remove", "Take a campaign out of the history.")):
        verbs.add_parser(name, help=told, description=told).add_argument("folder", type=Path)
    about = "Write what an earlier version remembered anew, so that no public page is found in it."
    verbs.add_parser("coarsen", help=about, description=about)


def history_verb(at: Path, language: str, action: str | None = None, folder: Path | None = None) -> int:
    """Show the history, or add a campaign to it or take one out of it."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.verbs import say

    if action == "coarsen":
        lines = iter([_word(Finding("history.coarsened", {"n_files": coarsen(_find_agency(at))}), language)])
    elif folder is None:
        lines = _describe_history(_find_agency(at), language)
    else:
        change = add_campaign if action == "add" else remove_campaign
        lines = iter([_word(change(read_campaign(folder)), language)])
    for line in lines:
        say(line)
    return 0


def add_campaign(campaign: Campaign) -> Finding:
    """Add a campaign's latest complete run to the history of its agency."""
    import pandas as pd

    from xhs_toolkit import history
    from xhs_toolkit.plans import read_plan
    from xhs_toolkit.runs import find_latest_run
    from xhs_toolkit.scorecard import read_summary

    path = find_latest_run(campaign.folder) / "tables" / NOTES
    if not path.is_file():
        fix = "put the campaign's notes into data/ and run it again"
        raise CampaignError("There is nothing to remember.", [Problem("its latest run has no results", fix)])
    notes = pd.read_parquet(path)
    told = read_summary(path.parent.parent).outcomes
    brought = {outcome.metric: outcome.attributed.value for outcome in told}
    name = history.add_campaign(notes, campaign=campaign, plan=read_plan(campaign.folder), brought=brought)
    return Finding("history.added", {"x": name, "n_notes": len(notes)})


def remove_campaign(campaign: Campaign) -> Finding:
    """Take a campaign out of the history of its agency."""
    from xhs_toolkit import history

    return Finding("history.removed" if history.remove_campaign(campaign) else "history.not_there")


def coarsen(agency: Campaign) -> int:
    """Write the agency's files of earlier versions anew; return how many."""
    from xhs_toolkit.history import coarsen_history, find_place

    return coarsen_history(find_place(agency))


def _find_agency(folder: Path) -> Campaign:
    """A campaign that stands for the agency: its ``agency.yaml`` is the nearest one here or above."""
    from xhs_toolkit.campaign import Campaign, read_agency

    here = folder.resolve()
    if not here.is_dir():
        raise CampaignError(f"There is no folder {folder}.")
    home = next((each for each in (here, *here.parents) if (each / "agency.yaml").is_file()), here)
    return Campaign(folder=home / "campaign", agency=read_agency(home))


# ---------------------------------------------------------------------------------------- showing


def _word(finding: Finding, language: str) -> str:
    from xhs_toolkit.present.wording import say

    return say(finding, language=language)


def _describe_history(agency: Campaign, language: str) -> Iterator[str]:
    from xhs_toolkit.history import find_place, list_earlier, read_history

    place = find_place(agency)
    found = read_history(place)
    if earlier := list_earlier(place):
        yield _word(Finding("history.exact", {"n_files": len(earlier)}), language)
    if found.rows.num_rows:
        counts = {"n_campaigns": found.n_campaigns, "n_clients": found.n_clients, "n_notes": found.rows.num_rows}
        yield _word(Finding("history.summary", {**counts, "synthetic": found.is_synthetic}), language)
        yield from _describe_benchmarks(found, language)
        yield from _describe_forecasts(found, language)
    else:
        yield _word(Finding("history.empty"), language)
    yield from (f"  - {problem}" for problem in found.problems)


def _describe_benchmarks(found: History, language: str) -> Iterator[str]:
    from xhs_toolkit.history import MIN_CLIENTS, SETTLED_DAYS, summarise_benchmarks
    from xhs_toolkit.present.wording import label

    cells = summarise_benchmarks(found.rows)
    shown = cells[cells["is_shown"]].rename(columns={"q25": "q50_low", "q75": "q50_high"})
    least = {"n_clients": MIN_CLIENTS}
    if shown.empty:
        yield "\n" + _word(Finding("history.no_benchmarks", least), language)
        return
    yield "\n" + _word(Finding("history.caption_benchmarks", {**least, "n_days": int(SETTLED_DAYS)}), language)
    every = {"all": label("of_all_categories", language=language)}
    yield write_table(shown.assign(category=shown["category"].replace(every)), columns=BENCHMARKS, language=language)
    if len(shown) < len(cells):
        yield _word(Finding("history.hidden", {**least, "n_cells": len(cells) - len(shown)}), language)


def _describe_forecasts(found: History, language: str) -> Iterator[str]:
    from xhs_toolkit.forecast import score_history
    from xhs_toolkit.history import list_forecasts

    forecasts = list_forecasts(found.rows)
    if forecasts.empty:
        yield "\n" + _word(Finding("history.no_forecasts"), language)
        return
    yield "\n" + _word(Finding("history.caption_forecasts"), language)
    yield write_table(score_history(forecasts), columns=FORECASTS, language=language)
    yield from (_word(finding, language) for finding in (*_list_totals(found), *_list_corrections(forecasts)))


def _list_totals(found: History) -> Iterator[Finding]:
    from xhs_toolkit.history import list_campaign_totals

    totals = list_campaign_totals(found.rows)
    inside = totals["observed"].between(totals["p10"], totals["p90"])
    for metric, part in inside.groupby(totals["metric"]):
        counts = {"n_inside": int(part.sum()), "n_campaigns": len(part)}
        yield Finding("history.totals", {"metric": metric, **counts})


def _list_corrections(forecasts: pd.DataFrame) -> Iterator[Finding]:
    from xhs_toolkit.forecast import MIN_CAMPAIGNS, learn_corrections
    from xhs_toolkit.history import MIN_CLIENTS

    table = learn_corrections(forecasts).table
    if table.empty:
        counts = {"n_campaigns": forecasts["campaign_key"].nunique(), "n_clients": MIN_CLIENTS}
        yield Finding("history.no_corrections", {**counts, "n_needed": MIN_CAMPAIGNS})
    for row in table.rename(columns={"tier": "x", "ratio": "bias_ratio", "stretch": "width_ratio"}).to_dict("records"):
        yield Finding("history.correction", {str(name): value for name, value in row.items()})


def write_table(frame: pd.DataFrame, *, columns: list[str], language: str) -> str:
    """Write a frame as aligned text, as wide as a Chinese character is."""
    from xhs_toolkit.present.tables import make_display_table

    shown = make_display_table(frame, columns=columns, language=language)
    rows = [list(shown.columns), *shown.to_numpy().tolist()]
    widths = [max(map(_measure, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  " + "  ".join(map(_pad, row, widths)).rstrip() for row in rows)


def _measure(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _measure(text))
