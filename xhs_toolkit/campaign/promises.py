"""What may be promised, what judges each objective, and of which promise less is better."""

from __future__ import annotations

from collections.abc import Mapping

OBJECTIVE_METRICS: Mapping[str, tuple[str, ...]] = {
    "awareness": ("exposure", "views", "click_rate", "cost_per_view_cny"),
    "trust": ("engagement", "cost_per_engagement_cny", "views"),
    "sales": ("orders", "sales_cny", "foot_traffic", "engagement"),
    "leads": ("leads", "qualified_leads", "engagement"),
}
"""What judges each objective, the first above all; names of `campaign.Targets`."""

OBJECTIVE_OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "awareness": ("brand_search_index", "site_sessions", "foot_traffic", "orders", "sales"),
    "trust": ("brand_search_index", "site_sessions", "orders", "sales"),
    "sales": ("sales", "orders", "foot_traffic"),
    "leads": ("qualified_leads", "leads", "site_sessions"),
}
"""Figures of the client's that tell of each objective, the most telling first."""

HEROES: Mapping[str, tuple[str, ...]] = {
    "awareness": ("exposure", "cpm_cny"),
    "trust": ("engagement", "collects"),
    "sales": ("sales_cny", "sales_return_ratio", "sales_lift_share"),
    "leads": ("leads", "cost_per_lead_cny"),
}
"""Figures that answer each objective: the first two that are measured stand first and large."""

LOW_IS_GOOD = frozenset({"cost_per_view_cny", "cost_per_engagement_cny"})
"""Promises that are kept by what lies below them."""


def order_metrics(metrics: tuple[str, ...], *, objective: str) -> list[str]:
    """The metrics with those that answer the objective first, then those that judge it.

    >>> order_metrics(("views", "leads", "qualified_leads"), objective="leads")
    ['leads', 'qualified_leads', 'views']
    """
    ordered = dict.fromkeys([*HEROES[objective], *OBJECTIVE_METRICS[objective], *metrics])
    return [name for name in ordered if name in metrics]
