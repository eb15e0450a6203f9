"""What exercises say in a language, whatever the case: ``templates/exercises/LANGUAGE.yaml``."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from xhs_toolkit.bundled import bundled_folder, list_languages, read_bundled_yaml

UNITS = ("share", "cny", "ratio", "count", "name")
"""What an answer can be; a name is a text."""

NAME = "name"

_MARKS = re.compile(r"""[\s_\-.,;:!?"'“”‘’「」。，；：！？·]+""")
"""What does not tell one name from another."""


def say(part: str, key: str, *, language: str = "en", **values: object) -> str:
    """Return a sentence with its values filled in.

    >>> say("unreadable", "not_number", value="'much'", unit=say("units", "count"))
    "I read 'much', which is not a number. Write a number, such as 1200."
    """
    return str(read_words(language)[part][key]).format(**values)


def fold(text: str) -> str:
    """Return a name as it is compared: a known one by its code, whatever its form and language; marks do not count.

    >>> fold("Not detected."), fold("未检出"), fold(" Video ")
    ('not_detected', 'not_detected', 'video')
    """
    bare = _MARKS.sub(" ", text.casefold()).strip()
    return _read_names().get(bare, bare)


@cache
def _read_names() -> dict[str, str]:
    """Every form of a name in any language → its code."""
    names = [read_words(language)["names"] for language in list_languages()]
    pairs = [(form, code) for each in names for code, forms in each.items() for form in (code, *forms)]
    return {_MARKS.sub(" ", str(form).casefold()).strip(): code for form, code in pairs}


@cache
def read_words(language: str = "en") -> dict[str, dict[str, Any]]:
    """Read the words of a language: part → name → sentence, or the forms of a name."""
    words: dict[str, dict[str, Any]] = read_bundled_yaml(bundled_folder("templates") / "exercises" / f"{language}.yaml")
    return words
