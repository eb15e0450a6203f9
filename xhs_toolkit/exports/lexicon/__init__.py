"""The words headers are made of: Chinese, English and the platforms' own API names, as data.

Each entry gives one part of a meaning and its spellings, separated by spaces; an underscore joins the words of one
spelling (``thumbs_up``). A spelling listed under two parts is ambiguous: `meanings.read_meaning` then returns one
reading for each.

Parts without ``=`` are things (``views``, ``price``); parts with ``=`` narrow a thing (``scope=everyday``,
``statistic=median``, ``window=30``).
"""

from __future__ import annotations

from xhs_toolkit.exports.lexicon.currencies import CURRENCIES
from xhs_toolkit.exports.lexicon.figures import ADS, MONEY, OUTCOMES, RESPONSE
from xhs_toolkit.exports.lexicon.qualifiers import NOISE, OTHER, QUALIFIERS
from xhs_toolkit.exports.lexicon.things import CREATOR, NOTE

WORDS: dict[str, str] = {**RESPONSE, **NOTE, **CREATOR, **MONEY, **ADS, **OUTCOMES, **QUALIFIERS}
"""Part or parts of a meaning → their spellings."""

__all__ = ["CURRENCIES", "NOISE", "OTHER", "WORDS"]
