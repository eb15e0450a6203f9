"""The few notes before: which earlier notes tell of the next one, and what they say together.

All of it on the natural-log scale, one row a creator (or a moment of a creator), newest note first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import moderate_variances

Floats = NDArray[np.float64]

WINDOW: int = assume("notes.recent")
HALF_LIFE: float = assume("forecast.half_life")
HUBER: float = assume("forecast.huber")
HUBER_NOTES: float = assume("forecast.huber_notes")
OFFSET: float = assume("notes.count_offset")


class Located(NamedTuple):
    """What a window of earlier notes says.

    Attributes
    ----------
    n : effective notes (Kish), at most the notes in the window.
    location : robust mean of the logs.
    variance : of the logs, not below that of a Poisson count (three notes with equal counts do not
        make a creator without spread); NaN for fewer than two notes.
    """

    n: Floats
    location: Floats
    variance: Floats


def log_count(values: ArrayLike) -> Floats:
    """Natural log of a count, half added; NaN where it is missing or negative.

    >>> log_count([0.5, -1.0]).round(3).tolist()
    [0.0, nan]
    """
    counts = np.asarray(values, dtype=np.float64)
    return np.log(np.where(counts >= 0, counts, np.nan) + OFFSET)


def unlog_count(logs: ArrayLike) -> Floats:
    """Turn a log back into a count, at least 0."""
    return np.maximum(np.exp(np.asarray(logs, dtype=np.float64)) - OFFSET, 0.0)


def take_windows(logs: ArrayLike, *, codes: NDArray[np.integer], ends: ArrayLike, size: int = WINDOW) -> Floats:
    """Arrange the notes before each of `ends` as rows, newest first, missing as NaN.

    Parameters
    ----------
    logs, codes : of all notes, sorted by creator code and posting time.
    ends : positions whose earlier notes of the same creator are wanted (the note itself is left out).
        A position one past a creator's last note gives that creator's latest window.

    >>> take_windows([1.0, 2, 3, 9], codes=np.array([0, 0, 0, 1]), ends=[2], size=3).tolist()
    [[2.0, 1.0, nan]]
    """
    values, ends = np.asarray(logs, dtype=np.float64), np.asarray(ends, dtype=np.intp)
    if not len(values):
        return np.empty((len(ends), 0))
    places = ends[:, None] - np.arange(1, size + 1)
    first = np.searchsorted(codes, codes[np.maximum(ends - 1, 0)], side="left")
    own = np.searchsorted(codes, codes[np.minimum(ends, len(codes) - 1)], side="left")
    start = np.where(ends == len(codes), first, np.where(own == ends, first, own))
    return np.where(places >= start[:, None], values[np.maximum(places, 0)], np.nan)


def locate(windows: Floats, *, prior: tuple[float, float] | None = None) -> Located:
    """Summarise each window: faded weights, Huber's location, weighted variance.

    Parameters
    ----------
    prior : variance and degrees of freedom the spreads are drawn towards while the location is
        found; by default those of these windows themselves.
    """
    weights = np.where(np.isfinite(windows), 0.5 ** (np.arange(windows.shape[1]) / HALF_LIFE), 0.0)
    logs = np.nan_to_num(windows)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = weights.sum(axis=1) ** 2 / np.square(weights).sum(axis=1)
        mean = (weights * logs).sum(axis=1) / weights.sum(axis=1)
        spread = (weights * np.square(logs - mean[:, None])).sum(axis=1) / weights.sum(axis=1)
        variance = np.where(n > 1.5, np.maximum(spread * n / (n - 1), 1 / (np.exp(mean) + 1)), np.nan)
    n = np.nan_to_num(n)
    scale = np.sqrt(moderate(n, variance, prior=prior or fit_spread_prior(n, variance)))
    limit = scale * np.minimum(HUBER, HUBER_NOTES / np.maximum(n, 1.0))
    return Located(n, _huber(logs, weights, np.nan_to_num(mean), limit), variance)


def fit_spread_prior(n: Floats, variance: Floats) -> tuple[float, float]:
    """Variance and degrees of freedom common to the creators (limma's moments)."""
    fit = moderate_variances(variance, degrees_of_freedom=np.maximum(n - 1, 0))
    return fit.prior_variance, min(fit.prior_degrees, 100.0)


def moderate(n: Floats, variance: Floats, *, prior: tuple[float, float]) -> Floats:
    """Variances drawn towards the prior."""
    known = np.isfinite(variance)
    own = np.where(known, np.maximum(n - 1, 0), 0.0)
    return (prior[1] * prior[0] + own * np.where(known, variance, 0.0)) / (prior[1] + own)


def _huber(logs: Floats, weights: Floats, start: Floats, limit: Floats) -> Floats:
    """Huber's M-estimate of location by reweighting; fifteen rounds settle it far below the notes' noise."""
    location, bound = start, np.where(limit > 0, limit, 1.0)[:, None]
    for _ in range(15):
        away = np.abs(logs - location[:, None])
        pull = weights * np.minimum(1.0, bound / np.maximum(away, 1e-12))
        location = (pull * logs).sum(axis=1) / np.maximum(pull.sum(axis=1), 1e-300)
    return location


def sort_notes(notes: pd.DataFrame, *, creator: str) -> tuple[pd.DataFrame, NDArray[np.integer]]:
    """Sort notes by creator and posting time, those without either left out; also the creators' codes."""
    known = notes[notes[creator].notna() & notes["posted_at"].notna()]
    ordered = known.sort_values([creator, "posted_at"], kind="stable")
    return ordered, pd.factorize(ordered[creator])[0]
