"""The words of comments: cut by jieba's dictionary, looked up in ``templates/comments.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.thread.words import fold

OTHER = "says_something_else"
"""The theme of a comment in which no theme's words stand."""


@cache
def read_lists() -> Mapping[str, Any]:
    """What ``templates/comments.yaml`` lists, its themes in order."""
    lists: Mapping[str, Any] = read_bundled_yaml(bundled_folder("templates") / "comments.yaml")
    return lists


def cut_words(text: str) -> str:
    """A text's words in small letters, a space before and after each.

    >>> cut_words("评价不错，多少钱？")
    ' 评价 不错 , 多少 钱 ? '
    """
    import rjieba

    words = rjieba.cut(fold(text), False)  # without guessing words that are in no dictionary
    return f" {' '.join(word for word in words if word.strip())} "


@cache
def _cut_themes() -> Mapping[str, tuple[str, ...]]:
    return {theme: tuple(cut_words(word) for word in words) for theme, words in read_lists()["themes"].items()}


@cache
def _cut_asking() -> tuple[str, ...]:
    return tuple(cut_words(word) for word in read_lists()["asking"])


def find_theme(words: str) -> str:
    """Return the first theme one of whose words stands in a comment (`cut_words`).

    >>> find_theme(cut_words("大概多少钱呀？")), find_theme(cut_words("好看"))
    ('asks_price', 'says_something_else')
    """
    return next((theme for theme, known in _cut_themes().items() if any(word in words for word in known)), OTHER)


def is_question(words: str) -> bool:
    """Whether a comment asks something.

    >>> is_question(cut_words("怎么去")), is_question(cut_words("Where?")), is_question(cut_words("周末就去"))
    (True, True, False)
    """
    return " ? " in words or any(word in words for word in _cut_asking())


@cache
def _signs() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{sign})" for sign in read_lists()["never_quoted"]["signs"]))


def is_quotable(text: str) -> bool:
    """Whether a comment names nobody: no account, number, contact or address, no name of a person or place.

    >>> [is_quotable(text) for text in ("大概多少钱呀", "问问@小鹿", "王小明推荐的", "我住在北岸12号", "加我 kea_2026")]
    [True, False, False, False, False]
    """
    import rjieba

    named = frozenset(read_lists()["never_quoted"]["tags"])
    return not _signs().search(text) and not any(tag in named for _, tag in rjieba.tag(text))
