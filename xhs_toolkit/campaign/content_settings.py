"""Settings of the content: what creators are told, what they must and must not say, and the days that matter.

What no brief may ask stands in ``templates/compliance/briefs.yaml``: it is refused.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import AsList, Count, Day, Text, Texts, YesNo, make_fault

NEAR = 30
"""Characters before a word in which a negation is looked for."""


@cache
def _read_policy() -> tuple[list[tuple[re.Pattern[str], str]], re.Pattern[str]]:
    told = read_bundled_yaml(bundled_folder("templates") / "compliance" / "briefs.yaml")
    never = [(re.compile("|".join(each["patterns"])), f"{each['what']} ({each['source']})") for each in told["never"]]
    return never, re.compile(told["negations"])


def check_policy(text: str) -> str:
    """Return a text of a brief, or refuse it.

    >>> check_policy("No gambling, no fake reviews: 不要刷量")
    'No gambling, no fake reviews: 不要刷量'
    """
    folded = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    folded = folded.casefold().replace("’", "'")
    never, negation = _read_policy()
    for pattern, what in never:
        for match in pattern.finditer(folded):
            if not negation.search(folded[max(match.start() - NEAR, 0) : match.start()]):
                raise make_fault(what, f"take {match[0]!r} out of the brief")
    return text


class Line(Settings):
    """A sentence in Chinese, in English, or in both."""

    zh: Text | None = None
    en: Text | None = None


def _read_line(value: Any) -> Any:
    """Plain text is taken as Chinese where it holds Chinese characters, else as English."""
    if not isinstance(value, str):
        return value
    return {"zh" if re.search(r"[\u3400-\u9fff]", value) else "en": value}


def _check_line(line: Line) -> Line:
    if not (line.zh or line.en):
        raise make_fault("is empty", "write a sentence, or {zh: …, en: …}")
    return line


Words = Annotated[Line, BeforeValidator(_read_line), AfterValidator(_check_line)]


def _check_lines(line: Line) -> Line:
    for text in (line.zh, line.en):
        check_policy(text or "")
    return line


Brief = Annotated[Words, AfterValidator(_check_lines)]
"""What creators are asked to say."""


class SellingPoint(Line):
    """What speaks for the product, and what proves it."""

    proof: Text | None = None


Point = Annotated[SellingPoint, BeforeValidator(_read_line), AfterValidator(_check_line), AfterValidator(_check_lines)]


class KeyDate(Settings):
    """A day of the client's that matters; with ``avoid: yes`` no note goes out on it."""

    date: Day
    name: Text
    avoid: YesNo = False


def _read_clock(value: Any) -> Any:
    """A time of day, as hours and minutes."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?", str(value).strip())
    if match is None:
        raise make_fault("is not a time of day", "write hours and minutes, such as 19:30")
    return f"{int(match[1]):02d}:{match[2]}"


class Content(Settings):
    """What the analyst decides of the content; every line is optional."""

    message: Brief | None = None
    selling_points: tuple[Point, ...] = ()
    must_say: tuple[Brief, ...] = ()
    must_not_say: tuple[Words, ...] = ()
    links: Texts = ()
    disclosure: Brief | None = None
    key_dates: Annotated[tuple[KeyDate, ...], AsList] = ()
    notes_a_day: Annotated[Count, Field(ge=1)] = 2
    post_time: Annotated[str, BeforeValidator(_read_clock)] = "19:30"
    draft_days_before: Count = 7
    approve_days_before: Count = 3
