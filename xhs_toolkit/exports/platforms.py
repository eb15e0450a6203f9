"""Exports and rows of other platforms, which look alike and must not count: 抖音, 快手, B站, 微博, 视频号."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.meanings import read_meaning

OTHERS = {
    "抖音": "抖音|douyin|(?<![a-z])dy(?=达人|博主|号|视频)",
    "TikTok": "tik ?tok",
    "快手": "快手|kuaishou",
    "Bilibili": "b站|哔哩|bilibili",
    "微博": "微博|weibo",
    "视频号": "视频号",
    "知乎": "知乎|zhihu",
    "YouTube": "youtube|油管",
    "Instagram": "instagram|(?<![a-z])ins(?![a-z])",
    "Facebook": "facebook|脸书",
}
"""Other platforms by name → how files write them."""
_OURS = re.compile(
    r"小红书|红书|笔记|蒲公英|聚光|xhs|xiao ?hong ?shu|rednote|red ?book|pugongying|dandelion|^red$", re.I
)
_OUR_CELL = re.compile(r"xiaohongshu\.com|xhslink\.|^[0-9a-f]{24}$")
_THEIRS = {name: re.compile(pattern, re.I) for name, pattern in OTHERS.items()}
_NAMES_ONE = {"creator", "nickname", "id", "number", "note", "title"}
"""Parts of a header that name a creator or a note: in an export of another platform those are its own."""
_LINKS = {"link", "homepage", "address"}
SAMPLE = 50
"""Rows looked at for links and ids."""


def name_other_platform(
    headers: Sequence[str],
    title: str = "",
    body: pd.DataFrame | None = None,
    *,
    counts: Callable[[str], bool] = bool,
) -> str | None:
    """The one other platform that a sheet is of; None where it speaks of ours as well.

    A figure of another platform beside the same figure of ours (粉丝数, 抖音粉丝数) does not make the sheet theirs,
    nor does one that the sheet's kind has no place for, nor a column for links that holds none of theirs.

    Parameters
    ----------
    headers, title : what the sheet calls its columns and itself.
    body : its cells, one column a header; links and ids of ours make it ours.
    counts : whether a header without the platform's name has a place in the sheet's kind.

    >>> name_other_platform(["抖音博主", "粉丝数"]), name_other_platform(["昵称", "点赞"], "抖音")
    ('抖音', '抖音')
    >>> name_other_platform(["小红书主页", "抖音主页"]) is None
    True
    >>> name_other_platform(["昵称", "粉丝数", "抖音粉丝数"]) is None
    True
    """
    said = [*headers, title]
    if any(_OURS.search(text) for text in said):
        return None
    named = [name for name, theirs in _THEIRS.items() if any(map(theirs.search, said))]
    if len(named) != 1:
        return None
    cells = [] if body is None else body.head(SAMPLE).astype(object).to_numpy().ravel().tolist()
    texts = [cell for cell in cells if isinstance(cell, str)]
    is_theirs = _make_test(_THEIRS[named[0]], headers, texts, counts)
    return None if any(map(_OUR_CELL.search, texts)) or not any(map(is_theirs, said)) else named[0]


def _make_test(
    theirs: re.Pattern[str], headers: Sequence[str], cells: Sequence[str], counts: Callable[[str], bool]
) -> Callable[[str], bool]:
    """Whether a header that names another platform says that the sheet is of it."""
    ours = {read_meaning(text).readings for text in headers if not theirs.search(text)}

    def is_theirs(text: str) -> bool:
        if not theirs.search(text):
            return False
        without = theirs.sub(" ", text)
        rest = read_meaning(without).readings
        parts = frozenset[str]().union(*rest)
        if parts & _LINKS:
            return any("://" in cell and theirs.search(cell) for cell in cells)
        return bool(parts & _NAMES_ONE) or (rest not in ours and counts(without))

    return is_theirs


def describe_other_platform(platform: str, *, file: str, sheet: str | None) -> Problem:
    """Say that a sheet is of another platform and is not read."""
    what = f"is an export of another platform ({platform}) and is not read"
    return Problem(what, "take it out, or name its kind under 'files' in campaign.yaml", file=file, sheet=sheet)


def drop_other_platforms(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out the rows that a column 平台 gives to another platform; one problem says how many."""
    if "platform_name" not in rows:
        return rows, []
    names = {text: name_other_platform([text]) for text in rows["platform_name"].dropna().unique()}
    is_other = rows["platform_name"].map(names).notna()
    kept = rows.drop(columns="platform_name")
    if not is_other.any():
        return kept, []
    platforms = ", ".join(sorted({str(names[text]) for text in rows["platform_name"][is_other].unique()}))
    n_rows = f"{is_other.sum():,} rows are" if is_other.sum() > 1 else "1 row is"
    first = rows[is_other].iloc[0]
    problem = Problem(
        f"{n_rows} of another platform ({platforms}) and left out",
        "nothing, unless the column says something else",
        file=str(first["source_file"]),
        sheet=first["source_sheet"] if pd.notna(first["source_sheet"]) else None,
        row=int(first["source_row"]),
    )
    return kept[~is_other], [problem]
