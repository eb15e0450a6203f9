"""The score with its parts, the shortlist, and the decisions of people, which always win."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_creators import make_tables, vet

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.people import ScoreWeights, Vetting
from xhs_toolkit.decisions import read_decisions, write_decision
from xhs_toolkit.vetting import PARTS, Vetted, explain_all, explain_flags


def make_campaign(folder: Path = Path("nowhere"), *, shortlist: int = 10, **weights: float) -> Campaign:
    vetting = Vetting(shortlist=shortlist, weights=ScoreWeights(**weights))
    return Campaign(folder=folder, vetting=vetting)


@pytest.fixture(scope="module")
def vetted() -> Vetted:
    return vet(make_flagged(), campaign=make_campaign())


def make_flagged() -> dict[str, pd.DataFrame]:
    """c000 does not engage: it carries a flag."""
    tables = make_tables()
    quiet = tables["notes"]["creator_id"].eq("c000")
    notes = tables["notes"].assign(likes=tables["notes"]["likes"].mask(quiet, 0.0))
    return {**tables, "notes": notes.assign(collects=notes["collects"].mask(quiet, 0.0))}


def test_the_points_of_the_parts_add_up_to_the_score(vetted: Vetted) -> None:
    table = vetted.creators
    points = table[[f"points_{part}" for part in PARTS]]
    assert np.allclose(points.sum(axis=1), table["total_points"])
    assert table["total_points"].between(0, 100).all()
    used = vetted.weights.set_index("part")["weight_share"]
    assert used.sum() == pytest.approx(1)
    assert used[used > 0].max() == pytest.approx(used[used > 0].min()), "equal by default"
    assert used["part_paid"] == 0, "nobody's part is known"
    assert points["points_paid"].isna().all()


def test_a_part_that_is_not_known_of_one_does_not_count() -> None:
    tables = make_tables()
    tables["creators"] = tables["creators"].assign(
        image_price_cny=tables["creators"]["image_price_cny"].where(lambda s: s.index > 0)
    )
    row = vet(tables, campaign=make_campaign()).creators.set_index("creator_key").loc["c000"]
    parts = row[[f"part_{part}" for part in PARTS]].astype(float)
    assert np.isnan(row["part_price"])
    assert np.isnan(row["points_price"])
    assert row["total_points"] == pytest.approx(100 * parts.mean())


def test_who_is_known_by_a_name_alone_stands_apart_with_what_to_ask_for() -> None:
    tables = make_tables()
    stranger = {"creator_id": "new", "creator_name": "Nobody knows"}
    tables["creators"] = pd.concat([tables["creators"], pd.DataFrame([stranger])], ignore_index=True)
    found = vet(tables, campaign=make_campaign(shortlist=500))
    row = found.creators.set_index("creator_key").loc["new"]
    assert row["list_status"] == "unknown"
    assert np.isnan(row["total_points"])
    assert "engagement" in row["ask_for"]
    assert "new" not in set(found.shortlist["creator_key"])


def test_weights_order_the_list() -> None:
    only = dict.fromkeys(PARTS, 0.0) | {"price": 1.0}
    table = vet(make_tables(), campaign=make_campaign(**only)).creators
    free = table[table["flag_count"].eq(0)]
    assert free["total_points"].is_monotonic_decreasing
    assert np.allclose(free["total_points"], 100 * free["part_price"])


def test_a_flag_waits_for_a_persons_word_and_the_rest_is_listed_by_score(vetted: Vetted) -> None:
    table = vetted.creators.set_index("creator_key")
    assert table.loc["c000", ["list_status", "flags"]].tolist() == ["flagged", "engagement"]
    assert len(vetted.shortlist) == 10
    reserve = table[table["list_status"].eq("reserve")]
    assert vetted.shortlist["total_points"].min() >= reserve["total_points"].max()
    assert vetted.answer.as_dict()["values"]["n_flagged"] == 1
    said = explain_flags(vetted.cards)
    assert [finding.code for finding in said] == ["vetting.flag_engagement"]


@pytest.mark.parametrize(
    ("decision", "status", "n_free"), [("keep", "kept", 9), ("drop", "dropped", 10), ("maybe", "undecided", 10)]
)
def test_a_decision_always_wins_and_takes_its_place(tmp_path: Path, decision: str, status: str, n_free: int) -> None:
    write_decision(tmp_path, creator_id="c000", decision=decision, reason="talked to her", by="Mei")
    decisions = read_decisions(tmp_path)
    found = vet(make_flagged(), campaign=make_campaign(tmp_path), decisions=decisions)
    row = found.creators.set_index("creator_key").loc["c000"]
    assert row[["list_status", "decision_reason", "decision_by"]].tolist() == [status, "talked to her", "Mei"]
    assert found.creators["list_status"].eq("shortlisted").sum() == n_free
    assert ("c000" in set(found.shortlist["creator_key"])) == (decision == "keep")


def test_decisions_survive_every_run_whatever_the_data_say_then(tmp_path: Path) -> None:
    """The best by score is dropped, the worst is kept; then the data are others."""
    first = vet(make_tables(), campaign=make_campaign(tmp_path))
    best, worst = first.creators["creator_key"].iloc[[0, -1]]
    write_decision(tmp_path, creator_id=best, decision="drop", by="Mei")
    write_decision(tmp_path, creator_id=worst, decision="keep", by="Mei")
    before = (tmp_path / "decisions.csv").read_bytes()
    for seed in (0, 1, 2):
        decisions = read_decisions(tmp_path)
        found = vet(make_tables(seed=seed), campaign=make_campaign(tmp_path), decisions=decisions)
        status = found.creators.set_index("creator_key")["list_status"]
        assert (status[best], status[worst]) == ("dropped", "kept")
    assert (tmp_path / "decisions.csv").read_bytes() == before


def test_the_order_of_the_rows_does_not_matter(vetted: Vetted) -> None:
    tables = {name: frame.sample(frac=1, random_state=3) for name, frame in make_flagged().items()}
    again = vet(tables, campaign=make_campaign())
    assert again.creators["creator_key"].tolist() == vetted.creators["creator_key"].tolist()
    assert np.allclose(again.creators["total_points"], vetted.creators["total_points"])


def test_how_firm_the_order_is(vetted: Vetted) -> None:
    assert 0.3 < vetted.firmness.stay_share < 1
    assert vetted.creators["top_share"].between(0, 1).all()
    assert [each.code for each in vetted.findings].count("vetting.firmness") == 1
    everybody = vet(make_tables(12), campaign=make_campaign(shortlist=50))
    assert "vetting.no_choice" in {each.code for each in everybody.findings}


def test_a_card_has_every_check_with_its_sentence(vetted: Vetted) -> None:
    n_cards = vetted.cards["creator_key"].nunique()
    assert n_cards == 11, "the shortlist and who waits"
    assert len(vetted.cards) == n_cards * vetted.cards["check"].nunique()
    assert set(vetted.cards["verdict"]) == {"pass", "flag", "unknown"}
    known = vetted.cards[vetted.cards["verdict"].ne("unknown")]
    hits = known[known["check"].eq("hit_rate")]
    assert set(hits["limit_source"]) == {""}, "it informs only"
    assert set(hits["lower_limit_reason"]) == set(hits["upper_limit_reason"]) == {"none_there"}
    assert known.loc[known["lower_limit"].notna() | known["upper_limit"].notna(), "limit_source"].ne("").all()
    assert vetted.cards.loc[vetted.cards["verdict"].eq("unknown"), "reason"].ne("").all()
    assert len(explain_all(vetted.cards)) == len(vetted.cards)


def test_nobody_to_vet_is_said() -> None:
    empty = {name: frame.iloc[:0] for name, frame in make_tables().items()}
    found = vet(empty, campaign=make_campaign())
    assert found.refusal is not None
    assert found.shortlist.empty
