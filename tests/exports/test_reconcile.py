from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.crosschecks import add_organic, compare_levels, report_negative, sum_ads
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.reconcile import (
    Part,
    adopt_creator_ids,
    adopt_note_ids,
    adopt_unlinked,
    drop_repeated,
    join_parts,
    make_latest,
    make_latest_orders,
    make_latest_placements,
)
from xhs_toolkit.exports.split import add_up_costs, split_tables
from xhs_toolkit.tables import NOTES, TABLES, conform

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


@settings(deadline=None, max_examples=25)
@given(SNAPSHOTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, object]], random: object) -> None:
    notes = make_notes(*rows)
    shuffled = notes.sample(frac=1, random_state=random.randrange(2**32))  # type: ignore[attr-defined]
    sort = ["note_id"]
    one = make_latest(notes).sort_values(sort, ignore_index=True)
    pd.testing.assert_frame_equal(make_latest(shuffled).sort_values(sort, ignore_index=True), one)


@settings(deadline=None, max_examples=25)
@given(SNAPSHOTS)
def test_one_row_a_note_and_nothing_to_do_twice(rows: list[dict[str, object]]) -> None:
    notes = make_notes(*rows)
    latest = make_latest(notes)
    assert sorted(latest["note_id"]) == sorted(set(notes["note_id"]))
    pd.testing.assert_frame_equal(make_latest(latest), latest)


@settings(deadline=None, max_examples=25)
@given(SNAPSHOTS)
def test_the_latest_of_doubled_snapshots_is_the_latest(rows: list[dict[str, object]]) -> None:
    notes = make_notes(*rows)
    doubled = pd.concat([notes, notes], ignore_index=True)
    pd.testing.assert_frame_equal(make_latest(doubled), make_latest(notes))


@settings(deadline=None, max_examples=25)
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


@pytest.mark.parametrize(
    ("shown_at", "found"),
    [(POSTED, "abc"), (POSTED + pd.Timedelta(hours=2), "posted:x"), (pd.Timestamp("2026-07-10T16:00Z"), "abc")],
    ids=["the same time", "another time of the day", "the day alone"],
)
def test_two_notes_of_one_creator_and_day_whose_times_differ_stay_two(shown_at: pd.Timestamp, found: str) -> None:
    loose, shown = center(creator_name="Ana"), other(creator_name="Ana", posted_at=shown_at)
    more = [other(note_id=name, creator_name="Ana", posted_at="2026-07-01T04:00Z") for name in ("d", "e")]
    adopted = adopt_unlinked({"notes": make_notes(loose, shown, *more)}, {})
    assert adopted["notes"]["note_id"].tolist() == [found, "abc", "d", "e"]


def test_a_repeated_row_counts_once_and_a_conflict_is_told() -> None:
    notes = make_notes({"likes": 1.0}, {"likes": 1.0}, {"likes": 2.0}, {"likes": 1.0, "as_of": "2026-08-02"})
    kept, problems = drop_repeated(notes, NOTES)
    assert kept["source_row"].tolist() == [2, 5]
    assert [problem.row for problem in problems] == [4]


# ------------------------------------------------------------------------------- orders, placements


def rows_of(table: str, *rows: dict[str, object]) -> pd.DataFrame:
    plain = {"source": "x", "source_file": "a.csv", "synthetic": False}
    frame = pd.DataFrame([{**plain, "source_row": float(i), **row} for i, row in enumerate(rows, 2)])
    for column in TABLES[table]:
        if column.kind in {"time", "date"} and column.name in frame:
            frame[column.name] = pd.to_datetime(frame[column.name], utc=column.kind == "time")
    return conform(frame, TABLES[table])


