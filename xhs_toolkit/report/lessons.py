"""What a campaign teaches and what to do next, as far as either follows from what was found.

Nothing is concluded here that a finding of the run does not say: each rule turns one finding into a lesson, an
action or both, with the figures of the finding. A step may add lessons and actions of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.scorecard import Target

MAX_LEARNED, MAX_NEXT = 5, 6
"""More than a client remembers is not told (analyst's choice); the rest stands in its section."""

RULES: tuple[tuple[str, str, str], ...] = (
    ("effects.campaign_clearly_better", "learned.better", "next.better"),
    ("effects.campaign_clearly_worse", "learned.worse", "next.worse"),
    ("effects.campaign_in_line", "learned.in_line", ""),
    ("effects.campaign_not_enough_notes", "learned.few_creators", ""),
    ("results.tier_compare_cost", "learned.tier_cost", "next.tier_cost"),
    ("results.tier_compare_unclear", "learned.tier_unclear", "next.tier_unclear"),
    ("kfs.steps", "learned.kfs", "next.kfs"),
    ("lift.detected", "learned.lift_detected", "next.lift_detected"),
    ("lift.not_detected", "learned.lift_not_detected", "next.lift_not_detected"),
    ("lift.cannot_be_told", "", "next.lift_unknown"),
    ("lift.one_control", "", "next.lift_unknown"),
    ("funnel.no_outcomes", "", "next.outcomes"),
    ("funnel.no_steps", "", "next.funnel"),
    ("effects.no_baseline", "", "next.earlier_notes"),
    ("effects.not_compared", "", "next.earlier_notes"),
    ("effects.growing", "", "next.export_again"),
    ("effects.growing_unknown", "", "next.export_again"),
    ("results.not_measured.no_exposure", "", "next.not_measured"),
    ("results.not_measured.no_views", "", "next.not_measured"),
    ("results.not_measured.no_cost", "", "next.costs"),
    ("ledger.nothing", "", "next.costs"),
)
"""Code of a finding (of a figure not measured with the reason), code of what it teaches, code of what to do; in the
order in which they are told."""


class Lessons(NamedTuple):
    """What was learned, and what to do next."""

    learned: tuple[Finding, ...]
    next: tuple[Finding, ...]


def draw_lessons(blocks: Iterable[Mapping[str, Any]], *, targets: Iterable[Target] = ()) -> Lessons:
    """Return what follows from the findings among the blocks and from the targets; each is said once.

    Parameters
    ----------
    blocks : of an outline; those with a ``code`` are findings.
    targets : of the run's summary; of those missed, the one furthest from its target is told.

    >>> funnel = {"kind": "sentence", "code": "funnel.no_outcomes", "values": {}}
    >>> draw_lessons([funnel]).next[0].code
    'next.outcomes'
    """
    found: dict[str, Mapping[str, Any]] = {}
    for block in blocks:
        found.setdefault(_name_finding(block), block.get("values", {}))
    told = [(learned, action, found[code]) for code, learned, action in RULES if code in found]
    learned = [Finding(code, dict(values)) for code, _, values in told if code]
    actions = {code: Finding(code, dict(values)) for _, code, values in reversed(told) if code}
    missed = [_tell_missed(target) for target in _find_missed(targets)]
    ordered = [action for _, code, _ in told if (action := actions.pop(code, None))]
    return Lessons((*missed, *learned)[:MAX_LEARNED], tuple(ordered[:MAX_NEXT]))


def _name_finding(block: Mapping[str, Any]) -> str:
    """The code; of a figure that was not measured also why, for what to do next depends on it."""
    code = str(block.get("code", ""))
    return f"{code}.{block['values']['reason']}" if code == "results.not_measured" else code


def _find_missed(targets: Iterable[Target]) -> list[Target]:
    missed = [target for target in targets if target.verdict == "missed" and target.ratio]
    return sorted(missed, key=lambda target: -abs((target.ratio or 1) - 1))[:1]


def _tell_missed(target: Target) -> Finding:
    values = {"metric": target.metric, "value": target.measured, "target": target.promised}
    gap = {"target_share": abs((target.ratio or 1) - 1), "is_above": (target.ratio or 1) > 1}
    return Finding("learned.missed", values | gap)
