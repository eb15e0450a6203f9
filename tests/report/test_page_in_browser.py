"""The page as a client's browser shows it: accessible, quiet, no wider than the screen, and printable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_run import make_campaign, write_run

from xhs_toolkit.report import write_html

WIDTHS = {"desktop": 1280, "phone": 390}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("browser") / "kea"
    campaign = make_campaign(folder)
    return write_html(write_run(folder / "runs" / "2026-09-01T103000Z", campaign), campaign=campaign)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_the_page_is_accessible_quiet_and_fits(browser: Any, reports: list[Path], width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for report in reports:
        page = browser.new_page(viewport={"width": width, "height": 900})
        told: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, told=told: told.append(message.text))
        page.on("pageerror", lambda error, told=told: told.append(str(error)))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(report.as_uri())
        assert told == []
        assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in violations] == []
        page.close()


def test_the_page_needs_no_script(browser: Any, reports: list[Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports[0].as_uri())
    assert page.get_by_role("heading", level=1).inner_text().startswith("Spring & walks brought")
    context.close()


def test_the_page_prints_to_a4(browser: Any, reports: list[Path], tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(reports[0].as_uri())
    page.emulate_media(media="print")
    # A4 less the margins of the style sheet, at 96 dots an inch
    page.set_viewport_size({"width": 680, "height": 1000})
    wide = page.evaluate(
        "[...document.querySelectorAll('table, svg, p, h2')]"
        ".filter(e => e.getBoundingClientRect().right > 690).map(e => e.outerHTML.slice(0, 120))"
    )
    assert wide == []
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    page.close()
