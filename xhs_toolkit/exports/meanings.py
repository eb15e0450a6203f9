"""What a header means, read from the words it is made of.

`read_meaning` normalises a header, cuts it into the words of `lexicon` and returns the parts they
add up to, so that 阅读中位数（日常）, 日常_阅读中位数, readMidNor and "Median reads (everyday)" are one
meaning, and 合作, 30天 or 图文 make it another. What the lexicon does not know stays in `leftover`:
a header with a leftover is not understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from xhs_toolkit.exports.lexicon import NOISE, OTHER, SIMILAR, TRADITIONAL, WORDS

Parts = frozenset[str]

MAX_HEADER = 120
"""Longer cells are prose, not headers."""
MAX_READINGS = 64
UNITS = {"unit=fen", "unit=foreign", "unit=minutes", "unit=10000", "unit=1000", "unit=percent"}
BLOCKED: Parts = frozenset({"?"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says.

    Parameters
    ----------
    header : as given.
    readings : the sets of parts it can mean; several where a word is ambiguous ("share").
    units : units named in the header (``unit=percent``, ``unit=10000``).
    leftover : words that are not understood.
    corrected : words that were read as another word (misspellings).
    """

    header: str
    readings: tuple[Parts, ...]
    units: Parts = frozenset()
    leftover: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether the column holds a way to reach or describe a person."""
        return any("private" in reading for reading in self.readings)

    @property
    def is_clear(self) -> bool:
        """Whether every word was understood, but for one number as a suffix (曝光量_2, Likes.1)."""
        return bool(self.readings) and (not self.leftover or self.has_suffix)

    @property
    def has_suffix(self) -> bool:
        """Whether all that is left over is a suffix such as ``_2``, ``.1`` or ``(1)``."""
        return len(self.leftover) == 1 and bool(_SUFFIX.search(self.header))

    @property
    def concepts(self) -> Parts:
        """The things the header speaks of, in its first reading."""
        return frozenset(part for reading in self.readings[:1] for part in reading if "=" not in part)

    @property
    def qualifiers(self) -> Parts:
        """What narrows them, in its first reading."""
        return frozenset(part for reading in self.readings[:1] for part in reading if "=" in part)


@lru_cache(maxsize=4096)
def read_meaning(header: str) -> Meaning:
    """Understand a header.

    >>> sorted(read_meaning("阅读中位数（日常）").readings[0])
    ['scope=everyday', 'statistic=median', 'views']
    >>> read_meaning("日常_阅读中位数").readings == read_meaning("readMidNor").readings
    True
    >>> read_meaning("外星曝光").leftover
    ('外', '星')
    """
    text = normalise(header)
    if not text or len(text) > MAX_HEADER:
        return Meaning(header, (), leftover=(text[:MAX_HEADER],) if text else ())
    found, rest = _take_patterns(text)
    words, corrected = _resolve_words(_TOKEN.findall(rest))
    segments, leftover = _cut(words)
    if any(_is_chinese(word) for word in leftover):
        segments, leftover, typed = _cut_lookalikes(words, segments, leftover)
        corrected += typed
    readings = _combine(segments, found)
    units = frozenset(part for reading in readings for part in reading if part in UNITS)
    return Meaning(header, _soften_all(readings), units, leftover, corrected)


# ------------------------------------------------------------------------------------ normalising

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SUFFIX = re.compile(r"[_\s.(（][1-9][)）]?\s*$")
_BRANDS = re.compile(r"RedNote|RedBook|XiaoHongShu|WeChat|WhatsApp|MediaCrawler")
_LETTER_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")
_REMARK = re.compile(
    r"[(\[【]\s*(?:仅|only|注|note:|截至|截止|as of|as at|>|数据来源|来源:|source:|说明|t\+1|例|e\.g)[^)\]】]*[)\]】]"
)
_TOKEN = re.compile(r"[a-z]+[$]?|\d+|[一-鿿]|[%¥&+]|[<>≥≤]")


def normalise(header: str) -> str:
    """One spelling for full-width, traditional, camelCase and capital letters; remarks dropped.

    >>> normalise("活跃粉丝占比（仅>1K）"), normalise("readMidNor30"), normalise("閱讀量 ")
    ('活跃粉丝占比', 'read mid nor 30', '阅读量')
    """
    text = unicodedata.normalize("NFKC", str(header)).translate(TRADITIONAL)
    text = _BRANDS.sub(lambda brand: brand.group().lower(), text)
    text = _LETTER_DIGIT.sub(" ", _CAMEL.sub(" ", text)).lower()
    return " ".join(_REMARK.sub(" ", text).split())


def _is_chinese(word: str) -> bool:
    return "一" <= word[:1] <= "鿿"


# --------------------------------------------------------------------- ages, windows and thresholds

_SEP = r"[\s\-–—~_到至]*(?:to)?[\s_]*"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?:over|above|with|at least|>=|>|≥)?\s*1,?000\s*\+?\s*(?:or more )?likes?(?: or more)?|点赞\D{0,4}1,?000"
        ),
        "thousand_likes",
    ),
    (
        re.compile(
            r"(?:over|above|>=|>|≥)?\s*(?<!\d)100\s*\+?\s*(?:or more )?likes?(?: or more)?|点赞\D{0,4}100(?!\d)"
        ),
        "hundred_likes",
    ),
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
    (re.compile(r"(?<!\d)(\d{1,3})[\s_\-]*(?:h|hr|hrs|hours?|小时)(?![a-z])(?:内|以内)?"), "threshold={0}h"),
    (re.compile(r"(?<!\d)([1-9]|10|15|30)[\s_\-]*(?:s|sec|secs|seconds?|秒)(?![a-z])"), "threshold={0}s"),
    (
        re.compile(
            r"(?:近|最近|过去|前|last|past|recent|in|within|over)?[\s_]*"
            r"(?<!\d)(7|14|15|28|30|60|90|180|365)[\s_\-]*(?:天|日|d|days?)(?![a-z])(?:内|以内)?"
        ),
        "window={0}",
    ),
    (re.compile(r"近一个?月|(?:last|past) month"), "window=30"),
    (re.compile(r"(?<![a-z])v\s?\d{1,2}(?!\w)|(?<=[_\s])[xy]$"), ""),
    (re.compile(r"(?<=[_\s(-])new\)?$"), "suffix=new"),
    (re.compile(r"(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"), ""),
    (re.compile(r"(?<![\d.])20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"), ""),
    (re.compile(r"(?<=[a-z一-鿿])[\s_]*(?<!\d)(7|28|30|60|90)(?!\d)"), "window={0}"),
)
"""What is said with digits: pattern → part (``{0}`` is the first group, digits joined by ``-``)."""


def _take_patterns(text: str) -> tuple[list[str], str]:
    found = []
    for pattern, part in PATTERNS:
        for match in pattern.finditer(text):
            digits = "-".join(re.findall(r"\d+", match.group(1))) if match.groups() else ""
            found += [part.format(digits)] if part else []
        text = pattern.sub(" ", text)
    return found, text


# ------------------------------------------------------------------------------------- the lexicon


def _spellings(line: str) -> Iterator[tuple[str, ...]]:
    for spelling in line.split():
        yield tuple(_TOKEN.findall(normalise(spelling)))


def _build_phrases() -> dict[tuple[str, ...], frozenset[Parts]]:
    phrases: dict[tuple[str, ...], set[Parts]] = {}
    groups = [(frozenset(parts.split()), line) for parts, line in WORDS.items()]
    for parts, line in [*groups, (frozenset(), NOISE), (BLOCKED, OTHER)]:
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

MIN_FUZZY = 4
"""Shorter words are not corrected: too many words lie one letter away."""
LONG_WORD = 8
"""From this length on, two wrong letters are allowed instead of one."""


def _resolve_words(tokens: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    words: list[str] = []
    corrected: list[str] = []
    for token in tokens:
        known, was_misspelt = _resolve(token)
        words += known
        corrected += [token] if was_misspelt else []
    return words, tuple(corrected)


@lru_cache(maxsize=4096)
def _resolve(token: str) -> tuple[tuple[str, ...], bool]:
    """Known words for one token, and whether it was misspelt: likedcount → liked count, veiws → views."""
    _, latin, _ = _lexicon()
    if token in latin or not (token.isascii() and token.isalpha()):
        return (token,), False
    if token.endswith("s") and token[:-1] in latin:
        return (token[:-1],), False
    if compound := _split_compound(token, latin):
        return compound, False
    return ((close,), True) if (close := _correct(token, latin)) else ((token,), False)


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


def _correct(token: str, latin: frozenset[str]) -> str | None:
    """The one known word a misspelling can stand for; None where two different words are as near."""
    if len(token) < MIN_FUZZY:
        return None
    allowed = 2 if len(token) >= LONG_WORD else 1
    candidates = [word for word in latin if len(word) >= MIN_FUZZY and word[0] == token[0]]
    near = extract(token, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    best = [word for word, distance, _ in near if distance == min(d for _, d, _ in near)]
    phrases, _, _ = _lexicon()
    meanings = {phrases.get((word,), word) for word in best}
    return sorted(best)[0] if len(meanings) == 1 else None


# ------------------------------------------------------------------------------- cutting into words


def _cut(words: list[str]) -> tuple[list[frozenset[Parts]], tuple[str, ...]]:
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


def _collect(words: list[str], choices: list[int]) -> tuple[list[frozenset[Parts]], tuple[str, ...]]:
    phrases, _, _ = _lexicon()
    segments, leftover, start = [], [], 0
    while start < len(words):
        size = max(-choices[start] - 1, 1)
        spelling = tuple(words[start : start + size])
        meanings = phrases.get(spelling, frozenset()) if choices[start] < -1 else frozenset()
        known = frozenset(meanings - {BLOCKED})
        segments += [known] if known else []
        leftover += [] if known else ["".join(spelling)]
        start += size
    return segments, tuple(leftover)


def _cut_lookalikes(
    words: list[str], segments: list[frozenset[Parts]], leftover: tuple[str, ...]
) -> tuple[list[frozenset[Parts]], tuple[str, ...], tuple[str, ...]]:
    """Put one mistyped Chinese character (暴光) or swapped pair (光曝) right where that leaves nothing unknown."""
    attempts = []
    for wrong, tried in _retype(words):
        cut, rest = _cut(tried)
        attempts += [(cut, rest, (wrong,))] if not rest else []
    if len({frozenset(_combine(cut, [])) for cut, _, _ in attempts}) == 1:
        return attempts[0]
    return segments, leftover, ()


def _retype(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The words with each mistyped character put right, and with each swapped word of two characters, one at a time."""
    phrases, _, _ = _lexicon()
    for i, word in enumerate(words):
        for right in _lookalikes().get(word, ()):
            yield word, [*words[:i], right, *words[i + 1 :]]
        if i and (word, words[i - 1]) in phrases:
            yield words[i - 1] + word, [*words[: i - 1], word, words[i - 1], *words[i + 1 :]]


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, tuple[str, ...]]:
    wrong: dict[str, tuple[str, ...]] = {}
    for right, others in SIMILAR.items():
        for other in others:
            wrong[other] = (*wrong.get(other, ()), right)
    return wrong


