"""How well each creator fits the brand: category, themes, audience and words, each part visible.

A part is 0–1. The category either matches or does not; the others say which share of the pool lies below. A part
that nobody knows does not count, and a creator of whom a part is not known stands in the middle there: what was
not measured neither helps nor harms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xhs_toolkit.sourcing.pool import Pool
from xhs_toolkit.sourcing.words import find_words, fold_all, has_any, list_brief_words, list_category_words
from xhs_toolkit.stats import beta_binomial_shrink

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.campaign.people import Audience

FIT_PARTS: Final = ("category", "themes", "audience", "text")
UNKNOWN: Final = 0.5
"""Where a creator stands in a part that is not known of it: the middle."""

RECENT_NOTES: Final = 30
"""Newest notes of a creator that are read for themes and words: on genuine notes older ones tell little more."""

MAX_WORDS_SHOWN: Final = 5
AUDIENCE_SHARES: Final = tuple(f"audience_{part}_share" for part in ("gender", "age", "place", "interest"))
AGE_COLUMNS: Final = {age: f"fan_age_{age}_share" for age in ("under_18", "18_24", "25_34", "35_44", "over_44")}


def score_fit(pool: Pool, *, campaign: Campaign) -> pd.DataFrame:
    """Add the fit and its parts to the pool's creators.

    Returns
    -------
    The creators with, of each of `FIT_PARTS`, ``fit_<part>`` (0–1; missing where not known) and its evidence:
    ``category_matches``, ``theme_share`` (of the recent notes and the profile that hold a theme's keyword, shrunk),
    ``themes_found``, the `AUDIENCE_SHARES` (shares of fans as asked for; places and interests add up what the
    export lists, so at least that), ``text_share`` (of the brief's words, the rare ones weighing more),
    ``words_found``; ``fit`` (weighted mean by ``sourcing.weights``), ``fit_points`` (100 × fit),
    ``fit_points_<part>`` (what each adds) and ``n_fit_parts`` known.
    """
    creators, notes = pool.creators, take_recent(pool.notes)
    owner = pd.Index(creators["creator_key"]).get_indexer(notes["creator_key"])
    found = creators.pipe(_add_category, campaign).pipe(_add_themes, notes, owner, campaign)
    found = found.pipe(_add_audience, campaign.sourcing.audience).pipe(_add_text, notes, owner, campaign)
    return _add_fit(found, campaign.sourcing.weights.model_dump())


def take_recent(notes: pd.DataFrame, *, n: int = RECENT_NOTES) -> pd.DataFrame:
    """Return the texts of the newest notes of each creator."""
    read = notes[["creator_key", "posted_at", "title", "tags", "text"]]
    ordered = read.sort_values("posted_at", ascending=False, kind="stable", na_position="last")
    return ordered[ordered.groupby("creator_key", sort=False).cumcount().lt(n)]


def join_texts(frame: pd.DataFrame, *, columns: tuple[str, ...] = ("title", "tags", "text")) -> pd.Series:
    """Title, tags and text of a note as one text."""
    joined = pd.Series("", index=frame.index, dtype="str")
    for name in columns:
        if name in frame and frame[name].notna().any():
            joined = joined + " " + frame[name].fillna("")
    return joined


def _profile(creators: pd.DataFrame) -> pd.Series:
    return fold_all(join_texts(creators, columns=("category", "tags")))


def _rank(values: pd.Series) -> pd.Series:
    """Share of the known values below each, ties counted half."""
    return (values.rank() - 0.5) / values.notna().sum()


def _add_category(creators: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    known = creators[["category", "tags"]].notna().any(axis=1)
    if campaign.category is None:
        known &= False
    words = list_category_words(campaign.category or "")
    matches = has_any(words, _profile(creators)).astype(float).where(known)
    return creators.assign(category_matches=matches.astype("boolean"), fit_category=matches)


def _add_themes(creators: pd.DataFrame, notes: pd.DataFrame, owner: np.ndarray, campaign: Campaign) -> pd.DataFrame:
    """Share of the recent notes with a theme; the profile's tags count as one more note."""
    texts, profile = fold_all(join_texts(notes)), _profile(creators)
    n = len(creators)
    in_note, in_profile = np.zeros(len(notes), dtype=bool), np.zeros(n, dtype=bool)
    names = pd.Series("", index=creators.index, dtype="str")
    for theme in campaign.themes:
        here, there = has_any(theme.keywords, texts).to_numpy(), has_any(theme.keywords, profile).to_numpy()
        in_note, in_profile = in_note | here, in_profile | there
        has_theme = (np.bincount(owner[here], minlength=n) > 0) | there
        names = names.mask(has_theme, names + "; " + theme.name)
    has_profile = profile.str.strip().ne("").to_numpy()
    hits = np.bincount(owner[in_note], minlength=n) + (in_profile & has_profile)
    trials = np.bincount(owner, minlength=n) + has_profile
    trials = trials if campaign.themes else np.zeros(n)
    share = pd.Series(beta_binomial_shrink(hits, trials, level=None).estimate, index=creators.index)
    found = names.str.removeprefix("; ").replace("", None)
    return creators.assign(theme_share=share, themes_found=found, fit_themes=_rank(share))


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


def _add_fit(creators: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    parts = creators[[f"fit_{part}" for part in FIT_PARTS]].set_axis(list(FIT_PARTS), axis="columns")
    used = pd.Series(weights)[list(FIT_PARTS)].where(parts.notna().any(), 0.0)
    points = parts.fillna(UNKNOWN).mul(100 * used / used.sum() if used.sum() else np.nan, axis="columns")
    fit = points.sum(axis=1, skipna=False) / 100
    return creators.assign(
        **points.add_prefix("fit_points_"), fit=fit, fit_points=100 * fit, n_fit_parts=parts.notna().sum(axis=1)
    )
