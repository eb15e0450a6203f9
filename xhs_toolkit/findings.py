"""What an analysis says: a code and its numbers. `present.wording` turns it into sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement without words.

    Parameters
    ----------
    code : name of a sentence in ``templates/report/wording/{en,zh}``, e.g. ``results.views_total``.
    values : the numbers and names the sentence needs. A value's name carries its unit
        (``cost_per_view_cny``, ``click_rate``), and its format follows from the name.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def as_dict(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {"code": self.code, "values": dict(self.values)}


def plain(value: Any) -> Any:
    """A value for a sentence: None where it is missing, a time in ISO form, a number as Python has it.

    >>> import numpy as np
    >>> plain(np.float64(2.5)), plain(float("nan")), plain(np.int64(3)), plain("a")
    (2.5, None, 3, 'a')
    """
    import pandas as pd  # only where an analysis runs: commands that need none start faster

    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


OWN = "own:"
"""How the code of a statement begins that brings its own words along: JSON, language → sentence."""


def own_words(words: Mapping[str, str]) -> Finding:
    """A statement in a person's own words, one sentence a language.

    >>> own_words({"en": "Sunny days sell.", "zh": "晴天好卖。"}).code
    'own:{"en": "Sunny days sell.", "zh": "晴天好卖。"}'
    """
    return Finding(OWN + json.dumps(dict(words), ensure_ascii=False))
