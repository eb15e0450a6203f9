"""Columns and choices that several tables share."""

from __future__ import annotations

from xhs_toolkit.tables.schema import Column

FORMATS = ("image", "video")
SCOPES = ("everyday", "paid")
PLACEMENT_KINDS = ("feed", "search", "video_feed", "site_wide")
INVOICE_KINDS = ("creator_fee", "service_fee", "feed_ads", "search_ads", "product", "shipping", "rebate", "other")
AD_LEVELS = ("account", "campaign", "unit", "creative", "note", "keyword")
OUTCOME_METRICS = (
    "sales",
    "orders",
    "leads",
    "qualified_leads",
    "foot_traffic",
    "site_sessions",
    "brand_search_index",
    "live_viewers",
)
AS_OF_SOURCES = ("column", "file_properties", "file_name", "file_modified")

CREATOR_ID = Column("creator_id", "text", "Creator id", "博主ID", "The platform's user id of the creator")
CREATOR_NAME = Column("creator_name", "text", "Creator", "博主", "Nickname as exported")
NOTE_ID = Column("note_id", "text", "Note id", "笔记ID", "The platform's note id, as text")
FORMAT = Column("format", "choice", "Format", "体裁", "Image note or video note", options=FORMATS)
AS_OF = Column("as_of", "time", "As of", "数据时间", "When the row's figures were true")
AS_OF_SOURCE = Column(
    "as_of_source",
    "choice",
    "Source of the as-of time",
    "数据时间来源",
    "Where the as-of time was found: a column, the file's own properties, its name, or its date on disk",
    options=AS_OF_SOURCES,
)
LOWER_BOUNDS = Column(
    "lower_bounds",
    "text",
    "Lower bounds",
    "下限标记",
    "Names of the columns whose value is only a lower bound (10万+), separated by commas",
)
PROVENANCE = (
    Column("source", "text", "Source", "来源", "Kind of export the row came from", required=True),
    Column("source_file", "text", "File", "文件", "File name inside data/", required=True),
    Column("source_sheet", "text", "Sheet", "工作表", "Sheet name; missing for files without sheets"),
    Column("source_row", "count", "Row", "行号", "Row in the file, counted from 1 as Excel shows it", required=True),
    Column("synthetic", "flag", "Synthetic", "合成数据", "True where the file says its rows are invented"),
)


def count(name: str, en: str, zh: str, meaning: str) -> Column:
    """A column that holds a count of 0 or more."""
    return Column(name, "count", en, zh, meaning)


def share(name: str, en: str, zh: str, meaning: str) -> Column:
    """A column that holds a fraction between 0 and 1."""
    return Column(name, "share", en, zh, meaning, unit="fraction")


def money(name: str, en: str, zh: str, meaning: str) -> Column:
    """A column that holds an amount in CNY."""
    return Column(name, "money", en, zh, meaning, unit="CNY")
