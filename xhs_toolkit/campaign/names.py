"""Names people type, made safe for folders and files."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 60
MAX_BYTES = 180
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
"""Names Windows keeps for devices, with any extension."""


def safe_name(text: str) -> str:
    """Return a name that is safe as one folder or file name on Windows, Mac and Linux.

    Letters of any script and digits stay; everything else becomes a hyphen. Never empty, never dots
    only, never hidden, never a path, at most 60 characters and 180 bytes. `safe_name` of a safe name is itself.

    >>> safe_name("Harbour Tours: spring 2026")
    'Harbour-Tours-spring-2026'
    >>> safe_name("../../etc/passwd"), safe_name("  "), safe_name("con"), safe_name("奥克兰机场")
    ('etc-passwd', 'unnamed', 'con_', '奥克兰机场')
    """
    name = "".join(char if _is_word(char) else "-" for char in unicodedata.normalize("NFKC", text))
    name = _tidy(name)[:MAX_CHARACTERS]
    name = _tidy(name.encode("utf-8")[:MAX_BYTES].decode("utf-8", errors="ignore"))
    if name.split(".")[0].casefold() in RESERVED:
        name = name.replace(".", "-")
        name = f"{name}_" if name.casefold() in RESERVED else name
    return name or "unnamed"


def _is_word(char: str) -> bool:
    return char in "._" or unicodedata.category(char)[0] in "LN" or unicodedata.category(char) in {"Mn", "Mc"}


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", name))).strip("-. ")
