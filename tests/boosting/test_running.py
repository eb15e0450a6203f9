"""Stop rules, in every branch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from boosting_frames import make_ads, make_notes, sum_days

from xhs_toolkit.boosting import check_running

SETTINGS = {"as_of": pd.Timestamp("2026-08-12"), "recent_days": 3, "stop_ratio": 1.5}
NOTES = make_notes(4)
STEADY = np.tile([190.0, 210.0, 200.0], (4, 3))


def check(ads: pd.DataFrame, **settings: object) -> pd.DataFrame:
    return check_running(sum_days(NOTES, ads), **SETTINGS | settings)


def test_steady_ads_go_on() -> None:
    found = check(make_ads(NOTES, clicks=STEADY, n_days=9))
    assert found["advice"].tolist() == ["go_on"] * 4
    assert found["before_ratio"].tolist() == pytest.approx([1.0] * 4, abs=0.01)
    assert found["recent_cny"].tolist() == [300.0] * 4


def test_clicks_twice_as_dear_as_before_stop() -> None:
    fading = STEADY.copy()
    fading[0, 6:] /= 2
    found = check(make_ads(NOTES, clicks=fading, n_days=9)).set_index("note_id")
    assert found.loc["n000", "advice"] == "stop"
    assert found.loc["n000", "before_ratio"] == pytest.approx(2.0, rel=0.01)
    assert found.loc["n000", "before_ratio_low"] > 1
    assert found.index[0] == "n000", "the dearest comes first"
    assert set(found["advice"].iloc[1:]) == {"go_on"}


def test_clicks_dearer_than_the_campaigns_others_stop_though_they_always_were() -> None:
    dear = STEADY.copy()
    dear[0] /= 2
    found = check(make_ads(NOTES, clicks=dear, n_days=9)).set_index("note_id")
    assert found.loc["n000", "before_ratio"] == pytest.approx(1.0, rel=0.02)
    assert found.loc["n000", "others_ratio"] == pytest.approx(2.0, rel=0.02)
    assert found.loc["n000", "advice"] == "stop"


def test_as_dear_but_not_beyond_chance_is_watched() -> None:
    wild = np.tile([20.0, 900.0, 60.0], (4, 3))
    wild[0, 6:] = [20.0, 450.0, 60.0]
    found = check(make_ads(NOTES, clicks=wild, n_days=9)).set_index("note_id")
    assert found.loc["n000", "before_ratio"] > 1.5
    assert found.loc["n000", "before_ratio_low"] < 1
    assert found.loc["n000", "advice"] == "watch"


def test_too_few_clicks_or_days_are_not_judged() -> None:
    few = check(make_ads(NOTES, clicks=1.0, n_days=9))
    assert set(zip(few["advice"], few["reason"], strict=True)) == {("too_few", "too_few_results")}
    short = check(make_ads(NOTES.head(1), clicks=200.0, n_days=4))
    assert short[["advice", "reason"]].to_numpy().tolist() == [["too_few", "too_few_days"]]


def test_money_that_buys_no_click_stops() -> None:
    dead = STEADY.copy()
    dead[0, 6:] = 0
    found = check(make_ads(NOTES, clicks=dead, n_days=9)).set_index("note_id")
    assert np.isnan(found.loc["n000", "result_cost_cny"])
    assert found.loc["n000", "advice"] == "stop"


def test_placements_are_judged_apart() -> None:
    """Plays in video feed cost a tenth of a click: beside them feed ads would look dear."""
    videos = NOTES.assign(format="video")
    ads = pd.concat(
        [make_ads(videos, clicks=STEADY, n_days=9), make_ads(videos, clicks=10 * STEADY, n_days=9, kind="video_feed")],
        ignore_index=True,
    )
    found = check(ads)
    assert len(found) == 8
    assert set(found["advice"]) == {"go_on"}


def test_ads_that_ended_do_not_run() -> None:
    assert check(make_ads(NOTES, n_days=6), as_of=pd.Timestamp("2026-09-30")).empty
    assert check(make_ads(NOTES.head(0))).empty
    ended = pd.concat([make_ads(NOTES.head(1), n_days=3), make_ads(NOTES.tail(3), n_days=9)], ignore_index=True)
    assert "n000" not in set(check(ended)["note_id"])


def test_the_threshold_is_the_settings() -> None:
    fading = STEADY.copy()
    fading[0, 6:] /= 2
    ads = make_ads(NOTES, clicks=fading, n_days=9)
    assert "stop" not in set(check(ads, stop_ratio=2.5)["advice"])


@pytest.mark.parametrize(("objective", "advice"), [("leads", "stop"), ("sales", "go_on")])
def test_ads_stop_by_what_the_objective_wants(objective: str, advice: str) -> None:
    """Clicks stay as cheap as they were; leads of one note have stopped."""
    notes = make_notes(6)
    ads = make_ads(notes, clicks=np.tile([190.0, 210.0, 200.0], (6, 3)), n_days=9).assign(leads=20.0)
    late = ads["date"] > ads["date"].max() - pd.Timedelta(days=3)
    ads = ads.assign(leads=ads["leads"].mask(late & ads["note_id"].eq("n000"), 0.0))
    found = check_running(sum_days(notes, ads, objective=objective), **SETTINGS).set_index("note_id")
    assert found.loc["n000", "advice"] == advice
    assert set(found.drop("n000")["advice"]) == {"go_on"}
