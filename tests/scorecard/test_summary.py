"""The summary of a run: its laws, and that parts are filled without touching the others."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from xhs_toolkit.errors import CampaignError
from xhs_toolkit.scorecard import SUMMARY, Figure, Money, Summary, Target, read_summary, update_summary
from xhs_toolkit.scorecard.summary import Inputs, Notes


def test_a_part_is_filled_and_the_others_stay(tmp_path: Path) -> None:
    update_summary(tmp_path, inputs=Inputs(read=("a.csv",)))
    update_summary(tmp_path, sendable=True)
    summary = read_summary(tmp_path)
    assert summary.inputs == Inputs(read=("a.csv",))
    assert summary.sendable is True
    assert json.loads((tmp_path / SUMMARY).read_text(encoding="utf-8"))["version"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [SUMMARY]


def test_without_a_file_every_part_is_missing(tmp_path: Path) -> None:
    assert read_summary(tmp_path) == Summary()


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 2}', '{"money": 3}'])
def test_a_damaged_or_later_summary_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / SUMMARY).write_text(content, encoding="utf-8")
    with pytest.raises(CampaignError, match=r"summary\.json"):
        read_summary(tmp_path)


def test_missing_needs_a_reason() -> None:
    with pytest.raises(ValidationError, match="needs its reason"):
        Figure(value=None, unit="views")
    with pytest.raises(ValidationError, match="needs its reason"):
        Money(cny=None)
    with pytest.raises(ValidationError):
        Figure(value=float("nan"), unit="views")


@pytest.mark.parametrize(("measured", "verdict"), [(None, "met"), (3.0, "not_measured")])
def test_a_verdict_needs_a_measurement(measured: float | None, verdict: str) -> None:
    with pytest.raises(ValidationError, match="not_measured"):
        Target(metric="leads", unit="leads", promised=5, measured=measured, verdict=verdict, reason="no_file")


@pytest.mark.parametrize(
    ("n", "is_open", "measured", "stage"),
    [
        (None, False, None, "proposal"), (0, False, None, "proposal"), (3, True, 9.0, "interim"),
        (3, False, None, "final"), (None, False, 9.0, "final"),
    ],
)  # fmt: skip
def test_the_stage_follows_from_notes_and_window(
    n: int | None, is_open: bool, measured: float | None, stage: str
) -> None:
    notes = None if n is None else Notes(n=n, n_creators=1, is_open=is_open)
    told = {"verdict": "not_measured", "reason": "no_views"} if measured is None else {"verdict": "no_target"}
    views = Target(metric="views", unit="views", promised=None, measured=measured, **told)
    assert Summary(notes=notes, targets=(views,)).stage == stage


def test_two_steps_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    parts = [{"sendable": True}, {"inputs": Inputs(read=("a.csv",))}, {"targets": ()}]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: update_summary(tmp_path, **parts[number % 3]), range(30)))
    summary = read_summary(tmp_path)
    assert (summary.sendable, summary.inputs) == (True, Inputs(read=("a.csv",)))
    assert [path.name for path in tmp_path.iterdir()] == [SUMMARY]
