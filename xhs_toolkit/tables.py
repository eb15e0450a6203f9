"""The canonical tables: what a creator, note, placement, ad day and outcome row is.

One `Table` names its columns, and each `Column` says what it holds, in which unit, within
which range, and what it is called in English and Chinese. The codebook page, the checks, the
labels of the report and the number formats are all derived from here.

Storage follows the column's `kind`: text and choices are ``str``, counts, numbers, shares and
money are ``float64``, times are ``datetime64[us, UTC]``, dates are ``datetime64[us]``, flags are
``boolean``. Missing is NaN / NaT / <NA>, never 0 and never an empty string.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from xhs_toolkit.errors import Problem, TableError

Kind = Literal["text", "choice", "count", "number", "share", "money", "time", "date", "flag"]

STORAGE: dict[str, str] = {
    "text": "str",
    "choice": "str",
    "count": "float64",
    "number": "float64",
    "share": "float64",
    "money": "float64",
    "time": "datetime64[us, UTC]",
    "date": "datetime64[us]",
    "flag": "boolean",
}
NUMERIC = {"count", "number", "share", "money"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    label_en: str
    label_zh: str
    meaning: str
    unit: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def storage(self) -> str:
        """The pandas dtype that holds this column."""
        return STORAGE[self.kind]

    @property
    def lowest(self) -> float | None:
        """Smallest value allowed: 0 for counts, shares and money unless said otherwise."""
        if self.minimum is not None:
            return self.minimum
        return 0.0 if self.kind in {"count", "share", "money"} else None

    @property
    def highest(self) -> float | None:
        """Largest value allowed: 1 for shares unless said otherwise."""
        if self.maximum is not None:
            return self.maximum
        return 1.0 if self.kind == "share" else None


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: its columns and what tells one row from another."""

    name: str
    label_en: str
    label_zh: str
    one_row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame without rows that has every column in its storage type."""
        return conform(pd.DataFrame(), self)


FORMATS = ("image", "video")
SCOPES = ("everyday", "paid")
PLACEMENT_KINDS = ("feed", "search", "video_feed", "site_wide")
AD_LEVELS = ("account", "campaign", "unit", "creative", "note", "keyword")
OUTCOME_METRICS = (
    "sales",
    "orders",
    "leads",
    "qualified_leads",
    "foot_traffic",
    "site_sessions",
    "brand_search_index",
)
AS_OF_SOURCES = ("column", "file_properties", "file_name", "file_modified")

_CREATOR_ID = Column("creator_id", "text", "Creator id", "博主ID", "The platform's user id of the creator")
_CREATOR_NAME = Column("creator_name", "text", "Creator", "博主", "Nickname as exported")
_NOTE_ID = Column("note_id", "text", "Note id", "笔记ID", "The platform's note id, as text")
_FORMAT = Column("format", "choice", "Format", "体裁", "Image note or video note", options=FORMATS)
_AS_OF = Column("as_of", "time", "As of", "数据时间", "When the row's figures were true")
_AS_OF_SOURCE = Column(
    "as_of_source",
    "choice",
    "Source of the as-of time",
    "数据时间来源",
    "Where the as-of time was found: a column, the file's own properties, its name, or its date on disk",
    options=AS_OF_SOURCES,
)
_LOWER_BOUNDS = Column(
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


def _count(name: str, en: str, zh: str, meaning: str) -> Column:
    return Column(name, "count", en, zh, meaning)


def _share(name: str, en: str, zh: str, meaning: str) -> Column:
    return Column(name, "share", en, zh, meaning, unit="fraction")


def _money(name: str, en: str, zh: str, meaning: str) -> Column:
    return Column(name, "money", en, zh, meaning, unit="CNY")


CREATORS = Table(
    "creators",
    "Creators",
    "博主",
    "one creator as one source showed it at one time",
    ("creator_id", "as_of", "source"),
    (
        _CREATOR_ID,
        _CREATOR_NAME,
        Column("xhs_number", "text", "XHS number", "小红书号", "The public account number (小红书号), as text"),
        _AS_OF,
        _AS_OF_SOURCE,
        _count("followers", "Followers", "粉丝数", "Followers"),
        _count("likes_and_collects", "Likes and collects", "获赞与收藏", "Likes and collects over the account's life"),
        _count("n_notes", "Notes", "笔记数", "Notes posted over the account's life"),
        Column("category", "text", "Category", "类目", "Main content category as the source names it"),
        Column("tags", "text", "Tags", "标签", "Content tags, separated by commas"),
        Column("place", "text", "Place", "地区", "Where the creator is, as the source names it"),
        Column("gender", "text", "Gender", "性别", "Gender as the source names it"),
        _money("image_price_cny", "Image price", "图文报价", "Asked price for an image note; missing when not offered"),
        _money("video_price_cny", "Video price", "视频报价", "Asked price for a video note; missing when not offered"),
        Column("health_level", "text", "Health level", "健康等级", "The platform's health level of the account"),
        Column("platform_level", "text", "Platform level", "平台等级", "The platform's growth level of the account"),
        _share("active_fan_share", "Active fans", "活跃粉丝占比", "Share of fans active in the last weeks"),
        _share("female_fan_share", "Female fans", "女性粉丝占比", "Share of fans who are women"),
        _share("fan_age_under_18_share", "Fans under 18", "粉丝年龄<18占比", "Share of fans aged under 18"),
        _share("fan_age_18_24_share", "Fans 18–24", "粉丝年龄18-24占比", "Share of fans aged 18 to 24"),
        _share("fan_age_25_34_share", "Fans 25–34", "粉丝年龄25-34占比", "Share of fans aged 25 to 34"),
        _share("fan_age_35_44_share", "Fans 35–44", "粉丝年龄35-44占比", "Share of fans aged 35 to 44"),
        _share("fan_age_over_44_share", "Fans over 44", "粉丝年龄>44占比", "Share of fans aged over 44"),
        Column(
            "fan_interests", "text", "Fan interests", "粉丝兴趣", "Top interests with shares: 美食 0.114; 时尚 0.078"
        ),
        Column(
            "fan_places", "text", "Fan places", "粉丝地域", "Top places of fans with shares: 广东 0.125; 江苏 0.075"
        ),
        _LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

NOTES = Table(
    "notes",
    "Notes",
    "笔记",
    "one note as one source showed it at one time; the newest row of a note is its latest view",
    ("note_id", "as_of", "source"),
    (
        Column(
            "note_id",
            "text",
            "Note id",
            "笔记ID",
            "The platform's note id; where the export has none, 'posted:' and the moment of first posting",
            required=True,
        ),
        _CREATOR_ID,
        _CREATOR_NAME,
        Column("title", "text", "Title", "标题", "Title as exported; missing when the note has none"),
        Column("text", "text", "Text", "正文", "Body text"),
        Column("tags", "text", "Tags", "话题", "Hashtags, separated by commas"),
        _FORMAT,
        Column("scope", "choice", "Scope", "内容性质", "Everyday note or paid cooperation", options=SCOPES),
        Column("posted_at", "time", "Posted", "发布时间", "First posting"),
        _AS_OF,
        _AS_OF_SOURCE,
        _count("exposure", "Exposure", "曝光", "Times the note was shown, all sources"),
        _count("exposure_organic", "Organic exposure", "自然曝光", "Exposure the platform reports as organic (自然)"),
        _count("exposure_promoted", "Promoted exposure", "推广曝光", "Exposure bought through ads (推广)"),
        _count("exposure_heated", "Heated exposure", "加热曝光", "Exposure bought through heating (加热)"),
        _count("views", "Views", "阅读", "Times the note was opened or played, all sources"),
        _count("views_organic", "Organic views", "自然阅读", "Views the platform reports as organic (自然)"),
        _count("views_promoted", "Promoted views", "推广阅读", "Views bought through ads (推广)"),
        _count("views_heated", "Heated views", "加热阅读", "Views bought through heating (加热)"),
        _count("viewers", "Viewers", "阅读UV", "People who viewed"),
        _share(
            "cover_click_rate", "Cover click rate", "封面点击率", "The platform's own click-through rate of the cover"
        ),
        _count("likes", "Likes", "点赞", "Likes"),
        _count("collects", "Collects", "收藏", "Collects (saves)"),
        _count("comments", "Comments", "评论", "Comments"),
        _count("shares", "Shares", "分享", "Shares"),
        Column("follows", "number", "New followers", "涨粉", "Followers won; may be negative"),
        _count("bullet_comments", "Bullet comments", "弹幕", "Bullet comments on a video"),
        _count("engagement", "Engagement", "互动", "The platform's own engagement figure (互动量)"),
        Column("avg_view_s", "number", "Average view", "人均观看时长", "Average viewing time", unit="s", minimum=0),
        _count("followers", "Followers", "粉丝数", "The creator's followers, where the row has them"),
        Column("place", "text", "Place", "IP属地", "IP location shown on the note"),
        _LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

PLACEMENTS = Table(
    "placements",
    "Placements",
    "合作",
    "one paid cooperation with one creator",
    ("placement_id", "note_id", "as_of", "source"),
    (
        Column("placement_id", "text", "Order id", "订单ID", "Order id, as text; missing where the export has none"),
        _NOTE_ID,
        _CREATOR_ID,
        _CREATOR_NAME,
        _FORMAT,
        Column("posted_at", "time", "Posted", "发布时间", "First posting"),
        _AS_OF,
        _AS_OF_SOURCE,
        _money("price_cny", "Fee", "博主报价", "What the creator is paid"),
        _money("service_fee_cny", "Service fee", "服务费", "What the platform charges on top"),
        _money("product_cost_cny", "Product cost", "产品成本", "Cost of the product sent"),
        _money("shipping_cost_cny", "Shipping", "物流成本", "Cost of sending it"),
        Column("status", "text", "Status", "状态", "Status as the source names it"),
        *PROVENANCE,
    ),
)

AD_DAYS = Table(
    "ad_days",
    "Ad days",
    "投放",
    "one day of one advertising unit",
    ("date", "placement_kind", "campaign_id", "unit_id", "creative_id", "note_id", "keyword", "source"),
    (
        Column("date", "date", "Date", "日期", "Day in Beijing", required=True),
        Column("placement_kind", "choice", "Placement", "投放位置", "Where the ad ran", options=PLACEMENT_KINDS),
        Column("level", "choice", "Report level", "报表层级", "Level of the report", options=AD_LEVELS),
        Column("campaign_id", "text", "Plan id", "计划ID", "Plan id, as text"),
        Column("unit_id", "text", "Unit id", "单元ID", "Unit id, as text"),
        Column("creative_id", "text", "Creative id", "创意ID", "Creative id, as text"),
        _NOTE_ID,
        Column("keyword", "text", "Keyword", "关键词", "Search keyword"),
        _money("spend_cny", "Spend", "消费", "Ad spend"),
        _count("impressions", "Impressions", "展现量", "Times the ad was shown"),
        _count("clicks", "Clicks", "点击量", "Clicks; in video feed a 5-second view counts as one"),
        _count("engagement", "Engagement", "互动量", "Engagement within an hour of the click"),
        _count("leads", "Leads", "线索", "Leads reported by the platform"),
        *PROVENANCE,
    ),
)

OUTCOMES = Table(
    "outcomes",
    "Outcomes",
    "转化",
    "one figure of the client's own for one day and market",
    ("date", "market", "channel", "metric", "theme", "creator_id", "source"),
    (
        Column("date", "date", "Date", "日期", "Day in the market's own time", required=True),
        Column("market", "text", "Market", "市场", "Country, region or place"),
        Column("channel", "text", "Channel", "渠道", "Online, in store, or as the client names it"),
        Column("metric", "choice", "Figure", "指标", "What is counted", required=True, options=OUTCOME_METRICS),
        Column("value", "number", "Value", "数值", "The figure", minimum=0),
        Column("currency", "text", "Currency", "币种", "ISO currency for money"),
        Column("theme", "text", "Theme", "主题", "Theme, where a code or survey tells it"),
        _CREATOR_ID,
        *PROVENANCE,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (CREATORS, NOTES, PLACEMENTS, AD_DAYS, OUTCOMES)}


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Bring a frame to a table's columns, order and storage types; absent columns are missing.

    Columns the table does not have are dropped: a reader lists them before it calls this.
    """
    columns = {
        column.name: (
            frame[column.name].astype(column.storage)
            if column.name in frame
            else pd.Series(pd.NA, index=frame.index, dtype=column.storage)
            if column.kind == "flag"
            else pd.Series(None, index=frame.index, dtype=column.storage)
        )
        for column in table
    }
    return pd.DataFrame(columns, index=frame.index)


