"""What a campaign is: `campaign.yaml` as one frozen, checked record; exchange rates, and what each objective promises.

What each setting means stands in the template, ``templates/campaign/campaign.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from xhs_toolkit.campaign.agency import Agency, HeaderAnswer, Settings, Taught
from xhs_toolkit.campaign.people import Sourcing, Vetting
from xhs_toolkit.campaign.planning import Boosting, Content, OwnNotebook, Planning
from xhs_toolkit.campaign.values import (
    AsList,
    Currency,
    Day,
    FilePattern,
    Identity,
    Market,
    Number,
    Objective,
    PositiveNumber,
    Ratio,
    ReportLanguage,
    Share,
    Text,
    Texts,
    TimeZone,
    YesNo,
    check_distinct,
    check_rate,
    find_nearest,
    list_zones,
    make_fault,
    plausible,
    read_list,
)

HOME = "CNY"
ALIASES = {"RMB": HOME, "CNH": HOME}


class Rate(NamedTuple):
    """CNY that one unit of a currency costs, and on which day; CNY itself has no day."""

    cny_per_unit: float
    day: date | None


def list_rates(campaign: Campaign) -> dict[str, Rate]:
    """Return the rate of each currency that the settings tell; the budget's goes before the agency's."""
    rates = {each.currency: Rate(each.cny_per_unit, each.rate_date) for each in campaign.agency.exchange_rates}
    budget = campaign.budget
    if budget is not None and budget.cny_per_unit:
        rates[budget.currency] = Rate(float(budget.cny_per_unit), budget.rate_date)
    return {**rates, HOME: Rate(1.0, None)}


DISTINCT = AfterValidator(check_distinct)
PLACEHOLDER = "New client"


class Window(Settings):
    """The first and last day of the campaign, both included; open where missing."""

    start: Day | None = None
    end: Day | None = None

    @field_validator("end")
    @classmethod
    def _is_no_age(cls, end: Any, info: ValidationInfo) -> Any:
        start, longest = info.data.get("start"), plausible()["window_days"]
        if start and end and (end - start).days > longest:
            raise make_fault(f"is more than {longest} days after the start, {start}", "correct the year")
        return end


class Budget(Settings):
    """What the client pays in total, and what it is in CNY at a dated rate."""

    amount: PositiveNumber = 0.0
    currency: Currency = "CNY"
    cny_per_unit: Annotated[Ratio | None, Field(validate_default=True)] = None
    rate_date: Annotated[Day | None, Field(validate_default=True)] = None

    @field_validator("cny_per_unit")
    @classmethod
    def _has_a_rate(cls, rate: float | None, info: ValidationInfo) -> float | None:
        currency = info.data.get("currency")
        if currency == "CNY":
            if rate not in {None, 1.0}:
                raise make_fault("is not 1, the rate of CNY to CNY", "delete the line, or correct the currency")
            return 1.0
        if rate is None and currency and info.data.get("amount", 1):
            raise make_fault(f"is missing: {currency} needs a rate", "write the CNY that one unit costs, such as 4.2")
        if rate is not None:
            check_rate(rate, currency)
        return rate

    @field_validator("rate_date")
    @classmethod
    def _has_a_date(cls, day: Any, info: ValidationInfo) -> Any:
        if day is None and info.data.get("currency", "CNY") != "CNY" and info.data.get("amount", 1):
            raise make_fault("is missing: a rate needs its day", "write the day of the rate, such as 2026-07-01")
        return day

    @property
    def amount_cny(self) -> float:
        """The budget in CNY."""
        return self.amount * (self.cny_per_unit or 1.0)


def _without_amount(budget: Budget | None) -> Budget | None:
    """A budget whose amount was left empty is no budget; its other settings were looked at."""
    return budget if budget and budget.amount else None


def _read_patterns(value: Any) -> Any:
    """Patterns of files; yes stands for every file."""
    plain = str(value).strip().casefold()
    if plain in {"yes", "true", "on"}:
        return ("*",)
    if plain in {"no", "false", "off"}:
        return ()
    return read_list(value)


class Theme(Settings):
    """A theme of the content, found in notes by its keywords."""

    name: Text
    name_zh: Text | None = None
    keywords: Annotated[Texts, Field(validate_default=True)] = ()

    @field_validator("keywords")
    @classmethod
    def _fall_back_on_the_names(cls, keywords: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        names = (info.data.get("name"), info.data.get("name_zh"))
        return keywords or tuple(name for name in names if name)


class Targets(Settings):
    """What the campaign is meant to reach; missing where nothing was promised."""

    exposure: Number | None = None
    views: Number | None = None
    engagement: Number | None = None
    click_rate: Share | None = None
    cost_per_view_cny: PositiveNumber | None = None
    cost_per_engagement_cny: PositiveNumber | None = None
    leads: Number | None = None
    qualified_leads: Number | None = None
    orders: Number | None = None
    sales_cny: Number | None = None
    foot_traffic: Number | None = None


class Outcomes(Settings):
    """What the client says of its own figures: which files count the campaign alone, and their currency.

    Parameters
    ----------
    campaign_only : patterns of files in ``data/`` that hold nothing but what the campaign brought; yes for all of them.
    currency : of amounts that name none.
    """

    campaign_only: Annotated[tuple[FilePattern, ...], BeforeValidator(_read_patterns)] = ()
    currency: Currency | None = None


def _read_outcomes(value: Any) -> Any:
    """``outcomes: campaign_only`` declares every file of the client's figures."""
    return {"campaign_only": "yes"} if isinstance(value, str) and value.strip() == "campaign_only" else value


