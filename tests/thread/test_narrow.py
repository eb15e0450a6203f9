"""The thread: each step only narrows it, a person's word lets through, and what an accepted plan holds is agreed."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import TableError
from xhs_toolkit.thread import (
    add_briefs,
    add_roster,
    add_vetting,
    agree_roster,
    find_allowed_offers,
    list_allowed,
    list_roster,
    read_thread,
    start_thread,
    summarise_funnel,
    write_thread,
)

SAID = st.sampled_from([None, "keep", "drop", "maybe"])
STATUS = st.sampled_from(["shortlisted", "reserve", "flagged", "unknown"])


def make_pool(rows: list[tuple[str | None, str | None]]) -> pd.DataFrame:
    """Creators by the rule that left them out and what a person said; as sourcing gives them."""
    frame = pd.DataFrame(rows, columns=["left_out_by", "decision"], dtype="str")
    keys = [f"c{number}" for number in range(len(rows))]
    ruled = frame["left_out_by"].mask(frame["decision"].eq("keep")).mask(frame["decision"].eq("drop"), "decision")
    words = {"creator_key": keys, "creator_name": [key.upper() for key in keys], "found_in": "notes"}
    told = {"left_out_value": pd.Series("9", frame.index).where(ruled.notna()), "decision_reason": "asked her"}
    return frame.assign(left_out_by=ruled, **words, **told).astype("str")


def vet(thread: pd.DataFrame, statuses: list[str]) -> pd.DataFrame:
    """Vetting as `vetting.vet_creators` tells it, of who is on the long list."""
    said = {"keep": "kept", "drop": "dropped", "maybe": "undecided"}
    status = thread["decision"].map(said).fillna(pd.Series(statuses, index=thread.index))
    flags = pd.Series("active_fans; saves", thread.index).where(pd.Series(statuses, index=thread.index).eq("flagged"))
    vetted = pd.DataFrame({"creator_key": thread["creator_id"], "list_status": status, "flags": flags}).astype("str")
    return vetted[thread["on_long_list"].astype(bool)]


def buy(creators: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"creator_id": creators, "format": "image", "cost_cny": 100.0})


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from([None, "places"]), SAID, STATUS), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_whatever_is_set_each_step_only_narrows(rows: list[tuple], random) -> None:
    thread = start_thread(make_pool([row[:2] for row in rows]))
    vetted = add_vetting(thread, vet(thread, [row[2] for row in rows]))
    allowed = sorted(list_allowed(vetted))
    planned = add_roster(vetted, buy(random.sample(allowed, len(allowed) // 2)))
    on = {name: set(planned.loc[planned[name].astype(bool), "creator_id"]) for name in planned if name[:3] == "on_"}
    assert on["on_roster"] <= on["on_shortlist"] <= on["on_long_list"]
    bought = planned[planned["on_roster"].astype(bool)]
    assert not bought["decision"].isin(["drop", "maybe"]).any()
    assert bought.loc[bought["flagged"].astype(bool), "decision"].eq("keep").all()
    funnel = summarise_funnel(planned)
    sizes = funnel.drop_duplicates("step")["n_creators"].tolist()
    assert sizes == [len(rows), *(len(on[name]) for name in ("on_long_list", "on_shortlist", "on_roster"))]
    removed = funnel.groupby("step", sort=False)["n_removed"].sum()
    assert removed.tolist() == [0, *(before - after for before, after in pairwise(sizes))]


def test_the_funnel_names_the_rule_at_each_cut() -> None:
    thread = start_thread(make_pool([(None, None)] * 4 + [("places", None), (None, "drop"), ("places", "keep")]))
    statuses = ["shortlisted", "shortlisted", "flagged", "unknown", "reserve", "reserve", "flagged"]
    planned = add_roster(add_vetting(thread, vet(thread, statuses)), buy(["c0", "c6"]))
    rows = summarise_funnel(planned)[["step", "n_creators", "n_let_through", "rule", "n_removed"]]
    assert set(rows.dropna().itertuples(index=False, name=None)) == {
        ("on_long_list", 5, 1, "places", 1.0),
        ("on_long_list", 5, 1, "decision", 1.0),
        ("on_shortlist", 3, 1, "flagged", 1.0),
        ("on_shortlist", 3, 1, "unknown", 1.0),
        ("on_roster", 2, 1, "not_chosen", 1.0),
    }
    reasons = planned.set_index("creator_id")["reason"]
    assert reasons.loc[["c1", "c2", "c4"]].tolist() == ["not_chosen", "flagged: active_fans, saves", "places: 9"]
    assert reasons.loc[["c5", "c6"]].eq("decision: asked her").all()


def test_who_was_not_put_forward_cannot_be_bought() -> None:
    thread = start_thread(make_pool([(None, None), (None, None)]))
    vetted = add_vetting(thread, vet(thread, ["shortlisted", "flagged"]))
    with pytest.raises(TableError, match="not on the shortlist"):
        add_roster(vetted, buy(["c1"]))


def test_no_offer_is_dearer_than_the_highest_price_unless_a_person_keeps_its_creator() -> None:
    thread = start_thread(make_pool([(None, None), (None, "keep"), (None, None)]))
    vetted = add_vetting(thread, vet(thread, ["shortlisted", "shortlisted", "flagged"]))
    offers = pd.DataFrame({"creator_id": ["c0", "c0", "c1", "c2"], "price_cny": [90.0, 110.0, 110.0, 90.0]})
    assert find_allowed_offers(offers, vetted, max_price_cny=100).tolist() == [True, False, True, False]
    assert find_allowed_offers(offers, vetted).tolist() == [True, True, True, False]


def test_an_accepted_plan_is_a_persons_word_but_for_who_was_dropped_since() -> None:
    thread = start_thread(make_pool([(None, None), (None, None), ("places", None), (None, "drop")]))
    vetted = add_vetting(thread, vet(thread, ["shortlisted", "flagged", "reserve", "reserve"]))
    roster = buy(["c0", "c1", "c2", "c3", "gone"]).assign(creator_name="X")
    agreed = agree_roster(vetted, roster, version=2)
    assert list_roster(agreed) == {"c0", "c1", "c2", "gone"}
    row = agreed.set_index("creator_id")
    assert row.loc[["c0", "c1", "gone"], "decision"].tolist() == ["", "keep", "keep"]
    assert set(row.loc[["c0", "c1", "c2"], "reason"]) == {"accepted plan, version 2"}
    assert row.loc["c0", ["state", "n_notes_planned", "cost_cny"]].tolist() == ["agreed", 1, 100]


def test_themes_and_briefs_end_the_thread(tmp_path: Path) -> None:
    thread = start_thread(make_pool([(None, None), (None, None)]))
    planned = add_roster(add_vetting(thread, vet(thread, ["shortlisted"] * 2)), buy(["c0", "c0"]))
    lines = pd.DataFrame({"creator_id": "c0", "theme": ["walks", "gear"], "brief": ["C0-1.html", "C0-2.html"]})
    told = add_briefs(planned, lines).set_index("creator_id")
    assert told.loc["c0", ["theme", "brief"]].tolist() == ["walks; gear", "C0-1.html; C0-2.html"]
    assert told.loc["c1", ["theme", "brief"]].isna().all()


def test_a_thread_older_than_its_inputs_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text("client: A\n", encoding="utf-8")
    campaign = Campaign(folder=tmp_path)
    assert read_thread(tmp_path, campaign=campaign) is None
    thread = start_thread(make_pool([(None, "keep")]))
    path = write_thread(tmp_path, thread)
    pd.testing.assert_frame_equal(read_thread(tmp_path, campaign=campaign), thread)
    later = path.stat().st_mtime_ns + 1_000_000
    (tmp_path / "decisions.csv").write_text("creator_id,decision\n", encoding="utf-8")
    os.utime(tmp_path / "decisions.csv", ns=(later, later))
    assert read_thread(tmp_path, campaign=campaign) is None
