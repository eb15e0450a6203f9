"""The agency's memory of finished campaigns, without names: what was usual, and how forecasts fared."""

from xhs_toolkit.history.memory import (
    History,
    Memory,
    add_campaign,
    coarsen_history,
    list_campaign_totals,
    list_earlier,
    list_forecasts,
    read_history,
    recall,
    remove_campaign,
    summarise_benchmarks,
)
from xhs_toolkit.history.place import Place, find_place, open_place
from xhs_toolkit.history.queries import MIN_CLIENTS, SETTLED_DAYS, HistoryComparison, compare_with_history
from xhs_toolkit.history.rows import COLUMNS

__all__ = [
    "COLUMNS",
    "MIN_CLIENTS",
    "SETTLED_DAYS",
    "History",
    "HistoryComparison",
    "Memory",
    "Place",
    "add_campaign",
    "coarsen_history",
    "compare_with_history",
    "find_place",
    "list_campaign_totals",
    "list_earlier",
    "list_forecasts",
    "open_place",
    "read_history",
    "recall",
    "remove_campaign",
    "summarise_benchmarks",
]
