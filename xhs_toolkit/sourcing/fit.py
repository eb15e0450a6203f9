"""How well each creator fits the brand: category, themes, audience and words, each part visible.

A part is 0–1. The category either matches or does not; the others say which share of the pool lies below. What is
not known of a creator does not count; one of whom too little is known has no fit (`thread.parts.weigh_parts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks import list_category_names
from xhs_toolkit.sourcing.words import find_words, list_brief_words
from xhs_toolkit.stats import beta_binomial_shrink
from xhs_toolkit.thread.parts import weigh_parts
from xhs_toolkit.thread.pool import Pool
from xhs_toolkit.thread.themes import join_themes, take_recent, write_evidence
from xhs_toolkit.thread.words import fold_all, has_any, join_texts

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.campaign.people import Audience

FIT_PARTS: Final = ("category", "themes", "audience", "text")
MAX_WORDS_SHOWN: Final = 5
AUDIENCE_SHARES: Final = tuple(f"audience_{part}_share" for part in ("gender", "age", "place", "interest"))
AGE_COLUMNS: Final = {age: f"fan_age_{age}_share" for age in ("under_18", "18_24", "25_34", "35_44", "over_44")}


def score_fit(pool: Pool, *, campaign: Campaign) -> pd.DataFrame:
    """Add the fit and its parts to the pool's creators.

    Returns
    -------
    The creators with, of each of `FIT_PARTS`, ``fit_<part>`` (0–1; missing where not known) and its evidence:
    ``category_matches``, ``theme_share`` (of the recent notes and the profile that hold a theme's keyword, shrunk),
    ``themes_found``, ``theme_evidence`` (the notes that show them), the `AUDIENCE_SHARES` (shares of fans as asked
    for; places and interests add up what the export lists, so at least that), ``text_share`` (of the brief's words, the
    rare ones weighing more), ``words_found``; ``fit`` (mean of the parts known, by ``sourcing.weights``),
    ``fit_points`` (100 × fit), ``fit_points_<part>`` (what each adds), ``n_fit_parts`` known, and ``ask_for``: the
    parts that keep it unknown.
    """
    creators, notes = pool.creators, take_recent(pool.notes)
    owner = pd.Index(creators["creator_key"]).get_indexer(notes["creator_key"])
    n_notes = np.bincount(owner, minlength=len(creators))
    found = creators.pipe(_add_category, campaign).pipe(_add_themes, campaign, n_notes, pool.themes)
    found = found.pipe(_add_audience, campaign.sourcing.audience).pipe(_add_text, notes, owner, campaign)
    return _add_fit(found, campaign.sourcing.weights.model_dump(), known_share=campaign.sourcing.known_share)


def _profile(creators: pd.DataFrame) -> pd.Series:
    return fold_all(join_texts(creators, columns=("category", "tags")))


def _rank(values: pd.Series) -> pd.Series:
    """Share of the known values below each, ties counted half."""
    return (values.rank() - 0.5) / values.notna().sum()


def _add_category(creators: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    known = creators[["category", "tags"]].notna().any(axis=1)
    if campaign.category is None:
        known &= False
    words = list_category_names(campaign.category or "")
    matches = has_any(words, _profile(creators)).astype(float).where(known)
    return creators.assign(category_matches=matches.astype("boolean"), fit_category=matches)


def _add_themes(creators: pd.DataFrame, campaign: Campaign, n_notes: np.ndarray, found: pd.DataFrame) -> pd.DataFrame:
    """Share of the recent notes with a theme; the profile's tags count as one more note."""
    by_key = found.groupby("creator_key")
    keys = creators["creator_key"]
    has_profile = _profile(creators).str.strip().ne("").to_numpy()
    hits = keys.map(by_key["n_theme_notes"].sum() + by_key["in_profile"].any()).fillna(0)
    trials = (n_notes + has_profile) if campaign.themes else np.zeros(len(creators))
    share = pd.Series(beta_binomial_shrink(hits.to_numpy(dtype=float), trials, level=None).estimate, creators.index)
    share = share.where(trials > 0)
    names = keys.map(join_themes(found)).astype("str")
    told = keys.map(write_evidence(found)).astype("str")
    return creators.assign(theme_share=share, themes_found=names, theme_evidence=told, fit_themes=_rank(share))


def _add_audience(creators: pd.DataFrame, audience: Audience) -> pd.DataFrame:
    """Shares of fans as asked for; the part is the mean standing in those known."""
    female = creators["female_fan_share"]
    ages = creators[[AGE_COLUMNS[age] for age in audience.ages]]
    nothing = pd.Series(np.nan, index=creators.index)
    gender = {"female": female, "male": 1 - female}.get(audience.gender or "", nothing)
    shares = {
        "audience_gender_share": gender,
        "audience_age_share": ages.sum(axis=1, min_count=len(audience.ages)).clip(upper=1)
        if audience.ages
        else nothing,
        "audience_place_share": _sum_listed(creators["fan_places"], audience.places),
        "audience_interest_share": _sum_listed(creators["fan_interests"], audience.interests),
    }
    standing = pd.DataFrame({name: _rank(values) for name, values in shares.items()})
    return creators.assign(**shares, fit_audience=_rank(standing.mean(axis=1)))


def _sum_listed(listed: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    """Sum of the shares of the wanted names in ``广东 0.125; 江苏 0.075``; 0 where none is listed."""
    if not wanted:
        return pd.Series(np.nan, index=listed.index)
    parts = [_read_share(listed, name) for name in wanted]
    return sum(parts[1:], parts[0]).clip(upper=1).where(listed.notna())


def _read_share(listed: pd.Series, name: str) -> pd.Series:
    plain = listed.astype("str").str.casefold()
    before, after = plain.str.partition(name.casefold() + " ")[[1, 2]].to_numpy().T
    number = pd.Series(after, index=listed.index, dtype="object").astype("str").str.partition(";")[0]
    return pd.to_numeric(number.where(pd.Series(before, index=listed.index).ne("")), errors="coerce").fillna(0.0)


def _add_text(creators: pd.DataFrame, notes: pd.DataFrame, owner: np.ndarray, campaign: Campaign) -> pd.DataFrame:
    """Weighted share of the brief's words that a creator's profile and recent titles hold.

    A word weighs log(1 + creators / creators with it), so that one that everybody uses says little; one that
    nobody uses says nothing.
    """
    words = list_brief_words(campaign)
    n = len(creators)
    titles = fold_all(join_texts(notes, columns=("title", "tags")))
    texts = pd.concat([_profile(creators), titles], ignore_index=True)
    whose = np.concatenate([np.arange(n), owner])
    has_text = np.bincount(whose[texts.str.strip().ne("").to_numpy()], minlength=n) > 0
    in_text = find_words(words, texts)
    found = np.column_stack(
        [np.bincount(whose[column], minlength=n) > 0 for column in in_text.T] or [np.zeros(n, bool)]
    )
    n_with = found.sum(axis=0)
    weight = np.where(n_with > 0, np.log1p(n / np.maximum(n_with, 1)), 0.0)
    share = found @ weight / weight.sum() if weight.sum() else np.full(n, np.nan)
    known = pd.Series(has_text & bool(words), index=creators.index)
    text_share = pd.Series(share, index=creators.index).where(known)
    shown = _name_words(found, words, weight)
    return creators.assign(
        text_share=text_share, words_found=shown.set_axis(creators.index), fit_text=_rank(text_share)
    )


def _name_words(found: np.ndarray, words: tuple[str, ...], weight: np.ndarray) -> pd.Series:
    """The most telling words of each creator, joined by ``, ``."""
    shown = np.full(len(found), "", dtype=object)
    counted = np.zeros(len(found), dtype=int)
    for number in np.argsort(-weight, kind="stable") if words else []:
        take = found[:, number] & (counted < MAX_WORDS_SHOWN)
        shown[take] += ", " + words[number]
        counted += take
    return pd.Series(shown, dtype="str").str.removeprefix(", ").replace("", None)


def _add_fit(creators: pd.DataFrame, weights: dict[str, float], *, known_share: float) -> pd.DataFrame:
    parts = creators[[f"fit_{part}" for part in FIT_PARTS]].set_axis(list(FIT_PARTS), axis="columns")
    weighed = weigh_parts(parts, weights, known_share=known_share, prefix="fit_")
    return creators.assign(
        **weighed.points.add_prefix("fit_points_"),
        fit=weighed.score / 100,
        fit_points=weighed.score,
        n_fit_parts=parts.notna().sum(axis=1),
        ask_for=weighed.ask_for,
    )
