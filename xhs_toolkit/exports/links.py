"""Links of notes and creators as people keep them: whole, short, several in a cell, behind a word."""

from __future__ import annotations

import re
from typing import NamedTuple

_URL = re.compile(
    r"https?://[^\s，,;；、|)）\"'<>]+|(?:www\.|xhslink\.com|xiaohongshu\.com)[^\s，,;；、|)）\"'<>]*", re.I
)
_NOTE = re.compile(
    r"user/profile/[0-9a-f]{24}/([0-9a-f]{24})|(?:explore|discovery/item|search_result|note|item)/([0-9a-f]{24})", re.I
)
_SHORT = re.compile(r"xhslink\.com/(?:[a-z]/)?([A-Za-z0-9]{3,})", re.I)
_CREATOR = re.compile(r"(?:user/profile|blogger-detail|blogger|user)/([0-9a-f]{24})(?!/[0-9a-f]{24})(?![0-9a-f])", re.I)
_BARE = re.compile(r"\s*([0-9a-f]{24})\s*", re.I)
_OURS = re.compile(r"xiaohongshu\.com|xhslink\.com|rednote\.com|xhs\.cn", re.I)
_HOSTS = {
    **{"douyin": "抖音", "tiktok": "TikTok", "kuaishou": "快手", "bilibili": "Bilibili", "b23": "Bilibili"},
    **{"weibo": "微博", "zhihu": "知乎", "dianping": "大众点评", "youtube": "YouTube", "youtu.be": "YouTube"},
    **{"instagram": "Instagram", "facebook": "Facebook", "weixin.qq": "微信", "channels.weixin": "微信"},
}
_HOST = re.compile("|".join(map(re.escape, _HOSTS)), re.I)
SHORT = "xhslink:"
"""Start of the id of a note that is only known by its short link, which is stable."""


class Links(NamedTuple):
    """What the links of a cell lead to: ids of notes, ids of short links, other platforms."""

    notes: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def find_links(cell: object) -> Links:
    """Read every link of a cell; nothing is followed.

    >>> find_links("看 http://xhslink.com/a/Ab0Cd ，https://www.instagram.com/p/x")
    Links(notes=(), shorts=('xhslink:Ab0Cd',), others=('Instagram',))
    """
    if not isinstance(cell, str):
        return Links()
    bare = _BARE.fullmatch(cell)
    if bare:
        return Links((bare.group(1).lower(),))
    urls = _URL.findall(cell)
    notes = [next(filter(None, found.groups())).lower() for url in urls if (found := _NOTE.search(url))]
    shorts = [SHORT + found.group(1) for url in urls if (found := _SHORT.search(url))]
    others = [_HOSTS[found.group().lower()] for url in urls if not _OURS.search(url) and (found := _HOST.search(url))]
    return Links(tuple(dict.fromkeys(notes)), tuple(dict.fromkeys(shorts)), tuple(dict.fromkeys(others)))


def has_link(cell: object) -> bool:
    """Whether a cell holds a link, or the id of a note."""
    return isinstance(cell, str) and bool(_URL.search(cell) or _BARE.fullmatch(cell))


def is_creator_link(cell: object) -> bool:
    """Whether a cell leads to a creator's page."""
    return isinstance(cell, str) and bool(_CREATOR.search(cell)) and not _NOTE.search(cell)


def find_creator(cell: object) -> str | None:
    """The creator's id that a link shows."""
    found = _CREATOR.search(cell) if isinstance(cell, str) else None
    return found.group(1).lower() if found else None
