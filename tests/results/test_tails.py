"""Tail probabilities that heavy tails do not fool."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit.results.reference import TAIL, Tail, correct_tails, fit_tail, measure_tails
from xhs_toolkit.stats import fit_peers


def draw(noise: str, *, n_creators: int = 60, k: int = 12, seed: int = 1) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    creators = pd.Series(np.repeat(np.arange(n_creators), k))
    drawn = {"normal": rng.normal(size=len(creators)), "heavy": rng.standard_t(3, len(creators)) / np.sqrt(3)}
    return pd.Series(rng.normal(8, 1, n_creators)[creators] + drawn[noise]), creators


def fit(noise: str, **settings: int) -> Tail:
    logs, creators = draw(noise, **settings)
    return fit_tail(logs, creators=creators, peers=fit_peers(np.exp(logs), creators=creators))


def test_under_the_model_the_tails_are_uniform() -> None:
    logs, creators = draw("normal")
    p = measure_tails(logs, creators=creators, peers=fit_peers(np.exp(logs), creators=creators))
    assert (p < TAIL).mean() == pytest.approx(TAIL, abs=0.03)
    assert fit("normal").exponent > 0.7


def test_heavy_tails_are_seen() -> None:
    assert fit("heavy").exponent < 0.6


def test_too_few_notes_leave_the_t_at_its_word() -> None:
    assert fit("heavy", n_creators=4, k=3) == Tail()
    assert fit("heavy", n_creators=40, k=2) == Tail()


def test_one_note_left_out_by_hand() -> None:
    """Equal spreads: (x − mean of the others) / (pooled sd × √(1 + 1 / others)), half the degrees of freedom."""
    logs, creators = pd.Series([1.0, 2.0, 3.0, 5.0, 6.0, 7.0]), pd.Series(["a"] * 3 + ["b"] * 3)
    peers = fit_peers(np.exp(logs), creators=creators)
    p = measure_tails(logs, creators=creators, peers=peers)
    from scipy import stats

    assert peers.prior_variance == pytest.approx(1.0)
    assert p[0] == pytest.approx(2 * stats.t.sf(1.5 / np.sqrt(1.5), 2))
    assert p[1] == pytest.approx(1.0)


@given(st.lists(st.floats(1e-9, 1), min_size=2, max_size=9), st.floats(0.1, 1), st.floats(0.1, 0.4))
def test_correction_keeps_the_order_and_never_flatters(values: list[float], exponent: float, share: float) -> None:
    p = pd.Series(sorted(values))
    corrected = correct_tails(p, tail=Tail(share, exponent))
    assert (corrected >= p).all()
    inside = corrected[p < TAIL]
    assert inside.is_monotonic_increasing
    assert corrected.between(0, 1).all()
