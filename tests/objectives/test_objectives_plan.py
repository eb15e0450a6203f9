"""From objective to split, roles, tactics, metrics and alternatives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhs_toolkit.campaign import Agency, Alternative, Budget, Campaign, Planning, Split, Targets
from xhs_toolkit.campaign.models import OBJECTIVE_METRICS
from xhs_toolkit.objectives import list_options, plan_objectives
from xhs_toolkit.objectives.plan import SPLITS, mix_objectives, mix_split, read_tactics
from xhs_toolkit.present.wording import list_codes

OBJECTIVES = ("awareness", "trust", "sales", "leads")


def make_campaign(**settings: Any) -> Campaign:
    return Campaign(folder=Path("nowhere"), **({"budget": Budget(amount=100_000)} | settings))


@given(st.sampled_from(OBJECTIVES), st.sampled_from((None, *OBJECTIVES)), st.floats(0, 1))
def test_shares_sum_to_one_and_money_to_the_budget(first: str, second: str | None, large: float) -> None:
    second = None if second == first else second
    campaign = make_campaign(objective=first, second_objective=second, planning=Planning(large_share=large))
    plan = plan_objectives(campaign)
    assert plan.split["budget_share"].sum() == pytest.approx(1)
    assert plan.split["amount_cny"].sum() == pytest.approx(100_000)
    assert plan.roles["budget_share"].sum() == pytest.approx(1)
    parts = plan.options[["large_cny", "small_cny", "feed_cny", "search_cny"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([100_000] * len(parts))
    assert (parts >= -1e-9).all().all()


def test_awareness_leans_on_large_creators_and_trust_on_small_ones() -> None:
    leaning = {name: plan_objectives(make_campaign(objective=name)).answer for name in OBJECTIVES}
    roles = {name: answer.as_dict()["values"]["leads_role"] for name, answer in leaning.items()}
    assert roles == {"awareness": "large", "trust": "small", "sales": "both", "leads": "both"}


def test_each_objective_has_its_own_tactics_in_three_stages_with_a_source() -> None:
    tactics = {name: plan_objectives(make_campaign(objective=name)).tactics for name in OBJECTIVES}
    for table in tactics.values():
        assert set(table["stage"]) == {"creators", "feed", "search"}
        assert set(table["source"]) <= {"common_practice", "analysts_choice"}
    assert "unboxing" in set(tactics["awareness"]["tactic"])
    assert "seeding" not in set(tactics["awareness"]["tactic"])
    assert "seeding" in set(tactics["trust"]["tactic"])
    assert "search_decision" in set(tactics["sales"]["tactic"])


def test_a_second_objective_weighs_a_third_and_comes_second() -> None:
    assert mix_objectives("awareness", "leads") == pytest.approx({"awareness": 2 / 3, "leads": 1 / 3})
    plan = plan_objectives(make_campaign(objective="awareness", second_objective="leads"))
    assert plan.split["budget_share"].iloc[0] == pytest.approx((2 * SPLITS["awareness"][0] + SPLITS["leads"][0]) / 3)
    assert plan.metrics["serves"].drop_duplicates().tolist() == ["awareness", "leads"]
    assert plan.metrics["metric"].is_unique
    assert set(plan.tactics["serves"]) == {"awareness", "leads"}


def test_targets_come_from_the_campaign_and_their_absence_is_said() -> None:
    plan = plan_objectives(make_campaign(objective="awareness", targets=Targets(views=5_000)))
    rows = plan.metrics.set_index("metric")
    assert (rows.loc["views", "target"], rows.loc["views", "source"]) == (5_000, "campaign_file")
    assert rows.loc["exposure", "target_reason"] == "no_target"
    assert "objectives.no_target" not in {finding.code for finding in plan.findings}
    plan = plan_objectives(make_campaign(objective="leads", targets=Targets(views=5_000)))
    assert "objectives.no_target" in {finding.code for finding in plan.findings}


def test_a_role_pays_for_notes_by_the_rate_card_with_the_fee() -> None:
    plan = plan_objectives(make_campaign(objective="awareness"))
    large = plan.roles.set_index("role").loc["large"]
    assert large["amount_cny"] == pytest.approx(0.6 * 0.7 * 100_000)
    assert (large["price_low_cny"], large["price_high_cny"]) == pytest.approx((1_100, 22_000))
    assert (large["n_notes_low"], large["n_notes_high"]) == (1, 38)


def test_a_layer_without_money_for_one_note_is_named() -> None:
    plan = plan_objectives(make_campaign(budget=Budget(amount=1_000), objective="awareness"))
    named = [finding for finding in plan.findings if finding.code == "objectives.too_little"]
    assert [finding.as_dict()["values"]["x"] for finding in named] == ["large", "small"]


def test_without_a_budget_the_plan_is_in_shares() -> None:
    plan = plan_objectives(make_campaign(budget=None))
    assert plan.split["amount_cny"].isna().all()
    assert (plan.split["amount_cny_reason"] == "no_budget").all()
    assert "objectives.no_budget" in {finding.code for finding in plan.findings}


def test_the_campaigns_own_split_and_alternatives_win() -> None:
    planning = Planning(
        split=Split(creators=0.5, feed=0.3, search=0.2),
        large_share=0.1,
        alternatives=(
            Alternative(name="Mine", large_share=0.9),
            Alternative(name="Ads", split=Split(creators=0, feed=1)),
        ),
    )
    first, mine, ads = list_options(make_campaign(planning=planning))
    assert (first.creators, first.large_share, first.source) == (0.5, 0.1, "campaign_file")
    assert (mine.name, mine.creators, mine.large_share) == ("Mine", 0.5, 0.9)
    assert (ads.creators, ads.feed, ads.large_share) == (0, 1, 0.1)


def test_two_or_three_options_stand_side_by_side() -> None:
    for large in (0.0, 0.5, 1.0):
        options = list_options(make_campaign(planning=Planning(large_share=large)))
        assert 2 <= len(options) <= 3
        assert len({option.large_share for option in options}) == len(options)


def test_a_card_without_large_creators_gives_no_price() -> None:
    card = Agency().rate_card[:1]
    plan = plan_objectives(make_campaign(agency=Agency(rate_card=card)))
    assert plan.roles.set_index("role").loc["large", ["price_low_cny", "n_notes_low"]].isna().all()


def test_the_tables_of_defaults_are_complete() -> None:
    assert set(SPLITS) == set(OBJECTIVE_METRICS) == set(OBJECTIVES)
    assert all(sum(split) == pytest.approx(1) for split in SPLITS.values())
    assert sum(mix_split({"sales": 0.4, "trust": 0.6})) == pytest.approx(1)
    assert set(";".join(read_tactics()["objectives"]).split(";")) == set(OBJECTIVES)
    codes = [f"objectives.why_{name}" for name in read_tactics()["tactic"]]
    assert [code for code in codes if code not in list_codes()] == []


# ------------------------------------------------------------------------ what the product and the place allow


@pytest.mark.parametrize(
    ("settings", "some", "none"),
    [
        ({"place_to_visit": True}, {"store_reviews", "live_launch"}, {"unboxing"}),
        ({"category": "supplements"}, {"unboxing"}, {"store_reviews", "live_launch", "trip_guides"}),
        ({"category": "食品", "place_to_visit": False}, {"unboxing"}, {"store_reviews", "live_launch"}),
        ({"category": "旅游"}, {"store_reviews", "trip_guides"}, {"unboxing", "tutorials"}),
        ({"category": "护肤"}, {"unboxing", "tutorials"}, {"store_reviews", "trip_guides"}),
    ],
)
def test_tactics_follow_the_category_and_whether_there_is_a_place(settings: dict, some: set, none: set) -> None:
    plan = plan_objectives(make_campaign(objective="awareness", **settings))
    tactics = set(plan.tactics["tactic"])
    assert some <= tactics
    assert not none & tactics
    assert "objectives.ask_place" not in {finding.code for finding in plan.findings}


def test_where_nobody_knows_of_a_place_it_is_asked_for() -> None:
    plan = plan_objectives(make_campaign(objective="awareness", category="food"))
    assert "store_reviews" not in set(plan.tactics["tactic"])
    assert "objectives.ask_place" in {finding.code for finding in plan.findings}


@pytest.mark.parametrize(
    ("settings", "zone", "told"),
    [
        ({"markets": ("NZ",)}, "Pacific/Auckland", False),
        ({"markets": ("AU", "NZ")}, "Australia/Sydney", False),
        ({"markets": ("NZ",), "time_zone": "Asia/Shanghai"}, "Asia/Shanghai", True),
        ({"markets": ("AU",), "time_zone": "Asia/Shanghai"}, "Asia/Shanghai", False),
        ({"markets": ("CN",)}, "Asia/Shanghai", False),
    ],
)
def test_the_market_gives_the_time_zone_or_is_told_to_disagree(settings: dict, zone: str, *, told: bool) -> None:
    """Perth, in Australia, has Beijing's time."""
    campaign = make_campaign(objective="awareness", **settings)
    assert campaign.time_zone == zone
    codes = {finding.code for finding in plan_objectives(campaign).findings}
    assert ("objectives.zone_disagrees" in codes) == told


def test_notes_are_counted_by_what_the_pool_asks_and_never_more_than_it_offers() -> None:
    prices = [200.0, 300.0, 400.0, 500.0, 600.0]
    rows = {"creator_key": [f"c{number}" for number in range(5)], "followers": 5_000.0, "image_price_cny": prices}
    creators = pd.DataFrame({**rows, "video_price_cny": [800.0, None, None, None, None]})
    roles = plan_objectives(make_campaign(objective="awareness"), creators=creators).roles.set_index("role")
    small, large = roles.loc["small"], roles.loc["large"]
    assert (small["price_source"], large["price_source"]) == ("pool_prices", "rate_card")
    assert (small["price_low_cny"], small["price_high_cny"]) == pytest.approx((1.1 * 325, 1.1 * 575))
    assert small["n_notes_high"] == 6, "five images and a video"
    assert large["n_notes_high"] == 38
