"""What earlier campaigns teach: how their forecasts fared, and how later ones are to be moved.

The unit of chance is the campaign: notes of one campaign share its product, its season and its forecaster's luck.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast.model import MIN_CREATORS, NoteModel, fit_note_model, tier_of
from xhs_toolkit.forecast.windows import Floats, log_count
from xhs_toolkit.stats import LEVEL
from xhs_toolkit.stats import distributions as stats

MIN_CAMPAIGNS: int = assume("forecast.min_campaigns")
MIN_CLIENTS: int = assume("history.min_clients")
PRIOR_CAMPAIGNS: int = assume("forecast.prior_campaigns")

NOMINAL = 0.8
"""Share of notes that P10 to P90 is meant to hold."""

EVERY = "all"
"""Stands for all tiers together."""


class Remembered(Protocol):
    """What the agency's history tells a campaign."""

    @property
    def evidence(self) -> pd.DataFrame:
        """Notes of other clients: metric, tier, format, creator_key, client_key, campaign_key, posted_at, value."""

    @property
    def forecasts(self) -> pd.DataFrame:
        """Planned notes with what they brought, the columns that `score_history` needs."""


class Corrections(NamedTuple):
    """What was learned from earlier forecasts (`learn_corrections`).

    Attributes
    ----------
    table : one row a metric × tier, ``all`` for tiers without enough campaigns of their own: ``shift`` (added to the
        log), ``ratio`` (its factor), ``stretch`` (factor on the width), ``n_campaigns``, ``n_notes``.
    """

    table: pd.DataFrame

    def find_shifts(self, metric: str, tiers: pd.Index) -> Floats:
        """Shift of the log by tier; 0 where nothing was learned."""
        rows = self.table[self.table["metric"].eq(metric)].set_index("tier")["shift"]
        return rows.reindex(tiers).fillna(rows.get(EVERY, 0.0)).to_numpy(dtype=float)

    def find_stretch(self, metric: str) -> float:
        """Factor on the width; 1 where nothing was learned."""
        rows = self.table.loc[self.table["metric"].eq(metric), "stretch"]
        return float(rows.iloc[0]) if len(rows) else 1.0


NO_CORRECTIONS = Corrections(pd.DataFrame(columns=["metric", "tier", "shift", "ratio", "stretch"], dtype=float))

EVIDENCE = ["metric", "tier", "format", "creator_key", "client_key", "campaign_key", "posted_at", "value"]
NO_EVIDENCE = pd.DataFrame(columns=EVIDENCE)


def fit_remembering(
    notes: pd.DataFrame,
    *,
    metric: str,
    medians: pd.DataFrame,
    traits: pd.DataFrame,
    evidence: pd.DataFrame,
    corrections: Corrections,
) -> NoteModel:
    """Learn a pool (`model.fit_note_model`), with the agency's notes in tiers of which the pool itself says too little.

    Parameters
    ----------
    notes : one row a note with ``creator_key``, ``posted_at`` and `metric`.
    evidence : notes of other clients' campaigns, of this metric and format. They move the tiers' means and the spreads;
        no creator of theirs stays in the model.
    """
    model = fit_note_model(notes, metric=metric, medians=medians, traits=traits, creator="creator_key")
    known = pd.Series(tier_of(model, model.own.index)).value_counts()
    enough = evidence.groupby("tier")["creator_key"].nunique().loc[lambda n: n >= MIN_CREATORS].index
    missing = [tier for tier in enough if known.get(tier, 0) < MIN_CREATORS]
    if missing:
        model = _join(notes, evidence[evidence["tier"].isin(missing)], metric=metric, medians=medians, traits=traits)
    names = pd.Index(traits["tier"].dropna().unique())
    shifts = dict(zip(names, corrections.find_shifts(metric, names), strict=True))
    return model._replace(remembered=frozenset(missing), shifts=shifts, stretch=corrections.find_stretch(metric))


