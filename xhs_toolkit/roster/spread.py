"""How a roster spreads over tiers, personas, themes, places and audiences."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.roster.reach import AGE_COLUMNS

LISTED = ("tier", "personas", "themes", "place", "category")
"""The candidates' columns that it spreads over; several values of one creator are joined by ``; ``."""

AGES = dict(zip(AGE_COLUMNS, ("< 18", "18–24", "25–34", "35–44", "> 44"), strict=True))

SPREAD = ["spread_over", "part", "n_creators", "n_notes", "cost_cny", "expected_share"]


def spread_roster(chosen: pd.DataFrame, *, metric: str) -> pd.DataFrame:
    """Say how many creators and notes, how much money and what share of the expected falls to each part.

    Parameters
    ----------
    chosen : one row a note: ``creator_id``, ``cost_cny``, ``{metric}_mean`` and those of `LISTED` and
        `AGES` that are known. What tells nobody apart (one part alone) is left out.

    Returns
    -------
    Columns `SPREAD`; of audiences (``fan_age``) only the share of the expected is known, over notes whose fans are.
    """
    tables = [_spread_over(chosen, column, metric) for column in LISTED if column in chosen]
    found = [table for table in (*tables, _spread_ages(chosen, metric)) if len(table) > 1]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=SPREAD)


def _spread_over(chosen: pd.DataFrame, column: str, metric: str) -> pd.DataFrame:
    parts = chosen[column].astype("str").str.split("; ")
    each = chosen.assign(part=parts).explode("part")
    each = each[each["part"].notna() & each["part"].ne("")]
    grouped = each.groupby("part", sort=False)
    counts = grouped.agg(
        n_creators=("creator_id", "nunique"), n_notes=("creator_id", "size"), cost_cny=("cost_cny", "sum")
    )
    share = grouped[f"{metric}_mean"].sum() / chosen[f"{metric}_mean"].sum()
    found = counts.assign(expected_share=share, spread_over=column).sort_values("expected_share", ascending=False)
    return found.reset_index()[SPREAD]


def _spread_ages(chosen: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Share of the expected that falls to each age of the fans, where the files tell it."""
    ages = chosen.reindex(columns=list(AGE_COLUMNS)).astype(float)
    known = ages.notna().all(axis=1) & ages.sum(axis=1).gt(0)
    expected = chosen.loc[known, f"{metric}_mean"]
    shares = ages[known].div(ages[known].sum(axis=1), axis=0).mul(expected, axis=0).sum() / expected.sum()
    found = shares.rename(AGES).rename_axis("part").rename("expected_share").reset_index()
    return found.assign(spread_over="fan_age").reindex(columns=SPREAD).iloc[: len(found) * known.any()]
