"""Every sentence at the screen, in both languages and every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_words import check_golden, read_words, write_out

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding

POOL = {"n_found": 1_200, "n_creators": 9_000}
NOTES = {"n_found": 12, "n_notes": 40, "metric": "views"}

CASES: list[tuple[str, Finding]] = [
    ("", Finding("explore.alt_creators", {"n_found": 28, "x": "followers", "y": "engagement_fan_rate"})),
    ("", Finding("explore.not_drawn", {"n_missing": 3})),
    ("all", Finding("explore.found", POOL | {"n_shown": 1_200})),
    ("some", Finding("explore.found", POOL | {"n_shown": 100})),
    *(
        (case, Finding("explore.range", {"low": low, "high": high}))
        for case, low, high in (("open", None, None), ("low", "300", None), ("high", None, "900"), ("both", "1", "2"))
    ),
    ("", Finding("explore.nobody_found", POOL)),
    ("one", Finding("explore.card_flags", {"n_flagged": 1, "n_passed": 11, "n_silent": 14})),
    ("more", Finding("explore.card_flags", {"n_flagged": 2, "n_passed": 11, "n_silent": 14})),
    ("", Finding("explore.decided", {"decision": "drop", "name": "Mei"})),
    ("", Finding("explore.decided_already", {"decision": "drop", "by": None, "why": None})),
    ("all", Finding("explore.decided_already", {"decision": "drop", "by": "Mei", "why": "only reposts"})),
    ("", Finding("explore.decided_meanwhile", {"decision": "drop", "by": None, "why": None})),
    ("all", Finding("explore.decided_meanwhile", {"decision": "drop", "by": "Ann", "why": "late"})),
    ("", Finding("explore.bad_decisions", {"n_problems": 2})),
    ("", Finding("explore.unexpected", {"error": "OSError: disk full"})),
    ("", Finding("explore.working", {"step": "Reading"})),
    ("", Finding("explore.plan_compared", {"n_comes": 2, "n_goes": 3, "n_stays": 11})),
    ("", Finding("explore.plan_accepted", {"version": 2, "place": "plans/v2/plan.json"})),
    ("", Finding("explore.quota_upside_down", {"x": "KOL", "n_low": 9, "n_high": 2})),
    ("", Finding("explore.not_a_count", {"value": "many", "n_most": 200})),
    ("", Finding("explore.picture_plan", {"x": "views"})),
    ("", Finding("explore.picture_plans", {"x": "views"})),
    ("sum", Finding("explore.results_found", NOTES | {"total": 1_234_567.0})),
    ("no sum", Finding("explore.results_found", NOTES | {"total": None})),
    ("", Finding("explore.results_none", NOTES)),
    ("", Finding("explore.picture_time", {"x": "views"})),
    ("", Finding("explore.picture_baselines", {"x": "views"})),
    ("", Finding("explore.alt_time", {"n_found": 12, "x": "views"})),
    ("", Finding("explore.alt_baselines", {"n_found": 12, "x": "views"})),
    ("", Finding("explore.baseline_few", {"n_known": 4, "n_found": 12})),
    ("one", Finding("explore.boost_average", {"n_notes": 1, "n_picked": 5, "reason": "no_history"})),
    ("more", Finding("explore.boost_average", {"n_notes": 2, "n_picked": 5, "reason": "too_few_earlier_notes"})),
    ("", Finding("explore.boost_unknown", {"n_notes": 1, "n_picked": 5, "reason": "no_ad_cost"})),
    ("", Finding("explore.exported", {"place": "explored/results_time_views.png"})),
    ("", Finding("explore.new_ready", {"place": "kea-spring"})),
    ("one", Finding("explore.answers_kept", {"n": 1, "place": "campaign.yaml"})),
    ("more", Finding("explore.answers_kept", {"n": 3, "place": "agency.yaml"})),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"screen.{language}", write_out("widgets", CASES, language=language))


def test_both_languages_say_the_same_things() -> None:
    assert set(read_words("widgets", "en")) == set(read_words("widgets", "zh"))


def test_no_word_of_the_screen_is_left_over() -> None:
    """Each sentence's code, and each label that only the screen has, is used by the code."""
    package = Path(__file__).parents[2] / "xhs_toolkit"
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py")).replace("'", '"')
    names = [name.removeprefix("explore.").removeprefix("terms.") for name in read_words("widgets", "en")]
    built = (
        "title_",
        "about_",
        "picture_",
        "alt_",
        "step_",
        "explore_export_",
        "any_",
        "with_",
        "unflagged",
        "maybe",
        "answer_",
    )
    assert [name for name in names if f'{name}"' not in code and not name.startswith(built)] == []
