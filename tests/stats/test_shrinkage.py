"""Empirical Bayes: published values, recovery of known parameters, edges."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit.stats import (
    beta_binomial_shrink,
    make_rng,
    moderate_variances,
    shrink_means,
)
from xhs_toolkit.stats.shrinkage import shrink_summaries

# Hits of 18 batters in their first 45 times at bat of 1970: Efron and Morris (1975).
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])


def test_the_baseball_example_is_drawn_as_james_and_stein_draw_it() -> None:
    """Their weight, 0.212, is that of known variance and k − 3; the moments' differs by what is estimated."""
    averages = HITS / 45
    within = averages.mean() * (1 - averages.mean())
    fit = shrink_summaries(np.full(18, 45), averages, np.full(18, within))
    theirs = 1 - 15 * within / 45 / np.square(averages - averages.mean()).sum()
    assert (fit.grand_mean, theirs) == pytest.approx((0.265, 0.212), abs=5e-4)
    assert 1 - fit.weight[0] == pytest.approx((1 - theirs) * 17 / 15, abs=1e-3)


def test_one_way_recovers_the_variances() -> None:
    rng = make_rng(2)
    groups = np.repeat(np.arange(3000), rng.integers(1, 12, 3000))
    values = 5 + 0.8 * rng.normal(size=3000)[groups] + 1.2 * rng.normal(size=len(groups))
    fit = shrink_means(values, groups=groups)
    assert fit.grand_mean == pytest.approx(5, abs=0.06)
    assert fit.within_variance == pytest.approx(1.44, rel=0.05)
    assert fit.between_variance == pytest.approx(0.64, rel=0.12)


def test_balanced_groups_match_the_textbook() -> None:
    values = np.array([[1.0, 2, 3], [4, 6, 8], [0, 3, 9]])
    fit = shrink_means(values.ravel(), groups=np.repeat(["a", "b", "c"], 3))
    within = values.var(axis=1, ddof=1).mean()
    between = values.mean(axis=1).var(ddof=1) - within / 3
    assert fit.within_variance == pytest.approx(within)
    assert fit.between_variance == pytest.approx(max(between, 0))
    assert fit.shrunk == pytest.approx(fit.grand_mean + fit.weight * (values.mean(axis=1) - fit.grand_mean))


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-1e3, 1e3)), min_size=2, max_size=40))
def test_shrunken_means_lie_between_own_and_grand_mean(rows) -> None:
    groups, values = zip(*rows, strict=True)
    fit = shrink_means(values, groups=groups)
    own = fit.mean[fit.n > 0]
    shrunk = fit.shrunk[fit.n > 0]
    tolerance = 1e-6 * (1 + np.abs(own))
    if np.isfinite(fit.grand_mean):
        assert (shrunk >= np.minimum(own, fit.grand_mean) - tolerance).all()
        assert (shrunk <= np.maximum(own, fit.grand_mean) + tolerance).all()


def test_a_group_without_values_gets_the_grand_mean() -> None:
    fit = shrink_means([1.0, 2.0, np.nan, 5.0, 7.0], groups=[0, 0, 1, 2, 2])
    assert fit.n.tolist() == [2, 0, 2]
    assert fit.shrunk[1] == fit.grand_mean


def test_large_values_keep_their_digits() -> None:
    fit = shrink_means(np.array([1.0, 2, 3, 5]) + 1e9, groups=[0, 0, 1, 1])
    assert fit.variance == pytest.approx([0.5, 2.0], rel=1e-5)


def test_summaries_give_what_rows_give() -> None:
    rng = make_rng(4)
    rows = shrink_means(rng.normal(size=60), groups=rng.integers(0, 9, 60))
    again = shrink_summaries(rows.n, rows.mean, rows.variance)
    assert again.shrunk == pytest.approx(rows.shrunk)


def test_moderated_variance_recovers_its_prior() -> None:
    rng = make_rng(5)
    true = 2.0 * 6 / rng.chisquare(6, 4000)
    sample = true * rng.chisquare(4, 4000) / 4
    fit = moderate_variances(sample, degrees_of_freedom=4)
    assert fit.prior_variance == pytest.approx(2.0, rel=0.06)
    assert fit.prior_degrees == pytest.approx(6, rel=0.15)
    assert np.square(np.log(fit.variance / true)).mean() < 0.7 * np.square(np.log(sample / true)).mean()


def test_a_creator_with_one_note_gets_the_spread_of_its_peers() -> None:
    fit = moderate_variances([0.1, 4.0, 0.9, 2.5, np.nan], degrees_of_freedom=[9, 9, 9, 9, 0])
    assert fit.variance[4] == pytest.approx(fit.prior_variance)
    assert fit.degrees_of_freedom[4] == pytest.approx(fit.prior_degrees)


def test_no_spread_known_at_all_is_not_a_number() -> None:
    assert np.isnan(moderate_variances([np.nan], degrees_of_freedom=[0]).prior_variance)


def test_beta_binomial_recovers_the_population() -> None:
    rng = make_rng(6)
    trials = rng.integers(200, 5000, 2000)
    true = rng.beta(0.1 * 80, 0.9 * 80, 2000)
    fit = beta_binomial_shrink(rng.binomial(trials, true), trials)
    assert fit.mean == pytest.approx(0.1, rel=0.03)
    assert fit.concentration == pytest.approx(80, rel=0.12)
    inside = (fit.low <= true) & (true <= fit.high)
    assert inside.mean() == pytest.approx(0.9, abs=0.03)


def test_notes_that_do_not_differ_share_one_rate() -> None:
    fit = beta_binomial_shrink([10, 20, 30], [100, 200, 300])
    assert np.isinf(fit.concentration)
    assert fit.estimate == pytest.approx([0.1, 0.1, 0.1])


def test_a_note_never_shown_has_no_rate() -> None:
    fit = beta_binomial_shrink([5, 0, 90], [100, 0, 300])
    assert np.isnan(fit.estimate[1])
    assert np.isnan(beta_binomial_shrink([], []).mean)


def test_a_hundred_thousand_creators_take_no_time() -> None:
    rng = make_rng(7)
    groups, values = rng.integers(0, 100_000, 1_000_000), rng.normal(size=1_000_000)
    start = time.perf_counter()
    shrink_means(values, groups=groups)
    assert time.perf_counter() - start < 1
