"""MediaCrawler: public notes and comments as the open-source crawler stores them. No exposure, no views."""

from __future__ import annotations

from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import fill_note_id_from_link, hide_authors, tidy_tags

MEDIACRAWLER_NOTES = Layout(
    kind="mediacrawler_notes",
    title="MediaCrawler notes",
    table="notes",
    columns={
        "note_id": ("note_id", "笔记ID", "笔记编号"),
        "note_link": ("note_url", "笔记链接", "笔记地址"),
        "format": ("type", "笔记类型"),
        "title": ("title", "笔记标题", "笔记名称"),
        "text": ("desc", "笔记正文", "笔记描述", "笔记内容"),
        "posted_at": ("time", "发布时间", "笔记时间", "note create time", "create_time"),
        "as_of": ("last_modify_ts", "抓取时间", "采集时间", "数据更新时间"),
        "creator_id": ("user_id", "博主ID", "作者ID"),
        "creator_name": ("nickname", "用户昵称", "博主昵称", "博主名称", "博主", "用户名称"),
        "likes": ("liked_count", "点赞数"),
        "collects": ("collected_count", "收藏数"),
        "comments": ("comment_count", "评论数"),
        "shares": ("share_count", "分享数"),
        "place": ("ip_location", "IP属地", "creator place"),
        "tags": ("tag_list", "话题标签"),
        "source_keyword": ("source_keyword",),
    },
    required=(
        ("note_id", "note_link"),
        ("likes",),
        ("posted_at",),
        ("creator_id", "text", "tags", "creator_name"),
    ),
    elsewhere=("last_update_time", "video_url", "avatar", "image_list"),
    other_kinds=("评论内容", "评论时间", "评论ID"),
    quirks=(fill_note_id_from_link, tidy_tags),
)
MEDIACRAWLER_COMMENTS = Layout(
    kind="mediacrawler_comments",
    title="MediaCrawler comments",
    table="comments",
    columns={
        "comment_id": ("comment_id", "评论ID", "评论编号"),
        "note_id": ("note_id", "笔记ID"),
        "note_link": ("note_url", "笔记链接"),
        "author_id": ("user_id", "评论者ID", "用户ID", "comment author id", "commenter id"),
        "text": ("content", "评论内容", "评论正文", "评论文案"),
        "likes": ("like_count", "评论点赞数"),
        "posted_at": ("create_time", "评论时间", "发布时间", "评论发布时间"),
        "place": ("ip_location", "IP属地"),
    },
    required=(("comment_id",), ("note_id", "note_link"), ("text",)),
    elsewhere=("sub_comment_count", "parent_comment_id", "pictures", "nickname", "last_modify_ts", "avatar"),
    quirks=(fill_note_id_from_link, hide_authors),
)
MEDIACRAWLER_CREATORS = Layout(
    kind="mediacrawler_creators",
    title="MediaCrawler creators",
    table="creators",
    columns={
        "creator_id": ("user_id",),
        "creator_name": ("nickname",),
        "gender": ("gender",),
        "place": ("ip_location",),
        "followers": ("fans",),
        "likes_and_collects": ("interaction",),
        "tags": ("tag_list",),
        "as_of": ("last_modify_ts",),
    },
    required=(("creator_id",), ("followers",), ("likes_and_collects",), ("as_of",)),
    elsewhere=("follows", "avatar"),
    quirks=(tidy_tags,),
)
LAYOUTS = (MEDIACRAWLER_COMMENTS, MEDIACRAWLER_NOTES, MEDIACRAWLER_CREATORS)
