"""What no platform prescribes: the client's own figures, invoices, follower histories, rankings, medians typed by hand.

Their layouts are the toolkit's own; ``templates/campaign/csv_templates/`` holds one empty csv of each. Other names
and languages of the same columns are understood as in any other export.
"""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import (
    Result,
    fill_creator_id_from_link,
    fill_note_id_from_link,
    make_translation,
    report_rows,
)

WHO = ("creator_id", "creator_name", "creator_link")
CREATOR = {
    "creator_id": ("creator_id", "博主ID", "用户ID"),
    "creator_name": ("creator_name", "博主", "博主昵称", "创作者", "昵称", "达人昵称", "达人", "达人名称"),
    "creator_link": ("creator_link", "主页链接", "博主主页链接"),
}
NOTE = {"note_id": ("note_id", "笔记ID"), "note_link": ("note_link", "笔记链接")}

# ------------------------------------------------------------------------------- the client's outcomes

METRIC_WORDS = {
    "sales": "sales 销售额 营业额 revenue gmv 成交额 turnover sales_amount 支付金额",
    "orders": "orders 订单 订单数 订单量 成交订单数 purchases",
    "leads": "leads 线索 线索数 留资 留资数 enquiries inquiries",
    "qualified_leads": "qualified_leads 有效线索 有效线索数 合格线索 qualified mql sql valid_leads",
    "foot_traffic": "foot_traffic 客流 客流量 到店 到店人数 进店人数 store_visits footfall visitors_in_store",
    "site_sessions": "site_sessions sessions 网站会话 会话数 官网访问量 网站访问量 website_sessions web_sessions",
    "brand_search_index": "brand_search_index 品牌搜索指数 品牌搜索量 brand_search brand_searches",
    "live_viewers": "live_viewers 直播观看人数 直播观众 直播间观看 live_audience live_views",
}
"""Canonical metric → what clients call it."""

YES_NO = "qualified"
"""A word for a figure among the values; as a header it means yes or no."""

WIDE = {
    f"metric_{metric}": tuple(word for word in words.split() if word != YES_NO)
    for metric, words in METRIC_WORDS.items()
}
WHERE = {
    "date": ("date", "日期", "day", "下单日期", "订单日期", "order date", "统计日期", "数据日期"),
    "market": ("market", "市场", "country", "国家", "地区", "region", "城市"),
    "channel": ("channel", "渠道", "sales channel", "销售渠道"),
    "lead_source": (
        *("source", "来源", "lead source", "utm_source", "traffic source", "referral source", "referrer", "heard from"),
        *(
            "how did you hear about us",
            "客户来源",
            "线索来源",
            "订单来源",
            "流量来源",
            "渠道来源",
            "来源渠道",
            "获客渠道",
        ),
        *("了解渠道", "得知渠道", "您是从哪里了解到我们的"),
    ),
    "theme": ("theme", "主题", "内容主题"),
    "code": (
        "code",
        "优惠码",
        "折扣码",
        "promo code",
        "discount code",
        "coupon code",
        "voucher code",
        "邀请码",
        "口令",
    ),
    "currency": ("currency", "币种", "货币"),
    **CREATOR,
}


def fill_channel(rows: pd.DataFrame) -> Result:
    """Take where customers came from for the channel, where the file has no other."""
    if "lead_source" not in rows or "channel" in rows:
        return rows, []
    return rows.assign(channel=rows["lead_source"]), []


def spread_metrics(rows: pd.DataFrame) -> Result:
    """One row a figure, where the file has a column for each (``metric_sales``, ``metric_orders`` …)."""
    wide = [name for name in WIDE if name in rows]
    parts = [
        rows.drop(columns=wide).assign(metric=name.removeprefix("metric_"), value=rows[name].astype(float))
        for name in wide
    ]
    joined = pd.concat(parts).astype({"metric": "str"})
    if "currency" in joined:
        joined["currency"] = joined["currency"].where(joined["metric"].eq("sales"))
    return joined[joined["value"].notna()].sort_values("source_row", kind="stable").reset_index(drop=True), []


WRITE_YES = "write yes or no"


def count_leads(rows: pd.DataFrame) -> Result:
    """One row a lead → leads and qualified leads a day, market, channel, theme, code and creator.

    A lead listed twice under one ``lead_id`` counts once. Where a lead's yes or no is missing, the qualified leads
    of its group are not known.
    """
    rows, problems = _drop_repeated_leads(rows)
    unknown = rows["qualified"].isna()
    problems += report_rows(
        rows[unknown], "qualified", "says neither yes nor no: how many qualified is not known", WRITE_YES
    )
    by = [name for name in (*WHERE, "as_of") if name in rows]
    group = rows.groupby(by, dropna=False, sort=False).ngroup()
    base = rows.drop(columns="qualified").loc[~group.duplicated()]
    yes = rows["qualified"].astype(float).groupby(group, sort=False)
    counted = {"leads": yes.size(), "qualified_leads": yes.agg(lambda values: values.sum(skipna=False))}
    parts = [base.assign(metric=name, value=values.to_numpy(dtype=float)) for name, values in counted.items()]
    return pd.concat(parts, ignore_index=True).astype({"metric": "str"}), problems


