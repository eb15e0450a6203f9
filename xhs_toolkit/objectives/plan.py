"""From the client's objective to a plan: split, roles, tactics, metrics, and what else could be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import find_industry_default, list_category_names
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign.models import OBJECTIVE_METRICS
from xhs_toolkit.campaign.values import list_zones
from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, PriceRange


SECOND_WEIGHT: float = assume("objectives.second_weight")

PARTS = ("creators", "feed", "search")
ROLES = ("large", "small")

SPLITS: Mapping[str, list[float]] = assume("objectives.splits")
LARGE_SHARES: Mapping[str, float] = assume("objectives.large_shares")


TACTICS_FILE = "tactics.csv"


@cache
def read_tactics() -> pd.DataFrame:
    """The tactics of ``templates/content/tactics.csv``.

    Returns
    -------
    ``tactic``, ``stage`` (of KFS), ``role`` (who carries it), ``objectives`` and ``categories`` (by ``;``; empty for
    all categories), ``place`` (yes: needs a place to visit; no: only without one; empty: both), ``source``.
    """
    path = bundled_folder("templates") / "content" / TACTICS_FILE
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def mix_objectives(first: str, second: str | None) -> dict[str, float]:
    """Weights of the objectives, summing to one.

    >>> mix_objectives("awareness", None)
    {'awareness': 1.0}
    """
    return {first: 1 - SECOND_WEIGHT, second: SECOND_WEIGHT} if second else {first: 1.0}


def mix_split(weights: Mapping[str, float]) -> tuple[float, float, float]:
    """K : F : S of several objectives, by their weights.

    >>> tuple(round(share, 3) for share in mix_split({"awareness": 1.0}))
    (0.6, 0.3, 0.1)
    """
    creators, feed = (sum(weight * SPLITS[name][part] for name, weight in weights.items()) for part in (0, 1))
    return creators, feed, 1 - creators - feed


def mix_large_share(weights: Mapping[str, float]) -> float:
    """Share of the creators' budget for large creators, of several objectives."""
    return sum(weight * LARGE_SHARES[name] for name, weight in weights.items())


def is_visited(campaign: Campaign) -> bool | None:
    """Whether readers can visit a place: as set, else as is usual in the category; None where neither tells."""
    if campaign.place_to_visit is not None:
        return campaign.place_to_visit
    return {"yes": True, "no": False}.get("".join(find_industry_default(campaign)["place"]))


def list_tactics(weights: Mapping[str, float], *, category: str | None, is_visited: bool | None) -> pd.DataFrame:
    """Tactics that serve at least one objective in this category, in the order of the stages.

    Parameters
    ----------
    is_visited : whether there is a place to visit; what needs one is left out where nobody knows of any.

    Returns
    -------
    ``tactic``, ``stage`` (creators, feed, search), ``role`` (large, small, both), ``serves`` (the heaviest
    objective it serves), ``source``. Why it is there, the sentence ``objectives.why_<tactic>`` says.
    """
    named = list_category_names(category or "")[0]
    unfit = "no" if is_visited else "yes"
    rows = [
        {name: tactic[name] for name in ("tactic", "stage", "role")}
        | {
            "serves": max(served, key=weights.__getitem__),
            "source": "common_practice" if tactic["source"] == "common practice" else "analysts_choice",
        }
        for tactic in read_tactics().to_dict("records")
        if tactic["place"] != unfit
        if not tactic["categories"] or named in tactic["categories"].split(";")
        if (served := [name for name in weights if name in tactic["objectives"].split(";")])
    ]
    return pd.DataFrame(rows)


def list_metrics(weights: Mapping[str, float], *, targets: Mapping[str, float | None]) -> pd.DataFrame:
    """Metrics that judge the objectives, the first objective's first.

    Returns
    -------
    ``metric``, ``serves``, ``target`` (missing where nothing was promised, as ``target_reason`` says), ``source``.
    """
    rows = [
        {
            "metric": metric,
            "serves": name,
            "target": targets.get(metric),
            "target_reason": "no_target" if targets.get(metric) is None else "",
            "source": "common_practice" if targets.get(metric) is None else "campaign_file",
        }
        for name in sorted(weights, key=lambda name: -weights[name])
        for metric in OBJECTIVE_METRICS[name]
    ]
    table = pd.DataFrame(rows).drop_duplicates("metric", ignore_index=True)
    return table.astype({"target": float})


LARGE_FROM: int = assume("objectives.large_from")
MIN_PRICED: int = assume("objectives.min_priced")
STEP: float = assume("objectives.step")


class Option(NamedTuple):
    """One way to spend the budget: K : F : S, and the large creators' share of K."""

    name: str
    creators: float
    feed: float
    search: float
    large_share: float
    source: str


