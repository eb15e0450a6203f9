"""Audience cells and their diminishing returns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit.roster import make_audience
from xhs_toolkit.roster.reach import AGE_COLUMNS, add_up, cut_curve, reach_of


def candidates(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"creator_id": ["a", "a", "b"], "followers": [100.0, 100.0, 300.0], **columns})


def test_known_ages_make_the_cells_and_shares_sum_to_one() -> None:
    ages = dict(zip(AGE_COLUMNS, ([0.1, 0.1, None], [0.4] * 3, [0.3] * 3, [0.1] * 3, [0.1] * 3), strict=True))
    audience = make_audience(candidates(**ages))
    assert audience.source == "fan_age"
    assert np.allclose(audience.shares.sum(axis=1), 1)
    assert np.isclose(audience.people.sum(), 400)  # the creator with two formats counts once


def test_without_ages_the_category_divides_and_a_given_size_wins() -> None:
    audience = make_audience(candidates(category=["food", "food", "travel"]), people=5_000.0)
    assert audience.source == "category"
    assert audience.people.tolist() == [1_250.0, 3_750.0]


def test_nothing_that_divides_gives_no_cells() -> None:
    assert make_audience(candidates(category=[None, None, "food"])) is None


@given(views=st.floats(0, 1e7), people=st.floats(1, 1e7))
def test_the_pieces_follow_the_curve_from_below(views: float, people: float) -> None:
    exact = float(reach_of(np.array([views]), np.array([people]))[0])
    pieces = add_up(np.array([views]), np.array([people]))
    assert pieces <= exact + 1e-6 * people
    assert exact - pieces <= 0.0107 * people or views > 3 * people


def test_the_slopes_fall() -> None:
    _, slopes = cut_curve(np.array([10.0, 1e6]))
    assert (np.diff(slopes, axis=1) < 0).all()
