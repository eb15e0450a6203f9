"""Every target with its promise, the accepted forecast, the result and a verdict, or why it was not measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.campaign.promises import LOW_IS_GOOD, order_metrics
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.scorecard.summary import Forecast, Target, Verdict

if TYPE_CHECKING:
    from xhs_toolkit.attribution import Attribution
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.plans import Plan

SHOWN = ("exposure", "views", "click_rate", "cost_per_view_cny", "cost_per_organic_view_cny")
"""Metrics that every report of results shows, promised or not; others only where they were promised."""

OUTCOMES = {
    "leads": ("leads", "attributed"),
    "qualified_leads": ("qualified_leads", "attributed"),
    "orders": ("orders", "attributed"),
    "foot_traffic": ("foot_traffic", "attributed"),
    "sales_cny": ("sales", "attributed_cny"),
}
"""Target → figure of `tables.OUTCOMES`, and the column of `Attribution.metrics` that holds the campaign's own."""

SAME_SCOPE = ("exposure", "views", "engagement", "leads", "qualified_leads", "foot_traffic", "orders")
"""Metrics that the plan's forecast counts as the result does; its cost per view has no ads."""
CONTENT_OF = {"cost_per_organic_view_cny": "cost_per_view_cny"}
"""Ratio of content alone → the forecast that the plan has of it."""


class Result(NamedTuple):
    """What was measured of a metric, with its range and the `n` notes or rows `of` all that it rests on; or why not."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    of: int = 0
    reason: str = ""


def judge_targets(
    *, totals: pd.DataFrame, rates: pd.DataFrame, attribution: Attribution, plan: Plan | None, campaign: Campaign
) -> tuple[Target, ...]:
    """Judge every target that was set, those of the objective first, and show the metrics that every report has.

    Parameters
    ----------
    totals, rates : of `results.Results`.
    attribution : which outcomes the campaign may call its own.
    plan : the accepted one; None without one.
    """
    promised = campaign.targets.model_dump()
    results = {**_read_totals(totals.iloc[0]), "click_rate": _read_rate(rates, int(totals["n_notes"].iloc[0]))}
    results |= {name: _read_outcome(attribution, *place) for name, place in OUTCOMES.items()}
    shown = tuple(name for name in results if name in SHOWN or promised.get(name) is not None)
    return tuple(
        _judge(name, results[name], promised.get(name), _find_forecast(name, plan))
        for name in order_metrics(shown, objective=campaign.objective)
    )


def _read_totals(total: pd.Series) -> dict[str, Result]:
    of = int(total["n_notes"])
    counts = {
        name: Result(plain(total[name]), n=int(total[f"n_{name}"]), of=of, reason=f"no_{name}") for name in COUNTS
    }
    ratios = {
        f"{name}_cny": Result(
            *_read_range(total, f"{name}_cny"),
            n=int(total[f"n_{name}"]),
            of=of,
            reason=str(total[f"{name}_reason"]) or "not_measured",
        )
        for name in ("cost_per_view", "cost_per_organic_view", "cost_per_engagement")
    }
    return counts | ratios


def _read_range(row: pd.Series, name: str) -> tuple[float | None, float | None, float | None]:
    return plain(row[name]), plain(row[f"{name}_low"]), plain(row[f"{name}_high"])


def _read_rate(rates: pd.DataFrame, of: int) -> Result:
    """Click-through rate of image notes: of videos views over exposure are something else."""
    rows = rates.query("dimension == 'all' and format == 'image' and measure == 'click_rate'")
    if rows.empty:
        return Result(None, of=of, reason="no_exposure")
    row = rows.iloc[0]
    return Result(
        *_read_range(row, "rate"), n=int(row["n_rate"]), of=of, reason=str(row["rate_reason"]) or "not_measured"
    )


def _read_outcome(attribution: Attribution, metric: str, column: str) -> Result:
    rows = attribution.metrics[attribution.metrics["metric"].eq(metric)]
    if rows.empty:
        return Result(None, reason="no_outcomes")
    row = rows.iloc[0]
    n = int(attribution.rows["metric"].eq(metric).sum())
    return Result(plain(row[column]), n=n, of=n, reason=str(row["reason"]) or "no_rate")


def _find_forecast(metric: str, plan: Plan | None) -> Forecast | None:
    name = CONTENT_OF.get(metric, metric if metric in SAME_SCOPE else "")
    rows = plan.forecast[plan.forecast["metric"].eq(name)].dropna(subset=["p10", "p50", "p90"]) if plan else None
    if rows is None or rows.empty:
        return None
    return Forecast(**{level: float(rows[level].iloc[0]) for level in ("p10", "p50", "p90")})


def _judge(metric: str, result: Result, promised: float | None, forecast: Forecast | None) -> Target:
    verdict: Verdict = "not_measured"
    if result.value is not None and promised is None:
        verdict = "no_target"
    elif result.value is not None and promised is not None:
        kept = result.value <= promised if metric in LOW_IS_GOOD else result.value >= promised
        verdict = "met" if kept else "missed"
    return Target(
        metric=metric,
        unit=_name_unit(metric),
        promised=promised,
        forecast=forecast,
        measured=result.value,
        low=result.low,
        high=result.high,
        n=result.n,
        of=result.of,
        verdict=verdict,
        reason="" if result.value is not None else result.reason,
    )


def _name_unit(metric: str) -> str:
    ends = {"_rate": "fraction", "_view_cny": "CNY per view", "_engagement_cny": "CNY per engagement", "_cny": "CNY"}
    return next((unit for end, unit in ends.items() if metric.endswith(end)), metric)


def describe_verdict(target: Target) -> Finding:
    """Return the finding that says how a metric stands to its target."""
    if target.ratio is None:
        return Finding(f"score.{target.verdict}")
    values = {"target_share": abs(target.ratio - 1), "is_above": target.ratio >= 1, "is_met": target.verdict == "met"}
    return Finding("score.against_target", values)


def summarise_targets(targets: Iterable[Target]) -> Finding | None:
    """Return the headline of the scorecard, over the promises it lists; None where nothing was promised."""
    promised = [target for target in targets if target.promised is not None]
    counts: Mapping[str, int] = {
        name: sum(target.verdict == verdict for target in promised)
        for name, verdict in (("n_met", "met"), ("n_open", "not_measured"))
    }
    if not promised:
        return None
    return Finding("score.headline", {"n_targets": len(promised), **counts})
