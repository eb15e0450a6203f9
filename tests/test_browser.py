"""The notebooks for exploring, as a person uses them: in JupyterLab and as an app, in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from xhs_toolkit.decisions import read_decisions
from xhs_toolkit.plans import read_plan

pytestmark = pytest.mark.xdist_group("browser")

TOKEN = "explore"  # noqa: S105
SECONDS = 90
WAIT = 1_000 * SECONDS

BENIGN = re.compile(
    r"favicon"  # Voilà has none
    r"|ResizeObserver loop"  # a browser's remark on a layout that settles in two steps
    r"|Autoplay|GroupMarkerNotSet|WebGL"  # of a browser without a screen
    r"|/api/(settings|workspaces|kernels|sessions|contents).*40[34]"  # JupyterLab looks for what is not there yet
    r"|the server responded with a status of 404",
    re.IGNORECASE,
)
"""Lines of the console that say nothing of the views."""


@pytest.fixture(scope="module")
def campaign(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients") / "kea-spring"
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    return folder


def find_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def serve(folder: Path, *options: str) -> Iterator[str]:
    """Start ``xhs lab`` and give its address."""
    port = find_port()
    log = (folder.parent / f"server{'-app' if options else ''}.log").open("w", encoding="utf-8")
    command = [sys.executable, "-m", "xhs_toolkit", "lab", str(folder), "--no-browser", "--port", str(port), *options]
    environment = os.environ | {"JUPYTER_TOKEN": TOKEN, "JUPYTER_CONFIG_DIR": str(folder.parent / "config")}
    server = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address + ("" if options else f"/api?token={TOKEN}"), server)
        yield address
    finally:
        stop(server)
        log.close()


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the command; the server and the kernels that it started end with it."""
    server.terminate()
    server.wait(timeout=SECONDS)
    if sys.platform != "win32":
        wait_until(lambda: not is_there(server.pid))


def is_there(group: int) -> bool:
    """Whether a process of a group runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait until something happened on the disk."""
    for _ in range(10 * SECONDS):
        if happened():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen")


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(10 * SECONDS):
        assert server.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing answers at {address}")


@pytest.fixture(scope="module")
def lab(campaign: Path, browser: Any) -> Iterator[str]:
    yield from serve(campaign)


@pytest.fixture(scope="module")
def app(campaign: Path, browser: Any) -> Iterator[str]:
    yield from serve(campaign, "--app")


class Screen:
    """A page of the browser, and what its console said."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1500, "height": 1400})
        self.page.set_default_timeout(WAIT)
        self.told: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.told.append(f"pageerror: {error}"))

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.told.append(f"{message.text} {message.location.get('url', '')}")

    def open_lab(self, address: str, notebook: str) -> None:
        """Open a notebook in JupyterLab and run all of it through the menu."""
        self.page.goto(f"{address}/lab/tree/explore/{notebook}.ipynb?token={TOKEN}&reset")
        self.run_all()

    def run_all(self) -> None:
        self.page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def open_app(self, address: str, notebook: str) -> None:
        self.page.goto(f"{address}/voila/render/{notebook}.ipynb")

    def field(self, label: str) -> Any:
        """A control by the words before it."""
        widget = self.page.locator(".widget-inline-hbox").filter(
            has=self.page.locator(".widget-label", has_text=re.compile(rf"^{re.escape(label)}$"))
        )
        return widget.locator("input, select, [role=slider], .noUi-handle").last

    def button(self, words: str) -> Any:
        return self.page.get_by_role("button", name=words, exact=True)

    def rows(self, number: int = 0) -> Any:
        return self.page.locator(".xhs-table").nth(number).locator("tbody tr")

    def note(self, number: int = 0) -> str:
        return str(self.page.locator(".xhs-note").nth(number).inner_text())

    def sees(self, act: Any) -> None:
        """Act, and wait until another picture is there."""
        before = self.page.locator("img.xhs-picture").get_attribute("src")
        act()
        self.page.wait_for_function(
            "before => {const image = document.querySelector('img.xhs-picture');"
            "return image && image.src !== before && image.complete}",
            arg=before,
        )

    def reads(self, words: str) -> None:
        """Wait until something stands on the screen."""
        self.page.get_by_text(words).first.wait_for()

    def choose(self, label: str, number: int) -> None:
        """Choose one of a list by its place, as with the keyboard."""
        select = self.field(label)
        value = select.locator("option").nth(number).get_attribute("value")
        select.select_option(value)

    def press(self, label: str, *keys: str) -> None:
        """Press keys on a control."""
        control = self.field(label)
        control.focus()
        for key in keys:
            control.press(key)

    def photograph(self, place: Path) -> None:
        self.page.screenshot(path=place)

    def find_barriers(self, place: str | None = None) -> list[str]:
        """What a person with a screen reader or a keyboard cannot use."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, context=place).response["violations"]
        nodes = [(each["id"], node["html"][:120]) for each in found for node in each["nodes"]]
        return [f"{name}: {html}" for name, html in nodes]

    def close(self) -> None:
        told = [line for line in self.told if not BENIGN.search(line)]
        self.page.close()
        assert not told, told


