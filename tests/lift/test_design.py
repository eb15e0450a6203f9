"""Which market to hold back or start later so that the campaign's effect can be told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign, Window
from xhs_toolkit.lift import arrange_outcomes, find_minimum_effect, plan_test
from xhs_toolkit.tables import TABLES

CAMPAIGN = Campaign(
    folder=Path("nowhere"),
    objective="sales",
    markets=("NZ", "AU"),
    window=Window(start=date(2026, 6, 1), end=date(2026, 6, 28)),
)


def make_outcomes(n_weeks: int = 24, *, markets: str = "NZ AU SG", noise: float = 0.05) -> pd.DataFrame:
    """Daily orders of each market, two months of the campaign's own time among them."""
    rng = np.random.default_rng(0)
    days = pd.date_range(end="2026-07-31", periods=7 * n_weeks + 61)
    rows = pd.MultiIndex.from_product([days, markets.split()], names=["date", "market"]).to_frame(index=False)
    rows = rows.assign(metric="orders", value=(100 * (1 + noise * rng.normal(size=len(rows)))).round())
    return rows.reindex(columns=[column.name for column in TABLES["outcomes"]]).assign(source_file="orders.csv")


def test_a_market_left_out_makes_a_test_where_the_plan_has_one_control() -> None:
    found = plan_test(make_outcomes(), campaign=CAMPAIGN)
    choices = found.choices.set_index(["option", "markets"])
    assert found.metric == "orders"
    assert choices.loc[("as_planned", ""), "minimum_lift_share_reason"] == "one_control"
    assert set(choices.index[1:]) == {(name, m) for name in ("hold_back", "start_later") for m in ("NZ", "AU")}
    assert choices.loc[("hold_back", "AU"), "first_date"] == pd.Timestamp("2026-06-29")
    assert choices.loc[("start_later", "AU"), "first_date"] == pd.Timestamp("2026-06-15")
    assert choices["n_controls"].tolist() == [1, 2, 2, 2, 2]
    (said,) = found.findings
    best = found.choices["minimum_lift_share"].astype(float).min()
    assert said.code in {"lift.design_hold_back", "lift.design_start_later"}
    assert said.values["minimum_lift_share"] == best


def test_each_choice_is_the_verdicts_own_simulation_on_the_past() -> None:
    rows = make_outcomes(markets="NZ AU SG MY")
    choices = plan_test(rows, campaign=CAMPAIGN).choices
    row = choices[choices["option"].eq("hold_back") & choices["markets"].eq("AU")].iloc[0]
    window = Window(start=date(2026, 5, 4), end=date(2026, 5, 31))
    settings = CAMPAIGN.model_copy(update={"markets": ("NZ",), "window": window})
    panel = arrange_outcomes(rows[rows["date"] < "2026-06-01"], metric="orders", campaign=settings).panel
    assert row["minimum_lift_share"] == find_minimum_effect(panel).lift


def test_nothing_of_the_campaigns_own_time_has_a_part_in_it() -> None:
    rows = make_outcomes()
    changed = rows.assign(value=rows["value"].mask(rows["date"] >= "2026-06-01", 9_999.0))
    one, other = (plan_test(each, campaign=CAMPAIGN).choices for each in (rows, changed))
    pd.testing.assert_frame_equal(one, other)


def test_towns_are_left_out_in_pairs_where_all_would_have_the_campaign() -> None:
    found = plan_test(make_outcomes(markets="Auckland Wellington Dunedin Napier"), campaign=CAMPAIGN)
    assert found.choices["markets"].iloc[1:].str.count(", ").eq(1).all()
    assert found.choices["minimum_lift_share_reason"].iloc[0] == "no_control"


def test_a_noisier_past_needs_a_larger_lift() -> None:
    calm, noisy = (plan_test(make_outcomes(noise=noise), campaign=CAMPAIGN).findings[0] for noise in (0.03, 0.3))
    assert calm.values["minimum_lift_share"] < 0.1 < noisy.values["minimum_lift_share"]


@pytest.mark.parametrize(
    ("outcomes", "campaign", "reason"),
    [
        (make_outcomes().head(0), CAMPAIGN, "design_no_outcomes"),
        (make_outcomes(), CAMPAIGN.model_copy(update={"window": Window()}), "design_no_window"),
        (make_outcomes(markets="NZ AU"), CAMPAIGN, "design_few_markets"),
        (make_outcomes().assign(market=None), CAMPAIGN, "design_no_market"),
        (make_outcomes(3), CAMPAIGN, "design_too_short"),
        (make_outcomes(9, markets="NZ SG MY"), CAMPAIGN, "design_too_short"),
    ],
)
def test_what_is_missing_is_named(outcomes: pd.DataFrame, campaign: Campaign, reason: str) -> None:
    (said,) = plan_test(outcomes, campaign=campaign).findings
    assert (said.code, said.values["reason"]) == ("lift.design_none", reason)
