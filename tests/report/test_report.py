"""The page and the workbook: what a client receives holds no code, no link, and no cell that acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from xhs_toolkit.errors import RunError
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.charts import plot_notes
from xhs_toolkit.present.page import MAX_ROWS, start_page
from xhs_toolkit.report import write_html, write_workbook

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "$\\frac{1}{0}$",
    "\u202eevil",
    "🥾 **bold** [a](javascript:alert(1))",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
]


def make_campaign(**settings: object) -> SimpleNamespace:
    theme = SimpleNamespace(name="walks", name_zh="徒步", keywords=())
    defaults = {
        "client": "Kea <b>Outdoor</b>",
        "name": "Spring & walks",
        "languages": ("en", "zh"),
        "time_zone": "Pacific/Auckland",
        "themes": (theme,),
        "window": SimpleNamespace(start=None, end=None),
        "synthetic": False,
        "agency": SimpleNamespace(name=None),
    }
    return SimpleNamespace(**(defaults | settings))


def make_notes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "title": HOSTILE,
            "creator_name": HOSTILE[::-1],
            "tier": "KOC",
            "theme": ["walks"] * 4 + [None] * 4,
            "views": [10.0, 20, 30, 40, 50, 60, 70, None],
            "cost_cny": 100.0,
            "click_rate": [0.123456] * 7 + [None],
            "click_rate_reason": [""] * 7 + ["no_views"],
            "posted_at": pd.Timestamp("2026-08-05T20:00Z"),
        }
    )


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    page = start_page("6_results", tmp_path / "run", campaign=make_campaign(), language="en")
    page.say(Finding("results.campaign_notes_all", {"n_notes": 8}), kind="answer")
    page.section("evidence")
    notes = make_notes()
    columns = ["title", "creator_name", "theme", "views", "click_rate", "posted_at"]
    page.table("notes", notes, columns=columns, caption=page.count_shown(notes, "views"))
    about = Finding("picture.notes", {"x": "cost_cny", "y": "views", "n_drawn": 7, "n_notes": 8})
    page.picture("notes", plot_notes, notes, about=about, x="cost_cny", y="views")
    page.write()
    return tmp_path / "run"


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_one_report_a_language_the_first_without_a_suffix(run_folder: Path) -> None:
    written = write_html(run_folder, campaign=make_campaign(languages=("zh", "en")))
    assert [path.name for path in written] == ["report.html", "report.en.html"]
    assert dict(read(written[0]).tags)["html"]["lang"] == "zh-CN"
    assert "徒步" in written[0].read_text(encoding="utf-8")
    assert "徒步" not in written[1].read_text(encoding="utf-8")


def test_the_page_runs_nothing_and_loads_nothing(run_folder: Path) -> None:
    for path in write_html(run_folder, campaign=make_campaign()):
        page = read(path)
        names = {tag for tag, _ in page.tags}
        assert not names & {"script", "iframe", "object", "embed", "link", "a", "base", "form"}
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "href", "action", "poster"):
                assert attributes.get(name, "data:image/svg+xml").startswith("data:image/svg+xml"), tag
        assert "http://" not in path.read_text(encoding="utf-8").replace("http://evil.example", "")
        assert str(run_folder.parent) not in path.read_text(encoding="utf-8")


def test_cells_are_shown_as_text(run_folder: Path) -> None:
    words = "".join(read(write_html(run_folder, campaign=make_campaign())[0]).text)
    for cell in HOSTILE:
        assert " ".join(cell.split()) in words
    assert "Kea <b>Outdoor</b>" in words


def test_missing_reads_not_measured_and_times_are_local(run_folder: Path) -> None:
    words = read(write_html(run_folder, campaign=make_campaign())[0]).text
    assert words.count("not measured") == 2
    assert words.count("6 Aug 2026") == len(HOSTILE)


def test_every_picture_and_table_can_be_read_aloud(run_folder: Path) -> None:
    page = read(write_html(run_folder, campaign=make_campaign())[0])
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")
    assert all(attributes.get("scope") == "col" for tag, attributes in page.tags if tag == "th")
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == tags.count("table") == 1
    assert tags.count("h1") == 1


def test_pictures_carry_no_code_and_no_reference(run_folder: Path) -> None:
    for path in (run_folder / "pictures").glob("*.svg"):
        drawn = path.read_text(encoding="utf-8")
        assert "<script" not in drawn
        assert not re.search(r'href="(?!#)', drawn)
        assert "alert" not in drawn


@pytest.mark.parametrize("declared", [True, False])
def test_synthetic_data_says_so_even_if_only_the_file_does(tmp_path: Path, declared: bool) -> None:
    campaign = make_campaign(synthetic=declared)
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    notes = make_notes().assign(synthetic=pd.array([not declared] * len(HOSTILE), dtype="boolean"))
    page.table("notes", notes, columns=["title"], caption=page.count_shown(notes, "views"))
    page.write()
    for path in write_html(tmp_path, campaign=campaign):
        assert "synthetic" in read(path).tags[4][1].values() or any(
            attributes.get("class") == "synthetic" for _, attributes in read(path).tags
        )


def test_a_page_without_marks_is_not_called_synthetic(run_folder: Path) -> None:
    tags = read(write_html(run_folder, campaign=make_campaign())[0]).tags
    assert not any(attributes.get("class") == "synthetic" for _, attributes in tags)


def test_a_run_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="run the campaign first"):
        write_html(tmp_path, campaign=make_campaign())


def test_the_workbook_holds_numbers_and_text_that_stays_text(run_folder: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="reads formulas apart from values")
    book = openpyxl.load_workbook(write_workbook(run_folder, campaign=make_campaign()))
    sheet = book["notes"]
    cells = [cell for row in sheet.iter_rows(min_row=3) for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    assert [row[0].value for row in sheet.iter_rows(min_row=3)][1] == HOSTILE[1]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref


def test_the_workbook_has_every_row_and_missing_is_empty(run_folder: Path) -> None:
    path = write_workbook(run_folder, campaign=make_campaign())
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("notes").to_python()
    header = rows[1]
    views = [row[header.index("views")] for row in rows[2:]]
    assert views == [10, 20, 30, 40, 50, 60, 70, ""]
    assert len(rows) == 2 + len(HOSTILE)


def test_a_long_table_shows_its_first_rows_and_drops_what_was_never_measured(tmp_path: Path) -> None:
    page = start_page("6_results", tmp_path, campaign=make_campaign(), language="en")
    notes = pd.concat([make_notes()] * 3, ignore_index=True).assign(exposure=float("nan"))
    page.table("notes", notes, columns=["title", "views", "exposure"], caption=page.count_shown(notes, "views"))
    assert page.blocks[0]["columns"] == ["title", "views"]
    page.write()
    shown = read(write_html(tmp_path, campaign=make_campaign())[0])
    assert sum(tag == "tr" for tag, _ in shown.tags) == 1 + MAX_ROWS
    assert len(pd.read_parquet(tmp_path / "tables" / "6_results_notes.parquet")) == 24
