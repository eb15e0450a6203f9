"""Fixtures of the report's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_run import make_campaign, make_logo, write_run

from xhs_toolkit.campaign import Agency, Campaign
from xhs_toolkit.report import write_report


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return make_campaign(tmp_path / "clients" / "kea")


@pytest.fixture
def run_folder(campaign: Campaign) -> Path:
    return write_run(campaign.folder / "runs" / "2026-09-01T103000Z", campaign)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with its report, written once; its files are read only."""
    folder = tmp_path_factory.mktemp("finished") / "clients" / "kea"
    agency = folder.parent / "agency"
    campaign = make_campaign(folder, agency=Agency(folder=agency, logo=make_logo(agency)))
    learned = ("roster.caption_totals",)  # a sentence with below and above
    run_folder = write_run(folder / "runs" / "2026-09-01T103000Z", campaign, learned=learned)
    verdict = write_report(run_folder, campaign=campaign)
    assert verdict.faults == (), "\n".join(map(str, verdict.faults))
    return run_folder
