"""Media plan, products sent and the agency's creators: summed right, found again, and kept from clients."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from golden_words import check_golden, write_out
from made_cases import write_case
from openpyxl import load_workbook

from xhs_toolkit.book import (
    BOOK_FILE,
    choose_replacements,
    list_seeding,
    make_media_plan,
    summarise_seeding,
    write_media_plan,
)
from xhs_toolkit.book.columns import NAMES
from xhs_toolkit.book.merge import Merged, Row, Rows, give_keys
from xhs_toolkit.book.people import NAMES as PEOPLE_COLUMNS
from xhs_toolkit.book.people import (
    add_note,
    find_people,
    forget_person,
    read_people,
    remember_creator,
    remember_people,
    summarise_people,
    write_people,
)
from xhs_toolkit.book.sheet import Book, write_book
from xhs_toolkit.bundled import bundled_folder, list_languages
from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.cli import main
from xhs_toolkit.decisions import write_decision
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.findings import Finding
from xhs_toolkit.plans import ROSTER_COLUMNS
from xhs_toolkit.scorecard import update_summary
from xhs_toolkit.scorecard.summary import Money, MoneySummary
from xhs_toolkit.work import open_campaign

TODAY = date(2026, 3, 31)
LINK = "https://www.xiaohongshu.com/explore/64a1b2c3000000001f00a001"
MIA: Row = {"creator_name": "Mia", "creator_id": "u1", "format": "image", "state": "posted", "currency": "NZD"}
MIA |= {"asked": 1000.0, "agreed": 900.0, "service_fee": 90.0, "gst": 135.0, "post_on": date(2026, 3, 2)}
MIA |= {"posted_on": date(2026, 3, 5), "note_link": LINK, "usage_rights": "6 months"}
NOA: Row = {"creator_name": "Noa", "creator_id": "u2", "format": "video", "state": "agreed", "currency": "CNY"}
NOA |= {"agreed": 4200.0, "rebate": 200.0, "post_on": date(2026, 4, 9), "exclusive_until": date(2026, 9, 1)}
OLI: Row = {"creator_name": "Oli", "state": "sent", "currency": "NZD", "product_cost": 50.0, "shipping_cost": 10.0}
OLI |= {"product": "jacket", "sent_on": date(2026, 3, 1), "received_on": date(2026, 3, 8)}
PIA: Row = {"creator_name": "Pia", "state": "posted", "currency": "NZD", "product_cost": 50.0}
QUIN: Row = {"creator_name": "Quin", "state": "sent", "sent_on": date(2026, 3, 28)}
ROB: Row = {"creator_name": "Rob", "state": "cancelled", "agreed": 9999.0, "currency": "NZD"}
MADE = [MIA, NOA, OLI, PIA | {"sent_on": date(2026, 3, 1)}, QUIN, ROB | {"sent_on": date(2026, 3, 1)}]
EXPECTED = {"views_p10": 1000, "views_p50": 3960, "views_p90": 9000, "engagement_p50": 99}
ROSTER = [{"creator_id": "u1", "creator_name": "Mia", "format": "image", **EXPECTED}]


@pytest.fixture
def rows() -> Rows:
    return give_keys([{name: row.get(name) for name in NAMES} for row in MADE], {})


@pytest.fixture
def kea(tmp_path: Path) -> Campaign:
    return read_campaign(write_case({"files": {}}, tmp_path))


def keep(folder: Path, rows: Rows) -> None:
    merged = Merged(rows, {key: {} for key in rows}, (), ())  # all of it is people's own
    write_book(folder / BOOK_FILE, merged, book=Book({}, {}, {}, {}, ()), language="en", currencies=["CNY", "NZD"])


def test_the_media_plan_tells_cost_and_what_was_promised_by_week(rows: Rows, kea: Campaign, tmp_path: Path) -> None:
    plan = make_media_plan(rows, promised=pd.DataFrame(ROSTER), campaign=kea).set_index("creator_name")
    assert "Rob" not in plan.index
    assert plan.loc["Mia", ["week", "cost", "cost_cny", "gst", "views_best"]].tolist() == [
        date(2026, 3, 2), pytest.approx(990), pytest.approx(990 * 4.2), 135, 3960
    ]  # fmt: skip
    assert plan.loc["Mia", ["cost_per_view", "cost_per_engagement"]].tolist() == [
        pytest.approx(0.25),
        pytest.approx(10),
    ]
    assert plan.loc["Noa", ["week", "cost_cny"]].tolist() == [date(2026, 4, 6), 4000]
    assert plan.loc["Noa", ["views_best", "cost_per_view"]].isna().all()
    assert plan.loc["Quin", ["week", "cost"]].isna().all()
    path = write_media_plan(tmp_path / "p.xlsx", plan.reset_index(), campaign=kea, language="en", for_client=False)
    cells = [[cell.value for cell in line] for line in load_workbook(path).active.iter_rows()]
    cost = cells[0].index("Cost (CNY)")
    assert cells[-3][cost] == "=SUM({0}2:{0}6)".format("ABCDEFGHIJKLMNOPQRS"[cost])
    assert cells[-2][cost] == pytest.approx(90_000 * 4.2)
    assert cells[-1][0] == "Margin before ads and GST (CNY)"


@pytest.mark.parametrize("language", list_languages())
def test_the_clients_media_plan_has_no_cost_fee_or_margin(
    rows: Rows, kea: Campaign, tmp_path: Path, language: str
) -> None:
    plan = make_media_plan(rows, promised=pd.DataFrame(ROSTER), campaign=kea)
    path = write_media_plan(tmp_path / "p.xlsx", plan, campaign=kea, language=language, for_client=True)
    words = {str(cell.value) for line in load_workbook(path).active.iter_rows() for cell in line}
    assert {"Mia", "3960"} <= words
    assert not words & {"900", "1000.0", "990", "90", "200", "4200", "4000", "135", "NZD", "CNY"}
    heads = " ".join(str(cell.value) for cell in load_workbook(path).active[1])
    assert not any(word in heads for word in ("argin", "毛利", "Agreed", "成交价", "ebate", "返点", "CPV"))


def test_products_are_counted_by_how_far_they_came(rows: Rows) -> None:
    found = summarise_seeding(rows.values(), rates={"NZD": 4.0}, today=TODAY, earlier=[*MADE, *MADE])
    assert (found.n_sent, found.n_received, found.n_posted, found.n_overdue, found.n_unknown) == (3, 2, 1, 1, 1)
    assert (found.posting_share.estimate, found.posting_share.n, found.earlier_share.n) == (0.5, 2, 4)
    assert 0 < found.posting_share.low < 0.5 < found.posting_share.high < 1
    assert (found.cost_cny, found.silent_cny, found.cost_per_note_cny) == (440, 240, 440)
    assert found.follow_up[["ask_on", "creator_name"]].to_numpy().tolist() == [
        [date(2026, 3, 22), "Oli"], [date(2026, 4, 11), "Quin"]
    ]  # fmt: skip
    nothing = summarise_seeding([], rates={}, today=TODAY)
    assert [each.code for each in list_seeding(nothing)] == ["seeding.sent"]


def test_replacements_are_the_best_who_are_free_as_far_as_the_money_goes(rows: Rows) -> None:
    found = summarise_seeding([*rows.values(), dict(OLI), dict(OLI)], rates={"NZD": 4.0}, today=TODAY)
    assert found.n_overdue == 3
    names = ["Mia", "Eve", "Fay", "Gil", "Hal"]
    shortlist = pd.DataFrame({"creator_id": ["u1", "u5", None, "u7", "u8"], "creator_name": names})
    some = {"taken": {"u1", "fay"}, "found": found}
    chosen = choose_replacements(shortlist, remaining_cny=5_000, **some)
    assert chosen["creator_name"].tolist() == ["Eve", "Gil", "Hal"]
    assert set(chosen["cost_cny"]) == {230.0}  # of the four whose product's cost is known
    assert len(choose_replacements(shortlist, remaining_cny=500, **some)) == 2
    for nothing in (float("nan"), 200.0, -1.0):
        assert choose_replacements(shortlist, remaining_cny=nothing, **some).empty


def test_nobody_is_proposed_whom_the_thread_the_client_or_the_memory_leaves_out(
    rows: Rows, kea: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(kea.folder, rows)
    run = kea.folder / "runs" / "2026-03-30T000000Z"
    (run / "tables").mkdir(parents=True)
    (run / "manifest.json").write_text("{}", encoding="utf-8")
    (kea.folder / "runs" / "latest.txt").write_text(run.name, encoding="utf-8")
    names = ["Planned", "Refused", "Silent", "Mia", "Free"]  # Mia is in the book; who is on no shortlist is nowhere
    listed = pd.DataFrame({"creator_id": [f"s{n}" for n in range(5)], "creator_name": names})
    listed.to_parquet(run / "tables" / "3_vetting_shortlist.parquet")
    listed.assign(on_roster=listed["creator_name"].eq("Planned")).to_parquet(run / "tables" / "thread.parquet")
    write_decision(kea.folder, creator_id="s1", decision="drop", reason="", by="Mei")
    silent = {"creator_id": "s2", "creator_name": "Silent", "client": "x", "campaign": "y", "is_silent": 1.0}
    write_people(kea.folder.parent, pd.DataFrame([silent]).reindex(columns=list(PEOPLE_COLUMNS)))
    amount = {name: Money(cny=value) for name, value in (("total", 2_000.0), ("committed", 0.0), ("budget", 9_000.0))}
    amount |= {"planned": Money(cny=9_000.0), "overspent": Money(cny=0.0)}
    update_summary(run, money=MoneySummary(**amount, by_scope={}, by_item={}, by_state={}))
    assert main(["seeding", str(kea.folder), "--on", str(TODAY)]) == 1
    assert "a product: Free (shortlist, best first)." in capsys.readouterr().out


def test_the_follow_up_list_is_printed(rows: Rows, kea: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    keep(kea.folder, rows)
    assert main(["seeding", str(kea.folder), "--on", str(TODAY)]) == 1
    told = capsys.readouterr().out
    assert "3 products sent, 2 received, 1 posted, 1 overdue." in told
    assert "! 2026-03-22  Oli  jacket" in told
    assert main(["seeding", str(kea.folder), "--on", str(TODAY), "--language", "zh"]) == 1
    assert "已寄出3份" in capsys.readouterr().out
    plan = kea.folder / "plan.xlsx"
    main(["book", str(kea.folder), "--media-plan", str(plan), "--for-client"])
    assert plan.is_file()


def remember(kea: Campaign, rows: Rows) -> pd.DataFrame:
    notes = pd.DataFrame({"note_id": [LINK[-24:]], "views": [1980.0]})
    promised = pd.DataFrame(ROSTER).reindex(columns=list(ROSTER_COLUMNS))
    return remember_people(kea, rows, notes=notes, promised=promised, today=TODAY)


def test_creators_are_remembered_by_name_and_again_without_being_counted_twice(rows: Rows, kea: Campaign) -> None:
    home = kea.folder.parent
    for _ in range(2):
        write_people(home, remember(kea, rows))
    write_people(home, add_note(home, creator="mia", note="kind, quick", by="Mei", on=TODAY))
    people = summarise_people(read_people(home)).set_index("creator_name")
    mia = people.loc["Mia"]
    assert (mia["n_campaigns"], mia["prices"], mia["n_late"], mia["n_dated"], mia["notes"]) == (
        1, "NZD 900", 1, 1, "kind, quick"
    )  # fmt: skip
    assert mia["views_ratio"] == pytest.approx(0.5)
    assert people.loc["Oli", "n_silent"] == 1
    assert people.loc["Noa", "exclusive_until"] == "2026-09-01"
    assert find_people(read_people(home), "quick")["creator_name"].unique().tolist() == ["Mia"]
    assert len(summarise_people(find_people(read_people(home), ""))) == len(MADE)


def test_a_person_is_forgotten_in_one_command(
    rows: Rows, kea: Campaign, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(kea.folder, rows)
    monkeypatch.chdir(kea.folder.parent)
    assert main(["creators", "--add", str(kea.folder)]) == 0
    assert main(["creators", "Mia", "--note", "on time", "--by", "Mei"]) == 0
    asked = f"asked NZD 1,000 ({date.today():%Y-%m})"
    known = f"We know them: 1 campaign, agreed NZD 900, {asked}, late 1 of 1 (last by 3 days), rights: 6 months. on"
    assert known in capsys.readouterr().out
    assert main(["creators", "Mia", "--language", "zh"]) == 0
    assert "共1位达人。" in capsys.readouterr().out
    assert main(["forget", "Mia"]) == 0
    assert "kea/campaign_book.xlsx" in capsys.readouterr().out
    assert "Mia" not in (kea.folder.parent / "creators.csv").read_text(encoding="utf-8")
    assert "Noa" in (kea.folder.parent / "creators.csv").read_text(encoding="utf-8")
    with pytest.raises(CampaignError, match="'Mi' is not in it"):
        forget_person(read_people(kea.folder.parent), "Mi")


def test_the_screen_tells_what_is_known_of_a_creator_and_of_nobody_else(rows: Rows, kea: Campaign) -> None:
    lines = remember(kea, rows)
    known = remember_creator(lines, {"creator_id": "u1", "creator_name": "somebody"})
    assert known is not None
    assert (known.values["n_late"], known.values["views_ratio"]) == (1, 0.5)
    assert remember_creator(lines, {"creator_id": "u9", "creator_name": "Oli"}) is not None
    assert remember_creator(lines, {"creator_id": "u9", "creator_name": "Mia"}) is None  # another of the name
    assert remember_creator(lines.iloc[:0], {"creator_id": "u1", "creator_name": "Mia"}) is None


def test_the_lists_of_sourcing_and_vetting_are_told_what_is_remembered_in_the_notebook_alone(
    rows: Rows, kea: Campaign, tmp_path: Path
) -> None:
    write_people(kea.folder.parent, remember(kea, rows))
    listed = pd.DataFrame({"creator_id": ["u7", None, "u1", None], "creator_name": ["Noa", "Pia", "Mia", "Oli"]})
    work = open_campaign(kea.folder)
    told = work.recall_creators(listed, language="en")
    assert [line.split(":")[0] for line in told] == ["Mia", "Oli", "Pia"]  # another Noa is somebody else; flags first
    assert told[0].startswith("Mia: Flag: late last time. We know them")
    assert told[1].startswith("Oli: Flag: kept a product without posting. ")
    assert "Flag" not in told[2]
    assert "agreed NZD 900, asked NZD 1,000 (2026-03), late 1 of 1 (last by 3 days)" in told[0]
    assert "1 product without a post" in told[1]
    for step in ("2_sourcing", "3_vetting"):
        text = bundled_folder("notebooks").joinpath(f"{step}.ipynb").read_text(encoding="utf-8")
        assert "page.list(work.recall_creators(" in text
    page = work.start_page("3_vetting", tmp_path / "run", language="en")
    assert told[0] in repr(page.list(told))
    page.write()
    written = [path.read_bytes() for path in (tmp_path / "run").rglob("*.*") if path.is_file()]
    assert written
    assert not any(word in each for each in written for word in (b"NZD 1,000", b"Flag", b"late last time"))


@pytest.mark.parametrize(("newest", "is_dearer"), [(950.0, True), (900.0, False)])
def test_who_asks_more_than_was_ever_agreed_is_flagged(
    rows: Rows, kea: Campaign, newest: float, is_dearer: bool
) -> None:
    lines = remember(kea, rows)
    asked = {"creator_id": "u1", "currency": "NZD", "asked": newest, "date": "2026-09-01"}
    told = summarise_people(pd.concat([lines, pd.DataFrame([asked])])).set_index("creator_id")
    assert bool(told.loc["u1", "is_dearer"]) is is_dearer


KNOWN = {"n_campaigns": 2, "prices": "NZD 900, NZD 850", "n_dated": 4, "n_late": 1, "n_silent": 1, "views_ratio": 0.8}
KNOWN |= {"was_late": True, "is_dearer": True, "asked": "NZD 1,000 (2026-03)", "n_days": 3}
KNOWN |= {"usage_rights": "6 months", "exclusive_until": "2026-09-01", "notes": "kind"}
FEW = {**dict.fromkeys(KNOWN), "n_campaigns": 1, "n_dated": 0, "n_silent": 0}
SHARE = {"posting_share": 0.5, "posting_share_low": 0.1, "posting_share_high": 0.9, "n_rows": 4}
CASES = [
    *((str(n), Finding("people.found", {"n_rows": n})) for n in (1, 4)),
    ("one", Finding("seeding.sent", {"n_sent": 1, "n_received": 1, "n_posted": 0, "n_overdue": 1})),
    ("many", Finding("seeding.sent", {"n_sent": 40, "n_received": 30, "n_posted": 12, "n_overdue": 9})),
    ("", Finding("seeding.rate", SHARE)),
    ("", Finding("seeding.earlier", SHARE)),
    ("", Finding("seeding.cost", {"cost_per_note_cny": 131.5})),
    *((str(n), Finding("seeding.silent", {"n_overdue": n, "silent_cny": 4000.0})) for n in (1, 40)),
    *((str(n), Finding("seeding.unknown", {"n_rows": n})) for n in (1, 3)),
    (
        "",
        Finding("seeding.replace", {"names": "Ana, Bo", "cost_cny": 240.0, "remaining_cny": 5_000.0}),
    ),
    *((case, Finding("people.known", values)) for case, values in (("all", KNOWN), ("little", FEW))),
]


@pytest.mark.parametrize("language", list_languages())
def test_the_sentences_are_the_golden_ones(language: str) -> None:
    check_golden(f"book.{language}", write_out("book", CASES, language=language))
