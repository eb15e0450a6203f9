"""What the header of a column that people keep says, and amounts as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.exports.days import find_date, find_day_within
from xhs_toolkit.exports.platforms import list_cells
from xhs_toolkit.exports.words import read_simplified

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
_REMARK = re.compile(r"[(\[【][^)\]】]*[)\]】]?")
NUMBER = re.compile(
    r"[-+~≈约]?\s*[^\d\s]{0,4}\s*\d[\d,. ]*\s*(?:k|w|m|万|千|亿)?\s*\+?\s*"
    r"(?:(?:-|–|—|~|to|至|到)\s*[^\d\s]{0,4}\s*\d[\d,. ]*(?:k|w|万|千)?)?"
    r"\s*(?:元|块|\+?\s*gst|incl?\.?.*|excl?\.?.*|per \w+|/\w+|each|nzd|aud|cny|rmb|ex gst|plus gst)?"
)
_FILLER = re.compile(
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


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing: empty, spaces, missing."""
    return cell is None or cell != cell or (isinstance(cell, str) and not cell.strip())  # noqa: PLR0124


def fold(cell: object) -> str:
    r"""A text in one spelling: half width, simplified characters, lower case, single spaces.

    >>> fold("  Ｌikes\n(7d) ")
    'likes (7d)'
    """
    if not isinstance(cell, str):
        return ""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell).translate(read_simplified())
    return " ".join(text.lower().split())


def compile_phrases(phrases: str, *, plural: bool = False) -> re.Pattern[str]:
    """A pattern of phrases; Latin ones must stand as words of their own, with an s where that is allowed."""
    listed = sorted({fold(phrase) for phrase in phrases.split("|")} - {""}, key=len, reverse=True)
    return re.compile("|".join(phrase_pattern(phrase, plural=plural) for phrase in listed))


def phrase_pattern(phrase: str, *, plural: bool = False) -> str:
    """The pattern of one phrase."""
    before = r"(?<![a-z])" if phrase[0].isascii() and phrase[0].isalpha() else ""
    after = ("s?" if plural and len(phrase) > 2 else "") + "(?![a-z])" if re.match("[a-z]", phrase[-1]) else ""
    return before + re.escape(phrase) + after


@lru_cache(maxsize=1)
def _roles() -> dict[str, re.Pattern[str]]:
    return {role: compile_phrases(phrases, plural=True) for role, phrases in read_words()["roles"].items()}


@lru_cache(maxsize=1)
def _other_platforms() -> re.Pattern[str]:
    """Names of other platforms: a figure under one is not ours."""
    theirs = [word for word, name in list_cells().items() if name not in {"ours", "other"}]
    return compile_phrases("|".join(theirs))


@lru_cache(maxsize=1)
def _our_platform() -> re.Pattern[str]:
    return compile_phrases("|".join(word for word, name in list_cells().items() if name == "ours"))


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
    return (
        named[0] if len(named) == 1 else "$" if not named and re.search(r"[$＄刀]|(?<![a-z])dollars?", text) else None
    )


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
    group, bar, label = text.rpartition("|")
    if bar and not find_date(group) and not re.search(read_words()["not_the_figure"], group):
        below = read_hint(label)
        number, age = _take_number(group)[1], _take_age(group)[1]
        if (number or age) and max(below.roles.values(), default=0.0) == 1:
            age = below.age_days if age is None else age
            return below._replace(header=header, number=number or below.number, age_days=age)
    currency = find_currency(text)
    scale = next((factor for pattern, factor in _SCALES if pattern.search(text)), 1.0)
    with_tax = bool(re.search(r"(?<!不)(?<!未)含税|incl?\w*\.? gst|gst incl|with gst", text))
    text, dated = _take_day(text)
    text, number = _take_number(text)
    text, age = _take_age(text)
    age = dated if age is None else age
    bare = _strip(text, currency)
    if re.fullmatch(read_words()["tax_alone"], text.strip(" *:：")):
        return Hint(header, {"ignore": 1.0})
    roles, kind = _match_roles(bare)
    is_open = max(roles.values(), default=0.0) < 1 or "cost" in roles
    if is_open and (fee := _read_fee_name(text, currency)) is not None:
        roles, kind = {"cost": 1.0}, fee
    elif not roles:
        roles, kind = _match_roles(" ".join(re.findall(r"[\w%?#]+", text)))
    return Hint(header, roles, kind, number, age, currency, scale, with_tax)


@lru_cache(maxsize=1)
def _fee_words() -> dict[str, re.Pattern[str]]:
    return {name: compile_phrases(words, plural=True) for name, words in read_words()["fee"].items()}


