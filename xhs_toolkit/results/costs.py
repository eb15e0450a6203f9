"""What content and each kind of ads cost and brought, and what an outcome cost."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.exports import sum_ads
from xhs_toolkit.ledger import Ledger, name_ads
from xhs_toolkit.tables.codebook import AD_ITEMS

COUNTED = ("exposure", "views", "engagement")
UNIT_COSTS = {
    "cpm_cny": ("exposure", 1_000.0),
    "cost_per_view_cny": ("views", 1.0),
    "cost_per_engagement_cny": ("engagement", 1.0),
    "cost_per_lead_cny": ("leads", 1.0),
}
"""Unit cost → what it divides by, and of how many it is the cost."""

FIGURES = ("spend_cny", *COUNTED, "leads")
AD_FIGURES = {"impressions": "exposure", "clicks": "views", "engagement": "engagement", "leads": "leads"}
STEPS = dict(zip(AD_ITEMS, ("feed", "video_feed", "search", "mixed"), strict=True))
"""Item of ads → its row of the grid."""

CONTENT, REST, OTHER, TOTAL = "kfs_content", "not_told_apart", "other", "total"
TOLERANCE: float = assume("results.count_tolerance")


def make_grid(
    notes: pd.DataFrame, *, totals: pd.DataFrame, ledger: Ledger, ad_days: pd.DataFrame, leads: float
) -> pd.DataFrame:
    """Lay out what content and each kind of ads cost and brought; the rows sum to the last one.

    Content brought what is organic; of engagement, what the ads did not bring within an hour of the click. Of ads a
    click counts as a view, in video feed a play of five seconds. What no file tells apart has a row of its own.

    Parameters
    ----------
    notes : the campaign's notes, with organic figures (`ledger.split_traffic`).
    totals : of `Results`: the ratios of content and of everything.
    ad_days : `tables.AD_DAYS` of the campaign.
    leads : what the campaign may call its own, NaN where nothing tells.

    Returns
    -------
    One row a ``step`` (kfs_content, feed, video_feed, search, mixed, other, not_told_apart, total): ``spend_cny``,
    ``exposure``, ``cpm_cny``, ``views``, ``cost_per_view_cny``, ``engagement``, ``cost_per_engagement_cny``, ``leads``,
    ``cost_per_lead_cny``. Each unit cost is of its row's spend and figure; content's and the total's are those of
    `Results.totals`, over the notes of which both are known.
    """
    total = totals.iloc[0]
    whole = {name: float(total[name]) for name in COUNTED} | {"spend_cny": ledger.total_cny, "leads": leads}
    ads = _list_ads(ledger, ad_days)
    content = {"exposure": notes["exposure_organic"].sum(min_count=1), "views": notes["views_organic"].sum(min_count=1)}
    bought = ads["engagement"].sum(skipna=False) if len(ads) else 0.0
    content |= {"engagement": max(whole["engagement"] - bought, 0.0), "spend_cny": ledger.sum_scope("content")}
    rows = pd.DataFrame([{"step": CONTENT, **content}, *ads.to_dict("records")], columns=["step", *FIGURES])
    other = {"step": OTHER, "spend_cny": ledger.sum_scope("other")}
    parts = pd.concat([rows, pd.DataFrame([other])]).dropna(subset=list(FIGURES), how="all")
    rest = _find_rest(parts, whole)
    grid = pd.concat([parts, rest, pd.DataFrame([{"step": TOTAL, **whole}])], ignore_index=True)
    return _add_unit_costs(grid, total)


def _list_ads(ledger: Ledger, ad_days: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of ads; its spend is the ledger's."""
    brought = sum_ads(ad_days.assign(item=name_ads(ad_days)), by="item").rename(columns=AD_FIGURES)
    spend = ledger.items.set_index("item")["amount_cny"]
    items = [item for item in AD_ITEMS if item in brought.index or item in spend.index]
    rows = brought.reindex(items)[list(AD_FIGURES.values())].astype(float)
    named = rows.assign(step=[STEPS[item] for item in items], spend_cny=spend.reindex(items).to_numpy(dtype=float))
    return named.reset_index(drop=True)


def _find_rest(parts: pd.DataFrame, whole: Mapping[str, float]) -> pd.DataFrame:
    """What the whole has more or less than its parts, where the files tell parts of both."""
    gaps = {name: whole[name] - float(parts[name].sum()) for name in FIGURES if parts[name].notna().any()}
    known = {name: gap for name, gap in gaps.items() if abs(gap) >= TOLERANCE}
    return pd.DataFrame([{"step": REST, **known}]) if known else pd.DataFrame()


def _add_unit_costs(grid: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    """Spend over what it brought, of rows that have both; the ratios of the results where they are made there."""
    is_part = ~grid["step"].isin([REST, OTHER])
    costs = {
        name: (each * grid["spend_cny"] / grid[unit]).where(is_part & grid[unit].gt(0))
        for name, (unit, each) in UNIT_COSTS.items()
    }
    made = grid.assign(**costs)
    known = {(TOTAL, name): name for name in UNIT_COSTS} | {(CONTENT, "cost_per_view_cny"): "cost_per_organic_view_cny"}
    known |= {(CONTENT, "cpm_cny"): "content_cpm_cny"}
    for (step, column), name in known.items():
        if name in total:
            made.loc[made["step"].eq(step), column] = float(total[name])
    columns = ["step", "spend_cny", "exposure", "cpm_cny", "views", "cost_per_view_cny", "engagement"]
    return made[[*columns, "cost_per_engagement_cny", "leads", "cost_per_lead_cny"]]


def cost_outcomes(attributed: pd.Series, *, ledger: Ledger) -> pd.DataFrame:
    """Everything that was spent over each outcome that the campaign may call its own.

    Parameters
    ----------
    attributed : count by figure of `tables.OUTCOMES`; amounts are no counts and are left out.

    Returns
    -------
    One row an ``outcome``: ``n_units``, ``unit_cost_cny``.
    """
    known = attributed.drop("sales", errors="ignore").astype(float)
    known = known[known > 0]
    table = pd.DataFrame({"n_units": known, "unit_cost_cny": ledger.total_cny / known})
    return table.rename_axis("outcome").reset_index().dropna(subset="unit_cost_cny")
