"""The verdict on each creator follows the printed rule, and each card is of another note."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.results import advise, choose_lessons, summarise_creators

CREATORS = pd.DataFrame(
    {"creator_id": ["c0", "c1"], "creator_name": ["c0", "c1"], "category": ["亲子", "旅行"], "tags": [None, None]}
)


def make_notes(costs: list[float | None]) -> pd.DataFrame:
    """One note a creator with 100 engagements, and one of a size of its own that holds the usual at 2 a time."""
    n = len(costs)
    names = [f"c{number}" for number in range(n)]
    figures = {"exposure": 5_000.0, "views": 1_000.0, "engagement": 100.0, "collects": 40.0, "comments": 5.0}
    about = {"note_id": names, "creator_id": names, "creator_name": names, "title": names, "format": "image"}
    frame = pd.DataFrame({**about, **figures, "likes": 60.0, "click_rate": 0.1, "tier": "KOC"})
    return frame.assign(content_cny=[None if cost is None else 100 * cost for cost in costs])


def judge(notes: pd.DataFrame, *, objective: str = "trust", leads: dict[str, float] | None = None) -> pd.DataFrame:
    told = pd.DataFrame([("leads", *pair) for pair in (leads or {}).items()],
                        columns=["metric", "creator_id", "attributed"])  # fmt: skip
    campaign = Campaign(folder=Path(), objective=objective)
    found = summarise_creators(notes, creators=CREATORS, attribution=SimpleNamespace(creators=told), campaign=campaign)
    return found.set_index("creator_name")


def test_the_verdict_follows_the_cost_of_engagement_of_the_creators_size() -> None:
    notes = make_notes([1.0, 2.0, 3.0, 4.0, None])  # in the middle 2.5 a time
    found = judge(notes)
    assert found["usual_cost_per_engagement_cny"].unique().tolist() == [2.5]
    assert found["verdict"].to_dict() == {
        "c0": "rebook", "c1": "rebook", "c2": "test_again", "c3": "test_again", "c4": "test_again"
    }  # fmt: skip
    dear = judge(make_notes([1.0, 1.0, 1.0, 13.0]))
    assert dear.loc["c3", "verdict"] == "not_again", "at 13 times the middle creator's"
    assert found.loc["c0", "engagement_rate"] == pytest.approx(0.1)
    assert found["leads"].isna().all(), "nothing names a creator"


def test_with_leads_as_the_aim_a_lead_is_needed_and_saves() -> None:
    found = judge(make_notes([1.0, 1.0, 1.0, 13.0]), objective="leads", leads={"c1": 2.0, "c3": 1.0})
    assert found["verdict"].to_dict() == {
        "c1": "rebook", "c0": "test_again", "c2": "test_again", "c3": "test_again"
    }  # fmt: skip
    assert found.loc["c0", "leads"] == 0, "where codes name creators, one without any brought none"


def test_each_card_is_the_best_at_something_and_none_comes_twice() -> None:
    notes = make_notes([5.0] * 8)
    best = {"views": 0, "collects": 1, "comments": 2, "click_rate": 3}
    for name, row in best.items():
        notes.loc[row, name] = 9_000.0
    notes.loc[4, "content_cny"] = 1.0
    cards = choose_lessons(notes).set_index("reason")
    assert cards["title"].is_unique
    told = {"most_views": "c0", "most_saves": "c1", "cheapest_engagement": "c4", "most_comments": "c2"}
    assert {reason: cards.loc[reason, "title"] for reason in told} == told
    assert cards.loc["most_views", "note_link"] == "https://www.xiaohongshu.com/explore/c0"
    assert choose_lessons(notes[:0]).empty


def test_each_step_has_its_money_what_to_expect_and_when_to_stop() -> None:
    notes = make_notes([1.0, 2.0, 3.0, 4.0, 9.0])
    rebook, drop = advise(judge(notes).reset_index(), campaign=Campaign(folder=Path(), objective="trust"))
    assert (rebook.code, drop.code) == ("next.rebook", "next.drop")
    assert (rebook.values["n_creators"], rebook.values["amount_cny"]) == (3, 600.0)
    rate = 500 / 1_900
    assert rebook.values["low_value"] == pytest.approx(600 * rate)
    assert rebook.values["high_value"] == 300.0
    assert rebook.values["value"] == pytest.approx(100 * rate)
    assert drop.values["value"] == pytest.approx(900 * rate - 100)
    assert advise(judge(make_notes([None])).reset_index(), campaign=Campaign(folder=Path())) == ()
