"""What a header says that keeps it from the column it resembles: how many, a remark, another link, another date."""

from __future__ import annotations

import re

_COUNTS = re.compile(
    r"(?:数量|个数|家数|总数|数)$|^(?:number|no\.?|#|count|qty) of |(?<![a-z])(?:count|cnt|num|qty|quantity)$"
)
_REMARKS = re.compile(r"\S\s+(?:notes|remarks)$")
_ASKS = re.compile(r"^(?:has|have|is|are|was) |^(?:有无|是否)")
_OTHER_LINK = re.compile(
    r"(?<![a-z])(?:report|copy|reference|competitor|parent|draft|brief)(?![a-z])|报告|报表|素材|脚本|参考|竞品|对标|截图|父"
)
_NO_LINK = re.compile(r"^(?:数据|记录|data|records?) ?(?:链接|网址|links?|url)$")
"""The link to a table; cells that lead to a note say more."""
_OTHER_ID = re.compile(
    r"品牌|商品|产品|店铺|商家|用户|达人|博主|作者|账号"
    r"|(?<![a-z])(?:brand|shop|store|product|spu|sku|item of|user|creator|author|kol|blogger|original)(?![a-z])"
)
_OTHER_TIME = re.compile(
    r"删除|下载|导入|合作|签约|寄样|发货|退货|评论|下单|注册|审核|付款|修改"
    r"|开始|起始|结束|到期|截止|预计|计划|排期|去年|上[月周年期]|对比"
    r"|(?<![a-z])(?:deleted?|download\w*|import\w*|join\w*|ship\w*|order|comment|approv\w*|paid|modified"
    r"|start|end|due|expir\w*|deadline|plan\w*|schedul\w*|previous|last|comparison)(?![a-z])"
)


def is_about_something_else(header: str, kind: str, column: str = "") -> bool:
    """Whether a header that fits a column of that kind says that it holds something else.

    How many are no names (达人数量), notes about a thing are not the thing (Brand notes), and the link to a report is
    not the link to the note.

    Parameters
    ----------
    header : normalised.
    kind : of the column, ``link``, ``cells`` where they tell the column, or what they look like (``moment``,
        ``platform_id``).
    column : 是否已发布 is a status.

    >>> is_about_something_else("达人数量", "text"), is_about_something_else("粉丝数量", "count")
    (True, False)
    """
    if kind in {"link", "platform_id", "cells"}:
        further = {"link": _NO_LINK, "platform_id": _OTHER_ID}.get(kind)
        return bool(_OTHER_LINK.search(header) or (further and further.search(header)))
    if kind == "moment":
        return bool(_OTHER_TIME.search(header))
    if kind == "share":
        return bool(_COUNTS.search(header))
    asks = column != "status" and _ASKS.search(header)
    return kind in {"text", "choice"} and bool(_COUNTS.search(header) or _REMARKS.search(header) or asks)
