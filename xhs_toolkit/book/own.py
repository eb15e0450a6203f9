"""What people own in the book becomes the records that a run reads: ``bookings.csv`` and rows of ``decisions.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.book.columns import AMOUNTS, fold, is_understood
from xhs_toolkit.book.keys import find_note_id
from xhs_toolkit.book.merge import Merged, Row, list_own
from xhs_toolkit.decisions import fold_name, read_decisions, write_decision
from xhs_toolkit.errors import Problem
from xhs_toolkit.store import BOOKED
from xhs_toolkit.store.booked import NAMES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

BY_CLIENT = "client"
CLIENT = ("client", "client_reason")
FACTS = ("state", "note_link", "posted_on")
MOVING = ("state", "currency", "gst", "invoice", "invoice_on")
"""Columns that change what an amount is: with one of them the book speaks for all amounts of its creator."""


def keep_own(campaign: Campaign, merged: Merged) -> Path | None:
    """Write ``bookings.csv`` where what people wrote into the book has changed; None where nothing has."""
    path = campaign.folder / BOOKED
    speaking = {
        _name(row) for key, row in merged.rows.items() if {*AMOUNTS, *MOVING} & set(list_own(row, merged.told[key]))
    }
    rows = [
        line
        for number, (key, row) in enumerate(merged.rows.items(), start=2)
        for line in _list_lines(row, merged.told[key], number, campaign, speaks=_name(row) in speaking)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(NAMES), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    was = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    if was == text.getvalue() or not (rows or was):
        return None
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
    return path


def _name(row: Row) -> str:
    return fold(row.get("creator_name") or row.get("creator_id"))


def _list_lines(row: Row, told: Row, number: int, campaign: Campaign, *, speaks: bool) -> Iterator[dict[str, object]]:
    """What is written of one deliverable; where the book `speaks` for its creator, every amount of it."""
    row = {name: value if is_understood(value, name) else None for name, value in row.items()}
    own = set(list_own(row, told))
    about = {name: row.get(name) for name in ("creator_id", "creator_name", "format")}
    about |= {"note_id": find_note_id(row.get("note_link")), "source_row": number}
    if own & set(FACTS):
        posted = row.get("posted_on") if "posted_on" in own else None
        moment = pd.Timestamp(str(posted), tz=campaign.time_zone).isoformat() if posted else None
        yield about | {"state": row.get("state") if "state" in own else None, "posted_at": moment}
    for name, kind in AMOUNTS.items():
        if speaks and row.get(name) is not None:
            yield about | _tell_amount(row, name, kind) | {"state": row.get("state") or "agreed"}


def _tell_amount(row: Row, name: str, kind: str) -> dict[str, object]:
    fee = {"gst": row.get("gst"), "invoice_id": row.get("invoice")} if kind == "creator_fee" else {}
    return {"kind": kind, "amount": row[name], "currency": row.get("currency"), "date": row.get("invoice_on"), **fee}


def keep_picks(campaign: Campaign, merged: Merged) -> list[Problem]:
    """Add each new answer of the client to ``decisions.csv``; two answers on one creator are a problem, and neither."""
    problems = []
    picks: dict[str, list[tuple[str, str]]] = {}
    asked = {question.key for question in merged.questions if question.column in CLIENT}
    for key, row in merged.rows.items():
        if key not in asked and row.get("client") and set(CLIENT) & set(list_own(row, merged.told[key])):
            who = str(row.get("creator_id") or row.get("creator_name"))
            picks.setdefault(who, []).append((str(row["client"]), str(row.get("client_reason") or "")))
    known = {
        fold_name(str(line["creator_id"])): line for line in read_decisions(campaign.folder).rows.to_dict("records")
    }
    for who, answers in picks.items():
        word, reason = answers[-1]
        if len({answer for answer, _ in answers}) > 1:
            problems.append(Problem("has two different answers of the client", "leave one", column="client", value=who))
        elif not is_understood(word, "client"):
            problems.append(Problem("is no answer", "write yes, no or maybe", column="client", value=word))
        elif _is_news(known.get(fold_name(who)), word, reason):
            write_decision(campaign.folder, creator_id=who, decision=word, reason=reason, by=BY_CLIENT)
    return problems


def _is_news(line: dict[object, object] | None, word: str, reason: str) -> bool:
    if line is None:
        return True
    was = "" if pd.isna(line["reason"]) else str(line["reason"])
    return line["decision"] != word or (reason not in ("", was))
