"""How sheets kept by hand are read that nobody had seen: ``python -m benchmarks.trackers [FOLDER] [--misses]``.

FOLDER holds one folder a tracker: its files and ``truth.json``, written together by somebody who had seen neither the
readers nor their example cases. A figure is a note's day, likes, collects, comments or views, the amount of a deal,
what the delivered deals cost together, and how many creators there are. It is *right*, *asked about* (not right, and
a question of that topic is open), *missing* without a word, or *wrong*.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.models import CampaignSettings
from xhs_toolkit.exports import Exports, make_latest, make_latest_placements, read_exports

FIGURES = ("likes", "collects", "comments", "views")
TOPICS = {
    "posted": "date",
    **dict.fromkeys(FIGURES, "figure"),
    "amount": "money",
    "delivered": "money",
    "creators": "platform",
    "note": "link",
}
ZONES = {"NZ": "Pacific/Auckland", "AU": "Australia/Sydney"}
PLACES = 0.005


class Figure(NamedTuple):
    """One figure of a tracker: what it is of, what is true, what was read, and how that is judged."""

    tracker: str
    name: str
    of: str
    true: Any
    read: Any
    verdict: str


def make_campaign(folder: Path, truth: Mapping[str, Any]) -> Campaign:
    """The campaign that a tracker's truth names: currency, rate, window, market."""
    said = truth["campaign"]
    budget: dict[str, Any] = {"amount": 1_000_000, "currency": said["currency"]}
    if said["currency"] != "CNY":
        budget |= {"cny_per_unit": said["cny_per_unit"], "rate_date": datetime.date(2026, 3, 1)}
    start, end = said.get("window") or (None, None)
    settings = CampaignSettings.model_validate(
        {
            "budget": budget,
            "markets": [said["market"]],
            "window": {"start": start, "end": end},
            "time_zone": ZONES[said["market"]],
        }
    )
    return Campaign.model_construct(folder=folder, **dict(settings))


