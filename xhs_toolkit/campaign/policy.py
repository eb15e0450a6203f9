"""What no brief may ask of creators (``templates/compliance/briefs.yaml``): it is refused."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.values import make_fault

NEAR = 30
"""Characters before a word in which a negation is looked for."""


@cache
def _read_policy() -> tuple[list[tuple[re.Pattern[str], str]], re.Pattern[str]]:
    told = read_bundled_yaml(bundled_folder("templates") / "compliance" / "briefs.yaml")
    never = [(re.compile("|".join(each["patterns"])), f"{each['what']} ({each['source']})") for each in told["never"]]
    return never, re.compile(told["negations"])


def check_policy(text: str) -> str:
    """Return a text of a brief, or refuse it.

    >>> check_policy("No gambling, no fake reviews: 不要刷量")
    'No gambling, no fake reviews: 不要刷量'
    """
    folded = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    folded = folded.casefold().replace("’", "'")
    never, negation = _read_policy()
    for pattern, what in never:
        for match in pattern.finditer(folded):
            if not negation.search(folded[max(match.start() - NEAR, 0) : match.start()]):
                raise make_fault(what, f"take {match[0]!r} out of the brief")
    return text
