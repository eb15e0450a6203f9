"""What belongs to the agency and not to one client: `agency.yaml`, with working defaults."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.values import (
    AsList,
    Colour,
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

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True, defer_build=True
    )

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
        highest = plausible()["highest"].get(cls.__name__, {}).get(info.field_name)
        if highest is not None and value > highest:
            raise make_fault(f"is above {highest}", "look whether its point was moved")
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


@cache
def _read_template() -> dict[str, Any]:
    settings: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "agency.yaml")
    return settings


def _as_in_template(name: str, **limits: Any) -> Any:
    """A setting whose default is what ``templates/agency.yaml`` says."""
    return Field(default_factory=lambda: _read_template()[name], validate_default=True, **limits)


class RunSettings(Settings):
    """How long a notebook's cell and a whole run may take, and how many runs are kept (all where it is not said)."""

    cell_minutes: PositiveNumber = Field(default_factory=lambda: _read_template()["runs"]["cell_minutes"])
    run_minutes: PositiveNumber = Field(default_factory=lambda: _read_template()["runs"]["run_minutes"])
    keep: Annotated[int, Field(ge=1)] | None = None


class AgencySettings(Settings):
    """What `agency.yaml` may say; every setting has a working default, and its meaning stands in the template."""

    name: Text | None = None
    logo: FilePattern | None = None
    colour: Colour | None = None
    font: Annotated[str, Field(pattern=r"^[\w .-]+$")] | None = None
    tiers: Annotated[tuple[Tier, ...], AsList] = _as_in_template("tiers", min_length=1)
    service_fee_rate: Share = _as_in_template("service_fee_rate")
    rate_card: Annotated[tuple[PriceRange, ...], AsList] = _as_in_template("rate_card")
    ad_costs: Annotated[tuple[AdCost, ...], AsList] = _as_in_template("ad_costs")
    exchange_rates: Annotated[tuple[ExchangeRate, ...], AsList] = ()
    rule_sets: Annotated[tuple[Market, ...], AsList] = _as_in_template("rule_sets")
    history: Place = _as_in_template("history")
    runs: RunSettings = Field(default_factory=RunSettings)
    taught: Taught = Taught()

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
