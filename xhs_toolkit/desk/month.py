"""One month of an agency: each client's campaigns with what was promised, forecast and reached, and what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.campaign.models import HOME, list_rates
from xhs_toolkit.desk.search import compare_words
from xhs_toolkit.desk.today import read_results, read_stored
from xhs_toolkit.errors import CampaignError, Problem, XhsError
from xhs_toolkit.files import find_run
from xhs_toolkit.scorecard import Summary, read_summary
from xhs_toolkit.scorecard.summary import Target
from xhs_toolkit.tables import TABLES

TARGETS = ("client", "campaign", "metric", "promised", "forecast", "reached", "low", "high", "verdict", "reason")
POSTED = (
    "client",
    "campaign",
    "n_posted",
    "views",
    "engagement",
    "search_backs",
    "leads",
    "cost",
    "cost_per_view",
    "currency",
)
NAMED = ("client", "campaign", "brand_name", "n_notes", "notes_share", "engagement_share", "search_words")
WORDS = (
    "client",
    "campaign",
    "keyword",
    "clicks",
    "clicks_before",
    "change_ratio",
    "first_place_share",
    "rank",
    "verdict",
)
SPENT = ("client", "campaign", "n_notes", "budget", "spent", "committed", "margin", "currency")


class Month(NamedTuple):
    """What `summarise_month` found.

    Attributes
    ----------
    month : ``2026-09``. currency : the agency's own, in which all amounts are.
    posted : one row a campaign: the notes posted in the month with their views, engagement and searches after reading
        to date, the leads of the month, what these notes cost with their ads, and a view of those of known cost;
        missing where no file tells.
    targets : one row a campaign and promise: what was promised, forecast and reached to date, its range, verdict or
        reason.
    spent : one row a campaign to date: notes, budget, what was spent and is still to come, and the agency's margin;
        missing where no file tells. For the agency's eyes only.
    named : one row a campaign and brand, of the notes of the month that a search for the topic shows: how many name
        it, their share of all found and of their engagement, and the words they were found under.
    words : one row a campaign and search word of its ads that gained or lost against the month before: clicks of
        both, and where the searches showed it.
    problems : campaigns that could not be read, or have no run.
    """

    month: str
    currency: str
    posted: pd.DataFrame
    targets: pd.DataFrame
    spent: pd.DataFrame
    named: pd.DataFrame
    words: pd.DataFrame
    problems: tuple[Problem, ...]


def summarise_month(folders: Iterable[Path], *, month: str, currency: str | None = None) -> Month:
    """Sum up the campaigns whose window touches a month, from their latest runs.

    Parameters
    ----------
    currency : of the agency; by default the one that all budgets are in, else CNY.

    Raises
    ------
    CampaignError : the month cannot be read, or a campaign has no rate of the currency.
    """
    first, last = _read_month(month)
    campaigns, problems = [], []
    for folder in folders:
        try:
            campaign = read_campaign(folder)
            if _touches(campaign, first, last):
                campaigns.append((campaign, *_read_run(folder)))
        except XhsError as error:
            problems.append(Problem(error.message.splitlines()[0].rstrip("."), "xhs check", str(folder)))
    own = currency or _choose_currency(each for each, _, _ in campaigns)
    posted = [_sum_posted(*each, month=month, currency=own) for each in campaigns]
    targets = [row for campaign, summary, _ in campaigns for row in _list_targets(campaign, summary)]
    spent = [_sum_money(campaign, summary, own) for campaign, summary, _ in campaigns]
    named = [_list_named(campaign, run, month) for campaign, _, run in campaigns]
    words = [_list_words(campaign, first, last) for campaign, _, _ in campaigns]
    return Month(
        month,
        own,
        pd.DataFrame(posted, columns=list(POSTED)),
        pd.DataFrame(targets, columns=list(TARGETS)),
        pd.DataFrame(spent, columns=list(SPENT)),
        pd.concat([pd.DataFrame(columns=list(NAMED)), *named], ignore_index=True),
        pd.concat([pd.DataFrame(columns=list(WORDS)), *words], ignore_index=True),
        tuple(problems),
    )


def _read_month(month: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    try:
        first = pd.Timestamp(pd.to_datetime(month, format="%Y-%m"))
    except ValueError as error:
        raise CampaignError(
            "There is no such month.", [Problem("is no month", "write 2026-09", value=month)]
        ) from error
    return first, first + pd.offsets.MonthEnd(0)


def _touches(campaign: Campaign, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    start, end = campaign.window.start, campaign.window.end
    return (start is None or pd.Timestamp(start) <= last) and (end is None or pd.Timestamp(end) >= first)


def _read_run(folder: Path) -> tuple[Summary, Path]:
    run = find_run(folder)
    if run is None:
        raise CampaignError("has no complete run yet")
    return read_summary(run), run


def _choose_currency(campaigns: Iterable[Campaign]) -> str:
    used = {campaign.budget.currency for campaign in campaigns if campaign.budget is not None}
    return used.pop() if len(used) == 1 else HOME


def _list_targets(campaign: Campaign, summary: Summary) -> list[Mapping[str, Any]]:
    return [_describe(campaign, target) for target in summary.targets if target.promised is not None]


def _describe(campaign: Campaign, target: Target) -> Mapping[str, Any]:
    told = {"promised": target.promised, "reached": target.measured, "low": target.low, "high": target.high}
    about = {"client": campaign.client, "campaign": campaign.name, "metric": target.metric}
    forecast = target.forecast.p50 if target.forecast else None
    return {**about, **told, "forecast": forecast, "verdict": target.verdict, "reason": target.reason}


def _sum_posted(campaign: Campaign, summary: Summary, run: Path, *, month: str, currency: str) -> Mapping[str, Any]:
    """The notes of a month, in the campaign's own time, and the leads of its days."""
    about = {"client": campaign.client, "campaign": campaign.name, "currency": currency}
    days = {day: n for each in summary.outcomes if each.metric == "leads" for day, n in each.daily.items()}
    leads = sum(n for day, n in days.items() if day.startswith(month)) if days else None
    notes = read_results(run, "notes")
    if "posted_at" not in notes:
        return {**about, "n_posted": None, "leads": leads}
    mine = notes[notes["posted_at"].dt.strftime("%Y-%m").eq(month)]
    told = {name: mine[name].sum(min_count=1) for name in ("views", "engagement", "search_backs") if name in mine}
    cost = mine["total_cny"].where(mine["is_costed"]) / _find_rate(campaign, currency)
    views = mine["views"].where(cost.notna()).sum()
    per_view = cost.where(mine["views"].notna()).sum() / views if views else None
    cost_told = {"cost": cost.sum(min_count=1), "cost_per_view": per_view}
    return {**about, **told, **cost_told, "n_posted": len(mine), "leads": leads}


