"""Every sentence of the content step in both languages, in every branch, against the golden text."""

from __future__ import annotations

import pytest
from golden_words import check_golden, read_words, write_out

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.content.rules import OWN, read_rules
from xhs_toolkit.findings import Finding

RATIO = {"engagement_ratio": 1.62, "engagement_ratio_low": 1.21, "engagement_ratio_high": 2.17}
EFFECT = {"x": "video", "x_zh": None, "n_notes": 58, "n_creators": 24, **RATIO}
ANSWER = {
    "n_placements": 27,
    "n_themes": 3,
    "first_date": "2026-08-03",
    "last_date": "2026-08-27",
    "n_compared": 4,
    "n_notes": 160,
    "x": "video",
    "x_zh": None,
    "engagement_ratio": 1.62,
}
UNCLEAR = {"x": None, "engagement_ratio": None}
CUSTOM = {
    "category": "beauty",
    "category_zh": "美妆",
    "content_en": "tutorials step by step",
    "content_zh": "分步教程",
    "creators_en": "beauty creators",
    "creators_zh": "美妆博主",
    "reason_en": "The effect is seen while it is applied",
    "reason_zh": "上妆过程即可看到效果",
}
COVERED = {"n_themes": 3, "n_placements": 27, "n_unknown": 5, "n_gave_way": 1}
DATES = {"n_undated": 3, "n_placements": 27, "n_a_day": 2}
KEPT = {"n_kept": 2, "names": "a.html, b.html", "n_beside": 2}
DRAFTS = {"n_drafts": 3, "n_hits": 5, "n_high": 2}

CASES: list[tuple[str, Finding]] = [
    ("found", Finding("content.answer", ANSWER)),
    ("one note", Finding("content.answer", ANSWER | {"n_placements": 1, "n_themes": 1})),
    ("less", Finding("content.answer", ANSWER | {"x": "Gear tips", "x_zh": "装备攻略", "engagement_ratio": 0.56})),
    ("no difference", Finding("content.answer", ANSWER | UNCLEAR)),
    ("no dates", Finding("content.answer", ANSWER | UNCLEAR | {"first_date": None, "last_date": None})),
    ("no roster", Finding("content.answer", ANSWER | {"n_placements": 0, "n_themes": 0})),
    ("cannot be told", Finding("content.answer", ANSWER | UNCLEAR | {"n_compared": 0})),
    ("", Finding("content.found", EFFECT)),
    ("a theme", Finding("content.found", EFFECT | {"x": "Day walks", "x_zh": "一日徒步"})),
    ("one", Finding("content.none_found", {"n_compared": 1, "n_notes": 160, "reach_ratio": 1.42})),
    ("several", Finding("content.none_found", {"n_compared": 4, "n_notes": 160, "reach_ratio": 1.42})),
    (
        "creators",
        Finding(
            "content.not_compared", {"x": "Day walks", "x_zh": "一日徒步", "reason": "too_few_creators", "n_notes": 4}
        ),
    ),
    (
        "notes",
        Finding(
            "content.not_compared", {"x": "Day walks", "x_zh": "一日徒步", "reason": "too_few_notes", "n_notes": 4}
        ),
    ),
    (
        "one note",
        Finding(
            "content.not_compared", {"x": "Day walks", "x_zh": "一日徒步", "reason": "too_few_notes", "n_notes": 1}
        ),
    ),
    (
        "inseparable",
        Finding(
            "content.not_compared", {"x": "Day walks", "x_zh": "一日徒步", "reason": "not_separable", "n_notes": 40}
        ),
    ),
    ("nothing alike", Finding("content.nothing_to_compare", {"n_notes": 12})),
    ("no notes", Finding("content.nothing_to_compare", {"n_notes": 0})),
    ("", Finding("content.left_out", {"n_notes": 160, "n_left_out": 63})),
    ("", Finding("content.explored", EFFECT | {"x": "hours_evening"})),
    ("", Finding("content.explored_nothing", {"n_compared": 7})),
    ("", Finding("content.custom", CUSTOM | {"source": "common practice"})),
    ("analyst", Finding("content.custom", CUSTOM | {"source": "analyst's choice"})),
    ("own", Finding("content.custom", CUSTOM | {"source": "our last campaign"})),
    ("category", Finding("content.no_custom", {"category": "tea"})),
    ("no category", Finding("content.no_custom", {"category": ""})),
    ("", Finding("content.booked_accepted", {"n_creators": 27, "version": 2})),
    ("", Finding("content.booked_proposed", {"n_creators": 27, "version": None})),
    ("all", Finding("content.covered", COVERED)),
    ("known and best", Finding("content.covered", COVERED | {"n_unknown": 0, "n_gave_way": 0})),
    ("several", Finding("content.covered", COVERED | {"n_gave_way": 4})),
    ("", Finding("content.not_covered", {"names_en": "Day walks, Gear tips", "names_zh": "一日徒步、装备攻略"})),
    ("", Finding("content.waves", DATES | {"last_date": "2026-08-11", "first_date": "2026-08-12"})),
    ("", Finding("content.dated", DATES)),
    ("", Finding("content.undated", DATES)),
    ("one", Finding("content.briefs", {"n_briefs": 1})),
    ("several", Finding("content.briefs", {"n_briefs": 27})),
    ("beside", Finding("content.briefs_kept", KEPT)),
    ("one, as before", Finding("content.briefs_kept", {"n_kept": 1, "names": "a.html", "n_beside": 0})),
    ("one", Finding("content.own_words", {"n_hits": 1})),
    ("several", Finding("content.own_words", {"n_hits": 2})),
    ("hits", Finding("content.drafts", DRAFTS)),
    ("one of one", Finding("content.drafts", {"n_drafts": 1, "n_hits": 1, "n_high": 0})),
    ("none", Finding("content.drafts", {"n_drafts": 3, "n_hits": 0, "n_high": 0})),
    ("", Finding("content.files", {"file": "content.en.xlsx"})),
    ("some", Finding("content.picture_effects", {"n_found": 1})),
    ("none", Finding("content.picture_effects", {"n_found": 0})),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"content.{language}", write_out("content", CASES, language=language))


def test_both_languages_say_the_same_things() -> None:
    assert set(read_words("content", "en")) == set(read_words("content", "zh"))


@pytest.mark.parametrize("language", list_languages())
def test_rules_are_called_what_their_files_call_them(language: str) -> None:
    terms = read_words("content", language)
    titles = {rule.rule: rule.title for rule in read_rules(["CN", "AU", "NZ"])} | {
        name: title for name, title, _ in OWN
    }
    assert {name: terms[f"terms.{name}"] for name in titles} == {
        name: title[language] for name, title in titles.items()
    }
