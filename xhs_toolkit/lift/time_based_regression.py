"""Time-based regression: what the treated markets would have done, from a line on the controls' total."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xhs_toolkit.assumptions import assume
from xhs_toolkit.lift.errors import fit_errors, reach_of_sum
from xhs_toolkit.lift.panel import Panel

LEVEL: float = assume("intervals.level")
MIN_DEGREES: int = assume("lift.min_degrees")


class TimeBasedRegression(NamedTuple):
    """What `estimate_time_based_regression` found.

    Attributes
    ----------
    incremental, low, high : sum over treated markets and periods after the start, in the outcome's unit.
    lift : incremental / counterfactual (a fraction).
    """

    incremental: float
    low: float
    high: float
    lift: float


def estimate_time_based_regression(panel: Panel) -> TimeBasedRegression:
    """Estimate the sum of the effects by time-based regression (Kerman, Wang and Vaver 2017).

    Before the start the treated markets' total is regressed on the controls' total; after it the line is
    the counterfactual. The range is a mixture of Student's t with the error of the line included; unlike in that paper,
    errors may be remembered from period to period, as much as those before the start were (`errors.fit_errors`).

    Raises
    ------
    ValueError : too few periods before the start.
    """
    n = panel.n_before
    if n < MIN_DEGREES + 2:
        raise ValueError(f"{n} periods before the start are too few for a line")
    observed = panel.treated_mean * len(panel.treated)
    design = np.column_stack([np.ones(len(observed)), panel.control_values.sum(axis=1)])
    coefficients, *_ = np.linalg.lstsq(design[:n], observed[:n], rcond=None)
    counterfactual = (design @ coefficients)[n:]
    incremental = float((observed[n:] - counterfactual).sum())
    contrast = np.append(-design[n:].sum(axis=0) @ np.linalg.pinv(design[:n]), np.ones(panel.n_after))
    half = reach_of_sum(fit_errors(observed[:n], design[:n]), contrast, level=LEVEL)
    lift = incremental / float(counterfactual.sum())
    return TimeBasedRegression(incremental, incremental - half, incremental + half, lift)