def check_table(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame conformed to `table`, or raise one `TableError` that lists every bad row."""
    conformed = conform(frame, table)
    problems = [problem for column in table for problem in _check_column(conformed, column)]
    if problems:
        raise TableError(f"{len(problems)} value(s) break the rules of table '{table.name}':", problems)
    return conformed


def find_bad_values(frame: pd.DataFrame, column: Column) -> pd.Series:
    """Mask of the rows whose value breaks the column's rule (missing counts only if required)."""
    values = frame[column.name]
    bad = pd.Series(False, index=frame.index)
    if column.required:
        bad |= values.isna()
    if column.options:
        bad |= values.notna() & ~values.isin(column.options)
    if column.kind in NUMERIC:
        if column.lowest is not None:
            bad |= (values < column.lowest).fillna(False)
        if column.highest is not None:
            bad |= (values > column.highest).fillna(False)
    return bad


def _check_column(frame: pd.DataFrame, column: Column) -> Iterator[Problem]:
    for _, row in frame[find_bad_values(frame, column)].iterrows():
        yield Problem(
            what=f"is not allowed in '{column.name}'" if pd.notna(row[column.name]) else "a value is required",
            fix=describe_rule(column),
            file=_text_or_none(row.get("source_file")),
            sheet=_text_or_none(row.get("source_sheet")),
            row=int(row["source_row"]) if pd.notna(row.get("source_row")) else None,
            column=column.name,
            value=row[column.name] if pd.notna(row[column.name]) else None,
        )


def _text_or_none(value: object) -> str | None:
    return str(value) if pd.notna(value) else None  # type: ignore[call-overload]


def describe_rule(column: Column) -> str:
    """What a column accepts, in words.

    >>> describe_rule(NOTES["cover_click_rate"])
    'a number of at least 0 and at most 1'
    """
    if column.options:
        return "one of " + ", ".join(column.options)
    if column.kind not in NUMERIC:
        return f"a {column.kind}"
    bounds = [
        f"at least {column.lowest:g}" if column.lowest is not None else "",
        f"at most {column.highest:g}" if column.highest is not None else "",
    ]
    allowed = " and ".join(bound for bound in bounds if bound)
    return f"a number of {allowed}" if allowed else "a number"
