"""What earlier campaigns teach a forecast: planted biases are found, and nothing is made of nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import Corrections, Pool, learn_corrections, make_candidates, score_history
from xhs_toolkit.forecast.remembered import EVIDENCE, NO_EVIDENCE
from xhs_toolkit.tables import BASELINES, CREATORS, NOTES, TABLES, conform

PROMISED = 5_000.0
WIDTH = 1.2816
"""P10 and P90 of a standard normal: the promise is right where notes stray by one on the log scale."""


def make_forecasts(
    n_campaigns: int = 14, *, seed: int = 0, bias: float = 1.0, spread: float = 1.0, n_clients: int = 5, n: int = 20
) -> pd.DataFrame:
    """Planned KOC and KOL notes and what they brought: KOC `bias` times the promise, campaigns 0.2 apart."""
    rng = np.random.default_rng(seed)
    campaign = np.repeat(np.arange(n_campaigns), n)
    is_small = np.arange(len(campaign)) % 2 == 0
    logs = np.log(PROMISED) + np.log(bias) * is_small + rng.normal(0, 0.2, n_campaigns)[campaign]
    return pd.DataFrame(
        {
            "campaign_key": campaign.astype(str),
            "client_key": (campaign % n_clients).astype(str),
            "creator_key": np.arange(len(campaign)).astype(str),
            "tier": np.where(is_small, "KOC", "KOL"),
            "format": "image",
            "metric": "views",
            "observed": np.exp(logs + spread * rng.normal(size=len(campaign))),
            "p10": PROMISED * np.exp(-WIDTH),
            "p50": PROMISED,
            "p90": PROMISED * np.exp(WIDTH),
            "shift": 0.0,
            "stretch": 1.0,
        }
    )


def test_the_score_is_a_share_and_a_ratio_with_campaigns_as_the_unit() -> None:
    two = make_forecasts(2, n=2).assign(observed=[5_000.0, 1e6, 5_000.0, 5_000.0], p50=4_999.5)
    rows = score_history(two).set_index("tier")
    assert rows.index.tolist() == ["all", "KOC", "KOL"]
    assert rows.loc["all", ["n_notes", "n_campaigns", "coverage_share"]].tolist() == [4, 2, 0.75]
    assert rows.loc["KOC", "bias_ratio"] == pytest.approx(5_000.5 / 5_000)
    one = score_history(make_forecasts(1)).iloc[0]
    assert one["reason"] == "too_few_campaigns"
    assert np.isnan(one["coverage_share_low"])
    assert score_history(make_forecasts(1).iloc[:0]).empty


def test_intervals_of_bias_and_coverage_hold_the_truth() -> None:
    """90% intervals over 100 histories of 12 campaigns: KOC bring 1.5 times the promise; the KOLs' promise is right."""
    held = {"bias_ratio": 0, "coverage_share": 0}
    for seed in range(100):
        rows = score_history(make_forecasts(12, seed=seed, bias=1.5)).set_index("tier")
        held["bias_ratio"] += rows.loc["KOC", "bias_ratio_low"] <= 1.5 <= rows.loc["KOC", "bias_ratio_high"]
        low, high = rows.loc["KOL", ["coverage_share_low", "coverage_share_high"]]
        held["coverage_share"] += low <= 0.791 <= high  # 0.8 less what campaigns 0.2 apart take
    assert all(82 <= n <= 97 for n in held.values()), held


def test_a_planted_bias_is_learned_by_tier_and_the_range_holds_again() -> None:
    every = [learn_corrections(make_forecasts(seed=seed, bias=1.6, spread=1.6)) for seed in range(20)]
    shifts = pd.DataFrame([each.table.set_index("tier")["shift"] for each in every]).mean()
    assert shifts["KOC"] == pytest.approx(np.log(1.6), abs=0.12)
    assert shifts["KOL"] == pytest.approx(0.0, abs=0.06)
    fresh = make_forecasts(100, seed=100, bias=1.6, spread=1.6)
    before = fresh["observed"].between(fresh["p10"], fresh["p90"]).mean()
    after = np.mean([hold_after(fresh, learned) for learned in every])
    assert before < 0.6
    assert 0.7 < after < 0.8, "three quarters of the way back"


