"""What each objective asks for: tactics, who carries them, how the budget is split, and what judges the result.

Every row names its source: ``common_practice`` is the customary division of labour on the platform (large creators for
reach, small ones for trust, KFS in three stages), ``analysts_choice`` the analyst's own choice. No trustworthy split of
K : F : S is published, so all splits are the analyst's; `SPLITS` is a starting point to argue about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.campaign.promises import OBJECTIVE_METRICS

SECOND_WEIGHT = 1 / 3
"""Weight of a second objective beside the first (analyst's choice)."""

PARTS = ("creators", "feed", "search")
ROLES = ("large", "small")

SPLITS: Mapping[str, tuple[float, float, float]] = {
    "awareness": (0.60, 0.30, 0.10),
    "trust": (0.75, 0.15, 0.10),
    "sales": (0.50, 0.25, 0.25),
    "leads": (0.50, 0.20, 0.30),
}
"""Shares of the budget for creators, feed ads and search ads (analyst's choice)."""

LARGE_SHARES: Mapping[str, float] = {"awareness": 0.70, "trust": 0.20, "sales": 0.50, "leads": 0.50}
"""Share of the creators' budget for large creators: awareness leans on KOLs, trust on KOCs, sales and leads on
both in layers (practice); the figures are the analyst's choice."""


class Tactic(NamedTuple):
    """One thing to do: its name, the stage of KFS, who carries it, for which objectives, and the source."""

    tactic: str
    stage: str
    role: str
    objectives: tuple[str, ...]
    source: str


TACTICS = (
    Tactic("store_reviews", "creators", "large", ("awareness", "sales"), "common_practice"),
    Tactic("live_launch", "creators", "large", ("awareness", "sales"), "common_practice"),
    Tactic("seeding", "creators", "small", ("trust", "sales", "leads"), "common_practice"),
    Tactic("comparisons", "creators", "small", ("trust", "leads"), "analysts_choice"),
    Tactic("guides", "creators", "large", ("leads",), "analysts_choice"),
    Tactic("boost_what_works", "feed", "both", ("awareness", "trust", "sales", "leads"), "common_practice"),
    Tactic("feed_reach", "feed", "both", ("awareness",), "common_practice"),
    Tactic("search_brand", "search", "both", ("awareness", "trust", "sales", "leads"), "common_practice"),
    Tactic("search_decision", "search", "both", ("sales", "leads"), "common_practice"),
)


def mix_objectives(first: str, second: str | None) -> dict[str, float]:
    """Weights of the objectives, summing to one.

    >>> mix_objectives("awareness", None)
    {'awareness': 1.0}
    """
    return {first: 1 - SECOND_WEIGHT, second: SECOND_WEIGHT} if second else {first: 1.0}


def mix_split(weights: Mapping[str, float]) -> tuple[float, float, float]:
    """K : F : S of several objectives, by their weights.

    >>> tuple(round(share, 3) for share in mix_split({"awareness": 1.0}))
    (0.6, 0.3, 0.1)
    """
    creators, feed = (sum(weight * SPLITS[name][part] for name, weight in weights.items()) for part in (0, 1))
    return creators, feed, 1 - creators - feed


def mix_large_share(weights: Mapping[str, float]) -> float:
    """Share of the creators' budget for large creators, of several objectives."""
    return sum(weight * LARGE_SHARES[name] for name, weight in weights.items())


def list_tactics(weights: Mapping[str, float]) -> pd.DataFrame:
    """Tactics that serve at least one objective, in the order of the stages.

    Returns
    -------
    ``tactic``, ``stage`` (creators, feed, search), ``role`` (large, small, both), ``serves`` (the heaviest
    objective it serves), ``source``. Why it is there, the sentence ``objectives.why_<tactic>`` says.
    """
    rows = [
        {
            "tactic": tactic.tactic,
            "stage": tactic.stage,
            "role": tactic.role,
            "serves": max(served, key=weights.__getitem__),
            "source": tactic.source,
        }
        for tactic in TACTICS
        if (served := [name for name in weights if name in tactic.objectives])
    ]
    return pd.DataFrame(rows)


def list_metrics(weights: Mapping[str, float], *, targets: Mapping[str, float | None]) -> pd.DataFrame:
    """Metrics that judge the objectives, the first objective's first.

    Returns
    -------
    ``metric``, ``serves``, ``target`` (missing where nothing was promised, as ``target_reason`` says), ``source``.
    """
    rows = [
        {
            "metric": metric,
            "serves": name,
            "target": targets.get(metric),
            "target_reason": "no_target" if targets.get(metric) is None else "",
            "source": "common_practice" if targets.get(metric) is None else "campaign_file",
        }
        for name in sorted(weights, key=lambda name: -weights[name])
        for metric in OBJECTIVE_METRICS[name]
    ]
    table = pd.DataFrame(rows).drop_duplicates("metric", ignore_index=True)
    return table.astype({"target": float})
