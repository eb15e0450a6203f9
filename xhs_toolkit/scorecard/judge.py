"""Every target with its promise, the accepted forecast, the result and a verdict, or why it was not measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pandas as pd

from xhs_toolkit.campaign.models import HEROES, LOW_IS_GOOD, order_metrics
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.scorecard.summary import Forecast, Target, Verdict

if TYPE_CHECKING:
    from xhs_toolkit.attribution import Attribution
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.ledger import Ledger
    from xhs_toolkit.plans import Plan

SHOWN = ("exposure", "views", "click_rate", "cost_per_view_cny", "cost_per_organic_view_cny", "engagement", "hit_rate")
"""Metrics that every report of results shows, promised or not; others where they were promised or answer the
objective."""

COMPANIONS = {"leads": "qualified_leads", "collects": "hit_rate"}
"""Metric → what is told in the same breath."""

OUTCOMES = {
    "leads": ("leads", "attributed"),
    "qualified_leads": ("qualified_leads", "attributed"),
    "orders": ("orders", "attributed"),
    "foot_traffic": ("foot_traffic", "attributed"),
    "sales_cny": ("sales", "attributed_cny"),
    "sales_lift_share": ("sales", "lift_share"),
}
"""Target → figure of `tables.OUTCOMES`, and the column of `Attribution.metrics` that holds the campaign's own."""

SAME_SCOPE = ("exposure", "views", "engagement", "leads", "qualified_leads", "foot_traffic", "orders")
"""Metrics that the plan's forecast counts as the result does; its cost per view has no ads."""
CONTENT_OF = {"cost_per_organic_view_cny": "cost_per_view_cny"}
"""Ratio of content alone → the forecast that the plan has of it."""


class Found(Protocol):
    """What the scorecard asks of the results (`results.Results`)."""

    @property
    def notes(self) -> pd.DataFrame:
        """One row a campaign note."""

    @property
    def totals(self) -> pd.DataFrame:
        """One row: sums and ratios of all notes."""

    @property
    def rates(self) -> pd.DataFrame:
        """Rates by group and format."""

    @property
    def ledger(self) -> Ledger:
        """What the campaign cost."""


class Result(NamedTuple):
    """What was measured of a metric, with its range and the `n` notes or rows `of` all that it rests on; or why not."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    of: int = 0
    reason: str = ""


def judge_targets(
    *, found: Found, attribution: Attribution, plan: Plan | None, campaign: Campaign
) -> tuple[Target, ...]:
    """Judge every target that was set, those of the objective first, and show the metrics that every report has.

    While the window is open, what is not kept yet is on its way (``running``) and not missed.

    Parameters
    ----------
    found : the notes, totals and rates of `results.summarise_results`.
    attribution : which outcomes the campaign may call its own.
    plan : the accepted one; None without one.
    """
    promised, notes, total = campaign.targets.model_dump(), found.notes, found.totals.iloc[0]
    results = {**_read_totals(total), "click_rate": _read_rate(found.rates, int(total["n_notes"]))}
    results |= {name: _read_outcome(attribution, *place) for name, place in OUTCOMES.items()}
    results |= _count_notes(notes, campaign) | _divide_money(results, total)
    heroes = HEROES[campaign.objective]
    heroes = tuple(name for name in heroes if name != "sales_lift_share" or results[name].value is not None)
    wanted = {*SHOWN, *heroes, *(COMPANIONS[name] for name in heroes if name in COMPANIONS)}
    shown = tuple(name for name in results if name in wanted or promised.get(name) is not None)
    window_open = is_open(notes, campaign)
    return tuple(
        _judge(name, results[name], promised.get(name), _find_forecast(name, plan), window_open=window_open)
        for name in order_metrics(shown, objective=campaign.objective)
    )


def find_newest(notes: pd.DataFrame, campaign: Campaign) -> date | None:
    """The day, in the campaign's time zone, up to which the newest figures of the notes reach; None without any."""
    newest = notes["as_of"].max() if len(notes) else pd.NaT
    return None if pd.isna(newest) else newest.tz_convert(campaign.time_zone).date()


def is_open(notes: pd.DataFrame, campaign: Campaign) -> bool:
    """Whether the campaign's window goes on after the newest figures; an open end is none."""
    newest = find_newest(notes, campaign)
    return newest is not None and campaign.window.end is not None and newest <= campaign.window.end


