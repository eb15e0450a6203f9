"""Which notes to boost: every branch of the answer, what must always hold, and whether it pays on planted notes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from boosting_frames import (
    NO_AD_DAYS,
    NOTHING,
    make_ads,
    make_campaign,
    make_compared,
    make_notes,
    make_spent,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from xhs_toolkit.boosting import Boosts, choose_boosts, plan_boosts

NOTES = make_notes(12)
SIGNALS = np.linspace(-2.0, 2.0, 12)
ADS = make_ads(NOTES.head(6), clicks=[150.0, 170, 190, 210, 230, 250])


def plan(notes: pd.DataFrame = NOTES, *, log_ratio: object = SIGNALS, campaign=None, **given_: object) -> Boosts:
    plain = {
        "own": make_compared(notes, log_ratio),
        "topic": NOTHING,
        "ad_days": ADS,
        "ledger": make_spent(),
        "campaign": campaign or make_campaign(),
    }
    return plan_boosts(notes, **plain | given_)


def codes(found: Boosts) -> list[str]:
    return [finding.code for finding in (*found.findings, *found.details)]


def values(found: Boosts, code: str) -> dict:
    return next(dict(each.values) for each in (*found.findings, *found.details) if each.code == code)


def test_the_best_notes_get_a_step_each_as_far_as_the_budget_goes() -> None:
    found = plan(campaign=make_campaign(budget_cny=6_600.0))
    assert found.answer.code == "boosting.recommended"
    told = dict(found.answer.values)
    assert (told["n_chosen"], told["amount_cny"]) == (3, 1_500.0)
    assert found.remaining_cny == 1_600.0
    chosen = found.notes[found.notes["is_recommended"]]
    assert chosen["kind_ratio"].min() >= found.notes.loc[~found.notes["is_recommended"], "kind_ratio"].max()
    total = found.expected.iloc[0]
    assert total["extra_results"] == pytest.approx(chosen["extra_results"].sum())
    assert total["extra_results_low"] < total["extra_results"] < total["extra_results_high"]


def test_a_notes_own_ads_count_more_than_its_signal() -> None:
    """The sixth note has a middling signal and brought 250 clicks for 100 RMB."""
    best = plan().notes.set_index("note_id").loc["n005"]
    assert best["rests_on"] == "own_ads"
    assert best["per_100_rmb"] == pytest.approx(250, rel=0.02)
    strangers = plan().notes.set_index("note_id").loc["n011"]
    assert strangers["rests_on"] == "signal"
    assert strangers["per_100_rmb_high"] / strangers["per_100_rmb_low"] > 1.5


def test_notes_below_their_kinds_average_are_no_candidates() -> None:
    found = plan()
    assert (found.candidates["kind_ratio"] >= 1).all()
    assert len(found.candidates) < len(found.notes)


def test_a_note_whose_ads_should_stop_is_no_candidate() -> None:
    fading = np.tile([250.0, 250, 250, 250, 250, 250], (6, 2))
    fading[5, 9:] = 60
    found = plan(ad_days=make_ads(NOTES.head(6), clicks=fading, n_days=12))
    assert found.running.set_index("note_id").loc["n005", "advice"] == "stop"
    assert "n005" not in set(found.candidates["note_id"])
    assert values(found, "boosting.running")["n_stop"] == 1


TOO_YOUNG = make_compared(NOTES, np.nan, reason="no_same_age")


@pytest.mark.parametrize(
    ("given_", "code", "reason"),
    [
        ({"campaign": make_campaign(budget_cny=None)}, "boosting.budget_unknown", "no_budget"),
        ({"ledger": make_spent(None)}, "boosting.budget_unknown", "no_fees"),
        ({"ledger": make_spent(lost=9.0)}, "boosting.budget_unknown", "no_rate"),
        ({"campaign": make_campaign(budget_cny=4_000.0)}, "boosting.budget_spent", None),
        ({"campaign": make_campaign(budget_cny=5_200.0)}, "boosting.budget_small", None),
        ({"log_ratio": -1.0, "ad_days": NO_AD_DAYS}, "boosting.none_better", None),
        ({"own": TOO_YOUNG, "ad_days": NO_AD_DAYS}, "boosting.not_measured", "no_same_age"),
        ({"own": NOTHING, "ad_days": NO_AD_DAYS}, "boosting.not_measured", "not_measured"),
    ],
)  # fmt: skip
def test_when_nothing_is_recommended_it_is_said_why(given_: dict, code: str, reason: str | None) -> None:
    found = plan(**given_)
    assert found.answer.code == code
    assert dict(found.answer.values).get("reason") == reason
    assert not found.notes["is_recommended"].any()
    assert found.expected.empty


def test_without_ads_the_agencys_cost_counts_and_is_named() -> None:
    found = plan(ad_days=NO_AD_DAYS)
    assert found.answer.code == "boosting.recommended"
    assert values(found, "boosting.yield_agency")["source"] == "analyst's choice"
    assert {"boosting.no_ads", "boosting.correlation_set"} <= set(codes(found))
    assert "boosting.yield_own" not in codes(found)


def test_every_answer_says_that_response_curves_are_not_known() -> None:
    for found in (plan(), plan(ad_days=NO_AD_DAYS), plan(campaign=make_campaign(budget_cny=None))):
        assert codes(found)[-1] == "boosting.no_curve"


def test_where_nothing_was_measured_nothing_more_is_said() -> None:
    found = plan(own=NOTHING, ad_days=NO_AD_DAYS)
    assert (found.findings, found.details, len(found.kinds)) == ((), (), 0)
    with_ads = plan(own=TOO_YOUNG, ad_days=make_ads(NOTES.head(2), clicks=0.5, n_days=1))
    assert "boosting.yield_agency" in codes(with_ads)


def test_ads_that_ended_and_missing_fees_are_said() -> None:
    later = NOTES.assign(as_of=NOTES["as_of"] + pd.Timedelta(days=30), content_cny=[np.nan, *[500.0] * 11])
    found = plan(later)
    assert values(found, "boosting.nothing_runs")["last_date"].startswith("2026-08-08")
    assert values(found, "boosting.fees_missing")["n_notes"] == 1
    assert found.running.empty


def test_image_and_video_are_ranked_by_how_much_better_than_their_own_kind() -> None:
    """A play costs a tenth of a click: it must not push every image note out, nor be added to views."""
    videos = make_notes(12, form="video", first=12)
    ads = pd.concat(
        [ADS, make_ads(videos.head(6), clicks=[1_500.0, 1_700, 1_900, 2_100, 2_300, 2_500], kind="video_feed")],
        ignore_index=True,
    )
    notes = pd.concat([NOTES, videos], ignore_index=True)
    found = plan(notes, log_ratio=np.tile(SIGNALS, 2), ad_days=ads, campaign=make_campaign(budget_cny=9_000.0))
    chosen = found.notes[found.notes["is_recommended"]]
    assert set(chosen["format"]) == {"image", "video"}
    assert found.expected["placement"].tolist() == ["feed", "video_feed"]


def test_nothing_given_is_changed() -> None:
    notes, ads = NOTES.copy(), ADS.copy()
    plan(notes, ad_days=ads)
    pd.testing.assert_frame_equal(notes, NOTES)
    pd.testing.assert_frame_equal(ads, ADS)


def test_a_campaign_without_notes_is_no_failure() -> None:
    found = plan(NOTES.head(0), log_ratio=[], ad_days=NO_AD_DAYS)
    assert found.answer.code == "boosting.not_measured"


# ------------------------------------------------------------------------------------ what always holds


MONEY = st.floats(0, 30_000)
JUDGED = plan().notes.drop(columns=["is_candidate", "is_recommended", "amount_cny", "extra_results"])


@settings(max_examples=30, deadline=None)
@given(MONEY, MONEY, st.floats(50, 3_000), st.sets(st.sampled_from(list(JUDGED["note_id"]))))
def test_never_over_budget_and_more_budget_never_brings_less(one, other, step, stopped) -> None:
    totals = []
    for money in sorted([one, other]):
        left = {"remaining_cny": money, "step_cny": step, "stopped": pd.Series(sorted(stopped), dtype="str")}
        chosen = choose_boosts(JUDGED, **left)
        assert chosen["amount_cny"].sum() <= money + 1e-6
        assert not stopped & set(chosen.loc[chosen["is_recommended"], "note_id"])
        totals.append(chosen["extra_results"].sum())
    assert totals[0] <= totals[1] + 1e-6


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(random) -> None:
    orders = [random.sample(range(len(frame)), len(frame)) for frame in (NOTES, ADS, make_compared(NOTES, SIGNALS))]
    own = make_compared(NOTES, SIGNALS).iloc[orders[2]]
    shuffled = plan_boosts(
        NOTES.iloc[orders[0]],
        own=own,
        topic=NOTHING,
        ad_days=ADS.iloc[orders[1]],
        ledger=make_spent(),
        campaign=make_campaign(),
    )
    pd.testing.assert_frame_equal(shuffled.notes, plan().notes)
    pd.testing.assert_frame_equal(shuffled.running, plan().running)


# ------------------------------------------------------------------------------------ planted campaigns


def test_the_recommended_bring_more_than_as_many_at_random_or_the_biggest() -> None:
    """Truth: a note's quality moves its early views (beside heavy-tailed chance) and what ads bring it."""
    rng = np.random.default_rng(7)
    gains = {"random": [], "biggest": []}
    for _ in range(8):
        quality, size = 0.5 * rng.standard_normal(40), rng.permutation(40)
        notes = make_notes(40)
        early = 1.5 * quality + 0.7 * rng.standard_t(4, 40)
        per_100 = 180 * np.exp(0.6 * quality)
        tried = rng.choice(40, 8, replace=False)
        ads = make_ads(notes.iloc[tried], clicks=rng.poisson(per_100[tried, None], (8, 6)))
        found = plan(notes, log_ratio=early, ad_days=ads, campaign=make_campaign(budget_cny=9_100.0))
        chosen = found.notes.loc[found.notes["is_recommended"], "note_id"].str[1:].astype(int)
        assert len(chosen) == 8
        brought = per_100[chosen].mean()
        gains["random"].append(brought / per_100.mean())
        gains["biggest"].append(brought / per_100[np.argsort(size)[-8:]].mean())
    for others in gains.values():
        assert np.mean(others) > 1.15
        assert np.mean(np.array(others) > 1) > 0.9


def test_the_expected_range_holds_what_ads_then_bring() -> None:
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(9):
        notes = make_notes(16)
        rates = 180 * np.exp(0.3 * rng.standard_normal(16))
        ads = make_ads(notes.head(8), clicks=rng.poisson(rates[:8, None], (8, 6)))
        found = plan(notes, log_ratio=0.5 * rng.standard_normal(16), ad_days=ads).notes.set_index("note_id")
        untried = found.loc[notes["note_id"].iloc[8:]]
        brought = rng.poisson(rates[8:] * 5) / 5
        inside += list((untried["per_100_rmb_low"] <= brought) & (brought <= untried["per_100_rmb_high"]))
    assert 0.8 <= np.mean(inside) <= 0.97
