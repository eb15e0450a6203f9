"""What exports say of a creator: fans, medians of everyday and paid notes, growth of the following, replies."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.vetting.checks import (
    MEDIAN_VARIANCE,
    Codes,
    Floats,
    Signal,
    first_known,
    make_signal,
    number_creators,
    pick,
)

SHARES: Final = {
    "active_fans": "active_fan_share",
    "reading_fans": "reading_fan_share",
    "engaged_fans": "engaged_fan_share",
    "suspected_fans": "suspected_fan_share",
    "reply_rate": "reply_rate_48h",
}
MEDIANS: Final = ("exposure_median", "views_median", "engagement_median")
SAME_FIGURE: float = assume("vetting.same_figure")

WITHIN_SD: float = assume("notes.within_creator_sd")
MIN_COUNTS: int = assume("vetting.min_counts")
STILL_GROWTH: float = assume("vetting.still_growth")


def measure_profiles(creators: pd.DataFrame) -> dict[str, Signal]:
    """Signals that stand in the creator's own row: shares of fans, replies, growth over thirty days."""
    found = {name: make_signal(_numbers(creators, column)) for name, column in SHARES.items()}
    followers, won = _numbers(creators, "followers"), _numbers(creators, "new_fans_30d")
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = np.where(followers - won > 0, won / (followers - won), np.nan)
    return found | {"fan_growth": make_signal(first_known(_numbers(creators, "fan_growth_30d"), counted))}


def _numbers(creators: pd.DataFrame, column: str) -> Floats:
    return creators[column].to_numpy(dtype=float, na_value=np.nan)


# --------------------------------------------------------------------------------------- medians


def measure_medians(baselines: pd.DataFrame, *, creators: pd.DataFrame, within: float) -> dict[str, Signal]:
    """Signals of the platform's medians, in the creator's main format, the longer window first.

    The error of a median is not known where the export does not tell of how many notes it is: the figure is then
    compared as it stands, with peers whose figures spread by such errors too.

    Parameters
    ----------
    within : variance of log engagement within a creator; NaN where the notes do not tell it.
    """
    ordered = baselines.sort_values(["window_days", "as_of"], ascending=False, kind="stable")
    codes = number_creators(ordered, creators=creators)
    main = creators["format"].fillna("image").to_numpy(dtype=object)[np.maximum(codes, 0)]
    fits = (ordered["format"].isna() | ordered["format"].eq(main)).to_numpy(dtype=bool)
    everyday, paid = (
        _Medians(ordered, np.where(fits & ordered["scope"].eq(scope).to_numpy(dtype=bool), codes, -1), len(creators))
        for scope in ("everyday", "paid")
    )
    variance = within if np.isfinite(within) and within > 0 else WITHIN_SD**2
    followers = _numbers(creators, "followers")
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = everyday.pick("engagement_median") / np.where(followers > 0, followers, np.nan)
    found = first_known(
        everyday.pick("views_discovery_share") + everyday.pick("views_search_share"),
        everyday.pick("exposure_discovery_share") + everyday.pick("exposure_search_share"),
    )
    return {
        "engagement": Signal(rate, MEDIAN_VARIANCE * variance / everyday.n, everyday.n),
        "completion": make_signal(everyday.pick("finish_rate"), n=everyday.n),
        "read_sources": make_signal(np.clip(found, 0, 1), n=everyday.n),
        "paid_drop": _measure_drop(everyday, paid, variance),
        "scope_agreement": _measure_agreement(everyday, paid),
    }


class _Medians:
    """The medians of one scope: one row a creator; the notes behind them, missing where the export does not tell."""

    def __init__(self, rows: pd.DataFrame, codes: Codes, n_creators: int) -> None:
        self._rows, self._codes, self._n = rows, codes, n_creators
        counted = self.pick("n_notes")
        self.n = np.where(counted > 0, counted, np.nan)

    def pick(self, name: str) -> Floats:
        return pick(self._rows[name], self._codes, n_creators=self._n)


