"""From a signal to a verdict: the creator's figure, its place among peers, the limit and whose it is; prices too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import (
    FULL_CELL,
    PUBLISHED_PRICES,
    Peers,
    estimate_prices,
    find_percentiles,
    fit_common_slope,
    locate_among_peers,
)
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.vetting.checks import (
    BY_NAME,
    LEAST_TOGETHER,
    TOGETHER,
    Check,
    Floats,
    Scale,
    Signal,
    from_scale,
    make_signal,
    to_scale,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xhs_toolkit.campaign.agency import PriceRange
    from xhs_toolkit.campaign.people import Limit


VERDICTS: Final = ("unknown", "pass", "flag")
REASONS: Final = ("", "not_measured", "too_little", "too_few_peers")


TAIL_SHARE: float = assume("vetting.tail_share")
NORMAL_TAIL: Final = float(stats.norm.ppf((1 + TAIL_SHARE) / 2))
"""Where the tail of one side is read, and the deviation at which a normal distribution has it."""

USUAL_TAIL: float = assume("vetting.usual_tail")
USUAL_CREATORS: int = assume("vetting.usual_tail_creators")
MAX_TAIL: float = assume("vetting.max_tail")
IDLE_TIMES: float = assume("vetting.idle_times")


class Judged(NamedTuple):
    """One check of every creator; arrays in the order of the creators.

    Attributes
    ----------
    figures : in the unit people read.
    standing : share of peers below, 0–1, after drawing the figure towards them as far as it is uncertain.
    deviations : from the peers, in their standard deviations of that side; NaN where the peers do not differ.
    low, high : limits in the unit of the figures; NaN where there is none on that side.
    n, n_peers : notes or comments behind the figure, creators compared with.
    verdict : place in `VERDICTS`.
    reason : place in `REASONS`, why it is unknown.
    source : whose limit: pool_peers, rate_card, or as the campaign file says.
    """

    figures: Floats
    standing: Floats
    deviations: Floats
    low: Floats
    high: Floats
    n: Floats
    n_peers: Floats
    verdict: NDArray[np.int8]
    reason: NDArray[np.int8]
    source: str


def judge(
    check: Check,
    signal: Signal,
    *,
    peers: Peers,
    deviations: float,
    limit: Limit | None = None,
) -> Judged:
    """Compare one check's signal with the peers, or with the fixed limit the campaign sets.

    Parameters
    ----------
    deviations : how far from the peers, on the unusual side, a creator is flagged; farther where the pool has
        heavier tails than a normal distribution (`find_tail`), since many checks meet many creators.
    """
    enough = ~(signal.n < check.least)
    on_scale = np.where(enough, to_scale(signal.figures, check.scale) - signal.offset, np.nan)
    found = locate_among_peers(on_scale, peers=peers, error_variance=np.nan_to_num(signal.variance))
    reach = deviations * find_tail(found.deviations, side=check.side)
    ends = [found.location - reach * found.low_spread, found.location + reach * found.high_spread]
    low, high = (
        from_scale(end + signal.offset, check.scale) if check.side in {side, "both"} else np.full_like(on_scale, np.nan)
        for side, end in zip(("low", "high"), ends, strict=True)
    )
    if limit is not None:
        fixed = (limit.low, limit.high)
        low, high = (np.full_like(on_scale, np.nan if end is None else end) for end in fixed)
    measured = np.isfinite(on_scale)
    comparable = measured & ((limit is not None) | (check.side == "none") | np.isfinite(found.deviations))
    flagged = comparable & ((signal.figures < low) | (signal.figures > high))
    if limit is None:
        low, high = (hide_idle_limits(each, signal.figures, scale=check.scale) for each in (low, high))
    return Judged(
        np.where(np.isfinite(signal.figures), signal.figures, np.nan),
        find_percentiles(np.where(np.isfinite(found.shrunk), found.shrunk, on_scale), peers=peers),
        np.where(np.isfinite(found.deviations), found.deviations, np.nan),
        np.where(comparable, low, np.nan),
        np.where(comparable, high, np.nan),
        signal.n,
        found.n_peers,
        np.where(comparable, 1 + flagged, 0).astype(np.int8),
        _reason(signal, enough, comparable),
        limit.source if limit is not None else "pool_peers",
    )


def hide_idle_limits(limits: Floats, figures: Floats, *, scale: Scale) -> Floats:
    """The limits that a figure could break; missing where one lies so far out that none ever does.

    That is where more followers would have to leave than there are, or where it lies, on the check's scale, more than
    twice as far from the pool's middle as the pool's farthest figure: a creator's own error, or the peers' spread, is
    then too wide to tell anything.

    >>> hide_idle_limits(np.array([0.5, 400.0]), np.array([0.01, 0.1, 0.7]), scale="log").tolist()
    [0.5, nan]
    >>> hide_idle_limits(np.array([-1.2, -0.2]), np.array([-0.9, 0.0, 0.9]), scale="growth").tolist()
    [nan, -0.2]
    """
    known, ends = to_scale(figures[np.isfinite(figures)], scale), to_scale(limits, scale)
    if not np.isfinite(known).any():
        return limits
    middle = float(np.nanmedian(known))
    out = np.where(ends > middle, np.nanmax(known) - middle, middle - np.nanmin(known))
    can_fail = np.abs(ends - middle) <= IDLE_TIMES * out
    return np.where(can_fail & ((scale != "growth") | (limits > -1)), limits, np.nan)


def find_tail(deviations: Floats, *, side: str) -> float:
    """How much farther than normal values the tail reaches, told by the side that no wrong would move.

    Of a check that is unusual on both sides it is the lighter one. Drawn towards `USUAL_TAIL` where creators are few.

    >>> round(find_tail(stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000), side="high"), 2)
    1.0
    """
    found = {name: _read_tail(sign * deviations) for name, sign in (("low", 1), ("high", -1))}
    return min(found.values()) if side in {"both", "none"} else found[side]


def _read_tail(outward: Floats) -> float:
    known = outward[np.isfinite(outward) & (outward > 0)]
    n = len(known)
    own = float(np.quantile(known, TAIL_SHARE)) / NORMAL_TAIL if n else 0.0
    drawn = (n * own + USUAL_CREATORS * USUAL_TAIL) / (n + USUAL_CREATORS)
    return min(max(drawn, 1.0), MAX_TAIL)


def _reason(signal: Signal, enough: NDArray[np.bool_], comparable: NDArray[np.bool_]) -> NDArray[np.int8]:
    missing = ~np.isfinite(signal.figures)
    return np.select([comparable, missing, ~enough], [0, 1, 2], default=3).astype(np.int8)


def offset_by_followers(signal: Signal, *, followers: Floats, peers: Peers) -> Signal:
    """Take off what size alone explains: a larger creator engages a smaller share of the followers.

    The slope of log engagement on log followers is the pool's own, within peers; drawn towards 1 less a third,
    as if thirty creators had shown it, since small pools do not tell it.
    """
    size, figures = (np.log(np.where(each > 0, each, np.nan)) for each in (followers, signal.figures))
    slope = fit_common_slope(figures, size, codes=peers.codes[1], prior=-1 / 3)
    middle = float(np.nanmedian(size)) if np.isfinite(size).any() else 0.0
    return signal._replace(offset=slope * np.where(np.isfinite(size), size - middle, 0.0))


# ------------------------------------------------------------------------------- several signals at once


def judge_together(
    judged: Mapping[str, Judged], name: str, *, peers: Peers, deviations: float, limit: Limit | None = None
) -> Judged:
    """Judge several weak signals as one: the sum of their deviations towards one side over √(their number).

    One signal counts at most as much as the limit of a single check, and the sum is compared with the pool's own
    sums, so that signals which go together anyway are not counted twice.
    """
    signs = [np.clip(sign * judged[part].deviations, -deviations, deviations) for part, sign in TOGETHER[name]]
    n = np.isfinite(signs).sum(axis=0)
    values = np.where(n >= LEAST_TOGETHER, np.nansum(signs, axis=0) / np.sqrt(np.maximum(n, 1)), np.nan)
    return judge(BY_NAME[name], make_signal(values), peers=peers, deviations=deviations, limit=limit)


def judge_nothing(n: int) -> Judged:
    """A check that no file measures."""
    nothing = np.full(n, np.nan)
    unknown = np.zeros(n, dtype=np.int8)
    counts = np.zeros(n)
    return Judged(
        nothing, nothing, nothing, nothing, nothing, nothing, counts, unknown, unknown + np.int8(1), "pool_peers"
    )


# ------------------------------------------------------------------------------------ words, not numbers


def judge_words(values: pd.Series, *, bad: pd.Series, source: str) -> Judged:
    """A check whose value is a word: flagged where `bad`, unknown where missing."""
    known = values.notna().to_numpy()
    flagged = known & bad.to_numpy(dtype=bool)
    return judge_nothing(len(values))._replace(
        verdict=np.where(known, 1 + flagged, 0).astype(np.int8),
        reason=np.where(known, 0, 1).astype(np.int8),
        source=source,
    )


CARD_UP_TO = float(PUBLISHED_PRICES["followers_from"].min())
"""Followers up to which the card's upper price binds: from here on published prices lie far above it."""


