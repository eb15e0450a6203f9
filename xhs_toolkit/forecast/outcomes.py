"""What a roster's views may bring the client: leads, orders … as views × an earlier rate that campaigns differ in.

Every earlier campaign has one rate: what it may call its own over its views. Rates are log-normal between campaigns; a
new campaign's lies in the prediction range of them (Student's t), and its count is Poisson around views × rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast.campaign import CampaignForecast, describe_draws, say_chance
from xhs_toolkit.forecast.windows import Floats
from xhs_toolkit.stats import make_rng

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

COUNTS = ("leads", "qualified_leads", "foot_traffic", "orders")
"""Figures of the client's that are forecast."""

MIN_EARLIER: int = assume("forecast.min_earlier_campaigns")


class OutcomeRates(NamedTuple):
    """What `find_outcome_rates` found.

    Attributes
    ----------
    table : one row a figure with enough earlier campaigns (index): ``log_mean``, ``log_sd`` (between campaigns),
        ``n_campaigns``, ``whose`` (``client`` or ``agency``).
    """

    table: pd.DataFrame


def find_outcome_rates(campaign: Campaign, *, remembered: pd.DataFrame | None = None) -> OutcomeRates:
    """Find the client's own earlier rates, as its settings and the agency's memory tell them, else those of others.

    Parameters
    ----------
    campaign : ``planning.earlier_campaigns`` are the client's own.
    remembered : of `history.Memory`, one row an earlier campaign: ``is_client`` (of this client), ``views`` and the
        figures of `COUNTS` that the campaign could call its own; missing where nothing told them.
    """
    settings = [row.model_dump() for row in campaign.planning.earlier_campaigns]
    told = pd.DataFrame(settings, columns=["views", *COUNTS]).astype(float).assign(is_client=True)
    earlier = told if remembered is None or remembered.empty else pd.concat([told, remembered], ignore_index=True)
    is_client = earlier["is_client"].astype(bool)
    rows = {}
    for metric in COUNTS:
        rate = (earlier[metric] + 0.5) / earlier["views"].where(earlier["views"].gt(0))
        for whose, is_theirs in (("agency", ~is_client), ("client", is_client)):
            logs = np.log(rate[is_theirs].dropna())
            if len(logs) >= MIN_EARLIER:
                rows[metric] = [float(logs.mean()), float(logs.std(ddof=1)), len(logs), whose]
    columns = ["log_mean", "log_sd", "n_campaigns", "whose"]
    return OutcomeRates(pd.DataFrame.from_dict(rows, orient="index", columns=columns))


def add_outcomes(
    forecast: CampaignForecast,
    chosen: pd.DataFrame,
    *,
    rates: OutcomeRates,
    targets: Mapping[str, float | None],
    rng: np.random.Generator | None = None,
) -> CampaignForecast:
    """Add the client's figures and the cost per lead to a forecast of views.

    A figure without earlier rates has a row only where something was promised: it has no forecast, and the findings say
    what would give one.

    Parameters
    ----------
    chosen : the placements, with ``cost_cny``.
    targets : by metric name; missing where nothing was promised.
    """
    drawn = _draw(forecast.draws, rates, rng=rng or make_rng(2))
    if "leads" in drawn:
        drawn["cost_per_lead_cny"] = chosen["cost_cny"].sum() / np.maximum(drawn["leads"], 1.0)
    promised = [metric for metric in COUNTS if targets.get(metric) is not None]
    listed = [*drawn, *(metric for metric in promised if metric not in drawn)]
    if not listed:
        return forecast
    table = pd.DataFrame(drawn, index=forecast.draws.index)
    measured = dict.fromkeys(drawn, len(chosen))
    rows = describe_draws(table, measured, n=len(chosen), targets=targets, metrics=listed)
    reason = rows["reason"].replace({"not_measured": "no_earlier_rate"})
    rows = rows.assign(reason=reason, **{f"p{level}_reason": reason for level in (10, 50, 90)})
    said = [
        *(_say_rate(metric, rates.table.loc[metric]) for metric in COUNTS if metric in drawn),
        *(Finding("forecast.no_earlier_rate", {"metric": metric}) for metric in promised if metric not in drawn),
        *(
            say_chance(row["metric"], row["target"], row["chance_share"])
            for row in rows[rows["chance_share"].notna()].to_dict("records")
        ),
    ]
    return CampaignForecast(
        pd.concat([forecast.totals, rows], ignore_index=True),
        pd.concat([forecast.draws, table], axis=1),
        (*forecast.findings, *said),
    )


def _draw(draws: pd.DataFrame, rates: OutcomeRates, *, rng: np.random.Generator) -> dict[str, Floats]:
    """Draw each figure: a new campaign's rate, and the count around it."""
    if "views" not in draws:
        return {}
    found = {}
    for metric, row in rates.table.iterrows():
        n = int(row["n_campaigns"])
        away = rng.standard_t(n - 1, len(draws)) * row["log_sd"] * np.sqrt(1 + 1 / n)
        rate = np.exp(np.minimum(row["log_mean"] + away, 0.0))
        found[str(metric)] = rng.poisson(rate * draws["views"].to_numpy()).astype(float)
    return found


def _say_rate(metric: str, row: pd.Series) -> Finding:
    n_views_each = round(float(np.exp(-row["log_mean"])))
    values = {"metric": metric, "n_campaigns": int(row["n_campaigns"]), "n_views_each": n_views_each}
    return Finding(f"forecast.rate_of_{row['whose']}", values)
