"""The pictures of the content: what they draw, what they leave out, and when there is nothing to draw."""

from __future__ import annotations

import pandas as pd
import pytest

from xhs_toolkit.present.content_charts import MAX_CHIPS, plot_calendar, plot_effects


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


def texts_of(figure: object) -> list[str]:
    axes = figure.axes[0]
    return [text.get_text() for text in (*axes.texts, *axes.get_yticklabels())]


def test_effects_are_drawn_on_a_log_scale_and_only_differences_are_filled() -> None:
    figure = plot_effects(make_effects(), language="en", title="Effects")
    axes = figure.axes[0]
    assert axes.get_xscale() == "log"
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, True]
    assert any("×1.8" in text and "n = 40" in text for text in texts_of(figure))
    assert "Gear" not in texts_of(figure)


def test_without_a_ratio_there_is_no_picture() -> None:
    nothing = make_effects(engagement_ratio=[None, None, None])
    assert plot_effects(nothing, language="zh", title="") is None


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


@pytest.mark.parametrize(("language", "month", "theme"), [("en", "3 Aug", "theme 0"), ("zh", "8月3日", "主题")])
def test_a_calendar_begins_on_monday_and_names_its_notes(language: str, month: str, theme: str) -> None:
    festival = {"date": [pd.Timestamp("2026-08-05")], "event": ["festival"], "name": ["qixi"]}
    names = {"zh": {"theme 0": "主题"}}
    figure = plot_calendar(
        make_calendar(2), events=pd.DataFrame(festival), language=language, title="Calendar", names=names
    )
    words = texts_of(figure)
    assert month in words
    assert {"K 0", "1", theme} <= set(words)
    assert ("Qixi" if language == "en" else "七夕") in words


def test_a_full_day_says_how_many_more_there_are() -> None:
    figure = plot_calendar(make_calendar(7), events=NO_EVENTS, language="en", title="", names={})
    assert f"+{7 - MAX_CHIPS}" in texts_of(figure)


def test_undated_notes_are_not_drawn() -> None:
    undated = make_calendar(2).assign(date=pd.NaT)
    assert plot_calendar(undated, events=NO_EVENTS, language="en", title="", names={}) is None


def test_a_name_that_no_font_has_draws_without_an_empty_box() -> None:
    strange = make_calendar(1).assign(creator_name="🥾‮x")
    figure = plot_calendar(strange, events=NO_EVENTS, language="en", title="", names={})
    assert "K x" in texts_of(figure)
