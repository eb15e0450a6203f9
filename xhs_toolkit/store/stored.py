"""The tables of a campaign as Parquet, under a key of everything that they depend on.

``FOLDER/runs/.tables/<key>/`` holds one file a table, and ``contents.json`` with the rest and the hash of each file.
The key is a hash of the files in ``data/``, the settings, the source of the readers and the versions of the libraries
they stand on. Another key means reading again; what is stored under the old one is then swept away. A store that is
damaged, or that cannot be written, costs a reading and never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xhs_toolkit
from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.errors import Problem
from xhs_toolkit.store.inputs import hash_file

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports import Exports

STORE = Path("runs", ".tables")
CONTENTS = "contents.json"
READERS = ("exports", "tables", "campaign", "store", "errors.py", "bundled.py")
"""Rooms of the package that what is read depends on."""
LIBRARIES = ("pandas", "pyarrow", "python-calamine", "duckdb", "rapidfuzz", "pydantic")
CAMPAIGN_TEMPLATES = ("sample_campaign", "campaign")
"""Folders of ``templates/`` that hold campaigns, not what readers know."""


def open_exports(campaign: Campaign) -> Exports:
    """Return what a campaign's files hold: as stored, or else read, checked and stored.

    Raises
    ------
    ExportError
        there is no folder ``data/``, or it holds too many files.
    """
    from xhs_toolkit.exports import read_exports
    from xhs_toolkit.store.booked import add_booked

    key = make_key(campaign)
    place = campaign.folder / STORE / key
    stored = _load(place)
    if stored is not None:
        return add_booked(stored, campaign.folder)
    exports = read_exports(campaign.data_folder, campaign=campaign)
    if make_key(campaign) == key:  # no file was replaced while it was read
        with suppress(OSError):  # a folder that cannot be written to: read again the next time
            _save(exports, place)
    return add_booked(exports, campaign.folder)


# ------------------------------------------------------------------------------------------ the key


def make_key(campaign: Campaign) -> str:
    """Return the hash of all that a campaign's tables depend on."""
    from xhs_toolkit.exports.kinds import list_own_kinds
    from xhs_toolkit.exports.sheets import list_data_files

    paths = [*list_data_files(campaign.data_folder), *list_own_kinds(campaign.agency.folder)]
    files = [_describe_file(path, campaign.data_folder) for path in paths]
    settings = [
        campaign.model_dump_json(exclude={"folder", "agency"}),
        campaign.agency.model_dump_json(exclude={"folder"}),
    ]
    text = json.dumps([files, settings, hash_readers()])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _describe_file(path: Path, folder: Path) -> list[str | int]:
    """Name, time and hash of a file. Its date on disk counts: some figures are as old as the file."""
    name = Path(os.path.relpath(path, folder)).as_posix()
    if path.is_symlink() or not path.is_file():
        return [name, str(path.resolve())]
    return [name, int(path.stat().st_mtime), hash_file(path)]


@cache
def hash_readers() -> str:
    """Return the hash of the readers' source, of the templates they read, and of the libraries' versions."""
    digest = hashlib.sha256(xhs_toolkit.__version__.encode())
    for path in _list_sources():
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(json.dumps([metadata.version(name) for name in LIBRARIES]).encode())
    return digest.hexdigest()


def _list_sources() -> Iterator[Path]:
    package, templates = Path(xhs_toolkit.__file__).parent, bundled_folder("templates")
    rooms = [package / name for name in READERS]
    yield from (room for room in rooms if room.is_file())
    yield from (path for room in rooms for path in sorted(room.rglob("*.py")))
    found = sorted(path for path in templates.rglob("*") if path.suffix in {".yaml", ".csv"})
    yield from (path for path in found if path.relative_to(templates).parts[0] not in CAMPAIGN_TEMPLATES)


# ---------------------------------------------------------------------------------- what is stored


def _save(exports: Exports, place: Path) -> None:
    """Write everything beside its place and move it there in one step; then sweep what is stored under other keys."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    part.mkdir(parents=True, exist_ok=True)
    try:
        fields = {name: _write(value, name, part) for name, value in exports._asdict().items()}
        hashes = {path.name: hash_file(path) for path in sorted(part.glob("*.parquet"))}
        contents = json.dumps({"fields": fields, "sha256": hashes}, ensure_ascii=False, indent=1)
        (part / CONTENTS).write_text(contents, encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)  # damaged, or it would have been opened
        part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for other in place.parent.iterdir():
        if other != place:
            shutil.rmtree(other, ignore_errors=True)


def _write(value: Any, name: str, folder: Path) -> Any:
    """A field of the exports as JSON; frames in it go to Parquet and leave their file's name."""
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        value.to_parquet(folder / f"{name}.parquet")
        return {"frame": f"{name}.parquet"}
    if isinstance(value, dict):
        return {"frames": {key: _write(each, f"{name}.{key}", folder) for key, each in value.items()}}
    return {"list": [_write_item(each) for each in value]}


def _write_item(item: Problem | str) -> Any:
    return item if isinstance(item, str) else {**asdict(item), "value": _as_shown(item.value)}


def _as_shown(value: object) -> object:
    """The value of a problem: it is only ever shown, so what JSON does not know is kept as its text."""
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _load(place: Path) -> Exports | None:
    """Return what is stored, or None where that is nothing, damaged, or swept away in the meantime."""
    from xhs_toolkit.exports import Exports

    try:
        contents = json.loads((place / CONTENTS).read_text(encoding="utf-8"))
        if any(hash_file(place / name) != found for name, found in contents["sha256"].items()):
            return None
        return Exports(**{name: _read(field, place) for name, field in contents["fields"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(field: dict[str, Any], folder: Path) -> Any:
    import pandas as pd

    if "frame" in field:
        return pd.read_parquet(folder / Path(field["frame"]).name)
    if "frames" in field:
        return {key: _read(each, folder) for key, each in field["frames"].items()}
    return tuple(each if isinstance(each, str) else Problem(**each) for each in field["list"])
