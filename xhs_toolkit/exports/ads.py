"""Advertising days added up, each day once: reports of several levels show the same spend again."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem

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