def tables_of(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {name: tables.get(name, table.empty()) for name, table in TABLES.items()}


def test_the_newest_snapshot_of_an_order_counts() -> None:
    orders = rows_of(
        "orders",
        {"placement_id": "1", "as_of": "2026-08-01", "exposure": 100.0},
        {"placement_id": "1", "as_of": "2026-08-09", "exposure": 300.0},
        {"placement_id": "2", "as_of": "2026-08-01", "exposure": 50.0},
    )
    assert make_latest_orders(orders)["exposure"].tolist() == [300, 50]


def test_a_placement_counts_once_a_source_and_two_orders_of_a_note_twice() -> None:
    official = {"source": "dandelion_notes", "note_id": "n1", "price_cny": 1000.0, "as_of": "2026-08-05"}
    placements = rows_of(
        "placements",
        {**official, "as_of": "2026-08-01", "price_cny": 900.0},
        official,
        {"source": "agency_seeding", "note_id": "n2", "placement_id": "a", "price_cny": 300.0},
        {"source": "agency_seeding", "note_id": "n2", "placement_id": "b", "price_cny": 200.0},
    )
    assert make_latest_placements(placements)["price_cny"].tolist() == [1000, 300, 200]


def test_products_sent_without_a_note_are_not_one() -> None:
    sent = {"source": "agency_seeding", "creator_name": "小林", "product_cost_cny": 80.0, "as_of": "2026-08-05"}
    placements = rows_of("placements", sent, sent, {**sent, "as_of": "2026-08-01"})
    kept, problems = drop_repeated(placements, TABLES["placements"])
    assert (len(kept), problems) == (3, [])
    assert len(make_latest_placements(kept)) == 2


def test_a_note_on_several_seeding_rows_counts_once_with_its_costs_added() -> None:
    sent = {"note_id": "n1", "price_cny": 500.0, "product_cost_cny": 80.0}
    rows = [sent, {**sent, "price_cny": None, "product_cost_cny": 20.0}, {"note_id": "n2", "price_cny": 300.0}]
    sheet = rows_of("placements", *rows, {"creator_name": "小周", "product_cost_cny": 5.0})
    placements = add_up_costs(sheet.set_axis([7, 7, 8, 9], axis="index"))  # two posts of one row of the file
    assert placements["note_id"].fillna("").tolist() == ["n1", "n2", ""]
    costs = placements[["price_cny", "product_cost_cny"]].fillna(-1)
    assert costs.to_numpy().tolist() == [[500, 100], [300, -1], [-1, 5]]


@pytest.mark.parametrize("table", ["placements", "notes"])
def test_a_seeding_sheet_counts_likes_once_and_adds_costs(table: str) -> None:
    other = "notes" if table == "placements" else "placements"
    layout = Layout("agency_seeding", "seeding sheet", table, columns={}, required=(), also=(other,))
    sent = {"note_id": "n1", "likes": 50.0, "product_cost_cny": 80.0, "as_of": pd.Timestamp("2026-08-01", tz="UTC")}
    rows = [sent, {**sent, "product_cost_cny": 20.0}, {**sent, "note_id": None, "creator_name": "小周"}]
    said = {"source": "agency_seeding", "source_file": "a.csv", "source_sheet": None, "lower_bounds": None}
    frame = pd.DataFrame([{**said, "source_row": float(i), "synthetic": False, **row} for i, row in enumerate(rows, 2)])
    tables, problems = split_tables(frame.astype({"note_id": "str", "lower_bounds": "str"}), layout)
    notes, conflicts = drop_repeated(tables["notes"], NOTES)
    assert (notes["likes"].tolist(), conflicts) == ([50], [])
    assert tables["placements"]["product_cost_cny"].tolist() == ([100, 80] if table == "placements" else [100])
    assert len(problems) == (table == "notes")


# -------------------------------------------------------------------------------------- overlaps


def day(spend: float | None, **changes: object) -> dict[str, object]:
    return {"date": "2026-08-01", "campaign_id": "c1", "level": "campaign", "spend_cny": spend, **changes}


def join(*files: list[dict[str, object]], table: str = "ad_days") -> tuple[pd.DataFrame, list[Problem]]:
    parts = [
        Part(
            rows_of(table, *[{"source_file": f"{i}.csv", **row} for row in rows]),
            pd.Timestamp(f"2026-08-{i:02}", tz="UTC"),
        )
        for i, rows in enumerate(files, 10)
    ]
    return join_parts(parts, TABLES[table])


def test_overlapping_reports_count_each_day_once_and_the_newest_wins() -> None:
    older = [day(100.0), day(90.0, date="2026-07-31")]
    joined, problems = join(older, [day(120.0), day(50.0, date="2026-08-02")])
    assert sorted(joined["spend_cny"]) == [50, 90, 120]
    [problem] = problems
    assert (problem.file, problem.what[:8]) == ("10.csv", "1 row(s)")
    assert join(older, [day(100.0)])[1] == []


def test_rows_of_one_report_are_all_kept() -> None:
    joined, problems = join([day(100.0, campaign_id=None), day(100.0, campaign_id=None)])
    assert (joined["spend_cny"].sum(), problems) == (200, [])


def test_a_comment_in_two_files_is_one() -> None:
    comment = {"comment_id": "c", "text": "好看", "likes": 3.0}
    joined, problems = join([comment, comment], [{**comment, "likes": 9.0}], table="comments")
    assert joined["likes"].tolist() == [9]
    assert len(problems) == 1


def test_invoice_lines_without_a_number_are_only_dropped_where_all_is_alike() -> None:
    line = {"date": "2026-08-01", "kind": "creator_fee", "amount": 100.0}
    joined, problems = join([line, {**line, "amount": 70.0}], [line], table="invoices")
    assert (sorted(joined["amount"]), problems) == ([70, 100], [])


# ------------------------------------------------------------------------------------------ ads


def test_reports_of_several_levels_are_not_added_to_each_other() -> None:
    by_note = {"source_file": "n.csv", "level": "note", "note_id": "n1"}
    ad_days = rows_of("ad_days", day(100.0), day(60.0, **by_note), day(40.0, **{**by_note, "note_id": "n2"}))
    assert sum_ads(ad_days)["spend_cny"].tolist() == [100]
    assert sum_ads(ad_days, by="note_id")["spend_cny"].to_dict() == {"n1": 60, "n2": 40}
    assert compare_levels(ad_days) == []
    [problem] = compare_levels(rows_of("ad_days", day(100.0), day(60.0, **by_note)))
    assert "campaign 100.00 CNY, note 60.00 CNY" in problem.what


def test_nothing_spent_is_missing_and_not_zero() -> None:
    assert sum_ads(rows_of("ad_days", day(None)))["spend_cny"].isna().all()
    assert sum_ads(TABLES["ad_days"].empty(), by="note_id").empty


# --------------------------------------------------------------------------------------- organic


@pytest.mark.parametrize(
    ("note", "billed", "expected"),
    [
        ({"exposure": 100.0, "exposure_organic": 70.0, "exposure_promoted": 50.0}, 40.0, (70.0, "platform", "")),
        ({"exposure": 100.0, "exposure_organic": 0.0}, None, (0.0, "platform", "")),
        ({"exposure": 100.0, "exposure_promoted": 30.0}, 40.0, (70.0, "derived", "")),
        ({"exposure": 100.0, "exposure_promoted": 30.0, "exposure_heated": 10.0}, None, (60.0, "derived", "")),
        ({"exposure": 100.0}, 40.0, (60.0, "derived", "")),
        ({"exposure": 100.0}, 140.0, (None, "", "negative")),
        ({"exposure": 100.0}, None, (None, "", "not_separable")),
        ({}, 40.0, (None, "", "no_exposure")),
    ],
)
def test_organic_exposure(note: dict[str, object], billed: float | None, expected: tuple[object, ...]) -> None:
    ads = [day(1.0, note_id="n1", level="note", impressions=billed)] if billed else []
    found = add_organic(make_notes(note), ad_days=rows_of("ad_days", *ads) if ads else TABLES["ad_days"].empty())
    value, source, reason = found[["exposure_organic", "exposure_organic_source", "exposure_organic_reason"]].iloc[0]
    assert (None if pd.isna(value) else value, source, reason) == expected
    assert len(report_negative(found)) == (reason == "negative")


# --------------------------------------------------------------------------- creators by their name


def test_a_name_gives_the_id_where_it_stands_for_one_creator() -> None:
    known = [{"creator_id": "c1", "creator_name": "小林"}, {"creator_id": "c2", "creator_name": "小周"}]
    twins = [{"creator_id": "c3", "creator_name": "小王"}, {"creator_id": "c4", "creator_name": "小王 "}]
    notes = [{"note_id": name, "creator_name": name} for name in ("小林", "小王", "小张")]
    tables = tables_of(creators=rows_of("creators", *known, *twins), notes=make_notes(*notes))
    named, problems = adopt_creator_ids(tables)
    assert named["notes"]["creator_id"].fillna("").tolist() == ["c1", "", ""]
    assert [(problem.column, problem.value) for problem in problems] == [("creator_name", "小王")]
    again, _ = adopt_creator_ids(named)
    pd.testing.assert_frame_equal(again["notes"], named["notes"])
