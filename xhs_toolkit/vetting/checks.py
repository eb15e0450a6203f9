"""The checks of an evidence card: what each looks at, on which scale, and which side is unusual."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xhs_toolkit.assumptions import assume

Floats = NDArray[np.float64]
Scale = Literal["log", "logit", "growth", "plain"]
Side = Literal["low", "high", "both", "none"]

NOTHING: float = assume("vetting.least_share")
GROWTH_UNIT: float = assume("vetting.growth_unit")


class Check(NamedTuple):
    """One line of a card.

    Attributes
    ----------
    name : of `campaign.people.CHECKS`.
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


CHECKS: Final = (
    Check("fan_growth", "fan_growth_rate", "growth", "low", "growth"),
    Check("fan_jump", "fan_jump_rate", "log", "high"),
    Check("place", "place", "plain", "none"),
    Check("engagement", "engagement_fan_rate", "log", "low", "engagement", least=3),
    Check("evenness", "note_spread", "log", "low", least=5),
    Check("hit_rate", "hit_rate", "logit", "none", "quality", least=3),
    Check("completion", "finish_rate", "logit", "low", "quality"),
    Check("saves", "collect_like_rate", "log", "both", "quality", least=3),
    Check("comment_ratio", "comment_like_rate", "log", "both", least=3),
    Check("repeated_comments", "repeated_comment_share", "logit", "high", least=20),
    Check("repeat_commenters", "repeat_commenter_share", "logit", "none", least=20),
    Check("shared_commenters", "shared_commenter_share", "logit", "high", least=20),
    Check("read_sources", "found_view_share", "logit", "low"),
    Check("active_fans", "active_fan_share", "logit", "low", "audience"),
    Check("reading_fans", "reading_fan_share", "logit", "low", "audience"),
    Check("engaged_fans", "engaged_fan_share", "logit", "low", "audience"),
    Check("suspected_fans", "suspected_fan_share", "logit", "high", "audience", -1),
    Check("paid_drop", "paid_everyday_ratio", "log", "low", "paid"),
    Check("scope_agreement", "paid_everyday_ratio", "plain", "none"),
    Check("image_price", "price_expected_ratio", "log", "high", "price", -1),
    Check("video_price", "price_expected_ratio", "log", "high", "price", -1),
    Check("reply_rate", "reply_rate", "logit", "low", "reliability"),
    Check("health", "health_level", "plain", "none"),
    Check("data_amount", "n_notes", "log", "none", "reliability"),
    Check("followers_together", "fan_evidence", "plain", "high"),
    Check("comments_together", "comment_evidence", "plain", "high"),
)
"""In the order of a card. People who comment on everything may be loyal, so that on its own it informs; it counts
among the signals judged together. Least counts: 3 notes as `stats.MIN_EARLIER`; a spread needs 5; comments 20, so
that one comment is at most a twentieth."""

BY_NAME: Final = {check.name: check for check in CHECKS}

TOGETHER: Final = {
    "followers_together": (
        ("engagement", -1),
        ("fan_jump", 1),
        ("active_fans", -1),
        ("reading_fans", -1),
        ("engaged_fans", -1),
        ("suspected_fans", 1),
    ),
    "comments_together": (
        ("evenness", -1),
        ("saves", -1),
        ("comment_ratio", 1),
        ("repeated_comments", 1),
        ("repeat_commenters", 1),
        ("shared_commenters", 1),
    ),
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