class ObjectivePlan(NamedTuple):
    """What `plan_objectives` found.

    Attributes
    ----------
    split : one row a part of K : F : S: ``part``, ``budget_share``, ``amount_cny``, ``source``.
    roles : one row a role: ``role``, ``budget_share`` (of the creators' budget), ``amount_cny``, ``price_low_cny``,
        ``price_high_cny`` (fee included, see `find_role_prices`), ``n_notes_low``, ``n_notes_high`` it pays for,
        ``n_notes_middle``, ``price_source``, ``source``.
    tactics, metrics : see `tactics`.
    options : the plan and its alternatives side by side, one row each: ``option``, the amounts of
        K, F and S and of each role in CNY, ``n_small_notes`` and ``n_large_notes`` at the middle of the
        role's prices, ``source``.
    chosen : the plan itself.
    answer, reasons, findings : what the page says first, why each tactic is there, and what else it says.
    """

    split: pd.DataFrame
    roles: pd.DataFrame
    tactics: pd.DataFrame
    metrics: pd.DataFrame
    options: pd.DataFrame
    chosen: Option
    answer: Finding
    reasons: tuple[Finding, ...]
    findings: tuple[Finding, ...]


def plan_objectives(campaign: Campaign, *, creators: pd.DataFrame | None = None) -> ObjectivePlan:
    """Turn the campaign's objective, and a second one if there is one, into a plan.

    Parameters
    ----------
    creators : the pool known so far, one row each: ``creator_key``, ``followers`` and both prices. Where at least
        `MIN_PRICED` of a role have one, notes are counted by what they ask, and never more than they offer; else by the
        rate card.

    Amounts are missing, with ``…_reason`` beside them, where the campaign has no budget.
    """
    weights = mix_objectives(campaign.objective, campaign.second_objective)
    budget = campaign.budget.amount_cny if campaign.budget else float("nan")
    options = list_options(campaign)
    chosen = options[0]
    shares = np.array([chosen.creators, chosen.feed, chosen.search])
    split = pd.DataFrame(
        {"part": PARTS, "budget_share": shares, "amount_cny": shares * budget, "source": chosen.source}
    )
    prices = find_role_prices(campaign, creators)
    roles = _plan_roles(prices, chosen, budget_cny=budget)
    tactics = list_tactics(weights, category=campaign.category, is_visited=is_visited(campaign))
    metrics = list_metrics(weights, targets=campaign.targets.model_dump())
    compared = pd.DataFrame([_describe(prices, option, budget_cny=budget) for option in options])
    answer, *findings = _list_findings(campaign, chosen, metrics, roles)
    if is_visited(campaign) is None:  # neither the settings nor the category tell whether there is a place to visit
        findings.append(Finding("objectives.ask_place"))
    findings += _about_zone(campaign)
    reasons = tuple(Finding(f"objectives.why_{name}") for name in tactics["tactic"])
    split, roles, compared = (_say_why(frame) for frame in (split, roles, compared))
    return ObjectivePlan(split, roles, tactics, metrics, compared, chosen, answer, reasons, tuple(findings))


