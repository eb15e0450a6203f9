"""Creators: what was set, and the frame and the picture that follow from it; each is one call in a plain cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.campaign import Planning
from xhs_toolkit.decisions import Decisions, add_decisions, match_decisions
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.explore_charts import Limits, find_limits, plot_marks
from xhs_toolkit.present.wording import say
from xhs_toolkit.sourcing import make_pool, score_fit
from xhs_toolkit.stats import make_rng
from xhs_toolkit.vetting import add_results, check_creators, make_cards, score_creators
from xhs_toolkit.vetting.judge import Judged

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.explore_charts import Figure

AXES: Final = {"size": ("followers", "engagement_fan_rate"), "price": ("expected_cny", "asked_cny")}
"""Pictures of the creators, and what each shows across and up."""

FLAG_CHOICES: Final = ("any_flags", "unflagged", "with_flags")
SHOWN: Final = (
    *("creator_name", "tier", "followers", "total_points", "flag_count", "decision", "place", "category"),
    *("image_price_cny", "video_price_cny", "engagement_fan_rate", "fan_growth_30d"),
)
KEPT: Final = (
    *("creator_key", "creator_id", "creator_name", "tier", "followers", "category", "place", "fan_growth_30d"),
    *("image_price_cny", "video_price_cny", "asked_cny", "expected_cny", "engagement_fan_rate"),
    *("total_points", "flag_count", "flags", "health_level", "rankings"),
)
"""Columns of the vetted creators that the view uses: the fewer, the quicker every filter."""

DRAWN: Final = ("flag_count", "is_kept", "mark_rank")
"""Columns that every picture needs, with its own two: no text, of which a hundred thousand rows take long to pick."""

SEARCHED: Final = ("creator_name", "xhs_number", "tags", "category", "place")


@dataclass(frozen=True)
class CreatorsState:
    """What is set in the view of the creators; an end of a range that is None is open.

    Attributes
    ----------
    text : words that the name, number, tags, category or place must all hold.
    flags : one of `FLAG_CHOICES`, or the name of a check that must have flagged.
    keep_unknown : keep creators of whom a figure that is asked for is not known.
    picture : a key of `AXES`.
    selected : the ``creator_key`` whose card is shown.
    """

    text: str = ""
    tiers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    followers_from: float | None = None
    followers_to: float | None = None
    price_from_cny: float | None = None
    price_to_cny: float | None = None
    growth_from: float | None = None
    flags: str = "any_flags"
    keep_unknown: bool = True
    sorted_by: str = "total_points"
    is_descending: bool = True
    picture: str = "size"
    selected: str = ""


class Explored(NamedTuple):
    """The whole pool, vetted (`explore_pool`).

    Attributes
    ----------
    creators : one row a creator: the columns `KEPT`, ``price_cny`` (the cheaper
        format offered), ``asked_cny`` and ``expected_cny`` (of the format further above what is expected),
        ``decision_id`` (what `decisions.csv` names it by), ``mark_rank``, ``searched``, and of a person's decision
        ``decision``, ``decision_reason``, ``decision_by``, ``is_kept``.
    judged : the checks, in the order of the rows.
    limits : by picture, what its axes show. planning : whom the settings want in or out, a person's word too.
    """

    creators: pd.DataFrame
    judged: Mapping[str, Judged]
    limits: Mapping[str, Limits | None]
    planning: Planning


def explore_pool(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    decisions: Decisions | None = None,
    on_step: Callable[[str], object] = str,
) -> Explored:
    """Join the sources of creators, and check and score everybody.

    Parameters
    ----------
    tables : the canonical tables.
    latest : one row a note.
    decisions : a person's, of `decisions.read_decisions`.
    on_step : told the name of each step as it begins.
    """
    on_step("step_pool")
    pool = make_pool(tables, latest=latest, campaign=campaign)
    creators = score_fit(pool, campaign=campaign).reset_index(drop=True)
    on_step("step_checks")
    checked = check_creators(creators, notes=pool.notes, tables=tables, campaign=campaign)
    score = score_creators(
        checked.judged,
        fit=creators["fit"].to_numpy(dtype=float),
        weights=campaign.vetting.weights.model_dump(),
        known_share=campaign.vetting.known_share,
        index=creators.index,
    )
    on_step("step_view")
    found = add_results(creators, judged=checked.judged, score=score)
    return make_explored(
        _add_prices(found, checked.prices), judged=checked.judged, decisions=decisions, planning=campaign.planning
    )


def make_explored(
    creators: pd.DataFrame,
    *,
    judged: Mapping[str, Judged],
    decisions: Decisions | None = None,
    planning: Planning | None = None,
) -> Explored:
    """Add what the view needs to vetted creators with ``asked_cny`` and ``expected_cny``.

    Parameters
    ----------
    creators : one row a creator, in the order of `judged`.
    """
    prices = creators[["image_price_cny", "video_price_cny"]]
    searched = creators[SEARCHED[0]].fillna("")
    for name in SEARCHED[1:]:
        searched = searched + "\n" + creators[name].fillna("")
    found = creators[list(KEPT)].assign(
        price_cny=prices.where(prices > 0).min(axis=1),
        decision_id=creators["creator_id"].fillna(creators["creator_key"]),
        mark_rank=make_rng().permutation(len(creators)),
        searched=searched.str.casefold(),
    )
    limits = {name: find_limits(found, x=x, y=y) for name, (x, y) in AXES.items()}
    return decide(Explored(found, judged, limits, planning or Planning()), decisions=decisions)


def _add_prices(creators: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    dearest = prices.sort_values("price_ratio", kind="stable", na_position="first").drop_duplicates(
        "creator_key", keep="last"
    )
    by_key = dearest.set_index("creator_key")
    names = {"asked_cny": "price_cny", "expected_cny": "expected_cny"}
    return creators.assign(**{name: creators["creator_key"].map(by_key[column]) for name, column in names.items()})


def decide(explored: Explored, *, decisions: Decisions | None) -> Explored:
    """Return the pool with the decisions as they are now, in the file and in the settings."""
    creators, planning = explored.creators, explored.planning
    matched = match_decisions(decisions, creators, must_have=planning.must_have, exclude=planning.exclude)
    decided = add_decisions(creators, decisions=matched)
    return explored._replace(creators=decided.assign(is_kept=decided["decision"].eq("keep").fillna(False)))


# ------------------------------------------------------------------------------------------ filter


def filter_creators(creators: pd.DataFrame, *, state: CreatorsState) -> pd.DataFrame:
    """Return the creators that what is set leaves, in the order that is set; ties as they come.

    Parameters
    ----------
    creators : of `Explored`.
    """
    by, is_descending = state.sorted_by, state.is_descending
    return creators.iloc[find_rows(creators, state=state, order=order_creators(creators, by, is_descending))]


def order_creators(creators: pd.DataFrame, by: str, is_descending: bool) -> np.ndarray:
    """Return the places of all rows in an order; those without the figure come last."""
    column = creators[by if by in creators else "total_points"].reset_index(drop=True)
    return column.sort_values(ascending=not is_descending, kind="stable", na_position="last").index.to_numpy()


def find_rows(creators: pd.DataFrame, *, state: CreatorsState, order: np.ndarray) -> np.ndarray:
    """Return the places of the rows that what is set leaves, in an order.

    Parameters
    ----------
    order : of `order_creators`; the dearer part, worth keeping while it stays the same.
    """
    keep = np.ones(len(creators), dtype=bool)
    for word in state.text.casefold().split():
        keep &= creators["searched"].str.contains(word, regex=False).to_numpy(dtype=bool)
    for name, wanted in (("tier", state.tiers), ("category", state.categories), ("place", state.places)):
        if wanted:
            keep &= _keep(creators[name], creators[name].isin(wanted), state)
    ranges = (
        ("followers", state.followers_from, state.followers_to),
        ("price_cny", state.price_from_cny, state.price_to_cny),
        ("fan_growth_30d", state.growth_from, None),
    )
    for name, low, high in ranges:
        if low is not None or high is not None:
            ends = -np.inf if low is None else low, np.inf if high is None else high
            keep &= _keep(creators[name], creators[name].between(*ends), state)
    keep &= _match_flags(creators, state.flags)
    return order[keep[order]]


def _keep(values: pd.Series, passes: pd.Series, state: CreatorsState) -> np.ndarray:
    known = passes.to_numpy(dtype=bool)
    return known | values.isna().to_numpy() if state.keep_unknown else known


def _match_flags(creators: pd.DataFrame, flags: str) -> np.ndarray:
    if flags == "any_flags":
        return np.ones(len(creators), dtype=bool)
    if flags in FLAG_CHOICES:
        return creators["flag_count"].gt(0).to_numpy(dtype=bool) == (flags == "with_flags")
    raised = [text for text in creators["flags"].dropna().unique() if flags in text.split("; ")]
    return creators["flags"].isin(raised).to_numpy(dtype=bool)


# ----------------------------------------------------------------------------------------- picture


def draw_creators(explored: Explored, *, state: CreatorsState, language: str, rows: np.ndarray | None = None) -> Figure:
    """Draw the creators that are left, the selected one ringed and named.

    Parameters
    ----------
    rows : of `find_rows`, where they are at hand.
    """
    creators = explored.creators
    if rows is None:
        rows = find_rows(creators, state=state, order=np.arange(len(creators)))
    x, y = AXES[state.picture]
    selected = rows[creators["creator_key"].eq(state.selected).to_numpy(dtype=bool)[rows]]
    return plot_marks(
        creators[[*DRAWN, x, y]].iloc[rows],
        x=x,
        y=y,
        language=language,
        title=say(Finding(f"explore.picture_{state.picture}"), language=language),
        limits=explored.limits[state.picture],
        selected=creators.iloc[selected],
        diagonal=state.picture == "price",
    )


def make_card(explored: Explored, *, creator_key: str) -> pd.DataFrame:
    """Return the evidence card of one creator, of `vetting.make_cards`; empty where there is no such creator."""
    rows = np.flatnonzero(explored.creators["creator_key"].eq(creator_key).to_numpy())
    return make_cards(explored.creators, judged=explored.judged, rows=rows[:1].tolist())
