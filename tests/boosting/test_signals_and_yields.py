"""The early signal of a note, and what ads bring by placement and format."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from boosting_frames import NOTHING, make_ads, make_compared, make_notes, sum_days

from xhs_toolkit.boosting import estimate_yields, measure_signals
from xhs_toolkit.boosting.expect import CORRELATION, choose_ways, measure_correlation
from xhs_toolkit.boosting.yields import MIN_AD_NOTES
from xhs_toolkit.campaign import AdCost

NOBODY = pd.Series([], dtype="str")
COSTS = (
    AdCost(placement="feed", format="image", click_low_cny=0.25, click_high_cny=1.0, source="last year"),
    AdCost(placement="video_feed", format="video", click_low_cny=0.1, click_high_cny=0.4),
)


def signals_of(notes: pd.DataFrame, own: pd.DataFrame, topic: pd.DataFrame = NOTHING, boosted: pd.Series = NOBODY,
               objective: str = "sales"):  # fmt: skip
    return measure_signals(own, topic, notes=notes, boosted=boosted, objective=objective).set_index("note_id")


def yields_of(notes: pd.DataFrame, ads: pd.DataFrame, costs: tuple = COSTS, objective: str = "sales"):
    return estimate_yields(sum_days(notes, ads, objective=objective), ad_costs=costs)


def test_a_signal_is_drawn_in_as_far_as_the_expectation_is_uncertain() -> None:
    notes = make_notes(1)
    found = signals_of(notes, make_compared(notes, np.log(2.0))).iloc[0]
    assert found["signal_ratio"] == pytest.approx(2.0 ** (1.0 / 1.25))
    assert found["signal_score"] == pytest.approx(np.log(2.0) / np.sqrt(1.25))
    assert (found["signal_metric"], found["signal_basis"], found["signal_reason"]) == ("views", "own_notes", "")


def test_the_click_rate_comes_first_and_others_on_the_theme_last() -> None:
    notes = make_notes(2)
    own = pd.concat(
        [
            make_compared(notes, 1.0),
            make_compared(notes, 0.5, metric="click_rate").head(1),
            make_compared(notes, 0.0, metric="cost_per_organic_view_cny"),
        ]
    )
    own["reason"] = own["reason"].mask(own["note_id"].eq("n001"), "no_history")
    found = signals_of(notes, own, make_compared(notes, 0.2))
    assert found["signal_metric"].tolist() == ["click_rate", "views"]
    assert found["signal_basis"].tolist() == ["own_notes", "topic_notes"]


@pytest.mark.parametrize(
    ("objective", "metric"),
    [("awareness", "exposure"), ("trust", "engagement"), ("leads", "click_rate"), ("sales", "click_rate")],
)
def test_the_signal_is_the_objectives_where_it_was_compared(objective: str, metric: str) -> None:
    notes = make_notes(1)
    own = pd.concat(
        [make_compared(notes, 0.5, metric=each) for each in ("views", "click_rate", "engagement", "exposure")]
    )
    assert signals_of(notes, own, objective=objective)["signal_metric"].tolist() == [metric]
    assert signals_of(notes, own.head(1), objective=objective)["signal_metric"].tolist() == ["views"]


def test_a_hit_counts_no_higher_than_three_usual_spreads() -> None:
    notes = make_notes(1)
    assert signals_of(notes, make_compared(notes, 9.0))["signal_score"].iloc[0] == 3.0


def test_what_ads_brought_is_taken_out() -> None:
    """Twice the views expected, half of them bought: no signal is left; its click rate loses the bought part too."""
    notes = make_notes(1).assign(views=2_000.0, views_organic=1_000.0, exposure=20_000.0, exposure_organic=10_000.0)
    own, had_ads = make_compared(notes, np.log(2.0)), notes["note_id"]
    assert signals_of(notes, own, boosted=had_ads)["signal_ratio"].iloc[0] == pytest.approx(1.0)
    rate = make_compared(notes, np.log(2.0), metric="click_rate")
    assert signals_of(notes, rate, boosted=had_ads)["signal_score"].iloc[0] == pytest.approx(np.log(2) / np.sqrt(1.25))
    assert signals_of(notes, own)["signal_ratio"].iloc[0] > 1.5


def test_a_boosted_note_without_its_own_part_has_no_signal() -> None:
    notes = make_notes(1).assign(views_organic=np.nan)
    found = signals_of(notes, make_compared(notes, 1.0), boosted=notes["note_id"]).iloc[0]
    assert (found["signal_reason"], np.isnan(found["signal_score"])) == ("not_separable", True)
    engaged = signals_of(notes, make_compared(notes, 1.0, metric="engagement"), boosted=notes["note_id"]).iloc[0]
    assert engaged["signal_reason"] == "not_separable"


def test_why_a_note_has_no_signal_is_kept() -> None:
    notes = make_notes(2)
    own = make_compared(notes.head(1), np.nan, reason="no_same_age")
    assert signals_of(notes, own)["signal_reason"].tolist() == ["no_same_age", "not_measured"]


# --------------------------------------------------------------------------------------------- yields


def test_enough_ads_tell_their_own_yield() -> None:
    notes = make_notes(6)
    kinds = yields_of(notes, make_ads(notes, clicks=200.0)).kinds.set_index(["placement", "format"])
    own = kinds.loc[("feed", "image")]
    assert (own["basis"], own["n_ad_notes"], own["spend_cny"]) == ("own_ads", 6, 3_600.0)
    assert own["per_100_rmb"] == pytest.approx(200, rel=0.01)
    assert own["result_cost_cny"] == pytest.approx(0.5, rel=0.01)
    assert own["per_100_rmb_low"] < 200 < own["per_100_rmb_high"]


@pytest.mark.parametrize(
    ("objective", "metric", "cost"),
    [
        ("awareness", "impressions", 0.2),
        ("trust", "engagement", 4.0),
        ("leads", "leads", 20.0),
        ("sales", "views", 0.5),
    ],
)
def test_money_buys_what_the_objective_wants_where_ads_tell_enough_of_it(
    objective: str, metric: str, cost: float
) -> None:
    """500 impressions, 25 engagements, 5 leads and 200 clicks for 100 RMB; video ads of two notes tell too little."""
    notes, videos = make_notes(6), make_notes(2, form="video", first=6)
    told = {"impressions": 500.0, "engagement": 25.0, "leads": 5.0}
    ads = pd.concat([make_ads(notes), make_ads(videos, kind="video_feed")], ignore_index=True).assign(**told)
    kinds = yields_of(pd.concat([notes, videos]), ads, objective=objective).kinds.set_index("placement")
    assert kinds.loc["feed", "metric"] == metric
    assert kinds.loc["feed", "result_cost_cny"] == pytest.approx(cost, rel=0.03)
    assert kinds.loc["video_feed", ["metric", "basis"]].tolist() == ["plays_5s", "agency_cost"]
    nothing = yields_of(notes, make_ads(notes).assign(impressions=np.nan), objective=objective).kinds
    assert nothing["metric"].tolist() == ["views", "plays_5s"]


def test_few_ads_fall_back_on_the_agencys_cost_and_say_so() -> None:
    notes = make_notes(MIN_AD_NOTES - 1)
    kinds = yields_of(notes, make_ads(notes)).kinds.set_index(["placement", "format"])
    fallback = kinds.loc[("feed", "image")]
    assert (fallback["basis"], fallback["source"], fallback["n_ad_notes"]) == ("agency_cost", "last year", 4)
    assert fallback[["per_100_rmb_low", "per_100_rmb", "per_100_rmb_high"]].tolist() == pytest.approx([100, 200, 400])


def test_a_kind_with_neither_ads_nor_a_cost_is_left_out() -> None:
    notes = make_notes(2)
    kinds = yields_of(notes, make_ads(notes, kind="site_wide"), costs=()).kinds
    assert kinds.empty
    assert choose_ways(notes, kinds).isna().all()


def test_video_feed_and_formats_are_never_pooled() -> None:
    """Plays of five seconds come ten times as often: they must move no click's yield, nor videos that of images."""
    images, videos = make_notes(6), make_notes(6, form="video", first=6)
    ads = [
        make_ads(images, clicks=200),
        make_ads(videos, clicks=100),
        make_ads(videos, clicks=2_000, kind="video_feed"),
    ]
    found = yields_of(pd.concat([images, videos]), pd.concat(ads, ignore_index=True)).kinds
    rates = found.set_index(["placement", "format"])["per_100_rmb"].round(-1).to_dict()
    assert rates == {("feed", "image"): 200, ("feed", "video"): 100, ("video_feed", "video"): 2_000}


