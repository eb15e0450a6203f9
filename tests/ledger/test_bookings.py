"""Each item of money once, from the strongest source that tells it, at its state and in its currency."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.ledger import Ledger, make_ledger
from xhs_toolkit.results import summarise_results
from xhs_toolkit.tables import BOOKINGS, TABLES, check_table, conform

ORIGIN = {"source": "agency_seeding", "source_file": "tracker.xlsx", "source_row": 2}
DANDELION = {"source": "dandelion_notes", "source_file": "dandelion.xlsx"}


def make_campaign(tmp_path: Path, text: str = "", agency: str = "") -> Campaign:
    folder = tmp_path / "campaign"
    folder.mkdir(exist_ok=True)
    (folder / "campaign.yaml").write_text(f"client: Kea\n{text}", encoding="utf-8")
    (tmp_path / "agency.yaml").write_text(agency or "name: Agency\n", encoding="utf-8")
    return read_campaign(folder)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return make_campaign(tmp_path)


def make_table(name: str, *rows: dict) -> pd.DataFrame:
    return conform(pd.DataFrame([ORIGIN | {"source_row": i} | row for i, row in enumerate(rows, 2)]), TABLES[name])


def book(campaign: Campaign, **rows: list[dict]) -> Ledger:
    """The ledger of these rows; every note that a row of ``notes`` names is the campaign's."""
    tables = {name: make_table(name, *rows[name]) if name in rows else table.empty() for name, table in TABLES.items()}
    ledger = make_ledger(tables, notes=make_latest(tables["notes"]), campaign=campaign)
    check_table(ledger.bookings, BOOKINGS)
    return ledger


def note(number: int, creator: str = "", **values: object) -> dict:
    return {"note_id": f"n{number}", "creator_name": creator or f"c{number}", **DANDELION, "views": 100.0} | values


def bill(amount: float, kind: str = "creator_fee", currency: str | None = "CNY", **values: object) -> dict:
    plain = {"invoice_id": "i", "date": pd.Timestamp("2026-07-05"), "source": "client_invoices", "source_file": "i.csv"}
    return plain | {"kind": kind, "amount": amount, "currency": currency} | values


NOTES = [note(1), note(2), note(3)]


def fee(number: int, price: float, **values: object) -> dict:
    return {"note_id": f"n{number}", "price_cny": price} | values


# ----------------------------------------------------------------------------------------- which source


@pytest.mark.parametrize(
    ("placements", "orders", "invoices", "total", "sources"),
    [
        ([fee(1, 500), fee(2, 500)], [], [bill(700, note_id="n3")], 1_700, ["agreed_fee", "agreed_fee", "invoice"]),
        ([fee(1, 900, fee_kind="quoted"), fee(1, 500, **DANDELION)], [], [], 500, ["note_export"]),
        ([fee(1, 500, **DANDELION)], [], [bill(450, note_id="n1")], 450, ["invoice"]),
        (
            [fee(1, 500, placement_id="o", **DANDELION)],
            [{"placement_id": "o", "price_cny": 480.0}],
            [],
            480,
            ["order_report"],
        ),
        ([fee(1, 500)], [], [bill(300, note_id="n1"), bill(250, note_id="n1")], 550, ["invoice", "invoice"]),
        ([fee(1, 500)], [], [bill(1_300, creator_name="C1"), bill(200, creator_name="c2")], 1_500, ["invoice"] * 2),
        ([fee(1, 500)], [], [bill(9_000)], 500, ["agreed_fee"]),
        ([], [], [bill(9_000)], 9_000, ["invoice"]),
    ],
    ids=["two files", "quote", "invoice", "order", "two invoices", "by creator", "lump beside fees", "lump alone"],
)
def test_the_source_is_chosen_note_by_note(
    campaign: Campaign, placements: list, orders: list, invoices: list, total: float, sources: list
) -> None:
    ledger = book(campaign, notes=NOTES, placements=placements, orders=orders, invoices=invoices)
    assert ledger.total_cny == total
    assert sorted(ledger.bookings["amount_source"]) == sources


def test_what_two_sources_say_differently_is_listed(campaign: Campaign) -> None:
    ledger = book(
        campaign,
        notes=NOTES,
        placements=[fee(1, 500), fee(2, 600)],
        invoices=[bill(450, note_id="n1"), bill(600, note_id="n2")],
    )
    [row] = ledger.differences.to_dict("records")
    assert (row["item"], row["name"], row["first"], row["first_cny"]) == ("creator_fee", "n1", "invoice", 450)
    assert (row["second"], row["second_cny"], row["difference_cny"]) == ("agreed_fee", 500, -50)


