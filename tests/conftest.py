"""What several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)  # how long a case takes depends on what else the machine does
settings.load_profile("suite")

REPOSITORY = Path(__file__).resolve().parents[1]
SLOW = "XHS_SLOW_TESTS"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"slow: takes minutes, and runs only where {SLOW} is set")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("slow") and not os.environ.get(SLOW):
        pytest.skip(f"takes minutes: set {SLOW}=1")


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
