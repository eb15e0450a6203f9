"""The campaign by day, kind, source, size and place adds up, and is empty where no file tells."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.findings import Finding
from xhs_toolkit.present import charts
from xhs_toolkit.present.draw import draw_chart
from xhs_toolkit.present.shown import split_panels
from xhs_toolkit.results import Portrait, summarise_portrait
from xhs_toolkit.results.portrait import read_note_kinds
from xhs_toolkit.tables import TABLES

PERSONAS = {"personas": [{"name": "Families", "keywords": ["亲子"]}, {"name": "Travellers", "keywords": ["旅行"]}]}
CAMPAIGN = Campaign(folder=Path(), time_zone="Pacific/Auckland", planning=PERSONAS)
CREATORS = pd.DataFrame(
    {
        "creator_id": ["c0", "c1", "c2"],
        "creator_name": ["Ana", "Bo", "Cy"],
        "category": ["亲子", "旅行", "美食"],
        "tags": None,
        "fan_places": ["广东 0.5; 上海 0.25", "广东 0.1", None],
    }
)
TITLES = ["一日徒步路线", "带娃日记", "冲锋衣测评", "好看", "购物清单", "周末体验"]


def make_notes(n: int = 12) -> pd.DataFrame:
    numbers = pd.Series(range(n))
    return pd.DataFrame(
        {
            "note_id": "n" + numbers.astype(str),
            "creator_id": "c" + (numbers % 3).astype(str),
            "creator_name": (numbers % 3).map({0: "Ana", 1: "Bo", 2: "Cy"}),
            "title": [TITLES[number % len(TITLES)] for number in numbers],
            "text": None,
            "tags": None,
            "posted_at": pd.Timestamp("2026-08-03T20:00Z") + pd.to_timedelta(numbers, unit="D"),
            "format": (numbers % 2).map({0: "image", 1: "video"}),
            "tier": (numbers % 3).map({0: "KOL", 1: "KOC", 2: "KOC"}),
            "theme": ["walks" if number % 2 else None for number in numbers],
            "views": 1_000.0,
            "views_organic": 750.0,
            "engagement": 100.0 + numbers,
            "content_cny": (numbers % 3).map({0: 800.0, 1: 100.0, 2: 100.0}),
            "exposure": 10_000.0,
            "exposure_organic": 8_000.0,
            "exposure_discovery": 5_000.0,
            "exposure_search": 2_000.0,
            "exposure_promoted": 2_000.0,
            "exposure_heated": 0.0,
        }
    )


def portray(notes: pd.DataFrame, **tables: pd.DataFrame) -> Portrait:
    empty = {name: pd.DataFrame(columns=[column.name for column in table]) for name, table in TABLES.items()}
    rows = pd.DataFrame(
        {"metric": "leads", "date": pd.date_range("2026-08-05", periods=3), "value": [1.0, 2.0, 4.0], "by": "code"}
    )
    given = {"tables": {**empty, "creators": CREATORS, **tables}, "attribution": SimpleNamespace(rows=rows)}
    return summarise_portrait(notes, campaign=CAMPAIGN, **given)


def test_days_count_in_the_campaigns_time_zone_and_add_up() -> None:
    days = portray(make_notes()).days
    sums = days.groupby("series")["measured"].sum().to_dict()
    assert sums == {"posted_notes": 12.0, "leads": 7.0}
    assert days.loc[days["measured"].notna(), "date"].min() == pd.Timestamp("2026-08-04")


def test_kinds_are_told_by_words_and_personas_by_profiles() -> None:
    kinds = portray(make_notes()).kinds.set_index(["dimension", "group"])
    assert set(kinds.loc["note_kind"].index) == {"list_or_route", "story", "product_note", "unassigned"}
    assert set(kinds.loc["persona"].index) == {"Families", "Travellers", "unassigned"}
    assert kinds.loc[("persona", "Families"), "n_notes"] == 4
    assert "theme" not in kinds.index.get_level_values(0), "one theme alone compares with nothing"
    assert kinds.loc[("format", "image"), "engagement_rate"] == pytest.approx(0.105)


def test_shares_of_traffic_and_sizes_are_wholes() -> None:
    portrait = portray(make_notes())
    for parts in (portrait.traffic, portrait.sizes):
        assert parts.groupby("metric")["part_share"].sum().round(9).eq(1).all()
    traffic = portrait.traffic.set_index(["metric", "part"])["part_share"]
    assert traffic["exposure"].to_dict() == {
        "discovery": 0.5, "search_page": 0.2, "other_organic": 0.1, "paid_traffic": 0.2, "organic_traffic": 0.0
    }  # fmt: skip
    assert traffic["views", "organic_traffic"] == 0.75
    sizes = portrait.sizes.set_index(["metric", "part"])["part_share"]
    assert sizes["content_cny", "KOL"] == pytest.approx(0.8)
    assert sizes["n_creators", "KOL"] == pytest.approx(1 / 3)


def test_places_are_of_readers_and_of_fans() -> None:
    comments = pd.DataFrame({"note_id": ["n0", "n1", "n2", "x"], "place": ["新西兰", "新西兰", "上海", "北京"]})
    places = portray(make_notes(), comments=comments).places.set_index(["heard_from", "place"])
    assert places.loc[("comment_places", "新西兰"), "place_share"] == pytest.approx(2 / 3)
    assert places.loc[("fan_places", "广东"), "place_share"] == pytest.approx(0.3)
    assert places.loc[("fan_places", "广东"), "n"] == 2


def test_what_no_file_tells_leaves_no_trace() -> None:
    notes = make_notes(1).assign(exposure_discovery=None, views_organic=None, tier=None, format=None)
    portrait = portray(notes, creators=CREATORS.assign(fan_places=None, category=None))
    assert [len(frame) for frame in portrait] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_day_panel_has_its_own_unit(language: str) -> None:
    chart = charts.days(portray(make_notes()).days, window=["2026-08-03", "2026-08-20"])
    assert [panel.options["unit"] for panel in split_panels(chart)] == ["posted_notes", "leads"]
    (axes,) = draw_chart(chart, language=language).axes
    assert len(axes.child_axes) == 2


def test_every_kind_of_note_has_a_name() -> None:
    from xhs_toolkit.present.wording import has_term

    assert all(has_term(kind.name, language=language) for kind in read_note_kinds() for language in ("en", "zh"))


SPAN = {"first_date": "2026-08-03", "last_date": "2026-09-13", "metric": "leads"}
ADS = {"from_date": "2026-08-10", "until_date": "2026-09-13"}
NO_ADS = {"from_date": None, "until_date": None}
NO_NOTES = SPAN | {"first_date": None, "last_date": None}
STEP = {"metric": "engagement", "amount_cny": 34_600.0, "value": 61.0, "step_cny": 100}
WORDS = [
    *(Finding(f"counted.{name}", {"n": n}) for name in ("notes", "comments") for n in (1, 1_200)),
    *(Finding("headline.days", values) for values in (SPAN | ADS, SPAN | NO_ADS, NO_NOTES | ADS)),
    *(Finding("portrait.days", {"metric": "leads", "shaded": shaded}) for shaded in (True, False)),
    Finding("headline.traffic", {"x": "discovery", "exposure_share": 0.5, "views_share": 0.0, "search_share": 0.2}),
    Finding("headline.traffic", {"x": "organic_traffic", "views_share": 0.75}),
    Finding("headline.sizes", {"x": "KOC", "content_cny_share": 0.25, "engagement_share": 0.6, "views_share": 0.5}),
    Finding("headline.sizes", {"x": "KOC", "views_share": 0.5}),
    *(Finding("next.rebook", STEP | {"n_creators": n, "low_value": 21_000.0, "high_value": 43_000.0}) for n in (1, 16)),
    *(Finding("next.drop", STEP | {"n_creators": n}) for n in (1, 9)),
    Finding("headline.places", {"group": "comment_places", "place": "新西兰", "part_share": 0.6}),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_the_portrait(language: str) -> None:
    from golden_words import check_golden, write_out

    check_golden(f"portrait.{language}", write_out("portrait", [("", each) for each in WORDS], language=language))
