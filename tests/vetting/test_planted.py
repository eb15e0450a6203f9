"""Planted wrongs in pools whose code shares nothing with the checks: what is found, and whom it troubles."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.vetting_pools import make_vetting_pool
from benchmarks.vetting_recall import check_pool, hide_growth, measure_recall

N = 800


@pytest.fixture(scope="module", params=[False, True], ids=["usual", "odd"])
def recall(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Shares flagged by kind, dose and check, in the usual world and in one the checks do not expect."""
    made = make_vetting_pool(N, seed=5, odd=request.param)
    return measure_recall(made, check_pool(made))


def test_at_most_one_honest_creator_in_ten_carries_a_flag(recall: pd.DataFrame) -> None:
    assert recall.loc[("honest", 0.0), "any"] <= 0.10


def test_large_doses_are_found_by_the_check_that_is_meant_to(recall: pd.DataFrame) -> None:
    assert recall.loc[("bought_followers", 0.5), "any"] >= 0.9
    assert recall.loc[("pods", 0.5), "shared_commenters"] >= 0.9
    assert recall.loc[("price_gouging", 12.0), "any"] >= 0.6
    assert recall.loc[("scope_mix_up", 1.0), "scope_agreement"] >= 0.85


@pytest.mark.parametrize("kind", ["bought_followers", "pods", "price_gouging", "scope_mix_up"])
def test_the_largest_dose_is_found_more_often_than_the_smallest(recall: pd.DataFrame, kind: str) -> None:
    found = recall.loc[kind, "any"]
    assert found.iloc[-1] > found.iloc[0]


def test_followers_bought_without_counts_over_time_are_told_by_the_fans_only_in_large_doses() -> None:
    """Half bought moves engagement by half a standard deviation: one signal does not tell it, and small doses none."""
    made = hide_growth(make_vetting_pool(N, seed=6))
    found = measure_recall(made, check_pool(made)).loc["bought_followers"]
    assert found.loc[0.7, "any"] >= 0.9
    assert found.loc[0.1, "any"] <= 0.2
    assert found["engagement"].max() <= 0.3
