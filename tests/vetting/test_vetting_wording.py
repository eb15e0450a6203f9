"""Every sentence of sourcing and vetting in both languages, in every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from golden_words import check_golden

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording
from xhs_toolkit.vetting import CHECKS

WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"
RULES = ("min_followers", "max_followers", "places", "note_languages", "max_price_cny", "max_paid_share", "competitors")
LINE = {"name": "小栗", "word": None, "standing_share": 0.034, "n": 12.0, "n_peers": 87.0, "source": "pool_peers"}
VALUES = {"growth": -0.21, "log": 0.002, "logit": 0.08, "plain": 4.2}
OWN_VALUES = {"paid_drop": 0.2, "image_price": 6.2, "video_price": 5.1, "data_amount": 2.0, "evenness": 0.05}
WORDS = {"place": "上海", "health": "异常"}


def make_line(check_name: str, **changes: object) -> dict:
    """A card's line beyond its limit."""
    check = next(each for each in CHECKS if each.name == check_name)
    value = OWN_VALUES.get(check_name, VALUES[check.scale])
    is_low = check.side in {"low", "both"} or check_name in {"hit_rate", "data_amount"}
    limits = {"low_value": value + abs(value) / 2 if is_low else None, "high_value": None if is_low else value / 2}
    return {
        **LINE,
        "x": check_name,
        "metric": check.metric,
        "value": value,
        **limits,
        "word": WORDS.get(check_name),
        **changes,
    }


FLAGS = {f"vetting.flag_{check.name}": [make_line(check.name)] for check in CHECKS}
TOO_HIGH = {"value": 0.7, "low_value": None, "high_value": 0.4, "name": None, "n": None}
for both in ("saves", "comment_ratio", "hit_rate"):
    FLAGS[f"vetting.flag_{both}"].append(make_line(both, **TOO_HIGH))

VETTING: dict[str, list[dict]] = {
    "vetting.answer": [
        {"n_shortlist": 20, "n_creators": 57, "leader": "小栗", "n_flagged": 3, "n_decided": 2, "n_unknown": 4},
        {"n_shortlist": 1, "n_creators": 1, "leader": None, "n_flagged": 1, "n_decided": 1, "n_unknown": 0},
        {"n_shortlist": 0, "n_creators": 4, "leader": None, "n_flagged": 0, "n_decided": 0, "n_unknown": 1},
    ],
    "vetting.firmness": [{"stay_share": 0.84, "k": 20, "n_draws": 400}],
    "vetting.no_choice": [{"stay_share": 1.0, "k": 7, "n_draws": 400}],
    "vetting.weights": [
        {"n_parts": 6, "is_equal": True, "n_idle": 2},
        {"n_parts": 8, "is_equal": False, "n_idle": 0},
        {"n_parts": 1, "is_equal": True, "n_idle": 7},
        {"n_parts": 0, "is_equal": False, "n_idle": 8},
    ],
    "vetting.checks": [{"n_checks": 26, "n_silent": 17}, {"n_checks": 26, "n_silent": 0}],
    "vetting.flags": [{"n_flagged": n, "n_creators": 57} for n in (0, 1, 3)],
    "vetting.pass": [
        make_line("engagement", value=0.187, standing_share=0.85),
        make_line("place", name=None),
        make_line("data_amount", value=30.0, standing_share=None, name=None),
        make_line("scope_agreement", value=None, standing_share=None, n=None),
    ],
    "vetting.unknown": [
        {"name": name, "x": "engagement", "reason": f"card_{reason}", "n": 2.0}
        for name, reason in (("小栗", "not_measured"), (None, "too_little"), (None, "too_few_peers"))
    ],
    **FLAGS,
    **{f"vetting.picture_peers{end}": [{"x": "小栗"}] for end in ("", "_title")},
    "vetting.written": [{"file": "shortlist.en.xlsx"}],
}
SOURCING: dict[str, list[dict]] = {
    "sourcing.answer": [
        {"n_pool": 57, "n_sources": 3, "n_creators": 40, "n_left_out": 17, "leader": "小栗"},
        {"n_pool": 1, "n_sources": 1, "n_creators": 1, "n_left_out": 0, "leader": None},
    ],
    "sourcing.part_unknown": [
        {"x": "fit_audience", "n_known": 12, "n_creators": 40},
        {"x": "fit_category", "n_known": 0, "n_creators": 40},
    ],
    "sourcing.weights": [{"is_equal": True}, {"is_equal": False}],
    "sourcing.conflicts": [{"n_conflicts": 4, "n_creators": 3}, {"n_conflicts": 1, "n_creators": 1}],
    "sourcing.apart": [{"n_apart": 2, "n_creators": 11}],
    "sourcing.bad_decisions": [{"n_lines": 1, "names": "Momo"}, {"n_lines": 3, "names": ""}],
    "plan.known_later": [{"n_files": n, "names": "notes.xlsx", "planned_date": "2026-08-02"} for n in (1, 2)],
    "plan.known_disk": [{"n_files": 1, "names": "creators.csv", "planned_date": "2026-08-02"}],
    "sourcing.unclear": [{"n_names": 2}, {"n_names": 1}],
}
CASES = {"vetting": VETTING, "sourcing": SOURCING}


def read_codes(name: str, language: str) -> list[str]:
    return list(yaml.safe_load((WORDING / language / f"{name}.yaml").read_text(encoding="utf-8")))


def write_out(name: str, language: str) -> str:
    sentences = [code for code in read_codes(name, "en") if not code.startswith("terms.")]
    told = [(code, values) for code in sentences for values in CASES[name].get(code, [{}])]
    return "".join(f"{code}\n    {wording.say(Finding(code, each), language=language)}\n" for code, each in told)


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("name", list(CASES))
def test_the_sentences_are_the_golden_ones(name: str, language: str) -> None:
    check_golden(f"{name}.{language}", write_out(name, language))


@pytest.mark.parametrize("name", list(CASES))
def test_both_languages_say_the_same_things(name: str) -> None:
    assert set(read_codes(name, "en")) == set(read_codes(name, "zh"))


@pytest.mark.parametrize("language", list_languages())
def test_every_check_and_rule_has_a_name(language: str) -> None:
    names = [*(check.name for check in CHECKS), *RULES]
    assert not [name for name in names if wording.label(name, language=language) == name]


def test_no_sentence_speaks_of_a_share_of_fakes_but_to_refuse_it() -> None:
    for language, word in (("en", "fake"), ("zh", "假粉")):
        said = [line for line in write_out("vetting", language).splitlines() if word in line.casefold()]
        assert len(said) <= 2
        assert all("No share" in line or "不给出" in line or line.startswith("vetting.limit_fake") for line in said)
