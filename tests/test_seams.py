"""No two outputs of a run give one fact two values: pages, tables, pictures, summary, report, workbook and deck."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from finished_runs import read_words
from made_cases import CASES, write_case

from xhs_toolkit import open_campaign, results, results_page, scorecard
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.plans import PROPOSED
from xhs_toolkit.present.currency import IN_METRIC, get_client, name_for_client, show_currency
from xhs_toolkit.present.style import format_for_client
from xhs_toolkit.present.wording import name_column, write_figure
from xhs_toolkit.report import read_content, write_report
from xhs_toolkit.report.patterns import find_placeholders

STUDIES = ("megatel", "auckland_airport", "blackmores", "jd_sports")
OWN = ("half the notes boosted", "dollars by a line above, of a third currency")
FACTS = (
    *("exposure", "views", "engagement", "total_cny", "content_cny"),
    *("cost_per_view_cny", "cost_per_organic_view_cny"),
)
Fact = tuple[str, str, Any]


def make_run(folder: Path) -> Path:
    """The results as notebook 6 writes them, as far as they hold money, and what the client gets of them."""
    run_folder = folder / "runs" / "2026-11-30T000000Z"
    work = open_campaign(folder)
    page = work.start_page("6_results", run_folder, language="en")
    found = results.summarise_results(work.raw, latest=work.latest, campaign=work.campaign)
    money = results.summarise_money(found, tables=work.raw, campaign=work.campaign)
    page.say(found.answer, kind="answer")
    results_page.write_totals(page, found)
    results_page.write_money(page, money)
    results_page.write_kfs(page, money)
    judged = {"found": found, "attribution": money.attribution, "plan": None, "campaign": work.campaign}
    targets = scorecard.judge_targets(**judged)
    results_page.write_targets(page, targets)
    results_page.write_evidence(page, found)
    more = {"grid": money.kfs.grid, "targets": targets}
    scorecard.write_results(run_folder, **more, **judged)
    page.write()
    write_report(run_folder, campaign=work.campaign)
    return run_folder


# ---------------------------------------------------------------------------- who tells which fact


def list_facts(run_folder: Path) -> Iterator[Fact]:
    """Fact, output, value, of every output that holds numbers."""
    tables = {path.stem: pd.read_parquet(path) for path in (run_folder / "tables").glob("*.parquet")}
    drawn = {path.stem: pd.read_parquet(path) for path in (run_folder / "pictures").glob("*.parquet")}
    summary = scorecard.read_summary(run_folder)
    yield from _list_sentences(run_folder)
    yield from _list_tables(tables)
    yield from _list_summary(summary)
    if "6_results_money" in drawn:
        money = drawn["6_results_money"].set_index("item")["amount_cny"]
        yield from (("total_cny", "picture", money["total"]), ("total_cny", "bars", money.drop("total").sum()))
    if "6_results_cost_per_view" in drawn:
        told = [each["6_results_" + name] for each, name in ((tables, "groups"), (drawn, "cost_per_view"))]
        for output, frame in zip(("table", "picture"), told, strict=True):
            for row in frame.dropna(subset="cost_per_organic_view_cny").to_dict("records"):
                yield f"{row['dimension']} {row['group']}", output, row["cost_per_organic_view_cny"]
    if summary.plan is not None and summary.plan.n_notes:
        yield from _list_plan(run_folder, summary, tables)


def _list_sentences(run_folder: Path) -> Iterator[Fact]:
    """Of the results' page, and the budget and roster as the pages of the plan say them."""
    for path in (run_folder / "pages").glob("*.json"):
        for block in json.loads(path.read_text(encoding="utf-8"))["blocks"]:
            for said in (block, block.get("headline") or {}):
                code, values = said.get("code", ""), said.get("values", {})
                if code in {"results.answer", "ledger.total", "headline.ledger"}:
                    yield from ((name, code, values.get(name)) for name in FACTS)
                if code == "objectives.answer":
                    yield "budget_cny", code, values["budget_cny"]
                if code in {"roster.answer", "headline.roster", "roster.optimal"}:
                    yield "planned_cny", code, values["cost_cny"]
                    yield "n_planned", code, values.get("n_creators")
                if code == "roster.answer":
                    yield from ((f"planned {level}", code, values[level]) for level in ("p10", "p50", "p90"))


