"""Files that no platform prescribes: the client's figures, leads, codes, invoices, histories, rankings, seeding."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import Exports, read_exports

NOTE = "64f0c2ab000000001f00{:04x}"
USER = "5ff0c2ab000000000100{:04x}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def read(data: Path, **files: str) -> Exports:
    for name, text in files.items():
        stem, suffix = name.rsplit("_", 1)
        (data / f"{stem}.{suffix}").write_text(text.strip() + "\n", encoding="utf-8")
    return read_exports(data, campaign=Campaign(folder=data.parent))


def list_figures(exports: Exports) -> dict[tuple[str, str, str], float]:
    rows = exports.tables["outcomes"]
    days = rows["date"].dt.strftime("%Y-%m-%d")
    return dict(zip(zip(days, rows["market"].fillna(""), rows["metric"], strict=True), rows["value"], strict=True))


def test_one_figure_a_row(data: Path) -> None:
    found = read(
        data,
        outcomes_csv="""
date,market,channel,metric,value,currency
2026-08-03,NZ,online,Sales,"1,200.50",NZD
2026-08-03,AU,online,到店人数,87,
2026-08-04,NZ,online,happiness,3,
2026-08-05,NZ,online,orders,,
""",
    )
    assert list_figures(found)[("2026-08-03", "NZ", "sales")] == 1200.5
    assert list_figures(found)[("2026-08-03", "AU", "foot_traffic")] == 87
    assert pd.isna(list_figures(found)[("2026-08-05", "NZ", "orders")])
    assert found.tables["outcomes"]["currency"].tolist()[0] == "NZD"
    assert len(found.tables["outcomes"]) == 3
    told = [str(problem) for problem in found.problems]
    assert any("row 4" in text and "happiness" in text and "brand_search_index" in text for text in told)


def test_one_column_a_figure(data: Path) -> None:
    found = read(data, daily_csv="日期,市场,销售额,有效线索,客流量\n2026/08/03,NZ,1.2w,3,410\n2026/08/04,NZ,-,0,无\n")
    assert list_figures(found) == {
        ("2026-08-03", "NZ", "sales"): 12_000,
        ("2026-08-03", "NZ", "qualified_leads"): 3,
        ("2026-08-03", "NZ", "foot_traffic"): 410,
        ("2026-08-04", "NZ", "qualified_leads"): 0,
    }


LEADS = """
lead_id,date,market,code,qualified,name,phone
1,2026-08-03,NZ,KEA10,yes,Ana,021 555
2,2026-08-03,NZ,KEA10,no,Ben,021 556
2,2026-08-03,NZ,KEA10,no,Ben,021 556
3,2026-08-03,NZ,TUI,yes,Cy,021 557
4,2026-08-04,NZ,,,Di,021 558
"""
CODES = f"""
code,creator_link,theme
kea10,https://www.xiaohongshu.com/user/profile/{USER.format(1)},walks
TUI,https://www.xiaohongshu.com/user/profile/{USER.format(2)},gear
TUI,https://www.xiaohongshu.com/user/profile/{USER.format(3)},gear
"""


def test_leads_are_counted_and_codes_tell_whose_they_are(data: Path) -> None:
    found = read(data, leads_csv=LEADS, codes_csv=CODES)
    rows = found.tables["outcomes"].set_index(["code", "metric"])
    assert rows.loc[("KEA10", "leads"), "value"].item() == 2
    assert rows.loc[("KEA10", "qualified_leads"), "value"].item() == 1
    assert rows.loc[("KEA10", "leads"), ["creator_id", "theme"]].tolist() == [USER.format(1), "walks"]
    assert pd.isna(rows.loc[("TUI", "leads"), "creator_id"]), "a code of two creators tells no creator"
    assert rows.loc[("TUI", "leads"), "theme"] == "gear"
    outcomes = found.tables["outcomes"]
    later = outcomes[outcomes["date"].eq(pd.Timestamp("2026-08-04"))].set_index("metric")["value"]
    assert later["leads"] == 1
    assert pd.isna(later["qualified_leads"]), "a lead without yes or no is not a no"
    text = found.tables["outcomes"].to_csv()
    assert "Ana" not in text
    assert "555" not in text
    assert any("listed before" in problem.what for problem in found.problems)


def test_a_code_without_an_owner_is_reported(data: Path) -> None:
    found = read(data, leads_csv=LEADS, codes_csv="code,theme\nKEA10,walks\n")
    assert any("TUI" in str(problem) and "no list of codes" in problem.what for problem in found.problems)


def test_invoices_in_the_clients_words(data: Path) -> None:
    found = read(
        data,
        bills_csv=f"""