class PriceCheck(NamedTuple):
    """What `check_prices` found.

    Attributes
    ----------
    judged : the check on asked / expected price.
    prices : the frame of `estimate_prices` with ``price_cny``, ``limit_cny``, ``followers`` and ``form``.
    """

    judged: Judged
    prices: pd.DataFrame


def check_prices(
    creators: pd.DataFrame,
    *,
    form: str,
    standing: Floats,
    peers: Peers,
    card: Sequence[PriceRange],
    deviations: float,
    limit: Limit | None = None,
) -> PriceCheck:
    """Judge what creators ask for one format.

    A price is flagged above the limit: with `FULL_CELL` priced creators or more, `deviations` above what their
    peers ask, but never inside the card; with fewer, above the card's upper price. Engagement above the peers'
    raises what is expected; a video is expected to cost more.

    Parameters
    ----------
    creators : ``followers``, ``image_price_cny``, ``video_price_cny``.
    standing : engagement in deviations from the peers.
    """
    asked = creators[f"{form}_price_cny"].to_numpy(dtype=float)
    followers = creators["followers"].to_numpy(dtype=float)
    known = np.where((asked > 0) & (followers > 0), asked, np.nan)
    found = estimate_prices(known, followers=followers, engagement=standing, peers=peers, card=card, form=form)
    expected = found["expected_cny"].to_numpy()
    peer_limit = expected * (found["price_high_cny"].to_numpy() / expected) ** deviations
    card_limit = np.where(followers < CARD_UP_TO, found["card_high_cny"].to_numpy(), np.nan)
    n_priced = int(np.isfinite(known).sum())
    few = n_priced < FULL_CELL and np.isfinite(card_limit)
    limit_cny = np.where(few, card_limit, np.fmax(peer_limit, card_limit))
    low, high = np.full_like(known, np.nan), limit_cny / expected
    if limit is not None:
        low, high = (np.full_like(known, np.nan if end is None else end) for end in (limit.low, limit.high))
    ratio = known / expected
    measured = np.isfinite(ratio)
    flagged = measured & ((ratio > high) | (ratio < low))
    judged = Judged(
        ratio,
        found["percentile"].to_numpy(),
        found["deviations"].to_numpy(),
        np.where(measured, low, np.nan),
        np.where(measured, high if limit is not None else hide_idle_limits(high, ratio, scale="log"), np.nan),
        np.full_like(known, np.nan),
        np.where(measured, float(n_priced), 0.0),
        np.where(measured, 1 + flagged, 0).astype(np.int8),
        np.where(measured, 0, 1).astype(np.int8),
        limit.source if limit is not None else ("pool_peers" if n_priced >= FULL_CELL else "rate_card"),
    )
    return PriceCheck(judged, found.assign(price_cny=known, limit_cny=limit_cny, followers=followers, form=form))
