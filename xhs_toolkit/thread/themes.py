"""What a note is about, and what a creator writes about, with the notes and words that show it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Theme
    from xhs_toolkit.campaign.planning import Persona


def fold(text: str) -> str:
    """Text as it is compared: full-width forms folded, lower case.

    >>> fold("ＤＡＹ Walk")
    'day walk'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def fold_all(texts: pd.Series) -> pd.Series:
    """A column of texts as it is compared; missing is empty."""
    from pyarrow import array, compute

    plain = array(texts.astype("str").fillna("").array)
    folded = compute.utf8_lower(compute.utf8_normalize(plain, form="NFKC"))
    return folded.to_pandas(types_mapper={folded.type: pd.StringDtype(na_value=np.nan)}.get).set_axis(texts.index)


def join_texts(frame: pd.DataFrame, *, columns: Sequence[str] = ("title", "tags", "text")) -> pd.Series:
    """Title, tags and text of a note as one text."""
    joined = pd.Series("", index=frame.index, dtype="str")
    for name in columns:
        if name in frame and frame[name].notna().any():
            joined = joined + "\n" + frame[name].fillna("")
    return joined


def join_by(texts: pd.Series, keys: pd.Series, *, sep: str = "; ") -> pd.Series:
    """The texts of each key in their order as one text; missing ones are left out, as are keys with nothing.

    >>> join_by(pd.Series(["x", "y", "z", None]), pd.Series(["b", "a", "b", "c"])).to_dict()
    {'a': 'y', 'b': 'x; z'}
    """
    from pyarrow import Table, array, compute, string

    pairs = pd.DataFrame({"key": keys.array, "text": texts.array}).dropna().astype("str")
    table = Table.from_pydict({name: array(pairs[name].array).cast(string()) for name in pairs})
    grouped = table.group_by("key", use_threads=False).aggregate([("text", "list")])
    joined = compute.binary_join(grouped["text_list"], sep)
    index = pd.Index(grouped["key"].to_pandas(), dtype="str", name=keys.name)
    return pd.Series(joined.to_pandas().to_numpy(), index=index, dtype="str").sort_index()


def write_whole(pattern: str) -> str:
    """A pattern that finds Latin words as a whole, also where Chinese characters stand right beside them.

    >>> bool(re.search(write_whole("rival"), "和rival一起")), bool(re.search(write_whole("rival"), "arrivals"))
    (True, False)
    """
    return rf"(?:^|[^a-z0-9])(?:{pattern})(?:$|[^a-z0-9])"


def find_pattern(texts: pd.Series, pattern: str) -> np.ndarray:
    """Whether a regular expression of RE2 occurs in each text; missing ones hold nothing.

    >>> find_pattern(pd.Series(["周末 walk", "gear", None]), "w[a-z]+").tolist()
    [True, False, False]
    """
    from pyarrow import array, compute

    found = compute.match_substring_regex(array(texts.astype("str").array), pattern)
    return found.fill_null(fill_value=False).to_numpy(zero_copy_only=False).astype(bool)


def has_any(words: Sequence[str], texts: pd.Series) -> pd.Series:
    """Whether a text holds at least one of the words, written exactly; a Latin word counts only as a whole word.

    Parameters
    ----------
    texts : of `fold_all`.

    >>> has_any(["Gear"], fold_all(pd.Series(["Gear tips", "geared", None]))).tolist()
    [True, False, False]
    """
    folded = [fold(word).strip() for word in words]
    patterns = [write_whole(re.escape(word)) if word.isascii() else re.escape(word) for word in folded if word]
    if not patterns:
        return pd.Series(data=False, index=texts.index)
    return pd.Series(find_pattern(texts, "|".join(patterns)), index=texts.index)


RECENT_NOTES: int = assume("notes.recent")

FOUND: Final = ["creator_key", "theme", "n_theme_notes", "n_creator_notes", "in_profile", "title"]


