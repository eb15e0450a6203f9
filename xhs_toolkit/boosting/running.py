"""Stop rules: whether the results of a note's ads have become too dear in the last days.

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
COLUMNS = ["note_id", *KIND, "metric", "recent_cny", "recent_results", "result_cost_cny"]
COLUMNS += [*(f"{side}_cost_cny" for side in SIDES)]
COLUMNS += [f"{side}_ratio{end}" for side in SIDES for end in ("", "_low", "_high")] + ["advice", "reason"]


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
        return pd.DataFrame(columns=COLUMNS)
    is_recent = days["date"] > days["date"].max() - pd.Timedelta(days=recent_days)
    keys = ["note_id", *KIND, "metric"]
    recent, before = (_sum(days[part], keys) for part in (is_recent, ~is_recent))
    if recent.empty:
        return pd.DataFrame(columns=COLUMNS)
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
    return ordered[COLUMNS].reset_index(drop=True)
