"""The built wheel carries the notebooks and templates, and runs the demo away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(repository)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_notebooks_templates_and_the_font(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "xhs_toolkit/_bundled/notebooks/6_results.ipynb" in names
    assert "xhs_toolkit/_bundled/templates/campaign/campaign.yaml" in names
    assert "xhs_toolkit/_bundled/templates/sample_campaign/campaign.yaml" in names
    assert "xhs_toolkit/_bundled/case_studies/jd_sports/exercises.key" in names
    fonts = ("NotoSansSC-Subset.otf", "SourceSans3-Latin-400.woff2", "NotoEmoji-Regular.woff")
    assert {f"xhs_toolkit/present/fonts/{font}" for font in fonts} <= set(names)
    assert "xhs_toolkit/py.typed" in names
    assert not any(name.startswith(("tests/", "shared/")) for name in names)


def test_the_installed_wheel_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """Installed without the checkout on the path; the dependencies are those of this environment."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-X", "utf8", "-m", "xhs_toolkit", "demo", str(tmp_path / "demo")]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reports = list((tmp_path / "demo").rglob("report.html"))
    assert len(reports) == 1
    assert "report.html" in done.stdout
    imported = subprocess.run(
        [sys.executable, "-c", "import xhs_toolkit; print(xhs_toolkit.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert Path(imported.stdout.strip()).is_relative_to(site)
