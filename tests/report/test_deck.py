"""The deck: slides that PowerPoint can edit, in any template, never padded."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_run import HOSTILE, make_campaign, make_chart, make_groups
from pptx import Presentation
from pptx.util import Inches

from tools.deck_template import write_deck_template
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.page import start_page
from xhs_toolkit.report import write_deck
from xhs_toolkit.report.deck import MAX_SLIDES
from xhs_toolkit.report.slides import plain_text, slide_text


def open_deck(run_folder: Path, campaign: Campaign, number: int = 0) -> object:
    return Presentation(str(write_deck(run_folder, campaign=campaign)[number]))


def titles(deck: object) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def test_each_slide_has_a_title_that_states_its_finding(run_folder: Path, campaign: Campaign) -> None:
    assert titles(open_deck(run_folder, campaign)) == [
        "Kea <b>Outdoor</b>",
        "Spring & walks brought 1,350 views, 350% more than promised",
        "The notes reached from 20 to 160 views",
        "Cost per view: ¥0.050 for KOC, ¥0.20 for KOL",
        "电话[…]，[…] leads with 160 views",
        "Two of 15 notes brought 23% of the views",
    ], "a single sentence gets no slide"
    assert titles(open_deck(run_folder, campaign, 1))[1] == "Spring & walks带来阅读1,350次，超目标350%"


def test_charts_and_tables_are_native_and_hold_the_figures(run_folder: Path, campaign: Campaign) -> None:
    deck = open_deck(run_folder, campaign)
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    assert [chart.plots[0].series[0].name for chart in charts[:2]] == ["Views", "Cost per view"]
    drawn = [value for value in charts[1].plots[0].series[0].values if value is not None]
    assert drawn == make_groups()["cost_per_view_cny"].tolist()
    assert [len(list(chart.plots[0].series)) for chart in charts] == [1, 1, 2]
    tables = [shape.table for shape in shapes if shape.has_table]
    assert [cell.text for cell in tables[0].rows[0].cells][:2] == ["Title", "Creator"]
    assert not any(shape.shape_type == 13 for shape in shapes), "no picture stands in for a chart"


def test_hostile_text_is_text_on_slides(run_folder: Path, campaign: Campaign) -> None:
    deck = open_deck(run_folder, campaign)
    table = next(shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table)
    cells = [table.cell(row, 0).text for row in range(1, len(table.rows))]
    assert cells == [slide_text(title) for title in HOSTILE[: len(cells)]]
    assert "\u202e" not in "".join(cells)


def test_speaker_notes_say_how_the_figures_were_made(run_folder: Path, campaign: Campaign) -> None:
    slide = open_deck(run_folder, campaign).slides[2]
    notes = slide.notes_slide.notes_text_frame.text
    assert "Cost per view 阅读单价: all that was delivered or paid" in notes
    assert "they do not show what caused them" in notes


def test_pictures_of_data_have_a_text_alternative(run_folder: Path, campaign: Campaign) -> None:
    frames = [shape for slide in open_deck(run_folder, campaign).slides for shape in slide.shapes]
    told = [shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in frames if shape.has_chart]
    assert all(told)


def test_a_run_with_little_to_say_gets_few_slides(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    page = start_page("6_results", tmp_path, campaign=campaign, language="en")
    page.say(Finding("results.no_notes", {"n_notes_read": 0}), kind="answer")
    page.write()
    assert titles(open_deck(tmp_path, campaign)) == ["Kea <b>Outdoor</b>", "Spring & walks: what we propose"]


def test_a_run_with_much_to_say_stays_within_ten(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    for step in ("1_objectives", "4_roster", "5_content"):
        page = start_page(step, tmp_path, campaign=campaign, language="en")
        page.say(Finding("results.no_notes", {"n_notes_read": 0}), kind="answer")
        for number in range(9):
            page.picture(make_chart(f"p{number}"))
        page.say(Finding("limits.no_cause"), kind="limit")
        page.write()
    deck = open_deck(tmp_path, campaign)
    assert len(deck.slides) == MAX_SLIDES


def test_the_agencys_own_template_is_used(run_folder: Path, campaign: Campaign, tmp_path: Path) -> None:
    own = Presentation()
    own.slide_width = Inches(10)
    own.slides.add_slide(own.slide_layouts[0])
    own.save(tmp_path / "deck.pptx")
    agency = campaign.agency.model_copy(update={"folder": tmp_path})
    deck = open_deck(run_folder, campaign.model_copy(update={"agency": agency}))
    assert deck.slide_width == Inches(10)
    assert deck.slides[0].slide_layout.name == "Title Slide"
    assert deck.slides[2].slide_layout.name == "Title Only"
    assert len(deck.slides) == 6, "slides that the template holds are taken away"
    right = max(shape.left + shape.width for slide in deck.slides for shape in slide.shapes)
    assert right <= Inches(10)


def test_the_bundled_template_is_the_one_the_house_writes(tmp_path: Path) -> None:
    stored = Presentation(str(bundled_folder("templates") / "report" / "deck.pptx"))
    made = Presentation(str(write_deck_template(tmp_path / "deck.pptx")))
    for deck in (stored, made):
        theme = next(rel.target_part.blob for rel in deck.slide_master.part.rels.values() if "theme" in rel.reltype)
        assert theme.decode().count('typeface="Microsoft YaHei"') == 4
        assert "1F5A7A" in theme.decode()
    places = [[(s.name, s.left, s.top, s.width) for s in layout.placeholders] for layout in stored.slide_layouts]
    assert places == [[(s.name, s.left, s.top, s.width) for s in layout.placeholders] for layout in made.slide_layouts]


@pytest.mark.parametrize(
    ("text", "plain"), [("a\u202eb\x07", "ab"), ("a\n b", "a b"), ("\ue000", ""), ("🥾 走", "🥾 走")]
)
def test_slides_leave_out_what_cannot_be_seen(text: str, plain: str) -> None:
    assert plain_text(text) == plain
