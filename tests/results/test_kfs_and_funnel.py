"""What content, Feed and Search brought, and the steps from view to order."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from results_frames import START, make_campaign, make_note, make_table
from test_money import ORDER, ad, summarise

from xhs_toolkit.results import choose_own_outcomes
from xhs_toolkit.results.kfs import group_words

DAY = START.tz_localize(None)


def search(word: str, spend: float, *, impressions: float, clicks: float, leads: float = 0) -> dict:
    figures = {"impressions": impressions, "clicks": clicks, "leads": leads}
    keyword = {"keyword": word, "level": "keyword", "source_file": "keywords.csv"}
    return ad(0, None, "search", spend, **figures) | keyword


def test_each_step_has_its_own_price_of_a_view() -> None:
    notes = [make_note(1, creator=1, views=10_000, day=5, views_organic=4_000, exposure=90_000)]
    days = [
        ad(0, "n1", "feed", 500, clicks=5_000, impressions=50_000),
        ad(0, "n1", "search", 300, clicks=1_000, impressions=4_000),
    ]
    kfs = summarise(notes, placements=[ORDER | {"price_cny": 1000}], ad_days=days).kfs
    grid = kfs.grid.set_index("step")
    assert grid["views"].tolist() == [4_000, 5_000, 1_000, 10_000]
    assert grid["cost_per_view_cny"].tolist() == [0.25, 0.1, 0.3, 0.18]
    values = dict(kfs.finding.values)
    assert (kfs.finding.code, values["x"], values["y"]) == ("kfs.steps", "feed", "search")
    assert kfs.notes.loc[0, ["feed_cny", "search_clicks"]].tolist() == [500, 1_000]


def test_without_ads_or_a_split_nothing_is_told_apart() -> None:
    assert summarise().kfs.finding.code == "kfs.no_ads"
    notes = [make_note(1, creator=1, views=10_000, day=5)]
    days = [ad(0, None, "feed", 500, clicks=5_000, impressions=50_000)]
    found = summarise(notes, placements=[ORDER | {"price_cny": 1000}], ad_days=days).kfs
    assert found.finding.code == "kfs.not_separable"
    assert found.grid.set_index("step").loc["kfs_content", ["views", "cost_per_view_cny"]].isna().all()


def test_keywords_belong_to_the_brand_a_theme_or_neither() -> None:
    words = pd.Series(["港湾 徒步", "徒步路线", "GEAR list", "奶茶"])
    assert group_words(words, campaign=make_campaign()).tolist() == ["brand_words", "walks", "gear", "other_words"]


def test_search_by_keyword_and_group() -> None:
    days = [
        search("徒步路线", 60, impressions=1_000, clicks=100, leads=2),
        search("周末徒步", 40, impressions=1_000, clicks=100, leads=1),
        search("奶茶", 10, impressions=0, clicks=0),
    ]
    kfs = summarise(ad_days=days).kfs
    assert kfs.keywords["keyword"].tolist() == ["徒步路线", "周末徒步", "奶茶"]
    walks = kfs.word_groups.set_index("group").loc["walks"]
    assert walks[["n_keywords", "spend_cny", "leads"]].tolist() == [2, 100, 3]
    assert (walks["click_rate"], walks["cost_per_click_cny"]) == (0.1, 0.5)
    assert np.isnan(kfs.keywords["cost_per_click_cny"].iloc[2])


# --------------------------------------------------------------------------------------------- funnel


def count(metric: str, value: float, **values: object) -> dict:
    return {"date": DAY, "metric": metric, "value": value} | values


def test_the_funnel_by_hand() -> None:
    traced = {"code": "KEA10"}
    outcomes = [count("leads", 36, **traced), count("qualified_leads", 9, **traced), count("orders", 0, **traced)]
    outcomes += [count("orders", 700), count("leads", 90, channel="WeChat")]
    steps = summarise(outcomes=outcomes).funnel.steps.set_index("step")
    assert steps.loc["views_to_leads", ["n_from", "n_to"]].tolist() == [36_000, 36]
    assert steps.loc["leads_to_qualified_leads", "step_rate"] == 0.25
    assert steps.loc["views_to_orders", "step_rate"] == 0
    assert steps["step_rate_low"].isna().all(), "how much creators differ is not known"
    assert set(steps["reason"]) == {"not_by_creator"}


def test_a_theme_is_counted_where_a_code_tells_it() -> None:
    notes = [make_note(i, creator=i, views=1_000, day=5, title=title) for i, title in enumerate(["徒步", "装备"])]
    outcomes = [count("leads", 10, theme="walks"), count("leads", 5, creator_id="c1", source_row=9)]
    steps = summarise(notes, outcomes=outcomes).funnel.steps.set_index(["dimension", "group", "step"])
    assert steps.loc[("theme", "walks", "views_to_leads"), "step_rate"] == 0.01
    assert steps.loc[("creator_name", "Creator 1", "views_to_leads"), "step_rate"] == 0.005
    assert "gear" not in steps.index.get_level_values("group")


@pytest.mark.filterwarnings("error::pandas.errors.Pandas4Warning")
def test_a_creator_whose_name_no_note_tells_is_called_by_the_id() -> None:
    notes = [make_note(1, creator=1, views=1_000, day=5) | {"creator_id": None}]
    outcomes = [count(metric, value, creator_id="c1") for metric, value in (("leads", 8), ("orders", 2))]
    steps = summarise(notes, outcomes=outcomes).funnel.steps.set_index(["dimension", "group", "step"])
    assert steps.loc[("creator_name", "c1", "leads_to_orders"), "step_rate"] == 0.25


def test_markets_only_where_a_source_tells_them() -> None:
    codes = [finding.code for finding in summarise(outcomes=[count("leads", 3)]).funnel.findings]
    assert "funnel.no_market" in codes
    own = {"channel": "RED"}
    told = [count("leads", 8, market="NZ", **own), count("orders", 2, market="NZ", **own)]
    told += [count("leads", 5, market="AU", **own)]
    funnel = summarise(outcomes=told).funnel
    assert "funnel.no_market" not in [finding.code for finding in funnel.findings]
    markets = funnel.steps[funnel.steps["dimension"].eq("market")]
    assert markets[["group", "step", "step_rate"]].to_numpy().tolist() == [["NZ", "leads_to_orders", 0.25]]


def test_store_and_live_figures_stand_beside_the_notes() -> None:
    outcomes = [count("orders", 4, channel="live"), count("foot_traffic", 70, channel="store", market="Auckland")]
    found = summarise(outcomes=outcomes).funnel.outcomes.set_index("channel")
    assert found.loc["live", ["outcome", "measured"]].tolist() == ["orders", 4]
    assert found.loc["store", "measured"] == 70


def test_a_live_launch_and_a_store_have_steps_of_their_own() -> None:
    """Orders elsewhere are not the live launch's."""
    live = {"channel": "live"}
    outcomes = [
        count("live_viewers", 2_000, **live),
        count("orders", 40, **live),
        count("orders", 900, channel="online"),
    ]
    steps = summarise(outcomes=outcomes).funnel.steps.query("dimension == 'channel'")
    assert steps[["group", "step", "step_rate"]].to_numpy().tolist() == [["live", "live_viewers_to_orders", 0.02]]


