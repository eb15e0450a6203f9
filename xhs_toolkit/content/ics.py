"""The calendar as an ``.ics`` file (RFC 5545) that phones and mail programs read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.content.briefs import read_lines

if TYPE_CHECKING:
    from icalendar import Event

    from xhs_toolkit.campaign import Campaign


def write_ics(
    run_folder: str | Path,
    events: pd.DataFrame,
    *,
    campaign: Campaign,
    label: Callable[..., str],
    now: datetime | None = None,
) -> Path | None:
    """Write ``files/calendar.ics``: notes with their moment, everything else as whole days.

    Parameters
    ----------
    events : of `schedule.list_events`.
    label : names a festival in a ``language`` (`present.wording.label`, handed over by the notebook).
    now : when the file was made; the clock's time by default.

    Returns
    -------
    The file; None where there is no event, for a calendar without one is none.
    """
    if events.empty:
        return None
    folder = Path(run_folder) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "calendar.ics"
    path.write_bytes(make_ics(events, campaign=campaign, label=label, now=now or datetime.now(UTC)))
    return path


def make_ics(events: pd.DataFrame, *, campaign: Campaign, label: Callable[..., str], now: datetime) -> bytes:
    """An iCalendar object, as bytes."""
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", "-//XHS Toolkit//Content calendar//EN"), ("method", "PUBLISH")):
        calendar.add(name, value)
    calendar.add("x-wr-calname", _clean(f"{campaign.client} · {campaign.name}"))
    named = events["name"].where(events["event"].ne("festival"), events["name"].map(partial(_name_twice, label=label)))
    for row in events.assign(title=named).to_dict("records"):
        calendar.add_component(_make_event(row, campaign=campaign, now=now))
    return calendar.to_ical()


def _name_twice(name: str, *, label: Callable[..., str]) -> str:
    return " ".join(dict.fromkeys(label(name, language=language) for language in ("zh", "en")))


def _make_event(row: Mapping[Any, Any], *, campaign: Campaign, now: datetime) -> Event:
    from icalendar import Event

    themes = {theme.name: theme.name_zh or theme.name for theme in campaign.themes}
    lines, theme = read_lines(), row["theme"]
    event_name, form = lines["events"][row["event"]], lines["formats"].get(row["format"], {"zh": "", "en": ""})
    has_theme = isinstance(theme, str)
    about = [_join(event_name), row["title"], f"{themes[theme]} {theme}" if has_theme else "", _join(form)]
    identity = "|".join(map(str, (campaign.client, campaign.name, row["event"], row["creator_id"], row["name"])))
    identity += "" if has_theme else str(row["date"])
    day = row["date"].date()
    times = {"dtstart": day, "dtend": day + timedelta(days=1)}
    if row["event"] == "post":
        times = {"dtstart": row["post_at"].to_pydatetime().astimezone(UTC), "duration": timedelta(minutes=30)}
    event = Event()
    about_it = {"uid": f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}@xhs-toolkit", "dtstamp": now}
    summary = _clean(" · ".join(part for part in about if part))
    for name, value in (about_it | times | {"summary": summary, "transp": "TRANSPARENT"}).items():
        event.add(name, value)
    return event


def _join(line: Mapping[str, str]) -> str:
    """Both languages in one title, for one file serves readers of both."""
    return f"{line['zh']} {line['en']}".strip()


def _clean(text: str) -> str:
    """Text without control characters; a line break may stay."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", re.sub(r"\r\n?", "\n", text))
