"""How well each creator fits the brand: category, themes, audience and words, each part visible.

A part is 0–1. The category either matches or does not; the others say which share of the pool lies below. What is
not known of a creator does not count; one of whom too little is known has no fit (`thread.pool.weigh_parts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import list_category_names
from xhs_toolkit.stats import beta_binomial_shrink
from xhs_toolkit.thread.pool import Pool, weigh_parts
from xhs_toolkit.thread.themes import (
    find_pattern,
    fold,
    fold_all,
    has_any,
    join_texts,
    join_themes,
    take_recent,
    write_evidence,
    write_whole,
)

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.campaign.people import Audience


SAME_WORD: float = assume("sourcing.same_word")

STOP_WORDS: Final = frozenset(
    {"and", "are", "for", "from", "into", "not", "our", "that", "the", "their", "this", "with", "who", "your"}
)
PARTICLES: Final = frozenset("的了和与在是有为及或不我你他她它们这那个等到也都就")


def list_brief_words(campaign: Campaign) -> tuple[str, ...]:
    """Words of the brief, the category and the themes: Latin words, and Chinese in pairs of characters.

    Words of one theme's keyword stay whole when they are Chinese: a person has already cut them.
    """
    whole = [word for theme in campaign.themes for word in theme.keywords]
    whole += list_category_names(campaign.category) if campaign.category else []
    running = [campaign.sourcing.brief or "", *(theme.name for theme in campaign.themes)]
    running += [theme.name_zh or "" for theme in campaign.themes]
    words = [word for text in running for word in cut_words(text)]
    words += [word for text in whole for word in (cut_words(text) if text.isascii() else [fold(text).strip()])]
    return tuple(dict.fromkeys(word for word in words if word))


def cut_words(text: str) -> list[str]:
    """Latin words of three letters or more, and pairs of Chinese characters that hold no particle.

    >>> cut_words("Weekends for 年轻家庭")
    ['weekends', '年轻', '轻家', '家庭']
    """
    plain = fold(text)
    latin = [word for word in re.findall(r"[a-z]{3,}", plain) if word not in STOP_WORDS]
    runs = re.findall(r"[\u3400-\u9fff]+", plain)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return latin + [pair for pair in pairs if not PARTICLES & set(pair)]


def find_words(words: Sequence[str], texts: pd.Series) -> NDArray[np.bool_]:
    """Which text holds which word: texts × words. Latin words match whole words and their near forms.

    Parameters
    ----------
    texts : of `fold_all`.

    >>> from xhs_toolkit.thread.themes import fold_all
    >>> find_words(["family", "徒步"], fold_all(pd.Series(["周末徒步", "Families welcome", None]))).astype(int).tolist()
    [[0, 1], [1, 0], [0, 0]]
    """
    is_latin = find_pattern(texts, "[a-z]{3}")
    latin = texts[is_latin]
    forms = _list_forms([word for word in words if word.isascii()], latin)
    found = np.zeros((len(texts), len(words)), dtype=bool)
    for number, word in enumerate(words):
        if word.isascii():
            written = "|".join(re.escape(form) for form in forms.get(word, [word]))
            found[is_latin, number] = find_pattern(latin, write_whole(written))
        else:
            found[:, number] = texts.str.contains(word, regex=False).to_numpy(dtype=bool)
    return found


def _list_forms(words: list[str], texts: pd.Series) -> dict[str, list[str]]:
    """The forms in which each Latin word occurs in the texts, by likeness of spelling."""
    if not words:
        return {}
    vocabulary = sorted({word for text in set(texts) for word in re.findall(r"[a-z]{3,}", text)})
    if not vocabulary:
        return {}
    singular = [_make_singular(word) for word in vocabulary]
    scorer = JaroWinkler.normalized_similarity
    alike = cdist([_make_singular(word) for word in words], singular, scorer=scorer) >= SAME_WORD
    return {
        word: sorted({word, *(vocabulary[place] for place in np.flatnonzero(row))})
        for word, row in zip(words, alike, strict=True)
    }


def _make_singular(word: str) -> str:
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<=[^s])s$", "", word)


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