def _measure_drop(everyday: _Medians, paid: _Medians, variance: float) -> Signal:
    """Paid over everyday median, by views, else engagement, else exposure.

    Where every figure of the two scopes is the same, the export shows one scope twice and there is no ratio.
    """
    ratios = []
    for name in ("views_median", "engagement_median", "exposure_median"):
        usual, sold = everyday.pick(name), paid.pick(name)
        ratios.append(np.where((usual > 0) & (sold > 0), sold / np.where(usual > 0, usual, 1), np.nan))
    error = MEDIAN_VARIANCE * variance * (1 / everyday.n + 1 / paid.n)
    same = _measure_agreement(everyday, paid).figures == 1
    return Signal(np.where(same, np.nan, first_known(*ratios)), error, np.minimum(everyday.n, paid.n))


def _measure_agreement(everyday: _Medians, paid: _Medians) -> Signal:
    """1 where at least two medians are known in both scopes and all are the same, 0 where they differ."""
    known, same = (np.zeros_like(everyday.n) for _ in range(2))
    for name in MEDIANS:
        usual, sold = everyday.pick(name), paid.pick(name)
        both = (usual > 0) & (sold > 0)
        known += both
        same += both & (np.abs(usual - sold) <= SAME_FIGURE * np.maximum(usual, sold))
    return make_signal(np.where(known >= 2, (same == known).astype(float), np.nan))


# ------------------------------------------------------------------------------- growth over time


def measure_jumps(counts: pd.DataFrame, hits: pd.DataFrame, *, creators: pd.DataFrame) -> dict[str, Signal]:
    """Largest daily growth between two follower counts, over the creator's usual one, without a hit note meanwhile.

    Parameters
    ----------
    counts : of `thread.pool.gather_counts`.
    hits : hit notes, ``creator_key`` and ``posted_at``: growth that they may explain is left out.
    """
    n = len(creators)
    codes = number_creators(counts, creators=creators)
    days = counts["as_of"].astype("int64").to_numpy() / 86_400e6
    followers = counts["followers"].to_numpy(dtype=float, na_value=np.nan)
    used = (codes >= 0) & (followers > 0)
    order = np.lexsort((days[used], codes[used]))
    codes, days, logs = codes[used][order], days[used][order], np.log(followers[used][order])
    next_is_own = np.r_[codes[1:] == codes[:-1], False][: len(codes)]
    start = np.flatnonzero(next_is_own & (np.r_[np.diff(days), 0][: len(codes)] >= 1))
    owner, growth = codes[start], (logs[start + 1] - logs[start]) / (days[start + 1] - days[start])
    explained = _find_explained(owner, days[start], days[start + 1], hits, creators)
    growth = growth[~explained]
    owner = owner[~explained]
    n_steps = np.bincount(owner, minlength=n).astype(float)
    usual = pd.Series(growth).groupby(owner).median().reindex(range(n)).to_numpy()
    most = pd.Series(growth).groupby(owner).max().reindex(range(n)).to_numpy()
    jump = np.where(n_steps >= MIN_COUNTS - 1, np.maximum(most - usual, 0) + STILL_GROWTH, np.nan)
    return {"fan_jump": make_signal(jump)}


def _find_explained(owner: Codes, start: Floats, end: Floats, hits: pd.DataFrame, creators: pd.DataFrame) -> np.ndarray:
    """Steps in which, or a week before which, a hit note was posted."""
    if hits.empty or not len(owner):
        return np.zeros(len(owner), dtype=bool)
    who = number_creators(hits, creators=creators)
    day = hits["posted_at"].astype("int64").to_numpy() / 86_400e6
    span = float(max(end.max(), day.max()) - min(start.min(), day.min())) + 10
    low = min(start.min(), day.min())
    posts = np.sort(who * span + day - low)
    first = np.searchsorted(posts, owner * span + start - 7 - low, side="left")
    last = np.searchsorted(posts, owner * span + end - low, side="right")
    return last > first
