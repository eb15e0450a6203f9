"""False alarms, power and the three answers, by simulation. Larger runs: benchmarks/lift_error_rates.py."""

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.lift import (
    Panel,
    block_permutation_p,
    estimate_lift,
    find_minimum_effect,
    placebo_in_space,
    placebo_in_time,
)

N_PANELS = 16


def as_panel(values: np.ndarray, n_before: int) -> Panel:
    return Panel(pd.DataFrame(values), (0,), tuple(range(1, values.shape[1])), n_before)


def common_drift(rng: np.random.Generator, n_periods: int = 60, n_markets: int = 16) -> np.ndarray:
    drift = np.cumsum(rng.normal(size=(n_periods, 2)), axis=0) @ rng.normal(1, 0.3, (2, n_markets))
    return 200 + drift + 2 * rng.normal(size=(n_periods, n_markets))


def independent_walks(rng: np.random.Generator, n_periods: int = 60, n_markets: int = 16) -> np.ndarray:
    return 200 + np.cumsum(rng.normal(size=(n_periods, n_markets)), axis=0)


@pytest.mark.parametrize("world", [common_drift, independent_walks])
def test_no_effect_is_rarely_called_causal_and_twice_the_minimum_is_reported(world) -> None:
    rng = np.random.default_rng(11)
    alarms, reported = [], []
    for _ in range(N_PANELS):
        values = world(rng)
        found = estimate_lift(as_panel(values, 50))
        if found.verdict != "cannot_be_told":
            alarms.append(found.verdict == "detected")
        if np.isfinite(found.minimum.effect):
            values[50:, 0] += 2 * found.minimum.effect
            reported.append(estimate_lift(as_panel(values, 50)).verdict == "detected")
    assert len(alarms) >= 0.8 * N_PANELS
    assert len(reported) >= 0.8 * N_PANELS
    assert np.mean(alarms) <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / N_PANELS)
    assert np.mean(reported) >= 0.8 - 2 * np.sqrt(0.16 / N_PANELS)


@pytest.mark.parametrize(("world", "n_markets"), [(common_drift, 3), (independent_walks, 8)])
def test_an_effect_of_the_stated_minimum_is_seen_in_eight_of_ten(world, n_markets: int) -> None:
    """By the whole verdict, where a minimum is stated; before pretended starts counted, walks were seen in seven."""
    rng, seen = np.random.default_rng(7), []
    while len(seen) < 12:
        values = world(rng, n_markets=n_markets)
        least = find_minimum_effect(as_panel(values, 50)).effect
        if np.isfinite(least):
            values[50:, 0] += least
            seen.append(estimate_lift(as_panel(values, 50)).verdict == "detected")
    assert np.mean(seen) >= 0.8 - 2 * np.sqrt(0.16 / len(seen))


def test_no_minimum_is_stated_where_nothing_could_be_told() -> None:
    values = common_drift(np.random.default_rng(6))
    values[:, 0] = 200 + np.cumsum(np.random.default_rng(7).normal(0, 6, 60))
    assert np.isnan(find_minimum_effect(as_panel(values, 50)).effect)


def test_block_permutation_is_exact_when_periods_are_alike() -> None:
    rng = np.random.default_rng(2)
    panels = (rng.normal(size=(40, 10)) for _ in range(400))
    p_values = np.array([block_permutation_p(values[:, 0], values[:, 1:], n_after=8) for values in panels])
    assert np.mean(p_values <= 0.1) <= 0.1 + 3 * np.sqrt(0.09 / 400)


def test_a_large_effect_is_detected_with_its_size_inside_the_range() -> None:
    values = common_drift(np.random.default_rng(5))
    values[50:, 0] += 40
    found = estimate_lift(as_panel(values, 50))
    assert found.verdict == "detected"
    assert found.low <= 40 <= found.high
    assert found.lift_low < found.estimate.lift < found.lift_high


def test_a_market_unlike_the_controls_cannot_be_told() -> None:
    values = common_drift(np.random.default_rng(6))
    values[:, 0] = 200 + np.cumsum(np.random.default_rng(7).normal(0, 6, 60))
    found = estimate_lift(as_panel(values, 50))
    assert found.verdict == "cannot_be_told"
    assert found.reason == "controls_do_not_fit"
    assert np.isnan(found.minimum.lift)


def test_an_effect_before_the_start_makes_the_placebo_fire() -> None:
    values = common_drift(np.random.default_rng(14))
    values[40:, 0] += 7
    values[50:, 0] += 60
    found = estimate_lift(as_panel(values, 50))
    assert found.time.fired_p_value < 0.05
    assert found.verdict == "cannot_be_told"
    assert found.reason == "placebo_fired"


def test_few_controls_and_a_short_past_cannot_tell() -> None:
    values = common_drift(np.random.default_rng(1), n_periods=18, n_markets=6)
    found = estimate_lift(as_panel(values, 10))
    assert found.reason == "too_few_placebos"
    assert np.isnan(found.space.p_value)


def test_one_control_still_gives_an_estimate() -> None:
    values = common_drift(np.random.default_rng(1), n_markets=2)
    values[:, 0] = values[:, 1] + np.random.default_rng(2).normal(size=60)
    found = estimate_lift(as_panel(values, 50))
    assert np.isfinite([found.estimate.effect, found.low, found.high, found.minimum.effect]).all()
    assert found.space.n == 1


def test_placebo_in_space_ranks_the_treated_first() -> None:
    values = common_drift(np.random.default_rng(3), n_markets=25)
    values[50:, 0] += 100
    found = placebo_in_space(as_panel(values, 50))
    assert (found.rank, found.n) == (1, 25)
    assert found.p_value == 1 / 25
    assert found.table.index[0] == "treated"


def test_placebo_in_time_uses_the_past_alone() -> None:
    values = common_drift(np.random.default_rng(3))
    changed = values.copy()
    changed[50:] += 1000 * np.random.default_rng(4).normal(size=(10, 16))
    one, other = (placebo_in_time(as_panel(each, 50)) for each in (values, changed))
    pd.testing.assert_series_equal(one.errors, other.errors)
    assert one.errors.index.max() == 40


def test_the_minimum_before_a_campaign_needs_the_past_only() -> None:
    past = common_drift(np.random.default_rng(3))
    found = find_minimum_effect(as_panel(past, 50))
    noisier = find_minimum_effect(as_panel(past + 6 * np.random.default_rng(4).normal(size=past.shape), 50))
    assert 0 < found.effect < noisier.effect
    assert found.lift == pytest.approx(found.effect / 200, rel=0.2)
