"""Every check of every creator, the score, and what a person decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks import Peers, make_peers
from xhs_toolkit.thread.pool import gather_counts
from xhs_toolkit.vetting.checks import BY_NAME, CHECKS, TOGETHER, Floats, Signal, number_creators
from xhs_toolkit.vetting.judge import (
    Judged,
    PriceCheck,
    check_prices,
    judge,
    judge_nothing,
    judge_together,
    judge_words,
    offset_by_followers,
)
from xhs_toolkit.vetting.signals import (
    Posts,
    measure_comments,
    measure_jumps,
    measure_medians,
    measure_notes,
    measure_profiles,
    read_posts,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.campaign.people import Limit, Vetting

POOR_HEALTH: Final = ("异常", "违规", "风险", "限流", "封禁", "较差", "差")
"""Health levels by which the platform itself says that an account is in trouble (the others: 优秀, 良好, 普通)."""


class Checked(NamedTuple):
    """What `check_creators` found.

    Attributes
    ----------
    judged : every check of `CHECKS`, arrays in the order of the creators given.
    prices : of both formats, one row a creator and format offered, see `judge.PriceCheck`.
    """

    judged: dict[str, Judged]
    prices: pd.DataFrame


def check_creators(
    creators: pd.DataFrame, *, notes: pd.DataFrame, tables: Mapping[str, pd.DataFrame], campaign: Campaign
) -> Checked:
    """Run every check on every creator, all at once.

    Parameters
    ----------
    creators : one row a creator: the columns of `tables.CREATORS`, ``creator_key``, ``tier``, ``format``.
    notes : one row a note, with ``creator_key``.
    tables : the canonical tables; baselines, follower counts, creators and comments are read.
    """
    settings = campaign.vetting
    peers = make_peers(creators)
    posts = read_posts(notes, creators=creators)
    signals = _measure(creators, posts=posts, notes=notes, tables=tables, settings=settings)
    signals["engagement"] = offset_by_followers(
        signals["engagement"], followers=creators["followers"].to_numpy(dtype=float), peers=peers
    )
    limits = {limit.check: limit for limit in settings.limits}
    judged = {
        name: judge(BY_NAME[name], signal, peers=peers, deviations=settings.deviations, limit=limits.get(name))
        for name, signal in signals.items()
    }
    judged["scope_agreement"] = _flag_agreement(judged["scope_agreement"])
    judged |= _judge_profile_words(creators, campaign)
    priced = _judge_prices(creators, judged, peers, campaign, limits)
    judged |= {f"{form}_price": found.judged for form, found in priced.items()}
    judged |= {
        name: judge_together(judged, name, peers=peers, deviations=settings.deviations, limit=limits.get(name))
        for name in TOGETHER
    }
    ordered = {check.name: judged.get(check.name, judge_nothing(len(creators))) for check in CHECKS}
    return Checked(ordered, _stack_prices(creators, priced))


def _measure(
    creators: pd.DataFrame,
    *,
    posts: Posts,
    notes: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    settings: Vetting,
) -> dict[str, Signal]:
    signals = measure_notes(posts, creators=creators, settings=settings)
    own = signals["engagement"]
    known = np.isfinite(own.variance) & (own.n > 1)
    within = float(np.median((own.variance * own.n)[known])) if known.any() else float("nan")
    medians = measure_medians(tables["baselines"], creators=creators, within=within)
    for name, signal in medians.items():
        signals[name] = _prefer(signals[name], signal) if name in signals else signal
    signals |= measure_profiles(creators)
    figure = notes["likes"] if settings.hit_metric == "likes" else notes["engagement"]
    is_hit = figure.ge(settings.hit_from) & notes["posted_at"].notna()
    hits = notes.loc[is_hit, ["creator_key", "posted_at"]]
    keyed = [_add_key(tables[name], creators) for name in ("follower_counts", "creators")]
    signals |= measure_jumps(gather_counts(*keyed, notes), hits, creators=creators)
    return signals | measure_comments(tables["comments"], notes=notes, creators=creators)


def _add_key(frame: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    codes = number_creators(frame, creators=creators)
    return frame.assign(creator_key=creators["creator_key"].take(np.maximum(codes, 0)).array)[codes >= 0]


def _prefer(own: Signal, other: Signal) -> Signal:
    """The creator's own notes where at least three tell, else the platform's median."""
    use = np.isfinite(own.figures) & (own.n >= 3) | ~np.isfinite(other.figures)
    return Signal(*(np.where(use, *pair) for pair in zip(own[:3], other[:3], strict=True)))


def _flag_agreement(judged: Judged) -> Judged:
    """Everyday and paid figures that are all the same: one scope shown twice, so that nothing is known of the other."""
    nothing = np.full_like(judged.figures, np.nan)
    verdict = np.where(judged.figures == 1, 2, judged.verdict).astype(np.int8)
    return judged._replace(figures=nothing, standing=nothing, deviations=nothing, verdict=verdict, source="export")


def _judge_profile_words(creators: pd.DataFrame, campaign: Campaign) -> dict[str, Judged]:
    health, place = creators["health_level"], creators["place"]
    poor = health.fillna("").str.contains("|".join(POOR_HEALTH), regex=True)
    wanted = [name.casefold() for name in campaign.sourcing.places]
    plain = place.fillna("").str.casefold()
    inside = np.logical_or.reduce([plain.str.contains(name, regex=False) for name in wanted]) if wanted else True
    outside = pd.Series(~np.broadcast_to(inside, len(creators)), index=creators.index)
    return {
        "health": judge_words(health, bad=poor, source="platform"),
        "place": judge_words(place, bad=outside, source="campaign.yaml" if wanted else ""),
    }


def _judge_prices(
    creators: pd.DataFrame, judged: Mapping[str, Judged], peers: Peers, campaign: Campaign, limits: dict[str, Limit]
) -> dict[str, PriceCheck]:
    return {
        form: check_prices(
            creators,
            form=form,
            standing=judged["engagement"].deviations,
            peers=peers,
            card=campaign.agency.rate_card,
            deviations=campaign.vetting.deviations,
            limit=limits.get(f"{form}_price"),
        )
        for form in ("image", "video")
    }


def _stack_prices(creators: pd.DataFrame, priced: dict[str, PriceCheck]) -> pd.DataFrame:
    who = creators[["creator_key", "creator_name", "tier"]].reset_index(drop=True)
    parts = [pd.concat([who, found.prices.reset_index(drop=True)], axis=1) for found in priced.values()]
    stacked = pd.concat(parts, ignore_index=True).rename(columns={"form": "format"})
    flagged = np.concatenate([found.judged.verdict == 2 for found in priced.values()])
    return stacked.assign(is_flagged=flagged)[stacked["price_cny"].notna()].reset_index(drop=True)


def count_verdicts(judged: Mapping[str, Judged], verdict: int) -> Floats:
    """How many checks gave each creator this verdict."""
    return np.sum([each.verdict == verdict for each in judged.values()], axis=0).astype(float)
