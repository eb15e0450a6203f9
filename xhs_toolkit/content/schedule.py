"""When each note goes out: waves that build, no theme twice a day, no day with more than it can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, sparse

from xhs_toolkit.assumptions import assume
from xhs_toolkit.content.features import READERS_ZONE
from xhs_toolkit.content.fit import EVIDENCE

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

OPENING_SHARE: float = assume("content.opening_share")
FEED_AFTER_DAYS: int = assume("content.feed_after_days")
SETTLED_DAYS: int = assume("notes.settled_days")

LATE = 1_000.0
"""Days that leaving a note without a date counts for: more than any window is long."""

WAVES = {"large": "opening", "small": "echo"}
COLUMNS = [
    *("creator_id", "creator_name", "tier", "theme", "format", "wave", "date"),
    *("market_time", "beijing_time", "draft_date", "approve_date", "post_at"),
    *("creator_key", "reason", *EVIDENCE),
]


def plan_calendar(lines: pd.DataFrame, *, campaign: Campaign, phases: pd.DataFrame) -> pd.DataFrame:
    """Give each note its day and hour.

    Large creators open, small ones echo; of all ways to do so without the same theme twice on a day and with no more
    notes a day than `campaign.content` allows, the one whose notes lie nearest to an even spread is chosen. Where the
    posting days cannot take all notes, the rest of the window is used too; a note for which there is no day stays
    without.

    Parameters
    ----------
    lines : of `add_reasons`: ``creator_id``, ``creator_name``, ``tier``, ``role``, ``theme``, ``format``.
    phases : of `objectives.plan_timeline`: ``phase``, ``first_date``, ``last_date``; ``creators_post`` gives the
    posting days.

    Returns
    -------
    `COLUMNS`, in the order of the days: ``wave`` (opening, echo), ``date`` in the campaign's time zone,
    ``market_time`` and
    ``beijing_time`` as text, ``draft_date``, ``approve_date``, ``post_at`` (UTC). Without a window nothing has a day.
    """
    if lines.empty:
        return _empty()
    if phases.empty:
        undated = lines.assign(wave=lines["role"].map(WAVES), date=pd.Series(pd.NaT, lines.index, "datetime64[us]"))
        return _write_times(undated, campaign)
    days = _list_days(campaign, phases)
    posting = phases.set_index("phase").loc["creators_post"]
    n_posting = int((days <= pd.Timestamp(posting["last_date"])).sum())
    wave = lines["role"].map(WAVES)
    placed = lines.assign(wave=wave)
    allowed = _allow(wave, n_days=len(days), n_posting=n_posting)
    target = _spread(placed, allowed)
    found = place_notes(placed["theme"], target=target, allowed=allowed, notes_a_day=campaign.content.notes_a_day)
    if (found < 0).any():
        everywhere = np.ones_like(allowed)
        found = place_notes(
            placed["theme"], target=target, allowed=everywhere, notes_a_day=campaign.content.notes_a_day
        )
    dates = pd.Series(pd.NaT, index=lines.index, dtype="datetime64[us]")
    dates[found >= 0] = days[found[found >= 0]]
    return _write_times(placed.assign(date=dates), campaign)


def _empty() -> pd.DataFrame:
    times = {"date": "datetime64[us]", "draft_date": "datetime64[us]", "approve_date": "datetime64[us]"}
    return pd.DataFrame(columns=COLUMNS).astype(times | {"post_at": "datetime64[us, UTC]"})


def _list_days(campaign: Campaign, phases: pd.DataFrame) -> pd.DatetimeIndex:
    """Days of the window from the first posting day on, without those that the client wants left alone."""
    first = phases.set_index("phase").loc["creators_post", "first_date"]
    avoided = [pd.Timestamp(day.date) for day in campaign.content.key_dates if day.avoid]
    days = pd.date_range(first, pd.Timestamp(campaign.window.end))
    return days[~days.isin(avoided)].as_unit("us")


def _allow(wave: pd.Series, *, n_days: int, n_posting: int) -> NDArray[np.bool_]:
    """Which note may go out on which day: by its wave, within the posting days."""
    number = np.arange(n_days)
    n_opening = int(np.ceil(OPENING_SHARE * n_posting)) if len(wave.unique()) > 1 and n_posting > 1 else 0
    is_opening = (number < n_opening) if n_opening else (number < n_posting)
    is_echo = (number >= n_opening) & (number < n_posting)
    return np.where(wave.eq("opening").to_numpy()[:, None], is_opening, is_echo)


def _spread(lines: pd.DataFrame, allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The day each note would have if the notes of its wave lay evenly, themes taking turns."""
    turn = lines.groupby(["wave", "theme"]).cumcount()
    order = lines.assign(turn=turn).sort_values(["wave", "turn", "theme"], kind="stable").index
    place = lines.loc[order].groupby("wave").cumcount().reindex(lines.index).to_numpy(dtype=float)
    size = lines.groupby("wave")["wave"].transform("size").to_numpy(dtype=float)
    first, n_days = allowed.argmax(axis=1), allowed.sum(axis=1)
    return first + (place + 0.5) / size * n_days - 0.5


def place_notes(
    theme: pd.Series, *, target: NDArray[np.float64], allowed: NDArray[np.bool_], notes_a_day: int
) -> NDArray[np.intp]:
    """Give each note a day: no theme twice on one, no more than `notes_a_day`, as near to the targets as can be.

    As many notes as possible are placed; then the sum of the distances is the least there is (a flow problem,
    solved as a mixed-integer program by HiGHS).

    Parameters
    ----------
    theme : of each note. target : day number wanted. allowed : notes × days.

    Returns
    -------
    Day number of each note; -1 where no day is left for it.
    """
    note, day = np.nonzero(allowed)
    n_notes, n_days, n_pairs = *allowed.shape, len(note)
    if not n_pairs:
        return np.full(n_notes, -1, dtype=np.intp)
    codes = pd.factorize(theme)[0]
    distance = np.abs(day - target[note])
    ones, pairs = np.ones(n_pairs), np.arange(n_pairs)
    shape = (n_notes, n_pairs)
    once = sparse.csr_array((ones, (note, pairs)), shape=shape)
    a_day = sparse.csr_array((ones, (day, pairs)), shape=(n_days, n_pairs))
    same = sparse.csr_array((ones, (codes[note] * n_days + day, pairs)), shape=((codes.max() + 1) * n_days, n_pairs))
    constraints = [
        optimize.LinearConstraint(once, 0, 1),
        optimize.LinearConstraint(a_day, 0, notes_a_day),
        optimize.LinearConstraint(same, 0, 1),
    ]
    found = optimize.milp(distance - LATE, integrality=ones, bounds=optimize.Bounds(0, 1), constraints=constraints)
    if found.x is None:
        raise ValueError(f"no calendar was found: {found.message}")
    result = np.full(n_notes, -1, dtype=np.intp)
    chosen = found.x > 0.5
    result[note[chosen]] = day[chosen]
    return result


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
    return timed.sort_values(["post_at", "creator_name"], kind="stable", ignore_index=True).reindex(columns=COLUMNS)


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
