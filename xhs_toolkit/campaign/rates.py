"""What a foreign currency is worth in CNY, each rate with its day: the budget's own, then the agency's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from xhs_toolkit.campaign.models import Campaign

HOME = "CNY"
ALIASES = {"RMB": HOME, "CNH": HOME}


class Rate(NamedTuple):
    """CNY that one unit of a currency costs, and on which day; CNY itself has no day."""

    cny_per_unit: float
    day: date | None


def list_rates(campaign: Campaign) -> dict[str, Rate]:
    """Return the rate of each currency that the settings tell; the budget's goes before the agency's."""
    rates = {each.currency: Rate(each.cny_per_unit, each.rate_date) for each in campaign.agency.exchange_rates}
    budget = campaign.budget
    if budget is not None and budget.cny_per_unit:
        rates[budget.currency] = Rate(float(budget.cny_per_unit), budget.rate_date)
    return {**rates, HOME: Rate(1.0, None)}
