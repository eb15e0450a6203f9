"""One money ledger: every amount once, its parts sum to the whole, and no order of files changes it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results_frames import START, make_campaign, make_note, make_table, make_tables

from xhs_toolkit import results
from xhs_toolkit.ledger import Ledger, add_organic_views
from xhs_toolkit.ledger import make_ledger as make_ledger_of
from xhs_toolkit.tables.codebook import ITEMS

NOTES = [make_note(i, creator=i % 4, views=1_000.0 * (i + 1), day=5) for i in range(8)]
ORDER = {"placement_id": "o1", "note_id": "n1", "creator_id": "c1"}


FEES = ("creator_fee", "service_fee", "product", "shipping")


def make_ledger(*, notes: list[dict] = NOTES, campaign: SimpleNamespace | None = None, **tables: object) -> Ledger:
    made = make_tables(notes=notes, **tables)
    return make_ledger_of(made, notes=made["notes"], campaign=campaign or make_campaign())


def amounts(ledger: Ledger) -> dict[str, float]:
    return dict(zip(ledger.items["item"], ledger.items["amount_cny"], strict=True))


def ad(day: int, note: str | None, kind: str | None, spend: float, **values: object) -> dict:
    row = {"date": pd.Timestamp("2026-07-10") + pd.Timedelta(days=day), "note_id": note, "placement_kind": kind}
    level = "note" if note else "account"
    return (
        row | {"spend_cny": spend, "level": level, "source": "juguang_report", "source_file": f"{level}.csv"} | values
    )


def bill(kind: str, amount: float, **values: object) -> dict:
    plain = {"invoice_id": "i1", "date": pd.Timestamp("2026-08-01"), "kind": kind, "amount": amount, "currency": "CNY"}
    return plain | {"source": "client_invoices", "source_file": "invoices.csv"} | values


def codes(ledger: Ledger) -> list[str]:
    return [finding.code for finding in ledger.findings]


def test_fees_ads_and_rebates_by_hand() -> None:
    ledger = make_ledger(
        placements=[ORDER | {"price_cny": 1000, "service_fee_cny": 100, "product_cost_cny": 50}],
        ad_days=[ad(0, "n1", "feed", 300), ad(1, "n1", "search", 200), ad(1, "n2", "video_feed", 80)],
        invoices=[bill("rebate", 60), bill("other", 40)],
    )
    assert amounts(ledger) == {
        "creator_fee": 1000,
        "service_fee": 100,
        "product": 50,
        "feed_ads": 300,
        "video_feed_ads": 80,
        "search_ads": 200,
        "rebate": -60,
        "other": 40,
    }
    assert ledger.total_cny == 1710
    first = ledger.notes.set_index("note_id").loc["n1"]
    assert (first["content_cny"], first["ads_cny"], first["total_cny"]) == (1150, 500, 1650)
    assert np.isnan(ledger.notes.set_index("note_id").loc["n2", "content_cny"])


def test_nothing_paid_is_not_measured_rather_than_free() -> None:
    ledger = make_ledger()
    assert np.isnan(ledger.total_cny)
    assert codes(ledger) == ["ledger.nothing"]
    assert ledger.notes["total_cny"].isna().all()


def test_a_note_in_two_sources_is_paid_once() -> None:
    twice = [ORDER | {"price_cny": 1000}, {"note_id": "n1", "price_cny": 900, "source": "agency_seeding"}]
    assert make_ledger(placements=twice).total_cny == 1000


def test_money_of_other_notes_is_not_the_campaigns() -> None:
    ledger = make_ledger(
        placements=[ORDER | {"price_cny": 1000}, {"placement_id": "o9", "note_id": "old", "price_cny": 5000}],
        ad_days=[ad(0, "old", "feed", 700), ad(0, "n1", "feed", 10), ad(-60, "n1", "feed", 999)],
    )
    assert amounts(ledger) == {"creator_fee": 1000, "feed_ads": 10}


def test_spend_of_no_note_belongs_to_the_campaign() -> None:
    """The account's report shows 500 of feed ads, the notes' report 300 of them."""
    days = [ad(0, None, "feed", 500), ad(0, "n1", "feed", 200), ad(0, "n2", "feed", 100)]
    ledger = make_ledger(ad_days=days)
    row = ledger.items.set_index("item").loc["feed_ads"]
    assert (row["amount_cny"], row["noted_cny"], ledger.total_cny) == (500, 300, 500)


def test_invoices_fill_what_no_export_tells() -> None:
    ledger = make_ledger(invoices=[bill("creator_fee", 800, note_id="n1"), bill("feed_ads", 150)])
    assert amounts(ledger) == {"creator_fee": 800, "feed_ads": 150}
    assert ledger.items["source"].eq("invoice").all()


def test_differences_with_the_invoices_are_listed() -> None:
    paid = [ORDER | {"price_cny": 1000}]
    same = make_ledger(placements=paid, invoices=[bill("creator_fee", 1000, placement_id="o1")])
    assert "ledger.ties" in codes(same)
    assert same.differences.empty
    other = make_ledger(placements=paid, invoices=[bill("creator_fee", 1200, placement_id="o1")])
    assert other.differences["difference_cny"].tolist() == [200]
    assert other.total_cny == 1200
    assert dict(other.findings[-1].values) == {"n_rows": 1, "gap_cny": 200}


def test_currencies_at_the_dated_rate_and_gst_apart() -> None:
    lines = [bill("other", 100, gst=15, currency="NZD"), bill("other", 50, currency="CNY", invoice_id="i2")]
    ledger = make_ledger(invoices=lines)
    assert (ledger.total_cny, ledger.gst_cny) == (pytest.approx(470), pytest.approx(63))
    told = next(finding.values for finding in ledger.findings if finding.code == "ledger.converted")
    assert (told["currency"], told["amount"], told["amount_cny"]) == ("NZD", 100, pytest.approx(420))
    assert told["rate_date"] == "2026-06-30"
    unknown = make_ledger(invoices=[bill("other", 100, currency="AUD")])
    assert np.isnan(unknown.total_cny)
    no_rate = make_ledger(
        invoices=[bill("other", 100, currency="AUD"), bill("other", 9, currency="CNY", invoice_id="i2")]
    )
    assert "ledger.no_rate" in codes(no_rate)
    assert no_rate.total_cny == 9


# ----------------------------------------------------------------------------------- laws of the ledger

money = st.one_of(st.none(), st.integers(0, 100_000).map(float))
note_ids = st.one_of(st.none(), st.sampled_from([f"n{i}" for i in range(10)]))
placements = st.lists(
    st.fixed_dictionaries(
        {"placement_id": st.sampled_from([f"o{i}" for i in range(20)]), "note_id": note_ids, "price_cny": money}
        | {"service_fee_cny": money, "product_cost_cny": money, "shipping_cost_cny": money}
    ),
    max_size=8,
    unique_by=lambda row: row["placement_id"],
)
kinds = st.sampled_from(["feed", "search", "video_feed", "site_wide", None])
ads = st.lists(st.builds(ad, st.integers(0, 3), note_ids, kinds, st.integers(0, 9_999).map(float)), max_size=8)
bills = st.lists(
    st.builds(
        bill,
        st.sampled_from([*FEES, "feed_ads", "search_ads", "rebate", "other"]),
        st.integers(0, 9_999).map(float),
        note_id=note_ids,
        currency=st.sampled_from(["CNY", "NZD", "AUD", None]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(placements, ads, bills)
def test_the_parts_sum_to_the_whole(placements: list[dict], ads: list[dict], bills: list[dict]) -> None:
    ledger = make_ledger(placements=placements, ad_days=ads, invoices=bills)
    total = np.nan_to_num(ledger.total_cny)
    assert ledger.items["amount_cny"].sum() == pytest.approx(total)
    delivered = ledger.bookings[ledger.bookings["state"].isin(["posted", "paid"])]
    assert delivered["amount_cny"].sum() == pytest.approx(total)
    unnoted = delivered.loc[delivered["note_id"].isna(), "amount_cny"].sum()
    assert ledger.notes["total_cny"].sum() + unnoted == pytest.approx(total)
    by_item = ledger.notes[[f"{item}_cny" for item in ITEMS]].sum().sum()
    assert by_item == pytest.approx(ledger.notes["total_cny"].sum())


@settings(max_examples=8, deadline=None)
@given(placements, ads, bills, st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(placements, ads, bills, random) -> None:
    tables = {
        "placements": make_table("placements", placements),
        "ad_days": make_table("ad_days", ads),
        "invoices": make_table("invoices", bills),
    }
    turned = {name: frame.sample(frac=1, random_state=random.randint(0, 9)) for name, frame in tables.items()}
    one, other = (make_ledger(**{name: made[name] for name in made}) for made in (tables, turned))
    assert other.total_cny == pytest.approx(one.total_cny, nan_ok=True)
    pd.testing.assert_frame_equal(one.items, other.items)
    pd.testing.assert_frame_equal(one.notes, other.notes)


# ---------------------------------------------------------------------------------- what one of each cost


def summarise(notes: list[dict] = NOTES, **tables: object) -> results.Money:
    made = make_tables(notes=notes, **tables)
    found = results.summarise_results(made, latest=made["notes"], campaign=make_campaign())
    return results.summarise_money(found, tables=made, campaign=make_campaign())


def read_grid(**tables: object) -> pd.DataFrame:
    return summarise(**tables).kfs.grid.set_index("step")


def test_a_thousand_rmb_for_five_thousand_views_is_twenty_fen() -> None:
    notes = [make_note(1, creator=1, views=5_000, day=5, views_organic=5_000)]
    costs = read_grid(notes=notes, placements=[ORDER | {"price_cny": 1000}])["cost_per_view_cny"]
    assert costs.loc[["kfs_content", "total"]].tolist() == [0.2, 0.2]


def test_ads_do_not_flatter_a_creator() -> None:
    """1,000 for 2,000 organic views is 0.50 a view, however many views the ads bought."""
    notes = [make_note(1, creator=1, views=10_000, day=5)]
    ads = [ad(0, "n1", "feed", 1600, clicks=8_000, impressions=100_000)]
    costs = read_grid(notes=notes, placements=[ORDER | {"price_cny": 1000}], ad_days=ads)["cost_per_view_cny"]
    assert costs.to_dict() == {"kfs_content": 0.5, "feed": 0.2, "total": pytest.approx(0.26)}


def test_organic_views_are_the_platforms_or_derived_and_never_negative() -> None:
    rows = [
        make_note(1, creator=1, views=100, day=5, views_organic=70),
        make_note(2, creator=1, views=100, day=5, views_promoted=30, views_heated=10),
        make_note(3, creator=1, views=100, day=5),
        make_note(4, creator=1, views=100, day=5),
    ]
    found = add_organic_views(make_table("notes", rows), ad_clicks=pd.Series({"n3": 140.0}))
    assert found["views_organic"].tolist()[:2] == [70, 60]
    assert found["views_organic_source"].tolist() == ["platform", "derived", "", ""]
    assert found["views_organic"].isna().tolist() == [False, False, True, True]


def test_a_note_no_ad_report_names_had_no_ads_where_the_reports_name_all_spend() -> None:
    notes = [make_note(i, creator=i, views=1_000, exposure=9_000, day=5) for i in (1, 2)]
    paid = [ORDER | {"placement_id": f"o{i}", "note_id": f"n{i}", "price_cny": 100.0} for i in (1, 2)]
    named = ad(0, "n1", "feed", 50, clicks=600, impressions=4_000)
    told = read_grid(notes=notes, placements=paid, ad_days=[named]).loc["kfs_content"]
    assert (told["views"], told["exposure"]) == (1_400, 14_000)
    unnamed = ad(0, None, "feed", 500, clicks=900, impressions=9_000)
    half = read_grid(notes=notes, placements=paid, ad_days=[named, unnamed]).loc["kfs_content"]
    assert (half["views"], half["exposure"]) == (400, 5_000)


def test_leads_and_orders_are_the_campaigns_money_over_the_clients_figures() -> None:
    outcomes = [{"date": START.tz_localize(None), "metric": "leads", "value": 40, "channel": "小红书"}]
    outcomes += [outcomes[0] | {"value": 900, "channel": "Daigou", "source_row": 3}]
    costs = summarise(placements=[ORDER | {"price_cny": 1000}], outcomes=outcomes).outcome_costs.set_index("outcome")
    assert costs["unit_cost_cny"].to_dict() == {"leads": 25}


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 7), st.integers(1, 50_000).map(float), st.integers(0, 90_000).map(float))
def test_boosting_a_note_never_changes_what_its_content_cost_an_organic_view(
    note: int, spend: float, clicks: float
) -> None:
    """Each note keeps its 1,000 organic views; the ads add theirs, and their money."""
    organic = [make_note(i, creator=i % 4, views=1_000.0, day=5, views_organic=1_000.0) for i in range(8)]
    paid = [{"placement_id": f"o{i}", "note_id": f"n{i}", "price_cny": 100.0 * (i + 1)} for i in range(8)]
    boosted = [row | {"views": row["views"] + clicks * (i == note)} for i, row in enumerate(organic)]
    ads = [ad(0, f"n{note}", "feed", spend, clicks=clicks, impressions=10 * clicks)]
    plain, with_ads = (
        results.summarise_results(made, latest=made["notes"], campaign=make_campaign())
        for made in (
            make_tables(notes=organic, placements=paid),
            make_tables(notes=boosted, placements=paid, ad_days=ads),
        )
    )
    name = "cost_per_organic_view_cny"
    one, other = (found.notes.set_index("note_id")[name].sort_index() for found in (plain, with_ads))
    pd.testing.assert_series_equal(one, other)
    groups = [found.groups[["dimension", "group", name, f"{name}_low", f"{name}_high"]] for found in (plain, with_ads)]
    pd.testing.assert_frame_equal(*groups)
    assert plain.totals[name].tolist() == pytest.approx(with_ads.totals[name].tolist())
    whole = (3_600 + spend) / (8_000 + clicks)
    assert with_ads.totals["cost_per_view_cny"].tolist() == pytest.approx([whole])
