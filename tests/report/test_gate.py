"""The release gate: a clean run may be sent; whatever is put into a finished file is found, with its place."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from made_run import Change, make_campaign, make_rounds
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from pptx import Presentation

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.report import check_report, list_edited
from xhs_toolkit.report.gate import Fault
from xhs_toolkit.report.outline import draw_lessons
from xhs_toolkit.scorecard.summary import Inputs, update_summary


@pytest.fixture
def campaign(finished: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(finished.parents[1], tmp_path / "clients" / "kea")
    return make_campaign(tmp_path / "clients" / "kea")


@pytest.fixture
def run_folder(campaign: Campaign) -> Path:
    return campaign.folder / "runs" / "2026-09-01T103000Z"


def replace(name: str, old: str, new: str) -> Change:
    def change(run_folder: Path) -> None:
        path = run_folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def insert(markup: str) -> Change:
    return replace("report.html", "<main>", f"<main>{markup}")


def write_cell(cell: str, value: object, sheet: str = "posts") -> Change:
    def change(run_folder: Path) -> None:
        book = openpyxl.load_workbook(run_folder / "workbook.xlsx")
        book[sheet][cell] = value
        book.save(run_folder / "workbook.xlsx")

    return change


def write_link(address: str) -> Change:
    def change(run_folder: Path) -> None:
        book = openpyxl.load_workbook(run_folder / "workbook.xlsx")
        book["posts"]["A3"].hyperlink = address
        book.save(run_folder / "workbook.xlsx")

    return change


def write_slide(number: int, text: str) -> Change:
    def change(run_folder: Path) -> None:
        deck = Presentation(str(run_folder / "deck.pptx"))
        deck.slides[number].shapes.title.text_frame.text = text
        deck.save(str(run_folder / "deck.pptx"))

    return change


def write_notes(text: str) -> Change:
    def change(run_folder: Path) -> None:
        deck = Presentation(str(run_folder / "deck.pptx"))
        deck.slides[1].notes_slide.notes_text_frame.text = text
        deck.save(str(run_folder / "deck.pptx"))

    return change


def link_slide(address: str) -> Change:
    def change(run_folder: Path) -> None:
        deck = Presentation(str(run_folder / "deck.pptx"))
        deck.slides[1].shapes.title.text_frame.paragraphs[0].runs[0].hyperlink.address = address
        deck.save(str(run_folder / "deck.pptx"))

    return change


def drop_body(run_folder: Path) -> None:
    deck = Presentation(str(run_folder / "deck.pptx"))
    slide = deck.slides[2]
    for shape in list(slide.shapes)[3:]:  # after the title, the number and the foot
        shape._element.getparent().remove(shape._element)
    deck.save(str(run_folder / "deck.pptx"))


def change_book(change: Callable[[openpyxl.Workbook], object]) -> Change:
    def apply(run_folder: Path) -> None:
        book = openpyxl.load_workbook(run_folder / "workbook.xlsx")
        change(book)
        book.save(run_folder / "workbook.xlsx")

    return apply


def hide_sheet(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("drafts")
    sheet["A1"], sheet["A2"], sheet.sheet_state = "kept", "ana@example.com", "veryHidden"


def comment(book: openpyxl.Workbook) -> None:
    book["posts"]["A3"].comment = Comment("Call 13912345678", "Ana")


def head_print(book: openpyxl.Workbook) -> None:
    book["posts"].oddHeader.left.text = "ana@example.com"


def name_range(book: openpyxl.Workbook, refers_to: str) -> None:
    book.defined_names["kept"] = DefinedName("kept", attr_text=refers_to)


def describe_chart_of_slide(run_folder: Path) -> None:
    deck = Presentation(str(run_folder / "deck.pptx"))
    frame = next(shape for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", "By ana@example.com")
    deck.save(str(run_folder / "deck.pptx"))


def author_deck(run_folder: Path) -> None:
    deck = Presentation(str(run_folder / "deck.pptx"))
    deck.core_properties.last_modified_by = "ana@example.com"
    deck.save(str(run_folder / "deck.pptx"))


def name_key(name: str) -> str:
    """A key as services write them, put together here so that no scanner takes it for one."""
    return "".join((name, "A1b2C3d4" * 4))


HOME = "/".join(("", "Users", "ana"))
ACTING_DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>"
LINKED_DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><a href='https://example.com'><text>a</text></a></svg>"
CHANGES: list[tuple[str, str, Change]] = [
    ("acting", "report.html", insert("<script>let a = 1</script>")),
    ("acting", "report.html", insert('<p onclick="go()">a</p>')),
    ("acting", "report.html", insert('<img alt="a" src="https://cdn.example/a.png">')),
    ("acting", "report.html", insert('<a href="javascript:go()">a</a>')),
    ("acting", "report.html", insert(f'<img alt="a" src="data:image/svg+xml,{ACTING_DRAWING}">')),
    ("acting", "report.html", replace("report.html", "</style>", "body{background:url(//cdn.example/a)}</style>")),
    ("acting", "workbook.xlsx", write_cell("A3", "=1+1")),
    ("acting", "deck.pptx", link_slide("https://example.com")),
    ("acting", "report.html", insert(f'<img alt="a" src="data:image/svg+xml,{LINKED_DRAWING}">')),
    ("acting", "report.html", insert('<a href="data:text/html;base64,PHA+">a</a>')),
    ("acting", "report.html", insert('<p style="background:url(https://cdn.example/a)">a</p>')),
    ("acting", "report.html", replace("report.html", "</style>", "@import 'a.css';</style>")),
    ("acting", "workbook.xlsx", change_book(lambda book: name_range(book, "[1]Sheet1!$A$1"))),
    ("acting", "workbook.xlsx", change_book(lambda book: name_range(book, 'CALL("a","b")'))),
    ("acting", "workbook.xlsx", write_link("https://example.com")),
    ("contact", "workbook.xlsx", change_book(hide_sheet)),
    ("contact", "workbook.xlsx", change_book(comment)),
    ("contact", "workbook.xlsx", change_book(lambda book: setattr(book.properties, "creator", "ana@example.com"))),
    ("contact", "workbook.xlsx", change_book(head_print)),
    ("contact", "deck.pptx", describe_chart_of_slide),
    ("contact", "deck.pptx", author_deck),
    ("secret", "deck.pptx", write_notes(name_key("sk-"))),
    ("glyph", "workbook.xlsx", write_cell("A3", "a\ue000b")),
    ("contact", "report.html", insert("<p>Write to ana@example.com</p>")),
    ("contact", "deck.pptx", write_notes("Call 13912345678")),
    ("contact", "workbook.xlsx", write_cell("A3", "微信：ana_2026")),
    ("secret", "report.html", insert("<!-- password: hunter2hunter2 -->")),
    ("secret", "workbook.xlsx", write_cell("A4", "web_session=0400698c12ab34cd56")),
    ("local_path", "report.html", insert(f"<p>See {HOME}/clients</p>")),
    ("local_path", "deck.pptx", write_notes("\\".join(("C:", "Users", "ana", "deck.pptx")))),
    ("glyph", "report.html", insert("<p>a\ufffdb</p>")),
    ("leftover", "report.html", insert("<p>Views: nan</p>")),
    ("leftover", "deck.pptx", write_slide(1, "{{ title }} was met")),
    ("empty", "report.html", replace("report.html", "<main>", "<main><h2>Nothing</h2><h2>Something</h2><p>a</p>")),
    ("empty", "deck.pptx", drop_body),
]  # fmt: skip


@pytest.mark.parametrize("round_", make_rounds(CHANGES))
def test_what_must_not_be_sent_is_found(
    run_folder: Path, campaign: Campaign, round_: dict[str, tuple[str, Change]]
) -> None:
    for _, change in round_.values():
        change(run_folder)
    verdict = check_report(run_folder, campaign=campaign)
    assert not verdict.sendable
    for name, (check, _) in round_.items():
        found = [fault for fault in verdict.faults if (fault.check, fault.file) == (check, name)]
        assert found, (check, name, verdict.faults)
        assert all(fault.place for fault in found)
    assert {fault.file for fault in verdict.faults} == set(round_)


def test_other_clients_are_found_wherever_they_are_named(run_folder: Path, campaign: Campaign) -> None:
    (campaign.folder.parent / "tui").mkdir()
    (campaign.folder.parent / "tui" / "campaign.yaml").write_text("client: Tui Travel", encoding="utf-8")
    assert check_report(run_folder, campaign=campaign).sendable
    insert("<p>As for TUI TRAVEL</p>")(run_folder)
    faults = check_report(run_folder, campaign=campaign).faults
    assert [fault.found for fault in faults if fault.check == "other_client"] == ["TUI TRAVEL"]


def test_missing_and_damaged_files_are_faults(run_folder: Path, campaign: Campaign) -> None:
    (run_folder / "deck.pptx").unlink()
    (run_folder / "workbook.zh.xlsx").write_bytes(b"no workbook")
    faults = {(fault.check, fault.file) for fault in check_report(run_folder, campaign=campaign).faults}
    assert faults == {("missing_file", "deck.pptx"), ("unreadable", "workbook.zh.xlsx")}


def test_a_large_page_and_an_unnamed_client_cannot_be_sent(run_folder: Path, campaign: Campaign) -> None:
    insert(f"<p>{'a' * 3_000_000}</p>")(run_folder)
    unnamed = campaign.model_copy(update={"client": "New client"})
    checks = {fault.check for fault in check_report(run_folder, campaign=unnamed).faults}
    assert {"too_large", "placeholder"} <= checks


def test_a_run_that_found_nothing_has_nothing_to_send(run_folder: Path, campaign: Campaign) -> None:
    update_summary(run_folder, inputs=Inputs(), roster=(), plan=None)
    assert [fault.check for fault in check_report(run_folder, campaign=campaign).faults] == ["nothing"]
    update_summary(run_folder, inputs=Inputs(read=("notes.xlsx",)))
    assert check_report(run_folder, campaign=campaign).sendable


def test_synthetic_data_must_say_so(run_folder: Path, campaign: Campaign) -> None:
    synthetic = campaign.model_copy(update={"synthetic": True})
    faults = check_report(run_folder, campaign=synthetic).faults
    assert {fault.file for fault in faults if fault.check == "no_warning"} == {
        *("report.html", "report.zh.html", "workbook.xlsx", "workbook.zh.xlsx", "deck.pptx", "deck.zh.pptx")
    }


def test_the_verdict_lies_beside_the_files_and_knows_what_was_changed_by_hand(
    run_folder: Path, campaign: Campaign
) -> None:
    told = json.loads((run_folder / "sendable.json").read_text(encoding="utf-8"))
    assert told["sendable"] is True
    assert told["checked"] == told["written"]
    assert re.fullmatch(r"[0-9a-f]{64}", told["checked"]["deck.pptx"])
    assert list_edited(run_folder) == []
    write_notes("Said differently")(run_folder)
    assert list_edited(run_folder) == ["deck.pptx"]
    assert not check_report(run_folder, campaign=campaign).sendable
    assert list_edited(run_folder) == ["deck.pptx"], "still known after a check"


def test_a_fault_names_file_place_and_what_is_wrong() -> None:
    assert str(Fault("changed", "deck.pptx", "slide 3", "1,530", "1,350")) == "deck.pptx, slide 3: '1,350' → '1,530'"
    assert str(Fault("missing_file", "deck.pptx", "", "")) == "deck.pptx: the file is missing"
    assert str(Fault("input", "data/a.csv", "", "removed")) == (
        "data/a.csv: was removed since the run: run again, or accept it"
    )


def test_the_workbook_inside_a_chart_is_looked_into(run_folder: Path, campaign: Campaign, tmp_path: Path) -> None:
    path = run_folder / "deck.pptx"
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "inner.xlsx")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    inner = next(name for name in parts if name.endswith(".xlsx"))
    parts[inner] = (tmp_path / "inner.xlsx").read_bytes()
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    faults = check_report(run_folder, campaign=campaign).faults
    assert ("acting", "=1+1") in [(fault.check, fault.found) for fault in faults]


def test_lessons_follow_from_findings_and_each_is_said_once() -> None:
    values = {"cheaper": "KOC", "dearer": "KOL"}
    blocks = [
        {"kind": "table", "file": "a"},
        {"kind": "sentence", "code": "results.tier_compare_cost", "values": values},
        {"kind": "sentence", "code": "effects.not_compared", "values": {}},
        {"kind": "sentence", "code": "effects.no_baseline", "values": {}},
    ]
    lessons = draw_lessons(blocks)
    assert [finding.code for finding in lessons.learned] == ["learned.tier_cost"]
    assert [finding.code for finding in lessons.next] == ["next.tier_cost", "next.earlier_notes"]
    assert lessons.next[0].values == values
    assert draw_lessons([]) == ((), ())
