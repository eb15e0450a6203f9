"""The whole campaign, its themes, tiers and creators against what was to be expected, and a ranking of notes.

Even a note five times better than usual is rarely beyond doubt; many notes together are. The unit of chance is
the creator: its notes share the error of its baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.metrics import name_ratio
from xhs_toolkit.results.baselines import name_verdict
from xhs_toolkit.stats import (
    LEVEL,
    benjamini_hochberg,
    make_rng,
    random_effects_mean,
    smallest_detectable_ratio,
)
from xhs_toolkit.stats import distributions as stats

FALSE_ALARMS: float = assume("results.false_alarms")
MIN_CREATORS: int = assume("results.min_creators")

DIMENSIONS = ("theme", "tier", "creator_name")
LEADING = ("views", "exposure", "engagement")
"""The metric that the page leads with: the first of these that was compared."""

GROUP_COLUMNS = ["metric", "dimension", "group", "n_notes", "n_creators"]
GROUP_COLUMNS += ["expected_ratio", "expected_ratio_low", "expected_ratio_high"]
GROUP_COLUMNS += ["p_value", "smallest_ratio", "reason", "verdict"]


class Effects(NamedTuple):
    """What `summarise_effects` found.

    Attributes
    ----------
    metric : what the page leads with; None where nothing could be compared.
    groups : one row a metric × group: ``dimension`` (all, theme, tier, creator_name), ``group``, ``n_notes``,
        ``n_creators``, ``expected_ratio``, to what was expected, with its 90% range, ``p_value``
        (corrected within a dimension), ``smallest_ratio`` (that so many creators would have shown in 80% of
        cases), ``reason`` and ``verdict``.
    notes : the notes compared by `metric`, best first by ``shrunk_ratio``: drawn to the campaign's as far as a
        single note is uncertain.
    findings : what is said of them, in order.
    """

    metric: str | None
    groups: pd.DataFrame
    notes: pd.DataFrame
    findings: tuple[Finding, ...]


def summarise_effects(compared: pd.DataFrame) -> Effects:
    """Summarise notes compared with their creators' earlier ones.

    Parameters
    ----------
    compared : of `baselines.compare_with_own_history`.
    """
    used = compared[compared["reason"].eq("") & compared["creator"].notna()]
    groups = pd.DataFrame(list(_list_groups(used)), columns=GROUP_COLUMNS)
    corrected = groups.groupby(["metric", "dimension"])["p_value"].transform(
        lambda p: pd.Series(benjamini_hochberg(p), index=p.index)
    )
    is_clear = corrected <= FALSE_ALARMS
    verdict = name_verdict(groups["expected_ratio"], is_clear, groups["metric"], groups["reason"])
    groups = groups.assign(p_value=corrected.astype(float), verdict=verdict)
    metric = next((name for name in LEADING if groups["metric"].eq(name).any()), None)
    groups = _order(groups, metric)
    notes = rank_notes(used[used["metric"].eq(metric)])
    return Effects(metric, groups, notes, tuple(_list_findings(compared, groups, notes, metric)))


def _order(groups: pd.DataFrame, metric: str | None) -> pd.DataFrame:
    """Creators after all others, of each the leading metric first."""
    places = {"_is_creator": groups["dimension"].eq("creator_name"), "_follows": groups["metric"].ne(metric)}
    ordered = groups.assign(**places).sort_values(list(places), kind="stable", ignore_index=True)
    return ordered.drop(columns=list(places))


def _list_groups(used: pd.DataFrame) -> Iterator[dict[str, object]]:
    every = used.assign(all="all")
    for metric, of_metric in every.groupby("metric", sort=False):
        for dimension in ("all", *DIMENSIONS):
            for group, rows in of_metric.groupby(dimension, sort=True):
                yield {"metric": metric, "dimension": dimension, "group": group, **estimate_ratio(rows)}


def estimate_ratio(rows: pd.DataFrame) -> dict[str, object]:
    """Ratio of some notes to what was expected of them, creators as the unit of chance.

    Of one creator: Student's t with the spread of its notes and the error of its baseline. Of several: a
    random-effects mean of the creators' mean log ratios, with a p value by flipping their signs.

    Parameters
    ----------
    rows : notes of `baselines.compare_with_own_history`, all with a ratio.
    """
    creators = summarise_creators(rows)
    n = len(creators)
    mean, half, error, p_value, degrees = _estimate_one(creators) if n == 1 else _estimate_many(creators)
    few = 1 < n < MIN_CREATORS
    return {
        "n_notes": len(rows),
        "n_creators": n,
        "expected_ratio": float(np.exp(mean)),
        "expected_ratio_low": float(np.exp(mean - half)),
        "expected_ratio_high": float(np.exp(mean + half)),
        "p_value": float("nan") if few else p_value,
        "smallest_ratio": float("nan") if few else _smallest_ratio(error, degrees),
        "reason": "too_few_creators" if few else "",
    }


def summarise_creators(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a creator: ``effect`` (mean log ratio), ``variance``, ``degrees_of_freedom``, ``n_notes``.

    The spread of notes falls with their number; the error of the creator's baseline, common to them, does not. The
    baselines are the creators' own, not drawn to a common mean, so that their errors are independent.
    """
    grouped = rows.groupby("creator")
    n = grouped.size()
    return pd.DataFrame(
        {
            "n_notes": n,
            "effect": grouped["own_log_ratio"].mean(),
            "variance": grouped["log_note_variance"].mean() / n + grouped["own_error_variance"].mean(),
            "degrees_of_freedom": grouped["degrees_of_freedom"].min(),
        }
    )


