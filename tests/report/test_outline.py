"""What the report adds to the pages: the best and weakest notes, and for whom each block is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from made_run import make_campaign

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts
from xhs_toolkit.present.charts import N_STANDOUTS
from xhs_toolkit.present.page import start_page
from xhs_toolkit.present.spec import AUDIENCES, INTERNAL
from xhs_toolkit.present.strips import show_chart
from xhs_toolkit.present.style import STANDING_COLOURS
from xhs_toolkit.report.outline import make_outline
from xhs_toolkit.report.run import read_chart, read_pages
from xhs_toolkit.scorecard import read_summary

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
    (block,) = make_outline(read_pages(tmp_path), summary=read_summary(tmp_path)).list_blocks("picture")
    rows = show_chart(read_chart(tmp_path, block), language="zh", names={})["rows"]
    names = [row["name"] for row in rows]
    assert names[:2] == ["Ana", "<b>two</b>"], "a title that cannot be drawn gives way to its creator"
    assert len(names) == 2 * N_STANDOUTS
    assert [row["head"] for row in rows] == ["最好", "", "", "最弱", "", ""]
    assert len(names[-1]) <= 40
    assert STANDING_COLOURS["good"] in rows[0]["strip"], "as in every language"
    assert "<path" in rows[0]["strip"], "and a triangle, so that it is never the colour alone"


def test_each_reads_what_is_written_for_them(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    write_ranking(tmp_path, campaign)
    outline = make_outline(read_pages(tmp_path), summary=read_summary(tmp_path))
    kinds = {who: [block["kind"] for block in outline.written_for(who).list_blocks()] for who in AUDIENCES}
    assert kinds == {
        "client": ["picture"],
        "analyst": ["picture", "table", "sentence"],
        "workbook": ["picture", "table"],
    }
