"""A test that can answer: which market to hold back or start later, and the smallest lift each choice would show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.campaign.models import OBJECTIVE_OUTCOMES, Window
from xhs_toolkit.findings import Finding
from xhs_toolkit.lift.estimators import MIN_CONTROLS, Panel, fit_gap
from xhs_toolkit.lift.outcomes import arrange_outcomes, list_metrics
from xhs_toolkit.lift.verdict import find_minimum_effect

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MAX_SETS: int = assume("lift.max_sets")

CHOICES = ["option", "markets", "first_date", "n_days", "n_controls", "n_before", "minimum_lift_share"]
CHOICES += ["minimum_lift_share_reason", "first_date_reason"]

TOO_SHORT = ("too_short", "too_few_placebos")
"""Reasons that come to the same before a campaign: the history must be five times as long as what is compared."""


class LiftDesign(NamedTuple):
    """What `plan_test` found.

    Attributes
    ----------
    metric : the figure of the client's that would answer; '' where there is none.
    choices : one row a choice, the plan as it stands first, then the smallest lift first: ``option`` (``as_planned``,
        ``hold_back``, ``start_later``), ``markets`` held back or started later, ``first_date`` (from which they
        have the campaign), ``n_days`` compared, ``n_controls``, ``n_before`` (periods), ``minimum_lift_share`` that is
        seen in eight of ten cases, or why none would be (``…_reason``).
    findings : what the page says.
    """

    metric: str
    choices: pd.DataFrame
    findings: tuple[Finding, ...]


class _Choice(NamedTuple):
    """Markets without the campaign for its first `n_days`, as far as they would have it otherwise."""

    name: str
    held: tuple[str, ...]
    n_days: int


def plan_test(outcomes: pd.DataFrame, *, campaign: Campaign) -> LiftDesign:
    """Say before the campaign which market to hold back, or start later, so that its effect can be told.

    The last days of the history, as many as would be compared, stand for the campaign; each choice goes through the
    verdict's own simulation (`find_minimum_effect`). Tried are the plan as it stands, and markets of the campaign
    (pairs, where no other market is left to compare with) held back until its end or for its first half. Figures of no
    market of the campaign are those of places in it (towns, shops), all of which would have it.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES` known before the campaign; the figure is the first that the objective asks for.
    """
    days = _count_days(campaign)
    history = outcomes[outcomes["date"].lt(pd.Timestamp(campaign.window.start))] if days else outcomes
    metric = next(iter(list_metrics(history, asked=OBJECTIVE_OUTCOMES[campaign.objective])), "")
    if not metric or not days:
        return _refuse(metric, "no_window" if metric else "no_outcomes")
    known = history[history["metric"].eq(metric) & history["value"].notna()]
    places = sorted(known["market"].dropna().unique())
    ours = {name.casefold() for name in campaign.markets}
    own = tuple(name for name in places if name.strip().casefold() in ours) or tuple(places)
    if len(places) <= MIN_CONTROLS:
        return _refuse(metric, "few_markets" if places else "no_market")
    rows = [
        _try(known, choice, own=own, metric=metric, campaign=campaign)
        for choice in _list_choices(known, own=own, n_others=len(places) - len(own), days=days)
    ]
    choices = pd.DataFrame(rows, columns=CHOICES)
    is_plan = choices["option"].eq("as_planned")
    choices = pd.concat([choices[is_plan], choices[~is_plan].sort_values("minimum_lift_share", kind="stable")])
    return LiftDesign(metric, choices.reset_index(drop=True), tuple(_list_findings(metric, choices)))


def _refuse(metric: str, reason: str) -> LiftDesign:
    finding = Finding("lift.design_none", {"metric": metric or None, "reason": f"design_{reason}"})
    return LiftDesign(metric, pd.DataFrame(columns=CHOICES), (finding,))


def _count_days(campaign: Campaign) -> int:
    window = campaign.window
    return (window.end - window.start).days + 1 if window.start and window.end else 0


def _list_choices(history: pd.DataFrame, *, own: tuple[str, ...], n_others: int, days: int) -> Iterator[_Choice]:
    """The plan, and the sets of markets that the others follow most closely, held back or started later."""
    yield _Choice("as_planned", (), days)
    size = max(MIN_CONTROLS - n_others, 1)
    if len(own) <= size:
        return
    wide = history.pivot_table(index="date", columns="market", values="value", aggfunc="sum", observed=True).dropna()
    sets = sorted(combinations(own, size), key=lambda held: _measure_distance(wide, own=own, held=held))[:MAX_SETS]
    for held in sets:
        yield _Choice("hold_back", held, days)
        yield _Choice("start_later", held, days // 2)


def _measure_distance(wide: pd.DataFrame, *, own: tuple[str, ...], held: tuple[str, ...]) -> float:
    """How far the markets with the campaign keep from the mixture of those without it, relative to their level."""
    treated = [name for name in own if name not in held]
    if len(wide) < 2:
        return float("inf")
    sized = wide / wide.mean().where(lambda mean: mean > 0)
    controls = sized.drop(columns=treated).dropna(axis=1).to_numpy()
    if not controls.shape[1]:
        return float("inf")
    gap, _ = fit_gap(
        wide[treated].mean(axis=1).to_numpy() / wide[treated].to_numpy().mean(), controls, n_before=len(wide)
    )
    return float(np.sqrt(np.square(gap).mean()))


def _try(
    history: pd.DataFrame, choice: _Choice, *, own: tuple[str, ...], metric: str, campaign: Campaign
) -> dict[str, Any]:
    """One row of `CHOICES`."""
    last = history["date"].max()
    pretended = Window(start=(last - timedelta(days=choice.n_days - 1)).date(), end=last.date())
    treated = tuple(name for name in own if name not in choice.held)
    settings = campaign.model_copy(update={"markets": treated, "window": pretended})
    arranged = arrange_outcomes(history, metric=metric, campaign=settings)
    row = {
        "option": choice.name,
        "markets": ", ".join(choice.held),
        "first_date": pd.Timestamp(campaign.window.start) + pd.Timedelta(days=choice.n_days) if choice.held else pd.NaT,
        "first_date_reason": "" if choice.held else "none_there",
        "n_days": choice.n_days,
    }
    if arranged.panel is None:
        return row | {"minimum_lift_share_reason": arranged.reason}
    return row | _measure(arranged.panel)


def _measure(panel: Panel) -> dict[str, Any]:
    sizes = {"n_controls": len(panel.controls), "n_before": panel.n_before}
    if len(panel.controls) < MIN_CONTROLS:
        return sizes | {"minimum_lift_share_reason": "one_control"}
    found = find_minimum_effect(panel)
    return sizes | {"minimum_lift_share": found.lift, "minimum_lift_share_reason": found.reason}


def _list_findings(metric: str, choices: pd.DataFrame) -> Iterator[Finding]:
    """The choice that shows the smallest lift beside the plan as it stands, or that none would show any."""
    plan = choices[choices["option"].eq("as_planned")].iloc[0]
    seen = choices[choices["minimum_lift_share"].notna()]
    if seen.empty:
        reasons = choices["minimum_lift_share_reason"]
        reason = "design_too_short" if reasons.isin(TOO_SHORT).any() else str(reasons.iloc[-1])
        yield Finding("lift.design_none", {"metric": metric, "reason": reason})
        return
    planned = None if pd.isna(plan["minimum_lift_share"]) else float(plan["minimum_lift_share"])
    best = seen.loc[seen["minimum_lift_share"].astype(float).idxmin()]
    values = {
        "metric": metric,
        "minimum_lift_share": float(best["minimum_lift_share"]),
        "planned_lift_share": planned,
        "n_controls": int(best["n_controls"]),
        "n_choices": len(choices),
    }
    if best["option"] == "as_planned":
        yield Finding("lift.design_as_planned", values)
        return
    held = {"markets": best["markets"], "first_date": str(best["first_date"].date()), "n_days": int(best["n_days"])}
    yield Finding(f"lift.design_{best['option']}", values | held)
