"""Settings of sourcing and vetting: which creators the campaign looks for, and how they are compared."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from xhs_toolkit.bundled import read_bundled_lines
from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.planning import check_policy
from xhs_toolkit.campaign.values import (
    AsList,
    Change,
    Count,
    Language,
    PositiveNumber,
    Ratio,
    Share,
    Text,
    Texts,
    Weight,
    clean,
    find_nearest,
    make_fault,
    plausible,
    read_ratio,
)

LongText = Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=2_000)]
Bound = Annotated[float, BeforeValidator(read_ratio), Field(allow_inf_nan=False)]
Age = Literal["under_18", "18_24", "25_34", "35_44", "over_44"]
AGES = {"<18": "under_18", "18-24": "18_24", "25-34": "25_34", "35-44": "35_44", ">44": "over_44"}
AgeBand = Annotated[Age, BeforeValidator(lambda value: AGES.get(str(value).strip().replace("–", "-"), value))]

CHECK_NAMES = tuple(line["check"] for line in read_bundled_lines("vetting/checks.csv"))
"""Checks of an evidence card, in its order."""


class Audience(Settings):
    """Who the campaign wants to reach; what is left out does not count."""

    gender: Literal["female", "male"] | None = None
    ages: Annotated[tuple[AgeBand, ...], AsList] = ()
    places: Texts = ()
    interests: Texts = ()


class Weights(Settings):
    """Weights of parts, of which one at least counts."""

    @model_validator(mode="after")
    def _count_something(self) -> Self:
        weights = self.model_dump().values()
        others = sum(weights) - max(weights)
        if not any(weights):
            raise make_fault("are all zero", "give one part a weight")
        if others and max(weights) > plausible()["heaviest_weight"] * others:
            what = f"have one ({max(weights):g}) that leaves the others nothing"
            raise make_fault(what, "correct it, or write 0 for the others")
        return self


class FitWeights(Weights):
    """Weights of the parts of the fit; equal by default."""

    category: Weight = 1
    themes: Weight = 1
    audience: Weight = 1
    text: Weight = 1


class Sourcing(Settings):
    """What the pool of creators is searched for, and who is left out of it."""

    brief: Annotated[LongText, AfterValidator(check_policy)] | None = None
    audience: Audience = Audience()
    weights: FitWeights = FitWeights()
    competitors: Texts = ()
    competitor_days: Count = 90
    min_followers: Count | None = None
    max_followers: Count | None = None
    max_price_cny: PositiveNumber | None = None
    max_paid_share: Share | None = None
    min_fan_growth: Change | None = None
    places: Texts = ()
    note_languages: Annotated[tuple[Language, ...], AsList] = ()
    long_list: Annotated[Count, Field(ge=1)] = 200
    conflict_days: Count = 30
    known_share: Share = 0.5


class ScoreWeights(Weights):
    """Weights of the parts of the score; equal by default."""

    fit: Weight = 1
    engagement: Weight = 1
    quality: Weight = 1
    audience: Weight = 1
    paid: Weight = 1
    price: Weight = 1
    growth: Weight = 1
    reliability: Weight = 1


class Limit(Settings):
    """A fixed limit of one check, in place of the one that the peers give."""

    check: Text
    low: Bound | None = None
    high: Annotated[Bound | None, Field(validate_default=True)] = None
    source: Text = "campaign.yaml"

    @field_validator("check")
    @classmethod
    def _is_a_check(cls, check: str) -> str:
        if check not in CHECK_NAMES:
            near = find_nearest(check, CHECK_NAMES)
            raise make_fault("is not a check", f"write {near}" if near else f"use one of {', '.join(CHECK_NAMES)}")
        return check

    @field_validator("high")
    @classmethod
    def _has_an_end(cls, high: float | None, info: ValidationInfo) -> float | None:
        if high is None and info.data.get("low") is None:
            raise make_fault("is missing, and so is low", "write low, high or both")
        return high


class Vetting(Settings):
    """How creators are compared with their peers, and what makes the score."""

    weights: ScoreWeights = ScoreWeights()
    deviations: Ratio = 3
    limits: Annotated[tuple[Limit, ...], AsList] = ()
    hit_metric: Literal["likes", "engagement"] = "likes"
    hit_from: Annotated[Count, Field(ge=1)] = 1_000
    shortlist: Annotated[Count, Field(ge=1)] = 60
    known_share: Share = 0.5
