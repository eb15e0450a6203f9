"""Every sentence of the plan in both languages, in every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from golden_words import check_golden

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"

OBJECTIVE = {
    "x": "awareness",
    "y": None,
    "leads_role": "large",
    "large_share": 0.7,
    "creators_share": 0.6,
    "feed_share": 0.3,
    "search_share": 0.1,
    "budget_cny": 91_300.0,
}
FESTIVAL = {"y": "mid_autumn", "festival_date": "2026-09-25", "seed_from_date": "2026-08-28"}
ZONE = {"zone": "Asia/Shanghai", "markets": "NZ, AU", "fix": "Pacific/Auckland"}
ROSTER = {
    "n_creators": 27,
    "tiers": "17 KOC, 10 KOL",
    "cost_cny": 49_423.0,
    "budget_cny": 54_780.0,
    "metric": "views",
    "p10": 410_000.0,
    "p50": 620_000.0,
    "p90": 1_150_000.0,
    "target": 500_000.0,
    "chance_share": 0.73,
}
CHOICE = {"metric": "people", "value": 480_000.0, "bound": 480_300.0, "gap_share": 0.0006}
MONEY = {
    "x": "budget",
    "y": "budget_cny",
    "kind": "budget",
    "side": "at_most",
    "bound_cny": 1_000.0,
    "needed_cny": 9_570.0,
}
LAYER = {"x": "role", "y": "large", "kind": "limit", "side": "at_least", "bound_cny": 9_000.0, "needed_cny": None}
COUNT = {"x": "tier", "y": "KOL", "kind": "limit", "side": "at_least", "bound": 4.0, "needed": 3.0}
ALL = {"x": "everyone", "y": "", "kind": "limit", "side": "at_most", "bound": 10.0, "needed": None}
PAST = {"metric": "engagement", "x": "image", "n_notes": 2_249, "n_creators": 23, "inside_share": 0.823}
PAST |= {"inside_share_low": 0.777, "inside_share_high": 0.87, "error_ratio": 2.4, "own_ratio": 2.47}
MIX = {
    "x": "KOL",
    "y": "KOC",
    "n_small": 11,
    "cost_cny": 6_809.0,
    "metric": "engagement",
    **{"large_p10": 904.0, "large_p50": 7_562.0, "large_p90": 32_255.0},
    **{"small_p10": 4_214.0, "small_p50": 8_421.0, "small_p90": 21_843.0},
    "chance_share": 0.56,
}
HELD = {"metric": "cost_per_view_cny", "limit_cny": 0.2, "basis": "target", "left_cny": 18_200.0}
HELD |= {"budget_cny": 60_000.0, "ratio": 2.04}
MEASURED = {"metric": "exposure", "n_measured": 1, "n_placements": 27}
BY_HAND = {"x": "cheapest_view_first", "metric": "people", "ratio": 1.21, "n_broken": 0, "gain_cny": 9_400.0}

CASES: dict[str, list[tuple[str, Finding]]] = {
    "objectives": [
        ("large", Finding("objectives.answer", OBJECTIVE)),
        ("small", Finding("objectives.answer", OBJECTIVE | {"x": "trust", "leads_role": "small", "large_share": 0.2})),
        ("both, second", Finding("objectives.answer", OBJECTIVE | {"x": "sales", "y": "leads", "leads_role": "both"})),
        ("no budget", Finding("objectives.answer", OBJECTIVE | {"budget_cny": None})),
        ("", Finding("objectives.no_target", {"x": "leads"})),
        ("", Finding("objectives.too_little", {"x": "large", "amount_cny": 800.0, "price_low_cny": 1_100.0})),
        ("", Finding("objectives.zone_disagrees", ZONE)),
        ("", Finding("objectives.festival_inside", FESTIVAL)),
        ("", Finding("objectives.festival_after", FESTIVAL | {"y": "spring_festival"})),
    ],
    "roster": [
        ("", Finding("roster.caption_chosen", {"metric": "views"})),
        ("target", Finding("roster.answer", ROSTER)),
        ("one, no target", Finding("roster.answer", ROSTER | {"n_creators": 1, "target": None, "chance_share": None})),
        ("", Finding("roster.accepted", {"version": 2, "n_creators": 14, "cost_cny": 196_000.0})),
        ("", Finding("roster.optimal", CHOICE)),
        ("", Finding("roster.gap_left", CHOICE)),
        ("", Finding("roster.nothing_fits", {"budget_cny": 90.0})),
        ("better", Finding("roster.by_hand", BY_HAND)),
        ("equal", Finding("roster.by_hand", BY_HAND | {"ratio": 1.0, "x": "biggest_first"})),
        ("broken", Finding("roster.by_hand", BY_HAND | {"n_broken": 2})),
        ("nothing", Finding("roster.by_hand", BY_HAND | {"ratio": None})),
        ("more", Finding("roster.more_budget", {"metric": "people", "value": 812.0})),
        ("no more", Finding("roster.more_budget", {"metric": "people", "value": 0.0})),
        ("target", Finding("roster.held_back", HELD)),
        ("rate", Finding("roster.held_back", HELD | {"basis": "going_rate", "ratio": 1.2})),
        ("target", Finding("roster.limit_waived", HELD)),
        ("rate", Finding("roster.limit_waived", HELD | {"basis": "going_rate"})),
        ("", Finding("roster.unknown", {"n_unknown": 3, "n_creators": 28})),
        ("one", Finding("roster.infeasible", {"n_rules": 1})),
        ("several", Finding("roster.infeasible", {"n_rules": 2})),
        ("budget", Finding("roster.conflict_money", MONEY)),
        ("layer, no help", Finding("roster.conflict_money", LAYER)),
        ("tier", Finding("roster.conflict_count", COUNT)),
        ("all, no help", Finding("roster.conflict_count", ALL)),
        ("budget", Finding("roster.smallest_money", MONEY)),
        ("layer", Finding("roster.smallest_money", LAYER | {"needed_cny": 7_000.0})),
        ("tier", Finding("roster.smallest_count", COUNT)),
        ("all", Finding("roster.smallest_count", ALL | {"needed": 12.0})),
        ("", Finding("roster.robust", {"n_always": 20, "n_creators": 27})),
        ("none priced", Finding("roster.no_prices", {"n_creators": 12})),
        ("one", Finding("roster.no_prices", {"n_creators": 1})),
        ("none read", Finding("roster.no_prices", {"n_creators": 0})),
        ("", Finding("roster.no_forecast", {"n_creators": 12})),
        ("", Finding("roster.unpriced", {"n_unpriced": 1, "n_creators": 28})),
        ("", Finding("forecast.not_measured", MEASURED | {"n_measured": 0})),
        ("", Finding("forecast.too_few_measured", MEASURED)),
        ("", Finding("forecast.partly_measured", MEASURED | {"n_measured": 20})),
        *(
            ("", Finding(f"forecast.rate_of_{whose}", {"metric": "leads", "n_campaigns": 3, "n_views_each": 1_280}))
            for whose in ("client", "agency")
        ),
        ("", Finding("forecast.no_earlier_rate", {"metric": "leads"})),
        (
            "",
            Finding("forecast.target_chance", {"metric": "cost_per_view_cny", "target_cny": 0.2, "chance_share": 0.41}),
        ),
        ("", Finding("forecast.target_chance", {"metric": "views", "target": 500_000.0, "chance_share": 0.41})),
        ("", Finding("forecast.past", PAST)),
        ("", Finding("forecast.no_past", {"metric": "views", "n_notes": 4})),
        ("nothing", Finding("forecast.no_past", {"metric": "views", "n_notes": 0})),
        ("", Finding("forecast.mix", MIX)),
        *(
            ("", Finding(f"roster.picture_{name}{end}", {"metric": "views"}))
            for name in ("roster", "options", "mix")
            for end in ("", "_title")
        ),
    ],
}


def codes_of(name: str) -> list[str]:
    """Sentences of a wording file, without its terms."""
    stored = yaml.safe_load((WORDING / "en" / f"{name}.yaml").read_text(encoding="utf-8"))
    return [code for code in stored if not code.startswith("terms.")]


def write_out(name: str, language: str) -> str:
    told = [(f"{finding.code} [{case}]" if case else finding.code, finding) for case, finding in CASES[name]]
    with_values = {finding.code for _, finding in CASES[name]}
    told += [(code, Finding(code)) for code in codes_of(name) if code not in with_values]
    return "".join(f"{title}\n    {wording.say(finding, language=language)}\n" for title, finding in told)


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("name", list(CASES))
def test_the_sentences_are_the_golden_ones(name: str, language: str) -> None:
    check_golden(f"{name}.{language}", write_out(name, language))


@pytest.mark.parametrize("name", list(CASES))
def test_both_languages_say_the_same_things(name: str) -> None:
    keys = [
        list(yaml.safe_load((WORDING / each / f"{name}.yaml").read_text(encoding="utf-8"))) for each in ("en", "zh")
    ]
    assert set(keys[0]) == set(keys[1])
