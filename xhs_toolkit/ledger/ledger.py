"""The bookings ledger: what was agreed, delivered and paid, for what, for which note, in CNY. The only maker of cost.

Cost is what was delivered or paid; what is agreed or sent stands beside it, and what was cancelled costs nothing.
Every amount is in the ledger once, and all parts sum to the whole. GST stands apart, where an invoice tells it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.campaign.models import HOME
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.crosschecks import add_organic
from xhs_toolkit.findings import Finding
from xhs_toolkit.ledger.candidates import list_ads, list_candidates, look_up, sum_note_ads
from xhs_toolkit.ledger.choose import Chosen, choose_amounts
from xhs_toolkit.tables import BOOKINGS, conform
from xhs_toolkit.tables.codebook import AD_ITEMS, COMMITTED, CONTENT_ITEMS, DELIVERED, ITEMS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


BILLED_ADS = ("feed_ads", "search_ads")
SCOPES = {"content": CONTENT_ITEMS, "ads": AD_ITEMS, "other": ("other",)}
"""Scope of the cost → its items; the three sum to the total."""


class Ledger(NamedTuple):
    """What `make_ledger` found; amounts in CNY without GST.

    Attributes
    ----------
    bookings : `tables.BOOKINGS` of the campaign, in an order that does not depend on that of the files.
    notes : one row a campaign note: ``note_id`` and what it cost, ``<item>_cny``, ``content_cny``, ``ads_cny``,
        ``total_cny``; missing where no file tells an amount. Where the ad reports name a note for all that was
        spent, a note they do not name had no ads: 0. ``is_costed``: its fee is known, alone or within its order's.
    items : one row an item delivered: ``item``, ``amount_cny``, ``noted_cny`` (of single notes), ``source``,
        ``n_lines`` (bookings it rests on).
    total_cny, committed_cny, gst_cny : of the campaign; NaN where nothing was measured.
    differences : of `choose.choose_amounts`: what two sources tell differently.
    questions : invoices that name neither note nor creator and are not the sum of the fees that other files tell.
    unconverted : amounts not counted, by ``currency`` (missing where no file tells it): ``amount``, ``n_lines``.
    findings : what is said of the money, in order.
    """

    bookings: pd.DataFrame
    notes: pd.DataFrame
    items: pd.DataFrame
    total_cny: float
    committed_cny: float
    gst_cny: float
    differences: pd.DataFrame
    unconverted: pd.DataFrame
    questions: tuple[Problem, ...]
    findings: tuple[Finding, ...]

    def sum_scope(self, scope: str) -> float:
        """Cost of content, ads or other (`SCOPES`) in CNY; NaN where no file tells any."""
        return _sum(self.items, SCOPES[scope])


def make_ledger(tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, campaign: Campaign) -> Ledger:
    """Put together what the files say was agreed, delivered and paid for the campaign.

    Money of a note that is not the campaign's is left out; money that names no note belongs to the campaign as a
    whole. A currency is converted at its dated rate (`models.list_rates`); without one it stays out and is said.

    Parameters
    ----------
    tables : the canonical tables by name.
    notes : the campaign's notes, with ``note_id`` and ``creator_name``.
    """
    bookings, chosen = make_bookings(tables, notes=notes, campaign=campaign)
    delivered = bookings[bookings["state"].isin(DELIVERED)]
    items = _sum_items(delivered)
    total = float(delivered["amount_cny"].sum(min_count=1))
    committed = float(bookings.loc[bookings["state"].isin(COMMITTED), "amount_cny"].sum(min_count=1))
    gst = float((delivered["gst"] * delivered["cny_per_unit"]).sum(min_count=1))
    noted, unconverted = _sum_notes(delivered, notes), _list_unconverted(bookings)
    questions = tuple(_ask(row) for row in chosen.lumps.to_dict("records") if not row["is_same"])
    found = Ledger(
        bookings, noted, items, total, committed, gst, chosen.differences, unconverted, questions, findings=()
    )
    return found._replace(findings=tuple(_list_findings(found, chosen.lumps)))


def make_bookings(
    tables: Mapping[str, pd.DataFrame], *, notes: pd.DataFrame, campaign: Campaign
) -> tuple[pd.DataFrame, Chosen]:
    """Return `tables.BOOKINGS` of some notes and of no note, and what was chosen and where sources differ."""
    own = {name: _keep_ours(tables[name], notes["note_id"]) for name in ("placements", "invoices", "ad_days")}
    known = notes.drop_duplicates("note_id")
    candidates = list_candidates({**tables, **own}, notes=known, campaign=campaign)
    is_ad = candidates["item"].isin(BILLED_ADS)
    chosen = choose_amounts(candidates[~is_ad], notes=known)
    ads = list_ads(_in_window(own["ad_days"], campaign), invoices=candidates[is_ad])
    rows = conform(pd.concat([chosen.rows, ads], ignore_index=True) if len(ads) else chosen.rows, BOOKINGS)
    differences = pd.concat([chosen.differences, compare_ads(ads, candidates[is_ad])], ignore_index=True)
    return _sort(_name_creators(rows, known)), chosen._replace(differences=differences)


def _keep_ours(rows: pd.DataFrame, ours: pd.Series) -> pd.DataFrame:
    return rows[rows["note_id"].isna() | rows["note_id"].isin(ours)]


def _in_window(ad_days: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Days from the campaign's first on; ads may run on after its last, and are paid all the same."""
    start = campaign.window.start
    return ad_days if start is None else ad_days[ad_days["date"] >= pd.Timestamp(start)]


