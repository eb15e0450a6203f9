"""What files say together: ads against notes, levels against each other, and what one tells of another's rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.kinds import report_rows
from xhs_toolkit.exports.reconcile import make_latest

SUMMED = ("spend_cny", "impressions", "clicks", "engagement", "leads")
LEVEL_ORDER = {"account": 0, "campaign": 1, "unit": 2, "creative": 3, "note": 3, "keyword": 4}
"""The coarser a report, the less it leaves out."""
PARTIAL_LEVELS = {"keyword"}
"""Keyword reports cover search ads only, so that they need not add up to the others."""
SAME_WITHIN_CNY = 0.5
"""Sums of amounts that exports round to fen may differ by less."""


def sum_ads(ad_days: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """Add up spend, impressions, clicks, engagement and leads, each day at one report level only.

    Where reports of several levels cover a day, the one that shows most spend counts, the coarser of equals: a
    finer one repeats the same money, or covers a part of it.

    Parameters
    ----------
    ad_days : columns of `tables.AD_DAYS`.
    by : column to group by (``note_id``, ``campaign_id``, ``placement_kind``); without one, one row in all.

    Returns
    -------
    One row a group (index `by`), with the summed columns; missing where no row has the figure.
    """
    group = by or "_all"
    days = _by_level(ad_days.assign(_all="all"), group)
    best = days.sort_values(["spend_cny", "_order"], ascending=[False, True], kind="stable", na_position="last")
    once = best.drop_duplicates([group, "date"])
    return once.groupby(group)[list(SUMMED)].sum(min_count=1)


def _by_level(ad_days: pd.DataFrame, group: str) -> pd.DataFrame:
    """Sums by group, day and the level of the report, which is the commonest level of its rows."""
    known = ad_days[ad_days[group].notna()]
    levels = _find_levels(known).rename("_level")
    sums = known.groupby([group, "date", levels])[list(SUMMED)].sum(min_count=1).reset_index()
    return sums.assign(_order=sums["_level"].map(LEVEL_ORDER).astype(float))


def _find_levels(ad_days: pd.DataFrame) -> pd.Series:
    """The level of each row's report: the commonest of its rows."""
    report = [ad_days["source_file"], ad_days["source_sheet"].fillna("")]
    level = ad_days["level"].fillna("account")
    return level.groupby(report).transform(lambda rows: rows.mode().iloc[0]) if len(ad_days) else level


def choose_ad_days(ad_days: pd.DataFrame) -> pd.DataFrame:
    """The rows that `sum_ads` adds up: of each day those of one report level; a day without a day's level has none."""
    levels = _by_level(ad_days.assign(_all="all"), "_all")
    best = levels.sort_values(["spend_cny", "_order"], ascending=[False, True], kind="stable", na_position="last")
    chosen = best.drop_duplicates("date").set_index("date")["_level"]
    return ad_days[_find_levels(ad_days).eq(ad_days["date"].map(chosen).astype("str"))]


def compare_levels(ad_days: pd.DataFrame) -> list[Problem]:
    """Report days on which reports of two levels show different spend."""
    days = _by_level(ad_days.assign(_all="all"), "_all")
    days = days[~days["_level"].isin(PARTIAL_LEVELS)]
    spend = days.pivot_table(index="date", columns="_level", values="spend_cny")
    both = spend[spend.count(axis=1) > 1]
    differs = both[both.max(axis=1) - both.min(axis=1) >= SAME_WITHIN_CNY]
    if differs.empty:
        return []
    first = differs.iloc[0].dropna()
    shown = ", ".join(f"{level} {spend:,.2f} CNY" for level, spend in first.items())
    return [
        Problem(
            f"Juguang reports of different levels disagree on {len(differs):,} day(s), first on "
            f"{differs.index[0]:%Y-%m-%d}: {shown}; the larger counts",
            "export all levels for the same days and campaigns",
            column="spend_cny",
        )
    ]


MAX_REPORTED = 20


