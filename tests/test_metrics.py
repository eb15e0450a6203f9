"""The four metrics, their zero rules and where each number came from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit import metrics
from xhs_toolkit.tables import NOTES, conform


def make_notes(**columns: list) -> pd.DataFrame:
    return conform(pd.DataFrame(columns), NOTES)


def test_cost_per_organic_view_of_the_brief() -> None:
    notes = make_notes(note_id=["a"], views=[5000], views_organic=[5000]).assign(content_cny=1000.0)
    assert metrics.add_cost_per_organic_view(notes)["cost_per_organic_view_cny"].tolist() == [0.2]


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


def test_a_note_without_a_fee_has_no_cost() -> None:
    notes = make_notes(note_id=["a", "b"], views=[100, 100], views_organic=[None, 100])
    added = metrics.add_metrics(notes.assign(content_cny=[50.0, None]))
    assert added["cost_per_organic_view_cny"].isna().all()
    assert added["cost_per_organic_view_reason"].tolist() == ["not_separable", "no_cost"]


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
    added = metrics.add_metrics(notes.assign(content_cny=100.0))
    pd.testing.assert_frame_equal(notes, before)
    measured = added["click_rate"].notna()
    assert added.loc[measured, "click_rate"].between(0, 1).all()
    assert (added["click_rate_source"].ne("") == measured).all()
    assert (added["click_rate_reason"].eq("") == measured).all()
    assert (added["cost_per_organic_view_reason"].eq("") == added["cost_per_organic_view_cny"].notna()).all()
    assert np.isfinite(added["cost_per_organic_view_cny"].dropna()).all()
