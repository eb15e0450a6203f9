"""Notes against their creators' earlier ones and against others' on their theme: fair, honest, corrected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from results_frames import AS_OF, START, make_campaign, make_history, make_note, make_table, make_tables

from xhs_toolkit import results
from xhs_toolkit.exports import make_latest
from xhs_toolkit.forecast import make_candidates


def compare(rows: list[dict], **tables: object) -> results.Compared:
    made = make_tables(notes=rows, **tables)
    latest = make_latest(made["notes"])
    found = results.summarise_results(made, latest=latest, campaign=make_campaign())
    return results.compare_notes(found, tables=made, latest=latest, campaign=make_campaign())


def views_of(compared: results.Compared) -> pd.DataFrame:
    return compared.own[compared.own["metric"].eq("views")].set_index("note_id")


def test_the_expected_note_and_its_range_by_hand() -> None:
    """Three creators with equal spreads: the campaign's ratio is the geometric mean of new over earlier."""
    rows = make_history(n_creators=3, k=5, each=2, spread=0.5)
    notes = make_table("notes", rows)
    logs = np.log(notes["views"] + 0.5)
    is_new = notes["posted_at"] >= START
    compared = compare(rows).effects.groups.query("metric == 'views' and dimension == 'creator_name'")
    new, earlier = (logs[chosen].groupby(notes["creator_id"]).mean() for chosen in (is_new, ~is_new))
    expected = np.exp(new - earlier)
    assert compared["expected_ratio"].tolist() == pytest.approx(expected.tolist(), rel=1e-3)


def test_a_note_is_compared_with_its_own_kind_only() -> None:
    """Everyday notes and videos with a thousand times the views change nothing."""
    rows = make_history()
    others = [
        make_note(1000 + i, creator=i % 12, views=5e6, day=-20 - i, **kind)
        for i in range(40)
        for kind in [{"scope": "everyday"} if i % 2 else {"format": "video"}]
    ]
    plain, mixed = views_of(compare(rows)), views_of(compare(rows + others))
    pd.testing.assert_series_equal(plain["expected"], mixed["expected"])


def test_only_earlier_notes_count() -> None:
    rows = make_history()
    later = [make_note(2000 + i, creator=0, views=9e6, day=30, scope="everyday") for i in range(5)]
    assert views_of(compare(rows))["n_earlier"].eq(8).all()
    assert views_of(compare(rows + later))["n_earlier"].eq(8).all()


def test_too_few_earlier_notes_give_no_verdict() -> None:
    rows = make_history(k=2)
    found = views_of(compare(rows))
    assert found["reason"].eq("too_few_earlier_notes").all()
    assert found["verdict"].eq("not_enough_notes").all()
    assert found["tail_probability"].isna().all()


def test_a_creator_without_earlier_notes_is_not_judged_by_peers() -> None:
    rows = [*make_history(), make_note(900, creator=99, views=5000, day=3)]
    stranger = views_of(compare(rows)).loc["n900"]
    assert (stranger["reason"], stranger["verdict"]) == ("no_history", "not_enough_notes")


def test_young_notes_are_compared_at_their_age_or_not_at_all() -> None:
    """Ten days old: with the grown notes never, with their figures at ten days where an export has them."""
    young = {"as_of": START + pd.Timedelta(days=15), "day": 5}
    rows = [row for row in make_history() if row["posted_at"] < START]
    new = [make_note(500 + i, creator=i, views=800, **young) for i in range(12)]
    assert views_of(compare(rows + new))["reason"].eq("no_same_age").all()
    at_ten_days = [row | {"as_of": row["posted_at"] + pd.Timedelta(days=10), "views": 400.0} for row in rows]
    jitter = np.exp(0.3 * np.random.default_rng(2).normal(size=len(rows)))
    early = [row | {"views": float(round(400 * j))} for row, j in zip(at_ten_days, jitter, strict=True)]
    found = views_of(compare(rows + early + new))
    assert found["reason"].eq("").all()
    assert found["expected"].between(300, 530).all()
    assert found["expected_ratio"].between(1.4, 2.7).all()


def test_a_note_of_unknown_age_is_not_compared() -> None:
    rows = make_history()
    found = views_of(compare([row | {"as_of": None} if row["posted_at"] >= START else row for row in rows]))
    assert found["reason"].eq("no_age").all()


