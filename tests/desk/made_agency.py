"""An agency made up for its desk: campaigns as their runs leave them, each with the events that were planted in it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.book import BOOK_FILE
from xhs_toolkit.book.columns import NAMES
from xhs_toolkit.book.merge import Merged, Row, give_keys
from xhs_toolkit.book.sheet import Book, write_book
from xhs_toolkit.scorecard import Target, update_summary
from xhs_toolkit.scorecard.summary import Forecast, Inputs, Money, Notes, PlanSummary
from xhs_toolkit.store import list_inputs

ZONE = "Pacific/Auckland"


class Made(NamedTuple):
    """A campaign, and what its desk has to say of it on its day: codes of what to do."""

    folder: Path
    codes: frozenset[str]


class Parts:
    """What a campaign is made of while events are planted in it."""

    def __init__(self, rng: random.Random, today: date, n_creators: int) -> None:
        self.rng, self.today = rng, today
        self.rows: list[Row] = [
            {
                "creator_name": f"Creator {n}",
                "creator_id": f"c{n}",
                "state": "posted",
                "currency": "NZD",
                "agreed": 900.0,
            }
            for n in rng.sample(range(2000), n_creators)
        ]
        self.views, self.planned = 120_000.0, n_creators
        self.inputs: dict[str, Any] = {"read": ("notes.csv",)}
        self.blocks: list[dict[str, Any]] = []
        self.notes = pd.DataFrame(
            {
                "note_id": [f"n{n}" for n in range(n_creators)],
                "creator_name": [row["creator_name"] for row in self.rows],
                "creator_id": None,
                "title": [f"Walk {n}" for n in range(n_creators)],
                "text": "合作：春日徒步",
                "tags": None,
                "scope": "paid",
                "source": "mediacrawler_notes",
            }
        )
        self.newest: set[str] = set(self.notes["note_id"])
        self.boosts = pd.DataFrame()
        self.changed = False
        self.free = rng.sample(range(n_creators), n_creators)

    def late(self, **days: int) -> None:
        row = self.rows[self.free.pop()]
        row |= {
            "state": "posted" if "posted_on" in days else "agreed",
            **{name: self.today - timedelta(days=n) for name, n in days.items()},
        }


def short(parts: Parts) -> None:
    parts.views, parts.planned = 60_000.0, len(parts.rows)


def on(parts: Parts) -> None:
    parts.views, parts.planned = 90_000.0, round(len(parts.rows) * 1.5)


def off(parts: Parts) -> None:
    parts.views, parts.planned = 20_000.0, round(len(parts.rows) * 1.2)


def boost(parts: Parts) -> None:
    posted = pd.Timestamp(parts.today, tz=ZONE) - pd.Timedelta(hours=20)
    old = posted - pd.Timedelta(days=9)
    parts.boosts = pd.DataFrame(
        {
            "title": ["Walk", "Old"],
            "creator_name": "A",
            "posted_at": [posted, old],
            "metric": "leads",
            "is_recommended": True,
        }
    )


def gone(parts: Parts) -> None:
    parts.newest -= {parts.rng.choice(sorted(parts.newest))}


def undisclosed(parts: Parts) -> None:
    parts.notes.loc[0, "text"] = "春日徒步，风景真好"


def stop(parts: Parts) -> None:
    values = {"n_running": 2, "n_stop": 1, "n_watch": 0, "n_go_on": 1, "n_too_few": 0}
    parts.blocks.append({"kind": "sentence", "code": "boosting.running", "values": values})


def differ(parts: Parts) -> None:
    parts.blocks.append({"kind": "sentence", "code": "ledger.differs", "values": {"n_rows": 2, "gap_cny": 840.0}})


EVENTS: dict[str, Callable[[Parts], None]] = {
    "desk.short": short,
    "desk.on_course": on,
    "desk.off_course": off,
    "desk.drafts_overdue": lambda parts: parts.late(draft_on=1),
    "desk.posts_overdue": lambda parts: parts.late(post_on=2, draft_on=9, approved_on=8),
    "desk.product_silent": lambda parts: parts.late(sent_on=30, received_on=20),
    "desk.unpaid": lambda parts: parts.late(invoice_on=40, posted_on=60),
    "desk.files": lambda parts: setattr(parts, "changed", True),
    "desk.unreadable": lambda parts: parts.inputs.update(unreadable=("bad.xlsx: is damaged",)),
    "desk.questions": lambda parts: parts.inputs.update(open=("tracker.xlsx, column Fee: which currency?",)),
    "desk.boost": boost,
    "desk.gone": gone,
    "desk.undisclosed": undisclosed,
    "boosting.running": stop,
    "ledger.differs": differ,
}
APART = {"desk.short", "desk.on_course", "desk.off_course"}
"""Of which one campaign has one."""


def make_agency(folder: Path, *, seed: int, n_clients: int, n_campaigns: int, today: date) -> list[Made]:
    """Write campaigns that are under way on a day; about half have events, the others ask for nothing."""
    rng = random.Random(seed)  # noqa: S311
    made = []
    for number in range(n_campaigns):
        client = f"Client {number % n_clients:02d}"
        planted = rng.sample(sorted(EVENTS), rng.choice([0, 0, 1, 1, 2, 3]))
        codes = {code for code in planted if code not in APART or code == min(APART & set(planted))}
        parts = Parts(rng, today, n_creators=rng.randint(6, 14))
        for code in sorted(codes):
            EVENTS[code](parts)
        made.append(Made(write_campaign(folder / f"campaign_{number:03d}", client, parts), frozenset(codes)))
    return made


def write_campaign(folder: Path, client: str, parts: Parts) -> Path:
    run = folder / "runs" / f"{parts.today - timedelta(days=7)}T000000Z"
    stored = folder / "runs" / ".tables" / "key"
    for place in (folder / "data", run / "tables", run / "pages", stored):
        place.mkdir(parents=True)
    start, end = (parts.today + timedelta(days=days) for days in (-20, 20))
    settings = {"client": client, "name": folder.name, "markets": ["NZ"], "time_zone": ZONE}
    budget = {"amount": 30000, "currency": "NZD", "cny_per_unit": 4.2, "rate_date": "2026-01-05"}
    window = {"start": str(start), "end": str(end)}
    told = json.dumps({**settings, "budget": budget, "window": window})  # JSON is YAML
    (folder / "campaign.yaml").write_text(told, encoding="utf-8")
    (folder / "data" / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "runs" / "latest.txt").write_text(run.name + "\n", encoding="utf-8")
    (run / "manifest.json").write_text(json.dumps({"inputs": list_inputs(folder)}), encoding="utf-8")
    (run / "pages" / "6_results.json").write_text(json.dumps({"blocks": parts.blocks}), encoding="utf-8")
    parts.notes.to_parquet(run / "tables" / "6_results_notes.parquet")
    if len(parts.boosts):
        parts.boosts.to_parquet(run / "tables" / "6_results_boosts.parquet")
    write_snapshots(stored, parts)
    write_summary(run, parts)
    write_rows(folder, parts.rows)
    if parts.changed:
        (folder / "data" / "new.csv").write_text("a\n2\n", encoding="utf-8")
    return folder


def write_snapshots(stored: Path, parts: Parts) -> None:
    days = [pd.Timestamp(parts.today - timedelta(days=n), tz="UTC") for n in (14, 7)]
    files = [parts.notes["note_id"], pd.Series(sorted(parts.newest))]
    frames = [
        pd.DataFrame(
            {"note_id": notes, "source": "mediacrawler_notes", "source_file": f"{n}.json", "as_of": day, "views": 1.0}
        )
        for n, (notes, day) in enumerate(zip(files, days, strict=True))
    ]
    pd.concat(frames, ignore_index=True).to_parquet(stored / "tables.notes.parquet")


def write_summary(run: Path, parts: Parts) -> None:
    n = len(parts.rows)
    forecast = Forecast(p10=70_000, p50=110_000, p90=160_000)
    verdict = "met" if parts.views >= 100_000 else "missed"
    about = {"metric": "views", "unit": "views", "promised": 100_000, "n": n, "of": n}
    target = Target(**about, measured=parts.views, forecast=forecast, verdict=verdict)
    cost = Money(cny=80_000.0)
    plan = PlanSummary(accepted=True, n_creators=n, n_notes=parts.planned, cost=cost, forecast={"views": forecast})
    update_summary(run, targets=(target,), notes=Notes(n=n, n_creators=n), plan=plan, inputs=Inputs(**parts.inputs))


def write_rows(folder: Path, rows: list[Row]) -> None:
    given = give_keys([{name: row.get(name) for name in NAMES} for row in rows], {})
    merged = Merged(given, given, (), ())
    write_book(folder / BOOK_FILE, merged, book=Book({}, {}, {}, {}, ()), language="en", currencies=["CNY", "NZD"])
