"""Where the history and its key lie: a folder or an object store, one Parquet file a campaign, written in one step.

A file is written under a hidden name and then renamed, so that a reader sees the old file or the new one and never half
of one; no lock is needed, because no two campaigns share a file. Object stores that pyarrow knows (``s3``, ``gs``,
``abfs``, ``hdfs``) need nothing else; any other scheme goes through fsspec, where that is installed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.campaign import safe_name
from xhs_toolkit.errors import CampaignError, MissingExtraError, Problem
from xhs_toolkit.files import write_once

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign


FILE = re.compile(r"[0-9a-f]{24}\.parquet")
STALE_AFTER = timedelta(hours=6)
"""Age from which a hidden file belongs to a process that was killed: no write takes so long."""


class Place(NamedTuple):
    """Where an agency's history lies.

    Attributes
    ----------
    address : as people write it, for messages.
    files : the file system. path : of the folder in it.
    home : the folder of ``agency.yaml``, where the key lies.
    """

    address: str
    files: Any
    path: str
    home: Path


def find_place(campaign: Campaign) -> Place:
    """Return where the campaign's agency keeps its history: by default ``history`` beside the campaign folders."""
    home = campaign.agency.folder or campaign.folder.resolve().parent
    return open_place(campaign.agency.history, home=home)


def open_place(address: str, *, home: Path) -> Place:
    """Open a folder (made when it is first written to) or an object store.

    Raises
    ------
    MissingExtraError : the scheme needs a package that is not installed.
    CampaignError : no file system knows the scheme, or the store refuses.
    """
    from pyarrow import fs

    if "://" not in address:
        return Place(address, fs.LocalFileSystem(), (home / address).resolve().as_posix(), home)
    try:
        files, path = fs.FileSystem.from_uri(address)
    except (ValueError, NotImplementedError, OSError):
        files, path = _open_with_fsspec(address)
    return Place(address, files, path.rstrip("/"), home)


def _open_with_fsspec(address: str) -> tuple[Any, str]:
    from pyarrow import fs

    scheme = address.partition("://")[0]
    try:
        import fsspec
    except ImportError as error:
        text = (
            f'{address} needs fsspec and its package for {scheme}. Install them with: pip install "xhs-toolkit[cloud]"'
        )
        raise MissingExtraError(text) from error
    try:
        store, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise MissingExtraError(f"{address} needs one more package: {error}") from error
    except ValueError as error:
        fix = "write a folder, or an address such as s3://bucket/history"
        raise CampaignError(
            "The history cannot be opened.", [_fault(address, f"is not known: {error}", fix)]
        ) from error
    return fs.PyFileSystem(fs.FSSpecHandler(store)), path


def _fault(address: str, what: str, fix: str) -> Problem:
    return Problem(what, fix, file="agency.yaml", column="history", value=address)


# ------------------------------------------------------------------------------------------ files


def list_files(place: Place) -> list[str]:
    """Names of the campaigns' files, in a fixed order; other files are none of ours.

    Raises
    ------
    CampaignError : the store cannot be reached.
    """
    return sorted(info.base_name for info in _look(place) if FILE.fullmatch(info.base_name))


def _look(place: Place) -> list[Any]:
    from pyarrow import fs

    try:
        return list(place.files.get_file_info(fs.FileSelector(place.path, allow_not_found=True)))
    except OSError as error:
        fix = "check the address, the connection and the right to read"
        raise CampaignError("The history cannot be read.", [_fault(place.address, str(error), fix)]) from error


def read_file(place: Place, name: str) -> pa.Table:
    """Read one campaign's file.

    Raises
    ------
    OSError, pyarrow.ArrowInvalid : it is damaged or gone.
    """
    from pyarrow import parquet

    with place.files.open_input_file(f"{place.path}/{name}") as file:
        return parquet.read_table(file)


def read_labels(place: Place, name: str) -> dict[str, str]:
    """Return what a campaign's file says of itself, without its rows; nothing where it is damaged or gone."""
    from pyarrow import parquet

    with suppress(OSError, ValueError), place.files.open_input_file(f"{place.path}/{name}") as file:
        return {key.decode(): told.decode() for key, told in (parquet.read_schema(file).metadata or {}).items()}
    return {}


def find_sign(place: Place) -> str | None:
    """Return the sign of the key that the history was made with, of the first file that can be read."""
    return next(filter(None, (read_labels(place, name).get("key") for name in list_files(place))), None)


def write_file(place: Place, name: str, table: pa.Table) -> None:
    """Write one campaign's file in one step: complete, or not at all.

    Raises
    ------
    CampaignError : the place cannot be written to.
    """
    from pyarrow import parquet

    part = f"{place.path}/.{name}.{secrets.token_hex(8)}.part"
    try:
        place.files.create_dir(place.path, recursive=True)
        with place.files.open_output_stream(part) as file:
            parquet.write_table(table, file, compression="zstd")
        place.files.move(part, f"{place.path}/{name}")
    except BaseException as error:
        with suppress(OSError):
            place.files.delete_file(part)
        if isinstance(error, OSError):
            fix = "check the address and the right to write"
            raise CampaignError("The history cannot be written.", [_fault(place.address, str(error), fix)]) from error
        raise
    for old in _find_stale_parts(place):
        with suppress(OSError):
            place.files.delete_file(old)


def _find_stale_parts(place: Place) -> Iterator[str]:
    """Hidden files of processes that were killed."""
    before = datetime.now(UTC) - STALE_AFTER
    for info in _look(place):
        if info.base_name.startswith(".") and info.base_name.endswith(".part") and info.mtime and info.mtime < before:
            yield info.path


def remove_file(place: Place, name: str) -> bool:
    """Remove one campaign's file; whether there was one."""
    if name not in list_files(place):
        return False
    place.files.delete_file(f"{place.path}/{name}")
    return True


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
