"""The campaign book: nothing that people or files wrote is lost, whatever program saved it; and it is read as money."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import name_things, write_book, write_case
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from xhs_toolkit.book import BOOK_FILE, read_answers, read_book, write_picks
from xhs_toolkit.book.columns import NAMES, find_column, is_understood, read_cell
from xhs_toolkit.book.merge import Merged, Row, Rows, give_keys, merge_book
from xhs_toolkit.book.sheet import HIDDEN
from xhs_toolkit.book.sheet import write_book as save_book
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.cli.book import keep_book, read_book_back, try_book
from xhs_toolkit.decisions import read_decisions
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.store import list_inputs, open_exports
from xhs_toolkit.tables import THREAD

SOFFICE = shutil.which("soffice")
OWN = "Mood"
EDITED = ("asked", "agreed", "state", "paid_on", "usage_rights", "invoice")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "asked": st.integers(1, 9999).map(float),
    "agreed": st.decimals(1, 9999, places=2).map(float),
    "state": st.sampled_from(["proposed", "agreed", "sent", "posted", "paid", "cancelled"]),
    "paid_on": st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    "usage_rights": st.sampled_from(["=SUM(A1)", "6 个月，聚光", 'O\'Neill "x"', "007"]),
    "invoice": st.sampled_from(["INV-1", "12", "2026-07"]),
}


def make_rows(n: int) -> Rows:
    rows: list[Row] = [
        {
            "creator_name": f"Ana {number // 2}",
            "creator_id": f"c{number // 2}",
            "state": "agreed",
            "agreed": 100.0 + number,
            "currency": "NZD",
            "note_link": f"https://www.xiaohongshu.com/explore/64a1b2c3000000001f00a{number:03x}",
        }
        for number in range(n)
    ]
    return give_keys([{name: row.get(name) for name in NAMES} for row in rows], {})


def save(path: Path, now: Rows, *, answers: bool = True) -> tuple[Merged, bool]:
    book = read_book(path)
    merged = merge_book(
        book.rows, before=book.before, shown=book.shown, now=now, answers=book.answers if answers else {}
    )
    return merged, save_book(path, merged, book=book, language="en", currencies=["CNY", "NZD"])


def find_places(sheet: Worksheet) -> tuple[dict[str, int], dict[str, int]]:
    columns = {find_column(cell.value) or str(cell.value): cell.column for cell in sheet[1]}
    return columns, {str(sheet.cell(number, 1).value): number for number in range(2, sheet.max_row + 1)}


def shuffle(sheet: Worksheet, order: list[int]) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, place in enumerate(order):
        for column, value in enumerate(rows[place], start=1):
            sheet.cell(number + 2, column).value = value


@st.composite
def draw_changes(draw: st.DrawFn) -> tuple[int, dict[Any, Any], dict[Any, Any], list[int], set[int]]:
    n = draw(st.integers(1, 5))
    cell = st.tuples(st.integers(0, n - 1), st.sampled_from(EDITED))
    people, files = (
        {(row, name): draw(VALUES[name]) for row, name in draw(st.lists(cell, unique=True, max_size=4))}
        for _ in range(2)
    )
    order = draw(st.permutations(range(n)))
    return n, people, files, list(order), draw(st.sets(st.integers(0, n - 1), max_size=1))


@settings(max_examples=25)
@given(draw_changes())
def test_nothing_is_lost_when_people_and_files_change_the_book(tmp_path_factory: Any, changes: Any) -> None:
    n, people, files, order, gone = changes
    path, now = tmp_path_factory.mktemp("book") / BOOK_FILE, make_rows(n)
    assert save(path, now)[1]
    assert not save(path, now)[1]
    keys = list(now)
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    columns, numbers = find_places(sheet)
    own = sheet.max_column + 1
    sheet.cell(1, own, OWN)
    for (row, name), value in people.items():
        sheet.cell(numbers[keys[row]], columns[name]).value = value
    for key, number in numbers.items():
        sheet.cell(number, own, f"own of {key}")
    shuffle(sheet, order)
    sheet.append([None, "Zoe", "c9"])
    for number in sorted((order.index(row) + 2 for row in gone), reverse=True):
        sheet.delete_rows(number)
    workbook.save(path)
    new = {key: dict(row) for key, row in now.items()}
    for (row, name), value in files.items():
        new[keys[row]][name] = value
    merged, _ = save(path, new)
    asked = {(one.key, one.column): (one.book, one.files) for one in merged.questions}
    for row, key in enumerate(keys):
        assert (key in merged.returned) == (row in gone)
        for name in EDITED:
            before, theirs = now[key].get(name), new[key].get(name)
            mine = before if row in gone else read_cell(people.get((row, name), before), name)
            wanted = theirs if mine == before else mine
            assert merged.rows[key][name] == wanted
            is_asked = mine not in (before, theirs) and theirs != before
            assert asked.get((key, name)) == ((mine, theirs) if is_asked else None)
        assert row in gone or merged.rows[key][OWN] == f"own of {key}"
    assert [row["creator_name"] for key, row in merged.rows.items() if key not in keys] == ["Zoe"]
    again, is_written = save(path, new)
    assert not is_written
    assert again.questions == merged.questions


def test_a_question_is_answered_on_its_sheet(tmp_path: Path) -> None:
    path, now = tmp_path / BOOK_FILE, make_rows(2)
    save(path, now)
    first, second = now
    change_cells(path, {(first, "agreed"): 90, (second, "agreed"): 95})
    new = {key: {**row, "agreed": 80.0} for key, row in now.items()}
    assert len(save(path, new)[0].questions) == 2
    workbook = load_workbook(path)
    workbook["Questions"]["F2"], workbook["Questions"]["F3"] = "Files", "Book"
    workbook.save(path)
    merged, _ = save(path, new)
    assert [merged.rows[key]["agreed"] for key in (first, second)] == [80.0, 95.0]
    assert not merged.questions
    assert "Questions" not in load_workbook(path).sheetnames
    assert not save(path, new)[1]


def change_cells(path: Path, cells: dict[tuple[str, str], Any]) -> None:
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    columns, numbers = find_places(sheet)
    for (key, name), value in cells.items():
        sheet.cell(numbers[key], columns[name]).value = value
    workbook.save(path)


def test_what_people_make_of_the_sheet_stays(tmp_path: Path) -> None:
    path, now = tmp_path / BOOK_FILE, make_rows(3)
    save(path, now)
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    sheet["B2"].comment = Comment("call her", "Mei")
    sheet.column_dimensions["B"].width = 44
    workbook.create_sheet("Ours")["A1"] = "=1+1"
    workbook.save(path)
    key = next(iter(now))
    save(path, {**now, key: {**now[key], "agreed": 77.0}})
    kept = load_workbook(path)
    assert kept.worksheets[0]["B2"].comment.text == "call her"
    assert kept.worksheets[0].column_dimensions["B"].width == 44
    assert kept["Ours"]["A1"].value == "=1+1"
    assert read_book(path).rows[key]["agreed"] == 77.0


def test_a_book_without_its_hidden_sheet_loses_nothing(tmp_path: Path) -> None:
    path, now = tmp_path / BOOK_FILE, make_rows(2)
    save(path, now)
    change_cells(path, {(next(iter(now)), "agreed"): 5})
    workbook = load_workbook(path)
    del workbook[HIDDEN]
    workbook.save(path)
    merged, _ = save(path, now)
    assert [row["agreed"] for row in merged.rows.values()] == [5.0, 101.0]


def test_a_sheet_of_which_only_some_columns_were_sorted_is_read_by_its_creators(tmp_path: Path) -> None:
    path, now = tmp_path / BOOK_FILE, make_rows(4)
    save(path, now)
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    keys = [sheet.cell(number, 1).value for number in range(2, 6)]
    for number, key in enumerate([*keys[2:], *keys[:2]], start=2):
        sheet.cell(number, 1).value = key
    workbook.save(path)
    merged, _ = save(path, now)
    assert merged.rows == now
    assert not merged.questions


def test_a_file_that_is_no_book_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / BOOK_FILE
    path.write_bytes(b"no workbook")
    with pytest.raises(CampaignError, match="close it elsewhere"):
        read_book(path)
    Workbook().save(path)
    with pytest.raises(CampaignError, match="Creator, Status"):
        read_book(path)


# ------------------------------------------------------------------------------------ in a campaign

FILES: dict[str, Any] = {
    "tracker.xlsx": {
        "March": [
            ["Influencer", "Post link", "Agreed fee (NZD)", "Status", "Date posted", "Mood"],
            ["Mia", "N1", 900, "Posted", date(2026, 3, 2), "sunny"],
            ["Noa", "N2", 1100, "Posted", date(2026, 3, 3), None],
            ["Oli", None, 500, "Confirmed", None, "late"],
        ]
    }
}


@pytest.fixture
def kea(tmp_path: Path) -> Campaign:
    return read_campaign(write_case({"files": FILES}, tmp_path))


def sum_money(campaign: Campaign) -> tuple[float, float]:
    from xhs_toolkit.exports import make_latest
    from xhs_toolkit.results import keep_ledger

    tables = open_exports(campaign).tables
    *_, ledger = keep_ledger(tables, latest=make_latest(tables["notes"]), campaign=campaign)
    return round(ledger.total_cny, 2), round(ledger.committed_cny, 2)


def find_key(campaign: Campaign, name: str) -> str:
    rows = read_book(campaign.folder / BOOK_FILE).rows
    return next(key for key, row in rows.items() if row["creator_name"] == name)


def test_an_unchanged_campaign_writes_nothing_and_has_no_new_input(kea: Campaign) -> None:
    before = list_inputs(kea.folder)
    assert keep_book(kea).is_written
    stamp = (kea.folder / BOOK_FILE).stat().st_mtime_ns
    assert not keep_book(kea).is_written
    assert (kea.folder / BOOK_FILE).stat().st_mtime_ns == stamp
    assert list_inputs(kea.folder) == before


def test_prices_and_states_of_the_book_are_money_once(kea: Campaign) -> None:
    keep_book(kea)
    assert sum_money(kea) == (2000 * 4.2, 500 * 4.2)
    change_cells(
        kea.folder / BOOK_FILE, {(find_key(kea, "Oli"), "agreed"): 450, (find_key(kea, "Noa"), "agreed"): 1000}
    )
    assert keep_book(kea).is_read
    assert sum_money(kea) == (1900 * 4.2, 450 * 4.2)
    change_cells(
        kea.folder / BOOK_FILE, {(find_key(kea, "Oli"), "state"): "Cancelled", (find_key(kea, "Mia"), "rebate"): 90}
    )
    keep_book(kea)
    assert sum_money(kea) == ((1900 - 90) * 4.2, pytest.approx(float("nan"), nan_ok=True))
    assert not keep_book(kea).is_read


def test_an_invoice_comes_before_the_book_and_the_book_before_a_sheet(kea: Campaign) -> None:
    keep_book(kea)
    change_cells(kea.folder / BOOK_FILE, {(find_key(kea, "Mia"), "agreed"): 800, (find_key(kea, "Mia"), "gst"): 120})
    keep_book(kea)
    invoice = "invoice_id,date,kind,note_link,creator_name,amount,currency\nA-1,2026-03-09,creator_fee,N1,Mia,850,NZD\n"
    (kea.data_folder / "invoices.csv").write_text(name_things(invoice), encoding="utf-8")
    assert sum_money(kea)[0] == pytest.approx((850 + 1100) * 4.2)


def test_a_posted_link_and_the_clients_picks_reach_the_records(kea: Campaign, tmp_path: Path) -> None:
    rows = keep_book(kea).rows
    sheet = write_picks(tmp_path / "picks.xlsx", rows, language="zh")
    said = load_workbook(sheet)
    words = " ".join(str(cell.value) for line in said.active.iter_rows() for cell in line)
    assert "500" not in words
    assert "1100" not in words
    names = {said.active.cell(number, 1).value: number for number in range(2, 5)}
    said.active.cell(names["Oli"], 4, "不同意")
    said.active.cell(names["Oli"], 5, "not our tone")
    said.save(sheet)
    assert [row["client"] for row in read_answers(sheet)] == ["drop"]
    assert main(["book", str(kea.folder), "--answers", str(sheet)]) == 0
    decided = read_decisions(kea.folder).rows
    assert decided[["creator_id", "decision", "reason", "by"]].to_numpy().tolist() == [
        ["Oli", "drop", "not our tone", "client"]
    ]
    assert main(["book", str(kea.folder)]) == 0
    assert len(read_decisions(kea.folder).rows) == 1
    link = name_things("N3")
    change_cells(kea.folder / BOOK_FILE, {(find_key(kea, "Oli"), "note_link"): link})
    keep_book(kea)
    placements = open_exports(kea).tables["placements"]
    assert link.endswith(placements.loc[placements["source"].eq("campaign_book"), "note_id"].item())


def test_a_tracker_is_taken_over_with_every_column(tmp_path: Path) -> None:
    kea = read_campaign(write_case({"files": {}}, tmp_path))
    tracker = tmp_path / "tracker.xlsx"
    write_book(tracker, FILES["tracker.xlsx"])
    assert main(["book", str(kea.folder), "--from", str(tracker)]) == 0
    rows = {row["creator_name"]: row for row in read_book(kea.folder / BOOK_FILE).rows.values()}
    assert {name: (row["agreed"], row["currency"], row["state"], row["Mood"]) for name, row in rows.items()} == {
        "Mia": (900, "NZD", "posted", "sunny"),
        "Noa": (1100, "NZD", "posted", None),
        "Oli": (500, "NZD", "agreed", "late"),
    }
    assert rows["Mia"]["posted_on"] == date(2026, 3, 2)
    assert sum_money(kea) == (2000 * 4.2, 500 * 4.2)


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_book_that_libreoffice_saved_says_the_same(kea: Campaign, tmp_path: Path) -> None:
    keep_book(kea)
    path = kea.folder / BOOK_FILE
    workbook = load_workbook(path)
    workbook.worksheets[0].cell(1, 31, OWN)
    workbook.worksheets[0].cell(2, 31, date(2026, 3, 3))
    workbook.save(path)
    change_cells(path, {(find_key(kea, "Oli"), "agreed"): 450, (find_key(kea, "Oli"), "paid_on"): date(2026, 4, 1)})
    before = read_book(path)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    out = tmp_path / "out"
    command = [str(SOFFICE), home, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    shutil.copy(out / BOOK_FILE, path)
    after = read_book(path)
    assert (after.rows, after.before, after.shown) == (before.rows, before.before, before.shown)
    totals = load_workbook(path, data_only=True)["Totals"]
    agreed = [cell.value for cell in totals[1]].index("Agreed") + 1
    assert {totals.cell(line, 1).value: totals.cell(line, agreed).value for line in (2, 3, 4)}["NZD"] == 2450
    assert load_workbook(path).worksheets[0].data_validations.count >= 4
    keep_book(kea)
    assert sum_money(kea) == (2000 * 4.2, 450 * 4.2)


def test_a_cell_that_cannot_be_read_is_told_and_kept(kea: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    keep_book(kea)
    change_cells(
        kea.folder / BOOK_FILE, {(find_key(kea, "Oli"), "agreed"): "about 400", (find_key(kea, "Mia"), "state"): "?"}
    )
    edited = (kea.folder / BOOK_FILE).read_bytes()
    assert main(["check", str(kea.folder)]) == 0
    assert "column Agreed: 'about 400' is not a number" in capsys.readouterr().out
    assert (kea.folder / BOOK_FILE).read_bytes() == edited  # a check reads only
    assert main(["book", str(kea.folder)]) == 0
    told = capsys.readouterr().out
    assert "column Agreed: 'about 400' is not a number" in told
    assert "'?' is not a choice" in told
    assert read_book(kea.folder / BOOK_FILE).rows[find_key(kea, "Oli")]["agreed"] == "about 400"
    assert not is_understood("about 400", "agreed")


def test_a_run_keeps_the_book_and_goes_on_without_it(kea: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    run = kea.folder / "runs" / "2026-04-01T000000Z"
    (run / "tables").mkdir(parents=True)
    (run / "tables" / "thread.parquet").write_bytes(THREAD.empty().to_parquet())
    try_book(kea, run_folder=run)
    change_cells(kea.folder / BOOK_FILE, {(find_key(kea, "Oli"), "agreed"): 450})
    read_book_back(kea.folder)
    assert "bookings.csv" in [each["file"] for each in list_inputs(kea.folder)]
    (kea.folder / BOOK_FILE).write_bytes(b"damaged")
    read_book_back(kea.folder)
    assert "The book cannot be read; it was left as it is." in capsys.readouterr().err
    assert sum_money(kea)[1] == 450 * 4.2
