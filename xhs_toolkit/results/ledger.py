"""One money ledger: what was paid, for what, for which note, in CNY, and whether it ties to the invoices.

Fees come from the placements (else from orders, else from invoices), ad spend from the ad reports (else from
invoices), rebates and other costs from invoices only. Every amount is in the ledger once, and all parts sum to
the whole. GST stands apart, and only where an invoice tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.exports import compare_money, make_latest_orders, make_latest_placements, sum_ads
from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

FEE_PARTS = {
    "creator_fee": "price_cny",
    "service_fee": "service_fee_cny",
    "product": "product_cost_cny",
    "shipping": "shipping_cost_cny",
}
"""Item of the ledger → column of placements and orders."""

AD_ITEMS = {"feed": "feed_ads", "video_feed": "video_feed_ads", "search": "search_ads"}
"""Where ads ran → item of the ledger. Video feed stands apart: there a play of five seconds counts as a click."""

MIXED_ADS = "mixed_ads"
"""Ads that run in feed and search alike (site-wide), or of which no report says where they ran."""

ONLY_INVOICED = ("rebate", "other")
CONTENT_ITEMS = ("creator_fee", "service_fee", "product", "shipping")
PAID_ITEMS = ("feed_ads", "video_feed_ads", "search_ads", MIXED_ADS)
ITEMS = (*CONTENT_ITEMS, *PAID_ITEMS, *ONLY_INVOICED)
HOME = frozenset({"CNY", "RMB"})
TIES_WITHIN_CNY = 0.5
"""Exports round to fen; sums of many may differ by less than this."""

LINE_COLUMNS = ["item", "note_id", "placement_id", "amount_cny", "source"]
SEPARATOR = "\x1f"


class Ledger(NamedTuple):
    """What `make_ledger` found; amounts in CNY without GST.

    Attributes
    ----------
    lines : one row an amount: ``item`` (of `ITEMS`), ``note_id`` (missing where it belongs to no one note),
        ``placement_id``, ``amount_cny``, ``source`` (placements, orders, ads, invoices).
    notes : one row a campaign note: ``note_id`` and its amounts, ``<item>_cny``, ``content_cny``, ``ads_cny``,
        ``total_cny``; missing where no file tells an amount. Where the ad reports name a note for all that was
        spent, a note they do not name had no ads: 0.
    items : one row an item that any file tells: ``item``, ``amount_cny``, ``noted_cny`` (of single notes), ``source``.
    total_cny, gst_cny : of the campaign; NaN where nothing was measured.
    ties : of `exports.compare_money`, the rows that do not tie.
    converted : invoices by ``currency``: ``amount``, ``cny_per_unit``, ``rate_date``, ``amount_cny``;
        missing without a rate.
    findings : what is said of the money, in order.
    """

    lines: pd.DataFrame
    notes: pd.DataFrame
    items: pd.DataFrame
    total_cny: float
    gst_cny: float
    ties: pd.DataFrame
    converted: pd.DataFrame
    findings: tuple[Finding, ...]


def make_ledger(tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, campaign: Campaign) -> Ledger:
    """Put together what the files say was paid for the campaign.

    Money of a note that is not the campaign's is left out; money that names no note belongs to the campaign as a
    whole. A currency is converted at the dated rate of ``campaign.yaml``; without one it stays out and is said.

    Parameters
    ----------
    tables : the canonical tables by name.
    notes : the campaign's notes, with ``note_id``.
    """
    ours = notes["note_id"]
    invoices = convert_currencies(_keep_ours(tables["invoices"], ours), campaign=campaign)
    fees = _list_fees(tables, ours, invoices)
    ads = _list_ads(_in_window(_keep_ours(tables["ad_days"], ours), campaign), invoices)
    rest = _list_invoiced(invoices, ONLY_INVOICED)
    lines = _sort(pd.concat([fees, ads, rest], ignore_index=True))
    own = {name: _keep_ours(tables[name], ours) for name in ("placements", "invoices", "ad_days")}
    ties = _find_differences(compare_money({**tables, **own}))
    converted = _summarise_currencies(invoices)
    gst = float(invoices["gst_cny"].sum(min_count=1))
    items = _sum_items(lines)
    total = float(lines["amount_cny"].sum(min_count=1))
    findings = _find(items, total=total, gst=gst, ties=ties, converted=converted, has_invoices=len(invoices) > 0)
    return Ledger(lines, _sum_notes(lines, ours), items, total, gst, ties, converted, tuple(findings))


def _keep_ours(rows: pd.DataFrame, ours: pd.Series) -> pd.DataFrame:
    return rows[rows["note_id"].isna() | rows["note_id"].isin(ours)]


def _in_window(ad_days: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Days from the campaign's first on; ads may run on after its last, and are paid all the same."""
    start = campaign.window.start
    return ad_days if start is None else ad_days[ad_days["date"] >= pd.Timestamp(start)]


