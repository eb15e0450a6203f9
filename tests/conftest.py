"""What several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)  # how long a case takes depends on what else the machine does
settings.load_profile("suite")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Genuine exports that lie beside a developer's checkout; absent elsewhere."""
    folder = REPOSITORY.parent / "shared" / "data" / "real"
    if not folder.is_dir():
        pytest.skip("the genuine exports are not on this machine")
    return folder
