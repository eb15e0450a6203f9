"""How far a placement has come: what its sheet says, else what the other files show of its note."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.exports.reconcile import OFFICIAL

SHOWN_BY = frozenset({*OFFICIAL, "mediacrawler_notes"})
"""Sources that show only notes that are out: what they show is posted, whatever a sheet still says."""


def find_states(placements: pd.DataFrame, *, notes: pd.DataFrame) -> pd.Series:
    """Return the state of each placement: proposed, agreed, sent, posted, paid or cancelled.

    The ``state`` of the file counts, else the words of its ``status`` (``templates/exports/hand_kept.yaml``). Where it
    says neither, a placement is posted if it names a note or a posting day, and agreed otherwise. A note that the
    platform shows is posted, unless its row is cancelled.

    Parameters
    ----------
    placements : `tables.PLACEMENTS`.
    notes : `tables.NOTES`, of all sources.
    """
    told = placements["state"].astype("str").fillna(read_states(placements["status"]))
    out = notes.loc[notes["source"].isin(SHOWN_BY), "note_id"]
    is_out = placements["note_id"].isin(out) | placements["source"].isin(SHOWN_BY)
    implied = (is_out | placements["note_id"].notna() | placements["posted_at"].notna()).map(
        {True: "posted", False: "agreed"}
    )
    state = told.fillna(implied)
    return state.mask(is_out & state.isin(["proposed", "agreed", "sent"]), "posted")


def read_states(status: pd.Series) -> pd.Series:
    """Return the state that each text tells; missing where no known word is in it.

    >>> read_states(pd.Series(["Posted 4/4", "未发布", "NOT POSTED", "see notes", None])).tolist()
    ['posted', 'agreed', 'agreed', nan, nan]
    """
    texts = status.dropna().drop_duplicates()
    return status.map({text: _read_state(str(text)) for text in texts}).astype("str")


def _read_state(text: str) -> str | None:
    plain = " ".join(text.casefold().split())
    return next((state for pattern, state in _words() if pattern.search(plain)), None)


@cache
def _words() -> list[tuple[re.Pattern[str], str]]:
    """The longest word first, so that 未发布 is not read as 发布; Latin words only as whole words."""
    listed = read_bundled_yaml(bundled_folder("templates") / "exports" / "hand_kept.yaml")["states"]
    words = sorted(
        ((word.strip(), state) for state, each in listed.items() for word in str(each).split("|") if word.strip()),
        key=lambda one: -len(one[0]),
    )
    return [
        (re.compile(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)), state) for word, state in words
    ]
