"""Columns that the toolkit adds to the canonical ones, wherever a frame has them."""

from __future__ import annotations

from xhs_toolkit.tables.schema import Column

DERIVED = (
    Column("tier", "text", "Tier", "层级", "Size of the creator by followers; the limits stand in agency.yaml"),
    Column("theme", "text", "Theme", "主题", "Theme of campaign.yaml whose words occur most in title, tags and text"),
    Column(
        "posted_hour", "number", "Hour of posting", "发布时段", "Hour of the day, 0 to 23, in the campaign's time zone"
    ),
    Column("posted_weekday", "number", "Weekday of posting", "发布星期", "Monday is 0, in the campaign's time zone"),
    Column("age_days", "number", "Age", "发布天数", "Days from posting to when the figures were true", unit="days"),
    Column(
        "content_cny",
        "money",
        "Content cost",
        "内容成本",
        "Fee, service fee, product, shipping of what was posted",
        unit="CNY",
    ),
    Column("ads_cny", "money", "Ad spend", "投流消耗", "What ads on the note cost", unit="CNY"),
    Column("total_cny", "money", "Total cost", "总成本", "Content cost and ad spend", unit="CNY"),
    Column("is_costed", "flag", "Fee known", "费用已知", "Whether a file tells the fee, alone or within its order's"),
    Column("exposure_organic_source", "text", "Source", "来源", "How exposure without ads is known"),
    Column("exposure_organic_reason", "text", "Reason", "原因", "Why exposure without ads is not known"),
    Column("views_organic_source", "text", "Source", "来源", "How views without ads are known"),
    Column(
        "cost_per_organic_view_cny",
        "money",
        "Content cost per organic view",
        "内容自然阅读单价",
        "Content cost / organic views",
        unit="CNY",
    ),
    Column("cost_per_organic_view_reason", "text", "Reason", "原因", "Why there is no cost per organic view"),
    Column(
        "click_rate", "share", "Click-through rate", "点击率", "The platform's own, else views / exposure of images"
    ),
    Column("click_rate_source", "text", "Source of the rate", "点击率来源", "platform, or views_per_exposure"),
    Column("click_rate_reason", "text", "Reason", "原因", "Why there is no click-through rate"),
    Column("view_rate", "number", "View rate", "播放率", "Views / exposure; of a video more than one click"),
    Column("engagement_source", "text", "Source of the engagement", "互动来源", "platform, or likes_collects_comments"),
    Column(
        "so_far",
        "count",
        "Until then",
        "截至当时",
        "Total of the figure when the snapshot was taken: not for adding up",
    ),
    Column("gained", "number", "Gained", "新增", "What came since the snapshot before; of the first, all until then"),
    Column("creator_key", "text", "Creator", "博主", "The creator's id, else account number or name, over all sources"),
    Column("found_in", "text", "Found in", "来源", "Sources that name the creator, separated by commas"),
    Column("rankings", "text", "Rankings", "上榜情况", "Each list the creator stands on, its newest rank and day"),
    Column("n_notes_read", "count", "Notes read", "读到的笔记", "Notes of the creator in the files"),
    Column("n_conflicts", "count", "Conflicts", "矛盾数", "Figures on which sources disagree"),
    Column("last_posted_at", "time", "Last note", "最近发布", "When the creator's newest note was posted"),
    Column("check", "text", "Check", "核查项", "What was looked at"),
    Column("metric", "text", "Metric", "指标", "What the check measures; gives the value its unit"),
    Column("check_value", "number", "Value", "数值", "What was found"),
    Column("value_text", "text", "In words", "文字值", "What was found, where it is a word"),
    Column("lower_limit", "number", "Lower limit", "下限", "Below it the check flags"),
    Column("lower_limit_reason", "text", "Reason", "原因", "Why there is no lower limit"),
    Column("upper_limit", "number", "Upper limit", "上限", "Above it the check flags"),
    Column("upper_limit_reason", "text", "Reason", "原因", "Why there is no upper limit"),
    Column(
        "limit_source", "text", "Source of the limit", "界限来源", "Peers of the pool, the rate card, the platform …"
    ),
    Column("standing_share", "share", "Standing", "同侪位置", "Share of peers that lie below", unit="fraction"),
    Column("deviations", "number", "Deviations", "偏离", "Distance from the middle of the peers, in their spread"),
    Column("n", "count", "n", "样本数", "Notes or comments that the value rests on"),
    Column("n_reason", "text", "Reason", "原因", "Why there is no n"),
    Column("n_peers", "count", "Peers", "同侪数", "Creators compared with"),
    Column("verdict", "text", "Verdict", "判断", "pass, flag or unknown"),
    Column("reason", "text", "Reason", "原因", "Why the check says nothing"),
    Column("list_status", "text", "Status", "状态", "Where the creator stands on the list"),
)
