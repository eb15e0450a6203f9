"""Which outcomes are the campaign's own: every way that ties one to it, and everything that does not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from xhs_toolkit.attribution import add_lift, attribute_outcomes
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.tables import TABLES, conform

DAY = pd.Timestamp("2026-07-03")


def make_campaign(**settings: object) -> SimpleNamespace:
    plain = {
        "window": SimpleNamespace(start=DAY.date(), end=None),
        "markets": ("NZ",),
        "budget": SimpleNamespace(currency="NZD", cny_per_unit=4.2, rate_date=DAY.date()),
        "agency": SimpleNamespace(exchange_rates=()),
        "outcomes": SimpleNamespace(campaign_only=()),
    }
    return SimpleNamespace(**plain | settings)


def attribute(*outcomes: dict, codes: tuple[dict, ...] = (), **settings: object):
    plain = {"date": DAY, "metric": "leads", "value": 1.0, "source": "client", "source_file": "crm/leads.csv"}
    tables = {name: table.empty() for name, table in TABLES.items()}
    for name, rows in (("outcomes", [plain | row for row in outcomes]), ("codes", [plain | row for row in codes])):
        if rows:
            frame = pd.DataFrame([row | {"source_row": i + 2} for i, row in enumerate(rows)])
            tables[name] = conform(frame[[each for each in frame if each in TABLES[name].names]], TABLES[name])
    return attribute_outcomes(tables, make_campaign(**settings))


@pytest.mark.parametrize(
    ("row", "by"),
    [
        ({"channel": "小红书"}, "channel"),
        ({"channel": "RED"}, "channel"),
        ({"channel": "RedNote KOL"}, "channel"),
        ({"channel": "Little Red Book"}, "channel"),
        ({"channel": "Xiaohongshu"}, "channel"),
        ({"channel": "online", "lead_source": "xhs_feed"}, "channel"),
        ({"channel": "小红书加微信"}, "channel"),
        ({"code": "KEA10", "channel": "WeChat"}, "code"),
        ({"creator_id": "c1"}, "creator"),
        ({"theme": "walks"}, "survey"),
        ({"channel": "WeChat"}, "other"),
        ({"channel": "Daigou"}, "other"),
        ({"channel": "代购"}, "other"),
        ({"channel": "Google Ads"}, "other"),
        ({"channel": "walk-in"}, "other"),
        ({"channel": "Referred by a friend"}, "other"),
        ({"channel": "non-XHS"}, "other"),
        ({"channel": "online", "lead_source": "抖音"}, "other"),
        ({"channel": "WeChat / RED"}, "unclear"),
        ({"channel": "online"}, ""),
        ({}, ""),
    ],
)
def test_what_ties_an_outcome_to_the_campaign(row: dict, by: str) -> None:
    assert attribute(row).rows["by"].tolist() == [by]


def test_the_rest_is_the_clients_trade_and_parts_sum_to_the_whole() -> None:
    found = attribute(
        {"code": "KEA10", "value": 5.0, "creator_id": "c1"},
        {"theme": "walks", "value": 2.0},
        {"channel": "WeChat", "value": 40.0},
        {"channel": "online", "value": 8.0},
    )
    row = found.metrics.set_index("metric").loc["leads"]
    assert row[["attributed", "trade", "total"]].tolist() == [7, 48, 55]
    assert found.through.set_index("by")["attributed"].to_dict() == {"code": 5, "survey": 2}
    assert found.creators[["creator_id", "attributed"]].to_numpy().tolist() == [["c1", 5.0]]
    assert found.get("leads") == 7
    assert np.isnan(found.get("orders"))


def test_nothing_is_known_where_nothing_could_tell_and_none_where_every_row_names_another_channel() -> None:
    untold = attribute({"channel": "online", "value": 9.0}).metrics.iloc[0]
    assert (np.isnan(untold["attributed"]), untold["reason"], untold["trade"]) == (True, "not_traced", 9)
    others = attribute({"channel": "WeChat", "value": 9.0}).metrics.iloc[0]
    assert (others["attributed"], others["reason"]) == (0, "")


def test_a_code_counts_where_the_list_has_it_and_without_a_list() -> None:
    listed = attribute({"code": "kea10 "}, {"code": "WELCOME"}, codes=({"code": "KEA10", "theme": "walks"},))
    assert listed.rows["by"].tolist() == ["code", ""]
    assert attribute({"code": "WELCOME"}).rows["by"].tolist() == ["code"]


def test_a_file_that_the_client_declares_the_campaigns_own_counts_whole() -> None:
    declared = SimpleNamespace(campaign_only=("leads*.csv",))
    rows = ({"channel": "WeChat"}, {"source_file": "shop.csv", "channel": "online"})
    assert attribute(*rows, outcomes=declared).rows["by"].tolist() == ["declared", ""]
    assert attribute({"channel": "online"}, outcomes=declared).rows["by"].tolist() == ["declared"]


def test_a_live_launch_counts_unless_it_is_another_platforms() -> None:
    live = {"metric": "live_viewers", "value": 900.0, "channel": "live"}
    sold = {"metric": "orders", "value": 30.0, "channel": "live"}
    online = {"metric": "orders", "value": 700.0, "channel": "online"}
    found = attribute(live, sold, online).metrics.set_index("metric")
    assert found.loc["live_viewers", "attributed"] == 900
    assert found.loc["orders", ["attributed", "trade"]].tolist() == [30, 700]
    assert attribute(live | {"channel": "抖音直播"}).rows["by"].tolist() == ["other"]


def test_amounts_have_a_currency_or_a_reason() -> None:
    sold = {"metric": "sales", "value": 100.0, "channel": "RED"}
    in_nzd = attribute(sold | {"currency": "NZD"}).metrics.iloc[0]
    assert (in_nzd["attributed"], in_nzd["currency"], in_nzd["attributed_cny"]) == (100, "NZD", 420)
    in_gbp = attribute(sold | {"currency": "GBP"}).metrics.iloc[0]
    assert (in_gbp["attributed"], np.isnan(in_gbp["attributed_cny"])) == (100, True)
    untold = attribute(sold).metrics.iloc[0]
    assert (np.isnan(untold["attributed"]), untold["reason"]) == (True, "no_currency")
    mixed = attribute(sold | {"currency": "NZD"}, sold | {"currency": "AUD"}).metrics.iloc[0]
    assert (np.isnan(mixed["total"]), mixed["reason"]) == (True, "several_currencies")


def test_a_detected_lift_stands_for_what_nothing_else_ties_to_the_campaign() -> None:
    found = attribute({"metric": "sales", "value": 1_000.0, "currency": "NZD"}, {"channel": "RED", "value": 3.0})
    estimates = pd.DataFrame(
        {"metric": ["sales", "leads"], "verdict": "detected", "incremental": [200.0, 50.0]}
        | {"incremental_low": [150.0, 40.0], "incremental_high": [250.0, 60.0]}
        | {"lift_share": 0.25, "lift_share_low": 0.1, "lift_share_high": 0.4}
    )
    lifted = add_lift(found, estimates=estimates)
    sales = lifted.metrics.set_index("metric").loc["sales"]
    assert sales[["attributed", "trade", "reason"]].tolist() == [200, 800, ""]
    assert sales[["attributed_low", "attributed_high"]].tolist() == [150, 250]
    assert sales[["lift_share", "lift_share_low", "lift_share_high"]].tolist() == [0.25, 0.1, 0.4]
    in_cny = sales[["attributed_cny_low", "attributed_cny", "attributed_cny_high"]]
    assert in_cny.tolist() == pytest.approx([630, 840, 1_050])
    assert lifted.get("leads") == 3
    assert lifted.through.to_numpy().tolist() == [["leads", "channel", 3.0], ["sales", "lift", 200.0]]
    nothing = add_lift(found, estimates=estimates.assign(verdict="not_detected"))
    assert np.isnan(nothing.get("sales"))


# ------------------------------------------------------------------------------------------ from files


def read(folder: Path, settings: str, **files: str) -> tuple[Campaign, object]:
    (folder / "data").mkdir()
    (folder / "campaign.yaml").write_text(f"client: A\nmarkets: [NZ]\n{settings}", encoding="utf-8")
    for name, text in files.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    campaign = read_campaign(folder)
    return campaign, read_exports(campaign.data_folder, campaign=campaign)


@pytest.mark.parametrize("header", ["Source", "来源", "Lead source", "utm_source", "Channel", "渠道"])
def test_the_column_that_says_where_a_lead_came_from_is_read(tmp_path: Path, header: str) -> None:
    leads = f"lead_id,date,{header},qualified\n1,2026-08-03,小红书,yes\n2,2026-08-03,WeChat,yes\n3,2026-08-03,RED,no\n"
    campaign, exports = read(tmp_path, "", client_leads=leads)
    found = attribute_outcomes(exports.tables, campaign).metrics.set_index("metric")
    assert found.loc["leads", ["attributed", "trade"]].tolist() == [2, 1]
    assert found.loc["qualified_leads", ["attributed", "trade"]].tolist() == [1, 1]


@pytest.mark.parametrize(
    "settings",
    ["outcomes: campaign_only\n", "outcomes: {campaign_only: yes}\n", "outcomes: {campaign_only: [c*.csv]}\n"],
)
def test_the_client_declares_in_the_settings(tmp_path: Path, settings: str) -> None:
    leads = "lead_id,date,qualified\n1,2026-08-03,yes\n2,2026-08-03,no\n"
    campaign, exports = read(tmp_path, settings, client_leads=leads)
    assert attribute_outcomes(exports.tables, campaign).get("leads") == 2


def test_the_currency_of_amounts_that_name_none_is_asked_for_and_may_be_set(tmp_path: Path) -> None:
    sales = "date,market,支付金额,orders\n2026-08-03,NZ,1200,4\n2026-08-04,NZ,800,3\n"
    (tmp_path / "asked").mkdir()
    (tmp_path / "set").mkdir()
    _, asked = read(tmp_path / "asked", "", sales=sales)
    [problem] = asked.problems
    assert ("of no known currency" in problem.what, problem.column) == (True, "支付金额")
    assert asked.tables["outcomes"]["currency"].isna().all()
    _, told = read(tmp_path / "set", "outcomes: {currency: GBP}\n", sales=sales)
    assert told.problems == ()
    rows = told.tables["outcomes"].set_index("metric")["currency"]
    assert set(rows["sales"]) == {"GBP"}
    assert rows["orders"].isna().all()
