"""The invented world: the same each time, and like the published and measured figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from case_studies.worlds import World, figures, make_world
from case_studies.worlds.ads import add_ads
from case_studies.worlds.creators import draw_followers, draw_prices
from case_studies.worlds.notes import COUNTS, draw_heavy, make_snapshot
from case_studies.worlds.sample import SETTINGS


def with_creators(world: World, *, scope: str) -> pd.DataFrame:
    notes = world.notes[world.notes["scope"] == scope]
    return notes.merge(world.creators, on="creator_id", suffixes=("", "_creator"))


def measure_spread(notes: pd.DataFrame, column: str) -> tuple[float, float]:
    """Within-creator SD and intra-class correlation of a log count, by one-way analysis of variance."""
    logs = np.log1p(notes[column]).groupby(notes["creator_id"])
    k = len(notes) / logs.ngroups
    within, between = logs.var().mean(), k * logs.mean().var()
    return float(np.sqrt(within)), float((between - within) / (between + (k - 1) * within))


# ------------------------------------------------------------------------------------------ sameness


def test_the_same_seed_gives_the_same_world() -> None:
    one, two = (make_world(SETTINGS, seed=3) for _ in range(2))
    for name in ("creators", "notes", "ad_days", "outcomes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_another_seed_gives_another_world() -> None:
    one, two = (make_world(SETTINGS, seed=seed) for seed in (3, 4))
    assert not one.notes["views"].equals(two.notes["views"])
    assert set(one.notes["note_id"]).isdisjoint(two.notes["note_id"])


def test_a_change_to_the_markets_leaves_the_notes_alone() -> None:
    other = replace(SETTINGS, markets=replace(SETTINGS.markets, lift=0.5))
    pd.testing.assert_frame_equal(make_world(SETTINGS, seed=3).notes, make_world(other, seed=3).notes)


# ------------------------------------------------------------------------------ published quantiles


@pytest.mark.parametrize(
    ("followers", "upper"), list(zip(figures.LARGE_PRICES_CNY, [2e5, 3e5, 5e5, 1e6, 2e6], strict=True))
)
def test_prices_of_large_creators_have_the_published_quartiles(followers: int, upper: float) -> None:
    rng = np.random.default_rng(1)
    sizes = rng.integers(followers, int(upper), 40_000)
    drawn = draw_prices(sizes, standing=rng.standard_normal(40_000), rng=rng)
    for prices, quartiles in zip(drawn, figures.LARGE_PRICES_CNY[followers], strict=True):
        np.testing.assert_allclose(np.quantile(prices, [0.25, 0.5, 0.75]), quartiles, rtol=0.02)


@pytest.mark.parametrize("tier", ["KOC", "KOL"])
def test_prices_below_100000_followers_stay_on_the_card(tier: str) -> None:
    rng = np.random.default_rng(2)
    followers = draw_followers(5_000, tier=tier, rng=rng)
    followers = followers[followers < figures.LARGE]
    image, video = draw_prices(followers, standing=rng.standard_normal(len(followers)), rng=rng)
    low, high = figures.PRICE_CARD_CNY[tier]
    assert image.min() >= low
    assert video.max() <= high
    assert video.mean() > image.mean()
    assert np.corrcoef(np.log(followers), np.log(image))[0, 1] > 0.5


def test_a_price_follows_what_the_notes_do() -> None:
    rng = np.random.default_rng(3)
    standing = rng.standard_normal(5_000)
    image, _ = draw_prices(np.full(5_000, 50_000), standing=standing, rng=rng)
    assert np.corrcoef(standing, np.log(image))[0, 1] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("tier", ["KOC", "KOL"])
def test_followers_stay_in_their_tier_with_its_typical_number(tier: str) -> None:
    followers = draw_followers(5_000, tier=tier, rng=np.random.default_rng(4))
    low, high = figures.FOLLOWER_LIMITS[tier]
    assert len(followers) == 5_000
    assert low <= followers.min() <= followers.max() <= high
    assert np.median(followers) == pytest.approx(figures.TYPICAL_FOLLOWERS[tier], rel=0.05)


@pytest.mark.parametrize(("tier", "median"), [("KOC", 225), ("KOL", 592)])
def test_paid_notes_have_the_tiers_median_likes(tier: str, median: int) -> None:
    settings = replace(SETTINGS, n_koc=600, n_kol=600, n_notes=4_800, n_better=0, week_sd=0)
    notes = with_creators(make_world(settings, seed=10), scope="paid").query("tier == @tier")
    assert notes["likes"].median() == pytest.approx(median, rel=0.15)


@pytest.mark.parametrize(
    ("column", "quartiles"), [("collects", figures.COLLECTS_PER_LIKE), ("comments", figures.COMMENTS_PER_LIKE)]
)
def test_the_shape_of_engagement_is_the_published_one(
    large_world: World, column: str, quartiles: figures.Quartiles
) -> None:
    notes = large_world.notes.query("likes >= 300")
    measured = (notes[column] / notes["likes"]).quantile([0.25, 0.5, 0.75])
    np.testing.assert_allclose(measured, quartiles, rtol=0.15)


def test_suspected_fans_have_the_published_median_and_tail(large_world: World) -> None:
    shares = large_world.creators["suspected_fan_share"]
    assert shares.median() == pytest.approx(0.075, rel=0.1)
    assert shares.quantile(0.95) == pytest.approx(0.134, rel=0.15)


# ----------------------------------------------------------------------------------- the structure


def test_spread_within_creators_and_its_share_are_as_measured(large_world: World) -> None:
    notes = with_creators(large_world, scope="everyday")
    for column in ("likes", "views"):
        within_sd, icc = measure_spread(notes, column)
        assert within_sd == pytest.approx(1.2, abs=0.08)
        assert icc == pytest.approx(0.5, abs=0.08)


def test_the_noise_is_standardised_and_heavy_tailed() -> None:
    noise = draw_heavy(200_000, df=5.0, rng=np.random.default_rng(6))
    assert noise.std() == pytest.approx(1, abs=0.02)
    assert np.mean(np.abs(noise) > 4) > 10 * 6.3e-5


def test_a_week_shocks_all_creators_alike(large_world: World) -> None:
    notes = large_world.notes.query("scope == 'everyday'")
    week = notes["posted_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.to_period("W")
    half = notes["creator_id"].isin(large_world.creators["creator_id"][::2])
    logs = np.log1p(notes["likes"])
    means = [logs[part].groupby(week[part]).mean().iloc[1:-1] for part in (half, ~half)]
    assert means[0].corr(means[1]) > 0.7


def test_views_over_exposure_is_the_click_rate_of_images_and_4_times_it_for_videos(large_world: World) -> None:
    notes = large_world.notes.query("exposure >= 1000")
    ratio = notes["views"] / notes["exposure"] / notes["true_click_rate"]
    medians = ratio.groupby(notes["format"]).median()
    assert medians["image"] == pytest.approx(1.0, abs=0.02)
    assert medians["video"] == pytest.approx(4.2, rel=0.03)


def test_paid_notes_do_less_than_everyday_notes(large_world: World) -> None:
    means = np.log1p(large_world.notes["likes"]).groupby(large_world.notes["scope"]).mean()
    assert np.exp(means["everyday"] - means["paid"]) == pytest.approx(figures.EVERYDAY_RATIO, rel=0.2)


def test_planted_notes_and_themes_do_what_the_truth_says() -> None:
    settings = replace(SETTINGS, n_koc=300, n_kol=300, n_notes=6_000, n_better=2_000, within_sd=0.6, creator_sd=0.1)
    notes = make_world(settings, seed=8).notes.query("scope == 'paid'")
    logs = np.log1p(notes["exposure"])
    better = logs.groupby(notes["is_better"]).mean()
    assert np.exp(better[True] - better[False]) == pytest.approx(settings.better_ratio, rel=0.1)
    themes = logs.groupby(notes["theme"]).mean()
    assert np.exp(themes["Family weekends"] - themes["Day walks"]) == pytest.approx(np.exp(0.35), rel=0.1)


def test_bought_fans_leave_the_notes_and_the_tier_alone() -> None:
    bought = make_world(replace(SETTINGS, n_koc=200, n_bought_fans=20), seed=9).creators
    honest = make_world(replace(SETTINGS, n_koc=200, n_bought_fans=0), seed=9).creators
    chosen = bought["has_bought_fans"]
    assert chosen.sum() == 20
    assert (bought["followers"] / honest["followers"])[chosen].eq(5).all()
    pd.testing.assert_series_equal(bought["level_log"], honest["level_log"])
    assert bought.loc[bought["tier"] == "KOC", "followers"].max() < 10_000


# --------------------------------------------------------------------------- growth, ads, outcomes


def test_a_later_snapshot_never_shows_less(sample_world: World) -> None:
    first = datetime(2026, 8, 10, tzinfo=UTC)
    shots = [make_snapshot(sample_world.notes, as_of=first + timedelta(days=days)) for days in (0, 1, 7, 60)]
    for before, after in pairwise(shots):
        later = after.set_index("note_id").loc[before["note_id"], list(COUNTS)]
        assert (later.to_numpy() >= before[list(COUNTS)].to_numpy()).all()
    assert len(shots[0]) < len(shots[-1]) == len(sample_world.notes)


def test_about_half_of_a_note_has_come_after_three_days(large_world: World) -> None:
    notes = large_world.notes.query("exposure >= 10000").assign(posted_at=pd.Timestamp("2026-08-01", tz="UTC"))
    shot = make_snapshot(notes, as_of=datetime(2026, 8, 4, tzinfo=UTC))
    assert (shot["views"] / notes["views"]).median() == pytest.approx(0.52, abs=0.03)


def test_ads_before_a_moment_are_counted_once(sample_world: World) -> None:
    notes, ad_days = sample_world.notes, sample_world.ad_days
    after = add_ads(notes, ad_days, as_of=datetime(2026, 12, 1, tzinfo=UTC))
    before = add_ads(notes, ad_days, as_of=datetime(2026, 8, 3, tzinfo=UTC))
    assert after["exposure_promoted"].sum() == ad_days["impressions"].sum() > 0
    assert before["exposure_promoted"].sum() == 0
    assert (ad_days["clicks"] <= ad_days["impressions"]).all()


def test_only_treated_markets_rise_and_only_after_the_start(sample_world: World) -> None:
    outcomes, markets = sample_world.outcomes, sample_world.settings.markets
    caused = outcomes["true_incremental"] > 0
    assert set(outcomes.loc[caused, "market"]) == set(markets.treated)
    assert outcomes.loc[caused, "date"].min() == pd.Timestamp("2026-08-03")
    last = outcomes[caused & outcomes["date"].eq("2026-09-13")]
    without = last["value"] - last["true_incremental"]
    np.testing.assert_allclose(last["true_incremental"] / without, markets.lift, rtol=0.01)
