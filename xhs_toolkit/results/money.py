"""What was paid and what it bought, in one go: ledger, cost grid, content and ads, funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.attribution import Attribution, attribute_outcomes
from xhs_toolkit.ledger import Ledger
from xhs_toolkit.results.costs import cost_outcomes
from xhs_toolkit.results.funnel import Funnel, summarise_funnel
from xhs_toolkit.results.kfs import Kfs, summarise_kfs

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.results.summary import Results


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
