"""Each check on a pool of ordinary creators in which one is not: flagged, passed, or not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_creators import NOW, check, make_tables

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.people import Limit, Vetting
from xhs_toolkit.tables import TABLES, conform
from xhs_toolkit.vetting import CHECKS
from xhs_toolkit.vetting.judge import REASONS, VERDICTS

Tables = dict[str, pd.DataFrame]


def verdict(tables: Tables, name: str, place: int = 0, **settings: object) -> str:
    campaign = Campaign(folder=Path("nowhere"), **settings)
    return VERDICTS[check(tables, campaign=campaign)[1].judged[name].verdict[place]]


def change(tables: Tables, table: str, creator: str, **columns: object) -> Tables:
    """The same tables with columns of one creator's rows changed; a function is applied to them."""
    rows = tables[table]
    here = rows["creator_id"].eq(creator)
    for name, value in columns.items():
        rows = rows.assign(**{name: rows[name].mask(here, value(rows[name]) if callable(value) else value)})
    return {**tables, table: rows}


def test_an_ordinary_pool_has_no_flag() -> None:
    _, checked = check(make_tables())
    assert not sum((each.verdict == 2).sum() for each in checked.judged.values())


def test_what_no_file_holds_is_not_known_and_never_flagged() -> None:
    _, checked = check(make_tables())
    for name in ("active_fans", "suspected_fans", "paid_drop", "reply_rate", "repeated_comments", "video_price"):
        judged = checked.judged[name]
        assert set(judged.verdict) == {0}, name
        assert {REASONS[each] for each in judged.reason} == {"not_measured"}, name
        assert np.isnan(judged.standing).all(), name
    assert set(checked.judged) == {each.name for each in CHECKS}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("engagement", {"likes": lambda each: each / 200, "collects": 0.0, "comments": 0.0}),
        ("evenness", {"likes": 100.0, "collects": 13.0, "comments": 4.0}),
        ("saves", {"collects": lambda each: each * 30}),
        ("comment_ratio", {"comments": lambda each: each * 60 + 40}),
    ],
)
def test_unlike_its_peers_is_flagged_alone(name: str, columns: dict) -> None:
    tables = change(make_tables(), "notes", "c000", **columns)
    creators, checked = check(tables)
    flagged = creators["creator_key"][checked.judged[name].verdict == 2].tolist()
    assert flagged == ["c000"]


def test_a_figure_of_few_notes_is_drawn_to_the_peers() -> None:
    """Three notes with a tenth of the engagement say less than twelve; two say nothing."""
    judged = {}
    for n in (2, 3, 12):
        tables = make_tables()
        rows = tables["notes"]
        kept = rows["creator_id"].ne("c000") | (rows.groupby("creator_id").cumcount() < n)
        tables = change({**tables, "notes": rows[kept]}, "notes", "c000", likes=4.0, collects=1.0, comments=0.0)
        judged[n] = check(tables)[1].judged["engagement"]
    assert VERDICTS[judged[2].verdict[0]] == "unknown"
    assert REASONS[judged[2].reason[0]] == "too_little"
    assert judged[3].deviations[0] > judged[12].deviations[0]
    assert judged[3].standing[0] >= judged[12].standing[0]
    assert (judged[3].n[0], judged[12].n[0]) == (3, 12)


def test_too_few_peers_say_nothing() -> None:
    judged = check(make_tables(6))[1].judged["engagement"]
    assert {VERDICTS[each] for each in judged.verdict} == {"unknown"}
    assert {REASONS[each] for each in judged.reason} == {"too_few_peers"}


def test_a_limit_of_the_campaign_replaces_that_of_the_peers_and_names_its_source() -> None:
    tables = change(make_tables(6), "creators", "c000", reply_rate_48h=0.4)
    limits = (Limit(check="reply_rate", low=0.5, source="agency practice"),)
    campaign = Campaign(folder=Path("nowhere"), vetting=Vetting(limits=limits))
    judged = check(tables, campaign=campaign)[1].judged["reply_rate"]
    assert VERDICTS[judged.verdict[0]] == "flag"
    assert (judged.low[0], judged.source) == (0.5, "agency practice")
    assert set(judged.verdict[1:]) == {0}


# ---------------------------------------------------------------------------------- fans and growth


