"""Proposed by a run, accepted by a person, never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign, write_new_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.plans import _hash, accept_plan, read_plan, write_proposed_plan
from xhs_toolkit.runs import find_latest_run
from xhs_toolkit.runs.folder import write_manifest
from xhs_toolkit.scorecard import describe_accepted, write_plan

NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


def propose(folder: Path, *, price_cny: float, run: str = "2026-07-01T080000Z") -> None:
    """Write what a run would leave behind."""
    run_folder = folder / "runs" / run
    run_folder.mkdir(parents=True, exist_ok=True)
    roster = pd.DataFrame(
        {"creator_id": ["a"], "creator_name": ["示例"], "format": ["image"], "price_cny": [price_cny]}
    )
    roster = roster.assign(cost_cny=1.1 * price_cny, views_p50=None)
    forecast = pd.DataFrame({"metric": ["views"], "p10": [1.0], "p50": [2.0], "p90": [3.0]})
    write_proposed_plan(run_folder, roster=roster, forecast=forecast, assumptions={"fee_rate": 0.1})
    (run_folder / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "runs" / "latest.txt").write_text(run, encoding="utf-8")


def test_an_accepted_plan_reads_back_as_it_was(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    path = accept_plan(tmp_path, now=NOW)
    assert path == tmp_path / "plans" / "v1" / "plan.json"
    plan = read_plan(tmp_path)
    assert (plan.version, plan.accepted_at, plan.previous_hash) == (1, "2026-07-01T09:30:00+00:00", None)
    assert plan.roster.loc[0, ["creator_name", "price_cny", "cost_cny"]].tolist() == ["示例", 500, 550]
    assert plan.roster["views_p50"].isna().all()
    assert plan.forecast["p50"].tolist() == [2.0]
    assert plan.assumptions == {"fee_rate": 0.1}
    assert len(plan.hash) == 64


def test_a_later_acceptance_is_a_new_version_and_the_same_one_is_not(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    first = accept_plan(tmp_path, now=NOW)
    assert accept_plan(tmp_path) == first
    before = first.read_bytes()
    propose(tmp_path, price_cny=600, run="2026-07-02T080000Z")
    second = accept_plan(tmp_path)
    assert second.parent.name == "v2"
    assert first.read_bytes() == before
    assert read_plan(tmp_path).previous_hash == read_plan(tmp_path, version=1).hash
    with pytest.raises(CampaignError, match="no such plan"):
        read_plan(tmp_path, version=3)


def test_a_run_after_it_says_what_was_accepted_and_not_what_it_proposes(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    accept_plan(tmp_path, now=NOW)
    propose(tmp_path, price_cny=600, run="2026-07-02T080000Z")
    accepted, proposed = read_plan(tmp_path), read_plan(tmp_path).roster.assign(cost_cny=660.0)
    told = {}
    for plan in (accepted, None):
        parts = {"accepted": plan, "campaign": Campaign(folder=tmp_path), "options": pd.DataFrame(), "findings": ()}
        summary = write_plan(tmp_path / "runs", chosen=proposed, totals=accepted.forecast, **parts)
        told[plan is None] = summary.plan.cost.cny, [finding.values for finding in describe_accepted(summary)]
    assert told == {False: (550, [{"version": 1, "n_creators": 1, "cost_cny": 550}]), True: (660, [])}


def test_a_plan_changed_by_hand_is_refused(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    path = accept_plan(tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["roster"][0]["price_cny"] = 400
    path.chmod(0o644)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CampaignError, match="was changed"):
        read_plan(tmp_path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CampaignError, match="cannot be read"):
        read_plan(tmp_path)


def rehash(path: Path, **changes: object) -> None:
    """Change a plan as somebody would who knows how its hash is made."""
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    content.pop("hash")
    path.chmod(0o644)
    path.write_text(json.dumps(content | {"hash": _hash(content)}), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("plans/v1/plan.json", "plans/v1: is not what runs/2026-07-01T080000Z/proposed_plan.json proposes"),
        ("plans/v2/plan.json", "plans/v2: is not what runs/2026-07-02T080000Z/proposed_plan.json proposes"),
        ("runs/2026-07-02T080000Z/proposed_plan.json", "plans/v2: is not what runs"),
    ],
)
def test_the_chain_finds_a_plan_or_proposal_that_was_changed_and_hashed_again(
    tmp_path: Path, file: str, said: str
) -> None:
    for number in (1, 2):
        propose(tmp_path, price_cny=500 + number, run=f"2026-07-0{number}T080000Z")
        accept_plan(tmp_path, now=NOW)
    rehash(tmp_path / file, roster=[], content_hash="0" * 64)
    with pytest.raises(CampaignError, match=said):
        read_plan(tmp_path)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_was_deleted_is_missed(version: int, tmp_path: Path) -> None:
    for number in (1, 2):
        propose(tmp_path, price_cny=500 + number, run=f"2026-07-0{number}T080000Z")
        accept_plan(tmp_path, now=NOW)
    (tmp_path / "plans" / f"v{version}" / "plan.json").unlink()
    with pytest.raises(CampaignError, match=f"plans/v{version}: is not there any more"):
        read_plan(tmp_path)


def test_plans_without_a_ledger_still_open(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    accept_plan(tmp_path, now=NOW)
    (tmp_path / "plans" / "accepted.txt").unlink()
    assert read_plan(tmp_path).version == 1


def test_a_plan_hashed_again_without_its_proposal_is_not_the_accepted_one(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    path = accept_plan(tmp_path, now=NOW)
    (tmp_path / "runs" / "2026-07-01T080000Z" / "proposed_plan.json").unlink()
    rehash(path, roster=[])
    with pytest.raises(CampaignError, match=r"plans/v1: is not what accepted\.txt says"):
        read_plan(tmp_path)


def test_a_proposal_hashed_again_before_it_is_accepted_is_noticed(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    run = tmp_path / "runs" / "2026-07-01T080000Z"
    write_manifest(run, about={}, steps=[])
    rehash(run / "proposed_plan.json", roster=[])
    with pytest.raises(CampaignError, match="is not what the run proposed when it ended"):
        accept_plan(tmp_path)


def test_a_proposal_that_was_edited_is_not_accepted(tmp_path: Path) -> None:
    propose(tmp_path, price_cny=500)
    path = tmp_path / "runs" / "2026-07-01T080000Z" / "proposed_plan.json"
    path.write_text(path.read_text(encoding="utf-8").replace(": 500", ": 50"), encoding="utf-8")
    with pytest.raises(CampaignError, match="is not what was written"):
        accept_plan(tmp_path)


@pytest.mark.parametrize("pointer", [b"../../other/runs/x", b"..", b"\xff\xfe\x00\x01", b"/etc", b"a\\b", b"linked"])
def test_a_pointer_never_leads_out_of_the_campaign(tmp_path: Path, pointer: bytes) -> None:
    folder = tmp_path / "kea"
    propose(folder, price_cny=500)
    propose(tmp_path / "other", price_cny=700, run="x")
    (folder / "runs" / "linked").symlink_to(tmp_path / "other" / "runs" / "x")
    (folder / "runs" / "latest.txt").write_bytes(pointer)
    with pytest.raises(CampaignError, match="leads to no folder in runs/"):
        accept_plan(folder)
    with pytest.raises(CampaignError, match="leads to no folder in runs/"):
        find_latest_run(folder)


def test_nothing_accepted_and_nothing_to_accept(tmp_path: Path) -> None:
    assert read_plan(tmp_path) is None
    with pytest.raises(CampaignError, match="no plan to accept"):
        accept_plan(tmp_path)
    propose(tmp_path, price_cny=500)
    (tmp_path / "runs" / "2026-07-01T080000Z" / "proposed_plan.json").unlink()
    with pytest.raises(CampaignError, match="proposed no roster"):
        accept_plan(tmp_path)


def test_the_verb_accepts_and_says_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "campaign"
    write_new_campaign(folder)
    propose(folder, price_cny=500)
    assert main(["plan", "accept", str(folder)]) == 0
    assert "Plan 1" in (said := capsys.readouterr().out)
    assert "1 placements for 550 CNY" in said
    assert main(["plan", "accept", str(folder), "--run", "nothing"]) == 2
    assert "proposed no roster" in capsys.readouterr().err