def test_an_order_of_several_notes_counts_for_what_its_notes_leave_open(campaign: Campaign) -> None:
    order = [{"placement_id": "o", "n_notes": 2.0, "price_cny": 1_000.0, "exposure": 9.0}]
    of_order = [fee(i, None, placement_id="o", **DANDELION) for i in (1, 2)]
    whole = book(campaign, notes=NOTES, orders=order, placements=of_order)
    assert (whole.total_cny, whole.bookings["note_id"].isna().all()) == (1_000, True)
    some = book(campaign, notes=NOTES, orders=order, placements=[of_order[0] | {"price_cny": 400.0}, of_order[1]])
    assert some.bookings.set_index("note_id", drop=False)["amount_cny"].tolist() == [400, 600]
    each = book(campaign, notes=NOTES, orders=order, placements=[one | {"price_cny": 450.0} for one in of_order])
    assert (each.total_cny, each.differences["difference_cny"].tolist()) == (900, [-100])


def test_orders_that_name_no_note_are_another_account_of_the_notes_fees(campaign: Campaign) -> None:
    orders = [{"placement_id": f"o{i}", "n_notes": 1.0, "price_cny": 500.0, "exposure": 9.0} for i in (1, 2, 3)]
    alone = book(campaign, notes=NOTES, orders=orders)
    assert (alone.total_cny, alone.notes["is_costed"].all()) == (1_500, True)
    beside = book(campaign, notes=NOTES, orders=orders, placements=[fee(i, 510, **DANDELION) for i in (1, 2, 3)])
    assert (beside.total_cny, beside.differences["difference_cny"].tolist()) == (1_530, [30])


# ----------------------------------------------------------------------------------------------- state


@pytest.mark.parametrize(
    ("status", "state", "total"),
    [
        ("Posted", "posted", 500),
        ("Live 4/4", "posted", 500),
        ("已发布", "posted", 500),
        ("已付款", "paid", 500),
        ("Cancelled - creator ill", "cancelled", None),
        ("Declined", "cancelled", None),
        ("已取消", "cancelled", None),
        ("作废", "cancelled", None),
        ("待发布", "agreed", None),
        ("NOT POSTED", "agreed", None),
        ("On hold", "proposed", None),
        ("已寄出", "sent", None),
        ("see notes", "posted", 500),
        (None, "posted", 500),
    ],
)
def test_only_what_was_delivered_or_paid_is_cost(
    campaign: Campaign, status: str, state: str, total: float | None
) -> None:
    own = {"notes": [note(1, source="agency_seeding")], "placements": [fee(1, 500, status=status)]}
    ledger = book(campaign, **own)
    assert ledger.bookings["state"].tolist() == [state]
    assert ledger.total_cny == total if total else np.isnan(ledger.total_cny)
    assert (ledger.committed_cny == 500) == (state in {"agreed", "sent"})


def test_a_note_that_the_platform_shows_is_posted_unless_it_was_cancelled(campaign: Campaign) -> None:
    placements = [fee(1, 500, status="Confirmed"), fee(2, 500, status="Cancelled")]
    ledger = book(campaign, notes=NOTES, placements=placements)
    assert ledger.bookings["state"].tolist() == ["posted", "cancelled"]


# -------------------------------------------------------------------------------------------- currency


RATES = "budget: {amount: 9000, currency: NZD, cny_per_unit: 4.2, rate_date: 2026-06-30}\n"
AGENCY = "exchange_rates:\n  - {currency: AUD, cny_per_unit: 4.7, rate_date: 2026-06-01}\n"


def test_each_amount_is_converted_at_its_dated_rate(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, RATES, AGENCY)
    amounts = [fee(i, None, amount=100.0, currency=each) for i, each in enumerate(("NZD", "aud", "RMB"), 1)]
    rows = book(campaign, notes=NOTES, placements=amounts).bookings
    assert rows["amount_cny"].tolist() == pytest.approx([420, 470, 100])
    assert rows["rate_date"].astype("str").tolist()[:2] == ["2026-06-30", "2026-06-01"]


