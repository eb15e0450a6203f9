"""The distributions give the numbers of scipy.stats."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from xhs_toolkit.stats.distributions import binom, norm, t


def test_students_t_and_the_normal_are_those_of_scipy() -> None:
    rng = np.random.default_rng(0)
    degrees = np.r_[rng.uniform(0.3, 80.0, 500), np.inf, 1.0, np.nan, 1e6]
    shares, values = rng.uniform(1e-4, 1 - 1e-4, len(degrees)), rng.normal(0.0, 5.0, len(degrees))
    np.testing.assert_allclose(t.ppf(shares, degrees), stats.t.ppf(shares, degrees), rtol=1e-12)
    np.testing.assert_allclose(t.sf(values, degrees), stats.t.sf(values, degrees), rtol=1e-10)
    np.testing.assert_allclose(t.cdf(values, degrees), stats.t.cdf(values, degrees), rtol=1e-10)
    np.testing.assert_allclose(norm.ppf(shares), stats.norm.ppf(shares), rtol=1e-12)
    np.testing.assert_allclose(norm.cdf(values), stats.norm.cdf(values), rtol=1e-12)
    assert float(t.ppf(0.95, 4)) == pytest.approx(stats.t.ppf(0.95, 4))


@pytest.mark.parametrize("n", [1, 2, 5, 17, 60])
def test_the_binomial_is_that_of_scipy(n: int) -> None:
    for p in (0.05, 0.5, 0.9):
        counts = np.arange(-1, n + 1)
        np.testing.assert_allclose(binom.cdf(counts, n, p), stats.binom.cdf(counts, n, p), rtol=1e-9)
        np.testing.assert_allclose(binom.sf(counts, n, p), stats.binom.sf(counts, n, p), rtol=1e-9)
        for share in (0.05, 0.5, 0.95):
            assert binom.ppf(share, n, p) == stats.binom.ppf(share, n, p)


def test_no_room_loads_the_large_library() -> None:
    rooms = "boosting, content, forecast, history, lift, objectives, results, roster, sourcing, thread, vetting"
    code = f"import sys; from xhs_toolkit import {rooms}; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
