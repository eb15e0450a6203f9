"""Whether headers are words for people or the field names of an API, whose amounts are in hundredths of a yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xhs_toolkit.exports.headertext import normalise

_NAME = re.compile(r"(?:\w+\.)*(?:[a-z][a-z0-9]*|[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)+|[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+)")
"""A field name: impNum, imp_num, title."""
_IN_PARTS = re.compile(r"\w*[a-z0-9]_[a-z0-9]\w*|[a-z]+[a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+")
ONLY_OF_API = frozenset(
    {
        *("date key", "kol price", "kol fan num", "kol nick name", "total platform price"),
        *("imp num", "origin imp num", "promotion imp num", "heat imp num"),
        *("read num", "origin read num", "promotion read num", "heat read num"),
        *("engage num", "fav num", "cmt num"),
    }
)
"""What only rows of the API are called: two of them tell its rows, however they are written."""
IN_PARTS_AT_LEAST = 0.4


def are_field_names(headers: Sequence[str]) -> bool:
    """Whether headers are field names of an API: note_id, impNum; ``likes`` alone can be a word as well.

    >>> are_field_names(["note_id", "impNum", "title"]), are_field_names(["note_id", "date", "price", "views"])
    (True, False)
    """
    if sum(normalise(header).replace("_", " ") in ONLY_OF_API for header in headers) > 1:
        return True
    names = [header for header in headers if _NAME.fullmatch(header)]
    in_parts = sum(bool(_IN_PARTS.fullmatch(name.split(".")[-1])) for name in names)
    return 2 * len(names) >= len(headers) and in_parts >= IN_PARTS_AT_LEAST * len(headers)
