"""Sheets kept by hand, changed at random: no amount is wrong without a question, none is lost unsaid, nothing breaks.

Each sheet is made of creators, links, days, states, figures and fees that are known; its headers are chosen among the
words that people write, and a few `CHANGES` of what agencies do to their sheets are made. All is seeded: a failure
names its seed. A twentieth of the seeds runs each time, all of them with ``XHS_SLOW_TESTS``.
"""

from __future__ import annotations

import csv
import datetime
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.models import CampaignSettings
from xhs_toolkit.exports import Exports, make_latest_placements, read_exports

N_SEEDS = 1_000
SEEDS = range(N_SEEDS) if os.environ.get("XHS_SLOW_TESTS") else range(0, N_SEEDS, 20)
CHUNK = 25
HEADS = {
    "creator": ("Creator", "KOL", "Influencer", "博主", "达人昵称"),
    "link": ("Post link", "Link", "URL", "笔记链接", "发布链接"),
    "day": ("Posted", "Live date", "Date posted", "发布日期", "发布时间"),
    "state": ("Status", "状态", "Booking status"),
    "likes": ("Likes", "点赞", "点赞数"),
    "views": ("Views", "Reads", "阅读量"),
    "fee": ("Fee (NZD)", "Agreed fee NZD", "Cost NZ$", "合作费用(纽币)", "Talent fee (NZ$)"),
}
LIVE = ("Posted", "Live", "Published", "已发布")
Row = dict[str, object]


