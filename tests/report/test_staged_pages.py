"""The sample campaign for each objective at each stage: what page 1 says, and the page in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from finished_runs import read_words, run_notebooks
from staged_campaigns import CELLS, write_staged

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.scorecard import read_summary

EVERY = 20
WIDTHS = (1200, 390)
RUN = CELLS if os.environ.get("XHS_SLOW_TESTS") else CELLS[4::EVERY]
"""All cells; of an ordinary run the interim report of a campaign for trust."""


@pytest.fixture(scope="module", params=RUN, ids="-".join)
def staged(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    objective, stage = request.param
    folder = tmp_path_factory.mktemp(f"{objective}-{stage}") / "kea"
    write_staged(repository / "templates" / "sample_campaign", folder, objective=objective, stage=stage)
    return objective, stage, run_notebooks(folder)


def test_the_stage_follows_the_files_and_no_promise_is_dropped(staged: Any) -> None:
    objective, stage, run_folder = staged
    summary = read_summary(run_folder)
    assert (summary.objective, summary.stage) == (objective, stage)
    titles = {"proposal": "Proposal", "interim": "Interim report", "final": "Final report"}
    words = read_words(run_folder / "report.html")
    assert words.startswith(titles[stage]) or f" {titles[stage]} " in words
    front = words.split("On this page")[0]
    campaign = read_campaign(run_folder.parents[1])
    called = {"cost_per_view_cny": "Cost per view", "click_rate": "Click-through rate", "sales_cny": "Sales"}
    called |= {"leads": "Enquiries", "qualified_leads": "Qualified enquiries"}
    for metric in campaign.targets.model_dump(exclude_none=True):
        assert called.get(metric, metric.capitalize()) in front


def test_the_page_is_accessible_at_every_width(staged: Any, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for report in sorted(staged[-1].glob("report*.html")):
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(report.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            violations = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in violations] == []
            page.close()


@pytest.mark.parametrize(("objective", "stage"), [("leads", "interim"), ("sales", "proposal")])
def test_a_folder_holds_what_was_known_on_the_day(repository: Path, tmp_path: Path, objective: str, stage: str) -> None:
    sample = repository / "templates" / "sample_campaign"
    campaign = read_campaign(write_staged(sample, tmp_path / "kea", objective=objective, stage=stage))
    exports = read_exports(campaign.data_folder, campaign=campaign)
    last = exports.tables["outcomes"]["date"].max()
    assert str(last)[:10] == {"interim": "2026-08-24", "proposal": "2026-08-02"}[stage]
    posted = exports.tables["notes"]["posted_at"] >= "2026-08-03"
    assert posted.any() == (stage == "interim")
