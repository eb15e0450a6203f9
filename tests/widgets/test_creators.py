"""Creators at the screen: who is left, in which order, who is drawn, and what a person decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Planning
from xhs_toolkit.decisions import read_decisions, write_decision
from xhs_toolkit.exports import make_latest
from xhs_toolkit.selection import select_creators
from xhs_toolkit.widgets import (
    CreatorsState,
    CreatorsView,
    Explored,
    draw_creators,
    explore_creators,
    filter_creators,
    make_card,
)
from xhs_toolkit.widgets.creators import decide
from xhs_toolkit.widgets.creators_view import write_card
from xhs_toolkit.widgets.shell import find_file, read_state, write_state

POOL = pd.DataFrame(
    {
        "creator_key": ["a", "b", "c", "d"],
        "tier": ["KOL", "KOC", "KOC", None],
        "category": ["美食", "户外", None, "户外"],
        "place": ["新西兰", "澳大利亚", "新西兰", None],
        "followers": [90_000.0, 4_000.0, 2_000.0, np.nan],
        "price_cny": [5_000.0, 500.0, np.nan, 300.0],
        "fan_growth_30d": [0.02, -0.01, np.nan, 0.05],
        "flags": ["hit_rate; place", "hit_rate_of_ads", None, None],
        "flag_count": [2.0, 1.0, 0.0, 0.0],
        "total_points": [60.0, 70.0, 80.0, np.nan],
        "searched": ["alice\n徒步", "bob\nfood", "chen\n徒步 food", "dora\n"],
    }
)
KNOWN = CreatorsState(keep_unknown=False)


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (CreatorsState(), "cbad"),
        (CreatorsState(is_descending=False), "abcd"),
        (CreatorsState(sorted_by="followers"), "abcd"),
        (CreatorsState(sorted_by="no such column"), "cbad"),
        (CreatorsState(text="FOOD 徒步"), "c"),
        (CreatorsState(tiers=("KOC",)), "cbd"),
        (replace(KNOWN, tiers=("KOC",)), "cb"),
        (replace(KNOWN, categories=("户外", "美食")), "bad"),
        (replace(KNOWN, places=("新西兰",), tiers=("KOC",)), "c"),
        (CreatorsState(followers_from=3_000.0), "bad"),
        (replace(KNOWN, followers_from=3_000.0, followers_to=50_000.0), "b"),
        (replace(KNOWN, price_to_cny=500.0), "bd"),
        (replace(KNOWN, growth_from=0.0), "ad"),
        (CreatorsState(growth_from=0.0), "cad"),
        (CreatorsState(flags="unflagged"), "cd"),
        (CreatorsState(flags="with_flags"), "ba"),
        (CreatorsState(flags="hit_rate"), "a"),
        (replace(KNOWN, price_from_cny=1e9), ""),
    ],
)
def test_filters_leave_those_that_fit_in_the_order_that_is_set(state: CreatorsState, left: str) -> None:
    assert "".join(filter_creators(POOL, state=state)["creator_key"]) == left


def test_the_card_is_of_the_creator_and_nobody_has_an_empty_one(explored: Explored) -> None:
    key = explored.creators["creator_key"].iloc[3]
    card = make_card(explored, creator_key=key)
    assert set(card["creator_key"]) == {key}
    assert card["verdict"].eq("flag").sum() == explored.creators["flag_count"].iloc[3]
    assert make_card(explored, creator_key="nobody").empty
    creator = explored.creators.iloc[3].to_dict() | {"rankings": "美妆榜 3 (2026-08-01)", "image_price_cny": None}
    words = write_card(creator, card=card.head(0), language="zh")
    assert "榜单 美妆榜 3 (2026-08-01)" in words
    assert "图文" not in words, "what is not known of a creator is left out"


def test_a_picture_is_one_call_and_a_selection_and_a_decision_change_it(explored: Explored, folder: Path) -> None:
    state = CreatorsState()
    plain = draw_creators(explored, state=state, language="en")
    first = int(explored.creators["engagement_fan_rate"].notna().argmax())
    chosen = replace(state, selected=explored.creators["creator_key"].iloc[first])
    name = explored.creators["creator_name"].iloc[first]
    ringed = draw_creators(explored, state=chosen, language="en")
    assert [text.get_text() for text in ringed.texts if name[-2:] in text.get_text()]
    assert len(ringed.artists) + len(ringed.lines) > len(plain.artists) + len(plain.lines)
    write_decision(folder, creator_id=explored.creators["decision_id"].iloc[first], decision="keep")
    kept = decide(explored, decisions=read_decisions(folder)).creators["is_kept"]
    assert kept[kept].index.tolist() == [explored.creators.index[first]]


def test_whom_the_settings_want_is_kept_on_the_screen_too(explored: Explored, folder: Path) -> None:
    wanted, unwanted = explored.creators["creator_key"].iloc[[1, 2]]
    settled = explored._replace(planning=Planning(must_have=(wanted,), exclude=(unwanted,)))
    rows = decide(settled, decisions=read_decisions(folder)).creators.set_index("creator_key")
    assert rows.loc[[wanted, unwanted], "decision"].tolist() == ["keep", "drop"]
    assert (rows["decision"].notna().sum(), rows["is_kept"].sum()) == (2, 1)


# ----------------------------------------------------------------------------------------- view


@pytest.fixture
def view(folder: Path, explored: Explored) -> CreatorsView:
    opened = CreatorsView(folder, explored=explored)
    opened.open()
    assert opened.error is None
    return opened


def send(view: CreatorsView, creator: str, decision: str, *, reason: str = "", by: str = "") -> None:
    """A decision as the browser sends it."""
    view.decide._handle_custom_msg({"creator": creator, "decision": decision, "reason": reason, "by": by}, [])


def test_a_decision_is_written_shown_and_obeyed_by_vetting(view: CreatorsView, folder: Path, sample) -> None:
    best = view.table.row_keys[0]
    view.table.selected = best
    send(view, best, "drop", reason="only =reposts", by="Mei")
    name = view.pool.creators.set_index("creator_key").loc[best, "creator_name"]
    assert view.read_message() == f"Saved in decisions.csv: drop {name}."
    assert "Decided: drop by Mei, because: only =reposts." in view.card.value
    place = view.columns.index("decision")
    assert view.table.rows[view.table.row_keys.index(best)][place] == "drop"
    campaign, exports = sample
    latest = make_latest(exports.tables["notes"])
    found = select_creators(exports.tables, latest=latest, campaign=campaign, decisions=read_decisions(folder))
    row = found.thread.set_index("creator_id").loc[best]
    assert row[["on_long_list", "decision", "reason"]].tolist() == [False, "drop", "decision: only =reposts"]


def test_saving_without_a_choice_says_what_is_missing(view: CreatorsView, folder: Path) -> None:
    send(view, "", "keep")
    assert view.read_message().startswith("Select a creator")
    send(view, view.table.row_keys[0], "")
    assert view.decide.saved == view.read_message() == "Choose keep, maybe or drop first."
    assert not (folder / "decisions.csv").exists()


def test_a_lagging_kernel_saves_what_was_sent_of_whom_it_was_sent(view: CreatorsView, folder: Path) -> None:
    """Messages of one creator after the other, while the view still shows the first."""
    asked = {key: ("keep", "maybe", "drop")[place % 3] for place, key in enumerate(view.table.row_keys[:20])}
    for key, decision in asked.items():
        send(view, key, decision)
        assert view.decide.saved.startswith("Saved in decisions.csv")
    assert view.decide.decided == asked
    rows = view.pool.creators.set_index("creator_key")["decision"].dropna()
    assert rows.to_dict() == asked


def test_what_somebody_else_decided_meanwhile_is_told(view: CreatorsView, folder: Path) -> None:
    key = view.table.row_keys[0]
    decision_id = view.pool.creators.set_index("creator_key").loc[key, "decision_id"]
    write_decision(folder, creator_id=decision_id, decision="drop", reason="late", by="Ann")
    send(view, key, "keep", by="Bob")
    assert "Meanwhile Ann had decided: drop, because: late." in view.decide.saved
    send(view, key, "maybe", by="Bob")
    assert "Meanwhile" not in view.decide.saved, "Bob's own word was shown"


def test_a_click_selects_the_mark_it_is_nearest_to(view: CreatorsView) -> None:
    from xhs_toolkit.present.explore_charts import place_marks

    creators = view.pool.creators
    across, up = place_marks(creators, x="followers", y="engagement_fan_rate", limits=view.pool.limits["size"])
    shown = np.flatnonzero(creators["engagement_fan_rate"].notna())
    for row in shown[[0, len(shown) // 2, -1]]:
        view.click([float(across[row]), float(1 - up[row]), 1.0])
        assert view.state.selected == creators["creator_key"].iloc[row]


def test_state_is_each_persons_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    write_state(folder, "creators", CreatorsState(text="Ann's"))
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    assert read_state(folder, "creators", default=CreatorsState()).text == ""
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    write_state(folder, "creators", CreatorsState(text="a visitor's"))
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    assert read_state(folder, "creators", default=CreatorsState()).text == ""
    monkeypatch.delenv("SERVER_SOFTWARE")
    assert read_state(folder, "creators", default=CreatorsState()).text == "Ann's"


def test_what_was_set_outlives_the_view_and_a_ruined_memory_does_not_stop_it(view: CreatorsView, folder: Path) -> None:
    small = view.pool.creators.query("tier == 'KOC' and price_cny <= 1000")
    view.filter(text=small["creator_name"].iloc[-1], tiers=("KOC",), price_to_cny=1_000.0)
    again = CreatorsView(folder, explored=view.pool)
    again.open()
    assert again.state == view.state
    assert again.table.row_keys == view.table.row_keys
    assert len(again.table.row_keys) == 1
    memory = find_file(folder)
    for content in ('{"creators": {"text": 5, "tiers": "KOC", "price_to_cny": true, "new": 1}}', "{", "[]", "\x00"):
        memory.write_text(content, encoding="utf-8")
        assert explore_creators(folder).state == CreatorsState()


def test_labels_are_in_the_language_that_is_chosen(view: CreatorsView) -> None:
    view.switch.value = "zh"
    assert view.table.columns[0]["label"] == "达人"
    assert view.note.startswith("244位达人中的244位")
    view.reset()
    assert view.language == "zh"