def name_fee_kind(header: str) -> str:
    """The kind of fee that a header of such words alone names, although it does not say that it is one.

    >>> name_fee_kind("Locked in"), name_fee_kind("Mood")
    ('agreed', '')
    """
    return _read_fee_name(fold(header), None, needs_noun=False) or ""


def _read_fee_name(text: str, currency: str | None, *, needs_noun: bool = True) -> str | None:
    """The kind of fee that a header names; None where some word of it is none of those that names of fees are made of.

    >>> _read_fee_name("net price", None), _read_fee_name("final", "AUD"), _read_fee_name("final", None)
    ('', 'final', None)
    """
    if currency in _currencies():
        text = re.sub(_whole(_currencies()[str(currency)].pattern), " ", text)
    text = _REMARK.sub(" ", re.sub(r"[$¥￥]", " ", text))
    bare, words = re.sub(read_words()["tax"], " ", text), _fee_words()
    is_tax = not re.search(r"[^\W_]", bare) and re.fullmatch(r"\W*(?:gst|tax|税)[额费]?\W*", text)
    says_fee = any(_roles()[f"cost {kind}"].search(bare) for kind in ("quoted", "agreed", "final", "paid"))
    says_tax = re.search(r"(?<![a-z])(?:incl?|excl?|ex|plus)\w*\.? gst|[含未]税", text)
    is_fee = says_fee or words["nouns"].search(bare) or currency or says_tax
    if is_tax or (needs_noun and not is_fee):
        return None
    rest = bare
    for pattern in sorted(words.values(), key=lambda pattern: -len(pattern.pattern)):
        rest = pattern.sub(" ", rest)
    if re.search(r"[^\W\d_]", rest):
        return None
    return next((kind for kind in ("converted", "final", "agreed", "paid", "quoted") if words[kind].search(bare)), "")


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
    within = find_day_within(text)
    if not days and within and re.search(r"[a-z月]", within):
        days, rest = [day for day in [find_date(within)] if day], [part for part in text.split(within) if part.strip()]
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
    text = _REMARK.sub(" ", re.sub(read_words()["tax"], " ", text))
    text = re.sub(r"[$¥￥'’]", " ", text)
    is_phrase = any(pattern.fullmatch(text.strip()) for pattern in _roles().values())
    text = text if is_phrase else _FILLER.sub(" ", text)
    return " ".join(re.sub(r"[:：*/_|-]+$", "", text.strip()).replace("_", " ").split())


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


def names_part(header: str, role: str) -> bool:
    """Whether a header that is not understood as a whole holds a word of a role.

    >>> names_part("Publish slot", "posted_at"), names_part("Fee per head est.", "cost"), names_part("Mood", "cost")
    (True, False, False)
    """
    text = fold(header)
    words = read_words()
    if _roles()["ignore"].search(text) or re.search(words["not_the_figure"], text):
        return False
    pattern = _fee_words()["nouns"] if role == "cost" else _roles()[role]
    if re.search(r"[一-鿿]", text) and role == "cost":
        return any(found.end() == len(_REMARK.sub("", text).strip()) for found in pattern.finditer(text))
    return bool(pattern.search(text) or (role == "posted_at" and re.search(words["posting"], text)))


def find_figures(header: str) -> list[str]:
    """The figures that a header lists, in its order.

    >>> find_figures("点赞/收藏/评论"), find_figures("赞藏评"), find_figures("Likes / saves"), find_figures("Likes")
    (['likes', 'collects', 'comments'], ['likes', 'collects', 'comments'], ['likes', 'collects'], ['likes'])
    """
    text, found = fold(header), list[tuple[int, int, str]]()
    for role in COUNTS:
        found += [(match.start(), match.end(), role) for match in _roles()[role].finditer(text)]
    longest = [item for item in found if not any(o != item and o[0] <= item[0] and item[1] <= o[1] for o in found)]
    return list(dict.fromkeys(role for _, _, role in sorted(longest)))


@lru_cache(maxsize=1)
def _formats() -> dict[str, str]:
    return {fold(word): name for name, words in read_words()["formats"].items() for word in words.split("|")}


def find_format(cell: object) -> str | None:
    """``image`` or ``video`` that a cell names, alone or beside other words."""
    text = fold(cell)
    if text in _formats():
        return _formats()[text]
    found = {_formats()[match.group()] for match in _format_pattern().finditer(text)} if text else set()
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1)
def _format_pattern() -> re.Pattern[str]:
    return compile_phrases("|".join(_formats()))


_LANDS = {"cost": "price_cny", "platform": "platform_name", "paid_flag": "status"}
"""Role → column it is listed under, where the two differ."""


def to_column(role: str) -> str:
    """The canonical column that a role is listed under."""
    return _LANDS.get(role, role)
