"""Creator centre 创作服务平台: the note list a creator downloads (笔记列表明细表.xlsx)."""

from __future__ import annotations

from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.quirks import blank_unmeasured_exposure, fill_note_id_from_link, name_note_by_posting

CREATOR_CENTER_NOTES = Layout(
    kind="creator_center_notes",
    title="creator-centre note list",
    table="notes",
    columns={
        "note_id": ("笔记ID", "note id"),
        "note_link": ("笔记链接", "note url"),
        "title": ("笔记标题", "标题", "笔记名称"),
        "posted_at": ("首次发布时间", "发布时间", "笔记发布日期", "创建时间"),
        "format": ("体裁", "笔记类型"),
        "exposure": ("曝光", "曝光量"),
        "views": ("观看量", "阅读量"),
        "cover_click_rate": ("封面点击率", "封面 CTR", "点击率", "CTR", "封面率点击"),
        "likes": ("点赞",),
        "comments": ("评论",),
        "collects": ("收藏",),
        "follows": ("涨粉", "关注", "新增粉丝", "直接涨粉", "新增关注", "粉丝增长"),
        "shares": ("分享",),
        "avg_view_s": (
            *("人均观看时长", "平均观看时长", "观看时长", "人均时长"),
            *("average time viewed", "average views time", "average view duration per viewer"),
        ),
        "bullet_comments": ("弹幕", "bullet comments", "弹幕评论"),
        "engagement": ("互动量",),
        "finish_rate": ("完播率", "视频完播率"),
        "creator_id": ("博主ID", "用户ID"),
        "creator_name": ("博主昵称", "昵称", "博主", "博主名称", "用户昵称"),
        "as_of": ("数据更新日期", "数据更新至", "统计日期", "导出时间"),
    },
    required=(("posted_at",), ("exposure", "views"), ("likes", "comments", "collects")),
    named_like=("笔记|note|曝光|展现|impression|exposure|xhs", "exposure"),
    quirks=(fill_note_id_from_link, name_note_by_posting, blank_unmeasured_exposure),
)
LAYOUTS = (CREATOR_CENTER_NOTES,)
