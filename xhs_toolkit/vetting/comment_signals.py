"""What the comments under a creator's notes show: the same text again, the same people again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.vetting.checks import Signal, make_signal
from xhs_toolkit.vetting.groups import Codes, Floats, count_rows, number_creators

MIN_LENGTH: int = assume("vetting.min_comment_length")
OF_NOTES: float = assume("vetting.repeat_commenter_share")
MIN_NOTES: int = assume("vetting.repeat_commenter_notes")
MIN_CREATORS: int = assume("vetting.shared_commenter_creators")


def measure_comments(comments: pd.DataFrame, *, notes: pd.DataFrame, creators: pd.DataFrame) -> dict[str, Signal]:
    """Signals of the comments; a comment belongs to the creator of its note."""
    by_note = notes.drop_duplicates("note_id").set_index("note_id")["creator_key"]
    owned = comments.assign(creator_key=comments["note_id"].map(by_note).astype("str"))
    codes = number_creators(owned, creators=creators)
    owned, codes = owned[codes >= 0], codes[codes >= 0]
    author = pd.factorize(owned["author_key"])[0].astype(np.int64)
    note = pd.factorize(owned["note_id"])[0].astype(np.int64)
    n = len(creators)
    return {
        "repeated_comments": _share(_is_repeated(owned["text"], codes), codes, owned["text"].notna().to_numpy(), n),
        "repeat_commenters": _share(_is_regular(author, note, codes, n), codes, author >= 0, n),
        "shared_commenters": _share(_is_shared(author, codes), codes, author >= 0, n),
    }


def _share(found: np.ndarray, codes: Codes, known: np.ndarray, n: int) -> Signal:
    """Share of the known comments, half a comment added to each side, and its error on the logit scale."""
    trials = count_rows(codes, n_creators=n, mask=known)
    hits = count_rows(codes, n_creators=n, mask=known & found)
    share: Floats = np.where(trials > 0, (hits + 0.5) / (trials + 1), np.nan)
    return make_signal(share, variance=1 / (hits + 0.5) + 1 / (trials - hits + 0.5), n=trials)


def _is_repeated(texts: pd.Series, codes: Codes) -> np.ndarray:
    """Whether the same words, marks and emoji aside, stand under this creator's notes more than once."""
    plain = texts.astype("str").fillna("").str.normalize("NFKC").str.lower().str.replace(r"[\W_]+", "", regex=True)
    number = pd.factorize(plain)[0].astype(np.int64)
    pair = codes * (number.max(initial=0) + 1) + number
    return pd.Series(pair).duplicated(keep=False).to_numpy() & plain.str.len().ge(MIN_LENGTH).to_numpy()


def _is_regular(author: Codes, note: Codes, codes: Codes, n: int) -> np.ndarray:
    """Whether its author writes under at least half of the creator's notes with comments."""
    rows = pd.DataFrame({"author": author, "creator": codes, "note": note})
    notes_of = rows.drop_duplicates(["creator", "note"])["creator"].value_counts().reindex(range(n)).to_numpy()
    seen = rows.drop_duplicates().groupby(["creator", "author"]).size().rename("n_notes").reset_index()
    n_notes = rows.merge(seen, on=["creator", "author"], how="left")["n_notes"].to_numpy()
    return (n_notes >= MIN_NOTES) & (n_notes >= OF_NOTES * notes_of[codes])


def _is_shared(author: Codes, codes: Codes) -> np.ndarray:
    """Whether its author writes under several creators of the pool."""
    pairs = pd.DataFrame({"author": author, "creator": codes}).drop_duplicates()
    n_creators = pairs["author"].value_counts()
    return pd.Series(author).map(n_creators).ge(MIN_CREATORS).to_numpy()
