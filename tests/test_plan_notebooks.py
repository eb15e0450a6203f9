"""The notebooks of the plan, run as the user runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from finished_runs import read_sentences

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.plans import PROPOSED, accept_plan, read_plan

pytestmark = pytest.mark.xdist_group("notebooks")
STEPS = ("1_objectives", "4_roster")


def test_the_plan_is_told_in_both_languages(sample_run: Path) -> None:
    split, roster = (read_sentences(sample_run, step) for step in STEPS)
    assert "the plan leans on large creators (KOL)" in split["en"]
    assert "KOL为主" in split["zh"]
    assert "This is the best choice there is under the rules" in roster["en"]
    assert "按现有规则，这份名单已是最优" in roster["zh"]


@pytest.mark.parametrize("step", STEPS)
def test_every_picture_is_seen_in_the_notebook(sample_run: Path, step: str) -> None:
    cells = json.loads((sample_run / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))["cells"]
    drawing = [cell for cell in cells if "page.picture(" in "".join(cell["source"])]
    assert len(drawing) >= 2
    for cell in drawing:
        shown = cell["outputs"][-1]["data"]
        assert re.search(
            r'<img src="data:image/svg\+xml;base64,[^"]{1000,}" alt="[^"]{20,}">', "".join(shown["text/html"])
        )
        assert "Figure" not in "".join(shown["text/plain"])


def test_the_proposed_roster_is_within_the_creators_share(sample_run: Path) -> None:
    """Added up here from the proposal's own rows."""
    campaign = read_campaign(sample_run.parents[1])
    proposed = json.loads((sample_run / PROPOSED).read_text(encoding="utf-8"))
    roster = pd.DataFrame(proposed["roster"])
    split = pd.read_parquet(sample_run / "tables" / "1_objectives_split.parquet").set_index("part")["amount_cny"]
    assert roster["cost_cny"].sum() <= split["creators"] + 0.01
    assert split.sum() == pytest.approx(campaign.budget.amount_cny)
    assert roster["creator_id"].is_unique


def test_accepting_the_run_keeps_what_it_proposed(sample_copy: Path) -> None:
    folder = sample_copy.parents[1]
    accept_plan(folder)
    stored = pd.read_parquet(sample_copy / "tables" / "4_roster_roster.parquet")
    assert read_plan(folder).roster["creator_id"].tolist() == stored["creator_id"].tolist()


def test_a_new_campaign_has_a_plan_in_shares_and_no_roster(empty_run: Path) -> None:
    assert "the plan is in shares and not in money" in read_sentences(empty_run, "1_objectives")["en"]
    assert "No roster: campaign.yaml has no budget" in read_sentences(empty_run, "4_roster")["en"]
    assert not (empty_run / PROPOSED).exists()
    page = json.loads((empty_run / "pages" / "4_roster.json").read_text(encoding="utf-8"))
    assert [block["kind"] for block in page["blocks"]] == ["skipped"]
