"""What belongs to the agency and not to one client: `agency.yaml`, with working defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from xhs_toolkit.campaign.values import (
    AsList,
    Count,
    Currency,
    Day,
    FilePattern,
    Market,
    Number,
    Place,
    PositiveNumber,
    Ratio,
    Share,
    Text,
    check_rate,
    make_fault,
    plausible,
)


class Settings(BaseModel):
    """Base of everything read from a settings file: frozen, and unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_what_is_empty(cls, data: Any) -> Any:
        """A known setting left empty has its default; an unknown one is told all the same."""
        known = {*cls.model_fields, *(field.alias for field in cls.model_fields.values())}
        is_block = isinstance(data, dict)
        return {k: each for k, each in data.items() if each is not None or k not in known} if is_block else data

    @field_validator("*")
    @classmethod
    def _is_not_above_what_limits_it(cls, value: Any, info: ValidationInfo) -> Any:
        for name, limit in plausible()["at_most"].get(cls.__name__, {}).items():
            pair = {**info.data, str(info.field_name): value}
            low, high = pair.get(name), pair.get(limit)
            if info.field_name in (name, limit) and low is not None and high is not None and low > high:
                side, other, bound = ("below", name, low) if info.field_name == limit else ("above", limit, high)
                told = str(bound).removesuffix(".0")
                raise make_fault(f"is {side} {other} ({told})", "swap the two, or correct one")
        return value


class Tier(Settings):
    """A tier of creators: its name and the followers it starts from."""

    name: Text
    followers_from: Count


class PriceRange(Settings):
    """What creators of a size usually ask for one note, in CNY.

    The default card: KOC 1,000–10,000 followers 200–1,000; KOL over 10,000 followers 1,000–20,000.
    """

    tier: Text
    followers_from: Count
    followers_to: Count | None = None
    price_low_cny: Number
    price_high_cny: Number
    source: Text = "set by the agency"


class AdCost(Settings):
    """What one click of ads of a kind usually costs, in CNY: nine times in ten between the two.

    In video feed a play of five seconds counts as a click.
    """

    placement: Literal["feed", "search", "video_feed", "site_wide"]
    format: Literal["image", "video"]
    click_low_cny: PositiveNumber
    click_high_cny: PositiveNumber
    source: Text = "set by the agency"

    @field_validator("click_high_cny")
    @classmethod
    def _is_in_order(cls, value: float, info: ValidationInfo) -> float:
        low = info.data.get("click_low_cny")
        if low is not None and value <= low:
            raise make_fault(f"is not above click_low_cny ({low:g})", "write the lower cost first")
        return value


class HeaderAnswer(Settings):
    """What a person said a header is: the column it is read into, and for a fee its currency and kind."""

    column: Text
    currency: Currency | None = None
    kind: Literal["quoted", "agreed", "paid"] | None = None


class Taught(Settings):
    """Answers to questions about files, so that the next file of the same kind reads itself."""

    headers: dict[str, HeaderAnswer] = Field(default_factory=dict)
    states: dict[str, Literal["proposed", "agreed", "sent", "posted", "paid", "cancelled"]] = Field(
        default_factory=dict
    )


TAUGHT_SHOWN = (
    "taught:\n"
    "  # headers:\n"
    "  #   Talent rate: {column: price_cny, currency: NZD, kind: agreed}\n"
    "  # states: {with Sam: agreed}"
)
TAUGHT = "What headers and states of your own sheets mean: answers to what xhs check asks."


class ExchangeRate(Settings):
    """What one unit of a currency cost in CNY, and on which day."""

    currency: Currency
    cny_per_unit: Ratio
    rate_date: Day

    @field_validator("cny_per_unit")
    @classmethod
    def _is_plausible(cls, rate: float, info: ValidationInfo) -> float:
        check_rate(rate, info.data.get("currency"))
        return rate


DEFAULT_SOURCE = "toolkit default"
UNSOURCED = "analyst's choice"
"""No figure is published: to be replaced by the agency's own."""

