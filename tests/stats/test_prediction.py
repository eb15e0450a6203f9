"""Prediction of a new note: coverage by simulation, medians, edges."""

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.stats import compare_new_notes, fit_peers, make_rng, predict_new_note


def simulate(k: int, *, n_creators: int = 40, seed: int) -> tuple[pd.Series, np.ndarray, np.ndarray]:
    """Log-t4 notes whose spread differs from creator to creator: earlier notes, their creators, the next note."""
    rng = make_rng(seed)
    centre, spread = rng.normal(8, 0.8, n_creators), 1.2 * np.exp(0.4 * rng.normal(size=n_creators))
    creators = np.repeat(np.arange(n_creators), k)
    earlier = np.exp(centre[creators] + spread[creators] * rng.standard_t(4, len(creators)) / np.sqrt(2))
    following = np.exp(centre + spread * rng.standard_t(4, n_creators) / np.sqrt(2))
    return pd.Series(earlier), creators, following


@pytest.mark.parametrize("k", [3, 5, 10, 30])
def test_ninety_percent_ranges_hold_ninety_percent(k: int) -> None:
    inside = []
    for seed in range(60):
        earlier, creators, following = simulate(k, seed=1000 * k + seed)
        found = predict_new_note(np.arange(40), peers=fit_peers(earlier, creators=creators))
        inside.append((found["low"] <= following) & (following <= found["high"]))
    share = np.mean(inside)
    error = 2.6 * np.sqrt(0.09 / np.size(inside))
    assert 0.88 - error <= share <= 0.92 + error


def test_tail_probabilities_are_uniform_without_an_effect() -> None:
    earlier, creators, following = simulate(6, n_creators=1500, seed=9)
    found = predict_new_note(np.arange(1500), peers=fit_peers(earlier, creators=creators))
    tail = compare_new_notes(following, predictions=found)["tail_probability"]
    assert tail.lt(0.1).mean() == pytest.approx(0.1, abs=0.025)
    assert tail.lt(0.5).mean() == pytest.approx(0.5, abs=0.06)


def test_ratio_and_range_follow_the_note() -> None:
    peers = fit_peers([100, 120, 90, 200, 260, 210], creators=["a"] * 3 + ["b"] * 3)
    found = predict_new_note(pd.Series(["a", "b"], index=[7, 9]), peers=peers)
    compared = compare_new_notes(found["expected"] * [2.0, 0.5], predictions=found)
    assert compared["ratio"].tolist() == pytest.approx([2.0, 0.5])
    assert (compared["ratio_low"] < compared["ratio"]).all()
    assert compared.index.tolist() == [7, 9]


def test_few_or_no_earlier_notes_get_a_range_but_no_verdict() -> None:
    peers = fit_peers([100, 120, 90, 200, 260, 210, 50], creators=["a"] * 3 + ["b"] * 3 + ["c"])
    found = predict_new_note(["c", "nobody", "a", "a"], peers=peers)
    assert found["basis"].tolist() == ["own_notes", "peers", "own_notes", "own_notes"]
    assert found["n_earlier"].tolist() == [1, 0, 3, 3]
    compared = compare_new_notes([100, 100, 100, None], predictions=found)
    assert compared["reason"].tolist() == ["too_few_earlier_notes", "too_few_earlier_notes", "", "not_measured"]
    assert compared["tail_probability"].notna().tolist() == [False, False, True, False]
    assert found["high"].notna().all()


def test_without_any_spread_known_nothing_is_claimed() -> None:
    for values, creators in (([], []), ([100.0, 120.0], ["a", "b"])):
        found = predict_new_note(["a"], peers=fit_peers(values, creators=creators))
        assert found["basis"].tolist() == ["not_measured"]
        assert found[["low", "high"]].isna().all(axis=None)


def test_zeros_need_an_offset_and_missing_rows_are_left_out() -> None:
    values, creators = [0, 3, 8, None, 5, 2], ["a", "a", "a", "a", "b", None]
    assert fit_peers(values, creators=creators).creators["n_earlier"].to_dict() == {"a": 2, "b": 1}
    peers = fit_peers(values, creators=creators, offset=0.5)
    assert peers.creators["n_earlier"].to_dict() == {"a": 3, "b": 1}
    assert predict_new_note(["a"], peers=peers, offset=0.5)["expected"].between(0, 10).all()
