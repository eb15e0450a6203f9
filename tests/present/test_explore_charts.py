"""Pictures for the screen: where marks stand, how many are drawn, what is said of the others."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from xhs_toolkit.present.explore_charts import (
    MAX_MARKS,
    Limits,
    find_limits,
    find_nearest_row,
    place_click,
    place_marks,
    plot_marks,
    write_png,
)

LOOK = {"x": "followers", "y": "engagement_fan_rate", "language": "en", "title": "标题"}


def make_frame(n: int, *, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    figures = {"followers": np.exp(rng.normal(9, 1.5, n)), "engagement_fan_rate": np.exp(rng.normal(-3, 1, n))}
    others = {"flag_count": (np.arange(n) % 10 == 0).astype(float), "is_kept": False, "mark_rank": np.arange(n)}
    return pd.DataFrame(figures | others | {"creator_name": "薄荷"})


@settings(max_examples=40)
@given(st.floats(1, 1e8), st.floats(1e-5, 10))
def test_a_click_on_a_mark_is_where_the_mark_is(followers: float, rate: float) -> None:
    limits = Limits(0.5, 2e8, 5e-6, 20)
    one = pd.DataFrame({"followers": [followers], "rate": [rate]})
    across, up = place_marks(one, x="followers", y="rate", limits=limits)
    at = place_click(limits, across=float(across[0]), down=float(1 - up[0]))
    assert at is not None
    assert at[0] == pytest.approx(followers, rel=1e-6)
    assert at[1] == pytest.approx(rate, rel=1e-3, abs=1e-8)


def test_the_nearest_is_the_one_the_eye_sees_and_unknown_ones_are_never_it() -> None:
    frame = pd.DataFrame({"followers": [1_000.0, 10_000.0, np.nan, 0.0], "rate": [0.1, 0.1, 0.1, 0.1]})
    limits = Limits(100, 1e6, 0.01, 1)
    assert find_nearest_row(frame, x="followers", y="rate", at=(3_500, 0.1), limits=limits) == 1
    assert find_nearest_row(frame, x="followers", y="rate", at=(3_000, 0.1), limits=limits) == 0
    assert find_nearest_row(frame.iloc[2:], x="followers", y="rate", at=(3_000, 0.1), limits=limits) is None
    assert place_click(limits, across=0.01, down=0.5) is None


@pytest.mark.parametrize("n", [0, 1, 40, MAX_MARKS, 3 * MAX_MARKS])
def test_at_most_3000_marks_are_drawn_and_all_are_counted(n: int) -> None:
    frame = make_frame(n)
    frame.loc[frame.index[:1], "followers"] = np.nan
    figure = plot_marks(frame, **LOOK)
    marks = [artist for artist in figure.artists + figure.lines if hasattr(artist, "get_xdata")]
    sizes = [len(mark.get_xdata()) for mark in marks]
    drawn = max(n - 1, 0)
    assert sum(sizes) - 2 == min(drawn, MAX_MARKS)  # two of them stand beside the words
    words = [text.get_text() for text in figure.texts]
    n_flagged = int(frame["flag_count"].iloc[1:].gt(0).sum())
    assert words[:2] == [f"Without flags  ({drawn - n_flagged:,})", f"With flags  ({n_flagged:,})"]
    assert words[2:] == (["1 not drawn: a figure is not measured, or 0"] if n else [])


def test_filters_leave_the_axes_where_they_are_and_white_white() -> None:
    frame = make_frame(9_000)
    limits = find_limits(frame, x="followers", y="engagement_fan_rate")
    pictures = [
        np.asarray(Image.open(io.BytesIO(write_png(plot_marks(part, limits=limits, **LOOK)))).convert("RGB"))
        for part in (frame, frame.head(50))
    ]
    height = pictures[0].shape[0]
    below = slice(int(height * 0.89), height - 20)
    assert (pictures[0][below] == pictures[1][below]).mean() > 0.97
    assert (pictures[0][:4, :4] == 255).all()


def test_no_marks_have_no_limits() -> None:
    empty = make_frame(0)
    assert find_limits(empty, x="followers", y="engagement_fan_rate") is None
    zero = pd.DataFrame({"followers": [0.0], "engagement_fan_rate": [np.nan]})
    assert find_limits(zero, x="followers", y="engagement_fan_rate") is None
