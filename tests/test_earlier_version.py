"""What agencies made with the version before still opens: settings, decisions, accepted plan, history, the screen.

``tests/earlier/`` was written by that version: a run of the sample was accepted and remembered, two decisions made.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xhs_toolkit import Work, open_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.history import find_place, read_history
from xhs_toolkit.widgets import CreatorsState
from xhs_toolkit.widgets.shell import read_state


@pytest.fixture(scope="module")
def clients(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier") / "clients"
    shutil.copytree(repository / "tests" / "earlier", folder)
    shutil.copytree(repository / "benchmarks" / "small_campaign" / "data", folder / "kea" / "data")
    return folder


@pytest.fixture(scope="module")
def work(clients: Path) -> Work:
    return open_campaign(clients / "kea")


def test_settings_and_files_open(work: Work) -> None:
    assert (work.campaign.agency.name, work.campaign.objective) == ("Harbour Agency", "awareness")
    assert len(work.notes) == 40


def test_decisions_count(work: Work) -> None:
    assert work.decisions.problems == ()
    rows = work.decisions.rows.set_index("creator_id")
    assert rows["decision"].to_dict() == {"c0debfb4f521314190000000": "keep", "c0de3d9125604b3e51000002": "drop"}
    assert rows["reason"].tolist() == ["met her, 真人", "late twice"]


def test_the_accepted_plan_is_the_one_that_was_accepted(work: Work) -> None:
    plan = work.plan
    assert plan is not None
    assert (plan.version, plan.hash[:12], len(plan.roster)) == (1, "0556e03d35ae", 26)
    assert {"exposure", "views", "engagement"} <= set(plan.forecast["metric"])


def test_the_history_is_remembered(work: Work, clients: Path) -> None:
    assert work.memory.problems == ()
    remembered = read_history(find_place(work.campaign))
    assert (remembered.rows.num_rows, remembered.problems) == (40, ())
    assert main(["history", "--at", str(clients)]) == 0


def test_what_was_set_on_the_screen_is_set(clients: Path) -> None:
    assert read_state(clients / "kea", "creators", default=CreatorsState()).tiers == ("KOC",)


def test_check_shows_it(clients: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(clients / "kea")]) == 0
    assert "Kea Outdoor" in capsys.readouterr().out
