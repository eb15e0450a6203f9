"""Every sentence in both languages, in every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
import yaml
from golden_words import check_golden
from jinja2 import UndefinedError

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"
OWN_FILES = ("results.yaml", "terms.yaml")
ALL_MEASURED = MappingProxyType(
    {
        "n_notes": 40,
        "n_creators": 28,
        "exposure": 8_430_545,
        "n_exposure": 39,
        "views": 1_446_902,
        "n_views": 40,
        "engagement": 57_208,
        "n_engagement": 40,
        "cost_cny": 156_321,
        "n_cost": 40,
        "cost_per_view_cny": 0.108,
        "cost_per_view_cny_low": 0.071,
        "cost_per_view_cny_high": 0.163,
        "n_cost_per_view": 40,
        "image_click_rate": 0.075,
        "image_click_rate_low": 0.047,
        "image_click_rate_high": 0.118,
        "n_image_click_rate": 20,
        "first_date": "2026-08-05T00:00:00+12:00",
        "last_date": "2026-09-08T00:00:00+12:00",
    }
)
READ = MappingProxyType(
    {"n_files": 5, "n_rows": 4_000, "first_date": "2026-01-01", "last_date": "2026-09-01", "n_problems": 2}
)
TIERS = MappingProxyType(
    {
        "cheaper": "KOC",
        "dearer": "KOL",
        "cheaper_cost_per_view_cny": 0.036,
        "dearer_cost_per_view_cny": 0.14,
        "n_notes_cheaper": 26,
        "n_notes_dearer": 14,
        "ratio": 3.9,
        "ratio_low": 1.6,
        "ratio_high": 9.5,
    }
)


def without(*names: str) -> dict:
    """The answer's values with those whose name begins so not measured."""
    gone = {name for name in ALL_MEASURED if name.startswith(names)}
    counts = {name for name in gone if name.startswith("n_")}
    return {**ALL_MEASURED, **dict.fromkeys(gone - counts), **dict.fromkeys(counts, 0)}