def compare_ads(ads: pd.DataFrame, billed: pd.DataFrame) -> pd.DataFrame:
    """Ad spend of the reports beside the invoices', by kind; in all where a report does not tell feed from search."""
    reported = ads[ads["amount_source"].eq("ad_report")]
    if reported.empty or billed["amount_cny"].isna().all():
        return pd.DataFrame()
    is_whole = bool(reported["item"].eq("mixed_ads").any())
    merged = {"video_feed_ads": "feed_ads"} if not is_whole else dict.fromkeys(AD_ITEMS, "ads")
    kinds = [rows["item"].replace(merged) for rows in (reported, billed)]
    first, second = (
        rows["amount_cny"].groupby(kind).sum() for rows, kind in zip((reported, billed), kinds, strict=True)
    )
    both = pd.DataFrame({"first_cny": first, "second_cny": second}).dropna().rename_axis("item").reset_index()
    gap = both["first_cny"] - both["second_cny"]
    stated = both.assign(key="total", name="all", first="ad_report", second="invoice", difference_cny=gap)
    return stated[gap.abs() >= 0.5]


def _name_creators(rows: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Fill who a booking is for, and its format, from its note."""
    by_note = notes.set_index("note_id")
    names = [name for name in ("creator_id", "creator_name", "format") if name in by_note]
    return rows.assign(**{name: rows[name].fillna(look_up(rows["note_id"], by_note[name])) for name in names})


def _sort(rows: pd.DataFrame) -> pd.DataFrame:
    """In an order that does not depend on that of the files."""
    place = {item: number for number, item in enumerate(ITEMS)}
    by = ["_item", "note_id", "placement_id", "creator_name", "amount", "source_file", "source_row"]
    ordered = rows.assign(_item=rows["item"].map(place)).sort_values(by, kind="stable", na_position="last")
    return ordered.drop(columns="_item").reset_index(drop=True)


# --------------------------------------------------------------------------------------------- sums


def _sum(items: pd.DataFrame, names: tuple[str, ...]) -> float:
    return float(items.loc[items["item"].isin(names), "amount_cny"].sum(min_count=1))


def _sum_items(delivered: pd.DataFrame) -> pd.DataFrame:
    known = delivered[delivered["amount_cny"].notna()]
    grouped = known.groupby("item")
    noted = known[known["note_id"].notna()].groupby("item")["amount_cny"].sum()
    sums = {"amount_cny": grouped["amount_cny"].sum(), "noted_cny": noted, "source": grouped["amount_source"].first()}
    sums["n_lines"] = grouped.size()
    items = pd.DataFrame(sums)
    return items.reindex([item for item in ITEMS if item in items.index]).rename_axis("item").reset_index()


def names_all_ads(bookings: pd.DataFrame) -> bool:
    """Whether the ad reports name a note for all that was spent, so that a note they do not name had no ads."""
    ads = bookings[bookings["item"].isin(AD_ITEMS)]
    return len(ads) > 0 and bool(ads["amount_source"].eq("ad_report").all() and ads["note_id"].notna().all())


def _sum_notes(delivered: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    noted = delivered[delivered["note_id"].notna() & delivered["amount_cny"].notna()]
    wide = noted.pivot_table(index="note_id", columns="item", values="amount_cny", aggfunc="sum")
    wide = wide.reindex(index=notes["note_id"].drop_duplicates(), columns=list(ITEMS)).astype(float)
    ads = wide[list(AD_ITEMS)].sum(axis=1, min_count=1)
    sums = {
        "content_cny": wide[list(CONTENT_ITEMS)].sum(axis=1).where(wide["creator_fee"].notna()),
        "ads_cny": ads.fillna(0.0) if names_all_ads(delivered) else ads,
        "total_cny": wide.sum(axis=1, min_count=1),
        "is_costed": wide["creator_fee"].notna() | wide.index.isin(_find_covered(delivered, notes)),
    }
    return wide.add_suffix("_cny").assign(**sums).rename_axis("note_id").reset_index()


def _find_covered(delivered: pd.DataFrame, notes: pd.DataFrame) -> pd.Series:
    """Notes whose fee stands within that of their order, their creator or the whole campaign."""
    fees = delivered[
        delivered["item"].eq("creator_fee") & delivered["note_id"].isna() & delivered["amount_cny"].notna()
    ]
    if fees["creator_name"].isna().any():
        return notes["note_id"]
    return notes.loc[notes["creator_name"].isin(fees["creator_name"].dropna()), "note_id"]


def add_costs(notes: pd.DataFrame, *, costs: pd.DataFrame) -> pd.DataFrame:
    """Add ``content_cny``, ``ads_cny``, ``total_cny`` and ``is_costed`` to notes.

    Parameters
    ----------
    costs : ``notes`` of a `Ledger`.
    """
    by_note = costs.set_index("note_id")
    amounts = {
        name: notes["note_id"].map(by_note[name]).astype(float) for name in ("content_cny", "ads_cny", "total_cny")
    }
    return notes.assign(**amounts, is_costed=notes["note_id"].isin(by_note.index[by_note["is_costed"].astype(bool)]))


def _list_unconverted(bookings: pd.DataFrame) -> pd.DataFrame:
    """Amounts that would count but for their currency or its rate."""
    lost = bookings[bookings["amount_cny"].isna() & ~bookings["state"].isin(["cancelled", "proposed"])]
    grouped = lost.groupby("currency", dropna=False)["amount"]
    return pd.DataFrame({"amount": grouped.sum(), "n_lines": grouped.size()}).reset_index()


# ------------------------------------------------------------------------------ what it amounts to


def _ask(lump: Mapping[Hashable, Any]) -> Problem:
    what = f"{lump['lump_cny']:,.2f} CNY name no note, and other files tell {lump['known_cny']:,.2f} CNY of the same"
    return Problem(
        what,
        "write into the invoice which notes, creators or order it is for, or correct it; until then it is not counted",
        file=str(lump["source_file"]),
        column=str(lump["item"]),
        topic="money",
        proposal="count what the other files tell, and not the invoice",
    )


def _list_findings(ledger: Ledger, lumps: pd.DataFrame) -> list[Finding]:
    lost = [_tell_lost(row) for row in ledger.unconverted.to_dict("records")]
    if ledger.items.empty:
        return lost or [Finding("ledger.nothing")]
    sums = {f"{scope}_cny": ledger.sum_scope(scope) for scope in SCOPES}
    sums |= {"gst_cny": ledger.gst_cny, "committed_cny": ledger.committed_cny}
    values = {name: None if pd.isna(value) else float(value) for name, value in sums.items()}
    return [
        Finding("ledger.total", {"total_cny": ledger.total_cny, **values}),
        *_tell_converted(ledger.bookings),
        *lost,
        *_tell_quoted(ledger.bookings),
        *(Finding("ledger.same", {"x": row["item"], "amount_cny": row["lump_cny"]}) for row in _keep_same(lumps)),
        *_tell_differences(ledger, has_invoices=len(lumps) > 0),
    ]


def _keep_same(lumps: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return [row for row in lumps.to_dict("records") if row["is_same"]]


def _tell_lost(row: Mapping[object, object]) -> Finding:
    values = {"amount": row["amount"], "n_lines": row["n_lines"]}
    return Finding("ledger.no_currency", values) if pd.isna(row["currency"]) else Finding(
        "ledger.no_rate", values | {"currency": row["currency"]}
    )  # fmt: skip


def _tell_converted(bookings: pd.DataFrame) -> list[Finding]:
    foreign = bookings[~bookings["currency"].isin([HOME]) & bookings["amount_cny"].notna()]
    foreign = foreign[foreign["state"].isin(DELIVERED)]
    grouped = foreign.groupby("currency")[["amount", "amount_cny", "cny_per_unit", "rate_date"]]
    sums = grouped.agg({"amount": "sum", "amount_cny": "sum", "cny_per_unit": "first", "rate_date": "first"})
    return [
        Finding(
            "ledger.converted",
            {**row, "rate_date": None if pd.isna(row["rate_date"]) else f"{row['rate_date']:%Y-%m-%d}"},
        )
        for row in sums.reset_index().to_dict("records")
    ]


def _tell_quoted(bookings: pd.DataFrame) -> list[Finding]:
    quoted = bookings[bookings["amount_source"].eq("quote") & bookings["state"].isin(DELIVERED)]
    values = {"n_lines": len(quoted), "amount_cny": float(quoted["amount_cny"].sum())}
    return [Finding("ledger.quoted", values)] if len(quoted) else []


def _tell_differences(ledger: Ledger, *, has_invoices: bool) -> list[Finding]:
    sources = ledger.bookings["amount_source"]
    if len(ledger.differences):
        gap = float(ledger.differences["difference_cny"].abs().sum())
        return [Finding("ledger.differs", {"n_rows": len(ledger.differences), "gap_cny": gap})]
    return [Finding("ledger.ties" if has_invoices or sources.eq("invoice").any() else "ledger.no_invoices")]


BOUGHT = ["views_promoted", "views_heated", "exposure_promoted", "exposure_heated"]


def split_traffic(notes: pd.DataFrame, *, ad_days: pd.DataFrame, is_whole: bool = False) -> pd.DataFrame:
    """Set organic exposure and views apart (`exports.add_organic`, `add_organic_views`).

    Where the ad reports name a note for all that was spent, a note they do not name had no ads: all it has is organic.
    So is all that any note has where no file shows anything bought.

    Parameters
    ----------
    notes : `tables.NOTES`, one row a note or a snapshot.
    ad_days : `tables.AD_DAYS`, of all notes.
    is_whole : whether the ad reports name a note for all that was spent (`ledger.names_all_ads`).
    """
    clicks = sum_note_ads(ad_days).groupby("note_id")["clicks"].sum(min_count=1)
    found = add_organic(notes, ad_days=ad_days)
    is_free = ad_days.empty and not notes[BOUGHT].gt(0).any(axis=None)
    if not (is_whole or is_free):
        return add_organic_views(found, ad_clicks=clicks)
    without = notes.loc[~notes["note_id"].isin(ad_days["note_id"]), "note_id"].drop_duplicates()
    clicks = pd.concat([clicks, pd.Series(0.0, index=without)])
    is_bare = found["note_id"].isin(without) & found["exposure_organic_reason"].eq("not_separable")
    exposure = found["exposure_organic"].mask(is_bare, found["exposure"])
    return add_organic_views(found.assign(exposure_organic=exposure), ad_clicks=clicks)


def add_organic_views(notes: pd.DataFrame, *, ad_clicks: pd.Series) -> pd.DataFrame:
    """Fill ``views_organic`` and add ``views_organic_source`` (platform, derived or '').

    The platform's own split counts; without it, views − what was promoted and heated; without that, views − the
    clicks that the ads bill for the note. A remainder below 0 is missing: the files do not agree.

    Parameters
    ----------
    notes : `tables.NOTES`, one row a note.
    ad_clicks : clicks by note id.
    """
    promoted = notes["views_promoted"] + notes["views_heated"].fillna(0.0)
    bought = promoted.fillna(notes["note_id"].map(ad_clicks).astype(float))
    rest = (notes["views"] - bought).where(lambda left: left >= 0)
    reported = notes["views_organic"]
    source = np.select([reported.notna(), rest.notna()], ["platform", "derived"], default="")
    return notes.assign(
        views_organic=reported.fillna(rest),
        views_organic_source=pd.Series(source, index=notes.index, dtype="str"),
    )
