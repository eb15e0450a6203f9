"""A header as text: one spelling for what is written in many ways, and what is said with digits."""

from __future__ import annotations

import re
import unicodedata
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
def _traditional() -> dict[int, int]:
    lists = read_word_lists()
    return str.maketrans(*("".join(lists[name].split()) for name in ("traditional", "simplified")))


def normalise(header: str) -> str:
    """One spelling for full-width, traditional, camelCase and capital letters; remarks dropped.

    >>> normalise("活跃粉丝占比（仅>1K）"), normalise("readMidNor30"), normalise("閱讀量 ")
    ('活跃粉丝占比', 'read mid nor 30', '阅读量')
    """
    text = unicodedata.normalize("NFKC", str(header)).translate(_traditional())
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
