"""Fixtures of the report's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_run import make_campaign, write_run

from xhs_toolkit.campaign import Campaign


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return make_campaign(tmp_path / "clients" / "kea")


@pytest.fixture
def run_folder(campaign: Campaign) -> Path:
    return write_run(campaign.folder / "runs" / "2026-09-01T103000Z", campaign)
