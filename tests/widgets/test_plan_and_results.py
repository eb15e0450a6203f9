"""Plan and results at the screen: what is set, what follows from it, and what is written."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from xhs_toolkit.errors import CampaignError
from xhs_toolkit.plans import read_plan
from xhs_toolkit.widgets import (
    Brought,
    PlanState,
    PlanView,
    ResultsState,
    draw_notes,
    explore_plan,
    explore_results,
    filter_notes,
    reckon_boosts,
    summarise_notes,
)
from xhs_toolkit.widgets.plan import apply_plan, start_plan
from xhs_toolkit.widgets.results import write_table


@pytest.fixture(scope="module")
def plan(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> PlanView:
    import shutil

    folder = tmp_path_factory.mktemp("plan") / "kea"
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    view = explore_plan(folder)
    view.open()
    assert view.error is None
    return view


def test_what_is_set_reaches_the_campaign_and_what_cannot_be_is_told(sample) -> None:
    campaign, _ = sample
    state = start_plan(campaign)
    assert state.creators + state.feed + state.search == pytest.approx(100)
    asked = apply_plan(campaign, state=replace(state, creators=1, feed=1, search=2, quotas=(("KOL", 1, -1),)))
    assert asked.planning.split is not None
    assert (asked.planning.split.creators, asked.planning.split.search) == (0.25, 0.5)
    assert [(quota.at_least, quota.at_most) for quota in asked.planning.quotas] == [(1, None)]
    for wrong, words in (
        (replace(state, budget_cny=0.0), "The budget is zero"),
        (replace(state, creators=0, feed=0, search=0), "all at zero"),
        (replace(state, quotas=(("KOL", 9, 2),)), "KOL: at least 9 is more than at most 2"),
    ):
        with pytest.raises(CampaignError, match=words):
            apply_plan(campaign, state=wrong)


def test_another_budget_brings_another_plan_beside_the_one_before(plan: PlanView) -> None:
    first = plan.plan
    assert first is not None
    plan.change(budget_cny=30_000.0)
    assert plan.read_message() == "Settings changed: press Recalculate."
    plan.guard(plan.recalculate)
    assert plan.plan is not None
    assert plan.before is first
    assert plan.plan.chosen["cost_cny"].sum() <= 30_000
    heads = [column["name"] for column in plan.totals.columns]
    assert {"p10", "p50", "p90", "p10_before", "p50_before", "p90_before"} <= set(heads)
    before = [row[heads.index("p50_before")] for row in plan.totals.rows]
    told = first.totals["p50"].tolist()
    assert before[1] == f"{told[1]:,.0f}"
    changes = pd.Series([row[1] for row in plan.roster.rows]).value_counts()
    assert changes.get("gone", 0) == len(set(first.chosen["candidate_id"]) - set(plan.plan.chosen["candidate_id"]))


def test_a_wrong_quota_is_told_and_the_plan_stays(plan: PlanView) -> None:
    kept = plan.plan
    plan.guard(plan.change_quota, 0, 0, "many")
    assert "many is not a number of creators" in plan.read_message()
    plan.change_quota(0, 0, "9")
    plan.change_quota(0, 1, "2")
    plan.guard(plan.recalculate)
    assert "at least 9 is more than at most 2" in plan.read_message()
    assert plan.plan is kept
    assert plan.progress.layout.display == "none"
    plan.change_quota(0, 0, "")
    plan.change_quota(0, 1, " ")
    assert plan.state.quotas[0][1:] == (-1, -1)


def test_a_plan_is_accepted_at_the_second_press(plan: PlanView) -> None:
    plan.be_unsure()
    plan.guard(plan.accept)
    assert read_plan(plan.folder) is None
    plan.guard(plan.accept)
    accepted = read_plan(plan.folder)
    assert accepted is not None
    assert plan.plan is not None
    assert accepted.roster["creator_id"].tolist() == plan.plan.chosen["creator_id"].tolist()
    assert "Accepted as version 1" in plan.read_message()


def test_an_old_plan_state_is_understood(tmp_path: Path) -> None:
    stored = '{"plan": {"quotas": [["KOL", 1, -1]], "large_share": null, "budget_cny": 5000}}'
    (tmp_path / ".explore.json").write_text(stored, encoding="utf-8")
    assert explore_plan(tmp_path).state == PlanState(quotas=(("KOL", 1, -1),), budget_cny=5_000)


# ----------------------------------------------------------------------------------------- results


def test_slices_and_groups_add_up(brought: Brought) -> None:
    everything = filter_notes(brought, state=ResultsState())
    parts = [filter_notes(brought, state=ResultsState(formats=(form,))) for form in ("image", "video")]
    assert sum(map(len, parts)) == len(everything)
    groups = summarise_notes(everything, by="format").set_index("group")
    for form, part in zip(("image", "video"), parts, strict=True):
        assert groups.loc[form, "views"] == part["views"].sum()
    assert everything["views"].dropna().is_monotonic_decreasing
    assert filter_notes(brought, state=ResultsState(text="no such words")).empty


def test_what_was_measured_of_no_note_of_a_group_stays_missing() -> None:
    notes = pd.DataFrame(
        {"tier": ["a", "a", "b"], "exposure": [np.nan, np.nan, 3.0], "views": [10.0, 0.0, np.nan], "engagement": 1.0}
    ).assign(content_cny=[5.0, 7.0, 2.0], views_organic=[10.0, None, None])
    groups = summarise_notes(notes, by="tier").set_index("group")
    assert np.isnan(groups.loc["a", "exposure"])
    assert np.isnan(groups.loc["b", "views"])
    assert groups.loc["a", "cost_per_organic_view_cny"] == 0.5  # of the one note that has both
    assert np.isnan(groups.loc["b", "cost_per_organic_view_cny"])


def test_both_pictures_are_one_call(brought: Brought) -> None:
    selected = brought.notes["note_id"].iloc[0]
    for picture in ("time", "baselines"):
        figure = draw_notes(brought, state=ResultsState(picture=picture, selected=selected), language="zh")
        assert figure is not None
    assert draw_notes(brought, state=ResultsState(text="no such words"), language="en") is None


def test_the_table_has_numbers_and_no_formula(brought: Brought) -> None:
    notes = filter_notes(brought, state=ResultsState()).assign(title='=HYPERLINK("http://x","y")')
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(notes, language="en"))).active
    heads = [cell.value for cell in sheet[1]]
    row = sheet[2]
    assert row[heads.index("Title")].data_type == "s"
    assert row[heads.index("Title")].hyperlink is None
    assert row[heads.index("Views")].value == notes["views"].iloc[0]


def test_a_view_is_written_and_an_unwritable_place_is_told(folder: Path) -> None:
    view = explore_results(folder)
    view.open()
    view.guard(view.export, "xlsx")
    assert view.read_message() == "Written: explored/results_time_views.xlsx"
    view.guard(view.export, "png")
    assert (folder / "explored" / "results_time_views.png").read_bytes().startswith(b"\x89PNG")
    (folder / "explored" / "results_baselines_views.xlsx").mkdir()
    view.filter(picture="baselines")
    view.guard(view.export, "xlsx")
    assert "results_baselines_views.xlsx" in view.read_message()
    assert view.progress.layout.display == "none"
    view.pick_recommended()
    assert set(view.state.picked) == set(view.notes.boosts.notes.query("is_recommended")["note_id"])
    assert "should bring" in view.boosted.value


# ----------------------------------------------------------------------------------------- boosts

KIND = {"metric": "views", "degrees_of_freedom": 1e6, "log_kind_error": 0.0, "log_spread": 0.0}
BOOSTS = pd.DataFrame(
    [
        {"note_id": "a", "placement": "feed", "format": "image", "per_100_rmb": 200.0, "reason": "", **KIND},
        {"note_id": "b", "placement": "feed", "format": "image", "per_100_rmb": 100.0, "reason": "no_history", **KIND},
        {"note_id": "c", "placement": "video_feed", "format": "video", "per_100_rmb": 900.0, "reason": "", **KIND},
        {"note_id": "d", "placement": None, "format": "image", "per_100_rmb": np.nan, "reason": "no_ad_cost", **KIND},
    ]
).assign(log_expected=lambda frame: np.log(frame["per_100_rmb"]))


def test_money_for_picked_notes_brings_what_each_kind_brings() -> None:
    told = reckon_boosts(BOOSTS, picked=["a", "b", "c", "d"], amount_cny=300.0, step_cny=500.0)
    codes = [each.code for each in told]
    assert codes == ["boosting.expected", "boosting.expected", "explore.boost_average", "explore.boost_unknown"]
    images, videos = (each.values for each in told[:2])
    assert (images["x"], images["n_notes"], images["amount_cny"]) == ("feed", 2, 600.0)
    assert images["extra_results"] == pytest.approx(3 * 200 + 3 * 100)
    assert (videos["extra_results_low"], videos["extra_results_high"]) == pytest.approx((2_700, 2_700))
    assert told[2].values == {"n_notes": 1, "n_picked": 4, "reason": "no_history"}
    assert told[3].values["reason"] == "no_ad_cost"


def test_more_than_a_step_is_said_to_be_beyond_what_is_known() -> None:
    assert [each.code for each in reckon_boosts(BOOSTS, picked=[], amount_cny=1, step_cny=500)] == [
        "explore.boost_pick"
    ]
    told = reckon_boosts(BOOSTS, picked=["a"], amount_cny=501, step_cny=500)
    assert [each.code for each in told] == ["boosting.expected", "boosting.no_curve"]
    unknown = reckon_boosts(BOOSTS, picked=["d"], amount_cny=501, step_cny=500)
    assert [each.code for each in unknown] == ["explore.boost_unknown"]
