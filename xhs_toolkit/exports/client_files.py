"""The client's own figures brought into one shape: a row a figure, leads counted, codes and currencies filled in."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.quirks import Result, report_rows

WRITE_YES = "write yes or no"
WHERE = (
    *("date", "market", "channel", "lead_source", "theme", "code", "currency"),
    *("creator_id", "creator_name", "creator_link"),
)
"""Columns that leads are counted by."""
WINDOWS = {1.0: 30.0, 2.0: 90.0}
"""Dandelion's dateType → days."""


def spread_metrics(rows: pd.DataFrame) -> Result:
    """One row a figure, where the file has a column for each (``metric_sales``, ``metric_orders`` …)."""
    wide = [name for name in rows if str(name).startswith("metric_")]
    parts = [
        rows.drop(columns=wide).assign(metric=name.removeprefix("metric_"), value=rows[name].astype(float))
        for name in wide
    ]
    joined = pd.concat(parts).astype({"metric": "str"})
    if "currency" in joined:
        joined["currency"] = joined["currency"].where(joined["metric"].eq("sales"))
    return joined[joined["value"].notna()].sort_values("source_row", kind="stable").reset_index(drop=True), []


def fill_channel(rows: pd.DataFrame) -> Result:
    """Take where customers came from for the channel, where the file has no other."""
    if "lead_source" not in rows or "channel" in rows:
        return rows, []
    return rows.assign(channel=rows["lead_source"]), []


def count_leads(rows: pd.DataFrame) -> Result:
    """One row a lead → leads and qualified leads a day, market, channel, theme, code and creator.

    A lead listed twice under one ``lead_id`` counts once. Where a lead's yes or no is missing, the qualified leads
    of its group are not known.
    """
    rows, problems = _drop_repeated_leads(rows)
    unknown = rows["qualified"].isna()
    problems += report_rows(
        rows[unknown], "qualified", "says neither yes nor no: how many qualified is not known", WRITE_YES
    )
    by = [name for name in (*WHERE, "as_of") if name in rows]
    group = rows.groupby(by, dropna=False, sort=False).ngroup()
    base = rows.drop(columns="qualified").loc[~group.duplicated()]
    yes = rows["qualified"].astype(float).groupby(group, sort=False)
    counted = {"leads": yes.size(), "qualified_leads": yes.agg(lambda values: values.sum(skipna=False))}
    parts = [base.assign(metric=name, value=values.to_numpy(dtype=float)) for name, values in counted.items()]
    return pd.concat(parts, ignore_index=True).astype({"metric": "str"}), problems


def _drop_repeated_leads(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if "lead_id" not in rows:
        return rows, []
    again = rows["lead_id"].notna() & rows["lead_id"].duplicated()
    told = report_rows(rows[again], "lead_id", "is listed before and counts once", "nothing, if it is one person")
    return rows[~again].drop(columns="lead_id"), told


def read_window_types(rows: pd.DataFrame) -> Result:
    """Write the window in days where the file has Dandelion's number of it (1 and 2)."""
    if "window_days" not in rows:
        return rows, []
    return rows.assign(window_days=rows["window_days"].replace(WINDOWS)), []


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
    return outcomes, report_rows(first, "value", "is an amount of no known currency, and so are those below it", fix)


def fill_invoice_currency(invoices: pd.DataFrame, currency: str | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Give invoices that name no currency the campaign's, and ask once a file: yuan are never taken in silence.

    Parameters
    ----------
    invoices : `tables.INVOICES`.
    currency : of the campaign's budget; nothing is filled where it is none, or the yuan.
    """
    untold = invoices["currency"].isna() & invoices["amount"].notna()
    if currency in {None, "CNY"} or not untold.any():
        return invoices, []
    asked = [
        Problem(
            f"nothing says in which currency the invoices are; {currency} is taken, the campaign's",
            "write the currency into the header, such as Amount (NZD), or add a column currency",
            file=str(file),
            topic="money",
            proposal=str(currency),
        )
        for file in invoices.loc[untold, "source_file"].unique()
    ]
    return invoices.assign(currency=invoices["currency"].mask(untold, currency)), asked
