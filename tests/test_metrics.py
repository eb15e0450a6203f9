"""The four metrics, their zero rules and where each number came from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit import metrics
from xhs_toolkit.tables import NOTES, PLACEMENTS, conform


def make_notes(**columns: list) -> pd.DataFrame:
    return conform(pd.DataFrame(columns), NOTES)


def make_placements(**columns: list) -> pd.DataFrame:
    return conform(pd.DataFrame(columns), PLACEMENTS)


def test_cost_per_view_of_the_brief() -> None:
    notes = make_notes(note_id=["a"], views=[5000]).assign(cost_cny=1000.0)
    assert metrics.add_cost_per_view(notes)["cost_per_view_cny"].tolist() == [0.2]


@pytest.mark.parametrize(
    ("form", "exposure", "views", "platform", "rate", "source", "reason"),
    [
        ("image", 1000, 120, None, 0.12, "views_per_exposure", ""),
        ("image", 1000, 120, 0.118, 0.118, "platform", ""),
        ("video", 1000, 400, 0.09, 0.09, "platform", ""),
        ("video", 1000, 400, None, None, "", "no_platform_rate"),
        ("video", 0, 126, 0.0, None, "", "zero_exposure"),
        ("image", 0, 126, 0.0, None, "", "zero_exposure"),
        ("image", None, 126, None, None, "", "no_exposure"),
        ("image", 1000, None, None, None, "", "no_views"),
        ("image", 100, 120, None, None, "", "views_exceed_exposure"),
        ("image", 1000, 0, None, 0.0, "views_per_exposure", ""),
        (None, 1000, 100, None, None, "", "no_format"),
        ("image", 1000, 0, 0.0, 0.0, "platform", ""),
    ],
)
def test_click_rate_and_its_reason(form, exposure, views, platform, rate, source, reason) -> None:
    notes = make_notes(note_id=["a"], format=[form], exposure=[exposure], views=[views], cover_click_rate=[platform])
    row = metrics.add_click_rate(notes).iloc[0]
    assert (row["click_rate_source"], row["click_rate_reason"]) == (source, reason)
    assert row["click_rate"] == pytest.approx(rate) if rate is not None else np.isnan(row["click_rate"])


def test_views_per_exposure_of_a_video_is_a_view_rate() -> None:
    notes = make_notes(note_id=["a", "b"], format=["video", "image"], exposure=[1000, 1000], views=[400, 100])
    added = metrics.add_click_rate(notes)
    assert added["view_rate"].tolist()[0] == 0.4
    assert np.isnan(added["view_rate"].tolist()[1])


def test_engagement_is_the_platforms_or_the_sum_of_three() -> None:
    notes = make_notes(
        note_id=["a", "b", "c"], engagement=[50, None, None], likes=[1, 1, 1], collects=[1, 2, None], comments=[1, 3, 1]
    )
    added = metrics.add_engagement(notes)
    assert added["engagement"].tolist()[:2] == [50, 6]
    assert np.isnan(added["engagement"].tolist()[2])
    assert added["engagement_source"].tolist() == ["platform", "likes_collects_comments", ""]


def test_cost_adds_placements_but_not_snapshots() -> None:
    day = pd.to_datetime(["2026-08-01", "2026-08-20", "2026-08-20"], utc=True)
    placements = make_placements(
        note_id=["a", "a", "a"],
        placement_id=["1", "1", "2"],
        as_of=day,
        price_cny=[900, 1000, 500],
        service_fee_cny=[90, 100, None],
        source=["dandelion_notes"] * 3,
        source_file=["f"] * 3,
        source_row=[1, 2, 3],
    )
    notes = make_notes(note_id=["a", "b"], views=[100, 100])
    assert metrics.add_cost(notes, placements=placements)["cost_cny"].tolist()[0] == 1600
    assert np.isnan(metrics.add_cost(notes, placements=placements)["cost_cny"].tolist()[1])


def test_a_note_in_two_sources_costs_once_and_keeps_what_only_one_knows() -> None:
    placements = make_placements(
        note_id=["a", "a"],
        placement_id=["1", None],
        price_cny=[1000, 900],
        product_cost_cny=[None, 50],
        source=["dandelion_notes", "agency_seeding"],
        source_file=["f", "g"],
        source_row=[1, 1],
    )
    notes = make_notes(note_id=["a"], views=[100])
    assert metrics.add_cost(notes, placements=placements)["cost_cny"].tolist() == [1050]


def test_a_note_without_a_fee_has_no_cost() -> None:
    placements = make_placements(note_id=["a"], service_fee_cny=[100], source=["x"], source_file=["f"], source_row=[1])
    notes = make_notes(note_id=["a"], views=[100])
    added = metrics.add_metrics(metrics.add_cost(notes, placements=placements))
    assert np.isnan(added["cost_per_view_cny"].iloc[0])
    assert added["cost_per_view_reason"].iloc[0] == "no_cost"


amounts = st.one_of(st.none(), st.integers(0, 10**7))


@given(
    st.lists(
        st.tuples(st.sampled_from(["image", "video", None]), amounts, amounts, st.one_of(st.none(), st.floats(0, 1))),
        min_size=1,
        max_size=20,
    )
)
def test_every_rate_has_a_source_or_a_reason_and_lies_between_0_and_1(rows: list[tuple]) -> None:
    form, exposure, views, platform = (list(column) for column in zip(*rows, strict=True))
    notes = make_notes(
        note_id=[str(i) for i in range(len(rows))],
        format=form,
        exposure=exposure,
        views=views,
        cover_click_rate=platform,
    )
    before = notes.copy()
    added = metrics.add_metrics(notes.assign(cost_cny=100.0))
    pd.testing.assert_frame_equal(notes, before)
    measured = added["click_rate"].notna()
    assert added.loc[measured, "click_rate"].between(0, 1).all()
    assert (added["click_rate_source"].ne("") == measured).all()
    assert (added["click_rate_reason"].eq("") == measured).all()
    assert (added["cost_per_view_reason"].eq("") == added["cost_per_view_cny"].notna()).all()
    assert np.isfinite(added["cost_per_view_cny"].dropna()).all()
