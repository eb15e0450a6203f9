"""Whether a target will be met: what is there, and what the plan expects of the notes still to come."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xhs_toolkit.findings import Finding
from xhs_toolkit.scorecard.summary import Forecast, Summary, Target
from xhs_toolkit.stats.distributions import norm

P90 = float(norm.ppf(0.9))


def list_courses(summary: Summary) -> Iterator[Finding]:
    """One statement a target that counts something and is not met yet: with its odds where the plan tells any.

    What is out counts as it stands. Of the notes still to come the plan's forecast is expected, in the share of its
    notes that they are; without a plan, or where all its notes are out, it is only said how far the campaign has come.
    """
    plan, notes = summary.plan, summary.notes
    share = max(1 - notes.n / plan.n_notes, 0.0) if plan and notes and plan.n_notes else 0.0
    for target in summary.targets:
        if target.promised is None or target.measured is None or target.metric.startswith("cost_"):
            continue
        about = {"metric": target.metric, "value": target.measured, "target": target.promised}
        expected = plan.forecast.get(target.metric) if plan else None
        if target.measured >= target.promised:
            continue
        if expected is None or share == 0:
            yield Finding("desk.short", about)
        else:
            chance = estimate_chance(target, expected, share=share)
            yield Finding("desk.on_course" if chance >= 0.5 else "desk.off_course", {**about, "chance_share": chance})


def estimate_chance(target: Target, expected: Forecast, *, share: float) -> float:
    """Chance that what is missing of a target comes from the notes still to come.

    The forecast is taken as lognormal on each side of its middle, and its range as that of the part still to come.

    Parameters
    ----------
    expected : of all notes of the plan. share : of them that are still to come, above 0 and at most 1.
    """
    missing = (target.promised or 0.0) - (target.measured or 0.0)
    ratio = math.log(missing / (share * expected.p50))
    end = expected.p90 / expected.p50 if ratio > 0 else expected.p50 / expected.p10
    spread = math.log(end) / P90
    return 1 - float(norm.cdf(ratio / spread)) if spread > 0 else float(ratio <= 0)
