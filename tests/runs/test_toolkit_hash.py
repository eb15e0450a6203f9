"""What counts as another toolkit: its source and templates, not the sample, which is a campaign of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xhs_toolkit.runs import reuse


def test_a_run_of_the_sample_is_no_other_toolkit(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(repository / "templates" / "report", tmp_path / "report")
    (tmp_path / "sample_campaign").mkdir()
    monkeypatch.setattr(reuse, "bundled_folder", lambda _: tmp_path)
    before = reuse._hash_toolkit()
    (tmp_path / "sample_campaign" / "bookings.csv").write_text("a\n", encoding="utf-8")
    assert reuse._hash_toolkit() == before
    (tmp_path / "report" / "report.css").rename(tmp_path / "report.css")
    assert reuse._hash_toolkit() != before
