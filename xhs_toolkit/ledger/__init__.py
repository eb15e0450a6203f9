"""What the campaign cost: bookings by note, item and state, each amount once, and the traffic to set it against."""

from xhs_toolkit.ledger.candidates import AD_ITEM_OF, name_ads, sum_note_ads
from xhs_toolkit.ledger.ledger import (
    SCOPES,
    Ledger,
    add_costs,
    add_organic_views,
    make_bookings,
    make_ledger,
    names_all_ads,
    split_traffic,
)

__all__ = [
    "AD_ITEM_OF",
    "SCOPES",
    "Ledger",
    "add_costs",
    "add_organic_views",
    "make_bookings",
    "make_ledger",
    "name_ads",
    "names_all_ads",
    "split_traffic",
    "sum_note_ads",
]