def test_ads_of_no_known_place_and_days_without_clicks_told_are_left_out() -> None:
    notes = make_notes(2)
    ads = make_ads(notes).assign(placement_kind=None)
    assert sum_days(notes, ads).empty
    assert sum_days(notes, make_ads(notes).assign(clicks=np.nan)).empty


def test_two_reports_of_one_day_count_once() -> None:
    notes = make_notes(2)
    twice = pd.concat([make_ads(notes), make_ads(notes).assign(level="creative", source_file="other.xlsx")])
    assert sum_days(notes, twice)["results"].sum() == sum_days(notes, make_ads(notes))["results"].sum()


def test_days_that_differ_widen_the_spread() -> None:
    notes = make_notes(6)
    rng = np.random.default_rng(1)
    uneven = make_ads(notes, clicks=np.round(200 * np.exp(0.5 * rng.standard_normal((6, 6)))))
    spreads = [yields_of(notes, ads).kinds["overdispersion"].dropna().iloc[0] for ads in (make_ads(notes), uneven)]
    assert spreads[0] == 1.0
    assert spreads[1] > 10


def test_the_campaigns_own_ads_correct_how_far_signals_carry() -> None:
    notes = make_notes(10)
    rising = np.linspace(-1.5, 1.5, 10)
    with_ads = yields_of(notes, make_ads(notes, clicks=np.round(200 * np.exp(0.3 * rising))))
    for ratio, low, high in ((rising, 0.6, 0.7), (-rising, 0.0, 0.0)):
        carried = measure_correlation(with_ads, signals_of(notes, make_compared(notes, ratio)).reset_index())
        assert low <= carried.correlation <= high
        assert carried.n == 10
    none = measure_correlation(yields_of(notes, make_ads(notes.head(0))), signals_of(notes, NOTHING).reset_index())
    assert (none.correlation, none.n) == (CORRELATION, 0)


def test_a_note_is_boosted_where_the_campaign_spends_on_its_format() -> None:
    videos = make_notes(6, form="video")
    kinds = yields_of(videos, make_ads(videos)).kinds
    assert set(choose_ways(videos, kinds)) == {"feed"}
    assert set(choose_ways(videos, yields_of(videos, make_ads(videos.head(0))).kinds)) == {"video_feed"}
