"""The agency's key, and names turned into pseudonyms by it.

A creator's id is public, and so is a client's name: whoever holds a plain hash of them finds the name again by hashing
every candidate. So the hash is keyed (HMAC-SHA-256), and the key lies in a folder of the user's own, never beside the
history: the history alone traces nobody, and the same creator still has the same pseudonym in every campaign.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from xhs_toolkit.campaign import safe_name
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.files import write_once

EARLIER = "history.key"
"""Where earlier versions kept the key: beside ``agency.yaml``."""

FOLDER = "XHS_KEYS"
"""Environment variable that names another folder for keys."""

KEY_BYTES = 32
NAME_LENGTH = 24
"""Hexadecimal digits of a pseudonym (96 bits): two of a billion names meet with a chance of 1 in 10^11."""


def find_key_file(home: Path) -> Path:
    """Return where the key of the agency whose folder is `home` lies, or will lie."""
    own = Path(os.environ.get(FOLDER) or Path.home() / ".config" / "xhs-toolkit" / "keys")
    earlier, place = home / EARLIER, str(home.resolve())
    named = own / f"{safe_name(home.resolve().name)}-{hashlib.sha256(place.encode()).hexdigest()[:8]}.key"
    return earlier if earlier.is_file() and not named.is_file() else named


def read_key(home: Path, *, sign: str | None = None) -> bytes | None:
    """Read the agency's key; None where there is none yet.

    Parameters
    ----------
    sign : of the key that the history was made with (`sign_key`): where the folder's own key is another, each key of
        the user's is tried, so that a moved agency finds its own.

    Raises
    ------
    CampaignError : the file is not a key.
    """
    path = find_key_file(home)
    key = _load(path) if path.is_file() else None
    if sign and (key is None or sign_key(key) != sign):
        others = (_load(each) for each in sorted(path.parent.glob("*.key")))
        return next((each for each in others if sign_key(each) == sign), None)
    return key


def _load(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        fix = "restore it from a backup; with another key the same creator would get another pseudonym"
        raise CampaignError("The history's key cannot be used.", [Problem("is not a key", fix, file=path.name)])
    return key


def make_key(home: Path) -> bytes:
    """Return the agency's key, made at random the first time; of several processes at once the first one's counts."""
    path = find_key_file(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_once(path, f"{secrets.token_hex(KEY_BYTES)}\n".encode(), mode=0o600)
    return _load(path)


def make_pseudonym(key: bytes, kind: str, *parts: str) -> str:
    """Return the pseudonym of a creator, client or campaign.

    >>> make_pseudonym(bytes(32), "client", "Harbour Tours") == make_pseudonym(bytes(32), "client", " harbour tours")
    True
    >>> make_pseudonym(bytes(32), "client", "A") == make_pseudonym(bytes(32), "creator", "A")
    False
    """
    text = "\n".join([kind, *(" ".join(part.split()).casefold() for part in parts)])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:NAME_LENGTH]


def sign_key(key: bytes) -> str:
    """What tells that two files were made with one key, and nothing of the key."""
    return make_pseudonym(key, "key")
