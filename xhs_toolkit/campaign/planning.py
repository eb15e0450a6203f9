"""Settings of the plan, of content, of boosting, and of notebooks of one's own."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import (
    AsList,
    Count,
    Day,
    Identity,
    Number,
    PositiveNumber,
    Ratio,
    Share,
    Text,
    Texts,
    YesNo,
    make_fault,
)

KINDS = ("tier", "persona", "theme", "place", "category", "format")
"""What a quota may speak of, in the order in which it is written."""


class Persona(Settings):
    """A kind of creator, found by keywords in its tags, category and place."""

    name: Text
    keywords: Annotated[Texts, Field(validate_default=True)] = ()

    @field_validator("keywords")
    @classmethod
    def _fall_back_on_the_name(cls, keywords: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return keywords or tuple(filter(None, [info.data.get("name")]))


class Quota(Settings):
    """How many creators of one kind, or how much money for them; without a kind it speaks of all creators."""

    tier: Text | None = None
    persona: Text | None = None
    theme: Text | None = None
    place: Text | None = None
    category: Text | None = None
    format: Literal["image", "video"] | None = None
    count: Literal["creators", "cost_cny"] = "creators"
    at_least: Number | None = None
    at_most: Annotated[Number | None, Field(validate_default=True)] = None

    @field_validator("at_most")
    @classmethod
    def _makes_sense(cls, at_most: float | None, info: ValidationInfo) -> float | None:
        named = [kind for kind in KINDS if info.data.get(kind)]
        at_least = info.data.get("at_least")
        if len(named) > 1:
            raise make_fault(f"belongs to a quota of two kinds, {' and '.join(named)}", "write one quota for each")
        if at_most is None and at_least is None:
            raise make_fault("is missing, and so is at_least", "write at_least, at_most or both")
        return at_most

    @property
    def kind(self) -> str | None:
        """What the quota speaks of; None for all creators."""
        return next((kind for kind in KINDS if getattr(self, kind)), None)


class Split(Settings):
    """K : F : S, the shares of the budget for creators, feed ads and search ads; they sum to one."""

    creators: Share
    feed: Share = 0.0
    search: Annotated[Share, Field(validate_default=True)] = 0.0

    @field_validator("search")
    @classmethod
    def _sums_to_one(cls, search: float, info: ValidationInfo) -> float:
        if {"creators", "feed"} <= set(info.data):
            total = info.data["creators"] + info.data["feed"] + search
            if abs(total - 1) > 1e-6:
                raise make_fault(f"makes creators, feed and search sum to {100 * total:g}%", "let them sum to 100%")
        return search


class Alternative(Settings):
    """Another plan to show beside the first; what is left out is as in the first."""

    name: Text
    split: Split | None = None
    large_share: Share | None = None


class EarlierCampaign(Settings):
    """What an earlier campaign of the client's brought: its views, and what it could call its own."""

    name: Text | None = None
    views: PositiveNumber
    leads: Number | None = None
    qualified_leads: Number | None = None
    foot_traffic: Number | None = None
    orders: Number | None = None


class Planning(Settings):
    """What the analyst decides of the plan; what is left out follows from the objective."""

    split: Split | None = None
    large_share: Share | None = None
    quotas: Annotated[tuple[Quota, ...], AsList] = ()
    must_have: Annotated[tuple[Identity, ...], AsList] = ()
    exclude: Annotated[tuple[Identity, ...], AsList] = ()
    personas: Annotated[tuple[Persona, ...], AsList] = ()
    notes_per_creator: Annotated[int, Field(ge=1, le=4)] = 1
    further_note_share: Share = 0.8
    maximise: Literal["views", "exposure", "engagement"] | None = None
    alternatives: Annotated[tuple[Alternative, ...], AsList, Field(max_length=3)] = ()
    earlier_campaigns: Annotated[tuple[EarlierCampaign, ...], AsList] = ()


class Boosting(Settings):
    """How notes are boosted.

    Parameters
    ----------
    step_cny : what a note gets before it is looked at again.
    stop_ratio : how many times dearer than before, or than the campaign's other ads, a note's clicks may become.
    recent_days : the last days of its ads that are held against what came before.
    """

    step_cny: PositiveNumber = 500.0
    stop_ratio: Annotated[Ratio, Field(gt=1)] = 1.5
    recent_days: Annotated[Count, Field(ge=1)] = 3


Step = Literal["1_objectives", "2_sourcing", "3_vetting", "4_roster", "5_content", "6_results"]


class OwnNotebook(Settings):
    """A notebook in the campaign folder that a run carries out: before a step, instead of it, or after all of them."""

    file: Text
    before: Step | None = None
    instead_of: Annotated[Step | None, Field(validate_default=True)] = None

    @field_validator("file")
    @classmethod
    def _lies_in_the_campaign_folder(cls, file: str) -> str:
        path = PurePosixPath(file.replace("\\", "/"))
        if path.suffix != ".ipynb":
            raise make_fault("is no notebook", "name a file that ends in .ipynb")
        if path.is_absolute() or ":" in file or ".." in path.parts:
            raise make_fault("does not lie in the campaign folder", "copy it there and write its name")
        return str(path)

    @field_validator("instead_of")
    @classmethod
    def _has_one_place(cls, instead_of: str | None, info: ValidationInfo) -> str | None:
        if instead_of and info.data.get("before"):
            raise make_fault("stands beside before", "keep one of the two")
        return instead_of

    @property
    def name(self) -> str:
        """Name of the step."""
        return PurePosixPath(self.file).stem


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