def hold_after(fresh: pd.DataFrame, learned: Corrections) -> float:
    """Share of notes in the promised ranges, moved and widened as learned."""
    moved = PROMISED * np.exp(learned.find_shifts("views", pd.Index(fresh["tier"])))
    reach = np.exp(WIDTH * learned.find_stretch("views"))
    return float(fresh["observed"].between(moved / reach, moved * reach).mean())


def test_right_forecasts_are_left_nearly_as_they_are() -> None:
    tables = [learn_corrections(make_forecasts(12, seed=seed)).table for seed in range(40)]
    shifts, stretches = (np.concatenate([table[name] for table in tables]) for name in ("shift", "stretch"))
    assert np.mean(shifts == 0) > 0.5
    assert np.abs(shifts).mean() < 0.08
    assert abs(np.log(stretches)).mean() < 0.08


@pytest.mark.parametrize(("n_campaigns", "n_clients"), [(9, 5), (20, 2), (0, 1)])
def test_too_few_campaigns_or_clients_teach_nothing(n_campaigns: int, n_clients: int) -> None:
    learned = learn_corrections(make_forecasts(n_campaigns, bias=3.0, n_clients=n_clients))
    assert learned.table.empty
    assert learned.find_shifts("views", pd.Index(["KOC"])).tolist() == [0.0]
    assert learned.find_stretch("views") == 1.0


def test_a_tier_of_few_campaigns_takes_what_all_tiers_teach() -> None:
    forecasts = make_forecasts(bias=2.0)
    few = forecasts[forecasts["tier"].eq("KOC") | forecasts["campaign_key"].isin(["0", "1"])]
    learned = learn_corrections(few)
    assert set(learned.table["tier"]) == {"all", "KOC"}
    every = learned.table.set_index("tier").loc["all", "shift"]
    assert learned.find_shifts("views", pd.Index(["KOL"])).tolist() == [every]


def test_corrections_do_not_chase_each_other() -> None:
    """Forecasts that were corrected already teach the same as without their correction."""
    plain = make_forecasts(bias=1.5, spread=1.4)
    moved = plain.assign(shift=np.log(1.5), stretch=1.3)
    middle = plain["p50"] * 1.5
    moved = moved.assign(p50=middle, p10=middle * np.exp(-1.3 * WIDTH), p90=middle * np.exp(1.3 * WIDTH))
    one, other = (learn_corrections(each).table for each in (plain, moved))
    pd.testing.assert_frame_equal(one, other, rtol=1e-3)


# ----------------------------------------------------------------------------------- in a pool's forecast


class Memory(NamedTuple):
    evidence: pd.DataFrame
    forecasts: pd.DataFrame


def make_evidence(n_creators: int = 20, *, tier: str = "KOL", middle: float = 40_000.0) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    creator = np.repeat(np.arange(n_creators), 4)
    rows = {
        "metric": "views",
        "tier": tier,
        "format": "image",
        "creator_key": [f"{each:024d}" for each in creator],
        "client_key": (creator % 4).astype(str),
        "campaign_key": (creator % 5).astype(str),
        "posted_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(30 * np.tile(np.arange(4), n_creators), "D"),
        "value": middle * np.exp(rng.normal(0, 0.5, n_creators)[creator] + rng.normal(0, 0.8, len(creator))),
    }
    return pd.DataFrame(rows)[EVIDENCE]


