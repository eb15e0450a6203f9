"""``xhs report`` on a finished run: what changed is listed, accepted with name and reason, or written anew."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pptx import Presentation

from xhs_toolkit.cli import main
from xhs_toolkit.report import read_findings, read_verdict
from xhs_toolkit.scorecard import read_summary, update_summary
from xhs_toolkit.scorecard.summary import Inputs
from xhs_toolkit.store import MANIFEST, list_inputs

SETTINGS = """
client: Kea <b>Outdoor</b>
name: Spring & walks
languages: [en, zh]
time_zone: Pacific/Auckland
window: {start: 2026-08-01, end: 2026-08-31}
"""


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path) -> Path:
    """The finished run in a campaign folder with one input, as a run leaves it."""
    folder = tmp_path / "kea"
    shutil.copytree(finished.parents[1], folder)
    (folder / "data").mkdir()
    (folder / "data" / "notes.csv").write_text("title\n", encoding="utf-8")
    (folder / "campaign.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "runs" / "latest.txt").write_text(finished.name, encoding="utf-8")
    run_folder = folder / "runs" / finished.name
    (run_folder / MANIFEST).write_text(json.dumps({"inputs": list_inputs(folder)}), encoding="utf-8")
    return run_folder


def rename(run_folder: Path) -> str:
    """Change the title of the second slide, and return what it was."""
    deck = Presentation(str(run_folder / "deck.pptx"))
    frame = deck.slides[1].shapes.title.text_frame
    before, frame.text = frame.text, "All was well"
    deck.save(str(run_folder / "deck.pptx"))
    return str(before)


def test_an_edited_deck_is_kept_listed_and_accepted(run_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(run_folder.parents[1])
    assert main(["report", folder, "--check"]) == 0
    assert read_summary(run_folder).sendable is True
    before = rename(run_folder)
    capfd.readouterr()
    assert main(["report", folder]) == 1
    said = capfd.readouterr().out
    assert "so kept and only checked (--again writes them anew): deck.pptx" in said
    assert f"deck.pptx, slide 2: {before!r} → 'All was well'" in said
    assert read_summary(run_folder).sendable is False
    found = read_findings(run_folder).faults[0].id
    assert f"[{found}]" in said
    assert main(["report", folder, "--accept", found]) == 2
    assert "--by NAME --reason TEXT" in capfd.readouterr().err
    assert main(["report", folder, "--accept", found, "--by", "Ann", "--reason", "asked for"]) == 0
    said = capfd.readouterr().out
    assert "nothing was found beside the 1 accepted" in said
    assert "accepted by Ann (asked for): deck.pptx, slide 2" in said
    assert read_summary(run_folder).sendable is True


def test_what_was_not_read_is_not_sent_until_a_person_says_so(
    run_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = str(run_folder.parents[1])
    told = ("b.xlsx: is damaged or cut off.", "a.csv, column Fee: nothing says the currency.")
    update_summary(run_folder, inputs=Inputs(unreadable=told[:1], open=told[1:]))
    assert main(["report", folder, "--check"]) == 1
    said = capfd.readouterr().out
    assert all(f"data: {each}" in said for each in told)
    ids = [fault.id for fault in read_findings(run_folder).faults]
    assert main(["report", folder, "--accept", *ids, "--by", "Ann", "--reason", "an old copy"]) == 0
    assert read_summary(run_folder).sendable is True


def test_inputs_that_changed_since_the_run_are_told(run_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = run_folder.parents[1]
    (folder / "data" / "notes.csv").write_text("title\na\n", encoding="utf-8")
    (folder / "data" / "more.csv").write_text("title\n", encoding="utf-8")
    assert main(["report", str(folder), "--check"]) == 1
    (folder / "data" / "notes.csv").unlink()
    assert main(["report", str(folder)]) == 1, "written anew from the same tables"
    said = [line.strip(" -") for line in capfd.readouterr().out.splitlines() if "data/" in line]
    assert [re.sub(r", hash [0-9a-f]{8}", "", line.partition(" since")[0]) for line in said] == [
        "data/more.csv: was added",
        "data/notes.csv: was replaced",
        "data/more.csv: was added",
        "data/notes.csv: was removed",
    ]


def test_an_older_run_is_no_longer_sendable_when_its_inputs_changed(run_folder: Path) -> None:
    folder = run_folder.parents[1]
    assert main(["report", str(folder), "--check"]) == 0
    older = shutil.copytree(run_folder, run_folder.with_name("2026-08-01T000000Z"))
    assert main(["report", str(folder), "--check"]) == 0
    assert read_verdict(older)["sendable"] is True, "as long as nothing changed"
    (folder / "data" / "notes.csv").write_text("title\na\n", encoding="utf-8")
    assert main(["report", str(folder), "--check"]) == 1
    assert (read_verdict(older)["sendable"], read_summary(older).sendable) == (False, False)
    assert [fault.file for fault in read_findings(older).faults] == ["data/notes.csv"]


def test_one_line_accepts_what_stands_in_many_places(run_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, said = str(run_folder.parents[1]), "\\".join(("C:", "Windows"))
    for name in ("deck.pptx", "deck.zh.pptx"):
        deck = Presentation(str(run_folder / name))
        for slide in list(deck.slides)[1:3]:
            slide.notes_slide.notes_text_frame.text = said
        deck.save(str(run_folder / name))
    assert main(["report", folder, "--check"]) == 1
    assert "shows a path of this machine (and in 3 more places)" in capfd.readouterr().out
    ids = {fault.id for fault in read_findings(run_folder).faults if fault.check == "local_path"}
    assert main(["report", folder, "--accept", *ids, "--by", "Ann", "--reason", "a title"]) == 1, "the notes changed"
    assert len(ids) == 1
    assert {fault.check for fault in read_findings(run_folder).faults} == {"changed"}


def test_tables_that_changed_are_not_written_into_a_report_in_silence(
    run_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, table = str(run_folder.parents[1]), run_folder / "tables" / "6_results_posts.parquet"
    pd.read_parquet(table).head(3).to_parquet(table)
    assert main(["report", folder]) == 1
    assert f"tables/{table.name}, hash " in capfd.readouterr().out
    assert main(["report", folder, "--again"]) == 0
