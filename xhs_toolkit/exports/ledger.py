"""Money in several files: fees in notes, orders and invoices, ad spend in Juguang and invoices, laid side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.ads import SAME_WITHIN_CNY, sum_ads
from xhs_toolkit.exports.reconcile import make_latest_orders, make_latest_placements

MAX_REPORTED = 20
HOME_CURRENCY = "CNY"
INVOICE_KEYS = ("placement_id", "note_id", "creator_name")
FEES = {"creator_fee": "price_cny", "service_fee": "service_fee_cny"}
"""Kind of an invoice line → the column of orders and placements it pays."""
AD_KINDS = {"feed_ads": ("feed", "video_feed"), "search_ads": ("search",)}
"""Kind of an invoice line → the Juguang placements it pays; site-wide ads run in both."""
LEDGER_COLUMNS = ("item", "key", "name", "first", "first_cny", "second", "second_cny", "difference_cny")


class Sides(NamedTuple):
    """One item as two files show it: amounts in CNY by name of what was paid for."""

    item: str
    key: str
    first: str
    first_cny: pd.Series
    second: str
    second_cny: pd.Series


def compare_money(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Lay side by side what the files say was paid.

    Fees of placements, orders and invoices are compared by order, note or creator, whichever the invoice names; ad
    spend in Juguang with the ad lines of the invoices, by note where they name one, else in all. Invoices in other
    currencies are not compared.

    Parameters
    ----------
    tables : the canonical tables by name; the newest snapshot of each row counts.

    Returns
    -------
    One row a comparison: ``item``, ``key`` (what is compared by) and ``name``; ``first`` and ``second`` (the
    files' kinds), ``first_cny``, ``second_cny``, ``difference_cny`` (first − second; missing where one side has
    no such row).
    """
    rows = [row for sides in _list_sides(tables) for row in _lay_out(sides)]
    return pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))


def report_differences(ledger: pd.DataFrame) -> list[Problem]:
    """Report the rows of `compare_money` whose two sides do not tie."""
    gap = ledger["difference_cny"].astype(float)
    differs = ledger[gap.isna() | (gap.abs() >= SAME_WITHIN_CNY)]
    shown = [_describe(row) for row in differs.head(MAX_REPORTED).to_dict("records")]
    rest = len(differs) - len(shown)
    more = Problem(f"{rest:,} more amounts differ between files", _FIX)
    return [*shown, more] if rest > 0 else shown


_FIX = "find out which file is right, and correct or leave out the other"


def _describe(row: Mapping[str, object]) -> Problem:
    sides = ", ".join(f"{row[side]} {_show(row[f'{side}_cny'])}" for side in ("first", "second"))
    name = "" if row["key"] == "total" else f" of {row['key']} {row['name']}"
    return Problem(f"{str(row['item']).replace('_', ' ')}{name} does not tie: {sides}", _FIX)


def _show(amount: object) -> str:
    return f"{amount:,.2f} CNY" if isinstance(amount, float) and amount == amount else "none"  # noqa: PLR0124


def _lay_out(sides: Sides) -> Iterator[dict[str, object]]:
    names = sorted({*sides.first_cny.index, *sides.second_cny.index})
    both = pd.DataFrame({"one": sides.first_cny.reindex(names), "two": sides.second_cny.reindex(names)})
    for name, one, two in both.itertuples():
        values = (sides.item, sides.key, name, sides.first, one, sides.second, two, one - two)
        yield dict(zip(LEDGER_COLUMNS, values, strict=True))


def _list_sides(tables: Mapping[str, pd.DataFrame]) -> Iterator[Sides]:
    if tables["invoices"].empty and tables["orders"].empty:
        return
    placements = make_latest_placements(tables["placements"])
    orders = make_latest_orders(tables["orders"])
    invoices = tables["invoices"]
    lines = invoices[invoices["currency"].fillna(HOME_CURRENCY).str.upper().isin(["CNY", "RMB"])]
    for item, column in FEES.items():
        yield from _compare_orders(item, orders, placements, column)
        yield from _compare_fees(item, lines[lines["kind"].eq(item)], orders, placements, column)
    yield from _compare_ads(lines, tables["ad_days"])


def _sum_by(rows: pd.DataFrame, key: str, column: str) -> pd.Series:
    return rows.groupby(key)[column].sum(min_count=1).dropna()


def _compare_orders(item: str, orders: pd.DataFrame, placements: pd.DataFrame, column: str) -> Iterator[Sides]:
    """Orders against the notes of each order; an order without note rows is no difference."""
    noted, ordered = (_sum_by(rows, "placement_id", column) for rows in (placements, orders))
    common = noted.index.intersection(ordered.index)
    if len(common):
        yield Sides(item, "placement_id", "orders", ordered[common], "placements", noted[common])


def _compare_fees(
    item: str, lines: pd.DataFrame, orders: pd.DataFrame, placements: pd.DataFrame, column: str
) -> Iterator[Sides]:
    """Invoice lines against orders or placements, by the finest thing each line names."""
    left = lines
    for key in INVOICE_KEYS:
        named, left = left[left[key].notna()], left[left[key].isna()]
        sums = [_sum_by(rows, key, column) for rows in (orders, placements) if key in rows]
        agreed = next((found for found in sums if len(found)), None)
        if len(named) and agreed is not None:
            yield Sides(item, key, "agreed", agreed, "invoices", _sum_by(named, key, "amount"))
    fees = next((rows[column] for rows in (placements, orders) if rows[column].notna().any()), None)
    if len(left) == len(lines) > 0 and fees is not None:
        yield Sides(item, "total", "agreed", _total(fees), "invoices", _total(lines["amount"]))


def _total(amounts: pd.Series) -> pd.Series:
    return pd.Series({"total": float(amounts.sum())})


def _compare_ads(lines: pd.DataFrame, ad_days: pd.DataFrame) -> Iterator[Sides]:
    billed = lines[lines["kind"].isin(AD_KINDS)]
    if billed.empty or ad_days.empty:
        return
    named = billed[billed["note_id"].notna()]
    if len(named):
        paid = _sum_by(named, "note_id", "amount")
        yield Sides("ads", "note_id", "Juguang", _spend(ad_days, "note_id"), "invoices", paid)
    if len(named) < len(billed):
        key, spend, paid = _sum_ad_kinds(ad_days, billed)
        yield Sides("ads", key, "Juguang", spend, "invoices", paid)


def _sum_ad_kinds(ad_days: pd.DataFrame, billed: pd.DataFrame) -> tuple[str, pd.Series, pd.Series]:
    """Spend and invoices by kind of ad; in all where a report does not tell feed from search."""
    known = {kind for kinds in AD_KINDS.values() for kind in kinds}
    if not ad_days["placement_kind"].isin(known).all():
        return "total", _total(sum_ads(ad_days)["spend_cny"]), _total(billed["amount"])
    spend = _spend(ad_days, "placement_kind")
    by_kind = {kind: spend.reindex(list(parts)).sum(min_count=1) for kind, parts in AD_KINDS.items()}
    return "kind", pd.Series(by_kind).dropna(), _sum_by(billed, "kind", "amount")


def _spend(ad_days: pd.DataFrame, by: str) -> pd.Series:
    return sum_ads(ad_days, by=by)["spend_cny"].dropna()
