"""The fit with each part visible, the rules with what each removed, and the long list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_pool import NOW, make_campaign, make_creators, make_notes, make_tables

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.decisions import Decisions
from xhs_toolkit.sourcing import FIT_PARTS, LongList, make_long_list
from xhs_toolkit.sourcing.fit import find_words
from xhs_toolkit.thread.themes import fold_all

DAY = pd.Timedelta(days=1)
ANA = {"creator_id": "a", "creator_name": "Ana", "followers": 900.0, "place": "奥克兰", "category": "户外"}
BO = {"creator_id": "b", "creator_name": "Bo", "followers": 5_000.0, "place": "上海", "category": "美食"}
CY = {"creator_id": "c", "creator_name": "Cy", "followers": 50_000.0}


def find(campaign: Campaign, rows: list[dict], notes: list[dict] | None = None, **more: object) -> LongList:
    made = make_tables(creators=make_creators(rows), notes=make_notes(notes or []))
    return make_long_list(made, latest=made["notes"], campaign=campaign, **more)


def decide(**decisions: str) -> Decisions:
    rows = {"creator_id": list(decisions), "decision": list(decisions.values()), "reason": "said so", "by": "Mei"}
    return Decisions(pd.DataFrame(rows).astype("str").assign(source_row=2.0), ())


def count(found: LongList, rule: str) -> list[int]:
    columns = ["n_known", "n_unknown", "n_alone", "n_removed"]
    return found.rules.set_index("rule").loc[rule, columns].tolist()


# ---------------------------------------------------------------------------------------------- fit


def test_the_fit_is_the_sum_of_its_parts_and_names_its_evidence() -> None:
    notes = [
        {"creator_id": "a", "title": "周末徒步路线"},
        {"creator_id": "a", "title": "Best hikes"},
        {"creator_id": "b", "title": "探店"},
    ]
    found = find(make_campaign(brief="Weekend hike"), [ANA, BO, CY], notes).chosen.set_index("creator_id")
    assert found.index[0] == "a"
    assert found.loc[["a", "b"], "category_matches"].tolist() == [True, False]
    assert found.loc["a", "themes_found"] == "Day walks"
    assert pd.isna(found.loc["b", "themes_found"])
    assert "徒步" in found.loc["a", "words_found"]
    assert "hike" in found.loc["a", "words_found"]
    points = found[[f"fit_points_{part}" for part in FIT_PARTS]]
    assert points["fit_points_audience"].isna().all(), "no audience is asked for"
    assert np.allclose(points.sum(axis=1, min_count=1), found["fit_points"], equal_nan=True)
    assert found["fit_points"].dropna().between(0, 100).all()


def test_nobody_is_ranked_of_whom_too_little_is_known() -> None:
    """Cy has no category, no tags and no notes: it stands apart, with what to ask for, and is still on the list."""
    found = find(make_campaign(brief="hike"), [ANA, BO, CY], [{"creator_id": "b", "title": "探店"}])
    chosen = found.chosen.set_index("creator_id")
    assert chosen.index.tolist()[-1] == "c"
    assert chosen.loc["c", ["fit", "fit_points_category", "theme_share"]].isna().all()
    assert chosen.loc["c", "ask_for"] == "fit_category; fit_themes; fit_text"
    assert chosen.loc[["a", "b"], "ask_for"].isna().all()
    assert "sourcing.apart" in {finding.code for finding in found.findings}


def test_what_is_not_known_does_not_count() -> None:
    """Bo without a category is ranked by what is known of it alone."""
    rows = [ANA, {**BO, "category": None}, {**CY, "category": "户外"}]
    notes = [{"creator_id": name, "title": title} for name, title in (("a", "徒步"), ("b", "hike"), ("c", "美食"))]
    found = find(make_campaign(brief="hike"), rows, notes).chosen.set_index("creator_id")
    known = found.loc["b", ["fit_themes", "fit_text"]].astype(float)
    assert found.loc["b", "fit"] == pytest.approx(known.mean())


def test_few_notes_are_drawn_to_the_pool() -> None:
    """One note of one with the theme does not beat nine of ten."""
    notes = [{"creator_id": "a", "title": "徒步"}] + [{"creator_id": "b", "title": "徒步"}] * 9
    notes += [{"creator_id": "b", "title": "美食"}] + [{"creator_id": "c", "title": "美食"}] * 10
    shares = find(make_campaign(), [{**row, "category": None} for row in (ANA, BO, CY)], notes).chosen
    share = shares.set_index("creator_id")["theme_share"]
    assert share["c"] < share["a"] < 1
    assert share["b"] == pytest.approx(0.9, abs=0.1)


def test_the_audience_is_as_asked_for_or_not_known() -> None:
    fans = {"female_fan_share": 0.8, "fan_age_25_34_share": 0.5, "fan_age_35_44_share": 0.2}
    fans |= {"fan_places": "广东 0.12; 海外 0.09", "fan_interests": "出行 0.3; 母婴 0.1"}
    audience = {"gender": "female", "ages": ["25-34", "35-44"], "places": ["海外"], "interests": ["出行", "母婴"]}
    found = find(make_campaign(audience=audience), [{**ANA, **fans}, BO]).chosen.set_index("creator_id")
    shares = [f"audience_{part}_share" for part in ("gender", "age", "place", "interest")]
    assert found.loc["a", shares].tolist() == pytest.approx([0.8, 0.7, 0.09, 0.4])
    assert found.loc["b", shares].isna().all()
    assert pd.isna(found.loc["b", "fit_audience"])


def test_weights_are_obeyed() -> None:
    weights = {"category": 3, "themes": 1, "audience": 0, "text": 0}
    found = find(make_campaign(weights=weights), [ANA, BO], [{"creator_id": "b", "title": "徒步"}]).chosen
    best = found.set_index("creator_id").loc["a"]
    assert best["fit_points_category"] == pytest.approx(75)
    assert pd.isna(best["fit_points_text"]), "it counts nothing"


def test_words_match_in_both_languages_and_in_near_forms() -> None:
    texts = fold_all(pd.Series(["ＨＩＫＥＳ and families", "一日徒步攻略", "去hike吧", "hitchhiker", None]))
    found = find_words(["hike", "family", "徒步"], texts).astype(int).tolist()
    assert found == [[1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]


# -------------------------------------------------------------------------------------------- rules


def test_each_rule_counts_what_it_removed_alone_and_in_its_turn() -> None:
    campaign = make_campaign(min_followers=1_000, places=["新西兰", "奥克兰"])
    found = find(campaign, [ANA, BO, CY, {"creator_id": "d", "creator_name": "Di", "followers": 10.0, "place": "上海"}])
    assert count(found, "min_followers") == [4, 0, 2, 2]
    assert count(found, "places") == [3, 1, 2, 1], "Di was gone already; of Cy no place is known"
    left = found.left_out.set_index("creator_id")[["left_out_by", "left_out_value"]]
    assert left.loc["a"].tolist() == ["min_followers", "900"]
    assert left.loc["b"].tolist() == ["places", "上海"]
    assert found.chosen["creator_id"].tolist() == ["c"]
    assert len(found.chosen) + len(found.left_out) == len(found.pool.creators)


def test_a_rule_without_a_setting_does_not_exist() -> None:
    assert find(make_campaign(), [ANA]).rules["rule"].tolist() == ["long_list"]


def test_work_for_a_competitor_in_the_last_days_leaves_out() -> None:
    notes = [
        {"creator_id": "a", "title": "和RIVAL一起", "posted_at": NOW - 89 * DAY},
        {"creator_id": "b", "title": "Rival", "posted_at": NOW - 91 * DAY},
        {"creator_id": "c", "title": "arrivals at the airport"},
    ]
    found = find(make_campaign(competitors=["Rival"], competitor_days=90), [ANA, BO, CY], notes, as_of="2026-09-01")
    assert found.left_out["creator_id"].tolist() == ["a"]
    assert found.left_out["left_out_value"].tolist() == ["和RIVAL一起"]
    assert count(found, "competitors") == [2, 1, 1, 1]


def test_too_many_paid_notes_leave_out_by_the_accounts_counts_or_the_notes_read() -> None:
    counted = {**ANA, "n_notes": 100.0, "n_paid_notes": 60.0}
    notes = [{"creator_id": "b", "scope": "paid"}] * 3 + [{"creator_id": "b", "scope": "everyday"}] * 7
    notes += [{"creator_id": "c", "scope": "paid"}] * 5
    found = find(make_campaign(max_paid_share="50%"), [counted, BO, CY], notes)
    assert found.left_out["creator_id"].tolist() == ["a"]
    assert count(found, "max_paid_share") == [2, 1, 1, 1], "an export of cooperations alone says nothing of the share"


def test_price_followers_and_language_leave_out() -> None:
    rows = [
        {**ANA, "image_price_cny": 0.0, "video_price_cny": 900.0},
        {**BO, "image_price_cny": 400.0, "video_price_cny": 900.0},
        CY,
    ]
    found = find(make_campaign(max_price_cny=500), rows)
    assert found.left_out["creator_id"].tolist() == ["a"], "a price of 0 is no offer"
    assert count(find(make_campaign(max_followers=9_000), rows), "max_followers") == [3, 0, 1, 1]
    notes = [{"creator_id": "a", "title": "周末"}, {"creator_id": "b", "title": "Weekend"}]
    found = find(make_campaign(note_languages=["zh"]), rows, notes)
    assert found.left_out["creator_id"].tolist() == ["b"]
    assert count(found, "note_languages") == [2, 1, 1, 1]


def test_a_persons_word_comes_before_every_rule() -> None:
    campaign = make_campaign(min_followers=1_000)
    found = find(campaign, [ANA, BO, CY], decisions=decide(a="keep", b="drop"))
    assert found.chosen["creator_id"].tolist() == ["a", "c"]
    assert found.left_out[["creator_id", "left_out_by"]].to_numpy().tolist() == [["b", "decision"]]


def test_the_list_ends_where_it_is_full_and_says_so() -> None:
    found = find(make_campaign(long_list=2), [ANA, BO, CY])
    assert len(found.chosen) == 2
    assert found.left_out["left_out_by"].tolist() == ["long_list"]
    assert count(found, "long_list") == [3, 0, 1, 1]


def test_nobody_at_all_is_said() -> None:
    found = find(make_campaign(), [])
    assert found.refusal is not None
    assert found.refusal.code == "sourcing.no_creators"
    assert found.chosen.empty


def test_nothing_given_is_changed() -> None:
    made = make_tables(creators=make_creators([ANA, BO]), notes=make_notes([{"creator_id": "a"}]))
    before = {name: frame.copy() for name, frame in made.items()}
    make_long_list(made, latest=made["notes"], campaign=make_campaign(min_followers=1_000), decisions=decide(b="keep"))
    for name, frame in made.items():
        pd.testing.assert_frame_equal(frame, before[name])