# --------------------------------------------------------------------------------------- currencies


def convert_currencies(invoices: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Add ``cny_per_unit``, ``rate_date``, ``amount_cny`` and ``gst_cny``; missing for a currency without a rate.

    The rate is the budget's, with its day. An invoice without a currency is in CNY.
    """
    budget = campaign.budget
    currency = invoices["currency"].str.upper().fillna("CNY")
    rates = dict.fromkeys(HOME, 1.0)
    if budget is not None and budget.currency not in HOME:
        rates[budget.currency] = float(budget.cny_per_unit or np.nan)
    per_unit = currency.map(rates).astype(float)
    dated = {} if budget is None or budget.rate_date is None else {budget.currency: pd.Timestamp(budget.rate_date)}
    return invoices.assign(
        currency=currency,
        cny_per_unit=per_unit,
        rate_date=pd.to_datetime(currency.map(dated)),
        amount_cny=invoices["amount"] * per_unit,
        gst_cny=invoices["gst"] * per_unit,
    )


def _summarise_currencies(invoices: pd.DataFrame) -> pd.DataFrame:
    foreign = invoices[~invoices["currency"].isin(HOME)]
    grouped = foreign.groupby("currency")
    return pd.DataFrame(
        {
            "n_lines": grouped.size(),
            "amount": grouped["amount"].sum(min_count=1),
            "cny_per_unit": grouped["cny_per_unit"].first(),
            "rate_date": grouped["rate_date"].first(),
            "amount_cny": grouped["amount_cny"].sum(min_count=1),
        }
    ).reset_index()


# -------------------------------------------------------------------------------------------- lines


def _list_fees(tables: Mapping[str, pd.DataFrame], ours: pd.Series, invoices: pd.DataFrame) -> pd.DataFrame:
    """Each fee from the first source that tells it: placements, orders, invoices."""
    placements = _keep_ours(make_latest_placements(tables["placements"]), ours)
    orders = make_latest_orders(tables["orders"]).assign(note_id=None)
    parts = []
    for item, column in FEE_PARTS.items():
        sources = (("placements", placements), ("orders", orders))
        found = next(
            (
                _make_lines(rows, column, item=item, source=source)
                for source, rows in sources
                if column in rows and rows[column].notna().any()
            ),
            None,
        )
        parts.append(_list_invoiced(invoices, (item,)) if found is None else found)
    return pd.concat(parts, ignore_index=True)


def _make_lines(rows: pd.DataFrame, column: str, *, item: str, source: str) -> pd.DataFrame:
    known = rows[rows[column].notna()]
    return known.assign(item=item, amount_cny=known[column].astype(float), source=source)[LINE_COLUMNS]


def _list_invoiced(invoices: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Lines of the invoices; a rebate lowers the cost, whichever sign its invoice writes."""
    known = invoices[invoices["kind"].isin(kinds) & invoices["amount_cny"].notna()]
    amount = known["amount_cny"].astype(float)
    signed = amount.mask(known["kind"].eq("rebate"), -amount.abs())
    return known.assign(item=known["kind"], amount_cny=signed, source="invoices")[LINE_COLUMNS]


def _list_ads(ad_days: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Spend by note and kind of ad, then what no note has of each kind, then what no kind has."""
    if not ad_days["spend_cny"].notna().any():
        return _list_invoiced(invoices, ("feed_ads", "search_ads"))
    by_note = sum_note_ads(ad_days)[["note_id", "item", "spend_cny"]]
    kinds = sum_ads(ad_days.assign(item=name_ads(ad_days)), by="item")["spend_cny"]
    noted = by_note.groupby("item")["spend_cny"].sum()
    names = kinds.index.union(noted.index)
    rest = (kinds.reindex(names).fillna(0.0) - noted.reindex(names).fillna(0.0)).clip(lower=0)
    whole = float(sum_ads(ad_days)["spend_cny"].sum())
    unkinded = max(whole - float(by_note["spend_cny"].sum() + rest.sum()), 0.0)
    rest = rest.add(pd.Series({MIXED_ADS: unkinded}), fill_value=0.0)
    unnoted = pd.DataFrame({"note_id": None, "item": rest.index, "spend_cny": rest.to_numpy()})
    unnoted = unnoted[unnoted["spend_cny"] >= TIES_WITHIN_CNY]
    lines = pd.concat([by_note.dropna(subset="spend_cny"), unnoted], ignore_index=True)
    return lines.rename(columns={"spend_cny": "amount_cny"}).assign(placement_id=None, source="ads")[LINE_COLUMNS]


def name_ads(ad_days: pd.DataFrame) -> pd.Series:
    """Item of the ledger of each ad row."""
    return ad_days["placement_kind"].map(AD_ITEMS).fillna(MIXED_ADS).astype("str")


def sum_note_ads(ad_days: pd.DataFrame) -> pd.DataFrame:
    """Spend, impressions, clicks, engagement and leads by ``note_id`` and ``item``, each day once."""
    noted = ad_days[ad_days["note_id"].notna()]
    key = noted["note_id"].astype("str") + SEPARATOR + name_ads(noted)
    sums = sum_ads(noted.assign(key=key), by="key").reset_index()
    parts = sums["key"].astype("str").str.split(SEPARATOR, expand=True).reindex(columns=[0, 1])
    return sums.assign(note_id=parts[0], item=parts[1]).drop(columns="key")


def _sort(lines: pd.DataFrame) -> pd.DataFrame:
    """In an order that does not depend on that of the files."""
    place = {item: number for number, item in enumerate(ITEMS)}
    by = ["_item", "note_id", "placement_id", "amount_cny"]
    ordered = lines.assign(_item=lines["item"].map(place)).sort_values(by, kind="stable", na_position="last")
    return ordered[LINE_COLUMNS].reset_index(drop=True)


# --------------------------------------------------------------------------------------------- sums


def _sum_items(lines: pd.DataFrame) -> pd.DataFrame:
    grouped = lines.groupby("item")
    noted = lines[lines["note_id"].notna()].groupby("item")["amount_cny"].sum()
    items = pd.DataFrame(
        {"amount_cny": grouped["amount_cny"].sum(), "noted_cny": noted, "source": grouped["source"].first()}
    )
    return items.reindex([item for item in ITEMS if item in items.index]).rename_axis("item").reset_index()


def names_all_ads(lines: pd.DataFrame) -> bool:
    """Whether the ad reports name a note for all that was spent, so that a note they do not name had no ads."""
    ads = lines[lines["item"].isin(PAID_ITEMS)]
    return len(ads) > 0 and bool(ads["source"].eq("ads").all() and ads["note_id"].notna().all())


def _sum_notes(lines: pd.DataFrame, ours: pd.Series) -> pd.DataFrame:
    noted = lines[lines["note_id"].notna()]
    wide = noted.pivot_table(index="note_id", columns="item", values="amount_cny", aggfunc="sum")
    wide = wide.reindex(index=ours.drop_duplicates(), columns=list(ITEMS)).astype(float)
    ads = wide[list(PAID_ITEMS)].sum(axis=1, min_count=1)
    sums = {
        "content_cny": wide[list(CONTENT_ITEMS)].sum(axis=1).where(wide["creator_fee"].notna()),
        "ads_cny": ads.fillna(0.0) if names_all_ads(lines) else ads,
        "total_cny": wide.sum(axis=1, min_count=1),
    }
    return wide.add_suffix("_cny").assign(**sums).rename_axis("note_id").reset_index()


def _find_differences(sides: pd.DataFrame) -> pd.DataFrame:
    """Rows that do not tie, the largest difference first, then those that stand in one file only."""
    gap = sides["difference_cny"].astype(float)
    differs = sides[gap.isna() | (gap.abs() >= TIES_WITHIN_CNY)]
    largest = gap[differs.index].abs().sort_values(ascending=False, kind="stable", na_position="last")
    return differs.loc[largest.index].reset_index(drop=True)


def _find(
    items: pd.DataFrame, *, total: float, gst: float, ties: pd.DataFrame, converted: pd.DataFrame, has_invoices: bool
) -> list[Finding]:
    if items.empty:
        return [Finding("ledger.nothing")]
    parts = {"content_cny": CONTENT_ITEMS, "ads_cny": PAID_ITEMS}
    sums = {name: items.loc[items["item"].isin(part), "amount_cny"].sum(min_count=1) for name, part in parts.items()}
    values = {name: None if np.isnan(value) else float(value) for name, value in {**sums, "gst_cny": gst}.items()}
    found = [Finding("ledger.total", {"total_cny": total, **values})]
    for row in converted.to_dict("records"):
        known = not np.isnan(row["cny_per_unit"])
        code = "ledger.converted" if known else "ledger.no_rate"
        day = row["rate_date"].isoformat() if known and not pd.isna(row["rate_date"]) else None
        names = ("currency", "amount", "cny_per_unit", "amount_cny")
        found.append(Finding(code, {**{name: row[name] for name in names}, "rate_date": day}))
    if has_invoices:
        gap = ties["difference_cny"].dropna().astype(float)
        values = {"n_rows": len(gap), "gap_cny": float(gap.abs().sum()), "n_alone": len(ties) - len(gap)}
        found.append(Finding("ledger.differs" if len(ties) else "ledger.ties", values))
    else:
        found.append(Finding("ledger.no_invoices"))
    return found
