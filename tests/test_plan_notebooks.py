"""The notebooks of the plan, run as the user runs them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from xhs_toolkit.campaign import read_campaign, write_new_campaign
from xhs_toolkit.cli.verbs import write_report
from xhs_toolkit.plans import PROPOSED, accept_plan, read_plan
from xhs_toolkit.runs import run_campaign

pytestmark = pytest.mark.xdist_group("notebooks")
STEPS = ("1_objectives", "4_roster")


def run(repository: Path, folder: Path) -> Path:
    """Run the plan's notebooks only, and return the folder of the run."""
    notebooks = [repository / "notebooks" / f"{step}.ipynb" for step in STEPS]
    return run_campaign(folder, notebooks=notebooks, write_report=write_report).folder


def read_words(report: Path) -> str:
    text = re.sub(r"data:image[^\"]*", "", report.read_text(encoding="utf-8"))
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture(scope="module")
def sample_run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "campaign"
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    return run(repository, folder)


def test_the_plan_is_told_in_both_languages(sample_run: Path) -> None:
    english, chinese = (read_words(sample_run / name) for name in ("report.html", "report.zh.html"))
    assert "the plan leans on large creators (KOL)" in english
    assert "方案以KOL为主" in chinese
    assert "This is the best choice there is under the rules" in english
    assert "在现有规则下这是最优选择" in chinese


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


def test_accepting_the_run_keeps_what_it_proposed(sample_run: Path) -> None:
    folder = sample_run.parents[1]
    accept_plan(folder)
    stored = pd.read_parquet(sample_run / "tables" / "4_roster_roster.parquet")
    assert read_plan(folder).roster["creator_id"].tolist() == stored["creator_id"].tolist()


def test_nothing_is_warned_of(sample_run: Path) -> None:
    paths = list((sample_run / "notebooks").glob("*.ipynb"))
    cells = [cell for path in paths for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert {path.stem for path in paths} == set(STEPS)
    assert [output for output in outputs if output["output_type"] in {"stream", "error"}] == []


def test_a_new_campaign_has_a_plan_in_shares_and_no_roster(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    write_new_campaign(folder)
    done = run(repository, folder)
    words = read_words(done / "report.html")
    assert "the plan is in shares and not in money" in words
    assert "No roster: campaign.yaml has no budget" in words
    assert not (done / PROPOSED).exists()
    page = json.loads((done / "pages" / "4_roster.json").read_text(encoding="utf-8"))
    assert [block["kind"] for block in page["blocks"]] == ["skipped"]
