"""From the client's objective to a plan: split, roles, tactics, metrics, and what else could be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.objectives.tactics import (
    PARTS,
    ROLES,
    list_metrics,
    list_tactics,
    mix_large_share,
    mix_objectives,
    mix_split,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign, PriceRange

LARGE_FROM = 10_000
"""Followers from which a row of the rate card is one of large creators (KOL)."""

STEP = 0.25
"""By how much the default alternatives move money between large and small creators (analyst's choice)."""


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
        ``price_high_cny`` (rate card, fee included), ``n_notes_low``, ``n_notes_high`` it pays for, ``source``.
    tactics, metrics : see `tactics`.
    options : the plan and its alternatives side by side, one row each: ``option``, the amounts of
        K, F and S and of each role in CNY, ``n_small_notes`` and ``n_large_notes`` at the middle of the rate
        card, ``source``.
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


def plan_objectives(campaign: Campaign) -> ObjectivePlan:
    """Turn the campaign's objective, and a second one if there is one, into a plan.

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
    roles = _plan_roles(campaign, chosen, budget_cny=budget)
    tactics = list_tactics(weights)
    metrics = list_metrics(weights, targets=campaign.targets.model_dump())
    compared = _compare(campaign, options, budget_cny=budget)
    answer, *findings = _find(campaign, chosen, metrics, roles)
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


def _plan_roles(campaign: Campaign, option: Option, *, budget_cny: float) -> pd.DataFrame:
    shares = pd.Series({"large": option.large_share, "small": 1 - option.large_share}).reindex(list(ROLES))
    amount = shares * option.creators * budget_cny
    fee = 1 + campaign.agency.service_fee_rate
    prices = (
        pd.DataFrame([read_role_prices(campaign.agency.rate_card, role) for role in ROLES], index=list(ROLES)) * fee
    )
    return pd.DataFrame(
        {
            "role": list(ROLES),
            "budget_share": shares,
            "amount_cny": amount,
            "price_low_cny": prices["low"],
            "price_high_cny": prices["high"],
            "n_notes_low": np.floor(amount / prices["high"]),
            "n_notes_high": np.floor(amount / prices["low"]),
            "source": option.source,
        }
    ).reset_index(drop=True)


def read_role_prices(card: Sequence[PriceRange], role: str) -> dict[str, float]:
    """Lowest and highest usual price of a role on the rate card; NaN where it has no row for it."""
    rows = [row for row in card if (row.followers_from >= LARGE_FROM) == (role == "large")]
    if not rows:
        return {"low": float("nan"), "high": float("nan")}
    return {"low": min(row.price_low_cny for row in rows), "high": max(row.price_high_cny for row in rows)}


def _compare(campaign: Campaign, options: Sequence[Option], *, budget_cny: float) -> pd.DataFrame:
    return pd.DataFrame([_describe(campaign, option, budget_cny=budget_cny) for option in options])


def _describe(campaign: Campaign, option: Option, *, budget_cny: float) -> dict[str, object]:
    """An option in money and notes; a note costs the geometric middle of the rate card."""
    roles = _plan_roles(campaign, option, budget_cny=budget_cny).set_index("role")
    middle = np.sqrt(roles["price_low_cny"].clip(lower=1.0) * roles["price_high_cny"])
    n_notes = np.floor(roles["amount_cny"] / middle)
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


def _find(campaign: Campaign, option: Option, metrics: pd.DataFrame, roles: pd.DataFrame) -> tuple[Finding, ...]:
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
