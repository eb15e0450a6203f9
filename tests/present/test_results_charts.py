"""Pictures of results: what is clear, what is not, what was paid, and what notes and ads brought."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts
from xhs_toolkit.present.draw import draw_chart
from xhs_toolkit.present.shown import list_rows
from xhs_toolkit.present.spec import Chart, read_chart
from xhs_toolkit.present.style import INK, PALETTE, STANDING_COLOURS, use_style

GROUPS = pd.DataFrame(
    {
        "dimension": ["all", "tier", "tier", "creator_name"],
        "group": ["all", "KOC", "KOL", "奶茶 🧋 小姐"],
        "expected_ratio": [1.8, 3.0, 0.4, 1.1],
        "expected_ratio_low": [1.2, 2.0, 0.2, 0.1],
        "expected_ratio_high": [2.6, 4.0, 0.8, 250.0],
        "n_notes": [36, 20, 16, 1],
        "verdict": ["in_line", "clearly_better", "clearly_worse", "not_enough_notes"],
    }
)
ITEMS = pd.DataFrame({"item": ["creator_fee", "feed_ads", "rebate"], "amount_cny": [1000.0, 400.0, -100.0]})


def make_ranking(n: int) -> pd.DataFrame:
    ratio = pd.Series(range(n, 0, -1), dtype=float) / 3
    ranges = {"expected_ratio": ratio, "expected_ratio_low": ratio / 3, "expected_ratio_high": ratio * 3}
    names = {"title": [f"笔记 {i}" if i % 3 else None for i in range(n)], "creator_name": "Ana", "note_id": "n"}
    brought = {"metric": "views", "measured": 100.0, "expected": 50.0}
    return pd.DataFrame(ranges | names | brought | {"shrunk_ratio": ratio**0.5, "verdict": "in_line"})


def make_series() -> pd.DataFrame:
    observed = np.linspace(100, 140, 40)
    is_after = np.arange(40) >= 30
    low = np.where(is_after, observed - 20, np.nan)
    days = {"date": pd.date_range("2026-07-01", periods=40), "is_after": is_after}
    ends = {"counterfactual_low": low, "counterfactual_high": low + 20}
    return pd.DataFrame({**days, "observed": observed, "counterfactual": observed - 10, **ends})


def make_candidates(n: int, placement: str, form: str, rate: float) -> pd.DataFrame:
    rates = rate * np.linspace(1.5, 1.0, n)
    named = {"note_id": [f"{placement}{i}" for i in range(n)], "title": "徒步", "creator_name": "A", "metric": "views"}
    ends = {"per_100_rmb": rates, "per_100_rmb_low": rates / 2, "per_100_rmb_high": 2 * rates}
    chosen = np.arange(n) < 2
    return pd.DataFrame(
        named | ends | {"placement": placement, "format": form, "kind_ratio": rates / rate, "is_recommended": chosen}
    )


def draw_axes(chart: Chart, language: str = "en") -> object:
    (axes,) = draw_chart(chart, language=language).axes
    return axes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_verdict_has_a_shape_and_the_readers_colour(language: str) -> None:
    axes = draw_axes(charts.effects(GROUPS, metric="views"), language)
    dots = [line for line in axes.lines if line.get_marker() in {"o", "^", "v"}]
    assert [dot.get_marker() for dot in dots] == ["o", "^", "v", "o"]
    colours, tones = [to_hex(dot.get_markeredgecolor()) for dot in dots], STANDING_COLOURS
    assert colours == [PALETTE[0], tones["good"], tones["bad"], PALETTE[0]]
    assert dots[3].get_markerfacecolor() == "white"
    assert axes.get_xscale() == "log"
    heads = {text.get_text() for text in axes.texts}
    assert ({"Campaign", "Size"} if language == "en" else {"总体", "达人量级"}) <= heads


def test_the_headline_of_effects_is_that_of_the_whole_campaign() -> None:
    assert charts.effects(GROUPS, metric="views").headline == Finding(
        "headline.effects_in_line", {"metric": "views", "expected_ratio": 1.8, "usual": "looks_higher"}
    )
    assert charts.effects(GROUPS.tail(3), metric="views").headline is None


def test_a_long_ranking_shows_the_best_and_the_worst() -> None:
    chart = charts.ranking(make_ranking(100), metric="views")
    names = [tick.get_text() for tick in draw_axes(chart).get_yticklabels()]
    assert len(names) == charts.MAX_NOTES
    assert (names[0], names[1], names[-1]) == ("Ana", "笔记 1", "Ana")
    assert "笔记 50" not in names
    assert chart.audience == ("analyst",), "the client sees the best and the weakest"


def test_standouts_compare_where_they_can_and_count_where_not() -> None:
    compared = charts.standouts(make_ranking(9))
    rows = list_rows(compared, language="en", names={})
    stored = read_chart(compared.as_dict("a"), compared.frame[compared.columns])
    assert list_rows(stored, language="en", names={}) == rows, "a run keeps all that is told"
    assert [row.head for row in rows] == ["Best", "", "", "Weakest", "", ""]
    assert "Views 100 · Usual 50 · too early to say" in rows[0].remark
    assert compared.headline.values["n_notes"] == 9
    plain = charts.standouts(make_ranking(9).drop(columns="expected_ratio").assign(views=range(9)))
    assert [row.told for row in list_rows(plain, language="en", names={})] == ["8", "7", "6", "2", "1", "0"]
    assert plain.headline.code == "headline.standouts_plain"
    for few in (make_ranking(9).head(1), make_ranking(0)):
        assert charts.standouts(few.assign(views=1.0)).frame.empty


def test_each_amount_begins_where_the_last_one_ended() -> None:
    axes = draw_axes(charts.ledger(ITEMS))
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars == [(0, 1000), (1000, 400), (1400, -100), (0, 1300)]
    assert to_hex(axes.patches[-1].get_facecolor()) == INK
    assert "Total" in [tick.get_text() for tick in axes.get_yticklabels()]


def test_a_group_without_interval_says_why() -> None:
    groups = pd.DataFrame(
        {
            "dimension": ["tier", "tier"],
            "group": ["KOC", "KOL"],
            "cost_per_view_cny": [0.1, 0.2],
            "cost_per_view_cny_low": [0.05, None],
            "cost_per_view_cny_high": [0.2, None],
            "cost_per_view_reason": ["", "too_few_notes"],
            "n_cost_per_view": [20, 3],
        }
    )
    chart = charts.group_ratios(groups, name="cost_per_view", value="cost_per_view_cny", n="n_cost_per_view")
    rows = list_rows(chart, language="en", names={})
    assert [row.remark for row in rows] == ["¥0.050–¥0.20 · 20 notes", "too few notes · 3 notes"]
    assert [row.is_hollow for row in rows] == [False, True]


def test_lift_shows_both_lines_the_band_and_the_campaigns_time() -> None:
    series = make_series()
    axes = draw_axes(charts.lift(series, metric="orders", answer=Finding("lift.detected")), "zh")
    lines = [line.get_ydata().tolist() for line in axes.lines if len(line.get_xdata()) == len(series)]
    assert lines == [series["observed"].tolist(), series["counterfactual"].tolist()]
    assert {"实际", "未投放时的预期", "投放期"} <= {text.get_text() for text in axes.texts}
    band = axes.collections[0].get_paths()[0].get_extents()
    low = series["counterfactual_low"]
    assert (band.y0, band.y1) == pytest.approx((low.min(), low.max() + 20))
    unknown = series.assign(counterfactual_low=np.nan, counterfactual_high=np.nan)
    assert draw_chart(charts.lift(unknown, metric="orders", answer=Finding("lift.detected")), language="en")


def test_each_kind_of_ads_is_held_against_its_own_usual() -> None:
    feed, plays = make_candidates(12, "feed", "image", 200.0), make_candidates(3, "video_feed", "video", 2_000.0)
    rows = list_rows(charts.boosts(pd.concat([feed, plays])), language="en", names={})
    assert len(rows) == charts.MAX_BOOSTS + 3
    assert [row.value for row in rows[:2]] == pytest.approx(feed["kind_ratio"].head(2))
    assert (rows[0].low, rows[0].high) == pytest.approx((0.75, 3.0))
    assert [row.is_hollow for row in rows[:4]] == [False, False, True, True]
    assert (rows[0].about, rows[0].remark.split(" · ")[1]) == ("Image · Views", "For ¥100 300")


def make_notes(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_name": [f"n{number}" for number in range(n)],
            "tier": (["KOC", "KOL", None] * n)[:n],
            "format": "image",
            "content_cny": 100.0,
            "views": [10.0 * (number + 1) for number in range(n)],
            "exposure": 10_000.0,
            "followers": 500.0,
            "engagement": 5.0,
        }
    )


def test_notes_are_drawn_by_what_was_measured() -> None:
    found = make_notes(20)
    chart = charts.notes(found)
    assert (chart.marks["x"], chart.marks["y"]) == ("content_cny", "views")
    assert chart.headline.values["n_top"] == 2
    assert charts.notes(found.assign(content_cny=np.nan)).marks["group"] == "format"
    assert charts.notes(found.assign(content_cny=np.nan, views=np.nan)).marks["y"] == "engagement"
    nothing = found.assign(content_cny=np.nan, views=np.nan, engagement=np.nan)
    assert charts.notes(nothing).frame.empty
    legend = {text.get_text() for text in draw_axes(chart).get_legend().get_texts()}
    assert legend == {"KOC  (7)", "KOL  (7)", "Not known  (6)"}


CHARTS = {
    "effects": lambda n: charts.effects(GROUPS.head(n), metric="views"),
    "ranking": lambda n: charts.ranking(make_ranking(min(n, 3)), metric="views"),
    "ledger": lambda n: charts.ledger(ITEMS.head(n)),
    "lift": lambda n: charts.lift(make_series().head(n), metric="orders", answer=Finding("lift.detected")),
    "boosts": lambda n: charts.boosts(make_candidates(3, "feed", "image", 2.0).head(n)),
    "notes": lambda n: charts.notes(make_notes(9).head(n)),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_draw_without_a_warning_and_nothing_from_nothing(name: str, language: str) -> None:
    assert draw_chart(CHARTS[name](0), language=language) is None
    chart = CHARTS[name](100)
    before = chart.frame.copy()
    with warnings.catch_warnings(), use_style():
        warnings.simplefilter("error")
        draw_chart(chart, language=language).canvas.draw()
    pd.testing.assert_frame_equal(chart.frame, before)
