"""Draw the pictures of README and site anew from the newest run in ``demo/``: ``python -m tools.draw_pictures``.

Needs what tests need (a browser), and LibreOffice with poppler for the deck and the workbook. Look at each afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from xhs_toolkit.files import find_run, list_campaigns

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
LANGUAGES: Mapping[str, str] = {"en": "", "zh": ".zh"}
"""Language → what stands before the ending of its files, in a run and in ``docs/``."""

PAGE = {"width": 1200, "height": 900}
N_SLIDES, N_COLUMNS = 4, 2
WIDTH = 1200
"""Of every picture, in pixels."""

COLOURS = 128


def main() -> int:
    """Draw the report's first page, four slides, and the workbook's first sheet, in both languages."""
    run = find_run(list_campaigns([REPOSITORY / "demo"])[0])
    if run is None:
        raise SystemExit("There is no run in demo/. Make one with: make demo")
    for suffix in LANGUAGES.values():
        _draw_page(run / f"report{suffix}.html", to=DOCS / f"report{suffix}.png")
        slides = _draw_office(run / f"deck{suffix}.pptx", n=N_SLIDES)
        _save(_join(list(slides)), to=DOCS / f"deck{suffix}.png")
        _save(next(_draw_office(run / f"workbook{suffix}.xlsx", n=1)), to=DOCS / f"workbook{suffix}.png")
    return 0


def _draw_page(page: Path, *, to: Path) -> None:
    with sync_playwright() as browsers, tempfile.TemporaryDirectory() as folder:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"))  # or the one that playwright keeps
        tab = browser.new_page(viewport=PAGE)  # type: ignore[arg-type]
        tab.goto(page.as_uri())
        tab.screenshot(path=Path(folder) / "page.png")
        browser.close()
        _save(Image.open(Path(folder) / "page.png"), to=to)


def _draw_office(file: Path, *, n: int) -> Iterator[Image.Image]:
    """Give the first pages of a deck or a workbook as LibreOffice prints them."""
    with tempfile.TemporaryDirectory() as folder:
        own = f"-env:UserInstallation={Path(folder).as_uri()}/office"
        _run("soffice", own, "--headless", "--convert-to", "pdf", "--outdir", folder, file)
        _run("pdftoppm", "-png", "-r", "110", "-l", n, Path(folder) / f"{file.stem}.pdf", Path(folder) / "page")
        for page in sorted(Path(folder).glob("page*.png")):
            yield Image.open(page).convert("RGB")


def _join(pages: list[Image.Image]) -> Image.Image:
    width, height = pages[0].size
    sheet = Image.new("RGB", (N_COLUMNS * width, -(-len(pages) // N_COLUMNS) * height), "white")
    for i, page in enumerate(pages):
        sheet.paste(page, (i % N_COLUMNS * width, i // N_COLUMNS * height))
    return sheet


def _save(picture: Image.Image, *, to: Path) -> None:
    width, height = picture.size
    sized = picture.convert("RGB").resize((WIDTH, round(height * WIDTH / width)), Image.Resampling.LANCZOS)
    sized.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


def _run(*command: object) -> None:
    if shutil.which(str(command[0])) is None:
        raise SystemExit(f"{command[0]} is not on this machine: the deck and the workbook cannot be drawn")
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
