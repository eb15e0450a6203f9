"""The calendar as an ``.ics`` file (RFC 5545) that phones and mail programs read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MAX_OCTETS = 75
"""Octets of a line before it is folded (RFC 5545, section 3.1)."""

WORDS: Mapping[str, tuple[str, str]] = {
    "post": ("发布", "Post"),
    "draft_due": ("交初稿", "Draft due"),
    "feed_from": ("信息流加热开始", "Feed ads start"),
    "search_from": ("搜索投放开始", "Search ads start"),
    "figures_settled": ("数据稳定，可复盘", "Figures have settled"),
    "festival": ("节日", "Festival"),
    "key_date": ("客户重要日期", "Client's key date"),
}
"""One file serves readers of both languages, so that both stand in each title."""

FORMATS = {"image": ("图文", "image"), "video": ("视频", "video")}


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
    path.write_bytes(make_ics(events, campaign=campaign, label=label, now=now or datetime.now(UTC)).encode())
    return path


def make_ics(events: pd.DataFrame, *, campaign: Campaign, label: Callable[..., str], now: datetime) -> str:
    """The text of an iCalendar object, lines folded and ended as the standard asks."""
    stamp = _write_moment(now)
    title = f"{campaign.client} · {campaign.name}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//XHS Toolkit//Content calendar//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escape_text(title)}"]
    named = events["name"].where(events["event"].ne("festival"), events["name"].map(partial(_name_twice, label=label)))
    rows = events.assign(title=named).to_dict("records")
    lines += [line for row in rows for line in _make_event(row, campaign=campaign, stamp=stamp)]
    lines += ["END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in fold_line(line))


def _name_twice(name: str, *, label: Callable[..., str]) -> str:
    return " ".join(dict.fromkeys(label(name, language=language) for language in ("zh", "en")))


def _make_event(row: Mapping[Any, Any], *, campaign: Campaign, stamp: str) -> Iterable[str]:
    themes = {theme.name: theme.name_zh or theme.name for theme in campaign.themes}
    zh, en = WORDS[row["event"]]
    theme, form = row["theme"], FORMATS.get(row["format"], ("", ""))
    has_theme = isinstance(theme, str)
    about = [f"{zh} {en}", row["title"], f"{themes[theme]} {theme}" if has_theme else "", " ".join(form).strip()]
    identity = "|".join(map(str, (campaign.client, campaign.name, row["event"], row["creator_id"], row["name"])))
    identity += "" if has_theme else str(row["date"])
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(identity.encode()).hexdigest()[:32]}@xhs-toolkit"
    yield f"DTSTAMP:{stamp}"
    yield from _write_time(row)
    yield f"SUMMARY:{escape_text(' · '.join(part for part in about if part))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _write_time(row: Mapping[Any, Any]) -> Iterable[str]:
    if row["event"] == "post":
        yield f"DTSTART:{_write_moment(row['post_at'])}"
        yield "DURATION:PT30M"
        return
    day: date = row["date"].date()
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"


def _write_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escape_text(text: object) -> str:
    r"""Text as a value of type TEXT: backslash, semicolon, comma and line breaks escaped, control characters dropped.

    >>> print(escape_text("a;b,c\\d" + chr(10) + "e"))
    a\;b\,c\\d\ne
    """
    plain = re.sub(r"\r\n?", "\n", str(text))
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", plain)
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", r"\n")


def fold_line(line: str) -> list[str]:
    """Cut a line into parts of at most 75 octets, never within a character; further parts begin with a space.

    >>> [len(part.encode()) for part in fold_line("字" * 40)]
    [75, 46]
    """
    parts, part, room = [], "", MAX_OCTETS
    for char in line:
        if len(part.encode()) + len(char.encode()) > room:
            parts.append(part)
            part = " "
        part += char
    return [*parts, part]
