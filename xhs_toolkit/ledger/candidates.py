"""Every amount that any file tells, with the state of its item, as rows of `tables.BOOKINGS`; several may tell one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.models import ALIASES, HOME, list_rates
from xhs_toolkit.exports.crosschecks import sum_ads
from xhs_toolkit.exports.reconcile import COST_PARTS, OFFICIAL, make_latest_orders, make_latest_placements
from xhs_toolkit.tables import BOOKINGS, conform
from xhs_toolkit.tables.codebook import AMOUNT_SOURCES

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


SHOWN_BY = frozenset({*OFFICIAL, "mediacrawler_notes"})
"""Sources that show only notes that are out: what they show is posted, whatever a sheet still says."""


def find_states(placements: pd.DataFrame, *, notes: pd.DataFrame) -> pd.Series:
    """Return the state of each placement: proposed, agreed, sent, posted, paid or cancelled.

    The ``state`` of the file counts, else the words of its ``status`` (``templates/exports/hand_kept.yaml``). Where it
    says neither, a placement is posted if it names a note or a posting day, and agreed otherwise. A note that the
    platform shows is posted, unless its row is cancelled.

    Parameters
    ----------
    placements : `tables.PLACEMENTS`.
    notes : `tables.NOTES`, of all sources.
    """
    stated = placements["state"].astype("str").fillna(read_states(placements["status"]))
    out = notes.loc[notes["source"].isin(SHOWN_BY), "note_id"]
    is_out = placements["note_id"].isin(out) | placements["source"].isin(SHOWN_BY)
    implied = (is_out | placements["note_id"].notna() | placements["posted_at"].notna()).map(
        {True: "posted", False: "agreed"}
    )
    state = stated.fillna(implied)
    return state.mask(is_out & state.isin(["proposed", "agreed", "sent"]), "posted")


def read_states(status: pd.Series) -> pd.Series:
    """Return the state that each text tells; missing where no known word is in it.

    >>> read_states(pd.Series(["Posted 4/4", "未发布", "NOT POSTED", "see notes", None])).tolist()
    ['posted', 'agreed', 'agreed', nan, nan]
    """
    texts = status.dropna().drop_duplicates()
    return status.map({text: _read_state(str(text)) for text in texts}).astype("str")


def _read_state(text: str) -> str | None:
    plain = " ".join(text.casefold().split())
    return next((state for pattern, state in _words() if pattern.search(plain)), None)


@cache
def _words() -> list[tuple[re.Pattern[str], str]]:
    """The longest word first, so that 未发布 is not read as 发布; Latin words only as whole words."""
    listed = read_bundled_yaml(bundled_folder("templates") / "exports" / "hand_kept.yaml")["states"]
    words = sorted(
        ((word.strip(), state) for state, each in listed.items() for word in str(each).split("|") if word.strip()),
        key=lambda one: -len(one[0]),
    )
    return [
        (re.compile(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)), state) for word, state in words
    ]


FEE_PARTS = dict(zip(("creator_fee", "service_fee", "product", "shipping"), COST_PARTS, strict=True))
"""Item → column of placements and orders."""

AD_ITEM_OF = {"feed": "feed_ads", "video_feed": "video_feed_ads", "search": "search_ads"}
"""Where ads ran → item; in video feed a play of five seconds counts as a click. All else is mixed."""

BOOK = "campaign_book"
FEE_SOURCE = {"quoted": "quote", "agreed": "agreed_fee", "paid": "agreed_fee"}
SEPARATOR = "\x1f"
SAME_WITHIN_CNY: float = assume("money.same_within_cny")


def list_candidates(tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """List every amount of content and of invoices.

    Parameters
    ----------
    tables : the canonical tables by name.
    notes : the notes that money may be for, with ``note_id`` and ``creator_name``: an amount that names a creator
        with one note is that note's.

    Returns
    -------
    `tables.BOOKINGS` with ``rank``, the strongest source lowest, ``n_notes`` of the amount's order, and ``is_linked``:
    a file tells which notes the order has.
    """
    placements = make_latest_placements(tables["placements"])
    placements = placements.assign(state=find_states(placements, notes=tables["notes"]))
    orders, invoices = make_latest_orders(tables["orders"]), tables["invoices"]
    parts = [*_list_placements(placements), *_list_orders(orders, placements), _list_invoices(invoices, campaign)]
    rows = pd.concat([conform(part, BOOKINGS).assign(rank=part["rank"]) for part in parts], ignore_index=True)
    n_notes = _count_notes(orders, placements)
    named = _name_notes(_prefer_book(rows), placements, notes)
    linked = placements.loc[placements["note_id"].notna(), "placement_id"].dropna()
    stated = {
        "n_notes": named["placement_id"].map(n_notes).astype(float),
        "is_linked": named["placement_id"].isin(linked) | named["note_id"].notna(),
    }
    return convert(named, campaign=campaign).assign(**stated)


def _list_placements(placements: pd.DataFrame) -> Iterator[pd.DataFrame]:
    is_official = placements["source"].isin(OFFICIAL)
    by_kind = placements["fee_kind"].map(FEE_SOURCE).fillna("agreed_fee")
    source = by_kind.mask(is_official, "note_export")
    rank = source.map(AMOUNT_SOURCES.index).astype(float) + 0.5 * placements["fee_kind"].ne("paid")
    official = placements["source"].map(OFFICIAL).astype(float).fillna(len(OFFICIAL)) / 100
    stated = placements.assign(amount_source=source, rank=rank + official, date=pd.NaT)
    for item, column in FEE_PARTS.items():
        plain = {"item": item, "amount": placements[column], "currency": HOME}
        plain["currency_source"] = is_official.map({True: "platform", False: None})
        rows = stated.assign(**plain)
        if item == "creator_fee":
            written = placements["amount"].notna()
            names = ["amount", "currency", "currency_source"]
            rows = rows.assign(**{name: rows[name].mask(written, placements[name]) for name in names})
        yield rows[rows["amount"].notna()]


def _list_orders(orders: pd.DataFrame, placements: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Fees of the order report; an order of one note is that note's."""
    named = placements.dropna(subset="placement_id")
    one, who = (find_only(named[name], by=named["placement_id"]) for name in ("note_id", "creator_name"))
    is_single = orders["n_notes"].fillna(1).le(1)
    is_done = orders["completed_at"].notna() | orders["exposure"].gt(0)
    stated = orders.assign(
        note_id=look_up(orders["placement_id"], one).where(is_single),
        creator_name=look_up(orders["placement_id"], who),
        state=is_done.map({True: "posted", False: "agreed"}),
        amount_source="order_report",
        currency=HOME,
        currency_source="platform",
        rank=float(AMOUNT_SOURCES.index("order_report")),
    )
    for item in ("creator_fee", "service_fee"):
        rows = stated.assign(item=item, amount=orders[FEE_PARTS[item]])
        yield rows[rows["amount"].notna()]