def test_video_feed_is_a_step_of_its_own_that_nothing_is_compared_with() -> None:
    """Its plays are the cheapest by far: they are not called the cheapest step."""
    notes = [make_note(1, creator=1, views=10_000, day=5, views_organic=4_000, exposure=90_000)]
    days = [
        ad(0, "n1", "feed", 500, clicks=5_000, impressions=50_000),
        ad(0, "n1", "video_feed", 100, clicks=9_000, impressions=20_000),
    ]
    found = summarise(notes, placements=[ORDER | {"price_cny": 1000}], ad_days=days)
    grid = found.kfs.grid.set_index("step")
    assert grid["views"].tolist() == [4_000, 5_000, 9_000, -8_000, 10_000]
    assert grid.index.tolist() == ["kfs_content", "feed", "video_feed", "not_told_apart", "total"]
    told = dict(found.kfs.finding.values)
    assert (told["x"], told["y"]) == ("feed", "kfs_content")
    assert grid["cost_per_view_cny"].tolist()[1:3] == pytest.approx([0.1, 100 / 9_000])


def test_no_figures_of_the_clients_is_said() -> None:
    funnel = summarise().funnel
    assert [finding.code for finding in funnel.findings] == ["funnel.no_outcomes"]
    assert funnel.steps.empty


def test_the_past_and_control_markets_are_not_the_campaigns() -> None:
    before = {"date": DAY - pd.Timedelta(days=1), "market": "NZ"}
    outcomes = [
        count("leads", 30, market="nz ", source_row=5, code="KEA10"),
        count("leads", 6, market=None, source_row=6, code="KEA10"),
        count("leads", 500, market="SG", source_row=7),
        count("leads", 70) | before,
        count("foot_traffic", 90, market="SG"),
    ]
    money = summarise(placements=[ORDER | {"price_cny": 720}], outcomes=outcomes)
    assert money.outcome_costs.to_numpy().tolist() == [["leads", 36, 20]]
    assert money.funnel.steps.query("dimension == 'all'")["n_to"].tolist() == [36]
    assert money.funnel.outcomes["measured"].sum() == 36


def test_a_campaign_with_an_end_counts_until_then_and_towns_count_where_no_country_is_named() -> None:
    outcomes = make_table(
        "outcomes",
        [count("leads", 1, market="Auckland"), count("leads", 2) | {"date": DAY + pd.Timedelta(days=9)}],
    )
    window = SimpleNamespace(start=START.date(), end=(START + pd.Timedelta(days=8)).date())
    kept = choose_own_outcomes(outcomes, campaign=make_campaign(window=window))
    assert kept["value"].tolist() == [1]
