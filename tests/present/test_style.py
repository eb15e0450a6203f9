"""Numbers in the reader's form, and pictures without empty boxes."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.campaign import Budget, Campaign
from xhs_toolkit.campaign.values import READABLE, measure_contrast
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts, wording
from xhs_toolkit.present.currency import show_currency
from xhs_toolkit.present.draw import draw_chart
from xhs_toolkit.present.page import Said
from xhs_toolkit.present.style import PALETTE, choose_ink, format_for_client, format_value, picture_text
from xhs_toolkit.present.tables import make_display_table, style_table


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("views", 999, "999", "999"),
        ("views", 12_000, "12,000", "1.2万"),
        ("views", 10_000, "10,000", "1万"),
        ("exposure", 234_500_000, "234,500,000", "2.3亿"),
        ("n_notes", 12_000, "12,000", "12,000"),
        ("n_rate", 20, "20", "20"),
        ("click_rate", 0.0834, "8.3%", "8.3%"),
        ("click_rate_low", 0.0, "0.0%", "0.0%"),
        ("female_fan_share", 1, "100.0%", "100.0%"),
        ("cost_per_view_cny", 0.2, "¥0.20", "0.20元"),
        ("cost_per_view_cny", 0.0341, "¥0.034", "0.034元"),
        ("cost_per_view_cny_high", 1.5, "¥1.50", "1.50元"),
        ("cost_cny", 156_321, "¥156,321", "156,321元"),
        ("ratio", 1.84, "×1.8", "1.8倍"),
        ("posted_at", pd.Timestamp("2026-08-06T03:00Z"), "6 Aug 2026", "2026年8月6日"),
        ("first_date", "2026-08-06", "6 Aug 2026", "2026年8月6日"),
        ("creator_name", "示例博主", "示例博主", "示例博主"),
        ("views", float("nan"), "not measured", "暂无数据"),
        ("views", None, "not measured", "暂无数据"),
        ("posted_at", pd.NaT, "not measured", "暂无数据"),
        ("views", 0, "0", "0"),
    ],
)
def test_a_value_is_formatted_by_its_name(name, value, english, chinese) -> None:
    assert format_value(name, value, language="en") == english
    assert format_value(name, value, language="zh") == chinese


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("周末徒步🥾好开心", "周末徒步好开心"),
        ("$5 and $6", "$5 and $6"),
        ("a\u202eb\u200f\x07c", "abc"),
        ("line\none", "line one"),
        ("x" * 100, "x" * 59 + "…"),
        ("🥾", ""),
    ],
)
def test_picture_text_keeps_what_can_be_drawn(text: str, shown: str) -> None:
    assert picture_text(text) == shown


def make_notes(names: list[str]) -> pd.DataFrame:
    n = len(names)
    return pd.DataFrame(
        {
            "creator_name": names,
            "tier": ["KOC", "KOL"][:n] + [None] * max(n - 2, 0),
            "format": "image",
            "content_cny": 100.0,
            "views": [10.0**i for i in range(1, n + 1)],
            "exposure": 10_000.0,
            "followers": 500.0,
            "engagement": 5.0,
        }
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_no_name_makes_a_picture_warn(names: list[str]) -> None:
    notes = make_notes(names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw_chart(charts.notes(notes), language="zh")
        assert figure is not None
        figure.canvas.draw()


def test_amounts_in_the_clients_currency_have_the_cny_beside_them(tmp_path: Path) -> None:
    budget = {"amount": 52_000, "currency": "NZD", "cny_per_unit": 4.15, "rate_date": "2026-07-31"}
    told = Finding("test", {"cost_cny": 0.2165, "cost_cny_low": 0.146, "cost_cny_high": 0.321})
    with show_currency(Campaign(folder=tmp_path, budget=Budget(**budget))):
        pairs = [(value, each) for value in (196_176.86, 0.2021) for each in ("en", "zh")]
        shown = [format_for_client("cost_cny", value, language=each) for value, each in pairs]
        span = wording._write_span("cost_cny", told.values, "en")
        frame = pd.DataFrame({"total_cny": [196_176.86], "views": [906_027.0]})
        cells = make_display_table(frame, columns=list(frame), language="en").iloc[0].tolist()
        assert format_value("cost_cny", 0.2021, language="en") == "¥0.20"
        heads = [wording.name_column("per_100_rmb", language=each) for each in ("en", "zh")]
    assert shown == ["NZ$47,272 (¥196,177)", "NZ$47,272（196,177元）", "NZ$0.049 (¥0.20)", "NZ$0.049（0.20元）"]
    assert span == "NZ$0.052 (NZ$0.035–NZ$0.077; ¥0.22)"
    assert cells == ["NZ$47,272 (¥196,177)", "906,027"]
    assert format_for_client("cost_cny", 0.2021, language="en") == "¥0.20"
    assert heads == ["For NZ$24.10 (¥100)", "每NZ$24.10（100元）效果"]
    assert wording.name_column("per_100_rmb", language="en") == "For ¥100"


def test_a_notebook_shows_a_picture_that_pyplot_does_not_know() -> None:
    """In an interpreter of its own: other tests may have imported pyplot, and then Jupyter shows any figure."""
    code = """
import sys
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell
from xhs_toolkit import charts, draw_chart
groups = pd.DataFrame({"dimension": ["tier"], "group": ["KOC"], "cost_per_view_cny": [0.2], "n_notes": [3],
                       "cost_per_view_cny_low": [0.1], "cost_per_view_cny_high": [0.3]})
chart = charts.group_ratios(groups, name="cost_per_view", value="cost_per_view_cny", n="n_notes")
shown = InteractiveShell.instance().display_formatter.format(draw_chart(chart, language="en"))[0]
assert "seaborn" not in sys.modules, "what draws no points does not wait for it"
print(shown["image/png"][:4])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "PNG" in done.stdout


def test_prices_in_a_notebook_are_no_formula() -> None:
    frame = pd.DataFrame({"title": ["$100 to $200 <b>"]})
    table = style_table(frame, columns=["title"], language="en", caption="$1 to $2")._repr_html_()
    said = Said(["$100 to $200"])._repr_html_()
    dollar = "<span>$</span>"
    assert f"{dollar}100 to {dollar}200 &lt;b&gt;" in table
    assert f"{dollar}1 to {dollar}2" in table
    assert said == f"<p>{dollar}100 to {dollar}200</p>"


@pytest.mark.parametrize("ground", PALETTE)
def test_words_inside_bars_can_be_read(ground: str) -> None:
    assert measure_contrast(choose_ink(ground), ground) >= READABLE
