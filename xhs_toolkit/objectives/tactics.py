"""What each objective asks for: tactics, who carries them, how the budget is split, and what judges the result.

Every row names its source: ``common_practice`` is the customary division of labour on the platform (large creators for
reach, small ones for trust, KFS in three stages), ``analysts_choice`` the analyst's own choice. No trustworthy split of
K : F : S is published, so all splits are the analyst's; `SPLITS` is a starting point to argue about.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import find_industry_default, list_category_names
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.campaign.models import OBJECTIVE_METRICS

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

SECOND_WEIGHT: float = assume("objectives.second_weight")

PARTS = ("creators", "feed", "search")
ROLES = ("large", "small")

SPLITS: Mapping[str, list[float]] = assume("objectives.splits")
LARGE_SHARES: Mapping[str, float] = assume("objectives.large_shares")


FILE = "tactics.csv"


@cache
def read_tactics() -> pd.DataFrame:
    """The tactics of ``templates/content/tactics.csv``.

    Returns
    -------
    ``tactic``, ``stage`` (of KFS), ``role`` (who carries it), ``objectives`` and ``categories`` (by ``;``; empty for
    all categories), ``place`` (yes: needs a place to visit; no: only without one; empty: both), ``source``.
    """
    path = bundled_folder("templates") / "content" / FILE
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


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


def is_visited(campaign: Campaign) -> bool | None:
    """Whether readers can visit a place: as set, else as is usual in the category; None where neither tells."""
    if campaign.place_to_visit is not None:
        return campaign.place_to_visit
    return {"yes": True, "no": False}.get("".join(find_industry_default(campaign)["place"]))


def list_tactics(weights: Mapping[str, float], *, category: str | None, is_visited: bool | None) -> pd.DataFrame:
    """Tactics that serve at least one objective in this category, in the order of the stages.

    Parameters
    ----------
    is_visited : whether there is a place to visit; what needs one is left out where nobody knows of any.

    Returns
    -------
    ``tactic``, ``stage`` (creators, feed, search), ``role`` (large, small, both), ``serves`` (the heaviest
    objective it serves), ``source``. Why it is there, the sentence ``objectives.why_<tactic>`` says.
    """
    named = list_category_names(category or "")[0]
    unfit = "no" if is_visited else "yes"
    rows = [
        {name: tactic[name] for name in ("tactic", "stage", "role")}
        | {
            "serves": max(served, key=weights.__getitem__),
            "source": "common_practice" if tactic["source"] == "common practice" else "analysts_choice",
        }
        for tactic in read_tactics().to_dict("records")
        if tactic["place"] != unfit
        if not tactic["categories"] or named in tactic["categories"].split(";")
        if (served := [name for name in weights if name in tactic["objectives"].split(";")])
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
