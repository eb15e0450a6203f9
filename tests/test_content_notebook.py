"""The notebook of the content, run as the user runs it: with a roster, with edits by hand, and with nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from finished_runs import read_sentences, read_words
from openpyxl import load_workbook

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.cli.verbs import finish_run
from xhs_toolkit.content import plan_calendar, read_booked
from xhs_toolkit.plans import PROPOSED, accept_plan
from xhs_toolkit.runs import run_campaign

pytestmark = pytest.mark.xdist_group("notebooks")


def run(repository: Path, folder: Path, steps: tuple[str, ...]) -> Path:
    notebooks = [repository / "notebooks" / f"{step}.ipynb" for step in steps]
    return run_campaign(folder, notebooks=notebooks, write_report=finish_run).folder


def test_the_plan_is_told_in_both_languages(sample_run: Path) -> None:
    told = read_sentences(sample_run, "5_content")
    assert "Every one of the 3 themes is covered" in told["en"]
    assert "3个主题全部有达人覆盖" in told["zh"]
    assert "is not legal advice" in told["en"]


def test_everybody_of_the_roster_has_a_theme_a_day_and_a_brief(sample_run: Path) -> None:
    folder = sample_run.parents[1]
    proposed = json.loads((sample_run / PROPOSED).read_text(encoding="utf-8"))
    roster = {row["creator_id"]: row["format"] for row in proposed["roster"]}
    calendar = pd.read_parquet(sample_run / "tables" / "5_content_calendar.parquet")
    campaign = read_campaign(folder)
    assert dict(zip(calendar["creator_id"], calendar["format"], strict=True)) == roster
    assert set(calendar["theme"]) == {theme.name for theme in campaign.themes}
    assert not calendar.duplicated(["date", "theme"]).any()
    assert calendar["date"].value_counts().le(campaign.content.notes_a_day).all()
    assert calendar["date"].between("2026-08-03", "2026-09-13").all()
    assert len(list((folder / "briefs").glob("*.html"))) == len(roster)


def test_what_is_sent_is_written(sample_run: Path) -> None:
    calendar = pd.read_parquet(sample_run / "tables" / "5_content_calendar.parquet")
    text = (sample_run / "files" / "calendar.ics").read_bytes().decode("utf-8")
    assert text.count("发布 Post") == len(calendar)
    book = load_workbook(sample_run / "files" / "content.en.xlsx")
    assert book.sheetnames == ["Calendar", "Assignment", "What works", "To review", "How to read"]
    times = [row[1].value for row in book["Calendar"].iter_rows(min_row=2)]
    assert times == calendar["market_time"].tolist()
    chinese = load_workbook(sample_run / "files" / "content.zh.xlsx")
    head, first = (list(row) for row in chinese["发布日历"].iter_rows(max_row=2))
    told = {cell.value: place for place, cell in enumerate(head)}
    assert first[told["主题"]].value in {"一日徒步", "亲子周末", "装备攻略"}
    assert (head[0].value, head[-1].value) == ("达人", "达人ID")
    assert first[0].hyperlink.target.endswith(f"/user/profile/{first[-1].value}")
    review = [
        str([[cell.value for cell in row] for row in sheet.iter_rows()])
        for sheet in (book["To review"], chinese["待审核"])
    ]
    assert "Superlative or absolute claim" in review[0]
    assert "绝对化用语" in review[1]
    assert "改为可证实的事实描述" in review[1]


def test_an_accepted_plan_and_a_brief_changed_by_hand_stay(repository: Path, sample_copy: Path) -> None:
    """The step runs alone from the accepted plan; what a person wrote is still there afterwards."""
    folder = sample_copy.parents[1]
    accept_plan(folder)
    edited = sorted((folder / "briefs").glob("*.html"))[0]
    edited.write_text(edited.read_text(encoding="utf-8") + "<!-- by hand -->", encoding="utf-8")
    settings = folder / "campaign.yaml"
    text = settings.read_text(encoding="utf-8")
    said = "message: {zh: 周末也能走进自然, en: Nature is a weekend away}"
    assert said in text
    settings.write_text(text.replace(said, "message: 周末走进自然"), encoding="utf-8")
    done = run(repository, folder, ("5_content",))
    thread = pd.read_parquet(done / "tables" / "thread.parquet")
    assert read_booked(read_campaign(folder), run_folder=done, thread=thread).source == "accepted"
    assert set(thread.loc[thread["on_roster"], "state"]) == {"agreed"}
    assert thread.loc[thread["on_roster"], ["theme", "brief"]].notna().all(axis=None)
    assert edited.read_text(encoding="utf-8").endswith("<!-- by hand -->")
    beside = edited.with_name(edited.name.removesuffix(".html") + ".new.html")
    assert "周末走进自然" in beside.read_text(encoding="utf-8")
    words = read_words(done / "report.html")
    assert "accepted plan, version 1" in words
    assert "1 brief was changed by hand and kept as it is" in words


def test_a_new_campaign_says_what_is_missing(empty_run: Path) -> None:
    page = json.loads((empty_run / "pages" / "5_content.json").read_text(encoding="utf-8"))
    assert [block["kind"] for block in page["blocks"]] == ["skipped"]
    assert "there is no roster" in read_sentences(empty_run, "5_content")["en"]
    assert not (empty_run.parents[1] / "briefs").exists()
    assert not (empty_run / "files" / "calendar.ics").exists()


def test_notes_without_a_roster_still_tell_what_works(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    done = run(repository, folder, ("5_content",))
    words = read_words(done / "report.html")
    assert "There is no roster yet" in words
    assert (done / "tables" / "5_content_effects.parquet").exists()
    campaign = read_campaign(folder)
    booked = read_booked(campaign, run_folder=done, thread=pd.read_parquet(done / "tables" / "thread.parquet"))
    assert plan_calendar(booked.rows, campaign=campaign, phases=pd.DataFrame()).empty