def _estimate_one(creators: pd.DataFrame) -> tuple[float, float, float, float, float]:
    one = creators.iloc[0]
    error, degrees = float(np.sqrt(one["variance"])), float(one["degrees_of_freedom"])
    half = float(stats.t.ppf((1 + LEVEL) / 2, degrees)) * error
    return one["effect"], half, error, float(2 * stats.t.sf(abs(one["effect"]) / error, degrees)), degrees


def _estimate_many(creators: pd.DataFrame) -> tuple[float, float, float, float, float]:
    """Random-effects mean, its error from how far the creators lie apart (Hartung, Knapp, Sidik and Jonkman).

    The error is not floored at the one their variances imply: with equal variances this is Student's t.
    """
    effect, variance = creators["effect"].to_numpy(dtype=float), creators["variance"].to_numpy(dtype=float)
    fit = random_effects_mean(effect, variances=variance, rng=make_rng(0))
    weights = 1 / (variance + fit.tau_squared)
    spread = float((weights * np.square(effect - fit.mean)).sum() / (fit.n - 1))
    error = float(np.sqrt(spread / weights.sum()))
    half = float(stats.t.ppf((1 + LEVEL) / 2, fit.n - 1)) * error
    return fit.mean, half, error, fit.p_value, fit.n - 1.0


def _smallest_ratio(error: float, degrees: float) -> float:
    """The ratio that would have been called clear in 80% of cases, given the standard error there was."""
    n = degrees + 1
    sd = error * np.sqrt(n)
    return float(smallest_detectable_ratio(sd, n_notes=n, level=1 - FALSE_ALARMS))


def rank_notes(rows: pd.DataFrame) -> pd.DataFrame:
    """Add ``shrunk_ratio`` and sort by it: each log ratio drawn to the mean of all by its own uncertainty."""
    fit = random_effects_mean(rows["log_ratio"], variances=rows["log_ratio_variance"])
    tau = 0.0 if np.isnan(fit.tau_squared) else fit.tau_squared
    weight = tau / (tau + rows["log_ratio_variance"].astype(float))
    shrunk = np.exp(fit.mean + weight * (rows["log_ratio"].astype(float) - fit.mean))
    return rows.assign(shrunk_ratio=shrunk).sort_values(
        ["shrunk_ratio", "expected_ratio"], ascending=False, kind="stable"
    )


# -------------------------------------------------------------------------------- what it amounts to