invoice number,invoice date,cost type,note link,amount,gst,currency
INV-1,2026-09-01,KOL fee,https://www.xiaohongshu.com/explore/{NOTE.format(1)},"1,000",150,CNY
INV-1,2026-09-01,信息流,,500,,CNY
INV-2,2026-09-02,rebate,,-80,,CNY
""",
    )
    rows = found.tables["invoices"]
    assert rows["kind"].tolist() == ["creator_fee", "feed_ads", "rebate"]
    assert rows["amount"].tolist() == [1000, 500, -80]
    assert rows["note_id"].iloc[0] == NOTE.format(1)
    assert rows["gst"].isna().tolist() == [False, True, True]


def test_followers_over_time_keep_every_day(data: Path) -> None:
    found = read(data, fans_csv="博主昵称,日期,粉丝数\n小栗,2026-07-01,980\n小栗,2026-08-01,1.2w\n")
    rows = found.tables["follower_counts"]
    assert rows["followers"].tolist() == [980, 12_000]
    assert rows["as_of"].dt.tz_convert("Asia/Shanghai").dt.strftime("%m-%d").tolist() == ["07-01", "08-01"]


def test_rankings(data: Path) -> None:
    found = read(
        data,
        list_csv="榜单,榜单日期,排名,博主昵称,指数\n母婴周榜,2026-08-01,1,小栗,812.4\n母婴周榜,2026-08-01,2,阿海,790\n",
    )
    assert found.tables["rankings"][["list_name", "rank", "creator_name", "score"]].to_numpy().tolist() == [
        ["母婴周榜", 1.0, "小栗", 812.4],
        ["母婴周榜", 2.0, "阿海", 790.0],
    ]


def test_medians_from_dandelions_detail_page(data: Path) -> None:
    rates = {
        "noteNumber": 12, "impMedian": "20113", "readMedian": 2411, "interactionMedian": 188, "interactionRate": "7.8",
        "videoFullViewRate": "31.5", "picture3sViewRate": "54.5", "pagePercentVo": {"impHomefeedPercent": 0.716},
    }  # fmt: skip
    details = [
        {"code": 0, "data": {"userId": USER.format(1), "notesRate": {"business": scope, "dateType": kind, **rates}}}
        for scope, kind in ((0, 1), (1, 2))
    ]
    (data / "detail.json").write_text(json.dumps([each["data"] for each in details]), encoding="utf-8")
    rows = read(data).tables["baselines"]
    assert rows[["creator_id", "scope", "window_days", "n_notes", "views_median"]].to_numpy().tolist() == [
        [USER.format(1), "everyday", 30.0, 12.0, 2411.0],
        [USER.format(1), "paid", 90.0, 12.0, 2411.0],
    ]
    assert rows["read_3s_rate"].tolist() == pytest.approx([0.545, 0.545])
    assert rows["exposure_discovery_share"].tolist() == pytest.approx([0.716, 0.716])


SEEDING = f"""
达人昵称,达人量级,产品名称,产品成本,快递费,状态,笔记链接,发布时间,点赞,收藏,评论
小栗,KOC,背包,120,8,已发布,https://www.xiaohongshu.com/explore/{NOTE.format(1)},2026-08-05 12:00,230,41,9
小栗,KOC,水壶,60,8,已发布,https://www.xiaohongshu.com/explore/{NOTE.format(1)},2026-08-05 12:00,230,41,9
阿海,素人,背包,120,8,未发布,,,,,
"""


def test_a_note_on_two_seeding_rows_counts_once_and_its_costs_add_up(data: Path) -> None:
    found = read(data, seeding_csv=SEEDING)
    notes = found.tables["notes"]
    assert notes[["note_id", "likes"]].to_numpy().tolist() == [[NOTE.format(1), 230.0]]
    sent = found.tables["placements"].set_index("creator_name")
    assert sent.loc["小栗", ["product_cost_cny", "shipping_cost_cny"]].tolist() == [180.0, 16.0]
    assert sent.loc["阿海", "status"] == "未发布"
    assert pd.isna(sent.loc["阿海", "note_id"])


def test_each_template_reads_as_its_kind_once_it_is_filled_in(repository: Path, data: Path) -> None:
    """The empty templates are what `xhs new` copies; filled with a row they land where they say."""
    folder = repository / "templates" / "campaign" / "csv_templates"
    filled = {
        "outcomes": ("outcomes", "2026-08-03,NZ,online,RED,sales,120,NZD,,,"),
        "outcomes_wide": ("outcomes", "2026-08-03,NZ,online,NZD,120,3,2,1,40,310,55,900"),
        "leads": ("outcomes", "17,2026-08-03,NZ,online,RED,KEA10,yes"),
        "codes": ("codes", f"KEA10,{USER.format(1)},小栗,,walks"),
        "invoices": ("invoices", "INV-1,2026-08-03,creator_fee,,,小栗,1000,150,NZD"),
        "follower_history": ("follower_counts", f"{USER.format(1)},小栗,2026-08-03,980"),
        "rankings": ("rankings", f"母婴周榜,2026-08-03,1,{USER.format(1)},小栗,母婴,980,812"),
        "comments": ("comments", f"c1,{NOTE.format(1)},u1,好看,3,2026-08-03 12:00,上海"),
        "seeding": (
            "placements",
            f"小栗,{USER.format(1)},背包,120,8,0,已发布,https://www.xiaohongshu.com/explore/{NOTE.format(1)},2026-08-03,3,1,0",
        ),
        "baselines": ("baselines", f"{USER.format(1)},小栗,paid,image,30,12,20113,2411,188"),
    }
    assert {path.stem for path in folder.glob("*.csv")} == set(filled)
    for name, (table, row) in filled.items():
        header = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").strip()
        assert "\n" not in header, "a template holds nothing but its header"
        for old in data.iterdir():
            old.unlink()
        (data / f"{name}.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
        found = read(data)
        assert found.files["table"].tolist() == [table], name
        assert found.files["columns_ignored"].fillna("").tolist() in ([""], ["产品名称"]), name
        assert len(found.tables[table]) >= 1, name
        assert [str(problem) for problem in found.problems] == [], name


def test_huituns_fan_lists_are_taken_apart(data: Path) -> None:
    link = "https://www.xiaohongshu.com/user/profile/"
    ages_listed = "<18岁|5.0% 18-24岁|42.0% 25-34岁|38.5% 35-44岁|10% >44岁|4.5%"
    fans = f"7.5%,42.64% | 192745,13.6% | 86.4%,{ages_listed},上海|17.4% 北京|15.2%"
    found = read(
        data,
        huitun_csv=f"""
达人名称,达人官方地址,小红书号,灰豚指数,粉丝数,水粉占比,活跃粉丝占比,粉丝男/女,粉丝年龄,粉丝地域,图文笔记报价,图文CPE
小栗,{link}{USER.format(1)},887766,812,1.2w,{fans},800,0
阿海,{link}{USER.format(2)},887767,700,9800,-,--|--,--|--,,,0,1.2
""",
    )
    row, other = found.tables["creators"].sort_values("creator_id").to_dict("records")
    ages = ["under_18", "18_24", "25_34", "35_44", "over_44"]
    assert [row[f"fan_age_{age}_share"] for age in ages] == pytest.approx([0.05, 0.42, 0.385, 0.1, 0.045])
    assert row["female_fan_share"] == pytest.approx(0.864)
    assert row["active_fan_share"] == pytest.approx(0.4264)
    assert row["fan_places"] == "上海 0.174; 北京 0.152"
    assert pd.isna(other["female_fan_share"])
    assert pd.isna(other["fan_age_18_24_share"])
    assert pd.isna(other["image_price_cny"])