CASES: list[tuple[str, Finding]] = [
    ("all measured", Finding("results.answer", ALL_MEASURED)),
    ("creator not known", Finding("results.answer", without("n_creators") | {"n_creators": None})),
    ("one creator", Finding("results.answer", ALL_MEASURED | {"n_creators": 1})),
    ("no cost", Finding("results.answer", without("cost", "n_cost"))),
    ("too few for a range", Finding("results.answer", without("cost_per_view_cny_", "image_click_rate_"))),
    ("content apart", Finding("results.answer", ALL_MEASURED | {"cost_per_organic_view_cny": 0.202})),
    ("bought views in it", Finding("results.answer", ALL_MEASURED | {"content_cost_per_view_cny": 0.19})),
    ("no exposure", Finding("results.answer", without("exposure", "n_exposure", "image_click", "n_image"))),
    ("no views", Finding("results.answer", without("views", "n_views", "image_click", "n_image", "cost", "n_cost"))),
    ("no dates", Finding("results.answer", without("first_date", "last_date"))),
    (
        "engagement only",
        Finding(
            "results.answer",
            without("exposure", "n_exposure", "views", "n_views", "image_click", "n_image", "cost", "n_cost"),
        ),
    ),
    (
        "nothing measured",
        Finding(
            "results.answer",
            without(
                *("exposure", "n_exposure", "views", "n_views", "engagement", "n_engagement"),
                *("image_click", "n_image", "cost", "n_cost"),
            ),
        ),
    ),
    ("all outside", Finding("results.no_notes", {"n_notes_read": 12})),
    ("no file", Finding("results.no_notes", {"n_notes_read": 0})),
    ("", Finding("results.campaign_notes_paid", {"n_notes": 40, "n_left_out": 0})),
    ("one left", Finding("results.campaign_notes_paid", {"n_notes": 40, "n_left_out": 1})),
    ("left", Finding("results.campaign_notes_paid", {"n_notes": 40, "n_left_out": 12})),
    ("", Finding("results.campaign_notes_all", {"n_notes": 41, "n_left_out": 0})),
    *(
        (reason, Finding("results.not_measured", {"metric": metric, "reason": reason}))
        for metric, reason in (
            ("exposure", "no_exposure"),
            ("views", "no_views"),
            ("click_rate", "zero_exposure"),
            ("click_rate", "views_exceed_exposure"),
            ("click_rate", "no_platform_rate"),
            ("click_rate", "no_format"),
            ("cost_per_view_cny", "no_cost"),
            ("cost_per_view_cny", "zero_views"),
        )
    ),
    ("clear", Finding("results.tier_compare_cost", TIERS)),
    ("unclear", Finding("results.tier_compare_unclear", TIERS | {"ratio": 1.2, "ratio_low": 0.6, "ratio_high": 2.4})),
    ("too few", Finding("results.tier_compare_too_few", TIERS)),
    ("", Finding("results.format_split", {"n_image": 21, "n_video": 19})),
    ("one", Finding("results.zero_exposure", {"n_notes": 1})),
    ("several", Finding("results.zero_exposure", {"n_notes": 3})),
    ("", Finding("results.duplicates", {"n_rows": 3_932, "n_notes": 3_635})),
    ("", Finding("results.themeless", {"n_notes": 2, "n_all": 40})),
    ("", Finding("results.no_tier", {"n_notes": 2, "n_all": 40})),
    (
        "some",
        Finding("data.summary", READ),
    ),
    (
        "none",
        Finding("data.summary", {"n_files": 1, "n_rows": 0, "first_date": None, "last_date": None, "n_problems": 0}),
    ),
    ("damaged", Finding("data.summary", {**READ, "n_unreadable": 1, "n_undecided": 2})),
    ("asked", Finding("data.summary", {**READ, "n_unreadable": 2, "n_undecided": 1})),
    ("", Finding("caption.notes", {"n_shown": 15, "metric": "views", "n_notes": 40})),
    ("", Finding("picture.notes", {"x": "cost_cny", "y": "views", "n_drawn": 40, "n_notes": 41})),
    ("", Finding("picture.notes_title", {"x": "followers", "y": "engagement"})),
    ("", Finding("page.written", {"n_files": 12})),
]
WITH_VALUES = {finding.code for _, finding in CASES}


def plain_codes() -> list[str]:
    """Sentences of the results and of every page that need no value."""
    stored = [yaml.safe_load((WORDING / "en" / name).read_text(encoding="utf-8")) for name in OWN_FILES]
    own = set().union(*stored)
    codes = [code for code in wording.list_codes() if code in own and not code.startswith("terms.")]
    return [code for code in codes if code not in WITH_VALUES]


def write_out(language: str) -> str:
    told = [(f"{finding.code} [{case}]" if case else finding.code, finding) for case, finding in CASES]
    told += [(code, Finding(code)) for code in plain_codes() if code.split(".")[0] in OWN_ROOMS]
    return "".join(f"{name}\n    {wording.say(finding, language=language)}\n" for name, finding in told)


OWN_ROOMS = {"results", "data", "caption", "picture", "define", "limits", "section", "step", "report", "page"}


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str, request: pytest.FixtureRequest) -> None:
    check_golden(f"results.{language}", write_out(language))


def sentences(language: str) -> dict[str, str]:
    folder = Path(__file__).parents[2] / "templates" / "report" / "wording" / language
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        one = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert not set(one) & set(found), f"{path.name} says something twice"
        found |= one
    return found


def test_both_languages_say_the_same_things() -> None:
    assert sentences("en").keys() == sentences("zh").keys()


def test_a_value_a_sentence_needs_must_be_there() -> None:
    with pytest.raises(UndefinedError):
        wording.say(Finding("results.duplicates", {"n_rows": 3}), language="en")


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.say(Finding("results.nonsense"), language="en")


def test_a_value_is_never_a_template() -> None:
    finding = Finding("results.not_measured", {"metric": "{{ 7 * 7 }}", "reason": "no_cost"})
    assert "{{ 7 * 7 }}" in wording.say(finding, language="en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_file_has_a_name(language: str) -> None:
    kinds = [layout.kind for layout in list_layouts()]
    assert [kind for kind in kinds if not wording.has_term(kind, language=language)] == []
