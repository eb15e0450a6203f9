"""The brief's words, and which creators use them: Chinese and English, spelling forgiven, no word unseen."""

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
from xhs_toolkit.thread.words import find_pattern, fold, write_whole

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

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

    >>> from xhs_toolkit.thread.words import fold_all
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
