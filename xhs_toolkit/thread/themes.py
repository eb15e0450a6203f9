"""What a note is about, and what a creator writes about, with the notes that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.thread.words import fold, fold_all, join_by, join_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xhs_toolkit.campaign import Theme
    from xhs_toolkit.campaign.planning import Persona

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


def take_recent(notes: pd.DataFrame, *, n: int = RECENT_NOTES) -> pd.DataFrame:
    """Return the texts of the newest notes of each creator."""
    read = notes[["creator_key", "posted_at", "title", "tags", "text"]]
    ordered = read.sort_values("posted_at", ascending=False, kind="stable", na_position="last")
    return ordered[ordered.groupby("creator_key", sort=False).cumcount().lt(n)]


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
