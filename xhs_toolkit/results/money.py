"""What was paid and what it bought, in one go: ledger, unit costs, plan, content and ads, funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.attribution import THROUGH, Attribution, attribute_outcomes
from xhs_toolkit.plans import Plan
from xhs_toolkit.results.costs import compare_unit_costs, compare_with_plan, split_traffic
from xhs_toolkit.results.funnel import Funnel, summarise_funnel
from xhs_toolkit.results.kfs import Kfs, summarise_kfs
from xhs_toolkit.results.ledger import Ledger, make_ledger, sum_note_ads

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.results.summary import Results


class Money(NamedTuple):
    """What `summarise_money` found.

    Attributes
    ----------
    ledger : of `ledger.make_ledger`.
    traffic : the campaign's notes with organic figures set apart (`costs.split_traffic`).
    note_costs : one row a note with any cost: who, what, ``content_cny``, ``ads_cny``, ``total_cny``, dearest first.
    units : of `costs.compare_unit_costs`, the rows that could be measured.
    plan : of `costs.compare_with_plan`; empty where no plan was accepted.
    kfs : of `kfs.summarise_kfs`.
    funnel : of `funnel.summarise_funnel`.
    attribution : of `attribution.attribute_outcomes`: which outcomes the campaign may call its own.
    """

    ledger: Ledger
    traffic: pd.DataFrame
    note_costs: pd.DataFrame
    units: pd.DataFrame
    plan: pd.DataFrame
    kfs: Kfs
    funnel: Funnel
    attribution: Attribution


def summarise_money(
    found: Results, *, tables: Mapping[str, pd.DataFrame], plan: Plan | None, campaign: Campaign
) -> Money:
    """Put together what the campaign cost and what came of it.

    Parameters
    ----------
    found : of `summary.summarise_results`.
    tables : the canonical tables by name.
    plan : of `plans.read_plan`; None where no plan was accepted.
    """
    ads = sum_note_ads(tables["ad_days"])
    ledger = make_ledger(tables, notes=found.notes, campaign=campaign)
    notes = split_traffic(found.notes, ad_days=tables["ad_days"], ledger=ledger)
    attribution = attribute_outcomes(tables, campaign)
    outcomes = attribution.rows[attribution.rows["by"].isin(THROUGH)]
    units = compare_unit_costs(notes, ledger=ledger, ad_days=ads, outcomes=outcomes, codes=tables["codes"])
    checked = compare_with_plan(found.totals, plan=plan, ledger=ledger)
    costs = notes[["note_id", "title", "creator_name", "tier", "format"]].merge(ledger.notes, on="note_id")
    paid = costs[costs["total_cny"].notna()].sort_values("total_cny", ascending=False, kind="stable")
    return Money(
        ledger,
        notes,
        paid,
        units[units["unit_cost_cny"].notna()],
        pd.DataFrame() if checked is None else checked.rows,
        summarise_kfs(notes, ledger=ledger, ad_days=tables["ad_days"], campaign=campaign),
        summarise_funnel(found.notes, outcomes=attribution.rows, codes=tables["codes"]),
        attribution,
    )
