"""What one exposure, view, engagement, lead, visit and order cost, and the plan beside what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.exports import add_organic
from xhs_toolkit.plans import Plan
from xhs_toolkit.results.ledger import MIXED_ADS, PAID_ITEMS, Ledger, names_all_ads, sum_note_ads
from xhs_toolkit.stats import Interval, make_rng, ratio_of_sums

LEVEL = 0.9
COUNTED = ("exposure", "views", "engagement")
"""Counted note by note: a ratio of sums over notes, with an interval over creators."""

OUTCOMES = {"leads": "leads", "qualified_leads": "qualified_leads", "foot_traffic": "visits", "orders": "orders"}
"""Figure of `tables.OUTCOMES` → what one of them is called. Counted for the whole campaign it has no interval; where
codes, links or answers name creators, their cost over their figures has one."""

AD_UNITS = {
    "exposure": ("impressions", PAID_ITEMS),
    "clicks": ("clicks", ("feed_ads", "search_ads")),
    "plays_5s": ("clicks", ("video_feed_ads",)),
    "mixed_clicks": ("clicks", (MIXED_ADS,)),
    "leads": ("leads", PAID_ITEMS),
}
"""Unit of ads → column of the ads and items of the ledger. Clicks of video feed are plays and stand apart."""

COLUMNS = ["traffic", "unit", "cost_cny", "n_units", "unit_cost_cny", "unit_cost_cny_low", "unit_cost_cny_high"]
COLUMNS += ["n_notes", "source", "reason"]


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


def split_traffic(notes: pd.DataFrame, *, ad_days: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Set organic exposure and views apart (`exports.add_organic`, `add_organic_views`).

    Where the ad reports name a note for all that was spent, a note they do not name had no ads: all it has is organic.

    Parameters
    ----------
    notes : the campaign's notes.
    ad_days : `tables.AD_DAYS`.
    ledger : of `ledger.make_ledger`.
    """
    clicks = sum_note_ads(ad_days).groupby("note_id")["clicks"].sum(min_count=1)
    found = add_organic(notes, ad_days=ad_days)
    if names_all_ads(ledger.lines):
        without = notes.loc[~notes["note_id"].isin(ad_days["note_id"]), "note_id"]
        clicks = pd.concat([clicks, pd.Series(0.0, index=without.drop_duplicates())])
        is_bare = found["note_id"].isin(without) & found["exposure_organic_reason"].eq("not_separable")
        found = found.assign(exposure_organic=found["exposure_organic"].mask(is_bare, found["exposure"]))
    return add_organic_views(found, ad_clicks=clicks)


def compare_unit_costs(
    notes: pd.DataFrame, *, ledger: Ledger, ad_days: pd.DataFrame, outcomes: pd.DataFrame, codes: pd.DataFrame
) -> pd.DataFrame:
    """Compute unit costs, content apart from ads, so that ads do not flatter a creator.

    Parameters
    ----------
    notes : the campaign's notes, of `split_traffic`.
    ledger : of `ledger.make_ledger`.
    ad_days : the campaign's ad rows, each day once (`ledger.sum_note_ads`), with ``item``.
    outcomes, codes : `tables.OUTCOMES`, `tables.CODES`: a creator with a code and no figure brought none.

    Returns
    -------
    One row a traffic × ``unit``: ``cost_cny``, ``n_units``, ``unit_cost_cny`` with its 90% interval over
    creators, ``n_notes`` measured, ``reason`` where something is missing. Traffic is organic (creators'
    cost over organic figures), ads (ad spend over what it bought), all_traffic (all money over all figures) or traced
    (creators' cost and ads over what codes, links and answers name them for).
    """
    rows = [*_list_noted(notes, ledger), *_list_ads(ad_days, ledger), *_list_outcomes(outcomes, ledger)]
    rows += _list_traced(notes, ledger, outcomes, codes)
    return pd.DataFrame(rows, columns=COLUMNS)


