"""Personas, leads, comments, codes, follower histories and several figures by market: planted and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from case_studies.worlds import World, make_world
from case_studies.worlds.cases import CASES
from case_studies.worlds.client_sheets import (
    JUMP_WEEKS,
    make_codes_sheet,
    make_comment_sheet,
    make_dandelion_orders,
    make_follower_history,
    make_leads_sheet,
)
from case_studies.worlds.creator_files import make_seeding_sheet
from case_studies.worlds.outcomes import make_outcomes
from case_studies.worlds.sample import SETTINGS
from case_studies.worlds.settings import CommentSettings, LeadSettings, MarketSettings, WorldPersona

AS_OF = datetime(2026, 8, 1, tzinfo=UTC)
PLAIN = WorldPersona("plain", "旅行", ("旅行",))
LOUD = WorldPersona("loud", "穿搭", ("穿搭", "时尚"), share=3.0, reach_log=1.5, collects_log=1.0, question_share=0.7)


@pytest.fixture(scope="module")
def wide() -> World:
    """A world with everything in it, large enough to find it again."""
    themes = [replace(theme, leads_per_10000_views=8.0, qualified_share=0.3) for theme in SETTINGS.themes]
    themes[0] = replace(themes[0], kol_weight=5.0, leads_per_10000_views=24.0)
    settings = replace(
        SETTINGS,
        themes=tuple(themes),
        n_koc=160,
        n_kol=80,
        n_notes=960,
        personas=(PLAIN, LOUD),
        leads=LeadSettings(leaked_a_day=2.0, listed_twice=5),
        comments=CommentSettings(home_share=0.5, places=(("广东", 1.0),)),
    )
    return make_world(settings, seed=4)


# ------------------------------------------------------------------------------------------ sameness


def test_without_the_new_settings_creators_and_notes_are_the_same_as_with_them() -> None:
    plain = make_world(SETTINGS, seed=3)
    wider = make_world(replace(SETTINGS, leads=LeadSettings(), comments=CommentSettings()), seed=3)
    pd.testing.assert_frame_equal(plain.notes, wider.notes)
    pd.testing.assert_frame_equal(plain.outcomes, wider.outcomes)
    assert plain.leads.empty
    assert plain.comments.empty
    assert len(wider.leads)
    assert len(wider.comments)


@pytest.mark.parametrize("name", list(CASES))
def test_a_case_is_the_same_each_time_and_another_seed_is_another_world(name: str) -> None:
    one, two = CASES[name].make_world(), CASES[name].make_world()
    for part in ("creators", "notes", "ad_days", "outcomes", "leads", "comments"):
        pd.testing.assert_frame_equal(getattr(one, part), getattr(two, part))
    assert not one.notes["views"].equals(CASES[name].make_world(seed=1).notes["views"])


# ------------------------------------------------------------------------------------------ personas


def test_a_persona_moves_reach_saves_and_questions_of_its_creators(wide: World) -> None:
    creators = wide.creators
    assert creators["persona"].value_counts().to_dict() == {"loud": 180, "plain": 60}
    assert creators.groupby("persona")["tags"].first().to_dict() == {"loud": "穿搭,时尚", "plain": "旅行"}
    level = creators["level_log"] - creators["standing"] * wide.settings.creator_sd
    is_loud = creators["persona"].eq("loud")
    for _, part in level.groupby(creators["tier"]):
        assert part[is_loud].mean() - part[~is_loud].mean() == pytest.approx(1.5, abs=0.3)
    comments = wide.comments.merge(wide.notes[["note_id", "creator_id"]], on="note_id").merge(creators, on="creator_id")
    asks = comments["true_kind"].eq("question").groupby(comments["persona"]).mean()
    assert asks["loud"] == pytest.approx(0.7, abs=0.03)
    assert asks["plain"] == pytest.approx(0.25, abs=0.04)


def test_a_theme_that_large_creators_like_goes_to_them(wide: World) -> None:
    notes = wide.notes.query("scope == 'paid'").merge(wide.creators[["creator_id", "tier"]], on="creator_id")
    share = notes["theme"].eq(wide.settings.themes[0].name).groupby(notes["tier"]).mean()
    assert share["KOL"] == pytest.approx(5 / 7, abs=0.06)
    assert share["KOC"] == pytest.approx(0.2 / 2.2, abs=0.04)


def test_themes_in_turn_follow_one_another() -> None:
    notes = make_world(replace(SETTINGS, themes_in_turn=True), seed=2).notes.query("scope == 'paid'")
    assert notes["theme"].tolist() == sorted(notes["theme"], key=[theme.name for theme in SETTINGS.themes].index)
    assert notes["theme"].nunique() == len(SETTINGS.themes)


def test_stars_stand_out_and_nobody_else_changes() -> None:
    plain, starry = (make_world(replace(SETTINGS, n_stars=n, star_log=2.0), seed=2).creators for n in (0, 3))
    gap = starry["level_log"] - plain["level_log"]
    assert gap.round(6).value_counts().to_dict() == {0.0: 25, 2.0: 3}
    assert starry["is_star"].sum() == 3


# ------------------------------------------------------------------------------- leads and codes


def test_leads_come_at_the_rate_of_their_theme_and_after_their_note(wide: World) -> None:
    notes = wide.notes.query("scope == 'paid'").set_index("note_id")
    leads = wide.leads.query("true_origin == 'campaign'")
    theme = leads["true_note_id"].map(notes["theme"])
    per_view = theme.value_counts() / notes.groupby("theme")["views"].sum()
    rates = {one.name: one.leads_per_10000_views / 10_000 for one in wide.settings.themes}
    ratio = per_view / pd.Series(rates)
    assert ratio.between(0.5, 1.1).all(), "some come after the campaign's end and are not in the list"
    posted = leads["true_note_id"].map(notes["posted_at"]).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    assert (leads["date"] >= posted.dt.normalize()).all()
    assert leads["qualified"].astype(bool).mean() == pytest.approx(0.3, abs=0.03)


def test_what_names_a_lead_is_its_own_notes_and_most_name_nothing(wide: World) -> None:
    leads = wide.leads.query("true_origin == 'campaign'")
    notes = wide.notes.set_index("note_id")
    codes = make_codes_sheet(wide).set_index("code")
    coded = leads[leads["code"].notna()]
    assert (coded["code"].map(codes["creator_id"]) == coded["true_note_id"].map(notes["creator_id"])).all()
    assert (coded["code"].map(codes["theme"]) == coded["true_note_id"].map(notes["theme"])).all()
    surveyed = leads[leads["theme"].notna()]
    assert (surveyed["theme"] == surveyed["true_note_id"].map(notes["theme"])).all()
    assert leads["code"].notna().mean() == pytest.approx(0.45, abs=0.03)
    assert not (leads["code"].notna() & leads["theme"].notna()).any()
    assert wide.leads.query("true_origin == 'other'")[["code", "theme"]].isna().all().all()


def test_the_leak_is_one_code_and_begins_when_it_leaks(wide: World) -> None:
    leaked = wide.leads.query("true_origin == 'leak'")
    assert len(leaked["code"].drop_duplicates()) == 1
    assert leaked["date"].min() >= pd.Timestamp(wide.settings.start) + pd.Timedelta(days=14)


def test_the_clients_list_holds_some_leads_twice_and_no_truth(wide: World) -> None:
    sheet = make_leads_sheet(wide)
    assert sheet["lead_id"].duplicated().sum() == 5
    assert set(sheet["lead_id"]) == set(wide.leads["lead_id"])
    assert list(sheet) == ["lead_id", "date", "market", "channel", "code", "theme", "qualified"]
    assert set(sheet["qualified"]) == {"yes", "no"}


# -------------------------------------------------------------------- comments, followers, orders


def test_comments_come_from_where_the_creator_is_or_from_the_listed_places(wide: World) -> None:
    homes = wide.notes.set_index("note_id")["creator_id"].map(wide.creators.set_index("creator_id")["place"])
    at_home = wide.comments["place"] == wide.comments["note_id"].map(homes)
    assert at_home.mean() == pytest.approx(0.5, abs=0.02)
    assert wide.comments.loc[~at_home, "place"].eq("广东").all()
    assert list(make_comment_sheet(wide)) == [
        *("comment_id", "note_id", "user_id", "content", "like_count", "create_time", "ip_location"),
    ]
    counts = wide.comments["note_id"].value_counts()
    assert counts.max() == wide.settings.comments.most_a_note
    posted = wide.comments["note_id"].map(wide.notes.set_index("note_id")["posted_at"])
    assert (wide.comments["posted_at"] >= posted).all()


def test_bought_followers_come_within_a_week_and_others_grow(wide: World) -> None:
    history = make_follower_history(wide, as_of=AS_OF).pivot_table(
        index="date", columns="creator_id", values="followers"
    )
    growth = (history.iloc[1:].to_numpy() / history.iloc[:-1]).max()
    bought = wide.creators.set_index("creator_id")["has_bought_fans"]
    assert growth[bought[bought].index].between(4.5, 5.5).all()
    assert growth[bought[~bought].index].max() < 1.05
    assert history.index[-1] == "2026-08-01"
    assert (history.iloc[-JUMP_WEEKS] / history.iloc[-JUMP_WEEKS - 1]).idxmax() == bought.idxmax()


def test_orders_and_the_bundle_cost_what_the_notes_cost(wide: World) -> None:
    paid = wide.notes.query("scope == 'paid'")
    orders = make_dandelion_orders(wide, as_of=AS_OF, brand="示例", name="示例")
    assert orders["博主报价"].sum() == paid["price_cny"].sum()
    assert orders["笔记数"].sum() == len(paid)
    assert orders["订单id"].str.fullmatch(r"\d{18}").all()
    late = datetime(2026, 12, 1, tzinfo=UTC)
    sheet = make_seeding_sheet(wide, as_of=late, bundle=(("一", 10), ("二", 20)))
    assert sheet.groupby("笔记链接")["产品成本(元)"].agg(["min", "max", "size"]).eq([10, 20, 2]).all(axis=None)


# --------------------------------------------------------------------------------- several figures


def test_each_figure_has_its_own_lift_channel_and_currency() -> None:
    sales = MarketSettings(metric="sales", lift=0.2, channel="online", currency="GBP", days_before=30)
    stores = replace(sales, metric="foot_traffic", lift=0.0, channel="store", currency="")
    settings = replace(SETTINGS, markets=sales, more_markets=(stores,))
    outcomes = make_outcomes(settings, rng=np.random.default_rng(1))
    caused = outcomes.groupby("metric")["true_incremental"].sum()
    assert caused["sales"] > 0 == caused["foot_traffic"]
    assert outcomes.groupby("metric")["currency"].first().to_dict() == {"foot_traffic": "", "sales": "GBP"}
    first = pd.Timestamp(settings.start) - pd.Timedelta(days=30)
    assert outcomes["date"].min() == first


def test_a_festival_lifts_all_and_a_break_or_a_local_sale_only_one_side() -> None:
    calm = MarketSettings(drift_sd=0.0, sale_ratio=1.0, lift=0.0, days_before=60)
    changes = {
        "festival": replace(calm, festivals=(date(2026, 8, 20),), festival_ratio=2.0),
        "break": replace(calm, break_ratio=0.5),
        "sale": replace(calm, treated_sale_ratio=2.0),
    }
    ratios = {}
    for name, markets in {"calm": calm, **changes}.items():
        rows = make_outcomes(replace(SETTINGS, markets=markets), rng=np.random.default_rng(1))
        ratios[name] = rows.pivot_table(index="date", columns="market", values="value")
    day, last, before = "2026-08-20", "2026-09-13", "2026-07-20"
    treated, controls = list(calm.treated), list(calm.controls)
    for name, at, lifted, ratio in (
        ("festival", day, treated + controls, 2),
        ("break", last, controls, 0.5),
        ("sale", last, treated, 2),
    ):
        change = (ratios[name] / ratios["calm"]).loc[at]
        assert change[lifted].between(0.99 * ratio, 1.01 * ratio).all()
        assert change.drop(lifted).eq(1).all()
        assert (ratios[name] / ratios["calm"]).loc[before].between(0.99, 1.01).all()


# ------------------------------------------------------------------------------------------- boosting


def test_the_best_first_days_are_boosted_where_that_is_the_rule() -> None:
    lot, best = (make_world(replace(SETTINGS, boost_best=rule, n_notes=120), seed=8) for rule in (False, True))
    views = {}
    for name, world in {"lot": lot, "best": best}.items():
        notes = world.notes.query("scope == 'paid'")
        views[name] = notes.loc[notes["note_id"].isin(world.ad_days["note_id"]), "views"].median()
    assert views["best"] > 2 * views["lot"]


def test_ads_can_be_made_to_be_clicked_more() -> None:
    plain, clicked = (make_world(replace(SETTINGS, ad_click_ratio=ratio), seed=8).ad_days for ratio in (1.0, 2.0))
    rates = [days["clicks"].sum() / days["impressions"].sum() for days in (plain, clicked)]
    assert rates[1] == pytest.approx(2 * rates[0], rel=0.03)