def _join(
    notes: pd.DataFrame, evidence: pd.DataFrame, *, metric: str, medians: pd.DataFrame, traits: pd.DataFrame
) -> NoteModel:
    named = "history/" + evidence["creator_key"].astype("str")
    posted = evidence["posted_at"].dt.tz_localize("UTC")
    added = pd.DataFrame({"creator_key": named, "posted_at": posted, metric: evidence["value"].astype(float)})
    both = pd.concat([notes[["creator_key", "posted_at", metric]], added], ignore_index=True)
    of_history = evidence.assign(named=named).drop_duplicates("named").set_index("named")[["tier"]]
    model = fit_note_model(
        both, metric=metric, medians=medians, traits=pd.concat([traits, of_history]), creator="creator_key"
    )
    return model._replace(own=model.own[~model.own.index.isin(of_history.index)])


# ---------------------------------------------------------------------------------- how forecasts fared


def score_history(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Score the forecasts of finished campaigns, as they were promised.

    Parameters
    ----------
    forecasts : one row a note and metric: ``campaign_key``, ``creator_key``, ``tier``, ``metric``, ``observed``,
        ``p10``, ``p50``, ``p90``.

    Returns
    -------
    One row a metric × tier (``all`` first): ``n_notes``, ``n_creators``, ``n_campaigns``, ``coverage_share`` of P10–P90
    (nominal 80%) and ``bias_ratio`` (what notes brought over what was promised, geometric mean over campaigns of each
    one's middle note), each with ``…_low`` and ``…_high`` (90%, campaigns as the unit of chance) and ``reason``
    where there is no interval.
    """
    logs = log_count(forecasts["observed"]) - log_count(forecasts["p50"])
    inside = forecasts["observed"].between(forecasts["p10"], forecasts["p90"])
    scored = forecasts.assign(log_ratio=logs, is_inside=inside.astype(float))
    rows = [_score(metric, tier, part) for metric, tier, part in _split(scored)]
    return pd.DataFrame(rows, columns=list(_score("", "", scored.iloc[:0])))


def _split(scored: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for metric, of_metric in scored.groupby("metric", sort=False):
        yield str(metric), EVERY, of_metric
        for tier, part in of_metric.groupby("tier"):
            yield str(metric), str(tier), part


def _score(metric: str, tier: str, part: pd.DataFrame) -> dict[str, object]:
    by_campaign = part.groupby("campaign_key")
    middle = by_campaign["log_ratio"].median()
    bias = np.exp(_spread(middle))
    share = float(part["is_inside"].mean()) if len(part) else float("nan")
    half = _clustered_half_width(part["is_inside"] - share, part["campaign_key"])
    return {
        "metric": metric,
        "tier": tier,
        "n_notes": len(part),
        "n_creators": part["creator_key"].nunique(),
        "n_campaigns": len(middle),
        "coverage_share": share,
        "coverage_share_low": max(share - half, 0.0) if np.isfinite(half) else np.nan,
        "coverage_share_high": min(share + half, 1.0) if np.isfinite(half) else np.nan,
        "bias_ratio": bias[0],
        "bias_ratio_low": bias[1],
        "bias_ratio_high": bias[2],
        "reason": "" if len(middle) > 1 else "too_few_campaigns",
    }


def _spread(middle: pd.Series) -> Floats:
    """Mean over campaigns with its 90% interval (Student's t)."""
    n = len(middle)
    mean = float(middle.mean()) if n else float("nan")
    half = _quantile(n) * float(middle.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
    return np.array([mean, mean - half, mean + half])


def _quantile(n: int) -> float:
    return float(stats.t.ppf((1 + LEVEL) / 2, n - 1))


def _clustered_half_width(deviations: pd.Series, campaigns: pd.Series) -> float:
    """Half width of a share's interval whose standard error takes the notes of a campaign together."""
    sums = deviations.groupby(campaigns).sum().to_numpy()
    n = len(sums)
    if n < 2:
        return float("nan")
    return _quantile(n) * float(np.sqrt(n / (n - 1) * np.square(sums).sum()) / len(deviations))


# ------------------------------------------------------------------------------------------- learning


def learn_corrections(forecasts: pd.DataFrame) -> Corrections:
    """Learn how to move and widen later forecasts, from `MIN_CAMPAIGNS` campaigns of `MIN_CLIENTS` clients on.

    A shift is the mean over campaigns of each one's middle log ratio, drawn to none as far as it is uncertain: times
    max(0, 1 − squared standard error / squared mean). The stretch makes P10–P90 hold 80%, each campaign
    counted alike. What was corrected already is first undone, so that corrections do not chase each other.

    Parameters
    ----------
    forecasts : as for `score_history`, with ``client_key``, ``shift`` and ``stretch``.
    """
    raw = _undo(forecasts)
    rows = []
    for _, of_metric in raw.groupby("metric", sort=False):
        shifts = [_learn_shift(metric, tier, part) for metric, tier, part in _split(of_metric) if _is_enough(part)]
        if shifts:
            table = pd.DataFrame(shifts)
            stretch = _learn_stretch(of_metric, Corrections(table.assign(stretch=1.0)))
            rows.append(table.assign(stretch=stretch))
    return Corrections(pd.concat(rows, ignore_index=True)) if rows else NO_CORRECTIONS


def _undo(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Log ratio and log widths as they would have been without earlier corrections."""
    low, middle, high = (log_count(forecasts[name]) for name in ("p10", "p50", "p90"))
    ratio = log_count(forecasts["observed"]) - middle + forecasts["shift"]
    below, above = (middle - low) / forecasts["stretch"], (high - middle) / forecasts["stretch"]
    return forecasts.assign(log_ratio=ratio, below=below, above=above)


def _is_enough(part: pd.DataFrame) -> bool:
    return part["campaign_key"].nunique() >= MIN_CAMPAIGNS and part["client_key"].nunique() >= MIN_CLIENTS


def _learn_shift(metric: str, tier: str, part: pd.DataFrame) -> dict[str, object]:
    middle = part.groupby("campaign_key")["log_ratio"].median()
    mean, error = float(middle.mean()), float(middle.std(ddof=1)) / np.sqrt(len(middle))
    shift = mean * max(0.0, 1 - (error / mean) ** 2) if mean else 0.0
    counts = {"n_campaigns": len(middle), "n_notes": len(part)}
    return {"metric": metric, "tier": tier, "shift": shift, "ratio": float(np.exp(shift)), **counts}


def _learn_stretch(part: pd.DataFrame, shifts: Corrections) -> float:
    """Factor on the width at which the nominal share of notes lies inside."""
    metric = str(part["metric"].iloc[0])
    away = part["log_ratio"] - shifts.find_shifts(metric, pd.Index(part["tier"]))
    width = part["below"].where(away < 0, part["above"])
    needed = (away.abs() / width)[width > 0].sort_values()
    if needed.empty:
        return 1.0
    weight = 1 / part.groupby("campaign_key")["metric"].transform("size").loc[needed.index]
    reached = (weight.cumsum() - weight / 2) / weight.sum()
    n_campaigns = part["campaign_key"].nunique()
    stretch = float(np.interp(NOMINAL, reached, needed))
    return float(max(stretch, np.finfo(float).tiny) ** (n_campaigns / (n_campaigns + PRIOR_CAMPAIGNS)))


# -------------------------------------------------------------------------------------------- findings


def say_corrected(corrections: Corrections, *, tiers: pd.Series) -> tuple[Finding, ...]:
    """Say which forecasts of a pool were moved, and by what they were learned."""
    table, names = corrections.table, tiers.dropna().unique()
    own = table["tier"].isin(names)
    others = table["tier"].eq(EVERY) & (own.groupby(table["metric"]).transform("sum") < len(names))
    known = table[(own | others) & (table["shift"].ne(0) | table["stretch"].ne(1))]
    return tuple(
        Finding(
            "forecast.corrected",
            {
                "metric": row["metric"],
                "x": row["tier"],
                "bias_ratio": row["ratio"],
                "width_ratio": row["stretch"],
                "n_campaigns": int(row["n_campaigns"]),
                "n_notes": int(row["n_notes"]),
            },
        )
        for row in known.to_dict("records")
    )


def say_remembered(evidence: pd.DataFrame) -> Finding:
    """Say whose notes stand in where the campaign's own files know nothing."""
    counts = {f"n_{name}s": int(evidence[f"{name}_key"].nunique()) for name in ("creator", "client", "campaign")}
    notes = evidence.drop_duplicates(["campaign_key", "creator_key", "format", "posted_at", "metric", "value"])
    most = notes.groupby("metric").size().max()
    return Finding("forecast.remembered", {"n_notes": int(most), **counts})
