"""The checks of an evidence card: what each looks at, on which scale, and which side is unusual."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import read_bundled_lines

Floats = NDArray[np.float64]
Scale = Literal["log", "logit", "growth", "plain"]
Side = Literal["low", "high", "both", "none"]

NOTHING: float = assume("vetting.least_share")
GROWTH_UNIT: float = assume("vetting.growth_unit")


class Check(NamedTuple):
    """One line of a card.

    Attributes
    ----------
    name : of ``templates/vetting/checks.csv``, which has a line for each.
    metric : name that gives the value its unit and its label.
    scale : on which differences mean the same everywhere.
    side : which side of the peers is worth a question; ``none`` informs only.
    part : of the score it counts in; '' where in none.
    better : 1 where more is better for the score, −1 where less is.
    least : fewest notes (or comments) from which anything is said.
    """

    name: str
    metric: str
    scale: Scale
    side: Side
    part: str = ""
    better: int = 1
    least: int = 0


_LINES: Final = read_bundled_lines("vetting/checks.csv")

CHECKS: Final = tuple(
    Check(
        line["check"],
        line["metric"],
        cast(Scale, line["scale"]),
        cast(Side, line["side"]),
        line["part"],
        int(line["better"]),
        int(line["least"]),
    )
    for line in _LINES
)
"""In the order of a card. People who comment on everything may be loyal, so that on its own it informs; it counts
among the signals judged together. Least counts: 3 notes as `stats.MIN_EARLIER`; a spread needs 5; comments 20, so
that one comment is at most a twentieth."""

BY_NAME: Final = {check.name: check for check in CHECKS}

TOGETHER: Final = {
    group: tuple((line["check"], int(line["together_side"])) for line in _LINES if line["together"] == group)
    for group in dict.fromkeys(line["together"] for line in _LINES if line["together"])
}
"""Signals judged together, each with the side that bought followers, or arranged comments, would move it to."""

LEAST_TOGETHER: int = assume("vetting.least_together")


class Signal(NamedTuple):
    """What a check measured of each creator.

    Attributes
    ----------
    figures : in the unit people read; NaN where not measured.
    variance : squared standard error on the check's scale.
    n : notes or comments behind it; NaN where it is not counted in these.
    offset : taken off the value on its scale before peers are compared (a larger creator engages a smaller share).
    """

    figures: Floats
    variance: Floats
    n: Floats
    offset: Floats | float = 0.0


def make_signal(figures: Floats, *, variance: Floats | float = 0.0, n: Floats | float = np.nan) -> Signal:
    """Return a signal, exact and uncounted where nothing else is said."""
    shape = figures.shape
    return Signal(figures, np.broadcast_to(variance, shape), np.broadcast_to(n, shape).astype(float))


def to_scale(values: Floats, scale: Scale) -> Floats:
    """Bring values to the scale on which they are compared.

    >>> to_scale(np.array([1.0, -1.0]), "log").tolist()
    [0.0, nan]
    """
    if scale == "log":
        return np.log(np.where(values > 0, values, np.nan))
    if scale == "growth":
        return np.arcsinh(values / GROWTH_UNIT)
    return special.logit(np.clip(values, NOTHING, 1 - NOTHING)) if scale == "logit" else values


def from_scale(values: Floats, scale: Scale) -> Floats:
    """Bring values back to the unit people read."""
    if scale == "log":
        return np.exp(np.minimum(values, 700.0))
    if scale == "growth":
        return GROWTH_UNIT * np.sinh(np.clip(values, -700.0, 700.0))
    return special.expit(values) if scale == "logit" else values
