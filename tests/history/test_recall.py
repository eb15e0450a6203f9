"""Benchmarks across campaigns, and what one client's campaign may know of the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_history import make_campaign, make_notes, make_plan

from xhs_toolkit import history
from xhs_toolkit.campaign import Campaign, Window
from xhs_toolkit.findings import Finding

CLIENTS = ("Harbour Tours", "Kea Outdoor", "新西兰乳业", "Tui Telecom")
FIGURES = ["q25", "q50", "q75"]


def add_clients(home: Path, n: int, *, with_plans: bool = False) -> None:
    for number, client in enumerate(CLIENTS[:n]):
        notes = make_notes(24, seed=number)
        plan = make_plan(notes) if with_plans else None
        history.add_campaign(notes, campaign=make_campaign(home, client), plan=plan)


def list_cells(home: Path) -> pd.DataFrame:
    return history.summarise_benchmarks(history.read_history(history.find_place(make_campaign(home))).rows)


def make_later(home: Path, client: str = "Newcomer", **settings: object) -> Campaign:
    return make_campaign(home, client, "Later", window=Window(start="2026-01-01"), **settings)


def test_benchmarks_are_the_quartiles_of_paid_settled_notes(tmp_path: Path) -> None:
    """Against pandas, on figures of three digits, with what must not count mixed in."""
    kept = []
    for number, client in enumerate(CLIENTS):
        notes = make_notes(24, seed=number, middle=300.0)
        notes = notes.assign(views=notes["views"].clip(upper=999), content_cny=200.0).assign(
            views_organic=lambda each: each["views"]
        )
        young = make_notes(4, seed=50).assign(as_of=lambda each: each["posted_at"] + pd.Timedelta(days=13))
        everyday = make_notes(4, seed=60).assign(scope="everyday", content_cny=np.nan)
        kept.append(notes)
        history.add_campaign(pd.concat([notes, young, everyday]), campaign=make_campaign(tmp_path, client))
    cells = list_cells(tmp_path).set_index(["tier", "category", "format", "metric"])
    every = pd.concat(kept)
    for tier in ("KOC", "KOL"):
        for form in ("image", "video"):
            part = every[every["tier"].eq(tier) & every["format"].eq(form)]
            cell = cells.loc[(tier, "travel", form, "views")]
            quartiles = part["views"].quantile([0.25, 0.5, 0.75]).tolist()
            assert cell[FIGURES].tolist() == pytest.approx(quartiles, rel=0.05), "two digits"
            counts = cell[["n_notes", "n_creators", "n_clients", "n_campaigns"]].tolist()
            assert counts == [len(part), part["creator_id"].nunique(), 4, 4]
            cost = cells.loc[(tier, "travel", form, "cost_per_organic_view_cny"), "q50"]
            assert cost == pytest.approx((200 / part["views"]).median(), rel=0.05)


@pytest.mark.parametrize(("n_clients", "is_shown"), [(1, False), (2, False), (3, True)])
def test_a_cell_fed_by_fewer_than_three_clients_is_not_shown(tmp_path: Path, n_clients: int, is_shown: bool) -> None:
    """More campaigns and creators of the same clients do not help: each could subtract its own."""
    add_clients(tmp_path, n_clients)
    history.add_campaign(make_notes(12, seed=20), campaign=make_campaign(tmp_path, name="More"))
    cells = list_cells(tmp_path)
    assert len(cells)
    assert cells["is_shown"].eq(is_shown).all()
    assert cells[FIGURES].notna().to_numpy().all() == is_shown
    assert cells[FIGURES].isna().to_numpy().all() != is_shown


def test_a_client_with_most_of_the_notes_makes_no_benchmark(tmp_path: Path) -> None:
    """The middle would be its own."""
    for number, (client, n) in enumerate(zip(CLIENTS, (90, 12, 12), strict=False)):
        history.add_campaign(make_notes(n, seed=number), campaign=make_campaign(tmp_path, client))
    assert not list_cells(tmp_path)["is_shown"].any()
    memory = history.recall(make_later(tmp_path))
    assert memory.benchmarks.empty
    of_client = memory.evidence.groupby(["metric", "tier", "format"])["client_key"].value_counts(normalize=True)
    assert of_client.max() <= 0.5, "of the large client's notes as many as of the others together"


def test_coarse_figures_say_the_same_of_level_and_spread(tmp_path: Path) -> None:
    """Of twelve campaigns with rare kinds, beside the exact figures: what a forecast learns from the evidence."""
    exact = []
    for number in range(12):
        notes = make_notes(10 + number, seed=number, n_creators=5)
        history.add_campaign(notes, campaign=make_campaign(tmp_path, f"Client {number % 4}", f"{number}"))
        exact.append(notes)
    every = pd.concat(exact).melt(["tier", "format"], ["views", "engagement"], "metric")
    evidence = history.recall(make_later(tmp_path)).evidence
    logs = [np.log(part["value"].astype(float)).groupby([part["metric"], part["tier"]]) for part in (every, evidence)]
    level = logs[1].mean().reindex(logs[0].mean().index) - logs[0].mean()
    spread = logs[1].std().reindex(logs[0].std().index) / logs[0].std()
    assert level.abs().max() < 0.1, level
    assert spread.between(0.9, 1.1).all(), spread


def test_all_categories_less_one_that_is_shown_are_not_one_client(tmp_path: Path) -> None:
    for number, client in enumerate(CLIENTS):
        category = "travel" if number < 3 else "dairy"
        history.add_campaign(make_notes(12, seed=number), campaign=make_campaign(tmp_path, client, category=category))
    shown = list_cells(tmp_path).groupby("category")["is_shown"].agg(["all", "any"])
    assert shown.loc["travel", "all"]
    assert not shown.loc["all", "any"], "all less travel would be the dairy alone"
    assert not shown.loc["dairy", "any"]


def test_click_rates_that_are_counted_otherwise_stay_apart(tmp_path: Path) -> None:
    for number, client in enumerate(CLIENTS):
        source = "platform" if number == 3 else "views_per_exposure"
        notes = make_notes(12, seed=number).assign(click_rate_source=source, click_rate=0.5 if number == 3 else 0.1)
        history.add_campaign(notes, campaign=make_campaign(tmp_path, client))
    cells = list_cells(tmp_path).query("metric == 'click_rate'")
    assert set(cells.loc[cells["is_shown"], "q50"].round(6)) == {0.1}
    assert not cells.loc[cells["counted_as"].eq("platform"), "is_shown"].any()


# ------------------------------------------------------------------------------------------ recalling


def test_a_campaign_recalls_others_only_and_from_three_of_them_on(tmp_path: Path) -> None:
    add_clients(tmp_path, 3)
    newcomer, known = history.recall(make_later(tmp_path)), history.recall(make_later(tmp_path, CLIENTS[0]))
    assert set(newcomer.evidence["metric"]) == {
        "exposure",
        "views",
        "engagement",
        "cost_per_organic_view_cny",
        "click_rate",
    }
    assert len(newcomer.benchmarks)
    assert known.evidence.empty, "without its own rows, two clients are left"
    assert known.benchmarks.empty


def test_a_campaign_does_not_know_what_came_after_its_plan(tmp_path: Path) -> None:
    """Notes of March whose figures were taken up to ninety days later: known in July, not in June."""
    add_clients(tmp_path, 4, with_plans=True)
    for known in ({"window": Window(start="2025-06-01")}, {"planned_at": date(2025, 6, 1)}):
        before = history.recall(make_campaign(tmp_path, "Newcomer", **known))
        assert before.evidence.empty
        assert before.benchmarks.empty
        assert before.forecasts.empty
    after = history.recall(make_campaign(tmp_path, "Newcomer", window=Window(start="2025-07-01")))
    assert len(after.evidence)
    assert after.forecasts["campaign_key"].nunique() == 4


def test_the_own_category_is_taken_where_three_clients_tell_it(tmp_path: Path) -> None:
    for number, client in enumerate((*CLIENTS, "Fifth", "Sixth")):
        category = "travel" if number < 3 else f"other {number}"
        campaign = make_campaign(tmp_path, client, category=category)
        history.add_campaign(make_notes(24, seed=number, n_creators=12), campaign=campaign)
    same = history.recall(make_later(tmp_path, category="Travel")).evidence
    other = history.recall(make_later(tmp_path, category="other 4")).evidence
    assert same["of_category"].all()
    assert same["client_key"].nunique() == 3
    assert not other["of_category"].any()
    assert other["client_key"].nunique() == 6


def test_its_own_forecast_is_not_among_those_it_learns_from(tmp_path: Path) -> None:
    add_clients(tmp_path, 3, with_plans=True)
    own, later = make_campaign(tmp_path, CLIENTS[0]), make_later(tmp_path, CLIENTS[0])
    own = own.model_copy(update={"planned_at": date(2026, 1, 1)})
    assert history.recall(own).forecasts["campaign_key"].nunique() == 2
    assert history.recall(later).forecasts["campaign_key"].nunique() == 3


def test_no_history_stops_no_run(tmp_path: Path) -> None:
    nothing = history.recall(make_campaign(tmp_path))
    assert nothing.benchmarks.empty
    assert nothing.evidence.empty
    assert nothing.problems == ()
    assert list(tmp_path.iterdir()) == []
    add_clients(tmp_path, 3)
    far = history.recall(make_campaign(tmp_path, history="nowhere-at-all://bucket/history"))
    assert far.evidence.empty
    assert len(far.problems) == 1


def test_a_campaign_stands_beside_what_was_usual(tmp_path: Path) -> None:
    add_clients(tmp_path, 3)
    campaign, notes = make_later(tmp_path), make_notes(24, seed=9)
    memory = history.recall(campaign)
    beside = history.compare_with_history(notes, memory=memory, campaign=campaign)
    row = beside.table.set_index(["tier", "format", "metric"]).loc[("KOC", "image", "views")]
    usual = memory.benchmarks.query("tier == 'KOC' and format == 'image' and metric == 'views'").iloc[0]
    part = notes[notes["tier"].eq("KOC") & notes["format"].eq("image")]
    assert row["observed"] == part["views"].median()
    assert row["n_measured"] == len(part)
    assert row[FIGURES].tolist() == usual[FIGURES].tolist()
    assert row["beside_ratio"] == pytest.approx(row["observed"] / usual["q50"])
    assert row["basis"] == "of_category"
    assert beside.findings == (Finding("history.beside", {"n_campaigns": 3, "n_clients": 3}),)
    known = make_later(tmp_path, CLIENTS[0])
    nothing = history.compare_with_history(notes, memory=history.recall(known), campaign=known)
    assert nothing.table.empty
    assert nothing.findings == ()


def test_what_earlier_campaigns_brought_is_recalled_of_the_client_and_of_three_others(tmp_path: Path) -> None:
    """Sums of the whole campaign, of others only where three clients tell them, and nothing of the campaign itself."""
    for number, client in enumerate(CLIENTS[:3]):
        brought = {"leads": 100.0 + number, "orders": None if number else 7.0, "sales": 5_000.0}
        history.add_campaign(make_notes(12, seed=number), campaign=make_campaign(tmp_path, client), brought=brought)
    own = make_campaign(tmp_path, "Newcomer", "Earlier")
    history.add_campaign(make_notes(12, seed=8), campaign=own, brought={"leads": 40.0, "orders": 3.0})
    later = make_later(tmp_path)
    history.add_campaign(make_notes(12, seed=9), campaign=later, brought={"leads": 9_999.0})
    told = history.recall(later).brought
    assert sorted(told["leads"]) == [40, 100, 101, 102]
    assert told.loc[told["is_client"], ["leads", "orders"]].to_numpy().tolist() == [[40, 3]]
    assert told.loc[~told["is_client"], "orders"].isna().all(), "one client tells it"
    assert told.loc[told["leads"].eq(100), "views"].item() == pytest.approx(make_notes(12)["views"].sum(), rel=0.006)
    assert "sales" not in told


def test_a_history_without_what_was_brought_has_no_rates(tmp_path: Path) -> None:
    add_clients(tmp_path, 3)
    assert history.recall(make_later(tmp_path)).brought[["leads", "orders"]].isna().all().all()
