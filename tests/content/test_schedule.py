"""The calendar keeps its rules whatever it is given, and the .ics file reads back as it was written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.content.ics import make_ics, write_ics
from xhs_toolkit.content.schedule import fill_days, list_events, plan_calendar
from xhs_toolkit.objectives import plan_timeline
from xhs_toolkit.present.wording import label

THEMES = "themes:\n  - {name: a, name_zh: 甲}\n  - {name: b}\n  - {name: c}\n"
BASE = f"""
client: "Kea; Outdoor, Ltd"
markets: [NZ]
time_zone: Pacific/Auckland
window: {{start: 2026-09-14, end: 2026-10-11}}
{THEMES}"""


def make_campaign(folder: Path, more: str = "") -> Campaign:
    (folder / "campaign.yaml").write_text(BASE + more, encoding="utf-8")
    return read_campaign(folder)


def make_lines(themes: list[str], roles: list[str]) -> pd.DataFrame:
    n = len(themes)
    return pd.DataFrame(
        {
            "creator_id": [f"c{i:03d}" for i in range(n)],
            "creator_name": [f"博主{i}" for i in range(n)],
            "tier": ["KOL" if role == "large" else "KOC" for role in roles],
            "role": roles,
            "theme": themes,
            "format": "image",
        }
    )


def plan(lines: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    return plan_calendar(lines, campaign=campaign, phases=plan_timeline(campaign).phases)


NOTES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["large", "small"])), min_size=1, max_size=40)


@given(NOTES, st.integers(1, 4), st.sets(st.integers(0, 27), max_size=8))
@settings(max_examples=40, deadline=None)
def test_no_calendar_breaks_a_rule(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[str, str]], notes_a_day: int, avoided: set[int]
) -> None:
    days = [pd.Timestamp("2026-09-14") + pd.Timedelta(days=day) for day in avoided]
    dates = "".join(f"\n    - {{date: {day:%Y-%m-%d}, name: closed, avoid: yes}}" for day in days)
    more = f"content:\n  notes_a_day: {notes_a_day}\n" + (f"  key_dates:{dates}\n" if days else "")
    campaign = make_campaign(tmp_path_factory.mktemp("c"), more)
    lines = make_lines([theme for theme, _ in notes], [role for _, role in notes])
    calendar = plan(lines, campaign)
    dated = calendar.dropna(subset=["date"])
    assert sorted(calendar["creator_id"]) == sorted(lines["creator_id"]), "every note once"
    assert not dated.duplicated(["date", "theme"]).any()
    assert not dated["date"].isin(list(days)).any()
    assert dated["date"].value_counts().le(notes_a_day).all()
    assert dated["date"].between("2026-09-14", "2026-10-11").all()
    local = dated["post_at"].dt.tz_convert("Pacific/Auckland")
    assert local.dt.strftime("%Y-%m-%d %H:%M").tolist() == dated["market_time"].tolist()
    assert (local.dt.strftime("%H:%M") == "19:30").all(), "also across the change to summer time"
    free = 28 - len(days)
    by_theme = lines["theme"].value_counts()
    if by_theme.max() <= free and len(lines) <= free:
        assert len(dated) == len(lines), "one note a day would fit, so that all have a day"


@given(NOTES.filter(lambda notes: len(notes) <= 12))
@settings(max_examples=25, deadline=None)
def test_waves_build_where_there_is_room(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[str, str]]
) -> None:
    """Twelve notes with two a day fit into the opening's six days, unless one theme alone has more notes than days."""
    lines = make_lines([theme for theme, _ in notes], [role for _, role in notes])
    counts = lines[lines["role"].eq("large")]["theme"].value_counts()
    calendar = plan(lines, make_campaign(tmp_path_factory.mktemp("c")))
    waves = calendar.groupby("wave")["date"]
    if set(calendar["wave"]) == {"opening", "echo"} and counts.max() <= 5 and lines["theme"].value_counts().max() <= 10:
        assert waves.max()["opening"] < waves.min()["echo"]


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.integers(1, 9), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_as_many_notes_as_can_be_have_a_day_and_the_days_are_even(themes: list[str], n_days: int, a_day: int) -> None:
    """A theme takes each day once and a day `a_day` notes: no calendar holds more than these two allow."""
    placed = fill_days(pd.Series(themes, dtype="str"), n_days=n_days, notes_a_day=a_day)
    most = min(sum(min(themes.count(name), n_days) for name in "abcd"), n_days * a_day)
    a_day_found = placed.dropna().value_counts().reindex(range(n_days), fill_value=0)
    assert a_day_found.sum() == most
    assert a_day_found.max() - a_day_found.min() <= 1
    assert not pd.DataFrame({"theme": themes, "day": placed}).dropna().duplicated().any()
    of_a = placed[[name == "a" for name in themes]].dropna()
    assert of_a.is_monotonic_increasing, "notes of one theme keep their order"


