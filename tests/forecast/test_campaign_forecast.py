"""Sums of notes, chances of targets, one large against many small, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecast_pools import make_notes

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import Exports, make_latest
from xhs_toolkit.forecast import (
    Pool,
    choose_metric,
    compare_mixes,
    describe_past,
    forecast_campaign,
    make_candidates,
)
from xhs_toolkit.forecast.campaign import SUREST


@pytest.fixture(scope="module")
def campaign(sample: tuple[Campaign, Exports]) -> Campaign:
    return sample[0]


@pytest.fixture(scope="module")
def pool(sample: tuple[Campaign, Exports], campaign: Campaign) -> Pool:
    tables = sample[1].tables
    return make_candidates(tables, latest=make_latest(tables["notes"]), campaign=campaign)


@pytest.fixture(scope="module")
def unmeasured(sample: tuple[Campaign, Exports], campaign: Campaign) -> Pool:
    """The pool as public notes alone show it: no medians, no exposure, no views."""
    tables = sample[1].tables
    public = make_latest(tables["notes"]).assign(exposure=np.nan, views=np.nan)
    return make_candidates({**tables, "baselines": tables["baselines"].head(0)}, latest=public, campaign=campaign)


def test_candidates_cost_their_price_and_the_fee(pool: Pool, campaign: Campaign) -> None:
    table = pool.candidates
    assert table["candidate_id"].is_unique
    assert np.allclose(table["cost_cny"], table["price_cny"] * (1 + campaign.agency.service_fee_rate))
    assert (table["price_cny"] > 0).all()
    assert set(table["role"]) == {"large", "small"}


def test_a_plan_knows_nothing_of_its_own_campaign(sample: tuple[Campaign, Exports], campaign: Campaign) -> None:
    tables = sample[1].tables
    latest = make_latest(tables["notes"])
    inside = latest["posted_at"] >= pd.Timestamp(campaign.window.start, tz=campaign.time_zone)
    assert inside.any()
    louder = latest.assign(
        likes=latest["likes"].where(~inside, 1e9), engagement=latest["engagement"].where(~inside, 1e9)
    )
    plain, other = (make_candidates(tables, latest=each, campaign=campaign).candidates for each in (latest, louder))
    pd.testing.assert_frame_equal(plain, other)


def test_totals_are_quantiles_of_the_draws_and_costs_follow(pool: Pool) -> None:
    chosen = pool.candidates.drop_duplicates("creator_id").head(12)
    found = forecast_campaign(chosen, pool=pool, targets={"engagement": 1.0, "cost_per_engagement_cny": 0.001})
    rows = found.totals.set_index("metric")
    assert rows.loc["engagement", ["p10", "p50", "p90"]].is_monotonic_increasing
    assert rows.loc["engagement", "p50"] == pytest.approx(found.draws["engagement"].median())
    cost = chosen["cost_cny"].sum() / found.draws["engagement"]
    assert rows.loc["cost_per_engagement_cny", "p50"] == pytest.approx(cost.median())
    assert rows.loc["engagement", "chance_share"] == SUREST
    assert rows.loc["cost_per_engagement_cny", "chance_share"] == pytest.approx(1 - SUREST)


def test_what_was_not_measured_is_refused_with_its_reason(unmeasured: Pool) -> None:
    chosen = unmeasured.candidates.drop_duplicates("creator_id").head(12)
    found = forecast_campaign(chosen, pool=unmeasured, targets={"views": 1_000.0})
    row = found.totals.set_index("metric").loc["views"]
    assert np.isnan(row["p50"])
    assert np.isnan(row["chance_share"])
    assert row["reason"] in {"not_measured", "too_few_measured"}
    assert "views" not in found.draws
    assert any(finding.as_dict()["values"]["metric"] == "views" for finding in found.findings)


def test_one_note_keeps_its_own_distribution(pool: Pool) -> None:
    one = pool.candidates[pool.candidates["engagement_basis"].eq("own_notes")].head(1)
    drawn = forecast_campaign(one, pool=pool, n_draws=20_000).draws["engagement"]
    for level in (10, 50, 90):
        assert (drawn <= one[f"engagement_p{level}"].iloc[0]).mean() == pytest.approx(level / 100, abs=0.012)


def test_many_notes_are_surer_than_one_but_those_of_one_creator_go_together(pool: Pool) -> None:
    known = pool.candidates[pool.candidates["engagement_basis"].eq("own_notes")]
    one = known.head(1)

    def width(draws: np.ndarray) -> float:
        return float(np.log(np.quantile(draws, 0.9) / np.quantile(draws, 0.1)))

    def draw(chosen: pd.DataFrame, n_draws: int = 4_000) -> np.ndarray:
        return forecast_campaign(chosen, pool=pool, n_draws=n_draws).draws["engagement"].to_numpy()

    alone = draw(one, 80_000)
    same = width(draw(pd.concat([one] * 20)))
    assert width(draw(known.drop_duplicates("creator_id").head(20))) < width(alone)
    assert width(alone.reshape(-1, 20).sum(axis=1)) < same < width(alone)


def test_one_large_against_many_small_at_equal_cost(pool: Pool) -> None:
    mix = compare_mixes(pool.candidates, pool=pool, tiers=("KOL", "KOC"), budget_cny=20_000, metric="engagement")
    large, small = mix.table.to_dict("records")
    assert (large["n_placements"], large["side"]) == (1, "KOL")
    assert small["n_placements"] > 1
    assert small["cost_cny"] <= large["cost_cny"] <= 20_000
    assert small["p90"] / small["p10"] < large["p90"] / large["p10"]
    assert 0 <= mix.chance_many <= 1
    assert compare_mixes(pool.candidates, pool=pool, tiers=("KOL", "KOC"), budget_cny=1.0, metric="engagement") is None


def test_the_metric_is_the_first_that_enough_candidates_have(unmeasured: Pool) -> None:
    assert choose_metric(unmeasured.candidates) == "engagement"
    assert choose_metric(unmeasured.candidates.assign(views_p50=5.0)) == "views"
    assert choose_metric(unmeasured.candidates, wanted="exposure") is None
    assert choose_metric(unmeasured.candidates.iloc[:0]) is None


def test_the_pools_own_past_is_told_or_refused() -> None:
    notes = make_notes(10, 24, seed=3).assign(format="image").rename(columns={"creator_id": "creator_key"})
    tiers = pd.Series("KOC", index=pd.Index(notes["creator_key"].unique()))
    found = describe_past(notes, metric="engagement", tiers=tiers)
    assert found.code == "forecast.past"
    told = found.as_dict()["values"]
    assert told["n_creators"] == 10
    assert told["inside_share_low"] <= 0.8 <= told["inside_share_high"]
    assert 1 < told["error_ratio"] < told["own_ratio"] * 1.1
    few = describe_past(notes.groupby("creator_key").head(6), metric="engagement", tiers=tiers)
    assert few.code == "forecast.no_past"
    assert few.as_dict()["values"]["n_notes"] < 30