def _drop_repeated_leads(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if "lead_id" not in rows:
        return rows, []
    again = rows["lead_id"].notna() & rows["lead_id"].duplicated()
    told = report_rows(rows[again], "lead_id", "is listed before and counts once", "nothing, if it is one person")
    return rows[~again].drop(columns="lead_id"), told


OUTCOMES = Layout(
    kind="client_outcomes",
    title="client's figures, one a row",
    table="outcomes",
    columns={**WHERE, "metric": ("metric", "指标", "figure"), "value": ("value", "数值", "amount", "值")},
    required=(("date",), ("metric",), ("value",)),
    in_any_currency=("value",),
    quirks=(make_translation("metric", METRIC_WORDS), fill_channel, fill_creator_id_from_link),
)
OUTCOMES_WIDE = Layout(
    kind="client_outcomes_wide",
    title="client's figures, one column each",
    table="outcomes",
    columns={**WHERE, **WIDE},
    is_daily=True,
    other_kinds=("排名",),
    required=(("date",), tuple(WIDE)),
    quirks=(spread_metrics, fill_channel, fill_creator_id_from_link),
    in_any_currency=("metric_sales",),
)
LEADS = Layout(
    kind="client_leads",
    title="client's leads, one a row",
    table="outcomes",
    columns={
        **WHERE,
        "date": (*WHERE["date"], "留资日期", "线索日期", "lead date", "enquiry date"),
        "qualified": (
            "qualified",
            "是否有效",
            "有效",
            "是否合格",
            "qualified (yes/no)",
            "is qualified",
            "是否有效线索",
        ),
        "lead_id": ("lead_id", "线索ID", "线索编号"),
    },
    required=(("date",), ("qualified",)),
    is_daily=True,
    named_like=("线索|留资|有效|lead|enquir|inquir|qualified", "lead_id"),
    quirks=(fill_channel, fill_creator_id_from_link, count_leads),
)
CODES = Layout(
    kind="client_codes",
    title="codes and what they stand for",
    table="codes",
    columns={**CREATOR, **NOTE, "code": WHERE["code"], "theme": WHERE["theme"]},
    required=(("code",), (*WHO, "theme", "note_id", "note_link")),
    quirks=(fill_creator_id_from_link, fill_note_id_from_link),
)

# ------------------------------------------------------------------------------------------- money

INVOICE_WORDS = {
    "creator_fee": "creator_fee 博主费用 博主报价 稿费 达人费用 kol_fee talent_fee influencer_fee",
    "service_fee": "service_fee 平台服务费 服务费 platform_fee platform_service_fee",
    "feed_ads": "feed_ads 信息流 信息流推广 feed feed_ad 信息流广告",
    "search_ads": "search_ads 搜索推广 搜索广告 search search_ad",
    "product": "product 产品 产品成本 样品 goods samples",
    "shipping": "shipping 物流 运费 快递费 freight postage",
    "rebate": "rebate 返点 返利 credit_note 退款 rebates",
    "other": "other 其他 misc",
}
INVOICES = Layout(
    kind="invoices",
    title="invoices",
    table="invoices",
    columns={
        "invoice_id": ("invoice_id", "发票号", "发票号码", "invoice number", "invoice no", "账单号"),
        "date": ("date", "日期", "开票日期", "invoice date", "发票日期"),
        "kind": ("kind", "费用类型", "费用项目", "cost type", "费用类别"),
        "placement_id": ("placement_id", "订单ID", "order id", "订单号"),
        **NOTE,
        "creator_name": CREATOR["creator_name"],
        "amount": (
            "amount",
            "金额",
            "不含税金额",
            "amount excl gst",
            "amount ex gst",
            "金额（不含税）",
            "发票金额",
            "invoice amount",
            "净额",
            "未税金额",
            "net amount",
            "subtotal",
            "line amount",
        ),
        "gst": ("gst", "税额", "gst amount", "tax", "vat"),
        "currency": WHERE["currency"],
    },
    required=(("date",), ("amount",), ("invoice_id", "kind")),
    is_daily=True,
    in_any_currency=("amount", "gst"),
    quirks=(make_translation("kind", INVOICE_WORDS), fill_note_id_from_link),
)

# ---------------------------------------------------------------------------------------- creators

FOLLOWER_HISTORY = Layout(
    kind="follower_history",
    title="followers over time",
    table="follower_counts",
    columns={
        **CREATOR,
        "as_of": ("date", "日期", "as_of", "统计日期", "数据日期"),
        "followers": ("followers", "粉丝数", "粉丝量", "fans"),
    },
    required=(WHO, ("as_of",), ("followers",)),
    quirks=(fill_creator_id_from_link,),
)
RANKINGS = Layout(
    kind="rankings",
    title="ranking",
    table="rankings",
    columns={
        **CREATOR,
        "list_name": ("list_name", "榜单", "榜单名称", "leaderboard"),
        "date": ("date", "日期", "榜单日期", "统计日期"),
        "rank": ("rank", "排名", "名次", "排行", "ranking", "榜单排名"),
        "category": ("category", "类目", "达人类型", "领域"),
        "followers": ("followers", "粉丝数"),
        "score": ("score", "指数", "灰豚指数", "千瓜指数", "红人指数", "榜单指数"),
    },
    required=(("rank",), WHO),
    other_kinds=("笔记标题", "笔记链接", "笔记ID"),
    elsewhere=("index",),
    quirks=(fill_creator_id_from_link,),
)

SCOPE_WORDS = {
    "everyday": "everyday 日常 0 0.0 日常笔记 organic",
    "paid": "paid 合作 1 1.0 合作笔记 商业笔记 sponsored",
}
WINDOWS = {1.0: 30.0, 2.0: 90.0}
"""Dandelion's dateType → days."""


def read_window_types(rows: pd.DataFrame) -> Result:
    """Write the window in days where the file has Dandelion's number of it (1 and 2)."""
    if "window_days" not in rows:
        return rows, []
    return rows.assign(window_days=rows["window_days"].replace(WINDOWS)), []


BASELINES = Layout(
    kind="baselines",
    title="medians, one creator, scope, format and window a row",
    table="baselines",
    columns={
        **CREATOR,
        "creator_id": (*CREATOR["creator_id"], "userId", "kolId"),
        "scope": ("scope", "business", "内容性质", "日常/合作"),
        "format": ("format", "体裁", "笔记类型"),
        "window_days": ("window_days", "dateType", "统计周期", "天数", "days"),
        "n_notes": ("n_notes", "noteNumber", "笔记数", "notesRate.noteNumber"),
        "exposure_median": ("exposure_median", "impMedian", "曝光中位数"),
        "views_median": ("views_median", "readMedian", "阅读中位数"),
        "engagement_median": ("engagement_median", "interactionMedian", "互动中位数"),
        "likes_median": ("likes_median", "likeMedian", "点赞中位数"),
        "collects_median": ("collects_median", "collectMedian", "收藏中位数"),
        "comments_median": ("comments_median", "commentMedian", "评论中位数"),
        "shares_median": ("shares_median", "shareMedian", "分享中位数"),
        "engagement_rate": ("engagement_rate", "interactionRate", "互动率"),
        "finish_rate": ("finish_rate", "videoFullViewRate", "完播率"),
        "hundred_like_share": ("hundred_like_share", "hundredLikePercent"),
        "thousand_like_share": ("thousand_like_share", "thousandLikePercent"),
        "read_3s_rate": ("read_3s_rate", "picture3sViewRate", "图文3秒阅读率"),
        "views_discovery_share": ("readHomefeedPercent",),
        "views_search_share": ("readSearchPercent",),
        "views_follow_share": ("readFollowPercent",),
        "exposure_discovery_share": ("impHomefeedPercent",),
        "exposure_search_share": ("impSearchPercent",),
        "exposure_follow_share": ("impFollowPercent",),
    },
    elsewhere=("noteType", "mEngagementNum", "videoNoteNumber"),
    required=(WHO, ("scope",), ("window_days",), ("exposure_median", "views_median", "engagement_median")),
    quirks=(make_translation("scope", SCOPE_WORDS), read_window_types, fill_creator_id_from_link),
)
LAYOUTS = (FOLLOWER_HISTORY, OUTCOMES, OUTCOMES_WIDE, LEADS, CODES, INVOICES, RANKINGS, BASELINES)


def fill_from_codes(outcomes: pd.DataFrame, codes: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Give outcomes that came with a code its creator and theme; a code of two creators gives nothing.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`, of which ``code``, ``creator_id`` and ``theme`` are used.
    codes : `tables.CODES`.
    """
    coded = outcomes["code"].notna()
    if not coded.any() or codes.empty:
        return outcomes, []
    keys = outcomes["code"].str.strip().str.casefold()
    known = codes.assign(key=codes["code"].str.strip().str.casefold())
    filled = {}
    for name in ("creator_id", "theme"):
        pairs = known[["key", name]].dropna().drop_duplicates()
        single = pairs[~pairs["key"].duplicated(keep=False)].set_index("key")[name]
        filled[name] = outcomes[name].fillna(keys.map(single).astype("str"))
    strange = coded & ~keys.isin(known["key"])
    told = report_rows(outcomes[strange], "code", "stands in no list of codes", "add it to the list of codes")
    return outcomes.assign(**filled), told


def fill_currency(outcomes: pd.DataFrame, currency: str | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Give amounts that name no currency the one of the campaign's settings; without it, ask once a file.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`.
    currency : ``outcomes: currency`` of campaign.yaml.
    """
    untold = outcomes["metric"].eq("sales") & outcomes["currency"].isna() & outcomes["value"].notna()
    if currency or not untold.any():
        return outcomes.assign(currency=outcomes["currency"].mask(untold, currency)), []
    fix = "add a column currency, or write 'outcomes: {currency: NZD}' in campaign.yaml"
    first = outcomes[untold].drop_duplicates("source_file")
    return outcomes, report_rows(first, "value", "is an amount of no known currency, and so are those below it", fix)
