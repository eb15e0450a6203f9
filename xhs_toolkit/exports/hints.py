"""What the header of a column that people keep says: what it may hold, of which post, at which age, in which money."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.exports.days import find_date

COUNTS = ("likes", "collects", "comments", "shares", "views", "exposure", "engagement")
FIGURES = (*COUNTS, "followers")
COSTS = ("product_cost_cny", "shipping_cost_cny", "service_fee_cny")
PRICES = ("image_price_cny", "video_price_cny")
MONEY = ("cost", *COSTS, *PRICES)
ENOUGH = 0.6
"""Share of a column's filled cells that must be of one kind for the column to be of it."""
AMOUNTS = {*FIGURES, *MONEY}
MIN_COVERED, MOSTLY_COVERED = 0.55, 0.7
"""Share of a header that the words of a role must cover, and those of a figure or an amount."""
SAMPLE = 200

_NUMBERED = re.compile(
    r"(?<![a-z])(?:post|note|video|link|content|deliverable|xhs|红书)\s*#?\s*([1-9])(?!\d)(?!\s*(?:d|days?|h|hrs?|天|日)(?![a-z]))"
    r"|第\s*([一二三四五1-9])\s*[篇条]|(?:笔记|作品|帖子|链接)\s*([一二三四五1-9])(?!\d)"
)
_ENDS_NUMBERED = re.compile(r"^(.*[a-z一-鿿)])\s*[#_.(]?\s*([1-9])\)?$")
_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_AGE = re.compile(
    r"(?<![a-z\d])(?:d|day|days|t\+|第)\s*(\d{1,3})\s*(?:天|日)?(?![a-z\d])"
    r"|(\d{1,3})\s*-?\s*(d|days?|天|日|h|hrs?|hours?|小时|weeks?|wks?|周|months?|个月)(?![a-z])(?:后|内)?(?:统计|数据)?"
)
_AGE_DAYS = {"h": 1 / 24, "小": 1 / 24, "w": 7.0, "周": 7.0, "m": 30.0, "个": 30.0}
_SCALES = ((re.compile(r"[(（\[/,，]?\s*(?:单位[:：]?\s*)?(?:万|10k)\s*[)）\]]?\s*$|\(w\)"), 10_000.0),
           (re.compile(r"[(\[]\s*(?:k|千|'?000s?|thousands?)\s*[)\]]|'000"), 1_000.0))  # fmt: skip
_TAX = re.compile(
    r"[+(]?\s*(?:incl?\.?|including|excl?\.?|excluding|ex|plus|before|after|含|不含|未含|去)?\s*(?:gst|tax|税)(?:价)?\s*(?:incl?\.?|excl?\.?|exclusive|inclusive)?\s*\)?"
)
_REMARK = re.compile(r"[(\[【][^)\]】]*[)\]】]?")
NUMBER = re.compile(
    r"[-+~≈约]?\s*[^\d\s]{0,4}\s*\d[\d,. ]*\s*(?:k|w|m|万|千|亿)?\s*\+?\s*"
    r"(?:(?:-|–|—|~|to|至|到)\s*[^\d\s]{0,4}\s*\d[\d,. ]*(?:k|w|万|千)?)?"
    r"\s*(?:元|块|\+?\s*gst|incl?\.?.*|excl?\.?.*|per \w+|/\w+|each|nzd|aud|cny|rmb|ex gst|plus gst)?"
)
_BESIDE = re.compile(
    r"(?<![a-z])(?:xhs|red|rednote|total|latest|current|final|actual|no\. of|number of|# of"
    r"|小红书|最新|累计|总|实际|当前)(?![a-z])(?=.*[a-z一-鿿])"
)
"""What stands beside the name of a figure and says no more."""


