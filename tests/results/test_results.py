"""What the campaign brought: which notes count, how they add up, and what is said of them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit import results
from xhs_toolkit.tables import CREATORS, NOTES, PLACEMENTS, TABLES, conform

TIERS = (SimpleNamespace(name="KOC", followers_from=0), SimpleNamespace(name="KOL", followers_from=10_000))
THEMES = (
    SimpleNamespace(name="walks", keywords=("徒步", "walk")),
    SimpleNamespace(name="gear", keywords=("装备", "gear", "背包")),
)
ORIGIN = {"source": "dandelion_notes", "source_file": "export.xlsx", "source_row": 3}


def make_campaign(*, start: date | None = None, end: date | None = None, themes: tuple = THEMES) -> SimpleNamespace:
    return SimpleNamespace(
        window=SimpleNamespace(start=start, end=end),
        time_zone="Pacific/Auckland",
        themes=themes,
        agency=SimpleNamespace(tiers=TIERS, exchange_rates=()),
        budget=None,
    )


def make_frame(table, rows: list[dict]) -> pd.DataFrame:
    return conform(pd.DataFrame([ORIGIN | row for row in rows]), table)


def make_tables(notes: pd.DataFrame, *, creators: list[dict] = (), placements: list[dict] = ()) -> dict:
    return {name: table.empty() for name, table in TABLES.items()} | {
        "notes": notes,
        "creators": make_frame(CREATORS, list(creators)),
        "placements": make_frame(PLACEMENTS, list(placements)),
    }


def make_note(number: int, **values: object) -> dict:
    posted = pd.Timestamp("2026-08-10T00:00:00Z")
    return {"note_id": f"n{number}", "creator_id": f"c{number}", "format": "image", "posted_at": posted} | values


def summarise(notes: pd.DataFrame, *, campaign=None, **tables: list[dict]) -> results.Results:
    return results.summarise_results(make_tables(notes, **tables), latest=notes, campaign=campaign or make_campaign())


def codes(found: results.Results) -> list[str]:
    return [finding.code for finding in found.findings]


def test_the_window_is_in_the_campaigns_own_days() -> None:
    """23:30 UTC on the 9th is the 10th in Auckland."""
    notes = make_frame(NOTES, [make_note(1, posted_at=pd.Timestamp("2026-08-09T23:30Z")), make_note(2, posted_at=None)])
    campaign = make_campaign(start=date(2026, 8, 10), end=date(2026, 8, 10))
    assert summarise(notes, campaign=campaign).notes["note_id"].tolist() == ["n1"]
    assert len(summarise(notes).notes) == 2


def test_paid_notes_are_the_campaign_where_a_file_tells_them() -> None:
    rows = [make_note(1, scope="paid"), make_note(2), make_note(3)]
    found = summarise(make_frame(NOTES, rows), placements=[{"note_id": "n3", "price_cny": 100}])
    assert found.notes["note_id"].tolist() == ["n1", "n3"]
    counted = next(each for each in found.findings if each.code == "results.campaign_notes_paid")
    assert counted.values == {"n_notes": 2, "n_left_out": 1}
    assert "results.campaign_notes_all" in codes(summarise(make_frame(NOTES, [make_note(1)])))


def test_followers_come_from_the_note_or_the_newest_creator_row() -> None:
    notes = make_frame(NOTES, [make_note(1, followers=9_000), make_note(2), make_note(3)])
    days = pd.to_datetime(["2026-01-01", "2026-08-01"], utc=True)
    rows = [
        {"creator_id": "c2", "followers": 20_000, "as_of": days[1]},
        {"creator_id": "c2", "followers": 5_000, "as_of": days[0]},
    ]
    found = summarise(notes, creators=rows)
    assert found.notes["tier"].tolist()[:2] == ["KOC", "KOL"]
    assert pd.isna(found.notes["tier"].tolist()[2])
    assert dict(found.findings[codes(found).index("results.no_tier")].values) == {"n_notes": 1, "n_all": 3}


def test_the_theme_with_most_keywords_wins_and_the_first_on_a_tie() -> None:
    titles = ["周末徒步", "背包与GEAR", "徒步装备", "奶茶", None]
    notes = make_frame(NOTES, [make_note(i, title=title) for i, title in enumerate(titles)])
    themes = summarise(notes).notes["theme"]
    assert themes.tolist()[:3] == ["walks", "gear", "walks"]
    assert themes.isna().tolist() == [False, False, False, True, True]


def test_totals_add_up_and_say_how_many_notes_were_measured() -> None:
    notes = make_frame(NOTES, [make_note(1, exposure=1000, views=100), make_note(2, exposure=500), make_note(3)])
    total = summarise(notes).totals.iloc[0]
    assert (total["exposure"], total["n_exposure"], total["views"], total["n_views"]) == (1500, 2, 100, 1)
    assert np.isnan(total["content_cny"])
    assert total["cost_per_view_reason"] == "no_cost"


def test_nothing_measured_is_never_zero() -> None:
    notes = make_frame(NOTES, [make_note(1, likes=3, collects=1, comments=0), make_note(2)])
    found = summarise(notes)
    total = found.totals.iloc[0]
    assert np.isnan(total["exposure"])
    assert np.isnan(total["views"])
    assert total["engagement"] == 4
    said = {
        dict(f.values)["metric"]: dict(f.values)["reason"] for f in found.findings if f.code == "results.not_measured"
    }
    assert said == {
        "exposure": "no_exposure",
        "views": "no_views",
        "click_rate": "no_exposure",
        "cost_per_view_cny": "no_cost",
    }


def test_formats_are_never_pooled() -> None:
    rows = [make_note(i, exposure=1000, views=100) for i in range(6)]
    rows += [make_note(i + 10, format="video", exposure=1000, views=400, cover_click_rate=0.1) for i in range(6)]
    found = summarise(make_frame(NOTES, rows))
    whole = found.rates.query("dimension == 'all'").set_index(["format", "measure"])
    assert whole["rate"].to_dict() == pytest.approx(
        {("image", "click_rate"): 0.1, ("video", "click_rate"): 0.1, ("video", "view_rate"): 0.4}
    )
    assert whole["rate_source"].to_dict()["image", "click_rate"] == "views_per_exposure"
    assert whole["rate_source"].to_dict()["video", "click_rate"] == "platform"
    assert "results.format_split" in codes(found)


def test_one_definition_of_the_click_rate_a_row() -> None:
    rows = [make_note(i, exposure=1000, views=100, cover_click_rate=0.05) for i in range(3)]
    rows += [make_note(i + 10, exposure=1000, views=300) for i in range(3)]
    row = summarise(make_frame(NOTES, rows)).rates.query("dimension == 'all'").iloc[0]
    assert (row["rate"], row["rate_source"], row["n_rate"]) == (pytest.approx(0.05), "platform", 3)


def test_a_zero_exposure_video_has_no_click_rate() -> None:
    notes = make_frame(NOTES, [make_note(1, format="video", exposure=0, views=126, cover_click_rate=0)])
    found = summarise(notes)
    assert np.isnan(found.notes["click_rate"].iloc[0])
    assert dict(found.findings[codes(found).index("results.zero_exposure")].values) == {"n_notes": 1}


def priced(number: int, *, fee: float, views: float, followers: float) -> tuple[dict, dict]:
    return make_note(number, views=views, followers=followers), {"note_id": f"n{number}", "price_cny": fee}


@pytest.mark.parametrize(
    ("n", "factor", "code"),
    [
        (12, 5.0, "results.tier_compare_cost"),
        (12, 1.05, "results.tier_compare_unclear"),
        (2, 5.0, "results.tier_compare_too_few"),
    ],
)
def test_tiers_are_compared_with_their_uncertainty(n: int, factor: float, code: str) -> None:
    views = 1000 * np.exp(0.4 * np.sin(np.arange(n) * 2.0))
    pairs = [priced(i, fee=300, views=views[i], followers=5_000) for i in range(n)]
    pairs += [priced(i + 100, fee=300 * factor, views=views[i], followers=50_000) for i in range(n)]
    notes, placements = (list(side) for side in zip(*pairs, strict=True))
    found = summarise(make_frame(NOTES, notes), placements=placements)
    assert code in codes(found)
    values = dict(found.findings[codes(found).index(code)].values)
    assert (values["cheaper"], values["dearer"]) == ("KOC", "KOL")
    if n > 2:
        assert values["ratio"] == pytest.approx(factor)


def test_duplicates_are_counted_once_and_said() -> None:
    rows = make_frame(NOTES, [make_note(1, likes=1), make_note(1, likes=2), make_note(2)])
    latest = rows.iloc[1:]
    found = results.summarise_results(make_tables(rows), latest=latest, campaign=make_campaign())
    assert dict(found.findings[codes(found).index("results.duplicates")].values) == {"n_rows": 3, "n_notes": 2}


def test_no_notes_in_the_window_is_said() -> None:
    notes = make_frame(NOTES, [make_note(1)])
    found = summarise(notes, campaign=make_campaign(start=date(2030, 1, 1)))
    assert (found.answer.code, dict(found.answer.values)) == ("results.no_notes", {"n_notes_read": 1})
    assert found.findings == ()
    assert found.totals["n_notes"].tolist() == [0]
    assert found.totals[["exposure", "views", "engagement", "cost_per_view_cny"]].isna().all(axis=None)


note_rows = st.lists(
    st.fixed_dictionaries(
        {
            "format": st.sampled_from(["image", "video"]),
            "exposure": st.one_of(st.none(), st.integers(0, 10**6)),
            "views": st.one_of(st.none(), st.integers(0, 10**6)),
            "followers": st.one_of(st.none(), st.integers(0, 10**6)),
            "title": st.sampled_from(["徒步", "装备", None]),
            "creator_id": st.sampled_from(["a", "b", "c", None]),
        }
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=20, deadline=None)
@given(note_rows)
def test_parts_sum_to_the_whole_and_order_does_not_matter(rows: list[dict]) -> None:
    notes = make_frame(NOTES, [make_note(i) | row for i, row in enumerate(rows)])
    found = summarise(notes)
    for dimension in results.DIMENSIONS:
        parts = found.groups[found.groups["dimension"] == dimension]
        for name in ("n_notes", "exposure", "views", "n_views"):
            assert np.nansum(parts[name]) == pytest.approx(np.nansum(found.totals[name]))
    turned = summarise(notes.iloc[::-1])
    pd.testing.assert_frame_equal(turned.totals, found.totals)
    pd.testing.assert_frame_equal(turned.rates, found.rates)
