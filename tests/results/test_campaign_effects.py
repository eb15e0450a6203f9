"""The campaign, its parts and the ranking of notes: right on average, seldom wrong, silent where it must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from results_frames import make_campaign, make_history, make_tables
from test_baselines import compare

from xhs_toolkit import results
from xhs_toolkit.results.effects import MIN_CREATORS, estimate_ratio, rank_notes


def whole_of(compared: results.Compared) -> pd.Series:
    return compared.effects.groups.query("metric == 'views' and dimension == 'all'").iloc[0]


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(3.0, "clearly_better"), (0.33, "clearly_worse"), (1.0, "in_line")], ids=str
)
def test_the_campaign_leads_with_its_ratio(ratio: float, verdict: str) -> None:
    compared = compare(make_history(n_creators=15, ratio=ratio, seed=4))
    whole = whole_of(compared)
    assert whole["verdict"] == verdict
    assert whole["expected_ratio_low"] < ratio < whole["expected_ratio_high"]
    assert compared.findings[0].code == f"effects.campaign_{verdict}"
    answer = dict(compared.answer.values)
    assert answer["campaign_ratio"] == whole["expected_ratio"]
    assert (answer["metric"], answer["verdict"], answer["n_compared"]) == ("views", verdict, 45)


def test_few_creators_get_a_ratio_and_no_verdict() -> None:
    whole = whole_of(compare(make_history(n_creators=MIN_CREATORS - 1, ratio=8.0)))
    assert (whole["reason"], whole["verdict"]) == ("too_few_creators", "not_enough_notes")
    assert whole["expected_ratio"] > 3
    assert np.isnan(whole["p_value"])


def test_a_campaign_of_one_creator_is_judged_by_its_notes() -> None:
    rows = make_history(n_creators=1, k=20, each=10, ratio=4.0, spread=0.4)
    assert whole_of(compare(rows))["verdict"] == "clearly_better"
    assert whole_of(compare(make_history(n_creators=1, k=20, each=10, spread=0.4)))["verdict"] == "in_line"


def draw(rng: np.random.Generator, *, n: int, each: int, k: int, ratio: float) -> pd.DataFrame:
    """Compared notes of creators whose spread is one and known."""
    creator = np.repeat(np.arange(n), each)
    baseline = rng.normal(size=n)[creator] / np.sqrt(k)
    log_ratio = np.log(ratio) + rng.standard_t(4, n * each) / np.sqrt(2) - baseline
    constant = {"log_note_variance": 1.0, "own_error_variance": 1 / k, "degrees_of_freedom": 100.0}
    return pd.DataFrame({"creator": creator, "own_log_ratio": log_ratio}).assign(**constant)


def test_a_campaign_without_effect_is_seldom_called_clear() -> None:
    rng = np.random.default_rng(8)
    found = pd.DataFrame([estimate_ratio(draw(rng, n=12, each=2, k=5, ratio=1.0)) for _ in range(500)])
    assert (found["p_value"] <= 0.05).mean() <= 0.08
    held = (found["expected_ratio_low"] <= 1) & (found["expected_ratio_high"] >= 1)
    assert held.mean() == pytest.approx(0.9, abs=0.04)


def test_the_smallest_ratio_would_have_shown_in_eight_of_ten() -> None:
    rng = np.random.default_rng(9)
    smallest = np.median([estimate_ratio(draw(rng, n=12, each=2, k=5, ratio=1.0))["smallest_ratio"] for _ in range(50)])
    found = [estimate_ratio(draw(rng, n=12, each=2, k=5, ratio=smallest))["p_value"] <= 0.05 for _ in range(300)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.08)


def test_ranked_notes_are_drawn_to_the_campaign() -> None:
    rows = pd.DataFrame({"log_ratio": [2.0, 0.1, -2.0, 0.0, 2.5], "log_ratio_variance": [0.2, 0.2, 0.2, 0.2, 50.0]})
    ranked = rank_notes(rows.assign(expected_ratio=np.exp(rows["log_ratio"])))
    shrunk = np.log(ranked["shrunk_ratio"])
    assert ranked.index[0] == 0, "the note known well comes before the one hardly known"
    assert (shrunk.abs() <= ranked["log_ratio"].abs() + 0.2).all()
    assert shrunk[4] < 0.5


def test_nothing_compared_is_said_and_the_totals_lead() -> None:
    compared = compare(make_history(k=0))
    assert compared.effects.metric is None
    assert compared.findings[0].code == "effects.no_baseline"
    assert "campaign_ratio" not in dict(compared.answer.values)
    assert compared.shown.empty


def test_an_empty_campaign_is_compared_with_nothing() -> None:
    tables = make_tables()
    latest = tables["notes"]
    found = results.summarise_results(tables, latest=latest, campaign=make_campaign())
    compared = results.compare_notes(found, tables=tables, latest=latest, campaign=make_campaign())
    assert compared.findings == ()
    assert compared.answer.code == "results.no_notes"


def test_nothing_given_is_changed() -> None:
    tables = make_tables(notes=make_history())
    before = {name: frame.copy() for name, frame in tables.items()}
    found = results.summarise_results(tables, latest=tables["notes"], campaign=make_campaign())
    results.compare_notes(found, tables=tables, latest=tables["notes"], campaign=make_campaign())
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
