"""Weights that sum to one and are not negative: the one optimisation behind the estimators."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from xhs_toolkit.lift.panel import Floats


def fit_simplex(columns: Floats, target: Floats, *, ridge: float = 0.0) -> Floats:
    """Weights w ≥ 0, Σw = 1 minimising |columns w − target|² + ridge² |w|².

    With Σw = 1 this is the point of least norm among the mixtures of C = columns − target. Non-negative
    least squares of |C v|² + m² (Σv − 1)² finds it exactly for every m > 0: for a given direction the
    best length costs m² |C w|² / (|C w|² + m²), which grows with |C w|, so v / Σv is the solution.

    >>> fit_simplex(np.array([[0.0, 4.0], [0.0, 4.0]]), np.array([1.0, 1.0])).round(6).tolist()
    [0.75, 0.25]
    """
    away = columns - target[:, None]
    n = away.shape[1]
    if ridge:
        away = np.vstack([away, ridge * np.eye(n)])
    size = float(np.sqrt(np.square(away).sum() / n)) or 1.0
    found, _ = optimize.nnls(np.vstack([away / size, np.ones(n)]), np.append(np.zeros(len(away)), 1.0))
    return found / found.sum()
