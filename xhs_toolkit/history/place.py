"""Where the history lies: a folder or an object store, one Parquet file a campaign, each written in one step.

A file is written under a hidden name and then renamed, so that a reader sees the old file or the new one and never half
of one; no lock is needed, because no two campaigns share a file. Object stores that pyarrow knows (``s3``, ``gs``,
``abfs``, ``hdfs``) need nothing else; any other scheme goes through fsspec, where that is installed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xhs_toolkit.errors import CampaignError, MissingExtraError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign

FILE = re.compile(r"[0-9a-f]{24}\.parquet")
LEFT_OVER_AFTER = timedelta(hours=6)
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
    for old in _find_left_overs(place):
        with suppress(OSError):
            place.files.delete_file(old)


def _find_left_overs(place: Place) -> Iterator[str]:
    """Hidden files of processes that were killed."""
    before = datetime.now(UTC) - LEFT_OVER_AFTER
    for info in _look(place):
        if info.base_name.startswith(".") and info.base_name.endswith(".part") and info.mtime and info.mtime < before:
            yield info.path


def remove_file(place: Place, name: str) -> bool:
    """Remove one campaign's file; whether there was one."""
    if name not in list_files(place):
        return False
    place.files.delete_file(f"{place.path}/{name}")
    return True
