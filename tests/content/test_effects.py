"""What works here: planted effects are found within creators, and a plain mean does not find them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.content_effects import make_notes
from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.content.effects import MIN_CREATORS, estimate_effects, keep_settled, list_features
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.metrics import add_engagement
from xhs_toolkit.stats import make_rng
from xhs_toolkit.thread import add_theme


def find(effects: pd.DataFrame, dimension: str, group: str) -> pd.Series:
    return effects[effects["dimension"].eq(dimension) & effects["group"].eq(group)].iloc[0]


@pytest.mark.parametrize(("ratio", "verdict"), [(2.0, "goes_with_more"), (0.5, "goes_with_less")])
def test_a_planted_effect_is_found_and_the_plain_mean_misleads(ratio: float, verdict: str) -> None:
    notes = make_notes(make_rng(3), n_creators=60, n_notes=20, ratio=ratio)
    theme = find(estimate_effects(notes), "theme", "a")
    assert theme["engagement_ratio_low"] < ratio < theme["engagement_ratio_high"]
    assert theme["verdict"] == verdict
    assert not theme["engagement_ratio_low"] < theme["plain_ratio"] < theme["engagement_ratio_high"]
    assert theme["plain_ratio"] > 1.5 * ratio


def test_without_an_effect_a_difference_is_seldom_named_and_the_plain_mean_always_shows_one() -> None:
    pools = [
        find(estimate_effects(make_notes(make_rng(seed), n_creators=20, n_notes=12, ratio=1.0)), "theme", "a")
        for seed in range(30)
    ]
    table = pd.DataFrame(pools)
    assert table["verdict"].ne("no_difference").mean() <= 0.2
    assert (table["engagement_ratio_low"].le(1) & table["engagement_ratio_high"].ge(1)).mean() >= 0.77
    assert table["plain_ratio"].min() > 1.5


def test_the_estimate_and_its_jackknife_are_those_of_plain_least_squares() -> None:
    """Against dummies for each creator and a refit without each, by hand."""
    notes = make_notes(make_rng(5), n_creators=7, n_notes=9, ratio=1.5).assign(
        scope=["paid", "everyday", "everyday"] * 21
    )
    theme = find(estimate_effects(notes), "theme", "a")
    frame = notes.assign(x=notes["theme"].notna(), y=np.log1p(notes["engagement"]))
    share = frame.groupby("creator_id")["x"].transform("mean")
    frame = frame[share.gt(0) & share.lt(1)]

    def fit(part: pd.DataFrame) -> float:
        dummies = pd.get_dummies(part["creator_id"]).to_numpy(dtype=float)
        others = [part["format"].eq("video"), part["scope"].eq("paid")]
        design = np.column_stack([part["x"].astype(float), *others, dummies]).astype(float)
        return float(np.linalg.lstsq(design, part["y"].to_numpy(dtype=float), rcond=None)[0][0])

    names = frame["creator_id"].unique()
    left_out = np.array([fit(frame[frame["creator_id"] != name]) for name in names])
    whole = fit(frame)
    error = np.sqrt((len(names) - 1) / len(names) * np.square(left_out - whole).sum())
    assert theme["n_creators"] == len(names)
    assert np.log(theme["engagement_ratio"]) == pytest.approx(whole)
    from scipy import stats

    half = stats.t.ppf(0.95, len(names) - 1) * error
    assert np.log(theme["engagement_ratio_high"]) == pytest.approx(whole + half)


def test_big_accounts_do_not_decide() -> None:
    """Multiplying every note of one creator by a thousand changes the plain mean and not the answer."""
    notes = make_notes(make_rng(8), n_creators=12, n_notes=15, ratio=1.0).assign(
        engagement=lambda n: n["engagement"] + 1e6
    )
    eager = notes["theme"].notna().groupby(notes["creator_id"]).mean().idxmax()
    big = notes.assign(engagement=notes["engagement"].mask(notes["creator_id"].eq(eager), notes["engagement"] * 1_000))
    one, other = (find(estimate_effects(each), "theme", "a") for each in (notes, big))
    assert one["engagement_ratio"] == pytest.approx(other["engagement_ratio"], rel=1e-4)
    assert one["plain_ratio"] != pytest.approx(other["plain_ratio"], rel=0.05)


def test_too_few_creators_or_notes_give_no_number() -> None:
    few = make_notes(make_rng(1), n_creators=MIN_CREATORS - 1, n_notes=30, ratio=3.0)
    row = find(estimate_effects(few), "theme", "a")
    assert (row["verdict"], row["engagement_ratio_reason"]) == ("not_known", "too_few_creators")
    assert np.isnan(row["engagement_ratio"])
    rare = make_notes(make_rng(1), n_creators=9, n_notes=10, ratio=1.0)
    rare = rare.assign(theme=np.where(np.arange(len(rare)) % 10 == 0, "a", None))
    assert find(estimate_effects(rare), "theme", "a")["engagement_ratio_reason"] == "too_few_notes"


def test_a_theme_that_only_paid_notes_have_cannot_be_told_from_paying() -> None:
    notes = make_notes(make_rng(2), n_creators=10, n_notes=10, ratio=1.0)
    paid = notes.assign(scope=np.where(notes["theme"].notna(), "paid", "everyday"))
    assert find(estimate_effects(paid), "theme", "a")["engagement_ratio_reason"] == "not_separable"


def test_exploration_is_kept_apart() -> None:
    effects = estimate_effects(make_notes(make_rng(4), n_creators=20, n_notes=15, ratio=1.0))
    main = effects[effects["family"].eq("main")]
    assert set(main["dimension"]) == {"theme", "format"}
    assert set(effects.loc[effects["family"].eq("exploration"), "dimension"]) >= {"hours", "weekday"}
    assert (main["q_value"] >= main["p_value"]).all()


def test_young_notes_are_left_out() -> None:
    notes = make_notes(make_rng(6), n_creators=3, n_notes=4, ratio=1.0)
    young = notes.assign(as_of=notes["posted_at"] + pd.to_timedelta(np.where(notes.index < 5, 3, 40), "D"))
    assert len(keep_settled(young)) == len(notes) - 5
    assert len(
        keep_settled(notes.assign(as_of=pd.Series(pd.NaT, index=notes.index, dtype="datetime64[us, UTC]")))
    ) == len(notes), "an unknown age is not a young one"


def test_hours_are_those_of_beijing_and_what_is_not_known_is_missing() -> None:
    posted = pd.to_datetime(["2026-08-01T23:30Z", "2026-08-01T12:00Z", None])
    notes = pd.DataFrame(
        {"theme": None, "format": None, "posted_at": posted, "title": ["Why?", "3条路线", None], "tags": None}
    )
    found = list_features(notes.astype({"title": "str", "tags": "str", "theme": "str", "format": "str"}))
    assert found[("hours", "hours_morning")].tolist() == [True, False, pd.NA]
    assert found[("weekday", "weekend")].tolist() == [True, True, pd.NA], "07:30 on Sunday in Beijing"
    assert found[("title_shape", "title_number")].tolist() == [False, True, pd.NA]
    assert found[("tag_number", "many_tags")].isna().all()


def test_a_day_without_a_time_tells_no_hour() -> None:
    notes = make_notes(make_rng(1), n_creators=2, n_notes=2, ratio=1.0).assign(posted_precision="date")
    found = list_features(notes)
    assert all(found[key].isna().all() for key in found if key[0] == "hours")
    assert found[("weekday", "weekend")].notna().all()


def test_no_notes_give_no_rows() -> None:
    notes = make_notes(make_rng(1), n_creators=2, n_notes=2, ratio=1.0)
    assert estimate_effects(notes.iloc[:0]).empty


def test_real_notes_of_two_dozen_creators_are_compared(real_data: Path, tmp_path: Path) -> None:
    """Several thousand genuine notes: every creator counts, and a plain mean says something else."""
    shutil.copytree(real_data, tmp_path / "data")
    text = "themes:\n  - {name: food, keywords: [美食, 探店, 餐厅, 好吃]}\n"
    (tmp_path / "campaign.yaml").write_text(text, encoding="utf-8")
    campaign = read_campaign(tmp_path)
    exports = read_exports(tmp_path / "data", campaign=campaign)
    notes = add_engagement(make_latest(exports.tables["notes"])).pipe(add_theme, themes=campaign.themes)
    settled = keep_settled(notes)
    food = find(estimate_effects(settled), "theme", "food")
    assert len(settled) > 2_500
    assert food["n_creators"] > 20
    assert food["engagement_ratio_low"] < food["engagement_ratio"] < food["engagement_ratio_high"]
    assert food["plain_ratio"] > food["engagement_ratio"]
