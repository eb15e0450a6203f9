"""Worlds that several tests look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from xhs_toolkit.teaching import World, make_world
from xhs_toolkit.teaching.sample import SETTINGS, make_sample_world, write_sample


@pytest.fixture(scope="session")
def sample_world() -> World:
    return make_sample_world()


@pytest.fixture(scope="session")
def large_world() -> World:
    settings = replace(SETTINGS, n_koc=400, n_kol=400, n_notes=4_000, n_better=0, everyday_notes=(20, 20))
    return make_world(settings, seed=5)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"))
