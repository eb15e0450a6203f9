"""The documentation site: every page has a place, nothing is asked of another host, nobody is kept out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGES = ("index.html", "tour.html", "how_to/tracker.html", "codebook.html", "zh/index.html", "zh/tour.html")


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_every_page_has_a_place_in_the_table_of_contents(repository: Path, folder: str) -> None:
    root = repository / folder
    listed = set(re.findall(r"^([\w/]+)$", (root / "index.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    own = {path for pattern in ("*.md", "*.ipynb", "how_to/*.md") for path in root.glob(pattern)}
    assert listed == {path.relative_to(root).with_suffix("").as_posix() for path in own} - {"index"}


@pytest.mark.slow
@pytest.mark.skipif("XHS_SLOW_TESTS" not in os.environ, reason="set XHS_SLOW_TESTS=1 to build the site")
def test_the_site_is_built_without_other_hosts_and_without_barriers(repository: Path, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    subprocess.run([sys.executable, "-m", "xhs_toolkit", "demo"], cwd=repository, check=True)
    subprocess.run([sys.executable, "-m", "tools.site"], cwd=repository, check=True)
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((repository / "site" / name).as_uri())
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found] == [], name
    page.close()
    assert [url for url in asked if not url.startswith("file:")] == []