def _list_tables(tables: dict[str, pd.DataFrame]) -> Iterator[Fact]:
    total = tables["6_results_totals"].iloc[0]
    yield from ((name, "totals", total[name]) for name in FACTS)
    targets = tables["6_results_targets"].set_index("metric")["observed"]
    yield from ((name, "targets", targets.get(name)) for name in FACTS)
    grid = tables["6_results_kfs"].set_index("step")
    yield from ((name, "grid", grid.loc["total", name]) for name in FACTS if name in grid)
    yield "total_cny", "grid", grid.loc["total", "spend_cny"]
    if "kfs_content" in grid.index:
        yield "content_cny", "grid", grid.loc["kfs_content", "spend_cny"]
        yield "cost_per_organic_view_cny", "grid", grid.loc["kfs_content", "cost_per_view_cny"]
    tiers = tables["6_results_groups"].query("dimension == 'tier'")
    yield from ((name, "tiers", tiers[name].sum()) for name in ("exposure", "views", "engagement") if total[name] > 0)
    bookings = tables["bookings"]
    paid = bookings.loc[bookings["state"].isin(["posted", "paid"]), "amount_cny"]
    yield "total_cny", "bookings", paid.sum(min_count=1)


def _list_summary(summary: scorecard.Summary) -> Iterator[Fact]:
    yield from ((target.metric, "summary", target.measured) for target in summary.targets if target.metric in FACTS)
    assert summary.money is not None
    assert summary.cost_per_view is not None
    assert summary.notes is not None
    yield "total_cny", "summary", summary.money.total.cny
    for name, split in (("scope", summary.money.by_scope), ("item", summary.money.by_item)):
        known = [each.cny for each in split.values() if each.cny is not None]
        yield "total_cny", f"summary by {name}", sum(known) if known else None
    yield "content_cny", "summary", summary.money.by_scope["content"].cny
    yield "budget_cny", "summary", summary.money.budget.cny
    yield "cost_per_view_cny", "summary money", summary.cost_per_view.all_in.cny
    yield "cost_per_organic_view_cny", "summary money", summary.cost_per_view.content_organic.cny
    figures = summary.notes.figures.items()
    yield from ((name, "summary notes", figure.value) for name, figure in figures if name in FACTS)


def _list_plan(run_folder: Path, summary: scorecard.Summary, tables: dict[str, pd.DataFrame]) -> Iterator[Fact]:
    plan, chosen = summary.plan, tables["4_roster_roster"]
    assert plan is not None
    proposed = json.loads((run_folder / PROPOSED).read_text(encoding="utf-8"))
    options = tables["4_roster_alternatives"].set_index("option").loc["plan"]
    forecast = tables["4_roster_forecast"].set_index("metric").loc["views"]
    thread = tables["thread"]
    yield "planned_cny", "summary", plan.cost.cny
    yield "planned_cny", "summary of creators", sum(each.cost.cny or 0 for each in summary.roster)
    yield "planned_cny", "table", chosen["cost_cny"].sum()
    yield "planned_cny", "options", options["cost_cny"]
    yield "planned_cny", "proposed plan", sum(row["cost_cny"] for row in proposed["roster"])
    yield "n_planned", "summary", plan.n_creators
    yield "n_planned", "table", chosen["creator_id"].nunique()
    yield "n_planned", "thread", thread["on_roster"].sum()
    yield "n_planned", "content", tables["5_content_calendar"]["creator_id"].nunique()
    for level in ("p10", "p50", "p90"):
        yield f"planned {level}", "summary", getattr(plan.forecast["views"], level)
        yield from ((f"planned {level}", name, row[level]) for name, row in (("o", options), ("f", forecast)))


# ---------------------------------------------------------------------------- that they tell the same


def check_run(run_folder: Path) -> dict[str, dict[str, float]]:
    told: dict[str, dict[str, float]] = defaultdict(dict)
    for name, output, value in list_facts(run_folder):
        if value is not None and not pd.isna(value):
            told[name][output] = round(float(value), 6)
    assert {
        name: values for name, values in told.items() if len({round(each, 4) for each in values.values()}) > 1
    } == {}
    campaign = read_campaign(run_folder.parents[1])
    if "total_cny" in told:
        assert len(told["total_cny"]) >= 8, "the facts are looked for where they are"
        grid = pd.read_parquet(run_folder / "tables" / "6_results_kfs.parquet").set_index("step")
        for column in ("spend_cny", "exposure", "views", "engagement"):
            parts, whole = grid[column].drop("total").sum(), grid.loc["total", column]
            assert parts == pytest.approx(whole, abs=1.0) or pd.isna(whole), column
    with show_currency(campaign):
        headline = {name: told[name]["totals"] for name in ("views", "cost_per_view_cny") if "totals" in told[name]}
        for language in campaign.languages:
            end = "" if language == campaign.languages[0] else f".{language}"
            check_words(run_folder, headline, end=end, language=language)
            check_book(run_folder / f"workbook{end}.xlsx", language=language)
    return told


def check_words(run_folder: Path, headline: dict[str, float], *, end: str, language: str) -> None:
    """What comes first says the figures in the client's currency, in all three files; no file leads with CNY."""
    for file in (f"report{end}.html", f"deck{end}.pptx", f"workbook{end}.xlsx"):
        said = " ".join(text for piece in read_content(run_folder / file).pieces for text in piece.cells)
        for name, value in headline.items():
            assert format_for_client(name, value, language=language, beside=False) in said, (file, name)


