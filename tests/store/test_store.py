"""The store: equal to a fresh reading, renewed when anything it depends on changes, harmless when damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports import Exports, read_exports
from xhs_toolkit.store import Change, compare_inputs, find_changes, list_inputs, open_exports, stored
from xhs_toolkit.store.stored import CONTENTS, STORE

NOTES = "note_id,creator_name,posted_at,likes\n{id},Ana,2026-08-03,{likes}\n"
ODD = "note_id,creator_name,posted_at,likes\n64a000000000000000000009,Ana,2026-08-03,many\n"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    folder = tmp_path / "春天 spring"
    (folder / "data").mkdir(parents=True)
    (folder / "campaign.yaml").write_text("client: Harbour Tours\n", encoding="utf-8")
    write_notes(folder, 12)
    (folder / "data" / "odd.csv").write_text(ODD, encoding="utf-8")
    return read_campaign(folder)


def write_notes(folder: Path, likes: int) -> None:
    text = NOTES.format(id="64a000000000000000000001", likes=likes)
    (folder / "data" / "notes.csv").write_text(text, encoding="utf-8")


def list_keys(campaign: Campaign) -> list[str]:
    return sorted(path.name for path in (campaign.folder / STORE).iterdir())


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Exports:
        raise AssertionError("the files are read again")

    monkeypatch.setattr("xhs_toolkit.exports.read_exports", refuse)


def assert_equal(one: Exports, other: Exports) -> None:
    assert one._fields == other._fields
    assert list(one.tables) == list(other.tables)
    for name, frame in one.tables.items():
        assert_frame_equal(frame, other.tables[name], check_exact=True)
    for name in set(one._fields) - {"tables"}:
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, pd.DataFrame):
            assert_frame_equal(left, right, check_exact=True)
        else:
            assert list(map(str, left)) == list(map(str, right))


CAMPAIGNS = ("templates/sample_campaign", *(f"case_studies/{name}" for name in ("jd_sports", "megatel")))
CAMPAIGNS += tuple(f"case_studies/{name}" for name in ("blackmores", "auckland_airport"))


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_what_is_stored_is_what_was_read(
    name: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_campaign(repository / name)
    read = read_exports(found.data_folder, campaign=found)
    monkeypatch.setattr("xhs_toolkit.exports.read_exports", lambda *_, **__: read)
    monkeypatch.setattr(stored, "STORE", tmp_path)
    open_exports(found)
    forbid_reading(monkeypatch)
    assert_equal(open_exports(found), read)


def test_problems_come_back_as_they_are_told(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_exports(campaign)
    assert any("many" in str(problem) for problem in first.problems)
    forbid_reading(monkeypatch)
    again = open_exports(campaign)
    assert again.problems == first.problems
    assert all(isinstance(problem, Problem) for problem in again.problems)


def test_a_value_that_json_does_not_know_is_kept_as_it_is_shown(tmp_path: Path) -> None:
    told = Problem("is too late", "write another day", "a.csv", row=3, value=pd.Timestamp("2026-08-03"))
    (tmp_path / "part").mkdir()
    field = json.loads(json.dumps(stored._write((told, "data/b.csv"), "problems", tmp_path / "part")))
    back, name = stored._read(field, tmp_path)
    assert (str(back), name) == (str(told), "data/b.csv")


def test_on_a_terminal_reading_shows_how_far_it_is(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read_exports(campaign.data_folder, campaign=campaign)
    assert capsys.readouterr().err == "", "into a file or a pipe nothing of it is written"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    read_exports(campaign.data_folder, campaign=campaign)
    told = capsys.readouterr().err
    assert "notes.csv:   0%" in told
    assert "odd.csv: " in told
    assert told.endswith("\r"), "the bar leaves no line behind"


def change_file(campaign: Campaign) -> None:
    write_notes(campaign.folder, 13)


def change_date_on_disk(campaign: Campaign) -> None:
    os.utime(campaign.data_folder / "notes.csv", (1_700_000_000, 1_700_000_000))


def add_file(campaign: Campaign) -> None:
    (campaign.data_folder / "more.csv").write_text(NOTES.format(id="64a000000000000000000002", likes=5))


def change_settings(campaign: Campaign) -> None:
    (campaign.folder / "campaign.yaml").write_text("client: Harbour Tours\ntime_zone: Europe/London\n")


def change_agency(campaign: Campaign) -> None:
    (campaign.folder.parent / "agency.yaml").write_text("name: An agency\n", encoding="utf-8")


@pytest.mark.parametrize("change", [change_file, change_date_on_disk, add_file, change_settings, change_agency])
def test_what_changes_is_read_again_and_the_old_store_is_swept(campaign: Campaign, change) -> None:
    open_exports(campaign)
    before = list_keys(campaign)
    change(campaign)
    now = read_campaign(campaign.folder)
    assert_equal(open_exports(now), read_exports(now.data_folder, campaign=now))
    assert len(before) == len(list_keys(campaign)) == 1
    assert list_keys(campaign) != before


def test_other_readers_read_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    open_exports(campaign)
    before = list_keys(campaign)
    monkeypatch.setattr(stored, "hash_readers", lambda: "readers of another version")
    open_exports(campaign)
    assert list_keys(campaign) != before


def test_the_readers_own_source_and_templates_are_in_the_key() -> None:
    sources = {"/".join(path.parts[-2:]) for path in stored._list_sources()}
    assert {"exports/reading.py", "tables/schema.py", "store/stored.py", "xhs_toolkit/errors.py"} <= sources
    assert not any("sample_campaign" in path.parts for path in stored._list_sources())


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("name", [CONTENTS, "tables.notes.parquet", "files.parquet"])
@pytest.mark.parametrize("harm", [Path.unlink, empty, cut])
def test_a_damaged_store_is_made_again(campaign: Campaign, name: str, harm, monkeypatch) -> None:
    whole = open_exports(campaign)
    place = campaign.folder / STORE / list_keys(campaign)[0]
    harm(place / name)
    assert_equal(open_exports(campaign), whole)
    forbid_reading(monkeypatch)
    assert_equal(open_exports(campaign), whole)


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(campaign: Campaign) -> None:
    (campaign.folder / "runs").write_text("a file where the store would lie", encoding="utf-8")
    assert len(open_exports(campaign).tables["notes"]) > 0


def test_a_file_replaced_while_it_is_read_is_not_stored(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_slowly(folder: Path, *, campaign: Campaign) -> Exports:
        read = read_exports(folder, campaign=campaign)
        write_notes(campaign.folder, 99)
        return read

    monkeypatch.setattr("xhs_toolkit.exports.read_exports", read_slowly)
    open_exports(campaign)
    assert not (campaign.folder / STORE).exists()


def test_several_at_once_agree_and_leave_one_store(campaign: Campaign) -> None:
    code = (
        "import sys, pathlib; from xhs_toolkit.campaign import read_campaign as read\n"
        "from xhs_toolkit.store import open_exports as open\n"
        "print(open(read(pathlib.Path(sys.argv[1]))).tables['notes']['likes'].sum())"
    )
    command = [sys.executable, "-X", "utf8", "-c", code, str(campaign.folder)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: subprocess.run(command, capture_output=True, text=True, check=True), range(3)))
    assert {each.stdout.strip() for each in done} == {"12.0"}
    open_exports(campaign)
    assert len(list_keys(campaign)) == 1


def test_inputs_are_compared_by_name_and_hash(campaign: Campaign) -> None:
    before = list_inputs(campaign.folder)
    assert [item["file"] for item in before] == ["campaign.yaml", "data/notes.csv", "data/odd.csv"]
    assert compare_inputs(before, list_inputs(campaign.folder)) == ()
    write_notes(campaign.folder, 13)
    (campaign.data_folder / "odd.csv").unlink()
    add_file(campaign)
    (campaign.folder / "manifest.json").write_text(json.dumps({"inputs": before}), encoding="utf-8")
    assert find_changes(campaign.folder, campaign_folder=campaign.folder) == (
        Change("data/more.csv", "added"),
        Change("data/notes.csv", "replaced"),
        Change("data/odd.csv", "removed"),
    )
    assert find_changes(campaign.data_folder, campaign_folder=campaign.folder) == ()
