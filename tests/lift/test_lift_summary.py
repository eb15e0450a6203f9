"""The one answer on lift from the client's own figures: known effects, every refusal, methods, speed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from case_studies.worlds.outcomes import make_outcomes
from case_studies.worlds.settings import MarketSettings, WorldSettings
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.lift import (
    LiftSummary,
    arrange_outcomes,
    estimate_lift,
    estimate_synthetic_control,
    summarise_lift,
)
from xhs_toolkit.tables import TABLES

START, END = date(2026, 8, 3), date(2026, 9, 13)
COLUMNS = [column.name for column in TABLES["outcomes"]]
METHODS = ["synthetic_control", "synthetic_did", "did", "time_based_regression"]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("campaign")
    text = f"client: A\ncampaign: B\nobjective: sales\nmarkets: [NZ, AU]\nwindow: {{start: {START}, end: {END}}}\n"
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    return read_campaign(folder)


def as_table(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reindex(columns=[*COLUMNS, "true_incremental"]).assign(source_file="figures.csv", source="client")


def invent(*, lift: float = 0.15, n_controls: int = 8, history_days: int = 182, seed: int = 1) -> pd.DataFrame:
    markets = MarketSettings(lift=lift, controls=tuple(f"C{i}" for i in range(n_controls)), drift_sd=0.003)
    settings = WorldSettings(themes=(), start=START, end=END, history_days=history_days, markets=markets)
    return as_table(make_outcomes(settings, rng=np.random.default_rng(seed)))


def reason_of(rows: pd.DataFrame, campaign: Campaign) -> str:
    found = summarise_lift(rows, campaign=campaign)
    assert found.answer.code == "lift.cannot_be_told"
    return str(values_of(found)["reason"])


def values_of(found: LiftSummary) -> dict:
    return dict(found.answer.values)


def test_a_planted_lift_is_recovered_with_its_return(campaign: Campaign) -> None:
    rows = invent()
    truth = rows["true_incremental"].sum()
    found = summarise_lift(rows, campaign=campaign, cost_cny=50_000.0)
    told = found.estimates.query("is_on_page").iloc[0]
    assert (found.answer.code, found.metric, found.method) == ("lift.detected", "site_sessions", "synthetic_control")
    assert told["incremental_low"] <= truth <= told["incremental_high"]
    assert told["return_per_1000"] == pytest.approx(told["incremental"] / 50)
    assert [finding.code for finding in found.findings] == ["lift.return"]
    assert values_of(found)["minimum_lift_share"] > 0


def test_no_lift_is_not_called_one_and_the_minimum_stands_beside_it(campaign: Campaign) -> None:
    found = summarise_lift(invent(lift=0.0), campaign=campaign, cost_cny=50_000.0)
    assert found.answer.code == "lift.not_detected"
    assert values_of(found)["lift_share_low"] <= 0 <= values_of(found)["lift_share_high"]
    assert values_of(found)["minimum_lift_share"] > 0
    assert found.findings == ()


def test_all_methods_stand_in_the_appendix_and_one_on_the_page(campaign: Campaign) -> None:
    found = summarise_lift(invent(), campaign=campaign)
    assert found.estimates["method"].tolist() == METHODS
    assert found.estimates["is_on_page"].tolist() == [True, False, False, False]
    assert found.estimates["lift_share"].between(0.1, 0.16).all()
    assert found.estimates["return_per_1000"].isna().all()
    assert found.weights["weight_share"].sum() == pytest.approx(1)


def test_the_answer_is_that_of_the_estimator(campaign: Campaign) -> None:
    arranged = arrange_outcomes(invent(), metric="site_sessions", campaign=campaign)
    found = summarise_lift(invent(), campaign=campaign)
    direct = estimate_lift(arranged.panel)
    assert found.answer.code == f"lift.{direct.verdict}"
    assert values_of(found)["lift_share"] == pytest.approx(direct.estimate.lift)
    assert values_of(found)["lift_share_low"] == pytest.approx(direct.lift_low)
    assert values_of(found)["incremental"] == pytest.approx(direct.estimate.incremental)


def test_the_picture_adds_up_and_its_band_says_what_the_answer_says(campaign: Campaign) -> None:
    found = summarise_lift(invent(), campaign=campaign)
    series, told = found.series, found.estimates.query("is_on_page").iloc[0]
    after = series[series["is_after"]]
    assert after["date"].iloc[0] == pd.Timestamp(START)
    assert after["observed"].sum() - after["counterfactual"].sum() == pytest.approx(told["incremental"])
    assert (after["observed"] - after["counterfactual_high"]).sum() == pytest.approx(told["incremental_low"])
    assert series.loc[~series["is_after"], "counterfactual_low"].isna().all()


def test_channels_are_added_up_and_a_figure_of_two_sources_counts_once(campaign: Campaign) -> None:
    rows = invent()
    split = pd.concat([rows.assign(channel=name, value=rows["value"] / 2) for name in ("online", "shop")])
    twice = pd.concat([split, split.assign(source="again")])
    one, other = (arrange_outcomes(each, metric="site_sessions", campaign=campaign).panel for each in (rows, twice))
    pd.testing.assert_frame_equal(one.outcomes, other.outcomes)


def test_a_file_of_codes_only_is_not_a_market(campaign: Campaign) -> None:
    rows = invent()
    codes = rows[rows["market"].eq("NZ")].assign(code="KEA10", source_file="codes.csv", value=7.0)
    found = arrange_outcomes(pd.concat([rows, codes]), metric="site_sessions", campaign=campaign).panel
    assert found.outcomes["NZ"].tolist() == rows.loc[rows["market"].eq("NZ"), "value"].tolist()


def test_what_comes_after_the_campaign_is_left_out(campaign: Campaign) -> None:
    rows = invent()
    later = rows[rows["date"].eq(pd.Timestamp(END))].assign(date=pd.Timestamp(END) + pd.Timedelta(days=1))
    found = arrange_outcomes(pd.concat([rows, later]), metric="site_sessions", campaign=campaign).panel
    assert found.n_after == 42


def test_weekly_figures_are_taken_as_they_are(campaign: Campaign) -> None:
    rows = invent(history_days=210)
    monday = rows["date"] - pd.to_timedelta(rows["date"].dt.day_of_week, unit="D")
    weekly = rows.assign(date=monday - pd.Timedelta(days=2)).groupby(["market", "metric", "date"])["value"].sum()
    found = arrange_outcomes(as_table(weekly.reset_index()), metric="site_sessions", campaign=campaign)
    assert found.days_a_period == 7
    assert found.panel.n_after == 5
    assert pd.Timestamp("2026-08-01") not in found.panel.outcomes.index, "the campaign's start cuts it"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows.iloc[:0], "no_outcomes"),
        (lambda rows: rows.assign(value=np.nan), "no_outcomes"),
        (lambda rows: rows.assign(market=None), "no_market"),
        (lambda rows: rows[rows["market"].str.startswith("C")], "no_treated"),
        (lambda rows: rows[~rows["market"].str.startswith("C")], "no_control"),
        (lambda rows: rows.assign(currency=np.where(rows["market"].eq("NZ"), "NZD", "AUD")), "several_currencies"),
        (lambda rows: rows[rows["date"] < pd.Timestamp(START)], "not_begun"),
        (lambda rows: rows[rows["date"] >= pd.Timestamp(START) - pd.Timedelta(days=3)], "too_short"),
        (lambda rows: rows[~(rows["market"].eq("NZ") & rows["date"].dt.day_of_week.eq(6))], "missing_days"),
        (lambda rows: rows.assign(value=rows["value"].mask(rows["date"].dt.day_of_week.eq(6), 0)), "missing_days"),
        (lambda rows: rows.assign(value=rows["value"].where(rows["market"].str.startswith("C"), 0)), "all_zero"),
        (lambda rows: rows[rows["date"] >= pd.Timestamp("2026-05-01")], "too_few_placebos"),
        (lambda rows: rows[~rows["market"].isin([f"C{i}" for i in range(1, 8)])], "one_control"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(campaign: Campaign, change, reason: str) -> None:
    assert reason_of(change(invent()), campaign) == reason


def test_a_campaign_without_a_start_is_refused(campaign: Campaign) -> None:
    open_ended = campaign.model_copy(update={"window": campaign.window.model_copy(update={"start": None})})
    assert reason_of(invent(), open_ended) == "no_window"


def test_a_market_unlike_its_controls_cannot_be_told(campaign: Campaign) -> None:
    rows = invent(lift=0.0)
    ours = ~rows["market"].str.startswith("C")
    walk = pd.Series(np.cumsum(np.random.default_rng(1001).normal(0, 0.08, 224)), index=sorted(rows["date"].unique()))
    wild = rows.assign(value=rows["value"] * np.exp(rows["date"].map(walk)).where(ours, 1.0))
    assert reason_of(wild, campaign) == "controls_do_not_fit"
    assert summarise_lift(wild, campaign=campaign).estimates["minimum_lift_share"].isna().all()


def test_one_control_gives_the_difference_in_differences_and_no_p_value(campaign: Campaign) -> None:
    found = summarise_lift(invent(n_controls=1), campaign=campaign, cost_cny=1_000.0)
    told = found.estimates.query("is_on_page").iloc[0]
    panel = arrange_outcomes(invent(n_controls=1), metric="site_sessions", campaign=campaign).panel
    assert found.method == told["method"] == "did"
    assert np.isnan(told["p_value"])
    assert told["effect"] == pytest.approx(estimate_synthetic_control(panel).effect)
    assert [finding.code for finding in found.findings] == ["lift.one_control"]


def test_gaps_are_left_out_for_all_markets_and_said(campaign: Campaign) -> None:
    rows = invent()
    holed = rows[~(rows["market"].eq("NZ") & rows["date"].isin(pd.to_datetime(["2026-03-01", "2026-09-01"])))]
    late = holed[~(holed["market"].eq("C0") & (holed["date"] < pd.Timestamp("2026-06-01")))]
    found = summarise_lift(late, campaign=campaign)
    told = {finding.code: dict(finding.values) for finding in found.findings}
    assert told["lift.gaps"]["n_missing"] == 2
    assert told["lift.left_out"]["markets"] == "C0"
    assert values_of(found)["n_controls"] == 7
    assert len(found.series) == 222


def test_the_objectives_figure_leads_whatever_it_says(campaign: Campaign) -> None:
    rows = pd.concat([invent(), invent(lift=0.0, seed=2).assign(metric="orders")])
    found = summarise_lift(rows, campaign=campaign, asked=("sales", "orders"))
    assert (found.metric, found.answer.code) == ("orders", "lift.not_detected")
    assert found.estimates["metric"].unique().tolist() == ["orders", "site_sessions"]
    assert found.findings[-1].code == "lift.others"


def test_figures_that_never_move_do_not_crash(campaign: Campaign) -> None:
    still = invent().assign(value=100.0)
    found = summarise_lift(still, campaign=campaign)
    assert found.answer.code in {"lift.cannot_be_told", "lift.not_detected"}


def test_the_rows_are_not_changed_and_their_order_does_not_matter(campaign: Campaign) -> None:
    rows = invent()
    before = rows.copy()
    one = summarise_lift(rows, campaign=campaign)
    other = summarise_lift(rows.sample(frac=1, random_state=1), campaign=campaign)
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(one.estimates, other.estimates)