def _combine(segments: list[frozenset[Parts]], found: list[str]) -> list[Parts]:
    """Every reading the segments allow."""
    count = 1
    for segment in segments:
        count *= len(segment)
    if count > MAX_READINGS:
        return []
    return [frozenset().union(*choice, found) for choice in product(*segments)] if segments or found else []


# ------------------------------------------------------------ words that add nothing beside others

EVENTS = {"posted", "updated", "captured", "created", "edited", "finished"}
ABOUT_CREATOR = {
    *("fans", "gender", "place", "category", "tags", "price", "health", "age", "interest", "xhs", "number"),
    *("institution", "credit", "following"),
}
NAMES_NOTE = {"id", "name", "nickname", "link", "address"}


def _soften_all(readings: list[Parts]) -> tuple[Parts, ...]:
    softened = {soften(reading - UNITS) for reading in readings}
    return tuple(sorted((reading for reading in softened if reading), key=sorted))


def soften(parts: Parts) -> Parts:
    """Drop what goes without saying: 笔记 in 笔记曝光, 粉丝 in 粉丝年龄18-24, 时间 in 发布时间.

    >>> sorted(soften(frozenset({"note", "exposure"}))), sorted(soften(frozenset({"note", "id"})))
    (['exposure'], ['id', 'note'])
    """
    things = {part for part in parts if "=" not in part}
    has_age = any(part.startswith("age=") for part in parts)
    dropped = {
        "time": bool(things & EVENTS),
        "first": "posted" in things,
        "suffix=new": "fans" not in things,
        "creator": bool(things & ABOUT_CREATOR),
        "user": "fans" in things,
        "note": bool(things - {"note", "xhs", "creator"}) and not things & NAMES_NOTE,
        "xhs": len(things) > 1 and not things & {"number", "id"},
        "id": "number" in things,
        "ratio": has_age or {"fans", "female"} <= things,
        "statistic=distribution": "fans" in things,
        "fans": has_age,
        "age": has_age,
        "price": "unit_cost" in things,
        "gender": "female" in things or "male" in things,
    }
    return frozenset(part for part in parts if not dropped.get(part, False))
