"""K, F and S: what content earned, Feed added and Search caught, by note, keyword and step; all money in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.attribution import Attribution, attribute_outcomes
from xhs_toolkit.exports import sum_ads
from xhs_toolkit.findings import Finding
from xhs_toolkit.ledger import Ledger, names_all_ads, sum_note_ads
from xhs_toolkit.results.costs import REST, STEPS, TOTAL, cost_outcomes, make_grid
from xhs_toolkit.results.funnel import Funnel, summarise_funnel

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.results.summary import Results


PLAYED = "video_feed"
"""The step whose views are plays of five seconds."""

AD_FIGURES = {"cny": "spend_cny", "exposure": "impressions", "clicks": "clicks"}
"""Ending of a step's column of a note → column of the ads."""

PLACE = ("first_place_share", "rank")
"""Where a search showed the ad: Share of its impressions that were first, and mean rank."""

OTHER_WORDS = "other_words"
BRAND_WORDS = "brand_words"


class Kfs(NamedTuple):
    """What `summarise_kfs` found; missing where no file tells it.

    Attributes
    ----------
    grid : of `costs.make_grid`: what content and each kind of ads cost and brought.
    notes : one row a note that had ads, most spend first: ``content_cny``, ``exposure_organic``, ``views_organic``
        and, of each step of ads, ``feed_cny``, ``feed_exposure``, ``feed_clicks`` and so on.
    keywords : one row a keyword of search ads, most spend first: ``group``, ``spend_cny``, ``impressions``,
        ``clicks``, ``leads``, ``click_rate``, ``cost_per_click_cny``, ``first_place_share``, ``rank`` (`sum_words`).
    word_groups : the same, one row a group: the brand's names, each theme, other words.
    finding : what is said first. searched : what is said of searches after reading, where an export tells them.
    """

    grid: pd.DataFrame
    notes: pd.DataFrame
    keywords: pd.DataFrame
    word_groups: pd.DataFrame
    finding: Finding
    searched: tuple[Finding, ...]


def summarise_kfs(
    notes: pd.DataFrame,
    *,
    totals: pd.DataFrame,
    ledger: Ledger,
    ad_days: pd.DataFrame,
    leads: float,
    campaign: Campaign,
) -> Kfs:
    """Lay apart what content, Feed and Search brought.

    Parameters
    ----------
    notes, totals : of `summary.summarise_results`.
    ledger : of `ledger.make_ledger`.
    ad_days : `tables.AD_DAYS`.
    leads : what the campaign may call its own; NaN where nothing tells.
    """
    ours = ad_days[ad_days["note_id"].isna() | ad_days["note_id"].isin(notes["note_id"])]
    grid = make_grid(notes, totals=totals, ledger=ledger, ad_days=ours, leads=leads)
    keywords, by_note = _sum_keywords(ours, campaign), _sum_notes(notes, ledger, sum_note_ads(ours))
    return Kfs(grid, by_note, keywords, _sum_word_groups(keywords), describe_grid(grid), _tell_searches(notes))


def describe_grid(grid: pd.DataFrame) -> Finding:
    """Say in which step a view cost least, where two steps can be compared."""
    steps = grid[~grid["step"].isin([TOTAL, REST])]
    known = steps[steps["step"].ne(PLAYED)].dropna(subset="cost_per_view_cny").sort_values("cost_per_view_cny")
    if not steps["step"].isin(STEPS.values()).any():
        return Finding("kfs.no_ads")
    if len(known) < 2:
        return Finding("kfs.not_separable")
    low, high = known.iloc[0], known.iloc[-1]
    costs = {"low_cost_per_view_cny": low["cost_per_view_cny"], "high_cost_per_view_cny": high["cost_per_view_cny"]}
    return Finding("kfs.steps", {"x": low["step"], "y": high["step"], **costs})


def _sum_notes(notes: pd.DataFrame, ledger: Ledger, ads: pd.DataFrame) -> pd.DataFrame:
    about = ["note_id", "title", "creator_name", "tier", "theme", "format", "exposure_organic", "views_organic"]
    found = notes[[*about, "content_cny"]]
    is_whole = names_all_ads(ledger.bookings)
    for item, step in STEPS.items():
        one = ads[ads["item"].eq(item)].set_index("note_id")
        figures = {end: notes["note_id"].map(one[name]).astype(float) for end, name in AD_FIGURES.items()}
        if is_whole and len(one):
            figures = {end: values.mask(~notes["note_id"].isin(one.index), 0.0) for end, values in figures.items()}
        found = found.assign(**{f"{step}_{end}": values for end, values in figures.items()})
    spend = found[[f"{step}_cny" for step in STEPS.values()]].sum(axis=1, min_count=1)
    ordered = spend[spend > 0].sort_values(ascending=False, kind="stable")
    return found.loc[ordered.index].reset_index(drop=True)


# ----------------------------------------------------------------------------------------- keywords


