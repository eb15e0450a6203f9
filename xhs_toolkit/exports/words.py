"""The words of the lexicon in a header: known ones, glued ones, misspelt ones, and how a header is cut into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import ne

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from xhs_toolkit.exports.characters import HOMOPHONES, SIMILAR
from xhs_toolkit.exports.headertext import find_tokens, is_chinese, normalise
from xhs_toolkit.exports.lexicon import NOISE, OTHER, WORDS

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
    groups = [(frozenset(parts.split()), line) for parts, line in WORDS.items()]
    for parts, line in [*groups, (frozenset(), NOISE), (BLOCKED, OTHER)]:
        for spelling in _spellings(line):
            phrases.setdefault(spelling, set()).add(parts)
    return {spelling: frozenset(meanings) for spelling, meanings in phrases.items() if spelling}


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[tuple[str, ...], frozenset[Parts]], frozenset[str], int]:
    """Spelling → what it can mean; every Latin word used; the longest spelling."""
    phrases = _build_phrases()
    latin = frozenset(word for spelling in phrases for word in spelling if word.isascii() and word.isalpha())
    return phrases, latin, max(map(len, phrases))


def is_blocked(word: str) -> bool:
    """Whether a word is known to say something the toolkit has no place for.

    >>> is_blocked("备注"), is_blocked("备住")
    (True, False)
    """
    return BLOCKED in _lexicon()[0].get(tuple(find_tokens(word)), frozenset())


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


def cut_lookalikes(
    words: list[str], segments: Segments, leftover: tuple[str, ...]
) -> tuple[Segments, tuple[str, ...], tuple[str, ...]]:
    """Put one mistyped Chinese character (暴光) or swapped pair (光曝) right where that leaves nothing unknown."""
    attempts = []
    for wrong, tried in _retype(words):
        cut, rest = cut_words(tried)
        attempts += [(cut, rest, (wrong,))] if not rest else []
    if len({tuple(cut) for cut, _, _ in attempts}) == 1:
        return attempts[0]
    return segments, leftover, ()


def _retype(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The words with each mistyped character put right, and with each swapped word of two characters, one at a time."""
    phrases, _, _ = _lexicon()
    for i, word in enumerate(words):
        for right in () if is_blocked(word) else _list_lookalikes().get(word, ()):
            yield word, [*words[:i], right, *words[i + 1 :]]
        if i and (word, words[i - 1]) in phrases and not (is_blocked(word) or is_blocked(words[i - 1])):
            yield words[i - 1] + word, [*words[: i - 1], word, words[i - 1], *words[i + 1 :]]
    for size, sayings in _list_sayings().items():
        for i in range(len(words) - size + 1):
            given = tuple(words[i : i + size])
            for saying in sayings.get(_sound(given), ()):
                if sum(map(ne, given, saying)) == 1 and not any(map(is_blocked, set(given) - set(saying))):
                    yield "".join(given), [*words[:i], *saying, *words[i + size :]]


@lru_cache(maxsize=1)
def _list_lookalikes() -> dict[str, tuple[str, ...]]:
    wrong: dict[str, tuple[str, ...]] = {}
    for right, others in ((group[0], group[1:]) for group in SIMILAR.split()):
        wrong |= {other: (*wrong.get(other, ()), right) for other in others}
    return wrong


def _sound(characters: Iterable[str]) -> tuple[str, ...]:
    """How a word sounds: one character stands for all that an input method offers with it."""
    return tuple(_list_sounds().get(mark, mark) for mark in characters)


@lru_cache(maxsize=1)
def _list_sounds() -> dict[str, str]:
    return {mark: group[0] for group in HOMOPHONES.split() for mark in group}


@lru_cache(maxsize=1)
def _list_sayings() -> dict[int, dict[tuple[str, ...], list[tuple[str, ...]]]]:
    """Length → sound → the Chinese words of several characters that sound so."""
    sayings: dict[int, dict[tuple[str, ...], list[tuple[str, ...]]]] = {}
    for phrase, meanings in _lexicon()[0].items():
        if len(phrase) > 1 and all(map(is_chinese, phrase)) and BLOCKED not in meanings:
            sayings.setdefault(len(phrase), {}).setdefault(_sound(phrase), []).append(phrase)
    return sayings