class FileSetting(Settings):
    """What a person says about one file (or several, by pattern) in ``data/``."""

    file: FilePattern
    kind: Text | None = None
    creator_id: Identity | None = None
    creator_name: Text | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    read_private: YesNo = False

    @field_validator("columns")
    @classmethod
    def _name_known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        from xhs_toolkit.tables import TABLES

        known = {column.name for table in TABLES.values() for column in table} | {"note_link", "creator_link"}
        for header, name in columns.items():
            if name not in known:
                near = find_nearest(name, known)
                fix = f"write {near}" if near else "choose a column of docs/codebook.md"
                raise make_fault(f"maps {header} to {name}, which no table has", fix)
        return columns


class CampaignSettings(Settings):
    """What `campaign.yaml` may say; every setting has a working default."""

    client: Text = PLACEHOLDER
    client_zh: Text | None = None
    name: Text = Field(default="New campaign", alias="campaign")
    campaign_zh: Text | None = None
    objective: Objective = "awareness"
    markets: Annotated[tuple[Market, ...], AsList, DISTINCT] = ("NZ",)
    window: Window = Window()
    planned_at: Day | None = None
    budget: Annotated[Budget | None, AfterValidator(_without_amount)] = None
    category: Text | None = None
    themes: Annotated[tuple[Theme, ...], AsList] = ()
    languages: Annotated[tuple[ReportLanguage, ...], AsList, DISTINCT, Field(min_length=1)] = ("en", "zh")
    time_zone: Annotated[TimeZone, Field(validate_default=True)] = ""
    place_to_visit: YesNo | None = None
    second_objective: Objective | None = None
    targets: Targets = Targets()
    brand_names: Texts = ()
    hashtags: Texts = ()
    sourcing: Sourcing = Sourcing()
    vetting: Vetting = Vetting()
    planning: Planning = Planning()
    content: Content = Content()
    boosting: Boosting = Boosting()
    notebooks: Annotated[tuple[OwnNotebook, ...], AsList] = ()
    report_currency: Currency | None = None
    synthetic: YesNo = False
    outcomes: Annotated[Outcomes, BeforeValidator(_read_outcomes)] = Outcomes()
    files: Annotated[tuple[FileSetting, ...], AsList] = ()

    taught: Taught = Taught()

    @field_validator("second_objective")
    @classmethod
    def _is_another_objective(cls, second: str | None, info: ValidationInfo) -> str | None:
        if second and second == info.data.get("objective"):
            raise make_fault("is the first objective again", "choose another, or delete the line")
        return second

    @field_validator("planned_at")
    @classmethod
    def _is_planned_before_the_end(cls, day: Any, info: ValidationInfo) -> Any:
        end = info.data["window"].end if "window" in info.data else None
        if day and end and day > end:
            raise make_fault(f"is after the window, which ends {end}", "correct the year")
        return day

    @field_validator("sourcing")
    @classmethod
    def _is_no_own_competitor(cls, sourcing: Sourcing, info: ValidationInfo) -> Sourcing:
        own = {str(name).casefold() for name in (info.data.get("client"), *info.data.get("brand_names", ()))}
        for name in sourcing.competitors:
            if name.casefold() in own:
                raise make_fault(f"lists {name} among the competitors, the client's own", "take it out of one")
        return sourcing

    @field_validator("notebooks")
    @classmethod
    def _notebooks_differ(cls, notebooks: tuple[OwnNotebook, ...]) -> tuple[OwnNotebook, ...]:
        check_distinct(tuple(notebook.name for notebook in notebooks))
        check_distinct(tuple(notebook.instead_of for notebook in notebooks if notebook.instead_of))
        return notebooks

    @field_validator("time_zone", mode="before")
    @classmethod
    def _fall_back_on_the_market(cls, zone: Any, info: ValidationInfo) -> Any:
        zones = [name for market in info.data.get("markets", ()) for name in list_zones(market)]
        return zone or next(iter(zones), "Asia/Shanghai")

    @field_validator("themes")
    @classmethod
    def _themes_differ(cls, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        check_distinct(tuple(theme.name for theme in themes))
        return themes


class Campaign(CampaignSettings):
    """A campaign: its settings, its agency and where it lies.

    Attributes
    ----------
    folder : the campaign folder; exports lie in ``folder / "data"``.
    agency : from ``agency.yaml`` in the folder above, or the defaults.
    """

    folder: Path
    agency: Agency = Agency()

    def name_themes(self, language: str) -> dict[str, str]:
        """Themes → what they are called in a language."""
        return {theme.name: theme.name_zh for theme in self.themes if theme.name_zh and language == "zh"}

    @property
    def client_currency(self) -> str:
        """The currency that leads in what the client sees."""
        return self.report_currency or (self.budget.currency if self.budget else HOME)

    @property
    def client_rate(self) -> Rate:
        """What a unit of that currency costs in CNY, and its day."""
        return list_rates(self)[self.client_currency]

    @property
    def data_folder(self) -> Path:
        """Where the exports lie."""
        return self.folder / "data"

    @property
    def taught_states(self) -> dict[str, str]:
        """Word of a status → state, as the agency and then the campaign taught it."""
        return {**self.agency.taught.states, **self.taught.states}

    @property
    def taught_headers(self) -> dict[str, HeaderAnswer]:
        """Header → what it is, as the agency and then the campaign taught it."""
        return {**self.agency.taught.headers, **self.taught.headers}

    def called(self, language: str) -> tuple[str, str]:
        """What client and campaign are called in a language: their names of that language, else their own."""
        own = {"client": self.client, "campaign": self.name}
        client, campaign = (getattr(self, f"{name}_{language}", None) or text for name, text in own.items())
        return client, campaign

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody has named the client yet."""
        return self.client == PLACEHOLDER


OBJECTIVE_METRICS: Mapping[str, tuple[str, ...]] = {
    "awareness": ("exposure", "views", "click_rate", "cost_per_view_cny"),
    "trust": ("engagement", "cost_per_engagement_cny", "views"),
    "sales": ("orders", "sales_cny", "foot_traffic", "engagement"),
    "leads": ("leads", "qualified_leads", "engagement"),
}
"""What judges each objective, the first above all; names of `campaign.Targets`."""

OBJECTIVE_OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "awareness": ("brand_search_index", "site_sessions", "foot_traffic", "orders", "sales"),
    "trust": ("brand_search_index", "site_sessions", "orders", "sales"),
    "sales": ("sales", "orders", "foot_traffic"),
    "leads": ("qualified_leads", "leads", "site_sessions"),
}
"""Figures of the client's that tell of each objective, the most telling first."""

HEROES: Mapping[str, tuple[str, ...]] = {
    "awareness": ("exposure", "cpm_cny"),
    "trust": ("engagement", "collects"),
    "sales": ("sales_cny", "sales_return_ratio", "sales_lift_share"),
    "leads": ("leads", "cost_per_lead_cny"),
}
"""Figures that answer each objective: the first two that are measured stand first and large."""

LOW_IS_GOOD = frozenset({"cost_per_view_cny", "cost_per_engagement_cny"})
"""Promises that are kept by what lies below them."""


def order_metrics(metrics: tuple[str, ...], *, objective: str) -> list[str]:
    """The metrics with those that answer the objective first, then those that judge it.

    >>> order_metrics(("views", "leads", "qualified_leads"), objective="leads")
    ['leads', 'qualified_leads', 'views']
    """
    ordered = dict.fromkeys([*HEROES[objective], *OBJECTIVE_METRICS[objective], *metrics])
    return [name for name in ordered if name in metrics]
