"""A copy of the sample campaign, and its pool and notes as the views have them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import Exports, make_latest, read_exports
from xhs_toolkit.widgets import Brought, Explored, explore_notes, explore_pool


@pytest.fixture(scope="session")
def sample(repository: Path) -> tuple[Campaign, Exports]:
    campaign = read_campaign(repository / "templates" / "sample_campaign")
    return campaign, read_exports(campaign.data_folder, campaign=campaign)


@pytest.fixture(scope="session")
def explored(sample: tuple[Campaign, Exports]) -> Explored:
    campaign, exports = sample
    return explore_pool(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)


@pytest.fixture(scope="session")
def brought(sample: tuple[Campaign, Exports]) -> Brought:
    campaign, exports = sample
    return explore_notes(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)


@pytest.fixture
def folder(repository: Path, tmp_path: Path) -> Path:
    target = tmp_path / "kea-spring"
    shutil.copytree(repository / "templates" / "sample_campaign", target)
    return target