def _list_noted(notes: pd.DataFrame, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    money = ledger.notes.set_index("note_id")
    creator = notes["creator_id"].fillna(notes["creator_name"]).fillna(notes["note_id"])
    sides = {"organic": ("content_cny", ("exposure_organic", "views_organic")), "all_traffic": ("total_cny", COUNTED)}
    for traffic, (amount, units) in sides.items():
        cost = notes["note_id"].map(money[amount]).where(notes["note_id"].map(money["content_cny"]).notna())
        for unit in units:
            found = _ratio(cost, notes[unit], creator)
            both = cost.notna() & notes[unit].notna()
            sums = cost[both].sum(min_count=1), notes.loc[both, unit].sum(min_count=1)
            name = unit.removesuffix("_organic")
            yield traffic, name, *sums, *_spread(found), found.n, "notes", _why(cost, notes[unit], found, traffic)


def _ratio(cost: pd.Series, units: pd.Series, creator: pd.Series) -> Interval:
    cluster = None if creator.nunique() < 2 else creator
    return ratio_of_sums(cost, units, cluster=cluster, level=LEVEL, rng=make_rng(0))


def _spread(found: Interval) -> tuple[float, float, float]:
    return found.estimate, found.low, found.high


def _why(cost: pd.Series, units: pd.Series, found: Interval, traffic: str) -> str:
    if cost.isna().all():
        return "no_cost"
    if units.isna().all():
        return "not_separable" if traffic == "organic" else "not_measured"
    return found.reason


def _list_ads(ads: pd.DataFrame, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    """Ad spend over impressions, clicks, plays and leads of the same rows."""
    for unit, (column, items) in AD_UNITS.items():
        known = ads[ads["item"].isin(items) & ads[column].notna() & ads["spend_cny"].notna()]
        if len(known):
            yield "ads", unit, *_divide(known["spend_cny"].sum(), known[column].sum()), len(known), "ads", ""


def _list_outcomes(outcomes: pd.DataFrame, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    totals = outcomes.groupby("metric")["value"].sum(min_count=1)
    for metric, unit in OUTCOMES.items():
        value = float(totals.get(metric, np.nan))
        reason = "no_outcomes" if np.isnan(value) else "no_cost" if np.isnan(ledger.total_cny) else ""
        yield "all_traffic", unit, *_divide(ledger.total_cny, value), 0, "outcomes", reason


def _list_traced(
    notes: pd.DataFrame, ledger: Ledger, outcomes: pd.DataFrame, codes: pd.DataFrame
) -> Iterator[tuple[object, ...]]:
    """Cost of the creators whom codes, links or answers name, over what these brought, with a range over creators."""
    money = notes.assign(cost=notes["note_id"].map(ledger.notes.set_index("note_id")["total_cny"]))
    by_creator = money.groupby("creator_id").agg(cost=("cost", lambda each: each.sum(min_count=1)), n=("cost", "size"))
    coded = codes["creator_id"].dropna().unique()
    named = outcomes.dropna(subset="creator_id")
    for metric, unit in OUTCOMES.items():
        counts = named[named["metric"].eq(metric)].groupby("creator_id")["value"].sum()
        if counts.empty:
            continue
        known = by_creator.join(counts.reindex(counts.index.union(coded), fill_value=0.0), how="inner").dropna()
        found = ratio_of_sums(known["cost"], known["value"], level=LEVEL, rng=make_rng(0))
        sums = known["cost"].sum(), known["value"].sum()
        yield "traced", unit, *sums, *_spread(found), int(known["n"].sum()), "outcomes", found.reason


def _divide(cost: float, units: float) -> tuple[float, float, float, float, float]:
    known = units > 0
    return float(cost), float(units), float(cost / units) if known else float("nan"), float("nan"), float("nan")


# --------------------------------------------------------------------------------- planned and actual


class PlanCheck(NamedTuple):
    """The accepted plan beside what came of it (`compare_with_plan`).

    Attributes
    ----------
    rows : one row a metric: ``metric``, ``p10``, ``p50``, ``p90``, ``observed``, ``plan_ratio`` to the middle,
        ``lands`` (below_range, inside_range, above_range or not_measured).
    version, accepted_at : of the plan.
    """

    rows: pd.DataFrame
    version: int
    accepted_at: str


def compare_with_plan(totals: pd.DataFrame, *, plan: Plan | None, ledger: Ledger) -> PlanCheck | None:
    """Compare the campaign's totals with the accepted plan; None where no plan was accepted.

    Parameters
    ----------
    totals : of `Results`: one row with exposure, views, engagement.
    plan : of `plans.read_plan`.
    ledger : of `ledger.make_ledger`: what creators and ads cost.
    """
    if plan is None or totals.empty:
        return None
    total = totals.iloc[0]
    ranges: Mapping[str, tuple[float, float, float]] = {
        row["metric"]: (row["p10"], row["p50"], row["p90"])
        for row in plan.forecast.to_dict("records")
        if row["metric"] in COUNTED
    }
    planned = float(plan.roster["cost_cny"].sum(min_count=1))
    actual = float(ledger.notes["content_cny"].sum(min_count=1))
    rows = [_compare(metric, float(total[metric]), *ends) for metric, ends in ranges.items()]
    rows.append(_compare("content_cny", actual, np.nan, planned, np.nan))
    return PlanCheck(pd.DataFrame(rows), plan.version, plan.accepted_at)


def _compare(metric: str, observed: float, p10: float, p50: float, p90: float) -> dict[str, object]:
    lands = np.select(
        [np.isnan(observed), np.isnan(p10), observed < p10, observed > p90],
        ["not_measured", "", "below_range", "above_range"],
        default="inside_range",
    )
    ratio = observed / p50 if p50 else float("nan")
    return {"metric": metric, "p10": p10, "p50": p50, "p90": p90, "observed": observed, "plan_ratio": ratio} | {
        "lands": str(lands)
    }
