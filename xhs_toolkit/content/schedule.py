"""When each note goes out: waves that build, no theme twice a day, no day with more than it can take."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.content.assign import EVIDENCE
from xhs_toolkit.content.effects import READERS_ZONE

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

OPENING_SHARE: float = assume("content.opening_share")
FEED_AFTER_DAYS: int = assume("content.feed_after_days")
SETTLED_DAYS: int = assume("notes.settled_days")

WAVES = {"large": "opening", "small": "echo"}
SCHEDULE_COLUMNS = [
    *("creator_id", "creator_name", "tier", "theme", "format", "wave", "date"),
    *("market_time", "beijing_time", "draft_date", "approve_date", "post_at"),
    *("creator_key", "reason", *EVIDENCE),
]


def plan_calendar(lines: pd.DataFrame, *, campaign: Campaign, phases: pd.DataFrame) -> pd.DataFrame:
    """Give each note its day and hour.

    Large creators open, small ones echo, spread evenly, without the same theme twice on a day and with no more notes a
    day than `campaign.content` allows. Where the waves cannot take all notes, all posting days are used for both, then
    the rest of the window; a note for which there is no day stays without.

    Parameters
    ----------
    lines : of `add_reasons`: ``creator_id``, ``creator_name``, ``tier``, ``role``, ``theme``, ``format``.
    phases : of `objectives.plan_timeline`: ``phase``, ``first_date``, ``last_date``; ``creators_post`` gives the
    posting days.

    Returns
    -------
    `SCHEDULE_COLUMNS`, in the order of the days: ``wave`` (opening, echo), ``date`` in the campaign's time zone,
    ``market_time`` and
    ``beijing_time`` as text, ``draft_date``, ``approve_date``, ``post_at`` (UTC). Without a window nothing has a day.
    """
    if lines.empty:
        return _empty()
    if phases.empty:
        undated = lines.assign(wave=lines["role"].map(WAVES), date=pd.Series(pd.NaT, lines.index, "datetime64[us]"))
        return _write_times(undated, campaign)
    days = _list_days(campaign, phases)
    n_posting = int((days <= pd.Timestamp(phases.set_index("phase").loc["creators_post", "last_date"])).sum())
    placed = lines.assign(wave=lines["role"].map(WAVES))
    number = _fill_waves(placed, n_days=n_posting, notes_a_day=campaign.content.notes_a_day)
    ordered = placed.sort_values("wave", key=lambda wave: wave.ne("opening"), kind="stable")
    for n_days in (n_posting, len(days)):
        if number.isna().any():
            number = fill_days(ordered["theme"], n_days=n_days, notes_a_day=campaign.content.notes_a_day)
    dates = pd.Series(days).reindex(number).set_axis(number.index)
    return _write_times(placed.assign(date=dates), campaign)


def _empty() -> pd.DataFrame:
    times = {"date": "datetime64[us]", "draft_date": "datetime64[us]", "approve_date": "datetime64[us]"}
    return pd.DataFrame(columns=SCHEDULE_COLUMNS).astype(times | {"post_at": "datetime64[us, UTC]"})


def _list_days(campaign: Campaign, phases: pd.DataFrame) -> pd.DatetimeIndex:
    """Days of the window from the first posting day on, without those that the client wants left alone."""
    first = phases.set_index("phase").loc["creators_post", "first_date"]
    avoided = [pd.Timestamp(day.date) for day in campaign.content.key_dates if day.avoid]
    days = pd.date_range(first, pd.Timestamp(campaign.window.end))
    return days[~days.isin(avoided)].as_unit("us")


def _fill_waves(lines: pd.DataFrame, *, n_days: int, notes_a_day: int) -> pd.Series:
    """Day number of each note: the opening's notes on the first posting days, the echo's on the rest."""
    n_opening = int(np.ceil(OPENING_SHARE * n_days)) if len(lines["wave"].unique()) > 1 and n_days > 1 else 0
    if not n_opening:
        return fill_days(lines["theme"], n_days=n_days, notes_a_day=notes_a_day)
    opening, echo = (lines.loc[lines["wave"].eq(wave), "theme"] for wave in ("opening", "echo"))
    first = fill_days(opening, n_days=n_opening, notes_a_day=notes_a_day)
    rest = fill_days(echo, n_days=n_days - n_opening, notes_a_day=notes_a_day) + n_opening
    return pd.concat([first, rest]).reindex(lines.index)


def fill_days(themes: pd.Series, *, n_days: int, notes_a_day: int) -> pd.Series:
    """Give each note a day: no theme twice on one, no more than `notes_a_day`, as even as can be.

    Every day gets its even share of the notes that can be placed, one each of the themes with most notes left. No other
    filling places more (Gale and Ryser: columns of a matrix of 0 and 1, filled by the largest rows first).

    Parameters
    ----------
    themes : of each note, in the order in which notes of one theme go out.

    Returns
    -------
    Day number of each note; missing where no day is left for it.

    >>> fill_days(pd.Series(["a", "a", "a", "b"]), n_days=5, notes_a_day=1).tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    left: dict[str, int] = themes.value_counts(sort=False).clip(upper=n_days).to_dict()
    n_notes = min(sum(left.values()), n_days * notes_a_day)
    share = np.bincount(((np.arange(n_notes) + 0.5) * n_days / max(n_notes, 1)).astype(int), minlength=n_days)
    turns = {theme: iter(part.index) for theme, part in themes.groupby(themes)}
    number = pd.Series(np.nan, index=themes.index)
    for day in np.flatnonzero(share):
        for theme in heapq.nlargest(share[day], filter(left.get, left), key=left.__getitem__):
            number[next(turns[theme])] = day
            left[theme] -= 1
    return number


