"""The bookings: what was agreed, sent, posted and paid, and for how much. One row an item; the ledger fills them."""

from __future__ import annotations

from xhs_toolkit.tables.common import CREATOR_ID, CREATOR_NAME, FORMAT, NOTE_ID, PROVENANCE
from xhs_toolkit.tables.schema import Column, Table

CONTENT_ITEMS = ("creator_fee", "service_fee", "rebate", "product", "shipping")
AD_ITEMS = ("feed_ads", "video_feed_ads", "search_ads", "mixed_ads")
ITEMS = (*CONTENT_ITEMS, *AD_ITEMS, "other")
"""What money is spent on. Mixed ads run in feed and search alike, or no report says where they ran."""

STATES = ("proposed", "agreed", "sent", "posted", "paid", "cancelled")
"""How far an item has come, in this order; a cancelled one costs nothing."""

DELIVERED = ("posted", "paid")
"""States whose amounts are what the campaign cost; `COMMITTED` are still to come."""
COMMITTED = ("agreed", "sent")

FEE_KINDS = ("quoted", "agreed", "paid")
AMOUNT_SOURCES = ("invoice", "order_report", "note_export", "agreed_fee", "quote", "ad_report", "book")
"""Where an amount comes from, the strongest first: of several that tell one item of one note, one counts."""

CURRENCY_SOURCES = ("header", "number_format", "cell", "line_above", "platform", "campaign", "taught")

CURRENCY = Column("currency", "text", "Currency", "币种", "ISO currency of the amount as written")
CURRENCY_SOURCE = Column(
    "currency_source",
    "choice",
    "Evidence for the currency",
    "币种依据",
    "What tells the currency: the header, the cell's number format, the cell, a line above the table, the platform, "
    "the campaign's settings, or an answer that a person gave",
    options=CURRENCY_SOURCES,
)
STATE = Column("state", "choice", "State", "进度", "How far the item has come", options=STATES)

BOOKINGS = Table(
    "bookings",
    "Bookings",
    "合作台账",
    "one item of money of one creator's note, or of the campaign as a whole",
    ("item", "creator_id", "creator_name", "note_id", "placement_id", "source_file", "source_row"),
    (
        CREATOR_ID,
        CREATOR_NAME,
        NOTE_ID,
        Column("placement_id", "text", "Order id", "订单ID", "Dandelion order, as text"),
        FORMAT,
        Column("item", "choice", "Item", "费用项", "What the money is for", required=True, options=ITEMS),
        Column("state", "choice", "State", "进度", STATE.meaning, required=True, options=STATES),
        Column("date", "date", "Date", "日期", "Day of the invoice or of the spend; missing where no file tells"),
        Column("amount", "number", "Amount", "金额", "As written, without GST; negative for a rebate or a credit"),
        CURRENCY,
        CURRENCY_SOURCE,
        Column("cny_per_unit", "number", "Rate", "汇率", "CNY that one unit of the currency cost", minimum=0),
        Column("rate_date", "date", "Day of the rate", "汇率日期", "Day of that rate; missing for CNY"),
        Column(
            "amount_cny", "number", "Amount in CNY", "金额（元）", "Amount × rate; missing without a rate", unit="CNY"
        ),
        Column("gst", "number", "GST", "GST", "Goods and services tax on top, in the amount's currency"),
        Column(
            "amount_source",
            "choice",
            "Source of the amount",
            "金额来源",
            "Kind of source that was chosen for this item of this note",
            required=True,
            options=AMOUNT_SOURCES,
        ),
        *PROVENANCE,
    ),
)
