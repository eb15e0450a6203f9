"""The plan's pictures: what is drawn, in both languages, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.present import plan_charts
from xhs_toolkit.present.wording import LANGUAGES

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


def texts(figure: object) -> list[str]:
    axes = figure.axes[0]
    drawn = [text.get_text() for text in axes.texts]
    ticks = [tick.get_text() for tick in (*axes.get_yticklabels(), *axes.get_xticklabels())]
    legend = [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
    return [*drawn, *ticks, *legend]


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_is_cut_into_four_parts_and_narrow_ones_stay_unwritten(language: str) -> None:
    figure = plan_charts.plot_money(OPTIONS, language=language, title="t")
    widths = sorted(round(bar.get_width()) for bar in figure.axes[0].patches)
    assert widths == [5, 5, 10, 15, 15, 20, 60, 70]
    written = texts(figure)
    assert any("60" in text for text in written)
    assert not any(text in {"¥5.00", "5.00元"} for text in written)
    assert "Mine" in written


def test_names_are_in_the_readers_language() -> None:
    assert "The plan" in texts(plan_charts.plot_money(OPTIONS, language="en", title="t"))
    assert "本方案" in texts(plan_charts.plot_money(OPTIONS, language="zh", title="t"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_shows_phases_and_festivals(language: str) -> None:
    days = pd.to_datetime(["2026-06-01", "2026-06-11"])
    phases = pd.DataFrame({"phase": ["creators_post", "review"], "stage": ["creators", "review"]})
    phases = phases.assign(first_date=days, last_date=days + pd.Timedelta(days=4))
    festivals = pd.DataFrame({"festival": ["shopping_618"], "date": pd.to_datetime(["2026-06-18"])})
    figure = plan_charts.plot_timeline(phases, festivals=festivals, language=language, title="t")
    assert [bar.get_width() for bar in figure.axes[0].patches] == [5, 5]
    assert "618" in texts(figure)


def test_ranges_write_middle_and_ends_and_the_target() -> None:
    figure = plan_charts.plot_ranges(OPTIONS, group="option", metric="views", language="en", title="t", target=60.0)
    written = texts(figure)
    assert "50  (10–200)" in written
    assert "Target 60" in written
    plain = plan_charts.plot_ranges(OPTIONS, group="option", metric="views", language="en", title="t", target=None)
    assert not any(text.startswith("Target") for text in texts(plain))


def test_the_roster_counts_chosen_and_not_chosen() -> None:
    candidates = pd.DataFrame({"candidate_id": list("abcd"), "cost_cny": [100.0, 200, 300, 400]})
    candidates = candidates.assign(views_p50=[10.0, 20.0, np.nan, 40.0], creator_name="n")
    chosen = candidates.head(2)
    figure = plan_charts.plot_roster(candidates, chosen=chosen, metric="views", language="en", title="t")
    assert {"Chosen  n = 2", "Not chosen  n = 1"} <= set(texts(figure))


def test_nothing_to_draw_gives_no_picture() -> None:
    none = OPTIONS.assign(large_cny=np.nan, p50=np.nan)
    assert plan_charts.plot_money(none, language="en", title="t") is None
    assert plan_charts.plot_ranges(none, group="option", metric="views", language="en", title="t") is None
    empty = pd.DataFrame(columns=["phase", "stage", "first_date", "last_date", "festival", "date"])
    assert plan_charts.plot_timeline(empty, festivals=empty, language="en", title="t") is None
    roster = pd.DataFrame({"candidate_id": ["a"], "cost_cny": [1.0], "creator_name": ["n"]})
    assert plan_charts.plot_roster(roster, chosen=roster, metric="views", language="en", title="t") is None
