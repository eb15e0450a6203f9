"""How good forecasts are: hold-out on a pool's own past, and the score of an accepted plan afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast.model import fit_note_model, predict, quantile
from xhs_toolkit.forecast.windows import Floats, locate, log_count, sort_notes, take_windows, unlog_count

EARLIER = (3, 5, 10, 30)
MIN_AGE_DAYS: int = assume("notes.settled_days")

NEXT = pd.Timedelta(0)
"""Past notes are forecast from all that came before them."""

MIN_POOL: int = assume("forecast.min_pool")


NOTES = ["k", "creator", "observed", "p10", "p50", "p90", "own_median", "tier_median", "is_inside"]
SUMMARY = ["k", "n_notes", "n_creators", "coverage", "coverage_low", "coverage_high"]
SUMMARY += ["error", "error_own_median", "error_tier_median"]


class HoldOut(NamedTuple):
    """What `evaluate_forecast` found.

    Attributes
    ----------
    notes : one row a forecast note and k: ``k``, creator, ``observed``, ``p10``, ``p50``, ``p90``,
        ``own_median``, ``tier_median``, ``is_inside``.
    summary : one row a k: ``n_notes``, ``n_creators``, ``coverage`` of the 80% range with ``coverage_low``
        and ``coverage_high`` (95%, clustered by creator), and the mean absolute log error of the
        forecast, the creator's own median and the tier's: ``error``, ``error_own_median``, ``error_tier_median``.
    """

    notes: pd.DataFrame
    summary: pd.DataFrame


def evaluate_forecast(
    notes: pd.DataFrame,
    *,
    metric: str,
    earlier: Sequence[int] = EARLIER,
    tiers: pd.Series | None = None,
    creator: str = "creator_id",
) -> HoldOut:
    """Forecast past notes as if each quarter had just begun (rolling origin).

    Each note is forecast from the creator's k notes before it and a pool learned from what was posted
    before the quarter, of which only the last k notes a creator are looked at.

    Parameters
    ----------
    notes : one row a note: `creator`, ``posted_at``, ``as_of`` and `metric`; notes younger than
        fourteen days when seen are left out.
    """
    old = (notes["as_of"] - notes["posted_at"]) >= pd.Timedelta(days=MIN_AGE_DAYS)
    ordered, codes = sort_notes(notes[old & notes[metric].notna()], creator=creator)
    quarters = ordered["posted_at"].dt.tz_localize(None).dt.to_period("Q").dt.start_time
    rows = [
        _forecast_quarter(ordered, codes, quarters, start, k, metric=metric, tiers=tiers, creator=creator)
        for k in earlier
        for start in np.sort(quarters.unique())
    ]
    known = [part for part in rows if len(part)]
    if not known:
        return HoldOut(pd.DataFrame(columns=NOTES), pd.DataFrame(columns=SUMMARY))
    forecasts = pd.concat(known, ignore_index=True)
    return HoldOut(forecasts, _summarise(forecasts))


def _forecast_quarter(
    ordered: pd.DataFrame,
    codes: np.ndarray,
    quarters: pd.Series,
    start: np.datetime64,
    k: int,
    *,
    metric: str,
    tiers: pd.Series | None,
    creator: str,
) -> pd.DataFrame:
    place = np.arange(len(codes)) - np.searchsorted(codes, codes, side="left")
    ends = np.flatnonzero((quarters == start).to_numpy() & (place >= k))
    past = ordered[(quarters < start).to_numpy()]
    if not len(ends) or past[creator].nunique() < MIN_POOL:
        return pd.DataFrame(columns=NOTES)
    traits = tiers.to_frame("tier") if tiers is not None else None
    model = fit_note_model(past, metric=metric, traits=traits, creator=creator, window=k, horizon=NEXT)
    windows = take_windows(log_count(ordered[metric]), codes=codes, ends=ends, size=k)
    names = pd.Index(ordered[creator].iloc[ends])
    predicted = predict(model, locate(windows, prior=model.spread), creators=names)
    bands = {f"p{level}": unlog_count(quantile(model, predicted, probability=level / 100)) for level in (10, 50, 90)}
    observed = ordered[metric].iloc[ends].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "k": k,
            "creator": names,
            "observed": observed,
            **bands,
            "own_median": unlog_count(np.median(windows, axis=1)),
            "tier_median": _tier_median(past, names, metric=metric, tiers=tiers, creator=creator),
            "is_inside": (observed >= bands["p10"]) & (observed <= bands["p90"]),
        }
    )


def _tier_median(past: pd.DataFrame, names: pd.Index, *, metric: str, tiers: pd.Series | None, creator: str) -> Floats:
    if tiers is None:
        return np.full(len(names), past[metric].median())
    by_tier = past[metric].groupby(past[creator].map(tiers)).median()
    return by_tier.reindex(tiers.reindex(names)).fillna(past[metric].median()).to_numpy()


def _summarise(forecasts: pd.DataFrame) -> pd.DataFrame:
    logs = {name: log_count(forecasts[name]) for name in ("observed", "p50", "own_median", "tier_median")}
    errors = {
        "error": np.abs(logs["observed"] - logs["p50"]),
        "error_own_median": np.abs(logs["observed"] - logs["own_median"]),
        "error_tier_median": np.abs(logs["observed"] - logs["tier_median"]),
    }
    grouped = forecasts.assign(**errors).groupby("k")
    summary = grouped[list(errors)].mean()
    coverage = pd.DataFrame({k: _clustered_share(part["is_inside"], part["creator"]) for k, part in grouped}).T
    counts = grouped["creator"].agg(n_notes="size", n_creators="nunique")
    return counts.join(coverage).join(summary).reset_index()


def _clustered_share(inside: pd.Series, creator: pd.Series) -> dict[str, float]:
    """Share with a 95% interval whose standard error takes the notes of a creator together (t, creators − 1)."""
    from xhs_toolkit.stats import distributions as stats

    share = float(inside.mean())
    sums = (inside.astype(float) - share).groupby(creator).sum().to_numpy()
    n = len(sums)
    error = float(np.sqrt(n / max(n - 1, 1) * np.square(sums).sum()) / len(inside))
    half = float(stats.t.ppf(0.975, max(n - 1, 1))) * error
    return {"coverage": share, "coverage_low": share - half, "coverage_high": share + half}


PAST_NOTES: int = assume("forecast.past_notes")
MIN_PAST_NOTES: int = assume("forecast.min_past_notes")
MIN_PAST_CREATORS: int = assume("forecast.min_past_creators")

MAX_PAST_NOTES = 20_000
"""Newest notes of the past that are looked at."""


def describe_past(notes: pd.DataFrame, *, metric: str, tiers: pd.Series) -> Finding:
    """Say how good forecasts of this pool's own past would have been, in the format most of its notes have.

    Parameters
    ----------
    notes : of `pool.Pool`: ``creator_key``, ``format``, ``posted_at``, ``as_of`` and `metric`.
    """
    known = notes[notes[metric].notna() & notes["posted_at"].notna()]
    form = known["format"].mode().iloc[0] if known["format"].notna().any() else ""
    newest = known[known["format"].eq(form)].sort_values("posted_at", kind="stable").tail(MAX_PAST_NOTES)
    tested = evaluate_forecast(newest, metric=metric, earlier=(PAST_NOTES,), tiers=tiers, creator="creator_key")
    n_notes, n_creators = len(tested.notes), tested.notes["creator"].nunique()
    if n_notes < MIN_PAST_NOTES or n_creators < MIN_PAST_CREATORS:
        return Finding("forecast.no_past", {"metric": metric, "n_notes": n_notes})
    row = tested.summary.iloc[0]
    values = {
        "metric": metric,
        "x": form,
        "n_notes": n_notes,
        "n_creators": n_creators,
        "inside_share": float(row["coverage"]),
        "inside_share_low": max(float(row["coverage_low"]), 0.0),
        "inside_share_high": min(float(row["coverage_high"]), 1.0),
        "error_ratio": float(np.exp(row["error"])),
        "own_ratio": float(np.exp(row["error_own_median"])),
    }
    return Finding("forecast.past", values)
