"""The pictures of creators, each made once: what makes a score, among their peers, size, and price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.charts import title_of
from xhs_toolkit.present.spec import INTERNAL, Chart

MAX_BARS = 20
MAX_NAMED = 32


def funnel(steps: pd.DataFrame) -> Chart:
    """From the pool to the roster: how many are left after each step, and before it what each rule took.

    Parameters
    ----------
    steps : of `thread.summarise_funnel`.
    """
    number = steps["step"].ne(steps["step"].shift()).cumsum()
    cuts = steps[steps["rule"].notna()]
    later = cuts.iloc[::-1].groupby(number)["n_removed"].cumsum().reindex(cuts.index) - cuts["n_removed"]
    start = cuts["n_creators"] + later
    taken = cuts.assign(step=cuts["rule"], n_creators=cuts["n_removed"], from_creators=start, at=number)
    left = steps.drop_duplicates("step").assign(from_creators=0.0, standing="total", at=number)
    rows = pd.concat([taken.assign(standing="", place=0), left.assign(place=1)], ignore_index=True)
    drawn = rows.sort_values(["at", "place"], kind="stable", ignore_index=True).astype({"n_creators": float})
    alt = Finding("roster.picture_funnel")
    return Chart(
        "funnel", "funnel", drawn[["step", "n_creators", "from_creators", "standing"]],
        marks={"name": "step", "value": "n_creators", "start": "from_creators", "standing": "standing"},
        title=title_of(alt), alt=alt,
    )  # fmt: skip


def points(creators: pd.DataFrame, *, name: str, alt: Finding, parts: Sequence[str]) -> Chart:
    """Each creator as one bar, cut into the points of its parts; the first `MAX_BARS`.

    Parameters
    ----------
    creators : ``creator_name`` and `parts` (points of each), in the order to be drawn.
    """
    first = creators.head(MAX_BARS)
    known = [part for part in parts if first[part].gt(0).any()]
    named = first.assign(creator_name=first["creator_name"].fillna("—"), place=range(len(first)))
    drawn = named.melt(["place", "creator_name"], known, var_name="part", value_name="points")
    return Chart(
        "stacked_bars", name, drawn.assign(points=drawn["points"].fillna(0.0)),
        marks={"name": "creator_name", "group": "place", "value": "points", "part": "part"},
        title=title_of(alt), alt=alt, audience=INTERNAL,
    )  # fmt: skip


def among_peers(cards: pd.DataFrame, *, alt: Finding) -> Chart:
    """Where one creator stands in each check: 0 below all comparable creators, 100% above all; flags apart.

    Parameters
    ----------
    cards : ``creator_key``, ``check``, ``standing_share``, ``metric``, ``check_value``, ``verdict``; the first creator
        is drawn, checks without a place among peers are left out.
    """
    first = cards[cards["creator_key"].eq(cards["creator_key"].iloc[0])] if len(cards) else cards
    drawn = first[first["standing_share"].notna() & first["verdict"].ne("unknown")].reset_index(drop=True)
    return Chart(
        "ranges", "peers", drawn,
        marks={"name": "check", "value": "standing_share", "label": "check_value", "unit": "metric",
               "standing": "verdict"},
        title=title_of(alt), alt=alt, audience=INTERNAL, options={"ends": [0, 1], "reference": 0.5},
    )  # fmt: skip


def followers(creators: pd.DataFrame) -> Chart:
    """Engagement over followers against followers; the shortlist named, flagged creators apart.

    Parameters
    ----------
    creators : ``creator_name``, ``followers``, ``engagement_fan_rate``, ``list_status``.
    """
    x, y = "followers", "engagement_fan_rate"
    drawn = creators[creators[x].gt(0) & creators[y].gt(0)]
    state = drawn["list_status"].replace({"kept": "shortlisted"})
    state = state.where(state.isin(["shortlisted", "flagged"]), "others_in_pool")
    named = drawn["creator_name"].where(state.eq("shortlisted") & state.eq("shortlisted").cumsum().le(MAX_NAMED))
    order = {"others_in_pool": 0, "shortlisted": 1, "flagged": 2}
    alt = Finding("vetting.picture_followers")
    return Chart(
        "scatter", "followers",
        drawn.assign(group=state, named=named).sort_values("group", key=lambda s: s.map(order), kind="stable"),
        marks={"x": x, "y": y, "group": "group", "label": "named"},
        title=title_of(alt), alt=alt, audience=INTERNAL,
        options={"scale": "log", "background": "others_in_pool"},
    )  # fmt: skip


def prices(asked: pd.DataFrame) -> Chart:
    """Asked against expected price, image and video apart, flags ringed, and the line on which both are the same.

    Parameters
    ----------
    asked : ``creator_name``, ``format``, ``price_cny``, ``expected_cny``, ``price_ratio``, ``is_flagged``.
    """
    drawn = asked[asked["price_cny"].gt(0) & asked["expected_cny"].gt(0)].rename(columns={"price_cny": "asked_cny"})
    far = np.log(drawn["price_ratio"]).abs().sort_values(ascending=False)
    furthest = drawn.loc[far.index].drop_duplicates("creator_name").head(4).index
    alt = Finding("vetting.picture_prices")
    return Chart(
        "scatter", "prices", drawn.assign(named=drawn["creator_name"].where(drawn.index.isin(furthest))),
        marks={"x": "expected_cny", "y": "asked_cny", "group": "format", "label": "named", "chosen": "is_flagged"},
        title=title_of(alt), alt=alt, audience=INTERNAL, options={"scale": "log", "diagonal": True},
    )  # fmt: skip
