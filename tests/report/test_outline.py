"""What the report adds to the pages: the best and weakest notes, the budget, and where each block goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_run import make_campaign, make_notes

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts
from xhs_toolkit.present.charts import N_STANDOUTS
from xhs_toolkit.present.page import start_page
from xhs_toolkit.present.spec import AUDIENCES, INTERNAL
from xhs_toolkit.present.strips import show_chart
from xhs_toolkit.report.outline import make_outline
from xhs_toolkit.report.run import read_chart, read_pages
from xhs_toolkit.scorecard import Money, read_summary, update_summary
from xhs_toolkit.scorecard.summary import MoneySummary

TITLES = ["🥾", "<b>two</b>", "three", "four", "five", "six", "x" * 500]


def write_ranking(folder: Path, campaign: Campaign) -> None:
    page = start_page("6_results", folder, campaign=campaign, language="en")
    ratios = [20.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.01]
    notes = pd.DataFrame(
        {
            **{"title": TITLES, "creator_name": "Ana", "note_id": "64f0", "metric": "views", "measured": 100.0},
            **{"expected": 50.0, "expected_ratio": ratios, "expected_ratio_low": [r / 3 for r in ratios]},
            **{"expected_ratio_high": [r * 3 for r in ratios], "verdict": ["clearly_better"] + ["in_line"] * 6},
        }
    )
    page.picture(charts.standouts(notes))
    counted = page.count_shown(notes, "views")
    page.table("ranking", notes, columns=list(notes), caption=counted, audience=INTERNAL)
    page.say(Finding("limits.no_cause"), audience=("analyst",))
    page.write()


def test_the_best_and_the_weakest_notes_are_told_with_their_evidence(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    write_ranking(tmp_path, campaign)
    (block,) = make_outline(read_pages(tmp_path), campaign=campaign, summary=read_summary(tmp_path)).list_blocks(
        "picture"
    )
    rows = show_chart(read_chart(tmp_path, block), language="zh", names={})["rows"]
    names = [row["name"] for row in rows]
    assert names[:2] == ["Ana", "<b>two</b>"], "a title that cannot be drawn gives way to its creator"
    assert len(names) == 2 * N_STANDOUTS
    assert [row["head"] for row in rows] == ["最好", "", "", "最弱", "", ""]
    assert len(names[-1]) <= 40
    assert "#b3362c" in rows[0]["strip"], "good is red in China"
    assert "<path" in rows[0]["strip"], "and a triangle, so that it is never the colour alone"


def test_each_reads_what_is_written_for_them(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    write_ranking(tmp_path, campaign)
    outline = make_outline(read_pages(tmp_path), campaign=campaign, summary=read_summary(tmp_path))
    kinds = {who: [block["kind"] for block in outline.written_for(who).list_blocks()] for who in AUDIENCES}
    assert kinds == {
        "client": ["picture"],
        "analyst": ["picture", "table", "sentence"],
        "workbook": ["picture", "table"],
    }


@pytest.mark.parametrize(("currency", "rate", "share"), [("CNY", None, 0.5), ("NZD", 4.0, 0.125)])
def test_what_the_campaign_cost_stands_beside_its_budget(
    tmp_path: Path, currency: str, rate: float | None, share: float
) -> None:
    budget = {"amount": 2_000, "currency": currency, "cny_per_unit": rate, "rate_date": rate and "2026-07-01"}
    campaign = make_campaign(tmp_path, budget=budget)
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    page.table("odd", make_notes(), columns=["title"], caption=Finding("caption.groups"))
    page.section("money")
    none = dict.fromkeys(("other_cny", "gst_cny", "committed_cny"))
    page.say(Finding("ledger.total", {"total_cny": 1_000.0, "content_cny": 1_000.0, "ads_cny": 0.0, **none}))
    page.write()
    assert campaign.budget is not None
    kept: dict[str, Any] = dict.fromkeys(("committed", "planned"), Money(cny=None, reason="none"))
    kept |= {"total": Money(cny=1_200.0), "budget": Money(cny=campaign.budget.amount_cny), "overspent": Money(cny=0.0)}
    kept |= {"by_scope": {"content": Money(cny=1_200.0)}, "by_item": {}, "by_state": {}}
    update_summary(tmp_path, money=MoneySummary(**kept))
    told = make_outline(read_pages(tmp_path), campaign=campaign, summary=read_summary(tmp_path)).list_blocks("sentence")
    assert [block["code"] for block in told] == ["ledger.total", "money.against_budget"]
    assert told[1]["values"]["budget_share"] == pytest.approx(1.2 * share)
    assert told[0]["values"]["total_cny"] == 1_200, "headlines are read from the summary, whatever a page holds"
