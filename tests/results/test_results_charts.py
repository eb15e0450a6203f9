"""Pictures of results: what is clear, what is not, and what was paid."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from xhs_toolkit.present import results_charts as charts
from xhs_toolkit.present.style import BAD, GOOD, INK, PALETTE, use_style

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


def draw_ranking(n: int) -> pd.DataFrame:
    ratio = pd.Series(range(n, 0, -1), dtype=float) / 3
    ranges = {"expected_ratio": ratio, "expected_ratio_low": ratio / 3, "expected_ratio_high": ratio * 3}
    names = {"title": [f"笔记 {i}" if i % 3 else None for i in range(n)], "creator_name": "Ana", "note_id": "n"}
    return pd.DataFrame(ranges | names | {"shrunk_ratio": ratio**0.5, "verdict": "in_line"})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_verdict_has_a_shape_and_the_readers_colour(language: str) -> None:
    (axes,) = charts.plot_effects(GROUPS, language=language, title="t").axes
    dots = [line for line in axes.lines if line.get_marker() not in {"None", None, ""}]
    assert [dot.get_marker() for dot in dots] == ["o", "^", "v", "o"]
    colours = [to_hex(dot.get_markeredgecolor()) for dot in dots]
    assert colours == [PALETTE[0], GOOD[language], BAD[language], PALETTE[0]]
    assert dots[3].get_markerfacecolor() == "white"
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] < 0.1
    assert axes.get_xlim()[1] > 250


def test_a_long_ranking_shows_the_best_and_the_worst() -> None:
    (axes,) = charts.plot_ranking(draw_ranking(100), language="en", title="t").axes
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert len(names) == charts.MAX_NOTES
    assert (names[0], names[1], names[-1]) == ("Ana", "笔记 1", "Ana")
    assert "笔记 50" not in names


def test_each_amount_begins_where_the_last_one_ended() -> None:
    (axes,) = charts.plot_ledger(ITEMS, language="en", title="t").axes
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars == [(0, 1000), (1000, 400), (1400, -100), (0, 1300)]
    assert to_hex(axes.patches[-1].get_facecolor()) == INK
    assert "Total" in [tick.get_text() for tick in axes.get_yticklabels()]


@pytest.mark.parametrize(
    ("plot", "frame"),
    [(charts.plot_effects, GROUPS), (charts.plot_ranking, draw_ranking(3)), (charts.plot_ledger, ITEMS)],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_draw_without_a_warning_and_nothing_from_nothing(plot, frame, language: str) -> None:
    assert plot(frame.iloc[:0], language=language, title="t") is None
    before = frame.copy()
    with warnings.catch_warnings(), use_style():
        warnings.simplefilter("error")
        plot(frame, language=language, title="标题 t").canvas.draw()
    pd.testing.assert_frame_equal(frame, before)
