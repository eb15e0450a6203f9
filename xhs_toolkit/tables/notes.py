"""Notes and the comments on them."""

from __future__ import annotations

from xhs_toolkit.tables.common import (
    AS_OF,
    AS_OF_SOURCE,
    CREATOR_ID,
    CREATOR_NAME,
    FORMAT,
    LOWER_BOUNDS,
    NOTE_ID,
    PROVENANCE,
    SCOPES,
    count,
    share,
)
from xhs_toolkit.tables.schema import Column, Table

PAGES = (
    ("discovery", "discovery page", "发现页", "the discovery page (发现页)"),
    ("search", "search page", "搜索页", "the search page (搜索页)"),
    ("homepage", "profile page", "个人页", "the creator's own page (个人页)"),
    ("following", "following page", "关注页", "the following page (关注页)"),
    ("nearby", "nearby page", "附近页", "the nearby page (附近页)"),
    ("other", "elsewhere", "其他", "elsewhere (其他)"),
)
"""Where organic exposure came from: suffix, English, Chinese, meaning."""

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
            "The platform's note id; 'xhslink:' and the id of a short link where only that is known; without either, "
            "'posted:' and the moment of first posting, or its day and the creator",
            required=True,
        ),
        CREATOR_ID,
        CREATOR_NAME,
        Column("title", "text", "Title", "标题", "Title as exported; missing when the note has none"),
        Column("text", "text", "Text", "正文", "Body text"),
        Column("tags", "text", "Tags", "话题", "Hashtags, separated by commas"),
        FORMAT,
        Column("scope", "choice", "Scope", "内容性质", "Everyday note or paid cooperation", options=SCOPES),
        Column("posted_at", "time", "Posted", "发布时间", "First posting"),
        Column(
            "posted_precision",
            "choice",
            "Precision of the posting time",
            "发布时间精度",
            "Whether a time of day is known, or only the day",
            options=("time", "date"),
        ),
        AS_OF,
        AS_OF_SOURCE,
        count("exposure", "Exposure", "曝光", "Times the note was shown, all sources"),
        count("exposure_organic", "Organic exposure", "自然曝光", "Exposure the platform reports as organic (自然)"),
        count("exposure_promoted", "Promoted exposure", "推广曝光", "Exposure bought through ads (推广)"),
        count("exposure_heated", "Heated exposure", "加热曝光", "Exposure bought through heating (加热)"),
        count("views", "Views", "阅读", "Times the note was opened or played, all sources"),
        count("views_organic", "Organic views", "自然阅读", "Views the platform reports as organic (自然)"),
        count("views_promoted", "Promoted views", "推广阅读", "Views bought through ads (推广)"),
        count("views_heated", "Heated views", "加热阅读", "Views bought through heating (加热)"),
        count("viewers", "Viewers", "阅读UV", "People who viewed"),
        share(
            "cover_click_rate", "Cover click rate", "封面点击率", "The platform's own click-through rate of the cover"
        ),
        count("likes", "Likes", "点赞", "Likes"),
        count("collects", "Collects", "收藏", "Collects (saves)"),
        count("comments", "Comments", "评论", "Comments"),
        count("shares", "Shares", "分享", "Shares"),
        Column("follows", "number", "New followers", "涨粉", "Followers won; may be negative"),
        count("bullet_comments", "Bullet comments", "弹幕", "Bullet comments on a video"),
        count("engagement", "Engagement", "互动", "The platform's own engagement figure (互动量)"),
        share("finish_rate", "Completion rate", "完播率", "Share of video views that reach the end"),
        share("read_3s_rate", "3-second read rate", "3秒阅读率", "Share of image views of 3 seconds or more"),
        share("play_5s_rate", "5-second play rate", "5秒播放率", "Share of video plays of 5 seconds or more"),
        Column("avg_view_s", "number", "Average view", "人均观看时长", "Average viewing time", unit="s", minimum=0),
        count("followers", "Followers", "粉丝数", "The creator's followers, where the row has them"),
        *(
            count(f"exposure_{page}", f"Exposure, {en}", f"{zh}自然曝光", f"Organic exposure from {meaning}")
            for page, en, zh, meaning in PAGES
        ),
        Column("place", "text", "Place", "IP属地", "IP location shown on the note"),
        Column("source_keyword", "text", "Search word", "来源关键词", "Word by which a crawler found the note"),
        LOWER_BOUNDS,
        *PROVENANCE,
    ),
)

COMMENTS = Table(
    "comments",
    "Comments",
    "评论",
    "one comment on one note",
    ("comment_id", "source"),
    (
        Column("comment_id", "text", "Comment id", "评论ID", "The platform's comment id, as text"),
        NOTE_ID,
        Column("author_key", "text", "Author", "评论者", "A hash that tells authors apart; never the id or the name"),
        Column("text", "text", "Text", "评论内容", "What the comment says"),
        count("likes", "Likes", "点赞", "Likes of the comment"),
        Column("posted_at", "time", "Posted", "评论时间", "When it was written"),
        Column("place", "text", "Place", "IP属地", "IP location shown on the comment"),
        *PROVENANCE,
    ),
)