def _count_notes(notes: pd.DataFrame, campaign: Campaign) -> dict[str, Result]:
    """Saves, and the share of hit notes by the campaign's own rule (`Vetting.hit_from`)."""
    rule = campaign.vetting
    figure = notes[rule.hit_metric].dropna()
    saves, of = notes["collects"], len(notes)
    hits = None if figure.empty else float(figure.ge(rule.hit_from).mean())
    return {
        "collects": Result(plain(saves.sum(min_count=1)), n=int(saves.notna().sum()), of=of, reason="no_engagement"),
        "hit_rate": Result(hits, n=len(figure), of=of, reason="no_engagement"),
    }


def _divide_money(results: Mapping[str, Result], total: pd.Series) -> dict[str, Result]:
    """What a thousand exposures and an enquiry cost, and what came back of the money; both sides count all."""
    cost, cost_low, cost_high = (
        None if value is None else 1_000 * value for value in _read_range(total, "cost_per_exposure_cny")
    )
    spent, leads, sales = plain(total["total_cny"]), results["leads"], results["sales_cny"]
    each = spent / leads.value if spent and leads.value else None
    back, low, high = (end / spent if spent and end else None for end in (sales.value, sales.low, sales.high))
    return {
        "cpm_cny": Result(
            cost,
            cost_low,
            cost_high,
            n=int(total["n_cost_per_exposure"]),
            of=int(total["n_notes"]),
            reason=str(total["cost_per_exposure_reason"]) or "not_measured",
        ),
        "cost_per_lead_cny": Result(each, n=leads.n, of=leads.of, reason=leads.reason if spent else "no_cost"),
        "sales_return_ratio": Result(
            back, low, high, n=sales.n, of=sales.of, reason=sales.reason if spent else "no_cost"
        ),
    }


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
    low, high = (plain(row.get(f"{column}_{end}")) for end in ("low", "high"))
    return Result(plain(row.get(column)), low, high, n=n, of=n, reason=str(row["reason"]) or "no_rate")


def _find_forecast(metric: str, plan: Plan | None) -> Forecast | None:
    name = CONTENT_OF.get(metric, metric if metric in SAME_SCOPE else "")
    rows = plan.forecast[plan.forecast["metric"].eq(name)].dropna(subset=["p10", "p50", "p90"]) if plan else None
    if rows is None or rows.empty:
        return None
    return Forecast(**{level: float(rows[level].iloc[0]) for level in ("p10", "p50", "p90")})


def _judge(
    metric: str, result: Result, promised: float | None, forecast: Forecast | None, *, window_open: bool
) -> Target:
    verdict: Verdict = "not_measured"
    if result.value is not None and promised is None:
        verdict = "no_target"
    elif result.value is not None and promised is not None:
        kept = result.value <= promised if metric in LOW_IS_GOOD else result.value >= promised
        verdict = "met" if kept else "running" if window_open else "missed"
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
    ends = {
        "_rate": "fraction",
        "_share": "fraction",
        "_ratio": "CNY per CNY",
        "cpm_cny": "CNY per 1,000 exposures",
        "_lead_cny": "CNY per lead",
        "_view_cny": "CNY per view",
        "_engagement_cny": "CNY per engagement",
        "_cny": "CNY",
    }
    return next((unit for end, unit in ends.items() if metric.endswith(end)), metric)


def describe_verdict(target: Target) -> Finding:
    """Return the finding that says how a metric stands to its target."""
    if target.ratio is None:
        return Finding(f"score.{target.verdict}")
    values = {"target_share": abs(target.ratio - 1), "is_above": target.ratio >= 1, "reached_share": target.ratio}
    return Finding(
        "score.against_target",
        {
            **values,
            "verdict": target.verdict,
            "is_cost": target.metric in LOW_IS_GOOD,
            "is_rate": target.metric.endswith("_rate"),
        },
    )


def summarise_targets(targets: Iterable[Target]) -> Finding | None:
    """Return the headline of the scorecard, over the promises it lists; None where nothing was promised."""
    promised = [target for target in targets if target.promised is not None]
    counts: Mapping[str, int] = {
        name: sum(target.verdict == verdict for target in promised)
        for name, verdict in (("n_met", "met"), ("n_open", "not_measured"), ("n_running", "running"))
    }
    if not promised:
        return None
    missed = max((each for each in promised if each.verdict == "missed"), key=_measure_gap, default=None)
    about = (
        {"metric": missed.metric, "target_share": _measure_gap(missed), "is_above": (missed.ratio or 0) >= 1}
        if missed
        else {"metric": None}
    )
    return Finding("score.headline", {"n_targets": len(promised), **counts, **about})


def _measure_gap(target: Target) -> float:
    """How far a result lies from its promise, as a share of the promise."""
    return abs((target.ratio or 0.0) - 1)
