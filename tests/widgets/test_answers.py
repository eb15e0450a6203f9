"""The form of questions that files leave open: what is kept answers them for the next sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as ipw
import pytest

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.campaign.reading import add_taught, write_taught
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import explain_file, read_exports
from xhs_toolkit.widgets import answer_questions

TRACKER = """Creator,Post link,Went live,Status,Likes,Talent
Ann,https://www.xiaohongshu.com/explore/64a1b2c3000000001f00a001,13/4/2026,Live,120,"$1,200.00"
Bo,,14/4/2026,with Sam,,$800.00
"""
SETTINGS = """client: Kowhai  # the client
budget: {amount: 5000, currency: NZD, cny_per_unit: 4.2, rate_date: 2026-03-01}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "spring"
    (folder / "data").mkdir(parents=True)
    (folder / "campaign.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "data" / "tracker.csv").write_text(TRACKER, encoding="utf-8")
    (tmp_path / "agency.yaml").write_text("name: Kea\ntaught:\n  # states: {TBC: agreed}\n", encoding="utf-8")
    return folder


def read_placements(folder: Path) -> list[tuple[Any, ...]]:
    exports = read_exports(folder / "data", campaign=read_campaign(folder))
    names = ["creator_name", "amount", "currency", "currency_source", "state"]
    return list(exports.tables["placements"][names].astype(object).itertuples(index=False, name=None))


def list_controls(view: Any) -> list[Any]:
    boxes = [box for box in view.body.children if isinstance(box, ipw.Box)]
    return [control for box in boxes for control in box.children if isinstance(control, ipw.Dropdown | ipw.Button)]


@pytest.mark.parametrize(("language", "words"), [("en", "Fee, as agreed"), ("zh", "费用（成交价）")])
def test_answers_are_kept_and_answer_the_question(folder: Path, language: str, words: str) -> None:
    assert read_placements(folder)[0][1:] != (1200, "NZD", "taught", "posted")
    view = answer_questions(folder, language=language)
    view.open()
    assert view.error is None
    controls = {control.description: control for control in list_controls(view)}
    assert all(controls), "every control has a label"
    assert controls["Talent"].label == words, "as proposed"
    controls["with Sam"].value = "answer_state_cancelled"
    view.keep(folder / "campaign.yaml")
    assert read_placements(folder) == [
        ("Ann", 1200, "NZD", "taught", "posted"),
        ("Bo", 800, "NZD", "taught", "cancelled"),
    ]
    assert (folder / "campaign.yaml").read_text(encoding="utf-8").startswith("client: Kowhai  # the client\n")
    assert view.questions == []
    assert "campaign.yaml" in view.read_message()


def test_a_column_that_is_no_fee_is_left_alone_from_then_on(folder: Path) -> None:
    view = answer_questions(folder)
    view.open()
    controls = {control.description: control for control in list_controls(view)}
    controls["Talent"].value = "answer_nothing"
    assert controls["Talent: Currency"].layout.display == "none"
    view.keep(folder.parent / "agency.yaml")
    agency = (folder.parent / "agency.yaml").read_text(encoding="utf-8")
    assert agency.startswith("name: Kea\ntaught:\n")
    assert view.questions == []
    assert read_campaign(folder).taught_headers["Talent"].column == "ignore"


def test_explain_proposes_what_the_form_proposes(folder: Path) -> None:
    text = explain_file(folder / "data" / "tracker.csv", campaign=read_campaign(folder))
    proposed = text[text.index("# taught:") :].replace("# ", "", 1).replace("\n# ", "\n")
    (folder / "campaign.yaml").write_text(SETTINGS + proposed, encoding="utf-8")
    assert read_placements(folder)[1] == ("Bo", 800, "NZD", "taught", "agreed")


def test_answers_that_cannot_be_used_leave_the_file_as_it_was(folder: Path) -> None:
    with pytest.raises(CampaignError):
        write_taught(folder / "campaign.yaml", {"states": {"with Sam": "lost"}})
    assert (folder / "campaign.yaml").read_text(encoding="utf-8") == SETTINGS


def test_earlier_answers_stay_and_the_same_is_replaced() -> None:
    before = "client: A\ntaught:\n  headers:\n    Fee: {column: price_cny}\n\n  states: {on: agreed}\n# end\nname: B\n"
    after = add_taught(before, {"headers": {"Fee": {"column": "ignore"}}, "states": {"NO": "cancelled"}})
    assert after == (
        "client: A\ntaught:\n  headers:\n    Fee:\n      column: ignore\n  states:\n    'on': agreed\n"
        "    'NO': cancelled\n# end\nname: B\n"
    )
