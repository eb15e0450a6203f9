"""What is normal: tiers of creators, their peers, what they ask for a note, and the customs of each category."""

from __future__ import annotations

from xhs_toolkit.benchmarks.peers import (
    FULL_CELL,
    MIN_PEERS,
    Location,
    Peers,
    add_tier,
    find_percentiles,
    fit_common_slope,
    locate_among_peers,
    make_peers,
)
from xhs_toolkit.benchmarks.prices import (
    PUBLISHED_PRICES,
    VIDEO_PREMIUM,
    estimate_prices,
    find_industry_default,
    list_category_names,
    read_rate_card,
)

__all__ = [
    "FULL_CELL",
    "MIN_PEERS",
    "PUBLISHED_PRICES",
    "VIDEO_PREMIUM",
    "Location",
    "Peers",
    "add_tier",
    "estimate_prices",
    "find_industry_default",
    "find_percentiles",
    "fit_common_slope",
    "list_category_names",
    "locate_among_peers",
    "make_peers",
    "read_rate_card",
]
