"""Words in texts: how two are compared, and which text holds which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd


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
