"""Blackmores: notes counted twice, bought fans, three earlier notes, and what personas truly do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_frames import Study, holds, paid_notes, read_study

from case_studies.worlds import World, figures
from case_studies.worlds.cases import CASES
from case_studies.worlds.cases.blackmores import BUNDLE, CLAIMING, DRAFTS, N_DUE, N_FRESH, UNMARKED
from xhs_toolkit import content, vetting
from xhs_toolkit.decisions import read_decisions
from xhs_toolkit.sourcing import make_long_list
from xhs_toolkit.stats import (
    benjamini_hochberg,
    compare_new_notes,
    fit_peers,
    jeffreys_interval,
    predict_new_note,
    ratio_of_sums,
    shrink_means,
)

CASE = CASES["blackmores"]


@pytest.fixture(scope="module")
def blackmores() -> Study:
    return read_study("blackmores")


# --------------------------------------------------------------------------- a note counted twice


def test_a_bundle_of_two_doubles_the_naive_sum_and_not_the_tables(blackmores: Study) -> None:
    sheet = next((blackmores.campaign.data_folder).glob("agency_seeding*.csv"))
    rows = pd.read_csv(sheet, encoding="utf-8-sig")
    seeded = blackmores.tables["notes"].query("source == 'agency_seeding'")
    assert rows["点赞"].sum() == 2 * seeded["likes"].sum() > 0
    assert len(seeded) == seeded["note_id"].nunique() == CASE.settings.n_notes
    costs = blackmores.tables["placements"].query("source == 'agency_seeding'")["product_cost_cny"]
    assert costs.sum() == (CASE.settings.n_notes + N_DUE + N_FRESH) * sum(cost for _, cost in BUNDLE)


# ------------------------------------------------------------------------------------ bought fans


def test_bought_fans_look_cheap_and_are_the_one_flag(blackmores: Study) -> None:
    tables, campaign = blackmores.tables, blackmores.campaign
    truth = blackmores.world.creators.set_index("creator_id")
    koc = truth[truth["tier"].eq("KOC")]
    per_fan = (koc["image_price_cny"] / koc["followers"]).rank()
    bought = truth.index[truth["has_bought_fans"]].item()
    assert per_fan[bought] <= 0.1 * len(koc), "cheap by the naive figure"
    decisions = read_decisions(campaign.folder)
    listed = make_long_list(tables, latest=blackmores.latest, campaign=campaign, decisions=decisions, as_of=None)
    vetted = vetting.vet_creators(
        listed.chosen,
        notes=listed.pool.notes,
        tables=tables,
        campaign=campaign,
        peers=listed.pool.creators,
    )
    flagged = vetted.creators.query("list_status == 'flagged'")
    assert flagged["creator_id"].tolist() == [bought]
    assert "fan_jump" in flagged["flags"].item()
    assert bought not in set(vetted.shortlist["creator_id"])


# --------------------------------------------------------------------------------- trust signals


def true_saves(world: World) -> pd.Series:
    """Expected collects per like of each persona: the typical ratio, its factor, and the mean of log-normal habits."""
    shape = figures.COLLECTS_PER_LIKE
    return pd.Series(
        {one.name: np.exp(shape.location + one.collects_log + shape.spread**2 / 2) for one in world.settings.personas}
    )


def add_persona(study: Study) -> pd.DataFrame:
    personas = study.world.creators.set_index("creator_id")["persona"]
    notes = study.found.notes
    return notes.assign(persona=notes["creator_id"].map(personas))


def test_reach_and_saves_rank_personas_differently(blackmores: Study) -> None:
    notes = add_persona(blackmores)
    views = notes.groupby("persona")["views"].median()
    sums = notes.groupby("persona")[["collects", "likes"]].sum()
    saves = sums["collects"] / sums["likes"]
    assert saves.idxmax() == true_saves(blackmores.world).idxmax() == "Health experts"
    assert views.idxmax() != saves.idxmax()


def test_saves_by_persona_lie_in_their_ranges(blackmores: Study) -> None:
    notes, truth = add_persona(blackmores), true_saves(blackmores.world)
    held = {}
    for persona, part in notes.groupby("persona"):
        found = ratio_of_sums(part["collects"], part["likes"], cluster=part["creator_id"], level=0.9)
        held[persona] = bool(found.reason) or holds(found.low, found.high, truth[persona])
    assert sum(held.values()) >= 4


def test_questions_by_persona_lie_in_their_ranges(blackmores: Study) -> None:
    world = blackmores.world
    who = world.notes.set_index("note_id")["creator_id"].map(world.creators.set_index("creator_id")["persona"])
    honest = set(world.creators.query("not has_bought_fans")["creator_id"])
    notes_of = world.notes.set_index("note_id")["creator_id"]
    comments = blackmores.tables["comments"]
    comments = comments[comments["note_id"].map(notes_of).isin(honest)]
    asks = comments["text"].str.contains("？|吗|呀", regex=True) & comments["text"].str.contains("？")
    shares = {one.name: one.question_share for one in world.settings.personas}
    for persona, part in asks.groupby(comments["note_id"].map(who)):
        found = jeffreys_interval(part.sum(), len(part), level=0.99)
        assert holds(found.low, found.high, shares[persona])


# ------------------------------------------------------------------------- few notes each: shrinkage


def everyday_logs(world: World) -> pd.DataFrame:
    """Log likes of everyday image notes, and what each creator's truly come to on average."""
    notes = world.notes.query("scope == 'everyday' and format == 'image'")
    creators = world.creators.set_index("creator_id")
    truth = creators["level_log"] + creators["everyday_log"] + creators["like_log"] + creators["click_logit"]
    return notes.assign(log_likes=np.log(notes["likes"] + 0.5), truth=notes["creator_id"].map(truth))


