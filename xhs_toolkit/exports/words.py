"""The words of headers: known ones, glued ones, misspelt ones, and how a header is cut into them.

The words themselves are data: ``templates/exports/words.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from xhs_toolkit.exports.headertext import find_tokens, normalise, read_word_lists

Parts = frozenset[str]
Segments = list[frozenset[Parts]]
"""One entry a piece of the header: the sets of parts it can mean."""

BLOCKED: Parts = frozenset({"?"})
"""Meaning of a word that is known to say something the toolkit has no place for."""


# ------------------------------------------------------------------------------------- the lexicon


def _spellings(line: str) -> Iterator[tuple[str, ...]]:
    for spelling in line.split():
        yield tuple(find_tokens(normalise(spelling)))


def _build_phrases() -> dict[tuple[str, ...], frozenset[Parts]]:
    phrases: dict[tuple[str, ...], set[Parts]] = {}
    lists = read_word_lists()
    groups = [(frozenset(str(parts).split()), line) for parts, line in lists["words"].items()]
    groups += [(frozenset({"unit=foreign", f"unit={code}"}), line) for code, line in lists["currencies"].items()]
    for parts, line in [*groups, (frozenset(), lists["noise"]), (BLOCKED, lists["other"])]:
        for spelling in _spellings(line):
            phrases.setdefault(spelling, set()).add(parts)
    return {spelling: frozenset(meanings) for spelling, meanings in phrases.items() if spelling}


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[tuple[str, ...], frozenset[Parts]], frozenset[str], int]:
    """Spelling → what it can mean; every Latin word used; the longest spelling."""
    phrases = _build_phrases()
    latin = frozenset(word for spelling in phrases for word in spelling if word.isascii() and word.isalpha())
    return phrases, latin, max(map(len, phrases))


# ------------------------------------------------------------------------------ Latin words, one by one

MIN_FUZZY = 4
"""Shorter words are not corrected: too many words lie one letter away."""
LONG_WORD = 8
"""From this length on, two wrong letters are allowed instead of one."""


def resolve_words(tokens: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    """Known words for each token, and the tokens that were misspelt.

    >>> resolve_words(["veiws", "likedcount"])
    (['views', 'liked', 'count'], ('veiws',))
    """
    words: list[str] = []
    corrected: list[str] = []
    for token in tokens:
        known, was_misspelt = _resolve(token)
        words += known
        corrected += [token] if was_misspelt else []
    return words, tuple(corrected)


@lru_cache(maxsize=4096)
def _resolve(token: str) -> tuple[tuple[str, ...], bool]:
    """Known words for one token, and whether it was misspelt: likedcount → liked count, veiws → views."""
    _, latin, _ = _lexicon()
    if token in latin or not (token.isascii() and token.isalpha()):
        return (token,), False
    if token.endswith("s") and token[:-1] in latin:
        return (token[:-1],), False
    if compound := _split_compound(token, latin):
        return compound, False
    return ((close,), True) if (close := _correct(token, latin)) else ((token,), False)


def _split_compound(token: str, latin: frozenset[str]) -> tuple[str, ...]:
    """Cut a glued word into two or three known ones (likedcount), or nothing."""
    cuts = [(token[:i], token[i:]) for i in range(3, len(token) - 1)]
    for head, tail in cuts:
        if head in latin and (tail in latin and _may_be_glued(tail)):
            return head, tail
    for head, tail in cuts:
        if head in latin and len(tail) > 4 and (rest := _split_compound(tail, latin)):
            return head, *rest
    return ()


def _may_be_glued(tail: str) -> bool:
    return len(tail) > 2 or tail in {"id", "no", "uv"}


def _correct(token: str, latin: frozenset[str]) -> str | None:
    """The one known word a misspelling can stand for; None where two different words are as near."""
    if len(token) < MIN_FUZZY:
        return None
    allowed = 2 if len(token) >= LONG_WORD else 1
    candidates = [word for word in latin if len(word) >= MIN_FUZZY and word[0] == token[0]]
    near = extract(token, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    best = [word for word, distance, _ in near if distance == min(d for _, d, _ in near)]
    phrases, _, _ = _lexicon()
    meanings = {phrases.get((word,), word) for word in best}
    return sorted(best)[0] if len(meanings) == 1 else None


# ------------------------------------------------------------------------------- cutting into words


def cut_words(words: list[str]) -> tuple[Segments, tuple[str, ...]]:
    """Cut into known spellings with as few unknown words, then as few pieces, as possible."""
    phrases, _, longest = _lexicon()
    blocked = frozenset({BLOCKED})
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(words) + 1)
    for start in range(len(words) - 1, -1, -1):
        options = [(best[start + 1][0] + 1, best[start + 1][1] + 1, -1)]
        for size in range(1, min(longest, len(words) - start) + 1):
            meanings = phrases.get(tuple(words[start : start + size]))
            if meanings:
                unknown, pieces, _ = best[start + size]
                options.append((unknown + (size if meanings == blocked else 0), pieces + 1, -size - 1))
        best[start] = min(options)
    return _collect(words, [choice for _, _, choice in best])


def _collect(words: list[str], choices: list[int]) -> tuple[Segments, tuple[str, ...]]:
    phrases, _, _ = _lexicon()
    segments, leftover, start = [], [], 0
    while start < len(words):
        size = max(-choices[start] - 1, 1)
        spelling = tuple(words[start : start + size])
        meanings = phrases.get(spelling, frozenset()) if choices[start] < -1 else frozenset()
        known = frozenset(meanings - {BLOCKED})
        segments += [known] if known else []
        leftover += [] if known else ["".join(spelling)]
        start += size
    return segments, tuple(leftover)
