"""Who is who: the same person in two tools is one creator."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

BY_NUMBER, BY_NAME = "xhs:", "name:"
"""Prefixes of the key of a creator of whom no file shows an id: its account number, or its name, follows."""


class Identified(NamedTuple):
    """Rows with a key for each creator (`add_creator_key`).

    Attributes
    ----------
    rows : the rows given, with ``creator_key``; missing where a row names nobody, or several.
    unclear : names and account numbers that stand for several creators: ``name``, ``n_creators``.
    """

    rows: pd.DataFrame
    unclear: pd.DataFrame


def add_creator_key(rows: pd.DataFrame) -> Identified:
    """Add ``creator_key``: the id; else the id another row shows for the account number, else for the name.

    A number or a name that stands for several creators joins nothing. Where no row has an id, the number
    (``xhs:…``) or the name (``name:…``) is the key.

    Parameters
    ----------
    rows : ``creator_id``, ``xhs_number``, ``creator_name``, of any mixture of sources.

    >>> rows = pd.DataFrame({"creator_id": ["5f", None, None], "xhs_number": [None, None, "88"],
    ...                      "creator_name": ["Ana", "Ana ", "Bo"]})
    >>> add_creator_key(rows).rows["creator_key"].tolist()
    ['5f', '5f', 'xhs:88']
    """
    if rows["creator_id"].notna().all():
        return Identified(rows.assign(creator_key=rows["creator_id"]), _make_unclear({}))
    key = rows["creator_id"].copy()
    name = _tidy(rows["creator_name"])
    lost: dict[str, pd.Series] = {}
    for prefix, other in ((BY_NUMBER, rows["xhs_number"]), (BY_NAME, name)):
        key, unclear = _adopt(key, other)
        lost[prefix] = unclear
        wanted = key.isna() & other.notna() & ~other.isin(unclear.index)
        if prefix == BY_NUMBER:
            by_name, _ = _adopt(key, name)
            wanted &= by_name.isna()
        key = key.mask(wanted, prefix + other)
    asked = {prefix: unclear[unclear.index.isin(name[key.isna()])] for prefix, unclear in lost.items()}
    return Identified(rows.assign(creator_key=key), _make_unclear(asked))


def name_for_files(keys: pd.Series, names: pd.Series) -> pd.Series:
    """What rows of single files call a creator: the id, else the name, where it stands for nobody else, else the key.

    >>> name_for_files(pd.Series(["5f", "name:Bo", "xhs:1", "xhs:2"]), pd.Series(["Ana", "Bo", "Cy", "Cy"])).tolist()
    ['5f', 'Bo', 'xhs:1', 'xhs:2']
    """
    has_name = keys.str.startswith((BY_NUMBER, BY_NAME)) & names.notna() & ~names.duplicated(keep=False)
    return keys.mask(has_name, names)


def _adopt(key: pd.Series, other: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Fill missing keys with the one key that rows of the same `other` have; also the unclear ones."""
    known = pd.DataFrame({"other": other, "key": key}).dropna().drop_duplicates()
    n_keys = known["other"].value_counts()
    clear = known[known["other"].map(n_keys).eq(1)].set_index("other")["key"]
    return key.fillna(other.map(clear).astype("str")).astype("str"), n_keys[n_keys > 1]


def _make_unclear(found: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [pd.DataFrame({"name": each.index, "n_creators": each.to_numpy()}) for each in found.values()]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"name": [], "n_creators": []})
    return joined.astype({"name": "str", "n_creators": np.int64})


def _tidy(names: pd.Series) -> pd.Series:
    plain = names.astype("str").str.normalize("NFKC").str.replace(r"\s+", " ", regex=True).str.strip()
    return plain.replace("", None)
