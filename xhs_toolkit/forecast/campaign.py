"""What a roster brings: sums of heavy-tailed notes, the chance of each target, the outcomes that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast.model import NoteModel, find_shifts, know_creators
from xhs_toolkit.forecast.pool import FORECAST_METRICS, Pool
from xhs_toolkit.forecast.posterior import Chance, draw_notes, summarise
from xhs_toolkit.forecast.shapes import MAX_COEFFICIENTS
from xhs_toolkit.forecast.windows import Floats, unlog_count
from xhs_toolkit.stats import make_rng
from xhs_toolkit.tables import FORMATS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


N_DRAWS: int = assume("forecast.n_draws")
SUREST: float = assume("forecast.surest")
MIN_MEASURED: float = assume("forecast.min_measured")

COSTS = {"cost_per_view_cny": "views", "cost_per_engagement_cny": "engagement"}


class CampaignForecast(NamedTuple):
    """What `forecast_campaign` found.

    Attributes
    ----------
    totals : one row a metric (exposure, views, engagement, cost per view, cost per engagement): ``p10``, ``p50``,
        ``p90``, ``n_measured``, ``n_placements``, ``target``, ``chance_share`` of meeting it, ``reason`` where refused.
    draws : one row a draw, one column a measured metric.
    findings : what the page says.
    """

    totals: pd.DataFrame
    draws: pd.DataFrame
    findings: tuple[Finding, ...]


def forecast_campaign(
    chosen: pd.DataFrame,
    *,
    pool: Pool,
    targets: Mapping[str, float | None] | None = None,
    n_draws: int = N_DRAWS,
    rng: np.random.Generator | None = None,
) -> CampaignForecast:
    """Forecast the sum of the chosen placements.

    Within a draw all metrics of a note share one chance, notes of one creator share what is not known of the
    creator, and all creators what is not known of the pool: how far creators differ, what size and price tell.

    Parameters
    ----------
    chosen : rows of ``pool.candidates``.
    targets : by metric name; missing where nothing was promised.
    """
    chance = draw_chance(chosen["creator_id"], n_draws=n_draws, rng=rng or make_rng())
    sums = {metric: _draw_sum(chosen, pool=pool, metric=metric, chance=chance) for metric in FORECAST_METRICS}
    measured = {metric: chosen[f"{metric}_p50"].notna().sum() for metric in FORECAST_METRICS}
    enough = {metric: n >= MIN_MEASURED * len(chosen) and n > 0 for metric, n in measured.items()}
    draws = {metric: values for metric, values in sums.items() if enough[metric]}
    for name, metric in COSTS.items():
        if metric in draws:
            cost = chosen["cost_cny"].where(chosen[f"{metric}_p50"].notna()).sum()
            draws[name] = cost / np.maximum(draws[metric], 1.0)
            measured[name] = measured[metric]
    table = pd.DataFrame(draws)
    totals = describe_draws(table, measured, n=len(chosen), targets=targets or {})
    return CampaignForecast(totals, table, _list_findings(totals, chosen))


# ---------------------------------------------------------------------------------------- draws


def draw_chance(creators: pd.Series, *, n_draws: int, rng: np.random.Generator) -> Chance:
    """Chance of each draw: one for the pool, one for each creator, one for each note (a row each of `creators`)."""
    codes = pd.factorize(creators.fillna(""))[0]
    n_creators, shape = int(codes.max(initial=-1)) + 1, (n_draws, len(creators))
    return Chance(
        rng.random(n_draws),
        rng.standard_normal((n_draws, MAX_COEFFICIENTS)),
        rng.random((n_draws, n_creators))[:, codes],
        rng.standard_normal((n_draws, n_creators))[:, codes],
        rng.standard_normal((n_draws, n_creators))[:, codes],
        rng.random(shape),
    )


def _draw_sum(chosen: pd.DataFrame, *, pool: Pool, metric: str, chance: Chance) -> Floats:
    """Sum of the notes of one metric in each draw; notes without a forecast are left out."""
    total = np.zeros(len(chance.point))
    for form in FORMATS:
        rows = _rows_of(chosen, metric=metric, form=form)
        creators = pd.Index(chosen["creator_id"].iloc[rows])
        total += draw_counts(pool.models[metric, form], creators, chance=_take(chance, rows)).sum(axis=1)
    return total


def _rows_of(candidates: pd.DataFrame, *, metric: str, form: str) -> np.ndarray:
    """Rows of a format that have a forecast."""
    return np.flatnonzero(candidates["format"].eq(form).to_numpy() & candidates[f"{metric}_p50"].notna().to_numpy())


def _take(chance: Chance, rows: np.ndarray) -> Chance:
    return chance._replace(**{name: getattr(chance, name)[:, rows] for name in ("tail", "level", "drift", "note")})


def draw_expected(candidates: pd.DataFrame, *, pool: Pool, metric: str, n_draws: int) -> Floats:
    """Draw what each candidate may truly be worth: its expected count if its level were known, draws × candidates."""
    chance = draw_chance(candidates["creator_id"], n_draws=n_draws, rng=make_rng())
    middle = chance._replace(note=np.full(chance.note.shape, np.nan))
    drawn = np.full(chance.note.shape, np.nan)
    for form in FORMATS:
        rows = _rows_of(candidates, metric=metric, form=form)
        creators = pd.Index(candidates["creator_id"].iloc[rows])
        drawn[:, rows] = draw_counts(pool.models[metric, form], creators, chance=_take(middle, rows))
    return drawn


def draw_counts(model: NoteModel, creators: pd.Index, *, chance: Chance) -> Floats:
    """Draws × notes on the natural scale, moved and widened as earlier forecasts taught."""
    if not len(creators):
        return np.zeros((len(chance.point), 0))
    known = know_creators(model, creators)
    logs = draw_notes(model.posterior, known, chance)
    middle = summarise(model.posterior, known).location if model.stretch != 1 else 0.0
    return unlog_count(middle + model.stretch * (logs - middle) + find_shifts(model, creators))


# ------------------------------------------------------------------------------------ summaries


def describe_draws(
    draws: pd.DataFrame,
    measured: Mapping[str, int],
    *,
    n: int,
    targets: Mapping[str, float | None],
    metrics: Sequence[str] = (*FORECAST_METRICS, *COSTS),
) -> pd.DataFrame:
    """Summarise draws of whole campaigns: one row a metric, as in `CampaignForecast.totals`.

    Parameters
    ----------
    measured : placements with a forecast, by metric. n : all placements.
    """
    rows = [
        {
            "metric": metric,
            **_quantiles(draws, metric),
            "n_measured": int(measured.get(metric, 0)),
            "n_placements": n,
            "target": targets.get(metric),
            "target_reason": "no_target" if targets.get(metric) is None else "",
            "chance_share": _chance_of(draws, metric, targets.get(metric)),
            "chance_share_reason": "no_target" if targets.get(metric) is None else "",
            "reason": "" if metric in draws else "too_few_measured" if measured.get(metric, 0) else "not_measured",
        }
        for metric in metrics
    ]
    return pd.DataFrame(rows).astype({"target": float, "chance_share": float})


def _quantiles(draws: pd.DataFrame, metric: str) -> dict[str, float]:
    values = np.quantile(draws[metric], (0.1, 0.5, 0.9)) if metric in draws else [np.nan] * 3
    return dict(zip(("p10", "p50", "p90"), map(float, values), strict=True))


def _chance_of(draws: pd.DataFrame, metric: str, target: float | None) -> float:
    """Share of the draws that meet the target, within `SUREST`; a cost meets it from below."""
    if target is None or metric not in draws:
        return float("nan")
    met = draws[metric] <= target if metric in COSTS else draws[metric] >= target
    return float(np.clip(met.mean(), 1 - SUREST, SUREST))


def _list_findings(totals: pd.DataFrame, chosen: pd.DataFrame) -> tuple[Finding, ...]:
    by_metric = totals.set_index("metric")
    findings = []
    for metric in FORECAST_METRICS:
        row = by_metric.loc[metric]
        if row["reason"]:
            values = {"metric": metric, "n_measured": int(row["n_measured"]), "n_placements": len(chosen)}
            findings.append(Finding(f"forecast.{row['reason']}", values))
        elif row["n_measured"] < len(chosen):
            values = {"metric": metric, "n_measured": int(row["n_measured"]), "n_placements": len(chosen)}
            findings.append(Finding("forecast.partly_measured", values))
    promised = totals[totals["chance_share"].notna()]
    findings += [say_chance(**row) for row in promised[["metric", "target", "chance_share"]].to_dict("records")]
    return tuple(findings)


def say_chance(metric: str, target: float, chance_share: float) -> Finding:
    """Say the chance of a target."""
    name = "target_cny" if metric.endswith("_cny") else "target"
    return Finding("forecast.target_chance", {"metric": metric, name: target, "chance_share": chance_share})


# ------------------------------------------------------------------------- one large or many small


class Mix(NamedTuple):
    """One creator of the largest tier against many of the smallest, at equal cost (`compare_mixes`).

    Attributes
    ----------
    table : one row a side: ``side`` (tier), ``n_placements``, ``cost_cny``, ``p10``, ``p50``, ``p90`` of `metric`.
    chance_many : that the many bring more than the one.
    """

    metric: str
    table: pd.DataFrame
    chance_many: float


def compare_mixes(
    candidates: pd.DataFrame, *, pool: Pool, tiers: tuple[str, str], budget_cny: float, metric: str = "views"
) -> Mix | None:
    """Compare the best affordable creator of one tier with as many of another as the same money buys.

    Parameters
    ----------
    candidates : rows of ``pool.candidates`` that may be chosen.
    tiers : names of the large and the small tier.

    Returns
    -------
    None where either side has no candidate with a forecast.
    """
    known = candidates[candidates[f"{metric}_p50"].gt(0)]
    large = known[known["tier"].eq(tiers[0]) & known["cost_cny"].le(budget_cny)]
    if large.empty:
        return None
    one = large.nlargest(1, f"{metric}_p50")
    small = known[known["tier"].eq(tiers[1])].assign(unit=lambda frame: frame["cost_cny"] / frame[f"{metric}_p50"])
    ranked = small.sort_values("unit", kind="stable").drop_duplicates("creator_id")
    many = ranked[ranked["cost_cny"].cumsum().le(one["cost_cny"].iloc[0])]
    if many.empty:
        return None
    draws = [forecast_campaign(side, pool=pool).draws[metric].to_numpy() for side in (one, many)]
    rows = [
        {
            "side": tier,
            "n_placements": len(side),
            "cost_cny": float(side["cost_cny"].sum()),
            **dict(zip(("p10", "p50", "p90"), map(float, np.quantile(drawn, (0.1, 0.5, 0.9))), strict=True)),
        }
        for tier, side, drawn in zip(tiers, (one, many), draws, strict=True)
    ]
    other = make_rng(1).permutation(draws[1])
    return Mix(metric, pd.DataFrame(rows), float((other > draws[0]).mean()))


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
