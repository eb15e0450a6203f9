"""Every sentence of the history in both languages, in every branch, against the golden text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from golden_words import check_golden

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import wording

WORDING = Path(__file__).parents[2] / "templates" / "report" / "wording"
SUMMARY = {"n_campaigns": 12, "n_clients": 4, "n_notes": 512, "synthetic": False}
CORRECTED = {"metric": "views", "x": "KOC", "bias_ratio": 0.81, "width_ratio": 1.3, "n_campaigns": 12, "n_notes": 210}
CASES: dict[str, list[dict]] = {
    "history.summary": [SUMMARY, {**SUMMARY, "n_campaigns": 1, "n_clients": 1, "n_notes": 1, "synthetic": True}],
    "history.caption_benchmarks": [{"n_days": 14, "n_clients": 3}],
    "history.hidden": [{"n_cells": 7, "n_clients": 3}, {"n_cells": 1, "n_clients": 3}],
    "history.no_benchmarks": [{"n_clients": 3}],
    "history.totals": [
        {"metric": "views", "n_inside": 9, "n_campaigns": 12},
        {"metric": "exposure", "n_inside": 0, "n_campaigns": 1},
    ],
    "history.no_corrections": [{"n_needed": 10, "n_clients": 3, "n_campaigns": n} for n in (1, 4)],
    "history.correction": [CORRECTED, {**CORRECTED, "x": "all"}],
    "history.added": [{"x": "84036a63c71ea755d28589e4.parquet", "n_notes": 40}],
    "history.exact": [{"n_files": 1}, {"n_files": 3}],
    "history.coarsened": [{"n_files": 1}, {"n_files": 3}],
    "history.beside": [{"n_campaigns": 9, "n_clients": 4}],
    "forecast.remembered": [{"n_notes": 120, "n_creators": 44, "n_clients": 3}],
    "forecast.corrected": [CORRECTED],
}


def read_codes(language: str) -> list[str]:
    return list(yaml.safe_load((WORDING / language / "history.yaml").read_text(encoding="utf-8")))


def write_out(language: str) -> str:
    sentences = [code for code in read_codes("en") if not code.startswith("terms.")]
    told = [(code, values) for code in sentences for values in CASES.get(code, [{}])]
    return "".join(f"{code}\n    {wording.say(Finding(code, each), language=language)}\n" for code, each in told)


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"history.{language}", write_out(language))


def test_both_languages_say_the_same_things() -> None:
    assert read_codes("en") == read_codes("zh")
