"""What a header says that keeps it from the column it resembles: how many, a remark, another link, another date."""

from __future__ import annotations

import re

_COUNTS = re.compile(
    r"(?:数量|个数|家数|总数|数)$|^(?:number|no\.?|#|count|qty) of |(?<![a-z])(?:count|cnt|num|qty|quantity)$"
)
_REMARKS = re.compile(r"\S\s+(?:notes|remarks)$|^(?:has|have|is|are|was) |^(?:有无|是否)")
_OTHER_LINK = re.compile(
    r"(?<![a-z])(?:report|copy|data|records?|reference|competitor|parent|original|source|draft|brief)(?![a-z])"
    r"|报告|报表|数据|记录|素材|脚本|参考|竞品|对标|截图|父|原"
)
_OTHER_TIME = re.compile(
    r"删除|开始|起始|结束|到期|截止|去年|上[月周年期]|预计|计划|审核|付款|修改|对比|排期"
    r"|(?<![a-z])(?:due|start|end|delete|deleted|expir\w*|deadline|plan\w*|schedul\w*|comparison|previous|last|paid|modified)"
    r"(?![a-z])"
)


def is_about_something_else(header: str, kind: str) -> bool:
    """Whether a header that fits a column of that kind says that it holds something else.

    How many are no names (达人数量), notes about a thing are not the thing (Brand notes), and the link to a report is
    not the link to the note.

    Parameters
    ----------
    header : normalised.
    kind : of the column, ``link``, or what the cells look like (``moment``, ``platform_id``).

    >>> is_about_something_else("达人数量", "text"), is_about_something_else("粉丝数量", "count")
    (True, False)
    """
    if kind in {"link", "platform_id"}:
        return bool(_OTHER_LINK.search(header))
    if kind == "moment":
        return bool(_OTHER_TIME.search(header))
    if kind == "share":
        return bool(_COUNTS.search(header))
    return kind in {"text", "choice"} and bool(_COUNTS.search(header) or _REMARKS.search(header))
