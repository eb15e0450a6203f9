"""A share that differs from unit to unit: notes or creators are the unit of chance, not each lead by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats.intervals import Interval
from xhs_toolkit.stats.resampling import Floats, as_floats

MIN_UNITS: int = assume("intervals.min_units")
ALIKE: float = assume("intervals.alike")
MAX_LOG_SD: float = assume("intervals.max_logit_sd")

N_LEVELS, N_SPREADS = 61, 28
"""Points of the grid over level and spread."""

STEP, MAX_STEPS = 0.7, 400
"""Distance of the shares at which a unit's likelihood is taken, in standard errors of the best known unit; and how many
at most."""


def varying_share_interval(successes: ArrayLike, trials: ArrayLike, *, level: float = 0.9) -> Interval:
    """Share of all trials with an interval that takes units (notes, creators) as the unit of chance.

    Each unit has a share of its own: logit-normal around a common level, its successes binomial. The interval is of the
    mean share of such units: quantiles of the posterior on a grid of level and spread. Beforehand units are as
    likely alike as not, and where they are not every spread is as likely; the level has Jeffreys' prior. Without spread
    it is Jeffreys' interval for one share.

    Parameters
    ----------
    successes, trials : one value a unit; a unit without either, or without trials, is left out.

    >>> found = varying_share_interval([3, 0, 9, 2, 5, 1, 4, 2], [1000] * 8)
    >>> found.low < found.estimate < found.high
    True
    """
    x, n = as_floats(successes), as_floats(trials)
    known = np.isfinite(x) & np.isfinite(n) & (n > 0)
    x, n = np.minimum(x[known], n[known]), n[known]
    if not len(x):
        return Interval(float("nan"), float("nan"), float("nan"), 0, 0, "none", "not_measured")
    estimate = float(x.sum() / n.sum())
    if len(x) < MIN_UNITS:
        return Interval(estimate, float("nan"), float("nan"), len(x), len(x), "none", "too_few_units")
    means, weights = _posterior(x, n)
    order = np.argsort(means)
    reached = np.cumsum(weights[order])
    low, high = (float(np.interp(at, reached, means[order])) for at in ((1 - level) / 2, (1 + level) / 2))
    return Interval(estimate, low if x.sum() else 0.0, high, len(x), len(x), "logit_normal")


def _posterior(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Mean share at every point of the grid, and its posterior weight."""
    own = special.logit((x + 0.5) / (n + 1))
    pooled = special.logit((x.sum() + 0.5) / (n.sum() + 1))
    reach = 4 * (1 / np.sqrt(x.sum() + 0.5) + own.std() / np.sqrt(len(x))) + 0.5 * own.std() ** 2
    levels = np.linspace(min(pooled, own.mean()) - reach, max(pooled, own.mean()) + reach, N_LEVELS)
    step = max(STEP / np.sqrt(x.max() + 1), (np.ptp(own) + 2 * MAX_LOG_SD) / MAX_STEPS)
    shares = np.arange(min(own.min(), levels[0]) - MAX_LOG_SD, max(own.max(), levels[-1]) + MAX_LOG_SD, step)
    spreads = np.append(0.0, step + (MAX_LOG_SD - step) * np.linspace(0, 1, N_SPREADS) ** 1.5)
    log_chance = np.column_stack(
        [_sum_logs(_take_likelihood(x, n, levels)), *_mix(_take_likelihood(x, n, shares), shares, levels, spreads[1:])]
    )
    log_chance += _log_prior(n, levels, spreads)
    steps = np.gradient(spreads)
    weights = np.exp(log_chance - log_chance.max())
    weights *= np.append(steps[0] + ALIKE / (1 - ALIKE) * steps.sum(), steps[1:])
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(41)
    at = levels[:, None, None] + spreads[None, :, None] * nodes
    means = special.expit(at) @ (node_weights / node_weights.sum())
    return means.ravel(), (weights / weights.sum()).ravel()


def _take_likelihood(x: Floats, n: Floats, at: Floats) -> Floats:
    """Likelihood of each unit (row) at each share on the logit scale, over its largest."""
    logs = x[:, None] * special.log_expit(at) + (n - x)[:, None] * special.log_expit(-at)
    best = special.xlogy(x, x / n) + special.xlogy(n - x, 1 - x / n)
    return np.exp(logs - best[:, None])


def _sum_logs(likelihood: Floats) -> Floats:
    return np.log(np.maximum(likelihood, np.finfo(float).tiny)).sum(axis=0)


def _mix(likelihood: Floats, shares: Floats, levels: Floats, spreads: Floats) -> Iterator[Floats]:
    """For each spread, the log likelihood by level, units' shares being normal around it."""
    edges = np.append(shares[:-1] + np.diff(shares) / 2, np.inf)
    for spread in spreads:
        below = special.ndtr((edges[:, None] - levels) / spread)
        yield _sum_logs(likelihood @ np.diff(below, axis=0, prepend=0.0))


def _log_prior(n: Floats, levels: Floats, spreads: Floats) -> Floats:
    """Jeffreys' prior of the level, for each spread."""
    share = special.expit(levels)
    information = n[:, None] * (share * (1 - share))
    squared = np.square(spreads)
    precision = 1 / (1 / information[:, :, None] + squared)
    return 0.5 * np.log(((1 + squared) * precision).sum(axis=0))
