"""Before money is spent: which history of the client could show an effect, and how large it would have to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

DAYS_A_PERIOD = 7
"""Weeks: days of the week differ more than weeks do."""

MIN_PERIODS_BEFORE = 8
"""Weeks of history before the pretended campaign (analyst's choice): fewer than two months show no usual spread."""

ASKED: Mapping[str, tuple[str, ...]] = {
    "awareness": ("brand_search_index", "site_sessions", "foot_traffic", "orders", "sales"),
    "trust": ("brand_search_index", "site_sessions", "orders", "sales"),
    "sales": ("sales", "orders", "foot_traffic"),
    "leads": ("qualified_leads", "leads", "site_sessions"),
}
"""Outcomes that tell of each objective, the most telling first."""


class History(NamedTuple):
    """The client's own past, ready for the estimators (`make_history`).

    Attributes
    ----------
    rows : one row a market and week: ``market``, ``period`` (weeks from the campaign's start, below 0), ``value``.
    metric : what is counted. treated : markets of the campaign among them.
    start : first week of the pretended campaign.
    reason : empty, or why nothing can be said (``no_outcomes``, ``no_window``, ``no_control``, ``no_treated``,
        ``too_short``).
    """

    rows: pd.DataFrame
    metric: str
    treated: tuple[str, ...]
    start: float
    reason: str


def make_history(outcomes: pd.DataFrame, *, campaign: Campaign) -> History:
    """Add the outcome that tells most of the objective up by market and week, up to the campaign's start.

    The last weeks, as many as the campaign will last, stand for the campaign.
    """
    wanted = [name for name in ASKED[campaign.objective] if outcomes["metric"].eq(name).any()]
    if not wanted:
        return _refuse("no_outcomes")
    if campaign.window.start is None or campaign.window.end is None:
        return _refuse("no_window", wanted[0])
    start = pd.Timestamp(campaign.window.start)
    known = outcomes[outcomes["metric"].eq(wanted[0]) & outcomes["market"].notna() & outcomes["value"].notna()]
    weeks = np.floor((known["date"] - start).dt.days / DAYS_A_PERIOD)
    rows = known.assign(period=weeks)[weeks < 0].groupby(["market", "period"])["value"].sum().reset_index()
    n_after = int(np.ceil(((pd.Timestamp(campaign.window.end) - start).days + 1) / DAYS_A_PERIOD))
    return _check(_keep_complete(rows), wanted[0], campaign, n_after=n_after)


def _refuse(reason: str, metric: str = "") -> History:
    return History(pd.DataFrame(columns=["market", "period", "value"]), metric, (), float("nan"), reason)


def _keep_complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Weeks that every market has, without the first, which may be cut."""
    n_markets = rows["market"].nunique()
    counts = rows.groupby("period")["market"].transform("nunique")
    return rows[counts.eq(n_markets) & rows["period"].gt(rows["period"].min())]


def _check(rows: pd.DataFrame, metric: str, campaign: Campaign, *, n_after: int) -> History:
    markets = set(rows["market"])
    treated = tuple(sorted(markets & set(campaign.markets)))
    reason = "no_treated" if not treated else "no_control" if not markets - set(treated) else ""
    if not reason and rows["period"].nunique() < MIN_PERIODS_BEFORE + n_after:
        reason = "too_short"
    return _refuse(reason, metric) if reason else History(rows, metric, treated, float(-n_after), "")


def describe_power(
    history: History, *, make_panel: Callable[..., Any], find_minimum_effect: Callable[..., Any]
) -> Finding:
    """Say the smallest lift that this design could see, or why it cannot be told.

    Parameters
    ----------
    make_panel, find_minimum_effect : of `lift`, handed over by the notebook.
    """
    if history.reason:
        return Finding("objectives.no_power", {"reason": f"power_{history.reason}", "metric": history.metric or None})
    panel = make_panel(history.rows, treated=list(history.treated), start=history.start)
    found = find_minimum_effect(panel)
    if not np.isfinite(found.lift):
        return Finding("objectives.power_sees_nothing", {"metric": history.metric, "n_weeks": panel.n_after})
    values = {
        "metric": history.metric,
        "lift_share": float(found.lift),
        "n_weeks": panel.n_after,
        "n_weeks_before": panel.n_before,
        "n_controls": len(panel.controls),
        "power_share": found.power,
        "false_alarm_share": found.alpha,
    }
    return Finding("objectives.power", values)
