"""The content plan as a whole: what it says when something is missing, tight or settled."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.content_effects import make_notes
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.content import Booked, ContentPlan, plan_content, read_booked
from xhs_toolkit.errors import TableError
from xhs_toolkit.objectives import plan_timeline
from xhs_toolkit.plans import PROPOSED
from xhs_toolkit.present.wording import say
from xhs_toolkit.stats import make_rng
from xhs_toolkit.tables import THREAD, conform
from xhs_toolkit.thread import find_creator_themes
from xhs_toolkit.thread.pool import Pool

THEMES = "themes:\n  - {name: a, name_zh: 甲}\n  - {name: b, name_zh: 乙}\n  - {name: c, name_zh: 丙}\n"
WINDOW = "window: {start: 2026-09-14, end: 2026-10-11}\n"
CREATORS = pd.DataFrame({"creator_key": ["c000", "c001"], "tags": ["甲", None], "category": None}).astype("str")
CREATORS["creator_name"] = ["博主0", "博主1"]
NO_NOTES = make_notes(make_rng(0), n_creators=1, n_notes=1, ratio=1.0).iloc[:0]


def make_roster(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_id": [f"c{number:03d}" for number in range(n)],
            "creator_name": [f"博主{number}" for number in range(n)],
            "format": "image",
            "tier": np.where(np.arange(n) % 3 == 0, "KOL", "KOC"),
            "role": np.where(np.arange(n) % 3 == 0, "large", "small"),
        }
    ).astype("str")


def plan(folder: Path, settings: str, *, n: int = 9, notes: pd.DataFrame = NO_NOTES) -> ContentPlan:
    (folder / "campaign.yaml").write_text(settings, encoding="utf-8")
    campaign = read_campaign(folder)
    timeline = plan_timeline(campaign)
    booked = Booked(make_roster(n), "proposed" if n else "none", None, THREAD.empty())
    known = notes.assign(creator_key=notes["creator_id"], text=None)
    themes = find_creator_themes(CREATORS, notes=known, themes=campaign.themes)
    found = plan_content(
        known,
        campaign=campaign,
        booked=booked,
        pool=Pool(CREATORS, *[pd.DataFrame()] * 4, themes),
        phases=timeline.phases,
        festivals=timeline.festivals,
    )
    for finding in (found.answer, *found.findings, *found.works, *found.explored):
        assert all(say(finding, language=language) for language in ("en", "zh"))
    return found


def codes(found: ContentPlan) -> set[str]:
    return {finding.code for finding in (*found.findings, *found.works, *found.explored)}


def test_a_whole_plan_covers_every_theme_and_finds_what_was_planted(tmp_path: Path) -> None:
    notes = make_notes(make_rng(3), n_creators=40, n_notes=20, ratio=2.0)
    found = plan(tmp_path, THEMES + WINDOW, notes=notes)
    facts = found.answer.as_dict()["values"]
    assert (facts["x"], facts["x_zh"]) == ("a", "甲")
    assert {"content.found", "content.covered", "content.waves", "content.no_custom"} <= codes(found)
    assert set(found.calendar["theme"]) == {"a", "b", "c"}
    assert found.refusal is None
    assert "甲的互动" in say(found.answer, language="zh")


@pytest.mark.parametrize(
    ("settings", "n", "code"),
    [
        (THEMES, 9, "content.no_window"),
        (WINDOW, 9, "content.no_themes"),
        (THEMES + WINDOW, 2, "content.not_covered"),
        (THEMES + WINDOW, 0, "content.booked_none"),
        (THEMES + WINDOW + "content: {notes_a_day: 1}\n", 40, "content.undated"),
        ("category: beauty\n" + THEMES + WINDOW, 9, "content.custom"),
    ],
)
def test_what_is_missing_or_tight_is_said(tmp_path: Path, settings: str, n: int, code: str) -> None:
    assert code in codes(plan(tmp_path, settings, n=n))


def test_with_neither_notes_nor_roster_there_is_nothing_to_work_on(tmp_path: Path) -> None:
    found = plan(tmp_path, THEMES + WINDOW, n=0)
    assert found.refusal.code == "content.nothing"


def test_a_quota_of_the_plan_counts_here_too(tmp_path: Path) -> None:
    quota = "planning:\n  quotas:\n    - {theme: c, at_least: 6}\n"
    found = plan(tmp_path, THEMES + WINDOW + quota)
    assert found.lines["theme"].value_counts()["c"] == 6


def test_without_a_window_everybody_still_has_a_theme_and_a_brief(tmp_path: Path) -> None:
    found = plan(tmp_path, THEMES)
    assert len(found.calendar) == 9
    assert found.calendar["date"].isna().all()


def test_the_roster_of_the_run_is_read_where_no_plan_was_accepted(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text(THEMES, encoding="utf-8")
    campaign = read_campaign(tmp_path)
    rows = pd.DataFrame(
        {"creator_id": ["1", "2"], "creator_name": ["A", "B"], "flags": "", "reason": "", "decision": ""}
    )
    lists = dict.fromkeys(("on_long_list", "on_shortlist"), True) | dict.fromkeys(("on_roster", "flagged"), False)
    thread = conform(rows.assign(**lists), THREAD)
    assert read_booked(campaign, run_folder=tmp_path, thread=thread).source == "none"
    row = {"creator_id": "1", "creator_name": "A", "format": "video", "tier": "KOL", "cost_cny": 5.0}
    row_2 = row | {"creator_id": "2", "tier": "KOC"}
    (tmp_path / PROPOSED).write_text(json.dumps({"roster": [row, row_2]}), encoding="utf-8")
    booked = read_booked(campaign, run_folder=tmp_path, thread=thread)
    assert (booked.source, booked.rows["role"].tolist()) == ("proposed", ["large", "small"])
    assert booked.thread["on_roster"].tolist() == [True, True]
    with pytest.raises(TableError, match="not on the shortlist"):
        read_booked(campaign, run_folder=tmp_path, thread=thread.assign(on_shortlist=[True, False]))
