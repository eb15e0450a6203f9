"""Early signals of a note, and stop rules: whether the results of its ads have become too dear in the last days.

The last days are held against the note's own earlier days and against the campaign's other ads of the same
placement and format, each ratio with its range: days differ by more than pure chance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.boosting.yields import KIND, LEVEL, MIN_RESULTS, OFFSET, measure_overdispersion
from xhs_toolkit.stats import distributions as stats

STALE_DAYS: int = assume("boosting.stale_days")

SIDES = ("before", "others")
RUNNING_COLUMNS = ["note_id", *KIND, "metric", "recent_cny", "recent_results", "result_cost_cny"]
RUNNING_COLUMNS += [*(f"{side}_cost_cny" for side in SIDES)]
RUNNING_COLUMNS += [f"{side}_ratio{end}" for side in SIDES for end in ("", "_low", "_high")] + ["advice", "reason"]


def check_running(
    days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    recent_days: int,
    stop_ratio: float,
) -> pd.DataFrame:
    """Say of each note whose ads run whether to go on.

    Stop: results cost at least `stop_ratio` times what they did before, or cost for the campaign's other notes, and the
    90% range of that ratio leaves out 1. Watch: the ratio is as high, but its range is not clear of 1. Too few:
    neither comparison has the results it takes (`yields.MIN_RESULTS` to be expected on each side) or the spread of
    days.

    Parameters
    ----------
    days : of `yields.sum_note_days`.
    as_of : the day (without time zone) of the newest file; ads that ended `STALE_DAYS` before it do not run.
    recent_days : the last days of ads that are judged.

    Returns
    -------
    One row a note and placement that runs, the dearest first: what a result is (``metric``), spend and results of the
    last days, cost of one then, before and of the others, both ratios with their ranges, ``advice`` (stop, watch,
    go_on, too_few), ``reason``.
    """
    if days.empty or days["date"].max() < as_of.normalize() - pd.Timedelta(days=STALE_DAYS):
        return pd.DataFrame(columns=RUNNING_COLUMNS)
    is_recent = days["date"] > days["date"].max() - pd.Timedelta(days=recent_days)
    keys = ["note_id", *KIND, "metric"]
    recent, before = (_sum(days[part], keys) for part in (is_recent, ~is_recent))
    if recent.empty:
        return pd.DataFrame(columns=RUNNING_COLUMNS)
    whole = _sum(days, KIND).loc[pd.MultiIndex.from_frame(recent.index.to_frame()[KIND])].set_axis(recent.index)
    note = _sum(days, keys).loc[recent.index]
    sides = {"before": before.reindex(recent.index).fillna(0.0), "others": whole - note}
    spread = days.groupby(KIND).apply(measure_overdispersion)
    factor = spread.loc[pd.MultiIndex.from_frame(recent.index.to_frame()[KIND])].to_numpy(dtype=float)
    found = recent.rename(columns={"spend_cny": "recent_cny", "results": "recent_results"})
    found = found.assign(result_cost_cny=_cost(recent))
    rate = whole["results"] / whole["spend_cny"]
    for side, other in sides.items():
        found = found.assign(**{f"{side}_cost_cny": _cost(other)}, **_compare(side, recent, other, rate, factor))
    return _advise(found.reset_index(), stop_ratio, np.isnan(factor))


def _sum(days: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return days.groupby(keys)[["spend_cny", "results"]].sum()


def _cost(sums: pd.DataFrame) -> pd.Series:
    return (sums["spend_cny"] / sums["results"]).where(sums["results"] > 0)


def _compare(
    side: str, recent: pd.DataFrame, other: pd.DataFrame, rate: pd.Series, factor: np.ndarray
) -> dict[str, pd.Series]:
    """Ratio of the recent cost of a result to the other with its range; missing where either has too few.

    The range is as wide as both sides' results would spread at their common rate: money that bought none at all is
    clear evidence too.
    """
    enough = (recent["spend_cny"] * rate).ge(MIN_RESULTS) & (other["spend_cny"] * rate).ge(MIN_RESULTS)
    counts = [sums["results"] + OFFSET for sums in (recent, other)]
    spent = np.log(recent["spend_cny"]) - np.log(other["spend_cny"].where(other["spend_cny"] > 0))
    middle = (spent - np.log(counts[0]) + np.log(counts[1])).where(enough & np.isfinite(factor))
    common = (recent["results"] + other["results"]) / (recent["spend_cny"] + other["spend_cny"])
    precision = [1 / (sums["spend_cny"] * common).where(lambda n: n > 0) for sums in (recent, other)]
    half = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(factor * (precision[0] + precision[1]))
    ends = {"": middle, "_low": middle - half, "_high": middle + half}
    return {f"{side}_ratio{end}": np.exp(values) for end, values in ends.items()}


def _advise(found: pd.DataFrame, stop_ratio: float, no_spread: np.ndarray) -> pd.DataFrame:
    high = [found[f"{side}_ratio"].ge(stop_ratio) for side in SIDES]
    clear = [is_high & found[f"{side}_ratio_low"].gt(1.0) for is_high, side in zip(high, SIDES, strict=True)]
    unknown = found[[f"{side}_ratio" for side in SIDES]].isna().all(axis=1)
    advice = np.select([unknown, clear[0] | clear[1], high[0] | high[1]], ["too_few", "stop", "watch"], default="go_on")
    reason = np.select([unknown & no_spread, unknown], ["too_few_days", "too_few_results"], default="")
    found = found.assign(
        advice=pd.Series(advice, index=found.index, dtype="str"),
        reason=pd.Series(reason, index=found.index, dtype="str"),
    )
    dearest = found[[f"{side}_ratio" for side in SIDES]].max(axis=1)
    ordered = found.assign(_dear=dearest).sort_values(["_dear", "note_id", "placement"], ascending=[False, True, True])
    return ordered[RUNNING_COLUMNS].reset_index(drop=True)


SIGNALS = ("click_rate", "views", "exposure", "engagement")
"""What is looked at, the first that was compared: ads are billed by the click, so the click rate tells most."""

FIRST = {"awareness": "exposure", "trust": "engagement"}
"""Objective → what is looked at first for it."""

MAX_SCORE: float = assume("boosting.max_score")

ORGANIC = {"views": ("views",), "exposure": ("exposure",), "click_rate": ("views", "exposure")}
"""Signal → the figures whose organic part it is made of, numerator first."""

SIGNAL_COLUMNS = ["note_id", "signal_metric", "signal_basis", "signal_ratio", "signal_score", "signal_reason"]


def measure_signals(
    own: pd.DataFrame, topic: pd.DataFrame, *, notes: pd.DataFrame, boosted: pd.Series, objective: str
) -> pd.DataFrame:
    """Measure each note's early signal.

    Against the creator's earlier notes of the same kind and age; without those, against others' notes on its theme.

    Parameters
    ----------
    own, topic : notes compared, one row a note and metric: ``note_id``, ``metric``, ``log_ratio``,
        ``log_note_variance`` (of a creator's notes), ``log_ratio_variance`` (with the error of what was expected),
        ``reason`` ('' where compared).
    notes : the campaign's notes with ``exposure``, ``views`` and their organic parts, ``exposure_organic`` and
        ``views_organic``.
    boosted : ids of the notes that had ads.

    Returns
    -------
    One row a note: ``signal_metric``; ``signal_basis`` (own_notes, topic_notes); ``signal_ratio`` to the expected,
    drawn in as far as the expectation is uncertain; ``signal_score``, the ratio in usual spreads of such notes, at
    most `MAX_SCORE`; ``signal_reason`` (not_separable: it had ads and no file tells its own part; else the reason of
    the comparison).
    """
    sides = [own.assign(signal_basis="own_notes"), topic.assign(signal_basis="topic_notes")]
    told = pd.concat(sides, ignore_index=True)
    told = told[told["metric"].isin(SIGNALS)]
    order = told["metric"].map({metric: place for place, metric in enumerate(SIGNALS)}).astype(float)
    order = order.mask(told["metric"].eq(FIRST.get(objective)), -1.0)
    order += len(SIGNALS) * told["signal_basis"].eq("topic_notes")
    without_ads = told["log_ratio"].astype(float) + _log_organic(told, notes, boosted)
    known = told["reason"].eq("") & np.isfinite(without_ads)
    spread = told["log_ratio_variance"].astype(float)
    drawn_in = without_ads * told["log_note_variance"].astype(float) / spread
    reason = told["reason"].mask(told["reason"].eq("") & without_ads.isna(), "not_separable")
    found = told.assign(
        signal_metric=told["metric"],
        signal_ratio=np.exp(drawn_in).where(known),
        signal_score=(without_ads / np.sqrt(spread)).clip(-MAX_SCORE, MAX_SCORE).where(known),
        signal_reason=reason,
        _order=order + 100 * ~known + 1_000 * reason.eq("not_measured"),
    )
    best = found.sort_values("_order", kind="stable").drop_duplicates("note_id")
    rows = notes[["note_id"]].merge(best[SIGNAL_COLUMNS], on="note_id", how="left")
    unknown = rows["signal_score"].isna()
    return rows.assign(
        signal_metric=rows["signal_metric"].mask(unknown),
        signal_basis=rows["signal_basis"].mask(unknown),
        signal_reason=rows["signal_reason"].fillna("not_measured"),
    )


def _log_organic(rows: pd.DataFrame, notes: pd.DataFrame, boosted: pd.Series) -> pd.Series:
    """Log of a note's own part of each figure: 0 without ads, missing where it had ads and the part is not known."""
    by_id = notes.drop_duplicates("note_id").set_index("note_id")
    shares = {name: (by_id[f"{name}_organic"] / by_id[name]).clip(upper=1.0) for name in ("views", "exposure")}
    parts = pd.DataFrame(
        {
            metric: np.log(shares[names[0]]) - (np.log(shares[names[1]]) if len(names) > 1 else 0.0)
            for metric, names in ORGANIC.items()
        }
    )
    had_ads = rows["note_id"].isin(boosted)
    logs = pd.Series(0.0, index=rows.index)
    for metric in rows["metric"].unique():
        part = rows["note_id"].map(parts[metric]) if metric in parts else np.nan
        logs = logs.mask(had_ads & rows["metric"].eq(metric), part)
    return logs.where(np.isfinite(logs))
