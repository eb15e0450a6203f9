"""From view to lead, qualified lead, visit and order: shares with intervals for small counts.

The counts are the client's own (codes, links, surveys, tills); they name a theme, a creator or a market only
where the client can tell it. What no source tells is not measured, and never shared out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.stats import jeffreys_interval

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

LEVEL = 0.9
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

TILLS = frozenset({"foot_traffic", "orders"})
"""What a market has without any campaign: set against views only where a code, theme or creator is named for it."""

TRACES = ["code", "theme", "creator_id"]

IN_CHANNEL = (("live_viewers", "orders"), ("foot_traffic", "orders"))
"""Steps that make sense within one channel only: who watched a live launch and who ordered in it."""

COLUMNS = ["dimension", "group", "step", "n_from", "n_to", "step_rate", "step_rate_low", "step_rate_high"]
PER_10000 = ["per_10000", "per_10000_low", "per_10000_high"]
"""The same shares in 10,000: a percentage of views would be all zeros."""


class Funnel(NamedTuple):
    """What `summarise_funnel` found.

    Attributes
    ----------
    steps : one row a dimension (all, theme, creator_name, tier, market, channel) × group × step: ``n_from``, ``n_to``,
        ``step_rate`` and ``per_10000`` with its 90% Jeffreys interval. A step without both figures has no row.
    outcomes : one row a market, channel and figure: ``market``, ``channel``, ``outcome``, ``measured``, ``currency``,
        ``first_date``, ``last_date``: store reviews, live launches and tills beside the notes.
    findings : what is said of it, in order.
    """

    steps: pd.DataFrame
    outcomes: pd.DataFrame
    findings: tuple[Finding, ...]


def choose_own_outcomes(outcomes: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Keep the figures of the campaign's days and markets: what it may have brought, without past and control markets.

    Where no figure is of a market of ``campaign.yaml`` (stores, towns), all places count; so do figures without one.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`.
    """
    market = outcomes["market"].str.strip().str.casefold()
    is_ours = market.isin([name.casefold() for name in campaign.markets])
    kept = is_ours | market.isna() | (not is_ours.any())
    if campaign.window.start:
        kept &= outcomes["date"] >= pd.Timestamp(campaign.window.start)
    if campaign.window.end:
        kept &= outcomes["date"] <= pd.Timestamp(campaign.window.end)
    return outcomes[kept]


def summarise_funnel(notes: pd.DataFrame, *, outcomes: pd.DataFrame) -> Funnel:
    """Count the steps of the funnel.

    Parameters
    ----------
    notes : the campaign's notes with ``views``, ``theme``, ``tier``, ``creator_id``, ``creator_name``.
    outcomes : `tables.OUTCOMES`, of `choose_own_outcomes`.
    """
    creators = notes.dropna(subset="creator_id").drop_duplicates("creator_id").set_index("creator_id")
    counted = outcomes[outcomes["metric"].isin(COUNTS)]
    named = counted.assign(
        all="all",
        tier=counted["creator_id"].map(creators["tier"]),
        creator_name=counted["creator_id"].map(creators["creator_name"]).fillna(counted["creator_id"]),
    )
    rows = [
        row
        for dimension in ("all", "theme", "creator_name", "tier", "market", "channel")
        for row in _list_steps(notes.assign(all="all"), named, dimension)
    ]
    steps = pd.DataFrame(rows, columns=COLUMNS)
    steps[PER_10000] = 10_000 * steps[COLUMNS[-3:]].astype(float)
    return Funnel(steps, _sum_outcomes(outcomes), tuple(_find(steps, outcomes)))


def _find(steps: pd.DataFrame, outcomes: pd.DataFrame) -> Iterator[Finding]:
    if outcomes.empty:
        yield Finding("funnel.no_outcomes")
        return
    whole = steps[steps["dimension"].eq("all")]
    for row in whole.to_dict("records"):
        names = ("step", "n_from", "n_to", *COLUMNS[-3:], *PER_10000)
        yield Finding("funnel.step", {"x" if name == "step" else name: row[name] for name in names})
    if whole.empty:
        yield Finding("funnel.no_steps")
    if outcomes["market"].isna().all():
        yield Finding("funnel.no_market")


def _list_steps(notes: pd.DataFrame, outcomes: pd.DataFrame, dimension: str) -> Iterator[tuple[object, ...]]:
    told = outcomes[outcomes[dimension].notna()]
    if told.empty:
        return
    traced = _count(told[told[TRACES].notna().any(axis=1)], dimension)
    counts = _count(told, dimension).join(traced.add_prefix("traced_"))
    if dimension in notes:
        counts = counts.assign(views=notes.groupby(dimension)["views"].sum(min_count=1).reindex(counts.index))
    for group, row in counts.iterrows():
        for start, end in IN_CHANNEL if dimension == "channel" else STEPS:
            counted = f"traced_{end}" if start == "views" and end in TILLS else end
            first, last = (float(row.get(name, np.nan)) for name in (start, counted))
            if first >= last:
                yield dimension, group, f"{start}_to_{end}", first, last, *measure_share(last, first)


def _count(outcomes: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """One row a group, one column a figure."""
    return outcomes.pivot_table(index=dimension, columns="metric", values="value", aggfunc="sum", observed=True)


def measure_share(n_to: float, n_from: float) -> tuple[float, float, float]:
    """Share with its 90% Jeffreys interval, which holds for small counts too.

    >>> [round(value, 4) for value in measure_share(3, 1000)]
    [0.003, 0.0011, 0.007]
    """
    found = jeffreys_interval(n_to, n_from, level=LEVEL)
    return found.estimate, found.low, found.high


def _sum_outcomes(outcomes: pd.DataFrame) -> pd.DataFrame:
    keys = ["market", "channel", "metric", "currency"]
    grouped = outcomes.groupby(keys, dropna=False)
    sums = grouped.agg(measured=("value", "sum"), first_date=("date", "min"), last_date=("date", "max"))
    return sums.reset_index().rename(columns={"metric": "outcome"})
