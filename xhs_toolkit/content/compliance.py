"""Words that a person should look at before they are published: for review, never legal advice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.content.rules import SEVERITIES, Rule

MAX_CHARACTERS = 100_000
"""Characters of one text that are checked; a note has at most a thousand."""

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
    hits = [hit for rule in rules if rule.kind == "present" for hit in _find_hits(folded, rule)]
    wanted = [rule for rule in rules if whole and rule.kind == "absent"]
    hits += [Hit("", rule, 0) for rule in wanted if not any(pattern.search(folded) for pattern in rule.patterns)]
    return tuple(sorted(hits, key=lambda hit: (SEVERITIES.index(hit.rule.severity), hit.start, hit.rule.rule)))


def fold_text(text: str) -> str:
    """Text as rules see it: full-width forms folded, small letters, no invisible marks, straight apostrophes.

    >>> fold_text("Ｎｏ．１　Brand’s")
    "no.1 brand's"
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    n_chinese = sum("\u4e00" <= char <= "\u9fff" for char in kept)
    is_chinese = n_chinese > sum(char.isascii() and char.isalpha() for char in kept)
    return kept.replace(",", "，").replace("!", "！").replace("?", "？") if is_chinese else kept


def _find_hits(text: str, rule: Rule) -> Iterable[Hit]:
    if rule.needs and not any(pattern.search(text) for pattern in rule.needs):
        return
    spared = [match.span() for pattern in rule.unless for match in pattern.finditer(text)]
    end = 0
    found = [match for pattern in rule.patterns for match in pattern.finditer(text)]
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        first, last = match.span()
        if first >= end and not any(first < stop and start < last for start, stop in spared):
            end = last
            yield Hit(match.group().strip(), rule, first)


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
