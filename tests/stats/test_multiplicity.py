"""Many notes at once: reference results and error rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xhs_toolkit.stats import (
    benjamini_hochberg,
    make_rng,
    order_statistic_bounds,
    random_effects_mean,
    smallest_detectable_ratio,
)
from xhs_toolkit.stats.distributions import sign_flip_p_value

# Kacker (2004), table 1: nine laboratories.
KACKER = [61.00, 61.40, 62.21, 62.30, 62.34, 62.60, 62.70, 62.84, 65.90]
KACKER_VARIANCES = [0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225]


def test_tau_squared_of_the_nine_laboratories() -> None:
    found = random_effects_mean(KACKER, variances=KACKER_VARIANCES)
    assert found.tau_squared == pytest.approx(0.705395309, abs=1e-8)


BCG = np.array(
    [
        *((4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761)),
        *((180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232)),
        *((17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)),
    ],
    dtype=float,
)
"""Tuberculosis cases and others, vaccinated and not, in 13 trials (Colditz et al. 1994; `dat.bcg` of R's metafor)."""


def test_the_bcg_trials_as_metafor_prints_them() -> None:
    sick, well, control_sick, control_well = BCG.T
    risks = np.log(sick / (sick + well)) - np.log(control_sick / (control_sick + control_well))
    variances = 1 / sick - 1 / (sick + well) + 1 / control_sick - 1 / (control_sick + control_well)
    found = random_effects_mean(risks, variances=variances)
    assert (found.tau_squared, found.mean) == pytest.approx((0.3181, -0.7150), abs=6e-5)


def test_effects_that_agree_have_no_variance_between_them() -> None:
    found = random_effects_mean([0.2, 0.21, 0.19, None], variances=[0.1, 0.1, 0.1, 0.1])
    assert found.tau_squared == 0
    assert found.n == 3
    assert found.mean == pytest.approx(0.2)


def test_one_effect_is_no_evidence() -> None:
    found = random_effects_mean([0.4], variances=[0.1])
    assert found.mean == 0.4
    assert np.isnan([found.low, found.p_value]).all()


def test_random_effects_error_rate_with_heavy_tails() -> None:
    rng = make_rng(3)
    found = [
        random_effects_mean(
            0.3 * rng.standard_t(3, 12) + 0.4 * rng.normal(size=12), variances=np.full(12, 0.16), rng=rng
        )
        for _ in range(400)
    ]
    limit = 3 * np.sqrt(0.09 / 400)
    assert np.mean([each.low <= 0 <= each.high for each in found]) >= 0.9 - limit
    assert np.mean([each.p_value <= 0.1 for each in found]) <= 0.1 + limit


@given(st.lists(st.floats(0, 1), max_size=30))
def test_benjamini_hochberg_as_scipy_has_it(p_values) -> None:
    expected = stats.false_discovery_control(p_values) if p_values else []
    assert benjamini_hochberg(p_values) == pytest.approx(np.asarray(expected))


def test_sign_flips_are_exact_for_few_and_close_for_many() -> None:
    assert sign_flip_p_value([1.0, 2.0, 3.0, 4.0]) == 2 / 16
    assert sign_flip_p_value([1.0, -1.0]) == 1.0
    assert np.isnan(sign_flip_p_value([np.nan]))
    many = make_rng(1).normal(0.3, 1, 60)
    assert sign_flip_p_value(many) == pytest.approx(stats.ttest_1samp(many, 0).pvalue, abs=0.02)


def test_order_statistics_hold_the_next_value() -> None:
    rng = make_rng(4)
    inside = []
    for _ in range(1500):
        x = rng.standard_cauchy(40)
        low, high = order_statistic_bounds(x[:39])
        inside.append(low <= x[39] <= high)
    assert np.mean(inside) == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / 1500))


def test_the_smallest_detectable_ratio_is_detected_at_its_power() -> None:
    rng = make_rng(5)
    ratio = float(smallest_detectable_ratio(1.2, n_notes=20))
    x = np.log(ratio) + 1.2 * rng.normal(size=(3000, 20))
    found = stats.ttest_1samp(x, 0, axis=1).pvalue < 0.1
    assert found.mean() == pytest.approx(0.8, abs=0.03)


def test_more_notes_show_smaller_ratios() -> None:
    found = smallest_detectable_ratio(1.2, n_notes=[2, 5, 40, 200], n_earlier=30)
    assert (np.diff(found) < 0).all()