def test_an_amount_whose_currency_nobody_tells_is_a_question_and_no_cost(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, RATES)
    ledger = book(
        campaign,
        notes=NOTES,
        placements=[fee(1, None, amount=500.0), fee(2, None, amount=10.0, currency="GBP")],
        invoices=[bill(70, kind="other", currency=None)],
    )
    assert np.isnan(ledger.total_cny)
    told = {finding.code: finding.values["amount"] for finding in ledger.findings}
    assert told == {"ledger.no_currency": 570, "ledger.no_rate": 10}


def test_a_currency_of_the_report_needs_a_rate(tmp_path: Path) -> None:
    assert make_campaign(tmp_path, RATES).client_currency == "NZD"
    assert make_campaign(tmp_path, RATES + "report_currency: AUD\n", AGENCY).client_rate.cny_per_unit == 4.7
    with pytest.raises(Exception, match="exchange_rates"):
        make_campaign(tmp_path, RATES + "report_currency: GBP\n", AGENCY)


# --------------------------------------------------------------------------------------------- from files


def write_case(campaign: Campaign, **files: str) -> Ledger:
    data = campaign.folder / "data"
    data.mkdir()
    for name, text in files.items():
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    exports = read_exports(data, campaign=campaign)
    found = summarise_results(exports.tables, latest=make_latest(exports.tables["notes"]), campaign=campaign)
    total = found.totals.iloc[0]
    assert found.ledger.total_cny == total["total_cny"]
    if len(found.notes):
        assert total["cost_per_view_cny"] == pytest.approx(found.ledger.total_cny / found.notes["views"].sum())
    return found.ledger


HEAD = "订单ID,笔记ID,笔记标题,博主昵称,笔记类型,笔记发布日期,数据更新日期,博主报价,曝光量,自然曝光量,阅读量,点赞量,收藏量,评论量\n"  # noqa: E501
BILLS = "invoice_id,date,kind,note id,amount,currency\n"


def dandelion(fees: list[float | str]) -> str:
    rows = [
        f"P{i},{i:024d},标题{i},博主{i},图文,2026-07-01,2026-08-01,{each},10000,9000,{1000 + i},50,10,5"
        for i, each in enumerate(fees, 1)
    ]
    return HEAD + "\n".join(rows) + "\n"


@pytest.mark.parametrize("fees", [[800, 800, "", ""], ["", "", "", ""]], ids=["in two files", "only in invoices"])
def test_fees_of_notes_and_of_invoices_together_are_the_cost(campaign: Campaign, fees: list) -> None:
    bills = "".join(f"I{i},2026-07-05,creator_fee,{i:024d},800,CNY\n" for i, each in enumerate(fees, 1) if not each)
    ledger = write_case(campaign, dandelion_20260801=dandelion(fees), invoices=BILLS + bills)
    assert ledger.total_cny == 3_200
    assert ledger.notes["content_cny"].tolist() == [800] * 4


# ---------------------------------------------------------------------------------------------- its laws

STATUS = st.sampled_from(["Posted", "Cancelled", "已取消", "Confirmed", None])
AMOUNT = st.integers(1, 9_999).map(float)
FEES = st.lists(st.builds(fee, st.integers(1, 3), AMOUNT, status=STATUS), max_size=6)
BILL = st.lists(st.builds(bill, AMOUNT, note_id=st.sampled_from(["n1", "n2", None])), max_size=3)


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(FEES, BILL, st.randoms(use_true_random=False))
def test_order_of_rows_and_cancelled_rows_change_nothing(fees: list, bills: list, random) -> None:
    campaign = Campaign(folder=Path())
    fees = [row | {"placement_id": f"o{i}"} for i, row in enumerate(fees)]
    one = book(campaign, notes=NOTES, placements=fees, invoices=bills)
    live = [row for row in fees if row["status"] not in {"Cancelled", "已取消"}]
    other = book(campaign, notes=NOTES, placements=random.sample(live, len(live)), invoices=bills[::-1])
    assert one.total_cny == pytest.approx(other.total_cny, nan_ok=True)
    assert one.committed_cny == pytest.approx(other.committed_cny, nan_ok=True)
    pd.testing.assert_frame_equal(one.notes, other.notes)
    delivered = one.bookings[one.bookings["state"].isin(["posted", "paid"])]
    assert delivered["amount_cny"].sum() == pytest.approx(np.nan_to_num(one.total_cny))
