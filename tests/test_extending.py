"""The recipes of CONTRIBUTING, each followed word by word in a copy of the package: what it names is all it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROWS = (
    "笔记ID,笔记标题,发布时间,曝光,观看量,点赞,评论,收藏,抱抱\n"
    "64a1b2c3000000001f00a001,Lakes,2026-07-11 10:00:00,9000,900,80,8,10,7\n"
    "64a1b2c3000000001f00a002,Hills,2026-07-12 10:00:00,7000,700,60,6,9,5\n"
)
SETTINGS = "client: Kowhai\nwindow: {start: 2026-07-01, end: 2026-07-31}\n"

COLUMN: Mapping[str, tuple[str, str]] = {
    "templates/codebook/columns.csv": ("notes,shares,", "notes,hugs,count,,,,,,Hugs,抱抱,Hugs given\nnotes,shares,"),
}
METRIC: Mapping[str, tuple[str, str]] = COLUMN | {
    "templates/exports/kinds/creator_center_notes.yaml": ("  shares: [分享]", "  hugs: [抱抱]\n  shares: [分享]"),
    "xhs_toolkit/metrics.py": ('("exposure", "views", "engagement")', '("exposure", "views", "engagement", "hugs")'),
}
CHECK: Mapping[str, tuple[str, str]] = {
    "templates/codebook/columns.csv": (
        "creators,active_fan_share,",
        "creators,hugging_fan_share,share,fraction,,,,,Hugging fans,抱抱粉丝占比,Hug\ncreators,active_fan_share,",
    ),
    "templates/vetting/checks.csv": ("active_fans,", "hugs,hugging_fan_share,logit,low,audience,1,0,,\nactive_fans,"),
    "xhs_toolkit/vetting/signals.py": ("SHARES: Final = {", 'SHARES: Final = {"hugs": "hugging_fan_share",'),
    "templates/report/wording/en/vetting.yaml": ("terms.active_fans:", 'terms.hugs: "Hugs"\nterms.active_fans:'),
    "templates/report/wording/zh/vetting.yaml": ("terms.active_fans:", 'terms.hugs: "抱抱"\nterms.active_fans:'),
}
SENTENCE: Mapping[str, tuple[str, str]] = {
    "templates/report/wording/en/vetting.yaml": (
        "terms.active_fans:",
        'vetting.hug: "{{ n }} hugs"\nterms.active_fans:',
    ),
    "templates/report/wording/zh/vetting.yaml": (
        "terms.active_fans:",
        'vetting.hug: "{{ n }}个抱抱"\nterms.active_fans:',
    ),
}


@pytest.fixture(scope="module")
def original(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its data, without compiled files."""
    place = tmp_path_factory.mktemp("original")
    for name in ("xhs_toolkit", "templates"):
        ignored = shutil.ignore_patterns("__pycache__", "sample_campaign", "_bundled")
        shutil.copytree(repository / name, place / name, ignore=ignored)
    return place


def follow(original: Path, place: Path, edits: Mapping[str, tuple[str, str]], code: str) -> str:
    """Follow a recipe in a copy, and return what some code prints there."""
    shutil.copytree(original, place, dirs_exist_ok=True)
    for name, (before, after) in edits.items():
        text = (place / name).read_text(encoding="utf-8")
        assert before in text, name
        (place / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    campaign = place / "campaign"
    (campaign / "data").mkdir(parents=True)
    (campaign / "campaign.yaml").write_text(SETTINGS, encoding="utf-8")
    (campaign / "data" / "notes.csv").write_text(ROWS, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(place), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_metric_goes_from_the_export_to_every_total(original: Path, tmp_path: Path) -> None:
    code = """
from xhs_toolkit import label, open_campaign
from xhs_toolkit.results import summarise_results
work = open_campaign("campaign")
totals = summarise_results(work.exports.tables, latest=work.latest, campaign=work.campaign).totals
print(work.notes["hugs"].tolist(), label("hugs", language="zh"), "hugs" in totals.to_string())
"""
    assert follow(original, tmp_path, METRIC, code) == "[7.0, 5.0] 抱抱 True"


def test_a_check_is_a_line_a_signal_and_its_words(original: Path, tmp_path: Path) -> None:
    code = """
import pandas as pd
from xhs_toolkit import label
from xhs_toolkit.tables import CREATORS, conform
from xhs_toolkit.vetting import CHECKS
from xhs_toolkit.vetting.signals import measure_profiles
creators = conform(pd.DataFrame({"hugging_fan_share": [0.25]}), CREATORS)
found = measure_profiles(creators)["hugs"].figures
print("hugs" in {check.name for check in CHECKS}, found, label("hugs", language="zh"))
"""
    assert follow(original, tmp_path, CHECK, code) == "True [0.25] 抱抱"


def test_a_sentence_is_a_line_in_each_language(original: Path, tmp_path: Path) -> None:
    code = """
from xhs_toolkit import Finding
from xhs_toolkit.present.wording import say
print(*(say(Finding("vetting.hug", {"n": 3}), language=each) for each in ("en", "zh")))
"""
    assert follow(original, tmp_path, SENTENCE, code) == "3 hugs 3个抱抱"