def errors(world: World) -> tuple[float, float, pd.DataFrame]:
    notes = everyday_logs(world)
    fit = shrink_means(notes["log_likes"], groups=notes["creator_id"])
    by = notes.groupby("creator_id", sort=False)["truth"].first()
    frame = pd.DataFrame({"truth": by.to_numpy(), "raw": fit.mean, "shrunk": fit.shrunk}, index=by.index)
    centred = frame - frame.mean()
    raw, shrunk = (float(np.sqrt(np.square(centred[name] - centred["truth"]).mean())) for name in ("raw", "shrunk"))
    return raw, shrunk, centred


def test_drawing_few_notes_to_the_mean_of_all_is_nearer_the_truth() -> None:
    raw, shrunk = np.mean([errors(CASE.make_world(seed=seed))[:2] for seed in range(6)], axis=0)
    assert shrunk < 0.92 * raw


def test_stars_are_drawn_down_too_far_where_creators_are_of_two_kinds() -> None:
    missed = []
    for seed in range(6):
        world = CASE.make_world(seed=seed, misspecified=True)
        _, _, centred = errors(world)
        missed.append(centred.loc[centred.index.isin(world.creators.query("is_star")["creator_id"])])
    stars = pd.concat(missed)
    assert (stars["truth"] - stars["shrunk"]).mean() > 0.25 * stars["truth"].mean()
    assert abs((stars["truth"] - stars["raw"]).mean()) < 0.35


# ------------------------------------------------------------------------ a percentile of three notes


def newest_against_three(world: World) -> pd.DataFrame:
    """The newest everyday note of each creator, beside the three before it; nothing was planted among them."""
    notes = everyday_logs(world).sort_values("posted_at")
    last = notes.groupby("creator_id").tail(4)
    last = last[last.groupby("creator_id")["note_id"].transform("size").eq(4)]
    return last.assign(is_new=~last.duplicated("creator_id", keep="last"))


def test_a_percentile_of_three_notes_calls_one_in_four_a_hit_and_the_prediction_range_does_not() -> None:
    naive, taught = [], []
    for seed in range(12):
        last = newest_against_three(CASE.make_world(seed=seed))
        new, old = last[last["is_new"]], last[~last["is_new"]]
        best = old.groupby("creator_id")["likes"].max().reindex(new["creator_id"]).to_numpy()
        naive += list(new["likes"].to_numpy() > best)
        peers = fit_peers(old["likes"], creators=old["creator_id"], offset=0.5)
        predicted = predict_new_note(new["creator_id"], peers=peers, level=0.9, offset=0.5)
        found = compare_new_notes(new["likes"], predictions=predicted, level=0.9, offset=0.5)
        adjusted = benjamini_hochberg(found["tail_probability"].astype(float))
        taught += list((adjusted <= 0.1) & (found["ratio"].to_numpy(dtype=float) > 1))
    assert len(naive) > 100
    assert 0.18 < np.mean(naive) < 0.33
    assert np.mean(taught) < 0.02


# -------------------------------------------------------------------------------------- claims


def test_claims_of_a_cure_are_found_and_careful_drafts_left_alone(blackmores: Study) -> None:
    rules = content.choose_rules(blackmores.campaign)
    checked = content.check_drafts(blackmores.campaign, rules=rules)
    hits = checked.hits[checked.hits["file"].isin(list(DRAFTS))]
    told = hits.groupby("file")["rule"].agg(set)
    assert set(told.index) == {*CLAIMING, *UNMARKED}
    assert "cn.medical_claim" in told[CLAIMING[0]] & told[CLAIMING[1]]
    assert all(rule.endswith(".disclosure") for rule in told[UNMARKED[0]])


def test_paid_notes_of_the_world_are_the_campaigns(blackmores: Study) -> None:
    assert paid_notes(blackmores.world)["creator_id"].nunique() == 50 == len(blackmores.world.creators)
    assert blackmores.world.creators["persona"].value_counts().eq(10).all()
