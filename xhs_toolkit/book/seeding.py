"""Products sent to creators: who has them, who posted, who is to be asked, and what a posted note cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.book.columns import Cell
from xhs_toolkit.book.merge import Row
from xhs_toolkit.findings import Finding
from xhs_toolkit.stats import Interval, jeffreys_interval
from xhs_toolkit.tables.codebook import DELIVERED

SILENT_DAYS: int = assume("desk.silent_days")
LEVEL: float = assume("intervals.level")


class Seeding(NamedTuple):
    """What `summarise_seeding` found; amounts in CNY, of products and shipping.

    Attributes
    ----------
    n_sent, n_received, n_posted, n_overdue : products by how far they have come; overdue ones are sent, not posted,
        and past the day they were to be posted, or `SILENT_DAYS` after they were there.
    posting_share : posted over those that have had their time, posted or overdue, with its 90% interval.
    earlier_share : the same of the agency's other campaigns; missing without any.
    cost_cny, silent_cny : of all that was sent, and of what lies with those who are overdue; what has no known cost
        is left out, and ``n_unknown`` says how many.
    cost_per_note_cny : cost of all over posted notes; missing without any.
    follow_up : one row a creator to ask: ``ask_on`` (the day), ``creator_name``, ``product``, ``sent_on``; the longest
        overdue first, then those to come.
    """

    n_sent: int
    n_received: int
    n_posted: int
    n_overdue: int
    posting_share: Interval
    earlier_share: Interval
    cost_cny: float
    silent_cny: float
    n_unknown: int
    cost_per_note_cny: float
    follow_up: pd.DataFrame


def summarise_seeding(
    rows: Iterable[Row], *, rates: dict[str, float], today: date, earlier: Iterable[Row] = ()
) -> Seeding:
    """Sum up the products of a campaign.

    Parameters
    ----------
    rows : the book. rates : CNY that a unit of each currency costs. earlier : rows of the agency's other books.
    """
    sent = [row for row in rows if is_seeded(row)]
    posted = [row for row in sent if _is_posted(row)]
    overdue = [row for row in sent if is_overdue(row, today)]
    costs = {id(row): _sum_cost(row, rates) for row in sent}
    known = [cost for cost in costs.values() if cost is not None]
    total = float(sum(known)) if known else float("nan")
    silent = [cost for row in overdue if (cost := costs[id(row)]) is not None]
    return Seeding(
        n_sent=len(sent),
        n_received=sum(row.get("received_on") is not None or _is_posted(row) for row in sent),
        n_posted=len(posted),
        n_overdue=len(overdue),
        posting_share=_rate(sent, today),
        earlier_share=_rate([row for row in earlier if is_seeded(row)], today),
        cost_cny=total,
        silent_cny=float(sum(silent)) if silent or not overdue else float("nan"),
        n_unknown=len(sent) - len(known),
        cost_per_note_cny=total / len(posted) if posted else float("nan"),
        follow_up=_list_follow_up(sent),
    )


def is_seeded(row: Row) -> bool:
    """Whether a product was sent to the creator of a row, and the deliverable is not cancelled."""
    was_sent = row.get("sent_on") or row.get("received_on") or row.get("state") == "sent"
    return bool(was_sent) and row.get("state") != "cancelled"


def is_overdue(row: Row, today: date) -> bool:
    """Whether a product has had its time and nothing was posted."""
    return not _is_posted(row) and _due(row) < today


def _is_posted(row: Row) -> bool:
    return row.get("state") in DELIVERED or row.get("posted_on") is not None


def _due(row: Row) -> date:
    """The day to be posted; else some days after the product was there; without any day it is not due."""
    there = row.get("received_on") or row.get("sent_on")
    if isinstance(day := row.get("post_on"), date):
        return day
    return there + timedelta(days=SILENT_DAYS) if isinstance(there, date) else date.max


def _rate(sent: list[Row], today: date) -> Interval:
    n_posted = sum(_is_posted(row) for row in sent)
    n_overdue = sum(is_overdue(row, today) for row in sent)
    return jeffreys_interval(n_posted, n_posted + n_overdue, level=LEVEL)


def _sum_cost(row: Row, rates: dict[str, float]) -> float | None:
    amounts: list[Cell] = [row.get(name) for name in ("product_cost", "shipping_cost")]
    known = [amount for amount in amounts if isinstance(amount, float)]
    rate = rates.get(str(row.get("currency")))
    return sum(known) * rate if known and rate else None


def _list_follow_up(sent: list[Row]) -> pd.DataFrame:
    names = ["ask_on", "creator_name", "product", "sent_on"]
    waiting = [row | {"ask_on": due} for row in sent if not _is_posted(row) and (due := _due(row)) < date.max]
    return pd.DataFrame(waiting, columns=names).sort_values(["ask_on", "creator_name"], ignore_index=True)


def list_seeding(found: Seeding) -> list[Finding]:
    """What is said of a campaign's products; nothing of what is not known."""
    counts = {name: getattr(found, name) for name in ("n_sent", "n_received", "n_posted", "n_overdue")}
    said = [Finding("seeding.sent", counts)]
    for code, share in (("seeding.rate", found.posting_share), ("seeding.earlier", found.earlier_share)):
        if share.n:
            said.append(Finding(code, {"posting_share": share.estimate, "posting_share_low": share.low,
                                       "posting_share_high": share.high, "n_rows": share.n}))  # fmt: skip
    if found.cost_per_note_cny == found.cost_per_note_cny:
        said.append(Finding("seeding.cost", {"cost_per_note_cny": found.cost_per_note_cny}))
    if found.n_overdue and found.silent_cny > 0:
        said.append(Finding("seeding.silent", {"n_overdue": found.n_overdue, "silent_cny": found.silent_cny}))
    if found.n_unknown:
        said.append(Finding("seeding.unknown", {"n_rows": found.n_unknown}))
    return said