def _list_named(campaign: Campaign, run: Path, month: str) -> pd.DataFrame:
    voice = read_results(run, "voice").reindex(columns=["month", *NAMED[2:]])
    about = {"client": campaign.client, "campaign": campaign.name}
    return voice[voice["month"].eq(month)].assign(**about)[list(NAMED)]


def _list_words(campaign: Campaign, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    ad_days = read_stored(campaign.folder, "ad_days", columns=[column.name for column in TABLES["ad_days"]])
    words = compare_words(ad_days, first=first, last=last, before=first - pd.offsets.MonthBegin(1))
    about = {"client": campaign.client, "campaign": campaign.name}
    return words[words["verdict"].ne("")].assign(**about)[list(WORDS)]


def _find_rate(campaign: Campaign, currency: str) -> float:
    """CNY for one of a currency, at the campaign's own dated rate."""
    rates = list_rates(campaign)
    if currency not in rates:
        fix = f"write what one {currency} costs under exchange_rates in agency.yaml"
        raise CampaignError(
            "The month cannot be summed up.", [Problem("has no rate", fix, str(campaign.folder), value=currency)]
        )
    return rates[currency].cny_per_unit


def _sum_money(campaign: Campaign, summary: Summary, currency: str) -> Mapping[str, Any]:
    """What came in and went out, at the campaign's own dated rates."""
    per_unit, money = _find_rate(campaign, currency), summary.money
    amounts = {"budget": money.budget.cny, "spent": money.total.cny, "committed": money.committed.cny} if money else {}
    told = {name: None if amount is None else amount / per_unit for name, amount in amounts.items()}
    left = money.measure_left_cny() / per_unit if money else None
    about = {"client": campaign.client, "campaign": campaign.name, "currency": currency}
    n_notes = summary.notes.n if summary.notes else None
    return {**about, **told, "n_notes": n_notes, "margin": left}
