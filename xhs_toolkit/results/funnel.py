"""From view to lead, qualified lead, visit and order: shares with ranges that take notes and creators as chance.

The counts are those of the client's figures that a code, link, answer, channel or declaration ties to the campaign
(`attribution`); they name a theme, a creator or a market only where the client can tell it. What no source tells is not
measured, and never shared out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.attribution import THROUGH, name_ways, sum_metrics
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.stats import Interval, varying_share_interval
from xhs_toolkit.tables import CODES

FUNNEL = ("leads", "qualified_leads", "foot_traffic", "orders")
COUNTS = (*FUNNEL, "site_sessions", "live_viewers")
STEPS = (
    ("views", "leads"),
    ("leads", "qualified_leads"),
    ("views", "foot_traffic"),
    ("views", "orders"),
    ("leads", "orders"),
)
"""From → to, each shown where both are measured."""

IN_CHANNEL = (("live_viewers", "orders"), ("foot_traffic", "orders"))
"""Steps that make sense within one channel only: who watched a live launch and who ordered in it."""

DIMENSIONS = ("all", "theme", "creator_name", "tier", "market", "channel")
FUNNEL_COLUMNS = ["dimension", "group", "step", "n_from", "n_to", "step_rate", "step_rate_low", "step_rate_high"]
FUNNEL_COLUMNS += ["n_units", "reason"]
RATES = ["step_rate", "step_rate_low", "step_rate_high"]
PER_10000 = ["per_10000", "per_10000_low", "per_10000_high"]
"""The same shares in 10,000: a percentage of views would be all zeros."""


class Funnel(NamedTuple):
    """What `summarise_funnel` found.

    Attributes
    ----------
    steps : one row a dimension (of `DIMENSIONS`) × group × step: ``n_from``, ``n_to``, ``step_rate`` and ``per_10000``
        with its 90% range over the ``n_units`` creators (notes, where codes tell them) whose figures are known;
        ``reason`` where there is no range. A step without both figures has no row.
    outcomes : one row a market, channel and figure: ``market``, ``channel``, ``outcome``, ``measured``, ``attributed``
        (the campaign's own), ``currency``, ``first_date``, ``last_date``: stores, live launches and tills.
    findings : what is said of it, in order.
    """

    steps: pd.DataFrame
    outcomes: pd.DataFrame
    findings: tuple[Finding, ...]


def summarise_funnel(notes: pd.DataFrame, *, outcomes: pd.DataFrame, codes: pd.DataFrame | None = None) -> Funnel:
    """Count the steps of the funnel.

    Parameters
    ----------
    notes : the campaign's notes with ``views``, ``theme``, ``tier``, ``creator_id``, ``creator_name``.
    outcomes : the rows of `attribution.attribute_outcomes`, or `tables.OUTCOMES` of the campaign's days and markets.
    codes : `tables.CODES`: a code of one note tells the note; a creator with a code and no figure brought none. Where
        no creator has a code, every creator without a figure brought none.
    """
    codes = CODES.empty() if codes is None else codes
    rows = outcomes if "by" in outcomes else name_ways(outcomes, codes=codes).assign(value_cny=np.nan)
    ours = rows[rows["by"].isin(THROUGH) & rows["metric"].isin(COUNTS)]
    creators = notes.dropna(subset="creator_id").drop_duplicates("creator_id").set_index("creator_id")
    named = ours.assign(
        all="all",
        tier=ours["creator_id"].map(creators["tier"]),
        creator_name=ours["creator_id"].map(creators["creator_name"]).astype("str").fillna(ours["creator_id"]),
        note_id=_name_notes(ours["code"], codes),
    )
    listed = [
        row for dimension in DIMENSIONS for row in _list_steps(notes.assign(all="all"), named, dimension, coded=codes)
    ]
    steps = pd.DataFrame(listed, columns=FUNNEL_COLUMNS)
    steps[PER_10000] = 10_000 * steps[RATES].astype(float)
    return Funnel(steps, _sum_outcomes(rows), tuple(_list_findings(steps, rows)))


def _name_notes(code: pd.Series, codes: pd.DataFrame) -> pd.Series:
    """The note that a code stands for, where it stands for one."""
    keys = codes.assign(key=codes["code"].str.strip().str.casefold()).dropna(subset=["key", "note_id"])
    single = keys.drop_duplicates(["key", "note_id"]).drop_duplicates("key", keep=False).set_index("key")["note_id"]
    return code.str.strip().str.casefold().map(single).astype("str")


def _list_findings(steps: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Finding]:
    if rows.empty:
        yield Finding("funnel.no_outcomes")
        return
    for row in sum_metrics(rows).to_dict("records"):
        yield from _say_attributed(row)
    whole = steps[steps["dimension"].eq("all")]
    for row in whole.to_dict("records"):
        names = ("step", "n_from", "n_to", *RATES, *PER_10000, "n_units", "reason")
        yield Finding("funnel.step", {"x" if name == "step" else name: plain(row[name]) for name in names})
    if whole.empty:
        yield Finding("funnel.no_steps")
    if rows["market"].isna().all():
        yield Finding("funnel.no_market")


def _say_attributed(row: dict) -> Iterator[Finding]:
    values = {"metric": row["metric"], **{name: plain(row[name]) for name in ("attributed", "trade", "total")}}
    if row["reason"] == "not_measured":
        return
    if row["reason"] in {"no_currency", "several_currencies"}:
        yield Finding(f"funnel.{row['reason']}", {"metric": row["metric"]})
    elif row["reason"]:
        yield Finding("funnel.trade_only", values | {"currency": row["currency"]})
    else:
        yield Finding("funnel.attributed", values | {"currency": row["currency"]})


def _list_steps(
    notes: pd.DataFrame, outcomes: pd.DataFrame, dimension: str, *, coded: pd.DataFrame
) -> Iterator[tuple[object, ...]]:
    told = outcomes[outcomes[dimension].notna()]
    if told.empty:
        return
    has_views = dimension in notes
    for group, rows in told.groupby(dimension, observed=True):
        own = notes[notes[dimension].eq(group)] if has_views else notes.iloc[:0]
        sums = rows.groupby("metric", observed=True)["value"].sum(min_count=1)
        counts = {"views": own["views"].sum(min_count=1)} | sums.to_dict()
        for start, end in IN_CHANNEL if dimension == "channel" else STEPS:
            first, last = (float(counts.get(name, np.nan)) for name in (start, end))
            if first >= last:
                found = _measure(own, rows, start, end, coded=coded)
                yield (
                    dimension,
                    group,
                    f"{start}_to_{end}",
                    first,
                    last,
                    *_spread(last / first if first else np.nan, found),
                )


def _measure(notes: pd.DataFrame, rows: pd.DataFrame, start: str, end: str, *, coded: pd.DataFrame) -> Interval:
    """Range of a step over the notes or creators that it is known for."""
    for unit in ("note_id", "creator_id"):
        counts = rows[rows[unit].notna()].pivot_table(
            index=unit, columns="metric", values="value", aggfunc="sum", observed=True
        )
        by_both = unit == "note_id" and rows.loc[rows[unit].isna(), "creator_id"].notna().any()
        if counts.empty or by_both:
            continue
        listed = coded[unit].dropna().unique()
        known = pd.Index(listed if len(listed) else notes[unit].dropna().unique()).union(counts.index)
        counts = counts.reindex(known[known.isin(notes[unit])] if start == "views" else counts.index)
        counts["views"] = notes.groupby(unit)["views"].sum(min_count=1).reindex(counts.index)
        sides = [counts.get(name, pd.Series(np.nan, index=counts.index)).fillna(0.0) for name in (end, start)]
        return varying_share_interval(*sides)
    return varying_share_interval([], [])


def _spread(share: float, found: Interval) -> tuple[float, float, float, int, str]:
    """The step's share with its units' range, moved to it: figures that name no creator count in the share alone."""
    if np.isnan(found.low) or np.isnan(share):
        return share, np.nan, np.nan, found.n, "not_by_creator" if found.reason == "not_measured" else found.reason
    low, high = (_move(end, found.estimate, share) for end in (found.low, found.high))
    return share, low, high, found.n, ""


def _move(end: float, estimate: float, share: float) -> float:
    """An end of the range with its odds changed as the share's are."""
    if not 0 < estimate < 1 or not 0 < share < 1:
        return end
    odds = end / (1 - end) * (share / (1 - share)) / (estimate / (1 - estimate)) if end < 1 else np.inf
    return float(odds / (1 + odds)) if np.isfinite(odds) else 1.0


def _sum_outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    keys = ["market", "channel", "metric", "currency"]
    grouped = rows.assign(own=rows["value"].where(rows["by"].isin(THROUGH))).groupby(keys, dropna=False, observed=True)
    sums = grouped.agg(
        measured=("value", "sum"),
        attributed=("own", lambda each: each.sum(min_count=1)),
        first_date=("date", "min"),
        last_date=("date", "max"),
    )
    return sums.reset_index().rename(columns={"metric": "outcome"})
