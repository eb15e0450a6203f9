"""Intervals: reference values, laws, and coverage by simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xhs_toolkit.stats import (
    jeffreys_interval,
    make_rng,
    ratio_of_sums,
    varying_share_interval,
)

counts = st.lists(st.floats(1, 1e6), min_size=5, max_size=30)


def test_jeffreys_matches_the_reference() -> None:
    assert jeffreys_interval(18, 20, level=0.95)[1:3] == pytest.approx((0.716147, 0.978628), abs=1e-6)


def test_a_share_closes_at_the_ends_and_knows_nothing_without_trials() -> None:
    assert jeffreys_interval(0, 10).low == 0
    assert jeffreys_interval(10, 10).high == 1
    nothing = jeffreys_interval(0, 0)
    assert np.isnan(nothing.estimate)
    assert nothing.reason == "not_measured"
    assert jeffreys_interval(float("nan"), float("nan")).n == 0


def test_ratio_leaves_a_row_out_of_both_sums() -> None:
    found = ratio_of_sums(
        pd.Series([10, 20, None, 40, 50, 60, 70], dtype="Float64"), [100, 200, 300, np.nan, 500, 600, 700]
    )
    assert found.estimate == pytest.approx(210 / 2100)
    assert (found.n, found.n_clusters) == (5, 5)


@pytest.mark.parametrize(
    ("top", "bottom", "cluster", "reason"),
    [
        ([], [], None, "not_measured"),
        ([np.nan], [1.0], None, "not_measured"),
        ([1.0] * 6, [0.0] * 6, None, "zero_total"),
        ([0.0] * 6, [1.0] * 6, None, "zero_total"),
        ([1.0, 2, 3, 4], [1.0, 2, 3, 4], None, "too_few_notes"),
        ([1.0, 2, 3, 4, 5], [1.0] * 5, ["a", "a", "a", "b", "b"], "too_few_creators"),
    ],
)
def test_too_little_gives_no_interval_and_says_why(top, bottom, cluster, reason) -> None:
    found = ratio_of_sums(top, bottom, cluster=cluster)
    assert found.reason == reason
    assert np.isnan([found.low, found.high]).all()


def test_a_creator_who_is_not_known_stands_alone() -> None:
    found = ratio_of_sums([1.0] * 6, [2.0, 3, 4, 5, 6, 7], cluster=["a", "a", None, None, np.nan, "b"])
    assert found.n_clusters == 5


def test_a_sum_that_one_creator_carries_has_no_interval() -> None:
    found = ratio_of_sums([10.0] * 8, [1.0, 1, 1, 1, 1, 1, 1, 1000])
    assert found.reason == "few_carry_all"
    assert np.isnan([found.low, found.high]).all()
    assert found.estimate == pytest.approx(80 / 1007)


@given(counts, st.floats(0.01, 100))
def test_ratio_follows_the_unit(views, rate) -> None:
    cost = [5.0 + value**0.5 for value in views]
    one = ratio_of_sums(cost, views, n_resamples=200)
    assume(not one.reason)
    other = ratio_of_sums([rate * value for value in cost], views, n_resamples=200)
    assert other[:3] == pytest.approx([rate * bound for bound in one[:3]], rel=1e-6)
    assert one.low <= one.estimate <= one.high


def test_the_same_seed_gives_the_same_interval() -> None:
    data = make_rng(3).lognormal(sigma=0.5, size=(2, 20))
    assert ratio_of_sums(*data, rng=make_rng(5)) == ratio_of_sums(*data, rng=make_rng(5))


def coverage(inside: list[bool]) -> tuple[float, float]:
    """Share and its three standard errors at a true 90%."""
    return float(np.mean(inside)), 3 * np.sqrt(0.09 / len(inside))


@pytest.mark.parametrize("n_creators", [6, 8, 16])
def test_ratio_interval_holds_with_heavy_tails_and_few_creators(n_creators: int) -> None:
    """The truth is known: cost = 0.2 × views × noise of mean 1, independent of views."""
    rng = make_rng(n_creators)
    inside = []
    for _ in range(400):
        creator = np.repeat(np.arange(n_creators), rng.integers(2, 5, n_creators))
        views = np.exp(8 + 0.8 * rng.normal(size=n_creators)[creator] + 0.9 * rng.normal(size=len(creator)))
        noise = np.exp(0.5 * rng.normal(size=n_creators) - 0.125)[creator]
        found = ratio_of_sums(0.2 * views * noise, views, cluster=creator, rng=rng, n_resamples=300)
        if not found.reason:
            inside.append(found.low <= 0.2 <= found.high)
    assert len(inside) >= 50
    share, error = coverage(inside)
    assert share >= 0.85 - error, "the interval is stated to hold 84–89%, see `ratio_of_sums`"


def test_without_spread_the_varying_share_is_near_jeffreys_and_with_it_wider() -> None:
    rng = make_rng(3)
    alike = rng.binomial(10_000, 0.002, 40)
    found, plain = (
        varying_share_interval(alike, [10_000] * 40, level=0.9),
        jeffreys_interval(alike.sum(), 400_000, level=0.9),
    )
    assert found.estimate == plain.estimate
    assert 0.9 < (found.high - found.low) / (plain.high - plain.low) < 1.5
    unlike = rng.binomial(10_000, 0.002 * np.exp(rng.normal(size=40) - 0.5))
    wider = varying_share_interval(unlike, [10_000] * 40, level=0.9)
    assert np.log(wider.high / wider.low) > 2.5 * np.log(plain.high / plain.low)


def test_a_varying_share_knows_nothing_of_too_few_units() -> None:
    few = varying_share_interval([3.0] * 5, [100.0] * 5)
    assert (few.reason, few.estimate, np.isnan(few.low)) == ("too_few_units", 0.03, True)
    assert varying_share_interval([], []).reason == "not_measured"
    none = varying_share_interval([0.0] * 12, [1_000.0] * 12)
    assert (none.low, 0 < none.high < 0.05) == (0.0, True)
    everything = varying_share_interval([9.0] * 8, [9.0] * 8)
    assert 0.5 < everything.low < everything.high <= 1
