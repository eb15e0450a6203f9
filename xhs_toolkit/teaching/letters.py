"""Three sentences to the client: their figure, its range, where it comes from, and nothing that may not be said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.teaching.answers import Figure, read_answer, write_figure
from xhs_toolkit.teaching.casebook import Figures, Letter
from xhs_toolkit.teaching.words import read_words, say

N_SENTENCES = 3

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.,])[×x¥￥]?\s?(?:(?<![\d%％倍])[-−])?\d(?:[\d,]*\d)?(?:\.\d+)?(?:\s?(?:%|％|万|倍|times\b|x\b))?"
)
"""A figure as people write it; a dash between two figures is no sign."""

_END = re.compile(r"[.!?]+[\"”’')）]*(?=\s|$)|[。！？]+[”’」）]*")


def list_faults(text: str, *, letter: Letter, figures: Figures, language: str = "en") -> list[str]:
    """Say what is still missing in three sentences, and what may not stand in them; nothing where they can go out.

    Parameters
    ----------
    text : what the learner wrote, in any language of the toolkit.
    letter : what is asked, with the words of its sources and the claims that the case does not allow.
    figures : the figure as ``right``, and ``low`` and ``high`` of its range as the others.
    language : of the faults.
    """
    n_sentences = len([part for part in _END.split(text) if part.strip()])
    numbers = [
        read
        for read in (read_answer(number, unit=letter.unit) for number in _NUMBER.findall(text))
        if isinstance(read, Figure)
    ]
    is_there = {
        "sentences": n_sentences == N_SENTENCES,
        "figure": _is_among(figures.right, numbers, letter.unit),
        "range": all(_is_among(end, numbers, letter.unit) for end in figures.mistakes.values()),
        "source": any(source.casefold() in text.casefold() for source in letter.sources),
    }
    faults = [name for name, found in is_there.items() if not found]
    told = [say("letter", name, language=language, n=n_sentences, wanted=N_SENTENCES) for name in faults]
    return [*told, *_list_claims(text, letter, language)]


def _is_among(figure: float | str, numbers: list[Figure], unit: str) -> bool:
    """Whether a figure is among those written, rounded as people do: a share without its %, a ratio as its rise."""
    forms = [float(figure)]
    forms += [100 * forms[0]] if unit == "share" else [forms[0] - 1] if unit == "ratio" else []
    return any(
        number.count_shared(form) > 0 or math.isclose(number.value, form, rel_tol=1e-3)
        for number in numbers
        for form in forms
    )


def _list_claims(text: str, letter: Letter, language: str) -> Iterator[str]:
    """Name what no letter may say, and what the figures of this case do not bear."""
    hints = read_words(language)["claims"]
    everywhere = [
        (words, hints[name]) for each in list_languages() for name, words in read_words(each)["claimed"].items()
    ]
    for words, hint in [*everywhere, *letter.claims.items()]:
        found = re.search(words, text, flags=re.IGNORECASE)
        if found:
            yield say("letter", "claim", language=language, words=found[0], hint=hint)


def write_model(letter: Letter, figures: Figures) -> str:
    """Write one way to put it, with its figures filled in."""
    values = {"figure": figures.right, **figures.mistakes}
    return letter.model.format(**{name: write_figure(value, letter.unit).lstrip("×") for name, value in values.items()})
