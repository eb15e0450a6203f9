"""``xhs history``: a finished campaign is added, the history is shown, nothing breaks on the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_history import make_notes, make_plan

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.cli.history import write_table
from xhs_toolkit.history import find_place, read_history
from xhs_toolkit.plans import accept_plan, write_proposed_plan
from xhs_toolkit.scorecard import Figure, update_summary
from xhs_toolkit.scorecard.summary import Outcome

CLIENTS = ("Harbour Tours", "Kea Outdoor", "新西兰乳业")


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "agency.yaml").write_text("history: memory/of campaigns\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def finish(home: Path, client: str, *, seed: int = 0, promised: float | None = None) -> Path:
    """A campaign folder with a complete run, as a run leaves it."""
    folder = home / f"campaign {seed}"
    run = folder / "runs" / "2025-07-01T000000Z"
    (run / "tables").mkdir(parents=True)
    text = f"client: {client}\ncampaign: Autumn\ncategory: travel\nwindow: {{start: 2025-03-01, end: 2025-04-30}}\n"
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    notes = make_notes(24, seed=seed)
    notes.to_parquet(run / "tables" / "6_results_notes.parquet")
    (folder / "runs" / "latest.txt").write_text(run.name, encoding="utf-8")
    if promised:
        plan = make_plan(notes, promised=promised)
        write_proposed_plan(run, roster=plan.roster, forecast=plan.forecast, assumptions={})
        accept_plan(folder)
    return folder


def tell(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["history", *arguments]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_from_finished_campaigns_to_benchmarks_and_scores(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "holds no campaign yet" in tell(capsys)
    for seed, client in enumerate(CLIENTS):
        told = tell(capsys, "add", str(finish(agency, client, seed=seed, promised=5_000)))
        assert "24 notes, without names" in told
    assert len(list((agency / "memory" / "of campaigns").iterdir())) == 3
    told = tell(capsys)
    assert "3 finished campaigns of 3 clients, 72 notes." in told
    lines = [" ".join(line.split()) for line in told.splitlines()]
    views = next(line for line in lines if line.startswith("KOC travel Image Views"))
    assert views.endswith("18 9 3 3")
    assert any(line.startswith("Views All notes") for line in lines)
    assert "Views: 3 of 3 campaigns ended between P10 and P90." in told
    assert "that takes 10 finished campaigns" in told
    assert not any(client in told for client in CLIENTS)
    chinese = tell(capsys, "--language", "zh", "--at", str(agency / "campaign 0"))
    assert "3家客户的3个已结束项目，72篇笔记。" in chinese
    assert "阅读单价" in chinese


def test_two_clients_show_no_benchmark(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, client in enumerate(CLIENTS[:2]):
        tell(capsys, "add", str(finish(agency, client, seed=seed)))
    told = tell(capsys)
    assert "No benchmark can be shown yet: none is fed by 3 clients." in told
    assert "no forecast to score" in told
    assert "¥" not in told


def test_what_a_campaign_could_call_its_own_is_kept_from_its_summary(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = finish(agency, CLIENTS[0])
    leads = Outcome(metric="leads", attributed=Figure(value=40, unit="leads"), trade=Figure(value=60, unit="leads"))
    update_summary(next((folder / "runs").glob("2025*")), outcomes=(leads,))
    tell(capsys, "add", str(folder))
    rows = read_history(find_place(read_campaign(folder))).rows.to_pandas()
    assert rows["leads_in_all"].unique().tolist() == [40]
    assert rows["orders_in_all"].isna().all()


def test_a_campaign_can_be_taken_out_again(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(finish(agency, CLIENTS[0]))
    tell(capsys, "add", folder)
    assert "no longer in the history" in tell(capsys, "remove", folder)
    assert "was not in the history" in tell(capsys, "remove", folder)


def test_a_damaged_file_is_named_and_the_rest_is_shown(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, client in enumerate(CLIENTS[:2]):
        tell(capsys, "add", str(finish(agency, client, seed=seed)))
    next((agency / "memory" / "of campaigns").iterdir()).write_bytes(b"PAR1")
    told = tell(capsys)
    assert "1 finished campaign of 1 client, 24 notes." in told
    assert "is damaged and was skipped" in told


def test_only_a_finished_campaign_is_added(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = finish(agency, CLIENTS[0])
    (folder / "runs" / "2025-07-01T000000Z" / "tables" / "6_results_notes.parquet").unlink()
    assert "its latest run has no results" in tell(capsys, "add", str(folder), code=2)
    (folder / "runs" / "latest.txt").unlink()
    assert "has no complete run yet" in tell(capsys, "add", str(folder), code=2)
    assert "There is no folder" in tell(capsys, "--at", "nowhere", code=2)
    assert not (agency / "history.key").exists()


def test_columns_stand_in_line_also_in_chinese() -> None:
    import pandas as pd

    frame = pd.DataFrame({"tier": ["KOC", "头部"], "views": [5.0, 12_345.0]})
    lines = write_table(frame, columns=["tier", "views"], language="zh").splitlines()
    assert lines == ["  达人量级  阅读", "  KOC       5", "  头部      1.2万"]


def test_an_earlier_history_is_told_and_coarsened(
    agency: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(repository / "tests" / "earlier" / "history", agency / "memory" / "of campaigns")
    assert "1 file of an earlier version lets public pages be found again" in tell(capsys)
    assert "Written anew, so that no public page is found in them: 1 file." in tell(capsys, "coarsen")
    told = tell(capsys)
    assert "found again" not in told
    assert "1 finished campaign of 1 client" in told
