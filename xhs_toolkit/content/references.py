"""Earlier notes worth showing to who writes next: whose, and how far above the creator's own usual."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume

MIN_NOTES: int = assume("content.min_reference_notes")
MOST: int = assume("content.most_references")

COLUMNS: Final = ["creator_key", "creator_name", "title", "note_id", "theme", "format", "engagement_ratio"]


def find_references(notes: pd.DataFrame) -> pd.DataFrame:
    """Earlier notes that did better than their creator's usual, best first.

    Parameters
    ----------
    notes : settled: ``creator_key``, ``creator_name``, ``title``, ``note_id``, ``theme``, ``format``, ``engagement``.

    Returns
    -------
    `COLUMNS`: notes with a theme and a title; ``engagement_ratio`` is to the geometric mean of the creator's notes.
    """
    logs = np.log1p(notes["engagement"].astype(float))
    by_creator = logs.groupby(notes["creator_key"])
    usual, n_notes = by_creator.transform("mean"), by_creator.transform("size")
    found = notes.assign(engagement_ratio=np.exp(logs - usual))
    is_better = found["engagement_ratio"].gt(1) & n_notes.ge(MIN_NOTES)
    named = found[is_better & found["theme"].notna() & found["title"].notna()].reindex(columns=COLUMNS)
    by = ["engagement_ratio", "note_id"]
    return named.sort_values(by, ascending=[False, True], kind="stable", ignore_index=True)


def choose_references(references: pd.DataFrame, *, creator_key: str, theme: str, form: str | None) -> pd.DataFrame:
    """The references of one brief: the creator's own best on the theme, then others', of the same format first."""
    on_theme = references[references["theme"].eq(theme)]
    is_own = on_theme["creator_key"].eq(creator_key)
    others = on_theme[~is_own]
    same_first = others.assign(_other=others["format"].ne(form)).sort_values("_other", kind="stable")
    best = same_first.drop_duplicates("creator_key").drop(columns="_other").head(MOST)
    chosen = pd.concat([on_theme[is_own].head(1), best])
    return chosen.assign(is_own=chosen["creator_key"].eq(creator_key))