def add_organic(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> pd.DataFrame:
    """Add ``exposure_organic_source`` and ``exposure_organic_reason``, and fill ``exposure_organic``.

    The platform's own figure (自然曝光) counts, with the source ``platform``. Only without it, total − promoted is
    taken, with the source ``derived``: promoted as Dandelion reports it (推广, and 加热 where it has that), else the
    impressions that Juguang bills for the note. A remainder below 0 is missing: the files do not agree.

    ==================  ================================================================
    reason              meaning
    ==================  ================================================================
    ``no_exposure``     the file has no exposure for the note
    ``not_separable``   no file says how much of it was promoted
    ``negative``        more was promoted than was shown: the remainder is below 0
    ==================  ================================================================

    Parameters
    ----------
    notes : one row a note, columns of `tables.NOTES`.
    ad_days : columns of `tables.AD_DAYS`.
    """
    remainder = notes["exposure"] - find_promoted(notes, ad_days=ad_days)
    reported = notes["exposure_organic"]
    derived = remainder.where(remainder >= 0)
    source = np.select([reported.notna(), derived.notna()], ["platform", "derived"], default="")
    reason = np.select(
        [source != "", notes["exposure"].isna(), remainder.isna()],
        ["", "no_exposure", "not_separable"],
        default="negative",
    )
    return notes.assign(
        exposure_organic=reported.fillna(derived),
        exposure_organic_source=pd.Series(source, index=notes.index, dtype="str"),
        exposure_organic_reason=pd.Series(reason, index=notes.index, dtype="str"),
    )


def find_promoted(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> pd.Series:
    """Exposure that was bought for each note: what Dandelion reports, else Juguang's impressions; else missing."""
    reported = notes["exposure_promoted"] + notes["exposure_heated"].fillna(0.0)
    billed = sum_ads(ad_days, by="note_id")["impressions"]
    return reported.fillna(notes["note_id"].map(billed).astype(float))


def check_organic(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> list[Problem]:
    """Report negative remainders among notes of which something was promoted; all snapshots in, the latest count."""
    promoted = notes["exposure_promoted"].notna() | notes["note_id"].isin(ad_days["note_id"].dropna())
    unsplit = notes.loc[promoted & notes["exposure_organic"].isna(), "note_id"]
    latest = make_latest(notes[notes["note_id"].isin(unsplit)])
    return report_negative(add_organic(latest, ad_days=ad_days))


def report_negative(notes: pd.DataFrame) -> list[Problem]:
    """Report notes of which more exposure was promoted than was shown.

    Parameters
    ----------
    notes : as `add_organic` returns them.
    """
    negative = notes[notes["exposure_organic_reason"].eq("negative")]
    problems = report_rows(
        negative.head(MAX_REPORTED),
        "exposure",
        "is less than what was promoted of the note; organic exposure is left missing",
        "export both files again for the same days: the ads may be newer than the note's figures",
    )
    rest = len(negative) - len(problems)
    more = Problem(f"{rest:,} more notes have less exposure than was promoted; organic exposure is left missing")
    return [*problems, more] if rest > 0 else problems


# ------------------------------------------- what one file tells of the rows of another


def fill_from_codes(outcomes: pd.DataFrame, codes: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Give outcomes that came with a code its creator and theme; a code of two creators gives nothing.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`, of which ``code``, ``creator_id`` and ``theme`` are used.
    codes : `tables.CODES`.
    """
    coded = outcomes["code"].notna()
    if not coded.any() or codes.empty:
        return outcomes, []
    keys = outcomes["code"].str.strip().str.casefold()
    known = codes.assign(key=codes["code"].str.strip().str.casefold())
    filled = {}
    for name in ("creator_id", "theme"):
        pairs = known[["key", name]].dropna().drop_duplicates()
        single = pairs[~pairs["key"].duplicated(keep=False)].set_index("key")[name]
        filled[name] = outcomes[name].fillna(keys.map(single).astype("str"))
    strange = coded & ~keys.isin(known["key"])
    told = report_rows(outcomes[strange], "code", "stands in no list of codes", "add it to the list of codes")
    return outcomes.assign(**filled), told


def fill_currency(outcomes: pd.DataFrame, currency: str | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Give amounts that name no currency the one of the campaign's settings; without it, ask once a file.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`.
    currency : ``outcomes: currency`` of campaign.yaml.
    """
    untold = outcomes["metric"].eq("sales") & outcomes["currency"].isna() & outcomes["value"].notna()
    if currency or not untold.any():
        return outcomes.assign(currency=outcomes["currency"].mask(untold, currency)), []
    fix = "add a column currency, or write 'outcomes: {currency: NZD}' in campaign.yaml"
    first = outcomes[untold].drop_duplicates("source_file")
    told = report_rows(first, "value", "is an amount of no known currency, and so are those below it", fix)
    return outcomes, [replace(problem, topic="money", proposal="leave them out of sums") for problem in told]


def fill_invoice_currency(invoices: pd.DataFrame, currency: str | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Give invoices that name no currency the campaign's, and ask once a file: yuan are never taken in silence.

    Parameters
    ----------
    invoices : `tables.INVOICES`.
    currency : of the campaign's budget; nothing is filled where it is none, or the yuan.
    """
    untold = invoices["currency"].isna() & invoices["amount"].notna()
    if currency in {None, "CNY"}:
        return invoices, []
    filled = invoices["currency"].mask(untold, currency)
    return invoices.assign(currency=filled), _ask_for_currency(invoices[untold], "the invoices are", str(currency))


def fill_fee_currency(
    placements: pd.DataFrame, currency: str | None, rate: float | None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Take fees and costs of which only the campaign tells the currency in that one, and ask once a file.

    Parameters
    ----------
    placements : `tables.PLACEMENTS`, amounts of no named currency as if in CNY.
    currency : of the campaign's budget; yuan where it is none.
    rate : CNY that one unit of it costs; without it nothing can be counted in CNY.
    """
    untold = placements["currency_source"].eq("campaign") & placements["currency"].ne(currency or "CNY")
    if not untold.any():
        return placements, []
    costs = [name for name in placements if str(name).endswith("_cny")]
    factor = float("nan") if rate is None else rate
    filled = {name: placements[name].mask(untold, placements[name] * factor) for name in costs}
    filled["currency"] = placements["currency"].mask(untold, currency)
    return placements.assign(**filled), _ask_for_currency(placements[untold], "the fees are", str(currency))


def _ask_for_currency(untold: pd.DataFrame, what: str, currency: str) -> list[Problem]:
    return [
        Problem(
            f"nothing says in which currency {what}; {currency} is taken, the campaign's",
            "write the currency into the header, such as Amount (NZD), or add a column currency",
            file=str(file),
            topic="money",
            proposal=currency,
        )
        for file in untold["source_file"].unique()
    ]
