"""Settings of the plan: how the budget is split, whom the roster must hold, and what else is compared."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import AsList, Identity, Number, PositiveNumber, Share, Text, Texts, make_fault

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
