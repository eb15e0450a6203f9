"""The estimators: known effects recovered, laws, references computed another way."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.regression.linear_model import OLS

from xhs_toolkit.lift import (
    Panel,
    estimate_did,
    estimate_synthetic_control,
    estimate_synthetic_did,
    estimate_time_based_regression,
)
from xhs_toolkit.lift.estimators import fit_simplex


def panel_of(values: np.ndarray, *, n_before: int, n_treated: int = 1) -> Panel:
    columns = [f"m{i}" for i in range(values.shape[1])]
    return Panel(
        pd.DataFrame(values, columns=columns), tuple(columns[:n_treated]), tuple(columns[n_treated:]), n_before
    )


@pytest.fixture
def drifting() -> np.ndarray:
    rng = np.random.default_rng(3)
    drift = np.cumsum(rng.normal(size=(60, 2)), axis=0) @ rng.normal(1, 0.3, (2, 12))
    return 100 + drift + 0.3 * rng.normal(size=(60, 12))


@given(st.integers(0, 10_000))
def test_weights_are_the_best_of_all_mixtures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, target = rng.normal(size=(8, 5)), rng.normal(size=8)
    weights = fit_simplex(columns, target, ridge=0.1)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    slope = columns.T @ (columns @ weights - target) + 0.01 * weights
    assert (slope >= slope @ weights - 1e-8).all(), "the optimality conditions on the simplex"


def test_weights_agree_with_a_general_solver() -> None:
    rng = np.random.default_rng(8)
    columns, target = rng.normal(size=(30, 6)), rng.normal(size=30)
    found = optimize.minimize(
        lambda w: np.square(columns @ w - target).sum(),
        np.full(6, 1 / 6),
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert fit_simplex(columns, target) == pytest.approx(found.x, abs=1e-5)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_weights_do_not_depend_on_the_unit(drifting: np.ndarray, scale: float) -> None:
    plain = fit_simplex(drifting[:, 1:], drifting[:, 0])
    assert fit_simplex(scale * drifting[:, 1:], scale * drifting[:, 0]) == pytest.approx(plain, abs=1e-6)


def test_a_perfect_mixture_is_found(drifting: np.ndarray) -> None:
    values = drifting.copy()
    values[:, 0] = 0.25 * values[:, 1] + 0.75 * values[:, 2]
    values[40:, 0] += 5
    found = estimate_synthetic_control(panel_of(values, n_before=40), fixed_effect=False)
    assert found.effect == pytest.approx(5, abs=1e-6)
    assert found.incremental == pytest.approx(100, abs=1e-4)
    assert found.weights[["m1", "m2"]].tolist() == pytest.approx([0.25, 0.75], abs=1e-6)


@pytest.mark.parametrize(
    "estimate", [estimate_synthetic_control, estimate_synthetic_did, estimate_did], ids=["control", "did", "plain"]
)
def test_an_added_effect_is_added_to_the_estimate(drifting: np.ndarray, estimate) -> None:
    after = drifting.copy()
    after[45:, :2] += 3.5
    before = estimate(panel_of(drifting, n_before=45, n_treated=2))
    assert estimate(panel_of(after, n_before=45, n_treated=2)).effect - before.effect == pytest.approx(3.5)


@pytest.mark.parametrize("estimate", [estimate_synthetic_control, estimate_synthetic_did, estimate_did])
def test_levels_of_markets_do_not_matter(drifting: np.ndarray, estimate) -> None:
    shifted = drifting + np.arange(12) * 1000.0
    one, other = (estimate(panel_of(values, n_before=45)) for values in (drifting, shifted))
    assert other.effect == pytest.approx(one.effect, abs=1e-3)


def test_the_series_adds_up(drifting: np.ndarray) -> None:
    found = estimate_synthetic_control(panel_of(drifting, n_before=45))
    series = found.series
    assert (series["observed"] - series["counterfactual"]).tolist() == pytest.approx(series["gap"].tolist())
    assert series.loc[series["is_after"], "gap"].mean() == pytest.approx(found.effect)
    assert found.lift == pytest.approx(found.effect / series.loc[series["is_after"], "counterfactual"].mean())


def test_did_with_one_control_has_no_p_value(drifting: np.ndarray) -> None:
    found = estimate_did(panel_of(drifting[:, :2], n_before=45))
    change = drifting[45:, :2].mean(axis=0) - drifting[:45, :2].mean(axis=0)
    assert found.effect == pytest.approx(change[0] - change[1])
    assert found.reason == "one_control"
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_did_of_markets_that_drift_on_their_own_keeps_its_level() -> None:
    rng = np.random.default_rng(4)
    p_values = [
        estimate_did(panel_of(np.cumsum(rng.normal(size=(40, 15)), axis=0), n_before=30)).p_value for _ in range(400)
    ]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.0475 / 400)


def test_time_based_regression_equals_a_regression_with_summed_prediction_error(drifting: np.ndarray) -> None:
    found = estimate_time_based_regression(panel_of(drifting, n_before=45, n_treated=2))
    treated, controls = drifting[:, :2].sum(axis=1), drifting[:, 2:].sum(axis=1)
    design = np.column_stack([np.ones(60), controls])
    fit = OLS(treated[:45], design[:45]).fit()
    total = (treated[45:] - fit.predict(design[45:])).sum()
    rows = design[45:].sum(axis=0)
    error = np.sqrt(rows @ fit.cov_params() @ rows + 15 * fit.scale)
    assert found.incremental == pytest.approx(total)
    assert found.high - found.low > 2 * 1.681071 * error, "these errors are remembered"
    assert found.lift == pytest.approx(total / fit.predict(design[45:]).sum())


@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_time_based_regression_holds_its_level_whether_errors_are_remembered_or_not(memory: float) -> None:
    """Taken as independent, remembered errors leave out the truth in every second case."""
    rng, inside = np.random.default_rng(6), []
    for _ in range(80):
        control, errors = 50 + np.cumsum(rng.normal(size=50)), rng.normal(0, 3, 50)
        for t in range(1, 50):
            errors[t] += memory * errors[t - 1]
        treated = 10 + 2 * control + errors
        treated[40:] += 4
        found = estimate_time_based_regression(panel_of(np.column_stack([treated, control]), n_before=40))
        inside.append(found.low <= 40 <= found.high)
    assert np.mean(inside) >= 0.9 - 3 * np.sqrt(0.09 / 80)


def test_time_based_regression_refuses_too_short_a_past(drifting: np.ndarray) -> None:
    with pytest.raises(ValueError, match="too few"):
        estimate_time_based_regression(panel_of(drifting, n_before=4))