def check_book(path: Path, *, language: str) -> None:
    """Every amount of the workbook is that of its table, in the client's currency and in CNY."""
    tables = [pd.read_parquet(each) for each in (path.parent / "tables").glob("*.parquet")]
    n_found = 0
    for sheet in openpyxl.load_workbook(path, data_only=True):
        heads, *rows = list(sheet.iter_rows(values_only=True)) or [()]
        cells = pd.DataFrame(rows, columns=pd.Index(heads, dtype=object))
        fitting = [table for table in tables if len(table) == len(cells) and set(heads) <= list_heads(table, language)]
        has_money = [table for table in fitting if set(list_amounts(table, language)) & set(heads)]
        if has_money:
            n_found += 1
            nearest = min(has_money, key=lambda table: len(table.columns))
            assert has_amounts(cells, nearest, language), sheet.title
    assert n_found >= 1


def list_heads(table: pd.DataFrame, language: str) -> set[str]:
    names = {*table, *(f"{name}_cny" if name in IN_METRIC else name_for_client(name) for name in table)}
    return {name_column(name, language=language) for name in names}


def list_amounts(table: pd.DataFrame, language: str) -> dict[str, str]:
    return {name_column(name, language=language): name for name in table if name.endswith("_cny")}


def has_amounts(cells: pd.DataFrame, table: pd.DataFrame, language: str) -> bool:
    """Whether a sheet has a table's amounts, those in the client's currency before those in CNY."""
    client = get_client()
    for head, name in list_amounts(table, language).items():
        if head not in cells:
            continue
        own = name_column(name_for_client(name), language=language)
        wanted = table[name].astype(float).to_numpy()
        for column, rate in ((head, 1), (own, client.cny_per_unit if client else 1)):
            if not np.allclose(cells[column].astype(float) * rate, wanted, equal_nan=True):
                return False
        if client and list(cells).index(own) > list(cells).index(head):
            return False
    return True


def check_trade_words(run_folder: Path) -> None:
    """The page of a finished campaign speaks as the trade does, without the tool's words, and page 1 as its summary."""
    summary = scorecard.read_summary(run_folder)
    wanted = read_bundled_yaml(bundled_folder("templates") / "report" / "trade_words.yaml")
    with show_currency(read_campaign(run_folder.parents[1])):
        for language, name in (("en", "report.html"), ("zh", "report.zh.html")):
            text = read_words(run_folder / name)
            assert [word for word in wanted[language] if word not in text] == []
            assert find_placeholders(text) == []
            for target in summary.targets:
                if target.promised is not None and target.measured is not None:
                    short = write_figure(target.metric, target.measured, language=language)
                    whole = format_for_client(target.metric, target.measured, language=language, beside=False)
                    assert short in text or whole in text, target.metric


@pytest.mark.xdist_group("notebooks")
def test_one_fact_has_one_value_in_the_sample(sample_run: Path) -> None:
    told = check_run(sample_run)
    check_trade_words(sample_run)
    assert {"planned_cny", "n_planned", "planned p50", "budget_cny"} <= set(told)
    assert all(len(told[name]) >= 3 for name in ("planned_cny", "n_planned", "planned p50"))
    summary = scorecard.read_summary(sample_run)
    assert summary.cost_per_view is not None
    costs = summary.cost_per_view.content_organic.cny, summary.cost_per_view.all_in.cny
    assert costs == (pytest.approx(0.0873, abs=5e-4), pytest.approx(0.1078, abs=5e-4))
    verdicts = {target.metric: target.verdict for target in summary.targets}
    assert verdicts["cost_per_view_cny"] == "met"


@pytest.mark.parametrize("name", OWN)
def test_one_fact_has_one_value_in_small_campaigns_and_two_are_found(tmp_path: Path, name: str) -> None:
    run_folder = make_run(write_case(CASES[name], tmp_path))
    check_run(run_folder)
    path = run_folder / "tables" / "6_results_costs.parquet"
    frame = pd.read_parquet(path)
    frame.assign(total_cny=frame["total_cny"] + 1).to_parquet(path, index=False)
    with pytest.raises(AssertionError):
        check_run(run_folder)


@pytest.mark.parametrize("case", [STUDIES[0], *(pytest.param(case, marks=pytest.mark.slow) for case in STUDIES[1:])])
def test_one_fact_has_one_value_in_the_case_studies(repository: Path, tmp_path: Path, case: str) -> None:
    folder = tmp_path / case
    shutil.copytree(repository / "case_studies" / case, folder, ignore=shutil.ignore_patterns("*.ipynb"))
    check_run(make_run(folder))
