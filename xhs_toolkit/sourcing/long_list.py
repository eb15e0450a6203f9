"""The long list: the pool, ordered by fit, without those whom a rule leaves out; and those rules."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.decisions import Decisions, add_decisions, match_decisions
from xhs_toolkit.findings import Finding
from xhs_toolkit.sourcing.fit import FIT_PARTS, score_fit
from xhs_toolkit.thread import start_thread
from xhs_toolkit.thread.pool import Pool, make_pool
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


MAX_NAMED: Final = 6


class LongList(NamedTuple):
    """What `make_long_list` found.

    Attributes
    ----------
    pool : every creator, its conflicts and its notes.
    chosen : the long list, best fit first: columns of `fit.score_fit`.
    left_out : everybody else, with ``left_out_by`` and ``left_out_value``.
    rules : one row a rule, see `Filtered`.
    as_of : the newest moment of the data.
    decisions : a person's, each matched to a creator of the pool; ``creator_id`` is the ``creator_key``.
    thread : everybody of the pool, with the rule that left whom out.
    answer, findings : what to say.
    refusal : why there is no list; None where there is one.
    """

    pool: Pool
    chosen: pd.DataFrame
    left_out: pd.DataFrame
    rules: pd.DataFrame
    as_of: pd.Timestamp
    decisions: Decisions
    thread: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    refusal: Finding | None


def make_long_list(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    decisions: Decisions | None = None,
    as_of: str | pd.Timestamp | None = None,
) -> LongList:
    """Join the sources, score the fit, apply the rules and keep the ``sourcing.long_list`` best.

    Parameters
    ----------
    tables : the canonical tables, as `thread.known_before` leaves them.
    latest : one row a note.
    decisions : of `decisions.read_decisions`.
    as_of : the day to look back from; by default the newest moment of the data.
    """
    pool = make_pool(tables, latest=latest, campaign=campaign)
    day = find_as_of(pool, as_of=as_of)
    planning = campaign.planning
    decided = match_decisions(decisions, pool.creators, must_have=planning.must_have, exclude=planning.exclude)
    creators = add_decisions(score_fit(pool, campaign=campaign), decisions=decided)
    filtered = filter_pool(creators, pool=pool, campaign=campaign, as_of=day)
    ordered = _order(filtered.creators)
    staying = ordered["left_out_by"].isna()
    beyond = staying & staying.cumsum().gt(campaign.sourcing.long_list)
    ordered = ordered.assign(left_out_by=ordered["left_out_by"].mask(beyond, "long_list"))
    rules = _add_length(filtered.rules, campaign.sourcing.long_list, int(staying.sum()), int(beyond.sum()))
    stays = ordered["left_out_by"].isna()
    chosen = ordered[stays].drop(columns=["left_out_by", "left_out_value"]).reset_index(drop=True)
    left_out = ordered[~stays].reset_index(drop=True)
    refusal = Finding("sourcing.no_creators") if ordered.empty else None
    answer = _answer(pool, chosen, left_out)
    findings = (*_list_findings(pool, chosen, campaign), *_about_decisions(decided))
    thread = start_thread(ordered)
    return LongList(pool, chosen, left_out, rules, day, decided, thread, answer, findings, refusal)


def find_as_of(pool: Pool, *, as_of: str | pd.Timestamp | None) -> pd.Timestamp:
    """Return the moment to look back from: given, or the newest of the data."""
    if as_of is not None:
        day = pd.Timestamp(as_of)
        return day.tz_localize("UTC") if day.tzinfo is None else day.tz_convert("UTC")
    moments = [pool.creators["as_of"].max(), pool.notes["as_of"].max(), pool.notes["posted_at"].max()]
    known = [moment for moment in moments if pd.notna(moment)]
    return max(known) if known else pd.Timestamp(0, tz="UTC")


def _order(creators: pd.DataFrame) -> pd.DataFrame:
    """Whom a person keeps first, then by fit; of equal fit the larger, then the key, so that runs agree."""
    is_kept = creators["decision"].eq("keep").fillna(value=False)
    by = ["_kept", "fit", "followers", "creator_key"]
    ordered = creators.assign(_kept=is_kept).sort_values(by, ascending=[False, False, False, True], na_position="last")
    return ordered.drop(columns="_kept")


def _add_length(rules: pd.DataFrame, length: int, n_staying: int, n_beyond: int) -> pd.DataFrame:
    row = {"rule": "long_list", "limit_text": f"{length:,}", "n_known": n_staying, "n_unknown": 0}
    return pd.concat([rules, pd.DataFrame([row | {"n_alone": n_beyond, "n_removed": n_beyond}])], ignore_index=True)


def _answer(pool: Pool, chosen: pd.DataFrame, left_out: pd.DataFrame) -> Finding:
    n_sources = int(pool.creators["source"].dropna().nunique())
    return Finding(
        "sourcing.answer",
        {
            "n_creators": len(chosen),
            "n_pool": len(pool.creators),
            "n_left_out": len(left_out),
            "n_sources": n_sources,
            "leader": chosen["creator_name"].iloc[0]
            if len(chosen) and pd.notna(chosen["creator_name"].iloc[0])
            else None,
        },
    )


def _list_findings(pool: Pool, chosen: pd.DataFrame, campaign: Campaign) -> list[Finding]:
    known = {part: int(chosen[f"fit_{part}"].notna().sum()) for part in FIT_PARTS}
    findings = [
        Finding("sourcing.part_unknown", {"x": f"fit_{part}", "n_known": n, "n_creators": len(chosen)})
        for part, n in known.items()
        if n < len(chosen)
    ]
    if n_apart := int(chosen["fit"].isna().sum()):
        findings.append(Finding("sourcing.apart", {"n_apart": n_apart, "n_creators": len(chosen)}))
    n_equal = len(set(campaign.sourcing.weights.model_dump().values()))
    findings.append(Finding("sourcing.weights", {"is_equal": n_equal == 1}))
    if len(pool.conflicts):
        n = pool.conflicts["creator_key"].nunique()
        findings.append(Finding("sourcing.conflicts", {"n_conflicts": len(pool.conflicts), "n_creators": int(n)}))
    if len(pool.unclear):
        findings.append(Finding("sourcing.unclear", {"n_names": len(pool.unclear)}))
    return findings


def _about_decisions(decisions: Decisions) -> tuple[Finding, ...]:
    """Lines of decisions.csv that decide nothing."""
    names = [str(problem.value) for problem in decisions.problems if problem.value is not None]
    values = {"n_lines": len(decisions.problems), "names": ", ".join(names[:MAX_NAMED])}
    return (Finding("sourcing.bad_decisions", values),) if decisions.problems else ()
