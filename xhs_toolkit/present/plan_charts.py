"""The pictures of a plan, each made once: the money, the days, what it may bring, who was chosen, and what works."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.charts import ABOUT_ONE, title_of
from xhs_toolkit.present.spec import Chart

MONEY_PARTS = ("large_cny", "small_cny", "feed_cny", "search_cny")
MAX_NAMED = 8
MAX_CREATORS = 40
"""Rows that the calendar has room for."""

ONE_WEEK = pd.Timedelta(days=7)
FOUND = ("goes_with_more", "goes_with_less")
CALENDAR_EVENTS = ("festival", "key_date", "feed_from", "search_from")


def money(options: pd.DataFrame) -> Chart:
    """Each option as one bar, cut into large creators, small creators, feed ads and search ads.

    Parameters
    ----------
    options : ``option`` and the amounts of `MONEY_PARTS`, the plan first.
    """
    known = options.dropna(subset=list(MONEY_PARTS))
    drawn = known.melt("option", list(MONEY_PARTS), var_name="part", value_name="amount_cny").astype(
        {"amount_cny": float}
    )
    plan = known[list(MONEY_PARTS)].astype(float).head(1)
    largest = [(str(row.idxmax()), float(row.max()), float(row.sum())) for _, row in plan.iterrows()]
    headlines = [
        Finding("headline.money", {"x": name, "part_share": amount / (total or 1), "amount_cny": amount})
        for name, amount, total in largest
    ]
    alt = Finding("objectives.picture_money")
    return Chart(
        "stacked_bars", "money", drawn,
        marks={"name": "option", "value": "amount_cny", "part": "part"},
        title=title_of(alt), alt=alt, headline=headlines[0] if headlines else None,
    )  # fmt: skip


def timeline(phases: pd.DataFrame, *, festivals: pd.DataFrame) -> Chart:
    """Each phase as a bar over its days, and each festival as a single day.

    Parameters
    ----------
    phases : ``phase``, ``stage``, ``first_date``, ``last_date``.
    festivals : ``festival``, ``date``.
    """
    day = festivals["date"]
    days = pd.DataFrame({"phase": festivals["festival"], "stage": "festival", "first_date": day, "last_date": day})
    columns = ["phase", "stage", "first_date", "last_date"]
    both = [each[columns] for each in (phases, days) if len(each)]
    drawn = pd.concat(both, ignore_index=True) if len(phases) else phases[columns]
    posting = phases[phases["phase"].eq("creators_post")].head(1).to_dict("records")
    values = [{name: str(row[name].date()) for name in ("first_date", "last_date")} for row in posting]
    alt = Finding("objectives.picture_timeline")
    return Chart(
        "timeline", "timeline", drawn,
        marks={"name": "phase", "start": "first_date", "end": "last_date", "group": "stage"},
        title=title_of(alt), alt=alt, headline=Finding("headline.timeline", values[0]) if values else None,
        caption=Finding("chart.days"), options={"milestones": ["festival"]},
    )  # fmt: skip


def ranges(
    rows: pd.DataFrame,
    *,
    name: str,
    group: str,
    metric: str,
    alt: Finding,
    title: Finding | None = None,
    target: float | None = None,
) -> Chart:
    """One row a choice: the middle forecast with its P10 and P90, and the target.

    Parameters
    ----------
    rows : `group`, ``p10``, ``p50``, ``p90``.
    metric : what is forecast; its name gives the unit.
    """
    drawn = rows[rows["p50"].notna()].reset_index(drop=True)
    goal = {} if target is None or np.isnan(target) else {"reference": float(target), "reference_name": "target"}
    return Chart(
        "ranges", name, drawn,
        marks={"name": group, "value": "p50", "low": "p10", "high": "p90"},
        title=title or title_of(alt), alt=alt, headline=_find_best_range(drawn, group, metric),
        caption=Finding("chart.ranges"), options={"unit": metric, **goal},
    )  # fmt: skip


def _find_best_range(rows: pd.DataFrame, group: str, metric: str) -> Finding | None:
    known = rows.dropna(subset=["p10", "p50", "p90"])
    if known.empty:
        return None
    best = known.loc[known["p50"].idxmax()]
    values = {"metric": metric, "x": best[group], **{name: float(best[name]) for name in ("p10", "p50", "p90")}}
    return Finding("headline.range_one" if len(known) == 1 else "headline.range_best", values)


def roster(candidates: pd.DataFrame, *, chosen: pd.DataFrame, metric: str) -> Chart:
    """Every candidate by cost and middle forecast; the chosen apart, those of most promise named.

    Parameters
    ----------
    candidates : ``candidate_id``, ``cost_cny``, ``{metric}_p50``, ``creator_name``.
    chosen : its rows that were chosen.
    """
    value = f"{metric}_p50"
    known = candidates.assign(**{metric: candidates.get(value, np.nan)})
    drawn = known[(known["cost_cny"] > 0) & (known[metric] > 0)]
    is_chosen = drawn["candidate_id"].isin(chosen["candidate_id"])
    best = drawn[is_chosen].nlargest(MAX_NAMED // 2, metric).index
    drawn = drawn.assign(
        group=is_chosen.map({True: "chosen", False: "not_chosen"}),
        named=drawn["creator_name"].where(drawn.index.isin(best)),
    )
    counts = {"n_chosen": len(chosen), "n_candidates": len(candidates), "cost_cny": float(chosen["cost_cny"].sum())}
    alt = Finding("roster.picture_roster", {"metric": metric})
    return Chart(
        "scatter", "roster", drawn.sort_values("group", ascending=False, kind="stable").reset_index(drop=True),
        marks={"x": "cost_cny", "y": metric, "group": "group", "label": "named"},
        title=title_of(alt), alt=alt, headline=Finding("headline.roster", counts),
        options={"scale": "log", "background": "not_chosen"},
    )  # fmt: skip


def content_effects(effects: pd.DataFrame) -> Chart:
    """Each feature's ratio of engagement with its range, about one; filled where a difference was found.

    Parameters
    ----------
    effects : of `content.estimate_effects`. Features without a ratio are not drawn.
    """
    ratio = "engagement_ratio"
    drawn = effects[effects[ratio].notna()].reset_index(drop=True)
    alt = Finding("content.picture_effects", {"n_found": int(drawn["verdict"].isin(FOUND).sum())})
    return Chart(
        "ranges", "effects", drawn.assign(is_found=drawn["verdict"].isin(FOUND)),
        marks={"name": "group", "group": "dimension", "value": ratio, "low": f"{ratio}_low", "high": f"{ratio}_high",
               "n": "n_notes", "chosen": "is_found"},
        title=title_of(alt), alt=alt, caption=Finding("chart.features"),
        options={**ABOUT_ONE, "remarks": ["verdict"]},
    )  # fmt: skip


def calendar(notes: pd.DataFrame, *, events: pd.DataFrame) -> Chart:
    """Each creator's notes on their days in the colour of their theme; festivals and key dates as single days.

    Parameters
    ----------
    notes : of `content.plan_calendar`; notes without a day are not drawn, nor creators beyond `MAX_CREATORS`.
    events : of `content.list_events`; those of `CALENDAR_EVENTS` within a week of the notes are drawn.
    """
    dated = notes[notes["date"].notna()].sort_values("date", kind="stable")
    shown = dated["creator_name"].drop_duplicates().head(MAX_CREATORS)
    dated = dated[dated["creator_name"].isin(shown)]
    near = events["date"].between(dated["date"].min() - ONE_WEEK, dated["date"].max() + ONE_WEEK)
    marks = events[events["event"].isin(CALENDAR_EVENTS) & near]
    named = marks["name"].where(marks["name"].fillna("").ne(""), marks["event"])
    columns = ["event", "date", "theme", "is_opening"]
    rows = dated.assign(event=dated["creator_name"], is_opening=dated["wave"].eq("opening"))[columns]
    single = marks.assign(event=named, theme="festival", is_opening=True)[columns]
    both = [each for each in (rows, single) if len(each)]
    drawn = pd.concat(both, ignore_index=True) if len(rows) else rows
    alt = Finding("content.picture_calendar")
    return Chart(
        "timeline", "calendar", drawn,
        marks={"name": "event", "start": "date", "end": "date", "group": "theme", "chosen": "is_opening"},
        title=title_of(alt), alt=alt, options={"milestones": ["festival"]},
    )  # fmt: skip
