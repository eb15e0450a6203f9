"""Every sentence on boosting, in both languages and every branch, against the golden text; and its picture."""

from __future__ import annotations

import pytest
from golden_words import check_golden, read_words, write_out

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

LIST = {"n_candidates": 9, "n_notes": 40, "step_cny": 500.0, "remaining_cny": 6_200.0}
CHOSEN = LIST | {"n_chosen": 9, "amount_cny": 4_500.0}
EXPECTED = {"y": "image", "n_notes": 6, "amount_cny": 3_000.0, "extra_results": 6_020.0}
EXPECTED |= {"extra_results_low": 4_810.0, "extra_results_high": 7_640.0}
RUNNING = {"n_running": 7, "n_stop": 2, "n_watch": 1, "n_go_on": 3, "n_too_few": 1}
YIELD = {
    "y": "image",
    "metric": "views",
    "per_100_rmb": 203.0,
    "per_100_rmb_low": 160.0,
    "per_100_rmb_high": 255.0,
    "source": "",
}
AGENCY = YIELD | {"x": "feed", "source": "analyst's choice"}

CASES: list[tuple[str, Finding]] = [
    ("several", Finding("boosting.recommended", CHOSEN)),
    ("one", Finding("boosting.recommended", CHOSEN | {"n_candidates": 1, "n_chosen": 1, "amount_cny": 500.0})),
    ("over", Finding("boosting.budget_spent", LIST | {"over_cny": 3_100.0})),
    ("to the cent", Finding("boosting.budget_spent", LIST | {"over_cny": 0.0, "n_candidates": 1})),
    ("", Finding("boosting.budget_small", LIST | {"remaining_cny": 320.0})),
    *(
        (reason, Finding("boosting.budget_unknown", LIST | {"remaining_cny": None, "reason": reason}))
        for reason in ("no_budget", "no_fees", "no_rate")
    ),
    ("", Finding("boosting.none_better", LIST)),
    *(
        (reason, Finding("boosting.not_measured", {"n_notes": 40, "reason": reason}))
        for reason in ("no_history", "no_same_age", "no_format", "no_ad_cost", "not_separable", "not_measured")
    ),
    ("clicks", Finding("boosting.expected", EXPECTED | {"x": "feed", "metric": "views"})),
    (
        "plays",
        Finding("boosting.expected", EXPECTED | {"x": "video_feed", "y": "video", "metric": "plays_5s", "n_notes": 1}),
    ),
    ("leads", Finding("boosting.expected", EXPECTED | {"x": "feed", "metric": "leads"})),
    ("", Finding("boosting.fees_missing", {"n_notes": 3})),
    ("", Finding("boosting.window_over", {"last_date": "2026-07-31"})),
    ("", Finding("boosting.nothing_runs", {"last_date": "2026-08-08T00:00:00"})),
    ("all kinds", Finding("boosting.running", RUNNING)),
    ("all well", Finding("boosting.running", RUNNING | {"n_stop": 0, "n_watch": 0, "n_go_on": 7, "n_too_few": 0})),
    ("own only", Finding("boosting.signals", {"n_signals": 30, "n_notes": 40, "n_own": 30})),
    ("own and topic", Finding("boosting.signals", {"n_signals": 30, "n_notes": 40, "n_own": 21})),
    ("", Finding("boosting.no_signal", {"n_notes": 10, "reason": "no_theme"})),
    ("", Finding("boosting.correlation", {"correlation": 0.41, "set_to": 0.3, "measured": 0.52, "n_ad_notes": 12})),
    ("", Finding("boosting.correlation_set", {"correlation": 0.3, "n_ad_notes": 1})),
    ("clicks", Finding("boosting.yield_own", YIELD | {"x": "feed", "n_ad_notes": 12})),
    (
        "plays",
        Finding(
            "boosting.yield_own", YIELD | {"x": "video_feed", "y": "video", "metric": "plays_5s", "n_ad_notes": 12}
        ),
    ),
    ("few ads", Finding("boosting.yield_agency", AGENCY | {"n_ad_notes": 3})),
    ("one", Finding("boosting.yield_agency", AGENCY | {"n_ad_notes": 1})),
    (
        "no ads",
        Finding(
            "boosting.yield_agency", AGENCY | {"x": "video_feed", "y": "video", "metric": "plays_5s", "n_ad_notes": 0}
        ),
    ),
    ("", Finding("boosting.no_curve", {"step_cny": 500.0})),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"boosting.{language}", write_out("boosting", CASES, language=language))


def test_both_languages_say_the_same_things() -> None:
    assert set(read_words("boosting", "en")) == set(read_words("boosting", "zh"))


@pytest.mark.parametrize("language", list_languages())
def test_every_advice_and_reason_has_words(language: str) -> None:
    names = ("stop", "watch", "go_on", "too_few", "too_few_results", "too_few_days", "own_ads", "signal", "nothing")
    names += ("own_notes", "topic_notes", "feed", "video_feed", "site_wide", "search", "not_separable", "agency_cost")
    assert all(wording.has_term(name, language=language) for name in names)
