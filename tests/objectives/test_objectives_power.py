"""What the client's own past could show, and why it sometimes says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit import lift
from xhs_toolkit.campaign import Campaign, Window
from xhs_toolkit.objectives import describe_power, make_history

CAMPAIGN = Campaign(
    folder=Path("nowhere"),
    objective="sales",
    markets=("NZ",),
    window=Window(start=date(2026, 6, 1), end=date(2026, 6, 28)),
)


def make_outcomes(n_weeks: int = 40, *, markets: str = "NZ AU SG MY TH VN", noise: float = 0.05) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    days = pd.date_range(end="2026-07-31", periods=7 * n_weeks + 61)
    rows = pd.MultiIndex.from_product([days, markets.split()], names=["date", "market"]).to_frame(index=False)
    return rows.assign(metric="orders", value=(100 * (1 + noise * rng.normal(size=len(rows)))).round())


def describe(outcomes: pd.DataFrame, campaign: Campaign = CAMPAIGN) -> tuple[str, dict]:
    history = make_history(outcomes, campaign=campaign)
    found = describe_power(history, make_panel=lift.make_panel, find_minimum_effect=lift.find_minimum_effect)
    return found.code, found.as_dict()["values"]


def test_weeks_end_before_the_campaign_and_are_complete() -> None:
    history = make_history(make_outcomes(), campaign=CAMPAIGN)
    assert (history.metric, history.treated, history.reason) == ("orders", ("NZ",), "")
    assert history.rows["period"].max() == -1
    assert history.start == -4
    assert history.rows.groupby("period")["market"].nunique().eq(6).all()
    last = make_outcomes().query("market == 'NZ' and '2026-05-25' <= date <= '2026-05-31'")["value"].sum()
    assert history.rows.query("market == 'NZ' and period == -1")["value"].item() == last


def test_a_noisier_past_needs_a_larger_lift() -> None:
    calm, noisy = (describe(make_outcomes(noise=noise)) for noise in (0.05, 0.4))
    assert calm[0] == noisy[0] == "objectives.power"
    assert 0 < calm[1]["lift_share"] < 0.2 < noisy[1]["lift_share"]
    assert (calm[1]["n_weeks"], calm[1]["n_controls"]) == (4, 5)


@pytest.mark.parametrize(
    ("outcomes", "campaign", "reason"),
    [
        (make_outcomes().head(0), CAMPAIGN, "no_outcomes"),
        (make_outcomes(), CAMPAIGN.model_copy(update={"window": Window()}), "no_window"),
        (make_outcomes(markets="NZ"), CAMPAIGN, "no_control"),
        (make_outcomes(markets="AU SG"), CAMPAIGN, "no_treated"),
        (make_outcomes(6), CAMPAIGN, "too_short"),
    ],
)
def test_what_is_missing_is_named(outcomes: pd.DataFrame, campaign: Campaign, reason: str) -> None:
    code, values = describe(outcomes, campaign)
    assert (code, values["reason"]) == ("objectives.no_power", f"power_{reason}")
