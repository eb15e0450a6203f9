from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.exports.reconcile import adopt_note_ids, drop_repeated, make_latest
from xhs_toolkit.tables import NOTES, conform

POSTED = pd.Timestamp("2026-07-10T19:09:05Z")


def make_notes(*rows: dict[str, object]) -> pd.DataFrame:
    plain = {
        "note_id": "n1",
        "as_of": "2026-08-01",
        "source": "mediacrawler_notes",
        "source_file": "a.csv",
        "synthetic": False,
    }
    frame = pd.DataFrame([{**plain, "source_row": float(i), **row} for i, row in enumerate(rows, 2)])
    times = {name: pd.to_datetime(frame[name], utc=True) for name in ("as_of", "posted_at") if name in frame}
    return conform(frame.assign(**times), NOTES)


SNAPSHOTS = st.lists(
    st.fixed_dictionaries(
        {
            "note_id": st.sampled_from(["n1", "n2", "n3"]),
            "as_of": st.sampled_from([None, "2026-08-01", "2026-08-02", "2026-08-03"]),
            "source": st.sampled_from(["dandelion_notes", "creator_center_notes", "mediacrawler_notes"]),
            "source_file": st.sampled_from(["a.csv", "b.csv"]),
            "title": st.sampled_from([None, "早八妆", "通勤"]),
            "likes": st.one_of(st.none(), st.integers(0, 9).map(float)),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row["note_id"], row["as_of"], row["source"], row["source_file"]),
)


@settings(deadline=None)
@given(SNAPSHOTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, object]], random: object) -> None:
    notes = make_notes(*rows)
    shuffled = notes.sample(frac=1, random_state=random.randrange(2**32))  # type: ignore[attr-defined]
    sort = ["note_id"]
    one = make_latest(notes).sort_values(sort, ignore_index=True)
    pd.testing.assert_frame_equal(make_latest(shuffled).sort_values(sort, ignore_index=True), one)


@settings(deadline=None)
@given(SNAPSHOTS)
def test_one_row_a_note_and_nothing_to_do_twice(rows: list[dict[str, object]]) -> None:
    notes = make_notes(*rows)
    latest = make_latest(notes)
    assert sorted(latest["note_id"]) == sorted(set(notes["note_id"]))
    pd.testing.assert_frame_equal(make_latest(latest), latest)


@settings(deadline=None)
@given(SNAPSHOTS)
def test_the_latest_of_doubled_snapshots_is_the_latest(rows: list[dict[str, object]]) -> None:
    notes = make_notes(*rows)
    doubled = pd.concat([notes, notes], ignore_index=True)
    pd.testing.assert_frame_equal(make_latest(doubled), make_latest(notes))


@settings(deadline=None)
@given(SNAPSHOTS)
def test_figures_come_from_one_row(rows: list[dict[str, object]]) -> None:
    notes = make_notes(*rows)
    for note in make_latest(notes).itertuples():
        same = notes[(notes["source_file"] == note.source_file) & (notes["source_row"] == note.source_row)]
        assert same["likes"].equals(pd.Series([note.likes], index=same.index, dtype="float64"))


def test_the_official_source_wins_and_is_filled_in() -> None:
    notes = make_notes(
        {
            "source": "mediacrawler_notes",
            "as_of": "2026-08-09",
            "likes": 9.0,
            "text": "正文",
            "creator_id": "c1",
            "format": "video",
        },
        {"source": "dandelion_notes", "as_of": "2026-08-01", "likes": 1.0, "scope": "paid"},
        {"source": "dandelion_notes", "as_of": "2026-08-05", "likes": 5.0},
    )
    [note] = make_latest(notes).itertuples()
    assert (note.likes, note.source, note.scope) == (5, "dandelion_notes", "paid")
    assert (note.text, note.creator_id, note.format) == ("正文", "c1", "video")


def test_a_missing_figure_is_not_taken_from_another_snapshot() -> None:
    notes = make_notes({"as_of": "2026-08-01", "likes": 9.0}, {"as_of": "2026-08-02", "likes": None})
    assert make_latest(notes)["likes"].isna().all()


def test_nothing_gives_nothing() -> None:
    assert make_latest(NOTES.empty()).empty


# ---------------------------------------------------------------------------------- note ids


def center(**changes: object) -> dict[str, object]:
    return {"note_id": "posted:x", "source": "creator_center_notes", "title": "早八妆", "posted_at": POSTED, **changes}


def other(**changes: object) -> dict[str, object]:
    return {"note_id": "abc", "title": "早八妆", "posted_at": POSTED + pd.Timedelta(milliseconds=300), **changes}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([center(), other()], "abc"),
        ([center(), other(title=" 早八妆 ")], "abc"),
        ([center(), other(), other(as_of="2026-08-05")], "abc"),
        ([center(), other(posted_at=pd.Timestamp("2026-07-10T16:00Z"))], "abc"),
        ([center(), other(title="通勤")], "posted:x"),
        ([center(title=None), other(title=None)], "posted:x"),
        ([center(), other(posted_at=POSTED + pd.Timedelta(seconds=1))], "posted:x"),
        ([center(), other(), other(note_id="def")], "posted:x"),
        ([center(), center(note_id="posted:y", creator_id="c2"), other()], "posted:x"),
        ([center()], "posted:x"),
    ],
    ids=[
        *("same second and title", "spaces", "two snapshots", "same day, no time", "other title", "no title"),
        *("other second", "two candidates", "two claim it", "alone"),
    ],
)
def test_a_note_takes_over_the_id_another_file_shows(rows: list[dict[str, object]], found: str) -> None:
    notes = make_notes(*rows)
    adopted = adopt_note_ids(notes)
    assert adopted["note_id"].iloc[0] == found
    assert adopted["note_id"].iloc[1:].tolist()[-1:] == notes["note_id"].iloc[1:].tolist()[-1:]
    pd.testing.assert_frame_equal(adopt_note_ids(adopted), adopted)


def test_a_repeated_row_counts_once_and_a_conflict_is_told() -> None:
    notes = make_notes({"likes": 1.0}, {"likes": 1.0}, {"likes": 2.0}, {"likes": 1.0, "as_of": "2026-08-02"})
    kept, problems = drop_repeated(notes, NOTES)
    assert kept["source_row"].tolist() == [2, 5]
    assert [problem.row for problem in problems] == [4]
