"""What readers said under the campaign's notes, by theme and by words; nothing in it says who."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.findings import Finding
from xhs_toolkit.stats import varying_share_interval
from xhs_toolkit.tables import hash_author
from xhs_toolkit.thread.themes import fold

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


SHORTEST, LONGEST = assume("comments.quote_length")
NO_PARENT = "0"
"""What a crawler writes where a comment answers no other."""

THEMES = [
    *("comment_theme", "n_comments", "comment_share", "comment_share_low", "comment_share_high"),
    *("n_questions", "n_answered", "quote_text"),
]


class Heard(NamedTuple):
    """What `summarise_comments` found.

    Attributes
    ----------
    themes : one row a theme that occurs, most comments first: `THEMES`. ``comment_share`` is of all comments, its 90%
        range takes a note as the unit of chance; ``n_answered`` of the questions (missing where no file tells
        replies); ``quote_text`` names nobody, empty where no comment may be quoted.
    answer : what was heard most that concerns buying. findings : what else; none without comments.
    actions : what to do about it.
    """

    themes: pd.DataFrame
    answer: Finding | None
    findings: tuple[Finding, ...]
    actions: tuple[Finding, ...]


def summarise_comments(comments: pd.DataFrame, *, notes: pd.DataFrame) -> Heard:
    """Sort readers' comments into themes, and say what they want to know and whether they were answered.

    Replies, and what creators write under their own notes, are no readers' comments; a reply answers its comment.

    Parameters
    ----------
    comments : the canonical table ``comments``.
    notes : the campaign's notes: ``note_id``, ``creator_id``.
    """
    said = _choose_readers(comments.drop_duplicates("comment_id", keep="last"), notes)
    if said.empty:
        return Heard(pd.DataFrame(columns=THEMES), None, (), ())
    words = said["text"].map(cut_words)
    said = said.assign(comment_theme=words.map(find_theme), is_question=words.map(is_question))
    rows = [_summarise_theme(part, said, str(theme)) for theme, part in said.groupby("comment_theme", sort=True)]
    themes = pd.DataFrame(rows, columns=THEMES)
    order = themes["comment_theme"].eq(OTHER), -themes["n_comments"]
    themes = themes.assign(last=order[0], most=order[1]).sort_values(["last", "most"], kind="stable")[THEMES]
    return Heard(themes.reset_index(drop=True), *_tell(said, themes))


def _choose_readers(comments: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Readers' own comments under the notes, with ``is_answered``: missing where no file tells replies."""
    own = notes.drop_duplicates("note_id").set_index("note_id")["creator_id"].dropna().map(hash_author)
    under = comments[comments["note_id"].isin(notes["note_id"]) & comments["text"].fillna("").str.strip().ne("")]
    parent = comments["parent_comment_id"].where(comments["parent_comment_id"].ne(NO_PARENT))
    replies = parent.dropna()
    answered = under["replies"].gt(0).where(under["replies"].notna()).astype("boolean")
    if len(replies):
        answered = under["comment_id"].isin(replies) | answered.fillna(value=False)
    is_own = under["author_key"].eq(under["note_id"].map(own))
    return under.assign(is_answered=answered)[parent[under.index].isna() & ~is_own.fillna(value=False)]


def _summarise_theme(part: pd.DataFrame, said: pd.DataFrame, theme: str) -> dict[str, object]:
    trials = said["note_id"].value_counts()
    share = varying_share_interval(part["note_id"].value_counts().reindex(trials.index, fill_value=0), trials)
    asked = part[part["is_question"]]
    return {
        "comment_theme": theme,
        "n_comments": len(part),
        "comment_share": share.estimate,
        "comment_share_low": share.low,
        "comment_share_high": share.high,
        "n_questions": len(asked),
        "n_answered": _count_answered(asked),
        "quote_text": _choose_quote(part) if theme != OTHER else "",
    }


def _count_answered(asked: pd.DataFrame) -> float:
    return float("nan") if asked["is_answered"].isna().all() else float(asked["is_answered"].sum())


def _choose_quote(part: pd.DataFrame) -> str:
    """The comment with the most likes, else the most frequent one, that is short and names nobody."""
    texts = part["text"].str.replace(r"\[[^\]]*\]", "", regex=True).str.replace(r"[^\w？?，,。.'’ ]+$", "", regex=True)
    found = pd.DataFrame({"text": texts.str.strip(), "likes": part["likes"].fillna(0)})
    found = found[found["text"].str.len().between(SHORTEST, LONGEST)]
    ranked = found.groupby("text").agg(likes=("likes", "sum"), n=("likes", "size"))
    ordered = ranked.reset_index().sort_values(["likes", "n", "text"], ascending=[False, False, True])
    return next((f"“{text}”" for text in ordered["text"] if is_quotable(text)), "")


def _tell(said: pd.DataFrame, themes: pd.DataFrame) -> tuple[Finding, tuple[Finding, ...], tuple[Finding, ...]]:
    n, asked = len(said), said[said["is_question"]]
    counts = themes.set_index("comment_theme")["n_comments"]
    buying = asked[asked["comment_theme"].isin(read_lists()["buying"])]
    told: dict[str, object] = {"n_comments": n, "n_notes": int(said["note_id"].nunique()), "n_questions": len(asked)}
    answered, answered_buying = _count_answered(asked), _count_answered(buying)
    told |= {"n_answered": None if pd.isna(answered) else int(answered)}
    open_ = None if pd.isna(answered_buying) else len(buying) - int(answered_buying)
    top = str(counts.drop(OTHER, errors="ignore").idxmax()) if set(counts.index) - {OTHER} else OTHER
    told |= {"x": top, "top_share": float(counts[top] / n)}
    intent = {"n_buying": len(buying), "comment_share": len(buying) / n, "n_open": open_}
    doubts = {f"n_{name}": int(counts.get(theme, 0)) for name, theme in (("ad", "asks_if_ad"), ("worries", "worries"))}
    actions = (Finding("next.comments", intent),) if len(buying) and open_ != 0 else ()
    return (
        Finding("headline.comments", told | intent),
        (Finding("comments.read", told), Finding("comments.doubts", doubts)),
        actions,
    )