def make_pool(memory: Memory | None) -> Pool:
    """Eight KOC with the platform's medians of 300 views, and two KOL of whom nothing is known."""
    ids = [f"c{number:02d}" for number in range(10)]
    seen = pd.Timestamp("2026-06-01", tz="UTC")
    source = {"source": "dandelion_creators", "source_file": "a.xlsx", "source_row": np.arange(10.0), "as_of": seen}
    followers = np.where(np.arange(10) < 8, 5_000.0, 50_000.0)
    creators = pd.DataFrame({"creator_id": ids, "creator_name": ids, "followers": followers, **source})
    creators = creators.assign(image_price_cny=1_000.0)
    medians = {"scope": "paid", "format": "image", "window_days": 30.0, "n_notes": 20, "views_median": 300.0}
    baselines = pd.DataFrame({"creator_id": ids, **medians, **source})[:8]
    made = {"creators": conform(creators, CREATORS), "baselines": conform(baselines, BASELINES)}
    tables = {name: conform(pd.DataFrame(), table) for name, table in TABLES.items()} | made
    campaign = Campaign(folder=Path("nowhere"))
    return make_candidates(tables, latest=conform(pd.DataFrame(), NOTES), campaign=campaign, memory=memory)


def test_earlier_campaigns_speak_where_the_pool_has_too_few_of_a_tier() -> None:
    alone, helped = make_pool(None), make_pool(Memory(make_evidence(), make_forecasts(0)))
    before, after = (pool.candidates.set_index("creator_id") for pool in (alone, helped))
    assert before.loc["c09", "views_basis"] == "peers"
    assert before.loc["c09", "views_p50"] < 1_000, "taken for one of the small ones"
    assert after.loc["c09", "views_basis"] == "agency_history"
    assert after.loc["c09", "views_p10"] < 40_000 < after.loc["c09", "views_p90"]
    assert 15_000 < after.loc["c09", "views_p50"] < 60_000
    assert after.loc["c00", "views_basis"] == "own_median"
    assert after.loc["c00", "views_p50"] == pytest.approx(before.loc["c00", "views_p50"], rel=0.25)
    assert after.loc["c09", "engagement_basis"] == "not_measured"
    counts = {"n_notes": 80, "n_creators": 20, "n_clients": 4, "n_campaigns": 5}
    assert helped.findings == (Finding("forecast.remembered", counts),)
    assert alone.findings == ()


def test_nothing_of_another_clients_creators_stays_in_the_pool() -> None:
    evidence = make_evidence()
    pool = make_pool(Memory(evidence, make_forecasts(0)))
    told = {*pool.candidates["creator_id"], *pool.tiers.index}
    for model in pool.models.values():
        told |= set(model.own.index)
    assert not [name for name in told if any(key in name for key in evidence["creator_key"])]


@pytest.mark.parametrize("evidence", [make_evidence(4), make_evidence(tier="KOC"), NO_EVIDENCE])
def test_too_little_or_needless_evidence_changes_nothing(evidence: pd.DataFrame) -> None:
    alone, helped = make_pool(None), make_pool(Memory(evidence, make_forecasts(0)))
    pd.testing.assert_frame_equal(alone.candidates, helped.candidates)
    assert helped.findings == ()


def test_corrections_move_and_widen_the_candidates_and_say_so() -> None:
    alone, helped = make_pool(None), make_pool(Memory(NO_EVIDENCE, make_forecasts(bias=2.0, spread=2.0)))
    before, after = (pool.candidates.set_index("creator_id").loc["c00"] for pool in (alone, helped))
    learned = helped.corrections.table.set_index("tier")
    assert after["views_p50"] / before["views_p50"] == pytest.approx(learned.loc["KOC", "ratio"], rel=0.15)
    widths = [np.log((row["views_p90"] + 0.5) / (row["views_p10"] + 0.5)) for row in (before, after)]
    assert widths[1] / widths[0] == pytest.approx(learned.loc["KOC", "stretch"], rel=0.01)
    said = {finding.code: finding.as_dict()["values"] for finding in helped.findings}
    assert list(said) == ["forecast.corrected"]
    assert said["forecast.corrected"]["n_campaigns"] == 14
    assert before["engagement_basis"] == after["engagement_basis"] == "not_measured"