@dataclass
class Tracker:
    """A sheet and what is true of it: the fee of each link in NZD."""

    rng: random.Random
    rows: list[Row]
    fees: dict[str, float]
    heads: dict[str, str]
    titles: list[str] = field(default_factory=list)
    tail: list[list[object]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    is_workbook: bool = False
    cut: int = 0


def make_tracker(seed: int) -> Tracker:
    rng = random.Random(seed)  # noqa: S311
    rows: list[Row] = []
    for number in range(rng.randint(4, 9)):
        note = f"64a1b2c3000000001f{seed % 100:02d}{number:04d}"
        day = datetime.date(2026, 4, 1) + datetime.timedelta(days=rng.randint(0, 27))
        rows.append(
            {
                "creator": rng.choice(("Ana", "Mei", "小鹿", "Tom", "Kiri")) + f" {chr(65 + number)}",
                "link": f"https://www.xiaohongshu.com/explore/{note}",
                "day": f"{day:%d/%m/%Y}" if day.day > 12 or number else "28/04/2026",
                "state": rng.choice(LIVE),
                "likes": rng.randint(5, 900),
                "views": rng.randint(1_000, 9_000),
                "fee": rng.randint(2, 40) * 50 + number,
            }
        )
    fees = {str(row["link"])[-24:]: float(row["fee"]) for row in rows}  # type: ignore[arg-type]
    heads = {name: rng.choice(words) for name, words in HEADS.items()}
    tracker = Tracker(rng, rows, fees, heads, is_workbook=rng.random() < 0.4)
    for change in rng.sample(CHANGES, k=rng.randint(1, 4)):
        change(tracker)
        tracker.log.append(change.__name__)
    return tracker


# ------------------------------------------------------------------------------------------ what people do


def reorder(tracker: Tracker) -> None:
    names = list(tracker.heads)
    tracker.rng.shuffle(names)
    tracker.heads = {name: tracker.heads[name] for name in names}


def add_titles(tracker: Tracker) -> None:
    tracker.titles += ["XHS campaign April", "Updated 30/04/26"][: tracker.rng.randint(1, 2)]


def add_total(tracker: Tracker) -> None:
    label = tracker.rng.choice(("Total", "TOTAL (ex GST)", "合计", "April subtotal", ""))
    likes = [row.get("likes") for row in tracker.rows]
    sums = {"fee": sum(tracker.fees.values()), "likes": sum(each for each in likes if isinstance(each, int))}
    tracker.rows.append({next(iter(tracker.heads)): label, **sums})


def add_footnotes(tracker: Tracker) -> None:
    tracker.tail.append([tracker.rng.choice(("* fees exclude product", "Contact: the agency", "注：以上为四月数据"))])


def add_platforms(tracker: Tracker) -> None:
    tracker.heads["platform"] = tracker.rng.choice(("Platform", "Channel", "平台"))
    for row in tracker.rows:
        row.setdefault("platform", "XHS")
    other = {**tracker.rows[0], "link": "https://www.instagram.com/p/abc", "platform": "Instagram", "fee": 9_999}
    tracker.rows.insert(tracker.rng.randint(0, len(tracker.rows)), other)


def write_fees(tracker: Tracker) -> None:
    way = tracker.rng.choice(("${:,.2f}", "{:,.0f}", "NZ${:.0f}", "{:.2f} NZD", " {:.0f} "))
    for row in tracker.rows:
        if isinstance(row.get("fee"), int | float):
            row["fee"] = way.format(row["fee"])


def add_quotes(tracker: Tracker) -> None:
    tracker.heads["quote"] = tracker.rng.choice(("Quoted (NZD)", "Rate card NZD", "报价(纽币)"))
    for row in tracker.rows:
        if "link" in row:
            row["quote"] = 7_777


def cancel_one(tracker: Tracker) -> None:
    row = tracker.rng.choice(tracker.rows[:3])
    if "link" in row:
        row["state"] = tracker.rng.choice(("Cancelled", "Declined", "已取消"))
        row["likes"] = row["views"] = ""
        row["day"] = ""


def forget_currency(tracker: Tracker) -> None:
    tracker.heads["fee"] = tracker.rng.choice(("Fee", "Agreed fee", "Cost", "合作费用"))


def head_with_a_strange_word(tracker: Tracker) -> None:
    tracker.heads["fee"] = tracker.rng.choice(("Koha", "Sum 2", "Package", "Talent", "小计"))


def spoil_a_fee(tracker: Tracker) -> None:
    row = tracker.rng.choice(tracker.rows[:3])
    row["fee"] = tracker.rng.choice(("300-400", "5OO", "see email", "2 x 150"))


def repeat_a_row(tracker: Tracker) -> None:
    tracker.rows.insert(1, dict(tracker.rows[0]))


def cut_off(tracker: Tracker) -> None:
    tracker.cut = tracker.rng.randint(1, 60)


def leave_blanks(tracker: Tracker) -> None:
    tracker.rows.insert(tracker.rng.randint(1, len(tracker.rows)), {})


CHANGES: list[Callable[[Tracker], None]] = [
    *(reorder, add_titles, add_total, add_footnotes, add_platforms, write_fees, add_quotes, cancel_one),
    *(forget_currency, head_with_a_strange_word, spoil_a_fee, repeat_a_row, cut_off, leave_blanks),
]


# ------------------------------------------------------------------------------------------ written and read


def write_tracker(tracker: Tracker, data: Path) -> None:
    table = [[row.get(name, "") for name in tracker.heads] for row in tracker.rows]
    lines = [*([title] for title in tracker.titles), list(tracker.heads.values()), *table, *tracker.tail]
    if tracker.is_workbook:
        path = data / "tracker.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
            sheet = book.add_worksheet("April")
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    else:
        path = data / "tracker.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    if tracker.cut:
        path.write_bytes(path.read_bytes()[: -tracker.cut])


def read_tracker(tracker: Tracker, folder: Path) -> Exports:
    (folder / "data").mkdir(parents=True)
    write_tracker(tracker, folder / "data")
    budget = {"amount": 10_000, "currency": "NZD", "cny_per_unit": 4.2, "rate_date": datetime.date(2026, 4, 1)}
    settings = CampaignSettings.model_validate({"budget": budget, "markets": ["NZ"]})
    return read_exports(folder / "data", campaign=Campaign.model_construct(folder=folder, **dict(settings)))


def find_faults(tracker: Tracker, exports: Exports) -> list[str]:
    """What is wrong and not told: amounts that are not the fee, or lost, or of nobody."""
    placements = make_latest_placements(exports.tables["placements"])
    amounts = placements[placements["amount"].notna()]
    by_note = dict(zip(amounts["note_id"], amounts["amount"], strict=True))
    told_money = any(problem.topic in {"money", "file"} for problem in exports.problems)
    strangers = amounts[~amounts["note_id"].isin(tracker.fees)]
    faults = [f"{strangers['amount'].tolist()} of no note of ours"] if len(strangers) and not told_money else []
    for note, fee in tracker.fees.items():
        found = by_note.get(note)
        if found is not None and found != pytest.approx(fee) and not told_money:
            faults.append(f"{note}: {found} and not {fee}")
        if found is None and not exports.problems and not _is_cancelled(tracker, note):
            faults.append(f"{note}: {fee} is lost")
    wrong = amounts[amounts["currency"].ne("NZD") & amounts["currency"].notna()]
    return faults + ([f"{wrong['currency'].tolist()} instead of NZD"] if len(wrong) and not told_money else [])


def _is_cancelled(tracker: Tracker, note: str) -> bool:
    return any(str(row.get("link", "")).endswith(note) and not row.get("day") for row in tracker.rows)


@pytest.mark.parametrize("first", range(0, len(SEEDS), CHUNK))
def test_no_money_is_wrong_or_lost_in_silence(first: int, tmp_path: Path) -> None:
    faults = []
    for seed in SEEDS[first : first + CHUNK]:
        tracker = make_tracker(seed)
        try:
            found = find_faults(tracker, read_tracker(tracker, tmp_path / str(seed)))
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        faults += [f"seed {seed} ({', '.join(tracker.log)}): {each}" for each in found]
    assert not faults, "\n".join(faults)


def test_the_judge_sees_a_wrong_and_a_lost_amount(tmp_path: Path) -> None:
    tracker = make_tracker(1)
    tracker.is_workbook, tracker.cut, tracker.heads = False, 0, {name: words[0] for name, words in HEADS.items()}
    tracker.rows = [row for row in tracker.rows if str(row.get("link", "")).startswith("https://www.xiao")]
    for row in tracker.rows:
        row["fee"] = tracker.fees[str(row["link"])[-24:]]
    tracker.tail = []
    exports = read_tracker(tracker, tmp_path)
    assert find_faults(tracker, exports) == []
    note = str(tracker.rows[-1]["link"])[-24:]
    tracker.fees[note] += 1
    assert len(find_faults(tracker, exports)) == 1
    placements = exports.tables["placements"]
    lost = placements.assign(amount=placements["amount"].mask(placements["note_id"].eq(note)))
    assert len(find_faults(tracker, exports._replace(tables={"placements": lost}))) == 1
    assert pd.notna(placements["amount"]).all()
