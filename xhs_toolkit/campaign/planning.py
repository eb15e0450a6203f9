"""Settings of the plan, of boosting, and of notebooks of one's own."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import (
    AsList,
    Count,
    Identity,
    Number,
    PositiveNumber,
    Ratio,
    Share,
    Text,
    Texts,
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
