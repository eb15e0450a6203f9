"""The page: what a client receives holds no code, no link that loads, and can be read by everybody."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from made_run import HOSTILE, make_campaign, make_notes, make_targets, make_totals, write_run

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import RunError
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.page import MAX_ROWS, start_page
from xhs_toolkit.report import write_html
from xhs_toolkit.report.run import clean_text
from xhs_toolkit.scorecard import update_summary
from xhs_toolkit.scorecard.summary import Notes


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

    def count(self, tag: str, **attributes: str) -> int:
        return sum(name == tag and attributes.items() <= found.items() for name, found in self.tags)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def words(page: Reader) -> str:
    return " ".join(" ".join(page.text).split())


def test_one_report_a_language_the_first_without_a_suffix(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, languages=("zh", "en"))
    written = write_html(write_run(tmp_path / "run", campaign), campaign=campaign)
    assert [path.name for path in written] == ["report.html", "report.en.html"]
    assert dict(read(written[0]).tags)["html"]["lang"] == "zh-CN"
    assert "徒步" in words(read(written[0]))
    assert "徒步" not in words(read(written[1]))


def test_the_page_runs_nothing_and_loads_nothing(run_folder: Path, campaign: Campaign) -> None:
    for path in write_html(run_folder, campaign=campaign):
        page = read(path)
        assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "embed", "link", "base", "form"}
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") for name in attributes)
            assert attributes.get("src", "data:image/svg+xml;").startswith("data:image/svg+xml;"), tag
            assert attributes.get("href", "#").startswith("#"), tag
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text.replace("http://evil", "").replace("http://www.w3.org/2000/svg", "")
        assert str(run_folder.parents[2]) not in text
        assert "default-src 'none'" in text


def test_cells_are_shown_as_text(run_folder: Path, campaign: Campaign) -> None:
    said = words(read(write_html(run_folder, campaign=campaign)[0]))
    for cell in HOSTILE:
        assert " ".join(clean_text(cell).split()) in said
    assert not set("\u202e\ue000") & set(said)
    assert "Kea <b>Outdoor</b>" in said


def test_contacts_of_persons_are_left_out(run_folder: Path, campaign: Campaign) -> None:
    said = words(read(write_html(run_folder, campaign=campaign)[0]))
    assert not re.search(r"ana_2026|ana@example|13912345678|555 0199", said)
    assert "加我[…]" in said


def test_missing_reads_not_measured_and_times_are_local(run_folder: Path, campaign: Campaign) -> None:
    page = read(write_html(run_folder, campaign=campaign)[0])
    assert page.text.count("6 Aug 2026") == MAX_ROWS
    assert "Report made 1 Sep 2026" in words(page), "the day of the run"


def test_the_answer_comes_first_then_the_parts_in_order(run_folder: Path, campaign: Campaign) -> None:
    page = read(write_html(run_folder, campaign=campaign)[0])
    places = [attributes["id"] for tag, attributes in page.tags if tag == "section"]
    assert places == ["answer", "content", "next", "method", "glossary"]
    said = words(page)
    order = [said.index("brought 1,350 views"), said.index("promises were kept"), said.index("The evidence")]
    assert order == sorted(order)
    assert said.index("The evidence") < said.rindex("What we learned") < said.rindex("Terms")


@pytest.mark.parametrize(("number", "met", "missed"), [(0, "Met, ", "Missed, "), (1, "达成，", "未达成，")])
def test_the_scorecard_says_in_words_what_was_met(
    run_folder: Path, campaign: Campaign, number: int, met: str, missed: str
) -> None:
    page = read(write_html(run_folder, campaign=campaign)[number])
    statuses = [attributes.get("class") for tag, attributes in page.tags if tag == "li" and "class" in attributes]
    assert statuses == ["met", "met"]
    assert met in words(page)
    update_summary(
        run_folder,
        targets=make_targets(make_totals(make_notes()), make_campaign(campaign.folder, targets={"views": 1e9})),
    )
    assert missed in words(read(write_html(run_folder, campaign=campaign)[number]))


def test_every_picture_and_table_can_be_read_aloud(run_folder: Path, campaign: Campaign) -> None:
    page = read(write_html(run_folder, campaign=campaign)[0])
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")
    assert {attributes.get("scope") for tag, attributes in page.tags if tag == "th"} == {"col", "row", "rowgroup"}
    named = [attributes for tag, attributes in page.tags if tag == "table" and "aria-labelledby" in attributes]
    assert page.count("caption") + len(named) == page.count("table") == 3
    assert page.count("h1") == 1


def test_the_glossary_explains_only_what_occurs(run_folder: Path, campaign: Campaign) -> None:
    said = read(write_html(run_folder, campaign=campaign)[0]).text
    terms = said[said.index("Terms") :]
    assert "Times a note was opened (image) or played (video), as the platform counts it." in terms, "as it was defined"
    assert "When the note was first posted" in terms, "as the codebook knows it"
    assert not any("Whether" in text or "finish" in text for text in terms)


def test_pictures_carry_no_code_and_no_reference(run_folder: Path, campaign: Campaign) -> None:
    page = read(write_html(run_folder, campaign=campaign)[0])
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    drawings = [base64.b64decode(source.partition("base64,")[2]).decode() for source in sources]
    assert any("<path" in drawn for drawn in drawings), "the points are one drawing"
    for drawn in drawings:
        assert "<script" not in drawn
        assert not re.search(r'href="(?!#)', drawn)
        assert "alert" not in drawn


def test_a_run_of_an_earlier_version_is_to_be_made_again(run_folder: Path, campaign: Campaign) -> None:
    path = run_folder / "pages" / "6_results.json"
    page = json.loads(path.read_text(encoding="utf-8"))
    page["blocks"].append({"kind": "picture", "files": {"en": "a.svg"}, "plot": "plot_notes", "alt": {}})
    path.write_text(json.dumps(page), encoding="utf-8")
    with pytest.raises(RunError, match=r"earlier version.*run the campaign again"):
        write_html(run_folder, campaign=campaign)


@pytest.mark.parametrize("declared", [True, False])
def test_synthetic_data_says_so_even_if_only_the_file_does(tmp_path: Path, declared: bool) -> None:
    campaign = make_campaign(tmp_path, synthetic=declared)
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    notes = make_notes().assign(synthetic=pd.array([not declared] * len(make_notes()), dtype="boolean"))
    page.table("posts", notes, columns=["title"], caption=page.count_shown(notes, "views"))
    page.write()
    for path in write_html(tmp_path, campaign=campaign):
        assert read(path).count("p", **{"class": "synthetic"}) == 1


def test_a_page_without_marks_is_not_called_synthetic(run_folder: Path, campaign: Campaign) -> None:
    assert read(write_html(run_folder, campaign=campaign)[0]).count("p", **{"class": "synthetic"}) == 0


def test_a_run_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="run the campaign first"):
        write_html(tmp_path, campaign=make_campaign(tmp_path))


def test_a_long_table_shows_its_first_rows_and_drops_what_was_never_measured(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    notes = pd.concat([make_notes()] * 3, ignore_index=True).assign(exposure=float("nan"))
    page.table("posts", notes, columns=["title", "views", "exposure"], caption=page.count_shown(notes, "views"))
    assert page.blocks[0]["columns"] == ["title", "views"]
    page.write()
    assert read(write_html(tmp_path, campaign=campaign)[0]).count("tr") == 1 + MAX_ROWS
    assert len(pd.read_parquet(tmp_path / "tables" / "6_results_posts.parquet")) == len(notes)


def test_the_agencys_logo_is_embedded(run_folder: Path, campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    agency = campaign.agency.model_copy(update={"folder": tmp_path, "logo": "logo.png", "name": "Agency & Co"})
    page = read(write_html(run_folder, campaign=campaign.model_copy(update={"agency": agency}))[0])
    assert page.count("img", **{"class": "logo"}) == 1
    assert "Agency & Co" in words(page)


def test_a_part_must_be_one_of_the_reports(tmp_path: Path) -> None:
    page = start_page("6_results", tmp_path, campaign=make_campaign(tmp_path), language="en")
    with pytest.raises(ValueError, match="project, content, comparison"):
        page.section("evidence", part="everything")


def test_a_skipped_step_leaves_no_trace(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    page = start_page("4_roster", tmp_path, campaign=campaign, language="en")
    page.section("evidence")
    page.skip(Finding("roster.no_budget"))
    page.write()
    said = words(read(write_html(tmp_path, campaign=campaign)[0]))
    assert "campaign.yaml" not in said
    assert "The evidence" not in said


def test_how_creators_were_vetted_stays_with_the_agency_and_planning_is_brief_once_there_are_results(
    tmp_path: Path,
) -> None:
    campaign = make_campaign(tmp_path)
    for step in ("3_vetting", "4_roster", "6_results"):
        page = start_page(step, tmp_path, campaign=campaign, language="en")
        page.say(Finding("limits.no_cause"), kind="answer")
        marked = make_notes().head(1).assign(title=f"row of {step}")
        page.table("posts", marked, columns=["title", "views"], caption=Finding("caption.groups"))
        page.write()
    (tmp_path / "pages" / "6_results.json").rename(tmp_path / "held_back.json")
    write_html(tmp_path, campaign=campaign)
    planned = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Proposal" in planned
    assert [f"row of {step}" in planned for step in ("3_vetting", "4_roster")] == [False, True]
    (tmp_path / "held_back.json").rename(tmp_path / "pages" / "6_results.json")
    update_summary(tmp_path, notes=Notes(n=1, n_creators=1))
    write_html(tmp_path, campaign=campaign)
    done = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Final report" in done
    assert "Whom to put forward" not in planned + done
    assert "Whom the budget should buy" in planned
    assert "Whom the budget should buy" not in done
    assert [f"row of {step}" in done for step in ("3_vetting", "4_roster", "6_results")] == [False, False, True]


def test_the_page_brings_its_chinese_characters(run_folder: Path, campaign: Campaign) -> None:
    for report in write_html(run_folder, campaign=campaign):
        page = report.read_text(encoding="utf-8")
        data = re.search(r"url\(data:font/woff;base64,([A-Za-z0-9+/=]+)\)", page)
        assert data
        font = TTFont(io.BytesIO(base64.b64decode(data[1])))
        needed = {ord(char) for char in page if "\u4e00" <= char <= "\u9fa5"}
        assert needed
        assert needed <= set(font.getBestCmap())


def test_notes_to_learn_from_are_cards_with_a_link_each(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    page = start_page("6_results", tmp_path / "run", campaign=campaign, language="en")
    lessons = make_notes().head(3).assign(reason="most_views", note_link=[f"https://example.org/{n}" for n in range(3)])
    told = {"caption": Finding("lessons.caption"), "headline": Finding("headline.lessons", {"n_notes": 3})}
    page.cards("lessons", lessons, columns=["title", "creator_name", "tier", "theme", "views", "reason"], **told)
    page.write()
    update_summary(tmp_path / "run", targets=make_targets(make_totals(make_notes()), campaign))
    shown = read(write_html(tmp_path / "run", campaign=campaign)[0])
    assert shown.count("ul", **{"class": "notes"}) == 1
    assert [shown.count("a", href=f"https://example.org/{n}") for n in range(3)] == [1, 1, 1]
    assert words(shown).count("Most views of all notes") == 3
