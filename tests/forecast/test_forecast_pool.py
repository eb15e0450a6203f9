"""From exports to candidates: prices, the platform's medians, paid against everyday, themes and personas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign, Persona, Planning, Theme
from xhs_toolkit.forecast import Pool, choose_metric, forecast_campaign, make_candidates
from xhs_toolkit.forecast.campaign import SUREST
from xhs_toolkit.sourcing import make_pool
from xhs_toolkit.tables import BASELINES, CREATORS, NOTES, TABLES, conform

CAMPAIGN = Campaign(
    folder=Path("nowhere"),
    themes=(Theme(name="Walks", keywords=("徒步",)), Theme(name="Food", keywords=("美食",))),
    planning=Planning(personas=(Persona(name="student", keywords=("留学",)),)),
)
N = 12
SEEN = pd.Timestamp("2026-06-01", tz="UTC")


def make_tables(*, paid: float | None = 0.5, n_notes: int = 20) -> dict[str, pd.DataFrame]:
    """Creators c00… with 1,000 to 12,000 followers; everyday medians 100 views a thousand, paid ones `paid` of that."""
    ids = [f"c{number:02d}" for number in range(N)]
    followers = 1_000.0 * np.arange(1, N + 1)
    source = {"source": "dandelion_creators", "source_file": "a.xlsx", "source_row": np.arange(N) + 2, "as_of": SEEN}
    creators = pd.DataFrame({"creator_id": ids, "creator_name": ids, "followers": followers, **source})
    creators = creators.assign(image_price_cny=followers / 10, video_price_cny=np.nan, tags="徒步, 美食, 留学生")
    creators.loc[0, ["image_price_cny", "tags"]] = [np.nan, "美食"]
    base = pd.DataFrame({"creator_id": ids, "format": "image", "window_days": 30.0, "n_notes": n_notes, **source})
    everyday = base.assign(scope="everyday", views_median=followers / 10)
    rows = [everyday] if paid is None else [everyday, base.assign(scope="paid", views_median=paid * followers / 10)[4:]]
    made = {"creators": conform(creators, CREATORS), "baselines": conform(pd.concat(rows), BASELINES)}
    return {name: conform(pd.DataFrame(), table) for name, table in TABLES.items()} | made


def make(tables: dict[str, pd.DataFrame]) -> Pool:
    return make_candidates(tables, latest=conform(pd.DataFrame(), NOTES), campaign=CAMPAIGN)


def test_medians_give_a_forecast_of_views_and_say_so() -> None:
    pool = make(make_tables(paid=None))
    table = pool.candidates.set_index("creator_id")
    assert (table["views_basis"] == "own_median").all()
    assert table["views_p50"].is_monotonic_increasing
    assert np.allclose(np.log(table["views_p50"] / (table["followers"] / 10)), 0, atol=0.35)
    assert (table["engagement_basis"] == "not_measured").all()
    assert choose_metric(pool.candidates) == "views"


def test_a_creator_without_a_price_is_no_candidate_and_is_counted() -> None:
    pool = make(make_tables())
    assert "c00" not in set(pool.candidates["creator_id"])
    assert (pool.n_creators, pool.n_unpriced) == (N, 1)
    assert set(pool.candidates["format"]) == {"image"}


def test_paid_medians_win_and_the_pools_ratio_stands_in_for_missing_ones() -> None:
    pool = make(make_tables(paid=0.5))
    assert pool.paid_ratio["views"] == pytest.approx(0.5)
    assert pool.paid_ratio["exposure"] == 1.0
    plain, paid = (make(make_tables(paid=each)).candidates.set_index("creator_id")["views_p50"] for each in (None, 0.5))
    assert np.allclose(paid / plain, 0.5, atol=0.05)


def test_a_median_of_more_notes_counts_for_more_and_an_untold_count_is_not_invented() -> None:
    tables = make_tables()
    number = tables["baselines"]["creator_id"].str[1:].astype(int)
    counts = number.map({**dict.fromkeys(range(0, N, 2), 3.0), **dict.fromkeys(range(1, N, 2), 60.0)})
    table = make(tables | {"baselines": tables["baselines"].assign(n_notes=counts)}).candidates
    few, many = (table.loc[table["views_n"].eq(n), "views_own_share"] for n in (3, 60))
    assert few.max() < many.min()
    untold = make(tables | {"baselines": tables["baselines"].assign(n_notes=counts.mask(number.eq(5)))}).candidates
    row = untold.set_index("creator_id").loc["c05"]
    assert (row["views_basis"], np.isnan(row["views_n"])) == ("own_median", True)
    assert 0 < row["views_own_share"] < many.max()


def test_themes_personas_and_roles_are_columns() -> None:
    table = make(make_tables()).candidates.set_index("creator_id")
    assert table.loc["c05", ["themes", "personas", "role"]].tolist() == ["Walks; Food", "student", "small"]
    assert table.loc["c11", "role"] == "large"


def test_one_note_is_on_a_theme_and_three_make_a_persona() -> None:
    coffee = {"name": "Coffee", "keywords": ("咖啡",)}
    settings = {"themes": (Theme(**coffee),), "planning": Planning(personas=(Persona(**coffee),))}
    wrote = pd.DataFrame({"creator_id": ["c05"] * 3 + ["c06"] * 2, "title": "周末咖啡", "posted_at": SEEN})
    notes = conform(wrote.assign(note_id=[f"n{number}" for number in range(5)], source="dandelion_notes"), NOTES)
    table = make_candidates(make_tables(), latest=notes, campaign=CAMPAIGN.model_copy(update=settings)).candidates
    table = table.set_index("creator_id")
    assert table.loc[["c05", "c06", "c07"], "themes"].tolist() == ["Coffee", "Coffee", ""]
    assert table.loc[["c05", "c06"], "personas"].tolist() == ["Coffee", ""]


def test_the_pool_that_sourcing_made_is_taken_over_and_nothing_changes() -> None:
    tables, known = make_tables(), {"latest": conform(pd.DataFrame(), NOTES), "campaign": CAMPAIGN}
    joined = make_pool(tables, **known)
    pd.testing.assert_frame_equal(make_candidates(tables, **known, joined=joined).candidates, make(tables).candidates)
    other = joined._replace(themes=joined.themes.assign(theme="Hills").drop_duplicates("creator_key"))
    assert set(make_candidates(tables, **known, joined=other).candidates["themes"]) == {"Hills"}


def test_views_of_a_roster_cost_what_the_money_says() -> None:
    pool = make(make_tables())
    found = forecast_campaign(pool.candidates, pool=pool, targets={"views": 1.0, "cost_per_view_cny": 1e9})
    rows = found.totals.set_index("metric")
    assert rows.loc[["views", "cost_per_view_cny"], "chance_share"].tolist() == [SUREST, SUREST]
    cost = pool.candidates["cost_cny"].sum()
    assert rows.loc["cost_per_view_cny", "p10"] == pytest.approx(cost / rows.loc["views", "p90"], rel=0.01)
    assert {finding.code for finding in found.findings} >= {"forecast.not_measured", "forecast.target_chance"}


def test_without_creators_there_are_no_candidates() -> None:
    pool = make({name: table.head(0) for name, table in make_tables().items()})
    assert (len(pool.candidates), pool.n_creators) == (0, 0)