def _write_times(lines: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Hours in the market and in Beijing, and the days by which drafts are due and approved."""
    content = campaign.content
    local = lines["date"] + pd.Timedelta(f"{content.post_time}:00")
    post_at = local.dt.tz_localize(campaign.time_zone, ambiguous=False, nonexistent="shift_forward").dt.tz_convert(
        "UTC"
    )
    timed = lines.assign(
        market_time=_write_clock(post_at, campaign.time_zone),
        beijing_time=_write_clock(post_at, READERS_ZONE),
        draft_date=lines["date"] - pd.Timedelta(days=content.draft_days_before),
        approve_date=lines["date"] - pd.Timedelta(days=content.approve_days_before),
        post_at=post_at.astype("datetime64[us, UTC]"),
    )
    return timed.sort_values(["post_at", "creator_name"], kind="stable", ignore_index=True).reindex(
        columns=SCHEDULE_COLUMNS
    )


def _write_clock(times: pd.Series, zone: str) -> pd.Series:
    return times.dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M").astype("str")


def list_events(
    calendar: pd.DataFrame, *, campaign: Campaign, phases: pd.DataFrame, festivals: pd.DataFrame
) -> pd.DataFrame:
    """Everything on the calendar: ``date``, ``event`` (a term), ``name``, ``creator_id``, ``post_at`` for notes.

    Events are ``post``, ``draft_due``, ``feed_from``, ``search_from``, ``figures_settled``, ``festival``
    and ``key_date``; only the last two where nobody posts.
    """
    posts = calendar.dropna(subset=["date"])
    rows = [{"date": row["date"], "event": "post", **_tell(row)} for row in posts.to_dict("records")]
    rows += [{"date": row["draft_date"], "event": "draft_due", **_tell(row)} for row in posts.to_dict("records")]
    rows += [
        {"date": row["date"], "event": "festival", "name": row["festival"]} for row in festivals.to_dict("records")
    ]
    rows += [
        {"date": pd.Timestamp(day.date), "event": "key_date", "name": day.name} for day in campaign.content.key_dates
    ]
    rows += _list_phases(posts, phases) if len(posts) else []
    events = pd.DataFrame(rows, columns=["date", "event", "name", "creator_id", "theme", "format", "post_at"])
    return events.sort_values(["date", "event"], kind="stable", ignore_index=True)


def _tell(row: dict) -> dict:
    told = {"name": row["creator_name"], **{key: row[key] for key in ("creator_id", "theme", "format")}}
    return told | {"post_at": row["post_at"]}


def _list_phases(posts: pd.DataFrame, phases: pd.DataFrame) -> list[dict]:
    """Feed ads after the first notes' first days, search before the decision, figures once the last note settled."""
    first = phases.set_index("phase")["first_date"]
    after_first = posts["date"].min() + pd.Timedelta(days=FEED_AFTER_DAYS)
    starts = {"feed_from": max(pd.Timestamp(first["feed_behind_what_works"]), after_first)}
    starts |= {"search_from": pd.Timestamp(first["search_at_decision"])}
    starts |= {"figures_settled": posts["date"].max() + pd.Timedelta(days=SETTLED_DAYS)}
    return [{"date": day, "event": name, "name": ""} for name, day in starts.items()]
