"""The metrics beside their targets: what the campaign promised and what it brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Targets

METRICS = {
    "exposure": "exposure",
    "views": "views",
    "click_rate": "image_click_rate",
    "cost_per_view_cny": "cost_per_view_cny",
    "engagement": "engagement",
}
"""Metric of a target → name of the value in the answer of the results."""

ALWAYS = ("exposure", "views", "click_rate", "cost_per_view_cny")
"""The four metrics that every report shows, measured or not; others only where they have a target."""

LOW_IS_GOOD = frozenset({"cost_per_view_cny"})


class Score(NamedTuple):
    """One metric: what was measured, for how many notes, and its target.

    Attributes
    ----------
    metric : name of the target.
    value, low, high : what was measured, with its interval; missing where there is none.
    n, n_notes : notes measured, of all.
    target : missing where none was set.
    status : met, missed, no_target or not_measured.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_notes: int
    target: float | None
    status: str

    @property
    def ratio(self) -> float | None:
        """What was measured over the target."""
        return self.value / self.target if self.value is not None and self.target else None


def make_scorecard(answer: Mapping[str, Any], *, targets: Targets) -> tuple[Score, ...]:
    """Return the metrics that the answer of the results measured, beside the targets of the campaign.

    Parameters
    ----------
    answer : the values of ``results.answer``; without them there is no scorecard.
    """
    if "n_notes" not in answer or not any(name in answer for name in METRICS.values()):
        return ()
    scores = [_score(metric, name, answer, targets) for metric, name in METRICS.items()]
    return tuple(score for score in scores if score.metric in ALWAYS or score.target is not None)


def _score(metric: str, name: str, answer: Mapping[str, Any], targets: Targets) -> Score:
    value, target = answer.get(name), getattr(targets, metric, None)
    n = answer.get(f"n_{name.removesuffix('_cny')}") or 0
    ends = answer.get(f"{name}_low"), answer.get(f"{name}_high")
    return Score(metric, value, *ends, int(n), int(answer["n_notes"]), target, _judge(metric, value, target))


def _judge(metric: str, value: float | None, target: float | None) -> str:
    if value is None:
        return "not_measured"
    if target is None:
        return "no_target"
    reached = value <= target if metric in LOW_IS_GOOD else value >= target
    return "met" if reached else "missed"


def describe_status(score: Score) -> Finding:
    """Return the finding that says how a metric stands to its target."""
    if score.ratio is None:
        return Finding(f"score.{score.status}")
    values = {"target_share": abs(score.ratio - 1), "is_above": score.ratio >= 1, "is_met": score.status == "met"}
    return Finding("score.against_target", values)


def summarise_scores(scores: tuple[Score, ...]) -> Finding | None:
    """Return the headline of the scorecard: how many targets were met; None where none was set."""
    judged = [score for score in scores if score.status in {"met", "missed"}]
    n_met = sum(score.status == "met" for score in judged)
    return Finding("score.headline", {"n_met": n_met, "n_targets": len(judged)}) if judged else None
