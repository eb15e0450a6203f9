"""Who is left out, and by which rule: each rule counted, nobody left out for what is not known."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.thread.pool import Pool
from xhs_toolkit.thread.themes import fold, fold_all, has_any, join_texts, take_recent

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

MOST_TITLES: float = assume("sourcing.most_titles")

PRICES: Final = ["image_price_cny", "video_price_cny"]


class Tested(NamedTuple):
    """What one rule says of each creator: `fails` (False where not known), `known`, and the figure that counts."""

    fails: pd.Series
    known: pd.Series
    value: pd.Series


class Filtered(NamedTuple):
    """What `filter_pool` found.

    Attributes
    ----------
    creators : the creators given, with ``left_out_by`` (the first rule that leaves them out; missing for those who
        stay) and ``left_out_value`` (the figure it looked at, as text).
    rules : one row a rule: ``rule``, ``limit_text``, ``n_known``, ``n_unknown`` (nobody is left out for that),
        ``n_alone`` (would be left out by this rule alone), ``n_removed`` (left out by it and none before it).
    """

    creators: pd.DataFrame
    rules: pd.DataFrame


def filter_pool(
    creators: pd.DataFrame,
    *,
    pool: Pool,
    campaign: Campaign,
    as_of: pd.Timestamp,
) -> Filtered:
    """Apply the rules of ``sourcing`` in the order of `RULES`; a rule without a setting does not exist.

    Parameters
    ----------
    creators : the pool's creators (with the fit, if wanted) and a person's ``decision``: *drop* leaves out; *keep*
        overrules every rule.
    pool : the pool, for its notes.
    as_of : the day from which ``competitor_days`` are counted back.
    """
    said = creators["decision"].fillna("")
    left_out = pd.Series(None, index=creators.index, dtype="str")
    value = left_out.copy()
    rows = []
    for rule, limit, tested in _test_all(creators, pool, campaign, as_of, said):
        alone = tested.fails & said.ne("keep")
        first = alone & left_out.isna()
        left_out, value = left_out.mask(first, rule), value.mask(first, tested.value.astype("str"))
        n_known = int(tested.known.sum())
        rows.append((rule, limit, n_known, len(creators) - n_known, int(alone.sum()), int(first.sum())))
    columns = ["rule", "limit_text", "n_known", "n_unknown", "n_alone", "n_removed"]
    rules = pd.DataFrame(rows, columns=columns).astype({"rule": "str", "limit_text": "str"})
    return Filtered(creators.assign(left_out_by=left_out, left_out_value=value), rules)


def _test_all(
    creators: pd.DataFrame, pool: Pool, campaign: Campaign, as_of: pd.Timestamp, said: pd.Series
) -> list[tuple[str, str, Tested]]:
    tested = [("decision", "decisions.csv", Tested(said.eq("drop"), said.ne(""), said))] if said.ne("").any() else []
    settings = campaign.sourcing
    for rule, test in RULES.items():
        limit = getattr(settings, rule)
        if limit not in {None, ()}:
            text = ", ".join(map(str, limit)) if isinstance(limit, tuple) else f"{limit:,}"
            tested.append((rule, text, test(creators, pool, campaign, as_of)))
    return tested


def _test_number(values: pd.Series, fails: pd.Series) -> Tested:
    return Tested(fails & values.notna(), values.notna(), values.map("{:,.6g}".format))


def _test_bound(
    creators: pd.DataFrame, _: Pool, campaign: Campaign, __: pd.Timestamp, *, rule: str, column: str, is_out: Callable
) -> Tested:
    return _test_number(creators[column], is_out(creators[column], getattr(campaign.sourcing, rule)))


def _test_price(creators: pd.DataFrame, _: Pool, campaign: Campaign, __: pd.Timestamp) -> Tested:
    """The cheaper of the formats offered."""
    price = creators[PRICES].where(creators[PRICES] > 0).min(axis=1)
    return _test_number(price, price > campaign.sourcing.max_price_cny)


def _test_places(creators: pd.DataFrame, _: Pool, campaign: Campaign, __: pd.Timestamp) -> Tested:
    place = fold_all(creators["place"])
    wanted = [fold(name).strip() for name in campaign.sourcing.places]
    inside = np.logical_or.reduce([place.str.contains(name, regex=False).to_numpy(dtype=bool) for name in wanted])
    known = creators["place"].notna()
    return Tested(known & ~inside, known, creators["place"].fillna(""))


def _test_paid_share(creators: pd.DataFrame, pool: Pool, campaign: Campaign, _: pd.Timestamp) -> Tested:
    """Paid notes over all notes of the account; without these counts, of the notes read whose scope is known."""
    scope = pool.notes["scope"]
    read = scope.eq("paid").astype(float).where(scope.notna()).groupby(pool.notes["creator_key"]).agg(["mean", "count"])
    is_mixed = read["mean"].lt(1) & read["count"].gt(0)  # an export of cooperations alone says nothing of the share
    share = (creators["n_paid_notes"] / creators["n_notes"].where(creators["n_notes"] > 0)).clip(upper=1)
    share = share.fillna(creators["creator_key"].map(read["mean"].where(is_mixed)))
    return _test_number(share, share > campaign.sourcing.max_paid_share)


def _test_languages(creators: pd.DataFrame, pool: Pool, campaign: Campaign, _: pd.Timestamp) -> Tested:
    notes = take_recent(pool.notes)
    language = find_language(notes["title"])
    fits = language.isin(campaign.sourcing.note_languages).where(language.notna()).astype(float)
    share = creators["creator_key"].map(fits.groupby(notes["creator_key"]).mean())
    return _test_number(share, share <= MOST_TITLES)


def find_language(titles: pd.Series) -> pd.Series:
    """``zh`` for a title with a Chinese character, ``en`` for one with three Latin letters, missing otherwise.

    >>> find_language(pd.Series(["周末 hike", "Day walks", "!!", None])).tolist()
    ['zh', 'en', nan, nan]
    """
    text = titles.astype("str").fillna("")
    is_zh = text.str.contains("[\u3400-\u9fff]", regex=True)
    is_en = text.str.count("[A-Za-z]").ge(3)
    return pd.Series(np.select([is_zh, is_en], ["zh", "en"], default=""), index=titles.index, dtype="str").replace(
        "", None
    )


def _test_competitors(creators: pd.DataFrame, pool: Pool, campaign: Campaign, as_of: pd.Timestamp) -> Tested:
    """Whether a note of the last days names a competitor; the newest such title is shown."""
    since = as_of - pd.Timedelta(days=campaign.sourcing.competitor_days)
    read = pool.notes[["creator_key", "posted_at", "title", "tags", "text"]]
    notes = read[read["posted_at"].between(since, as_of)]
    named = notes[has_any(campaign.sourcing.competitors, fold_all(join_texts(notes)))]
    newest = named.sort_values("posted_at", kind="stable").drop_duplicates("creator_key", keep="last")
    titles = newest.set_index("creator_key")["title"].fillna("—")
    title = creators["creator_key"].map(titles)
    is_read = pd.Index(notes["creator_key"].unique()).get_indexer(creators["creator_key"]) >= 0
    return Tested(title.notna(), pd.Series(is_read, index=creators.index), title.astype("str").fillna(""))


Test = Callable[[pd.DataFrame, Pool, "Campaign", pd.Timestamp], Tested]
RULES: Final[dict[str, Test]] = {
    "min_followers": partial(_test_bound, rule="min_followers", column="followers", is_out=operator.lt),
    "max_followers": partial(_test_bound, rule="max_followers", column="followers", is_out=operator.gt),
    "min_fan_growth": partial(_test_bound, rule="min_fan_growth", column="fan_growth_30d", is_out=operator.lt),
    "places": _test_places,
    "note_languages": _test_languages,
    "max_price_cny": _test_price,
    "max_paid_share": _test_paid_share,
    "competitors": _test_competitors,
}
"""The rules in their order, each named as its setting under ``sourcing``; a person's decision comes before them."""