def _list_invoices(invoices: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Lines of the invoices and of the campaign book; a rebate lowers the cost, whichever sign its line writes.

    A line without a currency is in CNY where the campaign knows no other; otherwise nobody can tell.
    """
    known = invoices[invoices["amount"].notna() & invoices["kind"].notna()]
    is_home = campaign.budget is None or campaign.budget.currency == HOME
    written, source = known["currency"].notna(), known["source"].map({BOOK: "book"}).fillna("invoice")
    return known.assign(
        item=known["kind"],
        state=known["state"].fillna("paid"),
        amount=known["amount"].mask(known["kind"].eq("rebate"), -known["amount"].abs()),
        currency=known["currency"].fillna(HOME) if is_home else known["currency"],
        currency_source=written.map({True: "header", False: "campaign" if is_home else None}),
        amount_source=source,
        rank=source.map(AMOUNT_SOURCES.index).astype(float),
    )


def _prefer_book(rows: pd.DataFrame) -> pd.DataFrame:
    """Without what weaker sources tell of an item of a creator for whom the campaign book speaks."""
    key = fold(rows["creator_name"]) + SEPARATOR + rows["item"].astype("str")
    is_weaker = rows["rank"].gt(AMOUNT_SOURCES.index("book"))
    return rows[~(is_weaker & key.isin(key[rows["amount_source"].eq("book")].dropna()))]


def _count_notes(orders: pd.DataFrame, placements: pd.DataFrame) -> pd.Series:
    """Notes of each order, as the order says or as there are rows of it, whichever is more."""
    stated = orders.set_index("placement_id")["n_notes"]
    seen = placements.groupby("placement_id")["note_id"].nunique().astype(float)
    return pd.concat([stated, seen]).groupby(level=0).max()


def _name_notes(rows: pd.DataFrame, placements: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Fill the note of an amount that names only an order or a creator, where that has one note and the file no other.

    Amounts that are only agreed may be for a note that is still to come: they are left as they are.
    """
    by_order = find_only(placements["note_id"], by=placements["placement_id"])
    by_creator = find_only(notes["note_id"], by=fold(notes["creator_name"]))
    is_out = rows["state"].isin(["posted", "paid"])
    is_order = rows["amount_source"].eq("order_report")
    found = look_up(rows["placement_id"], by_order).where(rows["amount_source"].eq("invoice"))
    named_one = look_up(fold(rows["creator_name"]), by_creator)
    found = found.fillna(named_one.where(rows["placement_id"].isna() & is_out))
    named = rows["source_file"].astype("str") + SEPARATOR + rows["note_id"].astype("str")
    is_taken = (rows["source_file"].astype("str") + SEPARATOR + found.astype("str")).isin(named)
    take = rows["note_id"].isna() & ~is_taken & ~is_order
    return rows.assign(note_id=rows["note_id"].mask(take, found).astype("str"))


def find_only(values: pd.Series, *, by: pd.Series) -> pd.Series:
    """The one value of each group that has no second; missing values and groups are left out."""
    known = pd.DataFrame({"by": by, "value": values}).dropna().drop_duplicates()
    return known[~known["by"].duplicated(keep=False)].set_index("by")["value"]


def look_up(keys: pd.Series, found: pd.Series) -> pd.Series:
    """The text found for each key; missing where there is none."""
    return keys.map(found).astype("str")


def fold(names: pd.Series) -> pd.Series:
    """Names as they are compared: without case and outer spaces."""
    return names.astype("str").str.strip().str.casefold()


def convert(rows: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Fill ``cny_per_unit``, ``rate_date`` and ``amount_cny``; missing without a currency or its dated rate."""
    currency = rows["currency"].astype("str").str.strip().str.upper().replace(ALIASES)
    rates = list_rates(campaign)
    per_unit = currency.map({name: rate.cny_per_unit for name, rate in rates.items()}).astype(float)
    days = currency.map({name: pd.Timestamp(rate.day) for name, rate in rates.items() if rate.day})
    return rows.assign(
        currency=currency,
        cny_per_unit=per_unit,
        rate_date=pd.to_datetime(days).astype("datetime64[us]"),
        amount_cny=rows["amount"] * per_unit,
    )


# ------------------------------------------------------------------------------------------------- ads


def list_ads(ad_days: pd.DataFrame, *, invoices: pd.DataFrame) -> pd.DataFrame:
    """Spend by note and kind of ad, then what no note has of each kind, then what no kind has: `tables.BOOKINGS`.

    A kind that the ad reports do not show is taken from the invoices, unless they show ads of no kind.

    Parameters
    ----------
    ad_days : `tables.AD_DAYS` of the campaign.
    invoices : bookings of the invoices' ad lines.
    """
    reported = _list_reported(ad_days)
    shown = {"feed_ads" if item == "video_feed_ads" else item for item in reported["item"]}
    billed = invoices[~invoices["item"].isin(shown) & ("mixed_ads" not in shown)]
    return pd.concat([reported, billed], ignore_index=True) if len(billed) else reported


def _list_reported(ad_days: pd.DataFrame) -> pd.DataFrame:
    if not ad_days["spend_cny"].notna().any():
        return BOOKINGS.empty()
    by_note = sum_note_ads(ad_days)[["note_id", "item", "spend_cny"]]
    kinds = sum_ads(ad_days.assign(item=name_ads(ad_days)), by="item")["spend_cny"]
    noted = by_note.groupby("item")["spend_cny"].sum()
    names = kinds.index.union(noted.index)
    rest = (kinds.reindex(names).fillna(0.0) - noted.reindex(names).fillna(0.0)).clip(lower=0)
    whole = float(sum_ads(ad_days)["spend_cny"].sum())
    unkinded = max(whole - float(by_note["spend_cny"].sum() + rest.sum()), 0.0)
    rest = rest.add(pd.Series({"mixed_ads": unkinded}), fill_value=0.0)
    unnoted = pd.DataFrame({"note_id": None, "item": rest.index, "spend_cny": rest.to_numpy()})
    unnoted = unnoted[unnoted["spend_cny"] >= SAME_WITHIN_CNY]
    lines = pd.concat([by_note.dropna(subset="spend_cny"), unnoted], ignore_index=True)
    first = ad_days.sort_values(["source_file", "source_row"]).iloc[0]
    origin = {name: first[name] for name in ("source", "source_file", "source_sheet", "source_row", "synthetic")}
    stated = lines.assign(amount=lines["spend_cny"], amount_cny=lines["spend_cny"], state="paid", currency=HOME)
    stated = stated.assign(currency_source="platform", cny_per_unit=1.0, amount_source="ad_report", **origin)
    return conform(stated, BOOKINGS)


def name_ads(ad_days: pd.DataFrame) -> pd.Series:
    """Item of each ad row."""
    return ad_days["placement_kind"].map(AD_ITEM_OF).fillna("mixed_ads").astype("str")


def sum_note_ads(ad_days: pd.DataFrame) -> pd.DataFrame:
    """Spend, impressions, clicks, engagement and leads by ``note_id`` and ``item``, each day once."""
    noted = ad_days[ad_days["note_id"].notna()]
    key = noted["note_id"].astype("str") + SEPARATOR + name_ads(noted)
    sums = sum_ads(noted.assign(key=key), by="key").reset_index()
    parts = sums["key"].astype("str").str.split(SEPARATOR, expand=True).reindex(columns=[0, 1])
    return sums.assign(note_id=parts[0], item=parts[1]).drop(columns="key")
