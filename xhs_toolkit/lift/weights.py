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


def fit_simplex_as_published(columns: Floats, target: Floats, *, ridge: float, tolerance: float) -> Floats:
    """Do as `fit_simplex` does, with the steps of the authors of synthetic difference-in-differences.

    Arkhangelsky et al.'s own program takes 100 Frank–Wolfe steps from equal weights, sets weights up to a
    quarter of the largest to zero, and takes at most 10,000 more. It stops a little short of the optimum,
    and their published numbers are those of its stop.

    Parameters
    ----------
    tolerance : stop when a step lowers the mean squared error by less than its square.
    """
    n = columns.shape[1]
    cross = columns.T @ target
    gram = columns.T @ columns + ridge**2 * np.eye(n)
    least = len(target) * tolerance**2
    weights = _frank_wolfe(gram, cross, np.full(n, 1 / n), least=least, n_steps=100)
    weights = np.where(weights > weights.max() / 4, weights, 0.0)
    return _frank_wolfe(gram, cross, weights / weights.sum(), least=least, n_steps=10_000)


def _frank_wolfe(gram: Floats, cross: Floats, weights: Floats, *, least: float, n_steps: int) -> Floats:
    """Steps of exact length towards the best single market; ends when a step gains less than `least`."""
    towards = gram @ weights
    for step in range(n_steps):
        slope = towards - cross
        best = int(slope.argmin())
        descent = float(weights @ slope - slope[best])
        curvature = float(gram[best, best] - 2 * towards[best] + weights @ towards)
        if curvature <= 0 or descent <= 0:
            break
        length = min(descent / curvature, 1.0)
        weights = (1 - length) * weights
        weights[best] += length
        towards = (1 - length) * towards + length * gram[best]
        if step and 2 * length * descent - length**2 * curvature < least:
            break
    return weights
