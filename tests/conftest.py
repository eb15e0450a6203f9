"""What several test modules share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: tests share the cores, where threads only wait

import pytest
from finished_runs import run_notebooks
from hypothesis import settings

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import Exports, make_latest, read_exports

settings.register_profile("suite", deadline=None)  # how long a case takes depends on what else the machine does
settings.load_profile("suite")

REPOSITORY = Path(__file__).resolve().parents[1]
SLOW = "XHS_SLOW_TESTS"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"slow: takes minutes, and runs only where {SLOW} is set")
    os.environ["XHS_KEYS"] = tempfile.mkdtemp(prefix="xhs-keys-")  # no test writes a key into somebody's home


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("slow") and not os.environ.get(SLOW):
        pytest.skip(f"takes minutes: set {SLOW}=1")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Genuine exports that lie beside a developer's checkout; absent elsewhere."""
    return _find_shared("real", "the genuine exports")


@pytest.fixture(scope="session")
def known_data() -> Path:
    """Published cases with published answers that lie beside a developer's checkout; absent elsewhere."""
    return _find_shared("known", "the published cases")


def _find_shared(name: str, what: str) -> Path:
    folder = REPOSITORY.parent / "shared" / "data" / name
    if not folder.is_dir():
        pytest.skip(f"{what} are not on this machine")
    return folder


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium; without one the tests are skipped, or fail where ``XHS_BROWSER`` is ``required``."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    missing = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    if found is None or missing:
        reason = f"not installed: {', '.join(missing)}" if missing else "no Chromium on this machine"
        (pytest.fail if os.environ.get("XHS_BROWSER") == "required" else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


# ------------------------------------------------------------------- the sample campaign at the screen


@pytest.fixture
def folder(repository: Path, tmp_path: Path) -> Path:
    """A copy of the sample campaign."""
    target = tmp_path / "kea-spring"
    shutil.copytree(repository / "templates" / "sample_campaign", target)
    return target


@pytest.fixture(scope="session")
def sample(repository: Path) -> tuple[Campaign, Exports]:
    campaign = read_campaign(repository / "templates" / "sample_campaign")
    return campaign, read_exports(campaign.data_folder, campaign=campaign)


@pytest.fixture(scope="session")
def explored(sample: tuple[Campaign, Exports]) -> Any:
    """The pool as the view of creators has it."""
    from xhs_toolkit.widgets import explore_pool

    campaign, exports = sample
    return explore_pool(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)


@pytest.fixture(scope="session")
def brought(sample: tuple[Campaign, Exports]) -> Any:
    """The notes as the view of results has them."""
    from xhs_toolkit.widgets import explore_notes

    campaign, exports = sample
    return explore_notes(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)


# ------------------------------------------------------------------- finished runs, made once for all who read them


@pytest.fixture(scope="session")
def sample_run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's run of all six notebooks, with a draft that waits for the check of words: read only."""
    folder = tmp_path_factory.mktemp("sample") / "campaign"
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    (folder / "drafts").mkdir()
    (folder / "drafts" / "first.txt").write_text("全网最佳的步道鞋", encoding="utf-8")
    return run_notebooks(folder)


@pytest.fixture(scope="session")
def empty_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a new campaign without a file: read only."""
    from xhs_toolkit.campaign import write_new_campaign

    folder = tmp_path_factory.mktemp("empty") / "new"
    write_new_campaign(folder)
    return run_notebooks(folder)


@pytest.fixture
def sample_copy(sample_run: Path, tmp_path: Path) -> Path:
    """A copy of the sample's run, to be changed."""
    shutil.copytree(sample_run.parents[1], tmp_path / "campaign")
    return tmp_path / "campaign" / "runs" / sample_run.name
