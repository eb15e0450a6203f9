"""Money and what came of it: placements, orders, ads, invoices and the client's own outcomes."""

from __future__ import annotations

from xhs_toolkit.tables.bookings import CURRENCY, CURRENCY_SOURCE, FEE_KINDS, STATE
from xhs_toolkit.tables.common import (
    AD_LEVELS,
    AS_OF,
    AS_OF_SOURCE,
    CREATOR_ID,
    CREATOR_NAME,
    FORMAT,
    INVOICE_KINDS,
    NOTE_ID,
    OUTCOME_METRICS,
    PLACEMENT_KINDS,
    PROVENANCE,
    count,
    money,
)
from xhs_toolkit.tables.schema import Column, Table

CODE = Column("code", "text", "Code", "优惠码", "Discount code or link tag that the customer used")

PLACEMENTS = Table(
    "placements",
    "Placements",
    "合作",
    "one paid cooperation with one creator",
    ("placement_id", "note_id", "as_of", "source"),
    (
        Column("placement_id", "text", "Order id", "订单ID", "Order id, as text; missing where the export has none"),
        NOTE_ID,
        CREATOR_ID,
        CREATOR_NAME,
        FORMAT,
        Column("posted_at", "time", "Posted", "发布时间", "First posting"),
        AS_OF,
        AS_OF_SOURCE,
        money("price_cny", "Fee", "博主报价", "What the creator is paid"),
        money("service_fee_cny", "Service fee", "服务费", "What the platform charges on top"),
        money("product_cost_cny", "Product cost", "产品成本", "Cost of the product sent"),
        money("shipping_cost_cny", "Shipping", "物流成本", "Cost of sending it"),
        Column("amount", "number", "Fee as written", "原始报价", "Fee in the currency of the file", minimum=0),
        CURRENCY,
        CURRENCY_SOURCE,
        Column("fee_kind", "choice", "Kind of fee", "费用性质", "Asked, agreed or paid", options=FEE_KINDS),
        Column("status", "text", "Status", "状态", "Status as the source names it"),
        STATE,
        *PROVENANCE,
    ),
)

ORDERS = Table(
    "orders",
    "Orders",
    "订单",
    "one Dandelion order, which may hold several notes",
    ("placement_id", "as_of", "source"),
    (
        Column("placement_id", "text", "Order id", "订单ID", "Order id, as text"),
        Column("name", "text", "Cooperation", "合作名称", "Name of the cooperation"),
        Column("brand", "text", "Brand", "报备品牌", "Brand registered with the platform"),
        Column("product", "text", "Product", "spu名称", "Product (SPU) name"),
        AS_OF,
        AS_OF_SOURCE,
        Column("created_at", "time", "Created", "订单创建时间", "When the order was made"),
        Column("completed_at", "time", "Completed", "订单完成时间", "When the order was completed"),
        count("n_notes", "Notes", "笔记数", "Notes of the order"),
        count("n_creators", "Creators", "发布人数", "Creators of the order"),
        money("price_cny", "Fee", "博主报价", "What the creators are paid"),
        money("service_fee_cny", "Service fee", "服务费", "What the platform charges on top"),
        money("budget_cny", "Budget", "总预算", "Budget of the order"),
        money("spend_cny", "Spend", "总消耗", "Spent so far"),
        count("exposure", "Exposure", "曝光", "Exposure, all sources"),
        count("exposure_organic", "Organic exposure", "自然曝光", "Exposure reported as organic (自然)"),
        count("exposure_promoted", "Promoted exposure", "推广曝光", "Exposure bought through ads (推广)"),
        count("exposure_heated", "Heated exposure", "加热曝光", "Exposure bought through heating (加热)"),
        count("views", "Views", "阅读", "Views, all sources"),
        count("views_organic", "Organic views", "自然阅读", "Views reported as organic (自然)"),
        count("views_promoted", "Promoted views", "推广阅读", "Views bought through ads (推广)"),
        count("views_heated", "Heated views", "加热阅读", "Views bought through heating (加热)"),
        count("viewers", "Viewers", "阅读UV", "People who viewed"),
        count("engagement", "Engagement", "互动", "Engagement"),
        count("likes", "Likes", "点赞", "Likes"),
        count("collects", "Collects", "收藏", "Collects (saves)"),
        count("comments", "Comments", "评论", "Comments"),
        count("shares", "Shares", "分享", "Shares"),
        Column("follows", "number", "New followers", "关注", "Followers won; may be negative"),
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
        NOTE_ID,
        Column("keyword", "text", "Keyword", "关键词", "Search keyword"),
        money("spend_cny", "Spend", "消费", "Ad spend"),
        count("impressions", "Impressions", "展现量", "Times the ad was shown"),
        count("clicks", "Clicks", "点击量", "Clicks; in video feed a 5-second view counts as one"),
        count("engagement", "Engagement", "互动量", "Engagement within an hour of the click"),
        count("leads", "Leads", "线索", "Leads reported by the platform"),
        *PROVENANCE,
    ),
)

OUTCOMES = Table(
    "outcomes",
    "Outcomes",
    "转化",
    "one figure of the client's own for one day and market",
    ("date", "market", "channel", "lead_source", "metric", "theme", "code", "creator_id", "source"),
    (
        Column("date", "date", "Date", "日期", "Day in the market's own time", required=True),
        Column("market", "text", "Market", "市场", "Country, region or place"),
        Column("channel", "text", "Channel", "渠道", "Online, in store, or as the client names it"),
        Column("lead_source", "text", "Came through", "来源", "Where the customer came from, as a link or an answer tells it"),
        Column("metric", "choice", "Figure", "指标", "What is counted", required=True, options=OUTCOME_METRICS),
        Column("value", "number", "Value", "数值", "The figure", minimum=0),
        Column("currency", "text", "Currency", "币种", "ISO currency for money"),
        Column("theme", "text", "Theme", "主题", "Theme, where a code or survey tells it"),
        CODE,
        CREATOR_ID,
        CREATOR_NAME,
        *PROVENANCE,
    ),
)

CODES = Table(
    "codes",
    "Codes",
    "优惠码",
    "one code or link that tells whose note or which theme brought a customer",
    ("code", "creator_id", "source"),
    (
        CODE,
        CREATOR_ID,
        CREATOR_NAME,
        NOTE_ID,
        Column("theme", "text", "Theme", "主题", "Theme that the code stands for"),
        *PROVENANCE,
    ),
)

INVOICES = Table(
    "invoices",
    "Invoices",
    "发票",
    "one line of one invoice",
    ("invoice_id", "kind", "placement_id", "note_id", "source"),
    (
        Column("invoice_id", "text", "Invoice", "发票号", "Invoice number, as text"),
        Column("date", "date", "Date", "日期", "Date of the invoice", required=True),
        Column("kind", "choice", "Kind", "费用类型", "What was paid for", options=INVOICE_KINDS),
        Column("placement_id", "text", "Order id", "订单ID", "Dandelion order, where the line belongs to one"),
        NOTE_ID,
        CREATOR_NAME,
        Column("amount", "number", "Amount", "金额", "Amount without GST; negative for a credit"),
        Column("gst", "number", "GST", "GST", "Goods and services tax on top"),
        Column("currency", "text", "Currency", "币种", "ISO currency"),
        *PROVENANCE,
    ),
)
