"""A header as text, and the words it is made of: known ones and glued ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRANDS = re.compile(r"RedNote|RedBook|XiaoHongShu|WeChat|WhatsApp|MediaCrawler")
_LETTER_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")
_REMARK = re.compile(
    r"[(\[【]\s*(?:(?:仅|only)\s*[>≥]?\s*\d|注|note:|截至|截止|as of|as at|说明|t\+1|例|e\.g|\d+\s*%\s*[)\]】]"
    r"|(?:数据来源|来源|source)\s*[:：]\s*(?:蒲公英|小红书|聚光|官方|平台|后台|dandelion|pgy|xhs|juguang|official|platform)"
    r"|(?:前[一二三五十\d]+|top\s*\d+)个?\s*(?:城市|省|地区|cit|prov|region)"
    r"|[不未]含(?:平台)?服务费|excl\w*\.? (?:service|platform) fee)[^)\]】]*(?:[)\]】]|$)"
)
_COUNTER = re.compile(
    r"[(\[【]\s*(?:(?:元|人民币)?/?\s*(?:人|次|人次|篇|个|条|名|位|场)|ms|毫秒|是\s*/\s*否|y\s*/\s*n|yes\s*/\s*no)\s*[)\]】]"
)
"""What is counted, in brackets: it says nothing more."""
_STATUSES = re.compile(
    r"[(\[【]\s*[^()\[\]【】/、|,]{1,12}(?:\s*[/、|,]\s*[^()\[\]【】/、|,]{1,12}){1,6}\s*[)\]】]\s*$"
)
"""A list in brackets at the end: what the cells can say."""
_SAID = re.compile(
    r"[已未待][一-鿿]{1,3}|(?:un)?(?:posted|published|sent|shipped)|draft|live|pending|planned|done|todo|open|"
    r"cancel(?:l?ed)?|recalled|取消|进行中|完成|素人|ko[cls]|送拍|寄拍|[是否有无]|yes|no|y|n|true|false"
)
_PARTICLE = re.compile(r"(?<=[一-鿿])[的之](?=[一-鿿])")
_TOKEN = re.compile(r"[a-z]+[$]?|\d+|[一-鿿]|[%¥&+]|[<>≥≤]|[^\W\d_]")


@lru_cache(maxsize=1)
def read_word_lists() -> dict[str, Any]:
    """The words that headers are made of, from ``templates/exports/words.yaml``."""
    lists: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "exports" / "words.yaml")
    return lists


@lru_cache(maxsize=1)
def read_simplified() -> dict[int, int | None]:
    """Traditional characters → simplified ones, for `str.translate`; the mark that colours an emoji goes."""
    lists = read_word_lists()
    pairs = zip(*("".join(lists[name].split()) for name in ("traditional", "simplified")), strict=True)
    return {0xFE0F: None, **{ord(old): ord(new) for old, new in pairs}}


def normalise(header: str) -> str:
    """One spelling for full-width, traditional, camelCase and capital letters; remarks dropped.

    >>> normalise("活跃粉丝占比（仅>1K）"), normalise("readMidNor30"), normalise("閱讀量 ")
    ('活跃粉丝占比', 'read mid nor 30', '阅读量')
    """
    text = unicodedata.normalize("NFKC", str(header)).translate(read_simplified())
    text = re.sub(r"(?<=\w)\s*#\s*$", " no", text)
    text = _BRANDS.sub(lambda brand: brand.group().lower(), text)
    text = _LETTER_DIGIT.sub(" ", _CAMEL.sub(" ", text)).lower()
    text = _STATUSES.sub(_drop_statuses, _COUNTER.sub(" ", _REMARK.sub(" ", text)))
    return " ".join(_PARTICLE.sub("", text).split())


def _drop_statuses(found: re.Match[str]) -> str:
    """Nothing where all that a list in brackets names are states or yes and no; the list otherwise."""
    named = re.split(r"[/、|,]", found.group().strip()[1:-1])
    return " " if all(_SAID.fullmatch(name.strip()) for name in named) else found.group()


def is_chinese(word: str) -> bool:
    """Whether a word starts with a Chinese character."""
    return "一" <= word[:1] <= "鿿"


def find_tokens(text: str) -> list[str]:
    """Latin words, numbers, single Chinese characters and signs; separators go.

    >>> find_tokens("read mid_阅读 (%)")
    ['read', 'mid', '阅', '读', '%']
    """
    return _TOKEN.findall(text)


# --------------------------------------------------------------------- ages, windows and thresholds


def _find_likes(number: str, character: str) -> re.Pattern[str]:
    """Notes with so many likes: ≥1,000 likes, 点赞1000+, 1000+赞, 点赞过千."""
    return re.compile(
        rf"(?:over|above|with|at least|more than|>=|>|≥)?\s*(?<!\d){number}[\s_]*\+?\s*(?:or more )?likes?(?: or more)?"
        rf"|点赞\D{{0,4}}{number}(?!\d)(?:\s*\+|以上)?|点?赞[量数]?[过破超]{character}|[过破超]{character}赞|likes?[\s_]*{number}(?!\d)"
        rf"|(?<!\d){number}\s*(?:\+|以上|个)?\s*点?赞(?:以上)?"
    )


_SEP = r"[\s\-–—~_到至]*(?:to)?[\s_]*"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"图文(?:笔记)?\s*[+&和及与、/]\s*视频(?:笔记)?|images?\s*(?:\+|&|/|and)\s*videos?"), ""),
    (_find_likes(r"(?:1,?000|1\s?k)", "千"), "thousand_likes"),
    (_find_likes("100", "百"), "hundred_likes"),
    (re.compile(rf"(?<!\d)(18{_SEP}24|25{_SEP}34|35{_SEP}44)(?!\d)"), "age={0}"),
    (
        re.compile(
            r"(?:<|under|below|小于|低于|less than|younger than|未满|lt)[\s_]*18|18\s*岁?[\s_]*(?:以下|and under)"
            r"|(?<!\d)[01][\s_]*[-–~_到至][\s_]*1[78](?!\d)|<=\s*17|≤\s*17|17\s*岁?(?:及)?以下"
        ),
        "age=under",
    ),
    (
        re.compile(
            r"(?:>|over|above|older than|大于|超过|高于|gt)[\s_]*44|(?:>=|≥)\s*45"
            r"|4[45]\s*岁?[\s_]*(?:及?以上|\+|plus|and (?:over|above|older|up)|or older)"
        ),
        "age=over",
    ),
    (re.compile(r"三秒"), "threshold=3s"),
    (re.compile(r"五秒"), "threshold=5s"),
    (re.compile(r"(?<![a-z])m\s*/\s*f(?![a-z])"), "gender"),
    (re.compile(r"(?<![a-z])rates?\s*[(\[]?\s*(?:in\s*)?(?:¥|￥|rmb|cny|yuan|元)\s*[)\]]?"), "price"),
    (re.compile(r"[(\[]\s*10\s*k\s*[)\]]"), "unit=10000"),
    (re.compile(r"(?<!\d)(\d{1,3})[\s_\-]*(?:h|hr|hrs|hours?|小时)(?![a-z])(?:内|以内)?"), "threshold={0}h"),
    (re.compile(r"(?<!\d)([1-9]|10|15|30)[\s_\-]*(?:s|sec|secs|seconds?|秒)(?![a-z])"), "threshold={0}s"),
    (
        re.compile(
            r"(?:近|最近|过去|前|last|past|recent|in|within|over)?[\s_]*"
            r"(?<!\d)(7|14|15|28|30|60|90|180|365)[\s_\-]*(?:天|日|d|days?)(?![a-z])(?:内|以内)?"
        ),
        "window={0}",
    ),
    (re.compile(r"近一个?月"), "window=30"),
    (re.compile(r"(?<![a-z])v\s?\d{1,2}(?!\w)|(?<=[_\s])[xy]$"), ""),
    (re.compile(r"(?<=[_\s(-])new\)?$"), "suffix=new"),
    (re.compile(r"(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"), ""),
    (re.compile(r"(?<![\d.])20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"), ""),
    (re.compile(r"(?<=[a-z一-鿿])[\s_]*(?<!\d)(7|28|30|60|90)(?!\d)"), "window={0}"),
)
"""What is said with digits: pattern → part (``{0}`` is the first group, digits joined by ``-``)."""


def take_patterns(text: str) -> tuple[list[str], str]:
    """The parts said with digits, and the text without them."""
    found = []
    for pattern, part in PATTERNS:
        for match in pattern.finditer(text):
            digits = "-".join(re.findall(r"\d+", match.group(1))) if match.groups() else ""
            found += [part.format(digits)] if part else []
        text = pattern.sub(" ", text)
    return found, text


Parts = frozenset[str]
Segments = list[frozenset[Parts]]
"""One entry a piece of the header: the sets of parts it can mean."""

BLOCKED: Parts = frozenset({"?"})
"""Meaning of a word that is known to say something the toolkit has no place for."""


# ------------------------------------------------------------------------------------- the lexicon


def _spellings(line: str) -> Iterator[tuple[str, ...]]:
    for spelling in line.split():
        yield tuple(find_tokens(normalise(spelling)))


def _build_phrases() -> dict[tuple[str, ...], frozenset[Parts]]:
    phrases: dict[tuple[str, ...], set[Parts]] = {}
    lists = read_word_lists()
    groups = [(frozenset(str(parts).split()), line) for parts, line in lists["words"].items()]
    groups += [(frozenset({"unit=foreign", f"unit={code}"}), line) for code, line in lists["currencies"].items()]
    for parts, line in [*groups, (frozenset(), lists["noise"]), (BLOCKED, lists["other"])]:
        for spelling in _spellings(line):
            phrases.setdefault(spelling, set()).add(parts)
    return {spelling: frozenset(meanings) for spelling, meanings in phrases.items() if spelling}


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[tuple[str, ...], frozenset[Parts]], frozenset[str], int]:
    """Spelling → what it can mean; every Latin word used; the longest spelling."""
    phrases = _build_phrases()
    latin = frozenset(word for spelling in phrases for word in spelling if word.isascii() and word.isalpha())
    return phrases, latin, max(map(len, phrases))


# ------------------------------------------------------------------------------ Latin words, one by one


def resolve_words(tokens: Iterable[str]) -> list[str]:
    """Known words for each token.

    >>> resolve_words(["view", "likedcount"])
    ['view', 'liked', 'count']
    """
    return [word for token in tokens for word in _resolve(token)]


@lru_cache(maxsize=4096)
def _resolve(token: str) -> tuple[str, ...]:
    """Known words for one token: likedcount → liked count."""
    _, latin, _ = _lexicon()
    if token in latin or not (token.isascii() and token.isalpha()):
        return (token,)
    if token.endswith("s") and token[:-1] in latin:
        return (token[:-1],)
    return _split_compound(token, latin) or (token,)


def _split_compound(token: str, latin: frozenset[str]) -> tuple[str, ...]:
    """Cut a glued word into two or three known ones (likedcount), or nothing."""
    cuts = [(token[:i], token[i:]) for i in range(3, len(token) - 1)]
    for head, tail in cuts:
        if head in latin and (tail in latin and _may_be_glued(tail)):
            return head, tail
    for head, tail in cuts:
        if head in latin and len(tail) > 4 and (rest := _split_compound(tail, latin)):
            return head, *rest
    return ()


def _may_be_glued(tail: str) -> bool:
    return len(tail) > 2 or tail in {"id", "no", "uv"}


# ------------------------------------------------------------------------------- cutting into words


def cut_words(words: list[str]) -> tuple[Segments, tuple[str, ...]]:
    """Cut into known spellings with as few unknown words, then as few pieces, as possible."""
    phrases, _, longest = _lexicon()
    blocked = frozenset({BLOCKED})
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(words) + 1)
    for start in range(len(words) - 1, -1, -1):
        options = [(best[start + 1][0] + 1, best[start + 1][1] + 1, -1)]
        for size in range(1, min(longest, len(words) - start) + 1):
            meanings = phrases.get(tuple(words[start : start + size]))
            if meanings:
                unknown, pieces, _ = best[start + size]
                options.append((unknown + (size if meanings == blocked else 0), pieces + 1, -size - 1))
        best[start] = min(options)
    return _collect(words, [choice for _, _, choice in best])


def _collect(words: list[str], choices: list[int]) -> tuple[Segments, tuple[str, ...]]:
    phrases, _, _ = _lexicon()
    segments, unmatched, start = [], [], 0
    while start < len(words):
        size = max(-choices[start] - 1, 1)
        spelling = tuple(words[start : start + size])
        meanings = phrases.get(spelling, frozenset()) if choices[start] < -1 else frozenset()
        known = frozenset(meanings - {BLOCKED})
        segments += [known] if known else []
        unmatched += [] if known else ["".join(spelling)]
        start += size
    return segments, tuple(unmatched)


_NAME = re.compile(r"(?:\w+\.)*(?:[a-z][a-z0-9]*|[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)+|[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+)")
"""A field name: impNum, imp_num, title."""
_IN_PARTS = re.compile(r"\w*[a-z0-9]_[a-z0-9]\w*|[a-z]+[a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+")
ONLY_OF_API = frozenset(
    {
        *("date key", "kol price", "kol fan num", "kol nick name", "total platform price"),
        *("imp num", "origin imp num", "promotion imp num", "heat imp num"),
        *("read num", "origin read num", "promotion read num", "heat read num"),
        *("engage num", "fav num", "cmt num"),
    }
)
"""What only rows of the API are called: two of them tell its rows, however they are written."""
IN_PARTS_AT_LEAST = 0.4


def are_field_names(headers: Sequence[str]) -> bool:
    """Whether headers are field names of an API: note_id, impNum; ``likes`` alone can be a word as well.

    >>> are_field_names(["note_id", "impNum", "title"]), are_field_names(["note_id", "date", "price", "views"])
    (True, False)
    """
    if sum(normalise(header).replace("_", " ") in ONLY_OF_API for header in headers) > 1:
        return True
    names = [header for header in headers if _NAME.fullmatch(header)]
    in_parts = sum(bool(_IN_PARTS.fullmatch(name.split(".")[-1])) for name in names)
    return 2 * len(names) >= len(headers) and in_parts >= IN_PARTS_AT_LEAST * len(headers)


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