def _tell_searches(notes: pd.DataFrame) -> tuple[Finding, ...]:
    """How many searched after reading, of the notes of which an export tells it."""
    told = notes.reindex(columns=["search_backs", "search_back_rate", "views"]).astype(float)
    known = told[told[["search_backs", "search_back_rate"]].notna().any(axis=1)]
    if known.empty:
        return ()
    count, rate = known["search_backs"].sum(min_count=1), _average(known, "search_back_rate", weight="views")
    values = {"search_backs": count, "search_back_rate": rate, "n_notes": len(known)}
    return (Finding("kfs.searched", {name: None if pd.isna(value) else value for name, value in values.items()}),)


def _average(rows: pd.DataFrame, name: str, *, weight: str) -> float:
    known = rows[rows[name].notna() & rows[weight].gt(0)]
    return float(np.average(known[name].astype(float), weights=known[weight].astype(float))) if len(known) else np.nan


def _average_by(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """First place and rank of each group, weighted by impressions; missing where no export tells them."""
    grouped = rows.groupby(by)
    return pd.DataFrame({name: {key: _average(part, name, weight="impressions") for key, part in grouped}
                         for name in PLACE}, dtype=float)  # fmt: skip


def sum_words(ad_days: pd.DataFrame) -> pd.DataFrame:
    """One row a search word: the sums of its ads, and ``first_place_share`` and ``rank`` as an impression saw them."""
    return sum_ads(ad_days, by="keyword").join(_average_by(ad_days, "keyword")).rename_axis("keyword").reset_index()


def _sum_keywords(ad_days: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    sums = sum_words(ad_days)
    grouped = sums.assign(group=group_words(sums["keyword"], campaign=campaign))
    ordered = grouped.sort_values(["spend_cny", "keyword"], ascending=[False, True], na_position="last")
    return _add_rates(ordered.reset_index(drop=True))


def _sum_word_groups(keywords: pd.DataFrame) -> pd.DataFrame:
    grouped = keywords.groupby("group")
    sums = grouped[["spend_cny", "impressions", "clicks", "leads"]].sum(min_count=1)
    rows = (
        sums.assign(n_keywords=grouped.size()).join(_average_by(keywords, "group")).rename_axis("group").reset_index()
    )
    return _add_rates(rows.sort_values("spend_cny", ascending=False, na_position="last", ignore_index=True))


def _add_rates(rows: pd.DataFrame) -> pd.DataFrame:
    clicks, shown = rows["clicks"].astype(float), rows["impressions"].astype(float)
    return rows.assign(
        click_rate=(clicks / shown).where(shown > 0),
        cost_per_click_cny=(rows["spend_cny"].astype(float) / clicks).where(clicks > 0),
    )


def group_words(keywords: pd.Series, *, campaign: Campaign) -> pd.Series:
    """Name the group of each keyword: the brand's names, else the first theme with a word of it, else other."""
    words = keywords.astype("str").str.casefold()
    groups = {BRAND_WORDS: campaign.brand_names} | {theme.name: theme.keywords for theme in campaign.themes}
    found = pd.Series(OTHER_WORDS, index=keywords.index, dtype="str")
    for name, parts in reversed(groups.items()):
        hits = [words.str.contains(part.casefold(), regex=False) for part in parts]
        found = found.mask(np.logical_or.reduce(hits), name) if hits else found
    return found


class Money(NamedTuple):
    """What `summarise_money` found.

    Attributes
    ----------
    ledger : of `ledger.make_ledger`.
    note_costs : one row a note with any cost: who, what, ``content_cny``, ``ads_cny``, ``total_cny``, dearest first.
    outcome_costs : of `costs.cost_outcomes`.
    kfs : of `kfs.summarise_kfs`; its ``grid`` is the cost grid.
    funnel : of `funnel.summarise_funnel`.
    attribution : of `attribution.attribute_outcomes`: which outcomes the campaign may call its own.
    """

    ledger: Ledger
    note_costs: pd.DataFrame
    outcome_costs: pd.DataFrame
    kfs: Kfs
    funnel: Funnel
    attribution: Attribution


def summarise_money(found: Results, *, tables: Mapping[str, pd.DataFrame], campaign: Campaign) -> Money:
    """Put together what the campaign cost and what came of it.

    Parameters
    ----------
    found : of `summary.summarise_results`.
    tables : the canonical tables by name.
    """
    notes, ledger, attribution = found.notes, found.ledger, attribute_outcomes(tables, campaign)
    leads = attribution.get("leads")
    about = ["note_id", "title", "creator_name", "tier", "format", "content_cny", "ads_cny", "total_cny"]
    paid = notes.loc[notes["total_cny"].notna(), about].sort_values("total_cny", ascending=False, kind="stable")
    return Money(
        ledger,
        paid.reset_index(drop=True),
        cost_outcomes(attribution.metrics.set_index("metric")["attributed"], ledger=ledger),
        summarise_kfs(
            notes, totals=found.totals, ledger=ledger, ad_days=tables["ad_days"], leads=leads, campaign=campaign
        ),
        summarise_funnel(notes, outcomes=attribution.rows, codes=tables["codes"]),
        attribution,
    )