def test_a_median_of_the_platform_is_a_baseline_with_borrowed_spread() -> None:
    """Creator 0 has no note rows but a median of 20 notes: four times that is four times the expected."""
    rows = [row for row in make_history(n_creators=20) if row["creator_id"] != "c0"]
    new = make_note(777, creator=0, views=40_000, day=5)
    median = {"creator_id": "c0", "scope": "paid", "format": "image", "window_days": 90, "n_notes": 20}
    median |= {"views_median": 10_000, "as_of": START - pd.Timedelta(days=3), "source": "dandelion_creators"}
    note = views_of(compare([*rows, new], baselines=[median])).loc["n777"]
    assert (note["basis"], note["n_earlier"]) == ("own_median", 20)
    assert note["own_log_ratio"] == pytest.approx(np.log(4), rel=1e-3)
    everyday = [median | {"scope": "everyday"}]
    assert views_of(compare([*rows, new], baselines=everyday)).loc["n777", "reason"] == "no_history"
    late = [median | {"as_of": START + pd.Timedelta(days=30)}]
    assert views_of(compare([*rows, new], baselines=late)).loc["n777", "reason"] == "no_history"


def test_where_a_creator_stands_at_the_average_of_its_size_it_says_so() -> None:
    """Medians that are all one tell nobody apart."""
    rows = [row for row in make_history(n_creators=20) if row["posted_at"] >= START]
    medians = [
        {"creator_id": f"c{i}", "scope": "paid", "format": "image", "window_days": 90, "n_notes": 12}
        | {"views_median": 3_000, "as_of": START - pd.Timedelta(days=3)}
        for i in range(20)
    ]
    compared = compare(rows, baselines=medians)
    assert views_of(compared)["basis"].eq("size").all()
    whole = compared.effects.groups.query("metric == 'views' and dimension == 'all'").iloc[0]
    assert whole["expected_ratio_low"] < whole["expected_ratio"] < whole["expected_ratio_high"]


def test_results_expect_of_a_note_what_the_plan_expected() -> None:
    """Known the same: eight paid notes of each creator, a price and a size."""
    earlier = make_history(n_creators=12, each=0)
    new = [make_note(600 + i, creator=i, views=2_000, day=4) for i in range(12)]
    as_of = START - pd.Timedelta(days=3)
    creators = [
        {"creator_id": f"c{i}", "creator_name": f"Creator {i}", "as_of": as_of}
        | {"followers": 3_000 * (1 + i), "image_price_cny": 400 + 90 * i}
        for i in range(12)
    ]
    before = make_tables(notes=earlier, creators=creators)
    plan = make_candidates(before, latest=make_latest(before["notes"]), campaign=make_campaign()).candidates
    expected = views_of(compare([*earlier, *new], creators=creators)).set_index("creator")["expected"]
    assert expected[plan["creator_id"]].tolist() == pytest.approx(plan["views_p50"].tolist())


def test_two_ways_of_counting_engagement_are_never_compared() -> None:
    rows = make_history()
    own = [row | {"engagement": 50} if row["posted_at"] < START else row | {"likes": 9, "collects": 9, "comments": 2}
           for row in rows]  # fmt: skip
    found = compare(own).own.query("metric == 'engagement'")
    assert found["measured"].eq(20).all()
    assert found["reason"].eq("no_history").all()


def test_of_a_cost_the_lower_is_the_better() -> None:
    rows = make_history(n_creators=14, k=6, each=3, ratio=6.0, spread=0.3)
    placements = [{"note_id": row["note_id"], "placement_id": row["note_id"], "price_cny": 1000.0} for row in rows]
    groups = compare(rows, placements=placements).effects.groups.query("dimension == 'all'").set_index("metric")
    assert groups.loc["views", "verdict"] == groups.loc["cost_per_organic_view_cny", "verdict"] == "clearly_better"
    assert groups.loc["cost_per_organic_view_cny", "expected_ratio"] == pytest.approx(1 / 6, rel=0.3)


# -------------------------------------------------------------------------------------------- topics


