"""What a proposal says beside its figures: a reason each, risks with their size, and what is needed by when."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.roster import list_needs, list_risks
from xhs_toolkit.roster.offer import give_reasons

HOME = {"amount": 10_000, "currency": "NZD", "cny_per_unit": 4.0, "rate_date": "2026-07-01"}
PHASES = pd.DataFrame(
    {
        "phase": ["brief_and_choose", "products_and_drafts"],
        "last_date": pd.to_datetime(["2026-07-19", "2026-08-02"]),
    }
)


def make_chosen() -> pd.DataFrame:
    usual = {"tier_cost_per_view_cny": 1.0, "tier_cost_per_engagement_cny": 10.0}
    return pd.DataFrame(
        {
            "creator_id": [f"c{number}" for number in range(7)],
            "expected_views": [900.0, 10.0, 20.0, 30.0, 25.0, 6.0, 900.0],
            "cost_per_view_cny": [2.0, 0.5, 0.5, 0.9, 0.95, 1.2, None],
            "cost_per_engagement_cny": [20.0, 5.0, 12.0, 7.0, 11.0, 11.0, None],
            "cost_cny": 1_000.0,
            "rests_on": ["own"] * 5 + ["size"] * 2,
            **usual,
        }
    )


def make_plan(chosen: pd.DataFrame) -> SimpleNamespace:
    totals = pd.DataFrame([{"metric": "views", "p10": 400.0, "p50": 1_000.0, "p90": 3_000.0}])
    return SimpleNamespace(chosen=chosen, totals=totals)


def test_the_first_reason_that_holds_is_given() -> None:
    assert give_reasons(make_chosen()).tolist() == [
        *("why_reach", "why_cheap_both", "why_cheap_views", "why_cheap_engagement"),
        *("why_fair", "why_in_the_mix", "why_reach"),
    ]


def test_each_risk_has_its_size() -> None:
    plan, campaign = make_plan(make_chosen()), Campaign(folder=Path(), budget=HOME)
    weak, unknown, rate, _ = list_risks(plan, campaign=campaign)
    assert weak == Finding("risk.weak_notes", {"metric": "views", "p10": 400.0, "p50": 1_000.0})
    assert unknown.values == {"n_creators": 2, "cost_cny": 2_000.0}
    assert rate.values["amount_cny"] == pytest.approx(0.05 * 7_000)
    at_home = Campaign(folder=Path(), budget={"amount": 10_000, "currency": "CNY"})
    known = make_plan(make_chosen().head(5))
    assert [each.code for each in list_risks(known, campaign=at_home)] == ["risk.weak_notes", "risk.taken_down"]


def test_what_is_needed_has_its_day_where_there_is_a_window() -> None:
    plan, campaign = make_plan(make_chosen()), Campaign(folder=Path())
    needs = list_needs(plan, campaign=campaign, phases=PHASES)
    assert [each.values["until_date"] for each in needs] == ["2026-07-19"] * 2 + ["2026-08-02"] * 3
    assert {each.values["until_date"] for each in list_needs(plan, campaign=campaign, phases=PHASES[:0])} == {None}
    assert list_needs(make_plan(make_chosen()[:0]), campaign=campaign, phases=PHASES) == []


DAY, OPEN = {"until_date": "2026-07-19"}, {"until_date": None}
NEEDS = ("words", "words_check", "product", "outcomes", "answers")
WORDS = [
    Finding("headline.roster_list", {"n_creators": 36, "cost_cny": 61_900.0, "tiers": "28 KOC, 8 KOL"}),
    Finding("risk.weak_notes", {"metric": "views", "p10": 400_000.0, "p50": 900_000.0}),
    *(Finding("risk.little_known", {"n_creators": n, "cost_cny": 2_000.0}) for n in (1, 3)),
    Finding("risk.currency", {"rate_share": 0.05, "amount_cny": 3_095.0}),
    *(Finding("need.creators", day | {"n_creators": 36}) for day in (DAY, OPEN)),
    *(Finding(f"need.{name}", day) for name in NEEDS for day in (DAY, OPEN)),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_the_offer(language: str) -> None:
    from golden_words import check_golden, write_out

    check_golden(f"offer.{language}", write_out("offer", [("", each) for each in WORDS], language=language))
