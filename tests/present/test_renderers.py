"""Each renderer draws each of the seven kinds from a spec alone, in both languages, with the same figures."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from pptx import Presentation
from pptx.util import Inches

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.draw import draw_chart, write_svg
from xhs_toolkit.present.explore_charts import write_png
from xhs_toolkit.present.sheet_chart import Cells, write_chart
from xhs_toolkit.present.shown import MAX_POINTS, ROWS, count_days, count_length, cut_points, find_axis, list_rows
from xhs_toolkit.present.slide_chart import add_chart
from xhs_toolkit.present.slide_theme import Place
from xhs_toolkit.present.spec import KINDS, Chart, Kind, read_chart
from xhs_toolkit.present.strips import show_chart
from xhs_toolkit.present.style import use_style

DAYS = pd.date_range("2026-08-03", periods=4)
FRAMES: dict[Kind, tuple[pd.DataFrame, dict[str, str], dict[str, object]]] = {
    "ranges": (
        pd.DataFrame(
            {
                **{"tier": ["tier", "tier", "theme"], "group": ["KOC", "KOL", "walks"], "views": [120.0, 80.0, 40.0]},
                **{"views_low": [90.0, 60.0, None], "views_high": [150.0, 95.0, None], "n": [20, 9, 2]},
            }
        ),
        {"name": "group", "group": "tier", "value": "views", "low": "views_low", "high": "views_high", "n": "n"},
        {"reference": 100.0, "reference_name": "target"},
    ),
    "bars": (
        pd.DataFrame({"item": ["creator_fee", "rebate", "total"], "amount_cny": [500.0, -100.0, 400.0],
                      "from_cny": [0.0, 500.0, 0.0], "standing": ["", "", "total"]}),
        {"name": "item", "value": "amount_cny", "start": "from_cny", "standing": "standing"},
        {},
    ),
    "stacked_bars": (
        pd.DataFrame({"option": ["plan", "Mine"] * 2, "part": ["feed_cny"] * 2 + ["search_cny"] * 2,
                      "amount_cny": [300.0, 100.0, 50.0, 200.0]}),
        {"name": "option", "value": "amount_cny", "part": "part"},
        {},
    ),
    "scatter": (
        pd.DataFrame({"cost_cny": [10.0, 100.0, 1e4], "views": [50.0, 5e3, 4e4], "tier": ["KOC", "KOC", "KOL"],
                      "creator_name": ["Ana", "=1+1", "溪"], "is_flagged": [False, True, False]}),
        {"x": "cost_cny", "y": "views", "group": "tier", "label": "creator_name", "chosen": "is_flagged"},
        {"scale": "log", "diagonal": True, "background": "KOC"},
    ),
    "lines": (
        pd.DataFrame({"date": [*DAYS, *DAYS], "group": ["lift_observed"] * 4 + ["lift_expected"] * 4,
                      "measured": [4.0, 5, 9, 12, 4, 5, 6, 6], "low": [None] * 6 + [5.0, 5.0],
                      "high": [None] * 6 + [7.0, 8.0]}),
        {"x": "date", "y": "measured", "group": "group", "low": "low", "high": "high"},
        {"shade": ["2026-08-05", "2026-08-06"], "shade_name": "lift_campaign"},
    ),
    "timeline": (
        pd.DataFrame({"phase": ["creators_post", "review", "qixi"], "stage": ["creators", "review", "festival"],
                      "first_date": DAYS[:3], "last_date": [DAYS[2], DAYS[3], DAYS[2]]}),
        {"name": "phase", "start": "first_date", "end": "last_date", "group": "stage"},
        {"milestones": ["festival"]},
    ),
    "funnel": (
        pd.DataFrame({"step": ["exposure", "views", "leads"], "n_to": [1e5, 1e4, 30.0]}),
        {"name": "step", "value": "n_to"},
        {},
    ),
}  # fmt: skip
BOTH = [(kind, language) for kind in KINDS for language in list_languages()]


def list_figures(chart: Chart) -> set[float]:
    """Figures that the frame holds, days as a sheet counts them, with the lengths of ranges and of days."""
    columns = [chart.frame[column].dropna() for column in dict.fromkeys(chart.marks.values())]
    known = [value for column in columns for value in column if isinstance(value, int | float)]
    known += [count_days(value) for column in columns for value in column if isinstance(value, pd.Timestamp)]
    lengths = count_length(chart) if chart.kind == "timeline" else []
    if "low" in chart.marks and chart.kind == "ranges":
        middle, ends = chart.column("value"), (chart.column("low"), chart.column("high"))
        lengths += [length for end in ends for length in (end - middle).abs().dropna()]
    return {round(float(figure), 4) for figure in (*known, *lengths, 0)}


def make_chart(kind: Kind) -> Chart:
    frame, marks, options = FRAMES[kind]
    words = {"title": Finding("picture.cost_per_view_title"), "alt": Finding("picture.cost_per_view")}
    return Chart(kind, kind, frame, marks, options=options, **words)


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_matplotlib_draws_every_kind_without_a_warning(kind: Kind, language: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = write_svg(draw_chart(make_chart(kind), language=language))
    assert drawn.count("<path") > 10
    assert drawn == write_svg(draw_chart(make_chart(kind), language=language)), "the same data, the same bytes"
    assert draw_chart(make_chart(kind), language=language, is_titled=False).axes[0].get_title(loc="left") == ""


def test_where_a_picture_cannot_grow_all_words_fit() -> None:
    figure = draw_chart(make_chart("ranges"), language="en", fits=True)
    write_png(figure)
    with use_style():
        words = [text.get_window_extent() for text in figure.axes[0].texts]
    assert max(box.x1 for box in words) <= figure.bbox.x1
    assert min(box.x0 for box in words) >= 0


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_the_page_shows_every_kind_as_rows_or_one_drawing(kind: Kind, language: str) -> None:
    shown = show_chart(make_chart(kind), language=language, names={"walks": "徒步"})
    if kind == "stacked_bars":
        assert [row["about"].count(" · ") + 1 for row in shown["rows"]] == [2, 2]
        assert [row["strip"].count("<rect") for row in shown["rows"]] == [2, 2]
        assert [name in row["about"] for _, name in shown["legend"] for row in shown["rows"]] == [True] * 4
        return
    if kind not in ROWS:
        assert all(shown[name].startswith("<?xml") for name in ("drawing", "narrow"))
        return
    assert [row["name"] for row in shown["rows"]] == [
        row.name for row in list_rows(make_chart(kind), language=language, names={"walks": "徒步"})
    ]
    assert all("<svg" in row["strip"] and "NaN" not in row["strip"] for row in shown["rows"])
    places = [float(place) for place, _ in shown["ticks"]]
    assert (places[0], places[-1]) == (0, 100)


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_slide_holds_every_kind_as_a_chart_of_its_own_figures(kind: Kind, language: str, tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    place = Place(0, 0, Inches(9), Inches(5))
    chart = make_chart(kind)
    add_chart(slide, chart, place=place, about="told", language=language, names={})
    deck.save(str(tmp_path / "deck.pptx"))
    (shape,) = Presentation(str(tmp_path / "deck.pptx")).slides[0].shapes
    drawn = shape.chart
    values = {round(value, 4) for series in drawn.plots[0].series for value in series.values if value is not None}
    assert values
    assert values <= list_figures(chart)
    assert not re.search(r"<c:v>=", drawn._chartSpace.xml), "no name is a formula"


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_sheet_draws_every_kind_from_its_cells(kind: Kind, language: str, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx", {"strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@"})
        cells = Cells(book.add_worksheet("drawn"), 3, text, text, book.add_format(), book.add_format())
        write_chart(book, cells, make_chart(kind), language=language, names={})
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["drawn"]
    assert len(sheet._charts) == 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    figures = [cell.value for row in sheet.iter_rows(min_row=5) for cell in row if isinstance(cell.value, int | float)]
    assert {round(float(value), 4) for value in figures} <= list_figures(make_chart(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_chart_is_the_chart_again(kind: Kind, tmp_path: Path) -> None:
    chart = make_chart(kind)
    chart.frame[chart.columns].to_parquet(tmp_path / "a.parquet")
    again = read_chart(chart.as_dict("a.parquet"), pd.read_parquet(tmp_path / "a.parquet"))
    assert again.as_dict("a.parquet") == chart.as_dict("a.parquet")
    assert list_figures(again) == list_figures(chart)
    assert write_svg(draw_chart(again, language="zh")) == write_svg(draw_chart(chart, language="zh"))


def test_rows_say_value_range_and_number_and_are_hollow_without_a_range() -> None:
    rows = list_rows(make_chart("ranges"), language="en", names={"walks": "hikes"})
    assert [(row.head, row.name, row.told, row.remark) for row in rows] == [
        ("Size", "KOC", "120", "90–150 · 20 notes"),
        ("", "KOL", "80", "60–95 · 9 notes"),
        ("Theme", "hikes", "40", "2 notes"),
    ]
    assert [row.is_hollow for row in rows] == [False, False, True]


@pytest.mark.parametrize(
    ("values", "ends", "base"),
    [((0.8, 1.5), (0.5, 2.0), 2), ((0.3, 1.2), (0.25, 4.0), 2), ((0.85, 7.0), (0.1, 10.0), 10),
     ((0.001, 3.0), (0.01, 100.0), 10)],
)  # fmt: skip
def test_an_axis_of_ratios_is_even_about_one(values: tuple[float, ...], ends: tuple[float, float], base: int) -> None:
    frame = pd.DataFrame({"group": "a", "ratio": values})
    words = {"title": Finding("a"), "alt": Finding("a")}
    axis = find_axis(
        Chart("ranges", "r", frame, {"name": "group", "value": "ratio"}, options={"scale": "log"}, **words)
    )
    assert (axis.low, axis.high, axis.base) == (*ends, base)
    assert axis.find(1.0) == pytest.approx(0.5)
    assert axis.find(1e9) == 1.0


def test_of_very_many_points_those_with_most_stay_editable() -> None:
    frame = pd.DataFrame({"cost_cny": 1.0, "views": range(1, 2 * MAX_POINTS)})
    words = {"title": Finding("a"), "alt": Finding("a")}
    kept = cut_points(Chart("scatter", "s", frame, {"x": "cost_cny", "y": "views"}, **words)).frame["views"]
    assert (len(kept), kept.max()) == (MAX_POINTS, 2 * MAX_POINTS - 1)