def with_counts(tables: Tables, creator: str, logs: list[float], *, hit_on: int | None = None) -> Tables:
    """Weekly counts: everybody grows by about a thousandth a week, `creator` as given."""
    weeks, rng = len(logs), np.random.default_rng(4)
    rows = []
    for key in tables["creators"]["creator_id"]:
        steps = np.cumsum(rng.gamma(2, 0.0005, weeks)) if key != creator else np.array(logs)
        moments = NOW - pd.to_timedelta(7 * (weeks - 1 - np.arange(weeks)), unit="D")
        rows.append(pd.DataFrame({"creator_id": key, "as_of": moments, "followers": 5_000 * np.exp(steps)}))
    counts = conform(pd.concat(rows, ignore_index=True), TABLES["follower_counts"])
    if hit_on is None:
        return {**tables, "follower_counts": counts}
    hit = tables["notes"][tables["notes"]["creator_id"].eq(creator)].head(1)
    hit = hit.assign(note_id="hit", likes=9_000.0, posted_at=NOW - pd.Timedelta(days=7 * hit_on + 1))
    return {**tables, "follower_counts": counts, "notes": pd.concat([tables["notes"], hit], ignore_index=True)}


JUMP = [0.0, 0.001, 0.002, 0.3, 0.301, 0.302, 0.303, 0.304]


def test_a_jump_of_the_following_is_flagged_unless_a_hit_note_explains_it() -> None:
    tables = make_tables()
    tables = {**tables, "creators": tables["creators"].assign(followers=np.nan)}
    assert verdict(with_counts(tables, "c000", JUMP), "fan_jump") == "flag"
    assert verdict(with_counts(tables, "c000", JUMP, hit_on=5), "fan_jump") == "pass"
    assert verdict(with_counts(tables, "c000", JUMP[:3]), "fan_jump") == "unknown", "two steps tell nothing"


def test_weak_signs_that_point_the_same_way_are_flagged_together() -> None:
    """Each of four shares two deviations off: none is flagged alone."""
    rng = np.random.default_rng(2)
    tables = make_tables(200)
    shares = ("active_fan_share", "reading_fan_share", "engaged_fan_share", "suspected_fan_share")
    logit = {name: rng.normal(-1, 0.4, 200) for name in shares}
    for name, values in logit.items():
        values[0] = -1 + 0.4 * (2.4 if name.startswith("suspected") else -2.4)
    columns = {name: 1 / (1 + np.exp(-values)) for name, values in logit.items()}
    judged = check({**tables, "creators": tables["creators"].assign(**columns)})[1].judged
    assert [VERDICTS[judged[name].verdict[0]] for name in ("active_fans", "reading_fans", "engaged_fans")] == [
        "pass"
    ] * 3
    assert VERDICTS[judged["suspected_fans"].verdict[0]] == "pass"
    assert VERDICTS[judged["followers_together"].verdict[0]] == "flag"
    assert (judged["followers_together"].verdict == 2).sum() <= 4
    assert np.isnan(judged["followers_together"].n).all(), "the number of signs is no number of notes"


# ------------------------------------------------------------------------------------ paid and prices


def with_medians(tables: Tables, ratio: dict[str, float]) -> Tables:
    """Everyday medians near 1,000 and paid ones at `ratio` of them (by default 0.8, a little apart)."""
    rng = np.random.default_rng(1)
    keys = tables["creators"]["creator_id"]
    usual = pd.DataFrame({"creator_id": keys, "as_of": NOW, "format": "image", "window_days": 90.0, "n_notes": 20.0})
    figures = {f"{name}_median": np.round(size * np.exp(rng.normal(0, 0.3, len(keys)))) for name, size in SIZES.items()}
    everyday = usual.assign(scope="everyday", **figures)
    factor = keys.map(ratio).fillna(pd.Series(0.8 * np.exp(rng.normal(0, 0.15, len(keys))), index=keys.index))
    paid = usual.assign(scope="paid", **{name: np.round(values * factor) for name, values in figures.items()})
    both = pd.concat([everyday, paid], ignore_index=True).assign(source="dandelion_creators")
    return {**tables, "baselines": conform(both, TABLES["baselines"])}


SIZES = {"exposure": 12_000.0, "views": 1_000.0, "engagement": 100.0}


def test_paid_notes_far_behind_everyday_ones_are_flagged() -> None:
    tables = with_medians(make_tables(), {"c000": 0.02})
    assert verdict(tables, "paid_drop") == "flag"
    assert verdict(tables, "paid_drop", place=1) == "pass"


