"""The assignment against every other assignment, and its reasons."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.campaign import Theme
from xhs_toolkit.content.assign import PARTS, UNEVEN, add_reasons, assign_themes, find_bounds, score_fits
from xhs_toolkit.stats import make_rng

THEMES = ("a", "b", "c")


def make_fits(points: np.ndarray, formats: tuple[str, ...] = ("image",)) -> pd.DataFrame:
    """One row a place, theme and format from an array of points."""
    n_places = points.shape[0]
    index = list(itertools.product(range(n_places), THEMES[: points.shape[1]], formats))
    rows = pd.DataFrame(index, columns=["place", "theme", "format"])
    return rows.assign(points=points.reshape(-1), **dict.fromkeys(PARTS, 0.0))


def value(themes: tuple[str, ...], points: float, bounds: pd.DataFrame) -> tuple[float, float] | None:
    """Quotas met, then points; None where a theme has too many."""
    rows = bounds.to_dict("list")
    counts = [themes.count(name) for name in rows["theme"]]
    if any(count > most for count, most in zip(counts, rows["high"], strict=True)):
        return None
    above = sum(max(count - math.ceil(len(themes) / len(counts)), 0) for count in counts)
    return float(sum(map(min, counts, rows["low"]))), round(points - UNEVEN * above, 9)


def find_best_by_hand(fits: pd.DataFrame, bounds: pd.DataFrame) -> tuple[float, float]:
    options = [list(part[["theme", "points"]].itertuples(index=False, name=None)) for _, part in fits.groupby("place")]
    every = itertools.product(*options)
    values = [value(tuple(t for t, _ in pick), sum(p for _, p in pick), bounds) for pick in every]
    return max(each for each in values if each is not None)


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.booleans(),
    st.integers(0, 10_000),
    st.dictionaries(st.sampled_from(THEMES), st.integers(0, 4)),
)
@settings(max_examples=40, deadline=None)
def test_no_other_assignment_is_better(
    n_places: int, n_themes: int, both: bool, seed: int, quotas: dict[str, int]
) -> None:
    formats = ("image", "video") if both else ("image",)
    points = make_rng(seed).normal(size=(n_places, n_themes, len(formats))).round(1)
    fits = make_fits(points.reshape(n_places, n_themes, -1), formats)
    bounds = find_bounds(n_places, THEMES[:n_themes], at_least=quotas)
    chosen = assign_themes(fits, bounds=bounds)
    assert chosen["place"].tolist() == list(range(n_places))
    assert value(tuple(chosen["theme"]), chosen["points"].sum(), bounds) == pytest.approx(
        find_best_by_hand(fits, bounds)
    )


def test_every_theme_is_covered_even_where_nobody_wants_it() -> None:
    points = np.tile([[1.0, 1.0, -5.0]], (9, 1))
    bounds = find_bounds(9, THEMES, at_least={})
    chosen = assign_themes(make_fits(points), bounds=bounds)
    counts = chosen["theme"].value_counts()
    assert set(counts.index) == set(THEMES)
    assert counts["c"] == 1
    assert counts.max() <= 5


def test_fewer_creators_than_themes_cover_what_they_can() -> None:
    chosen = assign_themes(make_fits(np.ones((2, 3))), bounds=find_bounds(2, THEMES, at_least={}))
    assert chosen["theme"].nunique() == 2


def test_creators_of_whom_nothing_is_known_are_spread_evenly() -> None:
    chosen = assign_themes(make_fits(np.zeros((9, 3))), bounds=find_bounds(9, THEMES, at_least={}))
    assert chosen["theme"].value_counts().tolist() == [3, 3, 3]


def test_two_hundred_creators_are_assigned_quickly() -> None:
    from time import perf_counter

    fits = make_fits(make_rng(1).normal(size=(200, 3)))
    started = perf_counter()
    assert len(assign_themes(fits, bounds=find_bounds(200, THEMES, at_least={}))) == 200
    assert perf_counter() - started < 5


# ---------------------------------------------------------------------------------- points and reasons

NAMED = (Theme(name="Walks", keywords=("徒步",)), Theme(name="Gear", keywords=("装备",)))
BOOKED = pd.DataFrame(
    {
        "creator_id": ["hiker", "gear_lover", "new", "open"],
        "creator_name": ["A", "B", "C", "D"],
        "format": ["image", "video", "image", None],
        "tier": "KOC",
        "role": "small",
    }
)
BOOKED["creator_key"] = BOOKED["creator_id"]
FOUND = pd.DataFrame(
    {
        "creator_key": ["hiker", "gear_lover"],
        "theme": ["Walks", "Gear"],
        "n_theme_notes": [0, 6],
        "n_creator_notes": [0, 8],
        "in_profile": [True, False],
        "title": ["户外, 徒步", "背包清单"],
    }
)
NO_EFFECTS = pd.DataFrame(columns=["dimension", "group", "engagement_ratio", "verdict"])


def make_notes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_key": ["gear_lover"] * 8 + ["open"] * 4,
            "theme": ["Gear"] * 6 + [None, None] + [None] * 4,
            "format": ["video"] * 8 + ["video"] * 3 + ["image"],
            "engagement": [800.0] * 6 + [100.0, 100.0] + [50.0] * 4,
        }
    )


def score(effects: pd.DataFrame = NO_EFFECTS, **more: object) -> pd.DataFrame:
    return score_fits(BOOKED, themes=NAMED, found=FOUND, notes=make_notes(), effects=effects, **more)


def test_points_come_from_the_profile_the_notes_and_the_formats() -> None:
    fits = score(usual_format="image").set_index(["place", "theme", "format"])
    assert fits.loc[(0, "Walks", "image"), "profile"] == 1
    assert fits.loc[(1, "Gear", "video"), "theme_notes"] == pytest.approx(6 / 8)
    assert fits.loc[(1, "Gear", "video"), ["n_theme_notes", "n_creator_notes", "evidence"]].tolist() == [
        6,
        8,
        "背包清单",
    ]
    assert fits.loc[(1, "Gear", "video"), "own_change_ratio"] > 1
    assert (1, "Gear", "image") not in fits.index, "a booked format is kept"
    assert fits.loc[(3, "Gear", "video"), "own_format"] == pytest.approx(3 / 4)
    assert fits.loc[(3, "Gear", "image"), "industry"] == 0.5
    assert fits.loc[(2, "Walks", "image"), "points"] == 0


def test_a_creators_own_ratio_is_shrunk_towards_the_pool() -> None:
    """By hand: 6 and 2 notes give n = 1.5, weight 1.5 / (1.5 + 16) of log(801 / 101)."""
    fits = score().set_index(["place", "theme"])
    expected = 1.5 / 17.5 * np.log(801 / 101)
    assert np.log(fits.loc[(1, "Gear"), "own_change_ratio"]) == pytest.approx(expected)
    found = pd.DataFrame(
        {"dimension": ["theme"], "group": ["Gear"], "engagement_ratio": [1.5], "verdict": ["goes_with_more"]}
    )
    pulled = score(found).set_index(["place", "theme"]).loc[(1, "Gear"), "own_change_ratio"]
    assert np.log(pulled) == pytest.approx(expected + 16 / 17.5 * np.log(1.5))


def test_an_effect_that_was_not_found_moves_nothing() -> None:
    same = pd.DataFrame(
        {"dimension": ["theme"], "group": ["Gear"], "engagement_ratio": [3.0], "verdict": ["no_difference"]}
    )
    pd.testing.assert_frame_equal(score(same), score())


def test_each_line_has_its_reason() -> None:
    fits = score()
    chosen = assign_themes(fits, bounds=find_bounds(4, ["Walks", "Gear"], at_least={}))
    lines = add_reasons(chosen, fits=fits, booked=BOOKED).set_index("creator_id")
    assert lines.loc["hiker", ["theme", "reason"]].tolist() == ["Walks", "profile"]
    assert lines.loc["gear_lover", ["theme", "reason"]].tolist() == ["Gear", "theme_notes"]
    assert lines.loc["new", "reason"] == "nothing_known"
    assert lines.loc["open", ["format", "reason"]].tolist() == ["video", "own_format"]


def test_whoever_gives_way_is_told_so() -> None:
    points = np.tile([[1.0, 0.0]], (4, 1))
    fits = make_fits(points).assign(
        profile=points.reshape(-1), n_theme_notes=0, n_creator_notes=0, evidence=None, own_change_ratio=np.nan
    )
    chosen = assign_themes(fits, bounds=find_bounds(4, THEMES[:2], at_least={"b": 2}))
    booked = BOOKED.assign(format="image")
    assert add_reasons(chosen, fits=fits, booked=booked)["reason"].value_counts().to_dict() == {
        "profile": 2,
        "to_cover": 2,
    }
