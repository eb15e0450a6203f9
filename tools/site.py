"""Build the site into ``site/``: ``make docs``. English pages from ``docs/``, Chinese ones from ``docs/zh``.

The sample's report, workbook and deck come from the newest run in ``demo/``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from xhs_toolkit.files import find_run, list_campaigns

REPOSITORY = Path(__file__).resolve().parents[1]
LANGUAGES: Mapping[str, tuple[str, ...]] = {"": (), "zh": ("-D", "language=zh_CN", "-D", "html_extra_path=")}
"""Folder of the pages, in ``docs/`` and in the site → what sphinx is told besides."""

NAMED: Mapping[str, str] = {
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Site">',
    "<pre>": '<pre tabindex="0">',
}
"""What the theme leaves without a name, a level or a way in for the keyboard."""


def main() -> int:
    """Build both languages; a page that does not build, or a link that leads nowhere, ends it."""
    docs, site = REPOSITORY / "docs", REPOSITORY / "site"
    shutil.rmtree(site, ignore_errors=True)
    _copy_sample(docs / "_build" / "extra" / "sample")
    for folder, options in LANGUAGES.items():
        _run(["-c", str(docs), *options, str(docs / folder), str(site / folder)])
    for page in site.rglob("*.html"):
        if page.parent.name != "sample":
            text = page.read_text(encoding="utf-8")
            for bare, named in NAMED.items():
                text = text.replace(bare, named)
            page.write_text(text, encoding="utf-8")
    return 0


def _copy_sample(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    run = find_run(list_campaigns([REPOSITORY / "demo"])[0])
    for file in run.iterdir() if run else ():
        if file.suffix in {".html", ".xlsx", ".pptx"}:
            shutil.copy(file, place)


def _run(arguments: Sequence[str]) -> None:
    subprocess.run([sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "-q", *arguments], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
