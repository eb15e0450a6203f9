"""Figures of different units in one column, and names in the reader's language."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.present.tables import make_display_table

TOTALS = pd.DataFrame(
    {
        "metric": ["views", "cost_per_view_cny", "click_rate"],
        "p50": [12_345.0, 0.2, None],
        "target": [500_000.0, None, 0.08],
        "target_reason": ["", "no_target", ""],
    }
)


def test_a_figure_is_written_in_the_unit_of_its_row() -> None:
    english = make_display_table(TOTALS, columns=["metric", "p50", "target"], language="en").to_numpy().tolist()
    assert english == [
        ["Views", "12,345", "500,000"],
        ["Cost per view", "¥0.20", "no target"],
        ["Click-through rate", "not measured", "8.0%"],
    ]
    chinese = make_display_table(TOTALS, columns=["metric", "p50", "target"], language="zh").to_numpy().tolist()
    assert chinese[1] == ["阅读单价", "0.20元", "未设目标"]


def test_values_that_are_terms_are_named() -> None:
    frame = pd.DataFrame({"option": ["plan", "My own"], "phase": ["review", "creators_post"], "status": "optimal"})
    assert make_display_table(frame, columns=list(frame), language="zh").iloc[0].tolist() == [
        "本方案",
        "复盘",
        "已证明最优",
    ]
    assert make_display_table(frame, columns=["option"], language="en").iloc[1, 0] == "My own"
