"""What was known before a plan: by the event of a row and by the day of its export."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.thread import describe_known, find_planned_at, known_before

AT = pd.Timestamp("2026-08-03", tz="Pacific/Auckland")
"""Noon of the second of August, in UTC."""


def make_notes(posted_at: str | None, as_of: str, source: str = "column") -> pd.DataFrame:
    times = pd.to_datetime([posted_at, as_of], utc=True, format="ISO8601")
    row = {"posted_at": times[:1], "as_of": times[1:], "as_of_source": source, "source_file": "notes.xlsx"}
    return pd.DataFrame(row)


@pytest.mark.parametrize(
    ("posted_at", "as_of", "source", "known"),
    [
        ("2026-08-02T11:59Z", "2026-08-02T11:59Z", "column", True),
        ("2026-08-02T12:00Z", "2026-08-02T11:00Z", "column", False),
        ("2026-07-01T00:00Z", "2026-08-02T12:00Z", "column", False),
        ("2026-07-01T00:00Z", "2026-08-02T15:59:59Z", "file_name", True),
        ("2026-07-01T00:00Z", "2026-08-03T15:59:59Z", "file_name", False),
        ("2026-07-01T00:00Z", "2026-10-19T02:00Z", "file_modified", True),
        ("2026-08-09T00:00Z", "2026-10-19T02:00Z", "file_modified", False),
        (None, "2026-08-01T00:00Z", "column", True),
    ],
)
def test_a_row_is_known_by_its_event_and_its_export(posted_at: str, as_of: str, source: str, *, known: bool) -> None:
    """A name that gives a day counts by that day; the date on disk is no date of figures."""
    assert len(known_before({"notes": make_notes(posted_at, as_of, source)}, AT)["notes"]) == known


def test_days_without_a_clock_count_in_the_campaigns_own_days() -> None:
    outcomes = pd.DataFrame({"date": pd.to_datetime(["2026-08-02", "2026-08-03"])})
    assert known_before({"outcomes": outcomes}, AT)["outcomes"]["date"].dt.day.tolist() == [2]
    assert len(known_before({"outcomes": outcomes}, None)["outcomes"]) == 2


def test_the_day_of_the_plan_is_set_or_the_day_before_the_window() -> None:
    common = {"folder": Path(), "time_zone": "Pacific/Auckland"}
    assert find_planned_at(Campaign(**common)) is None
    assert find_planned_at(Campaign(**common, window={"start": "2026-08-03"})) == AT
    assert find_planned_at(Campaign(**common, window={"start": "2026-08-03"}, planned_at="2026-07-01")) == pd.Timestamp(
        "2026-07-02", tz="Pacific/Auckland"
    )


def test_what_came_too_late_and_what_only_the_disk_dates_is_told() -> None:
    names = ("creators", "baselines", "rankings", "follower_counts")
    empty = {name: make_notes(None, "2026-01-01T00:00Z").drop(columns="posted_at").iloc[:0] for name in names}
    late = make_notes("2026-07-01T00:00Z", "2026-10-19T02:00Z")
    results = make_notes("2026-08-20T00:00Z", "2026-10-19T02:00Z").assign(source_file="results.xlsx")
    disk = make_notes("2026-07-01T00:00Z", "2026-10-19T02:00Z", "file_modified").assign(source_file="disk.csv")
    tables = empty | {"notes": pd.concat([late, results, disk], ignore_index=True)}
    said = describe_known(tables, known_before(tables, AT), at=AT)
    assert [(finding.code, finding.values["names"]) for finding in said] == [
        ("plan.known_later", "notes.xlsx"),
        ("plan.known_disk", "disk.csv"),
    ]
    assert said[0].values["planned_date"] == "2026-08-02"