def test_both_clocks_and_the_deadlines(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path, "content: {post_time: '08:15', draft_days_before: 5, approve_days_before: 2}\n")
    row = plan(make_lines(["a"], ["small"]), campaign).iloc[0]
    assert row["market_time"].endswith("08:15")
    assert row["beijing_time"].endswith(("04:15", "03:15")), "Auckland is four or five hours ahead"
    assert (row["date"] - row["draft_date"]).days == 5
    assert (row["date"] - row["approve_date"]).days == 2


def test_without_a_window_nothing_has_a_day(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text(THEMES, encoding="utf-8")
    campaign = read_campaign(tmp_path)
    calendar = plan(make_lines(["a"], ["small"]), campaign)
    assert calendar["creator_name"].tolist() == ["博主0"]
    assert calendar[["date", "market_time", "draft_date", "post_at"]].isna().all(axis=None)
    assert plan(make_lines([], []), campaign).empty


# --------------------------------------------------------------------------------------------------- .ics

NOW = datetime(2026, 8, 1, 3, 4, 5, tzinfo=UTC)


def read_back(text: str) -> list[dict[str, str]]:
    """Unfold, unescape and take apart, as a reader of the standard does."""
    events: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in {"END"}:
            events[-1][name] = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), value)
    return events


def make_events(campaign: Campaign, names: list[str]) -> pd.DataFrame:
    lines = make_lines(["a", "b", "c"][: len(names)], ["large"] * len(names)).assign(creator_name=names)
    timeline = plan_timeline(campaign)
    calendar = plan_calendar(lines, campaign=campaign, phases=timeline.phases)
    return list_events(calendar, campaign=campaign, phases=timeline.phases, festivals=timeline.festivals)


def test_the_ics_file_reads_back(tmp_path: Path) -> None:
    names = ["a;b,c\\d", "两行\n名字" + "很长的名字" * 12, "=SUM(A1)"]
    campaign = make_campaign(tmp_path, "content:\n  key_dates:\n    - {date: 2026-09-20, name: Opening day}\n")
    events = make_events(campaign, names)
    path = write_ics(tmp_path, events, campaign=campaign, label=label, now=NOW)
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = read_back(text)
    assert len(found) == len(events)
    assert len({event["UID"] for event in found}) == len(found)
    posts = [event for event in found if event["SUMMARY"].startswith("发布")]
    assert {event["SUMMARY"].split(" · ")[1] for event in posts} == set(names)
    moments = {pd.Timestamp(event["DTSTART"]) for event in posts}
    assert moments == set(events.loc[events["event"].eq("post"), "post_at"])
    opening = next(event for event in found if "Opening day" in event["SUMMARY"])
    assert (opening["DTSTART;VALUE=DATE"], opening["DTEND;VALUE=DATE"]) == ("20260920", "20260921")
    assert {event["DTSTAMP"] for event in found} == {"20260801T030405Z"}


def test_a_calendar_library_reads_the_same(tmp_path: Path) -> None:
    names = ["a;b,c\\d", "两行\n名字" + "很长的名字" * 12, "=SUM(A1)"]
    campaign = make_campaign(tmp_path, "content:\n  key_dates:\n    - {date: 2026-09-20, name: Opening day}\n")
    events = make_events(campaign, names)
    read = Calendar.from_ical(make_ics(events, campaign=campaign, label=label, now=NOW))
    found = read.walk("VEVENT")
    assert len(found) == len(events)
    assert not [error for component in read.walk() for error in component.errors]
    posts = {event["summary"].split(" · ")[1]: event["dtstart"].dt for event in found if "发布" in event["summary"]}
    assert posts == dict(events.loc[events["event"].eq("post"), ["name", "post_at"]].itertuples(index=False))
    summaries = {str(event["summary"]): event["dtstart"].dt for event in found}
    assert summaries["节日 Festival · 中秋节 Mid-Autumn Festival"] == date(2026, 9, 25)
    assert summaries["客户重要日期 Client's key date · Opening day"] == date(2026, 9, 20)


def test_the_same_plan_keeps_its_uids(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path)
    one, other = (make_ics(make_events(campaign, ["A"]), campaign=campaign, label=label, now=NOW) for _ in range(2))
    assert one == other


def test_events_say_when_ads_start(tmp_path: Path) -> None:
    events = make_events(make_campaign(tmp_path), ["A", "B"]).set_index("event")["date"]
    assert events["feed_from"] >= events["post"].min() + pd.Timedelta(days=3)
    assert events["search_from"] > events["post"].min()
    assert events["figures_settled"] == events["post"].max() + pd.Timedelta(days=14)
