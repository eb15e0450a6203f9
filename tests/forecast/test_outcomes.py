"""Leads, orders and their cost: views × an earlier rate, or the reason why there is no forecast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.planning import EarlierCampaign, Planning
from xhs_toolkit.forecast import CampaignForecast, OutcomeRates, add_outcomes, find_outcome_rates
from xhs_toolkit.forecast.campaign import COUNTS

CHOSEN = pd.DataFrame({"cost_cny": [6_000.0, 4_000.0]})


def make_campaign(*rates: float, views: float = 1e6, metric: str = "leads") -> Campaign:
    earlier = [EarlierCampaign(**{"views": views, metric: views * rate}) for rate in rates]
    return Campaign(folder=Path("nowhere"), planning=Planning(earlier_campaigns=tuple(earlier)))


def make_forecast(views: float = 1e6, n_draws: int = 4_000) -> CampaignForecast:
    draws = pd.DataFrame({"views": np.full(n_draws, views)})
    totals = pd.DataFrame({"metric": ["views"], "p10": views, "p50": views, "p90": views, "target": np.nan})
    return CampaignForecast(totals, draws, ())


def remember(*rates: float, is_client: bool = False) -> pd.DataFrame:
    rows = pd.DataFrame({"is_client": is_client, "views": 1e6, "orders": 1e6 * np.array(rates)})
    return rows.reindex(columns=["is_client", "views", *COUNTS])


def find_row(found: CampaignForecast, metric: str) -> pd.Series:
    return found.totals.set_index("metric").loc[metric]


def test_leads_are_views_times_the_earlier_rate_and_each_costs_its_share() -> None:
    rates = find_outcome_rates(make_campaign(0.001, 0.001, 0.001))
    found = add_outcomes(make_forecast(), CHOSEN, rates=rates, targets={"leads": 900.0})
    leads, cost = find_row(found, "leads"), find_row(found, "cost_per_lead_cny")
    assert leads["p50"] == pytest.approx(1_000, rel=0.02)
    assert leads["p90"] - leads["p10"] == pytest.approx(2 * 1.28 * np.sqrt(1_000), rel=0.15), (
        "chance of the count alone"
    )
    assert cost["p50"] == pytest.approx(10, rel=0.02)
    assert leads["chance_share"] == 0.99
    assert [finding.code for finding in found.findings] == ["forecast.rate_of_client", "forecast.target_chance"]


def test_ranges_hold_however_far_campaigns_differ() -> None:
    """Nominal 80%: rates of three earlier campaigns and the new one come from one log-normal distribution."""
    rng, inside = np.random.default_rng(3), []
    for _ in range(150):
        *earlier, own = 0.001 * np.exp(0.6 * rng.normal(size=4))
        rates = find_outcome_rates(make_campaign(*earlier))
        row = find_row(add_outcomes(make_forecast(n_draws=300), CHOSEN, rates=rates, targets={}, rng=rng), "leads")
        inside.append(row["p10"] <= rng.poisson(1e6 * own) <= row["p90"])
    assert np.mean(inside) == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / 150))


def test_the_clients_own_campaigns_come_before_the_agencys() -> None:
    agency = remember(0.01, 0.02, 0.03)
    assert find_outcome_rates(make_campaign(), remembered=agency).table.loc["orders", "whose"] == "agency"
    own = pd.concat([agency, remember(0.001, 0.002, is_client=True)])
    told = find_outcome_rates(make_campaign(), remembered=own).table.loc["orders"]
    assert (told["whose"], told["n_campaigns"]) == ("client", 2)
    settings = make_campaign(0.004, metric="orders")
    assert find_outcome_rates(settings, remembered=own).table.loc["orders", "n_campaigns"] == 3


@pytest.mark.parametrize("rates", [(), (0.001,)])
def test_without_earlier_rates_a_promise_has_no_forecast_and_it_is_said(rates: tuple[float, ...]) -> None:
    found = add_outcomes(
        make_forecast(), CHOSEN, rates=find_outcome_rates(make_campaign(*rates)), targets={"leads": 200.0}
    )
    row = find_row(found, "leads")
    assert (row["reason"], row["p50_reason"], row["target"]) == ("no_earlier_rate", "no_earlier_rate", 200.0)
    assert row[["p10", "p50", "p90", "chance_share"]].isna().all()
    assert [finding.code for finding in found.findings] == ["forecast.no_earlier_rate"]
    assert "cost_per_lead_cny" not in set(found.totals["metric"])


def test_nothing_promised_and_nothing_known_changes_nothing() -> None:
    forecast = make_forecast()
    assert (
        add_outcomes(forecast, CHOSEN, rates=OutcomeRates(find_outcome_rates(make_campaign()).table), targets={})
        is forecast
    )
