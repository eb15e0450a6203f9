"""Every sentence on lift, in both languages and every branch, against the golden text; and its picture."""

from __future__ import annotations

import pytest
from golden_words import check_golden, read_words, write_out

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.lift.outcomes import REASONS
from xhs_toolkit.present import wording

ABOUT = {"metric": "site_sessions", "markets": "AU, NZ", "x": "lift_days", "currency": "", "is_money": False}
POUNDS = {"metric": "sales", "currency": "GBP", "is_money": True}
LIFT = ABOUT | {
    **{"lift_share": 0.129, "lift_share_low": 0.099, "lift_share_high": 0.159},
    **{"incremental": 58_724.0, "incremental_low": 45_076.0, "incremental_high": 72_371.0},
    **{"p_value": 0.00446, "minimum_lift_share": 0.107, "n_controls": 8.0, "n_before": 182.0, "n_after": 42.0},
}
LESS = {"lift_share": -0.129, "lift_share_low": -0.159, "lift_share_high": -0.099, "incremental": -58_724.0}
LESS |= {"incremental_low": -72_371.0, "incremental_high": -45_076.0}
NULL = {"lift_share": 0.002, "lift_share_low": -0.028, "lift_share_high": 0.032, "p_value": 0.911}
RETURN = {"spent_in": "NZD", "return_per_1000": 643.2, "return_per_1000_low": 494.0, "return_per_1000_high": 793}
NOT_KNOWN = {"minimum_lift_share": None}
NO_RANGE = {"lift_share_low": None, "lift_share_high": None, "p_value": None}
DESIGN = {"metric": "orders", "minimum_lift_share": 0.058, "planned_lift_share": 0.11, "n_controls": 3, "n_choices": 5}
HELD = DESIGN | {"markets": "Dunedin, Napier", "first_date": "2026-06-29", "n_days": 28}
UNTESTABLE = ("design_no_outcomes", "design_no_window", "design_no_market", "design_few_markets", "design_too_short")
UNTESTABLE += ("nothing_seen",)
TESTED = ("too_few_placebos", "controls_do_not_fit", "placebo_fired", "one_control")

CASES: list[tuple[str, Finding]] = [
    ("more", Finding("lift.detected", LIFT)),
    ("less, weeks", Finding("lift.detected", LIFT | LESS | {"x": "lift_weeks"})),
    ("smallest not known", Finding("lift.detected", LIFT | NOT_KNOWN)),
    ("", Finding("lift.not_detected", LIFT | NULL)),
    ("sees nothing, periods", Finding("lift.not_detected", LIFT | NULL | NOT_KNOWN | {"x": "lift_periods"})),
    *(
        (reason, Finding("lift.cannot_be_told", {"metric": "orders", "reason": reason}))
        for reason in (*REASONS, *TESTED)
    ),
    ("no figures", Finding("lift.cannot_be_told", {"metric": None, "reason": "no_outcomes"})),
    ("", Finding("lift.one_control", LIFT | NO_RANGE)),
    ("", Finding("lift.estimate_only", LIFT)),
    ("no range", Finding("lift.estimate_only", LIFT | NO_RANGE)),
    ("", Finding("lift.return", ABOUT | RETURN)),
    *(
        (case, Finding(f"lift.{code}", LIFT | RETURN | POUNDS | currency))
        for code in ("detected", "return")
        for case, currency in (("amounts", {}), ("no currency", {"currency": ""}))
    ),
    ("", Finding("lift.left_out", {"n_markets": 2, "markets": "IE, JP"})),
    ("", Finding("lift.gaps", ABOUT | {"n_missing": 3})),
    ("one", Finding("lift.others", {"metric": "orders", "n_others": 1})),
    ("several", Finding("lift.others", {"metric": "orders", "n_others": 3})),
    ("others tried", Finding("lift.design_as_planned", DESIGN)),
    ("nothing else to try", Finding("lift.design_as_planned", DESIGN | {"n_choices": 1})),
    *(
        (case, Finding(f"lift.design_{option}", HELD | planned))
        for option in ("hold_back", "start_later")
        for case, planned in (("", {}), ("not as planned", {"planned_lift_share": None}))
    ),
    *((reason, Finding("lift.design_none", {"metric": "orders", "reason": reason})) for reason in UNTESTABLE),
    *(("", Finding("lift.picture", {"metric": "site_sessions", "has_band": band})) for band in (True, False)),
    ("", Finding("lift.picture_title", {"metric": "site_sessions"})),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"lift.{language}", write_out("lift", CASES, language=language))


def test_both_languages_say_the_same_things() -> None:
    assert set(read_words("lift", "en")) == set(read_words("lift", "zh"))


@pytest.mark.parametrize("language", list_languages())
def test_every_reason_has_words(language: str) -> None:
    assert all(wording.has_term(reason, language=language) for reason in (*REASONS, *TESTED, *UNTESTABLE))