def test_the_same_figures_under_both_scopes_say_nothing_of_the_paid_ones() -> None:
    tables = with_medians(make_tables(), {"c000": 1.0})
    assert verdict(tables, "scope_agreement") == "flag"
    assert verdict(tables, "paid_drop") == "unknown"
    assert verdict(tables, "scope_agreement", place=1) == "pass"
    line = check(tables, campaign=Campaign(folder=Path("nowhere")))[1].judged["scope_agreement"]
    assert np.isnan([line.figures, line.n]).all(), "yes or no is no figure, and rests on no count"


@pytest.mark.parametrize(
    ("n", "price", "expected"), [(40, 4_000.0, "flag"), (12, 1_001.0, "flag"), (12, 999.0, "pass")]
)
def test_prices_are_held_against_the_pool_or_where_it_is_small_the_card(n: int, price: float, expected: str) -> None:
    """5,000 followers: the card says 200–1,000 RMB for an image note."""
    tables = change(make_tables(n), "creators", "c000", image_price_cny=price)
    _, checked = check(tables)
    judged = checked.judged["image_price"]
    assert VERDICTS[judged.verdict[0]] == expected
    assert judged.source == ("pool_peers" if n >= 30 else "rate_card")
    row = checked.prices.query("creator_key == 'c000'").iloc[0]
    assert row["price_cny"] / row["expected_cny"] == pytest.approx(row["price_ratio"])


def test_a_video_is_expected_to_cost_more_and_no_offer_is_no_price() -> None:
    tables = make_tables(12)
    creators = tables["creators"].assign(image_price_cny=500.0, video_price_cny=500.0)
    creators.loc[0, "video_price_cny"] = 0.0
    prices = check({**tables, "creators": creators})[1].prices
    middle = prices.groupby("format")["expected_cny"].median()
    assert middle["video"] / middle["image"] == pytest.approx(1.0, abs=0.35)
    card = prices.groupby("format")["card_high_cny"].first()
    assert card["video"] / card["image"] == pytest.approx(1.33, abs=0.05)
    assert prices["format"].value_counts().to_dict() == {"image": 12, "video": 11}


def test_what_the_platform_says_of_the_account_counts() -> None:
    tables = change(make_tables(), "creators", "c000", health_level="异常")
    tables = change(tables, "creators", "c001", health_level="优秀", place="上海")
    assert verdict(tables, "health") == "flag"
    assert verdict(tables, "health", place=1) == "pass"
    assert verdict(tables, "health", place=2) == "unknown"
    assert verdict(tables, "place", place=1, sourcing={"places": ["奥克兰"]}) == "flag"
    assert verdict(tables, "place", place=2, sourcing={"places": ["奥克兰"]}) == "unknown"


# ------------------------------------------------------------------------------------------ comments


def with_comments(tables: Tables, texts: dict[str, list[str]], authors: dict[str, list[str]]) -> Tables:
    """Forty comments a creator, each by somebody else and in other words, unless given."""
    rows = []
    for key, notes in tables["notes"].groupby("creator_id")["note_id"]:
        said = texts.get(key, [f"这条路线很适合周末{key}{number}" for number in range(40)])
        by = authors.get(key, [f"{key}-{number}" for number in range(len(said))])
        note = np.resize(notes.to_numpy(), len(said))
        ids = [f"{key}{number}" for number in range(len(said))]
        rows.append(pd.DataFrame({"comment_id": ids, "note_id": note, "author_key": by, "text": said}))
    return {**tables, "comments": conform(pd.concat(rows, ignore_index=True).assign(source="x"), TABLES["comments"])}


def test_the_same_words_again_and_again_are_flagged_and_short_ones_are_not() -> None:
    tables = make_tables()
    same = ["姐妹写得太好了必须支持！"] * 20 + [f"在哪里可以停车呢{number}" for number in range(20)]
    assert verdict(with_comments(tables, {"c000": same}, {}), "repeated_comments") == "flag"
    short = ["好看"] * 20 + same[20:]
    assert verdict(with_comments(tables, {"c000": short}, {}), "repeated_comments") == "pass"
    assert verdict(with_comments(tables, {"c000": same[:10]}, {}), "repeated_comments") == "unknown"


def test_people_who_comment_on_several_creators_are_flagged() -> None:
    circle = [f"friend-{number % 10}" for number in range(40)]
    tables = with_comments(make_tables(), {}, dict.fromkeys(("c000", "c001", "c002"), circle))
    for place in range(3):
        assert verdict(tables, "shared_commenters", place=place) == "flag"
    assert verdict(tables, "shared_commenters", place=3) == "pass"
