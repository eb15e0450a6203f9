"""Exports and rows of other platforms, which look alike and must not count: 抖音, 快手, B站, 微博, 视频号."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import matches, to_arrow
from xhs_toolkit.exports.meanings import read_meaning

OTHERS = {
    "抖音": "抖音|douyin|星图|巨量|(?<![a-z])dy(?=达人|博主|号|视频|资源)",
    "TikTok": "tik ?tok",
    "快手": "快手|kuaishou|磁力",
    "Bilibili": "b站|哔哩|bilibili",
    "微博": "微博|weibo",
    "视频号": "视频号",
    "公众号": "公众号",
    "知乎": "知乎|zhihu",
    "大众点评": "大众点评|dianping",
    "YouTube": r"youtube|youtu\.be|油管",
    "Instagram": "instagram|(?<![a-z])(?:ins|ig)(?![a-z])",
    "Facebook": r"facebook|fb\.com|脸书",
    "百度": "百度(?!网盘|云)",
    "Google": "google ?ads|adwords|currency code",
    "淘宝": "直通车",
}
"""Other platforms by name → how files write them."""
COUNTED = {
    "抖音": "2s跳出率|21-60s|直接成交|直接支付",
    "快手": "快币",
    "Bilibili": "投币|硬币|bv号|av号|稿件标题",
    "公众号": "公众号",
    "百度": "质量度",
    "Google": r"search impr\. share|avg\. ?cpc",
    "淘宝": "宝贝id",
}
"""What only they count: enough for a sheet to be theirs."""
SHORT = {"dy": "抖音", "tt": "TikTok", "ks": "快手", "wb": "微博", "yt": "YouTube", "ig": "Instagram", "fb": "Facebook"}
"""What a cell under 平台 may say instead."""
HOSTS = {
    **{"douyin": "抖音", "tiktok": "TikTok", "kuaishou": "快手", "bilibili": "Bilibili", "b23": "Bilibili"},
    **{"weibo": "微博", "zhihu": "知乎", "dianping": "大众点评", "youtube": "YouTube", "youtu.be": "YouTube"},
    **{"instagram": "Instagram", "facebook": "Facebook"},
}
"""Word in the host of a link → the platform."""
LINK_COLUMNS = ("note_link", "creator_link")
"""Columns whose cells lead to a note or a creator, and so to a platform."""
SAMPLE = 50
"""Rows looked at for links and ids."""
_OURS = re.compile(
    r"小红书|红书|笔记|蒲公英|聚光|xhs|xiao ?hong ?shu|rednote|red ?book|pugongying|dandelion|^red$", re.I
)
_OUR_CELL = re.compile(r"xiaohongshu\.com|xhslink\.|^[0-9a-f]{24}$")
_COUNTED = {name: re.compile(pattern, re.I) for name, pattern in COUNTED.items()}
_THEIRS = {
    name: re.compile("|".join(filter(None, [pattern, COUNTED.get(name)])), re.I) for name, pattern in OTHERS.items()
}
_NAMES_ONE = {"creator", "nickname", "id", "number", "note", "title"}
"""Parts of a header that name a creator or a note: in an export of another platform those are its own."""
_LINKS = {"link", "homepage", "address"}
_HOST = rf"(?i)^\s*https?://[^/\s]*?({'|'.join(map(re.escape, HOSTS))})"
"""For one cell, and for a whole column at once."""


def name_other_platform(
    headers: Sequence[str],
    titles: Sequence[str] = (),
    body: pd.DataFrame | None = None,
    *,
    links: Iterable[object] = (),
    counts: Callable[[str], bool] = bool,
) -> str | None:
    """The one other platform that a sheet is of; None where it speaks of ours as well.

    A figure of another platform beside the same figure of ours (粉丝数, 抖音粉丝数) does not make the sheet theirs,
    nor does one that the sheet's kind has no place for, nor a column for links that holds none of theirs.

    Parameters
    ----------
    headers, titles : what the sheet calls its columns, and itself: its name, the rows above, the file's name.
    body : its cells, one column a header; links and ids of ours make it ours.
    links : the cells that should lead to notes or creators; where all lead to one other platform, the sheet is theirs.
    counts : whether a header without the platform's name has a place in the sheet's kind.

    >>> name_other_platform(["抖音博主", "粉丝数"]), name_other_platform(["昵称", "点赞"], ["抖音"])
    ('抖音', '抖音')
    >>> name_other_platform(["小红书主页", "抖音主页"]) is None
    True
    >>> name_other_platform(["昵称", "粉丝数", "抖音粉丝数"]) is None
    True
    """
    cells = [] if body is None else body.head(SAMPLE).astype(object).to_numpy().ravel().tolist()
    texts = [cell for cell in cells if isinstance(cell, str)]
    if any(map(_OURS.search, [*headers, *titles])) or any(map(_OUR_CELL.search, texts)):
        return None
    hosts = {name_host(text) for text in links} - {None}
    if len(hosts) == 1:
        return hosts.pop()
    named = [name for name, theirs in _THEIRS.items() if any(map(theirs.search, [*headers, *titles]))]
    if len(named) != 1:
        return None
    is_theirs = _make_test(named[0], headers, texts, counts)
    return named[0] if any(map(_THEIRS[named[0]].search, titles)) or any(map(is_theirs, headers)) else None


def name_host(text: object) -> str | None:
    """The other platform that a link leads to."""
    host = re.match(_HOST, text) if isinstance(text, str) else None
    return HOSTS[host.group(1).lower()] if host else None


def _make_test(
    platform: str, headers: Sequence[str], cells: Sequence[str], counts: Callable[[str], bool]
) -> Callable[[str], bool]:
    """Whether a header that names another platform says that the sheet is of it."""
    theirs, counted = _THEIRS[platform], _COUNTED.get(platform)
    ours = {read_meaning(text).readings for text in headers if not theirs.search(text)}

    def is_theirs(text: str) -> bool:
        if not theirs.search(text):
            return False
        if counted and counted.search(text):
            return True
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
    """Leave out the rows that a column 平台 or a link gives to another platform; one problem says how many."""
    found = {name: _name_cells(rows[name]) for name in ("platform_name", *LINK_COLUMNS) if name in rows}
    named = [rows[name].map(cells).astype(object) for name, cells in found.items() if any(cells.values())]
    kept = rows.drop(columns="platform_name", errors="ignore")
    if not named:
        return kept, []
    other = named[0]
    for further in named[1:]:
        other = other.fillna(further)
    is_other = other.notna()
    platforms = ", ".join(sorted(set(other[is_other])))
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


def _name_cells(cells: pd.Series) -> dict[object, str | None]:
    """Each distinct cell → the other platform it names or leads to."""
    if cells.name in LINK_COLUMNS:
        away = cells[matches(to_arrow(cells.astype("str")), _HOST)]
        return {cell: name_host(cell) for cell in away.unique()}
    distinct = cells.dropna().unique()
    return {cell: SHORT.get(str(cell).strip().lower()) or name_other_platform([], [str(cell)]) for cell in distinct}
