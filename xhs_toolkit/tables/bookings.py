"""The words of the bookings: what money is spent on, how far an item has come, where its amount is from."""

from __future__ import annotations

from xhs_toolkit.tables.codebook import RECORDS

BOOKINGS = RECORDS["bookings"]

ITEMS = BOOKINGS["item"].options
CONTENT_ITEMS = ("creator_fee", "service_fee", "rebate", "product", "shipping")
AD_ITEMS = ("feed_ads", "video_feed_ads", "search_ads", "mixed_ads")
"""Mixed ads run in feed and search alike, or no report says where they ran."""

STATES = BOOKINGS["state"].options
"""How far an item has come, in this order; a cancelled one costs nothing."""

DELIVERED = ("posted", "paid")
"""States whose amounts are what the campaign cost; `COMMITTED` are still to come."""
COMMITTED = ("agreed", "sent")

AMOUNT_SOURCES = BOOKINGS["amount_source"].options
"""Where an amount comes from, the strongest first: of several that tell one item of one note, one counts."""
