"""Files that several processes write: complete from the first moment, and lines that never overtake each other."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_once(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file unless it is there already; of several processes at once the first one's counts, as a whole.

    Parameters
    ----------
    mode : rights of the file, less what the user's mask takes away.
    """
    if path.is_file():
        return
    part = _name_part(path)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        place_once(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it finds the earlier content or the new one, never a part."""
    part = _name_part(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _name_part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")


def place_once(part: Path, path: Path) -> None:
    """Give a complete file its name, unless the name is taken."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        with suppress(FileExistsError), path.open("xb") as file:
            file.write(part.read_bytes())


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file in one step, wherever the end is by then."""
    with path.open("ab", buffering=0) as file:
        file.write(content)
