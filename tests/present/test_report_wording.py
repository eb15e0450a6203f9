"""The words of the report itself in both languages, in every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

GOLDEN = Path(__file__).parents[1] / "golden"
WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"
RANGE = {"metric": "views", "x": "KOL", "p10": 4_100.0, "p50": 12_345.0, "p90": 98_700.0}
GROUPS = {"metric": "cost_per_view_cny", "x": "KOC", "low_value": 0.05, "y": "KOL", "high_value": 0.2}

EFFECT = {"metric": "views", "expected_ratio": 1.8, "usual": "looks_higher"}
COMPARED = {
    "metric": "views",
    "usual": "no_clear_change",
    "ratio": 0.85,
    "ratio_low": 0.46,
    "ratio_high": 1.6,
    "n_notes": 21,
    "n_creators": 15,
}
ONE_CREATOR = COMPARED | {"n_creators": 1}
TIERS = {
    **{"cheaper": "KOC", "dearer": "KOL", "cheaper_cost_per_view_cny": 0.056, "dearer_cost_per_view_cny": 0.25},
    **{"n_notes_cheaper": 25, "n_notes_dearer": 15, "ratio": 4.5, "ratio_low": 2.2, "ratio_high": 9.3},
}
STEPS = {"x": "kfs_content", "y": "search", "low_cost_per_view_cny": 0.202, "high_cost_per_view_cny": 0.667}
LIFT = {"metric": "site_sessions", "lift_share": 0.054, "lift_share_low": 0.01, "lift_share_high": 0.09}
UNSEEN = {"metric": "site_sessions", "minimum_lift_share": None}
FRONT = {"name": "Spring walks", "clauses": ""}
AGAINST = {"target_share": 0.43, "is_above": False, "reached_share": 0.57, "is_cost": False}
PLAN = {"n_creators": 28, "ads_cny": 41_500.0, "cost_cny": 197_548.0, "metric": "views", "shown": "158"}
SCORE = {"n_open": 0, "n_running": 0, "metric": None}
SHORT = {"metric": "engagement", "target_share": 0.165, "is_above": False}
MISSED = {"metric": "engagement", "value": 50_081.0, "target": 60_000.0, "target_share": 0.165, "is_above": False}
DEARER = {"metric": "cost_per_view_cny", "value": 0.25, "target": 0.2, "is_above": True}
SPAN = {"metric": "views", "low_ratio": 0.035, "high_ratio": 5.9, "n_notes": 21}

CASES: dict[str, list[dict]] = {
    "report.rows_shown": [{"n_shown": 9, "n_rows": 30}],
    **{
        f"front.{name}": [FRONT | {"shown": "186"}]
        for name in (
            "exposure",
            "views",
            "engagement",
            "leads",
            "qualified_leads",
            "orders",
            "foot_traffic",
            "sales_cny",
            "sales_lift_share",
        )
    },
    "front.other": [FRONT | {"metric": "click_rate", "shown": "9.7%"}],
    "front.nothing": [{"name": "Spring walks", "n_notes": 0}, {"name": "Spring walks", "n_notes": 12}],
    "front.promise": [
        AGAINST | {"verdict": "met", "target_share": 0.24, "is_above": True},
        AGAINST | {"verdict": "missed", "target_share": 0.047, "is_above": False},
        AGAINST | {"verdict": "met", "target_share": 0.001, "is_above": True},
        AGAINST | {"verdict": "running"},
    ],
    "front.with.cpm_cny": [{"metric": "cpm_cny", "value": 11.95}],
    "front.with.cost_per_lead_cny": [{"metric": "cost_per_lead_cny", "value": 1_055.0}],
    "front.with.collects": [{"metric": "collects", "value": 12_000.0}],
    "front.with.sales_return_ratio": [{"metric": "sales_return_ratio", "value": 3.34}],
    "front.notes": [
        {"n_creators": 30, "n_notes": 40, "hit_rate": 0.3},
        {"n_creators": 1, "n_notes": 2, "hit_rate": None},
    ],
    "front.spent": [
        {"total_cny": 97_200.0, "budget_cny": 107_900.0, "over_cny": 0.0},
        {"total_cny": 60_000.0, "budget_cny": 50_000.0, "over_cny": 10_000.0},
        {"total_cny": 97_200.0, "budget_cny": None, "over_cny": None},
    ],
    "front.to_date": [{"as_of": "2026-08-14", "last_date": "2026-09-13"}],
    "front.beside": [{"metric": "qualified_leads", "shown": "131"}],
    "front.daily": [
        {"metric": "leads", "value": 186, "target": 150, "passed_date": "2026-09-07", "last_date": "2026-09-13"},
        {"metric": "leads", "value": 86, "target": 150, "passed_date": None, "last_date": "2026-08-14"},
        {"metric": "leads", "value": 86, "target": None, "passed_date": None, "last_date": "2026-08-14"},
    ],
    "front.daily_alt": [{"metric": "leads", "target": 150}, {"metric": "leads", "target": None}],
    "front.shares": [{"x": "search", "metric": "leads", "money_share": 0.08, "brought_share": 0.27}],
    "front.shares_alt": [{"metric": "leads"}],
    **{
        f"front.plan.{name}": [PLAN, PLAN | {"ads_cny": 0.0}]
        for name in ("exposure", "views", "engagement", "leads", "orders", "other")
    },
    "front.no_plan": [{"name": "Spring walks"}],
    "front.odds": [{"metric": "leads", "target": 150, "chance": chance} for chance in (0.56, 0.99, 0.01)],
    "front.held_back": [{"left_cny": 18_252.0, "ratio": 2.03}],
    "front.why_held_back": [{"ratio": 2.03}],
    "front.likely": [{"p10": "102", "p90": "241"}],
    "front.chance": [
        {"chance": 0.56, "is_sure": False, "is_unlikely": False},
        {"chance": 0.99, "is_sure": True, "is_unlikely": False},
        {"chance": 0.01, "is_sure": False, "is_unlikely": True},
    ],
    "score.headline": [
        SCORE | {"n_met": 5, "n_targets": 5},
        SCORE | {"n_met": 1, "n_targets": 1},
        SCORE | {"n_met": 0, "n_targets": 1, **SHORT},
        SCORE | {"n_met": 0, "n_targets": 3, **SHORT},
        SCORE | {"n_met": 2, "n_targets": 3, **SHORT, "is_above": True},
        SCORE | {"n_met": 2, "n_targets": 4, "n_open": 1, **SHORT},
        SCORE | {"n_met": 1, "n_targets": 4, "n_running": 2, "n_open": 1},
        SCORE | {"n_met": 0, "n_targets": 3, "n_open": 3},
        SCORE | {"n_met": 0, "n_targets": 3, "n_running": 3},
    ],
    "score.why": [{"reason": "not_traced"}],
    "score.forecast": [{"p10": "1,000", "p50": "2,000", "p90": "4,000"}],
    "score.against_target": [
        AGAINST | {"verdict": "met", "is_above": True, "target_share": 0.226},
        AGAINST | {"verdict": "met", "is_above": False, "target_share": 0.38, "is_cost": True},
        AGAINST | {"verdict": "missed", "is_above": True, "target_share": 0.12, "is_cost": True},
        AGAINST | {"verdict": "missed", "is_above": False, "target_share": 0.018},
        AGAINST | {"verdict": "met", "is_above": True, "target_share": 0.0001},
        AGAINST | {"verdict": "running"},
    ],
    "score.measured": [{"n_measured": 39, "n_all": 40}],
    "score.range": [{"low": 0.087, "high": 0.18}],
    "creators.caption": [{"drop_ratio": 2.0, "with_leads": leads} for leads in (True, False)],
    "headline.creators_verdicts": [
        {"n_rebook": 8, "n_test_again": 13, "n_not_again": 7},
        {"n_rebook": 1, "n_test_again": 0, "n_not_again": 0},
    ],
    "headline.lessons": [{"n_notes": 6}, {"n_notes": 1}],
    "headline.group_clear": [GROUPS],
    "headline.group_unclear": [{"metric": "click_rate"}],
    "headline.group_few": [{"metric": "click_rate"}],
    "headline.group_one": [{"metric": "cost_per_view_cny", "x": "KOC", "value": 0.05}],
    "headline.top_notes": [
        {"n_top": 1, "n_notes": 12, "top_share": 0.31, "metric": "views"},
        {"n_top": 4, "n_notes": 40, "top_share": 0.343, "metric": "engagement"},
    ],
    "headline.money": [{"x": "large_cny", "part_share": 0.42, "amount_cny": 38_346.0}],
    "headline.timeline": [{"first_date": "2026-08-03", "last_date": "2026-08-27"}],
    "headline.range_one": [RANGE],
    "headline.range_best": [RANGE],
    "headline.roster": [{"n_chosen": 27, "n_candidates": 56, "cost_cny": 49_423.0}],
    "headline.best_row": [{"x": "示例博主·栗子", "metric": "views", "value": 56_188.0}],
    "headline.creators": [{"n_creators": 27, "cost_cny": 49_423.0}],
    **{f"headline.effects_{verdict}": [EFFECT] for verdict in ("better", "worse", "in_line", "few")},
    "headline.ledger": [{"x": "creator_fee", "part_share": 0.796, "total_cny": 196_177.0}],
    "headline.standouts": [SPAN | {"n_clear": 0}, SPAN | {"n_clear": 1}, SPAN | {"n_clear": 3}],
    "headline.standouts_plain": [{"metric": "views", "low_value": 57.0, "high_value": 105_295.0}],
    "headline.lift_detected": [LIFT, LIFT | {"lift_share": -0.054}],
    "headline.lift_not_detected": [LIFT],
    "headline.lift_cannot_be_told": [LIFT],
    "headline.lift_one_control": [LIFT],
    "headline.lift_estimate_only": [LIFT],
    "headline.kfs_steps": [STEPS],
    "headline.learned_better": [COMPARED],
    "headline.learned_worse": [COMPARED],
    "headline.learned_in_line": [COMPARED],
    "headline.learned_tier_cost": [TIERS],
    "headline.learned_tier_unclear": [TIERS],
    "headline.next_tier_cost": [TIERS],
    "learned.missed": [
        MISSED,
        MISSED | {"metric": "cost_per_view_cny", "value": 0.25, "target": 0.2, "is_above": True},
    ],
    **{f"learned.{word}": [COMPARED] for word in ("better", "worse")},
    "learned.in_line": [COMPARED, ONE_CREATOR],
    "learned.few_creators": [COMPARED, ONE_CREATOR],
    "learned.tier_cost": [TIERS],
    "learned.tier_unclear": [TIERS],
    "learned.kfs": [STEPS],
    "learned.lift_detected": [LIFT, LIFT | {"lift_share": -0.054}],
    "learned.lift_not_detected": [UNSEEN, UNSEEN | {"minimum_lift_share": 0.08}],
    "next.tier_cost": [TIERS],
    "next.tier_unclear": [TIERS],
    "next.kfs": [STEPS],
    "next.export_again": [{"n_notes": 7}],
    "gate.passed": [{"n_files": 6, "n_accepted": 0}, {"n_files": 6, "n_accepted": 2}],
    "gate.failed": [{"n_files": 6, "n_problems": 1}, {"n_files": 6, "n_problems": 7}],
    "report.chart_data": [{"name": "cost per view"}],
    "report.in_currency": [{"name": "Spend", "currency": "NZD"}],
    **{f"report.{end}": [{"name": "Views"}] for end in ("low", "high", "reason")},
}
"""Code → the values of each branch; sentences that are always the same need none."""


def read_codes(language: str) -> list[str]:
    return list(yaml.safe_load((WORDING / language / "report.yaml").read_text(encoding="utf-8")))


def write_out(language: str) -> str:
    """Every sentence of the file, in its order, once for each branch."""
    said = [
        f"{code}: {wording.say(Finding(code, values), language=language)}"
        for code in read_codes(language)
        if not code.startswith("terms.")
        for values in CASES.get(code, [{}])
    ]
    return "\n".join(said) + "\n"


@pytest.mark.parametrize("language", list_languages())
def test_the_words_of_the_report_are_the_golden_ones(language: str) -> None:
    """To accept new sentences, delete the golden file, run this once, and read the difference."""
    path = GOLDEN / f"report.{language}.txt"
    if not path.exists():
        path.write_text(write_out(language), encoding="utf-8", newline="\n")
    assert write_out(language) == path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_words() -> None:
    assert read_codes("en") == read_codes("zh")
    assert set(CASES) <= set(read_codes("en"))