class Hint(NamedTuple):
    """What a header says: roles that fit it with how well, and what narrows them.

    Attributes
    ----------
    roles : role → share of the header that its longest phrase covers.
    kind : of a fee: quoted, agreed, paid, or nothing.
    number : 2 in "Post 2 likes"; 0 where there is none.
    age_days : 7 in "Likes (7d)"; missing where it names none.
    currency : ISO code, or ``$``.
    scale : what one stands for: 10,000 under 粉丝(万).
    """

    header: str
    roles: Mapping[str, float]
    kind: str = ""
    number: int = 0
    age_days: float | None = None
    currency: str | None = None
    scale: float = 1.0
    with_tax: bool = False


@lru_cache(maxsize=1)
def read_words() -> dict[str, Any]:
    """The words of sheets kept by hand, from ``templates/exports/hand_kept.yaml``."""
    words: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "exports" / "hand_kept.yaml")
    return words


def fold(cell: object) -> str:
    r"""A text in one spelling: half width, lower case, single spaces.

    >>> fold("  Ｌikes\n(7d) ")
    'likes (7d)'
    """
    return " ".join(unicodedata.normalize("NFKC", str(cell)).lower().split()) if isinstance(cell, str) else ""


def compile_phrases(phrases: str) -> re.Pattern[str]:
    """A pattern of phrases; Latin ones must stand as words of their own."""
    listed = sorted({fold(phrase) for phrase in phrases.split("|")} - {""}, key=len, reverse=True)
    return re.compile("|".join(phrase_pattern(phrase) for phrase in listed))


def phrase_pattern(phrase: str) -> str:
    """The pattern of one phrase."""
    before = r"(?<![a-z])" if phrase[0].isascii() and phrase[0].isalpha() else ""
    after = r"(?![a-z])" if phrase[-1].isascii() and phrase[-1].isalpha() else ""
    return before + re.escape(phrase) + after


@lru_cache(maxsize=1)
def _roles() -> dict[str, re.Pattern[str]]:
    return {role: compile_phrases(phrases) for role, phrases in read_words()["roles"].items()}


@lru_cache(maxsize=1)
def _other_platforms() -> re.Pattern[str]:
    """Names of other platforms: a figure under one is not ours."""
    words = [words for name, words in read_words()["platforms"].items() if name not in {"ours", "other"}]
    return compile_phrases("|".join(word for word in "|".join(words).split("|") if len(word) > 1))


@lru_cache(maxsize=1)
def _our_platform() -> re.Pattern[str]:
    return compile_phrases(read_words()["platforms"]["ours"])


@lru_cache(maxsize=1)
def _currencies() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(f"(?:{pattern})") for code, pattern in read_words()["currencies"].items()}


def find_currency(text: str) -> str | None:
    """ISO code that a folded text names, ``$`` for a dollar sign alone; None for none or several.

    >>> find_currency("fee (nzd)"), find_currency("$500"), find_currency("费用/元"), find_currency("fee")
    ('NZD', '$', 'CNY', None)
    """
    named = [code for code, pattern in _currencies().items() if re.search(_whole(pattern.pattern), text)]
    if len(named) > 1 and "CNY" in named:
        named = [code for code in named if code != "CNY"]
    return named[0] if len(named) == 1 else "$" if not named and re.search(r"[$＄]|(?<![a-z])dollars?", text) else None


def _whole(pattern: str) -> str:
    return rf"(?<![a-z])(?:{pattern})(?![a-z])"


@lru_cache(maxsize=20_000)
def read_hint(header: str) -> Hint:
    """Read what a header says.

    >>> hint = read_hint("Post 2 likes (7d)")
    >>> hint.number, hint.age_days, sorted(hint.roles)
    (2, 7.0, ['likes'])
    >>> read_hint("Agreed fee (NZ$)")[1:6:4]
    ({'cost': 1.0}, 'NZD')
    """
    text = fold(header)
    if _other_platforms().search(text) and not _our_platform().search(text):
        return Hint(header, {"ignore": 1.0})
    currency = find_currency(text)
    scale = next((factor for pattern, factor in _SCALES if pattern.search(text)), 1.0)
    with_tax = bool(re.search(r"(?<!不)(?<!未)含税|incl?\w*\.? gst|gst incl|with gst", text))
    text, dated = _take_day(text)
    text, number = _take_number(text)
    text, age = _take_age(text)
    age = dated if age is None else age
    bare = _strip(text, currency)
    roles, kind = _match_roles(bare)
    if not roles:
        roles, kind = _match_roles(" ".join(re.findall(r"[\w%?#]+", text)))
    return Hint(header, roles, kind, number, age, currency, scale, with_tax)