def read_tracker(folder: Path) -> tuple[dict[str, Any], Exports, Campaign]:
    """The truth of a tracker and what the readers make of its files."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        data.mkdir()
        for file in folder.iterdir():
            if file.suffix not in {".json", ".md", ".py"}:
                shutil.copy(file, data / file.name)
        campaign = make_campaign(Path(name), truth)
        return truth, read_exports(data, campaign=campaign), campaign


def judge_tracker(folder: Path) -> tuple[list[Figure], int]:
    """Every figure of a tracker, and how many questions its sheets raise at most."""
    truth, exports, campaign = read_tracker(folder)
    topics = {str(problem.topic) for problem in exports.questions}
    topics |= {"money"} if any("does not tie" in problem.what for problem in exports.problems) else set()
    notes, placements = make_latest(exports.tables["notes"]), make_latest_placements(exports.tables["placements"])
    found = [*_judge_notes(truth, notes), *_judge_fees(truth, placements, exports, campaign)]
    counts = Counter((problem.file, problem.sheet) for problem in exports.questions)
    return [
        Figure(folder.name, name, of, true, read, _judge(name, true, read, topics)) for name, of, true, read in found
    ], max(counts.values(), default=0)


def _judge(name: str, true: Any, read: Any, topics: set[str]) -> str:
    if _same(true, read):
        return "right"
    asks = {TOPICS[name], "other"} | ({"state"} if name in {"delivered", "note", "creators"} else set())
    return "asked" if asks & topics else "missing" if read is None else "wrong"


def _same(true: Any, read: Any) -> bool:
    if isinstance(true, int | float) and isinstance(read, int | float):
        return abs(true - read) <= max(PLACES * abs(true), 0.01)
    return bool(true == read)


def _judge_notes(truth: Mapping[str, Any], notes: pd.DataFrame) -> Iterator[tuple[str, str, Any, Any]]:
    rows = notes.to_dict("records")
    used: set[int] = set()
    for note in truth["notes"]:
        place = next((i for i, row in enumerate(rows) if i not in used and _is_note(row, note)), None)
        used |= {place} if place is not None else set()
        row = rows[place] if place is not None else {}
        day = row.get("posted_at")
        shown = None if day is None or pd.isna(day) else day.tz_convert("Asia/Shanghai").date().isoformat()
        if note.get("posted"):
            yield "posted", str(note["creator"]), note["posted"], shown
        for name in FIGURES:
            if note.get(name) is not None:
                value = row.get(name)
                value = row.get("exposure") if name == "views" and (value is None or pd.isna(value)) else value
                yield name, str(note["creator"]), note[name], None if value is None or pd.isna(value) else value
    for place, row in enumerate(rows):
        if place not in used and str(row["source"]).startswith("agency_"):
            yield "note", str(row["creator_name"]), "no such note", str(row["note_id"])


def _is_note(row: Mapping[Any, Any], note: Mapping[str, Any]) -> bool:
    short = str(note.get("short_link") or "").rstrip("/").rpartition("/")[2]
    ids = {str(note.get("note_id") or ""), f"xhslink:{short}" if short else ""} - {""}
    if row["note_id"] in ids:
        return True
    day = row.get("posted_at")
    shown = None if day is None or pd.isna(day) else day.tz_convert("Asia/Shanghai").date().isoformat()
    is_unnamed = str(row["note_id"]).startswith("posted:")
    return (
        is_unnamed
        and str(row["creator_name"]) == str(note["creator"])
        and (shown == note.get("posted") or not note.get("posted"))
    )


def _judge_fees(
    truth: Mapping[str, Any], placements: pd.DataFrame, exports: Exports, campaign: Campaign
) -> Iterator[tuple[str, str, Any, Any]]:
    fees = truth["fees"]
    rate = float((campaign.budget.cny_per_unit if campaign.budget else None) or 1)
    delivered = placements[placements["state"].isin(["posted", "paid"])]
    invoices = exports.tables["invoices"]
    billed = invoices.groupby("creator_name")["amount"].sum()
    paid = delivered["creator_name"].map(billed.to_dict()).astype(float).fillna(delivered["price_cny"] / rate)
    if paid.notna().any() or fees["delivered"]["amount"]:
        yield "delivered", "all", float(fees["delivered"]["amount"]), float(paid.sum())
    creators = exports.tables["creators"]
    asked = pd.concat([creators["image_price_cny"], creators["video_price_cny"]]) / rate
    for deal in fees.get("per_row", []):
        mine = placements[placements["creator_name"].astype(str).eq(str(deal["creator"]))]
        kinds = ("", f"{deal['kind']}_") if deal["kind"] in {"quoted", "paid"} else ("",)
        values = [
            value
            for kind in kinds
            for value in mine.loc[mine[f"{kind}currency"].eq(deal["currency"]), f"{kind}amount"].dropna()
        ]
        if deal["amount"] is None:
            continue
        values += invoices.loc[invoices["creator_name"].astype(str).eq(str(deal["creator"])), "amount"].tolist()
        listed = [
            *values,
            *(
                asked[creators["creator_name"].eq(deal["creator"]).reindex(asked.index, fill_value=False)].dropna()
                if not values
                else []
            ),
        ]
        near = next((value for value in listed if _same(float(deal["amount"]), float(value))), None)
        yield (
            "amount",
            str(deal["creator"]),
            float(deal["amount"]),
            near if near is not None else (listed[0] if listed else None),
        )
    n_creators = len(
        {
            *placements["creator_name"].dropna(),
            *exports.tables["notes"]["creator_name"].dropna(),
            *creators["creator_name"].dropna(),
        }
    )
    yield "creators", "all", truth.get("creators"), n_creators


def list_trackers(root: Path) -> list[Path]:
    """The folders of trackers, in order."""
    return sorted(path.parent for path in root.glob("*/truth.json"))


def measure(root: Path) -> tuple[list[Figure], dict[str, int]]:
    """All figures, and how many questions each tracker's sheets raise."""
    figures: list[Figure] = []
    questions: dict[str, int] = {}
    for folder in list_trackers(root):
        found, questions[folder.name] = judge_tracker(folder)
        figures += found
    return figures, questions


def describe(figures: list[Figure], questions: Mapping[str, int]) -> dict[str, float]:
    """Figures of the page: shares in percent, and counts."""
    verdicts = Counter(figure.verdict for figure in figures)
    n = len(figures)
    money = [figure for figure in figures if figure.name in {"amount", "delivered"} and figure.verdict == "wrong"]
    return {
        "trackers": len(questions),
        "figures": n,
        "right_percent": round(100 * verdicts["right"] / n, 1),
        "right_or_asked_percent": round(100 * (verdicts["right"] + verdicts["asked"]) / n, 1),
        "missing_unsaid": verdicts["missing"],
        "wrong_unsaid": verdicts["wrong"],
        "wrong_money_unsaid": len(money),
        "most_questions_a_sheet": max(questions.values(), default=0),
    }


