"""The plan's pictures: what they hold, for whom, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import people_charts, plan_charts
from xhs_toolkit.present.draw import draw_chart
from xhs_toolkit.present.spec import INTERNAL, Chart

OPTIONS = pd.DataFrame(
    {
        "option": ["plan", "Mine"],
        "large_cny": [60.0, 10.0],
        "small_cny": [20.0, 70.0],
        "feed_cny": [15.0, 15.0],
        "search_cny": [5.0, 5.0],
        "p10": [10.0, 20.0],
        "p50": [50.0, 40.0],
        "p90": [200.0, 90.0],
    }
)
ALT = Finding("roster.picture_options", {"metric": "views"})


def texts(chart: Chart, language: str = "en", names: dict[str, str] | None = None) -> list[str]:
    figure = draw_chart(chart, language=language, names=names or {})
    axes = figure.axes[0]
    drawn = [text.get_text() for text in axes.texts]
    ticks = [tick.get_text() for tick in (*axes.get_yticklabels(), *axes.get_xticklabels())]
    legend = [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
    return [*drawn, *ticks, *legend]


@pytest.mark.parametrize("language", list_languages())
def test_money_is_cut_into_four_parts_and_narrow_ones_stay_unwritten(language: str) -> None:
    chart = plan_charts.money(OPTIONS)
    bars = draw_chart(chart, language=language).axes[0].patches
    assert sorted(round(bar.get_width()) for bar in bars) == [5, 5, 10, 15, 15, 20, 60, 70]
    written = texts(chart, language)
    assert any("60" in text for text in written)
    assert not any(text in {"¥5.00", "5.00元"} for text in written)
    assert "Mine" in written
    assert chart.headline.values == {"x": "large_cny", "part_share": 0.6, "amount_cny": 60.0}


def test_names_are_in_the_readers_language() -> None:
    assert "The plan" in texts(plan_charts.money(OPTIONS))
    assert "本方案" in texts(plan_charts.money(OPTIONS), "zh")


@pytest.mark.parametrize("language", list_languages())
def test_the_timeline_shows_phases_and_festivals(language: str) -> None:
    days = pd.to_datetime(["2026-06-01", "2026-06-11"])
    phases = pd.DataFrame({"phase": ["creators_post", "review"], "stage": ["creators", "review"]})
    phases = phases.assign(first_date=days, last_date=days + pd.Timedelta(days=4))
    festivals = pd.DataFrame({"festival": ["shopping_618"], "date": pd.to_datetime(["2026-06-18"])})
    chart = plan_charts.timeline(phases, festivals=festivals)
    assert [bar.get_width() for bar in draw_chart(chart, language=language).axes[0].patches] == [5, 5]
    assert "618" in texts(chart, language)
    assert chart.headline.values == {"first_date": "2026-06-01", "last_date": "2026-06-05"}


def test_ranges_write_middle_and_ends_and_the_target() -> None:
    settings = {"name": "alternatives", "group": "option", "metric": "views", "alt": ALT}
    written = texts(plan_charts.ranges(OPTIONS, target=60.0, **settings))
    assert {"50", "10–200", "Target 60"} <= set(written)
    plain = texts(plan_charts.ranges(OPTIONS, target=float("nan"), **settings))
    assert not any(text.startswith("Target") for text in plain)
    assert plan_charts.ranges(OPTIONS, **settings).headline.code == "headline.range_best"
    assert plan_charts.ranges(OPTIONS.head(1), **settings).headline.code == "headline.range_one"


def test_the_roster_counts_chosen_and_not_chosen() -> None:
    candidates = pd.DataFrame({"candidate_id": list("abcd"), "cost_cny": [100.0, 200, 300, 400]})
    candidates = candidates.assign(views_p50=[10.0, 20.0, np.nan, 40.0], creator_name=["A", "B", "C", "D"])
    chart = plan_charts.roster(candidates, chosen=candidates.head(2), metric="views")
    written = texts(chart)
    assert {"Chosen  (2)", "Not chosen  (1)", "A", "B"} <= set(written)
    assert "D" not in written, "only chosen creators are named"
    assert chart.headline.values == {"n_chosen": 2, "n_candidates": 4, "cost_cny": 300.0}


def test_the_funnel_shows_who_is_left_and_what_each_rule_took() -> None:
    steps = pd.DataFrame({"step": ["pool", "on_long_list", "on_long_list", "on_shortlist"]})
    steps = steps.assign(n_creators=[10, 6, 6, 6], rule=[None, "long_list", "competitors", None])
    chart = people_charts.funnel(steps.assign(n_removed=[np.nan, 3.0, 1.0, np.nan]))
    drawn = chart.frame.set_index("step")
    assert drawn.index.tolist() == ["pool", "long_list", "competitors", "on_long_list", "on_shortlist"]
    assert drawn["n_creators"].tolist() == [10, 3, 1, 6, 6]
    assert drawn["from_creators"].tolist() == [0, 7, 6, 0, 0]
    assert {"10", "3", "1", "6"} <= set(texts(chart))


def make_effects(**changes: object) -> pd.DataFrame:
    rows = {
        "dimension": ["theme", "theme", "format"],
        "group": ["Day walks", "Gear", "video"],
        "n_notes": [40, 3, 58],
        "engagement_ratio": [1.8, None, 0.9],
        "engagement_ratio_low": [1.4, None, 0.7],
        "engagement_ratio_high": [2.3, None, 1.2],
        "verdict": ["goes_with_more", "not_known", "no_difference"],
    }
    return pd.DataFrame(rows | changes)


def test_effects_are_drawn_on_a_log_scale_and_only_differences_are_filled() -> None:
    chart = plan_charts.content_effects(make_effects())
    axes = draw_chart(chart, language="en").axes[0]
    assert axes.get_xscale() == "log"
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, True]
    written = texts(chart)
    assert "×1.8" in written
    assert any("40 notes" in text for text in written)
    assert "Gear" not in written


def make_calendar(n: int, day: str = "2026-08-05") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_name": [f"示例博主·{number}" for number in range(n)],
            "theme": [f"theme {number % 2}" for number in range(n)],
            "wave": ["opening"] + ["echo"] * (n - 1),
            "date": pd.Timestamp(day),
        }
    )


NO_EVENTS = pd.DataFrame(columns=["date", "event", "name"]).astype({"date": "datetime64[us]"})


@pytest.mark.parametrize(("language", "theme", "festival"), [("en", "theme 0", "Qixi"), ("zh", "主题", "七夕")])
def test_a_calendar_names_its_creators_themes_and_festivals(language: str, theme: str, festival: str) -> None:
    rows = {"date": [pd.Timestamp("2026-08-07")] * 2, "event": ["festival", "post"], "name": ["qixi", "no"]}
    chart = plan_charts.calendar(make_calendar(2), events=pd.DataFrame(rows))
    written = texts(chart, language, {"theme 0": theme})
    assert {"示例博主·0", "示例博主·1", theme, festival} <= set(written)
    assert "no" not in written
    faces = [patch.get_facecolor()[:3] == (1, 1, 1) for patch in draw_chart(chart, language=language).axes[0].patches]
    assert faces[:2] == [False, True], "who opens is filled"


def test_a_calendar_leaves_out_far_events_and_rows_beyond_its_room() -> None:
    far = pd.DataFrame({"date": [pd.Timestamp("2026-12-25")], "event": ["festival"], "name": ["christmas"]})
    chart = plan_charts.calendar(make_calendar(plan_charts.MAX_CREATORS + 3), events=far)
    assert len(chart.frame) == plan_charts.MAX_CREATORS


def test_points_keep_every_creator_and_only_parts_that_count() -> None:
    creators = pd.DataFrame({"creator_name": ["A", "A", None], "points_fit": [3.0, np.nan, 1.0], "points_price": 0.0})
    parts = ["points_fit", "points_price"]
    chart = people_charts.points(creators, name="score", alt=Finding("vetting.picture_score"), parts=parts)
    assert chart.audience == INTERNAL
    assert set(chart.frame["part"]) == {"points_fit"}
    assert len(draw_chart(chart, language="en").axes[0].get_yticks()) == 3, "two of one name stay two bars"


def test_nothing_to_draw_gives_no_picture() -> None:
    none = OPTIONS.assign(large_cny=np.nan, p50=np.nan)
    empty = pd.DataFrame(columns=["phase", "stage", "first_date", "last_date", "festival", "date"])
    roster = pd.DataFrame({"candidate_id": ["a"], "cost_cny": [1.0], "creator_name": ["n"]})
    undated = make_calendar(2).assign(date=pd.NaT)
    charts = [
        plan_charts.money(none),
        plan_charts.ranges(none, name="mix", group="option", metric="views", alt=ALT),
        plan_charts.timeline(empty, festivals=empty),
        plan_charts.roster(roster, chosen=roster, metric="views"),
        plan_charts.content_effects(make_effects(engagement_ratio=np.nan)),
        plan_charts.calendar(undated, events=NO_EVENTS),
    ]
    assert [draw_chart(chart, language="zh") for chart in charts] == [None] * len(charts)
    assert all(chart.headline is None or chart.name == "roster" for chart in charts)