def _list_findings(
    compared: pd.DataFrame, groups: pd.DataFrame, notes: pd.DataFrame, metric: str | None
) -> Iterator[Finding]:
    if metric is None:
        yield Finding("effects.no_baseline", {"reason": find_main_reason(compared)})
        return
    whole = groups.query("dimension == 'all' and metric == @metric").iloc[0].to_dict()
    ratios = {name: whole[f"expected_{name}"] for name in RATIOS}
    counts = {name: whole[name] for name in ("n_notes", "n_creators", "smallest_ratio")}
    usual = name_ratio(ratios["ratio_low"], ratios["ratio_high"], verdict=whole["verdict"])
    values = {"metric": metric, "usual": usual, **ratios, **counts}
    yield Finding(f"effects.campaign_{whole['verdict']}", {name: plain(value) for name, value in values.items()})
    clear = notes["verdict"].value_counts()
    n_better, n_worse = (int(clear.get(f"clearly_{word}", 0)) for word in ("better", "worse"))
    values = {"metric": metric, "n_notes": len(notes), "n_better": n_better, "n_worse": n_worse}
    yield Finding("effects.notes_clear" if n_better + n_worse else "effects.notes_in_line", values)
    left_out = compared[compared["metric"].eq(metric) & compared["reason"].ne("")]
    if len(left_out):
        reason = str(left_out["reason"].mode().iloc[0])
        yield Finding("effects.not_compared", {"metric": metric, "n_notes": len(left_out), "reason": reason})


def find_main_reason(compared: pd.DataFrame) -> str:
    """Why most notes could not be compared, of those measured at all."""
    reasons = compared.loc[compared["reason"].ne(""), "reason"]
    told = reasons[reasons.ne("not_measured")]
    return str((told if len(told) else reasons).mode().iloc[0]) if len(reasons) else "not_measured"


def lead_with_ratio(answer: Finding, effects: Effects) -> Finding:
    """Put the campaign's ratio to what was expected before the totals, where it was measured."""
    if effects.metric is None:
        return answer
    whole = effects.groups.query("dimension == 'all' and metric == @effects.metric").iloc[0]
    told = {f"campaign_{name}": plain(whole[f"expected_{name}"]) for name in RATIOS}
    counts = {"n_compared": int(whole["n_notes"]), "verdict": str(whole["reason"] or whole["verdict"])}
    known = dict(answer.values)
    return Finding(answer.code, {**known, "metric": effects.metric, **told, **counts})


RATIOS = ("ratio", "ratio_low", "ratio_high")
MAX_GROUPS = 8
"""Creators that a picture of groups has room for: those with most notes."""


def choose_shown(effects: Effects) -> pd.DataFrame:
    """Groups worth a picture: of the leading metric, the campaign, its themes and tiers, and the largest creators."""
    rows = effects.groups[effects.groups["metric"].eq(effects.metric)]
    creators = rows[rows["dimension"].eq("creator_name")]
    creators = creators.sort_values(["n_notes", "expected_ratio"], ascending=False, kind="stable").head(MAX_GROUPS)
    return pd.concat(
        [rows[rows["dimension"].ne("creator_name")], creators.sort_values("expected_ratio", ascending=False)]
    )


def describe_topic(compared: pd.DataFrame, *, metric: str | None) -> Finding:
    """Say how many notes did better or worse than others' notes on their topic, or why that cannot be told.

    Parameters
    ----------
    compared : of `baselines.compare_with_topic_peers`.
    metric : what the page leads with; without one, the first of `LEADING` that could be compared.
    """
    told = compared[compared["reason"].eq("")]
    metric = next((name for name in (metric, *LEADING) if name and told["metric"].eq(name).any()), None)
    if metric is None:
        return Finding("effects.no_topic", {"reason": find_main_reason(compared)})
    of_metric = told[told["metric"].eq(metric)]
    n_better, n_worse = (int(of_metric["verdict"].eq(f"clearly_{word}").sum()) for word in ("better", "worse"))
    ratio = float(np.exp(of_metric["log_ratio"].astype(float).median()))
    counts = {"n_notes": len(of_metric), "n_better": n_better, "n_worse": n_worse}
    return Finding("effects.topic", {"metric": metric, "median_ratio": ratio, **counts})