def _say_why(frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``…_reason`` to the columns that are missing for want of a budget."""
    empty = [name for name in frame if frame[name].isna().all()]
    return frame.assign(**{f"{name}_reason": "no_budget" for name in empty})


def list_options(campaign: Campaign) -> list[Option]:
    """The plan first, then the campaign's alternatives, or one with more large and one with more small creators."""
    weights = mix_objectives(campaign.objective, campaign.second_objective)
    planning = campaign.planning
    split = _shares(planning.split) if planning.split else mix_split(weights)
    large = mix_large_share(weights) if planning.large_share is None else planning.large_share
    is_set = planning.split is not None or planning.large_share is not None
    first = Option("plan", *split, large, "campaign_file" if is_set else "analysts_choice")
    given = [
        Option(
            other.name,
            *(_shares(other.split) if other.split else split),
            large if other.large_share is None else other.large_share,
            "campaign_file",
        )
        for other in planning.alternatives
    ]
    moved = {"more_large": min(large + STEP, 1.0), "more_small": max(large - STEP, 0.0)}
    default = [Option(name, *split, share, "analysts_choice") for name, share in moved.items() if share != large]
    return [first, *(given or default)]


def _shares(split: object) -> tuple[float, float, float]:
    return tuple(getattr(split, part) for part in PARTS)


# ----------------------------------------------------------------------------------------- roles


def find_role_prices(campaign: Campaign, creators: pd.DataFrame | None) -> pd.DataFrame:
    """What a note of each role costs, service fee included, and how many the pool offers.

    Returns
    -------
    By role ``low``, ``middle`` and ``high`` in CNY, ``n_offers`` (infinite where only the rate card tells) and
    ``price_source`` (pool_prices: quartiles of what is asked; rate_card: its ends and their geometric middle).
    """
    fee = 1 + campaign.agency.service_fee_rate
    card = pd.DataFrame([read_role_prices(campaign.agency.rate_card, role) for role in ROLES], index=list(ROLES)) * fee
    middle = np.sqrt(card["low"].clip(lower=1.0) * card["high"])
    prices = card.assign(middle=middle, n_offers=np.inf, price_source="rate_card")
    if creators is None:
        return prices
    asked = creators.melt(["creator_key", "followers"], ["image_price_cny", "video_price_cny"], value_name="price_cny")
    asked = asked[asked["price_cny"].gt(0) & asked["followers"].notna()]
    role = pd.Series(np.where(asked["followers"].ge(LARGE_FROM), "large", "small"), index=asked.index)
    for name, offers in asked.groupby(role):
        if offers["creator_key"].nunique() >= MIN_PRICED:
            low, half, high = offers["price_cny"].quantile([0.25, 0.5, 0.75]) * fee
            prices.loc[str(name)] = [low, high, half, len(offers), "pool_prices"]
    return prices


def _plan_roles(prices: pd.DataFrame, option: Option, *, budget_cny: float) -> pd.DataFrame:
    shares = pd.Series({"large": option.large_share, "small": 1 - option.large_share}).reindex(list(ROLES))
    amount = shares * option.creators * budget_cny
    most = prices["n_offers"].astype(float)
    return pd.DataFrame(
        {
            "role": list(ROLES),
            "budget_share": shares,
            "amount_cny": amount,
            "price_low_cny": prices["low"].astype(float),
            "price_high_cny": prices["high"].astype(float),
            "n_notes_low": np.floor(amount / prices["high"].astype(float)).clip(upper=most),
            "n_notes_high": np.floor(amount / prices["low"].astype(float)).clip(upper=most),
            "n_notes_middle": np.floor(amount / prices["middle"].astype(float)).clip(upper=most),
            "price_source": prices["price_source"],
            "source": option.source,
        }
    ).reset_index(drop=True)


def read_role_prices(card: Sequence[PriceRange], role: str) -> dict[str, float]:
    """Lowest and highest usual price of a role on the rate card; NaN where it has no row for it."""
    rows = [row for row in card if (row.followers_from >= LARGE_FROM) == (role == "large")]
    if not rows:
        return {"low": float("nan"), "high": float("nan")}
    return {"low": min(row.price_low_cny for row in rows), "high": max(row.price_high_cny for row in rows)}


def _describe(prices: pd.DataFrame, option: Option, *, budget_cny: float) -> dict[str, object]:
    """An option in money and notes, each at the middle of its role's prices."""
    roles = _plan_roles(prices, option, budget_cny=budget_cny).set_index("role")
    n_notes = roles["n_notes_middle"]
    return {
        "option": option.name,
        "creators_cny": option.creators * budget_cny,
        "feed_cny": option.feed * budget_cny,
        "search_cny": option.search * budget_cny,
        "large_share": option.large_share,
        "large_cny": roles.loc["large", "amount_cny"],
        "small_cny": roles.loc["small", "amount_cny"],
        "n_large_notes": n_notes["large"],
        "n_small_notes": n_notes["small"],
        "source": option.source,
    }


# -------------------------------------------------------------------------------------- findings


def _list_findings(
    campaign: Campaign, option: Option, metrics: pd.DataFrame, roles: pd.DataFrame
) -> tuple[Finding, ...]:
    second = campaign.second_objective
    budget = campaign.budget.amount_cny if campaign.budget else None
    answer = {
        "x": campaign.objective,
        "y": second,
        "leads_role": "large" if option.large_share > 0.5 else "small" if option.large_share < 0.5 else "both",
        "large_share": option.large_share,
        "creators_share": option.creators,
        "feed_share": option.feed,
        "search_share": option.search,
        "budget_cny": budget,
    }
    findings = [Finding("objectives.answer", answer), Finding(f"objectives.split_{option.source}")]
    if budget is None:
        findings.append(Finding("objectives.no_budget"))
    main = metrics[metrics["serves"].eq(campaign.objective)]
    if main["target"].isna().all():
        findings.append(Finding("objectives.no_target", {"x": campaign.objective}))
    unpaid = roles[(roles["budget_share"] > 0) & (roles["n_notes_high"] < 1)]
    findings += [
        Finding(
            "objectives.too_little",
            {"x": row["role"], "amount_cny": row["amount_cny"], "price_low_cny": row["price_low_cny"]},
        )
        for row in unpaid.to_dict("records")
    ]
    return tuple(findings)


def _about_zone(campaign: Campaign) -> tuple[Finding, ...]:
    """Say so where the clock is that of no market."""
    zones = [zone for market in campaign.markets for zone in list_zones(market)]
    day = pd.Timestamp(campaign.window.start or "2026-01-01")
    own = day.tz_localize(campaign.time_zone).utcoffset()
    if not zones or any(day.tz_localize(zone).utcoffset() == own for zone in zones):
        return ()
    values = {"zone": campaign.time_zone, "markets": ", ".join(campaign.markets), "fix": zones[0]}
    return (Finding("objectives.zone_disagrees", values),)