def test_topic_peers_are_others_on_the_theme_and_of_the_tier() -> None:
    rows = make_history(n_creators=6, ratio=1.0)
    rng = np.random.default_rng(5)
    peers = [
        make_note(
            5000 + i, creator=100 + i % 20, views=float(round(2000 * np.exp(0.5 * rng.normal()))), day=-30, **kind
        )
        for i in range(60)
        for kind in [{"followers": 5_000, "title": "徒步"}]
    ]
    found = compare(rows + peers).topic.query("metric == 'views'")
    small = found[found["theme"].eq("walks") & found["tier"].eq("KOC")]
    large = found[found["theme"].eq("walks") & found["tier"].eq("KOL")]
    assert small["n_peers"].eq(20).all()
    assert small["expected"].between(1500, 2700).all()
    assert large["reason"].eq("too_few_peers").all()


def test_where_no_peer_is_known_to_be_paid_engagement_meets_their_public_notes() -> None:
    """Of the same theme, tier and format, counted on both sides as likes, collects and comments."""
    rows = [
        row | {"likes": 800.0, "collects": 150.0, "comments": 50.0, "engagement": 5_000.0}
        for row in make_history(n_creators=6, ratio=1.0)
    ]
    rng = np.random.default_rng(5)
    about = {"followers": 5_000, "title": "徒步", "scope": None, "views": None}
    peers = [
        make_note(5000 + i, creator=100 + i % 20, day=-30, **about)
        | {
            "likes": float(round(500 * np.exp(0.5 * rng.normal()))),
            "collects": 0.0,
            "comments": 0.0,
            "engagement": None,
        }
        for i in range(60)
    ]
    found = compare(rows + peers).topic.query("metric == 'engagement' and theme == 'walks'")
    small = found[found["tier"].eq("KOC")]
    assert set(small["basis"]) == {"public_notes"}
    assert small["measured"].eq(1_000).all()
    assert small["n_peers"].eq(20).all()
    assert small["expected_ratio"].between(1.6, 2.6).all()
    unsized = [row | {"followers": None} for row in peers]
    reasons = compare(rows + unsized).topic.query("metric == 'engagement' and theme == 'walks' and tier == 'KOC'")
    assert set(reasons["reason"]) == {"peers_without_tier"}


def test_a_note_without_a_theme_has_no_topic() -> None:
    rows = [row | {"title": "奶茶"} for row in make_history()]
    compared = compare(rows)
    assert compared.topic.query("metric == 'views'")["reason"].eq("no_theme").all()
    assert "effects.no_topic" in [finding.code for finding in compared.findings]


# -------------------------------------------------------------------------------------------- growth


def test_a_growing_note_is_forecast_from_notes_seen_twice() -> None:
    """Thirty notes doubled between day 10 and the end: so will a new one; nineteen are needed."""
    rows = [row for row in make_history(n_creators=10, k=3) if row["posted_at"] < START]
    early = [row | {"as_of": row["posted_at"] + pd.Timedelta(days=10), "views": row["views"] / 2} for row in rows]
    new = make_note(901, creator=1, views=1_000, day=80, as_of=AS_OF)
    found = compare([*rows, *early, new]).growth.query("metric == 'views'").iloc[0]
    assert (found["n_grown"], found["expected"]) == (30, pytest.approx(2_000, rel=0.01))
    assert found["expected_low"] <= found["expected"] <= found["expected_high"]
    few = compare([*rows[:10], *early[:10], new])
    assert few.growth.empty
    assert "effects.growing_unknown" in [finding.code for finding in few.findings]


def test_creators_known_by_medians_never_all_get_one_expected() -> None:
    """Medians of one or two notes, 700 to 1,100,000 views, and notes far from them: each keeps a level of its own."""
    rng = np.random.default_rng(4)
    middles = np.geomspace(700, 1_100_000, 9)
    rows = [make_note(n, creator=n, views=float(each * rng.lognormal(0, 2.5)), day=5) for n, each in enumerate(middles)]
    medians = [
        {"creator_id": f"c{n}", "scope": "paid", "format": "image", "window_days": 90, "n_notes": 1 + n % 2}
        | {"views_median": each, "as_of": START - pd.Timedelta(days=3), "source": "dandelion_creators"}
        for n, each in enumerate(middles)
    ]
    expected = views_of(compare(rows, baselines=medians))["expected"].astype(float)
    assert expected.nunique() == 9
    assert expected.max() / expected.min() > 5