DEFAULT_AD_COSTS = (
    AdCost(placement="feed", format="image", click_low_cny=0.3, click_high_cny=1.5, source=UNSOURCED),
    AdCost(placement="feed", format="video", click_low_cny=0.3, click_high_cny=1.5, source=UNSOURCED),
    AdCost(placement="video_feed", format="video", click_low_cny=0.1, click_high_cny=0.5, source=UNSOURCED),
)
DEFAULT_TIERS = (Tier(name="KOC", followers_from=0), Tier(name="KOL", followers_from=10_000))
DEFAULT_RATE_CARD = (
    PriceRange(
        tier="KOC",
        followers_from=1_000,
        followers_to=10_000,
        price_low_cny=200,
        price_high_cny=1_000,
        source=DEFAULT_SOURCE,
    ),
    PriceRange(tier="KOL", followers_from=10_000, price_low_cny=1_000, price_high_cny=20_000, source=DEFAULT_SOURCE),
)


class AgencySettings(Settings):
    """What `agency.yaml` may say; every setting has a working default."""

    name: Text | None = Field(
        default=None,
        description="The agency's name, shown in the footer of reports.",
        json_schema_extra={"shown": "name:"},
    )
    logo: FilePattern | None = Field(
        default=None,
        description="A png or jpg beside this file, shown at the head of reports.",
        json_schema_extra={"shown": "logo:"},
    )
    tiers: Annotated[tuple[Tier, ...], AsList] = Field(
        default=DEFAULT_TIERS,
        description="Tiers of creators, each with the number of followers it starts from.",
        min_length=1,
        json_schema_extra={
            "shown": "tiers:\n  - {name: KOC, followers_from: 0}\n  - {name: KOL, followers_from: 10000}",
        },
    )
    service_fee_rate: Share = Field(
        default=0.10,
        description="The platform's service fee on top of a creator's price (Dandelion charges 10%).",
        json_schema_extra={"shown": "service_fee_rate: 10%"},
    )
    rate_card: Annotated[tuple[PriceRange, ...], AsList] = Field(
        default=DEFAULT_RATE_CARD,
        description="What creators usually ask for one note, in CNY, by followers.",
        json_schema_extra={
            "shown": "rate_card:\n"
            "  - {tier: KOC, followers_from: 1000, followers_to: 10000, price_low_cny: 200, price_high_cny: 1000,\n"
            "     source: toolkit default}\n"
            "  - {tier: KOL, followers_from: 10000, price_low_cny: 1000, price_high_cny: 20000,\n"
            "     source: toolkit default}",
        },
    )
    ad_costs: Annotated[tuple[AdCost, ...], AsList] = Field(
        default=DEFAULT_AD_COSTS,
        description="What a click of ads costs in CNY, for campaigns with few ads of their own: a guess, write yours.",
        json_schema_extra={
            "shown": "ad_costs:\n"
            "  - {placement: feed, format: image, click_low_cny: 0.3, click_high_cny: 1.5, source: analyst's choice}\n"
            "  - {placement: feed, format: video, click_low_cny: 0.3, click_high_cny: 1.5, source: analyst's choice}\n"
            "  - {placement: video_feed, format: video, click_low_cny: 0.1, click_high_cny: 0.5,\n"
            "     source: analyst's choice}",
        },
    )
    exchange_rates: Annotated[tuple[ExchangeRate, ...], AsList] = Field(
        default=(),
        description="CNY that one unit of a currency cost, each with its day; a campaign's own budget goes before.",
        json_schema_extra={
            "shown": "exchange_rates:\n  # - {currency: AUD, cny_per_unit: 4.7, rate_date: 2026-07-01}",
        },
    )
    rule_sets: Annotated[tuple[Market, ...], AsList] = Field(
        default=("CN", "AU", "NZ"),
        description="Countries whose advertising rules are checked.",
        json_schema_extra={"shown": "rule_sets: [CN, AU, NZ]"},
    )
    history: Place = Field(
        default="history",
        description="Where finished campaigns are remembered, without names: a folder, or s3://bucket/history.",
        json_schema_extra={"shown": "history: history"},
    )

    taught: Taught = Field(
        default=Taught(), description=TAUGHT, json_schema_extra={"shown": TAUGHT_SHOWN, "advanced": True}
    )

    @field_validator("tiers")
    @classmethod
    def _starts_differ(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        for part in ("name", "followers_from"):
            values = [getattr(tier, part) for tier in tiers]
            if len(set(values)) < len(values):
                raise make_fault(f"has two tiers with the same {part}", "give each its own")
        return tuple(sorted(tiers, key=lambda tier: tier.followers_from))


class Agency(AgencySettings):
    """The agency's settings and where its file lies."""

    folder: Path | None = None

    @property
    def logo_file(self) -> Path | None:
        """The logo's path; None where there is none."""
        return self.folder / self.logo if self.folder and self.logo else None