def add_theme(notes: pd.DataFrame, *, themes: Sequence[Theme | Persona]) -> pd.DataFrame:
    """Add ``theme``: the theme whose keywords occur most in title, tags and text; missing where none does.

    Of themes with equal counts the one listed first in ``campaign.yaml`` wins. Each keyword counts once.
    """
    if not themes:
        return notes.assign(theme=pd.Series(None, index=notes.index, dtype="str"))
    words = fold_all(join_texts(notes))
    hits = np.column_stack([_count_keywords(words, theme.keywords) for theme in themes])
    names = np.array([theme.name for theme in themes], dtype=object)
    theme = np.where(hits.max(axis=1) > 0, names[hits.argmax(axis=1)], None) if len(notes) else []
    return notes.assign(theme=pd.Series(theme, index=notes.index, dtype="str"))


def _count_keywords(words: pd.Series, keywords: Sequence[str]) -> np.ndarray:
    found = [words.str.contains(fold(keyword), regex=False).to_numpy(dtype=int) for keyword in keywords]
    return np.sum(found, axis=0) if found else np.zeros(len(words), dtype=int)


def take_recent(notes: pd.DataFrame) -> pd.DataFrame:
    """Return the texts of the newest notes of each creator."""
    read = notes[["creator_key", "posted_at", "title", "tags", "text"]]
    ordered = read.sort_values("posted_at", ascending=False, kind="stable", na_position="last")
    return ordered[ordered.groupby("creator_key", sort=False).cumcount().lt(RECENT_NOTES)]


def find_creator_themes(
    creators: pd.DataFrame, *, notes: pd.DataFrame, themes: Sequence[Theme | Persona]
) -> pd.DataFrame:
    """Find the themes of creators, in their recent notes and in their profiles.

    Parameters
    ----------
    creators : ``creator_key``, ``category``, ``tags``.
    notes : known before the plan, with ``creator_key``.

    Returns
    -------
    One row a creator and theme that a note or the profile shows, in the order of the themes: `FOUND`; ``title`` is of
    the newest note on it, or else what the profile says.
    """
    if not themes:
        return pd.DataFrame(columns=FOUND).astype({"n_theme_notes": int, "n_creator_notes": int, "in_profile": bool})
    recent = add_theme(take_recent(notes), themes=themes)
    counts = recent.groupby(["creator_key", "theme"], sort=False)
    in_notes = counts.agg(n_theme_notes=("title", "size"), title=("title", "first")).reset_index()
    in_notes = in_notes.astype(dict.fromkeys(("creator_key", "theme", "title"), "str"))
    profile = join_texts(creators, columns=("category", "tags")).str.strip()
    folded, said = fold_all(profile), pd.DataFrame({"creator_key": creators["creator_key"], "profile": profile})
    in_profile = [
        said[_count_keywords(folded, theme.keywords) > 0].assign(theme=theme.name, in_profile=True) for theme in themes
    ]
    profiles = pd.concat(in_profile).astype({"creator_key": "str"})
    found = in_notes.merge(profiles, on=["creator_key", "theme"], how="outer")
    order = found["theme"].map({theme.name: number for number, theme in enumerate(themes)})
    found = found.assign(
        title=found["title"].fillna(found["profile"].str.replace("\n", ", ")),
        n_theme_notes=found["n_theme_notes"].fillna(0).astype(int),
        n_creator_notes=found["creator_key"].map(recent["creator_key"].value_counts()).fillna(0).astype(int),
        in_profile=found["in_profile"].astype("boolean").fillna(value=False).astype(bool),
    )
    return found.iloc[np.lexsort((order, found["creator_key"].rank(method="dense")))].reset_index(drop=True)[FOUND]


def join_themes(found: pd.DataFrame) -> pd.Series:
    """The themes of each creator in their order, joined by ``; ``; by ``creator_key``."""
    return join_by(found["theme"], found["creator_key"])


def write_evidence(found: pd.DataFrame) -> pd.Series:
    """The themes of each creator as a text with the evidence: ``Day walks 5/8 (周末徒步路线)``; by ``creator_key``."""
    notes = found["n_theme_notes"].astype("str") + "/" + found["n_creator_notes"].astype("str")
    title = (" (" + found["title"].astype("str") + ")").where(found["title"].notna(), "")
    told = found["theme"] + " " + notes + title
    return join_by(told, found["creator_key"])
