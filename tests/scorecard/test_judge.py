"""Every promise that can be set is judged or says why not, its forecast beside it, the objective's own first."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign, Targets
from xhs_toolkit.campaign.models import HEROES, LOW_IS_GOOD
from xhs_toolkit.plans import Plan
from xhs_toolkit.present.wording import has_term
from xhs_toolkit.scorecard import Target, judge_targets, summarise_targets
from xhs_toolkit.scorecard.judge import OUTCOMES

MEASURED = dict.fromkeys(Targets.model_fields, 100.0) | {"click_rate": 0.08}
COUNTS = ("exposure", "views", "engagement")
RATIOS = ("cost_per_view", "cost_per_engagement", "cost_per_organic_view", "cost_per_exposure")


def make_totals(**changes: object) -> pd.DataFrame:
    counts = dict.fromkeys(COUNTS, 100.0) | {f"n_{name}": 9 for name in (*COUNTS, *RATIOS)}
    ratios = {
        f"{name}_cny{end}": value for name in RATIOS for end, value in (("", 100.0), ("_low", 90.0), ("_high", 120.0))
    }
    reasons = {f"{name}_reason": "" for name in RATIOS}
    return pd.DataFrame([{"n_notes": 10, "total_cny": 5_000.0, **counts, **ratios, **reasons, **changes}])


def make_notes(as_of: str = "2026-08-01") -> pd.DataFrame:
    likes = [2_000.0, 10.0, None, 10.0]
    return pd.DataFrame({"likes": likes, "collects": 3.0, "as_of": pd.Timestamp(as_of, tz="UTC")})


def make_rates(rate: float = 0.08) -> pd.DataFrame:
    row = {"dimension": "all", "format": "image", "measure": "click_rate", "rate": rate, "rate_low": 0.07}
    return pd.DataFrame([row | {"rate_high": 0.09, "n_rate": 9, "rate_reason": ""}])


def make_attribution(value: float | None = 100.0, reason: str = "") -> SimpleNamespace:
    metrics = [figure for figure, _ in OUTCOMES.values()]
    frame = pd.DataFrame({"metric": metrics, "attributed": value, "attributed_cny": value, "reason": reason})
    return SimpleNamespace(metrics=frame.astype({"attributed": float, "attributed_cny": float}), rows=frame)


def judge(
    campaign: Campaign, *, totals: pd.DataFrame | None = None, attribution: object = None, plan: Plan | None = None
) -> dict[str, Target]:
    parts = {"notes": make_notes(), "totals": make_totals() if totals is None else totals, "rates": make_rates()}
    found = judge_targets(
        found=SimpleNamespace(**parts),
        attribution=attribution or make_attribution(),
        plan=plan,
        campaign=campaign,
    )
    return {target.metric: target for target in found}


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_every_target_that_can_be_set_is_judged(share: float) -> None:
    promised = {name: share * value for name, value in MEASURED.items()}
    judged = judge(Campaign(folder=Path(), targets=promised))
    assert set(Targets.model_fields) <= set(judged)
    kept = {name: target.verdict for name, target in judged.items() if name in promised}
    assert kept == {name: "met" if (share < 1) != (name in LOW_IS_GOOD) else "missed" for name in promised}
    headline = summarise_targets(judged.values())
    assert headline is not None
    counts = {"n_targets": len(promised), "n_met": list(kept.values()).count("met"), "n_open": 0, "n_running": 0}
    assert counts.items() <= dict(headline.values).items()
    assert headline.values["metric"] in promised, "the one missed by most is named"


def test_what_nothing_ties_to_the_campaign_is_promised_and_not_measured() -> None:
    campaign = Campaign(folder=Path(), targets={"qualified_leads": 200, "views": 50})
    judged = judge(campaign, attribution=make_attribution(None, "not_traced"))
    leads = judged["qualified_leads"]
    assert (leads.verdict, leads.measured, leads.reason) == ("not_measured", None, "not_traced")
    headline = summarise_targets(judged.values())
    assert headline is not None
    assert {"n_targets": 2, "n_met": 1, "n_open": 1, "metric": None}.items() <= dict(headline.values).items()
    assert "orders" not in judged, "nobody promised any"


@pytest.mark.parametrize(("objective", "heroes"), HEROES.items())
def test_what_answers_the_objective_comes_first_promised_or_not(objective: str, heroes: tuple[str, ...]) -> None:
    judged = judge(Campaign(folder=Path(), objective=objective))
    assert tuple(judged)[:2] == heroes[:2]
    assert all(judged[name].measured is not None for name in heroes[:2])
    assert "sales_lift_share" not in judged, "told where markets showed it"
    leads = {name: judge(Campaign(folder=Path(), objective="leads"))[name].measured for name in HEROES["leads"]}
    assert leads == {"leads": 100.0, "cost_per_lead_cny": 50.0}


def test_a_lift_that_markets_showed_answers_where_no_rate_converts_the_sales() -> None:
    attribution = make_attribution(None, "no_rate")
    shares = {"lift_share": 0.069, "lift_share_low": 0.038, "lift_share_high": 0.1}
    lifted = SimpleNamespace(metrics=attribution.metrics.assign(**shares), rows=attribution.rows)
    judged = judge(Campaign(folder=Path(), objective="sales"), attribution=lifted)
    share = judged["sales_lift_share"]
    assert (share.measured, share.low, share.high, share.unit) == (0.069, 0.038, 0.1, "fraction")
    assert next(name for name, target in judged.items() if target.measured is not None) == "sales_lift_share"


def test_hits_are_counted_by_the_campaigns_rule_among_notes_with_the_figure() -> None:
    judged = judge(Campaign(folder=Path(), objective="trust"))
    assert (judged["hit_rate"].measured, judged["hit_rate"].n) == (pytest.approx(1 / 3), 3)
    assert judged["collects"].measured == 12.0


@pytest.mark.parametrize(("end", "verdict"), [("2026-07-31", "missed"), ("2026-08-01", "running"), (None, "missed")])
def test_what_is_not_kept_yet_is_on_its_way_while_the_window_is_open(end: str | None, verdict: str) -> None:
    window = {"start": "2026-07-01", "end": end}
    targets = {"exposure": 500, "cost_per_view_cny": 50, "engagement": 10}
    judged = judge(Campaign(folder=Path(), window=window, targets=targets, time_zone="Asia/Shanghai"))
    told = {name: judged[name].verdict for name in targets}
    assert told == {"exposure": verdict, "cost_per_view_cny": verdict, "engagement": "met"}


def test_a_forecast_stands_only_beside_what_it_counts() -> None:
    names = ("views", "cost_per_view_cny", "leads", "cost_per_lead_cny")
    rows = [{"metric": name, "p10": 1.0, "p50": 2.0, "p90": 3.0} for name in names]
    plan = Plan(1, "2026-06-01", "h", None, pd.DataFrame(), pd.DataFrame(rows), {})
    judged = judge(Campaign(folder=Path(), targets={"cost_per_view_cny": 1, "leads": 9}), plan=plan)
    with_forecast = {name for name, target in judged.items() if target.forecast}
    assert with_forecast == {"views", "cost_per_organic_view_cny", "leads"}


def test_missing_figures_say_why() -> None:
    nothing = make_totals(views=None, cost_per_view_cny=None, cost_per_view_reason="no_cost")
    judged = judge(Campaign(folder=Path(), targets={"views": 5}), totals=nothing)
    assert [judged[name].reason for name in ("views", "cost_per_view_cny")] == ["no_views", "no_cost"]


REASONS = ("exposure", "views", "engagement", "cost", "outcomes", "currency", "rate")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_why_a_target_was_not_measured_has_words(language: str) -> None:
    reasons = [*(f"no_{name}" for name in REASONS), "zero_views", "zero_engagement", "not_traced", "several_currencies"]
    assert [name for name in reasons if not has_term(name, language=language)] == []
    assert [name for name in reasons if not has_term(f"short.{name}", language=language)] == []
