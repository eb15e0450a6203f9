"""The stored case studies as the toolkit reads them, and the worlds they came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from case_frames import Study, read_study


@pytest.fixture(scope="session")
def study(repository: Path) -> Callable[[str], Study]:
    """Read a stored case study once."""
    return lru_cache(maxsize=None)(lambda name: read_study(repository / "case_studies" / name))
