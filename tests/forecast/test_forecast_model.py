"""Notes forecast from a pool: coverage, shrinkage, evidence, and what too little data gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forecast_pools import make_notes, tiers_of

from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.campaign import read_campaign, write_new_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.forecast import evaluate_forecast, fit_note_model, predict_creators
from xhs_toolkit.forecast.model import quantile
from xhs_toolkit.forecast.shapes import PART_SHARES, assumed_shapes, median_parts
from xhs_toolkit.forecast.windows import locate, log_count, moderate, take_windows, unlog_count
from xhs_toolkit.metrics import add_engagement


def band(notes: pd.DataFrame, creators: list[str], **settings: object) -> tuple[np.ndarray, pd.Series]:
    traits = tiers_of(notes).to_frame("tier")
    model = fit_note_model(notes, metric="engagement", traits=traits, horizon=pd.Timedelta(0), **settings)
    predicted, basis = predict_creators(pd.Index(creators), model=model)
    return np.array([unlog_count(quantile(model, predicted, probability=p)) for p in (0.1, 0.5, 0.9)]), basis


@pytest.mark.parametrize("noise", ["normal", "t4"])
@pytest.mark.parametrize("k", [3, 10])
def test_the_80_percent_range_holds_80_percent_of_new_notes(noise: str, k: int) -> None:
    inside = []
    for seed in range(12):
        notes = make_notes(60, k + 1, seed=seed, noise=noise)
        last = notes.groupby("creator_id").tail(1).set_index("creator_id")["engagement"]
        (low, _, high), _ = band(notes.drop(notes.groupby("creator_id").tail(1).index), list(last.index))
        inside += ((low <= last) & (last <= high)).tolist()
    assert np.mean(inside) == pytest.approx(0.8, abs=0.035)


def test_a_creator_without_notes_is_forecast_from_its_tier_and_more_widely() -> None:
    notes = make_notes(60, 10)
    tiers = pd.concat([tiers_of(notes), pd.Series({"new": "KOL"})])
    model = fit_note_model(notes, metric="engagement", traits=tiers.to_frame("tier"))
    predicted, basis = predict_creators(pd.Index(["new", "c000"]), model=model)
    assert basis.tolist() == ["peers", "own_notes"]
    assert predicted.scale[0] > predicted.scale[1]
    large, small = (tiers_of(notes).eq(tier) for tier in ("KOL", "KOC"))
    means = notes.assign(log=log_count(notes["engagement"])).groupby("creator_id")["log"].mean()
    assert abs(predicted.location[0] - means[large].mean()) < abs(predicted.location[0] - means[small].mean())


def test_a_platforms_median_is_evidence_and_is_named_so() -> None:
    notes = make_notes(30, 10)
    medians = pd.DataFrame({"median": [50_000.0], "n_notes": [20.0]}, index=["famous"])
    model = fit_note_model(notes, metric="engagement", medians=medians)
    predicted, basis = predict_creators(pd.Index(["famous"]), model=model)
    assert basis.tolist() == ["own_median"]
    assert 20_000 < unlog_count(predicted.location)[0] <= 50_000


def test_too_few_creators_say_nothing_of_one_without_notes() -> None:
    notes = make_notes(4, 10)
    model = fit_note_model(notes, metric="engagement")
    predicted, basis = predict_creators(pd.Index(["unknown", "c000"]), model=model)
    assert basis.tolist() == ["not_measured", "own_notes"]
    assert np.isnan(predicted.location[0])
    assert np.isfinite(predicted.location[1])


def test_an_empty_pool_measures_nothing() -> None:
    model = fit_note_model(make_notes(3, 2).iloc[:0], metric="engagement")
    _, basis = predict_creators(pd.Index(["a"]), model=model)
    assert (model.n_creators, basis.tolist()) == (0, ["not_measured"])


def test_quantiles_rise() -> None:
    notes = make_notes(20, 6, seed=3)
    (low, middle, high), _ = band(notes, sorted(notes["creator_id"].unique()))
    assert (low < middle).all()
    assert (middle < high).all()


def test_windows_take_only_what_came_before() -> None:
    windows = take_windows([1.0, 2.0, 3.0, 9.0, 8.0], codes=np.array([0, 0, 0, 1, 1]), ends=[1, 4, 3, 5], size=2)
    expected = [[1, np.nan], [9, np.nan], [3, 2], [8, 9]]
    np.testing.assert_array_equal(windows, expected)


def test_one_hit_note_moves_the_location_little() -> None:
    plain = locate(np.full((1, 10), 5.0) + np.linspace(-0.5, 0.5, 10))
    hit = locate(np.append(np.full((1, 9), 5.0) + np.linspace(-0.5, 0.5, 9), [[12.0]], axis=1))
    assert hit.location[0] - plain.location[0] < 0.35  # the plain mean moves by about 0.7


def test_variances_are_drawn_towards_the_prior() -> None:
    drawn = moderate(np.array([3.0, 100.0, 0.0]), np.array([4.0, 4.0, np.nan]), prior=(1.0, 6.0))
    assert drawn.tolist() == pytest.approx([(6 + 2 * 4) / 8, (6 + 99 * 4) / 105, 1.0])


def test_counts_and_logs_turn_back() -> None:
    counts = np.array([0.0, 1.0, 12_345.0])
    assert unlog_count(log_count(counts)) == pytest.approx(counts)


def test_the_rolling_origin_never_looks_ahead() -> None:
    """Changing what comes later changes no earlier forecast."""
    notes = make_notes(12, 14, seed=5)
    late = notes["posted_at"] >= pd.Timestamp("2025-10-01", tz="UTC")
    changed = notes.assign(engagement=notes["engagement"].where(~late, notes["engagement"] * 1_000))
    before, after = (evaluate_forecast(each, metric="engagement", earlier=(3,)).notes for each in (notes, changed))
    n_early = int((notes[~late].groupby("creator_id").cumcount() >= 3).sum())
    early = (before["observed"] == after["observed"]).to_numpy()
    assert early.sum() > 0.5 * n_early
    pd.testing.assert_frame_equal(before[early], after[early])


@pytest.fixture(scope="module")
def real_notes(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.Series]:
    """Genuine notes with their engagement, and the tiers of their creators."""
    folder = tmp_path_factory.mktemp("genuine") / "campaign"
    write_new_campaign(folder)
    for name in ("mediacrawler_notes.json", "creator_sheet.csv"):
        shutil.copy(real_data / name, folder / "data" / name)
    campaign = read_campaign(folder)
    tables = read_exports(folder / "data", campaign=campaign).tables
    creators = tables["creators"].dropna(subset=["creator_id"]).drop_duplicates("creator_id")
    tiers = add_tier(creators, tiers=campaign.agency.tiers).set_index("creator_id")["tier"]
    return add_engagement(make_latest(tables["notes"])), tiers


def test_hold_out_on_genuine_notes(real_notes: tuple[pd.DataFrame, pd.Series]) -> None:
    """Coverage: 0.82 at every k when this was written."""
    notes, tiers = real_notes
    summary = evaluate_forecast(notes, metric="engagement", tiers=tiers).summary
    assert summary["k"].tolist() == [3, 5, 10, 30]
    assert (summary["n_creators"] >= 20).all()
    assert (summary["coverage_low"] <= 0.8).all()
    assert (summary["coverage_high"] >= 0.8).all()
    assert (summary["coverage_high"] - summary["coverage_low"] < 0.12).all()
    assert (summary["error"] < summary["error_own_median"]).all()
    assert (summary["error"] < summary["error_tier_median"]).all()


@pytest.mark.parametrize("metric", ["likes", "collects", "shares"])
def test_hold_out_on_counts_the_model_was_not_made_with(
    real_notes: tuple[pd.DataFrame, pd.Series], metric: str
) -> None:
    """Skewed counts with many noughts keep their coverage; what most creators have none of is no better forecast."""
    notes, tiers = real_notes
    summary = evaluate_forecast(notes, metric=metric, tiers=tiers, earlier=(3, 30)).summary
    assert (summary["coverage_low"] <= 0.8).all()
    assert (summary["coverage_high"] >= 0.8).all()
    assert (summary["error"] < summary["error_own_median"] * 1.02).all()
    assert (summary["error"] < summary["error_tier_median"]).all()


def test_a_pool_without_a_past_has_no_hold_out() -> None:
    notes = make_notes(6, 2, seed=1)
    found = evaluate_forecast(notes, metric="engagement")
    assert found.notes.empty
    assert found.summary.empty
    assert evaluate_forecast(notes.iloc[:0], metric="engagement").summary.empty


def test_a_creator_one_in_a_thousand_is_believed_where_many_notes_show_it() -> None:
    """Heavy tails of creators: a median of twenty notes far from all others is the creator, not chance."""
    rng = np.random.default_rng(3)
    logs = np.append(6 + rng.standard_t(3, 400), 18.0)
    names = pd.Index([f"c{number:03d}" for number in range(401)])
    medians = pd.DataFrame({"median": np.exp(logs), "n_notes": 20.0}, index=names)
    model = fit_note_model(make_notes(3, 2).iloc[:0], metric="engagement", medians=medians)
    predicted, _ = predict_creators(names[-1:], model=model)
    assert predicted.location[0] == pytest.approx(18.0, abs=0.4)


def test_the_median_of_two_is_the_mean_of_two_counts_and_leans_towards_hits() -> None:
    rng = np.random.default_rng(4)
    deviations = rng.standard_t(4, (400_000, 2)) / np.sqrt(2)
    drawn = np.log(np.exp(1.2 * deviations).mean(axis=1)) / 1.2
    bias, variance = (each[0] for each in median_parts(assumed_shapes()[1], np.array([2.0]), spread=1.2))
    middle = PART_SHARES @ bias
    assert middle == pytest.approx(drawn.mean(), abs=0.02)
    assert PART_SHARES @ (np.square(bias - middle) + variance) == pytest.approx(drawn.var(), rel=0.05)
    assert bias[-1] - middle > 1.3 * (middle - bias[0])


def test_the_spread_of_creators_who_stray_unequally_is_their_mean_variance() -> None:
    """400 creators with eight notes each, spreads apart by a factor of 1.6: a shape of variance one needs the mean."""
    rng = np.random.default_rng(5)
    spread = 1.2 * np.exp(rng.normal(0, 0.5, 400))
    logs = 8 + spread[:, None] * rng.normal(size=(400, 8))
    rows = pd.DataFrame({"creator_id": np.repeat(np.arange(400).astype(str), 8), "views": np.exp(logs).ravel()})
    posted = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.tile(np.arange(8), 400), unit="D")
    model = fit_note_model(rows.assign(posted_at=posted), metric="views")
    assert model.spread[0] == pytest.approx(np.square(spread).mean(), rel=0.1)