@pytest.fixture
def photographs(campaign: Path) -> Path:
    folder = campaign.parent / "screens"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def screen(browser: Any, photographs: Path) -> Iterator[Screen]:
    shown = Screen(browser)
    yield shown
    shown.photograph(photographs / "last.png")
    shown.close()


# ---------------------------------------------------------------------------------------- JupyterLab


def test_creators_are_filtered_looked_at_and_decided_on(
    lab: str, screen: Screen, campaign: Path, photographs: Path
) -> None:
    screen.open_lab(lab, "creators")
    screen.reads("244 of 244 creators")
    for label in ("Size", "Place"):
        screen.sees(lambda label=label: screen.choose(label, 0))
    assert "244 of 244" not in screen.note()
    screen.sees(lambda: screen.button("Clear filters").click())
    screen.reads("244 of 244 creators")
    screen.sees(lambda: screen.field("Search").fill("薄荷碎碎念"))
    screen.reads("1 of 244 creators")
    screen.sees(lambda: screen.field("Search").fill(""))
    for label in ("Followers", "Price, CNY"):
        screen.sees(lambda label=label: screen.press(label, "ArrowLeft"))
    screen.sees(lambda: screen.choose("Flags", 1))
    screen.sees(lambda: screen.page.get_by_label("Keep where not known").click())
    screen.sees(lambda: screen.button("Clear filters").click())
    screen.sees(lambda: screen.button("Price").click())
    screen.sees(lambda: screen.button("Followers").click())

    screen.sees(screen.rows().first.click)
    table = screen.page.locator(".xhs-table").first
    table.focus()
    screen.sees(lambda: table.press("ArrowDown"))
    for key in ("ArrowRight", "Tab", "Tab", "Tab"):  # to a head, then past the choice of pictures
        screen.page.keyboard.press(key)
    assert screen.page.evaluate("document.activeElement.textContent") == "keep"
    table.focus()
    name = screen.page.locator(".xhs-table tr.selected td").first.inner_text()
    screen.page.locator("section h2", has_text=name).wait_for()
    screen.reads("checks passed")
    screen.button("drop").click()
    screen.page.get_by_label("Why", exact=True).fill("only reposts")
    screen.page.get_by_label("By", exact=True).fill("Mei")
    screen.button("Save decision").click()
    screen.reads(f"Saved in decisions.csv: drop {name}.")
    screen.photograph(photographs / "lab_creators.png")
    saved = read_decisions(campaign).rows
    assert saved[["decision", "reason", "by"]].iloc[-1].tolist() == ["drop", "only reposts", "Mei"]

    before = table.get_attribute("aria-label")
    picture = screen.page.locator("img.xhs-picture")
    box = picture.bounding_box()
    for share in (0.2, 0.9):  # the cheapest, then the dearest: one of them is not the one that is selected
        picture.click(position={"x": box["width"] * share, "y": box["height"] * 0.85 * (1 - share) + 20})
    wait_until(lambda: not any(name in text for text in screen.page.locator("section h2").all_inner_texts()))
    screen.sees(lambda: screen.button("中文").click())
    screen.reads("244位达人中的244位")
    assert table.get_attribute("aria-label") != before
    screen.photograph(photographs / "lab_creators_zh.png")
    state = json.loads(next(campaign.glob(".explore-*.json")).read_text(encoding="utf-8"))["creators"]
    assert state["picture"] == "price"


def test_what_was_set_outlives_the_kernel_and_the_notebook_stays_clean(
    lab: str, screen: Screen, campaign: Path
) -> None:
    screen.open_lab(lab, "creators")
    screen.reads("244 of 244 creators")
    screen.sees(lambda: screen.field("Search").fill("薄荷碎碎念"))
    screen.reads("1 of 244 creators")
    screen.page.keyboard.press("Control+s")
    screen.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    screen.page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All Cells")).click()
    screen.page.locator(".jp-Dialog .jp-mod-accept").click()
    screen.page.locator(".xhs-note").first.wait_for(state="detached")
    screen.reads("1 of 244 creators")
    file = campaign / "explore" / "creators.ipynb"
    before = file.stat().st_mtime_ns
    screen.page.keyboard.press("Control+s")
    wait_until(lambda: file.stat().st_mtime_ns != before)
    saved = json.loads(file.read_text(encoding="utf-8"))
    cells = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    screen.sees(lambda: screen.field("Search").fill(""))


