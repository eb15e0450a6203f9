"""The simulations behind docs/methods.md still run, at a size that only shows that they do."""

from __future__ import annotations

import re

import pytest

from benchmarks import (
    bench_roster,
    chosen_coverage,
    content_effects,
    forecast_coverage,
    funnel_coverage,
    interval_coverage,
)
from xhs_toolkit.results import summarise_funnel
from xhs_toolkit.stats import make_rng, varying_share_interval


def test_a_planted_effect_is_summarised() -> None:
    told = content_effects.summarise(2.0, n_creators=8, n_notes=12, spread=0.0, n_pools=2)
    assert re.search(r"covers [01]\.\d\d, named [01]\.\d\d, within ×\d\.\d\d, plain ×\d\.\d\d$", told)


def test_forecasts_of_a_simulated_pool_are_checked() -> None:
    note, total = forecast_coverage.cover(make_rng(0), 24, 5, "normal")
    assert 0.5 < note <= 1
    assert total in {0.0, 1.0}


def test_a_chosen_roster_keeps_its_promise() -> None:
    """A twentieth of the simulation: pools of 28 and 100 of every kind, their pooled figures within chance's reach."""
    found = chosen_coverage.run_simulated(2, sizes=(28, 100))
    pooled = chosen_coverage.summarise(found.assign(all=""), ["all"]).iloc[0]
    assert 0.66 <= pooled["inside"] <= 0.94  # 48 pools: 80% ± 14
    assert 0.65 <= pooled["ratio"] <= 1.4
    assert abs(pooled["met"] - chosen_coverage.TOLD) <= 0.17
    assert pooled["value"] >= 0.95


def test_intervals_are_checked() -> None:
    assert 0.5 < interval_coverage.prediction_coverage(5, 40, "normal", 0.0, 10) <= 1
    stated, inside, width = interval_coverage.ratio_coverage(40, 1, 3)
    assert (stated, width > 1) == (1.0, True)
    assert 0 <= inside <= 1


@pytest.mark.parametrize("log_sd", funnel_coverage.LOG_SDS)
def test_the_funnels_ranges_hold_however_much_notes_differ(log_sd: float) -> None:
    """A twentieth of the benchmark: nominal 90%, within three standard errors of what is asked (87 to 93%)."""
    shape = {"n_notes": 24, "leads_a_note": 10.0, "views_log_sd": 0.8}
    found = funnel_coverage.measure(60, log_sd=log_sd, **shape)
    assert found["stated"] == 1
    assert found["inside"] >= 0.87 - 3 * (0.87 * 0.13 / 60) ** 0.5
    if log_sd >= 1:
        assert found["each lead by itself"] < 0.6


def test_the_funnel_gives_the_range_that_is_measured() -> None:
    shape = {"n_notes": 12, "log_sd": 1.0, "leads_a_note": 5.0, "views_log_sd": 0.8}
    views, leads, _ = funnel_coverage.draw_counts(make_rng(1), **shape)
    notes, outcomes = funnel_coverage.make_tables(views, leads)
    whole = summarise_funnel(notes, outcomes=outcomes).steps.query("dimension == 'all'").iloc[0]
    found = varying_share_interval(outcomes["value"], notes["views"], level=0.9)
    assert (whole["step_rate_low"], whole["step_rate_high"]) == pytest.approx((found.low, found.high))
    assert whole["n_units"] == 12


def test_a_roster_is_chosen_with_and_without_pruning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_rules(pool):
        return bench_roster.Rules(20_000.0, (bench_roster.Limit("tier", "KOC", at_least=3),))

    monkeypatch.setattr(bench_roster, "make_rules", make_rules)
    bench_roster.report(200)
    told = capsys.readouterr().out
    assert "optimal" in told
    assert re.search(r"unpruned: .* (1\.00|0\.99)\d\d of the value", told)
