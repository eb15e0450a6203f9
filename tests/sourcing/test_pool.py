"""One pool from any mixture of sources: who is who, which value wins, what is shown as a conflict."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pool import NOW, make_campaign, make_creators, make_notes, make_tables

from xhs_toolkit.sourcing import Pool, make_pool
from xhs_toolkit.thread.pool import add_creator_key

DAY = pd.Timedelta(days=1)
HUITUN = {"source": "huitun_creators", "source_file": "b.xlsx"}
RANKED = {"date": pd.Timestamp("2026-09-01"), "list_name": "growth"}
SHEET = {"source": "agency_creators", "source_file": "c.csv"}


def pool_of(rows: list[dict], **tables: pd.DataFrame) -> Pool:
    made = make_tables(creators=make_creators(rows), **tables)
    return make_pool(made, latest=made["notes"], campaign=make_campaign())


def test_the_same_person_in_two_tools_is_one_creator() -> None:
    """By id, by the account number that one of them shows with the id, by the name where it is one creator's."""
    pool = pool_of(
        [
            {"creator_id": "5f01", "xhs_number": "88", "creator_name": "小栗", "followers": 1_000.0},
            {**HUITUN, "creator_id": None, "xhs_number": "88", "creator_name": "小栗子", "active_fan_share": 0.4},
            {**SHEET, "creator_id": None, "creator_name": " 小栗　", "place": "奥克兰"},
            {**SHEET, "creator_id": None, "xhs_number": "99", "creator_name": "Bo"},
        ],
        notes=make_notes([{"creator_id": "5f01", "creator_name": "小栗"}, {"creator_id": "5f03"}]),
        rankings=pd.DataFrame([{**RANKED, "rank": 3.0, "creator_name": "Bo"}]),
    )
    table = pool.creators.set_index("creator_key")
    assert set(table.index) == {"5f01", "xhs:99", "5f03"}
    one = table.loc["5f01"]
    assert one[["followers", "active_fan_share", "place"]].tolist() == [1_000.0, 0.4, "奥克兰"]
    assert one["found_in"] == "dandelion_creators, huitun_creators, agency_creators, notes"
    assert one["n_notes_read"] == 1
    assert table.loc["xhs:99", "rankings"] == "growth 3 (2026-09-01)"
    assert table.loc["xhs:99", "found_in"] == "agency_creators, rankings"


def test_a_name_of_two_creators_joins_nobody_and_is_told() -> None:
    pool = pool_of(
        [
            {"creator_id": "5f01", "creator_name": "Momo"},
            {"creator_id": "5f02", "creator_name": "Momo"},
            {**SHEET, "creator_id": None, "creator_name": "Momo", "followers": 5.0},
        ]
    )
    assert set(pool.creators["creator_key"]) == {"5f01", "5f02"}
    assert pool.creators["followers"].isna().all()
    assert pool.unclear[["name", "n_creators"]].to_numpy().tolist() == [["Momo", 2]]


def test_of_fresh_figures_the_most_official_wins_and_the_other_is_shown() -> None:
    rows = [
        {"creator_id": "a", "followers": 1_000.0, "as_of": NOW - 20 * DAY},
        {**HUITUN, "creator_id": "a", "followers": 1_500.0, "image_price_cny": 300.0, "as_of": NOW},
    ]
    for order in (rows, rows[::-1]):
        pool = pool_of(order)
        assert pool.creators.loc[0, ["followers", "image_price_cny"]].tolist() == [1_000.0, 300.0]
        shown = pool.conflicts[["metric", "value", "source", "other_value", "other_source"]]
        assert shown.to_numpy().tolist() == [["followers", "1,000", "dandelion_creators", "1,500", "huitun_creators"]]
        assert pool.creators.loc[0, "n_conflicts"] == 1


def test_an_old_official_figure_gives_way_to_a_fresh_one_without_a_conflict() -> None:
    pool = pool_of(
        [
            {"creator_id": "a", "followers": 1_000.0, "place": "上海", "as_of": NOW - 31 * DAY},
            {**SHEET, "creator_id": "a", "followers": 1_500.0, "as_of": NOW},
        ]
    )
    assert pool.creators.loc[0, ["followers", "place"]].tolist() == [1_500.0, "上海"]
    assert pool.conflicts.empty


@pytest.mark.parametrize(("other", "n_conflicts"), [(1_090.0, 0), (1_120.0, 1)])
def test_rounding_is_no_conflict(other: float, n_conflicts: int) -> None:
    pool = pool_of([{"creator_id": "a", "followers": 1_000.0}, {**HUITUN, "creator_id": "a", "followers": other}])
    assert len(pool.conflicts) == n_conflicts


def test_a_creator_seen_only_in_notes_is_in_the_pool() -> None:
    notes = make_notes([{"creator_id": "a", "creator_name": "Ana", "format": "video", "followers": 12_000.0}] * 3)
    made = make_tables(notes=notes.assign(note_id=["1", "2", "3"]))
    row = make_pool(made, latest=made["notes"], campaign=make_campaign()).creators.iloc[0]
    assert row[["creator_name", "tier", "format", "n_notes_read"]].tolist() == ["Ana", "KOL", "video", 3]


ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["1", "2", None]), st.sampled_from(["X", "Y", None])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60)
@given(rows=ROWS, seed=st.randoms())
def test_who_is_who_does_not_depend_on_the_order_and_never_joins_two_ids(rows: list, seed) -> None:
    frame = pd.DataFrame(rows, columns=["creator_id", "xhs_number", "creator_name"]).astype("str")
    keys = add_creator_key(frame).rows["creator_key"]
    order = list(range(len(rows)))
    seed.shuffle(order)
    shuffled = add_creator_key(frame.iloc[order]).rows["creator_key"]
    pd.testing.assert_series_equal(keys.sort_index(), shuffled.sort_index())
    known = frame["creator_id"].notna()
    assert keys[known].eq(frame["creator_id"][known]).all()
