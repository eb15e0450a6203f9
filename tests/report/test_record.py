"""What was written is known: every change of a finished file is listed as before → after, and a mere save is none."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_run import Change, make_campaign, make_rounds
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import XhsError
from xhs_toolkit.report import accept_findings, check_report, read_findings, write_report
from xhs_toolkit.report.contents import PROSE, Piece
from xhs_toolkit.report.gate import VERDICT, Fault
from xhs_toolkit.report.record import RECORD, compare_pieces

PAGES, BOOKS, DECKS = (
    ("report.html", "report.zh.html"),
    ("workbook.xlsx", "workbook.zh.xlsx"),
    ("deck.pptx", "deck.zh.pptx"),
)
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
SOFFICE = shutil.which("soffice")


@pytest.fixture
def campaign(finished: Path, tmp_path: Path) -> Campaign:
    shutil.copytree(finished.parents[1], tmp_path / "clients" / "kea")
    return make_campaign(tmp_path / "clients" / "kea")


@pytest.fixture
def run_folder(campaign: Campaign, finished: Path) -> Path:
    return campaign.folder / "runs" / finished.name


# ------------------------------------------------------------------------------------------ plants


def change_page(change: Callable[[str], str]) -> Change:
    def apply(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text, "nothing to change"
        path.write_text(changed, encoding="utf-8")

    return apply


def change_book(change: Callable[[openpyxl.Workbook], object]) -> Change:
    def apply(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return apply


def change_deck(change: Callable[[Presentation], object]) -> Change:
    def apply(path: Path) -> None:
        deck = Presentation(str(path))
        change(deck)
        deck.save(str(path))

    return apply


def list_runs(deck: Presentation) -> list[object]:
    """All runs of text on the slides, those of tables and notes too."""
    shapes = [root for slide in deck.slides for root in (slide._element, slide.notes_slide._element)]
    return [run for root in shapes for run in root.iter(TEXT)]


def word(old: str, new: str) -> dict[str, Change]:
    """The first text that holds a word, changed in a file of any kind."""

    def in_book(book: openpyxl.Workbook) -> None:
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        cell = next(cell for cell in cells if isinstance(cell.value, str) and old in cell.value)
        cell.value = cell.value.replace(old, new, 1)

    def in_deck(deck: Presentation) -> None:
        run = next(run for run in list_runs(deck) if old in (run.text or ""))
        run.text = run.text.replace(old, new, 1)

    return {
        ".html": change_page(lambda text: text.replace(old, new, 1)),
        ".xlsx": change_book(in_book),
        ".pptx": change_deck(in_deck),
    }


def swap_on_page(text: str) -> str:
    return (
        text.replace("<bdi>150</bdi>", "<bdi>@</bdi>")
        .replace("<bdi>140</bdi>", "<bdi>150</bdi>")
        .replace("@", "140", 1)
    )


def swap_in_book(book: openpyxl.Workbook) -> None:
    sheet = book["posts"]
    sheet["D4"].value, sheet["D5"].value = sheet["D5"].value, sheet["D4"].value


def swap_in_deck(deck: Presentation) -> None:
    table = find_table(deck)
    first, second = table.cell(2, 3), table.cell(3, 3)
    first.text, second.text = second.text, first.text


def find_table(deck: Presentation) -> object:
    return next(shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table)


def drop_row_of_deck(deck: Presentation) -> None:
    table = find_table(deck)
    table._tbl.remove(table._tbl.tr_lst[3])


def drop_slide(deck: Presentation) -> None:
    listed = deck.slides._sldIdLst
    deck.part.drop_rel(listed[3].rId)
    listed.remove(listed[3])


def swap_slides(deck: Presentation) -> None:
    listed = deck.slides._sldIdLst
    listed.insert(2, listed[3])


def change_inner_book(path: Path) -> None:
    """A figure in the workbook inside the first chart; the chart shows it as soon as its data is opened."""

    with zipfile.ZipFile(path) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    inner = min(each for each in parts if each.endswith(".xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(parts[inner]))
    book.active["B2"] = 161
    saved = io.BytesIO()
    book.save(saved)
    parts[inner] = saved.getvalue()
    with zipfile.ZipFile(path, "w") as package:
        for each, content in parts.items():
            package.writestr(each, content)


def change_chart_of_deck(deck: Presentation) -> None:
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    drawn = (element for chart in charts for element in chart._chartSpace.iter())
    next(element for element in drawn if element.tag.endswith("}v") and element.text == "0.2").text = "0.3"


def change_chart_of_book(book: openpyxl.Workbook) -> None:
    chart = next(sheet._charts[0] for sheet in book if sheet._charts)
    chart.series[0].val.numRef.numCache.pt[0].v = 161


def empty_picture(deck: Presentation) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (24, 12), "white").save(drawn, "PNG")
    picture = next(
        shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
    )
    picture._element.blipFill.blip.rEmbed = picture.part.get_or_add_image_part(drawn)[1]


def note_currency(book: openpyxl.Workbook) -> None:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    cell = next(cell for cell in cells if "¥" in cell.number_format or "元" in cell.number_format)
    cell.number_format = '"NZ$"#,##0.00'


SECTION = re.compile(r'<section class="part" id="method".*?</section>', re.DOTALL)
ROW = re.compile(r"<tr>(?:(?!</tr>).)*-2-3.*?</tr>", re.DOTALL)
PICTURE = re.compile(r'(<figure>.*?src=")data:image/svg[^"]*', re.DOTALL)
BLANK = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
PLANTS: list[tuple[str, tuple[str, ...], Change]] = [
    ("figures swapped", PAGES, change_page(swap_on_page)),
    ("figures swapped", BOOKS, change_book(swap_in_book)),
    ("figures swapped", DECKS, change_deck(swap_in_deck)),
    ("row deleted", PAGES, change_page(lambda text: ROW.sub("", text, count=1))),
    ("row deleted", BOOKS, change_book(lambda book: book["posts"].delete_rows(7))),
    ("row deleted", DECKS, change_deck(drop_row_of_deck)),
    ("section deleted", PAGES, change_page(lambda text: SECTION.sub("", text))),
    ("sheet deleted", BOOKS, change_book(lambda book: book.remove(book["posts"]))),
    ("last sheet deleted", BOOKS, change_book(lambda book: book.remove(book[book.sheetnames[-1]]))),
    ("sheet hidden", BOOKS, change_book(lambda book: setattr(book["posts"], "sheet_state", "hidden"))),
    ("sheet renamed", BOOKS, change_book(lambda book: setattr(book["posts"], "title", "notes2"))),
    ("sheets moved", BOOKS, change_book(lambda book: book.move_sheet("posts", 1))),
    ("slide deleted", DECKS, change_deck(drop_slide)),
    ("slides moved", DECKS, change_deck(swap_slides)),
    ("slide hidden", DECKS, change_deck(lambda deck: deck.slides[3]._element.set("show", "0"))),
    ("creator renamed", PAGES, word("找 [", "见 [")[".html"]),
    ("creator renamed", BOOKS, word("找 [", "见 [")[".xlsx"]),
    ("creator renamed", DECKS, word("找 [", "见 [")[".pptx"]),
    ("client renamed", PAGES, word("Outdoor", "Indoor")[".html"]),
    ("client renamed", DECKS, word("Outdoor", "Indoor")[".pptx"]),
    ("number inside a chart", BOOKS, change_book(change_chart_of_book)),
    ("number inside a chart", DECKS, change_deck(change_chart_of_deck)),
    ("number in a chart's workbook", DECKS, change_inner_book),
    ("picture emptied", PAGES, change_page(lambda text: PICTURE.sub(rf"\1{BLANK}", text, count=1))),
    ("picture emptied", DECKS, change_deck(empty_picture)),
    ("claim added", PAGES, change_page(lambda text: text.replace("<main>", "<main><p>The best campaign of all.</p>"))),
    ("claim added", BOOKS, change_book(lambda book: book["posts"].append(["The best campaign of all."]))),
    ("text hidden", PAGES, change_page(lambda text: text.replace("<table ", '<table style="display:none" ', 1))),
    ("text hidden", PAGES, change_page(lambda text: text.replace("</style>", "h2{display:none}</style>", 1))),
    ("currency", BOOKS, change_book(note_currency)),
    ("below and above", PAGES[:1], word("below", "above")[".html"]),
    ("below and above", PAGES[1:], word("低于", "高于")[".html"]),
    ("below and above", DECKS[:1], word("below", "above")[".pptx"]),
    ("below and above", DECKS[1:], word("低于", "高于")[".pptx"]),
    ("below and above", BOOKS[:1], word("most", "least")[".xlsx"]),
    ("below and above", BOOKS[1:], word("最多", "最少")[".xlsx"]),
    ("currency", PAGES[:1], word("¥", "NZ$")[".html"]),
    ("currency", PAGES[1:], word("元", "纽币")[".html"]),
    ("currency", DECKS[:1], word("¥", "NZ$")[".pptx"]),
    ("currency", DECKS[1:], word("元", "纽币")[".pptx"]),
]
EACH = [(what, name, change) for what, names, change in PLANTS for name in names]


@pytest.mark.parametrize("round_", make_rounds(EACH))
def test_every_change_of_a_finished_file_is_listed(
    run_folder: Path, campaign: Campaign, round_: dict[str, tuple[str, Change]]
) -> None:
    for name, (_, change) in round_.items():
        change(run_folder / name)
    verdict = check_report(run_folder, campaign=campaign)
    found = Counter((fault.check, fault.file) for fault in verdict.faults)
    assert set(found) == {("changed", name) for name in round_}, round_
    assert all(fault.place and fault.found != fault.before for fault in verdict.faults)
    assert max(found.values()) <= 12, [str(fault) for fault in verdict.faults]


# -------------------------------------------------------------------------- files merely saved again


def save_with_openpyxl(path: Path) -> None:
    openpyxl.load_workbook(path).save(path)


def save_with_python_pptx(path: Path) -> None:
    Presentation(str(path)).save(str(path))


def test_files_that_a_library_saved_again_have_no_difference(run_folder: Path, campaign: Campaign) -> None:
    for name in BOOKS + DECKS:
        (save_with_openpyxl if name in BOOKS else save_with_python_pptx)(run_folder / name)
    assert check_report(run_folder, campaign=campaign).faults == ()


@pytest.fixture(scope="module")
def saved_by_office(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks and decks of the finished run as LibreOffice saves them; the second deck was edited before."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    edited = folder / "edited"
    edited.mkdir()
    for name in BOOKS + DECKS:
        shutil.copy(finished / name, edited / name)
    word("低于", "高于")[".pptx"](edited / DECKS[1])
    change_book(swap_in_book)(edited / BOOKS[1])
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    for suffix in ("xlsx", "pptx"):
        files = [str(path) for path in sorted(edited.glob(f"*.{suffix}"))]
        command = [SOFFICE, home, "--headless", "--convert-to", suffix, "--outdir", str(folder), *files]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder


def test_in_files_that_an_office_saved_only_the_edits_are_listed(
    run_folder: Path, campaign: Campaign, saved_by_office: Path
) -> None:
    for name in BOOKS + DECKS:
        shutil.copy(saved_by_office / name, run_folder / name)
    faults = check_report(run_folder, campaign=campaign).faults
    found = Counter((fault.check, fault.file) for fault in faults)
    assert found == {("changed", BOOKS[1]): 2, ("changed", DECKS[1]): 1}


# ----------------------------------------------------------------------- what the files were written from


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tables/6_results_posts.parquet", lambda path: pd.read_parquet(path).head(3).to_parquet(path)),
        (
            "pages/6_results.json",
            lambda path: path.write_text(path.read_text(encoding="utf-8").replace("1350", "1530")),
        ),
        ("pictures/more.svg", lambda path: path.write_text("<svg/>")),
        ("tables/6_results_totals.parquet", Path.unlink),
    ],
)
def test_what_the_report_was_written_from_is_as_it_was(
    run_folder: Path, campaign: Campaign, name: str, change: Change
) -> None:
    change(run_folder / name)
    faults = check_report(run_folder, campaign=campaign).faults
    assert [(fault.check, fault.file) for fault in faults] == [("source", name)]


def test_a_table_that_cannot_be_read_any_more_is_told(run_folder: Path, campaign: Campaign) -> None:
    (run_folder / "tables" / "6_results_posts.parquet").write_bytes(b"other")
    found = {fault.check for fault in check_report(run_folder, campaign=campaign).faults}
    assert found == {"source", "no_warning"}, "the table may have said that its rows are invented"


def test_a_run_of_an_earlier_version_knows_only_that_a_file_was_changed(run_folder: Path, campaign: Campaign) -> None:
    (run_folder / RECORD).unlink()
    told = json.loads((run_folder / VERDICT).read_text(encoding="utf-8"))
    del told["sources"], told["accepted"]
    told["faults"] = [{"check": "stale", "file": "deck.pptx", "place": "slide 1", "found": "1,530"}]
    (run_folder / VERDICT).write_text(json.dumps(told), encoding="utf-8")
    assert "1,530" in str(read_findings(run_folder).faults[0]), "what an earlier version found can still be shown"
    assert check_report(run_folder, campaign=campaign).sendable
    change_deck(drop_slide)(run_folder / "deck.pptx")
    faults = check_report(run_folder, campaign=campaign).faults
    assert [(fault.check, fault.file) for fault in faults] == [("unrecorded", "deck.pptx")]


# ------------------------------------------------------------------------------------------ acceptance


def test_a_person_accepts_a_change_with_name_and_reason(run_folder: Path, campaign: Campaign) -> None:
    path = run_folder / "deck.pptx"
    word("below", "above")[".pptx"](path)
    fault = check_report(run_folder, campaign=campaign).faults[0]
    accept_findings(run_folder, [fault.id], known=[fault.id], by="Ann", reason="said by the client")
    verdict = check_report(run_folder, campaign=campaign)
    assert verdict.sendable
    assert [(each, word.by, word.reason) for each, word in verdict.accepted] == [(fault, "Ann", "said by the client")]
    assert read_findings(run_folder) == verdict, "kept in sendable.json"
    word("Outdoor", "Indoor")[".pptx"](path)
    assert [each.found for each in check_report(run_folder, campaign=campaign).faults] == ["Kea <b>Indoor</b>"]
    assert write_report(run_folder, campaign=campaign).accepted == (), "the edit is gone, and so is its acceptance"


@pytest.mark.parametrize(
    ("ids", "by", "reason", "said"),
    [
        (["a1"], "", "why", "Who accepts this, and why"),
        (["a1"], "Ann", "  ", "Who accepts this, and why"),
        (["a1", "b2"], "Ann", "why", "found nothing called b2"),
    ],
)
def test_nothing_is_accepted_without_name_reason_and_finding(
    tmp_path: Path, ids: list[str], by: str, reason: str, said: str
) -> None:
    with pytest.raises(XhsError, match=said):
        accept_findings(tmp_path, ids, known=["a1"], by=by, reason=reason)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------ comparison


def say(*texts: str) -> list[Piece]:
    return [Piece("slide 1", PROSE, (text,)) for text in texts]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (say("a", "b"), say("a", "b"), []),
        (say("a", "b"), say("a", "c"), [("b", "c")]),
        (say("a", "b", "c"), say("a", "c"), [("b", "")]),
        (say("a"), say("a", "b", "c"), [("", "b | c")]),
        (say("a", "b"), say("b", "a"), [("", "b"), ("b", "")]),
        (say(), say(), []),
    ],
)
def test_differences_are_few_and_in_order(
    before: list[Piece], after: list[Piece], found: list[tuple[str, str]]
) -> None:
    assert sorted((each.before, each.after) for each in compare_pieces(before, after)) == sorted(found)


def test_of_a_row_only_the_cells_that_differ_are_listed() -> None:
    row = Piece("sheet a, row 2", "cells", ("x", "1", "2"))
    differences = compare_pieces([row], [row._replace(cells=("x", "1", "3"))])
    assert differences == [("sheet a, row 2, column 3", "2", "3")]


def test_a_change_is_shown_where_it_is() -> None:
    around = "a" * 100
    beside = "a" * 23
    fault = Fault("changed", "deck.pptx", "slide 1", f"{around} above {around}", f"{around} below {around}")
    assert str(fault) == f"deck.pptx, slide 1: '…{beside} below {beside}…' → '…{beside} above {beside}…'"
