"""K, F and S: what content earned, what Feed added, what Search caught, by note, by keyword and by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.exports import sum_ads
from xhs_toolkit.findings import Finding
from xhs_toolkit.results.ledger import MIXED_ADS, Ledger, name_ads, names_all_ads, sum_note_ads

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

STEPS = {"feed_ads": "feed", "video_feed_ads": "video_feed", "search_ads": "search", MIXED_ADS: "mixed"}
"""Item of the ledger → name of the step that comes after content."""

PLAYED = "video_feed"
"""The step whose views are plays of five seconds."""

AD_FIGURES = {"cny": "spend_cny", "exposure": "impressions", "clicks": "clicks"}
"""Ending of a step's column of a note → column of the ads."""

OTHER_WORDS = "other_words"
BRAND_WORDS = "brand_words"


class Kfs(NamedTuple):
    """What `summarise_kfs` found; missing where no file tells it.

    Attributes
    ----------
    steps : one row a step (kfs_content, feed, video_feed, search, mixed): ``spend_cny``, ``exposure``, ``views`` (of
        ads: clicks; in video feed plays of five seconds, compared with nothing), ``view_share`` of all views told,
        ``marginal_cost_per_view_cny``: what one more view cost in this step (of content: over the notes of which both
        the cost and the organic views are known).
    notes : one row a note that had ads, most spend first: ``content_cny``, ``exposure_organic``, ``views_organic``
        and, of each step of ads, ``feed_cny``, ``feed_exposure``, ``feed_clicks`` and so on.
    keywords : one row a keyword of search ads, most spend first: ``group``, ``spend_cny``, ``impressions``,
        ``clicks``, ``leads``, ``click_rate``, ``cost_per_click_cny``.
    word_groups : the same, one row a group: the brand's names, each theme, other words.
    finding : what is said first.
    """

    steps: pd.DataFrame
    notes: pd.DataFrame
    keywords: pd.DataFrame
    word_groups: pd.DataFrame
    finding: Finding


def summarise_kfs(notes: pd.DataFrame, *, ledger: Ledger, ad_days: pd.DataFrame, campaign: Campaign) -> Kfs:
    """Lay apart what content, Feed and Search brought.

    Parameters
    ----------
    notes : the campaign's notes, of `costs.split_traffic`.
    ledger : of `ledger.make_ledger`.
    ad_days : `tables.AD_DAYS`.
    """
    ours = ad_days[ad_days["note_id"].isna() | ad_days["note_id"].isin(notes["note_id"])]
    steps, keywords = _sum_steps(notes, ledger, ours), _sum_keywords(ours, campaign)
    by_note = _sum_notes(notes, ledger, sum_note_ads(ours))
    return Kfs(steps, by_note, keywords, _sum_word_groups(keywords), describe_steps(steps))


def describe_steps(steps: pd.DataFrame) -> Finding:
    """Say in which step one more view cost least, where two steps can be compared."""
    known = steps[steps["step"].ne(PLAYED)].dropna(subset="marginal_cost_per_view_cny")
    known = known.sort_values("marginal_cost_per_view_cny")
    if len(steps) < 2:
        return Finding("kfs.no_ads")
    if len(known) < 2:
        return Finding("kfs.not_separable")
    low, high = known.iloc[0], known.iloc[-1]
    costs = {
        "low_cost_per_view_cny": low["marginal_cost_per_view_cny"],
        "high_cost_per_view_cny": high["marginal_cost_per_view_cny"],
    }
    return Finding("kfs.steps", {"x": low["step"], "y": high["step"], **costs})


def _sum_steps(notes: pd.DataFrame, ledger: Ledger, ad_days: pd.DataFrame) -> pd.DataFrame:
    """Content first, then each kind of ad; the ads' money as the ledger has it."""
    cost = notes["note_id"].map(ledger.notes.set_index("note_id")["content_cny"])
    both = cost.notna() & notes["views_organic"].notna()
    content = {
        "step": "kfs_content",
        "spend_cny": cost.sum(min_count=1),
        "marginal_cost_per_view_cny": _divide(cost[both].sum(), notes.loc[both, "views_organic"].sum()),
        "exposure": notes["exposure_organic"].sum(min_count=1),
        "views": notes["views_organic"].sum(min_count=1),
    }
    bought = sum_ads(ad_days.assign(item=name_ads(ad_days)), by="item")
    spend = ledger.lines.groupby("item")["amount_cny"].sum()
    rows = [content]
    for item, step in STEPS.items():
        if item in bought.index or item in spend.index:
            found = bought.reindex([item]).iloc[0]
            figures = {"exposure": found["impressions"], "views": found["clicks"]}
            paid = float(spend.get(item, np.nan))
            marginal = _divide(paid, float(found["clicks"]))
            rows.append({"step": step, "spend_cny": paid, "marginal_cost_per_view_cny": marginal, **figures})
    steps = pd.DataFrame(rows).dropna(subset=["spend_cny", "exposure", "views"], how="all", ignore_index=True)
    views = steps["views"].astype(float).mask(steps["step"].eq(PLAYED))
    is_whole = views[steps["step"].ne(PLAYED)].notna().all() and notes["views_organic"].notna().all()
    return steps.assign(view_share=views / views.sum() if is_whole else np.nan)


def _divide(cost: float, views: float) -> float:
    return cost / views if views > 0 else float("nan")


def _sum_notes(notes: pd.DataFrame, ledger: Ledger, ads: pd.DataFrame) -> pd.DataFrame:
    about = ["note_id", "title", "creator_name", "tier", "theme", "format", "exposure_organic", "views_organic"]
    money = ledger.notes.set_index("note_id")["content_cny"]
    found = notes[about].assign(content_cny=notes["note_id"].map(money))
    is_whole = names_all_ads(ledger.lines)
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


def _sum_keywords(ad_days: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    sums = sum_ads(ad_days, by="keyword").reset_index()
    grouped = sums.assign(group=group_words(sums["keyword"], campaign=campaign))
    ordered = grouped.sort_values(["spend_cny", "keyword"], ascending=[False, True], na_position="last")
    return _add_rates(ordered.reset_index(drop=True))


def _sum_word_groups(keywords: pd.DataFrame) -> pd.DataFrame:
    grouped = keywords.groupby("group")
    sums = grouped[["spend_cny", "impressions", "clicks", "leads"]].sum(min_count=1)
    rows = sums.assign(n_keywords=grouped.size()).reset_index()
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
