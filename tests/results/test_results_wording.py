"""Every sentence on expectation, money, ads and funnel, in both languages and every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from golden_words import check_golden

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"
ROOMS = ("effects", "ledger", "kfs", "funnel")

CAMPAIGN = {"metric": "views", "n_notes": 36, "n_creators": 12, "ratio": 1.8, "ratio_low": 1.3, "ratio_high": 2.5}
CAMPAIGN |= {"usual": "looks_higher"}
CLEAR = {"metric": "views", "n_notes": 36, "n_better": 2, "n_worse": 0}
MONEY = {"total_cny": 102_311.0, "content_cny": 78_521.0, "ads_cny": 25_000.0}
MONEY |= dict.fromkeys(("other_cny", "gst_cny", "committed_cny"))
INVOICE = {"currency": "NZD", "amount": 1_200.0, "cny_per_unit": 4.2, "amount_cny": 5_040.0, "rate_date": "2026-06-30"}
KFS = {"x": "feed", "y": "kfs_content", "low_cost_per_view_cny": 0.1, "high_cost_per_view_cny": 0.25}
STEP = {"reason": "", "x": "views_to_leads", "n_from": 36_000.0, "n_to": 36.0, "step_rate": 0.001, "per_10000": 10.0}
MANY = {"reason": "", "x": "leads_to_orders", "n_from": 36.0, "n_to": 9.0, "step_rate": 0.25, "per_10000": 2_500.0}
MANY |= {"step_rate_low": 0.15, "step_rate_high": 0.38, "per_10000_low": 1_500.0, "per_10000_high": 3_800.0}
NO_RANGE = dict.fromkeys(("step_rate_low", "step_rate_high", "per_10000_low", "per_10000_high"))
TRADE = {"metric": "qualified_leads", "attributed": 239.0, "trade": 135.0, "total": 374.0, "currency": ""}
ANSWER = {
    **dict.fromkeys(("exposure", "engagement", "cost_per_view_cny", "image_click_rate", "first_date", "last_date")),
    **{"n_notes": 40, "n_creators": 28, "views": 613_101, "n_views": 40, "metric": "views", "n_compared": 36},
    **{"campaign_ratio": 1.8, "campaign_ratio_low": 1.3, "campaign_ratio_high": 2.5, "verdict": "clearly_better"},
}
FEW = {"verdict": "too_few_creators"}

CASES: list[tuple[str, Finding]] = [
    ("with its ratio", Finding("results.answer", ANSWER)),
    ("with a ratio, too few creators", Finding("results.answer", ANSWER | FEW)),
    *(
        (case, Finding(f"effects.campaign_{verdict}", CAMPAIGN | {"smallest_ratio": smallest}))
        for case, verdict, smallest in (
            ("", "clearly_better", 1.4),
            ("", "clearly_worse", 1.4),
            ("smallest known", "in_line", 1.4),
            ("smallest not known", "in_line", None),
            ("", "not_enough_notes", None),
        )
    ),
    ("one creator", Finding("effects.campaign_in_line", CAMPAIGN | {"n_creators": 1, "smallest_ratio": 2.2})),
    *(
        (reason, Finding("effects.no_baseline", {"reason": reason}))
        for reason in ("no_history", "no_same_age", "no_age", "too_few_earlier_notes", "not_measured")
    ),
    ("", Finding("effects.notes_clear", CLEAR)),
    ("", Finding("effects.notes_in_line", CLEAR)),
    ("one", Finding("effects.not_compared", {"metric": "views", "n_notes": 1, "reason": "no_age"})),
    ("several", Finding("effects.not_compared", {"metric": "views", "n_notes": 4, "reason": "no_same_age"})),
    ("", Finding("effects.topic", CLEAR | {"median_ratio": 1.2})),
    *(
        (reason, Finding("effects.no_topic", {"reason": reason}))
        for reason in ("no_theme", "too_few_peers", "no_same_age")
    ),
    ("one", Finding("effects.growing", {"n_notes": 1, "n_forecast": 1})),
    ("several", Finding("effects.growing", {"n_notes": 22, "n_forecast": 20})),
    ("", Finding("effects.growing_unknown", {"n_notes": 22, "n_forecast": 0})),
    ("", Finding("effects.caption_ranking", {"n_shown": 15, "n_notes": 36})),
    *(
        ("", Finding(f"effects.picture_{name}{end}", {"metric": "views"}))
        for name in ("groups", "ranking")
        for end in ("", "_title")
    ),
    ("no GST", Finding("ledger.total", MONEY)),
    ("GST", Finding("ledger.total", MONEY | {"gst_cny": 3_750.0})),
    ("no ads", Finding("ledger.total", MONEY | {"ads_cny": None})),
    ("more to come", Finding("ledger.total", MONEY | {"other_cny": -1_210.0, "committed_cny": 9_000.0})),
    ("dated", Finding("ledger.converted", INVOICE)),
    ("undated", Finding("ledger.converted", INVOICE | {"rate_date": None})),
    ("", Finding("ledger.no_rate", INVOICE | {"currency": "AUD"})),
    *((f"{n}", Finding("ledger.no_currency", {"n_lines": n, "amount": 570.0})) for n in (1, 2)),
    *((f"{n}", Finding("ledger.quoted", {"n_lines": n, "amount_cny": 5_040.0})) for n in (1, 2)),
    ("one", Finding("ledger.differs", {"n_rows": 1, "gap_cny": 200.0})),
    ("several", Finding("ledger.differs", {"n_rows": 3, "gap_cny": 612.5})),
    ("", Finding("kfs.steps", KFS)),
    ("small", Finding("funnel.step", STEP | {"per_10000_low": 7.4, "per_10000_high": 13.1})),
    ("large", Finding("funnel.step", MANY)),
    *(
        (reason, Finding("funnel.step", MANY | NO_RANGE | {"reason": reason}))
        for reason in ("not_by_creator", "too_few_units")
    ),
    ("", Finding("ledger.same", {"x": "creator_fee", "amount_cny": 2_000.0})),
    ("", Finding("funnel.attributed", TRADE)),
    ("amounts", Finding("funnel.attributed", TRADE | {"metric": "sales", "currency": "GBP"})),
    ("all", Finding("funnel.attributed", TRADE | {"trade": None})),
    ("", Finding("funnel.trade_only", TRADE | {"attributed": None})),
    ("amounts", Finding("funnel.trade_only", TRADE | {"metric": "sales", "currency": "GBP"})),
    *(("", Finding(f"funnel.{reason}", {"metric": "sales"})) for reason in ("no_currency", "several_currencies")),
]  # fmt: skip


def write_out(language: str) -> str:
    stored = yaml.safe_load((WORDING / "en" / "results.yaml").read_text(encoding="utf-8"))
    with_values = {finding.code for _, finding in CASES}
    told = [(f"{finding.code} [{case}]" if case else finding.code, finding) for case, finding in CASES]
    told += [(code, Finding(code)) for code in stored if code.split(".")[0] in ROOMS and code not in with_values]
    return "".join(f"{name}\n    {wording.say(finding, language=language)}\n" for name, finding in told)


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"results_money.{language}", write_out(language))