def _take_number(text: str) -> tuple[str, int]:
    found = _NUMBERED.search(text)
    if found:
        digit = next(group for group in found.groups() if group)
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" -_:#")
        return rest or "post", _CHINESE_DIGITS.get(digit) or int(digit)
    ends = _ENDS_NUMBERED.match(text)
    return (ends.group(1).strip(" -_#("), int(ends.group(2))) if ends and not _AGE.search(text) else (text, 0)


def _take_day(text: str) -> tuple[str, float | None]:
    """A day beside the name of a figure, as in 3/13|赞: the later in the year the newer."""
    parts = [part.strip() for part in re.split(r"[|@]|\s-\s|[(（)）]| (?=\d{1,2}[/.]\d{1,2}$)", text) if part.strip()]
    days = [found for part in parts if (found := find_date(part)) is not None]
    rest = [part for part in parts if find_date(part) is None]
    if len(days) != 1 or not rest:
        return text, None
    day = days[0]
    month, day_of = (day.open[0], day.open[1]) if day.open else (day.m or 0, day.d or 0)
    return " ".join(rest), 1_000.0 + max(month * 31 + day_of, day_of * 31 + month if day.open and month > 12 else 0)


def _take_age(text: str) -> tuple[str, float | None]:
    found = _AGE.search(text)
    if not found:
        return text, None
    days = float(found.group(1) or found.group(2)) * _AGE_DAYS.get((found.group(3) or "d")[:1], 1.0)
    return re.sub(r"(?:发布后?|上线后?|after|@|at|post)?\s*$", "", text[: found.start()]).strip(" (（[") + " " + text[
        found.end() :
    ].strip(" )）]"), days


def _strip(text: str, currency: str | None) -> str:
    """A header without currency, tax and remarks in brackets."""
    if currency in _currencies():
        text = re.sub(_whole(_currencies()[str(currency)].pattern), " ", text)
    text = _REMARK.sub(" ", _TAX.sub(" ", text))
    text = re.sub(r"[$¥￥'’]", " ", text)
    text = text if _is_phrase(text) else _BESIDE.sub(" ", text)
    return " ".join(re.sub(r"[:：*/_|-]+$", "", text.strip()).replace("_", " ").split())


def _is_phrase(text: str) -> bool:
    return any(pattern.fullmatch(text.strip()) for pattern in _roles().values())


def _match_roles(text: str) -> tuple[dict[str, float], str]:
    """Roles by the share of the text that they cover, of those that cover most; the kind of a fee."""
    if not text:
        return {}, ""
    size = len(re.sub(r"\s", "", text))
    found: dict[str, float] = {}
    for role, pattern in _roles().items():
        length = sum(len(match.group().replace(" ", "")) for match in pattern.finditer(text))
        if length:
            found[role] = min(1.0, length / size)
    if not found:
        return {}, ""
    best = max(found.values())
    rest = _roles()[max(found, key=lambda role: found[role])].sub(" ", text)
    if best < 1 and _roles()["ignore"].search(rest):
        return {"ignore": 1.0}, ""
    near = {role: covered for role, covered in found.items() if covered >= best - 1e-9 and covered >= MIN_COVERED}
    costs = [role for role in near if role.startswith("cost ")]
    if not costs and "cost" in near:
        costs = [role for role in found if role.startswith("cost ")]
    kind = costs[0].split()[1] if costs else ""
    roles = {role.split()[0]: covered for role, covered in near.items()}
    roles = {role: covered for role, covered in roles.items() if role not in AMOUNTS or covered >= MOSTLY_COVERED}
    if re.search(read_words()["not_the_figure"], text):
        roles = {role: covered for role, covered in roles.items() if role not in FIGURES}
    return roles, kind
