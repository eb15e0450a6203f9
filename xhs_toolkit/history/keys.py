"""The agency's key, and names turned into pseudonyms by it.

A creator's id is public, and so is a client's name: whoever holds a plain hash of them finds the name again by hashing
every candidate. So the hash is keyed (HMAC-SHA-256), and the key lies beside ``agency.yaml``, never in the history:
the history alone traces nobody, and the same creator still has the same pseudonym in every campaign of the agency.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from pathlib import Path

from xhs_toolkit.errors import CampaignError, Problem

KEY_FILE = "history.key"
KEY_BYTES = 32
NAME_LENGTH = 24
"""Hexadecimal digits of a pseudonym (96 bits): two of a billion names meet with a chance of 1 in 10^11."""


def read_key(folder: Path) -> bytes | None:
    """Read the agency's key from the folder of ``agency.yaml``; None where there is none yet.

    Raises
    ------
    CampaignError : the file is not a key.
    """
    path = folder / KEY_FILE
    return _load(path) if path.is_file() else None


def _load(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        fix = "restore it from a backup; with another key the same creator would get another pseudonym"
        raise CampaignError("The history's key cannot be used.", [Problem("is not a key", fix, file=KEY_FILE)])
    return key


def make_key(folder: Path) -> bytes:
    """Return the agency's key, made at random the first time; of several processes at once the first one's counts."""
    part = folder / f".{KEY_FILE}.{secrets.token_hex(8)}.part"
    if not (folder / KEY_FILE).is_file():
        part.touch(mode=0o600)
        try:
            part.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
            _place_once(part, folder / KEY_FILE)
        finally:
            part.unlink()
    return _load(folder / KEY_FILE)


def _place_once(part: Path, path: Path) -> None:
    """Give the complete file its name, unless the name is taken."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        with suppress(FileExistsError), path.open("x", encoding="ascii") as file:
            file.write(part.read_text(encoding="ascii"))


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
