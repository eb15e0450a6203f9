"""Words that a person should look at before they are published: for review, never legal advice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.content.rules import SEVERITIES, Rule

MAX_CHARACTERS = 100_000
"""Characters of one text that are checked; a note has at most a thousand."""

NOTHING = ""
COLUMNS = [
    *("severity", "jurisdiction", "rule", "words", "title_en", "title_zh"),
    *("law", "law_date", "action_en", "action_zh"),
]


class Hit(NamedTuple):
    """One place of a text for a person to review.

    Attributes
    ----------
    words : as found; empty where the rule misses something in the whole draft.
    rule : the rule, with its source, date, jurisdiction, severity and what to do.
    start : where it begins in the folded text; 0 where something is missing.
    """

    words: str
    rule: Rule
    start: int


def check_compliance(text: str, *, rules: Sequence[Rule], whole: bool = False) -> tuple[Hit, ...]:
    """Find the words of a text that a rule speaks of, most severe first.

    Parameters
    ----------
    rules : of `read_rules` or `choose_rules`.
    whole : the text is a whole draft, so that rules about what must not be missing count too.

    >>> from xhs_toolkit.content.rules import read_rules
    >>> [(hit.words, hit.rule.rule) for hit in check_compliance("全网最佳防晒", rules=read_rules(["CN"]))]
    [('全网最佳', 'cn.superlative')]
    >>> check_compliance("不是最好的，但够用", rules=read_rules(["CN"]))
    ()
    """
    folded = fold_text(text[:MAX_CHARACTERS])
    hits = [hit for rule in rules if rule.kind == "present" for hit in _find(folded, rule)]
    hits += [Hit(NOTHING, rule, 0) for rule in rules if whole and _is_absent(folded, rule)]
    return tuple(sorted(hits, key=lambda hit: (SEVERITIES.index(hit.rule.severity), hit.start, hit.rule.rule)))


def fold_text(text: str) -> str:
    """Text as rules see it: full-width forms folded, small letters, no invisible marks, straight apostrophes.

    >>> fold_text("Ｎｏ．１　Brand’s")
    "no.1 brand's"
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return kept.replace(",", "，").replace("!", "！").replace("?", "？") if _is_chinese(kept) else kept


def _is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese, so that its punctuation is read as such."""
    han = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return han > sum(char.isascii() and char.isalpha() for char in text)


def _find(text: str, rule: Rule) -> Iterable[Hit]:
    if rule.needs and not any(pattern.search(text) for pattern in rule.needs):
        return
    spared = [match.span() for pattern in rule.unless for match in pattern.finditer(text)]
    end = 0
    for match in sorted((found for pattern in rule.patterns for found in pattern.finditer(text)), key=_order):
        first, last = match.span()
        if first >= end and not any(first < stop and start < last for start, stop in spared):
            end = last
            yield Hit(match.group().strip(), rule, first)


def _order(match: object) -> tuple[int, int]:
    start, stop = match.span()  # type: ignore[attr-defined]
    return start, -stop


def _is_absent(text: str, rule: Rule) -> bool:
    return rule.kind == "absent" and not any(pattern.search(text) for pattern in rule.patterns)


def list_hits(hits: Iterable[Hit]) -> pd.DataFrame:
    """One row a hit: `COLUMNS`, the rule's title and what to do in English and Chinese."""
    rows = [
        {
            "severity": hit.rule.severity,
            "jurisdiction": hit.rule.jurisdiction,
            "rule": hit.rule.rule,
            "words": hit.words or None,
            "title_en": hit.rule.title["en"],
            "title_zh": hit.rule.title["zh"],
            "law": hit.rule.source,
            "law_date": hit.rule.date,
            "action_en": hit.rule.action["en"],
            "action_zh": hit.rule.action["zh"],
        }
        for hit in hits
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"law_date": "datetime64[us]"})