def test_a_plan_is_changed_compared_and_accepted(lab: str, screen: Screen, campaign: Path, photographs: Path) -> None:
    screen.open_lab(lab, "plan")
    screen.reads("fees included")
    first = screen.page.locator("p b").first.inner_text()
    screen.field("Budget, CNY").fill("40000")
    screen.field("Budget, CNY").press("Tab")
    screen.reads("Settings changed")
    screen.choose("Objective", 1)
    screen.choose("Maximise", 3)
    for label in ("Creators", "Feed ads", "Search ads", "Large creators"):
        screen.press(label, "ArrowRight")
    screen.field("KOL at least").fill("9")
    screen.field("KOL at most").fill("2")
    screen.field("KOL at most").press("Tab")
    screen.button("Recalculate").click()
    screen.reads("at least 9 is more than at most 2")
    screen.field("KOL at least").fill("1")
    screen.field("KOL at least").press("Tab")
    began = time.perf_counter()
    screen.sees(lambda: screen.button("Recalculate").click())
    assert time.perf_counter() - began < 5, "a new plan takes too long"
    screen.reads("P50 before")
    screen.reads("placements are new")
    assert screen.page.locator("p b").first.inner_text() != first
    screen.button("Accept this plan").click()
    screen.button("Yes, accept it").click()
    screen.reads("Accepted as version 1: plans/v1/plan.json")
    screen.photograph(photographs / "lab_plan.png")
    accepted = read_plan(campaign)
    assert accepted is not None
    assert accepted.roster["tier"].eq("KOL").sum() <= 2


def test_results_are_sliced_and_exported(lab: str, screen: Screen, campaign: Path, photographs: Path) -> None:
    screen.open_lab(lab, "results")
    screen.reads("40 of 40 notes")
    for label in ("Size", "Format", "Theme", "Place"):
        screen.sees(lambda label=label: screen.choose(label, 0))
    assert "40 of 40" not in screen.note()
    screen.sees(lambda: screen.button("Clear filters").click())
    screen.sees(lambda: screen.choose("Figure", 1))
    screen.sees(lambda: screen.choose("Group", 1))
    assert screen.rows(1).count() == 2
    screen.sees(screen.rows().first.click)
    screen.button("Pick the recommended").click()
    screen.reads("should bring")
    screen.field("CNY for each note").fill("900")
    screen.field("CNY for each note").press("Tab")
    screen.reads("How the yield falls")
    screen.button("Pick none").click()
    screen.reads("Pick notes in the table")
    screen.page.locator(".xhs-table").first.press("Space")
    screen.reads("¥900 on 1 note should bring")
    screen.button("Picture (png)").click()
    screen.reads("Written: explored/results_time_exposure.png")
    screen.button("Table (xlsx)").click()
    screen.reads("Written: explored/results_time_exposure.xlsx")
    screen.photograph(photographs / "lab_results.png")
    assert (campaign / "explored" / "results_time_exposure.png").read_bytes().startswith(b"\x89PNG")
    screen.button("Against baselines").click()
    screen.reads("can be compared with both")


def test_the_launcher_offers_a_new_campaign_and_its_form_makes_one(
    lab: str, screen: Screen, campaign: Path, photographs: Path
) -> None:
    screen.page.goto(f"{lab}/lab?token={TOKEN}&reset")
    screen.page.locator(".jp-LauncherCard", has_text="New campaign").first.wait_for()
    screen.photograph(photographs / "lab_launcher.png")
    screen.page.locator(".jp-LauncherCard", has_text="New campaign").first.click()
    screen.run_all()
    screen.field("Folder").fill("harbour autumn")
    screen.field("Client").fill("Harbour: Tours")
    screen.field("First day").fill("2026-13-01")
    screen.button("Make the campaign folder").click()
    screen.reads("2026-13-01")
    screen.field("First day").fill("2026-10-01")
    screen.button("Make the campaign folder").click()
    screen.reads("is ready")
    screen.photograph(photographs / "lab_new.png")
    made = [path for path in campaign.parent.glob("*/campaign.yaml") if path.parent != campaign]
    assert [path.parent.name for path in made] == ["harbour-autumn"]
    assert 'client: "Harbour: Tours"' in made[0].read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------------- the app


@pytest.mark.parametrize(
    ("notebook", "words"),
    [("creators", "244 of 244 creators"), ("plan", "fees included"), ("results", "40 of 40 notes")],
)
def test_the_app_shows_the_same_without_code(
    app: str, screen: Screen, photographs: Path, notebook: str, words: str
) -> None:
    screen.open_app(app, notebook)
    screen.reads(words)
    assert screen.page.get_by_text("from xhs_toolkit").count() == 0
    if notebook == "creators":
        screen.sees(lambda: screen.choose("Size", 0))
        screen.sees(screen.rows().first.click)
        screen.reads("checks passed")
        screen.button("keep").click()
        screen.button("Save decision").click()
        screen.reads("Saved in decisions.csv: keep")
        screen.sees(lambda: screen.button("Clear filters").click())
    screen.photograph(photographs / f"app_{notebook}.png")
    assert screen.find_barriers(".xhs-view") == []


def test_the_app_begins_with_the_views_there_are(app: str, screen: Screen) -> None:
    screen.page.goto(app)
    assert screen.page.locator("a b").all_inner_texts() == [
        "Creators · 博主",
        "Plan · 方案",
        "Results · 效果",
        "New campaign · 新建项目",
    ]
    assert screen.find_barriers() == []
    screen.page.get_by_text("New campaign").click()
    screen.button("Make the campaign folder").click()
    screen.reads("Give the folder a name of letters or digits.")
    screen.page.get_by_text("← Campaign").click()
    screen.page.get_by_text("Creators · 博主").wait_for()
