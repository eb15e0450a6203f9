"""What a campaign is: `campaign.yaml` as one frozen, checked record.

The descriptions of the settings are the comments of the template (`tools.settings_template`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict

from xhs_toolkit.campaign.agency import TAUGHT, TAUGHT_SHOWN, Agency, HeaderAnswer, Settings, Taught
from xhs_toolkit.campaign.boosting_settings import BOOSTING_SHOWN, Boosting
from xhs_toolkit.campaign.content_settings import CONTENT_SHOWN, Content
from xhs_toolkit.campaign.notebook_settings import NOTEBOOKS_SHOWN, OwnNotebook
from xhs_toolkit.campaign.people import SOURCING_SHOWN, VETTING_SHOWN, Sourcing, Vetting
from xhs_toolkit.campaign.planning import PLANNING_SHOWN, Planning
from xhs_toolkit.campaign.rates import HOME, Rate, list_rates
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

ADVANCED = "advanced"
DISTINCT = AfterValidator(check_distinct)
PLACEHOLDER = "New client"


def _setting(default: Any, description: str, *, shown: str, advanced: bool = False, alias: str | None = None) -> Any:
    """A setting: its default, its one comment line, and how the template shows it."""
    extra: JsonDict = {"shown": shown, ADVANCED: advanced}
    return Field(default=default, alias=alias, description=description, json_schema_extra=extra)


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

    client: Text = _setting(PLACEHOLDER, "Who the report is for.", shown=f"client: {PLACEHOLDER}")
    name: Text = _setting(
        "New campaign", "What this campaign is called.", shown="campaign: New campaign", alias="campaign"
    )
    objective: Objective = _setting(
        "awareness",
        "What the campaign is for: awareness, trust, sales or leads.",
        shown="objective: awareness",
    )
    markets: Annotated[tuple[Market, ...], AsList, DISTINCT] = _setting(
        ("NZ",), "Countries the campaign works in, as codes of two letters.", shown="markets: [NZ]"
    )
    window: Window = _setting(
        Window(),
        "First and last day, such as 2026-07-01; left empty, every note in data/ counts.",
        shown="window:\n  start:\n  end:",
    )
    planned_at: Day | None = _setting(
        None,
        "The day up to which the plan may know things; left empty, the day before the window.",
        shown="planned_at: 2026-06-15",
        advanced=True,
    )
    budget: Annotated[Budget | None, AfterValidator(_without_amount)] = _setting(
        None,
        "What the client pays in total; any currency but CNY needs the CNY that one unit cost, and on which day.",
        shown="budget:\n  amount:\n  currency: CNY\n  # cny_per_unit: 4.2\n  # rate_date: 2026-07-01",
    )
    category: Text | None = _setting(
        None, "The kind of product or place, such as travel, skincare, supplements or telecom.", shown="category:"
    )
    themes: Annotated[tuple[Theme, ...], AsList] = _setting(
        (),
        "Themes of the content, each found in notes by its keywords.",
        shown="themes:\n  # - name: Settling in\n  #   name_zh: 新生活\n  #   keywords: [开学, 租房, settling in]",
    )
    languages: Annotated[tuple[ReportLanguage, ...], AsList, DISTINCT, Field(min_length=1)] = _setting(
        ("en", "zh"), "Languages of the report, the main one first: en, zh.", shown="languages: [en, zh]"
    )
    time_zone: Annotated[TimeZone, Field(validate_default=True)] = _setting(
        "",
        "Where a day begins and ends, such as Asia/Shanghai; left empty, the time zone of the first market.",
        shown="time_zone:",
    )
    place_to_visit: YesNo | None = _setting(
        None,
        "Whether readers can visit a shop or place of the client's; left empty, as is usual in the category.",
        shown="place_to_visit: yes",
        advanced=True,
    )
    second_objective: Objective | None = _setting(
        None, "A second objective, if there is one.", shown="second_objective: trust", advanced=True
    )
    targets: Targets = _setting(
        Targets(),
        "What was promised, as far as it was; money in CNY, rates such as 8%.",
        shown="targets:\n  " + "\n  ".join(f"{name}:" for name in Targets.model_fields),
        advanced=True,
    )
    brand_names: Texts = _setting(
        (), "Names of the brand as creators write them.", shown="brand_names: [Harbour Tours, 港湾之旅]", advanced=True
    )
    hashtags: Texts = _setting(
        (), "The campaign's hashtags, without the #.", shown="hashtags: [港湾之旅]", advanced=True
    )
    sourcing: Sourcing = _setting(
        Sourcing(),
        "Which creators are looked for, and who is left out; every line is optional.",
        shown=SOURCING_SHOWN,
        advanced=True,
    )
    vetting: Vetting = _setting(
        Vetting(),
        "How creators are compared and scored; deviations is how far from its peers a creator must be to be flagged.",
        shown=VETTING_SHOWN,
        advanced=True,
    )
    planning: Planning = _setting(
        Planning(),
        "The plan: split of the budget, share of the largest tier, quotas, who must be in; every line is optional.",
        shown=PLANNING_SHOWN,
        advanced=True,
    )
    content: Content = _setting(
        Content(),
        "What creators are told and when notes go out; in Chinese, English or both; every line is optional.",
        shown=CONTENT_SHOWN,
        advanced=True,
    )
    boosting: Boosting = _setting(
        Boosting(),
        "Which notes get ads: money a note gets at a time, and how much dearer its last days may be before it stops.",
        shown=BOOSTING_SHOWN,
        advanced=True,
    )
    notebooks: Annotated[tuple[OwnNotebook, ...], AsList] = _setting(
        (),
        "Notebooks of your own in this folder that a run carries out, before or instead of a step, or after all.",
        shown=NOTEBOOKS_SHOWN,
        advanced=True,
    )
    report_currency: Currency | None = _setting(
        None,
        "Currency that leads in what the client sees; left out, the budget's.",
        shown="report_currency: CNY",
        advanced=True,
    )
    synthetic: YesNo = _setting(
        False, "Yes where the data is invented; every page then says so.", shown="synthetic: no", advanced=True
    )
    outcomes: Annotated[Outcomes, BeforeValidator(_read_outcomes)] = _setting(
        Outcomes(),
        "The client's own figures: files that hold only what the campaign brought (yes for all), and their currency.",
        shown="outcomes:\n  campaign_only: [client_leads*.csv]\n  currency: NZD",
        advanced=True,
    )
    files: Annotated[tuple[FileSetting, ...], AsList] = _setting(
        (),
        "What a file cannot say itself: whose it is, its kind, which header is which column, private columns or not.",
        shown="files:\n"
        "  - file: notes*.xlsx\n"
        "    kind: creator_center_notes\n"
        "    creator_id: 5f0000000000000000000001\n"
        "    creator_name: Ana in Auckland\n"
        "    columns: {曝光次数: exposure}\n"
        "    read_private: no",
        advanced=True,
    )

    taught: Taught = _setting(Taught(), TAUGHT, shown=TAUGHT_SHOWN, advanced=True)

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

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody has named the client yet."""
        return self.client == PLACEHOLDER