PAGE = Path(__file__).resolve().parents[1] / "docs" / "trackers.md"
MEASURED: dict[str, tuple[float, ...]] = {
    "set 1": (26, 793, 86.1, 91.0, 59, 12, 7, 3),
    "set 1, held back": (13, 492, 71.7, 80.9, 61, 33, 5, 3),
    "set 2": (26, 1748, 90.1, 94.2, 42, 59, 48, 3),
    "set 3": (26, 1267, 91.1, 93.9, 52, 25, 1, 3),
    "set 4": (26, 1679, 90.4, 95.6, 43, 31, 30, 4),
    "set 5": (26, 1650, 99.0, 99.1, 14, 1, 0, 3),
    "set 6": (26, 1484, 86.1, 93.3, 57, 43, 34, 3),
    "set 7": (26, 1200, 98.3, 99.6, 0, 5, 1, 2),
}
"""Set → what it measured the one time before anything was changed for it, in the order of `WORDS`."""
WORDS = {
    "trackers": "trackers",
    "figures": "figures in them",
    "right_percent": "read right without a question, %",
    "right_or_asked_percent": "read right or asked about, %",
    "missing_unsaid": "missing and nobody told",
    "wrong_unsaid": "wrong and nobody told",
    "wrong_money_unsaid": "of those, money",
    "most_questions_a_sheet": "most questions of one sheet",
}
INTRODUCTION = """# Sheets kept by hand that nobody had seen

Machines write exports alike, people keep sheets each in their own way. This page says how trackers are read that the
readers were not written for: somebody who had seen neither the readers nor their example cases wrote working files of
agencies in New Zealand and Australia, a third each in English, Chinese and both, with what they truly say. They hold
months, weeks and deals as tabs, totals under many names, other platforms, states in many words, quoted, agreed and paid
fees in NZD, AUD and CNY, days in many styles, links behind words, figures at several ages, sheets on their side.

A figure is a note's day, its likes, collects, comments and views (exposure, where a sheet has only that), the amount of
a deal, what the delivered deals cost together (as invoiced, else as agreed), and how many creators there are.

HEADER
ROWS

Every set was measured once before anything was changed for it: these are the figures that say what the next sheet may
do. The kinds of faults that a set showed were mended before the next one was measured; read again afterwards, a set
says only that they were.

Of the 48 amounts of set 2 that count as wrong, 44 are what a creator asked first, on sheets that show what was agreed
as well: the agreed fee was read right, and a deal kept one fee. Since then it keeps beside what was agreed what was
asked and what has been paid, and what a truth calls quoted or paid is looked for there as well.

Set 5 was written first and set 6 after it, by two people; both were measured on one state of the readers, so that
nothing was mended between them. Set 6 goes further from tables than any before: a calendar, a block of lines a creator,
states as columns, one typed line a note, bills of an accounting program. 29 of its 34 wrong amounts are a price before
its discount, the tax on a bill taken for the bill, and what was paid so far taken for the fee.

Read again after its kinds were mended, set 6 gives 96.4% right and 99.1% right or asked about, with no amount wrong
and unsaid; set 5 99.9 and 100. In set 6 thirteen amounts still count as missing: a sheet shows each fee in yuan and
converted into Australian dollars; the readers keep the yuan that were agreed, the truth lists the dollars, and what
the deals cost together is equal. Of the amounts of sets 2 to 4 that count as wrong today, nine are what a longlist
quoted for creators whose agreed fee stands on another sheet, four are payments with service fee or tax where the fee is
without, and one is a sum in yuan that the judge compares with dollars. The judge was not changed.

Set 7 was written and measured last, by somebody else again, after the kinds of set 6 were mended. Its one wrong amount
is what the delivered deals cost together where fees stand in a tab of their own without states: each fee is right, and
none of them counts as delivered.

The sets are not part of the project. `python -m benchmarks.trackers FOLDER --misses` measures one and lists what is not
right; this page is made by `python -m benchmarks.trackers`.
"""


def write_page() -> str:
    """The page ``docs/trackers.md``."""
    header = "| | " + " | ".join(MEASURED) + " |\n|---|" + "---:|" * len(MEASURED)
    cells = zip(WORDS.values(), *MEASURED.values(), strict=True)
    rows = [f"| {words} | " + " | ".join(f"{value:g}" for value in values) + " |" for words, *values in cells]
    return INTRODUCTION.replace("HEADER", header).replace("ROWS", "\n".join(rows))


def main() -> None:
    """Measure a set, print it, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    if given.folder is None:
        PAGE.write_text(write_page(), encoding="utf-8")
        return
    figures, questions = measure(given.folder)
    described = describe(figures, questions)
    for name, value in described.items():
        print(f"{name:>26} {value}")
    if given.misses:
        print_misses(figures, questions)


def print_misses(figures: list[Figure], questions: Mapping[str, int]) -> None:
    """Every figure that is not right, tracker by tracker."""
    for tracker, n_questions in questions.items():
        mine = [figure for figure in figures if figure.tracker == tracker]
        print(tracker, dict(Counter(figure.verdict for figure in mine)), "questions", n_questions)
        for figure in mine:
            if figure.verdict != "right":
                print("    ", figure.verdict, figure.name, figure.of, "true", figure.true, "read", figure.read)


if __name__ == "__main__":
    main()
